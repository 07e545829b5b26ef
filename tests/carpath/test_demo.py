"""When an installation is a demonstration, as a table; and that neither kind ever becomes the other."""

import pytest

from carpath.demo import DEMONSTRATION, REAL, Facts, KindRefused, is_demonstration, is_loopback, parse_switch


def facts(**changes) -> Facts:
    fresh = {"asked": None, "bind": "127.0.0.1", "given": frozenset(), "recorded": None, "people": False}
    return Facts(**(fresh | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"bind": "localhost"}, True),
        ({"bind": "::1"}, True),
        ({"bind": "0.0.0.0"}, False),
        ({"bind": "192.168.1.4"}, False),
        ({"given": frozenset({"DATABASE_URL"})}, False),
        ({"given": frozenset({"SITE_URL"})}, False),
        ({"given": frozenset({"ALLOWED_HOSTS"})}, False),
        ({"people": True}, False),
        ({"asked": False}, False),
        ({"asked": True, "bind": "0.0.0.0"}, True),
        ({"asked": True, "given": frozenset({"DATABASE_URL"})}, True),
        ({"recorded": DEMONSTRATION}, True),
        ({"recorded": DEMONSTRATION, "asked": True, "bind": "0.0.0.0"}, True),
        ({"recorded": REAL}, False),
        ({"recorded": REAL, "asked": False}, False),
        ({"recorded": REAL, "people": True}, False),
    ],
)
def test_kind(changes, expected):
    assert is_demonstration(facts(**changes)) is expected


@pytest.mark.parametrize(
    "changes",
    [
        {"recorded": DEMONSTRATION, "asked": False},
        {"recorded": DEMONSTRATION, "bind": "0.0.0.0"},
        {"recorded": DEMONSTRATION, "given": frozenset({"SITE_URL"})},
        {"recorded": REAL, "asked": True},
        {"people": True, "asked": True},
    ],
)
def test_a_kind_never_becomes_the_other(changes):
    with pytest.raises(KindRefused):
        is_demonstration(facts(**changes))


@pytest.mark.parametrize(
    ("bind", "expected"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("[::1]", True), ("::", False), ("10.0.0.1", False), ("carpath", False)],
)
def test_loopback(bind, expected):
    assert is_loopback(bind) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ("", None), ("1", True), ("on", True), ("True", True), ("0", False), ("no", False), ("OFF", False)],
)
def test_switch(value, expected):
    assert parse_switch("CARPATH_DEMO", value) is expected


def test_a_misspelt_switch_is_refused_with_what_to_write():
    with pytest.raises(KindRefused, match=r"^CARPATH_DEMO is 'maybe': set it to 1 \(on\) or 0 \(off\)\.$"):
        parse_switch("CARPATH_DEMO", "maybe")

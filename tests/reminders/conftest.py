"""One pathway up to its infusion, for the tests of reminders."""

import pytest

from tests.reminders import course


@pytest.fixture
def world(db, prepared, at):
    """People and centres, since the day on which the clock stands first."""
    return prepared[0]


@pytest.fixture
def pathway(prepared, world):
    """The pathway that the test starts from."""
    return prepared[1]


@pytest.fixture
def mailbox(settings):
    """A real mail server."""
    from tests.notices import sink

    settings.SITE_URL = "https://carpath.example"
    with sink.serving(settings) as taken:
        yield taken


@pytest.fixture
def at():
    """Move the clock: at("2026-03-10 12:00") is that wall clock in Rome."""
    with course.travelling() as move:
        yield move

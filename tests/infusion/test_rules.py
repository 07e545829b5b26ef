"""Day 0 is the hub's local date; the ward's time ends with day +30; a go needs tocilizumab or an alternative."""

from datetime import UTC, date, datetime

import pytest

from patients.infusion.rules import GoFacts, day_0, no_go, ward_ends

ROME = "Europe/Rome"


@pytest.mark.parametrize(
    ("started_at", "zone", "day"),
    [
        (datetime(2026, 6, 10, 21, 30, tzinfo=UTC), ROME, date(2026, 6, 10)),  # 23:30 in summer
        (datetime(2026, 6, 10, 22, 30, tzinfo=UTC), ROME, date(2026, 6, 11)),  # 00:30
        (datetime(2026, 6, 11, 0, 30, tzinfo=UTC), ROME, date(2026, 6, 11)),  # 02:30
        (datetime(2026, 1, 10, 22, 30, tzinfo=UTC), ROME, date(2026, 1, 10)),  # 23:30 in winter
        (datetime(2026, 1, 10, 23, 30, tzinfo=UTC), ROME, date(2026, 1, 11)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), ROME, date(2026, 3, 29)),  # 00:30, the night the clocks go forward
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), ROME, date(2026, 3, 29)),  # 03:30
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), ROME, date(2026, 10, 25)),  # 02:30 the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), ROME, date(2026, 10, 25)),  # 02:30 the second time
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), ROME, date(2026, 10, 24)),
        (datetime(2026, 6, 10, 22, 30, tzinfo=UTC), "Europe/Lisbon", date(2026, 6, 10)),
        (datetime(2028, 2, 28, 23, 30, tzinfo=UTC), ROME, date(2028, 2, 29)),
    ],
)
def test_day_0_is_the_hubs_local_date(started_at, zone, day):
    assert day_0(started_at, zone) == day


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 6, 10), datetime(2026, 7, 10, 22, 0, tzinfo=UTC)),
        (date(2026, 3, 1), datetime(2026, 3, 31, 22, 0, tzinfo=UTC)),  # over the night in March
        (date(2026, 10, 1), datetime(2026, 10, 31, 23, 0, tzinfo=UTC)),  # over the night in October
        (date(2028, 1, 30), datetime(2028, 2, 29, 23, 0, tzinfo=UTC)),  # day +30 is 29 February
    ],
)
def test_the_wards_time_ends_with_day_30(day, end):
    assert ward_ends(day, ROME).astimezone(UTC) == end


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (GoFacts(1, "", 64.5, True), []),
        (GoFacts(0, "", 64.5, True), ["no_tocilizumab"]),
        (GoFacts(None, " ", 64.5, True), ["no_tocilizumab"]),
        (GoFacts(0, "siltuximab in pharmacy", 64.5, True), []),
        (GoFacts(2, "", None, True), ["no_weight"]),
        (GoFacts(2, "", 64.5, False), ["not_informed"]),
        (GoFacts(2, "", 64.5, None), ["not_informed"]),
        (GoFacts(0, "", None, None), ["no_tocilizumab", "no_weight", "not_informed"]),
    ],
)
def test_what_makes_a_no_go(facts, reasons):
    assert no_go(facts) == reasons

"""Which times are free: intervals that touch do not meet, opening hours and odd nights are kept."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from patients.capacity.rules import next_free, overlaps

ROME = ZoneInfo("Europe/Rome")


def at(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ROME)


def free(after, length=timedelta(hours=5), taken=(), works=lambda day: day.weekday() < 5, count=3, opens=time(8)):
    found = next_free(
        after=after,
        length=length,
        taken=taken,
        opens_at=opens,
        closes_at=time(18),
        zone=ROME,
        works=works,
        count=count,
    )
    return [start.astimezone(ROME).replace(tzinfo=None) for start in found]


def test_one_that_ends_when_another_starts_does_not_meet_it():
    assert not overlaps(at(8, 8), at(8, 12), [(at(8, 12), at(8, 13)), (at(8, 7), at(8, 8))])
    assert overlaps(at(8, 8), at(8, 12), [(at(8, 11, 59), at(8, 13))])


def test_the_first_start_of_each_working_day():
    assert free(at(5, 12)) == [  # a Friday noon
        datetime(2026, 6, 5, 12, 0),
        datetime(2026, 6, 8, 8, 0),
        datetime(2026, 6, 9, 8, 0),
    ]


def test_what_is_taken_is_stepped_over_and_too_short_a_rest_is_no_slot():
    taken = [(at(8, 8), at(8, 10)), (at(9, 10), at(9, 14)), (at(10, 8), at(10, 18))]
    assert free(at(8, 7), taken=taken) == [
        datetime(2026, 6, 8, 10, 0),
        datetime(2026, 6, 11, 8, 0),
        datetime(2026, 6, 12, 8, 0),
    ]


def test_hours_are_wall_clock_on_the_nights_the_clocks_change():
    everyday = lambda day: True  # noqa: E731
    assert free(at(28, 19, month=3), works=everyday, count=2) == [
        datetime(2026, 3, 29, 8, 0),
        datetime(2026, 3, 30, 8, 0),
    ]
    assert free(at(24, 19, month=10), works=everyday, count=2) == [
        datetime(2026, 10, 25, 8, 0),
        datetime(2026, 10, 26, 8, 0),
    ]


def test_nothing_free_within_sixty_days():
    taken = [(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))]
    assert free(at(8, 8), taken=taken) == []
    assert free(at(8, 8), works=lambda day: day > date(2026, 8, 7)) == []

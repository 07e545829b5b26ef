"""Which times are free. Pure: no Django, no clock."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_LOOK = timedelta(days=60)
STEP = timedelta(minutes=30)


def overlaps(start: datetime, end: datetime, taken: Iterable[tuple[datetime, datetime]]) -> bool:
    """Whether [start, end) meets one of the taken intervals; one that ends when another starts does not meet it."""
    return any(start < other_end and other_start < end for other_start, other_end in taken)


def next_free(
    *,
    after: datetime,
    length: timedelta,
    taken: Iterable[tuple[datetime, datetime]],
    opens_at: time,
    closes_at: time,
    zone: ZoneInfo,
    works: Callable[[date], bool],
    count: int = 3,
) -> list[datetime]:
    """The next starts at which a stretch of `length` is free, within opening hours of working days, in half-hour steps.

    At most one per day, so that the choice is real; looks sixty days ahead.
    """
    taken = list(taken)
    found = []
    day = after.astimezone(zone).date()
    last = (after + LONGEST_LOOK).astimezone(zone).date()
    while day <= last and len(found) < count:
        if works(day):
            start = _first_free_of_day(day, after, length, taken, opens_at, closes_at, zone)
            if start is not None:
                found.append(start)
        day += timedelta(days=1)
    return found


def _first_free_of_day(day, after, length, taken, opens_at, closes_at, zone) -> datetime | None:
    # Sums of instants run in UTC: on the two odd nights of the year a wall-clock sum would be an hour off.
    utc = ZoneInfo("UTC")
    start = datetime.combine(day, opens_at, tzinfo=zone).astimezone(utc)
    closes = datetime.combine(day, closes_at, tzinfo=zone).astimezone(utc)
    while start + length <= closes:
        if start >= after and not overlaps(start, start + length, taken):
            return start
        start += STEP
    return None

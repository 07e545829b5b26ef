"""Which days a centre works: Monday to Friday without Italy's holidays and its own closed days (reference 0)."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from patients.centres.models import Centre
from patients.clinical import days


@lru_cache(maxsize=64)
def _national_holidays(year: int) -> frozenset[date]:
    import holidays  # with the calendars of every country: each part of the app starts sooner without

    return frozenset(holidays.country_holidays("IT", years=year))


def closed_days(centre: Centre) -> frozenset[date]:
    """The centre's own closed days; one query, kept on the instance."""
    if not hasattr(centre, "_closed_days"):
        centre._closed_days = frozenset(centre.closed_days.values_list("day", flat=True))
    return centre._closed_days


def _closed(centre: Centre, year: int) -> frozenset[date]:
    return _national_holidays(year) | _national_holidays(year + 1) | closed_days(centre)


def is_working(day: date, centre: Centre) -> bool:
    """Whether the centre works on a day."""
    return days.is_working_day(day, _closed(centre, day.year))


def after(day: date, count: int, centre: Centre) -> date:
    """The working day that comes `count` (up to a year's) working days after `day`; 0 gives the day itself."""
    return days.add_working_days(day, count, _closed(centre, day.year))


def due_after(instant: datetime, count: int, centre: Centre) -> datetime:
    """The same local time of day, `count` working days later. Asked on a closed day, the count starts that day."""
    here = instant.astimezone(ZoneInfo(centre.timezone))
    day = after(here.date(), count, centre)
    return datetime.combine(day, time(here.hour, here.minute), tzinfo=ZoneInfo(centre.timezone))

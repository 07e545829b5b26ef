"""The one clock that the app reads.

A demonstration may let it run ahead (CARPATH_CLOCK_OFFSET, in seconds), so that a day-30 reminder can be seen today;
start-up refuses an offset when the demonstration is off. Due tests, leases and the morning mail read this clock too.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present instant, UTC-aware, with the demonstration's offset."""
    return timezone.now() + timedelta(seconds=settings.CLOCK_OFFSET_SECONDS)


def today(tz: str) -> date:
    """The local calendar day at a place, given its IANA zone name (a centre's `timezone`)."""
    return now().astimezone(ZoneInfo(tz)).date()


def local(instant: datetime, tz: str) -> datetime:
    """An instant as the wall clock at a place shows it."""
    return instant.astimezone(ZoneInfo(tz))

"""The one clock that the app reads.

A demonstration may let it run ahead (CARPATH_CLOCK_OFFSET, in seconds), so that a day-30 reminder can be seen today;
start-up refuses an offset when the demonstration is off. Due tests, leases and the morning mail read this clock too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """The present instant, UTC-aware, with the demonstration's offset."""
    return _set_to.get() or timezone.now() + timedelta(seconds=settings.CLOCK_OFFSET_SECONDS)


def today(tz: str) -> date:
    """The local calendar day at a place, given its IANA zone name (a centre's `timezone`)."""
    return now().astimezone(ZoneInfo(tz)).date()


def local(instant: datetime, tz: str) -> datetime:
    """An instant as the wall clock at a place shows it."""
    return instant.astimezone(ZoneInfo(tz))


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let the clock stand at an instant while an invented patient's past is loaded. Refused outside a demonstration."""
    if not settings.DEMO:
        raise RuntimeError("the clock is set only while a demonstration is loaded")
    token = _set_to.set(instant)
    try:
        yield
    finally:
        _set_to.reset(token)

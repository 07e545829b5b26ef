"""Days of a regimen and its window to the infusion (reference 4). Pure: no Django, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

TOO_EARLY, OK, PHYSICIAN_DECIDES, TOO_LATE = "too_early", "ok", "late_physician_decides", "too_late"
END = "ld_end"


@dataclass(frozen=True)
class Window:
    """Days from the anchor (`ld_end`: its last day; `ld_start`: its first) to the infusion."""

    anchor: str
    least: int
    best: int
    most: int


@dataclass(frozen=True)
class Placed:
    """Where an infusion falls: days from the anchor, and what the window says."""

    days: int
    result: str


def span(days: Iterable[tuple[date, bool | None]], today: date) -> tuple[date, date]:
    """First and last day of lymphodepletion, of each planned day whether it was given (None: not recorded).

    Days given count, and while it runs those still to come, today's too; a day that has passed without a word counts as
    not given. Before the first dose the plan counts as it is.
    """
    planned = dict(days)
    given = [day for day, was_given in planned.items() if was_given]
    if not given:
        return min(planned), max(planned)
    to_come = [day for day, was_given in planned.items() if was_given is None and day >= today]
    return min(given), max(given + to_come)


def place(window: Window, first: date, last: date, infusion: date) -> Placed:
    """What the window says of an infusion on a day, lymphodepletion having run from `first` to `last`."""
    days = (infusion - (last if window.anchor == END else first)).days
    if days < window.least:
        return Placed(days, TOO_EARLY)
    if days <= window.best:
        return Placed(days, OK)
    return Placed(days, PHYSICIAN_DECIDES if days <= window.most else TOO_LATE)


def must_be_redone(
    days_since_end: int, *, after_days: int, wbc_over: Decimal, wbc_10e9_per_l: Decimal | None
) -> bool | None:
    """Whether lymphodepletion is given again before an infusion so late; None where nobody knows the white cells."""
    if days_since_end <= after_days:
        return False
    return None if wbc_10e9_per_l is None else wbc_10e9_per_l > wbc_over


def earliest(window: Window, first: date, last: date) -> date:
    """The first day on which the window is open."""
    return (last if window.anchor == END else first) + timedelta(days=window.least)


def latest(window: Window, first: date, last: date) -> date:
    """The last day that a physician may choose; after it lymphodepletion is repeated."""
    return (last if window.anchor == END else first) + timedelta(days=window.most)


def schedule(doses: Iterable[dict], first: date) -> dict[date, list[dict]]:
    """Which drugs fall on which day: {"drug", "mg_per_m2"} per date, in order of days. Days count from 1."""
    days: dict[date, list[dict]] = {}
    for dose in doses:
        for number in dose["days"]:
            day = first + timedelta(days=number - 1)
            days.setdefault(day, []).append({"drug": dose["drug"], "mg_per_m2": dose["mg_per_m2"]})
    return dict(sorted(days.items()))

"""Wash-outs before apheresis (reference 4): how many days a date is short. It reports and never blocks.

The lengths are data (`seeds/washouts.yaml`, editable per hub), given as arguments. A last dose known only to the month
or the year gives the range over its possible days.
"""

from dataclasses import dataclass
from datetime import date

from . import facts as check
from .days import PartialDate, add_days, add_months, days_between
from .result import INCOMPLETE, KNOWN, Ground, Result

VERSION = "reference 4, wash-outs"

A_LEAP_YEAR = PartialDate.in_year(2028)  # from some day of it a month is as long as it can be


@dataclass(frozen=True)
class Washout:
    """A treatment and how long before apheresis its last dose should lie: days, or calendar months."""

    code: str
    days: int = 0
    months: int = 0
    source: str = "4"
    tag: str = "K"

    def __post_init__(self):
        if self.days < 0 or self.months < 0 or (self.days and self.months):
            raise ValueError(f"no wash-out: {self}")

    def earliest_apheresis(self, last_dose: date) -> date:
        """The first day on which the wash-out is kept."""
        return add_months(last_dose, self.months) if self.months else add_days(last_dose, self.days)


def days_short(washout: Washout, *, last_dose: PartialDate | date | None, apheresis: date | None) -> Result:
    """How many days too early the apheresis is; 0 when the wash-out is kept.

    With a date unknown: incomplete, from kept to short by its whole length (a dose on the very day of the apheresis).
    """
    check.day("apheresis", apheresis)
    span = PartialDate.on(last_dose) if isinstance(last_dose, date) else last_dose
    missing = tuple(name for name, day in (("last_dose", span), ("apheresis", apheresis)) if day is None)
    if missing:
        days = [apheresis] if apheresis else (span or A_LEAP_YEAR).days
        possible = [0, max(days_between(day, washout.earliest_apheresis(day)) for day in days)]
    else:
        missing = ("last_dose",)
        earliest = [washout.earliest_apheresis(day) for day in (span.earliest, span.latest)]
        possible = [max(0, days_between(apheresis, day)) for day in earliest]
    values = {"code": washout.code, "days": washout.days, "months": washout.months}
    if span is not None:
        values["earliest"] = washout.earliest_apheresis(span.latest)
    told = {"version": VERSION, "grounds": (Ground("washout", values, washout.source, washout.tag),)}
    least, most = possible
    if least == most:
        return Result(KNOWN, least, **told)
    return Result(INCOMPLETE, None, missing=missing, range=(least, most), **told)


def earliest_apheresis(kept: tuple[tuple[Washout, PartialDate | date], ...]) -> tuple[date, Washout] | None:
    """The first day that keeps every wash-out, with the one that sets it; partial dates count by their latest day."""
    days = [
        (washout.earliest_apheresis(last.latest if isinstance(last, PartialDate) else last), washout)
        for washout, last in kept
    ]
    return max(days, key=lambda pair: pair[0], default=None)

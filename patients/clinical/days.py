"""Day and month arithmetic, the only place that does it (reference 0). Days are local calendar dates, never instants.

Windows are inclusive at both ends. Day 0 is the date of the first infusion; day -5 is five days before it. Months keep
the day of the month, clamped to the last day of a shorter month [C]. A date known only by month or year is the span
from its earliest to its latest day, and a question about it answers yes, no, or cannot tell.
"""

import calendar
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

DAYS_PER_WEEK = 7
MONTHS_PER_YEAR = 12


def add_days(day: date, n: int) -> date:
    """The date n calendar days later (earlier where n is negative)."""
    return day + timedelta(days=n)


def add_weeks(day: date, n: int) -> date:
    """The date 7 x n days later."""
    return day + timedelta(days=DAYS_PER_WEEK * n)


def add_months(day: date, n: int) -> date:
    """The same day of the month n months later, clamped: 2024-02-29 + 12 months is 2025-02-28 [C]."""
    months = day.year * MONTHS_PER_YEAR + (day.month - 1) + n
    year, month = divmod(months, MONTHS_PER_YEAR)
    last = calendar.monthrange(year, month + 1)[1] if 1 <= year <= 9999 else 0
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, n: int) -> date:
    """12 x n months later."""
    return add_months(day, MONTHS_PER_YEAR * n)


def days_between(start: date, end: date) -> int:
    """Calendar days from start to end; negative when end comes first."""
    return (end - start).days


def day_number(day: date, *, day_0: date) -> int:
    """The day relative to the infusion: 0 on the day itself, -5 five days before, 30 thirty days after."""
    return days_between(day_0, day)


def on_day(n: int, *, day_0: date) -> date:
    """The calendar date of day n."""
    return add_days(day_0, n)


def is_within_days(event: date, anchor: date, n: int) -> bool:
    """The event is no later than n days from the anchor: anchor + n counts. It may lie before the anchor."""
    return event <= add_days(anchor, n)


def is_within_months(event: date, anchor: date, n: int) -> bool:
    """The event is no later than n months from the anchor, that day included."""
    return event <= add_months(anchor, n)


def age_years(born: date, on: date) -> int:
    """Completed years; a person born on 29 February completes a year on 1 March of other years [C]."""
    if on < born:
        raise ValueError("the date lies before birth")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


# --- Working days ---------------------------------------------------------------------------------------------------

SATURDAY = 5


def is_working_day(day: date, closed: Collection[date] = ()) -> bool:
    """Monday to Friday, not among the closed days (national holidays and the centre's own, given by the caller)."""
    return day.weekday() < SATURDAY and day not in closed


def next_working_day(day: date, closed: Collection[date] = ()) -> date:
    """The first working day after this one."""
    return add_working_days(day, 1, closed)


def first_working_day_from(day: date, closed: Collection[date] = ()) -> date:
    """This day if it is a working day, else the next that is."""
    return day if is_working_day(day, closed) else next_working_day(day, closed)


def add_working_days(day: date, n: int, closed: Collection[date] = ()) -> date:
    """The n-th working day after (before, where n is negative) the day; n = 0 is the day itself, worked or not."""
    step = 1 if n > 0 else -1
    left = abs(n)
    while left:
        day = add_days(day, step)
        left -= is_working_day(day, closed)
    return day


def working_days_between(start: date, end: date, closed: Collection[date] = ()) -> int:
    """How many working days lie after start, up to and including end; negative when end comes first."""
    if end < start:
        return -working_days_between(end, start, closed)
    return sum(is_working_day(add_days(start, n), closed) for n in range(1, days_between(start, end) + 1))


# --- Dates known in part --------------------------------------------------------------------------------------------


class Precision(Enum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Answer(Enum):
    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"

    @property
    def as_fact(self) -> bool | None:
        """True, False, or None where it cannot be told."""
        return {Answer.YES: True, Answer.NO: False, Answer.CANNOT_TELL: None}[self]


_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True)
class PartialDate:
    """A date known to the day, the month or the year, as its earliest and latest possible day."""

    earliest: date
    latest: date

    def __post_init__(self):
        if self.latest < self.earliest:
            raise ValueError("the latest day lies before the earliest")

    @classmethod
    def on(cls, day: date) -> "PartialDate":
        return cls(day, day)

    @classmethod
    def in_month(cls, year: int, month: int) -> "PartialDate":
        return cls(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))

    @classmethod
    def in_year(cls, year: int) -> "PartialDate":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def parse(cls, written: str) -> "PartialDate":
        """Read "2025-03-10", "2025-03" or "2025"; anything else is a ValueError."""
        match = _WRITTEN.fullmatch(written)
        if not match:
            raise ValueError("must be a date written YYYY-MM-DD, YYYY-MM or YYYY")
        year, month, day = (int(part) if part else None for part in match.groups())
        if day is not None:
            return cls.on(date(year, month, day))
        return cls.in_month(year, month) if month is not None else cls.in_year(year)

    @property
    def precision(self) -> Precision:
        if self.is_exact:
            return Precision.DAY
        same_month = (self.earliest.year, self.earliest.month) == (self.latest.year, self.latest.month)
        return Precision.MONTH if same_month else Precision.YEAR

    @property
    def is_exact(self) -> bool:
        return self.earliest == self.latest

    @property
    def days(self) -> tuple[date, ...]:
        """Every day that it can be, in order."""
        return tuple(add_days(self.earliest, n) for n in range(days_between(self.earliest, self.latest) + 1))

    def __str__(self) -> str:
        return {
            Precision.DAY: self.earliest.isoformat(),
            Precision.MONTH: f"{self.earliest:%Y-%m}",
            Precision.YEAR: f"{self.earliest.year:04d}",
        }[self.precision]


@dataclass(frozen=True)
class DateAnswer:
    """An answer about dates and, where it cannot be told, the names of the dates whose exact day would decide."""

    answer: Answer
    deciding: tuple[str, ...] = ()

    @property
    def as_fact(self) -> bool | None:
        return self.answer.as_fact


def _as_partial(day: "PartialDate | date") -> PartialDate:
    return day if isinstance(day, PartialDate) else PartialDate.on(day)


def _told(yes: bool, no: bool, **partial: PartialDate) -> DateAnswer:
    if yes:
        return DateAnswer(Answer.YES)
    if no:
        return DateAnswer(Answer.NO)
    return DateAnswer(Answer.CANNOT_TELL, tuple(name for name, day in partial.items() if not day.is_exact))


def within_months(event: "PartialDate | date", anchor: "PartialDate | date", n: int) -> DateAnswer:
    """Whether the event is no later than n months from the anchor, for every day that either of them can be."""
    event, anchor = _as_partial(event), _as_partial(anchor)
    return _told(
        yes=is_within_months(event.latest, anchor.earliest, n),
        no=not is_within_months(event.earliest, anchor.latest, n),
        event=event,
        anchor=anchor,
    )


def within_days(event: "PartialDate | date", anchor: "PartialDate | date", n: int) -> DateAnswer:
    """Whether the event is no later than n days from the anchor, for every day that either of them can be."""
    event, anchor = _as_partial(event), _as_partial(anchor)
    return _told(
        yes=is_within_days(event.latest, anchor.earliest, n),
        no=not is_within_days(event.earliest, anchor.latest, n),
        event=event,
        anchor=anchor,
    )


def not_before(event: "PartialDate | date", other: "PartialDate | date") -> DateAnswer:
    """Whether the event happened on the other day or later."""
    event, other = _as_partial(event), _as_partial(other)
    return _told(yes=event.earliest >= other.latest, no=event.latest < other.earliest, event=event, other=other)


def is_impossible_order(first: "PartialDate | date", second: "PartialDate | date") -> bool:
    """True only when *second* lies before *first* under every reading of both: such an order is refused."""
    return not_before(second, first).answer is Answer.NO


# --- Dates that hang on the infusion and on the first line (reference 0, 4, 6.1, 6.2) --------------------------------

INFUSION_DAYS = {"d28": 28, "d30": 30, "d100": 100, "d180": 180, "d365": 365}
DRIVING_WEEKS = 8  # 4: no driving or machines for 8 weeks (EU)
EBMT_ANNUAL_YEARS = {"ebmt_annual_1": 1, "ebmt_annual_4": 4}
EOT_PET_DAYS = 30  # 6.1: end-of-treatment PET no later than 30 days from the last administration


def infusion_dates(day_0: date) -> dict[str, date]:
    """The dates that the infusion sets: days +28 to +365, end of the 8 weeks without driving, EBMT yearly reports."""
    dates = {name: on_day(n, day_0=day_0) for name, n in INFUSION_DAYS.items()}
    dates["driving_8w_end"] = add_weeks(day_0, DRIVING_WEEKS)
    dates |= {name: add_years(day_0, n) for name, n in EBMT_ANNUAL_YEARS.items()}
    return dates


def eot_pet_due(last_dose: date) -> date:
    """The last day on which the end-of-treatment PET is in time; it is overdue the day after."""
    return add_days(last_dose, EOT_PET_DAYS)

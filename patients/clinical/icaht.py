"""ICAHT, the neutropenia grade after CAR-T of EHA/EBMT (Rejeski K et al., Blood 2023;142:865-77), and T-ICAHT for
platelets (2025). Reference 1.5. Units: ANC per uL, platelets 10^9/L, days counted from the infusion (day 0).

A run of low days is joined over rebounds of one or two days (recovery needs three) and its rebound days count. Days
without a count are interpolated where at most seven are missing between two counts; other missing days could be
anything, and the answer is the range from *all above* to *all zero*. G-CSF never changes the grade.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from . import facts as check
from .result import INCOMPLETE, KNOWN, Ground, Result, WrongFact

VERSION = "ICAHT EHA/EBMT 2023"
T_VERSION = "T-ICAHT 2025"

EARLY_LAST_DAY = 30  # day 30 is early, day 31 late
LATE_LAST_DAY = 100
RECOVERY_DAYS = 3
MAX_INTERPOLATED_DAYS = 7
STARTS_UP_TO_DAY = 3  # extension of the public grader: <= 500 from day 0-3, not ended at the last ANC
SEVERE_UL = Decimal("500")
PROFOUND_UL = Decimal("100")
LATE_BOUNDS_UL = (Decimal("1500"), Decimal("1000"), Decimal("500"), Decimal("100"))
FIRST_DAY, LAST_DAY = -60, 6000
ANC_UL = ("0", "200000")
PLT = ("0", "3000")


def counts_from_runs(field: str, runs: Any, band: tuple[str, str]) -> dict[int, Decimal | None]:
    """Days and their lowest value from [[first_day, last_day, value], …]; a value of None is not measured."""
    if runs is None:
        return {}
    if not isinstance(runs, Sequence) or isinstance(runs, str):
        raise WrongFact(field, "must be a list of [first_day, last_day, value]")
    by_day: dict[int, Decimal | None] = {}
    for run in runs:
        if not isinstance(run, Sequence) or isinstance(run, str) or len(run) != 3:
            raise WrongFact(field, "must be a list of [first_day, last_day, value]")
        first = check.whole(field, run[0], low=FIRST_DAY, high=LAST_DAY)
        last = check.whole(field, run[1], low=FIRST_DAY, high=LAST_DAY)
        value = check.number(field, run[2], low=band[0], high=band[1])
        if first is None or last is None:
            raise WrongFact(field, "each run needs its first and last day")
        if last < first:
            raise WrongFact(field, "a run cannot end before it starts")
        for day in range(first, last + 1):
            known = [v for v in (by_day.get(day), value) if v is not None]
            by_day[day] = min(known) if known else None
    return by_day


def interpolated(by_day: Mapping[int, Decimal | None], first: int, last: int) -> tuple[dict[int, Decimal], list[int]]:
    """The days first to last with short gaps filled on a straight line, and the list of the days so filled."""
    known = {day: value for day, value in sorted(by_day.items()) if value is not None}
    filled, marked = dict(known), []
    measured = list(known)
    for left, right in pairwise(measured):
        if 1 < right - left <= MAX_INTERPOLATED_DAYS + 1:
            for day in range(left + 1, right):
                filled[day] = known[left] + (known[right] - known[left]) * (day - left) / (right - left)
                marked.append(day)
    return (
        {day: value for day, value in filled.items() if first <= day <= last},
        [day for day in marked if first <= day <= last],
    )


@dataclass(frozen=True)
class Run:
    """Consecutive low days, rebounds of one or two days inside included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def low_runs(days: Mapping[int, Decimal], bound: Decimal) -> list[Run]:
    """The runs at or below the bound; fewer than three days above do not end a run."""
    runs: list[Run] = []
    for day in sorted(day for day, value in days.items() if value <= bound):
        if runs and day - runs[-1].last <= RECOVERY_DAYS:
            runs[-1] = Run(runs[-1].first, day)
        else:
            runs.append(Run(day, day))
    return runs


def _checked_days(field: str, by_day: Mapping[int, Any], band: tuple[str, str]) -> dict[int, Decimal | None]:
    return {
        check.whole("day", day, low=FIRST_DAY, high=LAST_DAY): check.number(field, value, low=band[0], high=band[1])
        for day, value in by_day.items()
    }


def _checked_last_day(last_day: Any, latest: int) -> int:
    checked = check.whole("last_day", last_day, low=0, high=LAST_DAY)
    if checked is None:
        raise WrongFact("last_day", "must be known")
    return min(checked, latest)


@dataclass(frozen=True)
class EarlyFacts:
    """The lowest ANC per uL of each day (None or absent: not measured) and the last day followed (30, death …).

    `last_day=None`: nobody said how far the patient was followed. A patient still under way is followed to day 30.
    """

    anc_ul_by_day: Mapping[int, Any]
    last_day: int | None = EARLY_LAST_DAY

    def __post_init__(self):
        by_day = _checked_days("anc_ul", self.anc_ul_by_day, ANC_UL)
        last_day = None if self.last_day is None else _checked_last_day(self.last_day, EARLY_LAST_DAY)
        check.settle(self, anc_ul_by_day=by_day, last_day=last_day)


def icaht_early(facts: EarlyFacts) -> Result:
    """Early ICAHT 0-4, day 0 to +30 (or the last day followed, when earlier).

    Where the end of follow-up is not said, it is the last day that the counts speak of when a run that has not ended
    there makes grade 4; otherwise the days up to 30 that were not counted are missing.
    """
    if facts.last_day is not None:
        return _early_to(facts.anc_ul_by_day, facts.last_day)
    last_told = max((day for day in facts.anc_ul_by_day if day >= 0), default=EARLY_LAST_DAY)
    if last_told < EARLY_LAST_DAY:
        ended = _early_to(facts.anc_ul_by_day, last_told)
        if ended.value == WORST:
            followed = Ground("followed_to_last_count", {"last_day": last_told}, "1.5", "C")
            return replace(ended, grounds=(*ended.grounds, followed))
    return _early_to(facts.anc_ul_by_day, EARLY_LAST_DAY)


WORST = 4


def _early_to(anc_ul_by_day: Mapping[int, Decimal | None], last_day: int) -> Result:
    days, marked = interpolated(anc_ul_by_day, 0, last_day)
    return _bounded(days, marked, last_day, _early_grade, ANC_UL, "anc_ul", VERSION)


def _bounded(days, marked, last_day, grade_of, band: tuple[str, str], missing: str, version: str) -> Result:
    """The grade, or its range over every value that the days without a count could have.

    A lower count never lowers a grade, so the two extremes are the ends of the range.
    """
    unknown = [day for day in range(last_day + 1) if day not in days]
    lowest, highest = map(Decimal, band)
    low, low_grounds = grade_of(days | dict.fromkeys(unknown, highest), last_day)
    high, _grounds = grade_of(days | dict.fromkeys(unknown, lowest), last_day)
    grounds = (Ground("interpolated_days", {"days": marked}, "1.5"),) if marked else ()
    if unknown:
        grounds += (Ground("days_without_count", {"days": unknown}, "1.5"),)
    if low == high:
        return Result(KNOWN, low, version, grounds=low_grounds + grounds)
    return Result(INCOMPLETE, None, version, grounds=grounds, missing=(missing,), range=(low, high))


def _early_grade(days: Mapping[int, Decimal], last_day: int) -> tuple[int, tuple[Ground, ...]]:
    severe = low_runs(days, SEVERE_UL)
    profound = low_runs(days, PROFOUND_UL)
    longest = max((run.length for run in severe), default=0)
    longest_profound = max((run.length for run in profound), default=0)
    lasting = [r for r in severe if r.first <= STARTS_UP_TO_DAY and last_day - r.last < RECOVERY_DAYS]
    grades = [(0, Ground("longest_run_500", {"days": longest, "grade": 0}, "1.5", "V"))]
    if longest:
        grade = 3 if longest >= 14 else 2 if longest >= 7 else 1
        grades.append((grade, Ground("longest_run_500", {"days": longest, "grade": grade}, "1.5", "V")))
    if longest_profound >= 7:
        grade = 4 if longest_profound >= 14 else 3
        grades.append((grade, Ground("longest_run_100", {"days": longest_profound, "grade": grade}, "1.5", "V")))
    if len(days) == last_day + 1 and all(value <= SEVERE_UL for value in days.values()):
        grades.append((4, Ground("never_above_500", {"last_day": last_day, "grade": 4}, "1.5", "V")))
    elif lasting:
        start = lasting[0].first
        grades.append((4, Ground("low_from_start_not_ended", {"first_day": start, "grade": 4}, "1.5", "extension")))
    worst = max(grade for grade, _ground in grades)
    return worst, tuple(ground for grade, ground in grades if grade > 0 or worst == 0)


@dataclass(frozen=True)
class LateFacts:
    """The ANC counts (per uL) of the days after day 30 and the last day that counts.

    `last_day`: the earliest of day 100, next therapy, progression and last follow-up.
    """

    anc_ul_by_day: Mapping[int, Any]
    last_day: int = LATE_LAST_DAY

    def __post_init__(self):
        by_day = _checked_days("anc_ul", self.anc_ul_by_day, ANC_UL)
        check.settle(self, anc_ul_by_day=by_day, last_day=_checked_last_day(self.last_day, LATE_LAST_DAY))


def icaht_late(facts: LateFacts) -> Result:
    """Late ICAHT 0-4: the grade of the lowest count when the second lowest is <= 1500 too (not transient).

    A single count is graded on it and marked; none at all is incomplete.
    """
    values = sorted(
        value
        for day, value in facts.anc_ul_by_day.items()
        if value is not None and EARLY_LAST_DAY < day <= facts.last_day
    )
    if not values:
        return Result(INCOMPLETE, None, VERSION, missing=("anc_ul",), range=(0, 4))
    nadir, second = values[0], values[min(1, len(values) - 1)]
    transient = second > LATE_BOUNDS_UL[0]
    grade = 0 if transient else sum(nadir <= bound for bound in LATE_BOUNDS_UL)
    grounds = [Ground("late_nadir", {"anc_ul": nadir, "second_anc_ul": second, "grade": grade}, "1.5", "V")]
    if len(values) == 1:
        grounds.append(Ground("one_count_only", {}, "1.5"))
    return Result(KNOWN, grade, VERSION, grounds=tuple(grounds))


# --- T-ICAHT --------------------------------------------------------------------------------------------------------

T_SEVERE = Decimal("50")
T_PROFOUND = Decimal("20")
T_LATE = Decimal("100")


@dataclass(frozen=True)
class ThrombocytopeniaFacts:
    """The lowest platelet count (10^9/L) of each day; None or absent: not measured."""

    plt_by_day: Mapping[int, Any]
    last_day: int = EARLY_LAST_DAY

    def __post_init__(self):
        by_day = _checked_days("plt", self.plt_by_day, PLT)
        check.settle(self, plt_by_day=by_day, last_day=_checked_last_day(self.last_day, LATE_LAST_DAY))


def t_icaht_early(facts: ThrombocytopeniaFacts) -> Result:
    """Early T-ICAHT 0-4 by cumulative days, day 0 to +30."""
    last_day = min(facts.last_day, EARLY_LAST_DAY)
    days, marked = interpolated(facts.plt_by_day, 0, last_day)
    return _bounded(days, marked, last_day, _t_early_grade, PLT, "plt", T_VERSION)


def _profound_grade(days: int) -> int:
    return 4 if days >= 14 else 3 if days else 0


def _t_early_grade(days: Mapping[int, Decimal], last_day: int) -> tuple[int, tuple[Ground, ...]]:
    below_50 = sum(value < T_SEVERE for value in days.values())
    below_20 = sum(value < T_PROFOUND for value in days.values())
    grade = max((2 if below_50 >= 7 else 1 if below_50 else 0), _profound_grade(below_20))
    return grade, (Ground("days_below", {"below_50": below_50, "below_20": below_20, "grade": grade}, "1.5", "V"),)


def t_icaht_late(facts: ThrombocytopeniaFacts) -> Result:
    """Late T-ICAHT 0-4, day 31 to 100, by the counts that were measured (days below 20 are days with such a count)."""
    values = [
        value
        for day, value in facts.plt_by_day.items()
        if value is not None and EARLY_LAST_DAY < day <= min(facts.last_day, LATE_LAST_DAY)
    ]
    if not values:
        return Result(INCOMPLETE, None, T_VERSION, missing=("plt",), range=(0, 4))
    below_20 = sum(value < T_PROFOUND for value in values)
    nadir = min(values)
    grade = max(sum(nadir < bound for bound in (T_LATE, T_SEVERE)), _profound_grade(below_20))
    grounds = (Ground("late_platelets", {"nadir": nadir, "below_20": below_20, "grade": grade}, "1.5", "V"),)
    return Result(KNOWN, grade, T_VERSION, grounds=grounds)

"""Tocilizumab dose and next dose, steroid equivalents (reference 2).

Units: kg, mg, hours. Product facts come in as arguments; nothing here knows a product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import product as combinations
from typing import Any

from . import facts as check
from .result import INCOMPLETE, KNOWN, Ground, Result, Verdict, WrongFact, decide

TOCILIZUMAB_VERSION = "RoActemra EU; NCCN v2.2026 for the 24 h limit"

MG_PER_KG = Decimal("8")
MG_PER_KG_LIGHT = Decimal("12")
LIGHT_BELOW_KG = Decimal("30")
MAX_DOSE_MG = 800
WEIGHT_FROM_KG, WEIGHT_TO_KG = "2", "400"  # plausible band, ours

MAX_DOSES = 4
MIN_INTERVAL_H = Decimal("8")
WINDOW_H = Decimal("24")
MAX_IN_WINDOW = 3
# An hour of each class of how long ago a dose was given: less than 8 h, less than 24 h, longer.
HOURS_TOLD_APART = (Decimal("0"), MIN_INTERVAL_H, WINDOW_H)


@dataclass(frozen=True)
class TocilizumabFacts:
    """Body weight in kg."""

    weight_kg: Any = None

    def __post_init__(self):
        checked = check.number("weight_kg", self.weight_kg, low=WEIGHT_FROM_KG, high=WEIGHT_TO_KG, unit="kg")
        check.settle(self, weight_kg=checked)


def tocilizumab_dose_mg(facts: TocilizumabFacts) -> Result:
    """8 mg/kg (12 below 30 kg), at most 800 mg, rounded to whole mg half up [C].

    Without a weight: incomplete, from the dose at 2 kg (the lowest plausible weight) to the maximum.
    """
    could_be = {"weight_kg": (Decimal(WEIGHT_FROM_KG), LIGHT_BELOW_KG, Decimal(WEIGHT_TO_KG))}
    return decide(facts, _dose_of_known_weight, could_be, version=TOCILIZUMAB_VERSION)


def _dose_of_known_weight(f: TocilizumabFacts) -> tuple[Verdict, ...]:
    per_kg = MG_PER_KG_LIGHT if f.weight_kg < LIGHT_BELOW_KG else MG_PER_KG
    exact = f.weight_kg * per_kg
    rounded = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    dose = min(rounded, MAX_DOSE_MG)
    grounds = [Ground("dose_by_weight", {"weight_kg": f.weight_kg, "mg_per_kg": per_kg, "mg": exact}, "2", "V")]
    if rounded > MAX_DOSE_MG:
        grounds.append(Ground("dose_capped", {"max_mg": MAX_DOSE_MG}, "2", "V"))
    elif exact != rounded:
        grounds.append(Ground("dose_rounded_half_up", {"mg": rounded}, "2", "C"))
    return (Verdict(dose, grounds=tuple(grounds)),)


# --- Next dose ------------------------------------------------------------------------------------------------------

MAX_4_TOTAL = "max_4_total"
INTERVAL_LT_8H = "interval_lt_8h"
MAX_3_IN_24H = "max_3_in_24h"


@dataclass(frozen=True)
class NextDose:
    """Whether another dose may be considered now; the first reason against it in the order total, interval, 24 h."""

    allowed: bool
    reason: str | None = None


@dataclass(frozen=True)
class TocilizumabNextFacts:
    """Hours of all previous doses of the pathway (both centres) and of now, on one clock; None = time not known."""

    hours_of_previous_doses: Sequence[Any] | None = None
    now_h: Any = None

    def __post_init__(self):
        now = _hours("now_h", self.now_h)
        previous = self.hours_of_previous_doses
        if previous is not None:
            if isinstance(previous, str) or not isinstance(previous, Sequence):
                raise WrongFact("hours_of_previous_doses", "must be a list")
            previous = tuple(_hours("hours_of_previous_doses", hour) for hour in previous)
            if now is not None and any(hour is not None and hour > now for hour in previous):
                raise WrongFact("hours_of_previous_doses", "a previous dose cannot lie after now")
        check.settle(self, hours_of_previous_doses=previous, now_h=now)


def _hours(field: str, value: Any) -> Decimal | None:
    return check.number(field, value, low="-1000000", high="1000000", unit="h")


def tocilizumab_next(facts: TocilizumabNextFacts) -> Result:
    """Value: NextDose. Reasons against are checked in the order max_4_total, interval_lt_8h, max_3_in_24h.

    A dose whose time is not known counts for the total; where its time would change the answer: incomplete.
    """
    previous = facts.hours_of_previous_doses
    if previous is None:
        return _next_incomplete({NextDose(True), NextDose(False, MAX_4_TOTAL)}, ("hours_of_previous_doses",))
    if len(previous) >= MAX_DOSES:
        # Whenever they were given: no time needs to be known.
        answer = NextDose(False, MAX_4_TOTAL)
        return Result(KNOWN, answer, TOCILIZUMAB_VERSION, grounds=(_doses_given(len(previous)),))
    unknown_time = sum(hour is None for hour in previous)
    answers = {}
    for now in _possible_nows(facts):
        for ages in combinations(HOURS_TOLD_APART, repeat=unknown_time):
            known = [hour for hour in previous if hour is not None]
            answer, grounds = _next_of_known_times([now - hour for hour in known] + list(ages))
            answers.setdefault(answer, grounds)
    if len(answers) == 1:
        answer, grounds = next(iter(answers.items()))
        return Result(KNOWN, answer, TOCILIZUMAB_VERSION, grounds=grounds)
    missing = ("now_h",) * (facts.now_h is None) + ("hours_of_previous_doses",) * bool(unknown_time)
    return _next_incomplete(set(answers), missing)


def _possible_nows(facts: TocilizumabNextFacts) -> tuple[Decimal, ...]:
    if facts.now_h is not None:
        return (facts.now_h,)
    known = sorted(hour for hour in facts.hours_of_previous_doses if hour is not None)
    if not known:
        return HOURS_TOLD_APART[:1]
    edges = {hour + gap for hour in known for gap in HOURS_TOLD_APART}
    return tuple(sorted(edge for edge in edges if edge >= known[-1]))


def _doses_given(count: int) -> Ground:
    return Ground("doses_given", {"count": count, "max": MAX_DOSES}, "2", "C")


def _next_of_known_times(ages_h: list[Decimal]) -> tuple[NextDose, tuple[Ground, ...]]:
    """Ages: how many hours before now each previous dose was given; fewer doses than the maximum."""
    in_window = sum(age < WINDOW_H for age in ages_h)
    since_last = min(ages_h, default=None)
    total = _doses_given(len(ages_h))
    interval = Ground("hours_since_last_dose", {"hours": since_last, "min": MIN_INTERVAL_H}, "2", "V")
    window = Ground("doses_in_24h", {"count": in_window, "max": MAX_IN_WINDOW}, "2", "V")
    if since_last is not None and since_last < MIN_INTERVAL_H:
        return NextDose(False, INTERVAL_LT_8H), (total, interval)
    if in_window >= MAX_IN_WINDOW:
        return NextDose(False, MAX_3_IN_24H), (total, interval, window)
    return NextDose(True), (total, interval, window)


def _next_incomplete(answers: set[NextDose], missing: tuple[str, ...]) -> Result:
    allowed = sorted(answer.allowed for answer in answers)
    reasons = sorted(answer.reason for answer in answers if answer.reason)
    grounds = (Ground("possible_reasons", {"reasons": reasons}, "2"),)
    return Result(
        INCOMPLETE, None, TOCILIZUMAB_VERSION, grounds=grounds, missing=missing, range=(allowed[0], allowed[-1])
    )


# --- Steroid equivalents --------------------------------------------------------------------------------------------

STEROID_VERSION = "reference 2, steroid equivalents"
# 2 [K]: dexamethasone 10 mg ~ methylprednisolone 53 mg ~ prednisone 67 mg.
STEROID_MG_EQUAL_TO_DEXAMETHASONE_10_MG = {
    "dexamethasone": Decimal("10"),
    "methylprednisolone": Decimal("53"),
    "prednisone": Decimal("67"),
}


def dexamethasone_equivalent_mg(drug: str, dose_mg: Any) -> Decimal:
    """The dexamethasone dose (mg) with the same effect [K]; any other drug is a WrongFact, never a guess."""
    check.choice("drug", drug, STEROID_MG_EQUAL_TO_DEXAMETHASONE_10_MG)
    dose = check.number("dose_mg", dose_mg, low="0", high="10000", unit="mg")
    if drug is None or dose is None:
        raise WrongFact("drug" if drug is None else "dose_mg", "must be known")
    return dose * 10 / STEROID_MG_EQUAL_TO_DEXAMETHASONE_10_MG[drug]

"""CAR-HEMATOTOX (Rejeski K et al., Blood 2021;138:2499; reference 3), from labs before lymphodepletion.

Units: platelets 10^9/L, ANC per uL, haemoglobin g/dL, CRP mg/dL, ferritin ng/mL. Equality at ANC 1200, Hb 9.0 and CRP
3.0 is undefined in print; this app takes ANC 1200 -> 0, Hb 9.0 -> 0, CRP 3.0 -> 1 [C].
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from . import facts as check
from .days import days_between
from .facts import Band
from .result import Ground, Result, Verdict, decide

VERSION = "CAR-HEMATOTOX 2021"
HIGH_FROM = 2  # low 0-1, high >= 2
DAYS_BEFORE_LYMPHODEPLETION = 7  # 3: day -5, accepted from day -7 to the start of lymphodepletion [C]

BANDS = {
    "plt": Band("0", "3000", "10^9/L"),
    "anc_ul": Band("0", "200000", "/uL"),
    "hb": Band("0", "25", "g/dL", above_low=True),
    "crp_mg_dl": Band("0", "100", "mg/dL"),
    "ferritin": Band("0", "1000000", "ng/mL"),
}
COULD_BE = check.ends_of(BANDS)  # the score only grows, or only falls, with each: their ends give the range


@dataclass(frozen=True)
class HematotoxFacts:
    """Platelets 10^9/L, ANC per uL, Hb g/dL, CRP mg/dL, ferritin ng/mL."""

    plt: Any = None
    anc_ul: Any = None
    hb: Any = None
    crp_mg_dl: Any = None
    ferritin: Any = None

    def __post_init__(self):
        check.settle_bands(self, BANDS)


@dataclass(frozen=True)
class Hematotox:
    """Score 0-7 and risk: low or high."""

    score: int

    @property
    def risk(self) -> str:
        return "high" if self.score >= HIGH_FROM else "low"


def car_hematotox(facts: HematotoxFacts) -> Result:
    """Value: Hematotox. With a missing variable: incomplete with the lowest and highest score."""
    result = decide(facts, _of_complete_facts, COULD_BE, version=VERSION, rank=lambda value: value.score)
    if result.range is None:
        return result
    low, high = result.range
    grounds = result.grounds
    if low.risk == high.risk:
        grounds += (Ground("risk_whatever_is_missing", {"risk": low.risk}, "3"),)
    return Result(**{**vars(result), "range": (low.score, high.score), "grounds": grounds})


def points(f: HematotoxFacts) -> dict[str, int]:
    """The points of each variable, all known."""
    return {
        "plt": 2 if f.plt < 75 else 1 if f.plt <= 175 else 0,
        "anc_ul": int(f.anc_ul < 1200),
        "hb": int(f.hb < 9),
        "crp_mg_dl": int(f.crp_mg_dl >= 3),
        "ferritin": 2 if f.ferritin > 2000 else 1 if f.ferritin >= 650 else 0,
    }


_AT_THE_EDGE = {"anc_ul": Decimal("1200"), "hb": Decimal("9"), "crp_mg_dl": Decimal("3")}


def _of_complete_facts(f: HematotoxFacts) -> tuple[Verdict, ...]:
    given = points(f)
    grounds = tuple(
        Ground(
            f"hematotox_{name}",
            {"value": getattr(f, name), "points": value},
            "3",
            "C" if getattr(f, name) == _AT_THE_EDGE.get(name) else "V",
        )
        for name, value in given.items()
    )
    return (Verdict(Hematotox(sum(given.values())), grounds=grounds),)


def is_in_time(taken_on: date, *, lymphodepletion_starts: date) -> bool:
    """Labs count from 7 days before the start of lymphodepletion to its start [C]."""
    return 0 <= days_between(taken_on, lymphodepletion_starts) <= DAYS_BEFORE_LYMPHODEPLETION

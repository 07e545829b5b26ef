"""Mantle cell lymphoma: simplified MIPI, MIPI and MIPI-b (Hoster 2008; reference 3).

Units: age in completed years, LDH U/L with the laboratory's ULN, WBC 10^9/L (the continuous MIPI turns it into cells
per uL itself: calculators that do not are wrong by 2.82), Ki-67 in per cent. Intervals are half open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from . import facts as check
from .facts import Band
from .ipi import Score, scores_as_range
from .result import Ground, Result, Verdict, decide

VERSION = "MIPI 2008"

PER_UL = 1000  # 10^9/L to cells per uL
AGE_FROM = (50, 60, 70)
LDH_RATIO_FROM = (Decimal("0.67"), Decimal("1.0"), Decimal("1.5"))
WBC_FROM = (Decimal("6.7"), Decimal("10"), Decimal("15"))
SMIPI_RISK = ((3, "low"), (5, "intermediate"), (11, "high"))
MIPI_RISK_FROM = ((6.2, "high"), (5.7, "intermediate"))
KI67_FLAG_FROM = 30  # Ki-67 >= 30 % is a flag of its own

BANDS = {
    "age": Band("0", "120", is_whole=True),
    "ecog": Band("0", "4", is_whole=True),
    "ldh": Band("1", "50000", "U/L"),
    "ldh_uln": Band("50", "2000", "U/L"),
    "wbc": Band("0.001", "1000", "10^9/L"),  # from one cell per uL on: of none the continuous index has no value
    "ki67_percent": Band("0", "100", "%"),
}
# Each index only grows, or only falls, with each of these: the ends of their bands give the range.
COULD_BE = check.with_limit(check.ends_of(BANDS, "age", "ecog", "ldh", "ldh_uln", "wbc"), "ldh", "ldh_uln")


@dataclass(frozen=True)
class MipiFacts:
    """Age in years, ECOG 0-4, LDH and ULN (U/L), WBC 10^9/L, Ki-67 per cent (MIPI-b only)."""

    age: Any = None
    ecog: int | None = None
    ldh: Any = None
    ldh_uln: Any = None
    wbc: Any = None
    ki67_percent: Any = None

    def __post_init__(self):
        check.settle_bands(self, BANDS)


def smipi(facts: MipiFacts) -> Result:
    """Simplified MIPI 0-11: 0-3 low, 4-5 intermediate, 6-11 high. Value: Score."""
    result = decide(facts, _smipi_of_complete_facts, COULD_BE, version=VERSION, rank=lambda value: value.score)
    return scores_as_range(result)


def _smipi_of_complete_facts(f: MipiFacts) -> tuple[Verdict, ...]:
    points = {
        "age": sum(f.age >= bound for bound in AGE_FROM),
        "ecog": 2 if f.ecog >= 2 else 0,
        "ldh": sum(f.ldh >= f.ldh_uln * bound for bound in LDH_RATIO_FROM),
        "wbc": sum(f.wbc >= bound for bound in WBC_FROM),
    }
    score = sum(points.values())
    risk = next(risk for top, risk in SMIPI_RISK if score <= top)
    grounds = tuple(Ground(f"points_{name}", {"points": value}, "3", "V") for name, value in points.items())
    return (Verdict(Score(score, risk), grounds=grounds),)


@dataclass(frozen=True)
class Index:
    """A continuous index and its risk group; None where the reference gives no cut-off."""

    index: float
    risk: str | None


def mipi(facts: MipiFacts) -> Result:
    """Continuous MIPI: < 5.7 low, 5.7 to < 6.2 intermediate, >= 6.2 high. Value: Index; the range is of indices."""
    return _continuous(facts, COULD_BE, _mipi_index, _mipi_risk)


def mipi_b(facts: MipiFacts) -> Result:
    """MIPI-b = MIPI + 0.02142 x Ki-67 %. The reference gives no cut-offs for it: the risk is not known."""
    could_be = COULD_BE | check.ends_of(BANDS, "ki67_percent")
    return _continuous(facts, could_be, lambda f: _mipi_index(f) + 0.02142 * float(f.ki67_percent), lambda index: None)


def _continuous(facts: MipiFacts, could_be: Mapping[str, tuple], formula, risk_of) -> Result:
    def rule(f: MipiFacts) -> tuple[Verdict, ...]:
        index = formula(f)
        said = Ground("mipi_index", {"index": round(index, 4), "wbc_per_ul": f.wbc * PER_UL}, "3", "V")
        return (Verdict(Index(index, risk_of(index)), grounds=(said,)),)

    result = decide(facts, rule, could_be, version=VERSION, rank=lambda value: value.index)
    if result.range is None:
        return result
    return replace(result, range=tuple(value.index for value in result.range))


def _mipi_index(f: MipiFacts) -> float:
    ldh, wbc = (float(value.log10()) for value in (f.ldh / f.ldh_uln, f.wbc * PER_UL))
    return 0.03535 * f.age + 0.6978 * (f.ecog > 1) + 1.367 * ldh + 0.9393 * wbc


def _mipi_risk(index: float) -> str:
    return next((risk for bound, risk in MIPI_RISK_FROM if index >= bound), "low")

"""Mantle cell lymphoma: simplified MIPI, MIPI and MIPI-b (Hoster 2008; reference 3).

Units: age in completed years, LDH U/L with the laboratory's ULN, WBC 10^9/L (the continuous MIPI turns it into cells
per uL itself: calculators that do not are wrong by 2.82), Ki-67 in per cent. Intervals are half open.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import facts as check
from .ipi import Score, could_be_ldh, scores_as_range
from .result import Ground, Result, Verdict, decide

VERSION = "MIPI 2008"

PER_UL = 1000  # 10^9/L to cells per uL
AGE_FROM = (50, 60, 70)
LDH_RATIO_FROM = (Decimal("0.67"), Decimal("1.0"), Decimal("1.5"))
WBC_FROM = (Decimal("6.7"), Decimal("10"), Decimal("15"))
SMIPI_RISK = ((3, "low"), (5, "intermediate"), (11, "high"))
MIPI_RISK_FROM = ((6.2, "high"), (5.7, "intermediate"))
KI67_FLAG_FROM = 30  # Ki-67 >= 30 % is a flag of its own


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
        check.settle(
            self,
            age=check.whole("age", self.age, low=0, high=120),
            ecog=check.whole("ecog", self.ecog, low=0, high=4),
            ldh=check.number("ldh", self.ldh, low="1", high="50000", unit="U/L"),
            ldh_uln=check.number("ldh_uln", self.ldh_uln, low="50", high="2000", unit="U/L"),
            wbc=check.number("wbc", self.wbc, low="0", high="1000", unit="10^9/L", above_low=True),
            ki67_percent=check.number("ki67_percent", self.ki67_percent, low="0", high="100", unit="%"),
        )


def smipi(facts: MipiFacts) -> Result:
    """Simplified MIPI 0-11: 0-3 low, 4-5 intermediate, 6-11 high. Value: Score."""
    could_be = {
        "age": (49, 50, 60, 70),
        "ecog": (1, 2),
        "wbc": (Decimal("6.6"), Decimal("6.7"), Decimal("10"), Decimal("15")),
        **could_be_ldh(facts, ("0.5", "0.8", "1.2", "2")),
    }
    result = decide(facts, _smipi_of_complete_facts, could_be, version=VERSION, rank=lambda value: value.score)
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
    """Continuous MIPI: < 5.7 low, 5.7 to < 6.2 intermediate, >= 6.2 high. Value: Index; incomplete has no range."""
    return _continuous(facts, ("age", "ecog", "ldh", "ldh_uln", "wbc"), _mipi_index, _mipi_risk)


def mipi_b(facts: MipiFacts) -> Result:
    """MIPI-b = MIPI + 0.02142 x Ki-67 %. The reference gives no cut-offs for it: the risk is not known."""
    needs = ("age", "ecog", "ldh", "ldh_uln", "wbc", "ki67_percent")
    return _continuous(facts, needs, lambda f: _mipi_index(f) + 0.02142 * float(f.ki67_percent), lambda index: None)


def _continuous(facts: MipiFacts, needs: tuple[str, ...], formula, risk_of) -> Result:
    missing = tuple(name for name in needs if getattr(facts, name) is None)
    if missing:
        return Result("incomplete", None, VERSION, missing=missing)
    index = formula(facts)
    grounds = (Ground("mipi_index", {"index": round(index, 4), "wbc_per_ul": facts.wbc * PER_UL}, "3", "V"),)
    return Result("known", Index(index, risk_of(index)), VERSION, grounds=grounds)


def _mipi_index(f: MipiFacts) -> float:
    ldh, wbc = (float(value.log10()) for value in (f.ldh / f.ldh_uln, f.wbc * PER_UL))
    return 0.03535 * f.age + 0.6978 * (f.ecog > 1) + 1.367 * ldh + 0.9393 * wbc


def _mipi_risk(index: float) -> str:
    return next((risk for bound, risk in MIPI_RISK_FROM if index >= bound), "low")

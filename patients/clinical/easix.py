"""EASIX, s-EASIX and m-EASIX (reference 3). Units: LDH U/L, creatinine mg/dL, platelets 10^9/L, CRP **mg/dL**.

No cut-off is universal: the figures are shown as a trend (with their base-2 logarithm), never as a verdict.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from . import facts as check
from .facts import Band
from .result import Ground, Result, Verdict, decide, together

VERSION = "EASIX; m-EASIX (PMC8525234)"

BANDS = {
    "ldh": Band("1", "50000", "U/L"),
    "creatinine_mg_dl": Band("0.01", "50", "mg/dL"),
    "plt": Band("0.1", "3000", "10^9/L"),
    "crp_mg_dl": Band("0", "100", "mg/dL"),
}
TWO_DECIMALS = Decimal("0.01")


@dataclass(frozen=True)
class EasixFacts:
    """LDH U/L, creatinine mg/dL, platelets 10^9/L, CRP mg/dL."""

    ldh: Any = None
    creatinine_mg_dl: Any = None
    plt: Any = None
    crp_mg_dl: Any = None

    def __post_init__(self):
        check.settle_bands(self, BANDS)


def easix(facts: EasixFacts) -> Result:
    """The three indices, rounded to two decimals half up; each of their grounds holds the raw value and its log2."""
    indices = {
        "easix": (("ldh", "creatinine_mg_dl"), lambda f: f.ldh * f.creatinine_mg_dl / f.plt),
        "s_easix": (("ldh",), lambda f: f.ldh / f.plt),
        "m_easix": (("ldh", "crp_mg_dl"), lambda f: f.ldh * f.crp_mg_dl / f.plt),
    }
    return together(
        {
            name: decide(
                facts,
                _index(name, formula),
                # Each index grows or falls steadily with each variable: the ends of their bands give the range.
                check.ends_of(BANDS, *reads, "plt"),
                version=VERSION,
            )
            for name, (reads, formula) in indices.items()
        },
        version=VERSION,
    )


def _log2(raw: Decimal) -> float:
    """By decimals: a value may be smaller than any float above 0."""
    return round(float(raw.ln() / Decimal(2).ln()), 2)


def _index(name: str, formula):
    def rule(f: EasixFacts) -> tuple[Verdict, ...]:
        raw = formula(f)
        values = {"raw": float(raw), "log2": _log2(raw) if raw > 0 else None}
        return (Verdict(raw.quantize(TWO_DECIMALS, ROUND_HALF_UP), grounds=(Ground(name, values, "3", "V"),)),)

    return rule

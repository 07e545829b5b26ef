"""EASIX, s-EASIX and m-EASIX (reference 3). Units: LDH U/L, creatinine mg/dL, platelets 10^9/L, CRP **mg/dL**.

No cut-off is universal: the figures are shown as a trend (with their base-2 logarithm), never as a verdict.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from . import facts as check
from .result import Ground, Result, Verdict, decide, together

VERSION = "EASIX; m-EASIX (PMC8525234)"

LDH = ("1", "50000")
CREATININE = ("0.01", "50")
PLATELETS = ("0.1", "3000")
CRP = ("0", "100")
TWO_DECIMALS = Decimal("0.01")


@dataclass(frozen=True)
class EasixFacts:
    """LDH U/L, creatinine mg/dL, platelets 10^9/L, CRP mg/dL."""

    ldh: Any = None
    creatinine_mg_dl: Any = None
    plt: Any = None
    crp_mg_dl: Any = None

    def __post_init__(self):
        check.settle(
            self,
            ldh=check.number("ldh", self.ldh, low=LDH[0], high=LDH[1], unit="U/L"),
            creatinine_mg_dl=check.number(
                "creatinine_mg_dl", self.creatinine_mg_dl, low=CREATININE[0], high=CREATININE[1], unit="mg/dL"
            ),
            plt=check.number("plt", self.plt, low=PLATELETS[0], high=PLATELETS[1], unit="10^9/L"),
            crp_mg_dl=check.number("crp_mg_dl", self.crp_mg_dl, low=CRP[0], high=CRP[1], unit="mg/dL"),
        )


def _ends(band: tuple[str, str]) -> tuple[Decimal, Decimal]:
    return Decimal(band[0]), Decimal(band[1])


# Each index grows or falls steadily with each variable, so the ends of the plausible bands give the range.
COULD_BE = {
    "ldh": _ends(LDH),
    "creatinine_mg_dl": _ends(CREATININE),
    "plt": _ends(PLATELETS),
    "crp_mg_dl": _ends(CRP),
}


def easix(facts: EasixFacts) -> Result:
    """The three indices, rounded to two decimals half up; each of their grounds holds the raw value and its log2."""
    indices = {
        "easix": ("ldh", "creatinine_mg_dl", lambda f: f.ldh * f.creatinine_mg_dl / f.plt),
        "s_easix": ("ldh", None, lambda f: f.ldh / f.plt),
        "m_easix": ("ldh", "crp_mg_dl", lambda f: f.ldh * f.crp_mg_dl / f.plt),
    }
    return together(
        {
            name: decide(
                facts,
                _index(name, formula),
                {key: COULD_BE[key] for key in (first, second, "plt") if key},
                version=VERSION,
            )
            for name, (first, second, formula) in indices.items()
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

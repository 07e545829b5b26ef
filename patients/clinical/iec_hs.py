"""IEC-HS, the hyperinflammatory syndrome after cell therapy: a screen that prompts, never a diagnosis.

Hines et al. 2023, reference 1.6 [K]. Units: ferritin ng/mL, fibrinogen mg/dL. The screen asks for the ferritin
criterion, at least one common item, and a CRS that is falling or over.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import facts as check
from .result import Ground, Result, Verdict, decide

VERSION = "IEC-HS 2023"

FERRITIN_TIMES = Decimal("2")  # > 2 x ULN or > 2 x baseline
TRANSAMINASES_TIMES = Decimal("5")  # > 5 x ULN or > 5 x baseline
FIBRINOGEN_BELOW_MG_DL = Decimal("150")


@dataclass(frozen=True)
class IecHsFacts:
    """Ferritin with its ULN and pre-infusion baseline (ng/mL); the common items; the course of the CRS.

    `transaminases_times`: the highest of AST and ALT as a multiple of the ULN or of its baseline. `fibrinogen_mg_dl`
    with the laboratory's lower limit `fibrinogen_lln`.
    """

    ferritin: Any = None
    ferritin_uln: Any = None
    ferritin_baseline: Any = None
    ferritin_rapidly_rising: bool | None = None
    new_or_refractory_cytopenia: bool | None = None
    transaminases_times: Any = None
    fibrinogen_mg_dl: Any = None
    fibrinogen_lln: Any = None
    haemophagocytosis: bool | None = None
    crs_falling_or_over: bool | None = None

    def __post_init__(self):
        for name in _YES_NO:
            check.yes_no(name, getattr(self, name))
        check.settle(
            self,
            ferritin=check.number("ferritin", self.ferritin, low="0", high="1000000", unit="ng/mL"),
            ferritin_uln=check.number("ferritin_uln", self.ferritin_uln, low="50", high="1000", unit="ng/mL"),
            ferritin_baseline=check.number(
                "ferritin_baseline", self.ferritin_baseline, low="0", high="1000000", unit="ng/mL"
            ),
            transaminases_times=check.number("transaminases_times", self.transaminases_times, low="0", high="1000"),
            fibrinogen_mg_dl=check.number(
                "fibrinogen_mg_dl", self.fibrinogen_mg_dl, low="0", high="2000", unit="mg/dL"
            ),
            fibrinogen_lln=check.number("fibrinogen_lln", self.fibrinogen_lln, low="100", high="300", unit="mg/dL"),
        )


_YES_NO = ("ferritin_rapidly_rising", "new_or_refractory_cytopenia", "haemophagocytosis", "crs_falling_or_over")


@dataclass(frozen=True)
class _Criteria:
    """Each criterion answered; None where its measurement is missing."""

    ferritin_over_uln: bool | None
    ferritin_over_baseline: bool | None
    ferritin_rapidly_rising: bool | None
    new_or_refractory_cytopenia: bool | None
    transaminases_high: bool | None
    fibrinogen_low: bool | None
    haemophagocytosis: bool | None
    crs_falling_or_over: bool | None


_FERRITIN = ("ferritin_over_uln", "ferritin_over_baseline", "ferritin_rapidly_rising")
_COMMON = ("new_or_refractory_cytopenia", "transaminases_high", "fibrinogen_low", "haemophagocytosis")


def screen(facts: IecHsFacts) -> Result:
    """True: think of IEC-HS. With facts missing that could change it: incomplete, range (False, True)."""
    could_be = dict.fromkeys((*_FERRITIN, *_COMMON, "crs_falling_or_over"), (False, True))
    return decide(_criteria(facts), _screened, could_be, version=VERSION)


def _criteria(f: IecHsFacts) -> _Criteria:
    return _Criteria(
        ferritin_over_uln=_over(f.ferritin, f.ferritin_uln, FERRITIN_TIMES),
        ferritin_over_baseline=_over(f.ferritin, f.ferritin_baseline, FERRITIN_TIMES),
        ferritin_rapidly_rising=f.ferritin_rapidly_rising,
        new_or_refractory_cytopenia=f.new_or_refractory_cytopenia,
        transaminases_high=_over(f.transaminases_times, Decimal(1), TRANSAMINASES_TIMES),
        fibrinogen_low=_fibrinogen_low(f),
        haemophagocytosis=f.haemophagocytosis,
        crs_falling_or_over=f.crs_falling_or_over,
    )


def _over(value: Decimal | None, base: Decimal | None, times: Decimal) -> bool | None:
    return None if value is None or base is None else value > base * times


def _fibrinogen_low(f: IecHsFacts) -> bool | None:
    if f.fibrinogen_mg_dl is None:
        return None
    if f.fibrinogen_mg_dl < FIBRINOGEN_BELOW_MG_DL:
        return True
    return None if f.fibrinogen_lln is None else f.fibrinogen_mg_dl < f.fibrinogen_lln


def _screened(c: _Criteria) -> tuple[Verdict, ...]:
    ferritin = [name for name in _FERRITIN if getattr(c, name)]
    common = [name for name in _COMMON if getattr(c, name)]
    prompt = bool(ferritin and common and c.crs_falling_or_over)
    grounds = (
        Ground("iec_hs_ferritin", {"met": ferritin}, "1.6", "K"),
        Ground("iec_hs_common", {"met": common}, "1.6", "K"),
        Ground("iec_hs_crs", {"falling_or_over": c.crs_falling_or_over}, "1.6", "K"),
    )
    return (Verdict(prompt, grounds=grounds),)

"""Myeloma response by IMWG 2016, and MRD with its assay (reference 3).

Units: serum M-protein g/dL, urine M-protein mg per 24 h, difference of free light chains (dFLC) mg/dL, marrow plasma
cells per cent. sCR asks for more than the reference gives (free light chain ratio, clonality): it is not computed, and
CR is its floor. Anti-CD38 antibodies can mimic a residual IgG-kappa M-protein: see `may_be_antibody`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from . import facts as check
from .days import add_years
from .result import Ground, Result, Verdict, WrongFact, decide

VERSION = "IMWG 2016"

CR, VGPR, PR, MR, SD, PD = "CR", "VGPR", "PR", "MR", "SD", "PD"
RESPONSES = (CR, VGPR, PR, MR, SD, PD)  # from best to worst

PLASMA_CELLS_BELOW_PERCENT = Decimal("5")
URINE_VGPR_BELOW = Decimal("100")
URINE_PR_BELOW = Decimal("200")
RISE = Fraction(25, 100)
SERUM_RISE_G_DL = Decimal("0.5")
URINE_RISE_MG_24H = Decimal("200")
DFLC_RISE_MG_DL = Decimal("10")


# The most that is plausible of each measure, and its unit.
BANDS = {"serum": ("15", "g/dL"), "urine": ("50000", "mg/24 h"), "dflc": ("5000", "mg/dL")}


@dataclass(frozen=True)
class ImwgFacts:
    """M-protein at baseline, at its lowest and now; immunofixation of serum and urine; plasmacytoma; marrow.

    `new_lesion`: a new bone lesion or plasmacytoma. A baseline of 0 means that this compartment was not measurable.
    """

    serum_baseline: Any = None
    serum_nadir: Any = None
    serum: Any = None
    urine_baseline: Any = None
    urine_nadir: Any = None
    urine: Any = None
    dflc_nadir: Any = None
    dflc: Any = None
    immunofixation_negative: bool | None = None
    plasmacytoma: bool | None = None
    plasma_cells_percent: Any = None
    new_lesion: bool | None = None

    def __post_init__(self):
        for name in ("immunofixation_negative", "plasmacytoma", "new_lesion"):
            check.yes_no(name, getattr(self, name))
        checked = {}
        for name in _MEASURED:
            high, unit = BANDS[name.partition("_")[0]]
            checked[name] = check.number(name, getattr(self, name), low="0", high=high, unit=unit)
        checked["plasma_cells_percent"] = check.number(
            "plasma_cells_percent", self.plasma_cells_percent, low="0", high="100", unit="%"
        )
        check.settle(self, **checked)


_SERUM, _URINE = ("serum_baseline", "serum_nadir", "serum"), ("urine_baseline", "urine_nadir", "urine")
_MEASURED = (*_SERUM, *_URINE, "dflc_nadir", "dflc")


@dataclass(frozen=True)
class _Criteria:
    """Each question of the table, answered or None. The drop of the serum M-protein in classes of per cent."""

    serum_rise: bool | None
    urine_rise: bool | None
    dflc_rise: bool | None
    new_lesion: bool | None
    serum_drop: int | None
    urine_class: str | None
    immunofixation_negative: bool | None
    plasmacytoma: bool | None
    few_plasma_cells: bool | None


GONE = 100  # nothing is left of the M-protein
DROPS = (0, 25, 50, 90, GONE)
URINE_CLASSES = ("none", "below_100", "partial", "high")
COULD_BE = {
    "serum_rise": (False, True),
    "urine_rise": (False, True),
    "dflc_rise": (False, True),
    "new_lesion": (False, True),
    "serum_drop": DROPS,
    "urine_class": URINE_CLASSES,
    "immunofixation_negative": (False, True),
    "plasmacytoma": (False, True),
    "few_plasma_cells": (False, True),
}


def response(facts: ImwgFacts) -> Result:
    """CR, VGPR, PR, MR, SD or PD; incomplete with the best and the worst that the missing facts allow."""
    criteria = _Criteria(
        serum_rise=_rise("serum", facts.serum, facts.serum_nadir),
        urine_rise=_rise("urine", facts.urine, facts.urine_nadir),
        dflc_rise=_rise("dflc", facts.dflc, facts.dflc_nadir),
        new_lesion=facts.new_lesion,
        serum_drop=_serum_drop(facts),
        urine_class=_urine_class(facts),
        immunofixation_negative=facts.immunofixation_negative,
        plasmacytoma=facts.plasmacytoma,
        few_plasma_cells=(
            None if facts.plasma_cells_percent is None else facts.plasma_cells_percent < PLASMA_CELLS_BELOW_PERCENT
        ),
    )
    could_be = COULD_BE | {"serum_drop": _possible_drops(facts), "urine_class": _possible_urine(facts)}
    return decide(criteria, _response_of_complete_facts, could_be, version=VERSION, rank=RESPONSES.index)


def _most(measure: str) -> Decimal:
    return Decimal(BANDS[measure][0])


def _possible_drops(f: ImwgFacts) -> tuple[int, ...]:
    """By how much the serum M-protein may have fallen, where its baseline or its value is not known."""
    if f.serum is None:
        return DROPS
    least_left = Fraction(f.serum) / Fraction(_most("serum"))
    return tuple(drop for drop in DROPS if drop < GONE and least_left <= 1 - Fraction(drop, 100))


def _possible_urine(f: ImwgFacts) -> tuple[str, ...]:
    """A urine value that is known is unsure from 200 mg on, without a baseline of ten times as much or more."""
    if f.urine is None:
        return URINE_CLASSES
    return ("partial", "high") if f.urine * 10 <= _most("urine") else ("high",)


RISES = {"serum": SERUM_RISE_G_DL, "urine": URINE_RISE_MG_24H, "dflc": DFLC_RISE_MG_DL}


def _has_risen(measure: str, now: Decimal, nadir: Decimal) -> bool:
    """A rise of 25 % from the nadir and of an absolute amount: at least it (serum, urine), or above it (dFLC)."""
    rise, least = now - nadir, RISES[measure]
    enough = rise > least if measure == "dflc" else rise >= least
    return enough and Fraction(rise) >= Fraction(nadir) * RISE


def _rise(measure: str, now: Decimal | None, nadir: Decimal | None) -> bool | None:
    """Whether it has risen; what is not known matters only where a plausible value could make it so."""
    at_most, at_least = (now if now is not None else _most(measure)), (nadir if nadir is not None else Decimal(0))
    possible = _has_risen(measure, at_most, at_least)
    return None if possible and None in (now, nadir) else possible


def _serum_drop(f: ImwgFacts) -> int | None:
    if f.serum == 0:
        return GONE
    if f.serum is None or f.serum_baseline is None:
        return None
    if f.serum_baseline == 0:
        return 0
    percent = Fraction(f.serum_baseline - f.serum) * 100 / Fraction(f.serum_baseline)
    return max((drop for drop in DROPS[:-1] if percent >= drop), default=0)


def _urine_class(f: ImwgFacts) -> str | None:
    """none now; below 100 mg; a drop of 90 % or below 200 mg (partial); more."""
    if f.urine is None:
        return None
    if f.urine == 0:
        return "none"
    if f.urine < URINE_VGPR_BELOW:
        return "below_100"
    if f.urine < URINE_PR_BELOW:
        return "partial"
    if f.urine_baseline is None:
        return None
    return "partial" if Fraction(f.urine) <= Fraction(f.urine_baseline) / 10 else "high"


def _response_of_complete_facts(c: _Criteria) -> tuple[Verdict, ...]:
    rises = [name for name in ("serum_rise", "urine_rise", "dflc_rise", "new_lesion") if getattr(c, name)]
    if rises:
        return (Verdict(PD, grounds=(Ground("imwg_progression", {"by": rises}, "3", "V"),)),)
    gone = c.serum_drop == GONE and c.urine_class == "none"
    if c.immunofixation_negative and not c.plasmacytoma and c.few_plasma_cells:
        value = CR
    elif gone or (c.serum_drop >= 90 and c.urine_class in ("none", "below_100")):
        value = VGPR
    elif c.serum_drop >= 50 and c.urine_class != "high":
        value = PR
    else:
        value = MR if c.serum_drop >= 25 else SD
    said = {"serum_drop_percent_from": c.serum_drop, "urine": c.urine_class}
    return (Verdict(value, grounds=(Ground("imwg_response", said, "3", "V"),)),)


def may_be_antibody(*, isotype: str | None, on_anti_cd38: bool | None) -> bool | None:
    """Whether a small residual IgG-kappa protein may be the therapeutic antibody itself; None when not known."""
    if on_anti_cd38 is False or isotype not in (None, "IgG-kappa"):
        return False
    return None if isotype is None or on_anti_cd38 is None else True


# --- MRD ------------------------------------------------------------------------------------------------------------

MRD_VERSION = "IMWG 2016, MRD"
ASSAYS = ("NGF", "NGS")
SENSITIVITY = 5  # negative means fewer than 1 in 10^5


@dataclass(frozen=True)
class MrdFacts:
    """One measurement: assay (NGF flow or NGS sequencing), sensitivity as n of 10^-n, whether disease was found."""

    assay: str | None = None
    sensitivity: int | None = None
    detected: bool | None = None

    def __post_init__(self):
        check.choice("assay", self.assay, ASSAYS)
        check.yes_no("detected", self.detected)
        check.settle(self, sensitivity=check.whole("sensitivity", self.sensitivity, low=2, high=8))


def mrd_negative(facts: MrdFacts) -> Result:
    """True, or False; the assay must be recorded. Nothing found by an assay weaker than 10^-5 needs judgement."""
    if facts.assay is None:
        return Result("incomplete", None, MRD_VERSION, missing=("assay",), range=(False, True))
    could_be = {"sensitivity": (SENSITIVITY - 1, SENSITIVITY), "detected": (False, True)}
    return decide(facts, _mrd_of_complete_facts, could_be, version=MRD_VERSION)


def _mrd_of_complete_facts(f: MrdFacts) -> tuple[Verdict, ...]:
    said = Ground("mrd", {"assay": f.assay, "sensitivity": f.sensitivity, "detected": f.detected}, "3", "V")
    if f.detected:
        return (Verdict(False, grounds=(said,)),)
    if f.sensitivity < SENSITIVITY:
        return (Verdict(would_be=True, grounds=(said, Ground("mrd_assay_not_sensitive_enough", {}, "3", "V"))),)
    return (Verdict(True, grounds=(said,)),)


def is_sustained(negative_on: tuple[date, ...], positive_on: tuple[date, ...] = ()) -> bool:
    """MRD negative twice at least one year apart, with no positive result between the two."""
    if any(type(day) is not date for day in (*negative_on, *positive_on)):
        raise WrongFact("mrd", "must be dates")
    days = sorted(negative_on)
    return any(
        second >= add_years(first, 1) and not any(first <= found <= second for found in positive_on)
        for i, first in enumerate(days)
        for second in days[i + 1 :]
    )

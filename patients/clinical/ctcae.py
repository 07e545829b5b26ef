"""CTCAE v5.0 grades of blood counts (reference 1.4 [K]). Units: 10^9/L, haemoglobin g/dL.

Each bound belongs to the milder grade: ANC 0.5 is grade 3, platelets 25 is grade 3. Grade 1 begins below the
laboratory's lower limit of normal (LLN); the limits for laboratories that give none are conventions [C].
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import facts as check
from .facts import Band
from .result import Ground, Result, Verdict, decide, together

VERSION = "CTCAE v5.0"

DEFAULT_LLN = {"anc": Decimal("2.0"), "plt": Decimal("150")}
DEFAULT_LLN_HB_G_DL = {"F": Decimal("12.0"), "M": Decimal("13.0")}


@dataclass(frozen=True)
class Scale:
    """One row of the table: its name, the lower bounds of grades 1, 2, 3 …, the plausible bands of value and LLN."""

    name: str
    bounds: tuple[Decimal, ...]
    highest: str
    lln: tuple[str, str]
    unit: str


def _bounds(*values: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


SCALES = {
    "anc": Scale("neutrophils", _bounds("1.5", "1.0", "0.5"), "200", ("0.5", "4"), "10^9/L"),
    "plt": Scale("platelets", _bounds("75", "50", "25"), "3000", ("50", "250"), "10^9/L"),
    "hb": Scale("anaemia", _bounds("10.0", "8.0"), "25", ("8", "18"), "g/dL"),
    "wbc": Scale("leukocytes", _bounds("3.0", "2.0", "1.0"), "1000", ("2", "8"), "10^9/L"),
    "alc": Scale("lymphocytes", _bounds("0.8", "0.5", "0.2"), "1000", ("0.3", "3"), "10^9/L"),
}


@dataclass(frozen=True)
class CountFacts:
    """One blood count and the laboratory's lower limit of normal, in the unit of its scale."""

    analyte: str
    value: Any = None
    lln: Any = None

    def __post_init__(self):
        check.choice("analyte", self.analyte, SCALES)
        scale = SCALES[self.analyte]
        check.settle(
            self,
            value=check.number(self.analyte, self.value, low="0", high=scale.highest, unit=scale.unit),
            lln=check.number(f"lln.{self.analyte}", self.lln, low=scale.lln[0], high=scale.lln[1], unit=scale.unit),
        )


def count_grade(facts: CountFacts, lln_among: tuple[Decimal, ...] = ()) -> Result:
    """Grade 0-4 of one count (anaemia 0-3: its grade 4 is clinical, see `anaemia_grade`).

    An unknown LLN is one of `lln_among` (the two of either sex), or else anything plausible.
    """
    scale = SCALES[facts.analyte]
    # At each bound, below the lowest and above any limit of normal.
    values = (Decimal("0"), *scale.bounds, Decimal(scale.highest))
    could_be = {"value": values, "lln": lln_among or _bounds(*scale.lln)}
    result = decide(facts, _count_of_complete_facts, could_be, version=VERSION)
    names = {"value": facts.analyte, "lln": f"lln.{facts.analyte}"}
    return Result(**{**vars(result), "missing": tuple(names[name] for name in result.missing)})


def _count_of_complete_facts(f: CountFacts) -> tuple[Verdict, ...]:
    scale = SCALES[f.analyte]
    below = sum(f.value < bound for bound in scale.bounds)
    if below:
        grade = below + 1
    else:
        grade = int(f.value < f.lln)
    values = {"value": f.value, "unit": scale.unit, "grade": grade}
    if not below:
        values["lln"] = f.lln
    return (Verdict(grade, grounds=(Ground(f"ctcae_{scale.name}", values, "1.4", "K"),)),)


def anaemia_grade(count: Result, *, transfusion_indicated: bool | None, life_threatening: bool | None) -> Result:
    """Anaemia with its clinical part: transfusion indicated is at least 3, life-threatening is 4."""
    facts = _AnaemiaFacts(transfusion_indicated, life_threatening)

    def rule(f: _AnaemiaFacts) -> tuple[Verdict, ...]:
        low, high = count.range or (count.value, count.value)
        clinical = 4 if f.life_threatening else 3 if f.transfusion_indicated else 0
        ground = Ground(
            "anaemia_clinical",
            {"transfusion_indicated": f.transfusion_indicated, "life_threatening": f.life_threatening},
            "1.4",
            "K",
        )
        grades = range(low, high + 1)
        return tuple(
            Verdict(max(grade, clinical), grounds=(*count.grounds, ground), not_assessable=count.missing)
            for grade in grades
        )

    could_be = dict.fromkeys(("transfusion_indicated", "life_threatening"), (False, True))
    return decide(facts, rule, could_be, version=VERSION)


@dataclass(frozen=True)
class _AnaemiaFacts:
    transfusion_indicated: bool | None
    life_threatening: bool | None

    def __post_init__(self):
        check.yes_no("transfusion_indicated", self.transfusion_indicated)
        check.yes_no("life_threatening", self.life_threatening)


def counts(facts: tuple[CountFacts, ...], hb_lln_among: tuple[Decimal, ...] = ()) -> Result:
    """The grades of several counts by their names: {"neutrophils": 3, "platelets": 2, …}."""
    among = {"hb": hb_lln_among}
    grades = {SCALES[f.analyte].name: count_grade(f, among.get(f.analyte, ())) for f in facts}
    return together(grades, version=VERSION)


FEBRILE_NEUTROPENIA_BELOW = Decimal("1.0")
SINGLE_ABOVE_C = Decimal("38.3")
SUSTAINED_FROM_C = Decimal("38.0")
FEBRILE_NEUTROPENIA_BANDS = {
    "anc": Band("0", SCALES["anc"].highest, SCALES["anc"].unit),
    "temp_c": Band("30", "45", "degC"),
}


@dataclass(frozen=True)
class FebrileNeutropeniaFacts:
    """ANC 10^9/L, highest single temperature degC, whether >= 38.0 lasted more than one hour."""

    anc: Any = None
    temp_c: Any = None
    sustained_over_1_h: bool | None = None
    life_threatening: bool | None = None

    def __post_init__(self):
        check.yes_no("sustained_over_1_h", self.sustained_over_1_h)
        check.yes_no("life_threatening", self.life_threatening)
        check.settle_bands(self, FEBRILE_NEUTROPENIA_BANDS)


def febrile_neutropenia(facts: FebrileNeutropeniaFacts) -> Result:
    """0, 3 or 4: ANC < 1.0 and a single temperature > 38.3, or >= 38.0 for more than one hour."""
    could_be = check.ends_of(FEBRILE_NEUTROPENIA_BANDS) | dict.fromkeys(
        ("sustained_over_1_h", "life_threatening"), (False, True)
    )
    could_be["temp_c"] += (SUSTAINED_FROM_C,)
    return decide(facts, _febrile_neutropenia, could_be, version=VERSION)


def _febrile_neutropenia(f: FebrileNeutropeniaFacts) -> tuple[Verdict, ...]:
    fever = f.temp_c > SINGLE_ABOVE_C or (f.temp_c >= SUSTAINED_FROM_C and f.sustained_over_1_h)
    present = fever and f.anc < FEBRILE_NEUTROPENIA_BELOW
    grade = (4 if f.life_threatening else 3) if present else 0
    ground = Ground("febrile_neutropenia", {"anc": f.anc, "temp_c": f.temp_c, "grade": grade}, "1.4", "K")
    return (Verdict(grade, grounds=(ground,)),)

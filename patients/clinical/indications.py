"""Eligibility by indication (reference 5.1): the decision table per disease, over indications that are data.

The answer is a proposal: ELIGIBLE_BY_INDICATION, NOT_IN_INDICATION, NEEDS_JUDGEMENT or INCOMPLETE, with the products
whose label fits. Age and comorbidity alone never decide (5.0). `lines` are completed prior lines by the counting of
reference 5.1. Facts are yes / no / unknown; where an unknown fact would change status or products: INCOMPLETE.

Whether the disease is relapsed or refractory is asked before every other question: not known is INCOMPLETE, remission
is NOT_IN_INDICATION.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from . import facts as check
from .days import DateAnswer, PartialDate, is_impossible_order, within_months
from .result import INCOMPLETE, Alternative, Ground, Result, Verdict, WrongFact, decide

VERSION = "reference 5.1, indications of 11/2026"

ELIGIBLE = "ELIGIBLE_BY_INDICATION"
NOT_IN_INDICATION = "NOT_IN_INDICATION"
JUDGEMENT = "NEEDS_JUDGEMENT"
STATUSES = (NOT_IN_INDICATION, JUDGEMENT, ELIGIBLE)

WINDOW_MONTHS = 12  # 5.1: both clocks, the last day included
IN_FORCE, NOT_REIMBURSED, NOT_VERIFIED = "in_force", "not_reimbursed", "not_verified"
STATUSES_OF_ROWS = (IN_FORCE, NOT_REIMBURSED, NOT_VERIFIED)
REQUIREMENTS = ("btki", "imid", "pi", "anti_cd38", "lenalidomide_refractory", "all_label")


@dataclass(frozen=True)
class Indication:
    """One row of the indications: where all of it fits the facts, the product's label covers the case.

    `status`: a row of a country that is not reimbursed, or of which the reference does not know, covers nothing; it is
    there to be read. `window_months`: relapse no later than this after the end of first line (clock B of lbcl).
    `conditional`: a conditional approval. `act`: the act of the authority. `code`: its name for good.
    """

    product: str
    disease: str
    jurisdiction: str
    lines_min: int
    lines_max: int | None = None
    subtypes: tuple[str, ...] | None = None
    age_min: int | None = None
    age_max: int | None = None
    requires: tuple[str, ...] = ()
    judgement: bool = False
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None
    source: str = "5.1"
    tag: str = ""
    status: str = IN_FORCE
    window_months: int | None = None
    conditional: bool = False
    act: str = ""
    code: str = ""

    def __post_init__(self):
        if unknown := set(self.requires) - set(REQUIREMENTS):
            raise ValueError(f"unknown requirement: {', '.join(sorted(unknown))}")
        if self.window_months not in (None, WINDOW_MONTHS):
            raise ValueError(f"the rule knows a window of {WINDOW_MONTHS} months only")

    def is_valid(self, jurisdiction: str, on: date) -> bool:
        """A row dated only by month or year holds from its first to its last day."""
        return self.status == IN_FORCE and self.jurisdiction == jurisdiction and self.stands_on(on)

    def stands_on(self, day: date) -> bool:
        """Whether the row speaks of a day, whatever it says."""
        begun = self.valid_from is None or self.valid_from.earliest <= day
        return begun and (self.valid_to is None or day <= self.valid_to.latest)

    def covers(self, *, lines: int, age: int, subtype: str | None, states: frozenset[str]) -> bool:
        return (
            self.lines_min <= lines
            and (self.lines_max is None or lines <= self.lines_max)
            and (self.age_min is None or self.age_min <= age)
            and (self.age_max is None or age <= self.age_max)
            and (self.subtypes is None or subtype in self.subtypes)
            and set(self.requires) <= states
        )


@dataclass(frozen=True)
class Indications:
    """The rows that hold in one jurisdiction on one day."""

    rows: tuple[Indication, ...]
    jurisdiction: str
    on: date

    @classmethod
    def valid(cls, rows: Iterable[Indication], jurisdiction: str, on: date) -> "Indications":
        return cls(tuple(row for row in rows if row.is_valid(jurisdiction, on)), jurisdiction, on)

    def covering(self, disease: str, **case: Any) -> tuple[Indication, ...]:
        return tuple(row for row in self.rows if row.disease == disease and row.covers(**case))

    def lines_told_apart(self, disease: str, at_least: int = 0) -> tuple[int, ...]:
        """The counts of lines that the rows tell apart; the last one stands for itself and all above."""
        rows = [row for row in self.rows if row.disease == disease]
        begins = [row.lines_min for row in rows] + [row.lines_max + 1 for row in rows if row.lines_max is not None]
        return tuple(range(max([at_least, *begins]) + 1))

    def ages_told_apart(self, disease: str) -> tuple[int, ...]:
        """The youngest age of each class that the rows tell apart, in order; the first one is 0."""
        rows = [row for row in self.rows if row.disease == disease]
        begins = {row.age_min for row in rows} | {row.age_max + 1 for row in rows if row.age_max is not None}
        return tuple(sorted({0} | begins - {None}))


@dataclass(frozen=True)
class Eligibility:
    """What is proposed: a status and, in alphabetical order, the products whose label fits."""

    status: str
    products: tuple[str, ...] = ()
    off_label: bool = False


def _eligibility(status: str, rows: Iterable[Indication] = (), off_label: bool = False) -> Eligibility:
    return Eligibility(status, tuple(sorted({row.product for row in rows})), off_label)


def _said(code: str, source: str = "5.1", tag: str = "", **values: Any) -> Ground:
    return Ground(code, values, source, tag)


def _by_rows(rows: tuple[Indication, ...], otherwise: Ground) -> tuple[Verdict, ...]:
    """Eligible by the rows that cover the case; a person judges where only such rows do whose wording is unclear."""
    if not rows:
        return (Verdict(_eligibility(NOT_IN_INDICATION), grounds=(otherwise,)),)
    clear = [row for row in rows if not row.judgement]
    status = ELIGIBLE if clear else JUDGEMENT
    grounds = [_said("label_covers", row.source, row.tag, product=row.product, judgement=row.judgement) for row in rows]
    return (Verdict(_eligibility(status, clear or rows), grounds=tuple(grounds)),)


def _not(code: str, **values: Any) -> tuple[Verdict, ...]:
    return (Verdict(_eligibility(NOT_IN_INDICATION), grounds=(_said(code, **values),)),)


def _before_all_else(relapsed: bool | None, missing: tuple[str, ...], warnings: tuple[Ground, ...]) -> Result | None:
    """Every row needs relapsed or refractory disease: not known is incomplete, remission is not in the indication."""
    if relapsed is None:
        grounds = (_said("relapsed_or_refractory_not_known"),)
        return Result(INCOMPLETE, None, VERSION, grounds=grounds, warnings=warnings, missing=missing)
    if relapsed is False:
        value = _eligibility(NOT_IN_INDICATION)
        return Result("known", value, VERSION, grounds=(_said("in_remission"),), warnings=warnings)
    return None


def _rank(value: Eligibility) -> int:
    return STATUSES.index(value.status)


def possible(result: Result) -> tuple[Eligibility, ...]:
    """Every answer that the missing facts leave open, from the lowest; the answer itself where nothing is missing."""
    if result.is_known:
        return (result.value,)
    found = dict.fromkeys(answer for one in result.alternatives for answer in one.answers)
    return tuple(sorted(found, key=_rank))


def _if_relapsed(early: Result, fact: str, then: Callable[[], Result]) -> Result:
    """An answer that waits for relapse: what it would be with it, and without it none."""
    if early.is_known:
        return early
    with_it = possible(then())
    without = Alternative(fact, False, (_eligibility(NOT_IN_INDICATION),))
    span = (NOT_IN_INDICATION, with_it[-1].status)
    return replace(early, range=span, alternatives=(Alternative(fact, True, with_it), without))


def _decided(facts: Any, rule: Callable[[Any], tuple[Verdict, ...]], could_be: Mapping[str, tuple]) -> Result:
    result = decide(facts, rule, could_be, version=VERSION, rank=_rank, tells_alternatives=True)
    if result.range is None:
        return result
    return replace(result, range=tuple(value.status for value in result.range))


ADULT_FROM_YEARS = 18  # 0: what is asked of rows that ask for an adult
YES_NO = (False, True)
RELAPSE = "relapsed_or_refractory"
NO_PRIOR_LINE = "no_completed_line"


# --- Large B-cell lymphoma ------------------------------------------------------------------------------------------

SUBTYPES = ("DLBCL", "HGBL", "PMBCL", "FL3B", "tFL", "THRLBCL", "PCNSL")
EOT_PET = ("CMR", "PMR", "NMR", "PMD")
NOT_COMPLETE = ("PMR", "NMR", "PMD")
NO_PET = "none"  # no result is there to be known: a relapse is then taken to follow a complete response


@dataclass(frozen=True)
class LbclFacts:
    """A large B-cell lymphoma: subtype, completed lines, response at the end of first line, dates of its course.

    `eot_pet`: None where it is unknown, "none" where there is no result. `pd_on_last`: progression during the last
    line. `deauville` 1-5 of the end-of-treatment PET. Dates may be partial.
    """

    subtype: str | None = None
    lines: int | None = None
    relapsed_or_refractory: bool | None = None
    eot_pet: str | None = None
    deauville: int | None = None
    biopsy_proven: bool | None = None
    pd_on_last: bool | None = None
    first_cr_date: PartialDate | None = None
    last_1l_dose_date: PartialDate | None = None
    relapse_date: PartialDate | None = None
    is_adult: bool | None = None
    active_cns: bool | None = None

    def __post_init__(self):
        for name in ("relapsed_or_refractory", "biopsy_proven", "pd_on_last", "is_adult", "active_cns"):
            check.yes_no(name, getattr(self, name))
        check.choice("subtype", self.subtype, SUBTYPES)
        check.choice("eot_pet", self.eot_pet, (*EOT_PET, NO_PET))
        check.settle(
            self,
            lines=check.whole("lines", self.lines, low=0, high=30),
            deauville=check.whole("deauville", self.deauville, low=1, high=5),
        )
        if self.first_cr_date and self.relapse_date and is_impossible_order(self.first_cr_date, self.relapse_date):
            raise WrongFact("relapse_date", "lies before the first complete remission")

    @property
    def relapsed(self) -> bool | None:
        """The answer given, else what the course says; a complete response without a relapse date says nothing."""
        if self.relapsed_or_refractory is not None:
            return self.relapsed_or_refractory
        if self.eot_pet in NOT_COMPLETE or self.relapse_date is not None:
            return True
        return True if self.pd_on_last and self.eot_pet != "CMR" else None


@dataclass(frozen=True)
class Clocks:
    """The two clocks of reference 5.1: A from the first CR (the papers), B from the end of first line (the label)."""

    cr: DateAnswer | None
    label: DateAnswer | None


def clocks(facts: LbclFacts) -> Clocks:
    """Relapse no later than 12 months from each anchor; None where a date is missing.

    Of a relapse known in part, the days before the first complete remission do not count: it cannot lie there.
    """
    relapse, remission = facts.relapse_date, facts.first_cr_date
    if relapse is not None and remission is not None and relapse.earliest < remission.earliest:
        relapse = PartialDate(remission.earliest, relapse.latest)

    def clock(anchor: PartialDate | None) -> DateAnswer | None:
        known = anchor is not None and relapse is not None
        return within_months(relapse, anchor, WINDOW_MONTHS) if known else None

    return Clocks(cr=clock(facts.first_cr_date), label=clock(facts.last_1l_dose_date))


@dataclass(frozen=True)
class _LbclCase:
    subtype: str | None
    lines: int | None
    eot_pet: str | None
    deauville: int | None
    biopsy_proven: bool | None
    progressed: bool
    is_adult: bool | None
    active_cns: bool | None
    clock_cr: bool | None
    clock_label: bool | None


RELAPSED_FROM_LINES = 2  # 5.1: after two lines of large B-cell lymphoma neither response nor clock is asked

LBCL_COULD_BE = {
    "subtype": SUBTYPES,
    "eot_pet": EOT_PET,
    **dict.fromkeys(("biopsy_proven", "is_adult", "active_cns", "clock_cr", "clock_label"), YES_NO),
}


def lbcl(facts: LbclFacts, indications: Indications) -> Result:
    """Eligibility in large B-cell lymphoma. Value: Eligibility. After one line clock B (label) decides."""
    warnings = _lbcl_contradictions(facts)
    if early := _before_all_else(facts.relapsed, (RELAPSE,), warnings):
        return _if_relapsed(early, RELAPSE, lambda: lbcl(replace(facts, relapsed_or_refractory=True), indications))
    told = clocks(facts)
    progressed = bool(facts.pd_on_last) and facts.eot_pet != "CMR"
    eot_pet = facts.eot_pet
    if eot_pet == NO_PET:
        eot_pet = "CMR" if facts.relapse_date is not None and not progressed else None
    case = _LbclCase(
        subtype=facts.subtype,
        lines=facts.lines,
        eot_pet=eot_pet,
        deauville=facts.deauville,
        biopsy_proven=facts.biopsy_proven,
        progressed=progressed,
        is_adult=facts.is_adult,
        active_cns=facts.active_cns,
        clock_cr=told.cr.as_fact if told.cr else None,
        clock_label=told.label.as_fact if told.label else None,
    )
    could_be = LBCL_COULD_BE | {"lines": indications.lines_told_apart("LBCL", at_least=RELAPSED_FROM_LINES)}
    result = _decided(case, lambda c: _lbcl_of_complete_facts(c, indications), could_be)
    missing = _dates_behind(facts, told, result.missing)
    return replace(result, missing=missing, warnings=result.warnings + warnings)


def _dates_behind(facts: LbclFacts, told: Clocks, missing: tuple[str, ...]) -> tuple[str, ...]:
    """An undecided clock is named by the dates that would decide it."""
    anchors = {"clock_cr": ("first_cr_date", told.cr), "clock_label": ("last_1l_dose_date", told.label)}
    named: list[str] = []
    for name in missing:
        if name not in anchors:
            named.append(name)
            continue
        anchor, answer = anchors[name]
        if answer is None:
            named += [date_name for date_name in ("relapse_date", anchor) if getattr(facts, date_name) is None]
        else:
            spoken = {"event": "relapse_date", "anchor": anchor}
            named += [spoken[part] for part in answer.deciding]
    return tuple(dict.fromkeys(named))


def _lbcl_of_complete_facts(c: _LbclCase, indications: Indications) -> tuple[Verdict, ...]:
    if not c.is_adult:
        return _not("under_18")
    if c.subtype == "PCNSL":
        return _not("primary_cns_lymphoma")
    if c.lines == 0:
        return _not(NO_PRIOR_LINE)
    rows = indications.covering("LBCL", lines=c.lines, age=ADULT_FROM_YEARS, subtype=c.subtype, states=frozenset())
    if c.active_cns:
        said = (_said("active_secondary_cns"),)
        return (Verdict(_eligibility(JUDGEMENT, rows), grounds=said),)
    if c.lines >= RELAPSED_FROM_LINES:
        return _by_rows(rows, _said("no_label", subtype=c.subtype, lines=c.lines))
    if c.progressed or c.eot_pet in NOT_COMPLETE:
        return _refractory_to_first_line(c, rows)
    return _relapse_after_first_line(c, rows)


def _refractory_to_first_line(c: _LbclCase, rows: tuple[Indication, ...]) -> tuple[Verdict, ...]:
    """Any response short of complete goes straight to CAR-T, except a PMBCL whose residual uptake may be no disease."""
    doubtful = c.subtype == "PMBCL" and not c.progressed and c.eot_pet in ("PMR", "NMR")
    if doubtful and c.deauville != 5 and not c.biopsy_proven:
        said = (_said("pmbcl_repeat_pet_or_biopsy", tag="V", eot_pet=c.eot_pet, deauville=c.deauville),)
        return (Verdict(_eligibility(JUDGEMENT, rows), grounds=said),)
    verdicts = _by_rows(rows, _said("no_label", subtype=c.subtype, lines=c.lines))
    said = (_said("refractory_to_first_line", eot_pet=c.eot_pet, progressed=c.progressed),)
    if c.eot_pet == "PMR" and not c.biopsy_proven:
        said += (_said("biopsy_advised", tag="K", deauville=c.deauville),)
    return tuple(replace(v, grounds=said + v.grounds) for v in verdicts)


def _relapse_after_first_line(c: _LbclCase, rows: tuple[Indication, ...]) -> tuple[Verdict, ...]:
    said = (
        _said("clock_label", within=c.clock_label, months=WINDOW_MONTHS),
        _said("clock_cr", within=c.clock_cr, months=WINDOW_MONTHS),
    )
    if c.clock_label:
        verdicts = _by_rows(rows, _said("no_label", subtype=c.subtype, lines=c.lines))
        warnings = () if c.clock_cr else (_said("late_by_first_cr"),)
        return tuple(replace(v, grounds=said + v.grounds, warnings=warnings) for v in verdicts)
    if c.clock_cr:
        return (Verdict(_eligibility(JUDGEMENT, off_label=True), grounds=(*said, _said("off_label"))),)
    return (Verdict(_eligibility(NOT_IN_INDICATION), grounds=(*said, _said("late_relapse_salvage_and_transplant"))),)


def _lbcl_contradictions(facts: LbclFacts) -> tuple[Ground, ...]:
    found = []
    if facts.relapsed_or_refractory is False and (facts.relapse_date or facts.eot_pet in NOT_COMPLETE):
        found.append(_said("remission_contradicts_course"))
    if facts.pd_on_last and facts.eot_pet == "CMR":
        found.append(_said("progression_contradicts_complete_response"))
    complete_by_score = facts.deauville is not None and facts.deauville <= 3
    both_known = facts.deauville is not None and facts.eot_pet in ("CMR", "PMR", "NMR")
    if both_known and (facts.eot_pet == "CMR") != complete_by_score:
        found.append(_said("deauville_contradicts_response", "3", deauville=facts.deauville, eot_pet=facts.eot_pet))
    return tuple(found)


# --- Mantle cell and follicular lymphoma ----------------------------------------------------------------------------


@dataclass(frozen=True)
class MclFacts:
    """Mantle cell lymphoma; `btki_exposed`: a covalent or non-covalent BTK inhibitor in any line."""

    relapsed_or_refractory: bool | None = None
    lines: int | None = None
    btki_exposed: bool | None = None
    is_adult: bool | None = None

    def __post_init__(self):
        for name in ("relapsed_or_refractory", "btki_exposed", "is_adult"):
            check.yes_no(name, getattr(self, name))
        check.settle(self, lines=check.whole("lines", self.lines, low=0, high=30))


def mcl(facts: MclFacts, indications: Indications) -> Result:
    """Eligibility in mantle cell lymphoma: two lines and a BTK inhibitor in any of them. Value: Eligibility."""
    if early := _before_all_else(facts.relapsed_or_refractory, (RELAPSE,), ()):
        return _if_relapsed(early, RELAPSE, lambda: mcl(replace(facts, relapsed_or_refractory=True), indications))

    def rule(f: MclFacts) -> tuple[Verdict, ...]:
        if not f.is_adult:
            return _not("under_18")
        states = frozenset({"btki"} if f.btki_exposed else ())
        rows = indications.covering("MCL", lines=f.lines, age=ADULT_FROM_YEARS, subtype=None, states=states)
        refer_early = _said("mcl_refer_early_if_btki_failing", "5.1", "S", lines=f.lines)
        return _by_rows(rows, refer_early)

    could_be = {"lines": indications.lines_told_apart("MCL"), "btki_exposed": YES_NO, "is_adult": YES_NO}
    return _decided(facts, rule, could_be)


@dataclass(frozen=True)
class FlFacts:
    """Follicular lymphoma grade 1-3A (3B is a large B-cell lymphoma)."""

    relapsed_or_refractory: bool | None = None
    lines: int | None = None
    is_adult: bool | None = None

    def __post_init__(self):
        for name in ("relapsed_or_refractory", "is_adult"):
            check.yes_no(name, getattr(self, name))
        check.settle(self, lines=check.whole("lines", self.lines, low=0, high=30))


def fl(facts: FlFacts, indications: Indications) -> Result:
    """Eligibility in follicular lymphoma by completed lines. Value: Eligibility."""
    if early := _before_all_else(facts.relapsed_or_refractory, (RELAPSE,), ()):
        return _if_relapsed(early, RELAPSE, lambda: fl(replace(facts, relapsed_or_refractory=True), indications))

    def rule(f: FlFacts) -> tuple[Verdict, ...]:
        if not f.is_adult:
            return _not("under_18")
        rows = indications.covering("FL", lines=f.lines, age=ADULT_FROM_YEARS, subtype=None, states=frozenset())
        return _by_rows(rows, _said("too_few_lines", lines=f.lines))

    return _decided(facts, rule, {"lines": indications.lines_told_apart("FL"), "is_adult": YES_NO})


# --- B-cell acute lymphoblastic leukaemia ---------------------------------------------------------------------------


@dataclass(frozen=True)
class BallFacts:
    """B-ALL: age in completed years on the day of the decision, and what happened."""

    age: int | None = None
    relapsed_or_refractory: bool | None = None
    refractory: bool | None = None
    post_sct_relapse: bool | None = None
    relapse_number: int | None = None

    def __post_init__(self):
        for name in ("relapsed_or_refractory", "refractory", "post_sct_relapse"):
            check.yes_no(name, getattr(self, name))
        check.settle(
            self,
            age=check.whole("age", self.age, low=0, high=120),
            relapse_number=check.whole("relapse_number", self.relapse_number, low=0, high=20),
        )

    @property
    def relapsed(self) -> bool | None:
        """The answer given, else true when any field says so; none true says nothing."""
        if self.relapsed_or_refractory is not None:
            return self.relapsed_or_refractory
        return True if self.refractory or self.post_sct_relapse or self.relapse_number else None


LABEL_FROM_RELAPSE = 2  # 5.1: second or later relapse


def ball(facts: BallFacts, indications: Indications) -> Result:
    """Eligibility in B-ALL: up to 25 years refractory, after transplant or from the second relapse; from 26 any r/r."""
    says_so = (RELAPSE, "refractory", "post_sct_relapse", "relapse_number")
    missing = tuple(name for name in says_so if getattr(facts, name) is None)
    course = facts.refractory or facts.post_sct_relapse or facts.relapse_number
    contradicts = facts.relapsed_or_refractory is False and course
    warnings = (_said("remission_contradicts_course"),) if contradicts else ()
    if early := _before_all_else(facts.relapsed, missing, warnings):
        return _if_relapsed(early, RELAPSE, lambda: ball(replace(facts, relapsed_or_refractory=True), indications))

    def rule(f: BallFacts) -> tuple[Verdict, ...]:
        by_label = f.refractory or f.post_sct_relapse or f.relapse_number >= LABEL_FROM_RELAPSE
        states = frozenset({"all_label"} if by_label else ())
        rows = indications.covering("B-ALL", lines=0, age=f.age, subtype=None, states=states)
        return _by_rows(rows, _said("first_relapse_up_to_25", age=f.age))

    could_be = {
        "age": indications.ages_told_apart("B-ALL"),
        "refractory": YES_NO,
        "post_sct_relapse": YES_NO,
        "relapse_number": tuple(range(LABEL_FROM_RELAPSE + 1)),
    }
    return _decided(facts, rule, could_be)


# --- Multiple myeloma -----------------------------------------------------------------------------------------------

# By the letters and figures of the name alone: "anti-CD38", "Anti CD38" and "anti_cd38" are one.
CLASS_CODES = {
    "imid": "imid",
    "imids": "imid",
    "pi": "pi",
    "pis": "pi",
    "anticd38": "anti_cd38",
    "celmod": "celmod",
    "celmods": "celmod",
}
# 9: elotuzumab is anti-SLAMF7 and no anti-CD38; iberdomide and mezigdomide are cereblon modulators.
DRUG_CLASSES = {
    "thalidomide": "imid",
    "lenalidomide": "imid",
    "pomalidomide": "imid",
    "bortezomib": "pi",
    "carfilzomib": "pi",
    "ixazomib": "pi",
    "daratumumab": "anti_cd38",
    "isatuximab": "anti_cd38",
    "iberdomide": "celmod",
    "mezigdomide": "celmod",
    "cc92480": "celmod",
    "elotuzumab": "anti_slamf7",
}
EXPOSURES = ("imid", "pi", "anti_cd38", "celmod")


@dataclass(frozen=True)
class MmFacts:
    """Myeloma: completed lines, progression on the last one, what the patient was exposed to."""

    lines: int | None = None
    relapsed_or_refractory: bool | None = None
    pd_on_last: bool | None = None
    imid: bool | None = None
    pi: bool | None = None
    anti_cd38: bool | None = None
    celmod: bool | None = None
    lenalidomide_refractory: bool | None = None
    is_adult: bool | None = None

    def __post_init__(self):
        for name in ("relapsed_or_refractory", "pd_on_last", *EXPOSURES, "lenalidomide_refractory", "is_adult"):
            check.yes_no(name, getattr(self, name))
        check.settle(self, lines=check.whole("lines", self.lines, low=0, high=30))


def _codes_of(name: str, known: Mapping[str, str]) -> list[str]:
    """What a name stands for, with another name of it in brackets: "mezigdomide (CC-92480)"."""
    plain = ["".join(sign for sign in part if sign.isalnum()) for part in name.casefold().split("(")]
    return [known[part] for part in plain if part in known]


def without_class(classes: tuple[str, ...] | None, drugs: tuple[str, ...] | None) -> tuple[str, ...]:
    """The named classes and drugs that stand for no class of the reference (9)."""
    unknown = [name for name in classes or () if not _codes_of(name, CLASS_CODES)]
    return tuple(unknown + [name for name in drugs or () if not _codes_of(name, DRUG_CLASSES)])


def exposures(classes: tuple[str, ...] | None, drugs: tuple[str, ...] | None) -> dict[str, bool | None]:
    """Exposure by class from the named classes and drugs; what an unknown list could hold stays unknown."""
    named = {code for name in classes or () for code in _codes_of(name, CLASS_CODES)}
    named |= {code for name in drugs or () for code in _codes_of(name, DRUG_CLASSES)}
    otherwise = False if classes is not None and drugs is not None else None
    return {code: True if code in named else otherwise for code in EXPOSURES}


def mm(facts: MmFacts, indications: Indications) -> Result:
    """Eligibility in myeloma; exposure to an IMiD by a CELMoD alone needs judgement. Value: Eligibility."""
    if facts.relapsed_or_refractory is False:
        return _before_all_else(False, (), ())
    if facts.pd_on_last is None:
        early = _before_all_else(None, ("pd_on_last",), ())
        return _if_relapsed(early, "pd_on_last", lambda: mm(replace(facts, pd_on_last=True), indications))

    def rule(f: MmFacts) -> tuple[Verdict, ...]:
        if not f.is_adult:
            return _not("under_18")
        if not f.pd_on_last:
            return _not("no_progression_on_last_line")
        states = {name for name in (*EXPOSURES, "lenalidomide_refractory") if getattr(f, name)}
        said = _said("exposures", classes=sorted(states), lines=f.lines)
        rows = indications.covering("MM", lines=f.lines, age=ADULT_FROM_YEARS, subtype=None, states=frozenset(states))
        if not rows and f.celmod:
            as_imid = frozenset(states | {"imid"})
            rows = indications.covering("MM", lines=f.lines, age=ADULT_FROM_YEARS, subtype=None, states=as_imid)
            if rows:
                grounds = (said, _said("celmod_counted_as_imid"))
                return (Verdict(_eligibility(JUDGEMENT, rows), grounds=grounds),)
        return tuple(replace(v, grounds=(said, *v.grounds)) for v in _by_rows(rows, _said("myeloma_label_not_met")))

    yes_no = ("imid", "pi", "anti_cd38", "celmod", "lenalidomide_refractory", "is_adult")
    result = _decided(facts, rule, {"lines": indications.lines_told_apart("MM")} | dict.fromkeys(yes_no, YES_NO))
    if facts.lenalidomide_refractory and facts.imid is False:
        result = replace(result, warnings=(*result.warnings, _said("lenalidomide_refractory_without_exposure")))
    return result

"""From what is recorded of a disease to the facts that the indications ask for. Pure: no Django, no clock.

Nothing is guessed: what the record does not say stays None, and the rule then answers with its range. Rows of the
record are counted by reference 5.1: what continues one plan is one line, bridging and radiotherapy alone are none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Protocol

from patients.clinical import indications
from patients.clinical.days import Answer, PartialDate, is_impossible_order, within_days
from patients.clinical.indications import BallFacts, FlFacts, Indications, LbclFacts, MclFacts, MmFacts
from patients.clinical.result import INCOMPLETE, KNOWN, NEEDS_JUDGEMENT, Ground, Result, WrongFact
from patients.disease import picklists

LINE, SAME_PLAN, TOXICITY, BRIDGING = "line", "same_plan", "toxicity", "bridging"
COUNTS_AS = (LINE, SAME_PLAN, TOXICITY, BRIDGING)

REFRACTORY_DAYS = 60  # reference 3 [K]: myeloma is refractory to what it progressed on or within 60 days of
ADULT_AGE = 18  # reference 0
MOST_TOLD = 4  # asking early, "4 or more" is one answer

RELAPSES = ("relapse_within_12_months", "relapse_later")
BEST_FIRST = ("scr", "cr", "vgpr", "pr", "mr", "sd", "pd")
COMPLETE = ("scr", "cr")
AT_END = {"scr": "CMR", "cr": "CMR", "vgpr": "PMR", "pr": "PMR", "mr": "PMR", "sd": "NMR", "pd": "PMD"}

# A class that says another one too: lenalidomide is an IMiD (reference 9).
IMPLIES = {"lenalidomide": "imid"}
BTK_INHIBITORS = ("btki", "btki_non_covalent")
TARGETED = {"CD19": "anti_cd19", "BCMA": "anti_bcma"}


class Row(Protocol):
    """What is read of one recorded line."""

    radiotherapy_alone: bool
    counts_as: str
    classes: list[str]
    drugs: list[str]
    transplanted: bool | None
    best_response: str | None
    responded: PartialDate | None
    ended: PartialDate | None
    progressed: PartialDate | None
    refractory: bool | None
    deauville: int | None
    biopsy_proven: bool | None


@dataclass(frozen=True)
class Line:
    """One line of therapy: the rows of one plan, in order (induction, transplant, maintenance)."""

    rows: tuple[Row, ...]

    @property
    def classes(self) -> frozenset[str]:
        held = {code for row in self.rows for code in (*row.classes, *picklists.classes_of(row.drugs))}
        return frozenset(held | {IMPLIES[code] for code in held if code in IMPLIES})

    @property
    def not_recognised(self) -> tuple[str, ...]:
        """What was written as a drug and is none of the list: it may belong to any class."""
        return tuple(dict.fromkeys(name for row in self.rows for name in picklists.not_recognised(row.drugs)))

    @property
    def says_what_it_held(self) -> bool:
        return not self.not_recognised and all(row.classes or row.drugs for row in self.rows)

    @property
    def best_response(self) -> str | None:
        said = [row.best_response for row in self.rows if row.best_response]
        return min(said, key=BEST_FIRST.index, default=None)

    @property
    def end_response(self) -> str | None:
        """The response of the last part that says one; progression before its end counts as progression."""
        if self.progressed_on_it:
            return "pd"
        return next((row.best_response for row in reversed(self.rows) if row.best_response), None)

    @property
    def first_complete(self) -> PartialDate | None:
        """When a complete response was first seen, as far as it is known."""
        seen = (row.responded for row in self.rows if row.best_response in COMPLETE and row.responded)
        return next(seen, None)

    @property
    def ended(self) -> PartialDate | None:
        """The last dose of its last part."""
        return self.rows[-1].ended

    @property
    def progressed(self) -> PartialDate | None:
        return next((row.progressed for row in reversed(self.rows) if row.progressed), None)

    @property
    def refractory(self) -> bool | None:
        said = [row.refractory for row in self.rows if row.refractory is not None]
        return any(said) if said else None

    @property
    def transplanted(self) -> bool | None:
        said = [row.transplanted for row in self.rows]
        return True if True in said else None if None in said else False

    @property
    def progressed_on_it(self) -> bool:
        """Progression that lies before its last dose under every reading."""
        if self.progressed is None or self.ended is None:
            return False
        return is_impossible_order(self.ended, self.progressed)

    def last(self, name: str) -> Any:
        return next((getattr(row, name) for row in reversed(self.rows) if getattr(row, name) is not None), None)


def counted(rows: Iterable[Row]) -> list[Line]:
    """The lines of therapy by reference 5.1, from rows in their order."""
    found: list[list[Row]] = []
    for row in rows:
        if row.radiotherapy_alone or row.counts_as == BRIDGING:
            continue
        if row.counts_as in (SAME_PLAN, TOXICITY) and found:
            found[-1].append(row)
        else:
            found.append([row])
    return [Line(tuple(rows)) for rows in found]


def numbers(rows: Sequence[Row]) -> list[int | None]:
    """Which line each row belongs to, counted from 1; None = it is no line."""
    found: list[int | None] = []
    for place in range(len(rows)):
        count = len(counted(rows[: place + 1]))
        none = rows[place].radiotherapy_alone or rows[place].counts_as == BRIDGING
        found.append(None if none else count)
    return found


@dataclass(frozen=True)
class Told:
    """What is recorded of a disease on one day. `lines_told`: lines counted when asking early, 4 = four or more.

    `no_line`: somebody said that there was none. `age`: completed years. `status`: refractory, relapse_within_12_months
    or relapse_later; None = not known.
    """

    disease: str | None
    subtype: str | None = None
    cns: str | None = None
    status: str | None = None
    lines_told: int | None = None
    no_line: bool = False
    age: int | None = None
    lines: tuple[Line, ...] = ()

    @property
    def all_listed(self) -> bool:
        """Whether the listed lines are all that were told: only then what they do not say was not given."""
        return bool(self.lines) and len(self.lines) >= (self.lines_told or 0)

    @property
    def line_count(self) -> int | None:
        """The lines that count: those listed, or those told where more were told."""
        if not self.lines:
            return 0 if self.no_line else self.lines_told
        return max(len(self.lines), self.lines_told or 0)

    @property
    def not_recognised(self) -> tuple[str, ...]:
        """The drugs of every line that the list does not know: while there is one, no class is denied."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.not_recognised))

    @property
    def last_line(self) -> Line | None:
        return self.lines[-1] if self.all_listed else None


# ── exposure and refractoriness ──────────────────────────────────────────────────────────────────────────────────


def exposed(told: Told, *classes: str) -> bool | None:
    """Whether a line held one of the classes; None where the record cannot say that none did."""
    if any(line.classes & set(classes) for line in told.lines):
        return True
    if told.no_line and not told.lines:
        return False
    whole = told.all_listed and all(line.says_what_it_held for line in told.lines)
    return False if whole else None


def refractory_to(told: Told, *classes: str) -> bool | None:
    """Whether the disease was refractory to a line that held one of the classes; without exposure it was not."""
    if exposed(told, *classes) is False:
        return False
    said = [is_refractory(line, told.disease) for line in told.lines if line.classes & set(classes)]
    if True in said:
        return True
    whole = told.all_listed and all(line.says_what_it_held for line in told.lines)
    return False if said and None not in said and whole else None


def is_refractory(line: Line, disease: str | None) -> bool | None:
    """What was said; else progression as the best response, or on it; in myeloma also within 60 days of it (3 [K]).

    In B-ALL what comes after a complete response is a relapse, also while treatment goes on (5.1).
    """
    if disease == "all":
        return _leukaemia_is_refractory(line)
    if line.refractory is not None:
        return line.refractory
    if line.best_response == "pd" or line.progressed_on_it:
        return True
    if disease != "mm" or line.progressed is None or line.ended is None:
        return None
    return True if within_days(line.progressed, line.ended, REFRACTORY_DAYS).answer is Answer.YES else None


def _leukaemia_is_refractory(line: Line) -> bool | None:
    """Refractory is what reached no complete response; None where the record does not say, or contradicts itself."""
    if line.best_response in COMPLETE or line.refractory is False:
        return None if line.refractory and line.best_response in COMPLETE else False
    if line.refractory:
        return True
    without = all(row.best_response for row in line.rows)  # a part that says none may have reached it
    return True if without and (line.best_response == "pd" or line.progressed_on_it) else None


@dataclass(frozen=True)
class Exposure:
    """One class of drugs: was it given, is the disease refractory to it, in which lines (counted from 1)."""

    code: str
    exposed: bool | None
    refractory: bool | None
    lines: tuple[int, ...]


# The classes that matter in each disease (reference 4, 5.1); what was given beside them is shown too.
ASKED = {
    "lbcl": ("anti_cd20", "anti_cd19", "bispecific"),
    "fl": ("anti_cd20", "anti_cd19", "bispecific"),
    "mcl": ("btki", "btki_non_covalent", "anti_cd20", "anti_cd19"),
    "all": ("anti_cd19", "tki"),
    "mm": ("imid", "lenalidomide", "pi", "anti_cd38", "celmod", "anti_slamf7", "anti_bcma"),
}


def exposures(told: Told) -> list[Exposure]:
    """Exposure and refractoriness by class: those that the disease asks for, then the others that were given."""
    asked = ASKED.get(told.disease or "", ())
    given = sorted({code for line in told.lines for code in line.classes} - set(asked))
    return [
        Exposure(
            code,
            exposed(told, code),
            refractory_to(told, code),
            tuple(number for number, line in enumerate(told.lines, start=1) if code in line.classes),
        )
        for code in (*asked, *given)
    ]


def mimics_m_protein(told: Told) -> bool:
    """Anti-CD38 antibodies can look like residual IgG-kappa M-protein (reference 3)."""
    return told.disease == "mm" and bool(exposed(told, "anti_cd38"))


def target_to_check(told: Told, target: str) -> bool:
    """Whether a therapy against the target was given before: its expression is looked for again (5.1)."""
    return bool(exposed(told, TARGETED[target]))


# ── the facts of each rule ───────────────────────────────────────────────────────────────────────────────────────


def _is_adult(told: Told) -> bool | None:
    return None if told.age is None else told.age >= ADULT_AGE


def _relapsed(told: Told) -> bool | None:
    """Relapsed or refractory, as said or as the last line shows."""
    if told.status is not None:
        return True
    last = told.last_line
    if last is None:
        return None
    shown = last.progressed is not None or last.refractory or (last.end_response or "cr") not in COMPLETE
    return True if shown else None


def lbcl_facts(told: Told) -> LbclFacts:
    """After one line its response and dates; after more, that it is relapsed or refractory."""
    first = told.lines[0] if told.line_count == 1 and told.lines else None
    refractory = told.line_count == 1 and told.status == "refractory"
    if first is None:
        return LbclFacts(
            subtype=told.subtype,
            lines=told.line_count,
            relapsed_or_refractory=_relapsed(told),
            eot_pet="CMR" if told.line_count == 1 and told.status in RELAPSES else None,  # a relapse follows a CR
            pd_on_last=True if refractory else None,
            is_adult=_is_adult(told),
            active_cns=_active_cns(told),
        )
    response = first.end_response
    return LbclFacts(
        subtype=told.subtype,
        lines=1,
        relapsed_or_refractory=_relapsed(told),
        eot_pet=AT_END[response] if response else "CMR" if told.status in RELAPSES else None,
        deauville=first.last("deauville"),
        biopsy_proven=first.last("biopsy_proven"),
        pd_on_last=True if first.refractory or response == "pd" or (refractory and response is None) else None,
        first_cr_date=first.first_complete,
        last_1l_dose_date=first.ended,
        relapse_date=first.progressed,
        is_adult=_is_adult(told),
        active_cns=_active_cns(told),
    )


def _active_cns(told: Told) -> bool | None:
    return None if told.cns is None else told.cns == "active"


def mcl_facts(told: Told) -> MclFacts:
    """A BTK inhibitor counts in any line, covalent or not."""
    return MclFacts(
        relapsed_or_refractory=_relapsed(told),
        lines=told.line_count,
        btki_exposed=exposed(told, *BTK_INHIBITORS),
        is_adult=_is_adult(told),
    )


def fl_facts(told: Told) -> FlFacts:
    return FlFacts(relapsed_or_refractory=_relapsed(told), lines=told.line_count, is_adult=_is_adult(told))


def ball_facts(told: Told) -> BallFacts:
    """Refractory to the last line; relapses are remissions that were lost, one for each line."""
    last = told.last_line
    refractory = is_refractory(last, told.disease) if last else None
    if told.status is not None:
        refractory = told.status == "refractory" or bool(refractory)
    return BallFacts(
        age=told.age,
        relapsed_or_refractory=_relapsed(told),
        refractory=refractory,
        post_sct_relapse=_relapsed_after_transplant(told),
        relapse_number=_relapses(told),
    )


def _relapsed_after_transplant(told: Told) -> bool | None:
    """A transplant, and disease after it: in the same line or because another line followed."""
    if not told.lines:
        return False if told.no_line else None
    for number, line in enumerate(told.lines, start=1):
        if line.transplanted and _was_lost(told, number):
            return True
    known = told.all_listed and all(line.transplanted is False for line in told.lines)
    return False if known else None


def _relapses(told: Told) -> int | None:
    """How many remissions were lost; None while a line does not say enough."""
    if not told.all_listed:
        return None
    if any(line.best_response is None for line in told.lines):
        return None
    return sum(
        line.best_response in COMPLETE and _was_lost(told, number) for number, line in enumerate(told.lines, start=1)
    )


def _was_lost(told: Told, number: int) -> bool:
    """Whether the disease came back after a line: it progressed, another line followed, or it stands as a relapse."""
    if told.lines[number - 1].progressed is not None or number < len(told.lines):
        return True
    return told.status in RELAPSES


def mm_facts(told: Told) -> MmFacts:
    """Exposure by class, refractoriness to lenalidomide, progression on the last line."""
    last = told.last_line
    return MmFacts(
        lines=told.line_count,
        relapsed_or_refractory=_relapsed(told),
        pd_on_last=True if told.status == "refractory" else (is_refractory(last, "mm") if last else None),
        imid=exposed(told, "imid"),
        pi=exposed(told, "pi"),
        anti_cd38=exposed(told, "anti_cd38"),
        celmod=exposed(told, "celmod"),
        lenalidomide_refractory=refractory_to(told, "lenalidomide"),
        is_adult=_is_adult(told),
    )


BY_EXPOSURE = ("mcl", "mm")  # the diseases whose labels ask for what was given (5.1)
FACTS = {"lbcl": lbcl_facts, "mcl": mcl_facts, "fl": fl_facts, "all": ball_facts, "mm": mm_facts}
RULES = {
    "lbcl": (LbclFacts, indications.lbcl, "LBCL"),
    "mcl": (MclFacts, indications.mcl, "MCL"),
    "fl": (FlFacts, indications.fl, "FL"),
    "all": (BallFacts, indications.ball, "B-ALL"),
    "mm": (MmFacts, indications.mm, "MM"),
}


@dataclass(frozen=True)
class Assessed:
    """What the rule answered: its facts, its result, in which jurisdiction and by the rules of which day."""

    disease: str
    facts: Any
    result: Result
    jurisdiction: str
    on: date

    @property
    def status(self) -> str:
        """ELIGIBLE_BY_INDICATION, NOT_IN_INDICATION, NEEDS_JUDGEMENT or INCOMPLETE."""
        return status_of(self.result)

    @property
    def products(self) -> tuple[str, ...]:
        value = self.result.value if self.result.is_known else self.result.would_be
        return value.products if value is not None else ()


def status_of(result: Result) -> str:
    if result.status == KNOWN:
        return result.value.status
    return indications.JUDGEMENT if result.status == NEEDS_JUDGEMENT else INCOMPLETE.upper()


def assess(told: Told, rows: Indications) -> Assessed | None:
    """The answer of the rule of the disease; None where the disease is not known or has no rule here.

    Dates that contradict each other make it incomplete, with the date to look at.
    """
    if told.disease not in RULES:
        return None
    try:
        facts = FACTS[told.disease](told)
    except WrongFact as wrong:
        said = (Ground("dates_contradict", {"field": wrong.field}, "5.1"),)
        result = Result(INCOMPLETE, None, indications.VERSION, warnings=said, missing=(wrong.field,))
        return Assessed(told.disease, None, result, rows.jurisdiction, rows.on)
    found = assess_facts(told.disease, facts, rows)
    if told.disease not in BY_EXPOSURE or not told.not_recognised:
        return found
    said = Ground("drugs_not_recognised", {"drugs": told.not_recognised}, "9")
    return replace(found, result=replace(found.result, warnings=(*found.result.warnings, said)))


def assess_facts(disease: str, facts: Any, rows: Indications) -> Assessed:
    """The same, of facts that are already those of the rule."""
    result = RULES[disease][1](facts, rows)
    if isinstance(facts, LbclFacts) and facts.biopsy_proven is None:
        result = _without_a_proof(facts, rows)
    if isinstance(facts, BallFacts):
        result = replace(result, grounds=(*result.grounds, *_counted_as(facts)))
    return Assessed(disease, facts, result, rows.jurisdiction, rows.on)


def _without_a_proof(facts: LbclFacts, rows: Indications) -> Result:
    """What 5.1 says while no proof is recorded, and, where a proof would change it, that none is known."""
    proven, without = (indications.lbcl(replace(facts, biopsy_proven=known), rows) for known in (True, False))
    if (proven.status, proven.value, proven.range) == (without.status, without.value, without.range):
        return without
    return replace(without, warnings=(*without.warnings, Ground("biopsy_not_recorded", {}, "5.1")))


def _counted_as(facts: BallFacts) -> tuple[Ground, ...]:
    """As what the course of a B-ALL was counted; nothing where that is not known."""
    if facts.refractory:
        return (Ground("counted_as_refractory", {}, "5.1"),)
    if facts.refractory is None or not facts.relapsed or facts.relapse_number == 0:
        return ()
    return (Ground("counted_as_relapse", {"number": facts.relapse_number}, "5.1"),)


# ── kept with a decision ─────────────────────────────────────────────────────────────────────────────────────────


def facts_as_data(facts: Any) -> dict[str, Any]:
    """Facts as plain data; dates as they are known: "2025-03-10", "2025-03", "2025"."""
    found = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return {name: str(value) if isinstance(value, PartialDate) else value for name, value in found.items()}


def facts_from_data(disease: str, data: Mapping[str, Any]) -> Any:
    """The facts again, as they were kept."""
    kind = RULES[disease][0]
    read = {
        name: PartialDate.parse(value) if name.endswith("_date") and value is not None else value
        for name, value in data.items()
    }
    return kind(**read)


def different_facts(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Which facts say something else now: (name, then, now)."""
    names = dict.fromkeys((*before, *now))
    return [(name, before.get(name), now.get(name)) for name in names if before.get(name) != now.get(name)]

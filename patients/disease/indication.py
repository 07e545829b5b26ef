"""The indication that is computed live from what is recorded of a disease: by the EU label, and what Italy reimburses.

It proposes and says why; it decides nothing (reference 5.0). The same answer is shown when asking early, in the
dossier and at the board, and is kept with each decision together with the facts and the rows that made it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from patients.audit.shown import Chip, source_words
from patients.clinical.days import PartialDate
from patients.clinical.indications import (
    JUDGEMENT,
    NOT_IN_INDICATION,
    NOT_REIMBURSED,
    NOT_VERIFIED,
    Eligibility,
    Indication,
    Indications,
    possible,
)
from patients.clinical.result import Ground, Result
from patients.disease import course, picture, reasons
from patients.disease.course import Assessed, Told
from patients.products.indications import rules_now

EU, ITALY = "EU", "IT"


def rows_on(on: date, rows: Iterable[Indication] | None = None) -> tuple[Indication, ...]:
    """The rows of every jurisdiction that speak of a day: those of the app, or those that are given."""
    return tuple(row for row in (rules_now() if rows is None else rows) if row.stands_on(on))


@dataclass(frozen=True)
class Answer:
    """What the rules say of a disease on a day. `eu`: by the label, it gives the status; `italy`: what is reimbursed.

    Both are None where the disease is not known, or has no rule here (`told.disease` says which).
    """

    told: Told
    on: date
    rows: tuple[Indication, ...]
    eu: Assessed | None
    italy: Assessed | None

    @property
    def status(self) -> str | None:
        """None: a disease without a rule here."""
        if self.eu is not None:
            return self.eu.status
        return "INCOMPLETE" if self.told.disease is None else None


def answer(told: Told, on: date, rows: Iterable[Indication] | None = None) -> Answer:
    """Apply the rules of a day to what is told."""
    standing = rows_on(on, rows)
    eu, italy = (course.assess(told, Indications.valid(standing, where, on)) for where in (EU, ITALY))
    return Answer(told, on, standing, eu, italy)


def coverable(found: Answer) -> frozenset[str] | None:
    """The products whose label covers the case, or could once what is missing is known; None: nothing can be told."""
    if found.eu is None:
        return None if found.told.disease is None else frozenset()
    open_answers = possible(found.eu.result)
    if not open_answers and found.eu.status == "INCOMPLETE":
        return None
    return frozenset(found.eu.products).union(*(one.products for one in open_answers))


def covers(found: Answer, product: str) -> bool:
    """Whether a label covers the case with a product, or may: what is not known denies nothing."""
    codes = coverable(found)
    return codes is None or product in codes


# ── kept with a decision ─────────────────────────────────────────────────────────────────────────────────────────


def kept(found: Answer) -> dict[str, Any]:
    """An answer as plain data: facts, the rows of its disease, result and version; `reopened` reads it again."""
    if found.eu is None or found.eu.facts is None:
        return {"on": found.on.isoformat(), "disease": found.told.disease, "status": found.status}
    group = course.RULES[found.eu.disease][2]
    return {
        "on": found.on.isoformat(),
        "disease": found.eu.disease,
        "version": found.eu.result.version,
        "facts": course.facts_as_data(found.eu.facts),
        "status": found.eu.status,
        "products": list(found.eu.products),
        "products_italy": list(found.italy.products),
        "missing": list(found.eu.result.missing),
        "rows": [_row_as_data(row) for row in found.rows if row.disease == group],
    }


def reopened(data: Mapping[str, Any]) -> Answer | None:
    """The answer that was kept, made again from its own facts and rows; None where there was nothing to apply."""
    if "facts" not in data:
        return None
    on, disease = date.fromisoformat(data["on"]), data["disease"]
    rows = tuple(_row_from_data(row) for row in data["rows"])
    facts = course.facts_from_data(disease, data["facts"])
    eu, italy = (course.assess_facts(disease, facts, Indications.valid(rows, where, on)) for where in (EU, ITALY))
    return Answer(Told(disease), on, rows, eu, italy)


def _row_as_data(row: Indication) -> dict[str, Any]:
    data = asdict(row)
    for name in ("valid_from", "valid_to"):
        data[name] = str(getattr(row, name)) if getattr(row, name) is not None else None
    return data


def _row_from_data(data: Mapping[str, Any]) -> Indication:
    read = dict(data)
    for name in ("valid_from", "valid_to"):
        read[name] = PartialDate.parse(read[name]) if read[name] is not None else None
    for name in ("subtypes", "requires"):
        read[name] = tuple(read[name]) if read[name] is not None else None
    return Indication(**read)


@dataclass(frozen=True)
class Change:
    """What is different since an answer was kept: facts in words (what, then, now), and the status then and now."""

    facts: list[tuple[str, str, str]] = field(default_factory=list)
    then: str = ""
    now: str = ""
    products: bool = False

    @property
    def result(self) -> bool:
        """Whether the answer itself is another one."""
        return self.then != self.now or self.products


def changed_since(data: Mapping[str, Any], now: Answer) -> Change:
    """Compare what was kept with what the rules say now."""
    then, status = data.get("status") or "", now.status or ""
    if "facts" not in data or now.eu is None or now.eu.facts is None or data["disease"] != now.eu.disease:
        return Change([], then, status)
    different = course.different_facts(data["facts"], course.facts_as_data(now.eu.facts))
    words = [
        (reasons.fact_words(name), reasons.value_words(name, before), reasons.value_words(name, after))
        for name, before, after in different
    ]
    return Change(words, then, status, data["products"] != list(now.eu.products))


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Why:
    """One reason in words, with the key of the reference and whether it was checked."""

    words: str
    source: str


@dataclass(frozen=True)
class ProductShown:
    """One product of the answer: how far the label covers it, and what Italy says."""

    code: str
    italy: Chip
    source: str


@dataclass(frozen=True)
class Missing:
    """A fact that would change the answer, and the section of the dossier where it is told."""

    words: str
    section: str


@dataclass(frozen=True)
class Choice:
    """What a missing fact would lead to: values that lead to the same, the answer in words, and its products."""

    fact: str
    rows: list[tuple[str, str, tuple[str, ...]]]


@dataclass(frozen=True)
class Shown:
    """An answer as pages draw it; all words in the reader's language.

    Where it cannot be told yet: what is `known`, the products `in_question`, and the `choices` that would decide;
    `settled`: the status that they all lead to.
    """

    status: str | None
    title: str
    lead: str
    tone: str
    icon: str
    why: list[Why]
    warnings: list[Why]
    missing: list[Missing]
    could_be: str
    products: list[ProductShown]
    clocks: SafeString | str
    clock_source: str
    version: str
    on: date
    known: str = ""
    in_question: list[ProductShown] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    settled_by_one: bool = True
    settled: str | None = None

    @property
    def why_matters(self) -> bool:
        """Whether the reasons stand open: where the answer is no, or a person's."""
        return self.status in (NOT_IN_INDICATION, JUDGEMENT)

    @property
    def decides(self) -> str:
        """Which single missing fact would decide; "" where more than one does."""
        return self.missing[0].words if len(self.missing) == 1 and self.settled_by_one and not self.settled else ""

    @property
    def asks(self) -> str:
        """What the missing facts would do, in words; "" where they change neither the answer nor the products."""
        if self.settled == NOT_IN_INDICATION or not self.missing:
            return ""
        if self.settled:
            return _("Which products depends on:")
        return _("One fact decides:") if self.decides else _("These would change it:")


def shown(found: Answer, *, clocks: bool = True) -> Shown:
    """An answer in words. `clocks` False: without the picture."""
    if found.eu is None:
        return _without_rule(found)
    result, facts = found.eu.result, found.eu.facts
    settled = _settled(found)
    tone, icon = reasons.TONES[settled or found.eu.status]
    draws = clocks and picture.has_clocks(facts)
    return Shown(
        status=found.eu.status,
        title=_title(found),
        lead=str(reasons.SETTLED_LEADS[settled] if settled else reasons.LEADS[found.eu.status]),
        tone=tone,
        icon=icon,
        why=[why(ground) for ground in result.grounds if ground.code not in OPEN],
        warnings=[why(ground) for ground in (*result.warnings, *result.grounds) if _stands_open(ground, result)],
        missing=[_missing(name, facts) for name in result.missing],
        could_be=_could_be(result.range),
        products=[_product(code, found) for code in found.eu.products],
        clocks=picture.draw(facts) if draws else "",
        clock_source="5.1",
        version=reasons.version_words(result.version),
        on=found.on,
        known="" if result.is_known else reasons.known_words(found.told),
        in_question=_in_question(found),
        choices=_choices(found),
        settled_by_one=all(len(one.answers) == 1 for one in result.alternatives),
        settled=settled,
    )


OPEN = frozenset({"biopsy_advised"})  # grounds that a person acts upon: never folded away


def _stands_open(ground: Ground, result: Result) -> bool:
    return ground in result.warnings or ground.code in OPEN


def _settled(found: Answer) -> str | None:
    """The status that every answer to what is missing leads to, where all lead to one; the products are still open."""
    span = found.eu.result.range
    if found.eu.status != "INCOMPLETE" or span is None or span[0] != span[1]:
        return None
    return span[0]


def _title(found: Answer) -> str:
    if found.eu.result.is_known and found.eu.result.value.off_label:
        return _("For the board to judge: one clock inside, one outside")
    if settled := _settled(found):
        return str(reasons.SETTLED[settled])
    return str(reasons.STATUSES[found.eu.status])


def _without_rule(found: Answer) -> Shown:
    known = found.told.disease is not None
    missing = [] if known else [_missing("disease", None)]
    title = _("No rule for this disease here") if known else str(reasons.STATUSES["INCOMPLETE"])
    lead = _("The hub looks at it case by case.") if known else str(reasons.LEADS["INCOMPLETE"])
    version = reasons.version_words(course.indications.VERSION)
    return Shown(found.status, title, lead, "", "ask", [], [], missing, "", [], "", "5.1", version, found.on)


def why(ground: Ground) -> Why:
    return Why(reasons.ground_words(ground), source_words(ground.source, ground.tag))


def _missing(name: str, facts: Any) -> Missing:
    return Missing(reasons.missing_words(name, getattr(facts, name, None)), reasons.FACTS[name][1])


def _could_be(span: tuple | None) -> str:
    if span is None or span[0] == span[1]:
        return ""
    low, high = (str(reasons.STATUSES[status]).lower() for status in span)
    return _("It could be from “%(low)s” to “%(high)s”.") % {"low": low, "high": high}


def _in_question(found: Answer) -> list[ProductShown]:
    """The products that a label could cover, whatever the missing facts turn out to be."""
    if found.eu.result.is_known:
        return []
    codes = {code for answer in possible(found.eu.result) for code in answer.products}
    return [_product(code, found) for code in sorted(codes)]


def _choices(found: Answer) -> list[Choice]:
    """Each missing fact with what its values would lead to; values that lead to the same stand together.

    A fact that decides only together with another one leads nowhere by itself and is left out.
    """
    by_fact: dict[str, dict[tuple, list[str]]] = {}
    for fact, of_fact in groupby(found.eu.result.alternatives, key=lambda one: one.fact):
        leads = by_fact.setdefault(fact, {})
        for one, following in pairwise([*of_fact, None]):
            above = following.value if following else None
            leads.setdefault(_would_be(one.answers), []).append(reasons.alternative_words(fact, one.value, above))
    return [
        Choice(reasons.asked_words(fact), [(", ".join(values), *leads_to) for leads_to, values in leads.items()])
        for fact, leads in by_fact.items()
        if len(leads) > 1
    ]


def _would_be(answers: tuple[Eligibility, ...]) -> tuple[str, tuple[str, ...]]:
    """The highest answer that is left in words, "up to" it where a lower one is left too, and its products."""
    best = answers[-1].status
    words = str(reasons.STATUSES[best])
    if answers[0].status != best:
        words = _("up to “%(status)s”") % {"status": words.lower()}
    return words, tuple(sorted({code for one in answers if one.status == best for code in one.products}))


def _product(code: str, found: Answer) -> ProductShown:
    group = course.RULES[found.eu.disease][2]
    covering = [one for one in found.eu.result.grounds if one.code == "label_covers" and one.values["product"] == code]
    labels = [row for row in found.rows if (row.product, row.disease, row.jurisdiction) == (code, group, EU)]
    from_which = covering or labels
    source = source_words(from_which[0].source, from_which[0].tag) if from_which else ""
    return ProductShown(code, _italy(code, group, found), source)


def _italy(code: str, group: str, found: Answer) -> Chip:
    if code in found.italy.products and found.italy.status == JUDGEMENT:
        return Chip(_("Italy: reimbursed if the board so judges"), "users", "warn")
    if code in found.italy.products:
        return Chip(_("Italy: reimbursed"), "check", "ok")
    if not found.italy.result.is_known and any(code in one.products for one in possible(found.italy.result)):
        return Chip(_("Italy: may be reimbursed"), "ask", "unknown")
    rows = [row for row in found.rows if (row.product, row.disease, row.jurisdiction) == (code, group, ITALY)]
    states = {row.status for row in rows}
    if NOT_REIMBURSED in states:
        return Chip(_("Italy: not reimbursed"), "no", "warn")
    if not rows or NOT_VERIFIED in states:
        return Chip(_("Italy: not known"), "ask", "unknown")
    return Chip(_("Italy: not for this case"), "no", "warn")

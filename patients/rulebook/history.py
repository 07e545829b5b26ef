"""The versions of a rule that is data: what it said, since when, and who changed it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from patients.advice.models import AdviceEdit, AdviceLine
from patients.advice.reading import Line as AdviceText
from patients.audit.history import recorded_at
from patients.centres.models import Centre
from patients.pathway.models import Promise
from patients.products.indications import Indication, Reimbursement
from patients.products.models import LabelTerm, Product
from patients.products.prophylaxis import Prophylaxis
from patients.products.regimens import Regimen
from patients.products.washouts import WashoutLength
from patients.reminders.models import ScheduleTemplate
from patients.reminders.words import when_words
from patients.rulebook import catalogue, facts
from patients.rulebook.catalogue import Rule
from patients.surveillance.models import WatchRule
from patients.surveillance.words import asked_words
from patients.toxicity.models import WatchProtocol

MOST = 20


@dataclass(frozen=True)
class Version:
    """What a rule said from an instant on, and who wrote it. `own`: the hub's, in place of the reference's."""

    at: datetime
    text: str
    by: str
    why: str = ""
    own: bool = False


@dataclass(frozen=True)
class Table:
    """The table that holds a rule: everybody's row and the hub's own rows, their keys there, and their words."""

    model: type
    start: Any
    words: Callable[[Any], str]
    own: tuple = ()


def versions(rule: Rule, hub: Centre | None) -> list[Version]:
    """The latest first; several writes that say the same count once. The reference's start stands last, always."""
    if rule.kind == "advice":
        return _advice(rule, hub)
    table = _table(rule, hub)
    if table is None:
        return []
    own = [one for key in table.own for one in _told(table, key, own=True)]
    own.sort(key=lambda one: one.at)
    return own[::-1][:MOST] + _told(table, table.start)[::-1][:MOST]


def _told(table: Table, key, *, own: bool = False) -> list[Version]:
    """What one row said, the oldest first."""
    events = table.model.pgh_event_model.objects.filter(pgh_obj_id=key).order_by("pgh_id")
    events = events.annotate(recorded=recorded_at())
    said: list[Version] = []
    for event in events:
        if event.pgh_label == "delete":
            text = _("removed")
        elif getattr(event, "back", False) or (own and getattr(event, "valid_to", None)):
            text = _("back to the reference")
        else:
            text = table.words(_as_row(table.model, event))
        if not said or said[-1].text != text:
            context = event.pgh_context or {}
            name = context.get("name", "")
            system = name.startswith("system:")
            by = _("data of the installation") if system else name
            said.append(Version(event.recorded, text, by, "" if system else context.get("why", ""), own))
    return said


def _as_row(model, event) -> Any:
    """An event as the row that it was."""
    return model(**{field.attname: getattr(event, field.attname) for field in model._meta.concrete_fields})


def _advice(rule: Rule, hub: Centre | None) -> list[Version]:
    """A text of the reference, and before it what the hub said in its place, or that it went back."""
    table = Table(AdviceLine, rule.key, lambda row: catalogue.advice_words(AdviceText(row)))
    line = AdviceLine.objects.get(pk=rule.key)
    edits = AdviceEdit.objects.filter(hub=hub, line=line).select_related("by", "second_by")[:MOST]
    own = [
        Version(
            one.at,
            catalogue.advice_words(AdviceText(line, one)) if one.text else _("back to the reference"),
            ", ".join(str(who) for who in (one.by, one.second_by) if who),
            one.why,
            own=True,
        )
        for one in edits
    ]
    return own + _told(table, line.pk)[::-1][:MOST]


def _table(rule: Rule, hub: Centre | None) -> Table | None:
    """Where a rule is kept; None: in the code."""
    code, _colon, _fact = rule.key.partition(":")
    if rule.kind == "product":
        return Table(Product, code, lambda row: _fact_text(facts.product_facts(row), rule))
    if rule.kind in ("lymphodepletion", "window"):
        return Table(Regimen, rule.key, lambda row: _fact_text(facts.regimen_facts(row), rule))
    if rule.kind == "washout":
        return _with_own(WashoutLength, "hub", hub, catalogue.washout_words, code=rule.key)
    if rule.kind == "prophylaxis":
        return _with_own(Prophylaxis, "hub", hub, catalogue.prophylaxis_words, code=rule.key)
    if rule.kind == "protocol":
        return _with_own(WatchProtocol, "centre", hub, lambda row: catalogue.threshold_words(row, rule.key))
    if rule.kind == "promise":
        return _with_own(Promise, "centre", hub, catalogue.promise_words, code=rule.key)
    if rule.kind == "schedule":
        return _with_own(ScheduleTemplate, "hub", hub, when_words, rule=rule.row.rule, product=rule.row.product_id)
    if rule.kind == "watch":
        return _with_own(WatchRule, None, hub, asked_words, code=rule.key)
    words = {
        "term": (LabelTerm, lambda row: facts.term_fact(row).text),
        "indication": (Indication, catalogue.indication_words),
        "reimbursement": (Reimbursement, catalogue.reimbursement_words),
    }
    if rule.kind not in words:
        return None
    model, told = words[rule.kind]
    return Table(model, rule.key, told)


def _with_own(model, place: str | None, hub: Centre | None, words: Callable[[Any], str], **row) -> Table:
    """Everybody's row and the hub's own ones. `place`: the column of whose a row is."""
    everybodys = model.objects.filter(**row) if place is None else model.objects.filter(**row, **{place: None})
    own = model.objects.filter(**row, **{place: hub}) if place and hub else model.objects.none()
    start = min(everybodys, key=lambda one: getattr(one, "valid_to", None) is not None)
    return Table(model, start.pk, words, tuple(own.values_list("pk", flat=True)))


def _fact_text(found, rule: Rule) -> str:
    return next((one.text for one in found if one.rule == rule.rule), _("not known"))

"""The versions of a rule that is data: what it said, since when, and who changed it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from patients.advice.models import AdviceLine
from patients.advice.reading import Line as AdviceText
from patients.audit.history import recorded_at
from patients.centres.models import Centre
from patients.products import prophylaxis, washouts
from patients.products.indications import Indication, Reimbursement
from patients.products.models import LabelTerm, Product
from patients.products.prophylaxis import Prophylaxis
from patients.products.regimens import Regimen
from patients.products.washouts import WashoutLength
from patients.rulebook import catalogue, facts
from patients.rulebook.catalogue import Rule

MOST = 20


@dataclass(frozen=True)
class Version:
    """What a rule said from an instant on, and who wrote it; `removed`: nothing from then on."""

    at: datetime
    text: str
    by: str
    why: str = ""


def versions(rule: Rule, hub: Centre | None) -> list[Version]:
    """The latest first; several writes that say the same count once."""
    found = _events(rule, hub)
    if found is None:
        return []
    model, key, words = found
    events = model.pgh_event_model.objects.filter(pgh_obj_id=key).annotate(at=recorded_at()).order_by("pgh_id")
    said: list[Version] = []
    for event in events:
        text = _("removed") if event.pgh_label == "delete" else words(_as_row(model, event))
        if not said or said[-1].text != text:
            context = event.pgh_context or {}
            name = context.get("name", "")
            by = _("data of the installation") if name.startswith("system:") else name
            said.append(Version(event.at, text, by, context.get("why", "") if not name.startswith("system:") else ""))
    return said[::-1][:MOST]


def _as_row(model, event) -> Any:
    """An event as the row that it was."""
    return model(**{field.attname: getattr(event, field.attname) for field in model._meta.concrete_fields})


def _events(rule: Rule, hub: Centre | None):
    """The table that holds a rule, its key there, and its words."""
    code, _colon, _fact = rule.key.partition(":")
    if rule.kind == "product":
        return Product, code, lambda row: _fact_text(facts.product_facts(row), rule)
    if rule.kind in ("lymphodepletion", "window"):
        return Regimen, rule.key, lambda row: _fact_text(facts.regimen_facts(row), rule)
    if rule.kind == "washout":
        row = washouts.rows(hub.pk if hub else None)[rule.key]
        return WashoutLength, row.pk, catalogue.washout_words
    if rule.kind == "prophylaxis":
        row = prophylaxis.rows(hub.pk if hub else None)[rule.key]
        return Prophylaxis, row.pk, catalogue.prophylaxis_words
    words = {
        "term": (LabelTerm, lambda row: facts.term_fact(row).text),
        "indication": (Indication, catalogue.indication_words),
        "reimbursement": (Reimbursement, catalogue.reimbursement_words),
        "advice": (AdviceLine, lambda row: catalogue.advice_words(AdviceText(row))),
    }
    if rule.kind not in words:
        return None
    model, told = words[rule.kind]
    return model, rule.key, told


def _fact_text(found, rule: Rule) -> str:
    return next((one.text for one in found if one.rule == rule.rule), _("not known"))

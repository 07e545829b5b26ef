"""The indication of a pathway, computed live; kept with each decision, and looked at again before what cannot wait."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.audit.shown import Block, Link, source_words
from patients.clinical.indications import LbclFacts, clocks
from patients.disease import course, indication
from patients.disease.indication import Answer, Change, covers
from patients.eligibility import rules
from patients.eligibility.models import Decision
from patients.eligibility.rules import Answered
from patients.pathway.models import Pathway
from patients.referral.dossier import Dossier


def now(pathway: Pathway, dossier: Dossier | None = None) -> Answer:
    """What the rules of today say of what is recorded, as the hub reads it (or as `dossier`'s reader does)."""
    today = clock.today(pathway.hub.timezone)
    return indication.answer((dossier or Dossier(pathway, pathway.hub)).told(today), today)


def answered_by_the_record(found: Answer) -> dict[str, Answered]:
    """What the record answers of the items of indication; a person's own answer stands in place of it.

    Nothing is denied that the record does not deny; what it does not say is left out.
    """
    told, source = found.told, _("from the dossier")
    facts = found.eu.facts if found.eu is not None else None
    said = {
        "relapsed_or_refractory": getattr(facts, "relapsed", getattr(facts, "relapsed_or_refractory", None)),
        "not_primary_cns": None if told.subtype is None else told.subtype != "PCNSL",
        "btki_given": getattr(facts, "btki_exposed", None),
        "imid_given": getattr(facts, "imid", None),
        "pi_given": getattr(facts, "pi", None),
        "anti_cd38_given": getattr(facts, "anti_cd38", None),
        "progression_on_last_line": getattr(facts, "pd_on_last", None) if told.disease == "mm" else None,
        "lenalidomide_refractory": getattr(facts, "lenalidomide_refractory", None),
        "relapse_within_12_months": _within_the_window(facts),
        "target_expressed": _target(told),
        "no_active_cns": None if told.cns is None else told.cns != "active",
    }
    answers = {code: Answered(answer, source=source) for code, answer in said.items() if answer is not None}
    eligible = found.status == "ELIGIBLE_BY_INDICATION"
    if eligible:
        answers["diagnosis"] = Answered(True, source=source)
    if told.line_count is not None:
        answers["lines"] = Answered(True if eligible else None, Decimal(told.line_count), source=source)
    return answers


def _within_the_window(facts: Any) -> bool | None:
    """Whether the relapse after one line lies inside the label's clock."""
    if not isinstance(facts, LbclFacts) or facts.lines != 1:
        return None
    clock = clocks(facts).label
    return clock.as_fact if clock else None


def _target(told: course.Told) -> bool | None:
    """Whether nothing was given against the target of the disease's products."""
    exposed = course.exposed(told, course.TARGETED["BCMA" if told.disease == "mm" else "CD19"])
    return None if exposed is None else not exposed


def kept(found: Answer, flags: dict[str, str]) -> dict[str, Any]:
    """What is kept with a decision: facts, rows, result and version of the rule, and the flag of each item."""
    return indication.kept(found) | {"flags": dict(sorted(flags.items()))}


def standing_decision(pathway: Pathway) -> Decision | None:
    """The last decision, when it found the patient eligible."""
    last = Decision.objects.filter(pathway=pathway).order_by("-at").first()
    return last if last is not None and last.kind == rules.ELIGIBLE else None


def recheck_blocks(pathway: Pathway, *, reads_dossier: bool) -> list[Block]:
    """What has changed of the indication since the decision, for the doors of apheresis and lymphodepletion; and that
    no label covers the case with the chosen product, also where that was decided with a reason.

    It warns and stops nothing. Who does not read the dossier is told that it changed, and not what.
    """
    decision = standing_decision(pathway)
    if decision is None:
        return []
    found = now(pathway)
    change = indication.changed_since(decision.indication, found) if decision.indication else Change()
    product = pathway.product_id or decision.product_id
    covered = covers(found, product)
    if covered and not (change.facts or change.result):
        return []
    act = Link(_("Look at it"), reverse("eligibility:indication", args=[pathway.pk])) if reads_dossier else None
    if not covered:
        title = _("The label of %(product)s does not cover this case") % {"product": product}
    elif change.result:
        title = _("The indication is another one than at the decision")
    else:
        title = _("Facts of the indication changed")
    said = (change_words(change), _why_off_label(decision)) if reads_dossier else ()
    parts = (*said, _("warns, does not stop"), source_words("5.1"))
    return [Block(title, " · ".join(part for part in parts if part), "unknown", act, "indication")]


def _why_off_label(decision: Decision) -> str:
    why = decision.off_label_reason
    return _("Reason at the decision: %(reason)s") % {"reason": why} if why else ""


def change_words(change: Change) -> str:
    """What is different, in one sentence."""
    said = [
        _("%(what)s: %(then)s, now %(now)s") % {"what": what, "then": then, "now": now}
        for what, then, now in change.facts
    ]
    if change.then != change.now:
        said.insert(
            0, _("%(then)s, now %(now)s") % {"then": status_words(change.then), "now": status_words(change.now)}
        )
    elif change.products:
        said.insert(0, _("other products than then"))
    return "; ".join(said)


def status_words(status: str) -> str:
    """A kept status in words; "" is a disease without a rule here."""
    found = indication.reasons.STATUSES.get(status)
    return str(found) if found else _("no rule")

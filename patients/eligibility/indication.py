"""The indication of a pathway, computed live; kept with each decision, and looked at again before what cannot wait."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.audit.shown import Block, Link
from patients.disease import indication
from patients.disease.indication import Answer, Change
from patients.eligibility import rules
from patients.eligibility.models import Decision
from patients.pathway.models import Pathway
from patients.referral.dossier import Dossier


def now(pathway: Pathway, dossier: Dossier | None = None) -> Answer:
    """What the rules of today say of what is recorded, as the hub reads it (or as `dossier`'s reader does)."""
    today = clock.today(pathway.hub.timezone)
    return indication.answer((dossier or Dossier(pathway, pathway.hub)).told(today), today)


def kept(pathway: Pathway, flags: dict[str, str]) -> dict[str, Any]:
    """What is kept with a decision: facts, rows, result and version of the rule, and the flag of each item."""
    return indication.kept(now(pathway)) | {"flags": dict(sorted(flags.items()))}


def standing_decision(pathway: Pathway) -> Decision | None:
    """The last decision, when it found the patient eligible."""
    last = Decision.objects.filter(pathway=pathway).order_by("-at").first()
    return last if last is not None and last.kind == rules.ELIGIBLE else None


def changed_since_decision(pathway: Pathway) -> Change | None:
    """What differs from what the decision rested on; None without a decision that kept it."""
    decision = standing_decision(pathway)
    if decision is None or not decision.indication:
        return None
    return indication.changed_since(decision.indication, now(pathway))


def recheck_blocks(pathway: Pathway, *, reads_dossier: bool) -> list[Block]:
    """What has changed of the indication since the decision, for the doors of apheresis and lymphodepletion.

    It warns and stops nothing. Who does not read the dossier is told that it changed, and not what.
    """
    change = changed_since_decision(pathway)
    if change is None or not (change.facts or change.result):
        return []
    act = Link(_("Look at it"), reverse("eligibility:indication", args=[pathway.pk])) if reads_dossier else None
    title = (
        _("The indication is another one than at the decision")
        if change.result
        else _("Facts of the indication changed")
    )
    text = change_words(change) if reads_dossier else ""
    return [Block(title, " · ".join(part for part in (text, _("warns, does not stop")) if part), "unknown", act)]


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

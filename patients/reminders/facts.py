"""Reading: what the plan of a pathway depends on, gathered from the rooms that know it."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from patients.audit import clock
from patients.followup.models import HandOver, Visit
from patients.pathway.models import Pathway, Step
from patients.pathway.steps import STEP_RULES
from patients.reminders import rules
from patients.reminders.models import ScheduleTemplate
from patients.toxicity.models import Assessment

AWAITED = {rule.code: rule.until for rule in STEP_RULES}


def gather(pathway: Pathway) -> rules.Facts:
    """The facts of one pathway for rules.plan()."""
    happened = {
        # Of a day before CARPath that nobody knows it matters alone that it is over.
        row.what: row.actual_on or row.known_to or pathway.brought_in_on
        for row in pathway.milestones.all()
        if row.happened and not row.superseded
    }
    assessed_at = Assessment.objects.standing().filter(pathway=pathway).values_list("at", flat=True)
    return rules.Facts(
        zone=pathway.hub.timezone,
        day_0=pathway.day_0,
        closed=pathway.status == Pathway.Status.CLOSED,
        has_referrer=pathway.referring_centre_id is not None,
        happened=happened,
        assessed=frozenset(clock.local(at, pathway.hub.timezone).date() for at in assessed_at),
        visited=frozenset(Visit.objects.standing().filter(pathway=pathway).values_list("done_on", flat=True)),
        followed_at=_followed_at(pathway),
        steps=tuple(_open_step(pathway, step) for step in _open_steps(pathway)),
    )


def _followed_at(pathway: Pathway) -> str | None:
    """The centre that took follow-up over last; None while nobody has."""
    taken = pathway.hand_overs.filter(state=HandOver.State.TAKEN).order_by("-answered_at")
    return taken.values_list("to", flat=True).first()


def _open_steps(pathway: Pathway) -> list[Step]:
    return [step for step in pathway.steps.all() if step.done_at is None and step.dropped_at is None]


def _open_step(pathway: Pathway, step: Step) -> rules.OpenStep:
    at_hub = step.centre_id == pathway.hub_id
    return rules.OpenStep(
        key=str(step.pk),
        code=step.code,
        due_at=step.due_at,
        owner_role=step.owner_role_id,
        at=rules.HUB if at_hub else rules.REFERRING,
        until=AWAITED.get(step.code, ""),
    )


def schedule(pathway: Pathway) -> dict[str, rules.Template]:
    """Per rule the row of the schedule that counts today for a pathway's hub and product."""
    rows = ScheduleTemplate.objects.filter(
        Q(hub=pathway.hub_id) | Q(hub__isnull=True), Q(product=pathway.product_id) | Q(product__isnull=True)
    )
    return _in_force([row.as_rule() for row in rows], pathway)


def schedules(pathways: Iterable[Pathway]) -> dict[UUID, dict[str, rules.Template]]:
    """The same of several pathways, by their keys, in one statement."""
    of = {pathway.pk: pathway for pathway in pathways}
    hubs = {pathway.hub_id for pathway in of.values()}
    if not hubs:
        return {}
    rows = [row.as_rule() for row in ScheduleTemplate.objects.filter(Q(hub__in=hubs) | Q(hub__isnull=True))]
    found: dict[tuple, dict[str, rules.Template]] = {}
    for pathway in of.values():
        alike = (pathway.hub_id, pathway.product_id)
        if alike not in found:
            found[alike] = _in_force(rows, pathway)
    return {key: found[pathway.hub_id, pathway.product_id] for key, pathway in of.items()}


def _in_force(rows: Iterable[rules.Template], pathway: Pathway) -> dict[str, rules.Template]:
    today = clock.today(pathway.hub.timezone)
    return rules.in_force(rows, hub=pathway.hub_id, product=pathway.product_id, today=today)

"""The steps planner: after every change, the open steps and the ball are what the map of steps says."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from patients.audit import clock
from patients.centres import working_days
from patients.centres.models import Centre
from patients.pathway import steps
from patients.pathway.models import Milestone, Pathway, Promise, Step
from patients.pathway.stages import Stage

END_OF_WORK = time(18, 0)


def plan_steps(patient_ids: list[UUID]) -> None:
    """Bring the steps of the patients' live pathways into line with their milestones."""
    for pathway in Pathway.objects.live().filter(patient__in=patient_ids).select_related("hub", "referring_centre"):
        _plan(pathway)


def _plan(pathway: Pathway) -> None:
    open_now = {(step.code, step.subject): step for step in _open(pathway)}
    if pathway.status == Pathway.Status.CLOSED:
        _drop([step for step in open_now.values() if step.code not in steps.ASIDE])
        return
    known, promised = planned_milestones(pathway), promises(pathway.hub)
    wanted = {(found.rule.code, ""): found for found in steps.open_steps(known, pathway.brought_in_on)}
    for key, step in open_now.items():
        if step.origin == "map" and key not in wanted:
            _finish(step, known, wanted)
    for key, found in wanted.items():
        open_now[key] = _keep(pathway, found, open_now.get(key), known, promised)
    _hand_the_ball([step for step in open_now.values() if step.done_at is None and step.dropped_at is None])


def _open(pathway: Pathway) -> list[Step]:
    return list(pathway.steps.filter(done_at__isnull=True, dropped_at__isnull=True))


def planned_milestones(pathway: Pathway) -> dict[str, steps.Planned]:
    """The standing milestones of a pathway by code."""
    return {
        row.what: steps.Planned(row.planned_on, row.actual_on, row.actual_at, row.before_carpath, row.known_to)
        for row in pathway.milestones.filter(superseded=False)
    }


def _drop(open_steps: list[Step]) -> None:
    now = clock.now()
    for step in open_steps:
        step.dropped_at, step.has_ball = now, False
        step.save(update_fields=["dropped_at", "has_ball"])


def _finish(step: Step, known: dict, wanted: dict) -> None:
    """A step of the map that is no longer open: done when its milestone has happened, else dropped."""
    rule = next((rule for rule in steps.STEP_RULES if rule.code == step.code), None)
    fact = (
        Milestone.objects.filter(pathway=step.pathway_id, superseded=False, what=rule.until).first() if rule else None
    )
    if fact is None or not fact.happened:
        _drop([step])
        return
    step.done_at, step.done_by, step.has_ball = clock.now(), fact.by, False
    step.save(update_fields=["done_at", "done_by", "has_ball"])


def _keep(pathway: Pathway, found: steps.OpenStep, step: Step | None, known: dict, promised: dict) -> Step:
    rule = found.rule
    centre = pathway.hub if rule.at == "hub" or pathway.referring_centre is None else pathway.referring_centre
    due_at = _due(pathway, found, known, promised)
    blocks_on = known[rule.until].planned_on if rule.until in known else None
    if step is None:
        return Step.objects.create(
            pathway=pathway,
            code=rule.code,
            stage=rule.stage,
            centre=centre,
            owner_role_id=rule.owner,
            owner=pathway.referrer if rule.at == "referring" else None,
            next_owner_role_id=rule.next_owner,
            opened_at=clock.now(),
            due_at=due_at,
            blocks_on=blocks_on,
        )
    if (step.due_at, step.blocks_on, step.centre_id) != (due_at, blocks_on, centre.pk):
        step.due_at, step.blocks_on, step.centre = due_at, blocks_on, centre
        step.save(update_fields=["due_at", "blocks_on", "centre"])
    return step


def _due(
    pathway: Pathway, found: steps.OpenStep, known: dict[str, steps.Planned], promised: dict[str, Promise]
) -> datetime:
    """When a step is due: on the planned day of what it awaits, else by the hub's promise.

    Where of the day that it counts from month or year is known, it counts from the last day that it can have been;
    where nothing is known of it, from the day on which the patient was brought in. A day that is learnt is asked for
    since that day, too.
    """
    hub = pathway.hub
    if found.planned_on is not None:
        return _at_end_of_work(found.planned_on, hub)
    since = known[found.since]
    since_on = pathway.brought_in_on if found.rule.learns_day else since.known_by or pathway.brought_in_on
    asked_at = since.actual_at or _at_end_of_work(since_on, hub)
    kept = promised.get(found.rule.promise)
    return asked_at if kept is None else due_by(kept, asked_at, hub)


def due_by(kept: Promise, since: datetime, hub: Centre) -> datetime:
    """By when a promise counted from an instant is kept."""
    if kept.working_days:
        return working_days.due_after(since, kept.days, hub)
    here = clock.local(since, hub.timezone)
    return _at_end_of_work(date.fromordinal(here.date().toordinal() + kept.days), hub)


def _at_end_of_work(day: date, centre: Centre) -> datetime:
    return datetime.combine(day, END_OF_WORK, tzinfo=ZoneInfo(centre.timezone))


def promise(hub: Centre, code: str) -> Promise | None:
    """What a hub promises for a step: its own row, else everybody's."""
    return promises(hub).get(code)


def promises(hub: Centre) -> dict[str, Promise]:
    """All that a hub promises, by code: its own row, else everybody's."""
    rows = Promise.objects.filter(Q(centre=hub) | Q(centre__isnull=True))
    return {row.code: row for row in sorted(rows, key=lambda row: row.centre_id is not None)}


def _hand_the_ball(open_steps: list[Step]) -> None:
    holder = steps.ball(candidate(step) for step in open_steps if step.code not in steps.ASIDE | steps.PAPERWORK)
    for step in sorted(open_steps, key=lambda step: step.pk == holder):  # the old holder lets go first
        if step.has_ball != (step.pk == holder):
            step.has_ball = step.pk == holder
            step.save(update_fields=["has_ball"])


def candidate(step: Step) -> steps.BallCandidate:
    """A step as the choice of the ball looks at it."""
    first = step.code in steps.FIRST | steps.STOPS
    return steps.BallCandidate(step.pk, Stage(step.stage), step.due_at, step.blocks_on, first)

"""The reminders planner: after every change, each pathway's reminders are what the schedule says.

Runs after the steps planner, in the transaction of the change. What is done stays; what is open moves; what was told
for a day that has moved into the future is told again; what would be told late is held for a person to release.
"""

import dataclasses
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from patients.audit import clock
from patients.audit.actions import act
from patients.centres.models import Centre
from patients.identity import changes
from patients.identity.models import Change, Replan
from patients.pathway.actions import plan_milestone
from patients.pathway.models import Pathway
from patients.reminders import facts, rules
from patients.reminders.models import Planning, Reminder
from patients.reminders.reconciliation import BY, Reconciliation

NEXT = "next_follow_up"  # the milestone that says when follow-up is due next


def plan_reminders(patient_ids: list[UUID]) -> None:
    """Bring the reminders of the patients' live pathways into line with their facts and the schedule."""
    pathways = Pathway.objects.live().filter(patient__in=patient_ids)
    for pathway in pathways.select_related("patient", "hub", "referring_centre").prefetch_related(
        "steps", "milestones"
    ):
        PathwayReminders(pathway).run()


class PathwayReminders(Reconciliation):
    """The reminders of one pathway."""

    def __init__(self, pathway: Pathway):
        super().__init__(patient=pathway.patient, keeper=pathway.hub, pathway=pathway)
        self.pathway = pathway
        self.steps = {str(step.pk): step for step in pathway.steps.all()}

    def wanted(self) -> dict[rules.Key, rules.Wanted]:
        return rules.plan(facts.gather(self.pathway), facts.schedule(self.pathway), self.today)

    def _centre(self, where: str):
        return self.pathway.referring_centre if where == rules.REFERRING else self.pathway.hub

    def _owner(self, one: rules.Wanted) -> UUID | None:
        """The person whose it is: the step's own, at the referring centre the doctor who referred."""
        if one.kind == rules.STEP:
            return self.steps[one.subject].owner_id
        return self.pathway.referrer_id if one.owner_at == rules.REFERRING else None

    def _take_back(self, reminder: Reminder) -> None:
        """A reminder that is not wanted any more: a step's is done with its step, any other is dropped."""
        step = self.steps.get(reminder.subject)
        if step is not None and step.done_at is not None:
            done_on = clock.local(step.done_at, self.pathway.hub.timezone).date()
            self._close(reminder, Reminder.State.DONE, done_by=step.done_by, done_on=done_on)
        else:
            self._close(reminder, Reminder.State.DROPPED, dropped_by=BY)

    def run(self) -> dict[rules.Key, rules.Wanted]:
        wanted = super().run()
        self._plan_milestones(wanted)
        self._note_plan()
        return wanted

    def _plan_milestones(self, wanted: dict[rules.Key, rules.Wanted]) -> None:
        """PET dates stand among the planned milestones; a date that a person has planned stays theirs."""
        rows = {row.what: row for row in self.pathway.milestones.all() if not row.superseded}
        planned = {one.milestone: one.due_on for one in wanted.values() if one.milestone}
        following = rules.next_follow_up(wanted.values(), self.today)
        planned |= {NEXT: following} if following else {}
        for what, on in planned.items():
            row = rows.get(what)
            mine = row is None or (row.actual_on is None and (row.by == BY or row.planned_on is None))
            if mine and (row is None or row.planned_on != on):
                plan_milestone(pathway=self.pathway, what=what, on=on, by=BY)
        for what, row in rows.items():
            if what not in planned and row.by == BY and row.actual_on is None and row.planned_on is not None:
                plan_milestone(pathway=self.pathway, what=what, on=None, by=BY)

    def _note_plan(self) -> None:
        row = Planning(pathway=self.pathway, planned_at=self.now, **basis_of(self.pathway))
        columns = ["planned_at", "day_0", "product", "status"]
        Planning.objects.bulk_create([row], update_conflicts=True, unique_fields=["pathway"], update_fields=columns)


def basis_of(pathway: Pathway) -> dict:
    """The columns of a pathway that its plan was made from."""
    return {"day_0": pathway.day_0, "product": pathway.product_id or "", "status": pathway.status}


# ── beat ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def replan_changed(limit: int = 200) -> int:
    """Plan again what changed after its plan (a raw statement, an import); returns how many patients. Beat calls it."""
    stale = (
        Pathway.objects.live()
        .exclude(patient__in=Replan.objects.values("patient"))  # failed and tried again anyway
        .exclude(
            Exists(
                Planning.objects.filter(
                    Q(day_0=OuterRef("day_0")) | Q(day_0__isnull=True) & Q(pathway__day_0__isnull=True),
                    Q(product=OuterRef("product_id")) | Q(product="") & Q(pathway__product__isnull=True),
                    pathway=OuterRef("pk"),
                    status=OuterRef("status"),
                ).exclude(
                    Exists(Change.objects.filter(patient=OuterRef("pathway__patient"), at__gt=OuterRef("planned_at")))
                )
            )
        )
    )
    patient_ids = sorted(set(stale.values_list("patient_id", flat=True)[:limit]))
    for patient_id in patient_ids:
        with act(by="system:replan", why="changed after it was planned"):
            changes.lock(patient_id)
            changes.replan(patient_id)
    return len(patient_ids)


def replan_hub(hub: Centre) -> int:
    """Plan the open pathways of a hub again, inside an action: its schedule has changed. Returns how many patients."""
    open_ones = Pathway.objects.live().filter(hub=hub).exclude(status=Pathway.Status.CLOSED)
    patient_ids = sorted(set(open_ones.values_list("patient_id", flat=True)))
    changes.lock(*patient_ids)
    for patient_id in patient_ids:
        changes.replan(patient_id)
    return len(patient_ids)


# ── preview ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True)
class Moving:
    """An open reminder that a changed schedule would move (to None: it would be dropped)."""

    reminder: Reminder
    to: date | None


def preview(pathway: Pathway, templates: dict[str, rules.Template]) -> list[Moving]:
    """The open reminders of a pathway that another schedule would move or drop; nothing is written."""
    wanted = rules.plan(facts.gather(pathway), templates, clock.today(pathway.hub.timezone))
    moving = []
    for reminder in Reminder.objects.filter(pathway=pathway, state__in=["planned", "acknowledged"]):
        one = wanted.get((reminder.rule, reminder.subject))
        if one is None or one.due_on != reminder.due_on:
            moving.append(Moving(reminder, one.due_on if one else None))
    return moving

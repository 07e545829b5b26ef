"""The reminders planner: after every change, each pathway's reminders are what the schedule says.

Runs after the steps planner, in the transaction of the change. What is done stays; what is open moves; what was told
for a day that has moved into the future is told again; what would be told late is held for a person to release.
"""

import dataclasses
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from patients.audit import clock
from patients.audit.actions import act, running
from patients.centres.models import Centre
from patients.identity import changes
from patients.identity.models import Change, Replan
from patients.notices import actions as notices
from patients.pathway.actions import plan_milestone
from patients.pathway.models import Pathway
from patients.reminders import facts, rules, sweep
from patients.reminders.models import Planning, Reminder, ReminderTelling

BY = "system:reminders"
NEXT = "next_follow_up"  # the milestone that says when follow-up is due next
TELLING_COLUMNS = ("at", "role_id", "centre_id", "urgent", "waiting", "held", "told_at")


def plan_reminders(patient_ids: list[UUID]) -> None:
    """Bring the reminders of the patients' live pathways into line with their facts and the schedule."""
    pathways = Pathway.objects.live().filter(patient__in=patient_ids)
    for pathway in pathways.select_related("patient", "hub", "referring_centre", "referrer", "product"):
        Reconciliation(pathway).run()


class Reconciliation:
    """One pathway's reminders, as they stand against as they should."""

    def __init__(self, pathway: Pathway):
        self.pathway = pathway
        self.now = clock.now()
        self.today = clock.today(pathway.hub.timezone)
        self.steps = {str(step.pk): step for step in pathway.steps.select_related("owner")}
        self.held: list[ReminderTelling] = []
        self.settled: list[UUID] = []

    def run(self) -> None:
        wanted = rules.plan(facts.gather(self.pathway), facts.schedule(self.pathway), self.today)
        standing = self._standing()
        self._make([one for key, one in wanted.items() if key not in standing and not one.done])
        for key, reminder in standing.items():
            if key in wanted:
                self._keep(reminder, wanted[key])
            elif reminder.is_open:
                self._take_back(reminder)
        self._say_what_is_held()
        notices.settle(about=self.settled)
        self._plan_milestones(wanted)
        self._note_plan()

    def _standing(self) -> dict[rules.Key, Reminder]:
        rows = Reminder.objects.filter(pathway=self.pathway).select_related("centre", "owner")
        rows = rows.prefetch_related("tellings")
        return {(row.rule, row.subject): row for row in rows}

    # ── making ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _make(self, wanted: list[rules.Wanted]) -> None:
        made = [
            (Reminder(patient=self.pathway.patient, pathway=self.pathway, **self._columns(one)), one) for one in wanted
        ]
        Reminder.objects.bulk_create([reminder for reminder, _ in made])
        tellings = [self._telling(reminder, planned) for reminder, one in made for planned in one.tellings]
        ReminderTelling.objects.bulk_create(tellings)
        self.held += [telling for telling in tellings if telling.held]

    def _columns(self, one: rules.Wanted) -> dict:
        window = one.window or (None, None)
        return {
            "rule": one.rule,
            "subject": one.subject,
            "kind": one.kind,
            "due_on": one.due_on,
            "due_at": one.due_at,
            "window_from": window[0],
            "window_to": window[1],
            "centre": self._centre(one.owner_at),
            "owner_role_id": one.owner_role,
            "owner": self._owner(one),
        }

    def _centre(self, where: str):
        return self.pathway.referring_centre if where == rules.REFERRING else self.pathway.hub

    def _owner(self, one: rules.Wanted):
        """The person whose it is: the step's own, at the referring centre the doctor who referred."""
        if one.kind == rules.STEP:
            return self.steps[one.subject].owner
        return self.pathway.referrer if one.owner_at == rules.REFERRING else None

    def _telling(self, reminder: Reminder, planned: rules.Telling) -> ReminderTelling:
        at = max(filter(None, (planned.at, reminder.snoozed_until, reminder.released_at)))
        late = rules.is_late(at, self.today, self.pathway.hub.timezone)
        return ReminderTelling(
            reminder=reminder,
            level=planned.level,
            at=at,
            role_id=planned.role,
            centre=self._told_at(reminder, planned),
            urgent=planned.urgent,
            waiting=not late,
            held=late,
        )

    def _told_at(self, reminder: Reminder, planned: rules.Telling):
        return reminder.centre if planned.role is None else self._centre(planned.where)

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _keep(self, reminder: Reminder, one: rules.Wanted) -> None:
        if reminder.state == Reminder.State.DONE:
            recorded = one.milestone or one.kind == rules.ASSESSMENT
            if recorded and not one.done:  # the fact was undone: it is open again
                self._reopen(reminder, one)
            return
        if reminder.state == Reminder.State.DROPPED:
            if reminder.dropped_by == BY and not one.done:
                self._reopen(reminder, one)
            return
        if one.done:
            self._finish(reminder, one.done_on)
        else:
            self._move(reminder, one)

    def _finish(self, reminder: Reminder, done_on: date) -> None:
        current = running()
        self._close(reminder, Reminder.State.DONE, done_by=current.user if current else BY, done_on=done_on)

    def _take_back(self, reminder: Reminder) -> None:
        """A reminder that is not wanted any more: a step's is done with its step, any other is dropped."""
        step = self.steps.get(reminder.subject)
        if step is not None and step.done_at is not None:
            done_on = clock.local(step.done_at, self.pathway.hub.timezone).date()
            self._close(reminder, Reminder.State.DONE, done_by=step.done_by, done_on=done_on)
        else:
            self._close(reminder, Reminder.State.DROPPED, dropped_by=BY)

    def _close(self, reminder: Reminder, state: str, **fields) -> None:
        for name, value in {"state": state, **fields}.items():
            setattr(reminder, name, value)
        reminder.version += 1
        reminder.save()
        reminder.tellings.filter(Q(waiting=True) | Q(held=True)).update(waiting=False, held=False)
        self.settled.append(reminder.pk)

    def _reopen(self, reminder: Reminder, one: rules.Wanted) -> None:
        reminder.state = Reminder.State.PLANNED
        reminder.done_on, reminder.done_by, reminder.dropped_by, reminder.drop_reason = None, "", "", ""
        self._write(reminder, one, {"told_at": None, "acknowledged_at": None, "acknowledged_by": None})

    def _move(self, reminder: Reminder, one: rules.Wanted) -> None:
        columns = self._columns(one)
        if self._stays_handed_on(reminder, columns):
            columns["owner"] = reminder.owner
        if any(getattr(reminder, name) != value for name, value in columns.items()):
            self._write(reminder, one, {})
        else:
            self._retell(reminder, one)

    def _stays_handed_on(self, reminder: Reminder, columns: dict) -> bool:
        """A colleague was named for it, and it has not gone to another centre since."""
        return reminder.handed_on and reminder.centre == columns["centre"]

    def _write(self, reminder: Reminder, one: rules.Wanted, fields: dict) -> None:
        """Move a reminder and its tellings. Moved into the future it is planned afresh, whoever acknowledged it."""
        columns = self._columns(one)
        if self._stays_handed_on(reminder, columns):
            columns.pop("owner")
        elif reminder.handed_on:
            fields |= {"handed_on": False}
        if one.due_at > self.now and one.due_at != reminder.due_at:
            fields |= {"state": Reminder.State.PLANNED, "told_at": None, "released_at": None}
            fields |= {"acknowledged_at": None, "acknowledged_by": None, "snoozed_until": None, "snooze_reason": ""}
            reminder.tellings.filter(again__gt=0, waiting=True).update(waiting=False)
            self.settled.append(reminder.pk)
        for name, value in {**columns, **fields}.items():
            setattr(reminder, name, value)
        reminder.version += 1
        reminder.save()
        self._retell(reminder, one)

    def _retell(self, reminder: Reminder, one: rules.Wanted) -> None:
        """Bring the tellings of a reminder into line; what was told stays told unless it lies ahead again."""
        standing = {row.level: row for row in reminder.tellings.all() if row.again == 0}
        quiet = reminder.state != Reminder.State.PLANNED
        for planned in one.tellings:
            row = standing.pop(planned.level, None)
            fresh = self._telling(reminder, planned)
            if row is not None:
                self._compare(row, fresh, quiet)
            else:
                self._hold_back(fresh, quiet)
                fresh.save()
        for row in standing.values():  # levels that the schedule has no more
            if row.waiting or row.held:
                row.waiting = row.held = False
                row.save(update_fields=["waiting", "held"])

    def _compare(self, row: ReminderTelling, fresh: ReminderTelling, quiet: bool) -> None:
        if row.told_at is not None and fresh.at <= self.now:
            return
        untouched = row.told_at is None and row.at == fresh.at and (row.waiting or row.held) and not quiet
        if untouched:
            fresh.waiting, fresh.held = row.waiting, row.held
        else:
            self._hold_back(fresh, quiet)
        fresh.pk, fresh._state.adding = row.pk, False
        if any(getattr(row, name) != getattr(fresh, name) for name in TELLING_COLUMNS):
            fresh.save()

    def _hold_back(self, fresh: ReminderTelling, quiet: bool) -> None:
        """A reminder that somebody acknowledged tells no more; what is newly too late is held."""
        if quiet:
            fresh.waiting = fresh.held = False
        elif fresh.held:
            self.held.append(fresh)

    # ── what else follows ────────────────────────────────────────────────────────────────────────────────────────

    def _say_what_is_held(self) -> None:
        if self.held:
            sweep.say_held(self.pathway.hub)

    def _plan_milestones(self, wanted: dict[rules.Key, rules.Wanted]) -> None:
        """PET dates stand among the planned milestones; a date that a person has planned stays theirs."""
        rows = {row.what: row for row in self.pathway.milestones.filter(superseded=False)}
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

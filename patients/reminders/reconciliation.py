"""Reminders as they stand against as they should: what is done stays, what is open moves.

What was told for a day that has moved into the future is told again; what would be told late is held for a person to
release.
"""

from abc import ABC, abstractmethod
from datetime import date
from uuid import UUID

from django.db.models import Q

from patients.audit import clock
from patients.audit.actions import running
from patients.centres.models import Centre
from patients.identity.models import Patient
from patients.notices import actions as notices
from patients.reminders import rules, sweep
from patients.reminders.models import Reminder, ReminderTelling

BY = "system:reminders"
TELLING_COLUMNS = ("at", "role_id", "centre_id", "urgent", "waiting", "held", "told_at")


class Reconciliation(ABC):
    """The reminders of one pathway or one watch, as they stand against as they should.

    Who comes from here says `of` (the column of Reminder that it belongs to, and its row), `wanted`, `_centre`,
    `_owner`, and how a reminder that is not wanted any more ends.
    """

    def __init__(self, *, patient: Patient, keeper: Centre, **of):
        self.patient = patient
        self.keeper = keeper  # the centre whose days count, and whose people release what is held
        self.of = of
        self.now = clock.now()
        self.today = clock.today(keeper.timezone)
        self.held: list[ReminderTelling] = []
        self.settled: list[UUID] = []

    @abstractmethod
    def wanted(self) -> dict[rules.Key, rules.Wanted]:
        """What the schedule asks for today, by key."""

    @abstractmethod
    def _centre(self, where: str) -> Centre:
        """The centre that a rule's "referring" or "hub" means here."""

    @abstractmethod
    def _owner(self, one: rules.Wanted) -> UUID | None:
        """The key of the person whose it is, None where it is a role's."""

    @abstractmethod
    def _take_back(self, reminder: Reminder) -> None:
        """End a reminder that is not wanted any more."""

    def run(self) -> dict[rules.Key, rules.Wanted]:
        """Make, keep, move and end; returns what is wanted."""
        wanted = self.wanted()
        standing = self._standing()
        self._make([one for key, one in wanted.items() if key not in standing and not one.done])
        for key, reminder in standing.items():
            if key in wanted:
                self._keep(reminder, wanted[key])
            elif reminder.is_open:
                self._take_back(reminder)
        self._say_what_is_held()
        notices.settle(about=self.settled)
        return wanted

    def _standing(self) -> dict[rules.Key, Reminder]:
        rows = Reminder.objects.filter(**self.of).prefetch_related("tellings")
        return {(row.rule, row.subject): row for row in rows}

    # ── making ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _make(self, wanted: list[rules.Wanted]) -> None:
        made = [(Reminder(patient=self.patient, **self.of, **self._columns(one)), one) for one in wanted]
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
            "centre_id": self._centre(one.owner_at).pk,
            "owner_role_id": one.owner_role,
            "owner_id": self._owner(one),
        }

    def _telling(self, reminder: Reminder, planned: rules.Telling) -> ReminderTelling:
        at = max(filter(None, (planned.at, reminder.snoozed_until, reminder.released_at)))
        late = rules.is_late(at, self.today, self.keeper.timezone)
        return ReminderTelling(
            reminder=reminder,
            level=planned.level,
            at=at,
            role_id=planned.role,
            centre_id=self._told_at(reminder, planned),
            urgent=planned.urgent,
            waiting=not late,
            held=late,
        )

    def _told_at(self, reminder: Reminder, planned: rules.Telling) -> UUID:
        return reminder.centre_id if planned.role is None else self._centre(planned.where).pk

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _keep(self, reminder: Reminder, one: rules.Wanted) -> None:
        if reminder.state == Reminder.State.DONE:
            recorded = one.milestone or one.kind in (rules.ASSESSMENT, rules.WATCH)
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
            columns["owner_id"] = reminder.owner_id
        if any(getattr(reminder, name) != value for name, value in columns.items()):
            self._write(reminder, one, {})
        else:
            self._retell(reminder, one)

    def _stays_handed_on(self, reminder: Reminder, columns: dict) -> bool:
        """A colleague was named for it, and it has not gone to another centre since."""
        return reminder.handed_on and reminder.centre_id == columns["centre_id"]

    def _write(self, reminder: Reminder, one: rules.Wanted, fields: dict) -> None:
        """Move a reminder and its tellings. Moved into the future it is planned afresh, whoever acknowledged it."""
        columns = self._columns(one)
        if self._stays_handed_on(reminder, columns):
            columns.pop("owner_id")
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
            sweep.say_held(self.keeper)

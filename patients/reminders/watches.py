"""The reminders of a watch: what it asks for becomes reminders of its referring centre, and of nobody else."""

from uuid import UUID

from patients.audit import clock
from patients.audit.actions import running
from patients.centres.models import Centre
from patients.clinical import days
from patients.reminders import rules
from patients.reminders.models import Reminder
from patients.reminders.reconciliation import BY, Reconciliation
from patients.reminders.words import OF_A_WATCH
from patients.surveillance import rules as watching
from patients.surveillance.actions import asked, found_of
from patients.surveillance.models import Watch, WatchRule
from patients.surveillance.planning import DOCTORS


def plan_watch_reminders(patient_ids: list[UUID]) -> None:
    """Bring the reminders of the patients' watches into line with what the watches ask for."""
    watches = Watch.objects.filter(patient__in=patient_ids)
    for watch in watches.prefetch_related("patient", "centre", "doctor", "findings"):
        WatchReminders(watch).run()


class WatchReminders(Reconciliation):
    """The reminders of one watch. Of a day known in part they are told by its earliest reading, late by its latest."""

    def __init__(self, watch: Watch):
        super().__init__(patient=watch.patient, keeper=watch.centre, watch=watch)
        self.watch = watch
        self.rows = asked()

    def wanted(self) -> dict[rules.Key, rules.Wanted]:
        if not self.watch.is_open:
            return {}
        due = watching.due(self.watch.course(self.rows), found_of(self.watch))
        found = [self._wanted(one, self.rows[one.what]) for one in due]
        return {(one.rule, one.subject): one for one in found}

    def _wanted(self, due: watching.Due, row: WatchRule) -> rules.Wanted:
        zone = self.watch.centre.timezone
        return rules.Wanted(
            rule=OF_A_WATCH + due.what,
            subject=str(due.number) if due.number else "",
            kind=rules.WATCH,
            due_on=due.on.latest,
            due_at=rules.wall_clock(due.on.latest, row.at_time, zone),
            owner_role=DOCTORS,
            owner_at=rules.REFERRING,
            tellings=tuple(
                rules.Telling(
                    number,
                    rules.wall_clock(days.add_days(due.on.earliest, level["after_days"]), row.at_time, zone),
                    DOCTORS if level.get("everybody") else None,
                    rules.REFERRING,
                    level.get("urgent", False),
                )
                for number, level in enumerate(row.levels)
            ),
        )

    def _centre(self, where: str) -> Centre:
        return self.watch.centre

    def _owner(self, one: rules.Wanted) -> UUID:
        return self.watch.doctor_id

    def _take_back(self, reminder: Reminder) -> None:
        """What was asked for was found or written down: done on that day; else it is not asked for any more."""
        done_on = self._done_on(reminder.rule.removeprefix(OF_A_WATCH))
        if done_on is None:
            self._close(reminder, Reminder.State.DROPPED, dropped_by=BY)
            return
        current = running()
        self._close(reminder, Reminder.State.DONE, done_by=current.user if current else BY, done_on=done_on)

    def _done_on(self, what: str):
        if what == watching.LAST_DOSE:
            return self.watch.last_dose.latest if self.watch.last_dose else None
        standing = [row for row in self.watch.findings.all() if row.struck_at is None]
        if what == watching.REFER:
            settled = any(row.pathway_id is not None or row.kept_why for row in standing)
            return clock.today(self.watch.centre.timezone) if settled else None
        return max((row.seen.latest for row in standing if row.what == what), default=None)

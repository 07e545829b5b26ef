"""What falls due: the schedule as data, the reminders of each pathway, and whom each is told to, when."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.centres.models import Centre, Role, User
from patients.identity.models import Patient
from patients.pathway.models import Pathway
from patients.products.models import Product
from patients.reminders import rules
from patients.surveillance.models import Watch


class Kind(models.TextChoices):
    PET = rules.PET
    VISIT = rules.VISIT
    ASSESSMENT = rules.ASSESSMENT
    REGISTRY = rules.REGISTRY
    STEP = rules.STEP
    WATCH = rules.WATCH


class At(models.TextChoices):
    HUB = rules.HUB
    REFERRING = rules.REFERRING


@tracked()
class ScheduleTemplate(VersionedRow):
    """One row of the schedule: everybody's (no hub; seeds/schedules.yaml), or a hub's own.

    `days` or `months` after day 0; `until_day` makes a daily series. `levels`: who is told how many days after the due
    day, in order, each until somebody acknowledges. `source`: its key in docs/clinical-reference.md. `by`, `at`:
    who set a hub's own last, and when (`source` stays that of the row it replaces); `second_by`: the second
    haematologist, while the bedside assessment is looser than everybody's.
    """

    hub = models.ForeignKey(Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="schedule")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind)
    order = models.PositiveSmallIntegerField(default=0)
    days = models.SmallIntegerField(null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    until_day = models.SmallIntegerField(null=True, blank=True)
    window = ArrayField(models.SmallIntegerField(), size=2, null=True, blank=True)
    at_time = models.TimeField()
    owner_role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    owner_at = models.CharField(max_length=10, choices=At, default=At.HUB)
    levels = models.JSONField()
    milestone = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=80)
    valid_from = models.DateField(default=date(2020, 1, 1))
    valid_to = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "rule"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_day__isnull=True) | Q(until_day__gte=F("days")), name="series_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("by")), name="schedule_seconded_by_somebody_else"
            ),
            models.UniqueConstraint(
                fields=["hub", "product", "rule"],
                condition=Q(valid_to__isnull=True),
                nulls_distinct=False,
                name="one_schedule_row",
            ),
            models.CheckConstraint(
                condition=Q(kind="step", days__isnull=True, months__isnull=True)
                | ~Q(kind="step") & Q(days__isnull=False, months__isnull=True)
                | ~Q(kind="step") & Q(days__isnull=True, months__isnull=False),
                name="days_or_months_after_day_0",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="schedule_ends_after_start"
            ),
        ]

    def as_rule(self) -> rules.Template:
        """The row as the pure plan reads it."""
        return rules.Template(
            rule=self.rule,
            kind=self.kind,
            owner_role=self.owner_role_id,
            owner_at=self.owner_at,
            levels=tuple(
                rules.Level(level["after_days"], level.get("role"), level.get("at", "hub"), level.get("urgent", False))
                for level in self.levels
            ),
            days=self.days,
            months=self.months,
            until_day=self.until_day,
            window=tuple(self.window) if self.window else None,
            milestone=self.milestone,
            at_time=self.at_time,
            hub=self.hub_id,
            product=self.product_id,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            source=self.source,
        )


# When a reminder was first told is written by the sweep, in sets: the notices themselves are its record.
@tracked(exclude=("told_at",))
class Reminder(VersionedRow):
    """Something that falls due for a pathway or a watch. Planned anew after every change; what is done stays as it is.

    `subject`: which of several under one rule (a day, a step's key). `owner`: a named person, else `owner_role` at
    `centre`; `handed_on`: a colleague named them, so that planning does not. `due_on` is the
    local day of its keeper: the hub of a pathway, the referring centre of a watch.
    `released_at`: a person let go what was planned too late; nothing is told before.
    """

    class State(models.TextChoices):
        PLANNED = "planned"
        ACKNOWLEDGED = "acknowledged"
        DONE = "done"
        DROPPED = "dropped"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    pathway = models.ForeignKey(Pathway, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders")
    watch = models.ForeignKey(Watch, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders")
    rule = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    due_on = models.DateField()
    due_at = models.DateTimeField()
    window_from = models.DateField(null=True, blank=True)
    window_to = models.DateField(null=True, blank=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    owner_role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handed_on = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    told_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=240, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.CharField(max_length=60, blank=True)
    dropped_by = models.CharField(max_length=60, blank=True)
    drop_reason = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "rule", "subject"], name="one_reminder"),
            models.UniqueConstraint(fields=["watch", "rule", "subject"], name="one_reminder_of_a_watch"),
            models.CheckConstraint(
                condition=Q(pathway__isnull=False, watch__isnull=True) & ~Q(kind="watch")
                | Q(pathway__isnull=True, watch__isnull=False, kind="watch"),
                name="reminder_of_a_pathway_or_a_watch",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="reminder_acknowledged_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged") | Q(acknowledged_at__isnull=False),
                name="acknowledged_reminder_has_who",
            ),
            models.CheckConstraint(
                condition=Q(state="done") & ~Q(done_by="") | ~Q(state="done") & Q(done_on__isnull=True, done_by=""),
                name="done_reminder_has_who",
            ),
            models.CheckConstraint(
                condition=Q(state="dropped") & ~Q(dropped_by="")
                | ~Q(state="dropped") & Q(dropped_by="", drop_reason=""),
                name="dropped_reminder_has_who",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until__isnull=True) | ~Q(snooze_reason=""), name="reminder_snoozed_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["planned", "acknowledged"]),
                name="open_reminders_by_due",
            ),
        ]

    @property
    def keeper(self) -> Centre:
        """The centre whose days and people count: the hub of a pathway, the referring centre of a watch."""
        return self.watch.centre if self.pathway_id is None else self.pathway.hub

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.PLANNED, self.State.ACKNOWLEDGED)

    @property
    def status(self) -> str:
        """planned, told, acknowledged, done or dropped."""
        return "told" if self.state == self.State.PLANNED and self.told_at is not None else self.state


class ReminderTelling(models.Model):
    """Whom a reminder is told to at one instant, and whether that has happened. The sweep reads and marks these.

    `role` null: the reminder's owner. `person`: somebody to whom it is told again after they put it aside. `waiting`:
    still to be told. `held`: it was planned too late, and a person decides whether it is told at all.
    """

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="tellings")
    level = models.PositiveSmallIntegerField()
    again = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    urgent = models.BooleanField(default=False)
    waiting = models.BooleanField(default=True)
    held = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["level", "again"]
        constraints = [
            models.UniqueConstraint(fields=["reminder", "level", "again"], name="one_telling_per_level"),
            models.CheckConstraint(condition=Q(waiting=False) | Q(held=False), name="held_does_not_wait"),
            models.CheckConstraint(condition=Q(waiting=False) | Q(told_at__isnull=True), name="told_does_not_wait"),
        ]
        indexes = [
            models.Index(fields=["at", "id"], condition=Q(waiting=True), name="tellings_to_come"),
            models.Index(fields=["reminder"], condition=Q(held=True), name="tellings_held"),
        ]


class Planning(models.Model):
    """What a pathway's reminders were planned from, and when: beat plans again whatever has changed since."""

    pathway = models.OneToOneField(Pathway, primary_key=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    day_0 = models.DateField(null=True, blank=True)
    product = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10)

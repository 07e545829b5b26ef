"""One course of CAR-T: its stages, milestones and next steps, as dated rows."""

from datetime import date

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from patients.audit.history import tracked
from patients.audit.models import RecordedRow, Row, VersionedRow
from patients.centres.models import Centre, Role, User
from patients.clinical.days import PartialDate
from patients.disease.models import Disease
from patients.identity import access
from patients.identity.models import CareLink, Patient
from patients.pathway import milestones, stages
from patients.products.models import Product

NEVER = date(9999, 12, 31)
STAGE_CHOICES = [(stage.value, stage.value) for stage in stages.ORDER]


class PathwayQuerySet(models.QuerySet):
    """Pathways, always begun from what a user may see."""

    def visible_to(self, user: User, facet: str | None = None, *, in_care: bool = False) -> QuerySet:
        """The pathways of the patients whom a user may see (with `facet`: of whom they may read it).

        `in_care`: only where care goes on. A draft is its referring centre's alone. A link opens no course that began
        after it had ended, and none that another hub had closed before it began.
        """
        own = [held.centre_id for held in access.memberships(user) if "referring" in held.role.reads]
        opening = (
            access.links(user, facet, in_care=in_care)
            .filter(patient=OuterRef("patient"))
            .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=OuterRef("created_at")))
            .filter(
                Q(kind=CareLink.Kind.REFERRING)
                | Q(centre=OuterRef("hub"))
                | Q(starts_at__date__lte=OuterRef("closed_or_never"))
            )
        )
        return (
            self.alias(closed_or_never=Coalesce("closed_on", Value(NEVER)))
            .filter(Exists(opening))
            .filter(~Q(status=Pathway.Status.DRAFT) | Q(referring_centre__in=own))
        )

    def live(self) -> QuerySet:
        """Without imported studies: what lists and figures of living patients count."""
        return self.filter(imported=False)


@tracked()
class Pathway(VersionedRow):
    """One course of CAR-T for one patient. `day_0`: the hub's local date of the first infusion."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        ON_HOLD = "on_hold"
        CLOSED = "closed"

    class ExitReason(models.TextChoices):
        """Coded reasons of docs/clinical-reference.md 9."""

        NOT_IN_INDICATION = "not_in_indication"
        DECISION_AGAINST = "decision_against"
        PATIENT_REFUSAL = "patient_refusal"
        PROGRESSION_BEFORE_APHERESIS = "progression_before_apheresis"
        DEATH_BEFORE_INFUSION = "death_before_infusion"
        APHERESIS_FAILURE = "apheresis_failure"
        MANUFACTURING_FAILURE = "manufacturing_failure"
        WORSENING_IN_WAITING = "worsening_in_waiting"
        INFECTION = "infection"
        ORGAN_TOXICITY = "organ_toxicity"
        RESPONSE_AFTER_BRIDGING = "response_after_bridging"
        OTHER_THERAPY = "other_therapy"
        SECOND_CANCER = "second_cancer"
        LOST = "lost"
        DEATH_AFTER_INFUSION = "death_after_infusion"
        TRANSFER = "transfer"
        COMPLETED = "completed"
        IMPORTED = "imported"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="pathways")
    course = models.PositiveSmallIntegerField(default=1)
    brought_in_on = models.DateField(null=True, blank=True)  # of a course that was under way before CARPath
    disease = models.CharField(max_length=10, choices=Disease, null=True, blank=True)
    referring_centre = models.ForeignKey(
        Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="referred_pathways"
    )
    referrer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    hub = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="hub_pathways")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    day_0 = models.DateField(null=True, blank=True)
    imported = models.BooleanField(default=False)
    held_since = models.DateField(null=True, blank=True)
    hold_reason = models.CharField(max_length=240, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    exit_reason = models.CharField(max_length=40, choices=ExitReason, null=True, blank=True)
    exit_note = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()

    objects = PathwayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "course"], name="one_row_per_course"),
            models.UniqueConstraint(
                fields=["patient"], condition=~Q(status="closed") & Q(imported=False), name="one_open_pathway"
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_on__isnull=False, exit_reason__isnull=False)
                | ~Q(status="closed") & Q(closed_on__isnull=True, exit_reason__isnull=True)
                | Q(imported=True, status="closed", exit_reason="imported"),
                name="closed_has_day_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="on_hold", held_since__isnull=False)
                | ~Q(status="on_hold") & Q(held_since__isnull=True),
                name="hold_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(imported=False) | Q(status="closed", day_0__isnull=True),
                name="imported_is_closed_and_undated",
            ),
        ]
        indexes = [
            models.Index(fields=["hub", "status"], name="pathway_by_hub"),
            models.Index(fields=["referring_centre", "status"], name="pathway_by_referrer"),
        ]
        triggers = [pgtrigger.Protect(name="pathways_are_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.patient.number

    def infused_from(self) -> date | None:
        """The first day on which the first infusion can have been: day 0, where that is known. None = none yet."""
        if self.day_0 is not None:
            return self.day_0
        row = self.milestones.happened().filter(what="infusion").first()
        return None if row is None else row.actual_on or row.known_from or date.min


def _door_sql() -> str:
    """The body of the trigger that refuses a move off the map, made from the transition table itself."""
    cases = "\n".join(
        f"WHEN '{stage}' THEN before_stage := '{door.after}'; needs_end := {str(door.needs_end).lower()};"
        for stage, door in stages.DOORS.items()
        if door.after is not None
    )
    return f"""
        CASE NEW.stage
        {cases}
        ELSE RETURN NEW;
        END CASE;
        IF NEW.before_carpath THEN RETURN NEW; END IF;
        IF NOT EXISTS (
            SELECT 1 FROM patients_stageentry
            WHERE pathway_id = NEW.pathway_id AND stage = before_stage AND NOT superseded
              AND (ended_on IS NOT NULL OR before_carpath OR NOT needs_end)
        ) THEN
            RAISE EXCEPTION 'the door to stage % is closed', NEW.stage USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """


@tracked()
class StageEntry(Row):
    """One stay of a pathway in a stage.

    `before_carpath`: begun before the patient was brought in. Its start may not be known, and where its end was not
    either, `ended_on` is the last day on which it can have ended.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="entries")
    stage = models.CharField(max_length=16, choices=STAGE_CHOICES)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    superseded = models.BooleanField(default=False)
    before_carpath = models.BooleanField(default=False)

    class Meta:
        ordering = ["started_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "stage"],
                condition=Q(ended_on__isnull=True, superseded=False),
                name="one_open_stay_per_stage",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="stay_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=False) | Q(before_carpath=True), name="stay_has_a_start"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="moves_stay_on_the_map",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("before_stage", "text"), ("needs_end", "boolean")],
                func=_door_sql(),
            )
        ]

    def as_entry(self) -> stages.Entry:
        return stages.Entry(
            stages.Stage(self.stage), self.started_on, self.ended_on, self.superseded, self.before_carpath
        )


def _order_sql() -> str:
    """The body of the trigger that refuses milestones in an impossible order, made from milestones.EARLIER.

    A day that is known by its month or year alone may be any of its days: only what no reading allows is refused.
    """
    pairs = ", ".join(
        f"('{kind.code}', '{before}')" for kind in milestones.KINDS for before in milestones.EARLIER[kind.code]
    )
    return f"""
        IF EXISTS (
            SELECT 1 FROM (VALUES {pairs}) AS pair(later, earlier)
            JOIN patients_milestone other ON other.pathway_id = NEW.pathway_id AND other.id <> NEW.id
             AND NOT other.superseded
            WHERE (pair.later = NEW.what AND pair.earlier = other.what
                   AND COALESCE(NEW.actual_on, NEW.known_to) < COALESCE(other.actual_on, other.known_from))
               OR (pair.earlier = NEW.what AND pair.later = other.what
                   AND COALESCE(NEW.actual_on, NEW.known_from) > COALESCE(other.actual_on, other.known_to))
        ) THEN
            RAISE EXCEPTION 'milestone % stands in an impossible order', NEW.what USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """


HAPPENED = Q(actual_on__isnull=False) | Q(before_carpath=True)


class MilestoneQuerySet(models.QuerySet):
    def happened(self):
        """The standing milestones that have happened, on a known day or on one before CARPath."""
        return self.filter(HAPPENED, superseded=False)


@tracked()
class Milestone(VersionedRow):
    """A dated fact of a pathway: first plan, present plan, and what really happened, by whom.

    `actual_on` is the local day at the hub; `actual_at` the instant, where the hour is known. `before_carpath`: it
    happened before the patient was brought in; where its day is not known, `known_from` and `known_to` are the first
    and last day that it can have been (a month, a year), and null when nothing is known.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="milestones")
    what = models.CharField(max_length=30, choices=[(kind.code, kind.code) for kind in milestones.KINDS])
    first_planned_on = models.DateField(null=True, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    actual_on = models.DateField(null=True, blank=True)
    actual_at = models.DateTimeField(null=True, blank=True)
    before_carpath = models.BooleanField(default=False)
    known_from = models.DateField(null=True, blank=True)
    known_to = models.DateField(null=True, blank=True)
    by = models.CharField(max_length=60)
    superseded = models.BooleanField(default=False)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "what"], condition=Q(superseded=False), name="one_standing_milestone"
            ),
            models.CheckConstraint(
                condition=Q(known_from__isnull=True, known_to__isnull=True)
                | Q(
                    before_carpath=True, actual_on__isnull=True, known_from__isnull=False, known_to__gt=F("known_from")
                ),
                name="a_partial_day_is_of_before_carpath",
            ),
            models.CheckConstraint(
                condition=Q(actual_at__isnull=True) | Q(actual_on__isnull=False), name="instant_has_its_day"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="milestones_in_possible_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__actual_on__isnull=False, new__superseded=False)
                | pgtrigger.Q(new__known_from__isnull=False, new__superseded=False),
                func=_order_sql(),
            )
        ]

    @property
    def happened(self) -> bool:
        return self.actual_on is not None or self.before_carpath

    @property
    def day(self) -> date | PartialDate | None:
        """The day on which it happened, as far as it is known."""
        return PartialDate(self.known_from, self.known_to) if self.known_from else self.actual_on


@tracked()
class Promise(Row):
    """How long a hub gives a step, as data: a row without a centre is everybody's start (seeds/promises.yaml)."""

    centre = models.ForeignKey(Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="promises")
    code = models.CharField(max_length=30)
    days = models.PositiveSmallIntegerField()
    working_days = models.BooleanField()
    source = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "code"], nulls_distinct=False, name="one_promise"),
        ]


@tracked()
class Step(VersionedRow):
    """An open next step: who does it, at which centre, since when, by when, and who comes next.

    `origin`: "map" for steps that follow from milestones (planned anew after every change), else the room that opened
    it. `details`: values for its words (a drug's name, a day), never a patient's name.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=40)
    stage = models.CharField(max_length=16, choices=STAGE_CHOICES)
    origin = models.CharField(max_length=20, default="map")
    subject = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict, blank=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="steps")
    owner_role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    next_owner_role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    blocks_on = models.DateField(null=True, blank=True)
    has_ball = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=60, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "code", "subject"],
                condition=Q(done_at__isnull=True, dropped_at__isnull=True),
                name="one_open_step",
            ),
            models.UniqueConstraint(
                fields=["pathway"],
                condition=Q(has_ball=True),
                name="one_ball",
            ),
            models.CheckConstraint(
                condition=Q(has_ball=False) | Q(done_at__isnull=True, dropped_at__isnull=True), name="ball_is_open"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by="") | Q(done_at__isnull=False) & ~Q(done_by=""),
                name="done_has_who",
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "due_at"],
                condition=Q(done_at__isnull=True, dropped_at__isnull=True),
                name="open_steps_by_due",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None


@tracked()
class Death(VersionedRow, RecordedRow):
    """A recorded death. Entered in error it is undone by two people: one asks and says why, another one undoes it.

    `cause`: by the classes of docs/clinical-reference.md 9, the disease or what else; null = not known.
    """

    class Cause(models.TextChoices):
        PROGRESSION = "progression"
        INFECTION = "infection"
        CRS = "crs"
        ICANS = "icans"
        IEC_HS = "iec_hs"
        OTHER = "other"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="deaths")
    died_on = models.DateField()
    cause = models.CharField(max_length=12, choices=Cause, null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
    undo_asked_at = models.DateTimeField(null=True, blank=True)
    undo_asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undo_why = models.CharField(max_length=240, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(undone_at__isnull=True), name="one_standing_death_per_patient"
            ),
            models.CheckConstraint(
                condition=Q(undo_asked_at__isnull=True, undo_asked_by__isnull=True, undo_why="")
                | Q(undo_asked_at__isnull=False, undo_asked_by__isnull=False) & ~Q(undo_why=""),
                name="undoing_is_asked_with_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False, undo_asked_by__isnull=False)
                & ~Q(undone_by=F("undo_asked_by")),
                name="a_death_is_undone_by_two",
            ),
        ]
        triggers = [pgtrigger.Protect(name="deaths_are_kept", operation=pgtrigger.Delete)]


@tracked()
class Closing(Row):
    """What a death closed on one pathway: how it stood, and which stays and steps were open. So it can come back."""

    death = models.ForeignKey(Death, on_delete=models.PROTECT, related_name="closings")
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="closings")
    was_status = models.CharField(max_length=10, choices=Pathway.Status)
    was_held_since = models.DateField(null=True, blank=True)
    stays = ArrayField(models.UUIDField(), default=list)
    steps = ArrayField(models.UUIDField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["death", "pathway"], name="one_closing_per_death")]

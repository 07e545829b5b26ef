"""What held the disease while the cells were ordered, collected and made. Never a line of therapy (reference 5.1)."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import MovableRow, SaidRow, VersionedRow
from patients.centres.models import Centre, User
from patients.pathway.models import Pathway


@tracked()
class BridgingCourse(MovableRow):
    """One course of bridging, or the statement that none was given (`given` False).

    `aims`: what it was to hold, empty is not known. `ended_on` null: still running, or its end is not known.
    `response` null: not assessed, or not known. It counts in no number of lines.
    """

    class Aim(models.TextChoices):
        SYMPTOMS = "symptoms"
        ORGAN_THREAT = "organ_threat"
        VOLUME = "volume"

    class Response(models.TextChoices):
        COMPLETE = "complete"
        PARTIAL = "partial"
        STABLE = "stable"
        PROGRESSION = "progression"

    class Modality(models.TextChoices):
        """Reference 9, Bridging."""

        STEROID = "steroid"
        RADIOTHERAPY = "radiotherapy"
        POLATUZUMAB = "polatuzumab"
        ANTIBODY = "antibody"
        CHEMOTHERAPY = "chemotherapy"
        BTK_INHIBITOR = "btk_inhibitor"
        LENALIDOMIDE = "lenalidomide"
        BISPECIFIC = "bispecific"
        ALL_REGIMEN = "all_regimen"
        MYELOMA_REGIMEN = "myeloma_regimen"
        COMBINED = "combined"

    class Setting(models.TextChoices):
        INPATIENT = "inpatient"
        DAY_HOSPITAL = "day_hospital"
        OUTPATIENT = "outpatient"
        HOME = "home"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="bridging_courses")
    given = models.BooleanField()
    aims = ArrayField(models.CharField(max_length=12, choices=Aim), default=list, blank=True)
    modality = models.CharField(max_length=20, choices=Modality, null=True, blank=True)
    regimen = models.CharField(max_length=120, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    centre = models.ForeignKey(Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    setting = models.CharField(max_length=12, choices=Setting, null=True, blank=True)
    response = models.CharField(max_length=12, choices=Response, null=True, blank=True)

    class Meta:
        ordering = ["started_on"]
        constraints = [
            *MovableRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(given=True, modality__isnull=False, started_on__isnull=False)
                | Q(
                    given=False,
                    modality__isnull=True,
                    started_on__isnull=True,
                    ended_on__isnull=True,
                    centre__isnull=True,
                    setting__isnull=True,
                    response__isnull=True,
                    regimen="",
                    aims=[],
                ),
                name="a_course_has_modality_and_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="bridging_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["pathway"], condition=Q(given=False, struck_at__isnull=True), name="none_is_said_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="bridging_is_kept", operation=pgtrigger.Delete)]

    @property
    def patient(self):
        return self.pathway.patient


@tracked()
class InterimEvent(VersionedRow):
    """What the referral centre tells the hub while the cells are on their way: it asks for an answer today.

    `happened_on` null is not known. `answer`: what the hub did about it.
    """

    class Kind(models.TextChoices):
        INFECTION = "infection"
        PROGRESSION = "progression"
        NEW_DRUG = "new_drug"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="interim_events")
    kind = models.CharField(max_length=12, choices=Kind)
    happened_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["told_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__gte=F("told_at"), answered_by__isnull=False) & ~Q(answer=""),
                name="event_answered_by_whom_and_how",
            ),
        ]
        triggers = [pgtrigger.Protect(name="events_are_kept", operation=pgtrigger.Delete)]


@tracked()
class CriteriaStatement(SaidRow):
    """Somebody's word, before lymphodepletion, that the criteria still hold or do not. A later one replaces it."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="criteria_statements")
    holds = models.BooleanField()
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(condition=Q(holds=True) | ~Q(note=""), name="what_holds_no_more_is_said"),
        ]
        triggers = [
            pgtrigger.Protect(name="statements_are_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

"""Facts measured on the patient at any time, with their unit. They hang on the patient, not on a course."""

import pgtrigger
from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import StruckQuerySet, StruckRow, VersionedRow
from patients.centres.models import Centre, User
from patients.identity.models import Patient
from patients.observations import rules


class ObservationQuerySet(models.QuerySet):
    def standing(self):
        """What counts: neither entered in error nor replaced by a correction."""
        return self.filter(struck_at__isnull=True, corrected_by__isnull=True)


def _in_its_band() -> Q:
    """Each kind in its one unit, within what a body can show."""
    allowed = Q()
    for what, band in rules.BANDS.items():
        allowed |= Q(what=what, unit=band.unit, value__gte=band.least, value__lte=band.most)
    return allowed


def _limit_in_its_band() -> Q:
    """An upper limit of normal only where one is asked for, and within what laboratories have."""
    allowed = Q(upper_limit__isnull=True)
    for what, (least, most) in rules.UPPER_LIMITS.items():
        allowed |= Q(what=what, upper_limit__gte=least, upper_limit__lte=most)
    return allowed


@tracked()
class Observation(VersionedRow):
    """One measured value with its unit and its instant.

    Appended, never overwritten: a correction is a new row that points at the old with its reason; what was entered in
    error is struck through and counts no more. `value` and `upper_limit` (of the laboratory's normal range, where it is
    asked for) stand in the one unit of their kind. `day_only`: of `at` only the day is known, its hour says nothing.
    """

    class What(models.TextChoices):
        WEIGHT = "weight"
        HEIGHT = "height"
        LDH = "ldh"
        CRP = "crp"
        FERRITIN = "ferritin"
        WBC = "wbc"
        ANC = "anc"
        ALC = "alc"
        PLATELETS = "platelets"
        HAEMOGLOBIN = "haemoglobin"
        IGG = "igg"
        CD4 = "cd4"
        CD19 = "cd19"
        CREATININE = "creatinine"
        BILIRUBIN = "bilirubin"
        BASELINE_SYSTOLIC = "baseline_systolic"
        BASELINE_DIASTOLIC = "baseline_diastolic"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="observations")
    what = models.CharField(max_length=24, choices=What)
    value = models.DecimalField(max_digits=10, decimal_places=3)
    unit = models.CharField(max_length=12)
    upper_limit = models.DecimalField(max_digits=10, decimal_places=3, null=True, blank=True)
    at = models.DateTimeField()
    day_only = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    correction_reason = models.CharField(max_length=240, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    struck_why = models.CharField(max_length=240, blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["patient", "what", "-at"], name="observation_by_patient")]
        constraints = [
            models.CheckConstraint(
                condition=_in_its_band(),
                name="observation_in_its_unit_and_band",
            ),
            models.CheckConstraint(condition=_limit_in_its_band(), name="observation_limit_in_its_band"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, correction_reason="")
                | Q(corrects__isnull=False) & ~Q(correction_reason=""),
                name="observation_correction_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_by__isnull=True, struck_why="")
                | Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_why=""),
                name="observation_struck_has_who_and_why",
            ),
        ]
        triggers = [pgtrigger.Protect(name="observations_are_kept", operation=pgtrigger.Delete)]


class SerologyQuerySet(StruckQuerySet):
    def shown(self):
        """What every centre may read: without what the patient wants to stay at the referring centre."""
        return self.filter(hidden=False)


@tracked()
class Serology(StruckRow):
    """One serological test: which, when the blood was taken, positive or not. None = the result is not known.

    Appended; the newest standing one of a kind counts; not known and without a day: it was asked for. `hidden`: at the
    patient's wish it stays at the centre that recorded it: read it by `shown()` wherever other centres may look.
    """

    class What(models.TextChoices):
        """What is asked before apheresis (reference 4)."""

        HBSAG = "hbsag"
        ANTI_HBC = "anti_hbc"
        HCV = "hcv"
        HIV = "hiv"
        SYPHILIS = "syphilis"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="serologies")
    what = models.CharField(max_length=12, choices=What)
    taken_on = models.DateField(null=True, blank=True)
    positive = models.BooleanField(null=True, blank=True)
    hidden = models.BooleanField(default=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = SerologyQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_on", "-recorded_at"]
        constraints = [
            *StruckRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(positive__isnull=True) | Q(taken_on__isnull=False), name="serology_result_has_its_day"
            ),
        ]
        indexes = [models.Index(fields=["patient", "what", "-taken_on"], name="serology_by_patient")]


def latest(patient: Patient, what: str) -> Observation | None:
    """The last standing value of a kind, or None: not known is not normal."""
    return Observation.objects.standing().filter(patient=patient, what=what).order_by("-at", "-recorded_at").first()

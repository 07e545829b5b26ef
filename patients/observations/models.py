"""Facts measured on the patient at any time, with their unit. They hang on the patient, not on a course."""

import pgtrigger
from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import AppendedRow, CameFrom, RecordedRow, StruckQuerySet, StruckRow
from patients.centres.models import Centre
from patients.identity.models import Patient
from patients.observations import rules


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
class Observation(AppendedRow, CameFrom):
    """One measured value with its unit and its instant.

    Appended, never overwritten: a correction is a new row that points at the old with its reason; what was entered in
    error is struck through and counts no more (`came_from`: the row, struck on another patient, that was recorded anew
    here). `value` and `upper_limit` (of the laboratory's normal range, where it is
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

    class Meta(AppendedRow.Meta):
        ordering = ["-at"]
        indexes = [models.Index(fields=["patient", "what", "-at"], name="observation_by_patient")]
        constraints = [
            *AppendedRow.Meta.constraints,
            models.CheckConstraint(condition=_in_its_band(), name="observation_in_its_unit_and_band"),
            models.CheckConstraint(condition=_limit_in_its_band(), name="observation_limit_in_its_band"),
        ]
        triggers = [pgtrigger.Protect(name="observations_are_kept", operation=pgtrigger.Delete)]


class HiddenQuerySet(StruckQuerySet):
    def shown(self):
        """What every centre may read: without what the patient wants to stay at the referring centre."""
        return self.filter(hidden=False)


class HideableRow(StruckRow, RecordedRow):
    """A fact that stays at the centre that recorded it when the patient wishes so (`hidden`).

    Read it by `shown()` wherever another centre's people may look; that something is hidden is not shown either.
    """

    hidden = models.BooleanField(default=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")

    objects = HiddenQuerySet.as_manager()

    class Meta(StruckRow.Meta):
        abstract = True


@tracked()
class Serology(HideableRow):
    """One serological test: which, when the blood was taken, positive or not. None = the result is not known.

    Appended; the newest standing one of a kind counts; not known and without a day: it was asked for.
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

    class Meta(HideableRow.Meta):
        ordering = ["-taken_on", "-recorded_at"]
        constraints = [
            *HideableRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(positive__isnull=True) | Q(taken_on__isnull=False), name="serology_result_has_its_day"
            ),
        ]
        indexes = [models.Index(fields=["patient", "what", "-taken_on"], name="serology_by_patient")]


def latest(patient: Patient, what: str) -> Observation | None:
    """The last standing value of a kind, or None: not known is not normal."""
    return Observation.objects.standing().filter(patient=patient, what=what).order_by("-at", "-recorded_at").first()

"""The disease for which a patient is treated, as far as it is known."""

from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.identity.models import Patient


class Disease(models.TextChoices):
    """The groups in which CAR-T is given (docs/clinical-reference.md 5.1)."""

    LBCL = "lbcl"
    FL = "fl"
    MCL = "mcl"
    ALL = "all"
    MM = "mm"
    OTHER = "other"


class Status(models.TextChoices):
    """How the disease stands after the last line of therapy. Within 12 months: 5.1's clocks."""

    REFRACTORY = "refractory"
    RELAPSE_WITHIN_12_MONTHS = "relapse_within_12_months"
    RELAPSE_LATER = "relapse_later"


MOST_LINES_TOLD = 4  # "4 or more" is one answer


@tracked()
class Diagnosis(VersionedRow):
    """What is known of a patient's disease now; None = not known. `lines`: completed prior lines, 4 = four or more.

    `told_on`: the local day on which this was last said.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="diagnoses")
    disease = models.CharField(max_length=10, choices=Disease)
    status = models.CharField(max_length=30, choices=Status, null=True, blank=True)
    lines = models.PositiveSmallIntegerField(null=True, blank=True)
    told_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "disease"], name="one_diagnosis_per_disease"),
            models.CheckConstraint(
                condition=Q(lines__isnull=True) | Q(lines__gte=0, lines__lte=MOST_LINES_TOLD),
                name="lines_told_in_range",
            ),
        ]

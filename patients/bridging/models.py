"""What held the disease while the cells were ordered, collected and made. Never a line of therapy (reference 5.1)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.centres.models import Centre
from patients.pathway.models import Pathway


@tracked()
class BridgingCourse(VersionedRow):
    """One course of bridging, or the statement that none was given (`given` False).

    `ended_on` null: still running, or its end is not known. It counts in no number of lines.
    """

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
    modality = models.CharField(max_length=20, choices=Modality, null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    centre = models.ForeignKey(Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    setting = models.CharField(max_length=12, choices=Setting, null=True, blank=True)

    class Meta:
        ordering = ["started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(given=True, modality__isnull=False, started_on__isnull=False)
                | Q(
                    given=False,
                    modality__isnull=True,
                    started_on__isnull=True,
                    ended_on__isnull=True,
                    centre__isnull=True,
                    setting__isnull=True,
                ),
                name="a_course_has_modality_and_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="bridging_ends_after_start"
            ),
            models.UniqueConstraint(fields=["pathway"], condition=Q(given=False), name="none_is_said_once"),
        ]
        triggers = [pgtrigger.Protect(name="bridging_is_kept", operation=pgtrigger.Delete)]

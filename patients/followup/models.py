"""Restaging and visits after the infusion."""

from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.centres.models import User
from patients.clinical import response
from patients.followup import rules
from patients.pathway.models import Pathway


@tracked()
class Restaging(VersionedRow):
    """One restaging by PET. None = not known. `milestone`: which planned one it is, empty for one in between.

    `computed`: what Lugano 2014 makes of the facts, None where they do not suffice; `response`: what a person
    confirmed, with a reason where it differs. Indeterminate: it counts as no progression until decided.
    """

    class Response(models.TextChoices):
        CMR = "CMR"
        PMR = "PMR"
        NMR = "NMR"
        PMD = "PMD"
        INDETERMINATE = "indeterminate"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="restagings")
    milestone = models.CharField(max_length=10, blank=True, choices=[(code, code) for code in rules.NOMINAL_DAYS])
    done_on = models.DateField()
    deauville = models.CharField(
        max_length=1, null=True, blank=True, choices=[(one, one) for one in response.DEAUVILLE]
    )
    uptake_change = models.CharField(
        max_length=10, null=True, blank=True, choices=[(one, one) for one in response.UPTAKE_CHANGES]
    )
    new_lesion = models.BooleanField(null=True, blank=True)
    symptoms = models.BooleanField(null=True, blank=True)
    computed = models.CharField(max_length=3, null=True, blank=True)
    rule_version = models.CharField(max_length=20)
    response = models.CharField(max_length=14, choices=Response)
    differs_because = models.TextField(blank=True)
    note = models.TextField(blank=True)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["done_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "milestone"], condition=~Q(milestone=""), name="one_restaging_per_milestone"
            ),
            models.CheckConstraint(
                condition=Q(computed__isnull=False, computed=models.F("response")) | ~Q(differs_because=""),
                name="another_response_has_its_reason",
            ),
        ]


@tracked()
class Visit(VersionedRow):
    """One follow-up visit: where, by whom, and what was found."""

    class Where(models.TextChoices):
        HUB = "hub"
        REFERRING = "referring"
        ELSEWHERE = "elsewhere"
        TELEPHONE = "telephone"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="visits")
    done_on = models.DateField()
    where = models.CharField(max_length=10, choices=Where)
    ecog = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["done_on"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "done_on", "where"], name="one_visit_per_day_and_place"),
            models.CheckConstraint(condition=Q(ecog__isnull=True) | Q(ecog__lte=4), name="ecog_of_the_living"),
        ]

"""The patient as a person, and which centre may see what of them, from when to when."""

from datetime import date

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import Row, VersionedRow
from patients.centres.models import Centre, Role, User
from patients.clinical import days
from patients.identity.names import sort_name


@tracked()
class Patient(VersionedRow):
    """A person. An imported study's patient has a pseudonym and nothing else: no name, birth date or sex."""

    class Sex(models.TextChoices):
        FEMALE = "F"
        MALE = "M"

    class Allergies(models.TextChoices):
        NOT_ASKED = "not_asked"
        NONE_KNOWN = "none_known"
        LISTED = "listed"

    number = models.CharField(max_length=12, unique=True)  # CP-0241: what people say on the telephone
    family_name = models.CharField(max_length=80, blank=True)
    given_name = models.CharField(max_length=80, blank=True)
    sort_key = models.CharField(max_length=160, db_collation="C", editable=False)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, null=True, blank=True)
    fiscal_code = models.CharField(max_length=16, null=True, blank=True)
    stranger_code = models.CharField(max_length=16, null=True, blank=True)  # STP or ENI, of whom has no fiscal code
    phone = models.CharField(max_length=40, blank=True)
    allergy_status = models.CharField(max_length=12, choices=Allergies, default=Allergies.NOT_ASKED)
    allergies = models.CharField(max_length=240, blank=True)
    died_on = models.DateField(null=True, blank=True)
    imported = models.BooleanField(default=False)
    pseudonym = models.CharField(max_length=80, null=True, blank=True)

    class Meta:
        ordering = ["sort_key", "id"]
        indexes = [models.Index(fields=["sort_key", "id"], name="patient_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_code"], condition=Q(fiscal_code__isnull=False), name="one_person_per_fiscal_code"
            ),
            models.UniqueConstraint(
                fields=["stranger_code"], condition=Q(stranger_code__isnull=False), name="one_person_per_stranger_code"
            ),
            models.CheckConstraint(
                condition=Q(imported=True, pseudonym__isnull=False, family_name="", birth_date__isnull=True)
                | Q(imported=False) & ~Q(family_name=""),
                name="a_name_or_a_pseudonym",
            ),
        ]
        triggers = [pgtrigger.Protect(name="patients_are_kept", operation=pgtrigger.Delete)]

    def save(self, *args, **kwargs) -> None:
        self.sort_key = sort_name(self.family_name, self.given_name) or sort_name(self.pseudonym or "")
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.number

    @property
    def display_name(self) -> str:
        """Family name first, as lists show it; the pseudonym of an imported patient."""
        return f"{self.family_name} {self.given_name}".strip() or self.pseudonym

    def age_on(self, day: date) -> int | None:
        """Completed years on a day, None while the birth date is unknown."""
        return days.age_years(self.birth_date, day) if self.birth_date else None


@tracked()
class CareLink(Row):
    """Why a centre (a role there, or one person) may see a patient, from when to when.

    With Membership the only thing that access looks at. A hub's link that ended because it advised against, or
    because the patient went to another hub, keeps reading what there was until then (`reads_past`).
    """

    class Kind(models.TextChoices):
        REFERRING = "referring"
        HUB = "hub"
        SHARED_CARE = "shared_care"
        WARD = "ward"
        STEP = "step"
        ASSIGNED = "assigned"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="links")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=12, choices=Kind)
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    shared_facets = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reads_past = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="link_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["patient", "centre", "kind", "role", "person"],
                condition=Q(ends_at__isnull=True),
                nulls_distinct=False,
                name="one_open_link",
            ),
        ]
        indexes = [models.Index(fields=["centre", "kind", "patient"], name="link_by_centre")]


class Change(models.Model):
    """One fact about a patient that changed: what the planners looked at, in the same transaction."""

    append_only = True

    at = models.DateTimeField()
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    pathway_id = models.UUIDField(null=True)
    fact = models.CharField(max_length=60)
    by = models.CharField(max_length=60)
    why = models.CharField(max_length=240, blank=True)

    class Meta:
        indexes = [models.Index(fields=["patient", "-at"], name="change_by_patient")]


class Replan(models.Model):
    """A planner that failed for a patient: beat tries again, and a person sees it until it worked."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    planner = models.CharField(max_length=40)
    error = models.CharField(max_length=240)
    first_failed_at = models.DateTimeField()
    last_tried_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "planner"], name="one_replan")]

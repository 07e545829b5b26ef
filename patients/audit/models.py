"""What the app records about itself: who saw whom, which forms were taken, what kind of installation this is."""

from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from patients.audit.history import tracked


class Row(models.Model):
    """Base of every table: a public id that says nothing."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)

    class Meta:
        abstract = True


class SaidRow(Row):
    """Something said once by somebody; what is said later stands beside it."""

    append_only = True

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class VersionedRow(Row):
    """A row that two people may edit: a form carries the version it was opened with."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class StruckQuerySet(models.QuerySet):
    def standing(self):
        """What counts: not entered in error."""
        return self.filter(struck_at__isnull=True)


class StruckRow(VersionedRow):
    """A fact that may turn out to be entered in error: struck through with a reason, it stays and counts nowhere."""

    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    struck_why = models.CharField(max_length=240, blank=True)

    objects = StruckQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_by__isnull=True, struck_why="")
                | Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_why=""),
                name="%(class)s_struck_by_whom_and_why",
            )
        ]


class RecordedRow(models.Model):
    """Who wrote what stands now, and when."""

    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class ConfirmedRow(models.Model):
    """A rule's answer beside a person's: `rule_version` of what was computed, and who confirmed and when."""

    rule_version = models.CharField(max_length=20)
    differs_because = models.TextField(blank=True)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class AppendedQuerySet(models.QuerySet):
    def standing(self):
        """What counts: neither entered in error nor replaced by a correction."""
        return self.filter(struck_at__isnull=True, corrected_by__isnull=True)


class AppendedRow(StruckRow, RecordedRow):
    """A fact that is never overwritten: corrected by a new row with its reason, or struck through."""

    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    correction_reason = models.CharField(max_length=240, blank=True)

    objects = AppendedQuerySet.as_manager()

    class Meta(StruckRow.Meta):
        abstract = True
        constraints = [
            *StruckRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, correction_reason="")
                | Q(corrects__isnull=False) & ~Q(correction_reason=""),
                name="%(class)s_correction_has_reason",
            ),
        ]

    @property
    def stands(self) -> bool:
        return self.struck_at is None and not hasattr(self, "corrected_by")


class CameFrom(models.Model):
    """`came_from`: the row, struck through on another patient, that was recorded anew here."""

    came_from = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="went_to")

    class Meta:
        abstract = True


class MovableRow(StruckRow, CameFrom):
    """A fact that may be struck through and recorded anew on whose it is."""

    class Meta(StruckRow.Meta):
        abstract = True

    @property
    def stands(self) -> bool:
        return self.struck_at is None


class AccessEntry(models.Model):
    """One look at patients by one user. Append-only; no foreign keys, so that nothing it names is ever blocked."""

    append_only = True

    at = models.DateTimeField(db_default=Now())
    by_id = models.UUIDField()
    what = models.CharField(max_length=80)
    patient_ids = ArrayField(models.UUIDField())
    pathway_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["by_id", "-at"], name="access_by_user"),
            GinIndex(fields=["patient_ids"], name="access_by_patient"),
        ]
        triggers = [pgtrigger.Protect(name="access_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


class TakenForm(models.Model):
    """The key of a form that was taken: the same form sent twice does its work once."""

    key = models.UUIDField(primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)


@tracked()
class Installation(models.Model):
    """The kind of this installation, fixed at its first start: a demonstration never becomes real."""

    class Kind(models.TextChoices):
        DEMONSTRATION = "demonstration"
        REAL = "real"

    only = models.BooleanField(primary_key=True, default=True)
    kind = models.CharField(max_length=20, choices=Kind)
    made_at = models.DateTimeField(db_default=Now())
    muted = models.BooleanField(default=False)  # a restored copy sends nothing until a named person releases it

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="one_installation")]


class Heartbeat(models.Model):
    """When a part of the app last showed that it lives."""

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()


class KeptDraft(models.Model):
    """A form typed before a session expired, for its writer alone (patients/audit/drafts.py)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=300)
    typed = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="one_draft_per_page")]


class CacheRow(models.Model):
    """The shared cache (rate limits, used one-time codes): in the database, so that no page needs the broker."""

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "carpath_cache"

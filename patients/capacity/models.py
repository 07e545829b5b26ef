"""Chairs and beds of a centre, and who has them when. The database holds that nothing is booked twice."""

from datetime import time

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.centres.models import Centre
from patients.pathway.models import Pathway


@tracked()
class Resource(VersionedRow):
    """A chair or a bed that one patient has at a time. Hours are the centre's wall clock."""

    class Kind(models.TextChoices):
        APHERESIS_CHAIR = "apheresis_chair"
        BED = "bed"

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=60)
    opens_at = models.TimeField(default=time(8, 0))
    closes_at = models.TimeField(default=time(18, 0))
    in_use = models.BooleanField(default=True)

    class Meta:
        ordering = ["centre", "kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="one_name_per_resource"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="resource_closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Booking(VersionedRow):
    """A resource kept for a pathway from an instant (included) to another (excluded). Given back, it stays as a row.

    `given_back_until`: its end before the pathway's closing took it, should the closing be undone.
    """

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="bookings")
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="bookings")
    during = DateTimeRangeField()
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=60, blank=True)
    given_back_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["during"]
        constraints = [
            ExclusionConstraint(
                name="nothing_is_booked_twice",
                expressions=[("resource", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="booking_has_start_and_end",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by="")
                | Q(cancelled_at__isnull=False) & ~Q(cancelled_by=""),
                name="given_back_has_who",
            ),
        ]
        indexes = [
            models.Index(fields=["pathway"], condition=Q(cancelled_at__isnull=True), name="live_bookings_by_pathway")
        ]
        triggers = [pgtrigger.Protect(name="bookings_are_kept", operation=pgtrigger.Delete)]

"""What was looked at before the apheresis, and the collection of a patient's cells."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import SaidRow, VersionedRow
from patients.capacity.models import Booking
from patients.pathway.models import Pathway


@tracked()
class WashoutReview(SaidRow):
    """Somebody looked at the wash-outs before an apheresis. `apheresis_on`: its day as it was planned then, if any."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="washout_reviews")
    apheresis_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at"]


@tracked()
class Collection(VersionedRow):
    """Cells collected on a local day. Its identifiers stand in the chain of identity.

    `tnc_10e9`, `cd3_total_10e9`: total nucleated and CD3-positive cells collected, 10^9; null is not known.
    `superseded`: its product failed, or another collection took its place, for `repeat_reason`.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="collections")
    booking = models.ForeignKey(Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    collected_on = models.DateField()
    bags = models.PositiveSmallIntegerField(null=True, blank=True)
    tnc_10e9 = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    cd3_total_10e9 = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    complications = models.BooleanField(null=True, blank=True)
    complications_note = models.CharField(max_length=400, blank=True)
    superseded = models.BooleanField(default=False)
    repeat_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["collected_on"]
        constraints = [
            models.UniqueConstraint(fields=["pathway"], condition=Q(superseded=False), name="one_standing_collection"),
            models.CheckConstraint(
                condition=(Q(cd3_total_10e9__isnull=True) | Q(cd3_total_10e9__gte=0))
                & (Q(tnc_10e9__isnull=True) | Q(tnc_10e9__gte=0)),
                name="cells_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(tnc_10e9__isnull=True)
                | Q(cd3_total_10e9__isnull=True)
                | Q(cd3_total_10e9__lte=F("tnc_10e9")),
                name="cd3_cells_are_part_of_all_cells",
            ),
            models.CheckConstraint(condition=Q(bags__isnull=True) | Q(bags__gte=1), name="collected_into_a_bag"),
            models.CheckConstraint(
                condition=Q(repeat_reason="") | Q(superseded=True), name="a_repeated_collection_counts_no_more"
            ),
            models.CheckConstraint(
                condition=Q(complications_note="") | Q(complications=True), name="a_note_belongs_to_a_complication"
            ),
        ]
        triggers = [pgtrigger.Protect(name="collections_are_kept", operation=pgtrigger.Delete)]

"""The collection of a patient's cells."""

import pgtrigger
from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.capacity.models import Booking
from patients.pathway.models import Pathway


@tracked()
class Collection(VersionedRow):
    """Cells collected on a local day. Its identifiers stand in the chain of identity.

    `cd3_total_10e9`: CD3-positive cells collected, 10^9; null is not known. `superseded`: its product failed, or
    another collection took its place.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="collections")
    booking = models.ForeignKey(Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    collected_on = models.DateField()
    cd3_total_10e9 = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    complications = models.BooleanField(null=True, blank=True)
    complications_note = models.CharField(max_length=400, blank=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        ordering = ["collected_on"]
        constraints = [
            models.UniqueConstraint(fields=["pathway"], condition=Q(superseded=False), name="one_standing_collection"),
            models.CheckConstraint(
                condition=Q(cd3_total_10e9__isnull=True) | Q(cd3_total_10e9__gte=0), name="cells_are_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(complications_note="") | Q(complications=True), name="a_note_belongs_to_a_complication"
            ),
        ]
        triggers = [pgtrigger.Protect(name="collections_are_kept", operation=pgtrigger.Delete)]

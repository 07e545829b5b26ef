"""Prophylaxis after CAR-T in words: everybody's start (seeds/prophylaxis.yaml), and a hub's own; computes nothing."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.centres.models import Centre, User


@tracked()
class Prophylaxis(VersionedRow):
    """What is given against what, and until when. Without a hub: everybody's start.

    `months`: at least so many from the start; `cd4_over`: and CD4 above so many 10^9/L; None: none said. A hub writes
    one text in its own language. `by`, `at`: who set a hub's own last, and when; `second_by`: the second haematologist,
    where it stops sooner; `back`: everybody's counts again. A hub's own carries no mark; `source` is that of the row it
    replaces.
    """

    hub = models.ForeignKey(Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="prophylaxis")
    code = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    name_it = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    text_it = models.TextField()
    text_en = models.TextField()
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    cd4_over = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=40)
    tag = models.CharField(max_length=1, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    back = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["hub", "code"], nulls_distinct=False, name="one_prophylaxis"),
            models.CheckConstraint(
                condition=Q(hub__isnull=True, by__isnull=True, at__isnull=True, back=False)
                | Q(hub__isnull=False, by__isnull=False, at__isnull=False),
                name="a_hubs_prophylaxis_has_who",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("by")),
                name="prophylaxis_seconded_by_somebody_else",
            ),
        ]

    def stops_sooner(self, than: "Prophylaxis") -> bool:
        """Whether it may be stopped earlier than another: fewer months, or a lower CD4; none said is the soonest."""
        pairs = ((self.months, than.months), (self.cd4_over, than.cd4_over))
        return any(other is not None and (own is None or own < other) for own, other in pairs)


def rows(hub_id: UUID | None) -> dict[str, Prophylaxis]:
    """What counts at a hub, by code: its own before everybody's."""
    found = Prophylaxis.objects.filter(Q(hub__isnull=True) | Q(hub=hub_id, back=False)).select_related(
        "by", "second_by"
    )
    own_last = sorted(found, key=lambda row: (row.hub_id is not None, row.order))
    counting = {row.code: row for row in own_last}
    return dict(sorted(counting.items(), key=lambda item: item[1].order))

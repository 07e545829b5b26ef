"""Wash-outs before apheresis: everybody's lengths (seeds/washouts.yaml), and a hub's own. They report, never block."""

from dataclasses import replace
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.audit.shown import OWN
from patients.centres.models import Centre, User
from patients.clinical.days import MONTHS_PER_YEAR
from patients.clinical.washout import Washout
from patients.products import signatures

DAYS_PER_YEAR = 365


@tracked()
class WashoutLength(VersionedRow):
    """How long before apheresis the last dose of a treatment lies: days or months. Without a hub: everybody's start.

    `by`, `at`: who set a hub's own last, and when; `second_by`: the second haematologist, where it is shorter than
    everybody's; `back`: everybody's counts again. A hub's own carries no mark; `source` is that of the row it replaces.
    """

    hub = models.ForeignKey(Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="washouts")
    code = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=0)
    months = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=120)
    tag = models.CharField(max_length=1, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    back = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["hub", "code"], nulls_distinct=False, name="one_washout"),
            models.CheckConstraint(condition=Q(days=0) | Q(months=0), name="washout_in_days_or_months"),
            models.CheckConstraint(
                condition=Q(hub__isnull=True, by__isnull=True, at__isnull=True, back=False)
                | Q(hub__isnull=False, by__isnull=False, at__isnull=False),
                name="a_hubs_washout_has_who",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("by")), name="washout_seconded_by_somebody_else"
            ),
        ]

    def as_rule(self) -> Washout:
        source = f"{OWN}{self.source}" if self.hub_id else self.source
        return Washout(self.code, self.days, self.months, source, self.tag)

    @property
    def in_days(self) -> float:
        """Its length for comparing one with another: twelve months are a year."""
        return self.days + self.months * DAYS_PER_YEAR / MONTHS_PER_YEAR


def rows(hub_id: UUID | None) -> dict[str, WashoutLength]:
    """What counts at a hub, by treatment: its own before everybody's."""
    found = WashoutLength.objects.filter(Q(hub__isnull=True) | Q(hub=hub_id, back=False)).select_related(
        "by", "second_by"
    )
    own_last = sorted(found, key=lambda row: (row.hub_id is not None, row.order))
    counting = {row.code: row for row in own_last}
    return dict(sorted(counting.items(), key=lambda item: item[1].order))


def lengths(hub_id: UUID | None) -> dict[str, Washout]:
    """The same as the rules read it; what somebody of the hub signed for counts as checked (V)."""
    signed = signatures.standing(hub_id) if hub_id else {}
    found = {}
    for code, row in rows(hub_id).items():
        one = signed.get(f"washout/{code}")
        holds = one is not None and row.hub_id is None and one.said == {"days": row.days, "months": row.months}
        found[code] = replace(row.as_rule(), tag="V") if holds else row.as_rule()
    return found

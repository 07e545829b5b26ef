"""Indications by jurisdiction and date, and when the papers' other regimens became available: data from seeds/."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from patients.audit.history import recorded_at, tracked
from patients.clinical.days import PartialDate
from patients.clinical.indications import IN_FORCE, STATUSES_OF_ROWS
from patients.clinical.indications import Indication as Rule
from patients.products.models import Product


class Dated(models.Model):
    """A row that holds from a day to a day; each known to the day, the month or the year, empty = not known."""

    valid_from = models.CharField(max_length=10, blank=True)
    valid_to = models.CharField(max_length=10, blank=True)

    class Meta:
        abstract = True

    @property
    def begins(self) -> PartialDate | None:
        return PartialDate.parse(self.valid_from) if self.valid_from else None

    @property
    def ends(self) -> PartialDate | None:
        return PartialDate.parse(self.valid_to) if self.valid_to else None


@tracked()
class Indication(Dated):
    """What a label allows (EU), or a country reimburses (IT), in one disease and line: seeds/indications.yaml."""

    code = models.CharField(primary_key=True, max_length=60)
    order = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="indications")
    disease = models.CharField(max_length=10)
    jurisdiction = models.CharField(max_length=2)
    status = models.CharField(max_length=20, choices=[(one, one) for one in STATUSES_OF_ROWS], default=IN_FORCE)
    subtypes = ArrayField(models.CharField(max_length=10), null=True, blank=True)
    lines_min = models.PositiveSmallIntegerField()
    lines_max = models.PositiveSmallIntegerField(null=True, blank=True)
    window_months = models.PositiveSmallIntegerField(null=True, blank=True)
    age_min = models.PositiveSmallIntegerField(null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(null=True, blank=True)
    requires = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    judgement = models.BooleanField(default=False)
    conditional = models.BooleanField(default=False)
    act = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=40)
    tag = models.CharField(max_length=1)

    class Meta:
        ordering = ["order"]

    def as_rule(self) -> Rule:
        """The row as the rules of eligibility read it."""
        return _rule({name: getattr(self, name) for name in FIELDS} | {"product": self.product_id})


FIELDS = (
    "code",
    "disease",
    "jurisdiction",
    "status",
    "subtypes",
    "lines_min",
    "lines_max",
    "window_months",
    "age_min",
    "age_max",
    "requires",
    "judgement",
    "conditional",
    "act",
    "valid_from",
    "valid_to",
    "source",
    "tag",
)


def _rule(values: dict) -> Rule:
    said = dict(values)
    for name in ("valid_from", "valid_to"):
        said[name] = PartialDate.parse(said[name]) if said[name] else None
    said["subtypes"] = tuple(said["subtypes"]) if said["subtypes"] is not None else None
    said["requires"] = tuple(said["requires"])
    return Rule(**said)


def rules_now() -> tuple[Rule, ...]:
    """The indications as they stand now, of every jurisdiction and time."""
    return tuple(row.as_rule() for row in Indication.objects.all())


def rules_as_of(instant: datetime) -> tuple[Rule, ...]:
    """The indications as they stood in the app at an instant: what a decision of then was taken by."""
    events = Indication.pgh_event_model.objects.annotate(recorded=recorded_at()).filter(recorded__lte=instant)
    latest: dict[str, dict] = {}
    for event in events.order_by("pgh_id").values("pgh_label", "product_id", "order", *FIELDS):
        latest[event["code"]] = event
    standing = sorted((one for one in latest.values() if one["pgh_label"] != "delete"), key=lambda one: one["order"])
    return tuple(_rule({name: one[name] for name in FIELDS} | {"product": one["product_id"]}) for one in standing)


@tracked()
class Reimbursement(Dated):
    """When a regimen that is no CAR-T became available in a country: data from seeds/reimbursements.yaml."""

    class Status(models.TextChoices):
        REIMBURSED = "reimbursed"
        APPROVED = "approved"
        POSITIVE_OPINION = "positive_opinion"

    code = models.CharField(primary_key=True, max_length=60)
    order = models.PositiveSmallIntegerField()
    regimen = models.CharField(max_length=40)
    drugs = ArrayField(models.CharField(max_length=40))
    disease = models.CharField(max_length=10)
    jurisdiction = models.CharField(max_length=2)
    status = models.CharField(max_length=20, choices=Status)
    lines_min = models.PositiveSmallIntegerField()
    lines_max = models.PositiveSmallIntegerField(null=True, blank=True)
    requires = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    act = models.CharField(max_length=80, blank=True)
    trial = models.ForeignKey("Trial", null=True, blank=True, on_delete=models.PROTECT, related_name="reimbursements")
    source = models.CharField(max_length=40)
    tag = models.CharField(max_length=1)

    class Meta:
        ordering = ["order"]

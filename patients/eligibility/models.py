"""May they have it: the decision, justified case by case."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import Row
from patients.centres.models import User
from patients.pathway.models import Pathway
from patients.products.models import Product
from patients.referral.rules import NEVER_ALONE


@tracked()
class Decision(Row):
    """One decision on a pathway; a later one stands in place of an earlier. `deciders`: who was present, as written.

    `grounds` and `instead` belong to a refusal, `reassess_on` to a deferral, `product` to an eligible patient.
    """

    append_only = True

    class Kind(models.TextChoices):
        ELIGIBLE = "eligible"
        NOT_ELIGIBLE = "not_eligible"
        DEFERRED = "deferred"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=14, choices=Kind)
    reason = models.TextField()
    grounds = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    instead = models.TextField(blank=True)
    reassess_on = models.DateField(null=True, blank=True)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    board_on = models.DateField()
    deciders = models.CharField(max_length=400)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(deciders=""), name="decision_has_reason_and_deciders"),
            models.CheckConstraint(
                condition=Q(kind="eligible", product__isnull=False) | ~Q(kind="eligible") & Q(product__isnull=True),
                name="eligible_for_a_product",
            ),
            models.CheckConstraint(
                condition=Q(kind="deferred", reassess_on__isnull=False)
                | ~Q(kind="deferred") & Q(reassess_on__isnull=True),
                name="deferral_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(kind="not_eligible") | ~Q(grounds__contained_by=list(NEVER_ALONE)),
                name="refusal_not_by_age_alone",
            ),
        ]

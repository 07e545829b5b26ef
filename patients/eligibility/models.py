"""May they have it: what is known of each item, and the decision, justified case by case."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import SaidRow
from patients.eligibility import items
from patients.pathway.models import Pathway
from patients.products.models import Product
from patients.referral.rules import NEVER_ALONE


@tracked()
class ItemAnswer(SaidRow):
    """What somebody recorded of one item on a pathway; a later answer stands in place of an earlier.

    `answer`: yes = no reservation, null = not known. `value`: in the unit of the item (items.py). `source`: where it
    comes from, in words. `by` wrote it down.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="item_answers")
    item = models.CharField(max_length=40, choices=[(code, code) for code in items.BY_CODE])
    answer = models.BooleanField(null=True, blank=True)
    value = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["pathway", "item", "-at"], name="answers_of_a_pathway")]
        constraints = [
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="item_value_not_negative"),
            models.CheckConstraint(
                condition=Q(value__isnull=True)
                | Q(item__in=[item.code for item in items.ITEMS if item.measure is not None]),
                name="only_measured_items_have_a_value",
            ),
        ]


@tracked()
class Decision(SaidRow):
    """One decision on a pathway; a later one stands in place of an earlier. `deciders`: who was present, as written.

    `decider` answers for it. `conditions`: what must hold before it is acted upon, for an eligible patient. `grounds`
    and `instead` belong to a refusal, `reassess_on` to a deferral, `product` to an eligible patient. `indication`: what
    the rules said that day, with their facts, rows and version (disease.indication.kept) and the items' flags.
    `off_label_reason`: why a product whose label does not cover the case.
    """

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
    decider = models.CharField(max_length=120)
    conditions = models.TextField(blank=True)
    off_label_reason = models.TextField(blank=True)
    indication = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(deciders="") & ~Q(decider=""), name="decision_has_reason_and_deciders"
            ),
            models.CheckConstraint(
                condition=Q(conditions="") | Q(kind="eligible"), name="conditions_belong_to_the_eligible"
            ),
            models.CheckConstraint(
                condition=Q(off_label_reason="") | Q(kind="eligible"), name="off_label_reason_belongs_to_the_eligible"
            ),
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

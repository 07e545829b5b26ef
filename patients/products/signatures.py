"""What a haematologist of a hub has read in the label and signs for: until then an unverified figure only warns."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import StruckRow
from patients.centres.models import Centre, User
from patients.products.models import Product, is_verified
from patients.products.regimens import Regimen


@tracked()
class Signature(StruckRow):
    """One figure signed for at one hub. It holds for what was signed: a changed figure asks for another.

    `rule`: as in rules of this room ("product/axi-cel:thaw"); `said`: the figure as it stood; `where`: where it was
    read, in words. Withdrawn = struck through, with a reason.
    """

    hub = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="signatures")
    rule = models.CharField(max_length=100)
    said = models.JSONField()
    where = models.CharField(max_length=240)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta(StruckRow.Meta):
        ordering = ["-at"]
        constraints = [
            *StruckRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["hub", "rule"], condition=Q(struck_at__isnull=True), name="one_standing_signature"
            ),
            models.CheckConstraint(condition=~Q(where=""), name="signature_says_where_it_was_read"),
        ]


def standing(hub_id: UUID) -> dict[str, Signature]:
    """The signatures of a hub that stand, by rule."""
    return {one.rule: one for one in Signature.objects.standing().filter(hub=hub_id).select_related("by")}


def is_signed(hub_id: UUID, rule: str, said: Any) -> bool:
    """Whether a haematologist of the hub signed for this very figure."""
    signed = Signature.objects.standing().filter(hub=hub_id, rule=rule).first()
    return signed is not None and signed.said == said


def product_rule(product: Product, fact: str) -> str:
    return f"product/{product.code}:{fact}"


def window_said(regimen: Regimen) -> dict:
    """A regimen's window as it is signed for."""
    return {name: getattr(regimen, name) for name in ("anchor", "least_days", "best_days", "most_days")}


def fact_holds(product: Product | None, fact: str, hub_id: UUID) -> bool:
    """Whether a label's fact was verified, or signed for at the hub: only then it may stop or allow."""
    if product is None or fact not in product.label:
        return False
    return product.is_verified(fact) or is_signed(hub_id, product_rule(product, fact), product.label[fact])


def window_holds(regimen: Regimen, hub_id: UUID) -> bool:
    """Whether the days between lymphodepletion and infusion were verified, or signed for at the hub."""
    return is_verified(regimen.window_tag) or is_signed(hub_id, f"window/{regimen.code}", window_said(regimen))


def doses_hold(regimen: Regimen, hub_id: UUID) -> bool:
    """Whether a regimen's doses were verified, or signed for at the hub."""
    return is_verified(regimen.doses_tag) or is_signed(hub_id, f"lymphodepletion/{regimen.code}", regimen.doses)

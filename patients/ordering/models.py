"""The maker's order and its slot, and the forms of the national registry."""

from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import VersionedRow
from patients.pathway.models import Pathway
from patients.products.models import Product


@tracked()
class Order(VersionedRow):
    """One order at a maker. The planned days belong to the confirmed slot; a failed attempt's order is superseded.

    `pharmacy_informed_on`: the day on which the hub's pharmacy was told, `pharmacy_informed` whom there.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="orders")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    order_number = models.CharField(max_length=60)
    portal_number = models.CharField(max_length=60, blank=True)
    ordered_on = models.DateField()
    slot_confirmed_on = models.DateField(null=True, blank=True)
    apheresis_on = models.DateField(null=True, blank=True)
    shipment_on = models.DateField(null=True, blank=True)
    release_on = models.DateField(null=True, blank=True)
    infusion_on = models.DateField(null=True, blank=True)
    pharmacy_informed_on = models.DateField(null=True, blank=True)
    pharmacy_informed = models.CharField(max_length=120, blank=True)
    superseded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pharmacy_informed_on__isnull=True, pharmacy_informed="")
                | Q(pharmacy_informed_on__isnull=False) & ~Q(pharmacy_informed=""),
                name="pharmacy_informed_has_day_and_person",
            ),
            models.UniqueConstraint(fields=["pathway"], condition=Q(superseded=False), name="one_standing_order"),
            models.CheckConstraint(
                condition=Q(
                    slot_confirmed_on__isnull=True,
                    apheresis_on__isnull=True,
                    shipment_on__isnull=True,
                    release_on__isnull=True,
                    infusion_on__isnull=True,
                )
                | Q(
                    slot_confirmed_on__isnull=False,
                    apheresis_on__isnull=False,
                    shipment_on__isnull=False,
                    release_on__isnull=False,
                ),
                name="slot_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(slot_confirmed_on__isnull=True)
                | Q(
                    slot_confirmed_on__gte=F("ordered_on"),
                    shipment_on__gte=F("apheresis_on"),
                    release_on__gte=F("shipment_on"),
                ),
                name="slot_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(infusion_on__isnull=True) | Q(infusion_on__gte=F("release_on")),
                name="infusion_planned_after_release",
            ),
        ]


@tracked()
class RegistryForm(VersionedRow):
    """A form of the AIFA registry that was filled in: its number there, and its day.

    One of each kind per course, but for the outcome, which the registry asks more than once: when is not known.
    """

    class Kind(models.TextChoices):
        ELIGIBILITY = "eligibility"
        REQUEST = "request"
        INFUSION = "infusion"
        OUTCOME = "outcome"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="registry_forms")
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.CharField(max_length=60)
    filed_on = models.DateField()

    class Meta:
        ordering = ["filed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "kind"], condition=~Q(kind="outcome"), name="one_registry_form_of_a_kind"
            ),
            models.UniqueConstraint(fields=["pathway", "kind", "number"], name="a_registry_number_is_filed_once"),
            models.CheckConstraint(condition=~Q(number=""), name="registry_form_has_its_number"),
        ]

    @property
    def milestone(self) -> str:
        """The milestone that its filing is."""
        return f"registry_{self.kind}"

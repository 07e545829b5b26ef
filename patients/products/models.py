"""CAR-T products as data: what a label says, with its source."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from patients.audit.history import tracked


@tracked()
class Product(models.Model):
    """A CAR-T product. Its facts come from seeds/products.yaml; None = the reference does not say.

    `unverified` names the columns whose figure is not yet checked (a least and most by what they share): shown with a
    warning, never blocking or allowing.
    """

    class ThawStarts(models.TextChoices):
        """What starts the clock after which the product may no longer be given."""

        COMPLETE_THAW = "complete_thaw"
        ROOM_TEMPERATURE = "room_temperature"
        REMOVAL_FROM_STORAGE = "removal_from_storage"
        START_OF_THAW = "start_of_thaw"

    code = models.CharField(primary_key=True, max_length=20)  # axi-cel
    order = models.PositiveSmallIntegerField()
    brand = models.CharField(max_length=40)
    maker = models.CharField(max_length=80, blank=True)
    target = models.CharField(max_length=20)
    costimulation = models.CharField(max_length=20)
    diseases = ArrayField(models.CharField(max_length=10))  # of the EU label, by the codes of the room disease
    thaw_starts = models.CharField(max_length=24, choices=ThawStarts, null=True, blank=True)
    thaw_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    monitoring_daily_days = models.PositiveSmallIntegerField(null=True, blank=True)
    monitoring_week_1_least = models.PositiveSmallIntegerField(null=True, blank=True)
    vein_to_vein_weeks_least = models.PositiveSmallIntegerField(null=True, blank=True)
    vein_to_vein_weeks_most = models.PositiveSmallIntegerField(null=True, blank=True)
    shelf_life_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # Only where there is more than one infusion: their days counted from 1, days either side, last day of the second.
    infusion_days = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    infusion_tolerance_days = models.PositiveSmallIntegerField(null=True, blank=True)
    infusion_latest_day = models.PositiveSmallIntegerField(null=True, blank=True)
    dose_splits = models.JSONField(null=True, blank=True)  # [{"blasts", "doses_10e6": [first, second]}]
    unverified = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    source = models.CharField(max_length=40)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.code

    @property
    def infusions(self) -> int:
        """How many infusions make the course."""
        return len(self.infusion_days or [1])

    def is_verified(self, column: str) -> bool:
        """Whether a figure was checked against a public source."""
        return column not in self.unverified

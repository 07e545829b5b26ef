"""Lymphodepletion by product and disease, and the days between it and the infusion: data from seeds/regimens.yaml."""

from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.products.models import Product, is_verified


@tracked()
class Regimen(models.Model):
    """A product's lymphodepletion in a disease (empty: any other) and its window to the infusion.

    `doses`: [{"drug", "mg_per_m2", "days": [1, 2, 3]}], days counted from its first day. `anchor`: the window counts
    from its last or its first day; up to `best_days` after it is as planned, up to `most_days` a physician decides.
    `first_day`: its first day counted from the infusion (-5), where the reference says it. `doses_tag`, `window_tag`:
    the reference's marks; what is not verified is shown so, and only warns. `redo`: {"after_days", "wbc_over", "tag"}:
    after so many days from its end it is given again where white cells are above so many 10^9/L; null: not said.
    """

    class Anchor(models.TextChoices):
        END = "ld_end"
        START = "ld_start"

    code = models.CharField(primary_key=True, max_length=40)
    order = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="regimens")
    disease = models.CharField(max_length=10, blank=True)
    first_day = models.SmallIntegerField(null=True, blank=True)
    doses = models.JSONField()
    doses_tag = models.CharField(max_length=1, blank=True)
    anchor = models.CharField(max_length=10, choices=Anchor)
    least_days = models.PositiveSmallIntegerField()
    best_days = models.PositiveSmallIntegerField()
    most_days = models.PositiveSmallIntegerField()
    window_tag = models.CharField(max_length=1, blank=True)
    redo = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=40)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(least_days__lte=F("best_days"), best_days__lte=F("most_days")),
                name="window_opens_before_it_closes",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def doses_verified(self) -> bool:
        """Whether the doses were read in the label."""
        return is_verified(self.doses_tag)

    @property
    def window_verified(self) -> bool:
        """Whether the days to the infusion were read in the label."""
        return is_verified(self.window_tag)

    @property
    def redo_verified(self) -> bool:
        """Whether it was read in the label when lymphodepletion is given again."""
        return self.redo is not None and is_verified(self.redo.get("tag"))

    @property
    def last_day(self) -> int:
        """Its last day, counted from 1."""
        return max(day for dose in self.doses for day in dose["days"])


def regimens_for(product_id: str, disease: str | None) -> list[Regimen]:
    """A product's regimens in a disease; those of any disease where none is named for it."""
    rows = list(Regimen.objects.filter(product_id=product_id))
    named = [row for row in rows if disease and row.disease == disease]
    return named or [row for row in rows if not row.disease] or rows

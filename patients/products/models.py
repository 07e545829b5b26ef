"""CAR-T products as data: what a label says, with its source."""

from django.db import models

from patients.audit.history import tracked


@tracked()
class Product(models.Model):
    """A CAR-T product. Its facts come from seeds/products.yaml, each with its source key in the reference."""

    code = models.CharField(primary_key=True, max_length=20)  # axi-cel
    order = models.PositiveSmallIntegerField()
    brand = models.CharField(max_length=40)
    maker = models.CharField(max_length=80, blank=True)
    target = models.CharField(max_length=20)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.code

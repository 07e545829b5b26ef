"""Loads seeds/products.yaml."""

from pathlib import Path

from patients.audit import seeding
from patients.products.models import Product

SCHEMA = {
    "code": seeding.Field(str),
    "brand": seeding.Field(str),
    "target": seeding.Field(str),
    "source": seeding.Field(str),
}


def load(folder: Path) -> int:
    """Load the products; idempotent."""
    rows = seeding.read(folder / "products.yaml", SCHEMA)
    for order, row in enumerate(rows, start=1):
        Product.objects.update_or_create(
            code=row["code"], defaults={"order": order, "brand": row["brand"], "target": row["target"]}
        )
    return len(rows)

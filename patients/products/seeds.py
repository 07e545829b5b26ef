"""Loads seeds/products.yaml and seeds/regimens.yaml."""

from pathlib import Path

from patients.audit import seeding
from patients.products.models import Product
from patients.products.regimens import Regimen

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


REGIMEN_SCHEMA = {
    "code": seeding.Field(str),
    "product": seeding.Field(str),
    "disease": seeding.Field(str),
    "doses": seeding.Field(list),
    "doses_verified": seeding.Field(bool),
    "anchor": seeding.Field(str, choices=frozenset(Regimen.Anchor.values)),
    "least": seeding.Field(int),
    "best": seeding.Field(int),
    "most": seeding.Field(int),
    "window_verified": seeding.Field(bool),
    "source": seeding.Field(str),
}


def load_regimens(folder: Path) -> int:
    """Load the lymphodepletion regimens; idempotent. Raises SeedError for an unknown product or a misshapen dose."""
    rows = seeding.read(folder / "regimens.yaml", REGIMEN_SCHEMA)
    products = set(Product.objects.values_list("code", flat=True))
    for order, row in enumerate(rows, start=1):
        if row["product"] not in products:
            raise row.refuse("product", f"{row['product']!r} is no product")
        for dose in row["doses"]:
            if set(dose) != {"drug", "mg_per_m2", "days"} or not dose["days"] or min(dose["days"]) < 1:
                raise row.refuse("doses", f"{dose!r} needs drug, mg_per_m2 and days counted from 1")
        Regimen.objects.update_or_create(
            code=row["code"],
            defaults={
                "order": order,
                "product_id": row["product"],
                "disease": row["disease"],
                "doses": row["doses"],
                "doses_verified": row["doses_verified"],
                "anchor": row["anchor"],
                "least_days": row["least"],
                "best_days": row["best"],
                "most_days": row["most"],
                "window_verified": row["window_verified"],
                "source": row["source"],
            },
        )
    return len(rows)

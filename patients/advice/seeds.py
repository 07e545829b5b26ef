"""Loads seeds/advice.yaml: what published sources say to consider."""

from pathlib import Path

from patients.advice import rules
from patients.advice.models import GRADED, AdviceLine, Guideline, Topic
from patients.audit import seeding
from patients.clinical.reference_data import TAG
from patients.products.models import Product

Field = seeding.Field
SCHEMA = {
    "code": Field(str),
    "topic": Field(str, choices=frozenset(Topic.values)),
    "grade": Field(int, required=False, choices=frozenset({1, 2, 3, 4})),
    "guideline": Field(str, required=False, choices=frozenset(Guideline.values)),
    "products": Field(list, required=False),
    "hours": Field(int, required=False),
    "place": Field(str, required=False, choices=frozenset({"EU", "US"})),
    "text_en": Field(str),
    "text_it": Field(str),
    "source": Field(str),
    "tag": Field(str, required=False, choices=TAG.choices),
    "edition_en": Field(str, required=False),
    "edition_it": Field(str, required=False),
}


def load(folder: Path) -> int:
    """Load the texts; idempotent. A hub's own words are left as they are. Raises SeedError for one that is an order."""
    rows = seeding.read(folder / "advice.yaml", SCHEMA, unique="code")
    known = set(Product.objects.values_list("code", flat=True))
    for order, row in enumerate(rows, start=1):
        _check(row, known)
        plain = {name: row.get(name) or "" for name in ("guideline", "place", "tag", "edition_en", "edition_it")}
        AdviceLine.objects.update_or_create(
            code=row["code"],
            defaults=plain
            | {name: row[name] for name in ("topic", "text_en", "text_it", "source")}
            | {"order": order, "products": row.get("products") or []}
            | {name: row.get(name) for name in ("grade", "hours")},
        )
    return len(rows)


def _check(row: seeding.SeedRow, products: set[str]) -> None:
    for name in ("text_en", "text_it"):
        faulty = rules.faulty_items(row[name])
        if faulty or not rules.items_of(row[name]):
            raise row.refuse(name, f"{faulty} must begin with consider or check, and give no order")
    if (row["topic"] in GRADED) != (row.get("grade") is not None) or bool(row.get("grade")) != bool(
        row.get("guideline")
    ):
        raise row.refuse("grade", "CRS and ICANS have a grade and a guideline, the others neither")
    if (row["topic"] == Topic.PERSISTENT) != (row.get("hours") is not None):
        raise row.refuse("hours", "belongs to a persistent grade, and to nothing else")
    unknown = set(row.get("products") or []) - products
    if unknown:
        raise row.refuse("products", f"{sorted(unknown)} are no products")

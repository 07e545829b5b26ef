"""Loads seeds/products.yaml and seeds/regimens.yaml."""

from pathlib import Path

from patients.audit import seeding
from patients.audit.seeding import SeedRow
from patients.products.models import Product
from patients.products.regimens import Regimen

SCHEMA = {
    "code": seeding.Field(str),
    "brand": seeding.Field(str),
    "target": seeding.Field(str),
    "costimulation": seeding.Field(str),
    "source": seeding.Field(str),
    "thaw": seeding.Field(dict),
    "monitoring": seeding.Field(dict),
    "vein_to_vein": seeding.Field(dict, required=False),
    "shelf_life": seeding.Field(dict, required=False),
    "infusions": seeding.Field(dict, required=False),
    "split": seeding.Field(dict, required=False),
    "diseases": seeding.Field(list),
}
# Of each nested fact: its key in the file -> its column. Beside these every fact says `source` and `verified`.
FACTS: dict[str, dict[str, str]] = {
    "thaw": {"starts": "thaw_starts", "minutes": "thaw_minutes"},
    "monitoring": {"daily_days": "monitoring_daily_days", "week_1_least": "monitoring_week_1_least"},
    "vein_to_vein": {"weeks": "vein_to_vein_weeks"},
    "shelf_life": {"months": "shelf_life_months"},
    "infusions": {
        "days": "infusion_days",
        "tolerance": "infusion_tolerance_days",
        "latest": "infusion_latest_day",
    },
    "split": {"doses": "dose_splits"},
}


def load(folder: Path) -> int:
    """Load the products; idempotent: a second run changes nothing."""
    rows = seeding.read(folder / "products.yaml", SCHEMA)
    for order, row in enumerate(rows, start=1):
        plain = {name: row[name] for name in ("brand", "target", "costimulation", "source", "diseases")}
        Product.objects.update_or_create(code=row["code"], defaults={"order": order} | plain | _columns(row))
    return len(rows)


def _columns(row: SeedRow) -> dict:
    """The label facts of a product as columns; what the file leaves out is None."""
    columns = {column: None for fact in FACTS.values() for column in fact.values()}
    unverified = []
    for name, keys in FACTS.items():
        fact = row.get(name)
        if fact is None:
            continue
        _sourced(row, name, fact)
        for key in set(fact) - {"source", "verified"}:
            if key not in keys:
                raise row.refuse(name, f"{key!r} is no part of it")
            columns[keys[key]] = fact[key]
            if not fact["verified"]:
                unverified.append(keys[key])
    least_most = columns.pop("vein_to_vein_weeks") or [None, None]
    columns["vein_to_vein_weeks_least"], columns["vein_to_vein_weeks_most"] = least_most
    starts = columns["thaw_starts"]
    if starts is not None and starts not in Product.ThawStarts.values:
        raise row.refuse("thaw", f"{starts!r} starts no clock")
    return columns | {"unverified": sorted(unverified)}


def _sourced(row: SeedRow, name: str, fact: dict) -> None:
    if not isinstance(fact.get("source"), str) or not isinstance(fact.get("verified"), bool):
        raise row.refuse(name, "needs `source` and `verified`")


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

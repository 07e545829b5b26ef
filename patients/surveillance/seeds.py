"""Loads seeds/surveillance.yaml: what a watch asks for, and who is told."""

from datetime import time
from pathlib import Path

from patients.audit import seeding
from patients.surveillance import rules
from patients.surveillance.models import WatchRule

SCHEMA = {
    "code": seeding.Field(str, choices=frozenset(rules.TASKS)),
    "every_months": seeding.Field(int, required=False),
    "leeway_days": seeding.Field(int, required=False),
    "within_days": seeding.Field(int, required=False),
    "at_time": seeding.Field(str, required=False),
    "levels": seeding.Field(list),
    "source": seeding.Field(str),
    "tag": seeding.Field(str, required=False),
}
LEVEL = {"after_days": int, "everybody": bool, "urgent": bool}
# What a row of a code must say.
NEEDED = {rules.VISIT: ("every_months", "leeway_days"), rules.CHECK: ("every_months",), rules.REFER: ("within_days",)}


def load(folder: Path) -> int:
    """Load what a watch asks for; idempotent. Raises SeedError."""
    rows = seeding.read(folder / "surveillance.yaml", SCHEMA)
    for order, row in enumerate(rows, start=1):
        _check(row)
        WatchRule.objects.update_or_create(
            code=row["code"],
            defaults={
                "order": order,
                "every_months": row.get("every_months"),
                "leeway_days": row.get("leeway_days"),
                "within_days": row.get("within_days"),
                "at_time": time.fromisoformat(row.get("at_time", "06:00")),
                "levels": row["levels"],
                "source": row["source"],
                "tag": row.get("tag", ""),
            },
        )
    return len(rows)


def _check(row: seeding.SeedRow) -> None:
    for name in NEEDED.get(row["code"], ()):
        if not row.get(name):
            raise row.refuse(name, "is missing")
    if row.get("every_months") and not 1 <= row["every_months"] <= rules.WINDOW_MONTHS:
        raise row.refuse("every_months", f"is not between 1 and {rules.WINDOW_MONTHS}")
    for level in row["levels"]:
        if not isinstance(level, dict) or "after_days" not in level:
            raise row.refuse("levels", f"{level!r} does not say after how many days")
        for name, value in level.items():
            if not isinstance(value, LEVEL.get(name, ())):
                raise row.refuse("levels", f"{name}: {value!r} cannot be read")
    after = [level["after_days"] for level in row["levels"]]
    if not after or after != sorted(set(after)):
        raise row.refuse("levels", "the days do not go up")

"""Loads seeds/promises.yaml: how long a hub gives each step, where it has not said otherwise."""

from pathlib import Path

from patients.audit import seeding
from patients.pathway.models import Promise

SCHEMA = {
    "code": seeding.Field(str),
    "days": seeding.Field(int),
    "working_days": seeding.Field(bool),
    "source": seeding.Field(str),
}


def load(folder: Path) -> int:
    """Load everybody's promises; idempotent. A hub's own rows are left as they are."""
    rows = seeding.read(folder / "promises.yaml", SCHEMA)
    for row in rows:
        Promise.objects.update_or_create(
            centre=None,
            code=row["code"],
            defaults={"days": row["days"], "working_days": row["working_days"], "source": row["source"]},
        )
    return len(rows)

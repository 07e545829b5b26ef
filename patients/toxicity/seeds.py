"""Loads seeds/watch_protocol.yaml: when the doctor is told and the next check is due, where a hub has not said."""

from decimal import Decimal
from pathlib import Path

from patients.audit import seeding
from patients.toxicity.models import WatchProtocol

NUMBERS = (
    "systolic_below_percent",
    "systolic_hint_below_mmhg",
    "heart_rate_over",
    "hours_between_sets",
    "hours_between_sets_when_graded",
    "hours_between_ice",
)
SCHEMA = {
    "temp_over_c": seeding.Field(str),
    **{name: seeding.Field(int) for name in NUMBERS},
    "source": seeding.Field(str),
}


def load(folder: Path) -> int:
    """Load everybody's protocol; idempotent. A hub's own row is left as it is."""
    rows = seeding.read(folder / "watch_protocol.yaml", SCHEMA)
    for row in rows:
        WatchProtocol.objects.update_or_create(
            centre=None,
            defaults={
                "temp_over_c": Decimal(row["temp_over_c"]),
                "source": row["source"],
                **{name: row[name] for name in NUMBERS},
            },
        )
    return len(rows)

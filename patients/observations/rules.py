"""What each kind of observation is measured in, what a body can show, and how long it holds. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class Band:
    """The one unit of a kind, and the plausible range (ours: wide enough for every adult, narrow enough for slips)."""

    unit: str
    least: Decimal
    most: Decimal


BANDS: dict[str, Band] = {
    "weight": Band("kg", Decimal("20"), Decimal("300")),
    "baseline_systolic": Band("mmHg", Decimal("60"), Decimal("240")),
    "baseline_diastolic": Band("mmHg", Decimal("30"), Decimal("150")),
}

WEIGHT_HOLDS = timedelta(days=7)  # reliability H05: an older weight is asked again before a dose by weight


def weight_is_old(measured_at: datetime | None, now: datetime) -> bool:
    """Whether a weight must be asked again: never measured, or more than seven days ago."""
    return measured_at is None or now - measured_at > WEIGHT_HOLDS

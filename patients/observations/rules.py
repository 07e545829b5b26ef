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


# The blood values: units of reference 0, bands of patients/clinical/ (easix, mipi, hematotox, ctcae, iec_hs).
BANDS: dict[str, Band] = {
    "weight": Band("kg", Decimal("20"), Decimal("300")),
    "height": Band("cm", Decimal("100"), Decimal("230")),
    "ldh": Band("U/L", Decimal("1"), Decimal("50000")),
    "crp": Band("mg/dL", Decimal("0"), Decimal("100")),
    "ferritin": Band("ng/mL", Decimal("0"), Decimal("1000000")),
    "wbc": Band("10^9/L", Decimal("0"), Decimal("1000")),
    "anc": Band("10^9/L", Decimal("0"), Decimal("200")),
    "alc": Band("10^9/L", Decimal("0"), Decimal("1000")),
    "platelets": Band("10^9/L", Decimal("0"), Decimal("3000")),
    "haemoglobin": Band("g/dL", Decimal("1"), Decimal("25")),
    "igg": Band("g/L", Decimal("0"), Decimal("150")),
    "cd4": Band("10^9/L", Decimal("0"), Decimal("100")),
    "cd19": Band("10^9/L", Decimal("0"), Decimal("100")),
    "creatinine": Band("mg/dL", Decimal("0.1"), Decimal("30")),
    "bilirubin": Band("mg/dL", Decimal("0"), Decimal("60")),
    "baseline_systolic": Band("mmHg", Decimal("60"), Decimal("240")),
    "baseline_diastolic": Band("mmHg", Decimal("30"), Decimal("150")),
}

# What a laboratory's own upper limit of normal can be, for values of which it is asked (reference 3: IPI, MIPI).
UPPER_LIMITS: dict[str, tuple[Decimal, Decimal]] = {"ldh": (Decimal("50"), Decimal("2000"))}

WEIGHT_HOLDS = timedelta(days=7)  # reliability H05: an older weight is asked again before a dose by weight


def weight_is_old(measured_at: datetime | None, now: datetime) -> bool:
    """Whether a weight must be asked again: never measured, or more than seven days ago."""
    return measured_at is None or now - measured_at > WEIGHT_HOLDS

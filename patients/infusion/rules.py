"""Whether an infusion may go on, and day 0. Pure: no Django, no clock. Reference 4 and 10 (d)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WARD_DAYS = 30  # the ward's nurses see the patient to the end of day +30 (issue 2, section 2)


@dataclass(frozen=True)
class GoFacts:
    """What a go asks: doses of tocilizumab at the ward, an alternative in a shortage, weight (kg), patient informed."""

    tocilizumab_doses_on_site: int | None
    tocilizumab_alternative: str
    weight_kg: object | None
    patient_informed: bool | None


def no_go(facts: GoFacts) -> list[str]:
    """Reason codes why it is no go; what is not known is no yes."""
    reasons = []
    if not facts.tocilizumab_doses_on_site and not facts.tocilizumab_alternative.strip():
        reasons.append("no_tocilizumab")
    if facts.weight_kg is None:
        reasons.append("no_weight")
    if facts.patient_informed is not True:
        reasons.append("not_informed")
    return reasons


def day_0(started_at: datetime, zone: str) -> date:
    """Day 0: the local date at the hub of the instant at which the infusion began (reference 0)."""
    return started_at.astimezone(ZoneInfo(zone)).date()


def ward_ends(day: date, zone: str) -> datetime:
    """The instant at which day +30 is over at the hub: the first moment of day +31, whatever the clocks did."""
    after = day + timedelta(days=WARD_DAYS + 1)
    return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(zone))

"""Whether a product may be given. Pure: no Django, no clock. Reference 4 and 10 (c)."""

from dataclasses import dataclass
from datetime import date

IN_PRODUCTION, RELEASED, OUT_OF_SPECIFICATION, FAILED = "in_production", "released", "out_of_specification", "failed"


@dataclass(frozen=True)
class ProductFacts:
    """What is known of a product: status, accepted out of specification or not, receipt and expiry (local days)."""

    status: str | None
    accepted: bool = False
    received_on: date | None = None
    expires_on: date | None = None


def not_available(facts: ProductFacts, on: date) -> list[str]:
    """Reason codes why a product may not be given on a day; empty when it is released, received and not expired.

    It may be given on the day of its expiry itself, not after it.
    """
    if facts.status in (None, IN_PRODUCTION):
        return ["product_not_released"]
    if facts.status == FAILED:
        return ["product_failed"]
    reasons = []
    if facts.status == OUT_OF_SPECIFICATION and not facts.accepted:
        reasons.append("product_not_accepted")
    if facts.received_on is None:
        reasons.append("product_not_received")
    if facts.expires_on is None:
        reasons.append("product_expiry_unknown")
    elif facts.expires_on < on:
        reasons.append("product_expired")
    return reasons

"""What is looked at before cells are collected; it only warns (reference 4, [K]). Pure: no Django, no clock."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

VERSION = "reference 4, before apheresis"
SEROLOGY_HOLDS_DAYS = 30  # serology within 30 days before apheresis, reference 4 [K]
SEROLOGY: tuple[str, ...] = ("hbsag", "anti_hbc", "hcv", "hiv", "syphilis")

IN_TIME, TOO_OLD, NO_DAY_YET, NOT_KNOWN = "in_time", "too_old", "no_day_yet", "not_known"
AS_WISHED, BELOW = "as_wished", "below"


@dataclass(frozen=True)
class Wished:
    """The least that is wished of a count; `itself`: the figure itself is enough."""

    least: Decimal
    itself: bool


# Reference 4 [K]: lymphocytes from 0.2, haemoglobin over 8, platelets over 30, neutrophils over 1.0.
WISHED: dict[str, Wished] = {
    "alc": Wished(Decimal("0.2"), True),
    "anc": Wished(Decimal("1.0"), False),
    "platelets": Wished(Decimal("30"), False),
    "haemoglobin": Wished(Decimal("8"), False),
}


def serology_state(taken_on: date | None, apheresis_on: date | None) -> str:
    """Whether blood taken on a day counts for an apheresis; taken after it, it says nothing of it."""
    if taken_on is None:
        return NOT_KNOWN
    if apheresis_on is None:
        return NO_DAY_YET
    days = (apheresis_on - taken_on).days
    if days < 0:
        return NOT_KNOWN
    return IN_TIME if days <= SEROLOGY_HOLDS_DAYS else TOO_OLD


def count_state(what: str, value: Decimal | None) -> str:
    """Whether a count is as wished before an apheresis."""
    if value is None:
        return NOT_KNOWN
    wished = WISHED[what]
    return AS_WISHED if value > wished.least or (wished.itself and value == wished.least) else BELOW


def collection_faults(*, bags: int | None, tnc_10e9: Decimal | None, cd3_10e9: Decimal | None) -> list[tuple[str, str]]:
    """Pairs (field, reason): no bag at all, or more CD3 cells than cells."""
    found = []
    if bags is not None and bags < 1:
        found.append(("bags", "no_bag"))
    if tnc_10e9 is not None and cd3_10e9 is not None and cd3_10e9 > tnc_10e9:
        found.append(("cd3_total_10e9", "more_than_all_cells"))
    return found

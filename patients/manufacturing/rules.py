"""Whether a product may be given, and what its way must say. Pure: no Django, no clock. Reference 4 and 10 (c)."""

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


@dataclass(frozen=True)
class OosFile:
    """What is there for accepting a product out of specification (reference 4): days, who told the patient, consent."""

    requested_on: date | None = None
    maker_evaluated_on: date | None = None
    maker_reference: str = ""
    patient_told_on: date | None = None
    patient_told_by: str = ""
    patient_agrees: bool | None = None
    authority_on: date | None = None
    authority_reference: str = ""


@dataclass(frozen=True)
class LotFacts:
    """What is recorded of a product, to be corrected: days, numbers, the maker's word, how it arrived.

    `lot_number`, `coi`: "" where none is recorded. `arrived_on`: the local day; None before it was received.
    """

    status: str
    shipped_on: date
    carrier: str = ""
    waybill: str = ""
    coi: str = ""
    maker_received_on: date | None = None
    released_on: date | None = None
    lot_number: str = ""
    expires_on: date | None = None
    fault: str = ""
    shipped_back_on: date | None = None
    return_waybill: str = ""
    arrived_on: date | None = None
    temperature_kept: bool | None = None
    temperature_note: str = ""


# What two people compare: corrected after they have, they compare again.
COMPARED = ("status", "lot_number", "coi", "expires_on")


def lot_faults(said: LotFacts, *, accepted: bool, today: date) -> list[tuple[str, str]]:
    """Pairs (field, reason) of what cannot be, or cannot be together, in a corrected product."""
    found = [
        (name, "in_the_future")
        for name in ("shipped_on", "released_on")
        if getattr(said, name) is not None and getattr(said, name) > today
    ]
    made = said.status in (RELEASED, OUT_OF_SPECIFICATION)
    needed = {"released_on": "say_when", "lot_number": "lot_is_missing", "expires_on": "expiry_is_missing"}
    found += [(name, code) for name, code in needed.items() if made and not getattr(said, name)]
    if said.status == OUT_OF_SPECIFICATION and not said.fault.strip():
        found.append(("fault", "out_of_is_missing"))
    if said.released_on is not None and said.released_on < said.shipped_on:
        found.append(("released_on", "release_before_shipment"))
    if said.expires_on is not None and said.released_on is not None and said.expires_on < said.released_on:
        found.append(("expires_on", "expires_before_release"))
    found += way_faults(
        shipped_on=said.shipped_on,
        maker_received_on=said.maker_received_on,
        expected_on=None,
        stated_on=said.released_on,
        today=today,
    )
    fit = said.status == RELEASED or (said.status == OUT_OF_SPECIFICATION and accepted)
    found += way_back_faults(said.shipped_back_on, fit=fit, released_on=said.released_on, today=today)
    if said.arrived_on is not None and said.released_on is not None and said.arrived_on < said.released_on:
        found.append(("arrived_at", "arrival_before_release"))
    elif said.arrived_on is not None and said.shipped_back_on is not None and said.arrived_on < said.shipped_back_on:
        found.append(("arrived_at", "arrival_before_return"))
    if said.temperature_kept is False and not said.temperature_note.strip():
        found.append(("temperature_note", "say_what_happened_to_it"))
    return found


OOS_DAYS = ("requested_on", "maker_evaluated_on", "patient_told_on", "authority_on")


def oos_faults(said: OosFile, *, stated_on: date, today: date) -> list[tuple[str, str]]:
    """Pairs (field, reason) of what cannot be: a day in the future or before the maker's statement, half an answer."""
    found = []
    for name in OOS_DAYS:
        day = getattr(said, name)
        if day is not None and day > today:
            found.append((name, "in_the_future"))
        elif day is not None and day < stated_on:
            found.append((name, "before_the_statement"))
    if said.patient_told_on is not None and not said.patient_told_by.strip():
        found.append(("patient_told_by", "say_who_told"))
    if said.patient_told_on is None and (said.patient_told_by.strip() or said.patient_agrees is not None):
        found.append(("patient_told_on", "say_when"))
    return found


def not_acceptable(said: OosFile) -> list[str]:
    """The fields that are still missing before a physician may accept the product; none = it may be accepted."""
    missing = [name for name in OOS_DAYS if getattr(said, name) is None]
    return missing + ([] if said.patient_agrees is True else ["patient_agrees"])


def way_faults(
    *,
    shipped_on: date,
    maker_received_on: date | None,
    expected_on: date | None,
    stated_on: date | None,
    today: date,
) -> list[tuple[str, str]]:
    """Pairs (field, reason) of days on the way to the maker that cannot be."""
    found = []
    if maker_received_on is not None and maker_received_on > today:
        found.append(("maker_received_on", "in_the_future"))
    elif maker_received_on is not None and stated_on is not None and maker_received_on > stated_on:
        found.append(("maker_received_on", "after_the_statement"))
    if maker_received_on is not None and maker_received_on < shipped_on:
        found.append(("maker_received_on", "release_before_shipment"))
    if expected_on is not None and expected_on < (maker_received_on or shipped_on):
        found.append(("expected_release_on", "release_before_shipment"))
    return found


def way_back_faults(
    shipped_back_on: date | None, *, fit: bool, released_on: date | None, today: date
) -> list[tuple[str, str]]:
    """Pairs (field, reason): shipped back in the future, before the release, or though it may not be given."""
    if shipped_back_on is None:
        return []
    if not fit or released_on is None:
        return [("shipped_back_on", "not_fit_to_ship")]
    if shipped_back_on > today:
        return [("shipped_back_on", "in_the_future")]
    return [("shipped_back_on", "arrival_before_release")] if shipped_back_on < released_on else []

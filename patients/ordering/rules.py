"""What an order and its slot must say, and how long vein-to-vein would be. Pure: no Django, no clock."""

from dataclasses import dataclass
from datetime import date

from patients.clinical.days import days_between

VERSION = "reference 7, vein-to-vein"

GREEN, AMBER, LATE = "green", "amber", "late"


@dataclass(frozen=True)
class Slot:
    """The days that the maker has confirmed; the infusion's only as far as it is planned."""

    confirmed_on: date
    apheresis_on: date
    shipment_on: date
    release_on: date
    infusion_on: date | None = None


def pharmacy_faults(
    informed_on: date | None, whom: str, *, decided_on: date | None, today: date
) -> list[tuple[str, str]]:
    """Pairs (field, reason): told without a day or a person, in the future, or before there was anything to tell."""
    found = []
    if whom.strip() and informed_on is None:
        found.append(("pharmacy_informed_on", "say_when"))
    if informed_on is not None:
        if not whom.strip():
            found.append(("pharmacy_informed", "say_whom"))
        if informed_on > today:
            found.append(("pharmacy_informed_on", "in_the_future"))
        if decided_on is not None and informed_on < decided_on:
            found.append(("pharmacy_informed_on", "before_decision"))
    return found


def faults(*, ordered_on: date, slot: Slot | None, decided_on: date | None, today: date) -> list[tuple[str, str]]:
    """Pairs (field, reason) of days that cannot be. `decided_on` None: decided on a day that nobody knows."""
    found = []
    if ordered_on > today:
        found.append(("ordered_on", "in_the_future"))
    if decided_on is not None and ordered_on < decided_on:
        found.append(("ordered_on", "before_decision"))
    if slot is None:
        return found
    if slot.confirmed_on > today:
        found.append(("slot_confirmed_on", "in_the_future"))
    if slot.confirmed_on < ordered_on:
        found.append(("slot_confirmed_on", "before_order"))
    if decided_on is not None and slot.apheresis_on < decided_on:
        found.append(("apheresis_on", "before_decision"))
    if slot.shipment_on < slot.apheresis_on:
        found.append(("shipment_on", "before_apheresis"))
    if slot.release_on < slot.shipment_on:
        found.append(("release_on", "before_shipment"))
    if slot.infusion_on is not None and slot.infusion_on < slot.release_on:
        found.append(("infusion_on", "before_release"))
    return found


@dataclass(frozen=True)
class VeinToVein:
    """Days from apheresis to infusion, planned or done. `at_least`: no infusion planned, so release alone takes it."""

    days: int
    band: str
    target_days: int
    at_least: bool = False


def vein_to_vein(
    *, apheresis_on: date, release_on: date | None, infusion_on: date | None, target_days: int, limit_days: int
) -> VeinToVein | None:
    """Vein-to-vein: green up to the hub's target, amber up to its limit, then late (7); None without an end."""
    end = infusion_on or release_on
    if end is None:
        return None
    length = days_between(apheresis_on, end)
    band = GREEN if length <= target_days else AMBER if length <= limit_days else LATE
    return VeinToVein(length, band, target_days, at_least=infusion_on is None)

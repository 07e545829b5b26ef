"""Days of an order and its slot, and vein-to-vein one day each side of target and limit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from patients.ordering.rules import Slot, VeinToVein, faults, vein_to_vein

TODAY = date(2026, 11, 19)
DECIDED = date(2026, 11, 12)
SLOT = Slot(
    confirmed_on=TODAY,
    apheresis_on=date(2026, 11, 26),
    shipment_on=date(2026, 11, 27),
    release_on=date(2026, 12, 20),
    infusion_on=date(2026, 12, 24),
)


@pytest.mark.parametrize(
    ("ordered_on", "slot", "expected"),
    [
        (TODAY, None, []),
        (DECIDED, SLOT, []),
        (date(2026, 11, 11), None, [("ordered_on", "before_decision")]),
        (date(2026, 11, 20), None, [("ordered_on", "in_the_future")]),
        (TODAY, replace(SLOT, confirmed_on=date(2026, 11, 18)), [("slot_confirmed_on", "before_order")]),
        (TODAY, replace(SLOT, confirmed_on=date(2026, 11, 20)), [("slot_confirmed_on", "in_the_future")]),
        (TODAY, replace(SLOT, apheresis_on=date(2026, 11, 11)), [("apheresis_on", "before_decision")]),
        (TODAY, replace(SLOT, shipment_on=date(2026, 11, 25)), [("shipment_on", "before_apheresis")]),
        (TODAY, replace(SLOT, release_on=date(2026, 11, 26)), [("release_on", "before_shipment")]),
        (TODAY, replace(SLOT, infusion_on=date(2026, 12, 19)), [("infusion_on", "before_release")]),
    ],
)
def test_days_that_cannot_be(ordered_on, slot, expected):
    assert faults(ordered_on=ordered_on, slot=slot, decided_on=DECIDED, today=TODAY) == expected


def length(**days):
    told = {"apheresis_on": SLOT.apheresis_on, "release_on": SLOT.release_on, "infusion_on": SLOT.infusion_on} | days
    return vein_to_vein(**told, target_days=28, limit_days=35)


@pytest.mark.parametrize(
    ("days", "band"), [(0, "green"), (28, "green"), (29, "amber"), (35, "amber"), (36, "late"), (60, "late")]
)
def test_vein_to_vein_against_target_and_limit(days, band):
    assert length(infusion_on=SLOT.apheresis_on + timedelta(days=days)) == VeinToVein(days, band, 28)


def test_without_a_planned_infusion_release_gives_the_least():
    assert length(infusion_on=None) == VeinToVein(24, "green", 28, at_least=True)
    assert length(infusion_on=None, release_on=None) is None

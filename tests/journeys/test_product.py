"""A product that fails and the second apheresis, and one out of specification that a physician accepts."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from patients.apheresis.models import Collection
from patients.management.demonstration.course import Course, Who
from patients.management.demonstration.network import PASSWORD
from patients.manufacturing.models import Lot
from patients.pathway.models import Step
from tests.journeys.pages import PHONE, only_pathway

pytestmark = pytest.mark.django_db(transaction=True)

SERRA = Who("Serra", "Ada", "F", date(1962, 4, 9), "Bologna", Decimal("61.0"))


def _in_production(hospital, calendar) -> Course:
    """A course whose cells went to the maker four weeks ago, told by the rooms' own actions."""
    calendar.move_to(calendar.day(0), "08:00")
    course = Course(hospital, calendar.day(0), SERRA, "spoke", "hub", 1)
    course.ask(-60).take_on(-59).decide(-52, "axi-cel").order(-50, collect=-35, ship=-30, release=-2, infuse=10)
    return course.book(-47, on=-35).collect(-35).ship(-30, expected=-2)


def ball() -> tuple[str, str]:
    step = Step.objects.get(has_ball=True)
    return step.code, step.owner_role_id


def test_a_failed_product_goes_back_to_the_order_and_cells_are_collected_again(hospital, people, calendar):
    # Given cells at the maker
    pathway = _in_production(hospital, calendar).pathway
    coordinator = people("coordinator@hub.example", language="en")

    # When the maker says that no product came of them
    calendar.move_to(calendar.day(0), "10:00")
    coordinator.opens("manufacturing:release", pathway.pk).fills(
        outcome="failed", released_on=calendar.day(0), fault="No expansion.", after_failure="again"
    ).sends()

    # Then the ball goes back to the order, the old one is shown, and a new one gets its slot
    assert ball() == ("place_order", "hub_coordinator")
    again_on = calendar.working_day(7, hospital.centres["hub"])
    coordinator.opens("ordering:order", pathway.pk)
    assert "Earlier orders" in coordinator.reads and "ORD-0001" in coordinator.reads
    coordinator.fills(
        order_number="ORD-2",
        ordered_on=calendar.day(0),
        pharmacy_informed="Elisa Monti",
        pharmacy_informed_on=calendar.day(0),
        slot_confirmed_on=calendar.day(0),
        apheresis_on=again_on,
        shipment_on=calendar.day(12),
        release_on=calendar.day(40),
    ).sends()
    start = datetime.combine(again_on, datetime.min.time().replace(hour=8))
    coordinator.opens("apheresis:book", pathway.pk).fills(
        chair=str(hospital.chairs["hub"][0].pk), start=start, hours="5"
    ).sends()
    assert ball() == ("collect_cells", "apheresis_unit")

    # When the unit has looked at what must be ready, and collects again
    unit = people("nurse2@hub.example", window=PHONE)
    calendar.move_to(again_on, "08:10")
    unit.opens("apheresis:prepare", pathway.pk).fills(
        counted_on=again_on,
        alc="0,15",
        anc="2,1",
        platelets="90",
        haemoglobin="10,2",
        serology_on=again_on,
        hbsag="no",
        anti_hbc="no",
        hcv="no",
        hiv="no",
        syphilis="no",
        washouts=["looked_at"],
    ).sends()
    assert not unit.sideways
    calendar.move_to(again_on, "14:00")
    unit.opens("apheresis:record", pathway.pk)
    assert "Conte più basse del desiderato" in unit.reads and "Sierologia incompleta" not in unit.reads
    unit.fills(
        collected_on=again_on, collection_id="AF-2", bags="2", tnc_10e9="9,5", cd3_total_10e9="2,1", complications="no"
    ).sends()
    shipped_on = calendar.day(12)
    calendar.move_to(shipped_on, "15:00")
    unit.opens("manufacturing:ship", pathway.pk).fills(
        shipped_on=shipped_on, waybill="W-2", expected_release_on=calendar.day(40)
    ).sends()
    calendar.move_to(calendar.day(14), "09:00")
    coordinator.opens("manufacturing:follow", pathway.pk).fills(maker_received_on=calendar.day(13)).sends()

    # Then both attempts stand recorded, and one counts
    assert [one.superseded for one in Collection.objects.order_by("collected_on")] == [True, False]
    assert [(one.status, one.superseded) for one in Lot.objects.order_by("shipped_on")] == [
        ("failed", True),
        ("in_production", False),
    ]
    assert only_pathway().milestones.get(what="maker_received", superseded=False).actual_on == calendar.day(13)
    assert ball() == ("confirm_release", "hub_coordinator")
    coordinator.opens("timeline:history", pathway.pk)
    assert "No expansion." in coordinator.reads


def test_a_product_out_of_specification_is_received_once_a_physician_has_accepted_it(hospital, people, calendar):
    # Given a product that the maker states out of specification
    pathway = _in_production(hospital, calendar).pathway
    calendar.move_to(calendar.day(0), "10:00")
    coordinator = people("coordinator@hub.example")
    coordinator.opens("manufacturing:release", pathway.pk).fills(
        outcome="out_of_specification",
        released_on=calendar.day(0),
        lot_number="LOT-1",
        expires_on=calendar.day(300),
        fault="Vitalità 68 %",
    ).sends()
    assert ball() == ("settle_out_of_specification", "hub_haematologist")

    # When somebody would receive it, then the page says why not
    unit = people("nurse2@hub.example")
    unit.opens("manufacturing:receive", pathway.pk)
    assert "fuori specifica e nessun medico l'ha accettato" in unit.reads

    # When the physician's file fills up over two days, it cannot be signed before it is whole
    doctor = people("haematologist@hub.example", language="en")
    doctor.opens("manufacturing:accept", pathway.pk).fills(
        requested_on=calendar.day(0), maker_evaluated_on=calendar.day(0), maker_reference="RA-17"
    ).sends('button[name="do"][value="keep"]')
    assert "Still missing: The patient, Authority or ethics committee" in doctor.reads
    calendar.move_to(calendar.day(1), "11:00")
    doctor.opens("manufacturing:accept", pathway.pk).fills(
        patient_told_on=calendar.day(1),
        patient_told_by="Dr Longo",
        patient_agrees="unknown",
        authority_on=calendar.day(1),
        reason="No other product in time; lower viability weighs less than waiting.",
        password=PASSWORD,
    )
    assert "Without this the product cannot be accepted." in " ".join(doctor.tries())
    doctor.fills(patient_agrees="yes", password=PASSWORD).sends()
    assert Lot.objects.get().accepted_by == doctor.user

    # Then it is shipped back, and two people receive it with its temperature and its place
    calendar.move_to(calendar.day(2), "16:00")
    coordinator.opens("manufacturing:follow", pathway.pk).fills(shipped_back_on=calendar.day(2)).sends()
    arrived_at = calendar.move_to(calendar.day(3), "09:30")
    calendar.move_to(calendar.day(3), "09:40")
    read = {
        "patient": pathway.patient.number,
        "product": "LOT-1",
        "collection": "AF-0001",
        "expiry": calendar.day(300),
    }
    unit.opens("manufacturing:receive", pathway.pk).fills(
        arrived_at=arrived_at, temperature_kept="yes", storage_position="Tank 2, rack 4", **read
    ).sends()
    doctor.opens("manufacturing:receive", pathway.pk).fills(who="me", **read).sends()
    lot = Lot.objects.get()
    assert (lot.received_on, lot.temperature_kept, lot.storage_position) == (calendar.day(3), True, "Tank 2, rack 4")
    assert ball() == ("plan_lymphodepletion", "hub_haematologist")

"""A refusal that may not rest on age alone, and a death that closes everything."""

import pytest

from patients.capacity.models import Booking
from patients.pathway.models import Pathway, Step
from patients.reminders.models import Reminder
from tests.journeys.pages import PHONE, only_pathway

pytestmark = pytest.mark.django_db(transaction=True)


def _asked_early(hospital, people, calendar) -> Pathway:
    """A referral that the hub has taken on, two days after it was sent."""
    calendar.move_to(calendar.day(0), "09:00")
    referrer = people("haematologist@spoke.example", window=PHONE)
    referrer.opens("referral:ask").fills(
        fiscal_code="SLAVNI44E54A944N",
        treating=True,
        family_name="Sala",
        given_name="Ivana",
        disease="lbcl",
        status="refractory",
        lines="2",
        ecog="2",
        needed_within_days="14",
        referrer_phone="+39 0542 555 010",
        hub=str(hospital.centres["hub"].pk),
    ).sends('button[name="do"][value="send"]')
    pathway = only_pathway()
    calendar.move_to(calendar.day(1), "09:00")
    people("coordinator@hub.example").opens("referral:answer", pathway.pk).fills(kind="taken_on").sends()
    return pathway


def test_age_alone_refuses_nobody_and_a_refusal_with_its_reason_closes_the_pathway(hospital, people, calendar):
    # Given a patient of 82 before the board
    pathway = _asked_early(hospital, people, calendar)
    calendar.move_to(calendar.day(2), "13:00")
    haematologist = people("haematologist@hub.example", language="en")

    # When the board refuses for age alone
    haematologist.opens("eligibility:decide", pathway.pk).fills(
        kind="not_eligible",
        grounds=["age"],
        reason="Too old.",
        instead="Palliative care near home.",
        board_on=calendar.day(2),
        deciders="M. Longo",
    )
    said = haematologist.tries()

    # Then nothing is decided, the page says why beside the field, and what was typed stands
    assert "Age and comorbidity alone never decide" in " ".join(said)
    assert haematologist.page.input_value('[name="reason"]') == "Too old."
    assert only_pathway().status == Pathway.Status.OPEN

    # When the refusal rests on more, with its reason
    haematologist.fills(
        grounds=["organ_function"], reason="Ejection fraction 30 %, not treatable; the patient was told."
    ).sends()

    # Then the pathway is closed, and the referrer reads why and what to do instead
    assert only_pathway().status == Pathway.Status.CLOSED
    referrer = people("haematologist@spoke.example").opens("timeline:pathway", pathway.pk)
    assert "Ejection fraction 30 %" in referrer.reads
    assert "Palliative care near home." in referrer.reads
    assert not referrer.sideways


def test_a_death_closes_what_is_open(hospital, people, calendar):
    # Given a patient with an order and a booked chair
    pathway = _asked_early(hospital, people, calendar)
    calendar.move_to(calendar.day(2), "13:00")
    hub = hospital.centres["hub"]
    haematologist, coordinator = people("haematologist@hub.example"), people("coordinator@hub.example")
    haematologist.opens("eligibility:decide", pathway.pk).fills(
        kind="eligible",
        product="axi-cel",
        reason="Refrattaria a due linee.",
        board_on=calendar.day(2),
        deciders="M. Longo",
    ).sends()
    collected_on = calendar.working_day(9, hub)
    coordinator.opens("ordering:order", pathway.pk).fills(
        order_number="ORD-78",
        ordered_on=calendar.day(2),
        slot_confirmed_on=calendar.day(2),
        apheresis_on=collected_on,
        shipment_on=collected_on,
        release_on=calendar.day(40),
    ).sends()
    start = calendar.move_to(collected_on, "08:30")
    calendar.move_to(calendar.day(2), "15:00")
    coordinator.opens("apheresis:book", pathway.pk).fills(
        chair=str(hospital.chairs["hub"][0].pk), start=start, hours="5"
    ).sends()

    # When the referrer records the death, on the telephone
    calendar.move_to(calendar.day(5), "11:00")
    referrer = people("haematologist@spoke.example").opens("pathway:death", pathway.pk)
    referrer.fills(died_on=calendar.day(4)).sends()

    # Then the pathway is closed, nothing stays open, and the chair is free again
    closed = only_pathway()
    assert (closed.status, closed.exit_reason, closed.patient.died_on) == (
        Pathway.Status.CLOSED,
        Pathway.ExitReason.DEATH_BEFORE_INFUSION,
        calendar.day(4),
    )
    assert not Step.objects.filter(done_at__isnull=True, dropped_at__isnull=True, has_ball=True).exists()
    assert not Booking.objects.filter(cancelled_at__isnull=True).exists()
    assert not Reminder.objects.filter(state="planned").exists()
    assert "Deceduto" in coordinator.opens("timeline:pathway", pathway.pk).reads

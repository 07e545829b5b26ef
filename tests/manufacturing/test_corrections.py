"""A product corrected with a reason: its days move, and what two people compared is compared again or stands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from patients.audit import clock
from patients.audit.refusals import Conflict, Refused
from patients.identity.models import CareLink
from patients.manufacturing import actions, corrections, rules
from patients.manufacturing.models import Lot
from patients.manufacturing.rules import LotFacts
from patients.pathway.stages import Stage
from tests.course import Course, released
from tests.forms import send, token
from tests.manufacturing.test_views import browser, page

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=released)]
TODAY = date(2026, 6, 10)
WHOLE = LotFacts(
    status="released",
    shipped_on=date(2026, 4, 20),
    maker_received_on=date(2026, 4, 21),
    released_on=date(2026, 5, 20),
    lot_number="L",
    expires_on=date(2027, 5, 20),
    shipped_back_on=date(2026, 5, 21),
    arrived_on=date(2026, 5, 22),
)


@pytest.fixture
def course(prepared) -> Course:
    return prepared


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"shipped_on": date(2026, 6, 11)}, ["in_the_future", "release_before_shipment", "release_before_shipment"]),
        ({"maker_received_on": date(2026, 5, 21)}, ["after_the_statement"]),
        ({"released_on": None}, ["say_when", "not_fit_to_ship"]),
        ({"lot_number": ""}, ["lot_is_missing"]),
        ({"expires_on": None}, ["expiry_is_missing"]),
        ({"expires_on": date(2026, 5, 19)}, ["expires_before_release"]),
        ({"status": "out_of_specification", "fault": "viability"}, ["not_fit_to_ship"]),
        ({"status": "out_of_specification", "shipped_back_on": None}, ["out_of_is_missing"]),
        ({"arrived_on": date(2026, 5, 20)}, ["arrival_before_return"]),
        ({"arrived_on": date(2026, 5, 19)}, ["arrival_before_release"]),
        ({"temperature_kept": False}, ["say_what_happened_to_it"]),
    ],
)
def test_a_corrected_product_has_no_impossible_days(changes, faults):
    found = rules.lot_faults(replace(WHOLE, **changes), accepted=False, today=TODAY)
    assert [code for _field, code in found] == faults


def correct(course, why="read again", version=None, **said) -> Lot:
    lot = actions.standing_lot(course.pathway)
    given = {name: said.pop(name) for name in ("arrived_at", "storage_position") if name in said}
    return corrections.correct(
        pathway=course.pathway, version=version or lot.version, said=said, why=why, by=course.coordinator, **given
    )


def faults(refused) -> list[tuple]:
    return [(reason.field, reason.code) for reason in refused.value.reasons]


def happened(course) -> dict:
    rows = course.pathway.milestones.happened()
    return {row.what: row.actual_on for row in rows if row.what in ("shipped", "released", "received")}


def test_days_move_with_their_milestones_and_nobody_compares_again_what_nobody_compared(course):
    with pytest.raises(Refused) as refused:
        correct(course, why=" ", carrier="DHL")
    assert faults(refused) == [("why", "reason_missing")]
    with pytest.raises(Refused) as refused:
        correct(course, shipped_on=course.ago(51))
    assert faults(refused) == [("shipped_on", "impossible_order")]
    version = course.lot.version
    lot = correct(course, shipped_on=course.ago(48), released_on=course.ago(13), lot_number="LOT-7", carrier="DHL")
    assert happened(course) == {"shipped": course.ago(48), "released": course.ago(13)}
    stay = course.pathway.entries.get(stage=Stage.MANUFACTURING, superseded=False)
    assert (stay.started_on, lot.carrier, corrections.recorded(lot).lot_number) == (course.ago(48), "DHL", "LOT-7")
    assert Lot.objects.filter(pathway=course.pathway).count() == 1
    with pytest.raises(Conflict):
        correct(course, version=version, carrier="TNT")
    with pytest.raises(Refused) as refused:
        correct(course, carrier="DHL")
    assert faults(refused) == [(None, "nothing_corrected")]


def test_a_number_that_two_people_compared_takes_the_receipt_back(course):
    course.receive(course.laboratory)
    course.receive(course.pharmacist)
    first = course.lot
    correct(course, coi="COI-9", storage_position="A-4")  # nobody read this one
    assert (course.lot.pk, course.lot.storage_position) == (first.pk, "A-4")
    lot = correct(course, lot_number="LOT-9")
    first.refresh_from_db()
    assert (first.superseded, first.receipt_id is None, lot.received_on, lot.receipt_id) == (True, False, None, None)
    assert happened(course) == {"shipped": course.ago(49), "released": course.ago(14)}
    assert actions.not_available(actions.facts(lot), course.ago(0)) == ["product_not_received"]
    assert course.pathway.entries.get(stage=Stage.MANUFACTURING, superseded=False).ended_on is None
    assert CareLink.objects.filter(patient=course.patient, role="pharmacist", ends_at=None).count() == 1
    course.receive(course.laboratory, product="LOT-9")
    course.receive(course.pharmacist, product="LOT-9")
    assert happened(course)["received"] == course.ago(12)


def test_a_first_persons_check_does_not_wait_for_a_second_once_the_expiry_is_another(course):
    course.receive(course.laboratory)
    correct(course, expires_on=date(2098, 12, 31))
    row = course.receive(course.pharmacist)
    assert (row.first_id, course.lot.received_on) == (None, None)


def test_released_is_corrected_to_out_of_specification_and_waits_for_its_acceptance(course):
    lot = correct(course, status="out_of_specification", fault="viability 65 %")
    assert (lot.fit, happened(course)) == (False, {"shipped": course.ago(49)})
    assert course.pathway.steps.get(done_at=None, dropped_at=None, code="settle_out_of_specification")
    course.accepted()
    course.receive(course.laboratory, arrived_at=clock.now())
    course.receive(course.pharmacist)
    first = course.lot
    lot = correct(course, lot_number="LOT-8")
    assert (lot.fit, lot.accepted_at, lot.received_on) == (True, first.accepted_at, None)
    assert lot.oos_file.patient_told_by == first.oos_file.patient_told_by
    assert happened(course)["released"] == course.ago(0)


def test_once_lymphodepletion_has_begun_what_was_compared_stands(course):
    course.receive(course.laboratory)
    course.receive(course.pharmacist)
    course.planned_to()
    course.stated().given(5)
    with pytest.raises(Refused) as refused:
        correct(course, lot_number="LOT-9", expires_on=date(2098, 12, 31))
    assert faults(refused) == [("expires_on", "compared_and_in_use"), ("lot_number", "compared_and_in_use")]
    later = course.noon(12) + timedelta(hours=1)
    assert correct(course, waybill="W-1", arrived_at=later).arrived_at == later


def test_the_page_shows_no_number_that_two_people_read_and_both_versions_on_a_conflict(course):
    client, url = browser(course.coordinator), page(course, "correct")
    shown = client.get(url).content.decode()
    assert [secret for secret in ("LOT-0001", "COI-0001", "31/12/2099") if secret in shown] == []
    said = {
        "shipped_on": f"{course.ago(48):%d/%m/%Y}",
        "status": "released",
        "released_on": f"{course.ago(14):%d/%m/%Y}",
    }
    assert list(send(client, url, **said).context["form"].errors) == ["why"]
    opened = token(client, url)
    correct(course, carrier="DHL")
    stale = client.post(url, {"token": opened, **said, "carrier": "TNT", "why": "from another tab"})
    assert (stale.status_code, [(one.stands, one.typed) for one in stale.context["conflict"]][1:]) == (
        409,
        [("DHL", "TNT")],
    )
    assert send(client, url, **said, why="waybill read again").status_code == 302
    assert happened(course)["shipped"] == course.ago(48)

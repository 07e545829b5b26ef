"""Shipment, the maker's word and the receipt in the browser's terms."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from patients.identity.chain import IdentityIncident
from patients.manufacturing import views
from patients.manufacturing.models import Lot, OutOfSpecificationFile
from patients.manufacturing.rules import OOS_DAYS
from patients.pathway import second_person
from tests import world
from tests.course import Course, collected, decided, released
from tests.forms import send, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=decided)]


@pytest.fixture
def course(prepared) -> Course:
    return prepared


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(course, name: str) -> str:
    return reverse(f"manufacturing:{name}", args=[course.pathway.pk])


def day(course, ago: int) -> str:
    return f"{course.ago(ago):%d/%m/%Y}"


def labels(course, **changes) -> dict:
    """What the two people read: the bag, the wristband, and for the first one the hour of arrival."""
    return {
        **course.right,
        "expiry": "31/12/2099",
        "arrived_at_day": day(course, 12),
        "arrived_at_time": "11:20",
        **changes,
    }


@pytest.mark.prepared(by=collected)
def test_cells_are_shipped_released_and_received_by_two_people(course):
    course.collected()
    laboratory = browser(course.laboratory)
    shipped = {"shipped_on": day(course, 49), "coi": "COI-0001", "expected_release_on": day(course, 20)}
    assert send(laboratory, page(course, "ship"), **shipped).status_code == 302
    released = {
        "outcome": "released",
        "released_on": day(course, 14),
        "lot_number": "LOT-0001",
        "expires_on": "31/12/2099",
    }
    assert send(laboratory, page(course, "release"), **released).status_code == 302
    assert send(laboratory, page(course, "receive"), **labels(course)).status_code == 302
    answer = send(browser(course.pharmacist), page(course, "receive"), **labels(course, who="me"))
    assert answer.status_code == 302
    assert course.lot.received_on == course.ago(12)
    assert "cp-note--ok" in laboratory.get(page(course, "receive")).content.decode()


@pytest.mark.prepared(by=released)
def test_the_second_person_receives_with_the_own_password_beside_the_first(course):
    course.released()
    client = browser(course.laboratory)
    send(client, page(course, "receive"), **labels(course))
    beside = {"who": "colleague", "email": course.pharmacist.email, "password": world.PASSWORD}
    assert send(client, page(course, "receive"), **labels(course, **beside)).status_code == 302
    assert (course.lot.receipt.by, course.lot.receipt.own_log_in) == (course.pharmacist, False)


@pytest.mark.prepared(by=released)
def test_the_receipt_does_not_show_what_is_to_be_read_from_the_label(course):
    course.released()
    send(browser(course.laboratory), page(course, "receive"), **labels(course))
    shown = browser(course.pharmacist).get(page(course, "receive")).content.decode()
    for secret in (course.patient.number, "LOT-0001", "AF-0001", "COI-0001", "31/12/2099"):
        assert secret not in shown


@pytest.mark.prepared(by=released)
def test_another_expiry_on_the_label_is_a_stop(course):
    course.released()
    answer = send(browser(course.laboratory), page(course, "receive"), **labels(course, expiry="31/12/2098"))
    assert answer.status_code == 302
    assert IdentityIncident.objects.get().check_row.mismatched == ["expiry"]
    assert "cp-note--danger" in browser(course.pharmacist).get(page(course, "receive")).content.decode()


@pytest.mark.prepared(by=collected)
@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"outcome": "released"}, ["lot_number", "expires_on"]),
        ({"outcome": "out_of_specification", "lot_number": "L", "expires_on": "31/12/2099"}, ["fault"]),
        ({"outcome": "failed"}, ["fault", "after_failure"]),
        ({}, ["outcome"]),
    ],
)
def test_what_the_maker_says_decides_what_is_asked(course, typed, fields):
    course.shipped()
    answer = send(browser(course.coordinator), page(course, "release"), released_on=day(course, 14), **typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert [name for name in views.ReleaseForm.base_fields if f'id="id_{name}_error"' in shown] == fields
    assert f'value="{day(course, 14)}"' in shown
    assert course.lot.status == "in_production"


def test_out_of_specification_is_accepted_by_a_physician_once_its_file_is_whole(course):
    course.released(out_of="viability 65 %")
    parts = dict.fromkeys(OOS_DAYS, day(course, 13)) | {"patient_told_by": "Dr Neri", "patient_agrees": "yes"}
    doctor = browser(course.haematologist)
    assert browser(course.coordinator).get(page(course, "accept")).status_code == 403
    assert send(doctor, page(course, "accept"), requested_on=day(course, 13), do="keep").status_code == 302
    assert OutOfSpecificationFile.objects.get().requested_by == course.haematologist
    answer = send(
        doctor, page(course, "accept"), **parts | {"patient_agrees": "no"}, reason="b", password=world.PASSWORD
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["patient_agrees"]
    early = send(doctor, page(course, "accept"), **parts | {"authority_on": day(course, 15)}, do="keep")
    assert list(early.context["form"].errors) == ["authority_on"]
    whole = parts | {"reason": "benefit outweighs the risk"}
    for password in ("", "not mine"):
        refused = send(doctor, page(course, "accept"), **whole, password=password)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["password"])
    assert course.lot.accepted_by is None
    for _ in range(second_person.MOST_WRONG - 1):
        send(doctor, page(course, "accept"), **whole, password="not mine")
    too_often = send(doctor, page(course, "accept"), **whole, password=world.PASSWORD)
    assert list(too_often.context["form"].errors) == ["password"]
    cache.clear()
    assert send(doctor, page(course, "accept"), **whole, password=world.PASSWORD).status_code == 302
    assert (course.lot.accepted_by, course.lot.acceptance_reason) == (
        course.haematologist,
        "benefit outweighs the risk",
    )


@pytest.mark.prepared(by=collected)
def test_a_failed_product_goes_back_to_the_order(course):
    course.shipped()
    typed = {"outcome": "failed", "released_on": day(course, 14), "fault": "no growth", "after_failure": "again"}
    assert send(browser(course.coordinator), page(course, "release"), **typed).status_code == 302
    assert Lot.objects.get().superseded
    assert course.pathway.steps.get(has_ball=True).code == "place_order"


@pytest.mark.prepared(by=collected)
def test_from_an_old_tab_nothing_is_released_twice(course):
    course.shipped()
    client = browser(course.coordinator)
    typed = {
        "token": token(client, page(course, "release")),
        "outcome": "released",
        "released_on": day(course, 14),
        "lot_number": "LOT-0002",
        "expires_on": "31/12/2099",
    }
    send(client, page(course, "release"), **{**typed, "token": token(client, page(course, "release"))})
    answer = client.post(page(course, "release"), typed)
    assert answer.status_code == 409
    assert 'value="LOT-0002"' in answer.content.decode()


@pytest.mark.prepared(by=released)
def test_a_form_of_another_patient_is_refused(course):
    course.released()
    twin = Course(course.world, number="CP-0002").released()
    client = browser(course.laboratory)
    form = {"token": token(client, page(course, "receive")), **labels(course)}
    assert client.post(page(twin, "receive"), form).status_code == 400
    assert not IdentityIncident.objects.exists()


@pytest.mark.prepared(by=collected)
def test_who_may_open_the_products_pages(course):
    course.shipped()
    made = course.world
    people = {
        "coordinator": course.coordinator,
        "haematologist": course.haematologist,
        "laboratory": course.laboratory,
        "pharmacist": course.pharmacist,
        "nurse": course.nurse,
        "data manager": made.user("data_manager", "hub"),
        "other hub": made.user("cell_laboratory", "hub2"),
    }
    names = ("ship", "follow", "accept", "receive")
    answers = {
        who: [browser(user).get(page(course, name)).status_code for name in names] for who, user in people.items()
    }
    assert answers == {
        "coordinator": [200, 200, 403, 403],
        "haematologist": [200, 200, 200, 200],
        "laboratory": [200, 200, 403, 200],
        "pharmacist": [200, 200, 403, 200],
        "nurse": [403, 403, 403, 403],
        "data manager": [403, 403, 403, 403],
        "other hub": [404, 404, 404, 404],
    }

"""Booking a chair and recording a collection in the browser's terms."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from patients.apheresis import actions
from patients.apheresis.models import Collection
from patients.audit import clock
from patients.capacity.actions import add_resource, next_free
from patients.capacity.models import Booking
from tests.course import Course, decided
from tests.forms import send, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=decided)]


@pytest.fixture
def course(prepared) -> Course:
    return prepared


@pytest.fixture
def chair(course):
    return add_resource(centre=course.hub, kind="apheresis_chair", name="Chair 1", by=course.coordinator)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(course, name: str) -> str:
    return reverse(f"apheresis:{name}", args=[course.pathway.pk])


def typed(chair, number=0, **changes) -> dict:
    start = clock.local(next_free(chair, clock.now(), timedelta(hours=5))[number], "Europe/Rome")
    return {
        "chair": str(chair.pk),
        "start_day": f"{start:%d/%m/%Y}",
        "start_time": f"{start:%H:%M}",
        "hours": "5",
        **changes,
    }


def test_a_chair_is_booked(course, chair):
    assert send(browser(course.coordinator), page(course, "book"), **typed(chair)).status_code == 302
    assert Booking.objects.get().resource == chair


def test_a_taken_chair_says_when_it_is_free_beside_the_start_and_keeps_what_was_typed(course, chair):
    other = Course(course.world, number="CP-0002")
    wanted = typed(chair)
    send(browser(course.coordinator), page(other, "book"), **wanted)
    answer = send(browser(course.coordinator), page(course, "book"), **wanted)
    shown = answer.content.decode()
    assert answer.status_code == 422
    error = shown[shown.index('id="id_start_error"') :]
    assert "Chair 1" in error[:400]
    free = clock.local(next_free(chair, clock.now(), timedelta(hours=5))[0], "Europe/Rome")
    assert f"{free:%d/%m/%Y %H:%M}" in error[:600]
    assert f'value="{wanted["start_day"]}"' in shown
    assert Booking.objects.count() == 1


def test_a_double_click_books_once(course, chair):
    client, address = browser(course.coordinator), page(course, "book")
    form = {"token": token(client, address), **typed(chair)}
    answers = [client.post(address, form).status_code for _ in range(2)]
    assert answers[0] == 302
    assert Booking.objects.count() == 1


def test_a_move_asks_why(course, chair):
    client = browser(course.coordinator)
    send(client, page(course, "book"), **typed(chair))
    later = typed(chair, 1)
    answer = send(client, page(course, "book"), **later)
    assert answer.status_code == 422
    assert 'id="id_why_error"' in answer.content.decode()
    assert send(client, page(course, "book"), **later, why="fever").status_code == 302
    assert Booking.objects.filter(cancelled_at=None).count() == 1


def test_two_tabs_on_one_booking_meet(course, chair):
    send(browser(course.coordinator), page(course, "book"), **typed(chair))
    client = browser(course.unit)
    form = {"token": token(client, page(course, "book")), **typed(chair, 1), "why": "from the other tab"}
    send(browser(course.coordinator), page(course, "book"), **typed(chair, 2), why="fever")
    answer = client.post(page(course, "book"), form)
    assert answer.status_code == 409
    assert "from the other tab" in answer.content.decode()


def test_given_back_with_a_reason(course, chair):
    send(browser(course.coordinator), page(course, "book"), **typed(chair))
    assert send(browser(course.coordinator), page(course, "give_back"), why="").status_code == 422
    assert send(browser(course.coordinator), page(course, "give_back"), why="fever").status_code == 302
    assert actions.booking(course.pathway) is None


def collected(course, **changes) -> dict:
    return {
        "collected_on": f"{course.ago(50):%d/%m/%Y}",
        "collection_id": "AF 0001",
        "cd3_total_10e9": "4,2",
        "complications": "no",
        **changes,
    }


def test_a_collection_is_recorded_with_a_decimal_comma(course):
    assert send(browser(course.haematologist), page(course, "record"), **collected(course)).status_code == 302
    assert str(Collection.objects.get().cd3_total_10e9) == "4.20"


def test_what_was_counted_later_is_completed_and_the_numbers_of_the_bag_stay(course):
    client = browser(course.haematologist)
    send(client, page(course, "record"), **collected(course, cd3_total_10e9=""))
    later = {"bags": "2", "tnc_10e9": "9,5", "cd3_total_10e9": "3,1", "complications": "yes"}
    assert send(client, page(course, "record"), **later, complications_note="ipocalcemia").status_code == 302
    made = Collection.objects.get()
    assert (made.bags, made.tnc_10e9, made.cd3_total_10e9) == (2, Decimal("9.50"), Decimal("3.10"))
    assert (made.complications_note, made.collected_on) == ("ipocalcemia", course.ago(50))
    answer = send(client, page(course, "record"), **later | {"tnc_10e9": "3"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["cd3_total_10e9"])


def test_a_second_tab_that_names_another_collection_meets_the_first_and_loses_nothing(course):
    client = browser(course.haematologist)
    form = {"token": token(client, page(course, "record")), **collected(course, collection_id="AF-77")}
    send(client, page(course, "record"), **collected(course))
    answer = client.post(page(course, "record"), form)
    assert answer.status_code == 409
    assert 'value="AF-77"' in answer.content.decode()
    assert Collection.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"collected_on": "31/02/2026"}, "collected_on"),
        ({"collected_on": "01/01/2099"}, "collected_on"),
        ({"collected_on": "01/01/2020"}, "collected_on"),
        ({"collection_id": " - "}, "collection_id"),
        ({"collection_id": ""}, "collection_id"),
        ({"cd3_total_10e9": "1.234"}, "cd3_total_10e9"),
        ({"complications": ""}, "complications"),
        ({"complications": "unknown", "complications_note": "fever"}, "complications"),
    ],
)
def test_bad_input_gets_its_error_beside_the_field_and_loses_nothing(course, changes, field):
    answer = send(browser(course.haematologist), page(course, "record"), **collected(course, din="DIN-77", **changes))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in shown
    assert 'value="DIN-77"' in shown
    assert Collection.objects.count() == 0


def test_a_form_of_another_patient_is_refused(course, chair):
    other = Course(course.world, number="CP-0002")
    client = browser(course.haematologist)
    form = {"token": token(client, page(course, "record")), **collected(course)}
    assert client.post(page(other, "record"), form).status_code == 400
    assert Collection.objects.count() == 0


def test_who_may_book_and_record(course):
    course.collected()
    world = course.world
    people = {
        "coordinator": course.coordinator,
        "haematologist": course.haematologist,
        "nurse": course.nurse,
        "laboratory": course.laboratory,
        "referrer": world.user("referral_haematologist", "spoke"),
        "other hub": world.user("hub_coordinator", "hub2"),
        "other spoke": world.user("referral_haematologist", "spoke2"),
    }
    answers = {
        who: [browser(user).get(page(course, name)).status_code for name in ("book", "record")]
        for who, user in people.items()
    }
    assert answers == {
        "coordinator": [200, 200],
        "haematologist": [403, 200],
        "nurse": [403, 200],
        "laboratory": [403, 403],
        "referrer": [403, 403],
        "other hub": [404, 404],
        "other spoke": [404, 404],
    }

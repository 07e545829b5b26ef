"""Planning and recording lymphodepletion in the browser's terms."""

import pytest
from django.test import Client
from django.urls import reverse

from patients.lymphodepletion.models import LymphodepletionDay, LymphodepletionPlan
from tests.course import Course, received, released
from tests.forms import send, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=received)]


@pytest.fixture
def course(prepared) -> Course:
    return prepared


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(course, name: str) -> str:
    return reverse(f"lymphodepletion:{name}", args=[course.pathway.pk])


def planned(course, start=5, **changes) -> dict:
    return {"regimen": "axi-cel", "starts_on": f"{course.ago(start):%d/%m/%Y}", **changes}


def test_a_plan_without_a_day_of_infusion_takes_the_first_of_the_window(course):
    course.received()
    assert send(browser(course.haematologist), page(course, "plan"), **planned(course)).status_code == 302
    assert LymphodepletionPlan.objects.get().infusion_on == course.ago(0)


@pytest.mark.prepared(by=released)
def test_without_the_product_the_page_says_what_is_missing_and_refuses(course):
    course.released()
    client = browser(course.haematologist)
    assert "cp-block" in client.get(page(course, "plan")).content.decode()
    assert send(client, page(course, "plan"), **planned(course)).status_code == 422
    assert not LymphodepletionPlan.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"regimen": ""}, "regimen"),
        ({"regimen": "liso-cel"}, "regimen"),
        ({"starts_on": "yesterday"}, "starts_on"),
        ({"starts_on": "01/01/2020"}, "starts_on"),
        ({"infusion_on": "31/12/2098"}, "window_reason"),
    ],
)
def test_bad_input_gets_its_error_beside_the_field(course, changes, field):
    course.received()
    answer = send(browser(course.haematologist), page(course, "plan"), **planned(course, **changes))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not LymphodepletionPlan.objects.exists()


def days(course, *answers) -> dict:
    return {f"given_{course.ago(5 - number):%Y%m%d}": answer for number, answer in enumerate(answers)}


def test_the_nurse_records_day_by_day(course):
    course.planned()
    nurse = browser(course.nurse)
    assert send(nurse, page(course, "record"), **days(course, "yes")).status_code == 302
    assert send(nurse, page(course, "record"), **{f"given_{course.ago(4):%Y%m%d}": "yes"}).status_code == 302
    last = {f"given_{course.ago(3):%Y%m%d}": "no", f"note_{course.ago(3):%Y%m%d}": "fever"}
    assert send(nurse, page(course, "record"), **last).status_code == 302
    assert list(LymphodepletionDay.objects.order_by("day").values_list("given", "note")) == [
        (True, ""),
        (True, ""),
        (False, "fever"),
    ]
    row = LymphodepletionDay.objects.get(given=False)
    strike = f"{page(course, 'record')}?strike={row.pk}"
    assert strike in nurse.get(page(course, "record")).content.decode()
    assert [nurse.get(f"{page(course, 'record')}?strike={key}").status_code for key in ("x", course.pathway.pk)] == [
        404,
        404,
    ]
    assert list(send(nurse, strike).context["form"].errors) == ["why"]
    assert send(nurse, strike, why="it was given").status_code == 302
    row.refresh_from_db()
    assert (row.stands, nurse.get(strike).status_code) == (False, 404)
    assert "it was given" in nurse.get(page(course, "record")).content.decode()


def test_the_first_open_day_wants_an_answer(course):
    course.planned()
    answer = send(browser(course.nurse), page(course, "record"), **{f"given_{course.ago(4):%Y%m%d}": "yes"})
    assert answer.status_code == 422
    assert f'id="id_given_{course.ago(5):%Y%m%d}_error"' in answer.content.decode()


def test_a_double_click_records_once_and_an_old_tab_meets_the_new_one(course):
    course.planned()
    client = browser(course.nurse)
    old = token(client, page(course, "record"))
    form = {"token": token(client, page(course, "record")), **days(course, "yes")}
    first = client.post(page(course, "record"), form).status_code
    client.post(page(course, "record"), form)
    assert first == 302
    assert LymphodepletionDay.objects.get(given=True).version == 2
    rest = {f"given_{course.ago(4):%Y%m%d}": "yes"}
    assert client.post(page(course, "record"), {"token": old, **rest}).status_code == 409


def test_a_form_of_another_patient_is_refused(course):
    course.received()
    twin = Course(course.world, number="CP-0002").received()
    client = browser(course.haematologist)
    form = {"token": token(client, page(course, "plan")), **planned(course)}
    assert client.post(page(twin, "plan"), form).status_code == 400
    assert not LymphodepletionPlan.objects.exists()


def test_who_may_plan_and_record(course):
    course.planned()
    made = course.world
    people = {
        "coordinator": course.coordinator,
        "haematologist": course.haematologist,
        "nurse": course.nurse,
        "pharmacist": course.pharmacist,
        "data manager": made.user("data_manager", "hub"),
        "referrer": made.user("referral_haematologist", "spoke"),
        "other hub": made.user("hub_haematologist", "hub2"),
    }
    answers = {
        who: [browser(user).get(page(course, name)).status_code for name in ("plan", "record")]
        for who, user in people.items()
    }
    assert answers == {
        "coordinator": [200, 200],
        "haematologist": [200, 200],
        "nurse": [403, 200],
        "pharmacist": [403, 403],
        "data manager": [403, 403],
        "referrer": [403, 403],
        "other hub": [404, 404],
    }

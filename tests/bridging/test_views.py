"""Bridging in the browser's terms; the referral centre records it too."""

import pytest
from django.test import Client
from django.urls import reverse

from patients.bridging.models import BridgingCourse
from tests.course import Course, collected, decided
from tests.forms import send, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=decided)]


@pytest.fixture
def course(prepared) -> Course:
    return prepared


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(course) -> str:
    return reverse("bridging:record", args=[course.pathway.pk])


def given(course, **changes) -> dict:
    return {
        "given": "yes",
        "modality": "radiotherapy",
        "started_on": f"{course.ago(40):%d/%m/%Y}",
        "centre": str(course.pathway.referring_centre_id),
        "setting": "outpatient",
        **changes,
    }


def test_the_referral_centre_records_a_course_and_its_end(course):
    referrer = browser(course.world.user("referral_haematologist", "spoke"))
    assert send(referrer, address(course), **given(course)).status_code == 302
    row = BridgingCourse.objects.get()
    assert (row.modality, row.centre_id, row.ended_on) == (
        "radiotherapy",
        course.pathway.referring_centre_id,
        None,
    )
    page = reverse("bridging:course", args=[course.pathway.pk, row.pk])
    assert page in referrer.get(address(course)).content.decode()
    told = {name: text for name, text in given(course).items() if name != "given"}
    ended = told | {"ended_on": f"{course.ago(30):%d/%m/%Y}", "response": "partial"}
    assert send(referrer, page, **ended).status_code == 302
    row.refresh_from_db()
    assert (row.ended_on, row.response) == (course.ago(30), "partial")
    moved = send(referrer, page, **ended | {"started_on": f"{course.ago(41):%d/%m/%Y}"})
    assert (moved.status_code, 'id="id_why_error"' in moved.content.decode()) == (422, True)
    assert list(send(referrer, page, **ended, struck="on").context["form"].errors) == ["why"]
    right = Course(course.world, number="CP-0009")
    moving = {"right_patient": str(right.pathway.pk), "why": "another patient's"}
    assert send(referrer, page, **ended, **moving).status_code == 302
    row.refresh_from_db()
    assert row.struck_why == "another patient's"
    copy = BridgingCourse.objects.get(pathway=right.pathway)
    assert (copy.came_from_id, copy.ended_on, copy.stands) == (row.pk, course.ago(30), True)
    assert not course.pathway.entries.filter(stage="bridging", superseded=False).exists()


def test_none_is_an_answer(course):
    assert send(browser(course.coordinator), address(course), given="no").status_code == 302
    row = BridgingCourse.objects.get()
    assert row.given is False
    page = reverse("bridging:course", args=[course.pathway.pk, row.pk])
    assert page in browser(course.coordinator).get(address(course)).content.decode()
    assert send(browser(course.coordinator), page, why="of another patient").status_code == 302
    row.refresh_from_db()
    assert (row.stands, row.struck_why) == (False, "of another patient")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"modality": ""}, "modality"),
        ({"started_on": ""}, "started_on"),
        ({"started_on": "01/01/2020"}, "started_on"),
        ({"ended_on": "01/01/2099"}, "ended_on"),
        ({"given": ""}, "given"),
        ({"centre": "00000000-0000-0000-0000-000000000000"}, "centre"),
    ],
)
def test_bad_input_gets_its_error_beside_the_field(course, changes, field):
    answer = send(browser(course.coordinator), address(course), **given(course, **changes))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not BridgingCourse.objects.exists()


def test_a_double_click_is_one_course_and_an_old_tab_meets_the_new_one(course):
    client = browser(course.coordinator)
    old = token(client, address(course))
    form = {"token": token(client, address(course)), **given(course)}
    assert [client.post(address(course), form).status_code for _ in range(2)] == [302, 302]
    assert BridgingCourse.objects.count() == 1
    assert client.post(address(course), {"token": old, **given(course)}).status_code == 409


def test_the_end_of_another_patients_course_is_not_there(course):
    other = Course(course.world, number="CP-0002")
    send(browser(course.coordinator), address(other), **given(other))
    theirs = BridgingCourse.objects.get()
    mixed = reverse("bridging:course", args=[course.pathway.pk, theirs.pk])
    assert browser(course.coordinator).get(mixed).status_code == 404


@pytest.mark.prepared(by=collected)
def test_who_may_record_bridging(course):
    course.collected()
    made = course.world
    people = {
        "referrer": made.user("referral_haematologist", "spoke"),
        "coordinator": course.coordinator,
        "nurse": course.nurse,
        "data manager": made.user("data_manager", "spoke"),
        "other spoke": made.user("referral_haematologist", "spoke2"),
    }
    assert {who: browser(user).get(address(course)).status_code for who, user in people.items()} == {
        "referrer": 200,
        "coordinator": 200,
        "nurse": 403,
        "data manager": 403,
        "other spoke": 404,
    }


def test_the_referrer_tells_and_the_hub_answers(course):
    referrer = browser(course.world.user("referral_haematologist", "spoke"))
    told = reverse("bridging:tell", args=[course.pathway.pk])
    assert send(referrer, told).status_code == 422
    assert send(referrer, told, kind="infection", note="fever since yesterday").status_code == 302
    row = course.pathway.interim_events.get()
    look = reverse("bridging:look", args=[course.pathway.pk])
    assert referrer.get(look).status_code == 403
    hub = browser(course.coordinator)
    assert "fever since yesterday" in hub.get(look).content.decode()
    assert send(hub, look, event=str(row.pk), answer="antibiotics, PET put off").status_code == 302
    assert "antibiotics, PET put off" in referrer.get(address(course)).content.decode()
    assert send(hub, look, event=str(row.pk), answer="again").status_code == 422


def test_a_physician_states_the_criteria_and_nobody_else(course):
    page = reverse("bridging:criteria", args=[course.pathway.pk])
    assert browser(course.coordinator).get(page).status_code == 403
    physician = browser(course.haematologist)
    answer = send(physician, page, holds="no")
    assert (answer.status_code, 'id="id_note_error"' in answer.content.decode()) == (422, True)
    assert send(physician, page, holds="yes").status_code == 302
    assert course.pathway.criteria_statements.get().holds is True

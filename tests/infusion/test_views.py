"""Two people's checks in the browser's terms: own log-in or own password, and a stop that nothing clicks away."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from patients.audit import clock
from patients.identity import checks
from patients.identity.chain import IdentityCheck, IdentityIncident
from patients.infusion import views
from patients.infusion.models import Infusion
from tests import world
from tests.course import Course, depleted, nobody, thawed
from tests.forms import send, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=thawed)]


@pytest.fixture
def course(prepared) -> Course:
    return prepared


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(course, name: str) -> str:
    return reverse(f"infusion:{name}", args=[course.pathway.pk])


def check(course, user, **typed):
    return send(browser(user), page(course, "identity"), **{**course.right, **typed})


def as_colleague(course, by, colleague, password=world.PASSWORD, **typed):
    return check(course, by, who="colleague", email=colleague.email, password=password, **typed)


def now_typed() -> dict:
    here = clock.local(clock.now(), "Europe/Rome")
    return {"started_at_day": f"{here:%d/%m/%Y}", "started_at_time": f"{here:%H:%M}", "reaction": "no"}


GO = {
    "no_infection": "yes",
    "organs": "yes",
    "patient_informed": "yes",
    "icu_told": "yes",
    "tocilizumab_doses_on_site": "2",
    "weight_kg": "64,5",
    "baseline_ice": "10",
    "systolic": "124",
    "diastolic": "76",
    "premedication": "yes",
    "decision": "go",
}


# ── two people ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_under_their_own_log_in_then_the_infusion_sets_day_0(course):
    assert check(course, course.nurse).status_code == 302
    assert check(course, course.haematologist, who="me").status_code == 302
    answer = send(browser(course.nurse), page(course, "record"), **now_typed())
    assert (answer.status_code, answer["Location"]) == (302, reverse("timeline:pathway", args=[course.pathway.pk]))
    row = Infusion.objects.get()
    assert (row.identity.first.by, row.identity.by) == (course.nurse, course.haematologist)
    assert course.fresh().day_0 == clock.today("Europe/Rome")


def test_the_second_person_may_use_the_own_password_on_the_same_screen(course):
    check(course, course.nurse)
    assert as_colleague(course, course.nurse, course.haematologist).status_code == 302
    pair = checks.pair(course.pathway.pk, course.lot.pk, "infusion")
    assert (pair.first.by, pair.first.own_log_in) == (course.nurse, True)
    assert (pair.by, pair.own_log_in) == (course.haematologist, False)


def test_the_second_person_sees_nothing_of_what_the_first_typed(course):
    check(course, course.nurse, product="coi-0001", collection="A9999 26 000001")
    shown = browser(course.haematologist).get(page(course, "identity")).content.decode()
    for secret in (course.patient.number, "LOT-0001", "AF-0001", "coi-0001", "COI-0001", "A9999 26 000001"):
        assert secret not in shown
    assert course.nurse.get_full_name() in shown


def test_the_first_person_is_not_offered_the_second_check_under_the_own_name(course):
    check(course, course.nurse)
    shown = browser(course.nurse).get(page(course, "identity")).content.decode()
    assert 'value="me"' not in shown
    assert check(course, course.nurse, who="me").status_code == 422
    assert as_colleague(course, course.nurse, course.nurse).status_code == 422
    assert IdentityCheck.objects.filter(point="infusion").count() == 1


def test_a_wrong_password_is_an_error_beside_it_and_what_was_typed_stays(course):
    check(course, course.nurse)
    answer = as_colleague(course, course.nurse, course.haematologist, password="not this one")
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_password_error"' in shown
    assert 'value="LOT-0001"' in shown
    assert "not this one" not in shown
    assert IdentityCheck.objects.filter(point="infusion").count() == 1


def test_after_five_wrong_passwords_the_right_one_waits(course):
    check(course, course.nurse)
    for _ in range(5):
        as_colleague(course, course.nurse, course.haematologist, password="guess")
    assert as_colleague(course, course.nurse, course.haematologist).status_code == 422
    assert as_colleague(course, course.nurse, course.pharmacist).status_code == 422
    assert checks.pair(course.pathway.pk, course.lot.pk, "infusion") is None
    assert check(course, course.haematologist, who="me").status_code == 302
    cache.clear()


@pytest.mark.parametrize(("role", "centre"), [("hub_coordinator", "hub"), ("nurse", "hub2"), ("pharmacist", "hub")])
def test_a_colleague_who_may_not_check_this_patient_is_refused(course, role, centre):
    check(course, course.nurse)
    answer = as_colleague(course, course.nurse, course.world.user(role, centre))
    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()


def test_a_deactivated_colleague_is_nobody(course):
    check(course, course.nurse)
    with world.act(by=world.BY):
        type(course.haematologist).objects.filter(pk=course.haematologist.pk).update(is_active=False)
    assert as_colleague(course, course.nurse, course.haematologist).status_code == 422


def test_a_name_is_no_check(course):
    answer = check(course, course.nurse, patient="D'Àngelo Anna")
    assert answer.status_code == 302
    assert IdentityIncident.objects.get().check_row.mismatched == ["patient"]


# ── the stop ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mismatch_shows_the_stop_and_leaves_no_form(course):
    answer = check(course, course.nurse, product="LOT-9999")
    assert (answer.status_code, answer["Location"]) == (302, page(course, "identity"))
    shown = browser(course.nurse).get(page(course, "identity")).content.decode()
    assert "cp-note--danger" in shown
    assert 'name="token"' not in shown
    record = send(browser(course.nurse), page(course, "record"), **now_typed())
    assert record.status_code == 422
    assert Infusion.objects.count() == 0


@pytest.mark.prepared(by=nobody)
@pytest.mark.django_db(transaction=True)
def test_the_incident_stays_though_the_answer_fails(monkeypatch):
    course = Course().thawed()

    def fails(self, pathway):
        raise RuntimeError("the page breaks after the check")

    address = page(course, "identity")
    client = browser(course.nurse)
    client.raise_request_exception = False
    typed = {"token": token(client, address), **course.right, "product": "LOT-9999"}
    monkeypatch.setattr(views.Identity, "success_url", fails)
    assert client.post(address, typed).status_code == 500
    assert IdentityIncident.objects.get().check_row.mismatched == ["product"]
    assert course.pathway.steps.filter(code="resolve_identity_incident").count() == 2


@pytest.mark.prepared(by=nobody)
@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_no_check_keeps_nothing_when_its_answer_fails(monkeypatch):
    """The counter-proof: where the request is one transaction, a failing answer takes the write back."""
    course = Course().depleted()

    def fails(self, pathway):
        raise RuntimeError("the page breaks after the write")

    address = page(course, "ready")
    client = browser(course.nurse)
    client.raise_request_exception = False
    typed = dict(GO)
    typed["token"] = token(client, address)
    monkeypatch.setattr(views.Ready, "success_url", fails)
    assert client.post(address, typed).status_code == 500
    assert course.pathway.readiness.count() == 0


def test_two_people_resolve_the_incident_on_its_page(course):
    check(course, course.nurse, product="LOT-9999")
    address = page(course, "incident")
    assert browser(course.nurse).get(address).status_code == 403
    assert send(browser(course.coordinator), address, reason="").status_code == 422
    assert send(browser(course.coordinator), address, reason="the neighbour's bag").status_code == 302
    assert send(browser(course.coordinator), address, reason="again").status_code == 422
    assert checks.open_incident(course.pathway.pk) is not None
    assert send(browser(course.haematologist), address, reason="bag found and compared").status_code == 302
    assert checks.open_incident(course.pathway.pk) is None
    assert check(course, course.nurse).status_code == 302


# ── double click, tabs, wrong patient ────────────────────────────────────────────────────────────────────────────


def test_a_double_click_is_one_check(course):
    client, address = browser(course.nurse), page(course, "identity")
    typed = {"token": token(client, address), **course.right}
    assert [client.post(address, typed).status_code for _ in range(2)] == [302, 302]
    assert IdentityCheck.objects.filter(point="infusion").count() == 1


def test_a_page_opened_before_the_first_check_does_not_count_as_the_second(course):
    client, address = browser(course.haematologist), page(course, "identity")
    opened = token(client, address)
    check(course, course.nurse)
    assert client.post(address, {"token": opened, **course.right}).status_code == 422
    assert client.post(address, {"token": opened, **course.right, "who": "me"}).status_code == 409
    assert checks.pair(course.pathway.pk, course.lot.pk, "infusion") is None


def test_a_form_of_one_patient_posted_to_another_is_refused(course):
    twin = Course(course.world, number="CP-0002").thawed()
    for name in ("identity", "record", "ready"):
        client = browser(course.nurse)
        typed = {"token": token(client, page(course, name)), **course.right, **now_typed()}
        assert client.post(page(twin, name), typed).status_code == 400
    assert IdentityCheck.objects.filter(pathway_id=twin.pathway.pk, point="infusion").count() == 0


def test_a_form_opened_by_another_user_is_refused(course):
    opened = token(browser(course.haematologist), page(course, "identity"))
    answer = browser(course.nurse).post(page(course, "identity"), {"token": opened, **course.right})
    assert answer.status_code == 400
    assert IdentityCheck.objects.filter(point="infusion").count() == 0


def test_who_may_open_the_pages_of_day_0(course):
    users = {
        "coordinator": course.coordinator,
        "haematologist": course.haematologist,
        "nurse": course.nurse,
        "pharmacist": course.pharmacist,
        "data manager": course.world.user("data_manager", "hub"),
        "referrer": course.world.user("referral_haematologist", "spoke"),
        "other hub": course.world.user("hub_haematologist", "hub2"),
    }
    answers = {
        who: [browser(user).get(page(course, name)).status_code for name in ("ready", "identity", "record", "incident")]
        for who, user in users.items()
    }
    assert answers == {
        "coordinator": [403, 403, 403, 200],
        "haematologist": [200, 200, 200, 200],
        "nurse": [200, 200, 200, 403],
        "pharmacist": [403, 403, 403, 403],
        "data manager": [403, 403, 403, 403],
        "referrer": [403, 403, 403, 403],
        "other hub": [404, 404, 404, 404],
    }


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.prepared(by=depleted)
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"tocilizumab_doses_on_site": "0"}, "tocilizumab_doses_on_site"),
        ({"weight_kg": "1.234"}, "weight_kg"),
        ({"weight_kg": ""}, "weight_kg"),
        ({"weight_kg": "645"}, "weight_kg"),
        ({"patient_informed": "unknown"}, "patient_informed"),
        ({"organs": "no"}, "organs"),
        ({"systolic": "76", "diastolic": "76"}, "diastolic"),
        ({"diastolic": ""}, "diastolic"),
        ({"baseline_ice": "11"}, "baseline_ice"),
        ({"decision": "no_go"}, "reason"),
        ({"organs": "no", "reason": "it will do"}, "reason"),  # a nurse lets nothing pass
    ],
)
def test_a_no_go_says_why_beside_its_field_and_keeps_what_was_typed(course, typed, field):
    answer = send(browser(course.nurse), page(course, "ready"), **GO | typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in shown
    assert f'value="{(GO | typed)["weight_kg"]}"' in shown or not (GO | typed)["weight_kg"]
    assert course.pathway.go_items.count() == 0


def test_nurse_and_physician_answer_in_turn_and_the_physician_lets_pass(course):
    course = Course(course.world, number="CP-0005").depleted()
    nurses = {name: GO[name] for name in ("tocilizumab_doses_on_site", "weight_kg", "baseline_ice", "premedication")}
    assert send(browser(course.nurse), page(course, "ready"), **nurses).status_code == 302
    shown = browser(course.haematologist).get(page(course, "ready")).content.decode()
    assert course.nurse.get_full_name() in shown
    rest = {name: GO[name] for name in GO if name not in nurses} | {"organs": "no", "reason": "creatinine stable"}
    answer = send(browser(course.haematologist), page(course, "ready"), **rest)
    assert (answer.status_code, answer["Location"]) == (302, page(course, "record"))
    assert course.pathway.readiness.get().overridden == ["organs"]


def test_the_thaw_clock_starts_after_two_checks_and_says_what_is_left(course):
    course = Course(course.world, number="CP-0006").ready()
    for user, who in ((course.nurse, {}), (course.haematologist, {"who": "me"})):
        assert send(browser(user), page(course, "identity_thaw"), **course.right, **who).status_code == 302
    here = clock.local(clock.now(), "Europe/Rome")
    typed = {"bag": "1", "at_day": f"{here:%d/%m/%Y}", "at_time": f"{here:%H:%M}"}
    assert send(browser(course.nurse), page(course, "thaw"), **typed).status_code == 302
    shown = browser(course.nurse).get(page(course, "record")).content.decode()
    assert 'data-runs-out="' in shown
    again = send(browser(course.nurse), page(course, "thaw"), **typed)
    assert (again.status_code, 'id="id_bag_error"' in again.content.decode()) == (422, True)


def test_what_was_given_while_the_app_was_down_is_recorded_by_a_physician_and_marked(course):
    course = Course(course.world, number="CP-0009").depleted()
    for user, who in ((course.nurse, {}), (course.haematologist, {"who": "me"})):
        assert send(browser(user), page(course, "identity_afterwards"), **course.right, **who).status_code == 302
    assert browser(course.nurse).get(page(course, "afterwards")).status_code == 403
    address = page(course, "afterwards")
    assert send(browser(course.haematologist), address, **now_typed()).status_code == 422
    typed = now_typed() | {"paper_checked_by": "A. Neri, B. Bianchi", "reason": "server down"}
    assert send(browser(course.haematologist), address, **typed).status_code == 302
    shown = browser(course.haematologist).get(page(course, "record")).content.decode()
    assert "server down" in shown and "A. Neri, B. Bianchi" in shown


def test_an_end_before_the_start_is_an_error_beside_it(course):
    course.check(course.nurse)
    course.check(course.haematologist)
    typed = now_typed() | {"ended_at_day": "01/01/2020", "ended_at_time": "10:00"}
    answer = send(browser(course.nurse), page(course, "record"), **typed)
    assert answer.status_code == 422
    assert 'id="id_ended_at_error"' in answer.content.decode()
    assert Infusion.objects.count() == 0


def test_a_correction_from_an_old_tab_shows_both_and_loses_nothing(course):
    course.check(course.nurse)
    course.check(course.haematologist)
    course.infuse()
    client, address = browser(course.haematologist), reverse("infusion:correct", args=[course.pathway.pk, 1])
    opened = token(client, address)
    typed = {name: text for name, text in now_typed().items() if name != "reaction"}
    assert send(browser(course.nurse), address, **typed, why="a minute earlier").status_code == 302
    answer = client.post(address, {"token": opened, **typed, "why": "from the other tab"})
    assert answer.status_code == 409
    assert "from the other tab" in answer.content.decode()
    error = {"struck": "on", "why": "recorded on the wrong patient"}
    assert send(browser(course.nurse), address, **typed, **error).status_code == 302  # a physician's alone: it corrects
    assert Infusion.objects.get().struck_at is None
    assert send(client, address, **error).status_code == 302
    assert Infusion.objects.get().struck_why == "recorded on the wrong patient"
    assert "recorded on the wrong patient" in client.get(page(course, "record")).content.decode()


def test_only_the_pages_of_checks_commit_by_themselves():
    assert views.Identity.as_view()._non_atomic_requests == {"default"}
    assert not hasattr(views.Record.as_view(), "_non_atomic_requests")
    assert transaction.get_connection().settings_dict["ATOMIC_REQUESTS"] is True

"""Restaging and visits on their pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.audit import clock
from patients.followup.models import Restaging, Visit
from patients.pathway.models import Pathway
from tests.network import Network, centre, person
from tests.referral.asking import post, token

pytestmark = pytest.mark.django_db

SEEN = {"deauville": "4", "uptake_change": "reduced", "new_lesion": "no", "symptoms": "no", "response": "PMR"}


@pytest.fixture
def net() -> Network:
    return Network()


@pytest.fixture
def pathway(net) -> Pathway:
    return net.infused(days_ago=31)


@pytest.fixture
def haematologist(client, net):
    client.force_login(net.haematologist)
    return client


def url(name, *keys) -> str:
    return reverse(f"followup:{name}", args=[getattr(key, "pk", key) for key in keys])


def on(pathway, day: int) -> str:
    return f"{pathway.day_0 + timedelta(days=day):%d/%m/%Y}"


def restage(client, pathway, **typed):
    said = SEEN | {"done_on": on(pathway, 30), "milestone": "pet_30"} | typed
    return post(client, url("restage", pathway), **said)


def pet_30(pathway):
    return pathway.milestones.filter(what="pet_30", superseded=False).values_list("actual_on", flat=True).first()


def test_a_restaging_is_confirmed_and_its_milestone_done(haematologist, pathway):
    answer = restage(haematologist, pathway)
    assert answer.url == url("course", pathway)
    row = Restaging.objects.get()
    assert (row.computed, row.response, row.rule_version, row.new_lesion) == ("PMR", "PMR", "Lugano 2014", False)
    assert pet_30(pathway) == pathway.day_0 + timedelta(days=30)
    assert not pathway.steps.filter(code="restage_day_30", done_at__isnull=True, dropped_at__isnull=True).exists()
    page = haematologist.get(answer.url).content.decode()
    assert "PMR" in page


def test_the_form_proposes_the_nearest_planned_one(haematologist, pathway):
    assert haematologist.get(url("restage", pathway)).context["form"].initial == {"milestone": "pet_30"}


def test_partial_response_around_day_30_without_symptoms_warns_of_pseudoprogression(haematologist, pathway):
    said = SEEN | {
        "done_on": on(pathway, 30),
        "milestone": "pet_30",
        "token": token(haematologist, url("restage", pathway)),
    }
    haematologist.cookies["django_language"] = "en"
    answer = haematologist.post(url("restage", pathway), said, follow=True)
    assert [str(message)[:17] for message in answer.context["messages"]] == ["Pseudoprogression"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"response": "CMR"}, "differs_because"),
        ({"response": "indeterminate"}, "differs_because"),
        ({"uptake_change": "unknown"}, "differs_because"),
        ({"response": ""}, "response"),
        ({"deauville": ""}, "deauville"),
        ({"deauville": "6"}, "deauville"),
        ({"new_lesion": ""}, "new_lesion"),
        ({"milestone": ""}, "milestone"),
        ({"done_on": "01/01/2999"}, "done_on"),
        ({"done_on": "32/01/2026"}, "done_on"),
    ],
)
def test_bad_input_is_refused_beside_its_field_and_stays(haematologist, pathway, typed, field):
    page = restage(haematologist, pathway, note="una parola", **typed)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert "una parola" in page.content.decode()
    assert pet_30(pathway) is None


def test_a_day_before_the_infusion_is_refused(haematologist, pathway):
    assert list(restage(haematologist, pathway, done_on=on(pathway, -1)).context["form"].errors) == ["done_on"]


def test_another_response_than_computed_is_kept_with_its_reason(haematologist, pathway):
    restage(haematologist, pathway, response="indeterminate", differs_because="biopsia fra una settimana")
    row = Restaging.objects.get()
    assert (row.computed, row.response, row.differs_because) == ("PMR", "indeterminate", "biopsia fra una settimana")


def test_a_correction_needs_a_reason_moves_the_milestone_and_is_a_new_version(haematologist, pathway):
    restage(haematologist, pathway)
    row = Restaging.objects.get()
    said = SEEN | {"done_on": on(pathway, 28), "milestone": "between", "response": "PMR"}
    page = post(haematologist, url("correct", pathway, row), **said)
    assert list(page.context["form"].errors) == ["why"]
    post(haematologist, url("correct", pathway, row), why="data sbagliata", **said)
    row.refresh_from_db()
    assert (row.version, row.milestone, row.done_on) == (2, "", pathway.day_0 + timedelta(days=28))
    assert pet_30(pathway) is None


def test_a_milestone_is_done_once(haematologist, pathway):
    restage(haematologist, pathway)
    page = restage(haematologist, pathway)
    assert list(page.context["form"].errors) == ["milestone"]
    assert Restaging.objects.count() == 1


def test_two_who_correct_at_once_see_both_versions(haematologist, pathway):
    restage(haematologist, pathway)
    row = Restaging.objects.get()
    address = url("correct", pathway, row)
    stale = token(haematologist, address)
    said = SEEN | {"done_on": on(pathway, 30), "milestone": "pet_30", "why": "riletta"}
    post(haematologist, address, **(said | {"deauville": "5"}))
    page = haematologist.post(address, said | {"deauville": "2", "response": "CMR", "token": stale})
    assert page.status_code == 409
    assert ("5", "2") in [(one.stands, one.typed) for one in page.context["conflict"]]


def test_a_double_click_records_once(haematologist, pathway):
    said = SEEN | {
        "done_on": on(pathway, 30),
        "milestone": "pet_30",
        "token": token(haematologist, url("restage", pathway)),
    }
    assert [haematologist.post(url("restage", pathway), said).status_code for _ in range(2)] == [302, 302]
    assert Restaging.objects.count() == 1


def test_before_the_infusion_nothing_is_restaged(haematologist, net):
    pathway = net.sent(5)
    said = SEEN | {"done_on": f"{clock.today(net.hub.timezone):%d/%m/%Y}", "milestone": "pet_30"}
    page = post(haematologist, url("restage", pathway), **said)
    assert (page.status_code, len(page.context["form"].non_field_errors())) == (422, 1)


def test_a_visit_is_recorded_and_corrected(haematologist, pathway):
    said = {"done_on": on(pathway, 20), "where": "referring", "ecog": "unknown", "note": "sta bene"}
    assert post(haematologist, url("visit", pathway), **said).status_code == 302
    row = Visit.objects.get()
    assert (row.ecog, row.where, row.written_by.email) == (None, "referring", "haematologist@hub.example")
    said |= {"ecog": "1", "why": "ECOG aggiunto"}
    assert post(haematologist, url("correct_visit", pathway, row), **said).status_code == 302
    row.refresh_from_db()
    assert (row.ecog, row.version) == (1, 2)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"note": " "}, "note"), ({"where": ""}, "where"), ({"ecog": ""}, "ecog"), ({"done_on": "01/01/2999"}, "done_on")],
)
def test_a_visit_with_bad_input_is_refused(haematologist, pathway, typed, field):
    said = {"done_on": on(pathway, 20), "where": "hub", "ecog": "0", "note": "bene"} | typed
    page = post(haematologist, url("visit", pathway), **said)
    assert list(page.context["form"].errors) == [field]


def test_the_rule_is_shown_while_one_ticks(haematologist):
    haematologist.cookies["django_language"] = "en"

    def say(**ticked) -> str:
        return haematologist.post(url("lugano"), ticked).content.decode()

    assert "PMR, partial metabolic response" in say(deauville="4", uptake_change="reduced", new_lesion="no")
    assert "Between PMR and PMD" in say(deauville="5", uptake_change="reduced", new_lesion="unknown")
    assert "Between CMR and PMD" in say()


@pytest.mark.parametrize(
    ("who", "status"),
    [("referrer", 200), ("coordinator", 200), ("haematologist", 200), ("nurse", 403), ("administrator", 404)],
)
def test_who_reads_and_records(client, net, pathway, who, status):
    client.force_login(getattr(net, who))
    for name in ("course", "restage", "visit"):
        assert client.get(url(name, pathway)).status_code == status
    if status != 200:
        assert client.post(url("restage", pathway), SEEN).status_code == status
        assert Restaging.objects.count() == 0


def test_another_hub_finds_nothing(client, pathway):
    stranger = person("x@hub2.example", ("hub_haematologist", centre("hub2")))
    client.force_login(stranger)
    for name in ("course", "restage", "visit"):
        assert client.get(url(name, pathway)).status_code == 404

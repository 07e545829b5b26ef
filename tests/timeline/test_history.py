"""The history page in words: who, when, what from, what to, why; and only what its reader may see."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from carpath.settings import BASE_DIR
from patients.audit import clock
from patients.audit.actions import act
from patients.identity import links
from patients.pathway import actions
from patients.timeline import history, words
from tests.network import Network

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def network(prepared):
    return prepared


def text(client, user, pathway, language):
    client.force_login(user)
    client.cookies["django_language"] = language
    answer = client.get(reverse("timeline:history", args=[pathway.pk]))
    assert answer.status_code == 200
    return " ".join(unescape(strip_tags(answer.content.decode())).split())


def test_a_moved_plan_tells_who_moved_it_from_when_to_when_and_why(network):
    from patients.identity.access import access_to

    pathway = network.sent()
    first, second = clock.today("Europe/Rome") + timedelta(days=9), clock.today("Europe/Rome") + timedelta(days=12)
    for day, why in ((first, "chair free"), (second, "fever")):
        with act(by=network.coordinator, why=why):
            actions.plan_milestone(pathway=pathway, what="apheresis", on=day, by=network.coordinator)
    with translation.override("en"):
        newest = history.read(pathway, access_to(network.coordinator, pathway.patient)).acts[0]
    moved = [change for change in newest.changes if change.about == "Milestone: Apheresis"]
    assert (newest.who, newest.why) == ("Coordinator Prova", "fever")
    assert [(one.label, one.was, one.now) for one in moved[0].fields] == [
        ("Planned for", f"{first:%d/%m/%Y}", f"{second:%d/%m/%Y}")
    ]


def test_the_page_speaks_both_languages(client, network):
    pathway = network.sent()
    english, italian = (text(client, network.coordinator, pathway, language) for language in ("en", "it"))
    assert ("Milestone: Referral sent" in english, "Data chiave: «Segnalazione inviata»" in english) == (True, False)
    assert ("Milestone: Referral sent" in italian, "Data chiave: «Segnalazione inviata»" in italian) == (False, True)


def test_a_nurse_and_an_administrator_do_not_read_the_history(client, network):
    pathway = network.infused()
    answers = {}
    for user in (network.nurse, network.administrator):
        client.force_login(user)
        answers[user.email] = client.get(reverse("timeline:history", args=[pathway.pk])).status_code
    assert answers == {"nurse@hub.example": 403, "admin@hub.example": 404}


def test_a_hub_whose_care_ended_reads_what_was_recorded_until_then(client, network):
    pathway = network.infused()
    with act(by=network.haematologist, why="went away"):
        links.end_links(patient=pathway.patient, kind="hub", reads_past=True)
    with act(by=network.haematologist, why="afterwards"):
        actions.record_milestone(pathway=pathway, what="discharged", at=clock.now(), by=network.haematologist)
    client.force_login(network.coordinator)
    seen = client.get(reverse("timeline:pathway", args=[pathway.pk])).context["standing"]
    assert seen.open_steps == []
    assert seen.actual("infusion") is not None
    assert "discharged" not in seen.milestones
    told = client.get(reverse("timeline:history", args=[pathway.pk])).context["acts"]
    assert [act.why for act in told if act.why in ("afterwards", "course")] == ["course"]


def test_older_acts_follow_page_by_page_and_none_is_lost(network, monkeypatch):
    from patients.identity.access import access_to

    pathway = network.sent()
    for number in range(6):
        with act(by=network.coordinator, why=f"move {number}"):
            actions.plan_milestone(
                pathway=pathway,
                what="apheresis",
                on=clock.today("Europe/Rome") + timedelta(days=number),
                by=network.coordinator,
            )
    access = access_to(network.coordinator, pathway.patient)
    whole = [act.why for act in history.read(pathway, access).acts]
    monkeypatch.setattr(history, "EVENTS_READ_AT_ONCE", 4)
    paged, before = [], None
    while True:
        found = history.read(pathway, access, before=before)
        paged += [act.why for act in found.acts if not paged or act.why != paged[-1]]
        if not found.older:
            break
        before = history.cursor(found.older)
    assert paged == whole


def test_the_page_asks_the_database_at_most_25_times(client, network, django_assert_max_num_queries):
    pathway = network.infused()
    client.force_login(network.coordinator)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("timeline:history", args=[pathway.pk])).status_code == 200


def test_every_table_and_field_that_is_told_has_words():
    models = [source.model for source in history.sources()]
    fields = {one.name for model in models for one in model._meta.concrete_fields}
    assert sorted({model.__name__ for model in models} - words.MODELS.keys()) == []
    assert sorted(fields - words.FIELDS.keys() - {"id", "version", "sort_key", "patient", "pathway"}) == []


def test_every_room_whose_facts_are_told_says_who_reads_them():
    assert sorted({source.room for source in history.sources()} - history.ROOM_FACETS.keys()) == []


def test_every_tracked_table_that_leads_to_a_patient_is_told():
    names = {source.model.__name__ for source in history.sources()}
    assert {"Patient", "CareLink", "Pathway", "StageEntry", "Milestone", "Step"} <= names


def test_every_reason_that_the_app_itself_writes_has_words():
    sources = "".join(path.read_text(encoding="utf-8") for path in (BASE_DIR / "patients").rglob("*.py"))
    written = set(re.findall(r'why="([^"]+)"', sources)) | set(re.findall(r'why=why or "([^"]+)"', sources))
    assert sorted(written - words.WHYS.keys()) == []

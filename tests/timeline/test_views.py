"""The pathway page, by reader."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.audit import clock
from patients.audit.actions import act
from patients.pathway import actions, deaths
from patients.pathway.models import StageEntry
from patients.timeline import lanes
from tests import marks
from tests.network import Network

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def network(prepared):
    return prepared


def page(client, user, pathway, name="timeline:pathway"):
    client.force_login(user)
    return client.get(reverse(name, args=[pathway.pk]))


def test_each_reader_opens_the_course_that_their_links_show(client, network):
    pathway = network.infused()
    answers = {
        user.email: page(client, user, pathway).status_code
        for user in (network.referrer, network.coordinator, network.nurse, network.administrator)
    }
    assert answers == {
        "referrer@spoke.example": 200,
        "coordinator@hub.example": 200,
        "nurse@hub.example": 200,
        "admin@hub.example": 404,
    }


def test_a_draft_is_nothing_to_the_hub(client, network):
    pathway = network.draft()
    assert page(client, network.coordinator, pathway).status_code == 404
    assert page(client, network.referrer, pathway).status_code == 200


def test_the_page_asks_the_database_at_most_25_times(client, network, django_assert_max_num_queries):
    pathway = network.infused()
    client.force_login(network.coordinator)
    with django_assert_max_num_queries(25):
        assert page_again(client, pathway).status_code == 200


def page_again(client, pathway):
    return client.get(reverse("timeline:pathway", args=[pathway.pk]))


def shown(client, user, pathway):
    client.force_login(user)
    answer = client.get(reverse("timeline:pathway", args=[pathway.pk]))
    assert answer.status_code == 200
    return answer


def test_what_stops_the_next_stage_is_said_in_words_with_who_and_by_when(client, network):
    pathway = network.sent(days_ago=5)
    client.cookies["django_language"] = "en"
    page = shown(client, network.coordinator, pathway)
    assert [(one.title, one.kind) for one in page.context["blocks"]] == [("The hub has not answered yet", "no")]
    assert page.context["blocks"][0].text.startswith("You, Policlinico Prova · ")
    assert page.context["primary"].url == reverse("referral:answer", args=[pathway.pk])


def test_the_blue_button_is_only_for_whom_the_step_waits(client, network):
    pathway = network.sent()
    assert shown(client, network.referrer, pathway).context["primary"] is None
    urls = [link.url for link in shown(client, network.referrer, pathway).context["doings"]]
    assert reverse("referral:answer", args=[pathway.pk]) not in urls


def test_a_nurse_reads_no_survival(client, network):
    pathway = network.infused()
    with act(by=network.haematologist, why="died"):
        deaths.record_death(patient=pathway.patient, on=clock.today("Europe/Rome"), by=network.haematologist)
    client.cookies["django_language"] = "en"
    told = {
        user.email: ("Died" in page, "Death after infusion" in page)
        for user in (network.nurse, network.coordinator, network.referrer)
        if (page := shown(client, user, pathway).content.decode())
    }
    assert told == {
        "nurse@hub.example": (False, False),
        "coordinator@hub.example": (True, True),
        "referrer@spoke.example": (True, True),
    }


def test_the_referrer_reads_stage_dates_and_worst_grades_but_no_daily_grid(client, network):
    pathway = network.infused()
    page = shown(client, network.referrer, pathway)
    assert [(name, value) for name, value, _ in page.context["worst"]] == [("CRS", None), ("ICANS", None)]
    assert page.context["standing"].actual("infusion") is not None
    assert reverse("toxicity:sheet", args=[pathway.pk]) not in page.content.decode()
    assert (marks.faults(page.content.decode()), marks.rules_on(page.content.decode())) == (
        [],
        {"grades", "vein_to_vein"},
    )


def test_on_hold_and_closed_are_said_with_their_reason(client, network):
    pathway = network.sent()
    client.cookies["django_language"] = "en"
    actions.hold(pathway=pathway, reason="pneumonia", by=network.coordinator)
    page = shown(client, network.coordinator, pathway)
    assert ("pneumonia" in page.content.decode(), page.context["blocks"][0].title) == (True, "The pathway is on hold")
    actions.resume(pathway=pathway, by=network.coordinator)
    actions.close(pathway=pathway, exit_reason="patient_refusal", by=network.coordinator)
    page = shown(client, network.coordinator, pathway)
    assert ("The patient declined" in page.content.decode(), page.context["blocks"]) == (True, [])
    assert (page.context["steps"], page.context["stops"], page.context["vein_to_vein"]) == ([], "", None)


def test_a_closed_course_draws_what_was_and_no_plan(client, network):
    pathway = network.sent()
    today = clock.today(network.hub.timezone)
    with act(by=network.coordinator, why="slot"):
        actions.plan_milestone(pathway=pathway, what="infusion", on=today + timedelta(days=30), by=network.coordinator)

    def drawn():
        standing = shown(client, network.coordinator, pathway).context["standing"]
        marks = [mark for lane in lanes.lanes_of(standing) for mark in lane.marks]
        return len(marks), lanes.day_0_of(standing), [box.detail for box in standing.stage_boxes() if box.number == 7]

    assert drawn() == (1, today + timedelta(days=30), [f"{today + timedelta(days=30):%d/%m}"])
    actions.close(pathway=pathway, exit_reason="patient_refusal", by=network.coordinator)
    assert drawn() == (0, None, [""])


def test_a_product_that_is_late_is_drawn_against_its_first_plan(client, network):
    pathway = network.infused(days_ago=0)
    today = clock.today("Europe/Rome")
    with act(by=network.coordinator, why="moved"):
        for what in ("infusion", "lymphodepletion_ended", "lymphodepletion_started", "received", "released"):
            actions.undo_milestone(pathway=pathway, what=what, by=network.coordinator)
        StageEntry.objects.filter(pathway=pathway, stage="manufacturing").update(ended_on=None)
        for late in (3, 9):
            actions.plan_milestone(
                pathway=pathway, what="released", on=today + timedelta(days=late), by=network.coordinator
            )
    standing = shown(client, network.coordinator, pathway).context["standing"]
    lane = next(lane for lane in lanes.lanes_of(standing) if lane.bars and lane.bars[0].stage == 4)
    bar = lane.bars[0]
    assert (bar.end, bar.late_from, bar.strong) == (today + timedelta(days=9), today + timedelta(days=3), True)


def test_vein_to_vein_is_counted_against_the_hubs_target_with_its_days_and_source(client, network):
    client.cookies["django_language"] = "en"
    pathway = network.sent()
    today = clock.today(pathway.hub.timezone)
    assert "Vein-to-vein" not in page(client, network.coordinator, pathway).text
    days = {"apheresis": 7, "released": 31, "infusion": 40}
    said = []
    for planned in (["apheresis", "released"], ["infusion"]):
        for what in planned:
            with act(by=network.coordinator):
                actions.plan_milestone(
                    pathway=pathway, what=what, on=today + timedelta(days[what]), by=str(network.coordinator.pk)
                )
        answer = page(client, network.coordinator, pathway)
        assert (marks.faults(answer.text), "vein_to_vein" in marks.rules_on(answer.text)) == ([], True)
        end = today + timedelta(days[planned[-1]])
        assert f"{today + timedelta(7):%d/%m/%Y} – {end:%d/%m/%Y} · reference 7" in answer.text
        chip = answer.context["vein_to_vein"]["chip"]
        said.append((chip.text, chip.tone))
    assert said == [
        ("Vein-to-vein at least 24 d, target 28", "ok"),
        ("Vein-to-vein expected 33 d, target 28", "warn"),
    ]

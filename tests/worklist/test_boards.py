"""The board: who stands in which column, what its cards say, what a filter leaves; for whom it holds nothing."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.models import AccessEntry
from patients.pathway import actions
from patients.pathway.stages import Stage
from patients.worklist.boards import columns_of, how_long
from tests.network import Network, centre, person

TODAY = date(2026, 3, 20)


def stay(stage: Stage, started_on: str | None, ended_on: str | None = None) -> dict:
    return {"stage": stage.value, "started_on": started_on, "ended_on": ended_on}


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pathway_stands_where_the_patient_is_with_its_days_there():
    stays = [stay(Stage.REFERRAL, "2026-03-01", "2026-03-04"), stay(Stage.ELIGIBILITY, "2026-03-04")]
    assert columns_of(stays, TODAY) == {Stage.ELIGIBILITY: 16}


def test_bridging_stands_in_its_own_column_beside_manufacturing_while_it_runs():
    before = [stay(Stage.APHERESIS, "2026-03-02", "2026-03-02"), stay(Stage.MANUFACTURING, "2026-03-05")]
    assert columns_of([*before, stay(Stage.BRIDGING, "2026-03-10")], TODAY) == {
        Stage.MANUFACTURING: 15,
        Stage.BRIDGING: 10,
    }
    assert columns_of([*before, stay(Stage.BRIDGING, "2026-03-10", "2026-03-15")], TODAY) == {Stage.MANUFACTURING: 15}


def test_follow_up_has_no_card_while_toxicity_is_open():
    both = [stay(Stage.TOXICITY, "2026-03-18"), stay(Stage.FOLLOWUP, "2026-03-18")]
    assert columns_of(both, TODAY) == {Stage.TOXICITY: 2}


def test_a_stay_begun_on_a_day_that_nobody_knows_has_no_number_of_days():
    assert columns_of([stay(Stage.MANUFACTURING, None)], TODAY) == {Stage.MANUFACTURING: None}


@pytest.mark.parametrize(
    ("stage", "lasted", "words"),
    [
        (Stage.REFERRAL, [1, None, 3, 9], "median 3 d"),
        (Stage.REFERRAL, [None], ""),
        (Stage.REFERRAL, [], ""),
        (Stage.BRIDGING, [4], "beside"),
        (Stage.FOLLOWUP, [4], "up to 15 years"),
    ],
)
def test_a_column_says_how_long_its_people_have_stood_there(stage, lasted, words):
    with translation.override("en"):
        assert how_long(stage, lasted) == words


# ── page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def network(db, prepared):
    return prepared


def board(client, user, **query):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("worklist:board"), query)
    assert page.status_code == 200
    return page.context["board"]


def names(drawn) -> dict[str, list[str]]:
    return {column.stage.value: sorted(card.name for card in column.cards) for column in drawn.columns if column.cards}


@pytest.mark.prepared(by=Network)
def test_cards_say_who_has_the_ball_and_by_when_the_late_first(client, network):
    network.sent(1, "Orsini", "Mauro")
    network.sent(2, "Sala", "Ivana", days_ago=6)
    asked = network.sent(3, "Bruno", "Carla", days_ago=1)
    with act(by=network.coordinator, why="histology is missing"):
        actions.record_milestone(pathway=asked, what="more_asked", at=clock.now(), by=network.coordinator)
    held = network.sent(4, "Conti", "Ada")
    actions.hold(pathway=held, reason="Polmonite", by=network.coordinator)
    drawn = board(client, network.coordinator)
    cards = {card.name: (card.step, card.who, card.tone) for card in drawn.columns[0].cards}
    assert cards == {
        "Sala Ivana": ("Answer the referral", "You", "late"),
        "Orsini Mauro": ("Answer the referral", "You", ""),
        "Bruno Carla": ("Answer the hub's questions", "Ospedale Prova", "waiting"),
        "Conti Ada": ("Answer the referral", "You", "held"),
    }
    assert drawn.columns[0].cards[0].name == "Sala Ivana"
    assert (drawn.open, drawn.late, drawn.papers, drawn.columns[0].count) == (4, 1, 1, 4)


@pytest.mark.prepared(by=Network)
def test_toxicity_cards_show_grades_only_to_those_who_read_them(client, network):
    network.infused(1, "Donati", "Paolo", days_ago=4)
    hub, spoke = (board(client, user).columns[Stage.TOXICITY.number - 1] for user in (network.nurse, network.referrer))
    assert [(card.name, card.time, [one.name for one in card.grades]) for card in hub.cards] == [
        ("Donati Paolo", "d +4", ["CRS", "ICANS"])
    ]
    assert [(card.name, card.time, card.grades) for card in spoke.cards] == [("Donati Paolo", "d +4", [])]


@pytest.mark.prepared(by=Network)
def test_a_filter_leaves_one_centre_or_what_waits_for_me(client, network):
    network.sent(1, "Orsini", "Mauro")
    network.infused(2, "Donati", "Paolo", days_ago=4)
    assert names(board(client, network.haematologist, mine="1")) == {"toxicity": ["Donati Paolo"]}
    both = {"referral": ["Orsini Mauro"], "toxicity": ["Donati Paolo"]}
    assert names(board(client, network.coordinator, centre=str(network.spoke.pk))) == both
    assert names(board(client, network.coordinator, centre=str(network.administrator.pk))) == {}
    assert names(board(client, network.coordinator, centre="no centre")) == both
    assert [name for _, name in board(client, network.coordinator).centres] == ["Ospedale Prova", "Policlinico Prova"]


@pytest.mark.prepared(by=Network)
def test_drafts_closed_pathways_and_other_centres_patients_have_no_card(client, network):
    network.draft(1, "D'Àngelo", "Rosa")
    closed = network.sent(2, "Greco", "Aldo")
    actions.close(pathway=closed, exit_reason="patient_refusal", by=network.coordinator)
    network.sent(3, "Orsini", "Mauro")
    stranger = person("coordinator@hub2.example", ("hub_coordinator", centre("hub2")))
    assert names(board(client, network.coordinator)) == {"referral": ["Orsini Mauro"]}
    assert names(board(client, network.referrer)) == {"referral": ["D'Àngelo Rosa", "Orsini Mauro"]}
    for nobody in (stranger, network.administrator):
        drawn = board(client, nobody)
        assert (names(drawn), drawn.open, drawn.centres) == ({}, 0, [])


@pytest.mark.prepared(by=Network)
def test_the_board_is_written_into_the_access_log(client, network):
    pathway = network.sent(1)
    board(client, network.coordinator)
    entry = AccessEntry.objects.get(what="worklist:board")
    assert (entry.by_id, entry.patient_ids) == (network.coordinator.pk, [pathway.patient_id])


@pytest.mark.prepared(by=Network)
def test_a_full_column_says_how_many_more_there_are(client, network):
    for number in range(1, 15):
        network.sent(number, f"Nome{number}", "Ada", days_ago=number)
    column = board(client, network.coordinator).columns[0]
    assert (len(column.cards), column.count, column.more) == (12, 14, 2)
    assert [card.name for card in column.cards][:2] == ["Nome14 Ada", "Nome13 Ada"]


@pytest.mark.prepared(by=Network)
def test_a_planned_day_0_makes_no_therapy_day(client, network):
    pathway = network.sent(1, "Ricci", "Omar")
    with act(by=network.coordinator, why="plan"):
        on = clock.today("Europe/Rome") + timedelta(days=20)
        actions.plan_milestone(pathway=pathway, what="infusion", on=on, by=network.coordinator)
    assert [card.time for card in board(client, network.coordinator).columns[0].cards] == ["0 d"]

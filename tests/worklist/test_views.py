"""Today and the list of patients: per role, in constant queries, found without accents, paged without gaps."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.models import AccessEntry
from patients.exchange.under_way import bring_in
from patients.identity import links
from patients.pathway import actions
from patients.toxicity.actions import assess
from tests.exchange.telling import course
from tests.network import Network, centre, person

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]

TODAY, PATIENTS = "/", "/patients/"


@pytest.fixture
def network(prepared):
    return prepared


def columns(client, user, **query):
    client.force_login(user)
    page = client.get(TODAY, query)
    assert page.status_code == 200
    return {column["name"]: [(one.title, one.text) for one in column["items"]] for column in page.context["columns"]}


def listed(client, user, *, post=None, **query):
    client.force_login(user)
    page = client.post(PATIENTS, post) if post is not None else client.get(PATIENTS, query)
    assert page.status_code == 200
    return [row.name for row in page.context["listed"]]


# ── Today ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hub_sees_what_is_late_what_waits_for_others_and_what_is_new(client, network):
    network.sent(1, "Orsini", "Mauro")
    network.sent(2, "Sala", "Ivana", days_ago=6)
    asked = network.sent(3, "Bruno", "Carla", days_ago=1)
    with act(by=network.coordinator, why="histology is missing"):
        actions.record_milestone(pathway=asked, what="more_asked", at=clock.now(), by=network.coordinator)
    client.cookies["django_language"] = "en"
    assert columns(client, network.coordinator) == {
        "late": [("Sala Ivana", "Answer the referral")],
        "today": [],
        "waiting": [("Bruno Carla", "Answer the hub's questions")],
        "new": [("Orsini Mauro", "Answer the referral")],
    }


def test_a_step_due_today_stands_under_today_for_everybody_at_the_hub(client, network):
    pathway = network.infused(1, "Ricci", "Omar")
    with act(by=network.haematologist, why="plan"):
        actions.plan_milestone(pathway=pathway, what="pet_30", on=clock.today("Europe/Rome"), by=network.haematologist)
    hour = clock.local(clock.now(), "Europe/Rome").hour
    found = columns(client, network.coordinator)
    assert [name for name, _ in found["today" if hour < 18 else "late"]] == ["Ricci Omar"]


def test_mine_leaves_only_what_waits_for_me(client, network):
    network.sent(1, "Orsini", "Mauro", days_ago=6)
    network.infused(2, "Donati", "Paolo", days_ago=40)
    late = columns(client, network.coordinator, mine="1")["late"]
    assert [name for name, _ in late] == ["Orsini Mauro"]


def test_another_hub_sees_nothing_of_it(client, network):
    network.sent(1, days_ago=6)
    stranger = person("coordinator@hub2.example", ("hub_coordinator", centre("hub2")))
    assert columns(client, stranger) == {"late": [], "today": [], "waiting": [], "new": []}


def test_a_hub_whose_care_ended_has_no_step_of_it_any_more(client, network):
    pathway = network.sent(1, days_ago=6)
    with act(by=network.coordinator, why="advised against"):
        links.end_links(patient=pathway.patient, kind="hub", reads_past=True)
    assert columns(client, network.coordinator)["late"] == []


def test_a_referrer_sees_what_waits_for_them_and_what_happens_next(client, network):
    network.draft(1, "D'Àngelo", "Rosa")
    network.sent(2, "Orsini", "Mauro")
    client.force_login(network.referrer)
    page = client.get(TODAY).context
    assert [row.name for row in page["to_do"]] == ["D'Àngelo Rosa"]
    assert [row.name for row in page["going_on"]] == ["Orsini Mauro"]


def test_an_administrator_sees_no_patient(client, network):
    network.sent(1, "Orsini", "Mauro")
    client.force_login(network.administrator)
    page = client.get(TODAY)
    assert (page.status_code, "Orsini" in page.content.decode()) == (200, False)
    assert listed(client, network.administrator) == []


def test_a_nurse_begins_at_the_ward(client, network):
    client.force_login(network.nurse)
    answer = client.get(TODAY)
    assert (answer.status_code, answer.url) == (302, reverse("toxicity:mine"))


def test_a_person_without_a_role_is_told_so(client, network):
    client.force_login(person("new@hub.example"))
    assert "worklist/no_role.html" in [template.name for template in client.get(TODAY).templates]


def test_a_hat_changes_what_is_shown_first_and_only_ones_own_can_be_put_on(client, network):
    both = person("both@hub.example", ("hub_coordinator", network.hub), ("referral_haematologist", network.spoke))
    client.force_login(both)
    other = client.get(TODAY).context["other_hats"]
    assert len(other) == 1
    before = next(one.name for one in client.get(TODAY).templates if one.name.startswith("worklist/"))
    assert client.post(reverse("worklist:hat"), {"hat": other[0].code}).status_code == 302
    after = next(one.name for one in client.get(TODAY).templates if one.name.startswith("worklist/"))
    assert {before, after} == {"worklist/today.html", "worklist/referrer.html"}
    foreign = str(network.nurse.memberships.get().pk)
    assert client.post(reverse("worklist:hat"), {"hat": foreign}).status_code == 404


def test_what_today_shows_is_written_into_the_access_log(client, network):
    pathway = network.sent(1, days_ago=6)
    columns(client, network.coordinator)
    entry = AccessEntry.objects.get(what="worklist:today")
    assert (entry.by_id, entry.patient_ids) == (network.coordinator.pk, [pathway.patient_id])


# ── patients ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_names_are_ordered_and_found_without_accents_apostrophes_and_spaces(client, network):
    for number, names in enumerate((("Èrcoli", "Ugo"), ("De Luca", "Ada"), ("dell'Orto", "Ivo"), ("D'Àngelo", "Rosa"))):
        network.sent(number + 1, *names)
    assert listed(client, network.coordinator) == ["D'Àngelo Rosa", "dell'Orto Ivo", "De Luca Ada", "Èrcoli Ugo"]
    for typed, found in (
        ("dangelo", ["D'Àngelo Rosa"]),
        ("D’ANGELO", ["D'Àngelo Rosa"]),
        ("ercoli ugo", ["Èrcoli Ugo"]),
        ("ugo ercoli", ["Èrcoli Ugo"]),
        ("del", ["dell'Orto Ivo", "De Luca Ada"]),
        ("CP-0002", ["De Luca Ada"]),
        ("'", []),
    ):
        assert (typed, listed(client, network.coordinator, post={"q": typed})) == (typed, found)


def test_what_is_searched_for_stands_in_no_address(client, network):
    network.sent(1, "Orsini", "Mauro")
    assert listed(client, network.coordinator, q="nobody") == ["Orsini Mauro"]


def test_filters_by_stage_product_mine_and_late(client, network):
    network.sent(1, "Orsini", "Mauro", days_ago=6)
    network.sent(2, "Parisi", "Anna")
    network.infused(3, "Donati", "Paolo", product="liso-cel")
    for asked, found in (
        ({"stage": "referral"}, ["Orsini Mauro", "Parisi Anna"]),
        ({"stage": "toxicity"}, ["Donati Paolo"]),
        ({"stage": "followup"}, []),
        ({"product": "liso-cel"}, ["Donati Paolo"]),
        ({"product": "axi-cel"}, []),
        ({"mine": "1"}, ["Orsini Mauro", "Parisi Anna"]),
        ({"mine": "1", "late": "1"}, ["Orsini Mauro"]),
        ({"stage": "no such stage"}, ["Donati Paolo", "Orsini Mauro", "Parisi Anna"]),
    ):
        assert (asked, listed(client, network.coordinator, **asked)) == (asked, found)


def test_pages_follow_each_other_without_gap_or_double(client, network, monkeypatch):
    from patients.worklist import rows

    monkeypatch.setattr(rows, "ROWS_PER_PAGE", 3)
    names = [f"Rossi {letter}" for letter in "ABCDEFGH"]
    for number, name in enumerate(names):
        network.sent(number + 1, *name.split())
    client.force_login(network.coordinator)
    seen, after = [], ""
    while after is not None:
        page = client.post(PATIENTS, {"q": "rossi", "after": str(after)}).context
        seen += [row.name for row in page["listed"]]
        after = page["page"].after
    assert seen == names


def test_where_care_has_ended_the_list_tells_nothing_of_the_present(client, network):
    pathway = network.infused(1, "Donati", "Paolo")
    with act(by=network.haematologist, why="went away"):
        links.end_links(patient=pathway.patient, kind="hub", reads_past=True)
    assert listed(client, network.coordinator) == []
    client.force_login(network.coordinator)
    row = client.get(PATIENTS, {"tab": "past"}).context["listed"][0]
    assert (row.name, row.where, row.product, row.ball, row.told) == ("Donati Paolo", "", "", None, False)
    assert listed(client, network.coordinator, tab="past", stage="toxicity") == []


def test_lists_ask_the_database_as_often_for_thirty_rows_as_for_one(client, network):
    """Today of each reader, ward, board, patients: under watch, in follow-up, infused nobody knows when."""

    def asked(user, address):
        client.force_login(user)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len([query for query in captured if "SAVEPOINT" not in query["sql"]])

    pages = (
        (network.coordinator, TODAY),
        (network.referrer, TODAY),
        (network.nurse, reverse("toxicity:mine")),
        (network.coordinator, PATIENTS),
        (network.coordinator, reverse("worklist:board")),
    )

    def come(number: int) -> None:
        watched = network.infused(number, f"Due{number}", "Ivo", days_ago=4)
        assess(pathway=watched, at=clock.now(), facts={"temp_c": Decimal("38.6")}, by=network.nurse)
        bring_in(hub=network.hub, told=course(network, "followup", name=f"Tre{number}"), by=network.coordinator)
        known = course(network, "followup", name=f"Quattro{number}", infusion=100, pet_30=70)
        bring_in(hub=network.hub, told=known, by=network.coordinator)

    network.sent(1, "Uno", "Ada")
    come(2)
    few = [asked(user, address) for user, address in pages]
    for number in range(3, 32):
        network.sent(100 + number, f"Nome{number}", "Ada", days_ago=number)
    for number in (40, 50, 60):
        come(number)
    many = [asked(user, address) for user, address in pages]
    assert many == few
    assert max(many) <= 10, many


def test_a_draft_is_listed_to_its_own_centre_only(client, network):
    network.draft(1, "D'Àngelo", "Rosa")
    assert listed(client, network.coordinator) == []
    assert listed(client, network.referrer) == ["D'Àngelo Rosa"]


def test_a_day_late_is_told_in_days_of_the_calendar(network):
    from patients.pathway.shown import lateness

    now = clock.local(clock.now(), "Europe/Rome")
    yesterday = now - timedelta(days=1)
    from django.utils import translation

    with translation.override("en"):
        assert lateness(yesterday, "Europe/Rome") == "1 day"
        assert lateness(now + timedelta(minutes=5), "Europe/Rome") == ""


def test_a_referrers_card_says_what_is_planned_next_and_opens_their_own_step(client, network):
    network.draft(1, "D'Àngelo", "Rosa")
    sent = network.sent(2, "Orsini", "Mauro")
    on = clock.today("Europe/Rome") + timedelta(days=20)
    with act(by=network.coordinator, why="plan"):
        actions.plan_milestone(pathway=sent, what="infusion", on=on + timedelta(days=9), by=network.coordinator)
        actions.plan_milestone(pathway=sent, what="apheresis", on=on, by=network.coordinator)
    client.cookies["django_language"] = "en"
    client.force_login(network.referrer)
    page = client.get(TODAY).context
    assert [bool(row.ball.url) for row in page["to_do"]] == [True]
    assert [(row.ahead, row.ball.url) for row in page["going_on"]] == [(f"Apheresis planned for {on:%d/%m}", "")]


def test_what_others_owe_much_later_waits_for_nobody_yet(client, network):
    pathway = network.infused(1, "Ricci", "Omar")
    for days, waiting in ((30, []), (3, ["Ricci Omar"])):
        with act(by=network.haematologist, why="plan"):
            on = clock.today("Europe/Rome") + timedelta(days=days)
            actions.plan_milestone(pathway=pathway, what="pet_30", on=on, by=network.haematologist)
        found = columns(client, network.coordinator)["waiting"]
        assert [name for name, text in found if "PET" in text] == waiting


def test_the_patients_for_the_next_board_are_counted(client, network):
    taken_on = network.sent(1, "Lodi", "Franco")
    network.sent(2, "Orsini", "Mauro")
    with act(by=network.coordinator, why="taken on"):
        actions.record_milestone(pathway=taken_on, what="taken_on", at=clock.now(), by=network.coordinator)
    client.force_login(network.coordinator)
    assert client.get(TODAY).context["found"].to_decide == 1


def test_the_phones_foot_keeps_ward_and_reminders_for_a_nurse_and_the_board_for_a_coordinator(rf, network):
    from patients.templatetags.frame import botnav

    def foot(user) -> list[str]:
        request = rf.get("/")
        request.user = user
        return [entry["way"].url_name for entry in botnav({"request": request})["ways"]]

    assert foot(network.nurse) == ["worklist:today", "worklist:patients", "toxicity:mine", "reminders:list"]
    assert foot(network.coordinator) == ["worklist:today", "worklist:patients", "worklist:board", "reminders:list"]

"""The bedside pages: who may, what is asked, what is never filled in, and forms that are sent twice, late or astray."""

import json
import random
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import translation

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.models import AccessEntry
from patients.clinical import astct
from patients.pathway.actions import set_day_0
from patients.toxicity import actions, episodes, forms, rules, shown, words
from patients.toxicity.models import Assessment, IntensiveCare, OtherToxicity, Treatment, WatchProtocol
from tests import marks
from tests.network import centre, day_4, person
from tests.toxicity.bedside import (
    AWAKE_TYPED,
    CALM,
    CALM_AND_AWAKE,
    CALM_TYPED,
    FEVER,
    HYPOTENSIVE,
    assess,
    grade,
    hours_ago,
    typed,
)
from tests.toxicity.test_actions import give_weight, tocilizumab

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=day_4)]


@pytest.fixture
def network(prepared):
    return prepared[0]


@pytest.fixture
def pathway(prepared):
    return prepared[1]


@pytest.fixture
def nurse(client, network):
    client.force_login(network.nurse)
    client.cookies["django_language"] = "en"
    return client


def url(name: str, *keys) -> str:
    return reverse(f"toxicity:{name}", args=keys)


def send(client, address: str, answers: dict, token: str | None = None):
    token = token or client.get(address).context["token"]
    return client.post(address, answers | {"token": token})


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────

PAGES = ("sheet", "assess", "treat", "measure", "close", "discharge")


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("nurse", (200, 200, 200, 200, 200, 200)),
        ("haematologist", (200, 200, 200, 200, 200, 200)),
        ("coordinator", (200, 403, 403, 403, 403, 403)),
        ("referrer", (403, 403, 403, 403, 403, 403)),
        ("administrator", (404, 404, 404, 404, 404, 404)),
    ],
)
def test_each_role_opens_what_it_may(client, network, pathway, who, answers):
    client.force_login(getattr(network, who))
    assert tuple(client.get(url(name, pathway.pk)).status_code for name in PAGES) == answers


def test_a_coordinator_reads_a_set_and_confirms_nothing(client, network, pathway):
    row = assess(pathway, network.nurse, FEVER)
    client.force_login(network.coordinator)
    address = url("confirm", pathway.pk, row.pk)
    assert client.get(address).status_code == 200
    assert client.post(address, {"as_computed": "yes"}).status_code == 403
    assert grade(row).confirmed is None


def test_another_hubs_nurse_finds_nobody(client, network, pathway):
    client.force_login(person("nurse@hub9.example", ("nurse", centre("hub9"))))
    assert client.get(url("sheet", pathway.pk)).status_code == 404
    assert client.post(url("preview", pathway.pk), {}).status_code == 404


def test_a_set_of_another_patient_is_not_found_under_this_ones_address(nurse, network, pathway):
    other = network.infused(2, "Bianchi", "Luca")
    row = assess(other, network.nurse, FEVER)
    for name in ("confirm", "correct", "strike", "told"):
        assert nurse.get(url(name, pathway.pk, row.pk)).status_code == 404


def test_log_in_is_asked_first(client, pathway):
    answer = client.get(url("sheet", pathway.pk))
    assert (answer.status_code, url("sheet", pathway.pk) in answer.url) == (302, True)


def test_opening_a_sheet_is_written_into_the_access_log(nurse, network, pathway):
    nurse.get(url("sheet", pathway.pk))
    entry = AccessEntry.objects.latest("at")
    assert (entry.by_id, entry.what, entry.patient_ids) == (network.nurse.pk, "toxicity:sheet", [pathway.patient_id])


# ── nothing is filled in ─────────────────────────────────────────────────────────────────────────────────────────


def filled(html: str) -> set[str]:
    """The names of inputs on a page that carry a value or a tick, apart from what the page itself needs."""
    inputs = re.findall(r"<input[^>]*>", html[html.index('id="form"') : html.index("</form>", html.index('id="form"'))])
    found = set()
    for one in inputs:
        name = re.search(r'name="([^"]*)"', one)
        kind = re.search(r'type="([^"]*)"', one)
        if not name or (kind and kind[1] == "hidden"):
            continue
        ticked = "checked" in one if kind and kind[1] in ("radio", "checkbox") else 'value="' in one
        if ticked:
            found.add(name[1])
    return found


def test_nothing_measured_is_filled_in_and_the_last_values_stand_in_grey(nurse, network, pathway):
    assess(pathway, network.nurse, HYPOTENSIVE | {"setting": "inpatient"}, hours=2)
    nurse.cookies["django_language"] = "it"
    html = nurse.get(url("assess", pathway.pk)).content.decode()
    assert filled(html) == {"at_day", "at_time", "setting"}
    assert re.findall(r'<span class="cp-last"><span class="cp-vh">[^<]*</span>([^<]*)</span>', html)[:3] == [
        "38,4",
        "80",
        "88",
    ]


def test_tiles_are_real_radios_and_the_card_works_without_scripts(nurse, pathway):
    html = nurse.get(url("assess", pathway.pk)).content.decode()
    assert len(re.findall(r'type="radio" name="hypotension"', html)) == 3
    assert 'method="post"' in html
    card = html[html.index('id="form"') : html.index("</form>", html.index('id="form"'))]
    helps_of_scripts = re.findall(r"<[^>]* (?:hidden data-says|data-left-open hidden)[^>]*>", card)
    assert len(re.findall(r" hidden", card)) == len(helps_of_scripts) == 3


def test_a_calm_set_takes_few_taps(nurse, pathway):
    """users.md 4.3: at most 8 taps beyond digits for a calm set: tiles, sending, confirming."""
    tiles = [name for name in CALM_TYPED if name in ("hypotension", "vasopressors", "oxygen_device")]
    answer = send(nurse, url("assess", pathway.pk), typed(pathway, **CALM_TYPED))
    page = nurse.get(answer.url)
    assert page.context["said"].as_computed == "CRS 0"
    done = send(nurse, answer.url, {"as_computed": "yes"})
    taps = len(tiles) + len(["record the set", "confirm"])
    assert (done.status_code, taps) == (302, 5)
    assert grade(Assessment.objects.get()).confirmed == 0


def test_only_the_time_must_be_answered():
    form = forms.AssessmentForm.base_fields
    assert [name for name, field in form.items() if field.required] == ["at"]


# ── taking a set ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_whole_calm_set_becomes_its_facts(nurse, pathway):
    send(nurse, url("assess", pathway.pk), typed(pathway, **CALM_TYPED, **AWAKE_TYPED))
    row = Assessment.objects.get()
    assert {name: getattr(row, name) for name in CALM_AND_AWAKE} == CALM_AND_AWAKE


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("375", "375 °C is too much: perhaps 37.5?"),
        ("98.6", "98.6 looks like degrees Fahrenheit, that is 37.0 °C: write it in °C."),
        ("38.45", "At most 1 decimals."),
        ("47", "47 °C is too much: between 30 and 45."),
    ],
)
def test_an_implausible_temperature_is_asked_back_and_what_was_typed_stays(nurse, pathway, written, sentence):
    answer = nurse.post(
        url("assess", pathway.pk),
        typed(pathway, **CALM_TYPED | {"temp_c": written})
        | {"token": nurse.get(url("assess", pathway.pk)).context["token"]},
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["temp_c"] == [sentence]
    assert f'value="{written}"' in answer.content.decode()
    assert 'value="120"' in answer.content.decode()
    assert Assessment.objects.count() == 0


def test_none_with_a_drug_contradicts_itself(nurse, pathway):
    answers = typed(pathway, **CALM_TYPED | {"vasopressors": ["none", "noradrenaline"]})
    answer = send(nurse, url("assess", pathway.pk), answers)
    assert list(answer.context["form"].errors) == ["vasopressors"]


def test_another_vasopressor_counts_by_its_name(nurse, pathway):
    answers = CALM_TYPED | {"temp_c": "38,5", "vasopressors": ["noradrenaline"], "vasopressor_other": "angiotensin"}
    send(nurse, url("assess", pathway.pk), typed(pathway, **answers))
    assert grade(Assessment.objects.get()).computed == 4


def test_a_form_sent_twice_records_once(nurse, pathway):
    address = url("assess", pathway.pk)
    token = nurse.get(address).context["token"]
    first = send(nurse, address, typed(pathway, **CALM_TYPED), token)
    second = send(nurse, address, typed(pathway, **CALM_TYPED), token)
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    assert Assessment.objects.count() == 1


def test_a_form_opened_on_one_patient_is_not_taken_for_another(nurse, network, pathway):
    other = network.infused(2, "Bianchi", "Luca")
    token = nurse.get(url("assess", other.pk)).context["token"]
    answer = send(nurse, url("assess", pathway.pk), typed(pathway, **CALM_TYPED), token)
    assert answer.status_code == 400
    assert Assessment.objects.count() == 0


def test_a_past_set_is_taken_and_marked(nurse, network, pathway):
    row = assess(pathway, network.nurse, CALM, hours=5)
    assert shown.one_set(pathway, row, row.grades.all()).late != ""
    assert shown.one_set(pathway, assess(pathway, network.nurse, CALM), []).late == ""


# ── preview ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_preview_grades_and_stores_nothing(nurse, pathway):
    answer = nurse.post(url("preview", pathway.pk), typed(pathway, **CALM_TYPED | {"temp_c": "38,4"}))
    assert [(one.scale, one.computed) for one in answer.context["said"].grades] == [("crs", 1), ("icans", None)]
    assert len(answer.context["said"].alerts) == 1
    html = answer.content.decode()
    assert (marks.faults(html, around=("preview",)), marks.rules_on(html)) == ([], {"crs", "icans"})
    assert Assessment.objects.count() == 0
    assert nurse.get(url("preview", pathway.pk)).status_code == 405


def test_a_wrong_answer_counts_as_not_assessed_in_the_preview(nurse, pathway):
    answer = nurse.post(url("preview", pathway.pk), typed(pathway, **CALM_TYPED | {"temp_c": "375"}))
    assert (answer.status_code, answer.context["said"].grades[0].status) == (200, "incomplete")


def test_an_impossible_pair_is_no_error_page_in_the_preview(nurse, pathway):
    answer = nurse.post(url("preview", pathway.pk), typed(pathway, **CALM_TYPED | {"diastolic": "130"}))
    assert (answer.status_code, answer.context["said"].grades) == (200, [])


# ── confirm ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_published_row_is_lit_and_the_purpose_is_said(nurse, network, pathway):
    row = assess(pathway, network.nurse, HYPOTENSIVE)
    answer = nurse.get(url("confirm", pathway.pk, row.pk))
    html = answer.content.decode()
    lit = re.findall(r'<tr class="lit"[^>]*>.*?</tr>', html, re.DOTALL)
    assert len(lit) == 1 and "present, no vasopressor" in lit[0]
    assert str(words.INTENDED_PURPOSE) in html.replace("&#x27;", "'")


def test_another_grade_without_a_reason_keeps_what_was_chosen(nurse, network, pathway):
    row = assess(pathway, network.nurse, HYPOTENSIVE)
    answer = send(nurse, url("confirm", pathway.pk, row.pk), {"crs": "1"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["crs_reason"])
    assert grade(row).confirmed is None
    done = send(nurse, url("confirm", pathway.pk, row.pk), {"crs": "1", "crs_reason": "wrong cuff"})
    assert (done.status_code, grade(row).computed, grade(row).confirmed) == (302, 2, 1)


def test_five_is_offered_to_haematologists_alone(client, network, pathway):
    row = assess(pathway, network.nurse, HYPOTENSIVE)
    offered = {}
    for user in (network.nurse, network.haematologist):
        client.force_login(user)
        form = client.get(url("confirm", pathway.pk, row.pk)).context["form"]
        offered[user] = [value for value, _label in form.fields["crs"].choices]
    assert offered[network.nurse][-1] == "4"
    assert offered[network.haematologist][-1] == "5"


def test_a_grade_that_changed_meanwhile_is_a_conflict(nurse, network, pathway):
    row = assess(pathway, network.nurse, HYPOTENSIVE)
    address = url("confirm", pathway.pk, row.pk)
    token = nurse.get(address).context["token"]
    crs = grade(row)
    actions.confirm(grade=crs, value=2, by=network.haematologist, version=crs.version)
    answer = send(nurse, address, {"crs": "3", "crs_reason": "looks worse"}, token)
    assert answer.status_code == 409
    assert grade(row).confirmed == 2


# ── correct, strike, told ────────────────────────────────────────────────────────────────────────────────────────


def test_a_correction_shows_what_was_recorded_and_keeps_the_old_version(nurse, network, pathway):
    row = assess(pathway, network.nurse, CALM_AND_AWAKE)
    address = url("correct", pathway.pk, row.pk)
    form = nurse.get(address).context["form"]
    assert {name: form.initial[name] for name in ("systolic", "vasopressors", "neuro_signs", "ice_objects")} == {
        "systolic": 120,
        "vasopressors": ["none"],
        "neuro_signs": ["none"],
        "ice_objects": "3",
    }
    answers = CALM_TYPED | AWAKE_TYPED | {"hypotension": "yes", "why": "pressure was 88"}
    done = send(nurse, address, typed(pathway, **answers))
    new = Assessment.objects.get(corrects=row)
    assert (done.status_code, new.hypotension, new.correction_reason) == (302, True, "pressure was 88")
    assert (Assessment.objects.get(pk=row.pk).hypotension, row.pk != new.pk) == (False, True)


def test_a_correction_of_what_was_corrected_meanwhile_is_a_conflict_that_keeps_the_typing(nurse, network, pathway):
    row = assess(pathway, network.nurse, CALM)
    address = url("correct", pathway.pk, row.pk)
    token = nurse.get(address).context["token"]
    actions.correct(assessment=row, at=row.at, facts=FEVER, reason="x", by=network.haematologist, version=row.version)
    answers = typed(pathway, **CALM_TYPED | {"heart_rate": "91", "why": "misread"})
    answer = send(nurse, address, answers, token)
    assert answer.status_code == 409
    assert 'value="91"' in answer.content.decode()
    assert Assessment.objects.count() == 2


def test_a_struck_set_is_shown_as_such(nurse, network, pathway):
    row = assess(pathway, network.nurse, HYPOTENSIVE)
    assert send(nurse, url("strike", pathway.pk, row.pk), {"why": "other patient"}).status_code == 302
    assert Assessment.objects.get(pk=row.pk).struck_why == "other patient"
    assert "other patient" in nurse.get(url("sheet", pathway.pk)).content.decode()


def test_who_was_told_is_written_down(nurse, network, pathway):
    row = assess(pathway, network.nurse, FEVER)
    now = clock.local(clock.now(), "Europe/Rome")
    answers = {"told_whom": "Dr. Neri", "told_at_day": f"{now:%d/%m/%Y}", "told_at_time": f"{now:%H:%M}"}
    assert send(nurse, url("told", pathway.pk, row.pk), answers).status_code == 302
    assert Assessment.objects.get(pk=row.pk).told_whom == "Dr. Neri"


# ── treatments ───────────────────────────────────────────────────────────────────────────────────────────────────


def dose(pathway, **answers) -> dict:
    return typed(pathway, **{"drug": "tocilizumab", "dose_mg": "624", "route": "iv"} | answers)


def test_tocilizumab_asks_for_todays_weight_and_takes_it_with_the_dose(nurse, network, pathway):
    address = url("treat", pathway.pk)
    refused = send(nurse, address, dose(pathway))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["weight_kg"])
    assert send(nurse, address, dose(pathway, weight_kg="78,0")).status_code == 302
    row = Treatment.objects.get()
    assert (row.dose_mg, row.weight_kg, row.unit, row.route) == (624, 78, "mg", "iv")
    assert shown.weight_words(pathway).startswith("78")


def test_more_than_one_full_dose_is_asked_back_once(nurse, network, pathway):
    give_weight(pathway, network.nurse)
    address = url("treat", pathway.pk)
    asked = send(nurse, address, dose(pathway, dose_mg="6240"))
    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["dose_mg"])
    assert send(nurse, address, dose(pathway, dose_mg="880", checked="on")).status_code == 302


def test_a_treatment_entered_in_error_is_struck(nurse, network, pathway):
    give_weight(pathway, network.nurse)
    row = tocilizumab(pathway, network.nurse, hours=1)
    address = url("amend", pathway.pk, "treatment", row.pk)
    unexplained = send(nurse, address, {"struck": "on"})
    assert (unexplained.status_code, list(unexplained.context["form"].errors)) == (422, ["why"])
    assert send(nurse, address, {"struck": "on", "why": "not given"}).status_code == 302
    assert Treatment.objects.get().struck_why == "not given"


def test_a_treatment_is_corrected_and_the_old_version_stays(nurse, network, pathway):
    give_weight(pathway, network.nurse)
    row = tocilizumab(pathway, network.nurse, hours=1)
    address = url("amend", pathway.pk, "treatment", row.pk)
    assert nurse.get(address).context["form"].initial["dose_mg"] == 624
    assert send(nurse, address, dose(pathway, dose_mg="560", why="misread")).status_code == 302
    new = Treatment.objects.standing().get()
    assert (new.dose_mg, new.corrects_id, new.correction_reason) == (560, row.pk, "misread")
    assert "replaced by a correction" in nurse.get(url("sheet", pathway.pk)).content.decode()


# ── other toxicities and intensive care ──────────────────────────────────────────────────────────────────────────


def test_another_toxicity_is_recorded_corrected_and_struck(nurse, network, pathway):
    started = f"{pathway.day_0:%d/%m/%Y}"
    answers = {"what": "infection", "grade": "3", "started_on": started}
    unnamed = send(nurse, url("add", pathway.pk, "other"), answers)
    assert (unnamed.status_code, list(unnamed.context["form"].errors)) == (422, ["named"])
    answers["named"] = "E. coli, blood"
    assert send(nurse, url("add", pathway.pk, "other"), answers).status_code == 302
    row = OtherToxicity.objects.get()
    assert (row.what, row.grade, row.ctcae_version, row.ended_on) == ("infection", 3, "CTCAE v5.0", None)
    amend = url("amend", pathway.pk, "other", row.pk)
    assert send(nurse, amend, answers | {"grade": "unknown", "why": "not graded yet"}).status_code == 302
    assert OtherToxicity.objects.get().grade is None
    assert send(nurse, amend, {"struck": "on", "why": "other patient"}).status_code == 302
    assert [one.stands for one in episodes.beside(pathway).others] == [False]


def test_only_a_haematologist_records_a_death_by_another_toxicity(nurse, pathway):
    answers = {"what": "pml", "grade": "5", "started_on": f"{pathway.day_0:%d/%m/%Y}"}
    refused = send(nurse, url("add", pathway.pk, "other"), answers)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["grade"])


def test_nobody_goes_home_from_intensive_care(nurse, network, pathway):
    into, out = (clock.local(hours_ago(n), "Europe/Rome") for n in (9, 3))
    answers = {"in_at_day": f"{into:%d/%m/%Y}", "in_at_time": f"{into:%H:%M}", "reason": "hypotension"}
    assert send(nurse, url("add", pathway.pk, "intensive-care"), answers).status_code == 302
    again = send(nurse, url("add", pathway.pk, "intensive-care"), answers)
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["in_at"])
    home = {"on": f"{clock.today('Europe/Rome'):%d/%m/%Y}"}
    still = send(nurse, url("discharge", pathway.pk), home)
    assert (still.status_code, list(still.context["form"].errors)) == (422, ["on"])
    assert nurse.get(url("mine")).context["cards"][0].chips[0][0] == "In intensive care"
    stay = IntensiveCare.objects.get()
    left = answers | {"out_at_day": f"{out:%d/%m/%Y}", "out_at_time": f"{out:%H:%M}"}
    assert send(nurse, url("amend", pathway.pk, "intensive-care", stay.pk), left).status_code == 302
    assert send(nurse, url("discharge", pathway.pk), home).status_code == 302


def test_two_stays_in_intensive_care_never_overlap_in_the_database(network, pathway):
    kept = {"pathway": pathway, "reason": "x", "recorded_at": clock.now(), "recorded_by": network.nurse}
    with act(by=network.nurse, why="test"):
        IntensiveCare.objects.create(in_at=hours_ago(9), out_at=None, **kept)
    with pytest.raises(IntegrityError), act(by=network.nurse, why="test"):
        IntensiveCare.objects.create(in_at=hours_ago(1), out_at=None, **kept)


def test_an_episode_is_shown_with_its_confirmed_worst_and_what_was_given_in_it(nurse, network, pathway):
    give_weight(pathway, network.nurse)
    row = assess(pathway, network.nurse, HYPOTENSIVE, hours=6)
    crs = row.grades.get(scale="crs")
    actions.confirm(grade=crs, value=2, by=network.nurse, version=crs.version)
    tocilizumab(pathway, network.nurse, hours=5)
    actions.treat(
        pathway=pathway, drug="methylprednisolone", dose_mg=Decimal(53), route="iv", at=hours_ago(4), by=network.nurse
    )
    assess(pathway, network.nurse, CALM_AND_AWAKE, hours=3)
    tocilizumab(pathway, network.nurse, hours=1)
    page = nurse.get(url("sheet", pathway.pk))
    (one,) = page.context["sheet"].episodes
    assert (one.name, one.worst, one.confirmed, one.tocilizumab, bool(one.end)) == ("CRS", 2, 2, 1, True)
    html = page.content.decode()
    assert (marks.faults(html), marks.rules_on(html)) == ([], {"crs", "icans", "grades", "steroid"})
    assert one.steroid == "10.0 mg of dexamethasone equivalent"
    assert len(one.drugs) == 2


def test_baseline_pressure_and_weight_are_measured_on_one_page(nurse, network, pathway):
    answers = typed(pathway, weight="78", baseline_systolic="130", baseline_diastolic="80")
    assert send(nurse, url("measure", pathway.pk), answers).status_code == 302
    assert set(shown.last_measures(pathway)) == {"weight", "baseline_systolic", "baseline_diastolic"}
    empty = send(nurse, url("measure", pathway.pk), typed(pathway))
    assert empty.status_code == 422


# ── the sheet and the ward ───────────────────────────────────────────────────────────────────────────────────────


def test_the_sheet_draws_the_worst_of_each_day_and_says_what_was_given(nurse, network, pathway):
    assess(pathway, network.nurse, HYPOTENSIVE, hours=2)
    assess(pathway, network.nurse, CALM_AND_AWAKE, hours=1)
    give_weight(pathway, network.nurse)
    tocilizumab(pathway, network.nurse, hours=1.5)
    answer = nurse.get(url("sheet", pathway.pk))
    table = re.sub(r"<[^>]*>", " ", answer.content.decode().split('id="toxicity-table"')[1].split("</table>")[0])
    assert re.findall(r"2 +Moderate +computed, to be confirmed", table) != []
    assert re.findall(r"Tocilizumab 1 dose", table) == ["Tocilizumab 1 dose"]


def test_the_ward_lists_patients_by_next_check_with_grades_now_and_at_worst(nurse, network, pathway):
    later = network.infused(2, "Bianchi", "Luca")
    assess(pathway, network.nurse, HYPOTENSIVE, hours=6)
    assess(pathway, network.nurse, CALM_AND_AWAKE, hours=5)
    assess(later, network.nurse, CALM_AND_AWAKE, hours=1)
    cards = nurse.get(url("mine")).context["cards"]
    assert [card.name for card in cards] == ["Rossi Anna", "Bianchi Luca"]
    assert [(one.name, one.now, one.worst_24h, one.stale) for one in cards[0].grades] == [
        ("CRS", 0, 2, True),
        ("ICANS", 0, 0, True),
    ]
    assert [one.stale for one in cards[1].grades] == [False, False]


def test_the_ward_is_closed_to_those_without_bedside_work(client, network, pathway):
    for user in (network.coordinator, network.referrer, network.administrator):
        client.force_login(user)
        assert client.get(url("mine")).status_code == 403


def test_the_ward_asks_the_same_of_the_database_for_one_patient_and_for_six(
    nurse, network, pathway, django_assert_max_num_queries
):
    def queries() -> int:
        with django_assert_max_num_queries(60) as caught:
            nurse.get(url("mine"))
        return len(caught.captured_queries)

    assess(pathway, network.nurse, CALM_AND_AWAKE)
    queries()  # the first request of a minute writes the session
    one = queries()
    for number in range(2, 7):
        assess(network.infused(number, f"Bianchi{number}"), network.nurse, CALM_AND_AWAKE)
    assert queries() == one


# ── every vector through the room ────────────────────────────────────────────────────────────────────────────────

VECTORS = json.loads((Path(__file__).parents[1] / "clinical" / "vectors.json").read_text(encoding="utf-8"))
YES_NO = {True: "yes", False: "no"}


def crs_answers(given: dict) -> dict:
    """A vector's facts as a person would tap them; what the vector leaves out takes reference 10's default."""
    oxygen = given.get("oxygen", {"device": "none"})
    answers = {
        "temp_c": str(given["temp_c"]).replace(".", ","),
        "hypotension": YES_NO[given.get("hypotension", False)],
        "vasopressors": given.get("vasopressors") or ["none"],
        "oxygen_device": oxygen["device"],
        "fever_earlier": YES_NO[given.get("fever_earlier_in_episode", False)],
        "fever_drug_given": YES_NO[given.get("antipyretic_or_anticytokine_or_steroid_given", False)],
        "oxygen_for_hypoxia": YES_NO[oxygen.get("to_correct_hypoxia", True)],
    }
    if oxygen.get("flow_l_min") is not None:
        answers["oxygen_flow_l_min"] = str(oxygen["flow_l_min"])
    return answers


def icans_answers(given: dict) -> dict:
    """A vector's ICE total as items, and its findings as tiles."""
    left, answers = given["ice"], {}
    for name, most in (("orientation", 4), ("objects", 3), ("command", 1), ("sentence", 1), ("counting", 1)):
        answers[f"ice_{name}"] = str(min(left, most))
        left -= min(left, most)
    oedema = given.get("oedema", "none")
    return answers | {
        "consciousness": given.get("consciousness", "alert"),
        "seizure": given.get("seizure", "none"),
        "neuro_signs": ["none"] if oedema == "none" else [f"oedema_{oedema}"],
    }


def as_expected(row) -> object:
    if row.status == "needs_judgement":
        return {"status": "NEEDS_JUDGEMENT", "would_be": row.would_be, "urgent": row.urgent}
    return {"incomplete": True, "range": [row.low, row.high]} if row.status == "incomplete" else row.computed


@pytest.mark.parametrize("vector", VECTORS["crs"], ids=lambda vector: vector["id"])
def test_crs_vector_from_the_card_to_the_grade(nurse, pathway, vector):
    answer = send(nurse, url("assess", pathway.pk), typed(pathway, **crs_answers(vector["input"])))
    assert answer.status_code == 302, answer.context["form"].errors
    assert as_expected(grade(Assessment.objects.get())) == vector["expected"]


@pytest.mark.parametrize("vector", VECTORS["icans"], ids=lambda vector: vector["id"])
def test_icans_vector_from_the_card_to_the_grade(nurse, pathway, vector):
    answer = send(nurse, url("assess", pathway.pk), typed(pathway, **icans_answers(vector["input"])))
    assert answer.status_code == 302, answer.context["form"].errors
    assert as_expected(grade(Assessment.objects.get(), "icans")) == vector["expected"]


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_ground_of_the_rules_has_words(checkout):
    sources = ("clinical/astct.py", "clinical/dosing.py", "clinical/result.py", "toxicity/rules.py")
    text = "\n".join((checkout / "patients" / source).read_text(encoding="utf-8") for source in sources)
    codes = set(re.findall(r'Ground\(\s*"([a-z_0-9]+)"', text)) | {"oxygen_low_flow", "oxygen_high_flow"}
    assert codes - set(words.GROUNDS) == set()


@pytest.mark.parametrize("language", ["en", "it"])
def test_whatever_the_rules_say_can_be_said_in_words(language):
    """Sets drawn at random from every class of value: each ground finds its words and its values."""
    draw = random.Random(1)
    with translation.override(language):
        for _ in range(1000):
            crs = {name: draw.choice((None, *values)) for name, values in astct.CRS_COULD_BE.items()}
            icans = {name: draw.choice((None, *values)) for name, values in astct.ICANS_COULD_BE.items()}
            if sum(value is None for value in crs.values()) > 3 or sum(value is None for value in icans.values()) > 3:
                continue
            ice = astct.IceItems(objects_named=draw.choice((None, 0, 3)), follows_command=draw.choice((None, True)))
            said = (
                rules.grade_crs(astct.CrsFacts(**crs)),
                rules.grade_icans(astct.IcansFacts(**icans), ice, age_years=60),
            )
            for outcome in said:
                assert all(words.ground_words(ground) for ground in (*outcome.grounds, *outcome.warnings))


def test_every_choice_of_the_rules_has_words():
    assert set(words.DEVICES) == set(astct.DEVICE_GRADES)
    assert set(words.CONSCIOUSNESS) == set(astct.CONSCIOUSNESS_GRADES)
    assert set(words.SEIZURES) == set(astct.SEIZURE_GRADES)
    assert set(words.FACTS) >= set(astct.CRS_COULD_BE) | set(astct.ICANS_COULD_BE) | {"ice"}


def test_the_sheet_stands_without_a_day_0(nurse, network, pathway):
    assess(pathway, network.nurse, FEVER)
    with act(by=network.haematologist, why="infusion entered in error"):
        set_day_0(pathway=pathway, day=None, by=network.haematologist)
    answer = nurse.get(url("sheet", pathway.pk))
    assert (answer.status_code, answer.context["sheet"].has_data, len(answer.context["sheet"].sets)) == (200, False, 1)


def test_the_sheet_asks_the_same_of_the_database_for_one_set_and_for_six(
    nurse, network, pathway, django_assert_max_num_queries
):
    def queries() -> int:
        with django_assert_max_num_queries(60) as caught:
            nurse.get(url("sheet", pathway.pk))
        return len(caught.captured_queries)

    assess(pathway, network.nurse, CALM_AND_AWAKE, hours=20)
    queries()  # the first request of a minute writes the session
    one = queries()
    for hours in range(1, 6):
        assess(pathway, network.nurse, FEVER, hours=hours)
    assert queries() == one


def test_a_hub_sets_its_thresholds(client, network):
    client.force_login(network.haematologist)
    address = url("protocol", network.hub.pk)
    page = client.get(address)
    row = page.context["form"].initial
    answers = {name: str(value) for name, value in row.items()}
    assert send(client, address, answers | {"temp_over_c": "37,2"}).status_code == 302
    own = WatchProtocol.objects.get(centre=network.hub)
    assert (str(own.temp_over_c), own.heart_rate_over) == ("37.2", 120)
    stale = send(client, address, answers, page.context["token"])
    assert stale.status_code == 409
    assert str(WatchProtocol.objects.get(centre=network.hub).temp_over_c) == "37.2"


def test_today_is_marked_only_where_the_sheet_shows_it(client, network):
    client.force_login(network.coordinator)
    client.cookies["django_language"] = "en"

    def marked(days_ago: int) -> bool:
        pathway = network.infused(days_ago, "Orsini", "Mauro", days_ago=days_ago)
        assess(pathway, network.nurse, FEVER, hours=24 * (days_ago - 2))
        page = client.get(reverse("toxicity:sheet", args=[pathway.pk])).content.decode()
        return "today, day" in page

    assert (marked(30), marked(31)) == (True, False)

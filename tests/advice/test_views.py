"""Advice on its pages: nothing while it is off, confirmed grades alone, every dose, and who switches and edits."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from patients.advice import actions, reading, shown
from patients.advice.models import AdviceEdit, AdviceLine, AdviceSwitch
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.purpose import INTENDED_PURPOSE
from patients.audit.refusals import Refused
from patients.followup import actions as followup
from patients.identity.access import access_to
from patients.rulebook import actions as rulebook
from patients.toxicity.actions import confirm, strike, treat
from patients.toxicity.models import ReportedGrade
from tests.forms import send, token
from tests.network import day_4, person
from tests.toxicity.bedside import FEVER, HYPOTENSIVE, assess, grade, hours_ago
from tests.toxicity.test_actions import give_weight, tocilizumab

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=day_4)]

TITLE = "To consider, to check"


@pytest.fixture
def network(prepared):
    return prepared[0]


@pytest.fixture
def pathway(prepared):
    return prepared[1]


@pytest.fixture
def haematologist(client, network):
    client.force_login(network.haematologist)
    client.cookies["django_language"] = "en"
    return client


def switch(network, on=True, guidelines=("ebmt", "nccn"), by=None, why="board of 20/11"):
    return actions.switch(hub=network.hub, on=on, guidelines=guidelines, why=why, by=by or network.haematologist)


def address(name: str, *keys) -> str:
    return reverse(name, args=keys)


def words_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def refused(call, **given) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as no:
        call(**given)
    return [(reason.code, reason.field) for reason in no.value.reasons]


def now(network, pathway):
    return shown.now(pathway, access_to(network.haematologist, pathway.patient))


def test_off_nothing_is_shown_and_grades_are_computed_all_the_same(haematologist, network, pathway):
    row = assess(pathway, network.nurse, HYPOTENSIVE)
    confirm(grade=grade(row), value=2, by=network.haematologist, version=grade(row).version)
    give_weight(pathway, network.nurse)

    def pages():
        addresses = [address("toxicity:sheet", pathway.pk), address("toxicity:confirm", pathway.pk, row.pk)]
        addresses += [address("toxicity:treat", pathway.pk), address("followup:course", pathway.pk)]
        return [words_of(haematologist.get(one)) for one in addresses]

    assert [(TITLE in page, "mg/kg" in page, "onsider" in page) for page in pages()] == [(False, False, False)] * 4
    assert grade(row).computed == 2
    assert "This hub shows no advice." in words_of(haematologist.get(address("advice:pathway", pathway.pk)))
    switch(network)
    assert [TITLE in page for page in pages()] == [True] * 4
    assert "neither drives nor works machines" in words_of(haematologist.get(address("advice:pathway", pathway.pk)))
    switch(network, on=False)
    assert [TITLE in page for page in pages()] == [False] * 4


def test_the_sheet_shows_the_rows_of_the_confirmed_grade_and_every_dose(haematologist, network, pathway):
    switch(network)
    page = words_of(haematologist.get(address("toxicity:sheet", pathway.pk)))
    assert "CRS not assessed yet" in page
    row = assess(pathway, network.nurse, HYPOTENSIVE | {"consciousness": "alert"}, hours=1)
    page = words_of(haematologist.get(address("toxicity:sheet", pathway.pk)))
    assert ("Confirm CRS of" in page, "Consider tocilizumab" in page) == (True, False)
    confirm(grade=grade(row), value=2, by=network.nurse, version=grade(row).version)
    toci = now(network, pathway).tocilizumab
    assert (toci.mg, toci.weight_state, toci.count, toci.may) == (None, "missing", 0, True)
    give_weight(pathway, network.nurse)
    tocilizumab(pathway, network.nurse, hours=9)
    tocilizumab(pathway, network.haematologist, hours=0.5)
    said = now(network, pathway)
    assert [(group.title, [one.name for one in group.lines]) for group in said.groups] == [
        ("CRS grade 2", ["EBMT/EHA", "NCCN"]),
        ("Intensive care", ["Intensive care"]),
        ("Antifungal prophylaxis", ["Antifungal prophylaxis"]),
    ]
    toci = said.tocilizumab
    assert (toci.mg, toci.weight_state, toci.count, toci.may) == (624, "known", 2, False)
    assert [one.by for one in toci.doses] == [str(network.nurse), str(network.haematologist)]
    page = haematologist.get(address("toxicity:sheet", pathway.pk))
    told = words_of(page)
    assert str(INTENDED_PURPOSE) in told.replace("&#x27;", "'")
    assert "NCCN v2.2026, at second hand" in told
    assert "Less than 8 hours since the last dose. Another may be considered from" in told


def test_a_reported_grade_and_one_whose_facts_changed_feed_nothing(network, pathway):
    switch(network)
    with act(by=network.haematologist, why="import"):
        ReportedGrade.objects.create(pathway=pathway, day=4, scale="crs", value=3, source="study", at=clock.now())
    said = now(network, pathway)
    assert ([one.grade for one in said.scales], said.groups, said.tocilizumab) == ([None, None], [], None)
    first = assess(pathway, network.nurse, FEVER, hours=3)
    second = assess(pathway, network.nurse, FEVER, hours=2)
    confirm(grade=grade(second), value=1, by=network.nurse, version=grade(second).version)
    assert now(network, pathway).scales[0].grade == 1
    strike(assessment=first, why="another bed", by=network.nurse, version=first.version)
    treat(pathway=pathway, drug="antipyretic", dose_mg=1000, route="iv", at=hours_ago(2.5), by=network.nurse)
    changed = assess(pathway, network.nurse, FEVER, hours=2.8)
    assert grade(changed).computed == 1
    crs = now(network, pathway).scales[0]
    assert (crs.grade, crs.to_confirm) == (None, second.pk)


def test_persistent_grade_1_is_prompted_by_the_hours_of_the_product(network, pathway):
    switch(network)
    for hours in (24.5, 1):
        row = assess(pathway, network.nurse, FEVER, hours=hours)
        confirm(grade=grade(row), value=1, by=network.nurse, version=grade(row).version)
    first = now(network, pathway).groups[0]
    assert (first.title, [one.code for one in first.lines]) == ("CRS of grade 1 that persists", ["persistent-24h"])
    pathway.product_id = "tisa-cel"
    assert [group.title for group in now(network, pathway).groups] == ["CRS grade 1"]


def test_the_page_of_a_pathway_says_dates_stop_rule_and_sources(haematologist, network, pathway):
    switch(network)
    page = haematologist.get(address("advice:pathway", pathway.pk))
    later = page.context["later"]
    weeks = [(one.name, (one.on - pathway.day_0).days, one.tag) for one in later.dates[:3]]
    assert weeks == [
        ("Near the centre", 28, "K"),
        ("Driving, machines", 56, "K"),
        ("Antiepileptic prophylaxis, where there is one", 30, "K"),
    ]
    html = page.content.decode()
    marked = re.findall(r'data-computed="([^"]*)" data-rule="dates" data-version="([^"]*)"', html)
    label = re.compile(r"label data, version \d+ of \d\d/\d\d/\d{4}")
    sources = [(source, "label data" if label.fullmatch(said) else said) for source, said in marked]
    counted = "CARPath advice dates 1"
    assert sources == [("4", "label data")] * 2 + [("2", counted)] + [("6.2", counted)] * 4
    assert 'data-rule="window"' not in html
    assert (len(label.findall(words_of(page))), words_of(page).count(counted)) == (2, 5)
    assert [one.code for one in later.prophylaxis][-1] == "stop-rule"
    assert later.risk_known == ["product with CD28"]
    assert "Check that the patient neither drives nor works machines" in words_of(page)
    assert (later.running, later.igg, later.dates[3].name) == ([], "", "Next check of IgG")
    followup.record_counts(
        pathway=pathway, on=day(pathway, 3), values={"igg": Decimal("3.9")}, by=network.haematologist
    )
    of = {"kind": "prophylaxis", "what": "aciclovir", "named": "", "started_on": day(pathway, 1)}
    followup.record_fact(pathway=pathway, by=network.haematologist, **of)
    later = shown.later(pathway, access_to(network.haematologist, pathway.patient))
    assert [(one.stop, one.may_stop) for one in later.running] == [("12 months have not passed yet", False)]
    assert (later.igg_low, later.dates[3].on) == (True, day(pathway, 30))
    told = shown.later(pathway, access_to(network.nurse, pathway.patient))
    assert (told.running, told.igg, told.risk_hidden, len(told.dates)) == ([], "", True, len(later.dates) - 1)


def day(pathway, number: int):
    return pathway.day_0 + timedelta(days=number)


def test_a_haematologist_switches_edits_and_takes_back_and_each_stays_in_the_log(haematologist, network):
    where = address("advice:hub", network.hub.pk)
    assert send(haematologist, where, on="on", why="board").status_code == 422  # whose rows?
    assert send(haematologist, where, on="on", guidelines=["asco"], why="board").status_code == 302
    assert reading.switch_of(network.hub.pk).guidelines == ("asco",)
    line = f"{where}?line=crs-2-asco"
    wrong = send(haematologist, line, text="Give tocilizumab", why="ours")
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["text"])
    assert send(haematologist, line, text="Consider tocilizumab early", why="ours").status_code == 302
    mine = reading.lines_of(network.hub.pk)["crs-2-asco"]
    assert (mine.items, mine.is_own, mine.version) == (["Consider tocilizumab early"], True, 1)
    assert len(mine.reference_items) == 2
    page = words_of(haematologist.get(where))
    assert "Consider tocilizumab early" in page
    assert "switched on: ASCO" in page
    assert send(haematologist, line, text="", revert="on", why="back").status_code == 302
    mine = reading.lines_of(network.hub.pk)["crs-2-asco"]
    assert (mine.is_own, mine.version) == (False, 2)
    assert [(row.version, row.text, row.why, row.by) for row in AdviceEdit.objects.all()] == [
        (2, "", "back", network.haematologist),
        (1, "Consider tocilizumab early", "ours", network.haematologist),
    ]


def test_two_who_switch_at_once_conflict_and_neither_is_lost(haematologist, network):
    where = address("advice:hub", network.hub.pk)
    opened = token(haematologist, where)
    switch(network, guidelines=("ebmt",))
    late = haematologist.post(where, {"token": opened, "on": "on", "guidelines": ["nccn"], "why": "late"})
    assert (late.status_code, reading.switch_of(network.hub.pk).guidelines) == (409, ("ebmt",))


def test_every_text_says_its_source_and_how_far_it_was_verified(network):
    switch(network)
    found = {one.row.tag: shown.line_shown(one) for one in reading.lines_of(network.hub.pk).values()}
    assert {tag: (one.mark, one.verified) for tag, one in found.items()} == {
        "V": ("checked against a public source", True),
        "C": ("convention of this app", True),
        "K": ("from knowledge, not verified", False),
        "": ("no mark in the reference, not verified", False),
    }
    of = {"hub": network.hub, "kind": "advice", "key": "antiepileptic", "by": network.haematologist}
    rulebook.sign(where="EBMT handbook 2022, page 1", **of)
    signed = shown.line_shown(reading.lines_of(network.hub.pk)["antiepileptic"])
    assert (signed.verified, signed.signed.startswith(str(network.haematologist))) == (True, True)


def test_a_hub_sets_its_own_hours_of_a_persistent_grade_1_and_later_ones_need_two(haematologist, network, pathway):
    switch(network)
    second = person("second@hub.example", ("hub_haematologist", network.hub))
    line = AdviceLine.objects.get(code="persistent-24h")
    of = {"hub": network.hub, "line": line, "text": line.text_en, "why": "ours", "by": network.haematologist}
    assert refused(actions.edit, **of, hours=24) == [("advice_stands_so", "text")]
    assert refused(actions.edit, **of, hours=25) == [("needs_a_second", "second_email")]
    assert refused(actions.edit, **of, hours=25, second=network.haematologist) == [
        ("second_is_another_haematologist", "second_email")
    ]
    actions.edit(**of, hours=36, second=second)
    where = f"{address('advice:hub', network.hub.pk)}?line=persistent-24h"
    assert send(haematologist, where, text=line.text_en, hours="30", why="sooner").status_code == 302
    rows = AdviceEdit.objects.filter(line=line).values_list("hours", "second_by")
    assert list(rows) == [(30, second.pk), (36, second.pk)]
    for hours in (29, 1):
        row = assess(pathway, network.nurse, FEVER, hours=hours)
        confirm(grade=grade(row), value=1, by=network.nurse, version=grade(row).version)
    assert [group.title for group in now(network, pathway).groups] == ["CRS grade 1"]
    assert send(haematologist, where, text=line.text_en, hours="12", why="sooner").status_code == 302
    first = now(network, pathway).groups[0]
    assert ("29 hours; the limit for axi-cel is 12" in first.because, first.lines[0].own != "") == (True, True)
    actions.revert(hub=network.hub, line=line, why="back", by=network.haematologist)
    assert reading.lines_of(network.hub.pk)["persistent-24h"].hours == 24


def test_what_may_not_be_switched_or_edited(network):
    line = AdviceLine.objects.get(code="crs-1-ebmt")
    other = person("other@hub.example", ("hub_coordinator", network.hub))
    of = {"hub": network.hub, "line": line, "why": "why", "by": network.haematologist}
    assert refused(switch, network=network, by=other) == [("only_a_haematologist_of_the_hub", None)]
    assert refused(switch, network=network, why=" ") == [("say_why", "why")]
    assert refused(switch, network=network, guidelines=()) == [("choose_a_source", "guidelines")]
    assert refused(switch, network=network, on=False) == [("advice_stands_so", None)]
    assert refused(actions.edit, **of, text=" ") == [("write_the_advice", "text")]
    assert refused(actions.edit, **of, text=line.text_it) == [("advice_stands_so", "text")]
    assert refused(actions.revert, **of) == [("advice_stands_so", None)]
    assert AdviceSwitch.objects.count() == 0

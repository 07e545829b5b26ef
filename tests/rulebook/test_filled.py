"""The calculators inside a pathway: filled with what is recorded, from which day, and with nothing that is not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from patients.audit import clock
from patients.audit.actions import act
from patients.disease.models import Diagnosis
from patients.observations import actions as observations
from patients.rulebook import calculators, filled, known
from patients.rulebook.filled import BORN, HAPPENED, PLANNED, Dose, Fact, Known
from tests.network import SYSTEM, day_4
from tests.toxicity.bedside import FEVER, assess
from tests.toxicity.test_actions import tocilizumab

TODAY = date(2026, 11, 22)
DAY_0 = date(2026, 11, 10)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def values(*pairs) -> tuple[tuple[date, Decimal], ...]:
    return tuple((ago(days), Decimal(value)) for days, value in pairs)


WHOLE = Known(
    today=TODAY,
    age=66,
    measured={
        "anc": values((30, "3.4"), (10, "0.9"), (10, "0.3"), (9, "1.234")),
        "platelets": values((30, "220"), (9, "18.5")),
        "haemoglobin": values((30, "12.4")),
        "crp": values((200, "0.8")),
        "ferritin": values((30, "180")),
        "ldh": values((40, "300")),
        "weight": values((8, "64.50")),
    },
    ldh_limit=Decimal("250.000"),
    ecog=Fact.on("3", ago(50), said="3-4"),
    diagnosis={"stage": Fact.on("III", ago(60)), "extranodal_sites": Fact.on(2, ago(60))},
    bedside={"temp_c": Decimal("38.4"), "hypotension": False, "vasopressors": ["none"], "oxygen_device": None},
    bedside_on=ago(1),
    doses=(Dose(ago(0), Decimal("7.99")), Dose(ago(1), Decimal("31"))),
    ld_start=Fact.on(date(2026, 11, 5), date(2026, 11, 5), how=HAPPENED),
    infusion=Fact.on(DAY_0, DAY_0, how=HAPPENED),
    day_0=DAY_0,
)


def answers(kind: str, told: Known = WHOLE) -> dict:
    return {name: fact.value for name, fact in filled.fill(kind, told).items()}


def days(kind: str, told: Known = WHOLE) -> dict:
    return {name: (fact.first, fact.last) for name, fact in filled.fill(kind, told).items()}


@pytest.mark.parametrize("kind", calculators.KINDS)
def test_of_what_is_not_recorded_nothing_is_filled_in(kind):
    assert filled.fill(kind, Known(TODAY)) == {}


@pytest.mark.parametrize("kind", [kind for kind in calculators.KINDS if kind != "ld-window"])
def test_each_answer_has_its_field_and_is_taken_by_it(kind):
    facts = filled.fill(kind, replace(WHOLE, neurology={"ice_objects": "3"}, neurology_on=ago(1)))
    assert facts
    for language in ("it", "en"):
        with translation.override(language):
            form = known.form_with(kind, facts)
            assert form.is_valid(), form.errors
            assert all(form.fields[name].widget.came for name in facts)


def test_a_grade_reads_the_last_set_and_leaves_open_what_it_did_not_ask():
    assert answers("crs") == {"temp_c": Decimal("38.4"), "hypotension": False, "vasopressors": ["none"]}
    assert set(days("crs").values()) == {(ago(1), ago(1))}
    assert answers("icans") == {}


def test_neutrophils_become_the_lowest_of_each_day_per_microlitre_from_the_infusion_on():
    assert answers("icaht") == {"counts": "2 300\n3 1234", "platelets": "3 18.5"}
    assert days("icaht")["counts"] == (ago(10), ago(9))
    died = replace(WHOLE, died_on=date(2026, 11, 21))
    assert answers("icaht", died)["last_day"] == 11
    assert answers("icaht", replace(WHOLE, day_0=None)) == {}


def test_a_count_that_reads_two_ways_is_written_so_that_it_does_not():
    with translation.override("it"):
        form = known.form_with("ctcae", filled.fill("ctcae", WHOLE))
        assert (form["anc"].value(), form["plt"].value()) == ("1,2340", "18,5")
        assert form.is_valid(), form.errors
    assert form.cleaned_data["anc"] == Decimal("1.234")


def test_hematotox_reads_what_was_measured_before_lymphodepletion_and_other_scores_the_newest():
    assert answers("car-hematotox")["anc"] == Decimal("3.4")
    assert answers("car-hematotox")["platelets"] == Decimal("220")
    assert days("car-hematotox")["crp"] == (ago(200), ago(200))
    planned = replace(WHOLE, ld_start=Fact.on(ago(17), ago(17), how=PLANNED))
    assert answers("car-hematotox", planned)["anc"] == Decimal("1.234")
    assert answers("easix") == {"ldh": Decimal("300"), "platelets": Decimal("18.5"), "crp": Decimal("0.8")}


def test_the_limit_of_ldh_stage_and_performance_come_with_the_day_on_which_they_were_told():
    assert answers("ipi") == {
        "age": 66,
        "ldh": Decimal("300"),
        "ldh_uln": Decimal("250.000"),
        "ecog": "3",
        "extranodal_sites": 2,
        "stage": "3",
    }
    facts = filled.fill("ipi", WHOLE)
    assert (facts["age"].how, facts["ldh_uln"].first, facts["stage"].first) == (BORN, ago(40), ago(60))
    with translation.override("en"):
        assert known.came_words(facts["ecog"]) == "told as 3-4, from 03/10/2026"
        assert known.came_words(facts["age"]) == "today, from the date of birth"
    assert "ecog" not in answers("mipi", replace(WHOLE, ecog=Fact.on("5", ago(50))))


def test_hours_since_a_dose_are_cut_and_a_dose_without_its_time_leaves_them_all_open():
    assert answers("tocilizumab") == {
        "weight": Decimal("64.50"),
        "doses": "2",
        "since_1": Decimal("7.9"),
        "since_2": Decimal("31.0"),
    }
    unsure = replace(WHOLE, doses=(*WHOLE.doses, Dose(TODAY, None)))
    assert answers("tocilizumab", unsure) == {"weight": Decimal("64.50"), "doses": "3"}
    assert answers("tocilizumab", replace(WHOLE, doses=()))["doses"] == "0"
    assert answers("tocilizumab", replace(WHOLE, doses=WHOLE.doses * 3))["doses"] == "4"
    assert answers("tocilizumab", replace(WHOLE, doses=None)) == {"weight": Decimal("64.50")}


def test_days_of_the_window_say_whether_they_are_planned():
    facts = filled.fill("ld-window", replace(WHOLE, ld_end=Fact.on(ago(15), ago(15), how=PLANNED)))
    with translation.override("en"):
        assert [known.came_words(facts[name]) for name in ("ld_start", "ld_end")] == ["as it happened", "as planned"]
        several = Fact("0 900", ago(10), ago(9))
        assert known.came_words(several) == "from 12/11/2026 to 13/11/2026"


# ── on a course ──────────────────────────────────────────────────────────────────────────────────────────────────────


def page_of(client, person, pathway, kind: str):
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client.get(reverse("rulebook:of_pathway", args=[pathway.pk, kind]))


def measure(pathway, by, what: str, value: str, unit: str, days_ago: int, **more):
    at = datetime.combine(ago_today(pathway, days_ago), datetime.min.time(), UTC) + timedelta(hours=9)
    observations.record(patient=pathway.patient, what=what, value=Decimal(value), unit=unit, at=at, by=by, **more)


def ago_today(pathway, days_ago: int) -> date:
    return clock.today(pathway.hub.timezone) - timedelta(days=days_ago)


@pytest.mark.django_db
@pytest.mark.prepared(by=day_4)
def test_a_course_fills_its_calculators_for_who_reads_it(client, prepared):
    net, pathway = prepared
    by = net.haematologist
    measure(pathway, by, "ldh", "300", "U/L", 20, upper_limit=Decimal("250"))
    measure(pathway, by, "anc", "0.3", "10^9/L", 2)
    measure(pathway, by, "weight", "64.5", "kg", 3)
    with act(by=SYSTEM, why="test"):
        Diagnosis.objects.update_or_create(
            patient=pathway.patient,
            disease=pathway.disease,
            defaults={"stage": "III", "told_on": ago_today(pathway, 60)},
        )
    assess(pathway, net.nurse, FEVER, hours=1)
    tocilizumab(pathway, net.nurse, hours=9)

    ipi = page_of(client, by, pathway, "ipi")
    form = ipi.context["form"]
    assert (form["ldh"].value(), form["ldh_uln"].value(), form["stage"].value()) == ("300", "250", "3")
    assert f"from {ago_today(pathway, 20):%d/%m/%Y}" in ipi.content.decode()
    assert ipi.context["answers"][0].status == "Incomplete"

    crs = page_of(client, net.nurse, pathway, "crs")
    assert [(one.name, one.grade) for one in crs.context["answers"]] == [("CRS", 1)]
    assert page_of(client, by, pathway, "icaht").context["form"]["counts"].value() == "2 300"
    dose, following = page_of(client, net.nurse, pathway, "tocilizumab").context["answers"]
    assert (dose.value, following.status) == ("516", "")
    window = page_of(client, by, pathway, "ld-window")
    assert window.context["form"]["infusion"].value() == f"{pathway.day_0:%d/%m/%Y}"

    # What a role may not read is not filled in: the nurse reads no blood values, the referrer no bedside.
    nurse = page_of(client, net.nurse, pathway, "ipi").context["form"]
    assert {name: nurse[name].value() for name in nurse.fields if nurse[name].value()} == {
        "age": str(pathway.patient.age_on(ago_today(pathway, 0)))
    }
    assert not page_of(client, net.referrer, pathway, "crs").context["filled"]
    assert page_of(client, net.referrer, pathway, "ipi").context["form"]["ldh"].value() == "300"
    assert page_of(client, by, pathway, "nothing").status_code == 404

"""The writes of the bedside: facts appended, grades confirmed by people, changes that ask again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Refused
from patients.notices.models import Notice
from patients.observations import actions as observations
from patients.pathway import deaths
from patients.pathway.models import Pathway
from patients.toxicity import actions, reading
from patients.toxicity.models import Assessment, Grade, Treatment
from tests.network import day_4
from tests.toxicity.bedside import (
    AFEBRILE_HYPOTENSIVE,
    AWAKE,
    CALM,
    CALM_AND_AWAKE,
    FEVER,
    HYPOTENSIVE,
    ICE_10,
    assess,
    grade,
    hours_ago,
)

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=day_4)]


@pytest.fixture
def network(prepared):
    return prepared[0]


@pytest.fixture
def pathway(prepared):
    return prepared[1]


def reasons(refused) -> list[tuple]:
    return [(reason.code, reason.field) for reason in refused.value.reasons]


def open_steps(pathway) -> set[str]:
    return set(pathway.steps.filter(done_at=None, dropped_at=None).exclude(origin="map").values_list("code", flat=True))


def confirm(row: Grade, value: int, by, reason: str = "") -> Grade:
    row.refresh_from_db()
    return actions.confirm(grade=row, value=value, by=by, version=row.version, reason=reason)


def correct(row: Assessment, facts: dict, by, reason="misread", at=None) -> Assessment:
    return actions.correct(assessment=row, at=at or row.at, facts=facts, reason=reason, by=by, version=row.version)


def give_weight(pathway, by, days_ago=0, kg="78.0"):
    observations.record(
        patient=pathway.patient,
        what="weight",
        value=Decimal(kg),
        unit="kg",
        at=clock.now() - timedelta(days=days_ago),
        by=by,
    )


def tocilizumab(pathway, by, *, hours: float, mg="624"):
    return actions.treat(
        pathway=pathway, drug="tocilizumab", dose_mg=Decimal(mg), route="iv", at=hours_ago(hours), by=by
    )


# ── assess ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_calm_set_computes_zero_on_both_scales_and_waits_for_a_person(pathway, network):
    row = assess(pathway, network.nurse, CALM_AND_AWAKE)
    assert [(g.scale, g.status, g.computed, g.confirmed) for g in row.grades.order_by("scale")] == [
        ("crs", "known", 0, None),
        ("icans", "known", 0, None),
    ]
    assert open_steps(pathway) == {"confirm_grade"}


def test_vital_signs_alone_leave_icans_not_assessed_and_ask_nobody_about_it(pathway, network):
    row = assess(pathway, network.nurse, CALM)
    icans = grade(row, "icans")
    assert (icans.status, icans.computed, icans.waits) == ("not_assessed", None, False)


def test_an_unanswered_hypotension_is_not_no(pathway, network):
    row = assess(pathway, network.nurse, FEVER | {"hypotension": None})
    crs = grade(row)
    assert (crs.status, crs.computed, crs.low, crs.high, crs.missing) == ("incomplete", None, 1, 2, ["hypotension"])


def test_a_low_pressure_alone_is_no_hypotension(pathway, network):
    row = assess(pathway, network.nurse, FEVER | {"systolic": 70, "diastolic": 40})
    assert grade(row).computed == 1


def test_a_missing_temperature_is_incomplete_and_never_zero(pathway, network):
    row = assess(pathway, network.nurse, {k: v for k, v in CALM.items() if k != "temp_c"})
    assert (grade(row).status, grade(row).computed, grade(row).low, grade(row).high) == ("incomplete", None, 0, 1)


def test_an_unfinished_ice_narrows_the_range_to_what_it_still_allows(pathway, network):
    row = assess(pathway, network.nurse, AWAKE | {"ice_sentence": None, "ice_counting": None})
    icans = grade(row, "icans")
    assert (icans.status, icans.low, icans.high) == ("incomplete", 0, 1)
    assert [g["values"] for g in icans.grounds if g["code"] == "ice_unfinished"] == [{"from": 8, "to": 10}]


def test_ice_not_done_leaves_the_range_up_to_four(pathway, network):
    facts = {k: v for k, v in AWAKE.items() if k not in ICE_10} | {"ice_not_done_why": "asleep"}
    icans = grade(assess(pathway, network.nurse, facts), "icans")
    assert (icans.status, icans.low, icans.high) == ("incomplete", 0, 4)


def test_a_sedated_patient_shows_the_grade_before_sedation(pathway, network):
    assess(pathway, network.nurse, AWAKE | {"ice_orientation": 0, "ice_counting": 0}, hours=6)
    row = assess(pathway, network.nurse, AWAKE | dict.fromkeys(ICE_10) | {"sedated": True, "consciousness": None})
    icans = grade(row, "icans")
    assert (icans.status, icans.low, icans.high, icans.shown) == ("incomplete", 0, 4, 2)


@pytest.mark.parametrize(
    ("minutes", "refused"), [(4, False), (6, True)], ids=["four minutes ahead", "six minutes ahead"]
)
def test_a_set_more_than_five_minutes_ahead_is_refused(pathway, network, minutes, refused):
    at = clock.now() + timedelta(minutes=minutes)
    if not refused:
        assert actions.assess(pathway=pathway, at=at, facts=CALM, by=network.nurse).pk
        return
    with pytest.raises(Refused) as no:
        actions.assess(pathway=pathway, at=at, facts=CALM, by=network.nurse)
    assert reasons(no) == [("ahead_of_clock", "at")]


def test_nothing_of_toxicity_lies_before_the_infusion(pathway, network):
    with pytest.raises(Refused) as no:
        assess(pathway, network.nurse, CALM, hours=24 * 6)
    assert reasons(no) == [("before_infusion", "at")]


def test_a_pathway_without_infusion_has_no_set(network):
    with pytest.raises(Refused) as no:
        assess(network.sent(7), network.nurse, CALM)
    assert reasons(no) == [("not_infused", None)]


def test_an_empty_set_is_refused_but_no_and_none_are_answers(pathway, network):
    with pytest.raises(Refused) as no:
        assess(pathway, network.nurse, {"setting": "home", "note": "quiet", "sedated": False})
    assert reasons(no) == [("nothing_assessed", None)]
    assert assess(pathway, network.nurse, {"hypotension": False}).pk
    assert assess(pathway, network.nurse, {"vasopressors": []}).vasopressors == []


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"temp_c": Decimal("46")}, ("implausible", "temp_c")),
        ({"systolic": 80, "diastolic": 80}, ("diastolic_not_below", "diastolic")),
        ({"fever_other_cause": True}, ("other_cause_in_words", "other_cause")),
        ({"oxygen_flow_l_min": Decimal(2)}, ("flow_without_device", "oxygen_flow_l_min")),
        (ICE_10 | {"ice_not_done_why": "asleep"}, ("ice_done_and_not_done", "ice_not_done_why")),
        ({"death_due_to": "crs"}, ("death_needs_haematologist", "death_due_to")),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(pathway, network, facts, reason):
    with pytest.raises(Refused) as no:
        assess(pathway, network.nurse, {"heart_rate": 80} | facts)
    assert reasons(no) == [reason]
    assert Assessment.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"systolic": 80, "diastolic": 80},
        {"temp_c": Decimal("46")},
        {"fever_other_cause": True},
        {"oxygen_flow_l_min": Decimal(2), "oxygen_device": None},
        {"ice_objects": 4},
        {"struck_why": "no name"},
        {"told_whom": "nobody when"},
        {"correction_reason": "of nothing"},
    ],
)
def test_the_database_refuses_the_same(pathway, network, wrong):
    with pytest.raises(IntegrityError), act(by=network.nurse, why="test"), transaction.atomic():
        Assessment.objects.create(
            pathway=pathway, at=clock.now(), recorded_at=clock.now(), recorded_by=network.nurse, **wrong
        )


# ── what is known from before ────────────────────────────────────────────────────────────────────────────────────


def test_fever_and_drug_of_the_open_episode_are_taken_from_before(pathway, network):
    assess(pathway, network.nurse, FEVER, hours=6)
    give_weight(pathway, network.nurse)
    tocilizumab(pathway, network.nurse, hours=4)
    row = assess(pathway, network.nurse, AFEBRILE_HYPOTENSIVE)
    crs = grade(row)
    assert (crs.status, crs.computed) == ("known", 2)
    assert (
        crs.facts["fever_earlier_in_episode"],
        crs.facts["antipyretic_or_anticytokine_or_steroid_given"],
    ) == (True, True)
    assert (row.fever_earlier, row.fever_drug_given) == (None, None)


def test_what_a_person_answers_stands_over_what_is_derived(pathway, network):
    assess(pathway, network.nurse, FEVER, hours=6)
    row = assess(pathway, network.nurse, AFEBRILE_HYPOTENSIVE | {"fever_drug_given": False})
    crs = grade(row)
    assert (crs.status, crs.would_be, crs.urgent) == ("needs_judgement", 2, True)


def test_a_drug_written_down_later_regrades_the_sets_after_it_and_asks_again(pathway, network):
    assess(pathway, network.nurse, FEVER, hours=6)
    row = assess(pathway, network.nurse, AFEBRILE_HYPOTENSIVE | {"fever_drug_given": None})
    assert grade(row).status == "incomplete"
    confirm(grade(row), 2, network.haematologist, reason="fluid-responsive")
    give_weight(pathway, network.nurse)
    tocilizumab(pathway, network.nurse, hours=3)
    after = grade(row)
    assert (after.status, after.computed, after.confirmed, after.facts_changed) == ("known", 2, 2, True)
    assert "confirm_grade_again" in open_steps(pathway)
    confirm(after, 2, network.nurse)
    assert "confirm_grade_again" not in open_steps(pathway)


def test_a_resolved_episode_does_not_lend_its_fever_to_the_next(pathway, network):
    assess(pathway, network.nurse, FEVER, hours=30)
    assess(pathway, network.nurse, CALM, hours=20)
    crs = grade(assess(pathway, network.nurse, AFEBRILE_HYPOTENSIVE | {"fever_drug_given": True}))
    assert (crs.status, crs.facts["fever_earlier_in_episode"]) == ("incomplete", None)


# ── confirm ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_confirming_keeps_who_when_and_what_was_computed(pathway, network):
    row = assess(pathway, network.nurse, HYPOTENSIVE)
    done = confirm(grade(row), 2, network.nurse)
    assert (done.computed, done.confirmed, done.confirmed_by, done.confirmed_reason, done.confirmed_against) == (
        2,
        2,
        network.nurse,
        "",
        2,
    )
    assert open_steps(pathway) == {"tell_doctor"}


def test_a_differing_grade_needs_a_reason_and_keeps_the_computed_one(pathway, network):
    row = assess(pathway, network.nurse, HYPOTENSIVE)
    with pytest.raises(Refused) as no:
        confirm(grade(row), 1, network.nurse)
    assert reasons(no) == [("differing_grade_needs_reason", "crs_reason")]
    done = confirm(grade(row), 1, network.haematologist, reason="pressure measured with the wrong cuff")
    assert (done.computed, done.confirmed, done.confirmed_reason) == (2, 1, "pressure measured with the wrong cuff")


def test_the_database_wants_a_reason_for_a_differing_grade(pathway, network):
    row = grade(assess(pathway, network.nurse, HYPOTENSIVE))
    with pytest.raises(IntegrityError), act(by=network.nurse, why="test"), transaction.atomic():
        Grade.objects.filter(pk=row.pk).update(
            confirmed=1,
            confirmed_by=network.nurse,
            confirmed_at=clock.now(),
            confirmed_facts={},
            confirmed_against=2,
        )


def test_the_database_wants_who_and_when_of_a_confirmation(pathway, network):
    row = grade(assess(pathway, network.nurse, HYPOTENSIVE))
    with pytest.raises(IntegrityError), act(by=network.nurse, why="test"), transaction.atomic():
        Grade.objects.filter(pk=row.pk).update(confirmed=2, confirmed_against=2)


def test_an_incomplete_grade_is_judged_with_a_reason_only(pathway, network):
    row = assess(pathway, network.nurse, FEVER | {"hypotension": None})
    with pytest.raises(Refused) as no:
        confirm(grade(row), 1, network.nurse)
    assert reasons(no) == [("differing_grade_needs_reason", "crs_reason")]


def test_a_stale_version_is_a_conflict(pathway, network):
    row = grade(assess(pathway, network.nurse, FEVER))
    confirm(row, 1, network.nurse)
    with pytest.raises(Conflict):
        actions.confirm(grade=row, value=1, by=network.haematologist, version=1)


def test_grade_five_is_a_haematologists_alone(pathway, network):
    row = grade(assess(pathway, network.nurse, HYPOTENSIVE))
    with pytest.raises(Refused) as no:
        confirm(row, 5, network.nurse, reason="died of CRS")
    assert reasons(no) == [("death_needs_haematologist", "crs")]
    assert confirm(row, 5, network.haematologist, reason="died of CRS").confirmed == 5


def test_death_due_to_crs_recorded_by_a_haematologist_is_grade_five(pathway, network):
    row = assess(pathway, network.haematologist, HYPOTENSIVE | {"death_due_to": "crs"})
    assert grade(row).computed == 5


def test_after_a_recorded_death_only_its_own_set_can_still_be_written(pathway, network):
    deaths.record_death(patient=pathway.patient, on=clock.today("Europe/Rome"), by=network.haematologist)
    with pytest.raises(Refused) as no:
        assess(pathway, network.haematologist, HYPOTENSIVE)
    assert reasons(no) == [("not_open", None)]
    row = assess(pathway, network.haematologist, HYPOTENSIVE | {"death_due_to": "crs"})
    assert grade(row).computed == 5


# ── correct and strike ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_correction_is_a_new_version_that_points_at_the_old(pathway, network):
    old = assess(pathway, network.nurse, FEVER)
    new = correct(old, HYPOTENSIVE, network.nurse, reason="pressure forgotten")
    old.refresh_from_db()
    assert (new.corrects, new.correction_reason, old.hypotension, new.hypotension) == (
        old,
        "pressure forgotten",
        False,
        True,
    )
    assert list(pathway.assessments.standing()) == [new]


def test_facts_that_change_after_confirmation_ask_again_and_say_what_was_confirmed(pathway, network):
    old = assess(pathway, network.nurse, FEVER)
    confirm(grade(old), 1, network.nurse)
    new = correct(old, HYPOTENSIVE, network.nurse)
    crs = grade(new)
    assert (crs.computed, crs.confirmed, crs.facts_changed, crs.is_confirmed, crs.value) == (2, 1, True, False, 2)
    assert {"confirm_grade_again"} <= open_steps(pathway)


def test_a_correction_that_leaves_the_facts_of_a_scale_keeps_its_confirmation(pathway, network):
    old = assess(pathway, network.nurse, CALM_AND_AWAKE)
    confirm(grade(old, "icans"), 0, network.nurse)
    new = correct(old, CALM_AND_AWAKE | {"hypotension": True}, network.nurse)
    assert (grade(new, "icans").is_confirmed, grade(new, "crs").is_confirmed) == (True, False)


def test_two_corrections_of_the_same_set_conflict(pathway, network):
    old = assess(pathway, network.nurse, FEVER)
    correct(old, CALM, network.nurse)
    with pytest.raises(Conflict):
        correct(old, HYPOTENSIVE, network.haematologist)


def test_a_struck_set_counts_nowhere_and_stays_on_record(pathway, network):
    row = assess(pathway, network.nurse, HYPOTENSIVE)
    actions.strike(assessment=row, why="other patient", by=network.nurse, version=row.version)
    row.refresh_from_db()
    assert (row.struck_by, row.struck_why, row.temp_c) == (network.nurse, "other patient", FEVER["temp_c"])
    assert reading.read_again(pathway).graded == []
    assert open_steps(pathway) == set()
    with pytest.raises(Conflict):
        actions.strike(assessment=row, why="again", by=network.nurse, version=row.version)


def test_striking_a_fever_takes_it_from_the_sets_after_it(pathway, network):
    first = assess(pathway, network.nurse, FEVER, hours=6)
    row = assess(pathway, network.nurse, AFEBRILE_HYPOTENSIVE | {"fever_drug_given": True})
    assert grade(row).computed == 2
    actions.strike(assessment=first, why="other patient", by=network.nurse, version=first.version)
    assert (grade(row).status, grade(row).facts["fever_earlier_in_episode"]) == ("incomplete", None)


@pytest.mark.parametrize("table", ["grade", "assessment"])
def test_neither_a_set_nor_its_grade_can_be_deleted(pathway, network, table):
    assess(pathway, network.nurse, CALM)
    with (
        pytest.raises(DatabaseError, match=f"Cannot delete rows from patients_{table}"),
        act(by=network.nurse),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM patients_{table}")


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def alert_codes(row) -> list[str]:
    return [alert["code"] for alert in row.alerts]


def baseline(pathway, by, systolic: int) -> None:
    observations.record(patient=pathway.patient, what="baseline_systolic", value=Decimal(systolic), unit="mmHg", by=by)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"temp_c": Decimal("37.5")}, []),
        ({"temp_c": Decimal("37.6")}, ["tell_temperature"]),
        ({"heart_rate": 120}, []),
        ({"heart_rate": 121}, ["tell_heart_rate"]),
        ({"systolic": 104}, []),
        ({"systolic": 103}, ["tell_systolic"]),
        ({"oxygen_device": "nasal_cannula"}, ["tell_new_oxygen"]),
        ({"hypotension": True}, ["alarm_hypotension"]),
    ],
)
def test_the_doctor_is_told_at_the_hubs_thresholds(pathway, network, facts, codes):
    baseline(pathway, network.nurse, 130)
    row = assess(pathway, network.nurse, CALM | facts)
    assert alert_codes(row) == codes


def test_without_a_baseline_the_absolute_hint_calls(pathway, network):
    assert alert_codes(assess(pathway, network.nurse, CALM | {"systolic": 90})) == []
    assert alert_codes(assess(pathway, network.nurse, CALM | {"systolic": 89})) == ["tell_systolic_absolute"]


def test_an_alert_never_waits_for_a_grade(pathway, network):
    row = assess(pathway, network.nurse, {"oxygen_device": "nasal_cannula", "oxygen_for_hypoxia": True})
    assert grade(row).status == "incomplete"
    assert alert_codes(row) == ["tell_new_oxygen"]
    assert "tell_doctor" in open_steps(pathway)


def alarms_of(user) -> int:
    return Notice.objects.filter(user=user, kind="toxicity_alert", urgent=True).count()


def test_doctors_hear_of_what_is_new_and_not_of_the_same_again(pathway, network):
    assess(pathway, network.nurse, FEVER, hours=0.5)
    assert alarms_of(network.haematologist) == 1
    assess(pathway, network.nurse, FEVER, hours=0.2)
    assert alarms_of(network.haematologist) == 1
    assess(pathway, network.nurse, HYPOTENSIVE)
    assert alarms_of(network.haematologist) == 2


def test_what_is_entered_hours_late_is_no_alarm(pathway, network):
    assess(pathway, network.nurse, HYPOTENSIVE, hours=3)
    assert alarms_of(network.haematologist) == 0
    assert "tell_doctor" in open_steps(pathway)


def test_writing_down_who_was_told_closes_its_step(pathway, network):
    row = assess(pathway, network.nurse, FEVER)
    actions.told(assessment=row, whom="Dr. Neri", by=network.nurse)
    row.refresh_from_db()
    assert (row.told_whom, row.told_by) == ("Dr. Neri", network.nurse)
    assert "tell_doctor" not in open_steps(pathway)


# ── treatments ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("days_ago", "refused"), [(7, False), (8, True)])
def test_tocilizumab_asks_for_a_weight_of_the_last_seven_days(pathway, network, days_ago, refused):
    give_weight(pathway, network.nurse, days_ago=days_ago - 0.01 if not refused else days_ago)
    if not refused:
        assert tocilizumab(pathway, network.nurse, hours=0).dose_mg == Decimal("624")
        return
    with pytest.raises(Refused) as no:
        tocilizumab(pathway, network.nurse, hours=0)
    assert reasons(no) == [("weight_too_old", "weight_kg")]


def test_doses_and_hours_are_counted_over_the_pathway_without_what_was_struck(pathway, network):
    give_weight(pathway, network.nurse, days_ago=4, kg="78")
    first = tocilizumab(pathway, network.nurse, hours=20)
    tocilizumab(pathway, network.nurse, hours=2.5)
    so_far = reading.doses_so_far(pathway, "tocilizumab", clock.now())
    assert (so_far.count, round(so_far.hours_since, 2)) == (2, Decimal("2.50"))
    actions.strike_treatment(treatment=first, why="not given", by=network.nurse, version=first.version)
    assert reading.doses_so_far(pathway, "tocilizumab", clock.now()).count == 1


def test_a_treatment_has_its_instant_or_its_reported_day_never_both(pathway, network):
    for wrong in ({"day": 3}, {"at": clock.now(), "day": 3, "source": "x"}, {"at": clock.now()}):
        with pytest.raises(IntegrityError), act(by=network.nurse, why="test"), transaction.atomic():
            Treatment.objects.create(
                pathway=pathway,
                drug="tocilizumab",
                recorded_at=clock.now(),
                recorded_by=network.nurse,
                **wrong,
            )


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────


def close(pathway, by, reason=""):
    actions.close_watch(pathway=pathway, on=clock.today("Europe/Rome"), by=by, reason=reason)


def test_the_watch_closes_once_both_scales_are_confirmed_at_zero(pathway, network):
    row = assess(pathway, network.nurse, CALM_AND_AWAKE)
    with pytest.raises(Refused) as no:
        close(pathway, network.haematologist)
    assert reasons(no) == [("grades_wait", None)]
    for scale in ("crs", "icans"):
        confirm(grade(row, scale), 0, network.nurse)
    close(pathway, network.haematologist)
    assert pathway.milestones.get(what="toxicity_closed", superseded=False).actual_on == clock.today("Europe/Rome")
    assert not pathway.entries.filter(stage="toxicity", ended_on=None).exists()


def test_a_watch_that_is_not_at_rest_is_closed_by_a_haematologist_with_a_reason(pathway, network):
    row = assess(pathway, network.nurse, FEVER)
    confirm(grade(row), 1, network.nurse)
    actions.told(assessment=row, whom="Dr Neri", by=network.nurse)
    with pytest.raises(Refused) as no:
        close(pathway, network.haematologist)
    assert reasons(no) == [("not_at_rest", "why")]
    with pytest.raises(Refused) as no:
        close(pathway, network.nurse, "goes home")
    assert reasons(no) == [("closing_needs_haematologist", "why")]
    close(pathway, network.haematologist, "watched by the referring centre")
    assert Pathway.objects.get(pk=pathway.pk).status == "open"


def test_the_watch_stays_open_until_somebody_wrote_who_was_told(pathway, network):
    alarming = assess(pathway, network.nurse, CALM_AND_AWAKE | {"heart_rate": 135}, hours=2)
    calm = assess(pathway, network.nurse, CALM_AND_AWAKE)
    for row in (alarming, calm):
        for scale in ("crs", "icans"):
            confirm(grade(row, scale), 0, network.nurse)
    with pytest.raises(Refused) as no:
        close(pathway, network.haematologist, "goes home")
    assert reasons(no) == [("doctor_not_told", None)]
    actions.told(assessment=alarming, whom="Dr Neri", by=network.nurse)
    close(pathway, network.haematologist)
    assert "tell_doctor" not in open_steps(pathway)


def test_discharge_is_a_milestone_of_its_own(pathway, network):
    actions.discharge(pathway=pathway, on=clock.today("Europe/Rome"), by=network.haematologist)
    assert pathway.milestones.get(what="discharged").actual_on == clock.today("Europe/Rome")


def test_a_hub_sets_its_own_protocol_and_two_at_once_conflict(network):
    row = actions.set_protocol(centre=network.hub, by=network.haematologist, version=0, heart_rate_over=110)
    assert (row.heart_rate_over, row.version) == (110, 1)
    with pytest.raises(Conflict):
        actions.set_protocol(centre=network.hub, by=network.haematologist, version=0, heart_rate_over=100)

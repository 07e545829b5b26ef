"""Reminders follow a pathway's facts: made with the infusion, moved with its date, done with what they wait for."""

from datetime import date, timedelta

import celery
import pytest
from django.db import connection

from patients.audit.actions import act
from patients.followup import actions as followup
from patients.identity import changes
from patients.identity.models import Replan
from patients.notices.models import Notice
from patients.pathway import actions as pathway_actions
from patients.pathway import deaths
from patients.pathway.models import Milestone, Pathway, Step
from patients.reminders import planning
from patients.reminders.models import Reminder, ReminderTelling
from tests import world as worlds
from tests.reminders import course
from tests.reminders.course import BY, correct, infuse, record_pet, reminder, tick, told
from tests.toxicity import bedside

pytestmark = pytest.mark.prepared(by=course.begun)

DAY_0 = date(2026, 3, 1)


def planned(pathway) -> dict[tuple[str, str], date]:
    open_ones = Reminder.objects.filter(pathway=pathway, state__in=["planned", "acknowledged"]).exclude(kind="step")
    return {(row.rule, row.subject): row.due_on for row in open_ones}


def test_the_infusion_and_its_reminders_stand_in_one_transaction(pathway, at):
    with pytest.raises(ZeroDivisionError), act(by=BY):
        infuse(pathway, DAY_0)
        raise ZeroDivisionError
    assert planned(pathway) == {}
    infuse(pathway, DAY_0)
    assert planned(pathway)["pet_30", ""] == date(2026, 3, 31)


def test_with_the_broker_stopped_the_reminders_stand_all_the_same(pathway, at, django_capture_on_commit_callbacks):
    conf = celery.current_app.conf
    known, conf.broker_url = conf.broker_url, "redis://127.0.0.1:1/0"
    try:
        with django_capture_on_commit_callbacks(execute=True):
            infuse(pathway, DAY_0)
    finally:
        conf.broker_url = known
    assert {key[0] for key in planned(pathway)} >= {"pet_30", "pet_90", "pet_180", "pet_365", "visit_30", "visit_100"}


def test_the_whole_schedule_of_an_infusion(pathway, at):
    infuse(pathway, DAY_0)
    rows = planned(pathway)
    assert {key: day for key, day in rows.items() if key[0].startswith("pet")} == {
        ("pet_30", ""): date(2026, 3, 31),
        ("pet_90", ""): date(2026, 5, 30),
        ("pet_180", ""): date(2026, 8, 28),
        ("pet_365", ""): date(2027, 3, 1),
    }
    assert [key for key in rows if key[0] == "assess_daily"] == [("assess_daily", f"day {n}") for n in range(8)]
    assert rows["visit_180m", ""] == date(2041, 3, 1)
    assert len([key for key in rows if key[0].startswith("visit")]) == 18
    assert len([key for key in rows if key[0].startswith("registry")]) == 17


def test_a_product_has_its_own_days_of_daily_assessment(pathway, at):
    with act(by=BY):
        Pathway.objects.filter(pk=pathway.pk).update(product_id="cilta-cel")
    infuse(pathway, DAY_0)
    assert len([key for key in planned(pathway) if key[0] == "assess_daily"]) == 15


@pytest.mark.prepared(by=course.people)
def test_an_infusion_on_29_february_keeps_its_day_clamped_in_other_years(world, at):
    at("2028-02-29 12:00")
    pathway = worlds.sent(world)
    infuse(pathway, date(2028, 2, 29))
    rows = planned(pathway)
    assert rows["visit_12m", ""] == date(2029, 2, 28)
    assert rows["visit_48m", ""] == date(2032, 2, 29)
    assert rows["pet_365", ""] == date(2029, 2, 28)


def test_pet_dates_stand_among_the_planned_milestones(pathway, at):
    infuse(pathway, DAY_0)
    rows = Milestone.objects.filter(pathway=pathway, what__startswith="pet").values_list("what", "planned_on")
    assert dict(rows) == {
        "pet_30": date(2026, 3, 31),
        "pet_90": date(2026, 5, 30),
        "pet_180": date(2026, 8, 28),
        "pet_365": date(2027, 3, 1),
    }


def test_a_pet_date_that_a_person_planned_stays_theirs(world, pathway, at):
    infuse(pathway, DAY_0)
    coordinator = world.user("hub_coordinator", "hub")
    with act(by=coordinator):
        pathway_actions.plan_milestone(pathway=pathway, what="pet_30", on=date(2026, 4, 3), by=coordinator)
    at("2026-03-02 12:00")
    correct(pathway, date(2026, 3, 2))
    row = Milestone.objects.get(pathway=pathway, what="pet_30")
    assert (row.planned_on, row.first_planned_on) == (date(2026, 4, 3), date(2026, 3, 31))
    assert planned(pathway)["pet_30", ""] == date(2026, 4, 1)


def test_a_corrected_infusion_moves_what_is_open_and_leaves_what_is_done(pathway, at):
    infuse(pathway, DAY_0)
    at("2026-03-31 12:00")
    record_pet(pathway, date(2026, 3, 31))
    before = reminder(pathway, "pet_30")
    correct(pathway, date(2026, 3, 3))
    after = reminder(pathway, "pet_30")
    assert (after.state, after.due_on, after.version) == ("done", before.due_on, before.version)
    assert planned(pathway)["pet_90", ""] == date(2026, 6, 1)
    assert reminder(pathway, "pet_90").tellings.get(level=1).at.date() == date(2026, 6, 4)


def test_planning_again_changes_nothing(pathway, at):
    infuse(pathway, DAY_0)
    rows = list(Reminder.objects.order_by("pk").values())
    tellings = list(ReminderTelling.objects.order_by("pk").values())
    with act(by=BY):
        changes.replan(pathway.patient_id)
    assert list(Reminder.objects.order_by("pk").values()) == rows
    assert list(ReminderTelling.objects.order_by("pk").values()) == tellings


def test_a_recorded_pet_is_done_by_who_recorded_it_and_tells_nobody(world, pathway, at):
    infuse(pathway, DAY_0)
    at("2026-03-30 12:00")
    haematologist = world.user("hub_haematologist", "hub")
    with act(by=haematologist):
        pathway_actions.record_milestone(pathway=pathway, what="pet_30", on=date(2026, 3, 30), by=haematologist)
    row = reminder(pathway, "pet_30")
    assert (row.state, row.done_on, row.done_by) == ("done", date(2026, 3, 30), str(haematologist.pk))
    at("2026-04-10 12:00")
    tick()
    assert told("pet_30") == []


def test_a_pet_that_was_not_done_after_all_is_open_again(pathway, at):
    infuse(pathway, DAY_0)
    at("2026-03-30 12:00")
    record_pet(pathway, date(2026, 3, 30))
    with act(by=BY):
        pathway_actions.undo_milestone(pathway=pathway, what="pet_30", by=BY)
    at("2026-03-31 06:00")
    tick()
    assert told("pet_30") == [("hub_haematologist", False)]


def test_an_infusion_that_did_not_happen_takes_its_reminders_back_and_a_new_one_brings_them_again(pathway, at):
    infuse(pathway, DAY_0)
    with act(by=BY):
        pathway_actions.undo_milestone(pathway=pathway, what="infusion", by=BY)
        pathway_actions.set_day_0(pathway=pathway, day=None, by=BY)
    assert planned(pathway) == {}
    assert Milestone.objects.get(pathway=pathway, what="pet_30").planned_on is None
    assert reminder(pathway, "pet_30").dropped_by == "system:reminders"
    at("2026-03-04 12:00")
    infuse(pathway, date(2026, 3, 4))
    assert planned(pathway)["pet_30", ""] == date(2026, 4, 3)
    assert Reminder.objects.filter(pathway=pathway, rule="pet_30").count() == 1


def test_a_closed_pathway_reminds_of_nothing(world, pathway, at):
    infuse(pathway, DAY_0)
    deaths.record_death(patient=pathway.patient, on=DAY_0, by=world.user("hub_haematologist", "hub"))
    assert Reminder.objects.filter(pathway=pathway, state__in=["planned", "acknowledged"]).count() == 0
    at("2026-06-01 12:00")
    assert tick() == 0


@pytest.mark.prepared(by=course.people)
def test_an_unanswered_referral_is_told_when_the_promise_has_passed(world, at):
    at("2026-03-06 15:00")  # a Friday; promised within one working day
    pathway = worlds.sent(world)
    row = Reminder.objects.get(pathway=pathway, rule="step:answer_referral")
    at("2026-03-09 14:59")
    tick()
    assert told("step:answer_referral") == []
    at("2026-03-09 15:00")
    tick()
    assert told("step:answer_referral") == [("hub_coordinator", False)]
    at("2026-03-10 15:00")
    tick()
    assert told("step:answer_referral")[1:] == [("hub_haematologist", True)]
    with act(by=BY):
        pathway_actions.record_milestone(pathway=pathway, what="taken_on", on=date(2026, 3, 10), by=BY)
    row.refresh_from_db()
    assert (row.state, row.done_on) == ("done", date(2026, 3, 10))
    at("2026-03-11 15:00")
    tick()
    assert len(told("step:answer_referral")) == 2
    assert Step.objects.get(pk=row.subject).done_at is not None


def test_what_a_correction_into_the_past_makes_late_is_held_and_not_told(pathway, at):
    at("2026-05-15 12:00")
    infuse(pathway, DAY_0)  # recorded 75 days late: day +30 with all its levels has passed
    assert tick() == 0
    assert told("pet_30") == []
    levels = reminder(pathway, "pet_30").tellings.values_list("waiting", "held")
    assert list(levels) == [(False, True)] * 3
    assert reminder(pathway, "pet_90").tellings.filter(waiting=True).count() == 3
    held = Notice.objects.filter(kind="reminders_held")
    assert [notice.role_id for notice in held] == ["hub_coordinator"]


def test_what_is_due_today_is_not_late(pathway, at):
    at("2026-03-31 12:00")
    infuse(pathway, DAY_0)
    tick()
    assert told("pet_30") == [("hub_haematologist", False)]


def test_bedside_assessments_of_past_days_are_not_asked_for(pathway, at):
    at("2026-03-05 12:00")
    infuse(pathway, DAY_0)
    subjects = [key[1] for key in planned(pathway) if key[0] == "assess_daily"]
    assert subjects == ["day 4", "day 5", "day 6", "day 7"]


def test_a_fault_in_planning_leaves_the_infusion_and_beat_plans_it_again(pathway, at, monkeypatch):
    def fail(patient_ids):
        raise ZeroDivisionError

    monkeypatch.setitem(changes._planners, "reminders", fail)
    infuse(pathway, DAY_0)
    assert Pathway.objects.get(pk=pathway.pk).day_0 == DAY_0
    assert planned(pathway) == {}
    assert Replan.objects.get().planner == "reminders"
    monkeypatch.undo()
    assert changes.replan_failed() == 1
    assert planned(pathway)["pet_30", ""] == date(2026, 3, 31)


def test_beat_plans_again_what_a_raw_statement_changed(pathway, at):
    infuse(pathway, DAY_0)
    assert planning.replan_changed() == 0
    with act(by=BY), connection.cursor() as cursor:
        cursor.execute("UPDATE patients_pathway SET day_0 = %s WHERE id = %s", [DAY_0 + timedelta(days=1), pathway.pk])
    assert planning.replan_changed() == 1
    assert planned(pathway)["pet_30", ""] == date(2026, 4, 1)
    assert planning.replan_changed() == 0


@pytest.mark.prepared(by=course.people)
def test_reminders_of_an_imported_study_do_not_exist(world, at):
    patient = worlds.make_patient("CP-7777")
    with act(by=BY):
        pathway = Pathway.objects.create(
            patient=patient,
            hub=world.centres["hub"],
            status="closed",
            closed_on=DAY_0,
            exit_reason="imported",
            imported=True,
            created_at="2026-03-01T00:00:00Z",
        )
        changes.changed(patient=patient, pathway=pathway, fact="imported", by=BY)
    assert Reminder.objects.count() == 0
    assert planning.replan_changed() == 0


def test_planning_again_costs_the_same_few_queries_however_many_reminders(pathway, at, django_assert_max_num_queries):
    infuse(pathway, DAY_0)
    with django_assert_max_num_queries(12):
        planning.plan_reminders([pathway.patient_id])


@pytest.mark.prepared(by=course.people)
def test_an_assessment_of_today_spares_the_ward_the_question_of_two_o_clock(world, at):
    pathway = worlds.on_the_ward(world)
    infuse(pathway, DAY_0)
    at("2026-03-01 13:00")
    bedside.assess(pathway, world.user("nurse", "hub"), bedside.CALM_AND_AWAKE)
    assert reminder(pathway, "assess_daily", "day 0").state == "done"
    at("2026-03-01 14:00")
    tick()
    assert told("assess_daily") == []
    at("2026-03-02 14:00")
    tick()
    assert told("assess_daily") == [("nurse", False)]


def test_a_recorded_visit_does_its_reminder(world, pathway, at):
    infuse(pathway, DAY_0)
    at("2026-04-01 12:00")
    by = world.user("hub_haematologist", "hub")
    followup.visit(pathway=pathway, done_on=date(2026, 3, 31), where="hub", note="well", by=by)
    row = reminder(pathway, "visit_30")
    assert (row.state, row.done_on, row.done_by) == ("done", date(2026, 3, 31), str(by.pk))
    assert reminder(pathway, "visit_100").state == "planned"


def test_an_expected_release_that_has_passed_is_told_and_a_later_plan_waits(world, pathway, at):
    day = date(2026, 3, 1)
    with act(by=BY):
        for what in ("taken_on", "decided", "ordered", "slot_confirmed", "apheresis_booked", "apheresis", "shipped"):
            pathway_actions.record_milestone(pathway=pathway, what=what, on=day, by=BY)
        pathway_actions.plan_milestone(pathway=pathway, what="released", on=date(2026, 3, 20), by=BY)
    at("2026-03-20 17:59")
    tick()
    assert told("step:confirm_release") == []
    at("2026-03-20 18:00")
    tick()
    assert told("step:confirm_release") == [("hub_coordinator", False)]
    with act(by=BY):
        pathway_actions.plan_milestone(pathway=pathway, what="released", on=date(2026, 3, 25), by=BY)
    at("2026-03-24 18:00")
    tick()
    assert told("step:confirm_release") == [("hub_coordinator", False)]
    at("2026-03-25 18:00")
    tick()
    assert told("step:confirm_release") == [("hub_coordinator", False)] * 2

"""Bridging runs beside ordering, apheresis and manufacturing, and is no line of therapy."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Refused
from patients.bridging import actions
from patients.bridging.models import BridgingCourse
from patients.disease.models import TherapyLine
from patients.lymphodepletion import actions as lymphodepletion
from patients.pathway import stages
from tests import world
from tests.course import Course, collected, decided, received

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=decided)]


@pytest.fixture
def course(prepared) -> Course:
    return prepared


def record(course, started, ended=None, **more):
    return actions.record(
        pathway=course.pathway,
        modality="radiotherapy",
        started_on=course.ago(started),
        ended_on=None if ended is None else course.ago(ended),
        by=course.haematologist,
        **more,
    )


def codes(refused) -> list[tuple]:
    return [(reason.code, reason.field) for reason in refused.value.reasons]


def stay(course) -> tuple:
    row = course.pathway.entries.get(stage="bridging")
    return row.started_on, row.ended_on


def entries(course):
    return [entry.as_entry() for entry in course.pathway.entries.all()]


@pytest.mark.prepared(by=collected)
def test_a_running_course_stands_beside_manufacturing(course):
    course.shipped()
    record(course, 40)
    assert stages.where(entries(course)) == "manufacturing"
    assert stages.beside(entries(course)) == {"bridging"}
    assert stay(course) == (course.ago(40), None)


def test_two_courses_are_one_stay_from_first_start_to_last_end(course):
    record(course, 40, 30)
    assert stay(course) == (course.ago(40), course.ago(30))
    second = record(course, 25)
    assert stay(course) == (course.ago(40), None)
    actions.end(course=second, version=1, ended_on=course.ago(20), by=course.haematologist)
    assert stay(course) == (course.ago(40), course.ago(20))
    record(course, 50, 45)
    assert stay(course) == (course.ago(50), course.ago(20))


def test_a_course_replaces_the_word_that_none_was_given(course):
    actions.record_none(pathway=course.pathway, by=course.coordinator)
    record(course, 40, 30)
    assert list(BridgingCourse.objects.values_list("given", "modality")) == [(True, "radiotherapy")]
    with pytest.raises(Refused) as refused:
        actions.record_none(pathway=course.pathway, by=course.coordinator)
    assert codes(refused) == [("course_recorded", "given")]


def test_none_said_twice_is_said_once(course):
    actions.record_none(pathway=course.pathway, by=course.coordinator)
    actions.record_none(pathway=course.pathway, by=course.coordinator)
    assert BridgingCourse.objects.count() == 1


@pytest.mark.parametrize(
    ("started", "ended", "expected"),
    [
        (61, None, ("before_decision", "started_on")),
        (-1, None, ("in_the_future", "started_on")),
        (40, -1, ("in_the_future", "ended_on")),
        (40, 41, ("ends_before_start", "ended_on")),
    ],
)
def test_impossible_days_are_refused(course, started, ended, expected):
    with pytest.raises(Refused) as refused:
        record(course, started, ended)
    assert codes(refused) == [expected]
    assert BridgingCourse.objects.count() == 0


def test_before_the_decision_the_door_is_closed(course):
    early = world.sent(course.world, world.make_patient("CP-0005"))
    with pytest.raises(Refused) as refused:
        actions.record(pathway=early, modality="steroid", started_on=course.ago(0), by=course.coordinator)
    assert codes(refused) == [("door_closed", None)]


def test_once_lymphodepletion_has_begun_no_course_begins_and_the_stay_has_ended(course):
    course.planned()
    record(course, 20)
    course.stated()
    lymphodepletion.record(pathway=course.pathway, given={course.ago(5): True}, by=course.nurse)
    assert stay(course) == (course.ago(20), course.ago(5))
    assert BridgingCourse.objects.get().ended_on is None  # its end is not known: nobody said it
    with pytest.raises(Refused) as refused:
        record(course, 4)
    assert codes(refused) == [("bridging_is_over", None)]


def test_two_who_end_the_same_course_meet(course):
    running = record(course, 40)
    actions.end(course=running, version=1, ended_on=course.ago(20), by=course.haematologist)
    with pytest.raises(Conflict):
        actions.end(course=running, version=1, ended_on=course.ago(22), by=course.coordinator)


def test_the_database_wants_modality_and_start_of_a_course(course):
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        BridgingCourse.objects.create(pathway=course.pathway, given=True)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        BridgingCourse.objects.create(
            pathway=course.pathway,
            given=True,
            modality="steroid",
            started_on=course.ago(4),
            ended_on=course.ago(4) - timedelta(days=1),
        )


def test_a_course_says_what_for_what_and_what_came_of_it_and_is_no_line_of_therapy(course):
    lines = TherapyLine.objects.count()
    row = record(course, 40, 30, aims=("volume", "symptoms"), regimen=" 20 Gy ", response="partial")
    assert (row.aims, row.regimen, row.response) == (["symptoms", "volume"], "20 Gy", "partial")
    assert TherapyLine.objects.count() == lines


# ── completing, correcting, striking through ─────────────────────────────────────────────────────────────────────


def said(row, **changes) -> actions.Said:
    known = {name: getattr(row, name) for name in actions.Said.__dataclass_fields__}
    return actions.Said(**(known | changes))


def test_what_was_not_known_is_filled_in_and_what_was_said_is_corrected_with_a_reason(course):
    row = record(course, 40)
    row = actions.amend(
        course=row, version=1, told=said(row, response="stable", ended_on=course.ago(30)), by=course.haematologist
    )
    assert (row.version, row.response, stay(course)) == (2, "stable", (course.ago(40), course.ago(30)))
    with pytest.raises(Refused) as refused:
        actions.amend(course=row, version=2, told=said(row, started_on=course.ago(38)), by=course.haematologist)
    assert codes(refused) == [("reason_missing", "why")]
    told = said(row, started_on=course.ago(38))
    row = actions.amend(course=row, version=2, told=told, why="the chart says so", by=course.haematologist)
    assert stay(course) == (course.ago(38), course.ago(30))


def test_a_course_entered_in_error_counts_nowhere(course):
    row = record(course, 40)
    with pytest.raises(Refused) as refused:
        actions.strike(course=row, version=1, why=" ", by=course.coordinator)
    assert codes(refused) == [("reason_missing", "why")]
    actions.strike(course=row, version=1, why="another patient's", by=course.coordinator)
    assert not actions.courses(course.pathway).exists()
    assert stages.beside(entries(course)) == frozenset()
    assert actions.record_none(pathway=course.pathway, by=course.coordinator).given is False


def test_a_response_known_later_does_not_open_the_stay_again(course):
    course.planned()
    row = record(course, 20)
    course.stated().given(5)
    actions.amend(course=row, version=1, told=said(row, response="partial"), by=course.haematologist)
    assert stay(course) == (course.ago(20), course.ago(5))


# ── news for the hub ─────────────────────────────────────────────────────────────────────────────────────────────


def steps(course, code: str):
    return course.pathway.steps.filter(code=code, done_at=None, dropped_at=None)


@pytest.mark.parametrize("kind", ["infection", "progression", "new_drug"])
def test_each_news_is_a_step_for_the_hub_today_until_it_is_answered(course, kind):
    row = actions.tell(pathway=course.pathway, kind=kind, note="fever", by=course.coordinator)
    step = steps(course, f"look_at_{kind}").get()
    assert (step.owner_role_id, step.centre_id) == ("hub_coordinator", course.hub.pk)
    assert clock.local(step.due_at, course.hub.timezone).date() == course.ago(0)
    with pytest.raises(Refused) as refused:
        actions.answer(event=row, answer=" ", by=course.coordinator)
    assert codes(refused) == [("reason_missing", "answer")]
    actions.answer(event=row, answer="antibiotics at home, seen on Monday", by=course.coordinator)
    assert not steps(course, f"look_at_{kind}").exists()
    with pytest.raises(Refused) as refused:
        actions.answer(event=row, answer="again", by=course.coordinator)
    assert codes(refused) == [("already_recorded", "answer")]


def test_two_news_of_a_kind_are_two_steps(course):
    first = actions.tell(pathway=course.pathway, kind="infection", by=course.coordinator)
    actions.tell(pathway=course.pathway, kind="infection", by=course.coordinator)
    actions.answer(event=first, answer="seen", by=course.coordinator)
    assert steps(course, "look_at_infection").count() == 1


def test_news_before_the_decision_of_tomorrow_or_after_the_infusion_are_refused(course):
    early = world.sent(course.world, world.make_patient("CP-0005"))
    with pytest.raises(Refused) as refused:
        actions.tell(pathway=early, kind="infection", by=course.coordinator)
    assert codes(refused) == [("not_decided_yet", None)]
    with pytest.raises(Refused) as refused:
        actions.tell(pathway=course.pathway, kind="infection", happened_on=course.ago(-1), by=course.coordinator)
    assert codes(refused) == [("in_the_future", "happened_on")]
    course.infused()
    with pytest.raises(Refused) as refused:
        actions.tell(pathway=course.pathway, kind="infection", by=course.coordinator)
    assert codes(refused) == [("already_infused", None)]


# ── the criteria ─────────────────────────────────────────────────────────────────────────────────────────────────


def state(course, holds=True, note=""):
    return actions.state_criteria(pathway=course.pathway, holds=holds, note=note, by=course.haematologist)


@pytest.mark.prepared(by=received)
def test_lymphodepletion_does_not_begin_until_somebody_states_that_the_criteria_still_hold(course):
    course.received().planned_to()
    assert steps(course, "state_criteria").count() == 1
    with pytest.raises(Refused) as refused:
        course.given(5)
    assert codes(refused) == [("criteria_not_stated", None)]
    with pytest.raises(Refused) as refused:
        state(course, holds=False)
    assert codes(refused) == [("reason_missing", "note")]
    state(course, holds=False, note="progression on the new PET")
    with pytest.raises(Refused) as refused:
        course.given(5)
    assert codes(refused) == [("criteria_do_not_hold", None)]
    state(course)
    assert not steps(course, "state_criteria").exists()
    course.given(5)
    with pytest.raises(Refused) as refused:
        state(course)
    assert codes(refused) == [("bridging_is_over", None)]


@pytest.mark.prepared(by=received)
@pytest.mark.parametrize("change", ["course", "end", "news"])
def test_what_happens_after_the_word_asks_for_it_again(course, change):
    course.received().planned_to()
    row = record(course, 40)
    state(course)
    if change == "course":
        record(course, 20, 18)
    elif change == "end":
        actions.end(course=row, version=1, ended_on=course.ago(18), by=course.haematologist)
    else:
        told = actions.tell(pathway=course.pathway, kind="progression", by=course.coordinator)
        with pytest.raises(Refused) as refused:
            state(course)
        assert codes(refused) == [("news_unanswered", None)]
        actions.answer(event=told, answer="PET tomorrow", by=course.coordinator)
    with pytest.raises(Refused) as refused:
        course.given(5)
    assert codes(refused) == [("criteria_ask_again", None)]
    assert steps(course, "state_criteria").count() == 1
    state(course)
    course.given(5)

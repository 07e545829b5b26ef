"""Bridging runs beside ordering, apheresis and manufacturing, and is no line of therapy."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from patients.audit.actions import act
from patients.audit.refusals import Conflict, Refused
from patients.bridging import actions
from patients.bridging.models import BridgingCourse
from patients.lymphodepletion import actions as lymphodepletion
from patients.pathway import stages
from tests import world
from tests.course import Course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return Course()


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

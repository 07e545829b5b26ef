"""A chair has one patient at a time, whoever clicks first; a closed pathway keeps nothing."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.capacity import actions
from patients.capacity.models import Booking, Resource
from patients.centres.models import ClosedDay
from patients.pathway import actions as pathways
from patients.pathway import deaths
from tests import world
from tests.course import Course, nobody

A_JUNE_DAY = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def two_for_one_chair() -> tuple[Course, Course, Resource]:
    """Two courses of a hub that has one chair."""
    one = Course()
    chair = actions.add_resource(centre=one.hub, kind="apheresis_chair", name="Chair 1", by=one.coordinator)
    return one, Course(one.world, number="CP-0002"), chair


def in_june() -> tuple[Course, Course, Resource]:
    """The same on a day in June, in a hub with a holiday of its own."""
    with time_machine.travel(A_JUNE_DAY, tick=False):
        made = two_for_one_chair()
        with act(by=world.BY):
            ClosedDay.objects.create(centre=made[0].hub, day=date(2026, 6, 24), name="patron")
    return made


pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=two_for_one_chair)]


def codes(refused) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


@pytest.fixture
def course(prepared) -> Course:
    return prepared[0]


@pytest.fixture
def other(prepared) -> Course:
    return prepared[1]


@pytest.fixture
def chair(prepared) -> Resource:
    return prepared[2]


def slot(chair, number=0) -> tuple[datetime, datetime]:
    start = actions.next_free(chair, clock.now(), timedelta(hours=4))[number]
    return start, start + timedelta(hours=4)


def book(course, chair, start, end):
    return actions.book(resource=chair, pathway=course.pathway, start=start, end=end, by=course.coordinator)


def test_a_taken_time_is_refused_with_the_next_free_ones(course, other, chair):
    start, end = slot(chair)
    book(course, chair, start, end)
    with pytest.raises(Refused) as refused:
        book(other, chair, start + timedelta(hours=1), end + timedelta(hours=1))
    (reason,) = refused.value.reasons
    assert (reason.code, reason.field, reason.values["resource"]) == ("taken", "start", "Chair 1")
    assert len(reason.values["free"].split(", ")) == 3


def test_two_that_touch_are_both_booked(course, other, chair):
    start, end = slot(chair)
    book(course, chair, start, end)
    book(other, chair, end, end + timedelta(hours=4))
    assert Booking.objects.filter(cancelled_at=None).count() == 2


def test_the_database_refuses_an_overlap_by_itself(course, chair):
    start, end = slot(chair)
    book(course, chair, start, end)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Booking.objects.create(resource=chair, pathway=course.pathway, during=(start, end), booked_at=clock.now())


def test_given_back_somebody_else_may_have_it(course, other, chair):
    start, end = slot(chair)
    actions.give_back(booking=book(course, chair, start, end), by=course.coordinator, why="fever")
    assert book(other, chair, start, end).cancelled_at is None


def test_nothing_is_given_back_twice(course, chair):
    made = book(course, chair, *slot(chair))
    actions.give_back(booking=made, by=course.coordinator, why="fever")
    with pytest.raises(Refused) as refused:
        actions.give_back(booking=made, by=course.coordinator, why="fever")
    assert codes(refused) == ["already_given_back"]


def test_a_move_to_a_taken_time_keeps_the_old_one(course, other, chair):
    made = book(course, chair, *slot(chair))
    start, end = slot(chair, 1)
    book(other, chair, start, end)
    with pytest.raises(Refused) as refused:
        actions.move(booking=made, resource=chair, start=start, end=end, by=course.coordinator, why="fever")
    assert codes(refused) == ["taken"]
    made.refresh_from_db()
    assert made.cancelled_at is None


def test_a_move_by_an_hour_over_itself_is_possible(course, chair):
    start, end = slot(chair)
    made = book(course, chair, start, end)
    hour = timedelta(hours=1)
    actions.move(booking=made, resource=chair, start=start + hour, end=end + hour, by=course.coordinator, why="late")
    assert [row.during.lower for row in Booking.objects.filter(cancelled_at=None)] == [start + hour]


@pytest.mark.prepared(by=in_june)
@pytest.mark.parametrize(
    ("start", "hours", "code"),
    [
        (datetime(2026, 6, 8, 5, 0, tzinfo=UTC), 4, "outside_hours"),  # 07:00
        (datetime(2026, 6, 8, 13, 0, tzinfo=UTC), 4, "outside_hours"),  # until 19:00
        (datetime(2026, 6, 6, 7, 0, tzinfo=UTC), 4, "closed_day"),  # Saturday
        (datetime(2026, 6, 2, 7, 0, tzinfo=UTC), 4, "closed_day"),  # the Republic's day
        (datetime(2026, 6, 24, 7, 0, tzinfo=UTC), 4, "closed_day"),  # the centre's own
        (datetime(2026, 5, 29, 7, 0, tzinfo=UTC), 4, "in_the_past"),
        (datetime(2026, 6, 8, 7, 0, tzinfo=UTC), 0, "ends_before_start"),
        (datetime(2026, 6, 8, 7, 0, tzinfo=UTC), 4, None),
    ],
)
def test_a_chair_is_booked_when_the_centre_works(course, chair, start, hours, code):
    with time_machine.travel(A_JUNE_DAY, tick=False):
        if code is None:
            assert book(course, chair, start, start + timedelta(hours=hours)).pk is not None
            return
        with pytest.raises(Refused) as refused:
            book(course, chair, start, start + timedelta(hours=hours))
        assert codes(refused) == [code]


def test_another_hubs_chair_cannot_be_had(course):
    theirs = actions.add_resource(
        centre=course.world.centres["hub2"], kind="apheresis_chair", name="Chair 1", by=course.coordinator
    )
    with pytest.raises(Refused) as refused:
        book(course, theirs, *slot(theirs))
    assert codes(refused) == ["not_this_centres"]


def test_a_closed_pathway_gives_its_bookings_back(course, other, chair):
    start, end = slot(chair)
    book(course, chair, start, end)
    pathways.close(pathway=course.pathway, exit_reason="patient_refusal", by=course.coordinator)
    row = Booking.objects.get()
    assert (row.cancelled_at is not None, row.cancelled_by) == (True, str(course.coordinator.pk))
    assert book(other, chair, start, end).cancelled_at is None


def test_a_death_gives_the_bookings_back(course, chair):
    book(course, chair, *slot(chair))
    deaths.record_death(patient=course.patient, on=clock.today("Europe/Rome"), by=course.haematologist)
    assert Booking.objects.get().cancelled_at is not None


def test_what_runs_when_a_pathway_closes_ends_then_and_what_is_past_stays(course):
    bed = actions.add_resource(centre=course.hub, kind="bed", name="Bed 4", by=course.coordinator)
    now = clock.now()
    with act(by=world.BY):
        for start, end in ((-9, -5), (-2, 5)):
            Booking.objects.create(
                resource=bed,
                pathway=course.pathway,
                during=(now + timedelta(days=start), now + timedelta(days=end)),
                booked_at=now,
            )
    pathways.close(pathway=course.pathway, exit_reason="patient_refusal", by=course.coordinator)
    past, running = Booking.objects.order_by("during")
    assert (past.cancelled_at, past.during.upper) == (None, now - timedelta(days=5))
    assert running.cancelled_at is None
    assert now <= running.during.upper <= clock.now()


@pytest.mark.prepared(by=nobody)
@pytest.mark.django_db(transaction=True)
def test_of_eight_clients_for_the_last_slot_one_wins():
    made = world.make()
    courses = [Course(made, number=f"CP-{number:04d}") for number in range(1, 9)]
    chair = actions.add_resource(centre=courses[0].hub, kind="apheresis_chair", name="C", by=courses[0].coordinator)
    start, end = slot(chair)
    answers, ready = [], threading.Barrier(len(courses))

    def try_to_book(one):
        try:
            ready.wait()
            book(one, chair, start, end)
            answers.append("booked")
        except Refused as refused:
            answers.append(refused.reasons[0].code)
        except Exception as error:
            answers.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=try_to_book, args=(one,)) for one in courses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["booked"] + ["taken"] * 7
    assert Booking.objects.filter(cancelled_at=None).count() == 1


@pytest.mark.prepared(by=nobody)
@pytest.mark.django_db(transaction=True)
def test_two_moves_in_opposite_directions_do_not_wait_for_each_other():
    made = world.make()
    one, two = Course(made, number="CP-0001"), Course(made, number="CP-0002")
    chairs = [
        actions.add_resource(centre=one.hub, kind="apheresis_chair", name=name, by=one.coordinator) for name in "AB"
    ]
    start, end = slot(chairs[0])
    later, _end = slot(chairs[0], 1)
    bookings = [book(one, chairs[0], start, end), book(two, chairs[1], start, end)]
    answers, ready = [], threading.Barrier(2)

    def move(booking, to):
        try:
            ready.wait()
            actions.move(
                booking=booking, resource=to, start=later, end=later + (end - start), by=one.coordinator, why="swap"
            )
            answers.append("moved")
        except Exception as error:
            answers.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in zip(bookings, reversed(chairs), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["moved", "moved"]

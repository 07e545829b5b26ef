"""A death closes what is open and asks for the registry's form; entered in error, two people undo it."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from patients.apheresis import actions as apheresis
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.capacity import actions as capacity
from patients.capacity.models import Booking, Resource
from patients.notices.models import Delivery
from patients.pathway import actions, deaths
from patients.pathway.models import Death, Pathway
from patients.reminders import sweep
from patients.reminders.models import Reminder, ReminderTelling
from tests.course import Course
from tests.forms import send
from tests.network import Network, day_4

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def net(prepared) -> Network:
    return prepared[0] if isinstance(prepared, tuple) else prepared


@pytest.fixture
def infused(prepared) -> Pathway:
    """A course on day +4."""
    return prepared[1]


def today(net):
    return clock.today(net.hub.timezone)


def standing(pathway) -> tuple:
    """Everything of a pathway that a death closes: status, open stays, open steps, the ball, open reminders."""
    row = Pathway.objects.get(pk=pathway.pk)
    open_steps = row.steps.filter(done_at__isnull=True, dropped_at__isnull=True)
    return (
        (row.status, row.held_since, row.closed_on, row.exit_reason),
        sorted(row.entries.filter(ended_on__isnull=True).values_list("stage", flat=True)),
        sorted(open_steps.values_list("pk", "code", "due_at")),
        list(open_steps.filter(has_ball=True).values_list("code", flat=True)),
        sorted(row.reminders.filter(state="planned").values_list("rule", "subject", "due_on")),
        sorted(row.milestones.filter(superseded=False).values_list("what", "planned_on", "actual_on")),
    )


@pytest.mark.prepared(by=day_4)
def test_a_death_closes_all_that_is_open_and_asks_the_hub_for_the_registrys_form(net, infused):
    pathway = infused
    deaths.record_death(patient=pathway.patient, on=today(net), by=net.haematologist, note="progressione")
    closed = Pathway.objects.get(pk=pathway.pk)
    assert (closed.status, closed.exit_reason, closed.closed_on) == ("closed", "death_after_infusion", today(net))
    assert not closed.entries.filter(ended_on__isnull=True).exists()
    still = closed.steps.filter(done_at__isnull=True, dropped_at__isnull=True)
    assert [(step.code, step.owner_role_id, step.has_ball) for step in still] == [
        ("registry_death_form", "hub_coordinator", False)
    ]


@pytest.mark.prepared(by=day_4)
def test_after_a_death_no_reminder_is_open_and_nothing_is_told_any_more(net, infused):
    pathway = infused
    assert Reminder.objects.filter(pathway=pathway, state="planned").exists()
    deaths.record_death(patient=pathway.patient, on=today(net), by=net.haematologist)
    assert not Reminder.objects.filter(pathway=pathway, state__in=["planned", "acknowledged"]).exists()
    assert not ReminderTelling.objects.filter(reminder__pathway=pathway, waiting=True).exists()
    before = Delivery.objects.count()
    assert (sweep.tell_due(), Delivery.objects.count()) == (0, before)


@pytest.mark.prepared(by=day_4)
def test_the_registrys_form_is_done_with_its_day(client, net, infused):
    pathway = infused
    deaths.record_death(patient=pathway.patient, on=today(net) - timedelta(days=1), by=net.haematologist)
    client.force_login(net.coordinator)
    there = reverse("pathway:registry_death", args=[pathway.pk])
    for wrong in (today(net) + timedelta(days=1), today(net) - timedelta(days=2)):
        page = send(client, there, sent_on=f"{wrong:%d/%m/%Y}")
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["sent_on"])
    assert send(client, there, sent_on=f"{today(net):%d/%m/%Y}").status_code == 302
    assert not pathway.steps.filter(code="registry_death_form", done_at__isnull=True).exists()
    assert pathway.milestones.get(what="death_reported").actual_on == today(net)


@pytest.mark.prepared(by=day_4)
def test_a_death_entered_in_error_is_undone_by_two_people_and_what_it_closed_comes_back(client, net, infused):
    pathway = infused
    before = standing(pathway)
    deaths.record_death(patient=pathway.patient, on=today(net), by=net.coordinator, note="altra persona")
    there = reverse("pathway:death_undo", args=[pathway.pk])
    client.force_login(net.coordinator)
    page = send(client, there, why="  ")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["why"])
    assert send(client, there, why="Il decesso è di un omonimo.").status_code == 302
    page = send(client, there, verdict="undo")  # the same person
    assert (page.status_code, len(page.context["form"].non_field_errors())) == (422, 1)
    assert Pathway.objects.get(pk=pathway.pk).status == "closed"
    client.force_login(net.haematologist)
    assert "Il decesso è di un omonimo." in client.get(there).content.decode()
    assert send(client, there, verdict="undo").status_code == 302
    pathway.patient.refresh_from_db()
    assert pathway.patient.died_on is None
    assert standing(pathway) == before
    death = Death.objects.get()
    assert (death.undo_asked_by, death.undone_by) == (net.coordinator, net.haematologist)
    deaths.record_death(patient=pathway.patient, on=today(net), by=net.coordinator)  # and now it is true
    assert Pathway.objects.get(pk=pathway.pk).status == "closed"


def test_a_pathway_on_hold_comes_back_on_hold_and_a_draft_as_a_draft(net):
    held, draft = net.sent(1), net.draft(2)
    actions.hold(pathway=held, reason="polmonite", by=net.coordinator)
    for pathway in (held, draft):
        before = standing(pathway)
        deaths.record_death(patient=pathway.patient, on=today(net), by=net.referrer)
        deaths.ask_to_undo(patient=pathway.patient, why="errore", by=net.referrer)
        deaths.undo(patient=pathway.patient, by=net.coordinator)
        assert standing(pathway) == before
    assert Pathway.objects.get(pk=held.pk).hold_reason == "polmonite"


def test_the_second_person_may_say_that_the_death_stands(net):
    pathway = net.sent()
    deaths.record_death(patient=pathway.patient, on=today(net), by=net.coordinator)
    deaths.ask_to_undo(patient=pathway.patient, why="forse errore", by=net.coordinator)
    with pytest.raises(Refused) as refused:
        deaths.ask_to_undo(patient=pathway.patient, why="anche io", by=net.haematologist)
    assert refused.value.reasons[0].code == "undo_asked_already"
    deaths.keep(patient=pathway.patient, by=net.haematologist)
    assert not pathway.steps.filter(code="confirm_death_undo", done_at__isnull=True).exists()
    with pytest.raises(Refused) as refused:
        deaths.undo(patient=pathway.patient, by=net.haematologist)
    assert refused.value.reasons[0].code == "undo_not_asked"
    assert Pathway.objects.get(pk=pathway.pk).status == "closed"


@pytest.mark.database
def test_the_database_refuses_a_death_undone_by_the_one_who_asked(net):
    pathway = net.sent()
    deaths.record_death(patient=pathway.patient, on=today(net), by=net.coordinator)
    death = deaths.ask_to_undo(patient=pathway.patient, why="errore", by=net.coordinator)
    with pytest.raises(IntegrityError), act(by=net.coordinator, why="test"), transaction.atomic():
        Death.objects.filter(pk=death.pk).update(undone_at=clock.now(), undone_by=net.coordinator)


def test_nobody_begins_a_course_of_a_patient_who_has_died(net):
    pathway = net.sent()
    deaths.record_death(patient=pathway.patient, on=today(net), by=net.coordinator)
    with pytest.raises(Refused) as refused:
        actions.open_course(patient=pathway.patient, hub=net.hub, by=net.referrer)
    assert refused.value.reasons[0].code == "has_died"


# ── bookings ─────────────────────────────────────────────────────────────────────────────────────────────────────


def a_chair_booked() -> tuple[Course, Resource, datetime, datetime]:
    course = Course()
    chair = capacity.add_resource(
        centre=course.hub, kind=Resource.Kind.APHERESIS_CHAIR, name="Poltrona 1", by=course.coordinator
    )
    length = timedelta(hours=4)
    start = capacity.next_free(chair, clock.now() + timedelta(days=3), length)[0]
    apheresis.book(pathway=course.pathway, chair=chair, start=start, end=start + length, by=course.coordinator)
    return course, chair, start, start + length


@pytest.fixture
def booked(prepared) -> tuple[Course, Resource, datetime, datetime]:
    return prepared


def live(course) -> list[Booking]:
    return list(Booking.objects.filter(pathway=course.pathway, cancelled_at__isnull=True))


def _undo(course) -> None:
    deaths.ask_to_undo(patient=course.patient, why="errore", by=course.coordinator)
    deaths.undo(patient=course.patient, by=course.haematologist)


@pytest.mark.prepared(by=a_chair_booked)
def test_a_booking_that_is_still_free_comes_back(booked):
    course, _, start, end = booked
    before = standing(course.pathway)
    deaths.record_death(patient=course.patient, on=course.ago(0), by=course.haematologist)
    assert live(course) == []
    _undo(course)
    assert [(one.during.lower, one.during.upper) for one in live(course)] == [(start, end)]
    assert standing(course.pathway) == before


@pytest.mark.prepared(by=a_chair_booked)
def test_a_booking_that_somebody_else_has_by_now_is_booked_anew(booked):
    course, chair, start, end = booked
    deaths.record_death(patient=course.patient, on=course.ago(0), by=course.haematologist)
    other = Course(course.world, number="CP-0002", family_name="Altra")
    apheresis.book(pathway=other.pathway, chair=chair, start=start, end=end, by=course.coordinator)
    _undo(course)
    assert live(course) == []
    holder = course.pathway.steps.get(has_ball=True)
    assert holder.code == "book_apheresis"
    assert course.pathway.milestones.get(what="apheresis").planned_on is None

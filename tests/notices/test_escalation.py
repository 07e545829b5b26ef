"""An urgent notice that nobody acknowledges is told to more people when its time is up, once."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from patients.audit.actions import act
from patients.notices import actions, escalation
from patients.notices.models import Delivery, Notice
from tests.notices import people

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
UP = NOON + timedelta(minutes=30)


@pytest.fixture
def hub():
    return people.hub()


@pytest.fixture
def staff(hub):
    roles = ("nurse", "hub_haematologist", "hub_coordinator", "centre_administrator")
    return {role: people.member(hub, role) for role in roles}


def call(hub, *recipients, urgent=True, **more):
    with act(by="system:test"):
        return actions.tell(
            kind="reminders_held",
            key="call",
            recipients=recipients,
            centre=hub,
            urgent=urgent,
            **{"patient_id": uuid4(), **more},
        )


def test_after_half_an_hour_haematologists_and_coordinators_hear_of_it_by_urgent_mail(hub, staff):
    with time_machine.travel(NOON, tick=False) as clock:
        call(hub, staff["nurse"])
        clock.move_to(UP - timedelta(seconds=1))
        assert escalation.escalate_unanswered() == 0
        clock.move_to(UP)
        assert escalation.escalate_unanswered() == 1
        clock.move_to(UP + timedelta(hours=2))
        assert escalation.escalate_unanswered() == 0
    more = Notice.objects.filter(escalated=True)
    assert {notice.user for notice in more} == {staff["hub_haematologist"], staff["hub_coordinator"]}
    assert {(notice.urgent, notice.phone, notice.delivery.kind) for notice in more} == {(True, "0550001", "urgent")}
    assert Delivery.objects.count() == 3


def test_one_acknowledgement_by_anybody_is_an_answer(hub, staff):
    second = people.member(hub, "nurse")
    with time_machine.travel(NOON, tick=False) as clock:
        first, _ = call(hub, staff["nurse"], second)
        actions.acknowledge(notice_id=first.pk, by=first.user)
        clock.move_to(UP)
        assert escalation.escalate_unanswered() == 0


def test_who_was_told_already_is_not_told_twice(hub, staff):
    with time_machine.travel(NOON, tick=False) as clock:
        call(hub, staff["nurse"], staff["hub_haematologist"])
        clock.move_to(UP)
        escalation.escalate_unanswered()
    assert [notice.user for notice in Notice.objects.filter(escalated=True)] == [staff["hub_coordinator"]]


@pytest.mark.parametrize("change", [{"urgent": False}, {"patient_id": None}])
def test_what_is_not_urgent_or_about_no_patient_does_not_climb(hub, staff, change):
    with time_machine.travel(NOON, tick=False) as clock:
        call(hub, staff["nurse"], **change)
        clock.move_to(UP)
        assert escalation.escalate_unanswered() == 0


def test_a_settled_matter_does_not_climb(hub, staff):
    matter = uuid4()
    with time_machine.travel(NOON, tick=False) as clock:
        call(hub, staff["nurse"], about=matter)
        actions.settle(about=[matter])
        clock.move_to(UP)
        assert escalation.escalate_unanswered() == 0


def test_an_old_one_of_a_restored_copy_does_not_climb(hub, staff):
    with time_machine.travel(NOON, tick=False) as clock:
        call(hub, staff["nurse"])
        clock.move_to(NOON + timedelta(days=1, seconds=1))
        assert escalation.escalate_unanswered() == 0


def test_a_muted_installation_calls_nobody(hub, staff):
    people.mute()
    with time_machine.travel(NOON, tick=False) as clock:
        call(hub, staff["nurse"])
        clock.move_to(UP)
        assert escalation.escalate_unanswered() == 0

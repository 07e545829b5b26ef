"""Telling people: each exactly once, in the caller's transaction, and what they do with it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction

from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.notices import actions, outbox
from patients.notices.models import Delivery, Notice
from tests.notices import people

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def tell(user=None, *, key="one", urgent=False, **more):
    given = {"recipients": [user]} if user is not None else {}
    with act(by="system:test"):
        return actions.tell(kind="delivery_failed", key=key, urgent=urgent, **given, **more)


def test_a_person_is_told_once_under_a_key():
    user = people.member(people.hub(), "hub_coordinator")
    assert len(tell(user)) == 1
    assert tell(user) == []
    assert Notice.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_everybody_with_the_role_at_the_centre_is_told_and_nobody_else():
    hub, other = people.hub(), people.hub("hub2")
    first, second = people.member(hub, "hub_coordinator"), people.member(hub, "hub_coordinator", "nurse")
    people.member(hub, "nurse")
    people.member(other, "hub_coordinator")
    people.member(hub, "hub_coordinator", is_active=False)
    told = tell(role="hub_coordinator", centre=hub)
    assert {notice.user for notice in told} == {first, second}
    assert {(notice.role_id, notice.centre) for notice in told} == {("hub_coordinator", hub)}


def test_a_kind_without_words_is_refused():
    user = people.member(people.hub(), "nurse")
    with pytest.raises(KeyError), act(by="system:test"):
        actions.tell(kind="no such kind", key="one", recipients=[user])


def test_nothing_is_told_outside_of_an_action():
    with pytest.raises(RuntimeError):
        actions.tell(kind="delivery_failed", key="one", recipients=[])


def test_what_is_rolled_back_was_never_told():
    user = people.member(people.hub(), "nurse")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(user, urgent=True)
        raise ZeroDivisionError
    assert Notice.objects.count() == 0
    assert Delivery.objects.count() == 0


def test_an_urgent_notice_is_mailed_at_once_and_shows_the_number_to_ring():
    hub = people.hub()
    people.member(hub, "hub_haematologist")
    with time_machine.travel(NOON, tick=False):
        (notice,) = tell(role="hub_haematologist", centre=hub, urgent=True)
    assert notice.phone == "0550001"
    assert notice.delivery.due_at == NOON
    assert notice.delivery.kind == "urgent"


def test_routine_notices_of_one_person_share_the_mail_of_the_next_morning():
    hub = people.hub(timezone="Europe/Rome")
    user = people.member(hub, "nurse")
    with time_machine.travel(NOON, tick=False):
        tell(user, key="one")
        tell(user, key="two")
    (delivery,) = Delivery.objects.all()
    assert delivery.kind == "morning"
    assert delivery.due_at == datetime(2026, 3, 11, 6, 30, tzinfo=UTC)  # 07:30 in Rome
    assert delivery.notices.count() == 2


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        (datetime(2026, 3, 10, 6, 29, tzinfo=UTC), "Europe/Rome", datetime(2026, 3, 10, 6, 30, tzinfo=UTC)),
        (datetime(2026, 3, 10, 6, 30, tzinfo=UTC), "Europe/Rome", datetime(2026, 3, 11, 6, 30, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), "Europe/Rome", datetime(2026, 3, 29, 5, 30, tzinfo=UTC)),  # spring
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), "Europe/Rome", datetime(2026, 10, 25, 6, 30, tzinfo=UTC)),  # autumn
        (datetime(2026, 3, 10, 12, 0, tzinfo=UTC), "Europe/Lisbon", datetime(2026, 3, 11, 7, 30, tzinfo=UTC)),
    ],
)
def test_the_morning_is_half_past_seven_on_the_centres_wall_clock(now, zone, due):
    assert outbox.next_morning(now, zone) == due


def test_a_notice_does_not_slip_in_behind_a_morning_mail_that_a_worker_has_claimed():
    hub = people.hub()
    user = people.member(hub, "nurse")
    with time_machine.travel(NOON, tick=False):
        tell(user, key="one")
        Delivery.objects.update(lease_by=uuid4(), lease_until=NOON)
        (late,) = tell(user, key="two")
    assert late.delivery.due_at == datetime(2026, 3, 12, 6, 30, tzinfo=UTC)


def test_a_deputy_is_told_in_place_of_who_is_away():
    hub = people.hub()
    user, deputy = people.member(hub, "hub_coordinator"), people.member(hub, "nurse")
    people.away(user, NOON.date(), NOON.date(), deputy)
    with time_machine.travel(NOON, tick=False):
        assert [notice.user for notice in tell(role="hub_coordinator", centre=hub)] == [deputy]
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert [notice.user for notice in tell(role="hub_coordinator", centre=hub, key="two")] == [user]


def test_when_all_are_away_without_deputy_all_are_told():
    hub = people.hub()
    user = people.member(hub, "hub_coordinator")
    people.away(user, NOON.date(), NOON.date())
    with time_machine.travel(NOON, tick=False):
        assert [notice.user for notice in tell(role="hub_coordinator", centre=hub)] == [user]


def test_acknowledging_is_for_ones_own_notices():
    hub = people.hub()
    user, other = people.member(hub, "nurse"), people.member(hub, "nurse")
    (notice,) = tell(user)
    with pytest.raises(Notice.DoesNotExist):
        actions.acknowledge(notice_id=notice.pk, by=other)
    actions.acknowledge(notice_id=notice.pk, by=user)
    notice.refresh_from_db()
    assert notice.acknowledged_by == user
    assert notice.read_at == notice.acknowledged_at


@pytest.mark.parametrize(("hours", "reason", "code"), [(1, "  ", "reason_missing"), (-1, "busy", "not_later")])
def test_snoozing_needs_a_reason_and_a_later_time(hours, reason, code):
    user = people.member(people.hub(), "nurse")
    (notice,) = tell(user)
    with pytest.raises(Refused) as refused:
        actions.snooze(notice_id=notice.pk, until=datetime.now(UTC) + timedelta(hours=hours), reason=reason, by=user)
    assert [one.code for one in refused.value.reasons] == [code]


def test_a_plain_mail_is_written_once_under_a_key_with_one_identity():
    first = outbox.post_mail(to="a@b.example", subject="Your\nlog-in", body="link", key="reset-1", by="system:account")
    second = outbox.post_mail(to="a@b.example", subject="Your log-in", body="link", key="reset-1", by="system:account")
    assert first == second
    assert first.subject == "Your log-in"
    assert Delivery.objects.get().message_id == first.message_id

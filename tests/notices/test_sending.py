"""Sending: claimed under a lease, sent once, retried, refused for good, withdrawn; against a real mail server."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from patients.audit.actions import act
from patients.identity import links
from patients.notices import actions, outbox, sending
from patients.notices.models import Delivery, Notice
from tests import world as worlds
from tests.notices import people

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)


def post(to="a@b.example", key="one", **more) -> Delivery:
    return outbox.post_mail(to=to, subject="Your log-in", body="the link", key=key, by="system:account", **more)


def tell(user, *, key="one", urgent=False, **more) -> Notice:
    with act(by="system:test"):
        (notice,) = actions.tell(kind="delivery_failed", key=key, urgent=urgent, recipients=[user], **more)
    return notice


def test_a_mail_goes_out_once_with_the_identity_it_was_made_with(mailbox):
    delivery = post()
    assert sending.send_due() == (1, False)
    assert sending.send_due() == (0, False)
    (mail,) = mailbox.messages
    assert mail["Message-ID"] == delivery.message_id
    assert mail["Message-ID"].endswith("@carpath.example>")
    assert (mail["To"], mail["Subject"]) == ("a@b.example", "Your log-in")


def test_the_text_of_a_log_in_mail_is_wiped_when_it_has_gone(mailbox):
    delivery = post()
    sending.send_due()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.subject, delivery.body) == ("sent", "", "")


def test_a_claimed_mail_is_nobody_elses_until_its_lease_ends(settings):
    settings.DELIVERY_LEASE_SECONDS = 60
    with time_machine.travel(NOON, tick=False) as clock:
        delivery = post()
        assert sending.claim(uuid4()) == [delivery]
        clock.move_to(NOON + timedelta(seconds=60))
        assert sending.claim(uuid4()) == []
        clock.move_to(NOON + timedelta(seconds=61))
        assert sending.claim(uuid4()) == [delivery]


def test_a_worker_that_lost_its_lease_notes_nothing():
    first, second = uuid4(), uuid4()
    with time_machine.travel(NOON, tick=False) as clock:
        post()
        (slow,) = sending.claim(first)
        clock.move_to(NOON + timedelta(seconds=120))
        sending.claim(second)
        assert sending._note(slow, sent_at=NOON) is False
    assert Delivery.objects.get().lease_by == second


@pytest.mark.parametrize("answer", ["550 no such mailbox", "554 refused"])
def test_a_5xx_answer_is_final_and_shown_to_sender_and_administrator(mailbox, answer):
    hub = people.hub()
    sender, administrator = people.member(hub, "hub_coordinator"), people.member(hub, "centre_administrator")
    people.member(hub, "nurse")
    delivery = outbox.post_mail(to="a@b.example", subject="s", body="b", key="one", by=sender, centre=hub)
    mailbox.answer["a@b.example"] = answer
    sending.send_due()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_error, delivery.attempts) == ("failed", f"smtp_{answer[:3]}", 1)
    assert {(notice.user, notice.kind) for notice in Notice.objects.all()} == {
        (sender, "delivery_failed"),
        (administrator, "delivery_failed"),
    }
    assert sending.send_due() == (0, False)


def test_a_4xx_answer_is_tried_again_later(mailbox):
    with time_machine.travel(NOON, tick=False) as clock:
        delivery = post()
        mailbox.answer["a@b.example"] = "451 try later"
        sending.send_due()
        delivery.refresh_from_db()
        assert (delivery.status, delivery.last_error) == ("retrying", "smtp_451")
        assert delivery.due_at == NOON + timedelta(seconds=30)
        del mailbox.answer["a@b.example"]
        clock.move_to(NOON + timedelta(seconds=30))
        sending.send_due()
    assert mailbox.ids == [delivery.message_id]


def test_waiting_doubles_up_to_an_hour():
    seconds = [sending.waiting_time(attempts).total_seconds() for attempts in (1, 2, 3, 7, 8, 50)]
    assert seconds == [30, 60, 120, 1920, 3600, 3600]


def test_after_three_days_it_is_given_up_and_told(mailbox):
    hub = people.hub()
    administrator = people.member(hub, "centre_administrator")
    mailbox.answer["a@b.example"] = "451 try later"
    with time_machine.travel(NOON, tick=False) as clock:
        delivery = post(centre=hub)
        clock.move_to(NOON + timedelta(days=3, seconds=1))
        sending.send_due()
    delivery.refresh_from_db()
    assert delivery.status == "failed"
    assert Notice.objects.get().user == administrator


def test_without_a_mail_server_everything_waits_and_goes_later(mailbox, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with time_machine.travel(NOON, tick=False) as clock:
        made = [post(f"{number}@b.example", key=str(number)) for number in range(3)]
        assert sending.send_due() == (0, False)
        assert {delivery.last_error for delivery in Delivery.objects.all()} == {"unreachable"}
        settings.EMAIL_PORT = port
        clock.move_to(NOON + timedelta(seconds=60))
        assert sending.send_due() == (3, False)
    assert set(mailbox.ids) == {delivery.message_id for delivery in made}


def test_a_muted_installation_sends_nothing(mailbox):
    people.mute()
    post()
    assert sending.send_due() == (0, False)
    assert mailbox.messages == []
    people.release()
    assert sending.send_due() == (1, False)


def test_routine_notices_go_in_one_mail_at_half_past_seven(mailbox):
    user = people.member(people.hub(), "nurse", language="en")
    with time_machine.travel(NOON, tick=False) as clock:
        tell(user, key="one", params={"to": "Rossi", "error": "x"})
        tell(user, key="two", params={"to": "Rossi", "error": "x"})
        clock.move_to(MORNING - timedelta(seconds=1))
        assert sending.send_due() == (0, False)
        clock.move_to(MORNING)
        assert sending.send_due() == (1, False)
    (mail,) = mailbox.messages
    assert mail["Subject"] == "CARPath: your notices"
    assert mail.get_payload(decode=True).decode().splitlines()[:3] == [
        "2 notices wait for you in CARPath.",
        "",
        "https://carpath.example/reminders/",
    ]


def test_an_urgent_mail_shows_the_number_to_ring_and_nothing_of_the_patient(mailbox):
    hub = people.hub()
    user = people.member(hub, "hub_haematologist", language="en")
    tell(user, urgent=True, centre=hub, params={"to": "Rossi", "error": "CRS 3"})
    sending.send_due()
    (mail,) = mailbox.messages
    assert mail["Subject"] == "CARPath: urgent notice"
    assert mail.get_payload(decode=True).decode().splitlines() == [
        "Something in CARPath needs you now.",
        "",
        "https://carpath.example/reminders/",
        "",
        "If you cannot open it, ring 0550001.",
        "",
        "This mail holds no patient data. Do not answer it.",
    ]


def test_a_mail_speaks_its_readers_language(mailbox):
    user = people.member(people.hub(), "nurse", language="it")
    tell(user, urgent=True)
    sending.send_due()
    assert mailbox.messages[0]["Subject"] == "CARPath: avviso urgente"


def test_who_may_no_longer_see_the_patient_gets_no_mail(mailbox):
    world = worlds.make()
    pathway = worlds.sent(world)
    coordinator = world.user("hub_coordinator", "hub")
    tell(coordinator, urgent=True, patient_id=pathway.patient_id)
    with act(by="system:test"):
        links.end_links(patient=pathway.patient, kind="hub")
    sending.send_due()
    assert mailbox.messages == []
    assert Delivery.objects.get().status == "withdrawn"


@pytest.mark.parametrize("change", ["acknowledged", "settled", "left"])
def test_what_needs_nobody_any_more_is_not_mailed(mailbox, change):
    user = people.member(people.hub(), "nurse")
    matter = uuid4()
    notice = tell(user, urgent=True, about=matter)
    if change == "acknowledged":
        actions.acknowledge(notice_id=notice.pk, by=user)
    elif change == "settled":
        assert actions.settle(about=[matter]) == 1
    else:
        with act(by="system:test"):
            type(user).objects.filter(pk=user.pk).update(is_active=False)
    sending.send_due()
    assert mailbox.messages == []
    assert Delivery.objects.get().status == "withdrawn"


def test_an_urgent_mail_that_fails_is_urgent_news_for_coordinator_and_administrator(mailbox):
    hub = people.hub()
    user = people.member(hub, "hub_haematologist")
    coordinator, administrator = people.member(hub, "hub_coordinator"), people.member(hub, "centre_administrator")
    tell(user, urgent=True, centre=hub)
    mailbox.answer[user.email] = "550 gone"
    sending.send_due()
    failures = Notice.objects.filter(kind="delivery_failed", about__isnull=False)
    assert {(notice.user, notice.urgent) for notice in failures} == {(coordinator, True), (administrator, True)}


def test_a_failing_administrator_is_told_in_the_app_and_not_by_ever_more_mail(mailbox):
    hub = people.hub()
    administrator = people.member(hub, "centre_administrator")
    tell(administrator, urgent=True, centre=hub)
    mailbox.answer[administrator.email] = "550 gone"
    sending.send_due()
    news = Notice.objects.get(about__isnull=False)
    assert (news.user, news.delivery) == (administrator, None)


def test_one_mail_that_cannot_be_written_does_not_stop_the_others(mailbox):
    with time_machine.travel(NOON, tick=False):
        broken = post("not an address\n", key="broken")
        post()
        assert sending.send_due() == (1, False)
    assert [mail["To"] for mail in mailbox.messages] == ["a@b.example"]
    broken.refresh_from_db()
    assert (broken.status, broken.last_error) == ("retrying", "not_written")
    assert broken.due_at == NOON + timedelta(seconds=30)

"""A mail that comes back: read as RFC 3464 says, matched by its Message-ID, shown to sender and administrator."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from patients.notices import bounces, outbox, sending
from patients.notices.models import Delivery, Notice
from tests.notices import people

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mx.example\r
To: carpath@localhost\r
Subject: Undelivered Mail Returned to Sender\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r
\r
--B\r
Content-Type: text/plain\r
\r
I could not deliver your message.\r
\r
--B\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; a@b.example\r
Action: {action}\r
Status: 5.1.1\r
\r
--B\r
Content-Type: {returned}\r
\r
From: carpath@localhost\r
To: a@b.example\r
Message-ID: {message_id}\r
Subject: CARPath: your notices\r
\r
--B--\r
"""


def report(message_id: str, action: str = "failed", returned: str = "message/rfc822") -> bytes:
    return REPORT.format(action=action, message_id=message_id, returned=returned).encode()


@pytest.fixture
def sent(mailbox):
    hub = people.hub()
    sender = people.member(hub, "hub_coordinator")
    people.member(hub, "centre_administrator")
    people.member(hub, "nurse")
    delivery = outbox.post_mail(to="a@b.example", subject="s", body="b", key="one", by=sender, centre=hub)
    sending.send_due()
    delivery.refresh_from_db()
    return delivery


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_returned_mail_is_noted_and_told_at_once_to_sender_and_administrator(sent, returned):
    bounces.take(report(sent.message_id, returned=returned))
    sent.refresh_from_db()
    assert (sent.status, sent.last_error) == ("bounced", "bounce_5.1.1")
    roles = {
        notice.user.memberships.get().role_id
        for notice in Notice.objects.filter(kind="delivery_bounced", about=sent.pk)
    }
    assert roles == {"hub_coordinator", "centre_administrator"}


def test_the_same_report_again_changes_nothing(sent):
    bounces.take(report(sent.message_id))
    first = Delivery.objects.values().get(pk=sent.pk)
    bounces.take(report(sent.message_id))
    assert Delivery.objects.values().get(pk=sent.pk) == first
    assert Notice.objects.filter(kind="delivery_bounced").count() == 2


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_mail_that_is_only_late_or_has_arrived_did_not_come_back(sent, action):
    assert bounces.take(report(sent.message_id, action=action)) is None
    sent.refresh_from_db()
    assert sent.status == "sent"


def test_a_mail_whose_sending_was_never_noted_had_gone_when_it_comes_back(mailbox):
    delivery = outbox.post_mail(to="a@b.example", subject="s", body="b", key="one", by="system:account")
    bounces.take(report(delivery.message_id))
    delivery.refresh_from_db()
    assert delivery.status == "bounced"
    assert sending.send_due() == (0, False)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no multipart/report but text/plain"),
        (b"Subject: hello\r\n\r\nout of office", "no multipart/report but text/plain"),
        (report("<nobody@elsewhere.example>"), "it speaks of no mail of ours"),
        (report("").replace(b"Message-ID: \r\n", b""), "it returns no Message-ID"),
        (report("<x@y>").replace(b"Action: failed\r\n", b""), "it names no recipient's action"),
        (b"x" * (bounces.LARGEST_BYTES + 1), "larger than 20 MB"),
        (b"Content-Type: multipart/report\r\n\r\n\xff\xfe\x00", "it names no recipient's action"),
    ],
)
def test_what_is_no_report_of_ours_is_refused_with_its_reason(raw, reason):
    with pytest.raises(bounces.NotABounce) as refused:
        bounces.take(raw)
    assert str(refused.value) == reason


def piped(monkeypatch, raw: bytes) -> str:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    err = io.StringIO()
    call_command("take_bounce", stderr=err)
    return err.getvalue().strip()


def test_the_command_takes_a_report_on_its_input(sent, monkeypatch):
    assert piped(monkeypatch, report(sent.message_id)) == "Noted."
    assert Delivery.objects.get(pk=sent.pk).status == "bounced"


def test_the_command_gives_back_what_is_not_ours(monkeypatch):
    with pytest.raises(CommandError) as refused:
        piped(monkeypatch, report("<nobody@elsewhere.example>"))
    assert refused.value.returncode == 65

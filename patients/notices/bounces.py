"""Reading a delivery status notification (RFC 3464): which of our mails came back, for good or only late."""

import email
import email.policy
from dataclasses import dataclass
from email.message import Message

from patients.audit import clock
from patients.audit.actions import act
from patients.notices.models import Delivery
from patients.notices.sending import tell_undelivered

LARGEST_BYTES = 20 * 1024 * 1024


class NotABounce(Exception):
    """The message is no delivery status notification, or speaks of no mail of ours."""


@dataclass(frozen=True)
class Report:
    """What a notification says: the Message-ID of the mail that came back, the action taken, the status code."""

    message_id: str
    action: str  # failed, delayed, delivered, relayed, expanded (RFC 3464, 2.3.3)
    status: str  # 5.1.1


def read(raw: bytes) -> Report:
    """Understand a notification. Raises NotABounce with the reason."""
    if len(raw) > LARGEST_BYTES:
        raise NotABounce("larger than 20 MB")
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    if message.get_content_type() != "multipart/report":
        raise NotABounce(f"no multipart/report but {message.get_content_type()}")
    action, status = _recipient_fields(message)
    return Report(_original_id(message), action, status)


def _recipient_fields(message: Message) -> tuple[str, str]:
    """Action and status of the first recipient that the report names."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for group in part.get_payload():
                if isinstance(group, Message) and group["Action"]:
                    action = str(group["Action"]).split()[0].split(";")[0].lower()
                    return action, str(group["Status"] or "").split(" ")[0].strip()
    raise NotABounce("it names no recipient's action")


def _original_id(message: Message) -> str:
    """The Message-ID of the mail that came back, from its returned text or headers."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            original = inner[0] if isinstance(inner, list) and inner else None
        elif part.get_content_type() == "text/rfc822-headers":
            original = email.message_from_bytes(part.get_payload(decode=True) or b"", policy=email.policy.compat32)
        else:
            continue
        if original is not None and original["Message-ID"]:
            return str(original["Message-ID"]).strip()
    raise NotABounce("it returns no Message-ID")


def take(raw: bytes) -> Delivery | None:
    """Note a returned mail and tell sender and administrator; the same notification again changes nothing.

    Returns None when the mail is only late, or has arrived. Raises NotABounce.
    """
    report = read(raw)
    if report.action != "failed":
        return None
    with act(by="system:bounces", why="mail came back"):
        delivery = (
            Delivery.objects.select_for_update(no_key=True, of=("self",)).filter(message_id=report.message_id).first()
        )
        if delivery is None:
            raise NotABounce("it speaks of no mail of ours")
        if delivery.bounced_at is None:
            delivery.bounced_at = clock.now()
            delivery.last_error = f"bounce_{report.status}"[:40]
            # It came back, so it had gone: the worker that sent it died before it could say so.
            delivery.sent_at = delivery.sent_at or delivery.bounced_at
            delivery.lease_by = delivery.lease_until = None
            delivery.subject = delivery.body = ""
            delivery.save()
            tell_undelivered(delivery, kind="delivery_bounced", to=delivery.to, error=report.status)
        return delivery

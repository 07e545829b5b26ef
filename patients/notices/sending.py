"""The outbox's other end: a worker claims what is due, commits, sends one by one, and notes each outcome.

What is claimed belongs to the worker for the length of its lease; a worker that dies loses it to the next. The lease's
owner stands in the condition of every note, so that a worker that was too slow changes nothing.
"""

import logging
import smtplib
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.models import Installation
from patients.centres.models import Centre, Membership, User
from patients.notices.actions import tell
from patients.notices.models import Delivery, Notice
from patients.notices.outbox import UNSENT, may_still_see

log = logging.getLogger(__name__)

CLAIM_SIZE = 100
SENDING_SHARE = 0.6  # of the lease; what is left by then is given back
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
NOTE_FOR_SECONDS = 15  # how long the outcome of a mail that has gone is tried to be noted
PERMANENT = range(500, 600)


@dataclass(frozen=True)
class Failure:
    """Why a mail did not go: a short code, and whether trying again is pointless."""

    code: str
    permanent: bool


# ── claiming ─────────────────────────────────────────────────────────────────────────────────────────────────────


def claim(worker: UUID, size: int = CLAIM_SIZE) -> list[Delivery]:
    """Take the deliveries that are due first and nobody owns, for one lease. A muted installation sends nothing."""
    now = clock.now()
    with transaction.atomic():
        if Installation.objects.filter(muted=True).exists():
            return []
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        due = list(
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(UNSENT, free, due_at__lte=now)
            .order_by("due_at")
            .values_list("pk", flat=True)[:size]
        )
        Delivery.objects.filter(pk__in=due).update(
            lease_by=worker, lease_until=now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
        )
    return list(
        Delivery.objects.filter(pk__in=due, lease_by=worker).select_related("user", "centre").order_by("due_at")
    )


def _note(delivery: Delivery, **outcome) -> bool:
    """Write an outcome while the lease is ours, however often the database must be asked. False: it was not ours."""
    deadline = time.monotonic() + NOTE_FOR_SECONDS
    while True:
        try:
            owned = Delivery.objects.filter(pk=delivery.pk, lease_by=delivery.lease_by)
            return owned.update(lease_by=None, lease_until=None, **outcome) == 1
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(0.1)


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────


def send_due() -> tuple[int, bool]:
    """Claim once and send what was claimed; returns how many went, and whether more may be waiting."""
    worker = uuid4()
    claimed = claim(worker)
    stop_at = time.monotonic() + settings.DELIVERY_LEASE_SECONDS * SENDING_SHARE
    mailer = Mailer()
    sent = 0
    try:
        for number, delivery in enumerate(claimed):
            if time.monotonic() > stop_at or mailer.unreachable:
                _give_back(worker, claimed[number:], mailer.unreachable)
                return sent, not mailer.unreachable
            sent += _send(delivery, mailer)
    finally:
        mailer.close()
    return sent, len(claimed) == CLAIM_SIZE


def _give_back(worker: UUID, left: list[Delivery], unreachable: Failure | None) -> None:
    """Let go of what was claimed and not tried; with an unreachable server it waits a little."""
    later = {"due_at": clock.now() + FIRST_WAIT, "last_error": unreachable.code} if unreachable else {}
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in left], lease_by=worker).update(
        lease_by=None, lease_until=None, **later
    )


def _send(delivery: Delivery, mailer: "Mailer") -> int:
    try:
        message = compose(delivery)
    except SoftTimeLimitExceeded:
        raise
    except Exception:  # a fault of ours in one mail must not stop the others behind it
        log.exception("delivery %s cannot be written", delivery.pk)
        _postpone(delivery, "not_written")
        return 0
    if message is None:
        _note(delivery, withdrawn_at=clock.now(), subject="", body="")
        return 0
    failure = mailer.send(message)
    attempts = delivery.attempts + 1
    if failure is None:
        # The text of a log-in mail holds a secret link: it has gone and stays nowhere.
        _note(delivery, sent_at=clock.now(), attempts=attempts, last_error="", to=message.to[0], subject="", body="")
        return 1
    if failure.permanent or clock.now() - delivery.created_at > GIVE_UP_AFTER:
        _fail(delivery, failure.code, attempts, message.to[0])
    else:
        _postpone(delivery, failure.code)
    return 0


def _postpone(delivery: Delivery, code: str) -> None:
    attempts = delivery.attempts + 1
    _note(delivery, attempts=attempts, last_error=code, due_at=clock.now() + waiting_time(attempts))


def waiting_time(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 30 s, then double, at most an hour."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)


class Mailer:
    """One conversation with the mail server for all mails of a claim, opened when the first one goes."""

    def __init__(self):
        self._connection = None
        self.unreachable: Failure | None = None

    def send(self, message: EmailMessage) -> Failure | None:
        """Send one mail; None when the server took it."""
        try:
            self._open()
        except (OSError, smtplib.SMTPException) as error:
            self.unreachable = Failure(_code(error, "unreachable"), permanent=False)
            return self.unreachable
        try:
            self._connection.send_messages([message])
        except ValueError as error:  # a header that no mail may carry
            log.error("a mail cannot be written: %s", type(error).__name__)
            return Failure("not_written", permanent=False)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return _understand(error)
        return None

    def _open(self) -> None:
        if self._connection is None:
            self._connection = get_connection(fail_silently=False)
            self._connection.open()

    def close(self) -> None:
        """End the conversation; a server that hung up first is no matter."""
        mailer, self._connection = self._connection, None
        if mailer is not None:
            try:
                mailer.close()
            except (OSError, smtplib.SMTPException) as error:
                log.info("the mail server hung up: %s", type(error).__name__)


def _understand(error: Exception) -> Failure:
    """A 5xx answer to sender, recipient or text is final; everything else may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return Failure(f"smtp_{code}", code in PERMANENT)
    final = isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError)
    code = getattr(error, "smtp_code", None)
    return Failure(_code(error, "interrupted"), final and code in PERMANENT)


def _code(error: Exception, otherwise: str) -> str:
    code = getattr(error, "smtp_code", None)
    return f"smtp_{code}" if code else otherwise


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def compose(delivery: Delivery) -> EmailMessage | None:
    """The mail of a delivery as it must read now; None when nobody is to get it any more."""
    if delivery.kind == Delivery.Kind.MAIL:
        return _message(delivery, delivery.to, delivery.subject, delivery.body)
    user = delivery.user
    if not user.is_active:
        return None
    waiting = delivery.notices.filter(acknowledged_at__isnull=True, settled_at__isnull=True)
    notices = [notice for notice in waiting if _concerns(user, notice)]
    if not notices:
        return None
    with translation.override(user.language):
        subject, body = _urgent_words(notices[0]) if delivery.kind == Delivery.Kind.URGENT else _morning_words(notices)
    return _message(delivery, user.email, subject, body)


def _concerns(user: User, notice: Notice) -> bool:
    """Whether a notice is still for this user: not put aside, and about nobody whom they may not see."""
    if notice.snoozed_until is not None and notice.snoozed_until > clock.now():
        return False
    return notice.patient_id is None or may_still_see(user, notice.patient_id)


def link() -> str:
    """Where a mail leads: the reader's own list, at the address that this installation gives itself."""
    return f"{settings.SITE_URL}{reverse('reminders:list')}"


def _urgent_words(notice: Notice) -> tuple[str, str]:
    lines = [_("Something in CARPath needs you now."), "", link()]
    if notice.phone:
        lines += ["", _("If you cannot open it, ring %(phone)s.") % {"phone": notice.phone}]
    return _("CARPath: urgent notice"), "\n".join([*lines, "", _footer()])


def _morning_words(notices: list[Notice]) -> tuple[str, str]:
    count = len(notices)
    first = ngettext("%(count)s notice waits for you in CARPath.", "%(count)s notices wait for you in CARPath.", count)
    return _("CARPath: your notices"), "\n".join([first % {"count": count}, "", link(), "", _footer()])


def _footer() -> str:
    return _("This mail holds no patient data. Do not answer it.")


def _message(delivery: Delivery, to: str, subject: str, body: str) -> EmailMessage:
    headers = {"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject=subject, body=body, to=[to], headers=headers)


# ── when it cannot be delivered ──────────────────────────────────────────────────────────────────────────────────


def _fail(delivery: Delivery, code: str, attempts: int, to: str) -> None:
    """Note that a mail will never go, and tell sender and administrator, in one transaction."""
    with act(by="system:outbox", why="mail refused"):
        if _note(delivery, failed_at=clock.now(), attempts=attempts, last_error=code, to=to):
            tell_undelivered(delivery, kind="delivery_failed", to=to, error=code)


def tell_undelivered(delivery: Delivery, *, kind: str, to: str, error: str = "") -> None:
    """Show a mail that failed or came back to its sender and to the administrator of the recipient's centre.

    An urgent notice that did not arrive is urgent news itself, and the hub's coordinators hear of it too.
    """
    urgent = delivery.kind == Delivery.Kind.URGENT
    told = {"kind": kind, "urgent": urgent, "params": {"to": to, "error": error}, "about": delivery.pk, "unmailed": to}
    sender = _sender(delivery)
    if sender is not None:
        tell(key=f"{kind}:{delivery.pk}", recipients=[sender], **told)
    centre = delivery.centre or _centre_of_address(to)
    if centre is None:
        return
    tell(key=f"{kind}:{delivery.pk}", role="centre_administrator", centre=centre, **told)
    if urgent and centre.kind == Centre.Kind.HUB:
        tell(key=f"{kind}:{delivery.pk}", role="hub_coordinator", centre=centre, **told)


def _sender(delivery: Delivery) -> User | None:
    if delivery.by.startswith("system:"):
        return None
    return User.objects.filter(pk=delivery.by, is_active=True).first()


def _centre_of_address(address: str) -> Centre | None:
    held = Membership.objects.filter(user__email__iexact=address, ends_at__isnull=True)
    first = held.select_related("centre").order_by("role__order").first()
    return first.centre if first else None

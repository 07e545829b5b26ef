"""The outbox: rows written with what they tell of, in the same transaction; a worker sends them afterwards.

Log-in, reset and invitation mails go through it as well, so that none is lost when the mail server is away.
"""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import celery
from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from kombu.exceptions import OperationalError as BrokerError

from patients.audit import clock
from patients.audit.actions import running
from patients.centres.models import Centre, User
from patients.notices.models import Delivery, Notice, new_message_id

log = logging.getLogger(__name__)

SEND_TASK = "patients.send"
TRY_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0, "socket_connect_timeout": 1}
MORNING = time(7, 30)  # local time of the reader's centre, for routine notices
UNSENT = Q(sent_at__isnull=True, failed_at__isnull=True, withdrawn_at__isnull=True)

MaySee = Callable[[User, UUID], bool]
_checks: dict[str, MaySee] = {}


def register_check(name: str, may_see: MaySee) -> None:
    """Add a question asked before a notice about a patient is mailed: may this user still see that patient?"""
    _checks[name] = may_see


def may_still_see(user: User, patient_id: UUID) -> bool:
    """Whether every registered check lets the user hear of the patient."""
    return user.is_active and all(check(user, patient_id) for check in _checks.values())


def post_mail(
    *, to: str, subject: str, body: str, key: str, by, user: User | None = None, centre: Centre | None = None
) -> Delivery:
    """Put a plain mail into the outbox, in the caller's transaction; the same key again gives the same mail.

    For mails that must not wait: log-in, reset, invitation. `by`: a User or "system:…"; `centre`: whose administrator
    hears of a failure. The text holds no name of a patient and is wiped when the mail has gone.
    """
    now = clock.now()
    delivery, _ = Delivery.objects.get_or_create(
        key=f"mail:{key}",
        defaults={
            "kind": Delivery.Kind.MAIL,
            "to": to,
            "subject": " ".join(subject.split()),
            "body": body,
            "by": by if isinstance(by, str) else str(by.pk),
            "user": user,
            "centre": centre,
            "message_id": new_message_id(),
            "created_at": now,
            "due_at": now,
        },
    )
    hint()
    return delivery


def next_morning(now: datetime, timezone: str) -> datetime:
    """The first 07:30 of a place's wall clock after an instant."""
    here = now.astimezone(ZoneInfo(timezone))
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=ZoneInfo(timezone))


def morning_mail(*, user: User, centre: Centre, after: datetime) -> Delivery:
    """The mail that carries a user's routine notices of the coming morning; made when there is none.

    A row that a worker has claimed meanwhile is left alone and the next morning's is taken: locking it first means
    that no notice can slip in behind a mail that is being written.
    """
    while True:
        due_at = next_morning(after, centre.timezone)
        key = f"morning:{user.pk}:{due_at.date().isoformat()}:{centre.timezone}"
        Delivery.objects.bulk_create(
            [
                Delivery(
                    kind=Delivery.Kind.MORNING,
                    key=key,
                    user=user,
                    centre=centre,
                    by="system:morning",
                    to=user.email,
                    message_id=new_message_id(),
                    created_at=clock.now(),
                    due_at=due_at,
                )
            ],
            ignore_conflicts=True,
        )
        found = Delivery.objects.select_for_update(no_key=True).filter(UNSENT, key=key, lease_by__isnull=True).first()
        if found is not None:
            return found
        after = due_at


def urgent_mail(notice: Notice) -> Delivery:
    """The mail of one urgent notice, due at once."""
    now = clock.now()
    current = running()
    return Delivery.objects.create(
        kind=Delivery.Kind.URGENT,
        key=f"urgent:{notice.pk}",
        user=notice.user,
        centre=notice.centre,
        by=current.user if current else "system:notices",
        to=notice.user.email,
        message_id=new_message_id(),
        created_at=now,
        due_at=now,
    )


def hint() -> None:
    """Ask a worker to look at the outbox once this transaction has committed. Only a hint: beat looks anyway."""
    transaction.on_commit(publish)


def publish() -> None:
    """Tell the broker that mail waits; a broker that is away is no matter, for beat looks at every tick.

    On a connection of its own that tries once: the shared one would keep a page waiting for six seconds.
    """
    app = celery.current_app
    try:
        with app.connection_for_write(transport_options=TRY_ONCE) as connection:
            app.send_task(
                SEND_TASK, expires=settings.TICK_SECONDS, retry=False, ignore_result=True, connection=connection
            )
    except (BrokerError, OSError):
        log.warning("the broker does not answer; what waits in the outbox goes with the next tick")


def oldest_unsent_seconds() -> float | None:
    """How long the oldest mail that is due has waited, in seconds; None when none waits. The health page shows it."""
    now = clock.now()
    oldest = Delivery.objects.filter(UNSENT, due_at__lte=now).aggregate(oldest=Min("due_at"))["oldest"]
    return None if oldest is None else (now - oldest).total_seconds()

"""Telling people, and what they do with what they were told."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from patients.audit import clock
from patients.audit.actions import act, running
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.notices import outbox, people
from patients.notices.models import Notice
from patients.notices.words import KINDS


def tell(
    *,
    kind: str,
    key: str,
    recipients: Iterable[User] | None = None,
    role: str | None = None,
    centre: Centre | None = None,
    urgent: bool = False,
    params: dict | None = None,
    patient_id: UUID | None = None,
    pathway_id: UUID | None = None,
    about: UUID | None = None,
    escalated: bool = False,
    ring: Centre | None = None,
    unmailed: str = "",
) -> list[Notice]:
    """Tell people something, in the caller's transaction; nobody is told twice under the same key.

    Either `recipients`, or everybody who holds `role` at `centre` (deputies for those who are away). `params` fill the
    kind's words and hold no clinical detail. An urgent notice is mailed at once and shows the number of `ring` (else of
    `centre`); others go in one mail at 07:30. Whoever reads mail at the address `unmailed` is told in the app only: it
    is the one that failed. Returns the notices that were new. Raises KeyError for a kind without
    words, ValueError when a notice has nobody it could be meant for.
    """
    if running() is None:
        raise RuntimeError("people are told inside an action: use act(by=, why=)")
    KINDS[kind]
    if recipients is None:
        if role is None or centre is None:
            raise ValueError("tell() needs recipients, or a role and a centre")
        recipients = people.to_tell(role, centre)
    number = (ring or centre) if urgent else None
    notices = [
        Notice(
            pk=uuid4(),
            user=user,
            role_id=role,
            centre=centre or _centre_of(user),
            kind=kind,
            key=key,
            params=params or {},
            urgent=urgent,
            escalated=escalated,
            phone=(number.on_call_phone or number.phone) if number else "",
            patient_id=patient_id,
            pathway_id=pathway_id,
            about=about,
            created_at=clock.now(),
        )
        for user in recipients
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    new = list(Notice.objects.filter(pk__in=[notice.pk for notice in notices]).select_related("user", "centre"))
    for notice in new:
        if notice.user.email != unmailed:
            _send_out(notice)
    if urgent and new:
        outbox.hint()
    return new


def _centre_of(user: User) -> Centre | None:
    """The centre whose morning a person lives by: that of their first open membership."""
    first = user.memberships.filter(ends_at__isnull=True).select_related("centre").order_by("role__order").first()
    return first.centre if first else None


def _send_out(notice: Notice) -> None:
    if notice.urgent or notice.centre is None:
        notice.delivery = outbox.urgent_mail(notice)
    else:
        notice.delivery = outbox.morning_mail(user=notice.user, centre=notice.centre, after=notice.created_at)
    notice.save(update_fields=["delivery"])


def mark_read(*, by: User, notice_ids: Iterable[UUID]) -> int:
    """Note that a person has seen notices of theirs; returns how many were new to them."""
    return Notice.objects.filter(user=by, pk__in=list(notice_ids), read_at__isnull=True).update(read_at=clock.now())


def settle(*, about: Iterable[UUID]) -> int:
    """The matters that notices belong to are done with: nobody needs to act on them; returns how many were open."""
    ids = list(about)
    if not ids:
        return 0
    open_ones = Notice.objects.filter(about__in=ids, acknowledged_at__isnull=True, settled_at__isnull=True)
    return open_ones.update(settled_at=clock.now())


def acknowledge(*, notice_id: UUID, by: User) -> Notice:
    """Acknowledge a notice of one's own; doing it twice changes nothing."""
    with act(by=by, why="notice acknowledged"):
        notice = _own(notice_id, by)
        if notice.acknowledged_at is None:
            notice.acknowledged_at, notice.acknowledged_by = clock.now(), by
            notice.read_at = notice.read_at or notice.acknowledged_at
            notice.save(update_fields=["acknowledged_at", "acknowledged_by", "read_at"])
        return notice


def snooze(*, notice_id: UUID, until: datetime, reason: str, by: User) -> Notice:
    """Put a notice of one's own aside until a later time, for a reason. Refused without one, or into the past."""
    with act(by=by, why=reason):
        notice = _own(notice_id, by)
        if not reason.strip():
            raise Refused(Reason("reason_missing", "reason"))
        if until <= clock.now():
            raise Refused(Reason("not_later", "until"))
        notice.snoozed_until, notice.snooze_reason = until, reason.strip()
        notice.save(update_fields=["snoozed_until", "snooze_reason"])
        return notice


def _own(notice_id: UUID, by: User) -> Notice:
    """A notice of this user, locked. Raises Notice.DoesNotExist for somebody else's."""
    return Notice.objects.select_for_update(no_key=True, of=("self",)).get(pk=notice_id, user=by)

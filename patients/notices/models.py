"""Telling people: the notice that somebody finds in the app, and the mail that carries it out of the house.

Both stand in the transaction of what they tell of. A notice holds no clinical detail and names its patient by key only;
whether its reader may still see that patient is asked again when it is sent and when it is shown.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from patients.audit.models import Row
from patients.centres.models import Centre, Role, User


class Delivery(Row):
    """One mail to one address, from its writing to its end: sent, failed for good, sent back, or withdrawn.

    `key` makes it unique, `message_id` is fixed at its making, so that a mail sent twice (a worker killed between the
    server's answer and our note of it) carries the same identity. A worker owns what it claimed until `lease_until`.
    `by` is the sender: a user's key, or "system:…"; `centre` is the one whose administrator hears of a failure.
    """

    class Kind(models.TextChoices):
        MAIL = "mail"  # log-in, reset, invitation: its text stands here until it is sent
        URGENT = "urgent"  # one notice, at once
        MORNING = "morning"  # all routine notices of one person, at 07:30 of their centre

    class Channel(models.TextChoices):
        EMAIL = "email"

    kind = models.CharField(max_length=10, choices=Kind)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    key = models.CharField(max_length=160, unique=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=60)
    to = models.EmailField()
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_by = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(lease_until__isnull=True, lease_by__isnull=True)
                | Q(lease_until__isnull=False, lease_by__isnull=False),
                name="lease_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True, withdrawn_at__isnull=True),
                name="sent_is_neither_failed_nor_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(bounced_at__isnull=True) | Q(sent_at__isnull=False), name="only_sent_mail_comes_back"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, failed_at__isnull=True, withdrawn_at__isnull=True),
                name="delivery_to_send",
            ),
            models.Index(fields=["by", "-created_at"], name="delivery_by_sender"),
            models.Index(fields=["centre", "-created_at"], name="delivery_by_centre"),
        ]

    @property
    def status(self) -> str:
        """How it stands: bounced, failed, withdrawn, sent, retrying or waiting."""
        for name in ("bounced", "failed", "withdrawn", "sent"):
            if getattr(self, f"{name}_at") is not None:
                return name
        return "retrying" if self.last_error else "waiting"


def new_message_id() -> str:
    """An identity for one mail, at this installation's own name."""
    return f"<{uuid4()}@{message_host()}>"


def message_host() -> str:
    """The name that our Message-IDs end with: the host of SITE_URL."""
    return settings.SITE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0] or "localhost"


class Notice(Row):
    """Something that one person is told, in the app and by mail; each exactly once (unique by person and key).

    `role` and `centre`: the hat by which they are told. `about`: the row of a higher room that it belongs to;
    `settled_at`: that matter is done with, so nobody needs to be told of it any more. `phone`: the number to ring, on
    an urgent one.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=160)
    params = models.JSONField(default=dict, blank=True)
    urgent = models.BooleanField(default=False)
    escalated = models.BooleanField(default=False)
    phone = models.CharField(max_length=40, blank=True)
    patient_id = models.UUIDField(null=True, blank=True)
    pathway_id = models.UUIDField(null=True, blank=True)
    about = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=240, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    delivery = models.ForeignKey(Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="told_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledged_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until__isnull=True) | ~Q(snooze_reason=""), name="snoozed_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gte=F("created_at")),
                name="acknowledged_after_it_was_told",
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "-created_at"],
                condition=Q(acknowledged_at__isnull=True, settled_at__isnull=True),
                name="open_notices_of_user",
            ),
            models.Index(fields=["about"], name="notice_by_subject"),
        ]

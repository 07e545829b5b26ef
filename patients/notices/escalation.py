"""Urgent notices that nobody acknowledged: told again, to more people, once their time is up.

How long one may wait is a working rule of this app, no published figure. A notice is never the only call: it shows the
number to ring.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat, Left

from patients.audit import clock, installation
from patients.audit.actions import act
from patients.notices import people
from patients.notices.actions import tell
from patients.notices.models import Notice

UNANSWERED_AFTER = timedelta(minutes=30)
LONGEST_AGO = timedelta(days=1)  # what is older was seen in the lists, or is held for a person after a restore
HEARS_NEXT = {"hub": ("hub_haematologist", "hub_coordinator"), "referral": ("referral_haematologist",), "study": ()}
BY = "system:escalation"
PREFIX = "escalated:"


def escalate_unanswered() -> int:
    """Tell the centre's haematologists (and a hub's coordinators) of urgent notices about a patient nobody answered.

    One acknowledgement of the same matter by anybody it was told to is an answer. Reminders climb by their own levels.
    Returns how many matters were told again.
    """
    if installation.is_muted():
        return 0
    count = 0
    for notice in _unanswered():
        with act(by=BY, why="urgent and not acknowledged"):
            count += _tell_more(notice)
    return count


def _unanswered() -> list[Notice]:
    now = clock.now()
    same = Notice.objects.filter(key=OuterRef("key"), kind=OuterRef("kind"))
    climbed = Notice.objects.filter(kind=OuterRef("kind"), key=Left(Concat(Value(PREFIX), OuterRef("key")), 160))
    found = Notice.objects.filter(
        urgent=True,
        escalated=False,
        acknowledged_at__isnull=True,
        settled_at__isnull=True,
        patient_id__isnull=False,
        centre__isnull=False,
        created_at__lte=now - UNANSWERED_AFTER,
        created_at__gt=now - LONGEST_AGO,
    ).exclude(kind="reminder")
    answered = same.filter(acknowledged_at__isnull=False)
    rows = (
        found.exclude(Exists(answered)).exclude(Exists(climbed)).select_related("centre").order_by("created_at", "pk")
    )
    first_of = {}
    for row in rows:
        first_of.setdefault((row.kind, row.key), row)
    return list(first_of.values())


def _tell_more(notice: Notice) -> int:
    """Tell those of the next roles who were not told yet; 1 when somebody was."""
    told = set(Notice.objects.filter(kind=notice.kind, key=notice.key).values_list("user", flat=True))
    new = 0
    for role in HEARS_NEXT[notice.centre.kind]:
        recipients = [user for user in people.to_tell(role, notice.centre) if user.pk not in told]
        told |= {user.pk for user in recipients}
        new += len(
            tell(
                kind=notice.kind,
                key=f"{PREFIX}{notice.key}"[:160],
                recipients=recipients,
                centre=notice.centre,
                urgent=True,
                escalated=True,
                params=notice.params,
                patient_id=notice.patient_id,
                pathway_id=notice.pathway_id,
                about=notice.about,
            )
        )
    return int(new > 0)

"""Telling what is due: sets of tellings become notices and mails in one transaction each, by plain SQL.

SKIP LOCKED lets several workers share the work; a person's unique key and a telling's own mark make each notice exactly
once, whoever is killed when. People are looked up once per role and centre, not once per row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.models import Installation
from patients.centres.models import Centre, User
from patients.identity.access import visible_patients
from patients.notices import actions as notices
from patients.notices import outbox, people
from patients.notices.models import message_host
from patients.reminders.words import KIND

BY = "system:reminders"
COORDINATOR = "hub_coordinator"
DOCTOR = "referral_haematologist"
BATCH = 5000
TOO_LATE = timedelta(days=1)  # what is later than this is held for a person to release (a restore, a long outage)


@dataclass(frozen=True)
class Due:
    """One telling that is due: whose role at which centre, or which person, about whom."""

    telling: int
    role: str
    centre: UUID
    person: UUID | None
    patient: UUID
    urgent: bool


def tell_due(batch: int = BATCH) -> int:
    """Tell everything that is due now; returns how many tellings. A muted installation tells nobody."""
    if Installation.objects.filter(muted=True).exists():
        return 0
    hold_late()
    told = 0
    while True:
        with act(by=BY, why="due"):
            found = tell_batch(batch)
        told += found
        if found < batch:
            return told


def hold_late() -> int:
    """Hold what is more than a day late, and say so to those who may release it; returns how many were held."""
    now = clock.now()
    with act(by=BY, why="too late to be sent without a look"), connection.cursor() as cursor:
        cursor.execute(HOLD, {"before": now - TOO_LATE})
        rows = cursor.fetchall()
        for keeper in Centre.objects.filter(pk__in={keeper for (keeper,) in rows}).order_by("pk"):
            say_held(keeper)
    return len(rows)


def say_held(keeper: Centre) -> None:
    """Tell a hub's coordinators (of a watch: its centre's doctors), once a day, that something waits for release."""
    key = f"held:{keeper.pk}:{clock.today(keeper.timezone).isoformat()}"
    role = COORDINATOR if keeper.kind == Centre.Kind.HUB else DOCTOR
    notices.tell(kind="reminders_held", key=key, role=role, centre=keeper)


def tell_batch(size: int) -> int:
    """Claim up to `size` tellings that are due and turn them into notices and mails, in the caller's transaction."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "size": size})
        due = [Due(*row) for row in cursor.fetchall()]
        if not due:
            return 0
        audience = Audience(due)
        cursor.execute(TELL, _columns(due, audience, now))
        cursor.execute(MARK, {"now": now, "tellings": [one.telling for one in due]})
        lonely = [one for one in due if not audience.of(one)]
    for one in lonely:
        _pass_on(one, now)
    outbox.hint()
    return len(due)


class Audience:
    """Who is told, per role and centre or person: looked up once, and only those who may see the patient now."""

    def __init__(self, due: list[Due]):
        centres = Centre.objects.in_bulk({one.centre for one in due})
        persons = User.objects.in_bulk({one.person for one in due if one.person})
        asked = {(one.role, one.centre, one.person) for one in due}
        self.users = {
            key: people.instead_of(persons[key[2]], key[0], centres[key[1]])
            if key[2]
            else people.to_tell(key[0], centres[key[1]])
            for key in asked
        }
        by_pk = {user.pk: user for users in self.users.values() for user in users}
        patients = {one.patient for one in due}
        self.seen = {
            user.pk: set(visible_patients(user).filter(pk__in=patients).values_list("pk", flat=True))
            for user in by_pk.values()
        }
        self.centres = centres

    def of(self, one: Due) -> list[User]:
        """The people to tell of one telling."""
        users = self.users[one.role, one.centre, one.person]
        return [user for user in users if one.patient in self.seen[user.pk]]


def _columns(due: list[Due], audience: Audience, now: datetime) -> dict:
    pairs = [(one, user) for one in due for user in audience.of(one)]
    routine = {(user.pk, one.centre): user for one, user in pairs if not one.urgent}
    mornings = {
        key: outbox.morning_mail(user=user, centre=audience.centres[key[1]], after=now).pk
        for key, user in sorted(routine.items())
    }
    return {
        "now": now,
        "kind": KIND,
        "by": BY,
        "host": message_host(),
        "tellings": [one.telling for one, _ in pairs],
        "users": [user.pk for _, user in pairs],
        "mails": [None if one.urgent else mornings[user.pk, one.centre] for one, user in pairs],
    }


def _pass_on(one: Due, now: datetime) -> None:
    """Nobody could be told: the next level hears of it now; after the last one the centre's administrator does."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_LEVEL, {"now": now, "telling": one.telling})
        if cursor.rowcount:
            return
    centre = Centre.objects.get(pk=one.centre)
    notices.tell(
        kind="nobody_to_tell",
        key=f"nobody:{one.role}:{one.centre}:{clock.today(centre.timezone).isoformat()}",
        role="centre_administrator",
        centre=centre,
        params={"role": one.role, "centre": centre.name},
    )


HOLD = """
WITH late AS (
    SELECT id FROM patients_remindertelling WHERE waiting AND at < %(before)s FOR UPDATE SKIP LOCKED
), held AS (
    UPDATE patients_remindertelling t SET waiting = false, held = true FROM late WHERE t.id = late.id
    RETURNING t.reminder_id
)
SELECT DISTINCT coalesce(p.hub_id, w.centre_id) FROM held JOIN patients_reminder r ON r.id = held.reminder_id
LEFT JOIN patients_pathway p ON p.id = r.pathway_id LEFT JOIN patients_watch w ON w.id = r.watch_id
"""

CLAIM = """
SELECT t.id, coalesce(t.role_id, r.owner_role_id), t.centre_id,
       CASE WHEN t.person_id IS NOT NULL THEN t.person_id WHEN t.role_id IS NULL THEN r.owner_id END, r.patient_id,
       t.urgent
FROM patients_remindertelling t JOIN patients_reminder r ON r.id = t.reminder_id
WHERE t.waiting AND t.at <= %(now)s
ORDER BY t.at, t.id LIMIT %(size)s FOR UPDATE OF t SKIP LOCKED
"""

# A routine notice hangs on its reader's mail of the coming morning, an urgent one on a mail of its own.
TELL = """
WITH told AS (
    INSERT INTO patients_notice (id, user_id, role_id, centre_id, kind, key, params, urgent, escalated, phone,
        patient_id, pathway_id, about, created_at, snooze_reason, delivery_id)
    SELECT gen_random_uuid(), pair.user_id, coalesce(t.role_id, r.owner_role_id), t.centre_id, %(kind)s,
        'reminder:' || t.id || ':' || extract(epoch FROM t.at)::bigint,
        jsonb_build_object('rule', r.rule, 'due_on', r.due_on), t.urgent, t.level > 0,
        CASE WHEN t.urgent THEN coalesce(nullif(hub.on_call_phone, ''), hub.phone) ELSE '' END,
        r.patient_id, r.pathway_id, r.id, %(now)s, '',
        CASE WHEN t.urgent THEN gen_random_uuid() ELSE pair.mail_id END
    FROM unnest(%(tellings)s::bigint[], %(users)s::uuid[], %(mails)s::uuid[]) AS pair(telling_id, user_id, mail_id)
    JOIN patients_remindertelling t ON t.id = pair.telling_id
    JOIN patients_reminder r ON r.id = t.reminder_id
    LEFT JOIN patients_pathway p ON p.id = r.pathway_id
    LEFT JOIN patients_watch w ON w.id = r.watch_id
    LEFT JOIN patients_centre watching ON watching.id = w.centre_id
    JOIN patients_centre hub ON hub.id = coalesce(p.hub_id, watching.usual_hub_id, watching.id)
    ON CONFLICT (user_id, key) DO NOTHING
    RETURNING id, user_id, centre_id, urgent, delivery_id
)
INSERT INTO patients_delivery (id, kind, channel, key, user_id, centre_id, by, "to", subject, body, message_id,
    created_at, due_at, attempts, last_error)
SELECT told.delivery_id, 'urgent', 'email', 'urgent:' || told.id, told.user_id, told.centre_id, %(by)s, u.email, '', '',
    '<' || gen_random_uuid() || '@' || %(host)s || '>', %(now)s, %(now)s, 0, ''
FROM told JOIN patients_user u ON u.id = told.user_id WHERE told.urgent
"""

MARK = """
WITH marked AS (
    UPDATE patients_remindertelling SET waiting = false, told_at = %(now)s
    WHERE id = ANY(%(tellings)s) RETURNING reminder_id
)
UPDATE patients_reminder SET told_at = %(now)s
WHERE told_at IS NULL AND id IN (SELECT reminder_id FROM marked)
"""

NEXT_LEVEL = """
UPDATE patients_remindertelling SET at = %(now)s
WHERE id = (
    SELECT later.id FROM patients_remindertelling later JOIN patients_remindertelling this ON this.id = %(telling)s
    WHERE later.reminder_id = this.reminder_id AND later.waiting AND later.level > this.level
    ORDER BY later.level, later.again LIMIT 1
)
"""

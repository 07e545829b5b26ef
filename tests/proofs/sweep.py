"""script/prove sweep [REMINDERS [TURNS]]: due reminders claimed, told and marked by the app, against one SQL statement.

Both work on the same rows on the same server, in turn; prints the figures as JSON, fails above MOST_TIMES_PLAIN.
"""

import contextlib
import json
import os
import shutil
import statistics
import sys
import time

from carpath import servers, servers_for_tests

TURNS = 3
PATHWAYS = 1000
MOST_TIMES_PLAIN = 3

MAKE = """
WITH people AS (
    INSERT INTO patients_patient (id, version, number, family_name, given_name, sort_key, phone, allergy_status,
        allergies, imported)
    SELECT gen_random_uuid(), 1, 'S' || n, 'Prova', n::text, 'prova' || n, '', 'not_asked', '', false
    FROM generate_series(1, %(pathways)s) n RETURNING id
), links AS (
    INSERT INTO patients_carelink (id, patient_id, centre_id, kind, shared_facets, starts_at, reads_past)
    SELECT gen_random_uuid(), id, %(hub)s, 'hub', '{}', now() - interval '1 day', false FROM people
)
INSERT INTO patients_pathway (id, version, patient_id, course, hub_id, status, imported, hold_reason, exit_note,
    created_at, day_0)
SELECT gen_random_uuid(), 1, id, 1, %(hub)s, 'open', false, '', '', now(), current_date FROM people
"""

DUE = """
WITH made AS (
    INSERT INTO patients_reminder (id, version, patient_id, pathway_id, rule, subject, kind, due_on, due_at, centre_id,
        owner_role_id, handed_on, state, snooze_reason, done_by, dropped_by, drop_reason)
    SELECT gen_random_uuid(), 1, p.patient_id, p.id, 'pet_30', %(turn)s || '-' || n, 'pet', current_date, now(),
        %(hub)s, 'hub_haematologist', false, 'planned', '', '', '', ''
    FROM patients_pathway p CROSS JOIN generate_series(1, %(each)s) n RETURNING id
)
INSERT INTO patients_remindertelling (reminder_id, level, again, at, centre_id, urgent, waiting, held)
SELECT id, 0, 0, now(), %(hub)s, %(urgent)s, true, false FROM made
"""

# The same claim, notice, mail and mark, by one statement that asks nobody who may see what.
PLAIN = """
WITH due AS (
    SELECT t.id, t.at, t.urgent, t.centre_id, r.id AS reminder_id, r.rule, r.due_on, r.patient_id, r.pathway_id,
        r.owner_role_id
    FROM patients_remindertelling t JOIN patients_reminder r ON r.id = t.reminder_id
    WHERE t.waiting AND t.at <= now() ORDER BY t.at, t.id FOR UPDATE OF t SKIP LOCKED
), told AS (
    INSERT INTO patients_notice (id, user_id, role_id, centre_id, kind, key, params, urgent, escalated, phone,
        patient_id, pathway_id, about, created_at, snooze_reason, delivery_id)
    SELECT gen_random_uuid(), m.user_id, due.owner_role_id, due.centre_id, 'reminder', 'reminder:' || due.id,
        jsonb_build_object('rule', due.rule, 'due_on', due.due_on), due.urgent, false, '', due.patient_id,
        due.pathway_id, due.reminder_id, now(), '', CASE WHEN due.urgent THEN gen_random_uuid() ELSE %(mail)s END
    FROM due JOIN patients_membership m ON m.role_id = due.owner_role_id AND m.centre_id = due.centre_id
    ON CONFLICT (user_id, key) DO NOTHING RETURNING id, user_id, centre_id, urgent, delivery_id
), mailed AS (
    INSERT INTO patients_delivery (id, kind, channel, key, user_id, centre_id, by, "to", subject, body, message_id,
        created_at, due_at, attempts, last_error)
    SELECT told.delivery_id, 'urgent', 'email', 'urgent:' || told.id, told.user_id, told.centre_id, 'system:plain',
        u.email, '', '', '<' || gen_random_uuid() || '@plain>', now(), now(), 0, ''
    FROM told JOIN patients_user u ON u.id = told.user_id WHERE told.urgent
), marked AS (
    UPDATE patients_remindertelling t SET waiting = false, told_at = now() FROM due WHERE t.id = due.id
    RETURNING t.reminder_id
)
UPDATE patients_reminder SET told_at = now() WHERE told_at IS NULL AND id IN (SELECT reminder_id FROM marked)
"""


@contextlib.contextmanager
def server():
    """A database and a broker of the proof's own, migrated and seeded; Django is set up on them."""
    folder = servers_for_tests.make_folder()
    where = servers_for_tests.find(folder)
    cluster = servers.Cluster(where, settings=servers.FAST_AND_FORGETFUL, log=folder / "postgresql.log")
    broker = servers.Broker(where, log=folder / "valkey.log")
    try:
        cluster.part.start()
        broker.part.start()
        cluster.prepare_roles()
        os.environ |= servers_for_tests.urls(folder) | {
            "DJANGO_SETTINGS_MODULE": "carpath.settings",
            "CARPATH_DEMO": "1",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("load_seeds")
        yield
    finally:
        cluster.part.stop()
        broker.part.stop()
        shutil.rmtree(folder)


def measure(reminders: int, turns: int = TURNS) -> dict:
    """Both ways in turn over `reminders` rows each; seconds, and how many times plain SQL the app took."""
    from django.db import connection

    from patients.audit import clock
    from patients.audit.actions import act
    from patients.centres.models import Centre, Membership, User
    from patients.notices import outbox
    from patients.notices.models import Delivery, Notice
    from patients.reminders import sweep
    from patients.reminders.models import ReminderTelling

    with act(by="system:proof"), connection.cursor() as cursor:
        hub = Centre.objects.create(code="proof", name="Proof", kind="hub")
        user = User.objects.create_user("proof@hub.example")
        Membership.objects.create(user=user, centre=hub, role_id="hub_haematologist", starts_at=clock.now())
        cursor.execute(MAKE, {"hub": hub.pk, "pathways": PATHWAYS})
        mail = outbox.morning_mail(user=user, centre=hub, after=clock.now()).pk
    figures = {}
    for urgent in (False, True):
        seconds = {"app": [], "plain": []}
        for turn in range(turns):
            for way in ("plain", "app"):
                with act(by="system:proof"), connection.cursor() as cursor:
                    cursor.execute(
                        DUE,
                        {
                            "hub": hub.pk,
                            "each": reminders // PATHWAYS,
                            "turn": f"{way}{urgent}{turn}",
                            "urgent": urgent,
                        },
                    )
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE patients_remindertelling")
                urgent_mails = Delivery.objects.filter(kind="urgent")
                before, mails = Notice.objects.count(), urgent_mails.count()
                begun = time.monotonic()
                if way == "app":
                    sweep.tell_due()
                else:
                    with act(by="system:proof"), connection.cursor() as cursor:
                        cursor.execute(PLAIN, {"mail": mail})
                seconds[way].append(time.monotonic() - begun)
                assert Notice.objects.count() - before == reminders
                assert urgent_mails.count() - mails == (reminders if urgent else 0)
                assert not ReminderTelling.objects.filter(waiting=True).exists()
        app, plain = statistics.median(seconds["app"]), statistics.median(seconds["plain"])
        figures["urgent" if urgent else "routine"] = {
            "app_seconds": round(app, 2),
            "plain_sql_seconds": round(plain, 2),
            "times_plain": round(app / plain, 2),
        }
    return {"reminders": reminders, "turns": turns, **figures}


def main(reminders: int = 100_000, turns: int = TURNS) -> int:
    with server():
        figures = measure(reminders, turns)
    sys.stdout.write(f"{json.dumps(figures, indent=1)}\n")
    worst = max(figures[kind]["times_plain"] for kind in ("routine", "urgent"))
    return int(worst > MOST_TIMES_PLAIN)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

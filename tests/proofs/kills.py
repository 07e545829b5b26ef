"""script/prove kills [REMINDERS KILLS]: urgent reminders while worker, Valkey and PostgreSQL are killed over and over.

A whole app runs under its supervisor; a client writes urgent reminders, each of one mail, and keeps a ledger of those
whose transaction committed; a mail server keeps what it took. Meanwhile `kill -9` hits each part at least KILLS times.
At the end ledger, rows and mail are compared: every notice exactly once, no mail lost, a repeated one with the same
Message-ID. Prints the counts as JSON; exit 1 when one of them is wrong.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import psutil
import psycopg2
import psycopg2.extras

from tests.carpath.running import RunningApp, remove, wait_until
from tests.notices.sink import FreePortController, Sink

PARTS = ("worker", "valkey", "postgresql")
PEOPLE = 5
PATHWAYS = 20
BY = json.dumps({"user": "system:proof", "name": "system:proof", "why": "kills"})


class SlowSink(Sink):
    """A mail server that takes a moment, so that kills meet mails that are under way; notes when each came."""

    def __init__(self, moment: float = 0.03):
        super().__init__()
        self.moment = moment
        self.came: list[tuple[str, float]] = []

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        self.came.append((self.messages[-1]["Message-ID"], time.time()))
        self.messages.clear()
        await asyncio.sleep(self.moment)
        return answer


@dataclass
class Ledger:
    """What the client knows to be committed, on disk before it counts."""

    path: Path
    written: dict[UUID, float] = field(default_factory=dict)

    def note(self, reminders: list[UUID]) -> None:
        with self.path.open("a", encoding="ascii") as stream:
            stream.writelines(f"{one}\n" for one in reminders)
            stream.flush()
            os.fsync(stream.fileno())
        self.written |= dict.fromkeys(reminders, time.time())


PEOPLE_AND_PATHWAYS = """
WITH hub AS (
    INSERT INTO patients_centre (id, version, code, name, kind, town, timezone, phone, on_call_phone)
    VALUES (gen_random_uuid(), 1, 'proof', 'Proof', 'hub', '', 'Europe/Rome', '0550002', '0550001') RETURNING id
), people AS (
    INSERT INTO patients_user (id, password, is_superuser, first_name, last_name, is_staff, is_active, date_joined,
        email, phone, language, is_demonstration)
    SELECT gen_random_uuid(), '!', false, 'Person', n::text, false, true, now(), 'person' || n || '@proof.example', '',
        'en', false
    FROM generate_series(1, %(people)s) n RETURNING id
), members AS (
    INSERT INTO patients_membership (id, user_id, centre_id, role_id, starts_at)
    SELECT gen_random_uuid(), people.id, hub.id, 'hub_haematologist', now() - interval '1 day' FROM people, hub
), patients AS (
    INSERT INTO patients_patient (id, version, number, family_name, given_name, sort_key, phone, allergy_status,
        allergies, imported)
    SELECT gen_random_uuid(), 1, 'K' || n, 'Prova', n::text, 'prova' || n, '', 'not_asked', '', false
    FROM generate_series(1, %(pathways)s) n RETURNING id
), links AS (
    INSERT INTO patients_carelink (id, patient_id, centre_id, kind, shared_facets, starts_at, reads_past)
    SELECT gen_random_uuid(), patients.id, hub.id, 'hub', '{}', now() - interval '1 day', false FROM patients, hub
), pathways AS (
    INSERT INTO patients_pathway (id, version, patient_id, course, hub_id, status, imported, hold_reason, exit_note,
        created_at)
    SELECT gen_random_uuid(), 1, patients.id, 1, hub.id, 'open', false, '', '', now() FROM patients, hub
    RETURNING id, status
)
INSERT INTO patients_planning (pathway_id, planned_at, product, status)
SELECT id, now(), '', status FROM pathways
"""

# One urgent reminder for one person; the same key again changes nothing (the outcome of a commit may be unknown).
WRITE = """
WITH made AS (
    INSERT INTO patients_reminder (id, version, patient_id, pathway_id, rule, subject, kind, due_on, due_at, centre_id,
        owner_role_id, owner_id, handed_on, state, snooze_reason, done_by, dropped_by, drop_reason)
    SELECT %(id)s, 1, p.patient_id, p.id, 'visit_30', %(id)s::text, 'visit', current_date, now(), p.hub_id,
        'hub_haematologist', (SELECT id FROM patients_user WHERE email = %(email)s), true, 'planned', '', '', '', ''
    FROM patients_pathway p JOIN patients_patient q ON q.id = p.patient_id WHERE q.number = %(number)s
    ON CONFLICT DO NOTHING RETURNING id, centre_id
)
INSERT INTO patients_remindertelling (reminder_id, level, again, at, centre_id, urgent, waiting, held)
SELECT id, 0, 0, now(), centre_id, true, true, false FROM made
"""


class Client:
    """Writes reminders in transactions of their own and notes in the ledger those that committed."""

    def __init__(self, app: RunningApp, ledger: Ledger):
        self.app, self.ledger = app, ledger

    def prepare(self) -> None:
        self._run(PEOPLE_AND_PATHWAYS, [{"people": PEOPLE, "pathways": PATHWAYS}])

    def write(self, number: int) -> None:
        """One reminder; written again under the same key until its commit is known."""
        row = {
            "id": uuid4(),
            "email": f"person{number % PEOPLE + 1}@proof.example",
            "number": f"K{number % PATHWAYS + 1}",
        }
        while True:
            try:
                self._run(WRITE, [row])
            except psycopg2.Error:
                time.sleep(0.1)
                continue
            self.ledger.note([row["id"]])
            return

    def _run(self, statement: str, rows: list[dict]) -> None:
        made = psycopg2.connect(host=str(self.app.sockets()), user="carpath_app", dbname="carpath", connect_timeout=2)
        with contextlib.closing(made), made, made.cursor() as cursor:
            cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [BY])
            for row in rows:
                cursor.execute(statement, row)

    def ask(self, question: str) -> list[tuple]:
        made = psycopg2.connect(host=str(self.app.sockets()), user="carpath_app", dbname="carpath", connect_timeout=2)
        with contextlib.closing(made), made.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()


class Killer:
    """Kills one part after the other, each time when it is back from the time before."""

    def __init__(self, app: RunningApp, kills: int, pause: float):
        self.app, self.kills, self.pause = app, kills, pause
        self.killed: Counter = Counter()
        self.back_seconds: list[float] = []

    def run(self) -> None:
        for _ in range(self.kills):
            for name in PARTS:
                self._kill(name)
                time.sleep(self.pause)

    def _kill(self, name: str) -> None:
        wait_until(lambda: self._running(name) is not None, seconds=60, what=f"{name} runs")
        process = self._running(name)
        process.send_signal(signal.SIGKILL)
        self.killed[name] += 1
        begun = time.monotonic()
        wait_until(lambda: self._running(name) not in (None, process), seconds=60, what=f"{name} is started again")
        self.back_seconds.append(time.monotonic() - begun)

    def _running(self, name: str) -> psutil.Process | None:
        return self.app.parts().get(name)


def prove(data: Path, *, reminders: int, kills: int, lease: int, tick: int, pause: float, drain: float) -> dict:
    """Run it all; returns the figures."""
    psycopg2.extras.register_uuid()
    sink = SlowSink()
    controller = FreePortController(sink, hostname="127.0.0.1", port=0)
    controller.start()
    app = RunningApp(
        data,
        EMAIL_URL=f"smtp://127.0.0.1:{controller.server.sockets[0].getsockname()[1]}",
        CARPATH_DELIVERY_LEASE=str(lease),
        CARPATH_TICK=str(tick),
        CARPATH_DEMO="0",
        SITE_URL="https://proof.example",
    )
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        app.start()
        client = Client(app, Ledger(data.parent / "ledger"))
        client.prepare()
        killer = Killer(app, kills, pause)
        killing = pool.submit(killer.run)
        begun = time.monotonic()
        expected = kills * len(PARTS) * (pause + 0.7)
        for number in range(reminders):
            client.write(number)
            ahead = expected * number / reminders - (time.monotonic() - begun)
            if ahead > 0:
                time.sleep(ahead)
        killing.result()
        drained = wait_until(lambda: _nothing_waits(client), seconds=drain, what="everything is told and sent")
        return _compare(client, sink, killer) | {"drained_after_s": round(drained, 1), "lease_s": lease, "tick_s": tick}
    finally:
        app.stop()
        pool.shutdown()
        remove(data)
        controller.stop()


def _nothing_waits(client: Client) -> bool:
    try:
        ((left,),) = client.ask(
            "SELECT (SELECT count(*) FROM patients_remindertelling WHERE waiting)"
            " + (SELECT count(*) FROM patients_delivery WHERE kind = 'urgent' AND sent_at IS NULL)"
        )
    except psycopg2.Error:
        return False
    return left == 0


def _compare(client: Client, sink: SlowSink, killer: Killer) -> dict:
    """Ledger against rows against the mail server's own list."""
    ledger = client.ledger.written
    notices = Counter(about for (about,) in client.ask("SELECT about FROM patients_notice WHERE kind = 'reminder'"))
    mails = dict(
        client.ask(
            "SELECT d.message_id, n.about FROM patients_delivery d JOIN patients_notice n ON n.delivery_id = d.id"
            " WHERE d.kind = 'urgent'"
        )
    )
    came = Counter(message_id for message_id, _ in sink.came)
    first = {}
    for message_id, at in sink.came:
        first.setdefault(mails.get(message_id), at)
    waits = sorted(first[about] - written for about, written in ledger.items() if about in first)
    ((attempts,),) = client.ask("SELECT count(*) FROM patients_delivery WHERE attempts > 1")
    return {
        "reminders": len(ledger),
        "kills": dict(killer.killed),
        "slowest_restart_s": round(max(killer.back_seconds), 1),
        "told_exactly_once": sum(1 for about in ledger if notices[about] == 1),
        "told_more_than_once": sum(1 for about in ledger if notices[about] > 1),
        "not_told": sum(1 for about in ledger if notices[about] == 0),
        "mails_taken": len(sink.came),
        "mails_distinct": len(came),
        "mails_lost": sum(1 for about in ledger if about not in first),
        "mails_unknown": sum(1 for message_id in came if message_id not in mails),
        "mails_repeated_with_the_same_id": sum(count - 1 for count in came.values()),
        "rows_tried_again": attempts,
        "wait_median_s": round(waits[len(waits) // 2], 1),
        "wait_99_percent_s": round(waits[int(len(waits) * 0.99)], 1),
        "wait_longest_s": round(waits[-1], 1),
    }


def faults(figures: dict) -> list[str]:
    """What must hold and does not."""
    wrong = [name for name in ("told_more_than_once", "not_told", "mails_lost", "mails_unknown") if figures[name] != 0]
    if figures["told_exactly_once"] != figures["reminders"] or figures["mails_distinct"] != figures["reminders"]:
        wrong.append("counts")
    return wrong


def main(reminders: int = 2000, kills: int = 30) -> int:
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        data = Path(folder) / "data"
        figures = prove(data, reminders=reminders, kills=kills, lease=10, tick=5, pause=3.5, drain=300)
    sys.stdout.write(f"{json.dumps(figures, indent=1)}\n")
    wrong = faults(figures)
    if wrong:
        sys.stderr.write(f"Wrong: {', '.join(wrong)}\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

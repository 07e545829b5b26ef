"""What a journey needs: a network of people, their browsers, the app's one clock, a mail server and a real worker."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.utils import timezone

from carpath.environment import BASE_DIR
from patients.centres import working_days
from patients.management.demonstration import network
from tests.journeys.pages import Person
from tests.notices.sink import FreePortController, Sink

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def hospital(transactional_db):
    """Two hubs, six referral centres, their people; no patient yet."""
    return network.make()


class Calendar:
    """The app's one clock, moved as CARPATH_CLOCK_OFFSET moves it. Day 0 of a journey is a coming Monday."""

    def __init__(self, settings):
        self.settings = settings
        self.start = self._next_monday()

    def _next_monday(self) -> date:
        today = timezone.now().astimezone(ROME).date()
        return today + timedelta(days=7 - today.weekday())

    def day(self, number: int) -> date:
        return self.start + timedelta(days=number)

    def working_day(self, number: int, centre) -> date:
        """The day, or the next working day of a centre."""
        return working_days.after(self.day(number) - timedelta(days=1), 1, centre)

    def move_to(self, day: date, hour: str) -> datetime:
        """Let it be that hour of that day; the seconds go on."""
        wanted = datetime.combine(day, time.fromisoformat(hour), tzinfo=ROME)
        self.settings.CLOCK_OFFSET_SECONDS = int((wanted - timezone.now()).total_seconds()) + 1
        return wanted


@pytest.fixture
def calendar(settings) -> Calendar:
    return Calendar(settings)


@pytest.fixture
def people(browser, live_server) -> Iterator:
    """Somebody at a browser: people("nurse@hub.example"); all browsers are closed at the end, and none was broken."""
    made: dict[str, Person] = {}

    def person(email: str, **how) -> Person:
        if email not in made:
            made[email] = Person(browser, live_server.url, email, **how)
        return made[email]

    yield person
    broken = {email: one.broken for email, one in made.items() if one.broken}
    for one in made.values():
        one.context.close()
    assert broken == {}


@pytest.fixture
def mail_server() -> Iterator[tuple[Sink, Controller]]:
    """A real SMTP server on a free port of the loopback."""
    sink = Sink()
    controller = FreePortController(sink, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield sink, controller
    finally:
        controller.stop()


@contextlib.contextmanager
def real_worker(mail_port: int, offset_seconds: int) -> Iterator[subprocess.Popen]:
    """Celery's own worker with its beat, as the app starts them, on the test's database, with the clock moved."""
    entry = django_settings.DATABASES["default"]
    where = f"postgres:///{entry['NAME']}?host={entry['HOST']}&user={entry['USER']}"
    if entry.get("PORT") or entry.get("PASSWORD"):
        where = f"postgres://{entry['USER']}:{entry['PASSWORD']}@{entry['HOST']}:{entry['PORT']}/{entry['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": where,
        "REDIS_URL": django_settings.REDIS_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "SITE_URL": "http://carpath.example",
        "CARPATH_DEMO": "1",
        "CARPATH_TICK": "2",
        "CARPATH_CLOCK_OFFSET": str(offset_seconds),
    }
    command = [sys.executable, "-m", "celery", "-A", "carpath", "worker", "--beat", "--concurrency", "1"]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "WARNING", "--schedule", _beat_notes()]
    process = subprocess.Popen(command, cwd=BASE_DIR, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


def _beat_notes() -> str:
    """Where beat keeps its own notes: a file of this run."""
    folder = os.environ.get("CARPATH_TEST_FOLDER") or tempfile.gettempdir()
    return os.path.join(folder, f"journey-beat-{os.getpid()}")

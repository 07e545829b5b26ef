"""How tests meet the database: as the application role, on clones of one migrated template.

Tests that roll back share a clone per worker. Transactional, live-server and browser tests each get a fresh clone,
since the application may not truncate tables, and since a clone in memory is quicker than emptying them.
"""

import contextlib
import copy
import gc
import os
import shutil
import time
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command, get_commands
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg2 import sql

from carpath import pytest_plugin, servers_for_tests
from patients.management import rights

LEFTOVER_AFTER_SECONDS = 3 * 3600
# Folders and files of tests that take longest, each minutes of work.
LONGEST = ("test_pages.py", "access", "carpath", "journeys", "proofs", "demonstration", "pathway", "toxicity")


def pytest_configure() -> None:
    """Static files are found when asked for: a scan at each test client's start would cost more than the tests."""
    settings.WHITENOISE_AUTOREFRESH = True
    settings.WHITENOISE_MAX_AGE = 3600  # a browser of the tests fetches each file once
    # A slow hash protects real passwords; the people of the tests have none worth it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish() -> None:
    """Code and collected tests stay for the whole run: the collector need not walk them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def pytest_xdist_auto_num_workers(config) -> int:
    """One more than the cores: tests that start or kill servers wait for most of their time."""
    return os.cpu_count() + 1


def pytest_collection_modifyitems(items) -> None:
    """What actions write is where constraints and triggers bite: those tests run on Debian's servers too.

    A test marked `prepared(by=maker)` starts from what that maker made, beside the module's others that do.

    The longest files begin, so that no worker is left alone with one at the end.
    """
    ranks = {path: _rank(path) for path in {item.path for item in items}}
    first: dict = {}
    order: dict = {}
    for place, item in enumerate(items):
        if item.path.name == "test_actions.py":
            item.add_marker(pytest.mark.database)
        start = item.get_closest_marker("prepared")
        if start:
            item.fixturenames.insert(0, "prepared")  # before the transaction of the test begins
        together = (item.path, start and start.kwargs["by"])
        order[item] = (ranks[item.path], first.setdefault(item.path, place), first.setdefault(together, place))
    items.sort(key=order.__getitem__)


def _rank(path: Path) -> int:
    here = Path(__file__).parent
    return next((i for i, name in enumerate(LONGEST) if path.is_relative_to(here / name)), len(LONGEST))


def owner_connection(database: str | None = None):
    """A connection of the owner that commits each statement, to the maintenance database unless told."""
    owner = settings.DATABASE_OWNER
    given = {"host": owner["HOST"], "port": owner["PORT"], "user": owner["USER"], "password": owner["PASSWORD"]}
    made = psycopg2.connect(dbname=database or owner["NAME"], **{key: value for key, value in given.items() if value})
    made.autocommit = True
    return made


@contextlib.contextmanager
def owner_cursor():
    with contextlib.closing(owner_connection()) as made, made.cursor() as cursor:
        yield cursor


def point_to(database: str) -> None:
    """Send every connection, of this and of the live server's threads, to a database."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = database
    connections.settings["default"]["NAME"] = database  # in place: every thread's connection holds this very dict


def clone(template: str, name: str) -> None:
    """Copy the template; the rights on a database itself are not copied with it."""
    with owner_cursor() as cursor:
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        rights.close_database(cursor, name, settings.DATABASES["default"]["USER"])


def drop(name: str) -> None:
    with owner_cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def template_name() -> str:
    """The migrated and seeded database that all others are copied from."""
    return f"tpl_{os.environ[pytest_plugin.KEY]}"


def _drop_leftovers() -> None:
    """Databases of runs that were killed, hours ago, on a server that outlives runs."""
    with owner_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 't\\_%'")
        for (name,) in cursor.fetchall():
            made = name.split("_")[1]
            if made.isdigit() and time.time() - int(made) > LEFTOVER_AFTER_SECONDS:
                drop(name)


def _build_template(name: str) -> None:
    """Migrate and seed a template once; other workers and other runs wait for it."""
    with contextlib.closing(owner_connection()) as lock, lock.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name])
        found = cursor.fetchone()
        if found and found[0]:
            return
        drop(name)  # begun by a run that was killed
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        point_to(name)
        call_command("migrate", verbosity=0)
        if "load_seeds" in get_commands():
            call_command("load_seeds", verbosity=0)
        connections.close_all()
        cursor.execute(sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE true").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, worker_id):
    """The worker's own clone of the template, in place of pytest-django's test database."""
    pytest_plugin.wait_for_servers()
    template = template_name()
    own = f"t_{int(time.time())}_{os.getpid()}_{worker_id}"
    with django_db_blocker.unblock():
        _drop_leftovers()
        _build_template(template)
        clone(template, own)
        point_to(own)
        _give_transactional_tests_clones(template, own)
        yield
        point_to(settings.DATABASE_OWNER["NAME"])
        drop(own)


def _give_transactional_tests_clones(template: str, own: str) -> None:
    fresh = f"{own}_x"

    def set_up(cls) -> None:
        if cls.serialized_rollback or cls.reset_sequences or cls.fixtures:
            raise TypeError("transactional tests start from a fresh clone: nothing to roll back or load")
        drop(fresh)
        clone(template, fresh)
        point_to(fresh)

    def tear_down(self) -> None:
        point_to(own)
        drop(fresh)

    TransactionTestCase._fixture_setup = classmethod(set_up)
    TransactionTestCase._fixture_teardown = tear_down


@contextlib.contextmanager
def database_of_its_own(word: str):
    """A fresh clone for tests that share what they read; the worker's own database waits meanwhile."""
    own = settings.DATABASES["default"]["NAME"]
    name = f"t_{int(time.time())}_{word}_{own.rsplit('_', 1)[-1]}"
    clone(template_name(), name)
    point_to(name)
    try:
        yield
    finally:
        point_to(own)
        drop(name)


@pytest.fixture(scope="module")
def _prepared_databases(django_db_setup, django_db_blocker):
    """A database for each maker that the module's tests start from: filled once, dropped with the module."""
    own = settings.DATABASES["default"]["NAME"]
    made = {}

    def database_of(maker) -> tuple:
        if maker not in made:
            name = f"t_{int(time.time())}_{len(made)}_{maker.__name__}_{own.rsplit('_', 1)[-1]}"
            with django_db_blocker.unblock():
                clone(template_name(), name)
                point_to(name)
                made[maker] = name, maker()
        return made[maker]

    yield database_of
    if made:
        point_to(own)
        for name, _made in made.values():
            drop(name)


@pytest.fixture
def prepared(request, _prepared_databases):
    """A copy of what the maker named by the mark `prepared` gave, in the database where it was made.

    The test runs in a transaction of its own there and leaves nothing: what takes a second is made once per module.
    """
    database, made = _prepared_databases(request.node.get_closest_marker("prepared").kwargs["by"])
    if settings.DATABASES["default"]["NAME"] != database:
        point_to(database)
    return copy.deepcopy(made)


@pytest.fixture(autouse=True)
def _empty_broker_and_cache(request):
    """No rate limit, one-time code or queued hint of the test before."""
    yield
    if "_django_db_helper" in request.fixturenames:
        cache.clear()


@pytest.fixture
def as_owner(db):
    """A cursor of the database's owner on the test's own database: sees committed rows only."""
    with contextlib.closing(owner_connection(connection.settings_dict["NAME"])) as made, made.cursor() as cursor:
        yield cursor


# ── browser ──────────────────────────────────────────────────────────────────────────────────────────────────────

# The one without a desktop's window first: the same engine at four fifths of the work.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, pytestconfig):
    """The system's Chromium, quiet: no look at the network beside what a test asks for."""
    if CHROMIUM is None:
        if os.environ.get("CARPATH_CI"):
            pytest.fail("No Chromium: continuous integration does not skip browser tests.")
        pytest.skip("No Chromium: install the package chromium to run the browser tests.")
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-software-rasterizer",
            "--in-process-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-domain-reliability",
            "--disable-sync",
            "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
            "--no-first-run",
            "--no-pings",
            "--metrics-recording-only",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "it-IT", "timezone_id": "Europe/Rome"}


def pytest_terminal_summary(terminalreporter) -> None:
    missing = [report for report in terminalreporter.getreports("skipped") if "No Chromium" in str(report.longrepr)]
    if missing:
        terminalreporter.write_sep("!", f"{len(missing)} BROWSER TESTS SKIPPED: install the package chromium", red=True)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of the project."""
    return servers_for_tests.BASE_DIR

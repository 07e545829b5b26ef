"""Gives every test run its own PostgreSQL and Valkey, before the settings are read.

With DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL given, the run uses those. Servers start beside the collection of
tests; the first test that needs the database waits for them (tests/conftest.py).
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from carpath import servers_for_tests, translations

GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
FOLDER = "CARPATH_TEST_FOLDER"  # tells the workers of a run which servers are theirs
KEY = "CARPATH_TEST_TEMPLATE"
_helper: subprocess.Popen | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):
    """A wrapper runs before pytest-django reads the settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carpath.settings")
    os.environ.setdefault("CARPATH_DEMO", "1")  # pages answer plain HTTP; tests of the real thing switch it off
    os.environ["CARPATH_CONN_MAX_AGE"] = "0"  # each transactional test has a database of its own
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's synchronous face runs an event loop
    if FOLDER in os.environ and "PYTEST_XDIST_WORKER" in os.environ:
        _point_worker()
    elif not _wants_nothing(args):
        translations.compile_missing()  # a fresh clone holds none, and pages are read in both languages
        _start(early_config)
    return (yield)


def _wants_nothing(args: list[str]) -> bool:
    return any(word in args for word in ("--collect-only", "--co", "--help", "-h", "--version", "-V", "--fixtures"))


def _point_worker() -> None:
    """Each worker has a broker and cache of its own, so that rate limits and queues are not shared."""
    number = 1 + int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    url, _, _ = os.environ["REDIS_URL"].partition("?")
    if url.startswith("unix://"):
        os.environ["REDIS_URL"] = f"{url}?db={number}"
    else:
        os.environ["REDIS_URL"] = f"{url.rsplit('/', 1)[0]}/{number}"


def _start(config) -> None:
    global _helper
    os.environ[KEY] = servers_for_tests.template_key()
    given = [name for name in GIVEN if os.environ.get(name)]
    if given:
        missing = [name for name in GIVEN if name not in given]
        if missing:
            raise pytest.UsageError(f"{', '.join(given)} given, but not {', '.join(missing)}: give all three or none")
        os.environ[FOLDER] = ""
        return
    folder = servers_for_tests.make_folder()
    os.environ[FOLDER] = str(folder)
    os.environ.update(servers_for_tests.urls(folder))
    keep = Path(config.rootpath) / ".run" / "templates"
    _helper = subprocess.Popen(
        [sys.executable, "-m", "carpath.servers_for_tests", str(folder), str(keep), os.environ[KEY]],
        cwd=config.rootpath,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def wait_for_servers() -> None:
    """Return when the run's servers answer. Raises with the reason when they cannot be started."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    deadline = time.monotonic() + 120
    while not (Path(folder) / "ready").exists():
        failed = Path(folder) / "failed"
        if failed.exists():
            raise RuntimeError(failed.read_text(encoding="utf-8"))
        if time.monotonic() > deadline or (_helper is not None and _helper.poll() is not None):
            raise RuntimeError("the test run's servers did not start")
        time.sleep(0.02)


def pytest_unconfigure(config) -> None:
    """End the servers with the run."""
    global _helper
    if _helper is None or "PYTEST_XDIST_WORKER" in os.environ:
        return
    helper, _helper = _helper, None
    helper.stdin.close()
    try:
        helper.wait(60)
    except subprocess.TimeoutExpired:
        helper.kill()

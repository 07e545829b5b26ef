"""A whole app started by its supervisor in a folder of its own, to be watched and killed by tests."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import psycopg2

# The first word that a part's command line holds tells it.
KNOWN_BY = {"valkey-server": "valkey", "postgres": "postgresql", "gunicorn": "web", "beat": "beat", "worker": "worker"}
CHECKOUT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(data: Path, **settings: str) -> dict[str, str]:
    """What a fresh terminal holds, and where the data go; nothing of the test run's own servers."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {"CARPATH_DATA": str(data), "PYTHONPATH": str(CHECKOUT)} | settings


def wait_until(condition, *, seconds: float, what: str) -> float:
    """Wait for a condition; returns after how many seconds it held."""
    begun = time.monotonic()
    while not condition():
        waited = time.monotonic() - begun
        assert waited < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - begun


def remove(data: Path) -> None:
    """Remove a data folder and, for root, the folder that its servers used."""
    where = data / "where"
    if where.exists():
        shutil.rmtree(where.read_text(encoding="utf-8").strip(), ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


class RunningApp:
    """`script/server` without the shell around it."""

    def __init__(self, data: Path, **settings: str):
        self.data = data
        self.port = free_port()
        # No demonstration unless told: loading one takes longer than all that is tried here.
        self.settings = {"PORT": str(self.port), "CARPATH_TICK": "1", "CARPATH_DEMO": "0", **settings}
        self.process: subprocess.Popen | None = None
        self.family: list[psutil.Process] = []

    def start(self) -> None:
        self.log = (self.data.parent / "supervisor.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "carpath.supervisor", "serve"],
            cwd=CHECKOUT,
            env=clean_environment(self.data, **self.settings),
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        wait_until(self.announced, seconds=300, what="the app starts")

    def announced(self) -> bool:
        assert self.process.poll() is None, self.output()
        ready = self.data / "ready"
        return ready.exists() and ready.read_text(encoding="ascii").strip() == str(self.process.pid)

    def output(self) -> str:
        return (self.data.parent / "supervisor.log").read_text(encoding="utf-8")

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def health(self) -> dict:
        try:
            return json.loads(self.get("/healthz")[1])
        except (OSError, ValueError) as error:
            return {"ok": False, "error": str(error)}

    def is_well(self) -> bool:
        return self.health()["ok"]

    def parts(self) -> dict[str, psutil.Process]:
        """The supervisor's own children, by what they are."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):  # it ended meanwhile
                words = " ".join(child.cmdline())
                name = next((name for word, name in KNOWN_BY.items() if word in words), None)
                if name:
                    found[name] = child
        return found

    def everything(self) -> list[psutil.Process]:
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def sockets(self) -> Path:
        where = self.data / "where"
        return (Path(where.read_text(encoding="utf-8").strip()) if where.exists() else self.data) / "s"

    @contextlib.contextmanager
    def _cursor(self, role: str):
        connection = psycopg2.connect(host=str(self.sockets()), user=role, dbname="carpath")
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            yield cursor

    def cursor(self):
        """A cursor of the application role that commits each statement."""
        return self._cursor("carpath_app")

    def owner_cursor(self):
        """A cursor of the owner that commits each statement."""
        return self._cursor("carpath_owner")

    def manage(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "carpath.supervisor", "manage", *arguments],
            cwd=CHECKOUT,
            env=clean_environment(self.data, **self.settings),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def stop(self, number: int = signal.SIGINT) -> int | None:
        if self.process is None:
            return None
        self.process.send_signal(number)
        code = self.process.wait(60)
        self.process = None
        self.log.close()
        return code

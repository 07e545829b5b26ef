"""The app's own PostgreSQL and Valkey: made on first use, cleaned after a crash, run on sockets without passwords.

Everything was measured first (docs/decisions.md): peer log-in maps only the account that starts the app to the
database's roles, the owner migrates, the application role may not rewrite history.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg2
import redis

from carpath.parts import LINUX, Part
from carpath.places import SOCKET_NAME, Places, Refused, make_private, own_account

SUPERUSER, OWNER, APPLICATION = "postgres", "carpath_owner", "carpath_app"
READY_WITHIN_SECONDS = 600  # a recovery after a crash may be long; a server that died is noticed at once
FAST_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "track_counts": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}


class Cluster:
    """PostgreSQL in one data folder."""

    def __init__(self, places: Places, *, settings: dict[str, str] | None = None, log: Path | None = None):
        self.places = places
        self.settings = settings or {}
        self.part = Part(
            name="postgresql",
            command=self._command(),
            environment=_clean_environment(),
            account=places.account,
            death_signal=signal.SIGINT,
            stop_signal=signal.SIGINT,
            patience=60,
            output=log,
            before=self._before,
            after=self.wait_until_ready,
        )

    def _program(self, name: str) -> str:
        return str(self.places.programs.postgresql / name)

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.places.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # What people typed stays out of the log: no DETAIL, no statement.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            "log_checkpoints": "off",
            # Files of the data folder, which a kill -9 does not leave behind in the machine's shared memory.
            "dynamic_shared_memory_type": "mmap",
            "recovery_init_sync_method": "syncfs" if LINUX else "fsync",  # one call, not one for each of 2,000 files
            **self.settings,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self._program("postgres"), "-D", str(self.places.cluster), *options]

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command,
            env=_clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **self.places.account.as_popen(),
        )
        if done.returncode:
            raise Refused(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()}")

    def make(self) -> None:
        """Make the data folder if there is none. One that was begun and not finished is begun again."""
        cluster = self.places.cluster
        if cluster.exists():
            self._refuse_other_version()
            return
        new = cluster.with_name("pg.new")
        shutil.rmtree(new, ignore_errors=True)
        make_private(new, self.places.account)
        self._run(
            self._program("initdb"),
            f"--pgdata={new}",
            f"--username={SUPERUSER}",
            "--auth-local=peer",
            "--auth-host=reject",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *(["--no-sync", "--wal-segsize=4"] if self.settings.get("fsync") == "off" else []),
        )
        new.rename(cluster)

    def _refuse_other_version(self) -> None:
        there = (self.places.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        asked = subprocess.run([self._program("postgres"), "--version"], capture_output=True, text=True, cwd="/")
        ours = asked.stdout.split()[-1].split(".")[0]
        if there != ours:
            raise Refused(
                f"The data in {self.places.cluster} were written by PostgreSQL {there} and this release brings {ours}: "
                "make a backup with the release that wrote them and restore it into an empty data folder."
            )

    def _before(self) -> None:
        self.make()
        self._write_doors()
        self._clear_stale()

    def _write_doors(self) -> None:
        """Only the account that starts the app logs in, by its socket; no passwords, no network."""
        starter = own_account().name
        doors = {
            "pg_hba.conf": "local all all peer map=carpath\n",
            "pg_ident.conf": "".join(f"carpath {starter} {role}\n" for role in (SUPERUSER, OWNER, APPLICATION)),
        }
        for name, text in doors.items():
            path = self.places.cluster / name
            path.write_text(text, encoding="ascii")
            if self.places.account.lent:
                os.chown(path, self.places.account.uid, self.places.account.gid)

    def _clear_stale(self) -> None:
        """After a crash: PostgreSQL refuses while the pid in its files exists, though a zombie or a stranger has it.

        The caller holds the data folder's lock. A server that still runs here gets five seconds to end, then is asked.
        """
        if not _wait_until(lambda: not self._in_use(), seconds=5):
            with contextlib.suppress(Refused):
                self._run(self._program("pg_ctl"), "stop", "-m", "fast", "-t", "30", "-D", str(self.places.cluster))
            if self._in_use():
                raise Refused(f"Another PostgreSQL still runs in {self.places.cluster}.")
        for path in (
            self.places.cluster / "postmaster.pid",
            self.places.sockets / SOCKET_NAME,
            self.places.sockets / f"{SOCKET_NAME}.lock",
        ):
            path.unlink(missing_ok=True)

    def _in_use(self) -> bool:
        """Whether a process lives in the data folder (PostgreSQL's all do; a zombie lives nowhere)."""
        here = str(self.places.cluster.resolve())
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.cwd() == here:
                    return True
        return False

    def connect(self, *, user: str = SUPERUSER, database: str = "postgres"):
        """A connection that commits each statement."""
        connection = psycopg2.connect(host=str(self.places.sockets), user=user, dbname=database)
        connection.autocommit = True
        return connection

    def wait_until_ready(self) -> None:
        """Wait until a real connection succeeds, not just until the socket exists. Raises Refused."""

        def answers() -> bool:
            if not self.part.alive():
                raise Refused(f"PostgreSQL ended while starting; its log is in {self.part.output or 'the terminal'}.")
            try:
                self.connect().close()
            except psycopg2.OperationalError:
                return False
            return True

        if not _wait_until(answers, seconds=READY_WITHIN_SECONDS):
            raise Refused(f"PostgreSQL does not answer after {READY_WITHIN_SECONDS} s.")

    def prepare_roles(self) -> None:
        """The two roles and the database; harmless when they are there."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles")
            roles = {name for (name,) in cursor.fetchall()}
            if OWNER not in roles:
                cursor.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
            if APPLICATION not in roles:
                cursor.execute(f"CREATE ROLE {APPLICATION} LOGIN")
            cursor.execute(f"GRANT {APPLICATION} TO {OWNER}")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'carpath'")
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE carpath OWNER {OWNER} TEMPLATE template0")


class Broker:
    """Valkey on a socket, keeping nothing: the rows in the database are the truth."""

    def __init__(self, places: Places, *, log: Path | None = None):
        self.places = places
        self.part = Part(
            name="valkey",
            command=[
                str(places.programs.valkey),
                *("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"),
                *("--port", "0", "--unixsocket", str(places.valkey_socket), "--unixsocketperm", "700"),
                *("--dir", str(places.sockets), "--daemonize", "no", "--loglevel", "warning"),
            ],
            environment=_clean_environment(),
            account=places.account,
            death_signal=signal.SIGINT,
            stop_signal=signal.SIGTERM,
            patience=10,
            output=log,
            before=lambda: places.valkey_socket.unlink(missing_ok=True),
            after=self.wait_until_ready,
        )

    def wait_until_ready(self) -> None:
        client = redis.Redis(unix_socket_path=str(self.places.valkey_socket))

        def answers() -> bool:
            if not self.part.alive():
                raise Refused(f"Valkey ended while starting; its log is in {self.part.output or 'the terminal'}.")
            try:
                return client.ping()
            except (redis.ConnectionError, redis.BusyLoadingError):
                return False

        try:
            if not _wait_until(answers, seconds=30):
                raise Refused("Valkey does not answer after 30 s.")
        finally:
            client.close()


def _clean_environment() -> dict[str, str]:
    """What a server needs of the environment: no secret of the app, no library path, no locale of the terminal."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _wait_until(condition, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    pause = 0.01
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)
    return True

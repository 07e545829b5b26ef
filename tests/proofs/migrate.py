"""script/prove migrate: the first migration made in one step gives, byte for byte, the schema of Django's own way."""

import contextlib
import difflib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from carpath import places, servers, servers_for_tests

MIGRATE = """
import django; django.setup()
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from patients.management.commands import migrate as ours
if {plain}:
    migrate.MigrationExecutor = MigrationExecutor
call_command("migrate", verbosity=0)
"""


@contextlib.contextmanager
def _cluster():
    folder = servers_for_tests.make_folder()
    where = servers_for_tests.find(folder)
    cluster = servers.Cluster(where, settings=servers.FAST_AND_FORGETFUL, log=folder / "postgresql.log")
    try:
        cluster.part.start()
        cluster.prepare_roles()
        yield folder
    finally:
        cluster.part.stop()
        shutil.rmtree(folder)


def _schema(*, plain: bool) -> tuple[list[str], float]:
    """The schema that migrating gives, and how long it took."""
    with _cluster() as folder:
        environment = os.environ | servers_for_tests.urls(folder) | {"DJANGO_SETTINGS_MODULE": "carpath.settings"}
        begun = time.monotonic()
        subprocess.run([sys.executable, "-c", MIGRATE.format(plain=plain)], env=environment, check=True)
        took = time.monotonic() - begun
        dump = subprocess.run(
            [
                str(places.installed_programs().postgresql / "pg_dump"),
                *("--schema-only", "--host", str(folder / "s"), "--username", servers.OWNER, "carpath"),
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    return [line for line in dump.splitlines() if not re.match(r"\\(un)?restrict ", line)], took


def main() -> int:
    together, quick = _schema(plain=False)
    plain, slow = _schema(plain=True)
    differences = list(difflib.unified_diff(plain, together, "Django's way", "in one step", lineterm="", n=0))
    sys.stdout.write("".join(f"{line}\n" for line in differences))
    sys.stdout.write(
        f"{Path(__file__).stem}: {len(together)} lines of schema, {len(differences)} differ;"
        f" in one step {quick:.1f} s, Django's way {slow:.1f} s\n"
    )
    return bool(differences)


if __name__ == "__main__":
    sys.exit(main())

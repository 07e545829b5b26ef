"""The app as a whole: saved and restored, under Ctrl-C and kill -9. Parts come back, rows stay, nothing is left behind.

One app serves all of it, in this order, since each first start migrates a database.
"""

import contextlib
import signal
import stat
import subprocess
import sys

import psutil
import psycopg2.errors
import pytest
from psycopg2 import sql

from tests.carpath.running import CHECKOUT, RunningApp, clean_environment, free_port, remove, wait_until
from tests.proofs import kills

BACK_WITHIN_SECONDS = 10
WELL_WITHIN_SECONDS = 40  # until it has read its code and answers, on a busy machine
GONE_WITHIN_SECONDS = 10
BEATING = {"patients_heartbeat"}  # an app that runs changes it all the time
CHANGED_BY_RESTORING = BEATING | {"patients_installation", "patients_installationevent"}  # the copy is muted


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    running = RunningApp(tmp_path_factory.mktemp("app") / "data")
    running.start()
    yield running
    running.stop()
    remove(running.data)


@pytest.fixture
def well(app):
    """The app with every part up; started again when the test before stopped it."""
    if app.process is None:
        app.start()
    wait_until(app.is_well, seconds=WELL_WITHIN_SECONDS, what="every part is up")
    return app


def _keep_a_row(app, name: str) -> None:
    with app.cursor() as cursor:
        cursor.execute("INSERT INTO patients_heartbeat (name, at) VALUES (%s, now())", [name])


def _has_row(app, name: str) -> bool:
    with app.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM patients_heartbeat WHERE name = %s", [name])
        return cursor.fetchone() == (1,)


def _gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def test_it_says_where_it_runs(well):
    assert f"CARPath runs at http://127.0.0.1:{well.port}" in well.output()


def test_the_data_folder_is_private(well):
    assert well.data.stat().st_mode & 0o777 == 0o700
    assert (well.data / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_health_page_names_every_part(well):
    state = well.health()
    assert {name: state[name] for name in ("database", "broker", "worker", "beat", "ok")} == {
        "database": "up",
        "broker": "up",
        "worker": "up",
        "beat": "up",
        "ok": True,
    }
    assert 0 <= state["beat_last_tick_seconds"] <= 3


@pytest.mark.parametrize("name", ["postgresql", "valkey", "web", "worker", "beat"])
def test_a_killed_part_is_back_and_no_other_is_touched(well, name):
    _keep_a_row(well, f"before {name}")
    before = well.parts()
    before[name].kill()
    wait_until(lambda: well.parts().get(name, before[name]) != before[name], seconds=BACK_WITHIN_SECONDS, what=name)
    wait_until(well.is_well, seconds=WELL_WITHIN_SECONDS, what=f"the app after {name} was killed")
    after = well.parts()
    assert {part for part in before if before[part] != after[part]} == {name}
    assert _has_row(well, f"before {name}")


def test_a_second_supervisor_is_refused(well):
    done = subprocess.run(
        [sys.executable, "-m", "carpath.supervisor", "serve"],
        env=clean_environment(well.data, PORT=str(free_port())),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"CARPath already runs in {well.data} (process {well.process.pid}).\n"
    wait_until(well.is_well, seconds=BACK_WITHIN_SECONDS, what="the first one")


def test_a_command_uses_the_servers_that_run(well):
    before = well.parts()
    done = well.manage(
        "shell",
        "--no-imports",
        "--command",
        "from patients.models import Heartbeat; print(Heartbeat.objects.filter(name='beat').count())",
    )
    assert (done.returncode, done.stdout) == (0, "1\n")
    assert well.parts() == before


# ── saved and restored ───────────────────────────────────────────────────────────────────────────────────────────


def _tables(app) -> dict[str, tuple[int, str]]:
    """Rows and digest of every table, counted in another way than the backup itself counts."""
    with app.owner_cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(
                sql.SQL(
                    "SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
                ).format(sql.Identifier(table))
            )
            found[table] = cursor.fetchone()
    return found


def _differing(before: dict, after: dict, *, but: set[str]) -> dict[str, tuple]:
    """The tables whose rows are not the same, each with its counts and digests."""
    assert before.keys() == after.keys()
    return {table: (before[table], after[table]) for table in before.keys() - but if before[table] != after[table]}


@pytest.fixture(scope="module")
def saved(app):
    """The app with an imported study, saved while it runs: (app, backup file, its tables)."""
    study = CHECKOUT / "tests" / "exchange" / "data" / "twin_daily_grades.csv"
    assert app.manage("import_toxicity", str(study), "--study", "TWIN", "--skip-bad").returncode == 0
    (app.data / "files").mkdir()
    (app.data / "files" / "letter.pdf").write_bytes(b"%PDF-invented")
    file = app.data.parent / "carpath.backup"
    done = app.manage("backup", str(file))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return app, file, _tables(app)


@pytest.fixture(scope="module")
def restored(saved, tmp_path_factory):
    app = RunningApp(tmp_path_factory.mktemp("restored") / "data", CARPATH_TICK="3600")
    done = app.manage("restore", str(saved[1]))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    app.start()
    yield app
    app.stop()
    remove(app.data)


def test_the_file_is_for_its_owner_alone(saved):
    assert stat.S_IMODE(saved[1].stat().st_mode) == 0o600


def test_an_existing_file_is_not_overwritten(saved):
    app, file, _ = saved
    before = file.read_bytes()
    done = app.manage("backup", str(file))
    assert done.returncode == 1
    assert f"{file} exists already" in done.stderr
    assert file.read_bytes() == before


def test_every_row_comes_back(saved, restored):
    before, after = saved[2], _tables(restored)
    assert _differing(before, after, but=CHANGED_BY_RESTORING) == {}
    assert sum(count for count, _ in before.values()) > 100


def test_key_and_files_come_back(saved, restored):
    assert (restored.data / "secret_key").read_text() == (saved[0].data / "secret_key").read_text()
    assert stat.S_IMODE((restored.data / "secret_key").stat().st_mode) == 0o600
    assert (restored.data / "files" / "letter.pdf").read_bytes() == b"%PDF-invented"


def test_the_application_has_no_more_rights_than_before(restored):
    with restored.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("DELETE FROM patients_installationevent")


def test_nothing_is_restored_over_anything(saved):
    app, file, tables = saved
    done = app.manage("restore", str(file))
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert _differing(tables, _tables(app), but=BEATING) == {}


def test_a_damaged_backup_is_refused_before_anything_is_made(saved, tmp_path):
    broken = tmp_path / "broken"
    broken.write_bytes(saved[1].read_bytes()[5000:])
    app = RunningApp(tmp_path / "data")
    done = app.manage("restore", str(broken))
    assert done.returncode == 1
    assert "is no backup of CARPath" in done.stderr
    assert not app.data.exists()


def test_the_copy_is_muted_until_a_named_person_releases_it(restored):
    def muted() -> bool:
        with restored.cursor() as cursor:
            cursor.execute("SELECT muted FROM patients_installation")
            return cursor.fetchone()[0]

    with restored.owner_cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', gen_random_uuid()::text, false),"
            " set_config('pghistory.context_metadata', '{\"user\": \"system:test\"}', false)"
        )
        cursor.execute(
            "INSERT INTO patients_user (id, email, first_name, last_name, password, is_active, is_staff, is_superuser,"
            " date_joined, phone, language, is_demonstration)"
            " VALUES (gen_random_uuid(), 'on.duty@example.org', 'Anna', 'Verdi', '!', true, false, false, now(), '',"
            " 'it', false)"
        )
    assert muted()
    listed = restored.manage("release_muted")
    assert (listed.returncode, listed.stdout) == (0, "No mail is waiting.\n")
    assert muted()
    assert restored.manage("release_muted", "--by", "nobody@example.org").returncode == 1
    assert muted()
    assert restored.manage("release_muted", "--by", "on.duty@example.org").returncode == 0
    assert not muted()
    with restored.owner_cursor() as cursor:
        cursor.execute("SELECT pgh_context->>'name' FROM patients_installationevent ORDER BY pgh_id DESC LIMIT 1")
        assert cursor.fetchone() == ("Anna Verdi",)


# ── ended and killed ─────────────────────────────────────────────────────────────────────────────────────────────


def test_ctrl_c_stops_everything(well):
    family = well.everything()
    assert well.stop(signal.SIGINT) == 0
    assert _gone(family)


def test_a_command_without_servers_starts_them_for_its_own_duration(app):
    app.stop()
    done = app.manage(
        "shell", "--no-imports", "--command", "from patients.models import Role; print(Role.objects.exists())"
    )
    assert (done.returncode, done.stdout) == (0, "True\n")
    assert not list(app.sockets().glob(".s.PGSQL.5432")), "PostgreSQL still listens"
    assert not list(app.sockets().glob("valkey.sock")), "Valkey still listens"


def test_a_killed_supervisor_leaves_nothing_behind(well):
    _keep_a_row(well, "before the supervisor")
    family = well.everything()
    assert well.stop(signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: _gone(family), seconds=GONE_WITHIN_SECONDS, what="every process ends")
    well.start()
    assert _has_row(well, "before the supervisor")


def test_when_all_are_killed_the_next_start_finds_every_row(well):
    _keep_a_row(well, "before all")
    family = well.everything()
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):  # gone with its parent
            process.kill()
    well.stop(signal.SIGKILL)
    wait_until(lambda: _gone(family), seconds=GONE_WITHIN_SECONDS, what="every process ends")
    well.start()
    assert _has_row(well, "before all")


def test_three_kills_of_each_part_lose_no_mail_and_tell_everybody_once(app):
    """The small version of `script/prove kills`, over 200 urgent reminders."""
    app.stop()
    figures = kills.prove(app.data, reminders=200, kills=3, lease=5, tick=1, pause=1.0, drain=120)
    assert kills.faults(figures) == []
    assert (figures["reminders"], figures["told_exactly_once"]) == (200, 200)
    assert (figures["mails_distinct"], figures["mails_lost"]) == (200, 0)
    assert figures["kills"] == {"worker": 3, "valkey": 3, "postgresql": 3}

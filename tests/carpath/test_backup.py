"""A backup and its way back: every row, the key and the files; nothing over anything; the copy is muted."""

import stat

import psycopg2.errors
import pytest
from psycopg2 import sql

from tests.carpath.running import CHECKOUT, RunningApp, remove

CHANGED_BY_RESTORING = {
    "patients_installation",  # the copy is muted
    "patients_installationevent",
    "patients_heartbeat",  # both apps run on
}


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


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """An app with an imported study that was saved while it ran: (app, backup file, its tables)."""
    app = RunningApp(tmp_path_factory.mktemp("saved") / "data", CARPATH_TICK="3600")
    app.start()
    study = CHECKOUT / "tests" / "exchange" / "data" / "twin_daily_grades.csv"
    assert app.manage("import_toxicity", str(study), "--study", "TWIN", "--skip-bad").returncode == 0
    (app.data / "files").mkdir()
    (app.data / "files" / "letter.pdf").write_bytes(b"%PDF-invented")
    file = app.data.parent / "carpath.backup"
    done = app.manage("backup", str(file))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    yield app, file, _tables(app)
    app.stop()
    remove(app.data)


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
    assert before.keys() == after.keys()
    differing = {table: (before[table], after[table]) for table in before if before[table] != after[table]}
    assert {table: counts for table, counts in differing.items() if table not in CHANGED_BY_RESTORING} == {}
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
    assert _tables(app) == tables


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

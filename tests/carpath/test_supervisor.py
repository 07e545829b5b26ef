"""The app as a whole under Ctrl-C and kill -9: parts come back, rows stay, nothing is left behind."""

import contextlib
import signal
import subprocess
import sys

import psutil
import pytest

from tests.carpath.running import RunningApp, clean_environment, free_port, remove, wait_until

BACK_WITHIN_SECONDS = 10
WELL_WITHIN_SECONDS = 40  # until it has read its code and answers, on a busy machine
GONE_WITHIN_SECONDS = 10


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


def test_ctrl_c_stops_everything(well):
    family = well.everything()
    assert well.stop(signal.SIGINT) == 0
    assert _gone(family)


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


def test_a_command_without_servers_starts_them_for_its_own_duration(well):
    well.stop()
    done = well.manage(
        "shell", "--no-imports", "--command", "from patients.models import Role; print(Role.objects.exists())"
    )
    assert (done.returncode, done.stdout) == (0, "True\n")
    assert not list(well.sockets().glob(".s.PGSQL.5432")), "PostgreSQL still listens"
    assert not list(well.sockets().glob("valkey.sock")), "Valkey still listens"

"""A part ends with its supervisor, also where the kernel does not tie them (macOS), and with all that it started."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from carpath import parts
from carpath.parts import Part
from carpath.places import Account
from tests.carpath.running import CHECKOUT, wait_until

SUPERVISOR = """
import os, sys, time
from carpath import parts
from carpath.places import Account
parts.LINUX = {linux} and parts.LINUX
part = parts.Part("sleeper", ["/bin/sh", "-c", "sleep 600 & sleep 600"], dict(os.environ),
                  Account("", os.geteuid(), os.getegid()), death_signal=parts.signal.SIGKILL)
part.start()
print("started", flush=True)
time.sleep(600)
"""


def _part(command: list[str]) -> Part:
    return Part("sleeper", command, dict(os.environ), Account("", os.geteuid(), os.getegid()), patience=5)


@pytest.fixture(params=[True, False], ids=["tied by the kernel", "on a leash"])
def leashed(request, monkeypatch):
    if not request.param:
        monkeypatch.setattr(parts, "LINUX", False)


def _gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def test_stopping_ends_the_whole_family(leashed):
    part = _part(["/bin/sh", "-c", "sleep 600 & wait"])
    part.start()
    me = psutil.Process(part.process.pid)
    wait_until(
        lambda: any("sleep 600" in " ".join(child.cmdline()) for child in me.children(True)), seconds=10, what="it runs"
    )
    family = [me, *me.children(recursive=True)]
    assert {"sh", "sleep"} <= {process.name() for process in family}
    part.stop()
    assert wait_until(lambda: _gone(family), seconds=10, what="all end") < part.patience


def test_one_that_does_not_listen_is_killed(leashed, capfd):
    part = _part(["/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"])
    part.patience = 1
    part.start()
    family = [psutil.Process(part.process.pid), *psutil.Process(part.process.pid).children(recursive=True)]
    wait_until(lambda: "deaf" in capfd.readouterr().err, seconds=10, what="it runs")
    part.stop()
    wait_until(lambda: _gone(family), seconds=10, what="all end")
    assert "sleeper did not stop within 1 s and is killed." in capfd.readouterr().err


def test_one_that_died_is_started_again(leashed):
    part = _part(["/bin/sh", "-c", "sleep 600"])
    part.start()
    first = part.process.pid
    assert part.restart_when_dead() is False
    part.signal_family(signal.SIGKILL)
    wait_until(lambda: not part.alive(), seconds=10, what="it dies")
    wait_until(part.restart_when_dead, seconds=10, what="it is started again")
    assert part.process.pid != first
    part.stop()


@pytest.mark.parametrize("linux", [True, False], ids=["tied by the kernel", "on a leash"])
def test_it_ends_when_its_supervisor_is_killed(linux):
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR.format(linux=linux)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout.readline() == "started\n"
    watched = psutil.Process(supervisor.pid)
    direct = watched.children()
    assert len(direct) == 1
    supervisor.kill()
    supervisor.wait()
    wait_until(lambda: _gone(direct), seconds=40, what="the part ends")

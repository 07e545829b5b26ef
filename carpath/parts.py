"""One running part of the app: a child process that dies with its supervisor and is ended with its whole family."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from carpath.places import Account

PR_SET_PDEATHSIG = 1
LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None, use_errno=True)


def say(sentence: str) -> None:
    """Tell the person at the terminal; standard output belongs to the command that was asked for."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def tie_to(parent: int, death_signal: int) -> Callable[[], None]:
    """For preexec_fn: a child asks the kernel (Linux) for a signal when its parent dies, then becomes its program.

    Python calls it after the change of user, which is needed: that change clears the request.
    """

    def tie() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return tie


@dataclass
class Part:
    """A program to run: `before` makes its place ready each time, `death_signal` ends it when the supervisor dies."""

    name: str
    command: list[str]
    environment: dict[str, str]
    account: Account
    death_signal: int = signal.SIGINT
    stop_signal: int = signal.SIGTERM
    patience: float = 20
    output: Path | None = None
    before: Callable[[], None] | None = None
    after: Callable[[], None] | None = None
    folder: Path | None = None
    process: subprocess.Popen | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    started: float = field(default=0, init=False)
    _leash: int | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it, from the main thread only (the kernel's request follows the thread that forked)."""
        if self.before:
            self.before()
        how = self.account.as_popen()
        if self.folder is not None:
            how["cwd"] = str(self.folder)
        self.started = time.monotonic()
        with self._open_output() as output:
            if LINUX:
                self.process = subprocess.Popen(
                    self.command,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                    preexec_fn=tie_to(os.getpid(), self.death_signal),
                    **how,
                )
            else:
                self._start_on_a_leash(output, how)
        if self.after:
            self.after()

    def _start_on_a_leash(self, output, how: dict) -> None:
        """Without the kernel's help: a watcher in between ends the program when the supervisor's pipe closes."""
        reading, writing = os.pipe()
        watcher = [
            sys.executable,
            str(Path(__file__).with_name("leash.py")),
            str(reading),
            str(self.death_signal.value),
        ]
        try:
            self.process = subprocess.Popen(
                [*watcher, "--", *self.command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=[reading],
                **how,
            )
        finally:
            os.close(reading)
        self._drop_leash()
        self._leash = writing

    def _drop_leash(self) -> None:
        if self._leash is not None:
            os.close(self._leash)
            self._leash = None

    @contextlib.contextmanager
    def _open_output(self):
        if self.output is None:
            yield sys.stderr
            return
        with self.output.open("ab") as stream:
            yield stream

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal_family(self, number: int) -> None:
        """Send a signal to the process and all that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def ask_to_stop(self) -> None:
        if self.alive():
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Stop it: first asked, after its patience killed, and in any case its whole family."""
        self.ask_to_stop()
        if self.process is not None:
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                say(f"{self.name} did not stop within {self.patience:.0f} s and is killed.")
        self.clear()

    def clear(self) -> None:
        """Kill what is left of it."""
        self.signal_family(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
        self._drop_leash()

    def restart_when_dead(self) -> bool:
        """Start it again if it died; after repeated deaths with a pause of up to five seconds. True if started."""
        if self.alive():
            if self.failures and time.monotonic() - self.started > 60:
                self.failures = 0
            return False
        if time.monotonic() - self.started < min(self.failures, 5):
            return False
        self.failures += 1
        code = self.process.returncode if self.process else None
        say(f"{self.name} ended ({_describe(code)}); it is started again.")
        self.clear()
        self.start()
        return True


def _describe(code: int | None) -> str:
    if code is None:
        return "never started"
    return f"exit {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"

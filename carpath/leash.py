"""Where the kernel cannot tie a child to its parent (macOS): run a program until it ends or the parent's pipe closes.

Called as: leash.py PIPE SIGNAL -- COMMAND …; imports nothing of the project, so that it runs as any account.
"""

import os
import select
import signal
import subprocess
import sys
import time

GRACE_SECONDS = 20


def main(pipe: int, death_signal: int, command: list[str]) -> int:
    program = subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(number, lambda got, _frame: program.send_signal(got))
    while program.poll() is None:
        readable, _, _ = select.select([pipe], [], [], 0.2)
        if readable and not os.read(pipe, 1):
            program.send_signal(death_signal)
            deadline = time.monotonic() + GRACE_SECONDS
            while program.poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
            os.killpg(0, signal.SIGKILL)
    return program.returncode if program.returncode >= 0 else 128 - program.returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[4:]))

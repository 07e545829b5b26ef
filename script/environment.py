"""Makes the checkout's virtual environment when it is missing or its requirements changed; prints its Python's path.

Runs on any bare Python >= 3.11, so it imports the standard library alone. `script/…` call it; a second call takes no
time. CARPATH_VENV names a ready environment to use instead.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
RUNTIME, DEVELOPMENT = ("requirements.txt",), ("requirements.txt", "requirements-dev.txt")


def fail(sentence: str) -> None:
    sys.exit(sentence)  # on standard error, exit code 1


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def wanted(names: tuple[str, ...]) -> str:
    """Digest of what the environment must be: requirements, Python's version and the place (venvs cannot be moved)."""
    digest = hashlib.sha256(f"{sys.version_info[:3]} {CHECKOUT}".encode())
    for name in names:
        digest.update((CHECKOUT / name).read_bytes())
    return digest.hexdigest()


def is_ready(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text(encoding="ascii") == digest


def make(folder: Path, names: tuple[str, ...]) -> None:
    try:
        import ensurepip  # noqa: F401 (Debian ships Python without it)
        import venv  # noqa: F401
    except ImportError:
        fail("CARPath needs Python's venv module: install the package python3-venv.")
    python = folder / "bin" / "python"
    works = python.exists() and subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True)
    if not works or works.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        say(f"Making the Python environment in {folder} …")
        run([sys.executable, "-m", "venv", str(folder)], "The Python environment could not be made.")
    say("Installing what CARPath needs …")
    words = [word for name in names for word in ("--requirement", str(CHECKOUT / name))]
    run(
        [str(python), "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check", *words],
        "The Python packages could not be installed: is the package index reachable from here?",
    )


def run(command: list[str], complaint: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    if subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, env=environment).returncode:
        fail(complaint)


def main(arguments: list[str]) -> None:
    names = DEVELOPMENT if arguments == ["dev"] else RUNTIME
    folder = CHECKOUT / ".venv"
    stamp = folder / f"installed-{len(names)}"
    digest = wanted(names)
    if not is_ready(stamp, digest):
        (CHECKOUT / ".run").mkdir(exist_ok=True)
        with (CHECKOUT / ".run" / "environment.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_ready(stamp, digest):  # another start may have made it meanwhile
                make(folder, names)
                for old in folder.glob("installed-*"):
                    old.unlink()
                stamp.write_text(digest, encoding="ascii")
                if names == DEVELOPMENT:  # holds the runtime set too
                    (folder / "installed-1").write_text(wanted(RUNTIME), encoding="ascii")
    sys.stdout.write(f"{folder / 'bin' / 'python'}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

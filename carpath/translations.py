"""Compiles the translations that are missing or older than their source; the compiled files are not kept in git."""

import os
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "patients" / "locale"


def compile_missing(folder: Path = LOCALE) -> list[Path]:
    """Compile each catalogue whose compiled file is missing or older; returns what was compiled."""
    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        _compile(source, target)
        compiled.append(target)
    return compiled


def _compile(source: Path, target: Path) -> None:
    """Written aside and moved into place, so that a reader never meets half a file; fuzzy entries stay out."""
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parts[-3])
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".mo-")
    with os.fdopen(handle, "wb") as stream:
        write_mo(stream, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(target)


if __name__ == "__main__":
    for made in compile_missing():
        sys.stderr.write(f"compiled {made}\n")

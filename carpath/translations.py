"""Compiles the translations that are missing or older than their source; the compiled files are not kept in git."""

import os
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

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


def faults(folder: Path = LOCALE) -> list[str]:
    """What a translator has to mend: text that does not parse, placeholders that differ, entries marked fuzzy."""
    found = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        name = source.relative_to(folder)
        try:
            with source.open("rb") as stream:
                catalogue = read_po(stream, locale=source.parts[-3], abort_invalid=True)
        except (PoFileError, ValueError) as error:
            found.append(f"{name}: {error}")
            continue
        for message, errors in catalogue.check():
            found += [f"{name}: {message.id!r}: {error}" for error in errors]
        found += [f"{name}: {message.id!r} is marked fuzzy" for message in catalogue if message.id and message.fuzzy]
    return found


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        found = faults()
        sys.stderr.writelines(f"{fault}\n" for fault in found)
        return bool(found)
    sys.stderr.writelines(f"compiled {made}\n" for made in compile_missing())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

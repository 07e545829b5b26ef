"""The section of docs/clinical-reference.md that a source key names, as paragraphs and tables to read beside a rule."""

import re
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

HEADING = re.compile(r"^#{2,3} (\d+(?:\.\d+)?)[. ]+(.*)$")


@dataclass(frozen=True)
class Part:
    """A paragraph (`text`), or a table: its head and its rows."""

    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    parts: list[Part] = field(default_factory=list)


@cache
def _sections() -> dict[str, Section]:
    lines = (settings.BASE_DIR / "docs" / "clinical-reference.md").read_text(encoding="utf-8").splitlines()
    found: dict[str, Section] = {}
    section, table = Section("", ""), []
    for line in [*lines, "# end"]:
        if not line.startswith("|") and table:
            section.parts.append(_table(table))
            table = []
        heading = HEADING.match(line)
        if heading:
            section = found.setdefault(heading[1], Section(heading[1], _plain(heading[2])))
        elif line.startswith("|"):
            table.append(line)
        elif line.strip() and not line.startswith("#"):
            section.parts.append(Part(text=_plain(line.removeprefix("- "))))
    return found


def _plain(text: str) -> str:
    """Without the marks of bold and of code."""
    return text.replace("**", "").replace("`", "").strip()


def _table(lines: list[str]) -> Part:
    rows = [tuple(_plain(cell) for cell in line.strip().strip("|").split(" | ")) for line in lines]
    rows = [row for row in rows if not set("".join(row)) <= set("-:| ")]
    return Part(head=rows[0], rows=tuple(rows[1:]))


def named(source: str) -> list[Section]:
    """The sections that a source names: `4/axi-cel`, or several ("1.1, 1.2; N1"); what is no section is left out."""
    keys = [part.partition("/")[0] for part in re.split(r"[,;]\s*", source)]
    return [_sections()[key] for key in dict.fromkeys(keys) if key in _sections()]

"""Reads a table of daily toxicity grades, CSV or XLSX, and says of every row what is wrong with it. Stores nothing.

Eight columns: ID, therapy_day, crs_grade, toci, siltux, icans_grade, steroids, anakinra. An empty grade is *not
assessed*. Comma, semicolon or tab; decimal comma or point; byte order mark and any line ends are accepted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from patients.exchange import tables
from patients.exchange.tables import NUMBER, Cell, Fault, FaultyFile, Line, refuse_too_large

LAST_DAY = 3650
LONGEST_ID = 80

ID, DAY = "ID", "therapy_day"
GRADES = {"crs_grade": "crs", "icans_grade": "icans"}
DRUGS = {"toci": "tocilizumab", "siltux": "siltuximab", "steroids": "steroid", "anakinra": "anakinra"}
COLUMNS = (ID, DAY, *GRADES, *DRUGS)


@dataclass(frozen=True)
class DailyRow:
    """One patient on one day: grades (None = not assessed) and the drugs given."""

    line: int
    patient: str
    day: int
    grades: dict[str, int | None]
    drugs: frozenset[str]


@dataclass(frozen=True)
class Table:
    """The rows that can be taken, and the faults of those that cannot."""

    rows: tuple[DailyRow, ...]
    faults: tuple[Fault, ...]


def read(path: Path) -> Table:
    """Read a file. Raises FaultyFile when it is too large, empty, unreadable, or lacks or doubles a column."""
    try:
        refuse_too_large(path.stat().st_size)
        raw = path.read_bytes()
    except OSError as error:
        raise FaultyFile(Fault(0, f"cannot be read: {error.strerror}", "unreadable")) from error
    return _table(tables.cells(raw))


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(lines: Iterable[Line]) -> Table:
    found = ((number, cells) for number, cells in lines if any(cell.text for cell in cells))
    header = next(found, None)
    if header is None:
        raise FaultyFile(Fault(0, "the file is empty", "empty"))
    where = _columns(*header)
    width = len(header[1])
    rows: list[DailyRow] = []
    faults: list[Fault] = []
    lines_of: dict[tuple[str, int], list[int]] = {}
    for number, cells in found:
        row, wrong, key = _row(number, cells, where, width)
        faults += wrong
        if row is not None:
            rows.append(row)
        if key is not None:
            lines_of.setdefault(key, []).append(number)
    if not rows and not faults:
        raise FaultyFile(Fault(0, "the file has a header and no rows"))
    faults += _doubles(lines_of)
    once = [row for row in rows if len(lines_of[row.patient, row.day]) == 1]
    return Table(tuple(once), tuple(sorted(faults, key=lambda fault: fault.line)))


def _doubles(lines_of: dict[tuple[str, int], list[int]]) -> list[Fault]:
    """The same ID and day twice: nobody can say which row is right, so none of them is taken."""
    return [
        Fault(line, f"{patient}, day {day} stands on lines {', '.join(map(str, lines))}")
        for (patient, day), lines in lines_of.items()
        if len(lines) > 1
        for line in lines
    ]


def _columns(line: int, cells: list[Cell]) -> dict[str, int]:
    names = [cell.text for cell in cells]
    faults = [Fault(line, f"column {name} is missing") for name in COLUMNS if name not in names]
    faults += [
        Fault(line, f"column {name} stands {names.count(name)} times") for name in COLUMNS if names.count(name) > 1
    ]
    if faults:
        raise FaultyFile(*faults)
    return {name: names.index(name) for name in COLUMNS}


def _row(
    number: int, cells: list[Cell], where: dict[str, int], width: int
) -> tuple[DailyRow | None, list[Fault], tuple[str, int] | None]:
    """A row, its faults, and its ID and day wherever these can be read (a faulty row may still be a double)."""
    if any(cell.text for cell in cells[width:]):
        return None, [Fault(number, f"has {len(cells)} cells, the header has {width}")], None
    told: dict[str, Any] = {}
    faults = []
    for name, at in where.items():
        cell = cells[at] if at < len(cells) else Cell("")
        try:
            if cell.formula:
                raise ValueError(f"holds a formula: {cell.text}")
            told[name] = _value(name, cell.text)
        except ValueError as wrong:
            faults.append(Fault(number, f"{name} {wrong}"))
    key = (told[ID], told[DAY]) if ID in told and DAY in told else None
    if faults:
        return None, faults, key
    row = DailyRow(
        line=number,
        patient=told[ID],
        day=told[DAY],
        grades={scale: told[name] for name, scale in GRADES.items()},
        drugs=frozenset(drug for name, drug in DRUGS.items() if told[name]),
    )
    return row, [], key


def _value(name: str, text: str) -> Any:
    """A cell's value. Raises ValueError with what is wrong, to follow the column's name."""
    if name == ID:
        return _identity(text)
    if name == DAY:
        if not text:
            raise ValueError("is missing")
        return _whole(text, 0, LAST_DAY)
    if not text:
        return None
    return _whole(text, 0, 5) if name in GRADES else _whole(text, 0, 1)


def _identity(text: str) -> str:
    if not text:
        raise ValueError("is missing")
    if len(text) > LONGEST_ID or not text.isprintable():
        raise ValueError(f"must be at most {LONGEST_ID} printable characters")
    return text


def _whole(text: str, least: int, most: int) -> int:
    if not NUMBER.fullmatch(text):
        raise ValueError(f"is no number: {text}")
    number = Decimal(text.replace(",", "."))
    if number != number.to_integral_value() or not least <= number <= most:
        raise ValueError(f"must be a whole number from {least} to {most}: {text}")
    return int(number)

"""Reads a table of daily toxicity grades, CSV or XLSX, and says of every row what is wrong with it. Stores nothing.

Eight columns: ID, therapy_day, crs_grade, toci, siltux, icans_grade, steroids, anakinra. An empty grade is *not
assessed*. Comma, semicolon or tab; decimal comma or point; byte order mark and any line ends are accepted.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 20_000_000  # a larger file is refused unread
MOST_UNPACKED_BYTES = 200_000_000  # a workbook is a zip: what it unpacks to is bounded too
LAST_DAY = 3650
LONGEST_ID = 80

ID, DAY = "ID", "therapy_day"
GRADES = {"crs_grade": "crs", "icans_grade": "icans"}
DRUGS = {"toci": "tocilizumab", "siltux": "siltuximab", "steroids": "steroid", "anakinra": "anakinra"}
COLUMNS = (ID, DAY, *GRADES, *DRUGS)

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)


class FaultyFile(Exception):
    """The file as a whole cannot be taken: its faults stand in `faults`, whether rows may be left out or not."""

    def __init__(self, *faults: "Fault"):
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Fault:
    """What is wrong, and on which line; line 0 is the file itself."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


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
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise FaultyFile(Fault(0, f"{size} bytes: more than {MOST_BYTES // 1_000_000} MB is not read"))
        raw = path.read_bytes()
    except OSError as error:
        raise FaultyFile(Fault(0, f"cannot be read: {error.strerror}")) from error
    if not raw.strip():
        raise FaultyFile(Fault(0, "the file is empty"))
    cells = _workbook_cells(raw) if raw[:2] == b"PK" else _text_cells(raw)
    return _table(cells)


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Cell:
    """One cell as text; `formula` when it holds one."""

    text: str
    formula: bool = False


Line = tuple[int, list[Cell]]


def _text_cells(raw: bytes) -> Iterator[Line]:
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise FaultyFile(Fault(0, "is no text in UTF-8: save it as “CSV UTF-8”")) from error
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FaultyFile(Fault(reader.line_num, f"cannot be read as a table: {error}")) from error
        yield line, [_text_cell(value) for value in values]
        line = reader.line_num + 1


def _text_cell(value: str) -> Cell:
    text = value.strip()
    starts_one = text[:1] in ("=", "@") or (text[:1] in ("+", "-") and not NUMBER.fullmatch(text))
    return Cell(text, formula=starts_one)


def _workbook_cells(raw: bytes) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED_BYTES:
                raise FaultyFile(Fault(0, "unpacks to more than 200 MB: refused"))
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        rows = [
            (number, [_workbook_cell(cell) for cell in row]) for number, row in enumerate(sheet.iter_rows(), start=1)
        ]
    except FaultyFile:
        raise
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError, SyntaxError) as error:
        raise FaultyFile(Fault(0, f"cannot be read as a workbook: {type(error).__name__}")) from error
    yield from rows


def _workbook_cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "f":
        return Cell(str(value), formula=True)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return Cell(f"({type(value).__name__}) {value}")  # a date or a yes/no: no number, and said so
    return _text_cell(value) if isinstance(value, str) else Cell(str(value))


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(lines: Iterable[Line]) -> Table:
    found = ((number, cells) for number, cells in lines if any(cell.text for cell in cells))
    header = next(found, None)
    if header is None:
        raise FaultyFile(Fault(0, "the file is empty"))
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

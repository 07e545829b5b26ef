"""Reads a table, CSV or XLSX, into lines of cells; what cannot be a table is refused as a whole. Stores nothing.

Comma, semicolon or tab; byte order mark and any line ends are accepted. What a cell means is said by who asked for it.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 20_000_000  # a larger file is refused unread
MOST_UNPACKED_BYTES = 200_000_000  # a workbook is a zip: what it unpacks to is bounded too

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
# How files begin that people send in place of a table, by the offset of their mark.
NO_TABLES = ((0, b"\xff\xd8\xff"), (0, b"\x89PNG"), (0, b"%PDF"), (0, b"\xd0\xcf\x11\xe0"), (4, b"ftyp"))


class FaultyFile(Exception):
    """The file as a whole cannot be taken: its faults stand in `faults`, whether rows may be left out or not."""

    def __init__(self, *faults: "Fault"):
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Fault:
    """What is wrong, and on which line; line 0 is the file itself. `code`: what a page says of it in its language."""

    line: int
    reason: str
    code: str = "unreadable"

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


@dataclass(frozen=True)
class Cell:
    """One cell as text; `formula` when it holds one; `day` when a workbook says that it is a date."""

    text: str
    formula: bool = False
    day: date | None = None


Line = tuple[int, list[Cell]]


def refuse_too_large(size: int, most: int = MOST_BYTES) -> None:
    """Raise FaultyFile for a file of more bytes than are read."""
    if size > most:
        raise FaultyFile(Fault(0, f"{size} bytes: more than {most // 1_000_000} MB is not read", "too_large"))


def cells(raw: bytes) -> Iterator[Line]:
    """The lines of a table with their numbers. Raises FaultyFile when it is empty, a picture, or unreadable."""
    if not raw.strip():
        raise FaultyFile(Fault(0, "the file is empty", "empty"))
    if any(raw[at : at + len(mark)] == mark for at, mark in NO_TABLES):
        raise FaultyFile(Fault(0, "is no table: a picture, a PDF or an old workbook", "no_table"))
    return _workbook_cells(raw) if raw[:2] == b"PK" else _text_cells(raw)


def _text_cells(raw: bytes) -> Iterator[Line]:
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise FaultyFile(Fault(0, "is no text in UTF-8: save it as “CSV UTF-8”", "no_text")) from error
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
                raise FaultyFile(Fault(0, "unpacks to more than 200 MB: refused", "too_large"))
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
        words = f"({type(value).__name__}) {value}"  # a date or a yes/no: no number, and said so
        return Cell(words, day=date(value.year, value.month, value.day) if isinstance(value, date) else None)
    return _text_cell(value) if isinstance(value, str) else Cell(str(value))

"""The table by which many patients are brought in: its template, and each row as the form of one patient would be."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from patients.centres.models import Centre
from patients.exchange import positions, tables, words
from patients.exchange.forms import PERSON, STANDING, BringInForm
from patients.exchange.tables import Fault, FaultyFile

COLUMNS: tuple[str, ...] = (*PERSON, *STANDING, *positions.ASKED)
MOST_ROWS = 100
MOST_BYTES = 5_000_000


@dataclass
class Row:
    """One line of the table: the form made of it, and what is wrong beyond what the form finds (column -> words)."""

    line: int
    form: BringInForm
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def faults(self) -> list[tuple[str, str]]:
        """Pairs (column, words) of everything that is wrong with the line."""
        said = [(name, text) for name, texts in self.wrong.items() for text in texts]
        return said + [
            ("" if name == "__all__" else name, text) for name, texts in self.form.errors.items() for text in texts
        ]

    @property
    def who(self) -> str:
        """The name as it was typed."""
        return " ".join(filter(None, (self.form.data.get("family_name"), self.form.data.get("given_name"))))


def read(raw: bytes, *, hub: Centre) -> list[Row]:
    """Every row with its form. Raises FaultyFile when the file is no table, lacks a column, or is too long."""
    tables.refuse_too_large(len(raw), MOST_BYTES)
    lines = [(line, cells) for line, cells in tables.cells(raw) if any(cell.text for cell in cells)]
    if not lines:
        raise FaultyFile(Fault(0, "the file is empty", "empty"))
    heading = [cell.text for cell in lines[0][1]]
    odd = [name for name in COLUMNS if heading.count(name) != 1]
    if odd:
        raise FaultyFile(Fault(lines[0][0], ", ".join(odd), "columns"))
    if len(lines) == 1:
        raise FaultyFile(Fault(0, "no rows", "no_rows"))
    if len(lines) - 1 > MOST_ROWS:
        raise FaultyFile(Fault(0, "too many rows", "too_many"))
    at = {name: heading.index(name) for name in COLUMNS}
    return _without_doubles(_row(line, cells, at, hub) for line, cells in lines[1:])


def _row(line: int, cells: list[tables.Cell], at: dict[str, int], hub: Centre) -> Row:
    told = {name: cells[place] if place < len(cells) else tables.Cell("") for name, place in at.items()}
    data = {name: f"{cell.day:%d/%m/%Y}" if cell.day else cell.text for name, cell in told.items()}
    formulas = {name: [str(words.FORMULA)] for name, cell in told.items() if cell.formula}
    data["treating"] = "on"  # said once for the whole table
    return Row(line, BringInForm(data=data, hub=hub), formulas)


def _without_doubles(rows: Iterable[Row]) -> list[Row]:
    """The same code a second time is refused, with the line of the first."""
    first: dict[str, int] = {}
    found = []
    for row in rows:
        code = row.form.data["fiscal_code"].strip().upper().replace(" ", "")
        if code and code in first:
            row.wrong.setdefault("fiscal_code", []).append(str(words.TWICE) % {"line": first[code]})
        first.setdefault(code, row.line)
        found.append(row)
    return found


# ── the template ─────────────────────────────────────────────────────────────────────────────────────────────────


def template_csv() -> bytes:
    """The heading alone, as CSV that a spreadsheet opens with its accents."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow(COLUMNS)
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(hub: Centre) -> bytes:
    """A workbook with the heading, and on a second sheet what each column may hold."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Patients")
    sheet.append(COLUMNS)
    help_sheet = book.create_sheet(_("Explained"))
    help_sheet.append([_("Column"), _("Meaning"), _("What it may hold")])
    form = BringInForm(hub=hub)
    for name in COLUMNS:
        help_sheet.append([name, str(form.fields[name].label), _allowed(form, name)])
    for page in (sheet, help_sheet):
        for cell in page[1]:
            cell.font = Font(bold=True)
        for column in page.columns:
            page.column_dimensions[column[0].column_letter].width = 24
            for cell in column:
                cell.number_format = "@"  # text: no spreadsheet turns a code or a month into something else
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _allowed(form: BringInForm, name: str) -> str:
    choices = [(code, label) for code, label in getattr(form.fields[name], "choices", ()) if code]
    if choices:
        return "; ".join(f"{code} = {label}" for code, label in choices)
    return str(form.fields[name].help_text)

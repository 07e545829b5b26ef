"""Reads the seeds that rules take as arguments: infusion windows, indications, wash-outs.

A fault names file, line and field.
"""

from functools import cache
from pathlib import Path

from .days import PartialDate
from .indications import REQUIREMENTS, STATUSES_OF_ROWS, Indication
from .lymphodepletion import InfusionWindow
from .seed_rows import Field, SeedError, SeedRow, read
from .washout import Washout

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

__all__ = ["SeedError", "indications", "infusion_windows", "washouts"]

TAGS = frozenset({"V", "K", "C", "S"})  # the reference's marks: checked, from knowledge, convention, seed paper
TAG = Field(str, choices=TAGS)
JURISDICTIONS = frozenset({"EU", "IT"})

WINDOW_FIELDS = {
    "product": Field(str),
    "anchor": Field(str),
    "earliest": Field(int),
    "latest_ok": Field(int),
    "latest": Field(int),
    "source": Field(str),
    "tag": TAG,
}
INDICATION_FIELDS = {
    "code": Field(str),
    "product": Field(str),
    "disease": Field(str),
    "jurisdiction": Field(str, choices=JURISDICTIONS),
    "status": Field(str, required=False, choices=frozenset(STATUSES_OF_ROWS)),
    "subtypes": Field(list, required=False),
    "lines_min": Field(int),
    "lines_max": Field(int, required=False),
    "window_months": Field(int, required=False),
    "age_min": Field(int, required=False),
    "age_max": Field(int, required=False),
    "requires": Field(list, required=False, choices=frozenset(REQUIREMENTS)),
    "judgement": Field(bool, required=False),
    "conditional": Field(bool, required=False),
    "valid_from": Field(str, required=False),
    "valid_to": Field(str, required=False),
    "act": Field(str, required=False),
    "source": Field(str),
    "tag": TAG,
}
WASHOUT_FIELDS = {
    "code": Field(str),
    "days": Field(int, required=False),
    "months": Field(int, required=False),
    "source": Field(str),
    "tag": TAG,
}


def read_infusion_windows(file: Path) -> dict[str, InfusionWindow]:
    """The windows by product key, as in `liso-cel/any`."""
    windows: dict[str, InfusionWindow] = {}
    for row in read(file, WINDOW_FIELDS, unique="product"):
        values = {name: value for name, value in row.values.items() if name != "product"}
        try:
            windows[row["product"]] = InfusionWindow(**values)
        except ValueError as error:
            raise row.refuse("earliest", str(error)) from error
    return windows


def read_indications(file: Path) -> tuple[Indication, ...]:
    """The rows of the indications, of every jurisdiction and time."""
    return tuple(indication_of(row) for row in read(file, INDICATION_FIELDS, unique="code"))


def partial_date_of(row: SeedRow, name: str) -> PartialDate | None:
    """A date of a row that may be known only by its month or year."""
    written = row.get(name)
    try:
        return PartialDate.parse(written) if written is not None else None
    except ValueError as error:
        raise row.refuse(name, str(error)) from error


def indication_of(row: SeedRow) -> Indication:
    """A row of the indications as the rules read it."""
    spans = {name: partial_date_of(row, name) for name in ("valid_from", "valid_to")}
    lists = {name: tuple(row[name]) for name in ("subtypes", "requires") if row.get(name) is not None}
    try:
        return Indication(**{**row.values, **spans, **lists})
    except ValueError as error:
        raise row.refuse("window_months", str(error)) from error


@cache
def infusion_windows() -> dict[str, InfusionWindow]:
    return read_infusion_windows(SEEDS / "infusion_windows.yaml")


@cache
def indications() -> tuple[Indication, ...]:
    return read_indications(SEEDS / "indications.yaml")


def read_washouts(file: Path) -> dict[str, Washout]:
    """The wash-outs by code; each is given in days or in months."""
    washouts: dict[str, Washout] = {}
    for row in read(file, WASHOUT_FIELDS, unique="code"):
        if (row.get("days") is None) == (row.get("months") is None):
            raise row.refuse("days", "days or months, one of them")
        try:
            washouts[row["code"]] = Washout(**row.values)
        except ValueError as error:
            raise row.refuse("days", str(error)) from error
    return washouts


@cache
def washouts() -> dict[str, Washout]:
    return read_washouts(SEEDS / "washouts.yaml")

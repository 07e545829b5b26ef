"""Reads the seeds that rules take as arguments: infusion windows, indications, wash-outs.

A fault names file, row and field.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .days import PartialDate
from .indications import Indication
from .lymphodepletion import InfusionWindow
from .washout import Washout

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

WINDOW_FIELDS = {
    "product": (str, True),
    "anchor": (str, True),
    "earliest": (int, True),
    "latest_ok": (int, True),
    "latest": (int, True),
    "source": (str, True),
    "tag": (str, True),
}
INDICATION_FIELDS = {
    "product": (str, True),
    "disease": (str, True),
    "jurisdiction": (str, True),
    "subtypes": (list, False),
    "lines_min": (int, True),
    "lines_max": (int, False),
    "age_min": (int, False),
    "age_max": (int, False),
    "requires": (list, False),
    "judgement": (bool, False),
    "valid_from": (str, False),
    "valid_to": (str, False),
    "source": (str, True),
    "tag": (str, True),
}


class WrongSeed(ValueError):
    """A row of a seed file that cannot be used."""


def _rows(file: Path, schema: dict[str, tuple[type, bool]]) -> list[dict[str, Any]]:
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(rows, list):
        raise WrongSeed(f"{file.name}: not a list of rows")
    for number, row in enumerate(rows, start=1):
        where = f"{file.name}, row {number}"
        if not isinstance(row, dict):
            raise WrongSeed(f"{where}: no row")
        if unknown := set(row) - set(schema):
            raise WrongSeed(f"{where}: unknown field {', '.join(sorted(unknown))}")
        for name, (kind, needed) in schema.items():
            if name not in row:
                if needed:
                    raise WrongSeed(f"{where}: {name} is missing")
            elif type(row[name]) is not kind:
                raise WrongSeed(f"{where}: {name} must be {kind.__name__}")
    return rows


def read_infusion_windows(file: Path) -> dict[str, InfusionWindow]:
    """The windows by product key, as in `liso-cel/any`."""
    windows: dict[str, InfusionWindow] = {}
    for number, row in enumerate(_rows(file, WINDOW_FIELDS), start=1):
        product = row.pop("product")
        if product in windows:
            raise WrongSeed(f"{file.name}, row {number}: {product} stands twice")
        try:
            windows[product] = InfusionWindow(**row)
        except ValueError as error:
            raise WrongSeed(f"{file.name}, row {number}: {error}") from error
    return windows


def read_indications(file: Path) -> tuple[Indication, ...]:
    """The rows of the indications, of every jurisdiction and time."""
    return tuple(_indication(file, number, row) for number, row in enumerate(_rows(file, INDICATION_FIELDS), start=1))


def _indication(file: Path, number: int, row: dict[str, Any]) -> Indication:
    try:
        spans = {name: PartialDate.parse(row[name]) for name in ("valid_from", "valid_to") if name in row}
        lists = {name: tuple(row[name]) for name in ("subtypes", "requires") if name in row}
        return Indication(**{**row, **spans, **lists})
    except ValueError as error:
        raise WrongSeed(f"{file.name}, row {number}: {error}") from error


@cache
def infusion_windows() -> dict[str, InfusionWindow]:
    return read_infusion_windows(SEEDS / "infusion_windows.yaml")


@cache
def indications() -> tuple[Indication, ...]:
    return read_indications(SEEDS / "indications.yaml")


WASHOUT_FIELDS = {
    "code": (str, True),
    "days": (int, False),
    "months": (int, False),
    "source": (str, True),
    "tag": (str, True),
}


def read_washouts(file: Path) -> dict[str, Washout]:
    """The wash-outs by code; each is given in days or in months."""
    washouts: dict[str, Washout] = {}
    for number, row in enumerate(_rows(file, WASHOUT_FIELDS), start=1):
        if row["code"] in washouts:
            raise WrongSeed(f"{file.name}, row {number}: {row['code']} stands twice")
        if ("days" in row) == ("months" in row):
            raise WrongSeed(f"{file.name}, row {number}: days or months, one of them")
        try:
            washouts[row["code"]] = Washout(**row)
        except ValueError as error:
            raise WrongSeed(f"{file.name}, row {number}: {error}") from error
    return washouts


@cache
def washouts() -> dict[str, Washout]:
    return read_washouts(SEEDS / "washouts.yaml")

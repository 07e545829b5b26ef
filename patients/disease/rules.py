"""How lines of therapy are counted, and in which order their dates can be. Pure: no Django, no clock."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from patients.clinical.days import PartialDate, is_impossible_order

MOST_LINES = 30  # as clinical.indications reads them
LARGEST_MASS_CM = 60  # ours: wide enough for every mass, narrow enough for one typed in millimetres


class Line(Protocol):
    """What is counted of a line."""

    radiotherapy_alone: bool
    classes: list[str]


def completed_lines(lines: Iterable[Line]) -> int:
    """How many systemic lines there were: radiotherapy alone is none (reference 5.1)."""
    return sum(not line.radiotherapy_alone for line in lines)


def exposed_to(lines: Iterable[Line], *classes: str) -> bool | None:
    """Whether any line held one of the classes; None without a line, or when none of them says what it held."""
    held = [set(line.classes) for line in lines]
    if any(one & set(classes) for one in held):
        return True
    return False if held and all(held) else None


DATES = ("started", "ended", "responded", "progressed")


def impossible_dates(known: Mapping[str, PartialDate | None]) -> list[str]:
    """Which of a line's dates lie before its start under every reading of both."""
    start = known.get("started")
    return [
        name
        for name in DATES[1:]
        if start is not None and known.get(name) is not None and is_impossible_order(start, known[name])
    ]

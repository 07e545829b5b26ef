"""The toxicity sheet as a picture: one column a day, grades, curves and drugs aligned to it; gaps hatched.

Days are therapy days (day 0 = infusion). Numbers in, a drawing out, with a table behind it; nothing is read here.
"""

import math
from dataclasses import dataclass, field
from typing import Literal

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WIDTH = 1160
LEFT = 138
MINUS = "−"


@dataclass(frozen=True)
class Cell:
    """The grade of one day. `value` None = not assessed. `state`: computed (dashed), confirmed, or reported."""

    value: int | None
    state: Literal["computed", "confirmed", "reported", ""] = ""


@dataclass(frozen=True)
class GradeRow:
    """The grades of one scale by day. A past day without a cell, from `since` on, counts as not assessed."""

    label: str
    cells: dict[int, Cell]
    since: int = 0


@dataclass(frozen=True)
class NumberRow:
    """A number a day, such as the ICE score; `low`: below it the number is bold. None = not done."""

    label: str
    values: dict[int, int | None]
    aside: str = ""
    low: int | None = None
    since: int = 0


@dataclass(frozen=True)
class Curve:
    """A measured value over the days: (day, value, flagged). `ticks`: lines of the grid. `line`: (value, words)."""

    label: str
    unit: str
    points: tuple[tuple[float, float, bool], ...]
    ticks: tuple[float, ...]
    low: float
    high: float
    colour: Literal["t", "a", "b", "c"] = "t"
    logarithmic: bool = False
    line: tuple[float, str] | None = None


@dataclass(frozen=True)
class Span:
    """A drug or finding from one day to another, with its words."""

    first: int
    last: int
    words: str = ""


@dataclass(frozen=True)
class DrugRow:
    """What was given: spans as bars, single doses as triangles; `kind` chooses the colour."""

    label: str
    spans: tuple[Span, ...] = ()
    doses: tuple[int, ...] = ()
    words: str = ""
    kind: Literal["", "b", "c", "warn", "neutral"] = ""


@dataclass(frozen=True)
class Sheet:
    """All that the sheet shows. `today` None: a closed course, of which `last` is the last day known."""

    first: int
    last: int
    today: int | None
    grades: tuple[GradeRow, ...]
    numbers: tuple[NumberRow, ...] = ()
    curves: tuple[Curve, ...] = ()
    drugs: tuple[DrugRow, ...] = field(default=())


def draw(sheet: Sheet, name: str = "toxicity") -> SafeString:
    """The picture and, behind it, its table; on the phone the table alone."""
    days = range(sheet.first, sheet.last + 1)
    column = (WIDTH - LEFT - 6) / len(days)

    def x(day: float) -> float:
        return LEFT + (day - sheet.first + 0.5) * column

    drawn = {"grades": [], "numbers": [], "curves": [], "drugs": []}
    y = 28.0
    for row in sheet.grades:
        drawn["grades"].append(_grade_row(row, sheet, y, x, column))
        y += 34
    for row in sheet.numbers:
        drawn["numbers"].append(_number_row(row, sheet, y + 14, x))
        y += 26
    for curve in sheet.curves:
        drawn["curves"].append(_curve(curve, y + 12, x))
        y += 100
    y += 10 if sheet.curves else 4
    for row in sheet.drugs:
        drawn["drugs"].append(_drug_row(row, y, x, column))
        y += 27
    height = y + 24
    return render_to_string(
        "toxicity/picture.html",
        {
            "name": name,
            "width": WIDTH,
            "height": _px(height),
            "foot": _px(height - 4),
            "foot_words": _px(height - 6),
            "days": [{"x": _px(x(day)), "words": _day(day), "strong": day in (0, sheet.today)} for day in days],
            "zero": {"x": _px(x(0) - column / 2), "width": _px(column)} if sheet.first <= 0 <= sheet.last else None,
            "now": _now(sheet, x, column),
            "right": _px(WIDTH - 6),
            "left": LEFT,
            "first": _day(sheet.first),
            "last": _day(sheet.last),
            **drawn,
            "rows": _rows(sheet),
            "heads": [row.label for row in (*sheet.grades, *sheet.numbers)] + [_head(curve) for curve in sheet.curves],
        },
    )


def _px(number: float) -> str:
    return f"{number:.1f}"


def _day(day: int) -> str:
    return f"{MINUS}{-day}" if day < 0 else str(day)


def _now(sheet: Sheet, x, column: float) -> dict | None:
    if sheet.today is None or not sheet.first <= sheet.today <= sheet.last:
        return None
    edge = x(sheet.today) + column / 2
    words = _("today, day %(day)s") % {"day": f"+{sheet.today}" if sheet.today > 0 else _day(sheet.today)}
    left = edge + 8 + 7.5 * len(words) > WIDTH
    return {
        "x": _px(edge - column),
        "width": _px(column),
        "edge": _px(edge),
        "words": words,
        "words_x": _px(edge - 8 if left else edge + 8),
        "anchor": "end" if left else "start",
    }


def _past(day: int, sheet: Sheet) -> bool:
    return sheet.today is None or day <= sheet.today


def _cell(row: GradeRow, day: int, sheet: Sheet) -> Cell | None:
    """The cell of a day: what stands there, not assessed for a past day without one, None before its first day."""
    if day in row.cells:
        return row.cells[day]
    return Cell(None) if day >= row.since and _past(day, sheet) else None


def _grade_row(row: GradeRow, sheet: Sheet, y: float, x, column: float) -> dict:
    cells, future = [], []
    for day in range(sheet.first, sheet.last + 1):
        left = {"x": _px(x(day) - column / 2 + 2), "width": _px(column - 4), "middle": _px(x(day))}
        cell = _cell(row, day, sheet)
        if cell is not None:
            known = cell.value is not None
            css = f"g{cell.value}" if known else "gx"
            cells.append(left | {"css": css, "words": cell.value if known else "–", "state": cell.state})
        elif day >= row.since:
            future.append(left)
    known = [cell.value for cell in row.cells.values() if cell.value is not None]
    return {
        "label": row.label,
        "aside": _("max %(grade)s") % {"grade": max(known)} if known else "",
        "y": _px(y),
        "text_y": _px(y + 18.5),
        "cells": cells,
        "future": future,
    }


def _number_row(row: NumberRow, sheet: Sheet, y: float, x) -> dict:
    values = []
    for day in range(sheet.first, sheet.last + 1):
        if day not in row.values and not (day >= row.since and _past(day, sheet)):
            continue
        value = row.values.get(day)
        strong = value is not None and row.low is not None and value < row.low
        values.append({"x": _px(x(day)), "words": "–" if value is None else value, "strong": strong})
    return {"label": row.label, "aside": row.aside, "y": _px(y), "values": values}


def _height(curve: Curve, value: float) -> float:
    """0 at the foot of the panel, 1 at its top."""
    if curve.logarithmic:
        low, high, at = math.log(curve.low), math.log(curve.high), math.log(max(value, curve.low))
    else:
        low, high, at = curve.low, curve.high, value
    return min(max((at - low) / (high - low), 0), 1)


def _curve(curve: Curve, top: float, x) -> dict:
    foot = top + 80

    def y(value: float) -> float:
        return foot - _height(curve, value) * 72

    peak = max(curve.points, key=lambda point: point[1], default=None)
    dots = [{"x": _px(x(day)), "y": _px(y(value)), "flagged": flagged} for day, value, flagged in curve.points]
    return {
        "label": curve.label,
        "unit": curve.unit,
        "label_y": _px(top + 12),
        "unit_y": _px(top + 28),
        "foot": _px(foot),
        "colour": curve.colour,
        "ticks": [{"y": _px(y(tick)), "text_y": _px(y(tick) + 4), "words": _number(tick)} for tick in curve.ticks],
        "path": "M" + " L".join(f"{dot['x']} {dot['y']}" for dot in dots) if len(dots) > 1 else "",
        "dots": dots,
        "peak": peak and {"x": _px(x(peak[0])), "y": _px(y(peak[1]) - 8), "words": _number(peak[1])},
        "line": curve.line
        and {"y": _px(y(curve.line[0])), "text_y": _px(y(curve.line[0]) - 5), "words": curve.line[1]},
    }


def _number(value: float) -> str:
    return number_format(int(value) if value == int(value) else value, use_l10n=True, force_grouping=value >= 10000)


def _drug_row(row: DrugRow, y: float, x, column: float) -> dict:
    spans = []
    for span in row.spans:
        left, width = x(span.first) - column / 2 + 2, (span.last - span.first + 1) * column - 4
        inside = len(span.words) * 7 + 14 <= width
        words_x = left + 7 if inside else left + width + 6
        spans.append({"x": _px(left), "width": _px(width), "words": span.words, "words_x": _px(words_x)})
    doses = [f"M{x(day) - 7:.1f} {y + 1:.1f}h14l-7 14z" for day in row.doses]
    return {
        "label": row.label,
        "kind": row.kind,
        "bar_y": _px(y),
        "text_y": _px(y + 12),
        "line_y": _px(y + 21),
        "spans": spans,
        "doses": doses,
        "words": row.words if row.doses else "",
        "words_x": _px(x(max(row.doses)) + 12) if row.doses else "",
    }


def _head(curve: Curve) -> str:
    return f"{curve.label} ({curve.unit})"


def _rows(sheet: Sheet) -> list[dict]:
    """The table: one row a day of what is known, the latest first; days of which nothing is known are left out."""
    rows = []
    for day in range(sheet.last, sheet.first - 1, -1):
        grades = [_cell(row, day, sheet) for row in sheet.grades]
        words = [_value_words(row, day, sheet) for row in sheet.numbers]
        words += [
            ", ".join(_number(value) for at, value, _flag in c.points if math.floor(at) == day) for c in sheet.curves
        ]
        drugs = ", ".join(_given(row, day) for row in sheet.drugs if _given(row, day))
        if any(grades) or any(words) or drugs:
            named = f"+{day}" if day > 0 else _day(day)
            rows.append({"day": named, "now": day == sheet.today, "grades": grades, "words": words, "drugs": drugs})
    return rows


def _value_words(row: NumberRow, day: int, sheet: Sheet) -> str:
    if day not in row.values and not (day >= row.since and _past(day, sheet)):
        return ""
    value = row.values.get(day)
    return _("not done") if value is None else str(value)


def _given(row: DrugRow, day: int) -> str:
    if day in row.doses:
        return f"{row.label} {row.words}".strip()
    for span in row.spans:
        if span.first <= day <= span.last:
            return f"{row.label} {span.words}".strip()
    return ""

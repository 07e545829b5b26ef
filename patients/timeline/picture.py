"""The timeline picture: what was planned and what happened, on three time scales with day 0 between them.

Dates in, a drawing out (SVG made on the server, a table behind it). No rows are read here and no clock: whoever calls
says which day is today.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WIDTH = 1160
LEFT, RIGHT = 176, 1142
TOP, LANE = 28, 43
CHARACTER = 7.0  # px that a character takes at 12 px, generously
FIRST_MONTH, FIRST_YEAR = 30, 365
LATE_TICKS = (100, 180, 365, 730, 1825, 3650, 5475)
STEPS = (7, 14, 28, 56, 112, 224, 364, 728)


@dataclass(frozen=True)
class Bar:
    """An interval of one stage (1-9): done up to today, planned after it. `late_from`: the part beyond the first plan.

    `end` None = still open, drawn up to today. `first_start`, `first_end`: the first plan, dashed below.
    """

    stage: int
    start: date
    end: date | None = None
    label: str = ""
    late_from: date | None = None
    first_start: date | None = None
    first_end: date | None = None
    strong: bool = False


@dataclass(frozen=True)
class Mark:
    """A day of one stage: a full diamond when it happened, an empty one while planned."""

    stage: int
    day: date
    done: bool
    label: str = ""
    first_day: date | None = None


@dataclass(frozen=True)
class Lane:
    """One line of the picture, with its name at the left."""

    label: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A stretch of one time scale: days first to last on x first_x to last_x."""

    first: int
    last: int
    first_x: float
    last_x: float

    def x(self, day: int) -> float:
        return self.first_x + (day - self.first) / max(1, self.last - self.first) * (self.last_x - self.first_x)


class Scale:
    """Days to pixels: one scale without a day 0, else up to three (before, the first month, afterwards)."""

    def __init__(self, first: date, last: date, day_0: date | None):
        self.zero = day_0 or first
        first_day, last_day = (first - self.zero).days, (last - self.zero).days
        if day_0 is None or first_day >= 0 or last_day <= 0:
            self.pieces = [Piece(first_day, max(last_day, first_day + 7), LEFT, RIGHT)]
            return
        before_x, month_x = LEFT + (RIGHT - LEFT) * 0.51, LEFT + (RIGHT - LEFT) * 0.745
        self.pieces = [
            Piece(first_day, 0, LEFT, before_x),
            Piece(0, FIRST_MONTH, before_x, month_x),
            Piece(FIRST_MONTH, max(FIRST_YEAR, last_day), month_x, RIGHT),
        ]

    def x(self, day: date) -> float:
        number = (day - self.zero).days
        piece = next((piece for piece in self.pieces if number <= piece.last), self.pieces[-1])
        return min(max(piece.x(max(number, piece.first)), LEFT), RIGHT)

    def ticks(self):
        """(day number, x) of every line of the grid."""
        for piece in self.pieces:
            yield from ((day, piece.x(day)) for day in _ticks(piece))


def _ticks(piece: Piece) -> list[int]:
    """Weeks while they have room, the visits' days after the first month."""
    if piece.first == FIRST_MONTH:
        return [day for day in LATE_TICKS if day <= piece.last]
    room = (piece.last_x - piece.first_x) / 52
    step = next((step for step in STEPS if (piece.last - piece.first) / step <= room), STEPS[-1])
    days = list(range(-(-piece.first // step) * step, piece.last + 1, step))
    if piece.last == FIRST_MONTH:  # the end of the month stands in for day 28
        days = [day for day in days if day <= FIRST_MONTH - 7] + [FIRST_MONTH]
    return days


def draw(lanes: list[Lane], *, today: date, day_0: date | None, name: str = "timeline") -> SafeString:
    """The picture and, behind it, its table. `day_0` real or planned, None while unknown; `name` starts its ids."""
    days = [today, *(day for lane in lanes for day in _days(lane))] + ([day_0] if day_0 else [])
    scale = Scale(min(days), max(days), day_0)
    foot = TOP + LANE * len(lanes) + 10
    return render_to_string(
        "timeline/picture.html",
        {
            "name": name,
            "width": WIDTH,
            "height": foot + 30,
            "foot": foot,
            "left": LEFT,
            "right": RIGHT,
            "grid": _grid(scale, day_0),
            "names": _names(scale, day_0),
            "breaks": [_px(piece.last_x) for piece in scale.pieces[:-1]],
            "month": _month(scale, foot),
            "lanes": [_lane(lane, number, scale, today) for number, lane in enumerate(lanes)],
            "today": {"x": _px(scale.x(today)), "box": _px(min(max(scale.x(today) - 48, 0), WIDTH - 96))},
            "today_text": _px(min(max(scale.x(today), 48), WIDTH - 48)),
            "today_words": _("Today %(day)s") % {"day": f"{today:%d/%m}"},
            "rows": [row for lane in lanes for row in _rows(lane, today)],
        },
    )


def _px(number: float) -> str:
    return f"{number:.1f}"


def _days(lane: Lane):
    for bar in lane.bars:
        yield from (day for day in (bar.start, bar.end, bar.first_start, bar.first_end) if day)
    for mark in lane.marks:
        yield from (day for day in (mark.day, mark.first_day) if day)


def _signed(day: int) -> str:
    return "0" if day == 0 else f"+{day}" if day > 0 else f"−{-day}"


def _grid(scale: Scale, day_0: date | None) -> list[dict]:
    lines, last_label = [], -100.0
    for day, x in sorted(scale.ticks()):
        words = _signed(day) if day_0 else f"{scale.zero + timedelta(days=day):%d/%m}"
        room = x - last_label >= 34
        anchor = "end" if x > RIGHT - 12 else "middle"
        lines.append({"x": _px(x), "words": words if room else "", "zero": bool(day_0) and day == 0, "anchor": anchor})
        last_label = x if room else last_label
    return lines


def _names(scale: Scale, day_0: date | None) -> list[dict]:
    if len(scale.pieces) == 1:
        return [{"x": _px(LEFT), "words": _("By week") if day_0 is None else _("Therapy days")}]
    last = scale.pieces[2].last
    words = (_("Until day 0"), _("Days 0 – 30"), _("Days 30 – %(last)s") % {"last": last})
    gaps = (0, 6, 6)
    return [
        {"x": _px(piece.first_x + gap), "words": one} for piece, one, gap in zip(scale.pieces, words, gaps, strict=True)
    ]


def _month(scale: Scale, foot: int) -> dict | None:
    if len(scale.pieces) == 1:
        return None
    piece = scale.pieces[1]
    return {"x": _px(piece.first_x), "width": _px(piece.last_x - piece.first_x), "height": foot - TOP}


def _lane(lane: Lane, number: int, scale: Scale, today: date) -> dict:
    middle = TOP + LANE * number + 32
    taken: list[tuple[float, float]] = []
    bars = [_bar(bar, scale, today, middle) for bar in lane.bars]
    marks = [_mark(mark, scale, middle) for mark in lane.marks]
    taken += [shape["span"] for shape in (*bars, *marks)]
    labels = [_label(shape, taken) for shape in (*bars, *marks) if shape["label"]]
    return {
        "label": lane.label,
        "text_y": middle + 5,
        "line_y": _px(middle - LANE / 2) if number else "",
        "label_y": middle + 4,
        "bars": bars,
        "marks": marks,
        "labels": [label for label in labels if label],
    }


def _bar(bar: Bar, scale: Scale, today: date, middle: float) -> dict:
    end = bar.end or max(today, bar.start)
    split = min(max(today, bar.start), end)
    x, cut, right = scale.x(bar.start), scale.x(split), max(scale.x(end), scale.x(bar.start) + 4)
    done = bar.start <= today
    shape = {
        "stage": bar.stage,
        "y": middle - 8,
        "done": {"x": _px(x), "width": _px(max(cut - x, 4))} if done else None,
        "planned": None,
        "late": None,
        "first": None,
        "first_y": middle + 11,
        "span": (x, right),
        "label": bar.label,
        "strong": bar.strong,
        "place": "any",
    }
    if not done or end > today:
        start = cut if done else x
        shape["planned"] = {"x": _px(start), "width": _px(max(right - start, 4))}
    if bar.late_from and bar.late_from < end:
        late = scale.x(max(bar.late_from, bar.start))
        shape["late"] = {"x": _px(late), "width": _px(max(right - late, 2))}
    if bar.first_start and bar.first_end:
        first = scale.x(bar.first_start)
        shape["first"] = {"x": _px(first), "width": _px(max(scale.x(bar.first_end) - first, 8))}
    return shape


def _diamond(x: float, y: float, half: float) -> str:
    return f"M{x:.1f} {y - half:.1f}l{half} {half}-{half} {half}-{half}-{half}z"


def _mark(mark: Mark, scale: Scale, middle: float) -> dict:
    x = scale.x(mark.day)
    moved = mark.first_day is not None and mark.first_day != mark.day
    return {
        "stage": mark.stage,
        "path": _diamond(x, middle, 8),
        "done": mark.done,
        "first": _diamond(scale.x(mark.first_day), middle + 14, 5) if moved else "",
        "span": (x - 8, x + 8),
        "label": mark.label,
        "strong": False,
        "place": "any",
    }


def _label(shape: dict, taken: list[tuple[float, float]]) -> dict | None:
    """The words right of a shape, else left of it; where there is no room the table alone has them."""
    left, right = shape["span"]
    width = len(shape["label"]) * CHARACTER
    for start, end, x, anchor in (
        (right + 6, right + 8 + width, right + 8, "start"),
        (left - 8 - width, left - 6, left - 8, "end"),
    ):
        free = all(end <= other_start or start >= other_end for other_start, other_end in taken)
        if free and start >= LEFT - 4 and end <= WIDTH:
            taken.append((start, end))
            return {"x": _px(x), "anchor": anchor, "words": shape["label"], "strong": shape["strong"]}
    return None


def _rows(lane: Lane, today: date):
    for bar in lane.bars:
        end = date_format(bar.end, "d/m/Y") if bar.end else _("open")
        first = f"{bar.first_start:%d/%m/%Y} – {bar.first_end:%d/%m/%Y}" if bar.first_start and bar.first_end else "–"
        yield {
            "lane": lane.label,
            "words": bar.label or "–",
            "when": f"{bar.start:%d/%m/%Y} – {end}",
            "state": _state(bar.start, bar.end, today),
            "first": first,
        }
    for mark in lane.marks:
        yield {
            "lane": lane.label,
            "words": mark.label or "–",
            "when": f"{mark.day:%d/%m/%Y}",
            "state": _("done") if mark.done else _("planned"),
            "first": f"{mark.first_day:%d/%m/%Y}" if mark.first_day else "–",
        }


def _state(start: date, end: date | None, today: date) -> Literal["done"] | str:
    if start > today:
        return _("planned")
    return _("under way") if end is None or end > today else _("done")

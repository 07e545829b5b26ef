"""The two 12-month clocks of large B-cell lymphoma on one time line, with the relapse on it (reference 5.1).

Facts in, a drawing out (SVG made on the server, a table behind it). A date known to the month or the year is drawn as
the span of its possible days. No rows are read here and no clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.audit.fields import partial_words
from patients.clinical.days import Answer, DateAnswer, PartialDate, add_days, add_months, days_between
from patients.clinical.indications import WINDOW_MONTHS, LbclFacts, clocks

BAR, SMALL_BAR = 34, 22
MARGIN_DAYS = 20
WIDE = 280  # px from which a bar holds its words
FLAG = 150


@dataclass(frozen=True)
class Frame:
    """One size of the picture: its px, where each clock's bar begins, and how many month names have room."""

    width: int
    left: int
    right: int
    foot: int
    tops: dict[str, int]
    ticks: int


DESK = Frame(760, 172, 640, 204, {"cr": 54, "label": 124}, 15)
PHONE = Frame(288, 8, 280, 186, {"cr": 60, "label": 132}, 6)


@dataclass(frozen=True)
class Scale:
    """Days laid out between the two sides of a frame."""

    frame: Frame
    first: date
    last: date

    def x(self, day: date) -> float:
        part = days_between(self.first, day) / max(1, days_between(self.first, self.last))
        return self.frame.left + part * (self.frame.right - self.frame.left)


@dataclass(frozen=True)
class Clock:
    """One clock: its name, where it comes from, its anchor, and what it says of the relapse."""

    code: str
    name: str
    source: str
    starts_with: str
    anchor: PartialDate | None
    answer: DateAnswer | None

    @property
    def ends(self) -> PartialDate | None:
        if self.anchor is None:
            return None
        return PartialDate(*(add_months(day, WINDOW_MONTHS) for day in (self.anchor.earliest, self.anchor.latest)))

    @property
    def tone(self) -> str:
        told = {Answer.YES: "in", Answer.NO: "out"}
        return told.get(self.answer.answer, "open") if self.answer else "open"

    def verdict(self) -> str:
        words = {"in": _("inside"), "out": _("outside"), "open": _("cannot tell")}
        return words[self.tone]

    def by(self, relapse: PartialDate | None) -> str:
        """By how many days, where both days are known."""
        if relapse is None or self.ends is None or not (relapse.is_exact and self.ends.is_exact):
            return ""
        count = abs(days_between(relapse.earliest, self.ends.earliest))
        return ngettext("by %(count)d day", "by %(count)d days", count) % {"count": count}


def clocks_of(facts: LbclFacts) -> list[Clock]:
    """Clock A of the papers and clock B of the label."""
    told = clocks(facts)
    return [
        Clock("cr", _("A · from first CR"), _("the papers"), _("first CR"), facts.first_cr_date, told.cr),
        Clock(
            "label",
            _("B · from end of line 1"),
            _("EU label and AIFA"),
            _("last dose"),
            facts.last_1l_dose_date,
            told.label,
        ),
    ]


def has_clocks(facts) -> bool:
    """Whether the clocks are looked at: one line, complete response as far as known, and a date to draw."""
    return (
        isinstance(facts, LbclFacts)
        and facts.lines == 1
        and facts.eot_pet in (None, "CMR")
        and not facts.pd_on_last
        and (facts.first_cr_date is not None or facts.last_1l_dose_date is not None)
    )


def draw(facts: LbclFacts, *, name: str = "clocks") -> SafeString:
    """The picture in two sizes and, behind it, its table; `name` starts its ids."""
    found, relapse = clocks_of(facts), facts.relapse_date
    drawn = [clock for clock in found if clock.anchor is not None]
    spans = [span for clock in drawn for span in (clock.anchor, clock.ends)] + ([relapse] if relapse else [])
    first = add_days(min(span.earliest for span in spans), -MARGIN_DAYS)
    last = add_days(max(span.latest for span in spans), MARGIN_DAYS)
    return render_to_string(
        "disease/clocks.html",
        {
            "name": name,
            "desk": _sized(Scale(DESK, first, last), found, relapse, _drawn),
            "phone": _sized(Scale(PHONE, first, last), found, relapse, _drawn_small),
            "rows": [_row(clock, relapse) for clock in found],
        },
    )


def _sized(scale: Scale, found: list[Clock], relapse: PartialDate | None, drawn: Callable[..., dict]) -> dict:
    """The picture in one size; `drawn` places a clock's bar and words."""
    return {
        "frame": scale.frame,
        "height": scale.frame.foot + 34,
        "ticks": _ticks(scale),
        "clocks": [drawn(clock, relapse, scale) for clock in found],
        "relapse": _relapse(relapse, scale) if relapse else None,
    }


def _px(number: float) -> str:
    return f"{number:.1f}"


def _ticks(scale: Scale) -> list[dict]:
    """The first day of months, as many as have room; the year below each January and below the first."""
    first, last = scale.first, scale.last
    months = [add_months(date(first.year, first.month, 1), n) for n in range(1, days_between(first, last) // 28 + 2)]
    months = [month for month in months if month <= last]
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60) if len(months) / step <= scale.frame.ticks)
    kept, found, year = months[::step], [], None
    for month in kept:
        shown = str(month.year) if month.year != year else ""
        year = month.year
        found.append({"x": _px(scale.x(month)), "words": date_format(month, "M").lower(), "year": shown})
    return found


def _bar(clock: Clock, scale: Scale, height: int) -> dict:
    """The bar of a clock, from its anchor to the day on which it runs out."""
    top, ends = scale.frame.tops[clock.code], clock.ends
    start, sure, end = (scale.x(day) for day in (clock.anchor.earliest, ends.earliest, ends.latest))
    return {
        "start": _px(start),
        "width": _px(end - start),
        "dot": _px(scale.x(clock.anchor.latest) if clock.anchor.is_exact else _middle(clock.anchor, scale)),
        "dot_y": _px(top + height / 2),
        "end": _px(end),
        "maybe": {"x": _px(sure), "width": _px(end - sure)} if end > sure else None,
    }


def _middle(known: PartialDate, scale: Scale) -> float:
    return (scale.x(known.earliest) + scale.x(known.latest)) / 2


def _drawn_small(clock: Clock, relapse: PartialDate | None, scale: Scale) -> dict:
    """For the phone: the name above the bar, below it until when it runs and what it says."""
    top = scale.frame.tops[clock.code]
    drawn = {"name": clock.name, "source": clock.source, "tone": clock.tone, "y": top, "bar": SMALL_BAR}
    drawn |= {
        "name_y": top - 8,
        "text_y": top + 15,
        "said_y": top + SMALL_BAR + 16,
        "tick_y": top - 3,
        "tick": SMALL_BAR + 6,
    }
    if clock.anchor is None:
        return drawn | {"missing": _("%(what)s not known") % {"what": clock.starts_with}, "missing_x": scale.frame.left}
    said = f"{clock.verdict()} {clock.by(relapse)}".strip() if relapse else ""
    until = _("until %(day)s") % {"day": partial_words(clock.ends)}
    return drawn | _bar(clock, scale, SMALL_BAR) | {"said": said, "until": until}


def _drawn(clock: Clock, relapse: PartialDate | None, scale: Scale) -> dict:
    top = scale.frame.tops[clock.code]
    drawn = {"name": clock.name, "source": clock.source, "tone": clock.tone, "y": top, "text_y": top + 22}
    drawn |= {"name_y": top + 14, "source_y": top + 31, "tick_y": top - 5, "tick": BAR + 10, "bar": BAR}
    if clock.anchor is None:
        return drawn | {
            "missing": _("%(what)s not known") % {"what": clock.starts_with},
            "missing_x": scale.frame.left + 8,
        }
    ends = clock.ends
    start, end, late_start = (scale.x(day) for day in (clock.anchor.earliest, ends.latest, clock.anchor.latest))
    beyond = max(end, scale.x(relapse.latest) if relapse else 0) + 10
    until = min(end, scale.x(relapse.earliest) if relapse and relapse.earliest <= ends.latest else end) - 10
    return drawn | {
        **_bar(clock, scale, BAR),
        "words": f"{clock.starts_with} {partial_words(clock.anchor)}" if end - start >= WIDE else "",
        "words_x": _px(late_start + 14),
        "until": _("until %(day)s") % {"day": partial_words(ends)} if until - late_start >= WIDE else "",
        "until_x": _px(until),
        "verdict": clock.verdict() if relapse else "",
        "by": clock.by(relapse),
        "verdict_x": _px(beyond),
        "verdict_y": top + 15,
        "by_y": top + 31,
    }


def _relapse(relapse: PartialDate, scale: Scale) -> dict:
    begin, end = scale.x(relapse.earliest), scale.x(relapse.latest)
    middle = min(max((begin + end) / 2, FLAG / 2), scale.frame.width - FLAG / 2)
    return {
        "x": _px(begin),
        "width": _px(end - begin),
        "exact": relapse.is_exact,
        "flag": _px(middle - FLAG / 2),
        "middle": _px(middle),
        "words": _("Relapse %(day)s") % {"day": partial_words(relapse)},
    }


def _row(clock: Clock, relapse: PartialDate | None) -> dict:
    unknown = _("not known")
    return {
        "name": f"{clock.name} ({clock.source})",
        "anchor": partial_words(clock.anchor) if clock.anchor else unknown,
        "until": partial_words(clock.ends) if clock.ends else unknown,
        "relapse": partial_words(relapse) if relapse else unknown,
        "verdict": " ".join(part for part in (clock.verdict(), clock.by(relapse)) if part),
    }

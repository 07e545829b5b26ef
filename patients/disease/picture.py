"""The two 12-month clocks of large B-cell lymphoma on one time line, with the relapse on it (reference 5.1).

Facts in, a drawing out (SVG made on the server, a table behind it). A date known to the month or the year is drawn as
the span of its possible days. No rows are read here and no clock.
"""

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

WIDTH, LEFT, RIGHT, FOOT = 760, 172, 640, 204
TOPS = {"cr": 54, "label": 124}
BAR = 34
MARGIN_DAYS = 20
TICKS = 15  # month names that have room
WIDE = 280  # px from which a bar holds its words
FLAG = 150


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
    """The picture and, behind it, its table; `name` starts its ids."""
    found, relapse = clocks_of(facts), facts.relapse_date
    drawn = [clock for clock in found if clock.anchor is not None]
    spans = [span for clock in drawn for span in (clock.anchor, clock.ends)] + ([relapse] if relapse else [])
    first = add_days(min(span.earliest for span in spans), -MARGIN_DAYS)
    last = add_days(max(span.latest for span in spans), MARGIN_DAYS)
    return render_to_string(
        "disease/clocks.html",
        {
            "name": name,
            "width": WIDTH,
            "height": FOOT + 34,
            "foot": FOOT,
            "left": LEFT,
            "right": RIGHT,
            "ticks": _ticks(first, last),
            "clocks": [_drawn(clock, relapse, first, last) for clock in found],
            "relapse": _relapse(relapse, first, last) if relapse else None,
            "rows": [_row(clock, relapse) for clock in found],
        },
    )


def _x(day: date, first: date, last: date) -> float:
    return LEFT + days_between(first, day) / max(1, days_between(first, last)) * (RIGHT - LEFT)


def _px(number: float) -> str:
    return f"{number:.1f}"


def _ticks(first: date, last: date) -> list[dict]:
    """The first day of months, as many as have room; the year below each January and below the first."""
    months = [add_months(date(first.year, first.month, 1), n) for n in range(1, days_between(first, last) // 28 + 2)]
    months = [month for month in months if month <= last]
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60) if len(months) / step <= TICKS)
    kept, found, year = months[::step], [], None
    for month in kept:
        shown = str(month.year) if month.year != year else ""
        year = month.year
        found.append({"x": _px(_x(month, first, last)), "words": date_format(month, "M").lower(), "year": shown})
    return found


def _drawn(clock: Clock, relapse: PartialDate | None, first: date, last: date) -> dict:
    top = TOPS[clock.code]
    drawn = {"name": clock.name, "source": clock.source, "tone": clock.tone, "y": top, "text_y": top + 22}
    drawn |= {"name_y": top + 14, "source_y": top + 31, "tick_y": top - 5}
    if clock.anchor is None:
        return drawn | {"missing": _("%(what)s not known") % {"what": clock.starts_with}, "missing_x": LEFT + 8}
    ends = clock.ends
    start, sure, end = (_x(day, first, last) for day in (clock.anchor.earliest, ends.earliest, ends.latest))
    late_start = _x(clock.anchor.latest, first, last)
    beyond = max(end, _x(relapse.latest, first, last) if relapse else 0) + 10
    until = min(end, _x(relapse.earliest, first, last) if relapse and relapse.earliest <= ends.latest else end) - 10
    return drawn | {
        "start": _px(start),
        "width": _px(end - start),
        "dot": _px(late_start if clock.anchor.is_exact else (start + late_start) / 2),
        "dot_y": _px(top + BAR / 2),
        "end": _px(end),
        "maybe": {"x": _px(sure), "width": _px(end - sure)} if end > sure else None,
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


def _relapse(relapse: PartialDate, first: date, last: date) -> dict:
    begin, end = _x(relapse.earliest, first, last), _x(relapse.latest, first, last)
    middle = min(max((begin + end) / 2, FLAG / 2), WIDTH - FLAG / 2)
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

"""The window from lymphodepletion to infusion (reference 4). The windows are data, given as arguments; days are dates.

Two kinds of label: counted from the last day of lymphodepletion (`ld_end`) or from its first (`ld_start`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from . import facts as check
from .days import days_between
from .result import INCOMPLETE, KNOWN, Ground, Result, WrongFact

VERSION = "product labels, reference 4"

TOO_EARLY, OK, LATE, TOO_LATE = "too_early", "ok", "late_physician_decides", "too_late"
ORDER = (TOO_EARLY, OK, LATE, TOO_LATE)
ANCHORS = ("ld_start", "ld_end")
LONGEST_WAIT_DAYS = 90  # how far an unknown date is looked for; every window ends long before


@dataclass(frozen=True)
class InfusionWindow:
    """Days after the anchor: `earliest` to `latest_ok` in order, to `latest` the physician decides, then repeat."""

    anchor: str
    earliest: int
    latest_ok: int
    latest: int
    source: str = "4"
    tag: str = ""

    def __post_init__(self):
        if self.anchor not in ANCHORS or not 0 <= self.earliest <= self.latest_ok <= self.latest:
            raise ValueError(f"no window: {self}")

    def judge(self, days: int) -> str:
        """Which part of the window the day falls in."""
        if days < self.earliest:
            return TOO_EARLY
        if days <= self.latest_ok:
            return OK
        return LATE if days <= self.latest else TOO_LATE


@dataclass(frozen=True)
class LdFacts:
    """First and last day of lymphodepletion and the day of infusion. They must stand in this order."""

    ld_start: date | None = None
    ld_end: date | None = None
    infusion: date | None = None

    def __post_init__(self):
        names = ("ld_start", "ld_end", "infusion")
        known = [(name, check.day(name, getattr(self, name))) for name in names]
        known = [(name, day) for name, day in known if day is not None]
        for (before, first), (name, second) in pairwise(known):
            if second < first:
                raise WrongFact(name, f"lies before {before}")


@dataclass(frozen=True)
class Judged:
    """The anchor, the days from it to the infusion, and the part of the window."""

    anchor: str
    days: int
    result: str


def ld_window(facts: LdFacts, window: InfusionWindow) -> Result:
    """Value: Judged. With the anchor or the infusion unknown: incomplete, range from the first to the last part."""
    anchor_day = getattr(facts, window.anchor)
    label = Ground("infusion_window", vars(window) | {"tag": window.tag}, window.source, window.tag)
    if anchor_day is not None and facts.infusion is not None:
        days = days_between(anchor_day, facts.infusion)
        judged = Judged(window.anchor, days, window.judge(days))
        warnings = (Ground("window_unsigned", {}, window.source, "K"),) if window.tag == "K" else ()
        return Result(KNOWN, judged, VERSION, grounds=(label,), warnings=warnings)
    least, most = _possible_days(facts, window.anchor)
    missing = tuple(name for name in (window.anchor, "infusion") if getattr(facts, name) is None)
    span = (window.judge(least), window.judge(most))
    return Result(INCOMPLETE, None, VERSION, grounds=(label,), missing=missing, range=span)


def _possible_days(facts: LdFacts, anchor: str) -> tuple[int, int]:
    """Fewest and most days from the anchor to the infusion that the known dates allow."""
    if facts.infusion is not None:
        if anchor == "ld_end":
            most = days_between(facts.ld_start, facts.infusion) if facts.ld_start else LONGEST_WAIT_DAYS
            return 0, most
        return (days_between(facts.ld_end, facts.infusion) if facts.ld_end else 0), LONGEST_WAIT_DAYS
    if anchor == "ld_start" and facts.ld_start and facts.ld_end:
        return days_between(facts.ld_start, facts.ld_end), LONGEST_WAIT_DAYS
    return 0, LONGEST_WAIT_DAYS


def ld_window_of_unknown_product(facts: LdFacts, windows: Mapping[str, InfusionWindow]) -> Result:
    """The range over all products, where the product is not known."""
    results = [ld_window(facts, window) for window in windows.values()]
    parts = [part for r in results for part in (r.range or (r.value.result, r.value.result))]
    missing = ("product", *dict.fromkeys(name for r in results for name in r.missing))
    span = (min(parts, key=ORDER.index), max(parts, key=ORDER.index))
    return Result(INCOMPLETE, None, VERSION, missing=missing, range=span)

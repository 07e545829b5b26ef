"""THE MAP: nine stages, the doors between them, and where a pathway stands. Pure: no Django, no clock.

A stage is an interval; a pathway may be in several at once. The main line is 1-2-3-4-6-7-8-9; bridging (5) runs beside
ordering, apheresis and manufacturing; follow-up (9) runs beside toxicity (8) until toxicity has closed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    """The nine stages by their codes, in the order of their numbers."""

    REFERRAL = "referral"
    ELIGIBILITY = "eligibility"
    APHERESIS = "apheresis"
    MANUFACTURING = "manufacturing"
    BRIDGING = "bridging"
    LYMPHODEPLETION = "lymphodepletion"
    INFUSION = "infusion"
    TOXICITY = "toxicity"
    FOLLOWUP = "followup"

    @property
    def number(self) -> int:
        return ORDER.index(self) + 1


ORDER: tuple[Stage, ...] = tuple(Stage)
MAIN_LINE: tuple[Stage, ...] = tuple(stage for stage in ORDER if stage is not Stage.BRIDGING)


@dataclass(frozen=True)
class Door:
    """What must hold before a stage may start: a stage that has ended well, or one that has at least begun."""

    after: Stage | None
    needs_end: bool = True


# The transition table. The database holds the same (a trigger made from it refuses a move that is not on the map).
DOORS: dict[Stage, Door] = {
    Stage.REFERRAL: Door(None),
    Stage.ELIGIBILITY: Door(Stage.REFERRAL),
    Stage.APHERESIS: Door(Stage.ELIGIBILITY),
    Stage.MANUFACTURING: Door(Stage.APHERESIS),
    Stage.BRIDGING: Door(Stage.ELIGIBILITY),
    Stage.LYMPHODEPLETION: Door(Stage.MANUFACTURING),
    Stage.INFUSION: Door(Stage.LYMPHODEPLETION),
    Stage.TOXICITY: Door(Stage.INFUSION),
    Stage.FOLLOWUP: Door(Stage.INFUSION),
}


@dataclass(frozen=True)
class Entry:
    """One stay in a stage, by local days. `superseded`: it did not hold (a failed product, a repeated collection)."""

    stage: Stage
    started_on: date | None
    ended_on: date | None = None
    superseded: bool = False
    before_carpath: bool = False


def _standing(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if not entry.superseded]


def may_enter(stage: Stage, entries: Iterable[Entry]) -> str | None:
    """None when the door to a stage stands open, else a reason code: `stage_open` or `door_closed`."""
    standing = _standing(entries)
    if any(entry.stage == stage and entry.ended_on is None for entry in standing):
        return "stage_open"
    door = DOORS[stage]
    if door.after is None:
        return None
    before = [entry for entry in standing if entry.stage == door.after]
    passed = any(entry.ended_on is not None or entry.before_carpath or not door.needs_end for entry in before)
    return None if passed else "door_closed"


def where(entries: Iterable[Entry]) -> Stage | None:
    """Where the patient is: the furthest door passed on the main line; follow-up counts once toxicity has closed."""
    standing = _standing(entries)
    stages = {entry.stage for entry in standing}
    toxicity_open = any(entry.stage == Stage.TOXICITY and entry.ended_on is None for entry in standing)
    line = [stage for stage in MAIN_LINE if stage in stages and not (stage == Stage.FOLLOWUP and toxicity_open)]
    return line[-1] if line else None


def beside(entries: Iterable[Entry]) -> frozenset[Stage]:
    """The open stages that run beside the one where the patient is."""
    entries = list(entries)
    here = where(entries)
    return frozenset(entry.stage for entry in _standing(entries) if entry.ended_on is None and entry.stage != here)


def state(stage: Stage, entries: Iterable[Entry]) -> str:
    """How the stage bar draws a stage: `here`, `also`, `done` or `ahead`."""
    entries = list(entries)
    if stage == where(entries):
        return "here"
    if stage in beside(entries):
        return "also"
    return "done" if any(entry.stage == stage for entry in _standing(entries)) else "ahead"

"""Whether an infusion may go on, its thaw clock, and day 0. Pure: no Django, no clock. Reference 4 and 10 (d)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

VERSION = "product labels, reference 4"  # of the thaw clock
WARD_DAYS = 30  # the ward's nurses see the patient to the end of day +30 (issue 2, section 2)
GO_HOLDS = timedelta(hours=24)  # convention: what was answered yesterday is asked again

# What a go asks, and whose answer it is: the role that is shown as its owner.
OWNERS: dict[str, str] = {
    "no_infection": "hub_haematologist",
    "organs": "hub_haematologist",
    "consent": "hub_haematologist",
    "icu_told": "hub_haematologist",
    "tocilizumab": "nurse",
    "baseline_ice": "nurse",
    "baseline_pressure": "nurse",
    "weight": "nurse",
    "premedication": "nurse",
}
CRS_SINCE_FIRST = "crs_since_first"  # asked before a second infusion only (reference 4, obe-cel)
# Nobody overrides these: tocilizumab or its alternative and consent (reference 10 d), and the weight doses depend on.
NEVER_OVERRIDDEN = ("tocilizumab", "consent", "weight")
PREMEDICATED_AN_HOUR_BEFORE = ("axi-cel", "brexu-cel")  # the others 30 to 60 minutes before (reference 4)
CRS_STOPS = 3  # reference 4/obe-cel [V]: after grade 2 it may be postponed, from grade 3 on it stops


def items(number: int) -> tuple[str, ...]:
    """The items of the first or of a later infusion, in the order in which they are asked."""
    return tuple(OWNERS) if number == 1 else (CRS_SINCE_FIRST, *OWNERS)


def owner(item: str) -> str:
    """The role whose answer it is."""
    return OWNERS.get(item, "hub_haematologist")


@dataclass(frozen=True)
class Answer:
    """What was said of an item: it holds, does not, or nobody knows (None); a number where it has one; a note.

    `amount`: doses, ICE total, systolic mmHg, kg, or grade of CRS. `second`: diastolic mmHg.
    """

    holds: bool | None = None
    amount: Decimal | None = None
    second: Decimal | None = None
    note: str = ""
    at: datetime | None = None


def fault(item: str, answer: Answer | None, now: datetime) -> str | None:
    """Why an item does not let the infusion go on; what is not known, or was said yesterday, is no yes."""
    if answer is None:
        return "not_answered"
    if answer.at is not None and now - answer.at >= GO_HOLDS:
        return "answer_old"
    if item == "tocilizumab":
        return None if (answer.amount or 0) >= 1 or answer.note.strip() else "no_tocilizumab"
    if item == "weight":
        return None if answer.amount is not None else "no_weight"
    if item == CRS_SINCE_FIRST:
        if answer.amount is None:
            return "not_answered"
        return "crs_stops" if answer.amount >= CRS_STOPS else None
    if item == "consent":
        return None if answer.holds is True else "not_informed"
    return None if answer.holds is True else "item_does_not_hold"


def faults(number: int, answers: Mapping[str, Answer], now: datetime) -> dict[str, str]:
    """The items that stop an infusion, each with its reason code; empty when it may go on."""
    found = {item: fault(item, answers.get(item), now) for item in items(number)}
    return {item: code for item, code in found.items() if code is not None}


def may_override(item: str) -> bool:
    """Whether a physician's reason lets the infusion go on although an item does not hold."""
    return item not in NEVER_OVERRIDDEN


# ── the thaw clock ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ThawClock:
    """When the clock of a bag began, after how many minutes it has run out (None: not known), and whether the label
    was read: an unread figure warns and never blocks (reference 4).

    `to_end`: the infusion must end within it too (None: the reference does not say). `infusion_minutes`: how long the
    infusion itself may take, from its start.
    """

    began_at: datetime
    minutes: int | None
    verified: bool
    to_end: bool | None = None
    infusion_minutes: int | None = None

    @property
    def runs_out_at(self) -> datetime | None:
        return None if self.minutes is None else self.began_at + timedelta(minutes=self.minutes)


def minutes_left(thaw: ThawClock, now: datetime) -> int | None:
    """Whole minutes until the bag may no longer be given, negative when it has run out; None = not known."""
    if thaw.runs_out_at is None:
        return None
    return int((thaw.runs_out_at - now).total_seconds() // 60)


def ran_out(thaw: ThawClock, started_at: datetime) -> bool:
    """Whether the clock had run out when the infusion began; False where nobody knows how long it runs."""
    return thaw.runs_out_at is not None and started_at > thaw.runs_out_at


def must_end_by(thaw: ThawClock, started_at: datetime) -> datetime | None:
    """When an infusion that began must have ended: within the clock, or within its own minutes; None = not known."""
    limits = [thaw.runs_out_at] if thaw.to_end and thaw.runs_out_at is not None else []
    if thaw.infusion_minutes is not None:
        limits.append(started_at + timedelta(minutes=thaw.infusion_minutes))
    return min(limits, default=None)


def ended_late(thaw: ThawClock, started_at: datetime, ended_at: datetime | None) -> bool:
    """Whether an infusion ended after it had to; False where its end, or the limit, is not known."""
    limit = must_end_by(thaw, started_at)
    return limit is not None and ended_at is not None and ended_at > limit


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def day_0(started_at: datetime, zone: str) -> date:
    """Day 0: the local date at the hub of the instant at which the infusion began (reference 0)."""
    return started_at.astimezone(ZoneInfo(zone)).date()


def ward_ends(day: date, zone: str) -> datetime:
    """The instant at which day +30 is over at the hub: the first moment of day +31, whatever the clocks did."""
    after = day + timedelta(days=WARD_DAYS + 1)
    return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(zone))


@dataclass(frozen=True)
class Repeats:
    """The days of a product's infusions counted from 1, how many days either side, and the last for a later one."""

    days: tuple[int, ...]
    tolerance: int = 0
    latest: int | None = None


def due(repeats: Repeats, number: int, first: date) -> date:
    """The day of a later infusion, counted from the first."""
    return first + timedelta(days=repeats.days[number - 1] - repeats.days[0])


def placed(repeats: Repeats, number: int, first: date, on: date) -> str:
    """Where a later infusion falls: too_early, ok, late_physician_decides or too_late."""
    away = (on - due(repeats, number, first)).days
    if away < -repeats.tolerance:
        return "too_early"
    if away <= repeats.tolerance:
        return "ok"
    latest = first + timedelta(days=(repeats.latest or repeats.days[number - 1]) - repeats.days[0])
    return "late_physician_decides" if on <= latest else "too_late"

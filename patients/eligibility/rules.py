"""What a decision must say, and which flag an answer raises. Pure: no Django, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from patients.eligibility.items import FROM, Item
from patients.referral.rules import refusal_faults

VERSION = "reference 5.2, flags of 11/2026"

ELIGIBLE, NOT_ELIGIBLE, DEFERRED = "eligible", "not_eligible", "deferred"


@dataclass(frozen=True)
class Said:
    """A decision as it is written, before it is taken."""

    kind: str
    reason: str
    deciders: str
    board_on: date
    product: str | None = None
    grounds: tuple[str, ...] = ()
    instead: str = ""
    reassess_on: date | None = None
    decider: str = ""
    conditions: str = ""
    off_label_reason: str = ""


@dataclass(frozen=True)
class Answered:
    """What is recorded of an item: yes (no reservation), no, or None = not known; its value and its day, if any."""

    answer: bool | None = None
    value: Decimal | None = None
    on: date | None = None
    source: str = ""


NO_RESERVATION, WEIGH, RESOLVE_FIRST, NOT_KNOWN = "no_reservation", "weigh", "resolve_first", "not_known"
_WORSE = (NO_RESERVATION, WEIGH, RESOLVE_FIRST)


def flag(item: Item, said: Answered) -> str:
    """The flag of an item: the worse of what was answered and what its value says; never a refusal (reference 5.0).

    A value raises a flag also where nobody answered, or somebody answered yes; without either it is not known.
    """
    by_answer = {True: NO_RESERVATION, False: RESOLVE_FIRST if item.resolve_first else WEIGH, None: NOT_KNOWN}
    found = [one for one in (by_answer[said.answer], _of_value(item, said.value)) if one in _WORSE]
    return max(found, key=_WORSE.index, default=NOT_KNOWN)


def _of_value(item: Item, value: Decimal | None) -> str:
    measure = item.measure
    if measure is None or value is None or not measure.side:
        return NOT_KNOWN

    def beyond(cut: Decimal | None) -> bool:
        return cut is not None and (value >= cut if measure.side == FROM else value < cut)

    if beyond(measure.red):
        return RESOLVE_FIRST
    return WEIGH if beyond(measure.amber) else NO_RESERVATION


def answer_faults(item: Item, said: Answered, *, today: date) -> list[tuple[str, str]]:
    """Pairs (part, reason): a value without a measure or out of its band, a day in the future."""
    found = []
    if said.value is not None:
        if item.measure is None:
            found.append(("value", "no_value_here"))
        elif not item.measure.least <= said.value <= item.measure.most:
            found.append(("value", "implausible"))
    if said.on is not None and said.on > today:
        found.append(("on", "in_the_future"))
    return found


def faults(
    said: Said, *, today: date, resolve_first: Iterable[str] = (), covered: bool = True
) -> list[tuple[str, str]]:
    """Pairs (field, reason) of what is missing or cannot be; none = it may be taken.

    Age and comorbidity alone never carry a refusal (reference 5.0, 10 case a). `resolve_first`: items that somebody
    answered no and that are settled first (5.2): who is eligible all the same is so under conditions, in words.
    `covered`: whether a label covers the case with the product, or may; where none does, a person says why (5.0).
    """
    found = []
    if not said.reason.strip():
        found.append(("reason", "say_why"))
    if not said.deciders.strip():
        found.append(("deciders", "say_who"))
    if said.board_on > today:
        found.append(("board_on", "in_the_future"))
    if said.kind == ELIGIBLE and not said.product:
        found.append(("product", "choose_product"))
    if said.kind == ELIGIBLE and list(resolve_first) and not said.conditions.strip():
        found.append(("conditions", "say_conditions"))
    if said.kind == ELIGIBLE and said.product and not covered and not said.off_label_reason.strip():
        found.append(("off_label_reason", "say_why_off_label"))
    if said.kind == NOT_ELIGIBLE:
        found += [("grounds", code) for code in refusal_faults(said.grounds)]
        if not said.instead.strip():
            found.append(("instead", "say_instead"))
    if said.kind == DEFERRED:
        if said.reassess_on is None:
            found.append(("reassess_on", "say_when"))
        elif said.reassess_on < today:
            found.append(("reassess_on", "in_the_past"))
    return found

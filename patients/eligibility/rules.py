"""What a decision must say. Pure: no Django, no clock."""

from dataclasses import dataclass
from datetime import date

from patients.referral.rules import refusal_faults

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


def faults(said: Said, *, today: date) -> list[tuple[str, str]]:
    """Pairs (field, reason) of what is missing or cannot be; none = it may be taken.

    Age and comorbidity alone never carry a refusal (reference 5.0, 10 case a).
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

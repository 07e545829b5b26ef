"""Where a patient who is already under way may stand, and what each standing says of the way before it. Pure.

A door that was passed before CARPath is passed, whether or not anybody knows on which day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from patients.clinical.days import PartialDate
from patients.followup.rules import NOMINAL_DAYS, restagings_over
from patients.pathway.milestones import KINDS, STAY_EDGES
from patients.pathway.stages import Stage

# In the order of the way: (milestone, the position at which it has been passed).
PASSED_FROM: tuple[tuple[str, str], ...] = (
    ("drafted", "referral"),
    ("referral_sent", "referral"),
    ("taken_on", "eligibility"),
    ("decided", "ordering"),
    ("ordered", "apheresis"),
    ("slot_confirmed", "apheresis"),
    ("registry_eligibility", "apheresis"),
    ("registry_request", "apheresis"),
    ("apheresis_booked", "manufacturing"),
    ("apheresis", "manufacturing"),
    ("shipped", "manufacturing"),
    ("maker_received", "toxicity"),
    ("released", "toxicity"),
    ("shipped_back", "toxicity"),
    ("received", "toxicity"),
    ("lymphodepletion_planned", "lymphodepletion"),
    ("lymphodepletion_started", "lymphodepletion"),
    ("lymphodepletion_ended", "infusion"),
    ("infusion", "toxicity"),
    ("registry_infusion", "followup"),
    ("toxicity_closed", "followup"),
    ("discharged", "followup"),
)


@dataclass(frozen=True)
class Position:
    """A standing: the stages that are over, those that run, and the milestones whose exact day it needs.

    Until the product is in the patient the days of its collection and shipment must be known, and the hub compares
    the product in CARPath before it is given: release and receipt are recorded afterwards, whatever was done before.
    """

    over: tuple[Stage, ...] = ()
    running: tuple[Stage, ...] = ()
    exact: tuple[str, ...] = ()


_TO_DECISION = (Stage.REFERRAL, Stage.ELIGIBILITY)
_TO_COLLECTION = (*_TO_DECISION, Stage.APHERESIS)
_TO_INFUSION = (*_TO_COLLECTION, Stage.MANUFACTURING, Stage.LYMPHODEPLETION, Stage.INFUSION)

POSITIONS: dict[str, Position] = {
    "referral": Position(running=(Stage.REFERRAL,)),
    "eligibility": Position((Stage.REFERRAL,), (Stage.ELIGIBILITY,)),
    "ordering": Position(_TO_DECISION),
    "apheresis": Position(_TO_DECISION),
    "manufacturing": Position(_TO_COLLECTION, (Stage.MANUFACTURING,), ("apheresis", "shipped")),
    "lymphodepletion": Position(
        _TO_COLLECTION,
        (Stage.MANUFACTURING, Stage.LYMPHODEPLETION),
        ("apheresis", "shipped", "lymphodepletion_started"),
    ),
    "infusion": Position(
        (*_TO_COLLECTION, Stage.LYMPHODEPLETION),
        (Stage.MANUFACTURING,),
        ("apheresis", "shipped", "lymphodepletion_started", "lymphodepletion_ended"),
    ),
    "toxicity": Position(_TO_INFUSION, (Stage.TOXICITY, Stage.FOLLOWUP), ("infusion",)),
    "followup": Position((*_TO_INFUSION, Stage.TOXICITY), (Stage.FOLLOWUP,)),
}
ORDER = tuple(POSITIONS)
# Decided for a product. Of somebody who was infused elsewhere long ago even the product may not be known.
WITH_PRODUCT = ORDER[ORDER.index("ordering") : ORDER.index("followup")]
WITH_CELLS = ("manufacturing", "lymphodepletion", "infusion")  # collected and not yet given
# What is compared and recorded in CARPath as long as a bag is still to be given.
TO_BE_RECEIVED = ("maker_received", "released", "shipped_back", "received")
# The days that are asked for, in the order of the way; the others say nothing that a reader needs.
ASKED: tuple[str, ...] = (
    "referral_sent",
    "taken_on",
    "decided",
    "ordered",
    "apheresis",
    "shipped",
    "received",
    "lymphodepletion_started",
    "lymphodepletion_ended",
    "infusion",
    "infusion_2",
    "discharged",
    "toxicity_closed",
    *NOMINAL_DAYS,
)
# Neither is part of a stay in the order of the way: a day of theirs bounds nothing.
_BESIDE = frozenset(
    {
        "drafted",
        "registry_eligibility",
        "registry_request",
        "registry_infusion",
        "apheresis_booked",
        "lymphodepletion_planned",
        "discharged",
    }
)

Known = Mapping[str, PartialDate]


def cells_to_come(position: str, known: Known, repeats: bool) -> bool:
    """Whether cells are still to be given: none yet, or the second dose of a product that has one (`repeats`)."""
    return position in WITH_CELLS or (position == "toxicity" and repeats and "infusion_2" not in known)


def over(position: str, cells: bool) -> tuple[Stage, ...]:
    """The stages that are over; the product of cells still to come is received in CARPath."""
    stages = POSITIONS[position].over
    return tuple(stage for stage in stages if not (cells and stage in (Stage.APHERESIS, Stage.MANUFACTURING)))


def passed(position: str, known: Known, today: date, *, cells: bool = False) -> list[str]:
    """The milestones that lie behind a patient at a position, in the order of the way. `cells`: as cells_to_come.

    A PET whose day is told has been, one whose nominal day is over under every reading was passed, known or not.
    """
    here = ORDER.index(position)
    behind = [code for code, at in PASSED_FROM if ORDER.index(at) <= here]
    if position not in ("toxicity", "followup"):
        return behind
    if cells:
        behind = [code for code in behind if code not in TO_BE_RECEIVED]
    behind += [code for code in ("infusion_2", "discharged") if code in known and code not in behind]
    restaged = restagings_over(known["infusion"].latest, today) if "infusion" in known else []
    return behind + [code for code in NOMINAL_DAYS if code in known or code in restaged]


def faults(position: str, known: Known, today: date, *, cells: bool = False) -> list[tuple[str, str]]:
    """Pairs (milestone, reason): `exact_day_needed`, `after_position`, `received_here` where cells are to come."""
    behind = passed(position, known, today, cells=cells)
    here = TO_BE_RECEIVED if position == "toxicity" and cells else ()
    found = [(code, "received_here" if code in here else "after_position") for code in known if code not in behind]
    needed = POSITIONS[position].exact + (("apheresis", "shipped") if here else ())
    return found + [(code, "exact_day_needed") for code in needed if code not in known or not known[code].is_exact]


def ended_by(stage: Stage, known: Known, today: date) -> date:
    """The last day on which a stay that is over can have ended: its own, else the first known one that came later."""
    order = [kind.code for kind in KINDS if kind.code not in _BESIDE]
    end = STAY_EDGES[stage][1]
    later = [known[code].latest for code in order[order.index(end) :] if code in known]
    return min([*later, today])


def begun_on(stage: Stage, known: Known) -> date | None:
    """The day on which a stay began, where it is known to the day."""
    first = known.get(STAY_EDGES[stage][0])
    return first.earliest if first is not None and first.is_exact else None

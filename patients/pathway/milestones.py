"""The dated facts that every room writes down: code, stage, and whether order between them is fixed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from patients.clinical.days import PartialDate, is_impossible_order
from patients.pathway.stages import Stage


@dataclass(frozen=True)
class MilestoneKind:
    """A kind of milestone. `not_before`: milestones that cannot come after it, whatever happened."""

    code: str
    stage: Stage
    not_before: tuple[str, ...] = ()


KINDS: tuple[MilestoneKind, ...] = (
    MilestoneKind("drafted", Stage.REFERRAL),
    MilestoneKind("referral_sent", Stage.REFERRAL),
    MilestoneKind("more_asked", Stage.REFERRAL, ("referral_sent",)),
    MilestoneKind("more_answered", Stage.REFERRAL, ("referral_sent",)),
    MilestoneKind("taken_on", Stage.REFERRAL, ("referral_sent",)),
    MilestoneKind("decided", Stage.ELIGIBILITY, ("taken_on",)),
    MilestoneKind("ordered", Stage.ELIGIBILITY, ("decided",)),
    MilestoneKind("slot_confirmed", Stage.ELIGIBILITY, ("ordered",)),
    MilestoneKind("registry_eligibility", Stage.ELIGIBILITY, ("taken_on",)),
    MilestoneKind("registry_request", Stage.ELIGIBILITY, ("registry_eligibility",)),
    MilestoneKind("apheresis_booked", Stage.APHERESIS),
    MilestoneKind("apheresis", Stage.APHERESIS, ("decided",)),
    MilestoneKind("shipped", Stage.MANUFACTURING, ("apheresis",)),
    MilestoneKind("maker_received", Stage.MANUFACTURING, ("shipped",)),
    MilestoneKind("out_of_specification", Stage.MANUFACTURING, ("shipped", "maker_received")),
    MilestoneKind("released", Stage.MANUFACTURING, ("shipped", "maker_received", "out_of_specification")),
    MilestoneKind("shipped_back", Stage.MANUFACTURING, ("released",)),
    MilestoneKind("received", Stage.MANUFACTURING, ("shipped", "shipped_back")),
    MilestoneKind("lymphodepletion_planned", Stage.LYMPHODEPLETION),
    MilestoneKind("criteria_confirmed", Stage.LYMPHODEPLETION, ("decided",)),
    MilestoneKind("lymphodepletion_started", Stage.LYMPHODEPLETION, ("received",)),
    MilestoneKind("lymphodepletion_omitted", Stage.LYMPHODEPLETION, ("received",)),
    MilestoneKind("lymphodepletion_ended", Stage.LYMPHODEPLETION, ("lymphodepletion_started",)),
    MilestoneKind(
        "infusion", Stage.INFUSION, ("received", "apheresis", "lymphodepletion_ended", "lymphodepletion_omitted")
    ),
    MilestoneKind("registry_infusion", Stage.INFUSION, ("infusion",)),
    MilestoneKind("infusion_2", Stage.INFUSION, ("infusion",)),
    MilestoneKind("toxicity_closed", Stage.TOXICITY, ("infusion",)),
    MilestoneKind("discharged", Stage.TOXICITY, ("infusion",)),
    MilestoneKind("pet_30", Stage.FOLLOWUP, ("infusion",)),
    MilestoneKind("pet_90", Stage.FOLLOWUP, ("infusion",)),
    MilestoneKind("pet_180", Stage.FOLLOWUP, ("infusion",)),
    MilestoneKind("pet_365", Stage.FOLLOWUP, ("infusion",)),
    MilestoneKind("registry_outcome", Stage.FOLLOWUP, ("infusion",)),
    MilestoneKind("next_follow_up", Stage.FOLLOWUP),  # only ever planned: the next visit or restaging
    MilestoneKind("handed_over", Stage.FOLLOWUP, ("infusion",)),
    MilestoneKind("followup_ended", Stage.FOLLOWUP, ("infusion",)),
    MilestoneKind("death_reported", Stage.FOLLOWUP),
)
# Facts for which the patient was there, alive; the others are office work, which may come after an unknown death.
NEEDS_LIFE: frozenset[str] = frozenset(
    {
        "apheresis",
        "lymphodepletion_started",
        "lymphodepletion_ended",
        "infusion",
        "infusion_2",
        "discharged",
        "pet_30",
        "pet_90",
        "pet_180",
        "pet_365",
    }
)
BY_CODE: dict[str, MilestoneKind] = {kind.code: kind for kind in KINDS}


# Which milestones begin and end a stay.
STAY_EDGES: dict[Stage, tuple[str | None, str | None]] = {
    Stage.REFERRAL: ("referral_sent", "taken_on"),
    Stage.ELIGIBILITY: ("taken_on", "decided"),
    Stage.APHERESIS: ("apheresis", "apheresis"),
    Stage.MANUFACTURING: ("shipped", "received"),
    Stage.LYMPHODEPLETION: ("lymphodepletion_started", "lymphodepletion_ended"),
    Stage.INFUSION: ("infusion", "infusion"),
    Stage.TOXICITY: ("infusion", "toxicity_closed"),
    Stage.FOLLOWUP: ("infusion", None),
}


def _earlier(code: str) -> tuple[str, ...]:
    """Every milestone that cannot come after this one, through those between that nobody may know the day of."""
    found: dict[str, None] = {}
    for before in BY_CODE[code].not_before:
        found |= dict.fromkeys((before, *_earlier(before)))
    return tuple(found)


EARLIER: dict[str, tuple[str, ...]] = {kind.code: _earlier(kind.code) for kind in KINDS}


def order_faults(actual: Mapping[str, date | PartialDate | None]) -> list[tuple[str, str]]:
    """Pairs (later, earlier) of milestones whose days stand in an order that is impossible under every reading."""
    return [
        (kind.code, before)
        for kind in KINDS
        for before in EARLIER[kind.code]
        if actual.get(kind.code) and actual.get(before) and is_impossible_order(actual[before], actual[kind.code])
    ]

"""Which next steps are open, and who has the ball. Pure: no Django, no clock.

Every step follows from milestones alone, so that no open pathway can be without one: a step is open when all milestones
it needs are actual and the one it waits for is not. What later rooms know reaches this table as milestones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from patients.clinical.days import on_day
from patients.pathway.stages import ORDER, Stage


@dataclass(frozen=True)
class StepRule:
    """One row of the map of steps.

    `needs`: milestones that have happened; `until`: the milestone that closes the step; `unless`: milestones whose
    happening makes it pointless; `owner`: role; `at`: "hub" or "referring"; `promise`: the hub's promise that sets its
    due time, counted from the latest needed milestone, where the awaited milestone has no plan of its own; `restarts`:
    milestones that are not needed but start its time anew; `planned_only`: open only while the awaited milestone has a
    plan (a second infusion, where the product has one); `due_with`: a milestone whose plan says when it is due, where
    the awaited one has none; `on_day`: its own day, counted from day 0: where only month or year of the infusion is
    known the latest possible one, and while nobody knows anything of it the step is not open; `learns_day`: open while
    the awaited milestone lies before CARPath on a day that is not known to the day.
    """

    code: str
    stage: Stage
    needs: tuple[str, ...]
    until: str
    owner: str
    at: str = "hub"
    promise: str | None = None
    unless: tuple[str, ...] = ()
    restarts: tuple[str, ...] = ()
    next_owner: str | None = None
    planned_only: bool = False
    due_with: str | None = None
    on_day: int | None = None
    learns_day: bool = False


# In the order in which a patient meets them. Codes of milestones: patients/pathway/milestones.py.
STEP_RULES: tuple[StepRule, ...] = (
    StepRule(
        "send_referral",
        Stage.REFERRAL,
        ("drafted",),
        "referral_sent",
        "referral_haematologist",
        "referring",
        promise="referral_sending",
        next_owner="hub_coordinator",
    ),
    StepRule(
        "answer_referral",
        Stage.REFERRAL,
        ("referral_sent",),
        "taken_on",
        "hub_coordinator",
        promise="referral_answer",
        unless=("more_asked",),
        restarts=("more_answered",),
        next_owner="hub_haematologist",
    ),
    StepRule(
        "answer_hub_questions",
        Stage.REFERRAL,
        ("referral_sent", "more_asked"),
        "taken_on",
        "referral_haematologist",
        "referring",
        promise="more_answer",
        next_owner="hub_coordinator",
    ),
    StepRule(
        "decide_eligibility",
        Stage.ELIGIBILITY,
        ("taken_on",),
        "decided",
        "hub_haematologist",
        promise="board",
        next_owner="hub_coordinator",
    ),
    StepRule(
        "place_order",
        Stage.ELIGIBILITY,
        ("decided",),
        "ordered",
        "hub_coordinator",
        promise="order",
        next_owner="hub_coordinator",
    ),
    StepRule(
        "confirm_slot",
        Stage.ELIGIBILITY,
        ("ordered",),
        "slot_confirmed",
        "hub_coordinator",
        promise="slot",
        next_owner="apheresis_unit",
    ),
    StepRule(
        "book_apheresis",
        Stage.APHERESIS,
        ("slot_confirmed",),
        "apheresis_booked",
        "hub_coordinator",
        promise="apheresis_booking",
        unless=("apheresis",),
        next_owner="apheresis_unit",
    ),
    StepRule(
        "collect_cells",
        Stage.APHERESIS,
        ("apheresis_booked",),
        "apheresis",
        "apheresis_unit",
        promise="apheresis",
        next_owner="cell_laboratory",
    ),
    StepRule(
        "ship_cells",
        Stage.MANUFACTURING,
        ("apheresis",),
        "shipped",
        "cell_laboratory",
        promise="shipment",
        next_owner="hub_coordinator",
    ),
    StepRule(
        "confirm_release",
        Stage.MANUFACTURING,
        ("shipped",),
        "released",
        "hub_coordinator",
        promise="release",
        unless=("out_of_specification",),
        next_owner="cell_laboratory",
    ),
    StepRule(
        "settle_out_of_specification",
        Stage.MANUFACTURING,
        ("shipped", "out_of_specification"),
        "released",
        "hub_haematologist",
        promise="out_of_specification",
        next_owner="cell_laboratory",
    ),
    StepRule(
        "receive_product",
        Stage.MANUFACTURING,
        ("released",),
        "received",
        "cell_laboratory",
        promise="receipt",
        next_owner="hub_haematologist",
    ),
    StepRule(
        "plan_lymphodepletion",
        Stage.LYMPHODEPLETION,
        ("received",),
        "lymphodepletion_planned",
        "hub_haematologist",
        promise="lymphodepletion_plan",
        unless=("lymphodepletion_omitted",),
        next_owner="nurse",
    ),
    StepRule(
        "state_criteria",
        Stage.LYMPHODEPLETION,
        ("received",),
        "criteria_confirmed",
        "hub_haematologist",
        promise="lymphodepletion",
        unless=("lymphodepletion_started", "lymphodepletion_omitted"),
        next_owner="nurse",
    ),
    StepRule(
        "give_lymphodepletion",
        Stage.LYMPHODEPLETION,
        ("lymphodepletion_planned",),
        "lymphodepletion_ended",
        "nurse",
        promise="lymphodepletion",
        unless=("lymphodepletion_omitted",),
        next_owner="hub_haematologist",
    ),
    StepRule(
        "infuse",
        Stage.INFUSION,
        ("lymphodepletion_ended",),
        "infusion",
        "hub_haematologist",
        promise="infusion",
        next_owner="nurse",
    ),
    StepRule(
        "infuse",
        Stage.INFUSION,
        ("lymphodepletion_omitted",),
        "infusion",
        "hub_haematologist",
        promise="infusion",
        unless=("lymphodepletion_ended",),
        next_owner="nurse",
    ),
    StepRule(
        "learn_infusion_day",
        Stage.INFUSION,
        ("infusion",),
        "infusion",
        "hub_coordinator",
        promise="infusion_day",
        next_owner="hub_haematologist",
        learns_day=True,
    ),
    StepRule(
        "infuse_again",
        Stage.INFUSION,
        ("infusion",),
        "infusion_2",
        "hub_haematologist",
        next_owner="nurse",
        planned_only=True,
    ),
    StepRule(
        "watch_toxicity",
        Stage.TOXICITY,
        ("infusion",),
        "toxicity_closed",
        "nurse",
        promise="toxicity_watch",
        next_owner="hub_haematologist",
    ),
    StepRule(
        "restage_day_30",
        Stage.FOLLOWUP,
        ("infusion",),
        "pet_30",
        "hub_haematologist",
        next_owner="referral_haematologist",
        on_day=30,  # reference 6.2
    ),
    StepRule(
        "follow_up",
        Stage.FOLLOWUP,
        ("infusion", "toxicity_closed", "pet_30"),
        "followup_ended",
        "hub_haematologist",
        promise="follow_up",
        unless=("handed_over",),
        restarts=("pet_90", "pet_180", "pet_365"),
        due_with="next_follow_up",
    ),
    StepRule(
        "follow_up_there",
        Stage.FOLLOWUP,
        ("infusion", "toxicity_closed", "pet_30", "handed_over"),
        "followup_ended",
        "referral_haematologist",
        "referring",
        promise="follow_up",
        restarts=("pet_90", "pet_180", "pet_365"),
        due_with="next_follow_up",
    ),
    StepRule(
        "registry_eligibility",
        Stage.ELIGIBILITY,
        ("decided",),
        "registry_eligibility",
        "hub_coordinator",
        promise="registry_eligibility",
    ),
    StepRule(
        "registry_request",
        Stage.ELIGIBILITY,
        ("ordered", "registry_eligibility"),
        "registry_request",
        "hub_coordinator",
        promise="registry_request",
    ),
    StepRule(
        "registry_infusion",
        Stage.INFUSION,
        ("infusion",),
        "registry_infusion",
        "hub_coordinator",
        promise="registry_infusion",
    ),
    StepRule(
        "registry_outcome",
        Stage.FOLLOWUP,
        ("infusion", "pet_180"),
        "registry_outcome",
        "hub_coordinator",
        promise="registry_outcome",
    ),
)

# They ask for a day from which the others are counted, and so come before them.
FIRST: frozenset[str] = frozenset(rule.code for rule in STEP_RULES if rule.learns_day)

# They stop all else until they are settled, however late another step is.
STOPS: frozenset[str] = frozenset({"resolve_identity_incident"})

# Paper that no stage waits for: these steps never have the ball, and an open pathway always has another step besides.
PAPERWORK: frozenset[str] = frozenset(
    {"registry_eligibility", "registry_request", "registry_infusion", "registry_outcome"}
)

# Steps beside the way: they never have the ball, and stand though the pathway is closed.
ASIDE: frozenset[str] = frozenset({"ring_referrer", "registry_death_form", "confirm_death_undo"})


@dataclass(frozen=True)
class Planned:
    """A milestone's plan and fact, as local days (its instant too, where the hour matters).

    `before`: it happened before the patient was brought in, its day may not be known; `latest`: the last day that it
    can have been, where its month or year is known.
    """

    planned_on: date | None = None
    actual_on: date | None = None
    actual_at: datetime | None = None
    before: bool = False
    latest: date | None = None

    @property
    def happened(self) -> bool:
        return self.actual_on is not None or self.before

    @property
    def known_by(self) -> date | None:
        """The day on which it had happened under every reading; None while nothing is known of it."""
        return self.actual_on or self.latest


@dataclass(frozen=True)
class OpenStep:
    """A step that the map says is open: its rule, the milestone it counts from, and the day planned for its end."""

    rule: StepRule
    since: str
    planned_on: date | None


def open_steps(milestones: Mapping[str, Planned], came_on: date | None = None) -> list[OpenStep]:
    """The steps that are open now, in the order of the map.

    `came_on`: the day on which the patient was brought in: what happened before, nobody knows when, had happened by it.
    """

    def happened(code: str) -> bool:
        return code in milestones and milestones[code].happened

    def happened_by(code: str) -> date:
        return milestones[code].known_by or came_on or date.min

    found = []
    for rule in STEP_RULES:
        if not all(map(happened, rule.needs)) or any(map(happened, rule.unless)):
            continue
        if milestones[rule.until].actual_on is not None if rule.learns_day else happened(rule.until):
            continue
        counted = [*rule.needs, *filter(happened, rule.restarts)]
        since = max(counted, key=lambda code: (happened_by(code), counted.index(code)))
        planned = _planned(rule, milestones)
        if planned is None and (rule.planned_only or rule.on_day is not None):
            continue
        found.append(OpenStep(rule, since, planned))
    return found


def _planned(rule: StepRule, milestones: Mapping[str, Planned]) -> date | None:
    """The day planned for the end of a step: as a milestone's plan says, else its own day after the infusion."""
    if rule.learns_day:
        return None
    planned = next((milestones[code].planned_on for code in (rule.until, rule.due_with) if code in milestones), None)
    if planned is not None or rule.on_day is None:
        return planned
    infused = milestones["infusion"].known_by
    return None if infused is None else on_day(rule.on_day, day_0=infused)


@dataclass(frozen=True)
class BallCandidate:
    """What the choice of the ball looks at, per open step.

    `blocks_on`: the nearest planned milestone it blocks; `first`: nothing else can be dated, or may go on, before it
    is done.
    """

    key: object
    stage: Stage
    due_at: datetime
    blocks_on: date | None = None
    first: bool = False


def ball(candidates: Iterable[BallCandidate]) -> object | None:
    """The key of the step that has the ball: it blocks the nearest milestone, then is due first, then by stage.

    Before all: a step that stops the others, and one that learns a day from which they are counted.
    Follow-up runs beside the toxicity watch and counts once that has closed: until then the ward has the ball, though
    a PET has its planned day and the watch has none.
    """
    found = list(candidates)
    watched = any(step.stage is Stage.TOXICITY for step in found)
    ordered = sorted(
        found,
        key=lambda step: (
            not step.first,
            watched and step.stage is Stage.FOLLOWUP,
            step.blocks_on or date.max,
            step.due_at,
            ORDER.index(step.stage),
        ),
    )
    return ordered[0].key if ordered else None

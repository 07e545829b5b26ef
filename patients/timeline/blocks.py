"""What stops the next stage, in words: the milestones it waits for, who is to bring them, and what rooms ask."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit.shown import Block, Link
from patients.pathway import addresses
from patients.pathway.models import Pathway, Step
from patients.pathway.shown import Standing, is_mine, late_words, short_day, step_due, step_owner, step_words
from patients.pathway.stages import MAIN_LINE, Stage
from patients.pathway.steps import STEP_RULES

# What must have happened before a stage may start, in order.
NEEDED: dict[Stage, tuple[str, ...]] = {
    Stage.ELIGIBILITY: ("referral_sent", "taken_on"),
    Stage.APHERESIS: ("decided", "ordered", "slot_confirmed", "apheresis_booked"),
    Stage.MANUFACTURING: ("apheresis", "shipped"),
    Stage.LYMPHODEPLETION: ("released", "received", "lymphodepletion_planned", "criteria_confirmed"),
    Stage.INFUSION: ("lymphodepletion_started", "lymphodepletion_ended"),
    Stage.TOXICITY: ("infusion",),
    Stage.FOLLOWUP: ("toxicity_closed",),
}
MISSING = {
    "referral_sent": gettext_lazy("The referral is not sent yet"),
    "taken_on": gettext_lazy("The hub has not answered yet"),
    "decided": gettext_lazy("Eligibility is not decided yet"),
    "ordered": gettext_lazy("The product is not ordered yet"),
    "slot_confirmed": gettext_lazy("The manufacturing slot is not confirmed"),
    "apheresis_booked": gettext_lazy("No apheresis chair is booked"),
    "apheresis": gettext_lazy("The cells are not collected yet"),
    "shipped": gettext_lazy("The cells have not left for the maker"),
    "released": gettext_lazy("The maker has not released the product"),
    "received": gettext_lazy("The product is not at the hub yet"),
    "lymphodepletion_planned": gettext_lazy("Lymphodepletion is not planned"),
    "criteria_confirmed": gettext_lazy("Nobody has stated that the criteria still hold"),
    "lymphodepletion_started": gettext_lazy("Lymphodepletion has not started"),
    "lymphodepletion_ended": gettext_lazy("Lymphodepletion is not finished"),
    "infusion": gettext_lazy("The cells are not infused yet"),
    "toxicity_closed": gettext_lazy("The toxicity watch is still open"),
}


def next_stage(standing: Standing) -> Stage | None:
    """The stage that comes next on the main line; None at its end."""
    here = standing.where
    if here is None:
        return None
    place = MAIN_LINE.index(here)
    return MAIN_LINE[place + 1] if place + 1 < len(MAIN_LINE) else None


def what_stops(standing: Standing) -> list[Block]:
    """Why the next stage cannot start yet; nothing for a closed or imported pathway."""
    stage = next_stage(standing)
    if stage is None or standing.pathway.status == Pathway.Status.CLOSED or not standing.access.reads("status"):
        return []
    steps = {step.code: step for step in standing.open_steps}
    closing = {rule.until: steps[rule.code] for rule in STEP_RULES if rule.code in steps}
    blocks = [_missing(standing, code, closing.get(code)) for code in NEEDED[stage] if not standing.happened(code)]
    if standing.pathway.status == Pathway.Status.ON_HOLD:
        blocks.insert(0, Block(_("The pathway is on hold"), standing.pathway.hold_reason, "no"))
    asked = [step for step in standing.open_steps if step.origin != "map" and step.blocks_on is not None]
    return blocks + [_asked(standing, step) for step in asked]


def _needed(standing: Standing, stage: Stage) -> tuple[str, ...]:
    """What a stage waits for; an infusion without lymphodepletion does not wait for it."""
    left_out = stage == Stage.INFUSION and standing.happened("lymphodepletion_omitted")
    return () if left_out else NEEDED[stage]


def _missing(standing: Standing, code: str, step: Step | None) -> Block:
    planned = standing.planned(code)
    words = [_("planned %(day)s") % {"day": short_day(planned, standing.today)}] if planned else []
    if step is None:
        return Block(str(MISSING[code]), " · ".join(words), "waiting" if planned else "unknown")
    return _of_step(standing, step, str(MISSING[code]), words)


def _asked(standing: Standing, step: Step) -> Block:
    return _of_step(standing, step, step_words(step), [])


def _of_step(standing: Standing, step: Step, title: str, words: list[str]) -> Block:
    late = late_words(step.due_at, standing.zone)
    who = _("You") if is_mine(step, standing.user) else step_owner(step)
    words = [f"{who}, {step.centre.name}", *words, late or step_due(step, standing.zone)]
    url = addresses.of_step(step.code, step.pathway_id, standing.access.permissions)
    act = Link(_("Do it"), url) if url else None
    return Block(title, " · ".join(words), "no" if late else "waiting", act)

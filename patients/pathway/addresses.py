"""Where the act of a step is done: URL names and the permission they ask for. Names are no imports.

A room adds the steps that it opens itself; a step without a row here leads to the pathway page.
"""

from uuid import UUID

from django.urls import NoReverseMatch, reverse

# code of a step: (name of its page, permission that the page asks for)
STEP_PAGES: dict[str, tuple[str, str]] = {
    "send_referral": ("referral:draft", "referral.submit"),
    "answer_referral": ("referral:answer", "referral.answer"),
    "answer_hub_questions": ("referral:reply", "referral.submit"),
    "decide_eligibility": ("eligibility:decide", "eligibility.decide"),
    "place_order": ("ordering:order", "ordering.record"),
    "confirm_slot": ("ordering:order", "ordering.record"),
    "book_apheresis": ("apheresis:book", "apheresis.book"),
    "collect_cells": ("apheresis:record", "apheresis.record"),
    "ship_cells": ("manufacturing:ship", "manufacturing.record"),
    "confirm_release": ("manufacturing:release", "manufacturing.record"),
    "receive_product": ("manufacturing:receive", "manufacturing.record"),
    "registry_eligibility": ("ordering:registry", "registry.write"),
    "registry_request": ("ordering:registry", "registry.write"),
    "registry_infusion": ("ordering:registry", "registry.write"),
    "registry_outcome": ("ordering:registry", "registry.write"),
    "plan_lymphodepletion": ("lymphodepletion:plan", "lymphodepletion.plan"),
    "state_criteria": ("bridging:criteria", "eligibility.decide"),
    "look_at_infection": ("bridging:look", "referral.answer"),
    "look_at_progression": ("bridging:look", "referral.answer"),
    "look_at_new_drug": ("bridging:look", "referral.answer"),
    "give_lymphodepletion": ("lymphodepletion:record", "lymphodepletion.record"),
    "infuse": ("infusion:record", "infusion.record"),
    "learn_infusion_day": ("pathway:correct", "pathway.hold"),
    "infuse_again": ("infusion:record", "infusion.record"),
    "watch_toxicity": ("toxicity:sheet", "toxicity.record"),
    "tell_doctor": ("toxicity:sheet", "toxicity.record"),
    "confirm_grade": ("toxicity:sheet", "toxicity.confirm"),
    "confirm_grade_again": ("toxicity:sheet", "toxicity.confirm"),
    "restage_day_30": ("followup:restage", "followup.record"),
    "registry_death_form": ("pathway:registry_death", "death.record"),
    "confirm_death_undo": ("pathway:death_undo", "death.record"),
    "follow_up": ("followup:course", "followup.record"),
    "follow_up_there": ("followup:course", "followup.record"),
    "settle_indeterminate": ("followup:restage", "followup.record"),
    "take_follow_up": ("followup:hand_over", "followup.record"),
    "ring_referrer": ("referral:dossier", "referral.answer"),
    "resolve_identity_incident": ("infusion:incident", "identity.resolve"),
    "settle_out_of_specification": ("manufacturing:accept", "infusion.record"),
}


def page(url_name: str, pathway_id: UUID) -> str:
    """The address of a page of a pathway, "" while no room has built it."""
    try:
        return reverse(url_name, args=[pathway_id])
    except NoReverseMatch:
        return ""


def of_step(code: str, pathway_id: UUID, permissions: frozenset[str]) -> str:
    """Where the holder of these permissions does a step; "" when they may not, or there is no page for it."""
    url_name, permission = STEP_PAGES.get(code, ("", ""))
    return page(url_name, pathway_id) if permission in permissions else ""

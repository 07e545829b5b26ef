"""The words of stages, milestones, steps and refusals that every room shares."""

from django.utils.translation import gettext_lazy as _

from patients.audit.refusals import Reason
from patients.pathway.stages import Stage

STAGES = {
    Stage.REFERRAL: _("Referral"),
    Stage.ELIGIBILITY: _("Eligibility"),
    Stage.APHERESIS: _("Apheresis"),
    Stage.MANUFACTURING: _("Manufacturing"),
    Stage.BRIDGING: _("Bridging"),
    Stage.LYMPHODEPLETION: _("Lymphodepletion"),
    Stage.INFUSION: _("Infusion"),
    Stage.TOXICITY: _("Toxicity"),
    Stage.FOLLOWUP: _("Follow-up"),
}

MILESTONES = {
    "drafted": _("Referral begun"),
    "referral_sent": _("Referral sent"),
    "more_asked": _("More asked for"),
    "more_answered": _("Hub's questions answered"),
    "taken_on": _("Taken on by the hub"),
    "decided": _("Eligibility decided"),
    "ordered": _("Order placed"),
    "slot_confirmed": _("Slot confirmed"),
    "apheresis_booked": _("Apheresis booked"),
    "apheresis": _("Apheresis"),
    "shipped": _("Cells shipped"),
    "maker_received": _("Cells at the maker"),
    "out_of_specification": _("Product out of specification"),
    "released": _("Product released"),
    "shipped_back": _("Product shipped back"),
    "received": _("Product received at the hub"),
    "lymphodepletion_planned": _("Lymphodepletion planned"),
    "criteria_confirmed": _("Criteria confirmed before lymphodepletion"),
    "lymphodepletion_started": _("Lymphodepletion started"),
    "lymphodepletion_omitted": _("Lymphodepletion left out"),
    "lymphodepletion_ended": _("Lymphodepletion ended"),
    "infusion": _("Infusion"),
    "infusion_2": _("Second infusion"),
    "toxicity_closed": _("Toxicity watch closed"),
    "discharged": _("Discharged"),
    "pet_30": _("PET day +30"),
    "pet_90": _("PET day +90"),
    "pet_180": _("PET day +180"),
    "pet_365": _("PET day +365"),
    "next_follow_up": _("Next visit or restaging"),
    "handed_over": _("Follow-up taken by the referring centre"),
    "followup_ended": _("Follow-up ended"),
    "death_reported": _("Death reported to the registry"),
    "registry_eligibility": _("AIFA registry: eligibility form"),
    "registry_request": _("AIFA registry: request form"),
    "registry_infusion": _("AIFA registry: infusion form"),
    "registry_outcome": _("AIFA registry: outcome form"),
}

STEPS = {
    "send_referral": _("Send the referral"),
    "answer_referral": _("Answer the referral"),
    "answer_hub_questions": _("Answer the hub's questions"),
    "decide_eligibility": _("Decide eligibility"),
    "place_order": _("Place the maker's order"),
    "confirm_slot": _("Confirm the manufacturing slot"),
    "book_apheresis": _("Book the apheresis chair"),
    "collect_cells": _("Collect the cells"),
    "ship_cells": _("Ship the cells to the maker"),
    "confirm_release": _("Confirm the product's release"),
    "receive_product": _("Receive the product, two people check identity"),
    "plan_lymphodepletion": _("Plan lymphodepletion"),
    "state_criteria": _("State whether the criteria still hold"),
    "look_at_infection": _("Look at the infection that was told"),
    "look_at_progression": _("Look at the progression that was told"),
    "look_at_new_drug": _("Look at the new drug that was told"),
    "give_lymphodepletion": _("Give lymphodepletion"),
    "infuse": _("Infuse, two people check identity"),
    "learn_infusion_day": _("Record the infusion day: it is not known"),
    "infuse_again": _("Give the second infusion, two people check identity"),
    "watch_toxicity": _("Assess toxicity every day"),
    "restage_day_30": _("Restaging PET of day +30"),
    "follow_up": _("Next follow-up visit"),
    "registry_eligibility": _("Fill in the AIFA registry: eligibility"),
    "registry_request": _("Fill in the AIFA registry: request"),
    "registry_infusion": _("Fill in the AIFA registry: infusion"),
    "registry_outcome": _("Fill in the AIFA registry: outcome"),
    "follow_up_there": _("Next follow-up visit, at the referring centre"),
    "settle_indeterminate": _("Settle the indeterminate restaging: biopsy or repeat PET"),
    "take_follow_up": _("Take over follow-up"),
    "ring_referrer": _("Ring %(who)s, %(centre)s, %(phone)s: they asked for the same person"),
    "registry_death_form": _("Fill in the registry's death form"),
    "confirm_death_undo": _("Confirm that the death was entered in error, or that it stands"),
    "resolve_identity_incident": _("Resolve the identity incident"),
    "settle_out_of_specification": _("Decide on the product out of specification"),
    "tell_doctor": _("Tell the doctor about the last set"),
    "confirm_grade": _("Confirm the toxicity grades"),
    "confirm_grade_again": _("Confirm the grades again: their facts changed"),
}

# Promises of steps that rooms open themselves, and figures that a date is measured against.
PROMISES = {
    "follow_up_taken": STEPS["take_follow_up"],
    "registry_death": STEPS["registry_death_form"],
    "vein_to_vein_target": _("Vein-to-vein, target"),
    "vein_to_vein_limit": _("Vein-to-vein, most"),
}

EXIT_REASONS = {
    "not_in_indication": _("Not in the indication"),
    "decision_against": _("Decision against CAR-T"),
    "patient_refusal": _("The patient declined"),
    "progression_before_apheresis": _("Progression before apheresis"),
    "death_before_infusion": _("Death before infusion"),
    "apheresis_failure": _("Apheresis failed"),
    "manufacturing_failure": _("Manufacturing failed"),
    "worsening_in_waiting": _("Worsened while waiting"),
    "infection": _("Infection"),
    "organ_toxicity": _("Organ toxicity"),
    "response_after_bridging": _("Response after bridging"),
    "other_therapy": _("Another therapy chosen"),
    "second_cancer": _("Second cancer"),
    "lost": _("Lost to follow-up"),
    "death_after_infusion": _("Death after infusion"),
    "transfer": _("Transferred to another hub"),
    "completed": _("Completed"),
    "imported": _("Imported study"),
}

DEATH_CAUSES = {
    "progression": _("The disease"),
    "infection": _("Infection"),
    "crs": "CRS",
    "icans": "ICANS",
    "iec_hs": "IEC-HS",
    "other": _("Another cause"),
}

IDENTIFIERS = {
    "patient": _("Patient"),
    "product": _("Product"),
    "collection": _("Collection"),
    "expiry": _("Expiry date"),
}

REFUSALS = {
    "course_already_open": _("A course of CAR-T is already open for this patient."),
    "in_the_future": _("This lies in the future: record it when it has happened."),
    "impossible_order": _("“%(later)s” cannot come before “%(earlier)s”."),
    "door_closed": _("The stage “%(stage)s” cannot start yet: the stage before it is not finished."),
    "stage_open": _("The stage “%(stage)s” is already open."),
    "no_referring_centre": _("No centre referred this patient."),
    "not_open": _("This pathway is not open."),
    "not_on_hold": _("This pathway is not on hold."),
    "already_closed": _("This pathway is already closed."),
    "already_recorded": _("This is already recorded."),
    "same_person": _("You have checked already: a different person makes the second check."),
    "already_checked": _("Two people have checked already."),
    "incident_open": _("Stopped: an identity check did not match. Two people must resolve it first."),
    "no_incident": _("No identity incident is open."),
    "wrong_password": _("E-mail and password do not belong together."),
    "too_many_passwords": _("Too many wrong passwords: wait a quarter of an hour, or check under the own log-in."),
    "may_not_check": _("This colleague may not check identity for this patient."),
    "incident_resolved": _("This incident is already resolved."),
    "same_person_resolves": _("You have given your reason already: a second person gives theirs."),
    "reason_missing": _("Write the reason."),
    "identifier_empty": _("Write the identifier."),
    "identifier_taken": _("This identifier already belongs to another course: read it again on the label."),
    "identifier_unknown": _("Nothing is recorded to compare this with."),
    "implausible": _("This cannot be: between %(least)s and %(most)s %(unit)s."),
    "ahead_of_clock": _("This lies in the future: record it when it has happened."),
    "right_patient_not_yours": _("You may not write to this patient."),
    "nothing_corrected": _("Nothing was changed."),
    "after_the_end": _("The course ended on %(day)s: this lies after it."),
    "after_bringing_in": _("The patient was brought in on %(day)s: this lies after it."),
    "exact_day_needed_here": _("Write the exact day: day/month/year."),
    "no_other_hub": _("Choose another hub."),
    "has_died": _("This patient's death is recorded."),
    "no_death": _("No death is recorded."),
    "undo_asked_already": _("Somebody has asked already: a second person confirms."),
    "undo_not_asked": _("Nobody has asked to undo this death."),
    "same_person_undoes": _("You have asked for it: a second person confirms."),
    "nothing_asked": _("The registry's death form is not open."),
    "before_death": _("This lies before the death on %(day)s."),
    "before_birth": _("This lies before the birth date."),
    "before_last_fact": _("Something was recorded on %(day)s, after this day."),
}


def refusal_words(reason: Reason, more: dict) -> str:
    """The sentence for a refusal, in the reader's language. Raises KeyError for a code without words."""
    values = dict(reason.values)
    for name in ("later", "earlier"):
        if values.get(name) in MILESTONES:
            values[name] = MILESTONES[values[name]]
    if values.get("stage") in STAGES:
        values["stage"] = STAGES[values["stage"]]
    if hasattr(values.get("day"), "strftime"):
        values["day"] = values["day"].strftime("%d/%m/%Y")
    sentence = more[reason.code] if reason.code in more else REFUSALS[reason.code]
    return str(sentence) % values if values else str(sentence)

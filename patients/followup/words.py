"""The words of restaging and visits."""

from django.utils.translation import gettext_lazy as _

from patients.clinical.response import DEAUVILLE
from patients.clinical.result import Ground
from patients.followup.models import HandOver, MyelomaResponse, Restaging, Visit

UNKNOWN = ("unknown", _("Not known"))

DEAUVILLE_WORDS = {
    "1": _("no uptake"),
    "2": _("up to the mediastinum"),
    "3": _("above the mediastinum, up to the liver"),
    "4": _("moderately above the liver"),
    "5": _("markedly above the liver, or new lesions"),
    "X": _("uptake unlikely to be lymphoma"),
}
DEAUVILLE_CHOICES = [*((score, score) for score in DEAUVILLE), UNKNOWN]
UPTAKE_CHOICES = [
    ("reduced", _("Reduced")),
    ("unchanged", _("Unchanged")),
    ("increased", _("Increased")),
    UNKNOWN,
]

LUGANO_FACTS = {
    "deauville": _("Deauville score"),
    "uptake_change": _("Uptake since the last PET"),
    "new_lesion": _("New lymphoma lesion"),
}


def lugano_ground(ground: Ground) -> str:
    """One ground of a response by Lugano 2014, in words; "" for one that says nothing to a reader."""
    if ground.code == "deauville":
        score = ground.values["score"]
        return f"{LUGANO_FACTS['deauville']} {score}: {DEAUVILLE_WORDS[score]}"
    if ground.code == "uptake_change":
        return f"{LUGANO_FACTS['uptake_change']}: {dict(UPTAKE_CHOICES)[ground.values['uptake_change']]}"
    return str(LUGANO_FACTS["new_lesion"]) if ground.code == "new_lesion" else ""


MILESTONES = {
    "pet_30": _("Day +30"),
    "pet_90": _("Day +90"),
    "pet_180": _("Day +180"),
    "pet_365": _("Day +365"),
    "between": _("In between"),
}

RESPONSES = {
    Restaging.Response.CMR: _("CMR, complete metabolic response"),
    Restaging.Response.PMR: _("PMR, partial metabolic response"),
    Restaging.Response.NMR: _("NMR, no metabolic response"),
    Restaging.Response.PMD: _("PMD, progressive metabolic disease"),
    Restaging.Response.INDETERMINATE: _("Indeterminate: possible pseudoprogression"),
}
SHORT_RESPONSES = {code: code.value for code in Restaging.Response if code != Restaging.Response.INDETERMINATE} | {
    Restaging.Response.INDETERMINATE: _("Indeterminate")
}

SETTLE = {
    Restaging.Settle.BIOPSY: _("Biopsy"),
    Restaging.Settle.PET: _("Repeat PET"),
}

MYELOMA_RESPONSES = {
    MyelomaResponse.Response.SCR: _("sCR, stringent complete response"),
    MyelomaResponse.Response.CR: _("CR, complete response"),
    MyelomaResponse.Response.VGPR: _("VGPR, very good partial response"),
    MyelomaResponse.Response.PR: _("PR, partial response"),
    MyelomaResponse.Response.MR: _("MR, minimal response"),
    MyelomaResponse.Response.SD: _("SD, stable disease"),
    MyelomaResponse.Response.PD: _("PD, progressive disease"),
}

PROPHYLAXES = {
    "aciclovir": "Aciclovir",
    "valaciclovir": "Valaciclovir",
    "co_trimoxazole": _("Co-trimoxazole"),
    "atovaquone": "Atovaquone",
    "dapsone": "Dapsone",
    "pentamidine": _("Pentamidine"),
    "levofloxacin": _("Levofloxacin"),
    "fluconazole": _("Fluconazole"),
    "mould_active": _("Mould-active antifungal"),
    "entecavir": "Entecavir",
    "levetiracetam": "Levetiracetam",
    "g_csf": "G-CSF",
    "other_drug": _("Another drug"),
}
IMMUNOGLOBULINS = {"intravenous": _("Intravenous"), "subcutaneous": _("Subcutaneous")}
VACCINES = {
    "influenza": _("Influenza"),
    "covid": "COVID-19",
    "pneumococcus": _("Pneumococcus"),
    "hepatitis_b": _("Hepatitis B"),
    "dtp": _("Diphtheria, tetanus, pertussis"),
    "haemophilus": "Haemophilus",
    "meningococcus": _("Meningococcus"),
    "zoster": _("Zoster, recombinant"),
    "live": _("A live vaccine"),
    "other_vaccine": _("Another vaccine"),
}
RELAPSES = {
    "by_biopsy": _("Biopsy"),
    "by_pet": "PET",
    "by_marrow": _("Marrow"),
    "by_laboratory": _("Laboratory"),
    "by_signs": _("Signs and symptoms"),
}
TREATMENTS = {
    "systemic": _("Systemic therapy"),
    "radiotherapy": _("Radiotherapy"),
    "transplant": _("Transplant"),
    "trial": _("Clinical trial"),
    "palliative": _("Palliative care"),
}
WHAT = PROPHYLAXES | IMMUNOGLOBULINS | VACCINES | RELAPSES | TREATMENTS

KINDS = {
    "prophylaxis": _("Prophylaxis"),
    "immunoglobulin": _("Immunoglobulin"),
    "vaccine": _("Vaccine"),
    "relapse": _("Relapse or progression"),
    "treatment": _("Next treatment"),
}

# What reference 6.2's stop rule says of a prophylaxis: shown, never done by itself.
STOPS = {
    "may_stop": _("12 months have passed and CD4 was at least 0.2 twice: stopping may be looked at"),
    "too_soon": _("12 months have not passed yet"),
    "cd4_low": _("CD4 below 0.2"),
    "cd4_not_known": _("CD4 is not known twice"),
}

STATES = {
    HandOver.State.OFFERED: _("offered, not taken yet"),
    HandOver.State.TAKEN: _("taken"),
    HandOver.State.DECLINED: _("declined"),
    HandOver.State.TAKEN_BACK: _("offer taken back"),
}

WHERE = {
    Visit.Where.HUB: _("Hub"),
    Visit.Where.REFERRING: _("Referral centre"),
    Visit.Where.ELSEWHERE: _("Elsewhere"),
    Visit.Where.TELEPHONE: _("By telephone"),
}

REFUSALS = {
    "not_infused": _("There is no infusion yet."),
    "before_infusion": _("This lies before the infusion."),
    "done_already": _("This one is recorded already: correct it, or choose “in between”."),
    "visit_recorded_already": _("A visit at this place on this day is recorded already: correct it."),
    "say_why_it_differs": _("By Lugano 2014 this is %(computed)s: write why it differs."),
    "say_why_it_is_so": _("The facts do not decide by Lugano 2014: write what the response rests on."),
    "say_why_corrected": _("Write why it is corrected."),
    "say_how_settled": _("Choose how it is settled: it counts as no progression until then."),
    "say_settled_by": _("Write by which day it is settled."),
    "settled_before_it_was_seen": _("This lies before the restaging itself."),
    "say_the_assay": _("Choose the assay."),
    "say_whether_found": _("Say whether disease was found."),
    "nothing_measured": _("Write at least one value."),
    "name_it": _("Write which one."),
    "reason_needed": _("Say why."),
    "ends_before_start": _("The end cannot come before the start."),
    "name_the_toxicity": _("Say what it is."),
    "death_needs_haematologist": _("Death due to a toxicity is recorded by a haematologist of the hub."),
    "not_yours_to_hand_over": _("The centre that follows hands over: it is not yours."),
    "not_yours_to_take": _("The other centre takes it over, not the one that offers it."),
    "watch_still_open": _("The toxicity watch is still open: close it before follow-up is handed over."),
    "offered_already": _("It is offered already, and waits for an answer."),
    "nothing_offered": _("No offer waits for an answer any more."),
    "say_why_declined": _("Say why it is not taken over."),
}

"""The words of restaging and visits."""

from django.utils.translation import gettext_lazy as _

from patients.clinical.response import DEAUVILLE
from patients.followup.models import Restaging, Visit

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
}

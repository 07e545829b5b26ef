"""The words of bridging."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MODALITIES = {
    "steroid": _("Steroid"),
    "radiotherapy": _("Radiotherapy"),
    "polatuzumab": _("Polatuzumab (± rituximab)"),
    "antibody": _("Rituximab or other antibody"),
    "chemotherapy": _("Chemotherapy with little marrow toxicity"),
    "btk_inhibitor": _("BTK inhibitor"),
    "lenalidomide": _("Lenalidomide-based"),
    "bispecific": _("Bispecific antibody"),
    "all_regimen": _("Inotuzumab or POMP (ALL)"),
    "myeloma_regimen": _("Myeloma regimen"),
    "combined": pgettext_lazy("bridging", "Combined"),
}

SETTINGS = {
    "inpatient": _("Inpatient"),
    "day_hospital": _("Day hospital"),
    "outpatient": _("Outpatient"),
    "home": _("At home"),
}

AIMS = {
    "symptoms": _("Symptoms"),
    "organ_threat": _("Threat to an organ"),
    "volume": _("Volume of disease"),
}

RESPONSES = {
    "complete": pgettext_lazy("bridging", "Complete"),
    "partial": pgettext_lazy("bridging", "Partial"),
    "stable": pgettext_lazy("bridging", "Stable"),
    "progression": pgettext_lazy("bridging", "Progression"),
}

EVENTS = {
    "infection": _("Infection"),
    "progression": _("Progression"),
    "new_drug": _("New drug"),
}

REFUSALS = {
    "not_decided_yet": _("Before the decision there is nothing of this to tell."),
    "already_infused": _("The cells are already infused."),
    "news_unanswered": _("What was told the hub waits for its answer first."),
    "criteria_not_stated": _("Nobody has stated that the criteria still hold."),
    "criteria_ask_again": _("Something changed since the criteria were confirmed: state again whether they hold."),
    "criteria_do_not_hold": _("A physician stated that the criteria no longer hold."),
    "course_recorded": _("A course is already recorded: bridging was given."),
    "bridging_is_over": _("Lymphodepletion has begun: bridging is recorded before it."),
    "ends_before_start": _("The end comes before the start."),
    "before_decision": _("Before the decision of %(day)s it is not bridging: record it as a line of therapy."),
}

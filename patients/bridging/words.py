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

REFUSALS = {
    "course_recorded": _("A course is already recorded: bridging was given."),
    "bridging_is_over": _("Lymphodepletion has begun: bridging is recorded before it."),
    "ends_before_start": _("The end comes before the start."),
    "before_decision": _("Before the decision of %(day)s it is not bridging: record it as a line of therapy."),
}

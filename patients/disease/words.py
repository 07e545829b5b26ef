"""The words of diseases and of how they stand."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from patients.disease.models import Disease, Status

DISEASES = {
    Disease.LBCL: _("Large B-cell lymphoma"),
    Disease.FL: _("Follicular lymphoma"),
    Disease.MCL: _("Mantle cell lymphoma"),
    Disease.ALL: _("B-cell ALL"),
    Disease.MM: _("Multiple myeloma"),
    Disease.OTHER: _("Another disease"),
}

SHORT = {
    Disease.LBCL: "LBCL",
    Disease.FL: pgettext_lazy("short", "Follicular lymphoma"),
    Disease.MCL: pgettext_lazy("short", "Mantle cell"),
    Disease.ALL: pgettext_lazy("short", "B-ALL"),
    Disease.MM: pgettext_lazy("short", "Myeloma"),
    Disease.OTHER: pgettext_lazy("short", "Other, not sure"),
}

STATUSES = {
    Status.REFRACTORY: _("Refractory"),
    Status.RELAPSE_WITHIN_12_MONTHS: _("Relapse within 12 months"),
    Status.RELAPSE_LATER: _("Later relapse"),
}

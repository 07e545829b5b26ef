"""The words of what is measured, and of serological tests."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _


def unit_words(unit: str) -> str:
    """A unit as it is written: 10^9/L has its power above."""
    return unit.replace("10^9", "10⁹")


def plain(value: Decimal) -> str:
    """A number in the reader's language, without the zeros that only its column has."""
    return number_format(value.normalize() if value != value.to_integral_value() else value.quantize(1))


MEASURED = {
    "weight": _("Weight"),
    "height": _("Height"),
    "baseline_systolic": _("Baseline systolic"),
    "baseline_diastolic": _("Baseline diastolic"),
    "ldh": "LDH",
    "crp": _("CRP"),
    "ferritin": _("Ferritin"),
    "wbc": _("White cells"),
    "anc": _("Neutrophils"),
    "alc": _("Lymphocytes"),
    "platelets": _("Platelets"),
    "haemoglobin": _("Haemoglobin"),
    "igg": "IgG",
    "cd4": _("CD4+ T cells"),
    "cd19": _("CD19+ B cells"),
    "creatinine": _("Creatinine"),
    "bilirubin": _("Bilirubin"),
}

SEROLOGY = {
    "hbsag": "HBsAg",
    "anti_hbc": "Anti-HBc",
    "hcv": "Anti-HCV",
    "hiv": "HIV",
    "syphilis": _("Syphilis"),
}

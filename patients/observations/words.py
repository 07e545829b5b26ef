"""The words of what is measured, and of serological tests."""

from django.utils.translation import gettext_lazy as _

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

"""The words of evidence, products and rules."""

from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from patients.products.evidence import Figure, Trial
from patients.products.marks import MARKS as MARKS

DISEASES = {
    "LBCL": _("Large B-cell lymphoma"),
    "MCL": _("Mantle cell lymphoma"),
    "FL": _("Follicular lymphoma"),
    "B-ALL": _("B-cell ALL"),
    "MM": _("Multiple myeloma"),
}
# The rooms before know diseases by their own codes.
CODES = {"lbcl": "LBCL", "mcl": "MCL", "fl": "FL", "all": "B-ALL", "mm": "MM"}

DESIGNS = {
    Trial.Design.RANDOMISED: _("randomised"),
    Trial.Design.SINGLE_ARM: _("single arm"),
    Trial.Design.RETROSPECTIVE: _("retrospective"),
}
LINES = {
    Trial.Line.FIRST: _("First line"),
    Trial.Line.SECOND: _("Second line"),
    Trial.Line.SECOND_OR_LATER: _("Second line or later"),
    Trial.Line.THIRD_OR_LATER: _("Third line or later"),
    Trial.Line.RELAPSED: _("Relapsed or refractory"),
}
GROUPS = {
    Figure.Group.POPULATION: _("Population"),
    Figure.Group.RESPONSE: _("Response"),
    Figure.Group.MRD: _("Minimal residual disease"),
    Figure.Group.SURVIVAL: _("Survival"),
    Figure.Group.SUBGROUP: _("Subgroups, progression-free survival"),
    Figure.Group.SAFETY: _("Safety"),
    Figure.Group.CRS: "CRS",
    Figure.Group.NEURO: _("Neurotoxicity"),
    Figure.Group.TIMING: _("Times"),
}
ENDPOINTS = {
    "orr": _("Overall response"),
    "cr": _("Complete response"),
    "scr": _("Stringent complete response"),
    "vgpr_or_better": _("Very good partial response or better"),
    "mrd_negative": _("MRD negative"),
    "pfs": "PFS",
    "pfs_cr": _("PFS of complete responders"),
    "os": "OS",
    "os_cr": _("OS of complete responders"),
    "efs": "EFS",
    "ffs": _("Failure-free survival"),
    "dor": _("Duration of response"),
    "dor_cr": _("Duration of complete response"),
    "alive": _("Alive"),
    "crs_any": _("Any grade"),
    "crs_severe": _("Grade 3 or more"),
    "neuro_any": _("Any grade"),
    "neuro_severe": _("Grade 3 or more"),
    "randomisation_to_infusion": _("Randomisation to infusion"),
    "apheresis_to_infusion": _("Collection to infusion"),
    "ibrutinib_before": _("Ibrutinib before"),
    "acalabrutinib_before": _("Acalabrutinib before"),
    "both_btki_before": _("Both before"),
    "btki_refractory": _("Refractory to the BTK inhibitor"),
    "btki_relapsed": _("Relapsed after response to it"),
    "smipi_intermediate_or_high": _("sMIPI intermediate or high"),
    "blastoid_or_pleomorphic": _("Blastoid or pleomorphic"),
    "ki67_30_or_more": _("Ki-67 of 30 % or more"),
    "tp53_mutated": _("TP53 mutated"),
    "median_age_years": _("Median age"),
    "age_75_or_more": _("75 years or more"),
    "age_over_75": _("Over 75 years"),
    "age_65_or_more": _("65 years or more"),
    "asthma_or_copd": _("Asthma or COPD"),
    "high_risk_cytogenetics": _("High-risk cytogenetics"),
    "lenalidomide_exposed": _("Exposed to lenalidomide"),
    "lenalidomide_refractory": _("Refractory to lenalidomide"),
    "imid_and_pi_refractory": _("Refractory to IMiD and proteasome inhibitor"),
    "renal_impairment": _("Renal impairment"),
    "pi_before": _("Proteasome inhibitor before"),
    "imid_before": _("IMiD before"),
    "any_adverse_event": _("Any adverse event"),
    "serious_adverse_event": _("Serious adverse events"),
    "adverse_event_grade_3": _("Adverse events of grade 3 or more"),
    "stopped_for_adverse_event": _("Stopped for adverse events"),
}
CUTS = {
    "first_report": _("first report"),
    "primary": _("primary analysis"),
    "three_years": _("at 3 years"),
    "four_years": _("at 4 years"),
    "five_years": _("at 5 years"),
    "final": _("final analysis"),
    "eu_label": _("EU label"),
    "after_induction": _("after induction"),
    "after_transplant": _("after transplant"),
}
ARMS = {"standard": _("standard"), "all": _("all"), "cohort": _("cohort")}
NOT_REPORTED = _("not reported")
NOT_REACHED = _("not reached")

UNITS = {
    Figure.Measure.PERCENT: "%",
    Figure.Measure.RATE: "%",
    Figure.Measure.MEDIAN_MONTHS: pgettext_lazy("unit", "months"),
    Figure.Measure.DAYS: pgettext_lazy("unit", "days"),
    Figure.Measure.YEARS: pgettext_lazy("unit", "years"),
}


def digits(text: str) -> str:
    """A number in the digits of the reference, with the reader's decimal sign."""
    return text.replace(".", str(get_format("DECIMAL_SEPARATOR")))

"""The words of diseases and of how they stand."""

from collections.abc import Iterable

from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from patients.disease import picklists
from patients.disease.models import (
    Cns,
    CountsAs,
    CytogeneticRisk,
    Disease,
    DrugClass,
    Response,
    Stage,
    Status,
    Transplant,
)

DISEASES = {
    Disease.LBCL: _("Large B-cell lymphoma"),
    Disease.FL: _("Follicular lymphoma"),
    Disease.MCL: _("Mantle cell lymphoma"),
    Disease.ALL: _("B-cell ALL"),
    Disease.MM: _("Multiple myeloma"),
    Disease.OTHER: _("Another disease, or not known"),
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

SUBTYPES = {
    "DLBCL": _("DLBCL, not otherwise specified"),
    "HGBL": _("High-grade B-cell lymphoma"),
    "PMBCL": _("Primary mediastinal lymphoma"),
    "FL3B": _("Follicular grade 3B"),
    "tFL": _("Transformed follicular"),
    "THRLBCL": _("T-cell/histiocyte-rich"),
    "PCNSL": _("Primary CNS lymphoma"),
}

STAGE_NAMES = {code: code for code in Stage.values}

CNS = {
    Cns.NEVER: _("Never"),
    Cns.CLEARED: _("Treated, now clear"),
    Cns.ACTIVE: _("Active now"),
}

RESPONSES = {
    Response.SCR: _("Stringent complete"),
    Response.CR: _("Complete"),
    Response.VGPR: _("Very good partial"),
    Response.PR: _("Partial"),
    Response.MR: _("Minimal"),
    Response.SD: _("Stable"),
    Response.PD: _("Progression"),
}
MYELOMA_ONLY = (Response.SCR, Response.VGPR, Response.MR)

CLASSES = {
    DrugClass.ANTI_CD20: "Anti-CD20",
    DrugClass.BTKI: _("Covalent BTK inhibitor"),
    DrugClass.BTKI_NON_COVALENT: _("Non-covalent BTK inhibitor"),
    DrugClass.IMID: "IMiD",
    DrugClass.LENALIDOMIDE: "Lenalidomide",
    DrugClass.CELMOD: "CELMoD",
    DrugClass.PI: _("Proteasome inhibitor"),
    DrugClass.ANTI_CD38: "Anti-CD38",
    DrugClass.ANTI_SLAMF7: "Anti-SLAMF7",
    DrugClass.BENDAMUSTINE: _("Bendamustine"),
    DrugClass.ANTI_CD19: "Anti-CD19",
    DrugClass.ANTI_BCMA: "Anti-BCMA",
    DrugClass.BISPECIFIC: _("Bispecific"),
    DrugClass.TKI: _("Tyrosine kinase inhibitor"),
}

COUNTS_AS = {
    CountsAs.LINE: _("A line of its own"),
    CountsAs.SAME_PLAN: _("Same plan as the one before: transplant, maintenance"),
    CountsAs.TOXICITY: _("Changed for toxicity, without progression"),
    CountsAs.BRIDGING: _("Bridging: not a line"),
}

TRANSPLANTS = {Transplant.AUTOLOGOUS: _("Autologous"), Transplant.ALLOGENEIC: _("Allogeneic")}

CYTOGENETIC_RISK = {
    CytogeneticRisk.STANDARD: _("Standard risk"),
    CytogeneticRisk.HIGH: _("High risk"),
}


def diagnosis_choices() -> list[tuple[str, str]]:
    """The diagnoses to choose from, in the reader's language."""
    language = get_language() or ""
    return [(one.code, one.named(language)) for one in picklists.diagnoses().values()]


def drug_words(name: str) -> str:
    """A drug in the reader's language; one that is not recognised as it was written."""
    known = picklists.drugs().get(name)
    return known.named(get_language() or "") if known is not None else name


def drugs_words(names: Iterable[str]) -> str:
    return ", ".join(drug_words(name) for name in names)


def not_recognised_words(names: Iterable[str]) -> str:
    """That drugs are not recognised, and what follows; "" where every one is."""
    listed = ", ".join(names)
    if not listed:
        return ""
    return gettext("Not recognised: %(drugs)s. Classes that nothing else proves stay unknown.") % {"drugs": listed}


def codes_words(code: str | None) -> str:
    """The codes of a diagnosis: ICD-10, ICD-O-3, ORPHA; "" where none is known."""
    known = picklists.diagnoses().get(code or "")
    if known is None:
        return ""
    named = {"icd10": "ICD-10", "icdo3": "ICD-O-3", "orpha": "ORPHA"}
    said = []
    for name, label in named.items():
        value = getattr(known, name)
        doubt = gettext("%(code)s (not yet checked)") % {"code": value} if name in known.doubtful else value
        said.append(f"{label} {doubt}" if value else gettext("%(code)s not known") % {"code": label})
    return " · ".join(said)

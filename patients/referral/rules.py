"""What a referral asks, and what an answer of the hub may rest on. Pure: no Django, no clock."""

from collections.abc import Iterable

# The eight questions; "person" is the code (or its absence) and the name.
QUESTIONS: tuple[str, ...] = (
    "person",
    "name",
    "disease",
    "status",
    "lines",
    "ecog",
    "needed_within_days",
    "referrer_phone",
)
NEEDED_WITHIN_DAYS: tuple[int, ...] = (7, 14, 28)

# The dossier: its sections in the order of the page, and the items of each that want an answer.
COMORBIDITY: tuple[str, ...] = ("cardiovascular", "respiratory", "renal", "hepatic", "infectious")
MEASURES: tuple[str, ...] = (
    "height",
    "weight",
    "ldh",
    "crp",
    "ferritin",
    "haemoglobin",
    "wbc",
    "anc",
    "alc",
    "platelets",
    "creatinine",
    "bilirubin",
)
SEROLOGY: tuple[str, ...] = ("hbsag", "anti_hbc", "hcv", "hiv", "syphilis")
SECTIONS: dict[str, tuple[str, ...]] = {
    "person": ("code", "birth_date", "sex"),
    "disease": ("subtype", "diagnosed", "stage", "bulky", "cns"),
    "lines": ("lines",),
    "comorbidity": COMORBIDITY,
    "measures": MEASURES,
    "medicines": ("allergies", "medicines"),
    "serology": SEROLOGY,
    "living": ("town", "within_two_hours", "phone", "caregiver", "language", "interpreter_needed"),
    "information": ("informed",),
}
# What is not asked of a disease: stage and bulk belong to lymphomas, subtypes to large B-cell lymphoma (5.1); myeloma
# has its ISS.
NOT_OF_DISEASE: dict[str, frozenset[str]] = {
    "lbcl": frozenset(),
    "fl": frozenset({"subtype"}),
    "mcl": frozenset({"subtype"}),
    "all": frozenset({"subtype", "stage", "bulky"}),
    "mm": frozenset({"subtype", "stage", "bulky"}),
    "other": frozenset({"subtype"}),
}


def items_of(section: str, disease: str | None) -> tuple[str, ...]:
    """What a section asks of a patient with a disease; while it is not known, what is asked of every one."""
    left_out = NOT_OF_DISEASE[disease] if disease else frozenset({"subtype"})
    return tuple(item for item in SECTIONS[section] if item not in left_out)


def gaps(section: str, disease: str | None, answered: Iterable[str]) -> list[str]:
    """The items of a section that have no answer yet; "not known" is one."""
    known = set(answered)
    return [item for item in items_of(section, disease) if item not in known]


def lines_disagree(told: int | None, listed: int, most_told: int) -> bool:
    """Whether the lines counted when asking early and those listed since differ; the highest answer means "or more"."""
    return told is not None and listed > 0 and told != min(listed, most_told)


# What a hub may ask for; the words stand in words.py.
ITEMS: tuple[str, ...] = (
    "histology",
    "lines",
    "pet",
    "bloods",
    "organ_function",
    "virology",
    "comorbidity",
    "caregiver",
    "other",
)

# Where the dossier answers a question; the others are answered in words.
SECTION_OF_QUESTION: dict[str, str] = {
    "histology": "disease",
    "lines": "lines",
    "bloods": "measures",
    "organ_function": "comorbidity",
    "virology": "serology",
    "comorbidity": "medicines",
    "caregiver": "living",
}

# What a refusal may rest on. Age and comorbidity alone never decide (reference 5.0).
GROUNDS: tuple[str, ...] = (
    "not_in_indication",
    "disease_not_relapsed",
    "active_infection",
    "organ_function",
    "active_gvhd",
    "pregnancy",
    "fast_progression",
    "other_therapy_better",
    "patient_declines",
    "comorbidity",
    "age",
    "other",
)
NEVER_ALONE: tuple[str, ...] = ("age", "comorbidity")

# Coded reasons of reference 9 under which a refused pathway closes, by the first ground that has one.
EXIT_REASONS: dict[str, str] = {
    "not_in_indication": "not_in_indication",
    "disease_not_relapsed": "not_in_indication",
    "patient_declines": "patient_refusal",
    "active_infection": "infection",
    "other_therapy_better": "other_therapy",
}
OTHERWISE = "decision_against"


def refusal_faults(grounds: Iterable[str]) -> list[str]:
    """Why grounds cannot carry a refusal: `no_ground`, or `age_or_comorbidity_alone` (reference 5.0, 10 case a)."""
    ticked = set(grounds)
    if not ticked:
        return ["no_ground"]
    return ["age_or_comorbidity_alone"] if ticked <= set(NEVER_ALONE) else []


def exit_reason(grounds: Iterable[str]) -> str:
    """The coded reason for a refusal: that of its only coded ground; a decision against where several weigh."""
    coded = {EXIT_REASONS[ground] for ground in grounds if ground in EXIT_REASONS}
    return coded.pop() if len(coded) == 1 else OTHERWISE


def unanswered(answered: Iterable[str]) -> list[str]:
    """The questions that have no answer yet; "not known" is one."""
    said = set(answered)
    return [question for question in QUESTIONS if question not in said]


ADULT_AGE = 18  # reference 0


def is_under_18(age: int | None) -> bool:
    """Accepted, with the notice that there is no paediatric grading here (reference 0)."""
    return age is not None and age < ADULT_AGE

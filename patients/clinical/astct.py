"""CRS and ICANS by the ASTCT consensus of 2019 (Lee DW et al., Biol Blood Marrow Transplant 2019;25:625-38).

Reference 1.1 (CRS), 1.2 (ICE), 1.3 (ICANS). Units: temperature degC, oxygen flow L/min, seizure minutes. Adults.
Every fact is yes / no / unknown; None is unknown and is never defaulted here.

Where the reference is silent (docs/medicine.md lists the same):
- A completion of the unknown facts that needs judgement enters a range with its `would_be`; a range is *incomplete* as
  soon as one completion needs judgement and another does not, even if the numbers agree.
- A vasopressor counts also when `hypotension` is answered no; hypotension due to another cause clears the vasopressors
  with it (rule 3 in its order).
- Intracranial haemorrhage takes the oedema out of the grade and nothing else.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from . import facts as check
from .result import Ground, Result, Verdict, WrongFact, decide

VERSION = "ASTCT 2019"

FEVER_FROM_C = Decimal("38.0")  # 1.1 rule 1
LOW_FLOW_UP_TO_L_MIN = Decimal("6")  # 1.1 rule 4: exactly 6.0 is low flow
PROLONGED_SEIZURE_OVER_MIN = Decimal("5")  # 1.3: exactly 5 minutes that stop are grade 3

# 1.1 rule 4; helmet CPAP, NIV, ECMO and the reservoir mask are conventions [C]. The cannula depends on its flow.
DEVICE_GRADES = {
    "none": 0,
    "nasal_cannula": None,
    "blow_by": 2,
    "high_flow_nasal_cannula": 3,
    "facemask": 3,
    "venturi": 3,
    "non_rebreather": 3,
    "reservoir_mask": 3,
    "cpap": 4,
    "helmet_cpap": 4,
    "bipap": 4,
    "niv": 4,
    "ecmo": 4,
    "intubated_ventilated": 4,
}
_CONVENTION_DEVICES = {"reservoir_mask", "helmet_cpap", "niv", "ecmo"}

VASOPRESSIN = "vasopressin"
# One drug under its several names is one vasopressor.
_SAME_DRUG = {
    "norepinephrine": "noradrenaline",
    "noradrenalin": "noradrenaline",
    "noradrenalina": "noradrenaline",
    "norepinefrina": "noradrenaline",
    "epinephrine": "adrenaline",
    "adrenalin": "adrenaline",
    "adrenalina": "adrenaline",
    "epinefrina": "adrenaline",
    "argipressin": VASOPRESSIN,
    "argipressina": VASOPRESSIN,
    "vasopressina": VASOPRESSIN,
    "arginine vasopressin": VASOPRESSIN,
    "dopamina": "dopamine",
    "fenilefrina": "phenylephrine",
    "dobutamina": "dobutamine",
}
INOTROPES = frozenset({"dobutamine", "milrinone", "levosimendan", "enoximone"})


def vasopressor_name(name: str) -> str:
    """The one name under which a vasopressor is counted: case, spaces and national names do not make a second drug."""
    plain = " ".join(name.casefold().replace("_", " ").split())
    return _SAME_DRUG.get(plain, plain)


@dataclass(frozen=True)
class CrsFacts:
    """Bedside facts of one assessment (temp degC, flow L/min). None is unknown; `vasopressors=()` is *none running*."""

    temp_c: Any = None
    fever_other_cause: bool | None = None
    fever_earlier_in_episode: bool | None = None
    antipyretic_or_anticytokine_or_steroid_given: bool | None = None
    hypotension: bool | None = None
    hypotension_other_cause: bool | None = None
    vasopressors: tuple[str, ...] | None = None
    oxygen_device: str | None = None
    oxygen_flow_l_min: Any = None
    oxygen_to_correct_hypoxia: bool | None = None
    hypoxia_other_cause: bool | None = None
    death_due_to_crs: bool | None = None

    def __post_init__(self):
        for name in _CRS_YES_NO:
            check.yes_no(name, getattr(self, name))
        check.settle(
            self,
            temp_c=check.number("temp_c", self.temp_c, low="30", high="45", unit="degC"),
            vasopressors=check.words("vasopressors", self.vasopressors),
            oxygen_device=check.choice("oxygen_device", self.oxygen_device, DEVICE_GRADES),
            oxygen_flow_l_min=check.number(
                "oxygen_flow_l_min", self.oxygen_flow_l_min, low="0", high="100", unit="L/min"
            ),
        )


_CRS_YES_NO = (
    "fever_other_cause",
    "fever_earlier_in_episode",
    "antipyretic_or_anticytokine_or_steroid_given",
    "hypotension",
    "hypotension_other_cause",
    "oxygen_to_correct_hypoxia",
    "hypoxia_other_cause",
    "death_due_to_crs",
)

# One value of each class that rules 1-6 tell apart.
CRS_COULD_BE = {
    "temp_c": (Decimal("37.0"), Decimal("39.0")),
    **dict.fromkeys(_CRS_YES_NO, (False, True)),
    "vasopressors": ((), (VASOPRESSIN,), ("noradrenaline",), ("noradrenaline", "adrenaline")),
    "oxygen_device": ("none", "nasal_cannula", "blow_by", "facemask", "cpap"),
    "oxygen_flow_l_min": (Decimal("4"), Decimal("40")),
}


def crs(facts: CrsFacts) -> Result:
    """CRS grade 0-5, incomplete with its range, or needs_judgement with `would_be` (reference 1.1, rules 1-7)."""
    could_be = dict(CRS_COULD_BE)
    if facts.oxygen_device not in (None, "nasal_cannula"):
        del could_be["oxygen_flow_l_min"]  # only a cannula is graded by its flow
    result = decide(facts, _crs_of_complete_facts, could_be, version=VERSION)
    return replace(result, warnings=result.warnings + _contradictions(facts))


def _crs_of_complete_facts(f: CrsFacts) -> tuple[Verdict, ...]:
    if f.death_due_to_crs:
        return (Verdict(5, grounds=(Ground("death_due_to_crs", {"grade": 5}, "1.1", "K"),)),)
    fever, fever_ground = _fever(f)
    waived = f.fever_earlier_in_episode and f.antipyretic_or_anticytokine_or_steroid_given
    hypotension, hypotension_ground = _hypotension(f)
    hypoxia, hypoxia_ground = _hypoxia(f)
    grounds = (fever_ground, hypotension_ground, hypoxia_ground)
    worst = max(hypotension, hypoxia)
    if fever:
        return (Verdict(max(1, worst), grounds=grounds),)
    if waived:
        grounds += (Ground("fever_waived", {}, "1.1", "V"),)
        if worst == 0:
            grounds += (Ground("resolved", {"grade": 0}, "1.1"),)
        return (Verdict(worst, grounds=grounds),)
    if worst == 0:
        return (Verdict(0, grounds=grounds),)
    if f.fever_earlier_in_episode:
        return (Verdict(would_be=worst, grounds=grounds, warnings=(AFEBRILE_UNTREATED,)),)
    return (Verdict(0, grounds=grounds, warnings=(NEVER_FEBRILE,)),)


# 1.1 rule 5: no grade is computed and nobody may read 0.
AFEBRILE_UNTREATED = Ground("afebrile_untreated_needs_judgement", {"urgent": True}, "1.1", "C")
# 1.1 rule 2: look for sepsis or another cause, call the physician.
NEVER_FEBRILE = Ground("never_febrile_look_for_another_cause", {"urgent": True}, "1.1", "K/C")


def _fever(f: CrsFacts) -> tuple[bool, Ground]:
    if f.temp_c < FEVER_FROM_C:
        return False, Ground("no_fever", {"temp_c": f.temp_c, "fever_from_c": FEVER_FROM_C}, "1.1")
    if f.fever_other_cause:
        return False, Ground("fever_other_cause", {"temp_c": f.temp_c}, "1.1")
    return True, Ground("fever", {"temp_c": f.temp_c, "fever_from_c": FEVER_FROM_C, "grade": 1}, "1.1")


def _hypotension(f: CrsFacts) -> tuple[int, Ground]:
    """Rule 3: vasopressin alone is a vasopressor (3), but never the second one that makes grade 4."""
    if f.hypotension_other_cause:
        return 0, Ground("hypotension_other_cause", {"grade": 0}, "1.1")
    running = sorted({vasopressor_name(name) for name in f.vasopressors})
    counted = [name for name in running if name != VASOPRESSIN]
    if len(counted) >= 2:
        return 4, Ground("several_vasopressors", {"vasopressors": running, "grade": 4}, "1.1")
    if len(counted) == 1:
        return 3, Ground("one_vasopressor", {"vasopressors": running, "grade": 3}, "1.1")
    if running:
        return 3, Ground("vasopressin_alone", {"vasopressors": running, "grade": 3}, "1.1", "C")
    if f.hypotension:
        return 2, Ground("hypotension_without_vasopressor", {"grade": 2}, "1.1")
    return 0, Ground("no_hypotension", {"grade": 0}, "1.1")


def _hypoxia(f: CrsFacts) -> tuple[int, Ground]:
    """Rule 4: only oxygen given to correct a hypoxia not due to another cause counts."""
    device, flow = f.oxygen_device, f.oxygen_flow_l_min
    if device == "none":
        return 0, Ground("no_oxygen", {"grade": 0}, "1.1")
    if f.hypoxia_other_cause:
        return 0, Ground("hypoxia_other_cause", {"device": device, "grade": 0}, "1.1")
    if not f.oxygen_to_correct_hypoxia:
        return 0, Ground("oxygen_not_for_hypoxia", {"device": device, "grade": 0}, "1.1", "V")
    if device == "nasal_cannula":
        grade = 2 if flow <= LOW_FLOW_UP_TO_L_MIN else 3
        code = "oxygen_low_flow" if grade == 2 else "oxygen_high_flow"
        return grade, Ground(code, {"device": device, "flow_l_min": flow, "grade": grade}, "1.1")
    grade = DEVICE_GRADES[device]
    code = {2: "oxygen_low_flow", 3: "oxygen_high_flow", 4: "positive_pressure"}[grade]
    tag = "C" if device in _CONVENTION_DEVICES else ""
    return grade, Ground(code, {"device": device, "grade": grade}, "1.1", tag)


def _contradictions(f: CrsFacts) -> tuple[Ground, ...]:
    """What was recorded and does not fit together; it is shown and never changes the grade."""
    found = []
    names = sorted({vasopressor_name(name) for name in f.vasopressors or ()})
    inotropes = [name for name in names if name in INOTROPES]
    if inotropes and not f.hypotension_other_cause:
        found.append(Ground("inotrope_counted_as_vasopressor", {"vasopressors": inotropes}, "1.1"))
    if names and f.hypotension is False and not f.hypotension_other_cause:
        found.append(Ground("vasopressor_without_hypotension", {"vasopressors": names}, "1.1", "C"))
    if f.oxygen_device == "none" and f.oxygen_flow_l_min:
        found.append(Ground("flow_without_device", {"flow_l_min": f.oxygen_flow_l_min}, "1.1"))
    if f.oxygen_device == "nasal_cannula" and f.oxygen_flow_l_min == 0:
        found.append(Ground("cannula_without_flow", {"flow_l_min": 0}, "1.1"))
    return tuple(found)


def alarms(facts: CrsFacts) -> tuple[Ground, ...]:
    """Signs that call someone at once: an alert never waits for a grade (1.1 rule 5). Reads what is known only."""
    found = []
    if facts.hypotension or facts.vasopressors:
        found.append(Ground("alarm_hypotension", {"urgent": True}, "1.1", "C"))
    on_oxygen = facts.oxygen_device not in (None, "none")
    if on_oxygen and facts.oxygen_to_correct_hypoxia is not False:
        found.append(Ground("alarm_oxygen", {"device": facts.oxygen_device, "urgent": True}, "1.1", "C"))
    return tuple(found)


# --- ICE ------------------------------------------------------------------------------------------------------------

ICE_YES_NO = ("year", "month", "city", "hospital", "follows_command", "writes_sentence", "counts_backwards")
ICE_OBJECTS = 3  # 1.2: name 3 objects, one point each


@dataclass(frozen=True)
class IceItems:
    """The ten points of ICE (1.2): seven yes / no items and the number of objects named, 0-3. None is not asked."""

    year: bool | None = None
    month: bool | None = None
    city: bool | None = None
    hospital: bool | None = None
    objects_named: int | None = None
    follows_command: bool | None = None
    writes_sentence: bool | None = None
    counts_backwards: bool | None = None

    def __post_init__(self):
        for name in ICE_YES_NO:
            check.yes_no(name, getattr(self, name))
        check.settle(self, objects_named=check.whole("objects_named", self.objects_named, low=0, high=ICE_OBJECTS))


ICE_COULD_BE = {"objects_named": tuple(range(ICE_OBJECTS + 1)), **dict.fromkeys(ICE_YES_NO, (False, True))}


def ice_total(items: IceItems) -> Result:
    """ICE score 0-10 (reference 1.2); with an item not asked, incomplete with the lowest and highest total."""
    return decide(items, _ice_of_complete_items, ICE_COULD_BE, version=VERSION)


def _ice_of_complete_items(items: IceItems) -> tuple[Verdict, ...]:
    points = {name: int(getattr(items, name)) for name in ICE_YES_NO}
    points["objects_named"] = items.objects_named
    grounds = tuple(Ground("ice_item", {"item": name, "points": value}, "1.2", "V") for name, value in points.items())
    return (Verdict(sum(points.values()), grounds=grounds),)


ICE_ADULT_FROM_YEARS = 12  # 0 and 1.2: under 12 the CAPD is used, never ICE


def ice_applies(age_years: int | None) -> bool | None:
    """False under 12 years (ICANS is then not assessable here), None when the age is unknown."""
    return None if age_years is None else age_years >= ICE_ADULT_FROM_YEARS


# --- ICANS ----------------------------------------------------------------------------------------------------------

CONSCIOUSNESS_GRADES = {
    "alert": 0,
    "awakens_spontaneously": 1,
    "awakens_to_voice": 2,
    "awakens_to_tactile": 3,
    "unarousable_or_vigorous": 4,
}
SEIZURE_GRADES = {"none": 0, "resolved": 3, "eeg_resolved": 3, "timed": None, "repetitive_no_recovery": 4}
MOTOR_GRADES = {"none": 0, "deep_focal_weakness": 4}
OEDEMA_GRADES = {"none": 0, "focal": 3, "diffuse": 4}
GRADING_SIGNS = ("decorticate", "decerebrate", "cn_vi_palsy", "papilloedema", "cushing_triad")
RECORDED_SIGNS = ("tremor", "myoclonus", "headache", "hallucinations")  # recorded and CTCAE-graded, never ICANS
ICE_GRADES = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class IcansFacts:
    """Bedside facts of one assessment. ICE 0-10, seizure in minutes. `consciousness_other_cause`: sedated and the like.

    `ice=None` is *not done*; `signs=()` is *none seen*; `signs=None` is *not looked for*.
    """

    ice: int | None = None
    consciousness: str | None = None
    consciousness_other_cause: bool | None = None
    seizure: str | None = None
    seizure_minutes: Any = None
    motor: str | None = None
    oedema: str | None = None
    signs: tuple[str, ...] | None = None
    intracranial_haemorrhage: bool | None = None
    death_due_to_icans: bool | None = None

    def __post_init__(self):
        for name in _ICANS_YES_NO:
            check.yes_no(name, getattr(self, name))
        check.settle(
            self,
            ice=check.whole("ice", self.ice, low=0, high=10),
            consciousness=check.choice("consciousness", self.consciousness, CONSCIOUSNESS_GRADES),
            seizure=check.choice("seizure", self.seizure, SEIZURE_GRADES),
            seizure_minutes=check.number(
                "seizure_minutes", self.seizure_minutes, low="0", high="10080", unit="minutes"
            ),
            motor=check.choice("motor", self.motor, MOTOR_GRADES),
            oedema=check.choice("oedema", self.oedema, OEDEMA_GRADES),
            signs=check.words("signs", self.signs, GRADING_SIGNS + RECORDED_SIGNS),
        )


_ICANS_YES_NO = ("consciousness_other_cause", "intracranial_haemorrhage", "death_due_to_icans")

# ICE is not here: not done is read by the rule itself (grade of the other domains to 4, reference 1.3).
ICANS_COULD_BE = {
    "consciousness": tuple(CONSCIOUSNESS_GRADES),
    **dict.fromkeys(_ICANS_YES_NO, (False, True)),
    "seizure": ("none", "resolved", "timed", "repetitive_no_recovery"),
    "seizure_minutes": (Decimal("1"), Decimal("6")),
    "motor": tuple(MOTOR_GRADES),
    "oedema": tuple(OEDEMA_GRADES),
    "signs": ((), ("papilloedema",)),
}


def icans(facts: IcansFacts) -> Result:
    """ICANS grade 0-5 of an adult (reference 1.3): the most severe domain, or incomplete with its range."""
    could_be = dict(ICANS_COULD_BE)
    if facts.seizure not in (None, "timed"):
        del could_be["seizure_minutes"]
    result = decide(facts, _icans_of_complete_facts, could_be, version=VERSION)
    result = replace(result, warnings=result.warnings + _icans_contradictions(facts))
    if facts.consciousness_other_cause is None:
        # Whether they were sedated is the question; what was recorded of ICE and consciousness is not missing.
        return replace(result, missing=tuple(name for name in result.missing if getattr(facts, name) is None))
    return result


def _icans_of_complete_facts(f: IcansFacts) -> tuple[Verdict, ...]:
    if f.death_due_to_icans:
        return (Verdict(5, grounds=(Ground("death_due_to_icans", {"grade": 5}, "1.3", "K"),)),)
    domains = (_seizure(f), _motor(f), _oedema(f), _signs(f))
    grounds = tuple(ground for _grade, ground in domains)
    rest = max(grade for grade, _ground in domains)
    if f.consciousness_other_cause:
        why = (Ground("sedated_not_assessable", {"assessable_grade": rest}, "1.3", "C"),)
        return _whatever_the_hidden_part(rest, grounds + why, ("ice", "consciousness"))
    awake, awake_ground = _consciousness(f)
    grounds += (awake_ground,)
    rest = max(rest, awake)
    if f.ice is None:
        why = (Ground("ice_not_done", {"other_domains": rest}, "1.3"),)
        return _whatever_the_hidden_part(rest, grounds + why, ("ice",))
    ice, ice_ground = _ice(f)
    return (Verdict(max(rest, ice), grounds=(ice_ground, *grounds)),)


def _whatever_the_hidden_part(rest: int, grounds: tuple[Ground, ...], parts: tuple[str, ...]) -> tuple[Verdict, ...]:
    """From the grade of what can be assessed up to 4, which an ICE that cannot be performed may mean (1.3)."""
    return tuple(Verdict(max(rest, hidden), grounds=grounds, not_assessable=parts) for hidden in ICE_GRADES)


def _ice(f: IcansFacts) -> tuple[int, Ground]:
    """0 because unarousable is 4; 0 in a patient who is awake (global aphasia) is 3."""
    if f.ice == 0 and f.consciousness == "unarousable_or_vigorous":
        return 4, Ground("ice_cannot_be_performed", {"ice": 0, "grade": 4}, "1.3", "K")
    if f.ice == 0:
        return 3, Ground("ice_zero_awake", {"ice": 0, "grade": 3}, "1.3", "K")
    if f.ice <= 2:
        grade = 3
    elif f.ice <= 6:
        grade = 2
    elif f.ice <= 9:
        grade = 1
    else:
        grade = 0
    return grade, Ground("ice", {"ice": f.ice, "grade": grade}, "1.3", "V")


def _consciousness(f: IcansFacts) -> tuple[int, Ground]:
    grade = CONSCIOUSNESS_GRADES[f.consciousness]
    return grade, Ground("consciousness", {"consciousness": f.consciousness, "grade": grade}, "1.3", "V")


def _seizure(f: IcansFacts) -> tuple[int, Ground]:
    if f.seizure == "timed":
        grade = 4 if f.seizure_minutes > PROLONGED_SEIZURE_OVER_MIN else 3
        return grade, Ground("seizure_timed", {"seizure_minutes": f.seizure_minutes, "grade": grade}, "1.3")
    grade = SEIZURE_GRADES[f.seizure]
    return grade, Ground("seizure", {"seizure": f.seizure, "grade": grade}, "1.3", "V")


def _motor(f: IcansFacts) -> tuple[int, Ground]:
    grade = MOTOR_GRADES[f.motor]
    return grade, Ground("motor", {"motor": f.motor, "grade": grade}, "1.3", "V")


def _oedema(f: IcansFacts) -> tuple[int, Ground]:
    if f.intracranial_haemorrhage:
        return 0, Ground("haemorrhage_excluded", {"oedema": f.oedema, "grade": 0}, "1.3", "V")
    grade = OEDEMA_GRADES[f.oedema]
    return grade, Ground("oedema", {"oedema": f.oedema, "grade": grade}, "1.3", "V")


def _signs(f: IcansFacts) -> tuple[int, Ground]:
    seen = [sign for sign in GRADING_SIGNS if sign in f.signs]
    grade = 4 if seen else 0
    return grade, Ground("raised_pressure_signs", {"signs": seen, "grade": grade}, "1.3", "V")


def _icans_contradictions(f: IcansFacts) -> tuple[Ground, ...]:
    """What was recorded and does not fit together, or is graded elsewhere; it never changes the grade."""
    found = []
    if f.intracranial_haemorrhage:
        found.append(Ground("haemorrhage_graded_by_ctcae", {"urgent": True}, "1.3", "V"))
    if f.ice and f.consciousness == "unarousable_or_vigorous" and not f.consciousness_other_cause:
        found.append(Ground("ice_contradicts_consciousness", {"ice": f.ice}, "1.3"))
    if f.seizure == "resolved" and f.seizure_minutes and f.seizure_minutes > PROLONGED_SEIZURE_OVER_MIN:
        found.append(Ground("seizure_minutes_contradict", {"seizure_minutes": f.seizure_minutes}, "1.3"))
    return tuple(found)


def shown_grade(result: Result, grade_before_sedation: int | None) -> int | None:
    """The grade to show beside an incomplete ICANS: the worse of what can be assessed and the last one before sedation.

    Convention [C] of reference 1.3. None where the result itself holds the answer.
    """
    if result.range is None:
        return None
    return max(result.range[0], grade_before_sedation or 0)


def may_close_episode(result: Result) -> bool:
    """Only a known grade 0 closes an episode: a sedated or otherwise incomplete assessment never does (1.3)."""
    return result.is_known and result.value == 0


__all__ = [
    "CrsFacts",
    "IcansFacts",
    "IceItems",
    "WrongFact",
    "alarms",
    "crs",
    "icans",
    "ice_applies",
    "ice_total",
    "may_close_episode",
    "shown_grade",
    "vasopressor_name",
]

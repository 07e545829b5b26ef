"""A second reading of reference 1.1 and 1.3, written from its tables: each column is asked, from the worst down.

It reads plain JSON input, shares nothing with patients/clinical, and answers unknown facts by brute force over many
values, not over chosen representatives. `ICE not done` and `sedated` widen to 4 as rule 1.3 says.
"""

from itertools import product

# Columns of the CRS table, worst first: which devices stand in "hypoxia", which counts of vasopressors.
HYPOXIA_COLUMNS = (
    (4, {"cpap", "helmet_cpap", "bipap", "niv", "ecmo", "intubated_ventilated"}, None),
    (3, {"high_flow_nasal_cannula", "facemask", "venturi", "non_rebreather", "reservoir_mask"}, "over six"),
    (2, {"blow_by"}, "up to six"),
)

CRS_DEFAULTS = {
    "fever_other_cause": False,
    "fever_earlier_in_episode": False,
    "antipyretic_or_anticytokine_or_steroid_given": False,
    "hypotension": False,
    "hypotension_other_cause": False,
    "vasopressors": [],
    "hypoxia_other_cause": False,
    "death_due_to_crs": False,
    "device": "none",
    "to_correct_hypoxia": True,
}
CRS_VALUES = {
    "temp_c": [30.0, 36.5, 37.9, 37.99, 38.0, 38.1, 41.0],
    "vasopressors": [
        [],
        ["vasopressin"],
        ["noradrenaline"],
        ["noradrenaline", "vasopressin"],
        ["adrenaline", "noradrenaline"],
        ["noradrenaline", "noradrenaline"],
        ["adrenaline", "noradrenaline", "vasopressin"],
    ],
    "device": ["none", "nasal_cannula", *sorted(set().union(*(devices for _g, devices, _f in HYPOXIA_COLUMNS)))],
    "flow_l_min": [0, 0.5, 5.9, 6, 6.0, 6.1, 15, 60],
}


def flat(case: dict) -> dict:
    """The case with oxygen laid out flat, defaults in, absent temperature and flow unknown."""
    oxygen = case.get("oxygen", {})
    if oxygen is None:
        oxygen = {"device": None, "flow_l_min": None, "to_correct_hypoxia": None}
    return {
        "temp_c": None,
        "flow_l_min": None,
        **CRS_DEFAULTS,
        **{k: v for k, v in case.items() if k != "oxygen"},
        **oxygen,
    }


def crs_of_known(f: dict):
    """5, a grade with its urgency, or would_be: ("grade", n, urgent) | ("judgement", n)."""
    if f["death_due_to_crs"]:
        return ("grade", 5, False)
    breathing = 0
    if f["to_correct_hypoxia"] and not f["hypoxia_other_cause"]:
        for grade, devices, cannula in HYPOXIA_COLUMNS:
            on_cannula = f["device"] == "nasal_cannula" and (
                (cannula == "over six" and f["flow_l_min"] > 6) or (cannula == "up to six" and not f["flow_l_min"] > 6)
            )
            if f["device"] in devices or on_cannula:
                breathing = grade
                break
    pressure = 0
    if not f["hypotension_other_cause"]:
        others = len(set(f["vasopressors"]) - {"vasopressin"})
        if others > 1:
            pressure = 4
        elif f["vasopressors"]:
            pressure = 3
        elif f["hypotension"]:
            pressure = 2
    signs = max(breathing, pressure)
    hot = f["temp_c"] >= 38.0 and not f["fever_other_cause"]
    if hot:
        return ("grade", signs or 1, False)
    if signs == 0:
        return ("grade", 0, False)
    if not f["fever_earlier_in_episode"]:
        return ("grade", 0, True)
    if f["antipyretic_or_anticytokine_or_steroid_given"]:
        return ("grade", signs, False)
    return ("judgement", signs)


def completions(f: dict, values: dict):
    unknown = [name for name, value in f.items() if value is None]
    for chosen in product(*(values.get(name, [False, True]) for name in unknown)):
        yield f | dict(zip(unknown, chosen, strict=True))


def crs(case: dict):
    """The `result` or, where the completions differ, ("incomplete", lowest, highest)."""
    f = flat(case)
    if f["device"] not in (None, "nasal_cannula"):
        f["flow_l_min"] = 0
    seen = {crs_of_known(c)[:2] for c in completions(f, CRS_VALUES)}
    if len(seen) == 1:
        ((what, grade),) = seen
        return grade if what == "grade" else {"status": "NEEDS_JUDGEMENT", "would_be": grade, "urgent": True}
    grades = [grade for _what, grade in seen]
    return ("incomplete", min(grades), max(grades))


# --- ICANS ----------------------------------------------------------------------------------------------------------

ICANS_DEFAULTS = {
    "ice": None,
    "consciousness": "alert",
    "consciousness_other_cause": False,
    "seizure": "none",
    "seizure_minutes": None,
    "motor": "none",
    "oedema": "none",
    "signs": [],
    "intracranial_haemorrhage": False,
    "death_due_to_icans": False,
}
ICANS_VALUES = {
    "ice": ["not done"],
    "consciousness": [
        "alert",
        "awakens_spontaneously",
        "awakens_to_voice",
        "awakens_to_tactile",
        "unarousable_or_vigorous",
    ],
    "seizure": ["none", "resolved", "eeg_resolved", "timed", "repetitive_no_recovery"],
    "seizure_minutes": [0, 4.9, 5, 5.1, 60],
    "motor": ["none", "deep_focal_weakness"],
    "oedema": ["none", "focal", "diffuse"],
    "signs": [[], ["tremor"], ["cn_vi_palsy"], ["papilloedema", "headache"]],
}
SEVERE_SIGNS = {"decorticate", "decerebrate", "cn_vi_palsy", "papilloedema", "cushing_triad"}


def in_column(grade: int, f: dict) -> bool:
    """Whether a domain that can be assessed stands in the column of this grade."""
    sedated = f["consciousness_other_cause"]
    oedema = "none" if f["intracranial_haemorrhage"] else f["oedema"]
    ice = None if sedated or f["ice"] == "not done" else f["ice"]
    waking = None if sedated else f["consciousness"]
    return {
        5: [f["death_due_to_icans"]],
        4: [
            waking == "unarousable_or_vigorous",
            f["seizure"] == "repetitive_no_recovery",
            f["seizure"] == "timed" and f["seizure_minutes"] > 5,
            f["motor"] == "deep_focal_weakness",
            oedema == "diffuse",
            bool(SEVERE_SIGNS & set(f["signs"])),
        ],
        3: [
            ice in (0, 1, 2),
            waking == "awakens_to_tactile",
            f["seizure"] in ("resolved", "eeg_resolved", "timed"),
            oedema == "focal",
        ],
        2: [ice in (3, 4, 5, 6), waking == "awakens_to_voice"],
        1: [ice in (7, 8, 9), waking == "awakens_spontaneously"],
        0: [True],
    }[grade].count(True) > 0


def icans(case: dict):
    f = {**ICANS_DEFAULTS, **{k: v for k, v in case.items() if k in ICANS_DEFAULTS}}
    if f["seizure"] not in (None, "timed"):
        f["seizure_minutes"] = 0
    seen = set()
    for c in completions(f, ICANS_VALUES):
        grade = next(g for g in (5, 4, 3, 2, 1, 0) if in_column(g, c))
        hidden = grade < 5 and (c["consciousness_other_cause"] or c["ice"] == "not done")
        seen |= set(range(grade, 5)) if hidden else {grade}
    return seen.pop() if len(seen) == 1 else ("incomplete", min(seen), max(seen))

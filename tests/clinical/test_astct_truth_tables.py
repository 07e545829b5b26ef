"""Complete truth tables of CRS and ICANS against the second oracle, and unknown facts against brute force."""

import random
from itertools import combinations, product

import pytest

from patients.clinical import cases
from tests.clinical import oracle_astct as oracle

YES_NO = (False, True)


def told(kind: str, given: dict):
    """What calculate says, in the oracle's words."""
    out = cases.answer(cases.KINDS[kind], {"id": 1, "input": given})
    assert "error" not in out, (given, out)
    if out.get("status") == "incomplete":
        assert out["result"] is None
        assert out["missing"], given
        return ("incomplete", *out["range"])
    return out["result"]


CRS_GRID = {
    "temp_c": (37.9, 38.0),
    "fever_other_cause": YES_NO,
    "fever_earlier_in_episode": YES_NO,
    "antipyretic_or_anticytokine_or_steroid_given": YES_NO,
    "hypotension": YES_NO,
    "hypotension_other_cause": YES_NO,
    "vasopressors": oracle.CRS_VALUES["vasopressors"],
    "hypoxia_other_cause": YES_NO,
    "to_correct_hypoxia": YES_NO,
}
OXYGEN = [(device, 0) for device in oracle.CRS_VALUES["device"] if device != "nasal_cannula"] + [
    ("nasal_cannula", flow) for flow in (5.9, 6, 6.1)
]


def crs_case(**facts) -> dict:
    """Facts laid out flat, as a case with its oxygen."""
    oxygen = {key: facts.pop(key) for key in ("device", "flow_l_min", "to_correct_hypoxia") if key in facts}
    return facts | {"oxygen": oxygen}


def crs_grid():
    for values in product(*CRS_GRID.values()):
        known = dict(zip(CRS_GRID, values, strict=True))
        for device, flow in OXYGEN:
            yield crs_case(**known, device=device, flow_l_min=flow)


def test_every_cell_of_crs_equals_the_second_oracle():
    cells = 0
    for case in crs_grid():
        cells += 1
        assert told("crs", case) == oracle.crs(case), case
    assert cells == 2**8 * 7 * 16


def test_death_due_to_crs_is_5_whatever_else():
    for case in random.Random(1).sample(list(crs_grid()), 300):
        assert told("crs", case | {"death_due_to_crs": True}) == 5


CRS_UNKNOWABLE = [*CRS_GRID, "device", "flow_l_min", "death_due_to_crs"]


def some_crs_facts(chance: random.Random) -> dict:
    facts = {name: chance.choice(values) for name, values in CRS_GRID.items()}
    facts["device"], facts["flow_l_min"] = chance.choice(OXYGEN)
    return facts | {"death_due_to_crs": chance.random() < 0.05}


@pytest.mark.parametrize("unknown", [*combinations(CRS_UNKNOWABLE, 1), *combinations(CRS_UNKNOWABLE, 2)], ids="+".join)
def test_crs_with_unknown_facts_equals_brute_force(unknown):
    chance = random.Random("+".join(unknown))
    for _ in range(12):
        case = crs_case(**some_crs_facts(chance) | dict.fromkeys(unknown))
        assert told("crs", case) == oracle.crs(case), case


def test_crs_with_many_unknown_or_absent_facts_equals_brute_force():
    chance = random.Random(3)
    for _ in range(150):
        facts = some_crs_facts(chance)
        unknown = chance.sample(CRS_UNKNOWABLE, 4)
        absent = chance.sample(CRS_UNKNOWABLE, 3)
        facts = {k: v for k, v in (facts | dict.fromkeys(unknown)).items() if k not in absent}
        case = crs_case(**facts)
        assert told("crs", case) == oracle.crs(case), case


@pytest.mark.parametrize("temp_c", [37.9, 38.0, None])
@pytest.mark.parametrize("hypotension", [False, True, None])
def test_oxygen_unknown_as_a_whole_is_one_missing_fact(temp_c, hypotension):
    case = {"temp_c": temp_c, "hypotension": hypotension, "oxygen": None}
    out = cases.answer(cases.KINDS["crs"], {"id": 1, "input": case})
    assert told("crs", case) == oracle.crs(case)
    assert ("oxygen" in out.get("missing", ())) == (temp_c != 37.9)


ICANS_GRID = {
    "ice": (0, 1, 2, 3, 6, 7, 9, 10),
    "consciousness": oracle.ICANS_VALUES["consciousness"],
    "consciousness_other_cause": YES_NO,
    "motor": oracle.ICANS_VALUES["motor"],
    "oedema": oracle.ICANS_VALUES["oedema"],
    "signs": ([], ["tremor", "myoclonus"], ["papilloedema"]),
    "intracranial_haemorrhage": YES_NO,
}
SEIZURES = [("none", None), ("resolved", None), ("eeg_resolved", 1), ("repetitive_no_recovery", None)] + [
    ("timed", minutes) for minutes in (4.9, 5, 5.1)
]


def test_every_cell_of_icans_equals_the_second_oracle():
    cells = 0
    for values in product(*ICANS_GRID.values()):
        known = dict(zip(ICANS_GRID, values, strict=True))
        for seizure, minutes in SEIZURES:
            cells += 1
            case = known | {"seizure": seizure, "seizure_minutes": minutes}
            assert told("icans", case) == oracle.icans(case), case
    assert cells == 8 * 5 * 2 * 2 * 3 * 3 * 2 * 7


ICANS_UNKNOWABLE = [*ICANS_GRID, "seizure", "seizure_minutes", "death_due_to_icans"]


def some_icans_facts(chance: random.Random) -> dict:
    facts = {name: chance.choice(values) for name, values in ICANS_GRID.items()}
    facts["ice"] = chance.randrange(11)
    facts["seizure"], facts["seizure_minutes"] = chance.choice(SEIZURES)
    return facts | {"death_due_to_icans": chance.random() < 0.05}


@pytest.mark.parametrize(
    "unknown", [*combinations(ICANS_UNKNOWABLE, 1), *combinations(ICANS_UNKNOWABLE, 2)], ids="+".join
)
def test_icans_with_unknown_facts_equals_brute_force(unknown):
    chance = random.Random("+".join(unknown))
    for _ in range(15):
        case = some_icans_facts(chance) | dict.fromkeys(unknown)
        assert told("icans", case) == oracle.icans(case), case


def test_icans_with_many_unknown_or_absent_facts_equals_brute_force():
    chance = random.Random(5)
    for _ in range(300):
        unknown, absent = chance.sample(ICANS_UNKNOWABLE, 4), chance.sample(ICANS_UNKNOWABLE, 3)
        case = {k: v for k, v in (some_icans_facts(chance) | dict.fromkeys(unknown)).items() if k not in absent}
        assert told("icans", case) == oracle.icans(case), case

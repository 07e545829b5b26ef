"""IMWG response and MRD (reference 3): each line of the table, each threshold either side."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from patients.clinical import imwg
from patients.clinical.imwg import ImwgFacts, MrdFacts
from patients.clinical.result import INCOMPLETE, NEEDS_JUDGEMENT, WrongFact
from tests.clinical import oracle_imwg as oracle

STABLE = ImwgFacts(
    serum_baseline=4,
    serum_nadir=3.6,
    serum=3.6,
    urine_baseline=1000,
    urine_nadir=900,
    urine=900,
    dflc_nadir=20,
    dflc=20,
    immunofixation_negative=False,
    plasmacytoma=False,
    plasma_cells_percent=20,
    new_lesion=False,
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "SD"),
        ({"serum": 3.01, "serum_nadir": 3.01}, "SD"),
        ({"serum": 3, "serum_nadir": 3}, "MR"),
        ({"serum": 2.01, "serum_nadir": 2.01}, "MR"),
        ({"serum": 2, "serum_nadir": 2}, "MR"),  # the urine has not fallen enough
        ({"serum": 2, "serum_nadir": 2, "urine": 199}, "PR"),
        ({"serum": 2, "serum_nadir": 2, "urine": 200}, "MR"),
        ({"serum": 2, "serum_nadir": 2, "urine": 200, "urine_baseline": 2000}, "PR"),
        ({"serum": 0.41, "serum_nadir": 0.41, "urine": 99}, "PR"),
        ({"serum": 0.4, "serum_nadir": 0.4, "urine": 100}, "PR"),
        ({"serum": 0.4, "serum_nadir": 0.4, "urine": 99}, "VGPR"),
        ({"serum": 0, "serum_nadir": 0, "urine": 0}, "VGPR"),
        ({"serum": 0, "serum_nadir": 0, "urine": 0, "immunofixation_negative": True}, "VGPR"),
        ({"serum": 0, "urine": 0, "immunofixation_negative": True, "plasma_cells_percent": 5}, "VGPR"),
        ({"serum": 0, "urine": 0, "immunofixation_negative": True, "plasma_cells_percent": 4.9}, "CR"),
        (
            {
                "serum": 0,
                "urine": 0,
                "immunofixation_negative": True,
                "plasma_cells_percent": 1,
                "plasmacytoma": True,
            },
            "VGPR",
        ),
        ({"serum_nadir": 1, "serum": 1.49, "urine": 99}, "PR"),
        ({"serum_nadir": 1, "serum": 1.5}, "PD"),
        ({"serum_nadir": 2.4, "serum": 2.9}, "MR"),  # half a gram, but less than a quarter
        ({"serum_nadir": 2.4, "serum": 2.999}, "MR"),
        ({"serum_nadir": 2.4, "serum": 3}, "PD"),
        ({"serum_baseline": 0, "serum_nadir": 0, "serum": 0.4, "urine": 99}, "SD"),
        ({"serum_baseline": 0, "serum_nadir": 0, "serum": 0, "urine": 101}, "PR"),
        ({"serum_baseline": 0, "serum_nadir": 0, "serum": 0, "urine": 0}, "VGPR"),
        ({"serum": 2, "serum_nadir": 2, "urine": 200, "urine_baseline": 1999}, "MR"),
        ({"urine": 0}, "SD"),
        ({"serum": 0, "serum_nadir": 0}, "MR"),
        ({"urine_nadir": 500, "urine": 699}, "SD"),
        ({"urine_nadir": 500, "urine": 700}, "PD"),
        ({"urine_nadir": 900, "urine": 1100}, "SD"),
        ({"dflc_nadir": 10, "dflc": 20}, "SD"),
        ({"dflc_nadir": 10, "dflc": 20.1}, "PD"),
        ({"dflc_nadir": 100, "dflc": 120}, "SD"),
        ({"new_lesion": True}, "PD"),
    ],
)
def test_each_line_of_the_response_table(change, expected):
    assert imwg.response(replace(STABLE, **change)).value == expected


@pytest.mark.parametrize(
    ("change", "possible", "missing"),
    [
        ({"new_lesion": None}, ("SD", "PD"), {"new_lesion"}),
        ({"dflc": None}, ("SD", "PD"), {"dflc_rise"}),
        ({"serum": 2, "serum_nadir": 2, "urine": 300, "urine_baseline": None}, ("PR", "MR"), {"urine_class"}),
        (
            {"serum": 0, "urine": 0, "immunofixation_negative": True, "plasma_cells_percent": None},
            ("CR", "VGPR"),
            {"few_plasma_cells"},
        ),
    ],
)
def test_missing_facts_leave_the_best_and_the_worst_response(change, possible, missing):
    result = imwg.response(replace(STABLE, **change))
    assert (result.status, result.range, set(result.missing)) == (INCOMPLETE, possible, missing)


def holds_what_the_second_reading_finds(case: dict) -> bool:
    facts = ImwgFacts(**{name: Decimal(one) if isinstance(one, str) else one for name, one in case.items()})
    result, (best, worst) = imwg.response(facts), oracle.response(case)
    return (result.range or (result.value,) * 2, bool(result.missing)) == ((best, worst), best != worst)


@pytest.mark.parametrize("opened", oracle.GRID)
def test_an_open_fact_leaves_what_the_second_reading_finds_at_many_values(opened):
    chance = random.Random(opened)
    for _ in range(60):
        case = {name: chance.choice(values) for name, values in oracle.GRID.items()} | {"new_lesion": False}
        case |= {opened: None, **dict.fromkeys(chance.sample(sorted(case), chance.choice((0, 0, 1))))}
        assert holds_what_the_second_reading_finds(case), case


# No progression, so that it shows what the open baseline, or the open value, leaves.
QUIET = {
    "serum_nadir": 15,
    "urine_nadir": 50000,
    "urine_baseline": 1000,
    "serum_baseline": 4,
    "dflc_nadir": 0,
    "dflc": 0,
    "immunofixation_negative": False,
    "plasmacytoma": False,
    "plasma_cells_percent": 20,
    "new_lesion": False,
}


@pytest.mark.parametrize("urine", [0, 99, 150, 200, 4999, 5000, 5001, 50000, None])
@pytest.mark.parametrize("serum", [0, "0.1", "1.5", "1.6", "7.5", "7.6", "11.25", "11.3", 15, None])
@pytest.mark.parametrize("serum_baseline", [None, 0, 4])
def test_what_a_baseline_that_is_open_leaves_of_a_response(serum_baseline, serum, urine):
    case = QUIET | {"serum_baseline": serum_baseline, "serum": serum, "urine": urine}
    assert holds_what_the_second_reading_finds(case)
    assert holds_what_the_second_reading_finds(case | {"urine_baseline": None})


def test_progression_is_progression_whatever_is_missing():
    assert imwg.response(ImwgFacts(new_lesion=True)).value == "PD"


@pytest.mark.parametrize("wrong", [{"serum": 20}, {"plasma_cells_percent": 101}, {"urine": -1}, {"new_lesion": 1}])
def test_a_myeloma_fact_that_cannot_be_is_refused(wrong):
    with pytest.raises(WrongFact) as refused:
        ImwgFacts(**wrong)
    assert refused.value.field == next(iter(wrong))


def test_an_antibody_may_mimic_the_m_protein():
    answers = {
        (isotype, antibody): imwg.may_be_antibody(isotype=isotype, on_anti_cd38=antibody)
        for isotype in ("IgG-kappa", "IgA-lambda", None)
        for antibody in (True, False, None)
    }
    assert answers == {
        ("IgG-kappa", True): True,
        ("IgG-kappa", False): False,
        ("IgG-kappa", None): None,
        ("IgA-lambda", True): False,
        ("IgA-lambda", False): False,
        ("IgA-lambda", None): False,
        (None, True): None,
        (None, False): False,
        (None, None): None,
    }


def test_mrd_is_negative_only_below_1_in_100000_by_a_named_assay():
    assert imwg.mrd_negative(MrdFacts("NGF", 5, False)).value is True
    assert imwg.mrd_negative(MrdFacts("NGS", 6, False)).value is True
    assert imwg.mrd_negative(MrdFacts("NGS", 4, True)).value is False
    weak = imwg.mrd_negative(MrdFacts("NGF", 4, False))
    assert (weak.status, weak.value) == (NEEDS_JUDGEMENT, None)
    assert weak.would_be is True
    without = imwg.mrd_negative(MrdFacts(None, 5, False))
    assert (without.missing, without.range) == (("assay",), (False, True))
    found = imwg.mrd_negative(MrdFacts("NGF", 5, None))
    assert (found.missing, found.range) == (("detected",), (False, True))
    with pytest.raises(WrongFact):
        MrdFacts("NGF", 5, "no")
    assert imwg.mrd_negative(MrdFacts("NGF", None, False)).missing == ("sensitivity",)
    assert imwg.mrd_negative(MrdFacts("NGF", None, True)).value is False
    with pytest.raises(WrongFact):
        MrdFacts("flow", 5, False)


def test_sustained_mrd_negativity_is_twice_at_least_a_year_apart():
    first = date(2024, 2, 29)
    assert not imwg.is_sustained((first,))
    assert not imwg.is_sustained((first, date(2025, 2, 27)))
    assert imwg.is_sustained((date(2025, 2, 28), first))
    assert not imwg.is_sustained((first, date(2025, 3, 1)), positive_on=(date(2024, 9, 1),))
    assert imwg.is_sustained((first, date(2025, 3, 1)), positive_on=(date(2023, 9, 1),))
    third = date(2025, 3, 1)
    assert not imwg.is_sustained((first, third), positive_on=(first,))
    assert not imwg.is_sustained((first, third), positive_on=(third,))
    assert not imwg.is_sustained((first, date(2024, 8, 1), date(2025, 2, 27)))
    for days in (("2024-01-01",), (first, "2025-03-01")):
        with pytest.raises(WrongFact):
            imwg.is_sustained(days)

"""Lugano 2014 from Deauville (reference 3), every cell, and what missing facts leave open."""

import pytest

from patients.clinical import response
from patients.clinical.response import LuganoFacts, lugano
from patients.clinical.result import WrongFact

EXPECTED = {
    ("1", "reduced"): "CMR",
    ("1", "unchanged"): "CMR",
    ("1", "increased"): "CMR",
    ("2", "reduced"): "CMR",
    ("2", "unchanged"): "CMR",
    ("2", "increased"): "CMR",
    ("3", "reduced"): "CMR",
    ("3", "unchanged"): "CMR",
    ("3", "increased"): "CMR",
    ("4", "reduced"): "PMR",
    ("4", "unchanged"): "NMR",
    ("4", "increased"): "PMD",
    ("5", "reduced"): "PMR",
    ("5", "unchanged"): "NMR",
    ("5", "increased"): "PMD",
    ("X", "reduced"): "CMR",
    ("X", "unchanged"): "CMR",
    ("X", "increased"): "CMR",
}


@pytest.mark.parametrize(("deauville", "change"), EXPECTED)
def test_each_cell_of_lugano(deauville, change):
    assert lugano(LuganoFacts(deauville, change, False)).value == EXPECTED[deauville, change]
    assert lugano(LuganoFacts(deauville, change, True)).value == "PMD"


@pytest.mark.parametrize(
    ("facts", "missing", "possible"),
    [
        (LuganoFacts("4", None, False), ("uptake_change",), ("PMR", "PMD")),
        (LuganoFacts("4", "reduced", None), ("new_lesion",), ("PMR", "PMD")),
        (LuganoFacts(None, "reduced", False), ("deauville",), ("CMR", "PMR")),
        (LuganoFacts("2", None, None), ("new_lesion",), ("CMR", "PMD")),
        (LuganoFacts(), ("deauville", "uptake_change", "new_lesion"), ("CMR", "PMD")),
    ],
)
def test_missing_facts_leave_the_best_and_the_worst(facts, missing, possible):
    result = lugano(facts)
    assert (result.value, result.missing, result.range) == (None, missing, possible)


def test_the_change_of_uptake_is_not_needed_for_a_complete_response_or_a_new_lesion():
    assert lugano(LuganoFacts("3", None, False)).value == "CMR"
    assert lugano(LuganoFacts(None, None, True)).value == "PMD"


@pytest.mark.parametrize("wrong", [{"deauville": "6"}, {"deauville": 4}, {"uptake_change": "less"}, {"new_lesion": 1}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(WrongFact) as refused:
        LuganoFacts(**wrong)
    assert refused.value.field == next(iter(wrong))


def test_around_day_30_a_poor_answer_without_symptoms_may_be_pseudo_progression():
    may_be = response.may_be_pseudo_progression
    assert [may_be(answer, day=30, symptoms=False) for answer in ("CMR", "PMR", "NMR", "PMD")] == [
        False,
        True,
        False,
        True,
    ]
    assert [may_be("PMD", day=day, symptoms=None) for day in (0, 1, 35, 36)] == [False, True, True, False]
    assert not may_be("PMD", day=30, symptoms=True)

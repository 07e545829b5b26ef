"""The dossier's rules: what is asked of whom, what is missing, when told and listed lines differ."""

import pytest

from patients.clinical import reference_data
from patients.disease.models import Disease
from patients.observations import rules as observation_rules
from patients.observations.models import Observation, Serology
from patients.referral import rules, words
from patients.referral.models import Comorbidity


def test_the_codes_of_rules_are_those_of_the_tables():
    assert list(rules.COMORBIDITY) == Comorbidity.System.values
    assert set(rules.SEROLOGY) == set(Serology.What.values)
    assert set(rules.MEASURES) <= set(Observation.What.values)
    assert set(Observation.What.values) == set(observation_rules.BANDS)
    assert set(rules.NOT_OF_DISEASE) == set(Disease.values)
    assert set(words.SECTIONS) == set(rules.SECTIONS)
    assert set(words.DOSSIER_ITEMS) == {item for items in rules.SECTIONS.values() for item in items}
    assert set(rules.SECTION_OF_QUESTION.values()) <= set(rules.SECTIONS)
    assert set(rules.SECTION_OF_QUESTION) <= set(rules.ITEMS)


@pytest.mark.parametrize(
    ("disease", "asked"),
    [
        ("lbcl", ("subtype", "diagnosed", "stage", "bulky", "cns")),
        ("mcl", ("diagnosed", "stage", "bulky", "cns")),
        ("all", ("diagnosed", "cns")),
        ("mm", ("diagnosed", "cns")),
        (None, ("diagnosed", "stage", "bulky", "cns")),
    ],
)
def test_a_disease_is_asked_what_belongs_to_it(disease, asked):
    assert rules.items_of("disease", disease) == asked


def test_what_has_no_answer_is_missing_in_the_order_of_the_page():
    assert rules.gaps("disease", "lbcl", {"stage"}) == ["subtype", "diagnosed", "bulky", "cns"]
    assert rules.gaps("lines", "lbcl", {"lines"}) == []


@pytest.mark.parametrize(
    ("told", "listed", "differ"),
    [(1, 1, False), (1, 2, True), (4, 4, False), (4, 7, False), (4, 3, True), (None, 3, False), (2, 0, False)],
)
def test_four_told_means_four_or_more(told, listed, differ):
    assert rules.lines_disagree(told, listed, 4) is differ


def test_every_washout_of_the_seeds_has_words():
    assert set(words.WASHOUTS) == set(reference_data.washouts())

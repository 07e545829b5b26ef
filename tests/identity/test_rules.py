"""How identifiers compare: what hands and scanners add makes no difference, everything else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.identity.rules import mismatches, normal


@pytest.mark.parametrize(
    "typed",
    [
        "CP-0241",
        "cp-0241",
        " CP 0241 ",
        "CP\u20110241",
        "Cp\u2013 02 41",
        "CP\u00a00241",
        "ＣＰ-0241",
        "CP-0241\t",
        "CP\u200b-0241",
    ],
)
def test_case_spaces_and_dashes_make_no_difference(typed):
    assert normal(typed) == "CP0241"


@pytest.mark.parametrize("typed", ["CP-0214", "CP-241", "CP-0241-1", "CP/0241", "CP.0241", "CPO241", "", None])
def test_everything_else_does(typed):
    assert normal(typed) != "CP0241"


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=20), st.data())
def test_dashes_and_spaces_anywhere_change_nothing(text, data):
    place = data.draw(st.integers(0, len(text)))
    assert normal(text[:place] + " - " + text[place:]) == normal(text)


@given(st.text(max_size=30))
def test_normal_twice_is_normal_once(text):
    assert normal(normal(text)) == normal(text)


EXPECTED = {"patient": frozenset({"CP1"}), "product": frozenset({"L1", "C1"}), "collection": frozenset({"A1"})}


def test_any_recorded_identifier_of_a_kind_matches():
    assert mismatches({"patient": "CP1", "product": "C1", "collection": "A1"}, EXPECTED) == []


def test_an_identifier_that_was_not_typed_does_not_match():
    assert mismatches({"patient": "CP1", "product": "", "collection": "A1"}, EXPECTED) == ["product"]


def test_an_identifier_that_is_not_recorded_does_not_match():
    assert mismatches({"patient": "CP1"}, {"patient": frozenset()}) == ["patient"]


def test_an_identifier_of_another_kind_does_not_match():
    assert mismatches({"patient": "A1", "product": "CP1", "collection": "L1"}, EXPECTED) == [
        "patient",
        "product",
        "collection",
    ]

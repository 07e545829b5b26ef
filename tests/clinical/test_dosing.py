"""Tocilizumab dose and next dose, steroid equivalents (reference 2): each threshold one unit either side."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.clinical import dosing
from patients.clinical.dosing import NextDose, TocilizumabFacts, TocilizumabNextFacts
from patients.clinical.result import WrongFact


def dose(weight_kg):
    return dosing.tocilizumab_dose_mg(TocilizumabFacts(weight_kg)).value


@pytest.mark.parametrize(
    ("weight_kg", "mg"),
    [
        (29.9, 359),  # 12 mg/kg: 358.8
        (29.99, 360),
        (30, 240),  # 8 mg/kg from 30 kg
        (30.1, 241),
        (62.3, 498),  # 498.4
        (62.4, 499),  # 499.2
        (62.0625, 497),  # 496.5, half up
        (62.3125, 499),  # 498.5, half up
        (99.9, 799),  # 799.2
        (99.94, 800),
        (100, 800),
        (100.1, 800),
        (112, 800),
        (400, 800),
        (2, 24),
    ],
)
def test_the_dose_is_8_mg_per_kg_capped_and_rounded_half_up(weight_kg, mg):
    assert dose(weight_kg) == mg


def test_the_cap_and_the_rounding_stand_in_the_grounds():
    codes = {w: [g.code for g in dosing.tocilizumab_dose_mg(TocilizumabFacts(w)).grounds] for w in (70, 62.3, 100, 112)}
    assert codes == {
        70: ["dose_by_weight"],
        100: ["dose_by_weight"],
        62.3: ["dose_by_weight", "dose_rounded_half_up"],
        112: ["dose_by_weight", "dose_capped"],
    }


@given(st.decimals(2, 400, places=3))
def test_no_dose_is_above_the_cap_or_half_a_mg_away(weight_kg):
    per_kg = 12 if weight_kg < 30 else 8
    assert dose(weight_kg) <= 800
    assert dose(weight_kg) == 800 or abs(dose(weight_kg) - weight_kg * per_kg) <= Decimal("0.5")


def test_without_a_weight_the_dose_is_incomplete():
    result = dosing.tocilizumab_dose_mg(TocilizumabFacts())
    assert (result.value, result.missing, result.range) == (None, ("weight_kg",), (24, 800))


@pytest.mark.parametrize("weight_kg", [0, -1, 1.9, 400.1, "70", True, float("nan")])
def test_a_weight_that_cannot_be_is_refused(weight_kg):
    with pytest.raises(WrongFact) as refused:
        TocilizumabFacts(weight_kg)
    assert refused.value.field == "weight_kg"


def next_dose(previous, now_h):
    return dosing.tocilizumab_next(TocilizumabNextFacts(previous, now_h))


@pytest.mark.parametrize(
    ("previous", "now_h", "reason"),
    [
        ([], 0, None),
        ([0], 7.99, "interval_lt_8h"),
        ([0], 8, None),
        ([0], 8.01, None),
        ([0.1], 8.1, None),
        ([0.7], 8.7, None),
        ([0, 8, 16], 23.99, "interval_lt_8h"),
        ([0, 8, 16], 24, None),
        ([0, 4, 12], 23.99, "max_3_in_24h"),  # a gap broken earlier lets the 24 h limit bite
        ([0, 4, 12], 24, None),
        ([12, 0, 4], 20, "max_3_in_24h"),
        ([0, 4, 12], 19.99, "interval_lt_8h"),
        ([0, 8, 30, 40], 60, "max_4_total"),
        ([0, 8, 30, 40], 41, "max_4_total"),
        ([0, 1, 2, 3, 4], 5, "max_4_total"),
        ([0, 8, 30], 60, None),
        ([5, 5], 13, None),
        ([5], 5, "interval_lt_8h"),
        ([-20], -12, None),
    ],
)
def test_the_next_dose_is_refused_for_total_then_interval_then_24_hours(previous, now_h, reason):
    assert next_dose(previous, now_h).value == NextDose(reason is None, reason)


def test_an_unknown_time_matters_only_where_it_could_change_the_answer():
    assert next_dose([None, None, None, None], None).value == NextDose(False, "max_4_total")
    assert next_dose([0, None], 4).value == NextDose(False, "interval_lt_8h")
    unknown = next_dose([None], 4)
    assert (unknown.value, unknown.missing, unknown.range) == (None, ("hours_of_previous_doses",), (False, True))
    assert next_dose([], None).value == NextDose(True)
    now = next_dose([0], None)
    assert (now.value, now.missing, now.range) == (None, ("now_h",), (False, True))
    no_list = next_dose(None, 10)
    assert (no_list.missing, no_list.range) == (("hours_of_previous_doses",), (False, True))
    certain_no = next_dose([0, 4, 12, None], 13)
    assert certain_no.value == NextDose(False, "max_4_total")


TIMES = st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=5)


@given(TIMES, st.one_of(st.none(), st.integers(60, 100)))
def test_unknown_times_equal_brute_force(previous, now_h):
    told = next_dose(previous, now_h)
    answers = set()
    latest = max([hour for hour in previous if hour is not None], default=0)
    for now in [now_h] if now_h is not None else range(latest, latest + 26):
        unknown = previous.count(None)
        for ages in product((0, 7, 8, 23, 24, 90), repeat=unknown if len(previous) < 4 else 0):
            all_ages = [now - hour for hour in previous if hour is not None] + list(ages)
            if len(previous) >= 4:
                answers.add(NextDose(False, "max_4_total"))
            elif any(age < 8 for age in all_ages):
                answers.add(NextDose(False, "interval_lt_8h"))
            elif sum(age < 24 for age in all_ages) >= 3:
                answers.add(NextDose(False, "max_3_in_24h"))
            else:
                answers.add(NextDose(True))
    if len(answers) == 1:
        assert told.value == answers.pop()
    else:
        allowed = sorted(answer.allowed for answer in answers)
        assert (told.value, told.range) == (None, (allowed[0], allowed[-1]))
        assert told.missing


@pytest.mark.parametrize(
    ("previous", "now_h", "field"),
    [
        ([9], 8, "hours_of_previous_doses"),
        ("0", 8, "hours_of_previous_doses"),
        (5, 8, "hours_of_previous_doses"),
        ([True], 8, "hours_of_previous_doses"),
        ([0], "8", "now_h"),
        ([0], float("inf"), "now_h"),
    ],
)
def test_times_that_cannot_be_are_refused(previous, now_h, field):
    with pytest.raises(WrongFact) as refused:
        TocilizumabNextFacts(previous, now_h)
    assert refused.value.field == field


def test_steroids_are_compared_as_dexamethasone():
    equal = {"dexamethasone": 10, "methylprednisolone": 53, "prednisone": 67}
    for drug, mg in equal.items():
        assert dosing.dexamethasone_equivalent_mg(drug, mg) == 10
        assert dosing.dexamethasone_equivalent_mg(drug, 0) == 0
    assert dosing.dexamethasone_equivalent_mg("methylprednisolone", 106) == 20


@pytest.mark.parametrize(
    ("drug", "mg", "field"),
    [
        ("hydrocortisone", 100, "drug"),
        ("prednisone", None, "dose_mg"),
        (None, 5, "drug"),
        ("prednisone", -1, "dose_mg"),
    ],
)
def test_a_steroid_outside_the_reference_is_never_guessed(drug, mg, field):
    with pytest.raises(WrongFact) as refused:
        dosing.dexamethasone_equivalent_mg(drug, mg)
    assert refused.value.field == field


def test_an_open_next_dose_says_which_reasons_could_stand_against_it():
    result = dosing.tocilizumab_next(TocilizumabNextFacts([0, None], 9))
    assert (result.range, result.missing) == ((False, True), ("hours_of_previous_doses",))
    assert [one.values for one in result.grounds] == [{"reasons": ["interval_lt_8h"]}]

"""The closed table of units (reference 0): the unit of entry never changes the value, and no unit is ever guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.clinical import units
from patients.clinical.result import WrongFact


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "canonical"),
    [
        ("crp", "32", "mg/L", "3.2"),
        ("crp", "3.2", "mg/dL", "3.2"),
        ("anc", "950", "/uL", "0.95"),
        ("anc", "0.95", "10^9/L", "0.95"),
        ("platelets", "75000", "/uL", "75"),
        ("wbc", "8", "10^3/uL", "8"),
        ("haemoglobin", "92", "g/L", "9.2"),
        ("ferritin", "650", "ug/L", "650"),
        ("creatinine", "88.4", "umol/L", "1"),
        ("bilirubin", "17.1", "umol/L", "1"),
        ("bilirubin", "34.2", "umol/L", "2"),
        ("igg", "400", "mg/dL", "4"),
        ("fibrinogen", "1.5", "g/L", "150"),
        ("dose", "1", "g", "1000"),
    ],
)
def test_each_unit_becomes_the_canonical_one(quantity, value, unit, canonical):
    assert units.convert(Decimal(value), quantity=quantity, unit=unit) == Decimal(canonical)


@given(st.sampled_from(sorted(units.TABLE)), st.data())
def test_a_value_comes_back_the_same_from_any_unit(quantity, data):
    unit = data.draw(st.sampled_from(units.units_of(quantity)))
    value = data.draw(st.decimals(0, 100000, places=3))
    there = units.convert(value, quantity=quantity, unit=units.canonical_unit(quantity), to=unit)
    back = units.convert(there, quantity=quantity, unit=unit)
    assert abs(back - value) <= abs(value) * Decimal("1e-11")
    if quantity not in ("creatinine", "bilirubin"):
        assert back == value


@pytest.mark.parametrize("unit", [None, "", "mg/l", "mmol/L", "mg", "10^9/l"])
def test_a_value_without_its_exact_unit_is_refused(unit):
    with pytest.raises(units.UnknownUnit) as refused:
        units.convert(Decimal(3), quantity="crp", unit=unit)
    assert refused.value.field == "crp"


def test_an_unknown_quantity_is_refused():
    with pytest.raises(units.UnknownUnit):
        units.convert(Decimal(3), quantity="sodium", unit="mmol/L")


@pytest.mark.parametrize("value", ["3", True, None, float("nan"), Decimal("Infinity")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(WrongFact):
        units.convert(value, quantity="crp", unit="mg/L")


@pytest.mark.parametrize(("written", "number"), [("3,2", "3.2"), (" 3.2 ", "3.2"), ("-0,5", "-0.5"), ("1200", "1200")])
def test_comma_and_point_are_the_same_number(written, number):
    assert units.read_number(written) == Decimal(number)


@pytest.mark.parametrize("written", ["", "1.234,5", "1,234.5", "1 200", "3,2mg", "1e3", "NaN", "--3", ".", ","])
def test_what_is_not_plainly_a_number_is_refused(written):
    with pytest.raises(WrongFact) as refused:
        units.read_number(written, "crp")
    assert refused.value.field == "crp"


# How many canonical units one of each is, written again from reference 0.
ONE_IS = {
    **{(count, unit): 1.0 for count in ("anc", "alc", "wbc", "platelets") for unit in ("10^9/L", "10^3/uL")},
    **{(count, "/uL"): 0.001 for count in ("anc", "alc", "wbc", "platelets")},
    ("temperature", "degC"): 1,
    ("haemoglobin", "g/dL"): 1,
    ("haemoglobin", "g/L"): 0.1,
    ("crp", "mg/dL"): 1,
    ("crp", "mg/L"): 0.1,
    ("ferritin", "ng/mL"): 1,
    ("ferritin", "ug/L"): 1,
    ("ldh", "U/L"): 1,
    ("creatinine", "mg/dL"): 1,
    ("creatinine", "umol/L"): 1 / 88.4,
    ("bilirubin", "mg/dL"): 1,
    ("bilirubin", "umol/L"): 1 / 17.1,
    ("igg", "g/L"): 1,
    ("igg", "mg/dL"): 0.01,
    ("fibrinogen", "mg/dL"): 1,
    ("fibrinogen", "g/L"): 100,
    ("triglycerides", "mg/dL"): 1,
    ("oxygen_flow", "L/min"): 1,
    ("dose", "mg"): 1,
    ("dose", "g"): 1000,
    ("weight", "kg"): 1,
    ("weight", "g"): 0.001,
}


def test_the_table_of_units_is_closed_and_each_factor_is_that_of_the_reference():
    known = {(quantity, unit) for quantity, row in units.TABLE.items() for unit in row}
    assert known == set(ONE_IS)
    for (quantity, unit), factor in ONE_IS.items():
        assert float(units.convert(1, quantity=quantity, unit=unit)) == pytest.approx(factor, rel=1e-11)


def test_a_converted_value_has_twelve_significant_digits():
    assert units.convert(1, quantity="creatinine", unit="umol/L") == Decimal("0.0113122171946")

"""Fiscal codes as people write them, homocody, and what no office would have issued."""

from datetime import date

import pytest
from codicefiscale import codicefiscale

from patients.identity.fiscal_code import Person, WrongCode, read, stranger_code, tidy

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "written", ["RSNMRA64C14F205T", "rsnmra64c14f205t", " rsn mra 64c14 f205t ", "RSN.MRA-64C14\u00a0F205T"]
)
def test_a_code_is_read_however_it_is_written(written):
    assert read(written, today=TODAY) == Person("RSNMRA64C14F205T", date(1964, 3, 14), "M")


def test_every_homocody_of_a_code_is_read_and_stays_another_code():
    codes = codicefiscale.decode("RSNMRA64C14F205T")["omocodes"]
    assert len(codes) == 128
    for code in codes:
        assert read(code, today=TODAY) == Person(code, date(1964, 3, 14), "M")


def test_a_woman_is_born_forty_days_later():
    code = codicefiscale.encode("Bruno", "Carla", "F", "23/02/1953", "Milano")
    assert read(code, today=TODAY) == Person(code, date(1953, 2, 23), "F")


def with_letter(start: str) -> str:
    return start + codicefiscale.encode_cin(start + "A")


@pytest.mark.parametrize(
    ("code", "born"),
    [
        (with_letter("RSNMRA26S22F205"), date(2026, 11, 22)),
        (with_letter("RSNMRA26S23F205"), date(1926, 11, 23)),
        (with_letter("RSNMRA00B29F205"), date(2000, 2, 29)),
        (with_letter("RSNMRA64C14Z999"), date(1964, 3, 14)),
    ],
)
def test_of_two_centuries_the_later_that_is_not_after_today_and_no_place_is_judged(code, born):
    assert read(code, today=TODAY).birth_date == born


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "syntax"),
        ("RSNMRA64C14F205", "syntax"),
        ("RSNMRA64C14F205TT", "syntax"),
        ("RSNMRA64C14F20ÉT", "syntax"),
        ("RSNMRA64C14F205X", "check_letter"),
        ("RSNMRB64C14F205T", "check_letter"),
        (with_letter("RSNMRA64D31F205"), "date"),
        (with_letter("RSNMRA64C00F205"), "date"),
        (with_letter("RSNMRA64C40F205"), "date"),
        (with_letter("RSNMRA64C72F205"), "date"),
        (with_letter("RSNMRA65B29F205"), "date"),
    ],
)
def test_an_impossible_code_says_why(code, reason):
    with pytest.raises(WrongCode) as wrong:
        read(code, today=TODAY)
    assert wrong.value.reason == reason


def test_codes_of_those_who_have_no_fiscal_code():
    assert stranger_code("stp 123 4567890123") == "STP1234567890123"
    assert stranger_code("ENI1234567890123") == "ENI1234567890123"
    for wrong in ("STP123456789012", "XYZ1234567890123", ""):
        with pytest.raises(WrongCode):
            stranger_code(wrong)


def test_tidy_keeps_letters_and_figures():
    assert tidy(" a.b-c 1 ") == "ABC1"

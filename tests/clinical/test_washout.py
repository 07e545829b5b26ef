"""Wash-outs before apheresis (reference 4): the day itself keeps it, a day earlier is short by one."""

from datetime import date

import pytest

from patients.clinical import reference_data, washout
from patients.clinical.days import PartialDate
from patients.clinical.result import INCOMPLETE, WrongFact
from patients.clinical.washout import Washout

CHEMOTHERAPY = Washout("cytotoxic_chemotherapy", days=14)
BENDAMUSTINE = Washout("bendamustine", months=9)


@pytest.mark.parametrize(
    ("apheresis", "short"), [("2026-03-14", 1), ("2026-03-15", 0), ("2026-03-16", 0), ("2026-03-01", 14)]
)
def test_days_short_of_a_washout(apheresis, short):
    result = washout.days_short(CHEMOTHERAPY, last_dose=date(2026, 3, 1), apheresis=date.fromisoformat(apheresis))
    assert result.value == short


def test_months_are_clamped_calendar_months():
    last = date(2025, 5, 31)
    assert BENDAMUSTINE.earliest_apheresis(last) == date(2026, 2, 28)
    assert washout.days_short(BENDAMUSTINE, last_dose=last, apheresis=date(2026, 2, 27)).value == 1


def test_a_last_dose_known_to_the_month_gives_a_range():
    month = PartialDate.parse("2026-03")
    between = washout.days_short(CHEMOTHERAPY, last_dose=month, apheresis=date(2026, 4, 1))
    assert (between.status, between.range, between.missing) == (INCOMPLETE, (0, 13), ("last_dose",))
    assert washout.days_short(CHEMOTHERAPY, last_dose=month, apheresis=date(2026, 4, 14)).value == 0


@pytest.mark.parametrize(
    ("length", "last_dose", "apheresis", "range_", "missing"),
    [
        (CHEMOTHERAPY, None, None, (0, 14), ("last_dose", "apheresis")),
        (CHEMOTHERAPY, None, date(2026, 3, 1), (0, 14), ("last_dose",)),
        (CHEMOTHERAPY, date(2026, 3, 1), None, (0, 14), ("apheresis",)),
        (BENDAMUSTINE, None, None, (0, 276), ("last_dose", "apheresis")),
        (BENDAMUSTINE, None, date(2025, 5, 31), (0, 273), ("last_dose",)),
        (BENDAMUSTINE, PartialDate.parse("2025-05"), None, (0, 276), ("apheresis",)),
        (BENDAMUSTINE, date(2025, 5, 31), None, (0, 273), ("apheresis",)),
        (Washout("alemtuzumab", months=12), None, None, (0, 366), ("last_dose", "apheresis")),
    ],
)
def test_with_a_date_unknown_it_is_kept_or_short_by_its_whole_length_at_most(
    length, last_dose, apheresis, range_, missing
):
    result = washout.days_short(length, last_dose=last_dose, apheresis=apheresis)
    assert (result.status, result.value, result.range, result.missing) == (INCOMPLETE, None, range_, missing)
    (ground,) = result.grounds
    assert ground.values.get("earliest") == (
        last_dose and length.earliest_apheresis(getattr(last_dose, "latest", last_dose))
    )


def test_no_wash_out_is_kept_whatever_is_not_known():
    assert washout.days_short(Washout("anti_cd20"), last_dose=None, apheresis=None).value == 0


def test_the_longest_wait_sets_the_earliest_apheresis():
    kept = ((CHEMOTHERAPY, date(2026, 3, 1)), (Washout("btki", days=3), PartialDate.parse("2026-03")))
    day, setter = washout.earliest_apheresis(kept)
    assert (day, setter.code) == (date(2026, 4, 3), "btki")
    assert washout.earliest_apheresis(()) is None


def test_every_seeded_washout_can_be_read():
    read = reference_data.washouts()
    assert len(read) == 23
    assert (read["bendamustine"].months, read["cytotoxic_chemotherapy"].days, read["anti_cd20"].days) == (9, 14, 0)
    assert {row.source for row in read.values()} == {"4"}


@pytest.mark.parametrize(
    "row",
    [
        "{code: a, source: '4', tag: K}",
        "{code: a, days: 1, months: 1, source: '4', tag: K}",
        "{code: a, days: -1, source: '4', tag: K}",
    ],
)
def test_a_faulty_washout_is_refused(tmp_path, row):
    file = tmp_path / "washouts.yaml"
    file.write_text(f"[{row}]")
    with pytest.raises(reference_data.SeedError, match=r"washouts.yaml:1: days: "):
        reference_data.read_washouts(file)
    file.write_text("[{code: a, days: 1, source: '4', tag: K}, {code: a, days: 1, source: '4', tag: K}]")
    with pytest.raises(reference_data.SeedError, match=r"washouts.yaml:1: code: 'a' stands twice"):
        reference_data.read_washouts(file)


def test_an_apheresis_outside_all_time_is_refused():
    with pytest.raises(WrongFact):
        washout.days_short(CHEMOTHERAPY, last_dose=date(2026, 3, 1), apheresis=date(1026, 3, 1))


@pytest.mark.parametrize("length", [{"days": -1}, {"months": -1}, {"days": 1, "months": 1}])
def test_a_length_that_cannot_be_is_no_washout(length):
    assert Washout("steroid").source == "4"
    with pytest.raises(ValueError, match="no wash-out"):
        Washout("steroid", **length)

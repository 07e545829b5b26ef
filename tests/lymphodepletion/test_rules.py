"""The window from lymphodepletion to the infusion, by product, one day each side of every edge (reference 4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from patients.lymphodepletion.rules import Placed, Window, earliest, latest, must_be_redone, place, schedule, span
from patients.products.regimens import Regimen

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 3)
pytestmark = pytest.mark.django_db


def window(code: str) -> Window:
    row = Regimen.objects.get(pk=code)
    return Window(row.anchor, row.least_days, row.best_days, row.most_days)


@pytest.mark.parametrize(
    ("code", "days", "result"),
    [
        ("axi-cel", 2, "too_early"),
        ("axi-cel", 3, "ok"),
        ("axi-cel", 4, "late_physician_decides"),
        ("axi-cel", 14, "late_physician_decides"),
        ("axi-cel", 15, "too_late"),
        ("brexu-cel-mcl", 2, "too_early"),
        ("brexu-cel-mcl", 3, "ok"),
        ("brexu-cel-mcl", 14, "ok"),
        ("brexu-cel-mcl", 15, "too_late"),
        ("brexu-cel-all", 1, "too_early"),
        ("brexu-cel-all", 2, "ok"),
        ("brexu-cel-all", 15, "too_late"),
        ("tisa-cel-lbcl", 1, "too_early"),
        ("tisa-cel-lbcl", 14, "ok"),
        ("tisa-cel-lbcl", 15, "too_late"),
        ("tisa-cel-fl", 2, "ok"),
        ("tisa-cel-fl", 6, "ok"),
        ("tisa-cel-fl", 7, "too_late"),
        ("liso-cel", 1, "too_early"),
        ("liso-cel", 2, "ok"),
        ("liso-cel", 7, "ok"),
        ("liso-cel", 8, "too_late"),
        ("ide-cel", 9, "ok"),
        ("ide-cel", 10, "too_late"),
        ("obe-cel", 1, "too_early"),
        ("obe-cel", 4, "ok"),
        ("obe-cel", 5, "too_late"),
    ],
)
def test_days_after_the_last_dose(code, days, result):
    found = place(window(code), FIRST, LAST, LAST + timedelta(days=days))
    assert (found.days, found.result) == (days, result)


NOV = {day: date(2026, 11, day) for day in range(20, 27)}


@pytest.mark.parametrize(
    ("given", "today", "last"),
    [
        ((None, None, None), 20, 23),
        ((True, None, None), 21, 23),  # one of three given: the others are to come
        ((True, None, None), 23, 23),  # the second was passed over, the third is today's
        ((True, None, None), 24, 21),
        ((True, True, None), 24, 22),
        ((True, True, False), 23, 22),
        ((False, True, True), 24, 23),
    ],
)
def test_while_lymphodepletion_runs_its_days_to_come_count(given, today, last):
    days = zip((NOV[21], NOV[22], NOV[23]), given, strict=True)
    first = NOV[22] if given[0] is False else NOV[21]
    assert span(days, NOV[today]) == (first, NOV[last])


def test_an_infusion_three_days_after_the_planned_last_day_is_in_time_after_the_first_of_three():
    running = span([(NOV[21], True), (NOV[22], None), (NOV[23], None)], NOV[21])
    assert place(window("axi-cel"), *running, NOV[26]) == Placed(3, "ok")


@pytest.mark.parametrize(("days", "result"), [(4, "too_early"), (5, "ok"), (7, "ok"), (8, "too_late")])
def test_cilta_cel_counts_from_the_first_day(days, result):
    found = place(window("cilta-cel"), FIRST, LAST, FIRST + timedelta(days=days))
    assert (found.days, found.result) == (days, result)


def test_the_windows_edges_as_days():
    assert (earliest(window("axi-cel"), FIRST, LAST), latest(window("axi-cel"), FIRST, LAST)) == (
        date(2026, 5, 6),
        date(2026, 5, 17),
    )
    assert (earliest(window("cilta-cel"), FIRST, LAST), latest(window("cilta-cel"), FIRST, LAST)) == (
        date(2026, 5, 6),
        date(2026, 5, 8),
    )


def test_drugs_fall_on_their_own_days():
    doses = Regimen.objects.get(pk="brexu-cel-all").doses
    assert schedule(doses, date(2026, 2, 27)) == {
        date(2026, 2, 27): [{"drug": "fludarabine", "mg_per_m2": 25}],
        date(2026, 2, 28): [{"drug": "fludarabine", "mg_per_m2": 25}],
        date(2026, 3, 1): [{"drug": "fludarabine", "mg_per_m2": 25}, {"drug": "cyclophosphamide", "mg_per_m2": 900}],
    }


@pytest.mark.parametrize(
    ("code", "doses"),
    [
        ("axi-cel", {"cyclophosphamide": (500, 3), "fludarabine": (30, 3)}),
        ("brexu-cel-mcl", {"cyclophosphamide": (500, 3), "fludarabine": (30, 3)}),
        ("tisa-cel-lbcl", {"fludarabine": (25, 3), "cyclophosphamide": (250, 3)}),
        ("tisa-cel-lbcl-bendamustine", {"bendamustine": (90, 2)}),
        ("tisa-cel-all", {"fludarabine": (30, 4), "cyclophosphamide": (500, 2)}),
        ("liso-cel", {"fludarabine": (30, 3), "cyclophosphamide": (300, 3)}),
        ("ide-cel", {"fludarabine": (30, 3), "cyclophosphamide": (300, 3)}),
        ("cilta-cel", {"fludarabine": (30, 3), "cyclophosphamide": (300, 3)}),
        ("obe-cel", {"fludarabine": (30, 4), "cyclophosphamide": (500, 2)}),
    ],
)
def test_doses_and_days_are_those_of_the_reference(code, doses):
    row = Regimen.objects.get(pk=code)
    assert {dose["drug"]: (dose["mg_per_m2"], len(dose["days"])) for dose in row.doses} == doses


def test_what_the_reference_does_not_sign_is_not_verified():
    rows = [(row.code, row.doses_verified, row.window_verified) for row in Regimen.objects.all()]
    assert sorted(row for row in rows if not all(row[1:])) == [
        ("brexu-cel-all", False, False),
        ("ide-cel", False, False),
        ("obe-cel", False, False),
        ("tisa-cel-all", True, False),
        ("tisa-cel-lbcl", True, False),
        ("tisa-cel-lbcl-bendamustine", True, False),
    ]


@pytest.mark.parametrize(
    ("days", "wbc", "again"),
    [
        (28, None, False),  # within 4 weeks nobody asks
        (28, "5.0", False),
        (29, "1.0", False),
        (29, "1.1", True),
        (29, None, None),
    ],
)
def test_after_four_weeks_tisa_cels_lymphodepletion_is_given_again_unless_white_cells_are_low(days, wbc, again):
    white_cells = None if wbc is None else Decimal(wbc)
    told = must_be_redone(days, after_days=28, wbc_over=Decimal(1), wbc_10e9_per_l=white_cells)
    assert told is again

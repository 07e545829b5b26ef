"""Which planned restaging a PET is, and when a response needs a reason."""

from datetime import date, timedelta

import pytest

from patients.followup.rules import NOMINAL_DAYS, Read, faults, nearest

DAY_0 = date(2026, 3, 1)
ALL = dict.fromkeys(NOMINAL_DAYS)


def on(day: int) -> date:
    return DAY_0 + timedelta(days=day)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (24, None),
        (25, "pet_30"),
        (30, "pet_30"),
        (35, "pet_30"),
        (36, None),
        (79, None),
        (80, "pet_90"),
        (110, "pet_90"),
        (111, None),
        (136, "pet_180"),
        (180, "pet_180"),
        (272, "pet_180"),
        (273, "pet_365"),
        (400, "pet_365"),
    ],
)
def test_the_nearest_planned_one_within_its_window(day, expected):
    assert nearest(ALL, done_on=on(day), day_0=DAY_0) == expected


def test_a_moved_plan_is_what_counts():
    plans = ALL | {"pet_180": on(250), "pet_365": on(300)}
    assert nearest(plans, done_on=on(280), day_0=DAY_0) == "pet_365"


def test_what_is_done_is_not_proposed_again():
    assert nearest({"pet_90": None}, done_on=on(30), day_0=DAY_0) is None
    assert nearest({}, done_on=on(30), day_0=DAY_0) is None


READ = {"done_on": on(30), "deauville": "4", "uptake_change": "reduced", "new_lesion": False}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"response": "PMR"}, []),
        ({"response": "CMR"}, [("differs_because", "say_why_it_differs")]),
        ({"response": "CMR", "differs_because": "biopsy negative"}, []),
        ({"response": "indeterminate"}, [("differs_because", "say_why_it_differs")]),
        ({"response": "PMR", "uptake_change": None}, [("differs_because", "say_why_it_is_so")]),
        ({"response": "PMR", "uptake_change": None, "differs_because": "seen elsewhere"}, []),
        ({"response": "CMR", "deauville": "3", "uptake_change": None}, []),
        ({"response": "CMR", "deauville": "X", "uptake_change": None}, []),
        ({"response": "PMD", "deauville": None, "new_lesion": True}, []),
        ({"response": "CMR", "deauville": "1", "new_lesion": None}, [("differs_because", "say_why_it_is_so")]),
        ({"response": "PMR", "done_on": on(-1)}, [("done_on", "before_infusion")]),
        ({"response": "PMR", "done_on": on(41)}, [("done_on", "in_the_future")]),
    ],
)
def test_what_a_confirmed_response_needs(said, expected):
    assert faults(Read(**(READ | said)), day_0=DAY_0, today=on(40)) == expected

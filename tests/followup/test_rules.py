"""Which planned restaging a PET is, and when a response needs a reason."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from patients.followup import rules
from patients.followup.rules import NOMINAL_DAYS, MyelomaRead, Read, faults, nearest

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
        (
            {"response": "indeterminate"},
            [
                ("differs_because", "say_why_it_differs"),
                ("settle_how", "say_how_settled"),
                ("settle_by", "say_settled_by"),
            ],
        ),
        (
            {"response": "indeterminate", "differs_because": "x", "settle_how": "pet", "settle_by": on(29)},
            [("settle_by", "settled_before_it_was_seen")],
        ),
        ({"response": "indeterminate", "differs_because": "x", "settle_how": "pet", "settle_by": on(44)}, []),
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
    assert faults(Read(**(READ | said)), first=DAY_0, today=on(40)) == expected


# ── progression ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_indeterminate_restaging_is_no_progression_until_a_later_one_decides():
    open_one = [(on(30), "indeterminate")]
    assert (rules.progressed_on(open_one), rules.open_question(open_one)) == (None, on(30))
    no = [*open_one, (on(60), "PMR")]
    assert (rules.progressed_on(no), rules.open_question(no)) == (None, None)
    yes = [*open_one, (on(60), "PMD"), (on(90), "PMD")]
    assert (rules.progressed_on(yes), rules.open_question(yes)) == (on(60), None)
    assert (rules.progressed_on([]), rules.open_question([])) == (None, None)


# ── myeloma ──────────────────────────────────────────────────────────────────────────────────────────────────────

GONE = {
    "done_on": on(30),
    "response": "CR",
    "serum_baseline": Decimal("3.0"),
    "serum": Decimal(0),
    "urine_baseline": Decimal(0),
    "urine": Decimal(0),
    "dflc": Decimal("10.1"),
    "immunofixation_negative": True,
    "plasmacytoma": False,
    "plasma_cells_percent": Decimal(2),
    "new_lesion": False,
}


def test_myeloma_is_graded_by_imwg_with_the_nadir_of_what_was_recorded_before():
    first = MyelomaRead(**GONE)
    assert rules.myeloma_response(first, []).range == ("CR", "PD")  # no earlier light chains: a rise is not excluded
    few = MyelomaRead(**(GONE | {"dflc": Decimal(10)}))
    assert rules.myeloma_response(few, []).value == "CR"  # they cannot have risen by more than 10
    earlier = MyelomaRead(**(GONE | {"done_on": on(10), "serum": Decimal("1.0")}))
    assert rules.myeloma_response(first, [earlier]).value == "CR"
    back = MyelomaRead(**(GONE | {"done_on": on(90), "serum": Decimal("0.6"), "immunofixation_negative": False}))
    assert rules.myeloma_response(back, [earlier, first]).value == "PD"
    assert rules.nadir(None, [None]) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"differs_because": "chains not followed"}, []),
        ({}, [("differs_because", "say_why_it_is_so")]),
        ({"differs_because": "x", "mrd_detected": False}, [("mrd_assay", "say_the_assay")]),
        ({"differs_because": "x", "mrd_assay": "NGF"}, [("mrd_detected", "say_whether_found")]),
        ({"differs_because": "x", "done_on": on(-1)}, [("done_on", "before_infusion")]),
        ({"differs_because": "x", "done_on": on(41)}, [("done_on", "in_the_future")]),
    ],
)
def test_what_a_myeloma_response_needs(said, expected):
    assert rules.myeloma_faults(MyelomaRead(**(GONE | said)), [], first=DAY_0, today=on(40)) == expected


# ── prophylaxis, vaccines, who follows ───────────────────────────────────────────────────────────────────────────


def test_prophylaxis_may_stop_after_12_months_with_cd4_at_0_2_twice():
    """Reference 6.2's stop rule [C], one day and one unit each side."""
    start = date(2026, 1, 31)
    enough = [(date(2026, 9, 1), Decimal("0.2")), (date(2026, 12, 1), Decimal("0.2"))]

    def said(cd4, today=date(2027, 1, 31), what="aciclovir"):
        return rules.stop_prophylaxis(what, started_on=start, cd4=cd4, today=today)

    assert said(enough) == "may_stop"
    assert said(enough, date(2027, 1, 30)) == "too_soon"
    assert said([enough[0], (date(2026, 12, 1), Decimal("0.199"))]) == "cd4_low"
    assert said([(date(2026, 1, 30), Decimal("0.3")), enough[1]]) == "cd4_not_known"
    assert said([]) == "cd4_not_known"
    assert said(enough, what="entecavir") is None


def test_a_vaccine_before_its_published_day_is_told():
    day_0 = date(2026, 1, 31)

    def told(what, day):
        return rules.vaccine_too_early(what, day, day_0=day_0)

    assert (told("influenza", date(2026, 4, 29)), told("influenza", date(2026, 4, 30))) == (date(2026, 4, 30), None)
    assert (told("zoster", date(2026, 7, 30)), told("zoster", date(2026, 7, 31))) == (date(2026, 7, 31), None)
    assert (told("live", date(2027, 1, 31)), told("live", date(2027, 2, 1))) == (date(2027, 1, 31), None)


def test_the_hub_follows_until_the_other_centre_has_taken_over():
    assert [rules.follower([]), rules.follower(["referring"]), rules.follower(["referring", "hub"])] == [
        "hub",
        "referring",
        "hub",
    ]

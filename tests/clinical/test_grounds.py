"""What a result says of its reasons: which ground for which facts, and the marks of what is a convention here."""

from dataclasses import replace
from datetime import date

import pytest

from patients.clinical import astct, cases, indications
from patients.clinical.astct import CrsFacts, IcansFacts
from patients.clinical.lymphodepletion import InfusionWindow, LdFacts, ld_window

HOT = CrsFacts(
    temp_c=38.5,
    fever_other_cause=False,
    fever_earlier_in_episode=True,
    antipyretic_or_anticytokine_or_steroid_given=True,
    hypotension=False,
    hypotension_other_cause=False,
    vasopressors=(),
    oxygen_device="none",
    oxygen_to_correct_hypoxia=True,
    hypoxia_other_cause=False,
    death_due_to_crs=False,
)


def codes(facts: CrsFacts) -> list[str]:
    return [ground.code for ground in astct.crs(facts).grounds]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ["fever", "no_hypotension", "no_oxygen"]),
        ({"temp_c": 37}, ["no_fever", "no_hypotension", "no_oxygen", "fever_waived", "resolved"]),
        (
            {"temp_c": 37, "hypotension": True},
            ["no_fever", "hypotension_without_vasopressor", "no_oxygen", "fever_waived"],
        ),
        ({"hypotension_other_cause": True}, ["fever", "hypotension_other_cause", "no_oxygen"]),
        ({"vasopressors": ("vasopressin",)}, ["fever", "vasopressin_alone", "no_oxygen"]),
        ({"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 6}, ["fever", "no_hypotension", "oxygen_low_flow"]),
        ({"oxygen_device": "nasal_cannula", "oxygen_flow_l_min": 7}, ["fever", "no_hypotension", "oxygen_high_flow"]),
        ({"oxygen_device": "blow_by"}, ["fever", "no_hypotension", "oxygen_low_flow"]),
        ({"oxygen_device": "cpap"}, ["fever", "no_hypotension", "positive_pressure"]),
        ({"oxygen_device": "cpap", "hypoxia_other_cause": True}, ["fever", "no_hypotension", "hypoxia_other_cause"]),
        (
            {"oxygen_device": "cpap", "oxygen_to_correct_hypoxia": False},
            ["fever", "no_hypotension", "oxygen_not_for_hypoxia"],
        ),
    ],
)
def test_each_reason_of_a_crs_grade_is_said_once(change, said):
    assert codes(replace(HOT, **change)) == said


@pytest.mark.parametrize("device", [device for device, grade in astct.DEVICE_GRADES.items() if grade])
def test_only_devices_that_the_reference_adds_are_conventions(device):
    (ground,) = [one for one in astct.crs(replace(HOT, oxygen_device=device)).grounds if one.values.get("device")]
    conventions = {"helmet_cpap", "niv", "ecmo", "reservoir_mask"}
    assert ground.tag == ("C" if device in conventions else "")


def test_a_resolved_seizure_contradicts_its_minutes_only_above_five():
    def warned(minutes) -> list[str]:
        facts = IcansFacts(ice=10, consciousness="alert", seizure="resolved", seizure_minutes=minutes)
        return [one.code for one in astct.icans(facts).warnings]

    assert ("seizure_minutes_contradict" in warned(5), "seizure_minutes_contradict" in warned(5.1)) == (False, True)


def test_without_a_grade_before_sedation_what_can_be_assessed_is_shown():
    sedated = IcansFacts(
        consciousness_other_cause=True,
        seizure="none",
        motor="none",
        oedema="none",
        signs=(),
        intracranial_haemorrhage=False,
        death_due_to_icans=False,
    )
    result = astct.icans(sedated)
    assert [astct.shown_grade(result, before) for before in (None, 0, 2)] == [0, 0, 2]


def answered(kind: str, given, **case) -> dict:
    return cases.answer(cases.KINDS[kind], {"id": 1, "input": given, **case})


def test_dates_say_from_which_day_they_are_counted():
    both = answered("date_tasks", {"infusion": "2026-03-10", "last_1l_dose": "2025-06-01"})
    assert [one["code"] for one in both["grounds"]][1:] == [
        "counted_from_day_0",
        "months_clamped_to_month_end",
        "counted_from_last_1l_dose",
    ]
    one = answered("date_tasks", {"last_1l_dose": "2025-06-01"})
    assert [ground["code"] for ground in one["grounds"]][1:] == ["counted_from_last_1l_dose"]


def test_the_key_that_stands_twice_is_the_one_that_is_named():
    twice = cases.json_object([("temp_c", 38), ("hypotension", True), ("hypotension", False)])
    assert answered("crs", twice)["field"] == "hypotension"
    whole = cases.json_object([("id", 1), ("input", {"temp_c": 38}), ("input", {"temp_c": 37})])
    assert cases.answer(cases.KINDS["crs"], whole) == {"id": 1, "error": "stands twice", "field": "input"}


def test_a_whole_number_of_up_to_fifteen_digits_is_written_as_one():
    written = [cases.plain(cases.Decimal(10) ** power) for power in (14, 15)]
    assert [(one, type(one)) for one in written] == [(10**14, int), (10.0**15, float)]


def test_a_day_of_birth_may_be_the_day_of_the_question_and_a_partial_date_lies_in_our_centuries():
    newborn = {"dob": "2026-05-01", "date": "2026-05-01", "refractory": True}
    assert answered("eligibility_ball", newborn)["result"]["age"] == 0
    assert answered("eligibility_ball", newborn | {"date": "2026-04-30"})["field"] == "date"
    for day in ("1899-12", "2101"):
        assert answered("eligibility_lbcl", {"relapse_date": day})["field"] == "relapse_date"


# --- Eligibility: what is told beside the answer ---------------------------------------------------------------------

DLBCL = {"subtype": "DLBCL", "lines": 1}
CR_THEN_RELAPSE = DLBCL | {
    "eot_pet": "CMR",
    "first_cr_date": "2025-03-10",
    "last_1l_dose_date": "2025-02-20",
    "relapse_date": "2025-10-01",
}
TOLD = {
    "remission_contradicts_course",
    "progression_contradicts_complete_response",
    "deauville_contradicts_response",
    "biopsy_advised",
    "lenalidomide_refractory_without_exposure",
}


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("lbcl", CR_THEN_RELAPSE, set()),
        ("lbcl", DLBCL | {"relapsed_or_refractory": False}, set()),
        ("lbcl", DLBCL | {"relapsed_or_refractory": False, "eot_pet": "CMR"}, set()),
        ("lbcl", DLBCL | {"relapsed_or_refractory": False, "eot_pet": "PMR"}, {"remission_contradicts_course"}),
        ("lbcl", DLBCL | {"eot_pet": "PMD", "pd_on_last": True}, set()),
        ("lbcl", CR_THEN_RELAPSE | {"pd_on_last": True}, {"progression_contradicts_complete_response"}),
        ("lbcl", CR_THEN_RELAPSE | {"deauville": 3}, set()),
        ("lbcl", DLBCL | {"relapsed_or_refractory": True, "deauville": 4}, set()),
        ("lbcl", DLBCL | {"eot_pet": "PMD", "deauville": 2}, set()),
        ("lbcl", DLBCL | {"eot_pet": "NMR", "deauville": 4}, set()),
        ("lbcl", DLBCL | {"eot_pet": "NMR", "deauville": 3}, {"deauville_contradicts_response"}),
        ("lbcl", DLBCL | {"eot_pet": "PMR", "deauville": 4}, {"biopsy_advised"}),
        ("lbcl", DLBCL | {"eot_pet": "PMR", "deauville": 4, "biopsy_proven": True}, set()),
        ("ball", {"dob": "2000-01-01", "date": "2026-05-01", "refractory": True}, set()),
        ("ball", {"dob": "2000-01-01", "date": "2026-05-01", "relapsed_or_refractory": False}, set()),
        ("ball", {"relapsed_or_refractory": False, "refractory": True}, {"remission_contradicts_course"}),
        ("ball", {"relapsed_or_refractory": False, "relapse_number": 1}, {"remission_contradicts_course"}),
        ("mm", {"lines": 2, "pd_on_last": True, "classes": ["IMiD"], "lenalidomide_refractory": True}, set()),
        ("mm", {"lines": 2, "pd_on_last": True, "classes": ["PI"]}, set()),
        (
            "mm",
            {"lines": 2, "pd_on_last": True, "classes": ["PI"], "lenalidomide_refractory": True},
            {"lenalidomide_refractory_without_exposure"},
        ),
    ],
)
def test_what_contradicts_itself_is_told_and_nothing_else_is(kind, given, told):
    said = answered(f"eligibility_{kind}", given)
    assert {one["code"] for one in said["grounds"]} & TOLD == told


def test_a_date_that_decides_is_named_beside_the_other_facts_that_do():
    given = {"subtype": "DLBCL", "eot_pet": "CMR", "relapse_date": "2026-10-01"}
    assert set(answered("eligibility_lbcl", given)["missing"]) == {"lines", "last_1l_dose_date", "first_cr_date"}


def test_every_ground_of_an_eligibility_stands_in_5_1():
    said = answered("eligibility_mcl", {"relapsed_or_refractory": True, "lines": 1, "btki_exposed": True})
    assert {one["source"] for one in said["grounds"][2:]} == {"5.1"}
    assert {one["source"] for one in answered("eligibility_fl", {"lines": 2})["grounds"][2:]} == {"5.1"}


def test_an_indication_that_asks_for_what_no_rule_knows_is_refused():
    with pytest.raises(ValueError, match="unknown requirement: stem_cells"):
        indications.Indication("axi-cel", "LBCL", "EU", 2, requires=("stem_cells", "btki"))


def test_in_all_what_could_say_that_the_disease_came_back_is_named_where_nothing_says_so():
    nothing = {"refractory": False, "post_sct_relapse": False, "relapse_number": 0}
    assert answered("eligibility_ball", nothing)["missing"] == ["relapsed_or_refractory"]
    assert answered("eligibility_ball", {})["missing"] == ["relapsed_or_refractory", "relapse_number"]
    assert answered("eligibility_ball", dict.fromkeys(nothing))["missing"] == ["relapsed_or_refractory", *nothing]


@pytest.mark.parametrize("anchor", ["ld_end", "ld_start"])
@pytest.mark.parametrize("known", [{}, {"infusion": date(2026, 5, 9)}])
def test_an_open_day_may_be_the_day_of_the_infusion_itself(anchor, known):
    for earliest, first in ((0, "ok"), (1, "too_early")):
        window = InfusionWindow(anchor, earliest, 5, 7)
        assert ld_window(LdFacts(**known), window).range == (first, "too_late")


def test_a_window_opens_from_day_0_on_and_closes_in_order():
    assert InfusionWindow("ld_end", 0, 0, 0).source == "4"
    for days in ((-1, 3, 4), (4, 3, 5), (2, 5, 4)):
        with pytest.raises(ValueError, match="no window"):
            InfusionWindow("ld_end", *days)

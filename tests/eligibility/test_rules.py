"""What a decision must say, as a table."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from patients.eligibility.items import BY_CODE, ITEMS, items_for
from patients.eligibility.rules import (
    NO_RESERVATION,
    NOT_KNOWN,
    RESOLVE_FIRST,
    WEIGH,
    Answered,
    Said,
    answer_faults,
    faults,
    flag,
)
from patients.eligibility.words import ITEMS as ITEM_WORDS
from patients.referral.rules import GROUNDS, NEVER_ALONE, exit_reason, refusal_faults, unanswered

TODAY = date(2026, 11, 19)
ELIGIBLE = {"kind": "eligible", "reason": "r", "deciders": "d", "board_on": TODAY, "product": "axi-cel"}
REFUSED = ELIGIBLE | {"kind": "not_eligible", "product": None, "grounds": ("not_in_indication",), "instead": "x"}
DEFERRED = ELIGIBLE | {"kind": "deferred", "product": None, "reassess_on": TODAY}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (ELIGIBLE, []),
        (ELIGIBLE | {"reason": "  "}, [("reason", "say_why")]),
        (ELIGIBLE | {"deciders": ""}, [("deciders", "say_who")]),
        (ELIGIBLE | {"product": None}, [("product", "choose_product")]),
        (ELIGIBLE | {"board_on": date(2026, 11, 20)}, [("board_on", "in_the_future")]),
        (REFUSED, []),
        (REFUSED | {"grounds": ()}, [("grounds", "no_ground")]),
        (REFUSED | {"grounds": ("age",)}, [("grounds", "age_or_comorbidity_alone")]),
        (REFUSED | {"grounds": ("comorbidity",)}, [("grounds", "age_or_comorbidity_alone")]),
        (REFUSED | {"grounds": ("comorbidity", "age")}, [("grounds", "age_or_comorbidity_alone")]),
        (REFUSED | {"grounds": ("age", "active_infection")}, []),
        (REFUSED | {"instead": " "}, [("instead", "say_instead")]),
        (DEFERRED, []),
        (DEFERRED | {"reassess_on": None}, [("reassess_on", "say_when")]),
        (DEFERRED | {"reassess_on": date(2026, 11, 18)}, [("reassess_on", "in_the_past")]),
    ],
)
def test_what_a_decision_must_say(said, expected):
    assert faults(Said(**said), today=TODAY) == expected


@pytest.mark.parametrize("ground", [ground for ground in GROUNDS if ground not in NEVER_ALONE])
def test_any_other_ground_carries_a_refusal_with_or_without_age(ground):
    assert refusal_faults([ground]) == []
    assert refusal_faults([ground, "age", "comorbidity"]) == []


@pytest.mark.parametrize(
    ("grounds", "reason"),
    [
        (["not_in_indication"], "not_in_indication"),
        (["disease_not_relapsed", "not_in_indication"], "not_in_indication"),
        (["active_infection", "age"], "infection"),
        (["active_infection", "patient_declines"], "decision_against"),
        (["pregnancy"], "decision_against"),
    ],
)
def test_the_coded_reason_is_that_of_the_only_coded_ground(grounds, reason):
    assert exit_reason(grounds) == reason


def test_not_known_counts_as_answered():
    assert unanswered(["person", "name", "disease", "status", "lines", "ecog", "needed_within_days"]) == [
        "referrer_phone"
    ]


def test_who_is_eligible_though_something_is_settled_first_is_so_under_conditions():
    said = ELIGIBLE | {"conditions": " "}
    assert faults(Said(**said), today=TODAY, resolve_first=["no_gvhd"]) == [("conditions", "say_conditions")]
    assert faults(Said(**said | {"conditions": "x"}), today=TODAY, resolve_first=["no_gvhd"]) == []
    assert faults(Said(**DEFERRED), today=TODAY, resolve_first=["no_gvhd"]) == []


def test_a_product_whose_label_does_not_cover_the_case_asks_for_a_reason_of_its_own():
    assert faults(Said(**ELIGIBLE), today=TODAY, covered=False) == [("off_label_reason", "say_why_off_label")]
    assert faults(Said(**ELIGIBLE, off_label_reason="uso compassionevole"), today=TODAY, covered=False) == []
    assert faults(Said(**REFUSED), today=TODAY, covered=False) == []


# ── items ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "good", "amber", "red"),
    [
        ("ecog", ["0", "1"], ["2"], ["3", "4"]),
        ("life_expectancy", ["8"], ["7", "6"], ["5"]),
        ("lvef", ["50"], ["49", "40"], ["39"]),
        ("spo2", ["92"], ["91", "50"], []),
        ("creatinine_clearance", ["60"], ["59", "30"], ["29"]),
        ("transaminases", ["3.9"], ["4.0", "40"], []),
        ("bilirubin", ["1.9"], ["2.0", "9"], []),
        ("lymphocytes", ["0.20"], ["0.19", "0"], []),
        ("neutrophils", ["1.00"], ["0.99"], []),
        ("platelets", ["30"], ["29"], []),
        ("haemoglobin", ["8.0"], ["7.9"], []),
    ],
)
def test_a_value_raises_its_flag_one_unit_each_side_of_the_cut_off(code, good, amber, red):
    for values, expected in ((good, NO_RESERVATION), (amber, WEIGH), (red, RESOLVE_FIRST)):
        assert {flag(BY_CODE[code], Answered(value=Decimal(value))) for value in values} <= {expected}


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    [
        ("infection_controlled", Answered(False), RESOLVE_FIRST),
        ("infection_controlled", Answered(True), NO_RESERVATION),
        ("infection_controlled", Answered(None), NOT_KNOWN),
        ("infection_controlled", Answered(), NOT_KNOWN),
        ("no_dementia", Answered(False), WEIGH),
        ("lvef", Answered(True, Decimal(38)), RESOLVE_FIRST),
        ("lvef", Answered(None, Decimal(58)), NO_RESERVATION),
        ("lvef", Answered(False, Decimal(58)), WEIGH),
        ("lines", Answered(None, Decimal(1)), NOT_KNOWN),
    ],
)
def test_the_worse_of_answer_and_value_is_the_flag_and_unknown_is_no_flag(code, said, expected):
    assert flag(BY_CODE[code], said) == expected


def test_no_item_is_age_and_each_belongs_to_its_disease_and_sex():
    assert [item.code for item in ITEMS if "age" in item.code.split("_")] == []
    asked = {item.code for item in items_for(disease="mcl", sex="M")}
    assert "btki_given" in asked and not asked & {"imid_given", "not_primary_cns", "pregnancy_test_negative"}
    assert len(items_for(disease=None, sex=None)) == len(items_for(disease="other", sex="F")) == len(ITEMS)


def test_every_item_has_its_section_in_the_clinical_reference():
    text = (Path(__file__).resolve().parents[2] / "docs" / "clinical-reference.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^#+ (\d+(?:\.\d+)?)", text, re.MULTILINE)) | {"convention"}
    assert {item.source for item in ITEMS} - sections == set()
    assert set(ITEM_WORDS) == set(BY_CODE)


@pytest.mark.parametrize(
    ("code", "said", "expected"),
    [
        ("lvef", Answered(True, Decimal(55), TODAY), []),
        ("lvef", Answered(True, Decimal(4)), [("value", "implausible")]),
        ("no_gvhd", Answered(True, Decimal(1)), [("value", "no_value_here")]),
        ("no_gvhd", Answered(True, None, date(2026, 11, 20)), [("on", "in_the_future")]),
    ],
)
def test_what_an_answer_cannot_say(code, said, expected):
    assert answer_faults(BY_CODE[code], said, today=TODAY) == expected

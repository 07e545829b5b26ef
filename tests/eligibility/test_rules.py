"""What a decision must say, as a table."""

from datetime import date

import pytest

from patients.eligibility.rules import Said, faults
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

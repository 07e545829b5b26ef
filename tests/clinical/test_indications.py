"""Eligibility and the lymphodepletion window (reference 4, 5.1): each row, each edge, thousands of random cases."""

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from patients.clinical import cases, indications, lymphodepletion, reference_data
from patients.clinical.days import PartialDate
from patients.clinical.indications import BallFacts, FlFacts, Indications, LbclFacts, MclFacts, MmFacts
from patients.clinical.lymphodepletion import InfusionWindow, LdFacts
from patients.clinical.result import WrongFact
from tests.clinical import oracle_eligibility as oracle


def answer(kind: str, given: dict) -> dict:
    told = cases.answer(cases.KINDS[kind], {"id": 1, "input": given})
    assert "error" not in told, (given, told)
    return told


def result(kind: str, given: dict) -> dict:
    return answer(kind, given)["result"]


def eligible(*products):
    return {"status": "ELIGIBLE_BY_INDICATION", "products_eu": list(products)}


NOT = {"status": "NOT_IN_INDICATION", "products_eu": []}
INCOMPLETE = {"status": "INCOMPLETE"}

# --- Large B-cell lymphoma ------------------------------------------------------------------------------------------

RELAPSE = {
    "subtype": "DLBCL",
    "lines": 1,
    "eot_pet": "CMR",
    "first_cr_date": "2025-03-10",
    "last_1l_dose_date": "2025-02-20",
    "relapse_date": "2025-10-01",
}


@pytest.mark.parametrize(
    ("relapse", "status", "clock_cr", "clock_label"),
    [
        ("2026-02-20", "ELIGIBLE_BY_INDICATION", True, True),
        ("2026-02-21", "NEEDS_JUDGEMENT", True, False),
        ("2026-03-10", "NEEDS_JUDGEMENT", True, False),
        ("2026-03-11", "NOT_IN_INDICATION", False, False),
    ],
)
def test_the_label_s_clock_decides_and_includes_its_last_day(relapse, status, clock_cr, clock_label):
    told = result("eligibility_lbcl", RELAPSE | {"relapse_date": relapse})
    assert (told["status"], told["clock_cr"], told["clock_label"]) == (status, clock_cr, clock_label)
    assert told["products_eu"] == (["axi-cel", "liso-cel"] if clock_label else [])
    assert told.get("off_label") == (True if status == "NEEDS_JUDGEMENT" else None)


def test_a_relapse_late_by_cr_but_within_the_label_is_eligible_with_a_warning():
    told = answer("eligibility_lbcl", RELAPSE | {"first_cr_date": "2025-01-10", "relapse_date": "2026-02-10"})
    assert told["result"] == eligible("axi-cel", "liso-cel") | {"clock_cr": False, "clock_label": True}
    assert "late_by_first_cr" in [ground["code"] for ground in told["grounds"]]


def test_leap_days_are_clamped_in_both_clocks():
    leap = RELAPSE | {"first_cr_date": "2024-02-29", "last_1l_dose_date": "2024-02-29"}
    assert result("eligibility_lbcl", leap | {"relapse_date": "2025-02-28"})["clock_label"] is True
    assert result("eligibility_lbcl", leap | {"relapse_date": "2025-03-01"})["status"] == "NOT_IN_INDICATION"


@pytest.mark.parametrize(
    ("relapse", "expected", "missing"),
    [
        ("2026-01", "ELIGIBLE_BY_INDICATION", None),
        ("2026-02", "INCOMPLETE", ["relapse_date"]),
        ("2026-04", "NOT_IN_INDICATION", None),
        ("2026", "INCOMPLETE", ["relapse_date"]),
    ],
)
def test_a_partial_relapse_date_may_be_unable_to_tell(relapse, expected, missing):
    told = answer("eligibility_lbcl", RELAPSE | {"relapse_date": relapse})
    assert (told["result"]["status"], told.get("missing")) == (expected, missing)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"last_1l_dose_date": None}, ["last_1l_dose_date"]),
        ({"first_cr_date": None, "relapse_date": "2026-03-01"}, ["first_cr_date"]),
        ({"relapse_date": None, "relapsed_or_refractory": True}, ["relapse_date"]),
        ({"relapse_date": None}, ["relapsed_or_refractory"]),
        ({"subtype": None}, ["subtype"]),
        ({"lines": None}, ["lines"]),
        ({"age": None}, ["age"]),
    ],
)
def test_the_missing_fact_that_decides_is_named(change, missing):
    told = answer("eligibility_lbcl", RELAPSE | change)
    assert told["result"] == INCOMPLETE
    assert told["missing"] == missing


def test_without_the_cr_date_the_label_s_clock_alone_is_enough():
    told = result("eligibility_lbcl", RELAPSE | {"first_cr_date": None})
    assert told == eligible("axi-cel", "liso-cel") | {"clock_cr": None, "clock_label": True}


@pytest.mark.parametrize("pet", ["PMR", "NMR", "PMD"])
def test_any_response_short_of_complete_after_first_line_is_eligible(pet):
    given = {"subtype": "DLBCL", "lines": 1, "eot_pet": pet}
    assert result("eligibility_lbcl", given) == eligible("axi-cel", "liso-cel")
    for subtype in ("HGBL", "tFL", "THRLBCL"):
        assert result("eligibility_lbcl", given | {"subtype": subtype}) == eligible("axi-cel", "liso-cel")
    assert result("eligibility_lbcl", given | {"subtype": "FL3B"}) == eligible("liso-cel")


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"eot_pet": "PMR"}, "NEEDS_JUDGEMENT"),
        ({"eot_pet": "PMR", "deauville": 4}, "NEEDS_JUDGEMENT"),
        ({"eot_pet": "NMR", "deauville": 4}, "NEEDS_JUDGEMENT"),
        ({"eot_pet": "PMR", "deauville": None}, "NEEDS_JUDGEMENT"),
        ({"eot_pet": "PMR", "deauville": 5}, "ELIGIBLE_BY_INDICATION"),
        ({"eot_pet": "PMD"}, "ELIGIBLE_BY_INDICATION"),
        ({"eot_pet": "PMD", "deauville": 4}, "ELIGIBLE_BY_INDICATION"),
        ({"eot_pet": "PMR", "deauville": 4, "biopsy_proven": True}, "ELIGIBLE_BY_INDICATION"),
        ({"eot_pet": "PMR", "pd_on_last": True}, "ELIGIBLE_BY_INDICATION"),
    ],
)
def test_a_mediastinal_lymphoma_with_doubtful_uptake_needs_judgement(facts, status):
    told = result("eligibility_lbcl", {"subtype": "PMBCL", "lines": 1} | facts)
    assert told == {"status": status, "products_eu": ["liso-cel"]}


def test_an_unknown_biopsy_in_a_mediastinal_lymphoma_leaves_it_incomplete():
    told = answer("eligibility_lbcl", {"subtype": "PMBCL", "lines": 1, "eot_pet": "PMR", "biopsy_proven": None})
    assert (told["result"], told["missing"]) == (INCOMPLETE, ["biopsy_proven"])


@pytest.mark.parametrize(
    ("subtype", "expected"),
    [
        ("DLBCL", eligible("axi-cel", "liso-cel", "tisa-cel")),
        ("PMBCL", eligible("axi-cel", "liso-cel")),
        ("FL3B", eligible("liso-cel")),
        ("HGBL", {"status": "NEEDS_JUDGEMENT", "products_eu": ["axi-cel", "liso-cel"]}),
        ("tFL", {"status": "NEEDS_JUDGEMENT", "products_eu": ["axi-cel", "liso-cel", "tisa-cel"]}),
        ("THRLBCL", {"status": "NEEDS_JUDGEMENT", "products_eu": ["axi-cel", "liso-cel", "tisa-cel"]}),
        ("PCNSL", NOT),
    ],
)
def test_third_line_and_later_by_subtype(subtype, expected):
    for lines in (2, 3, 5):
        given = {"subtype": subtype, "lines": lines, "relapsed_or_refractory": True}
        assert result("eligibility_lbcl", given) == expected


def test_whether_relapsed_is_asked_before_everything_else():
    for given in ({"subtype": "PCNSL", "lines": 2}, {"subtype": "DLBCL", "lines": 2, "age": 15}, {}):
        assert result("eligibility_lbcl", given) == INCOMPLETE
    remission = RELAPSE | {"relapsed_or_refractory": False}
    assert result("eligibility_lbcl", remission) == NOT
    assert result("eligibility_lbcl", {"subtype": "DLBCL", "lines": 1, "eot_pet": "CMR"}) == INCOMPLETE
    assert result("eligibility_lbcl", {"subtype": "DLBCL", "lines": 1, "pd_on_last": True})["status"].startswith("ELIG")


def test_minors_and_untreated_are_not_in_the_indication():
    for change in ({"age": 17}, {"lines": 0}):
        assert result("eligibility_lbcl", RELAPSE | change) == NOT
    assert result("eligibility_lbcl", RELAPSE | {"age": 18})["status"] == "ELIGIBLE_BY_INDICATION"
    assert result("eligibility_lbcl", RELAPSE | {"age": 81})["status"] == "ELIGIBLE_BY_INDICATION"


def test_an_active_disease_of_the_nervous_system_needs_judgement():
    rows = cases.indications_of_the_reference()
    facts = LbclFacts(
        subtype="DLBCL", lines=2, relapsed_or_refractory=True, eot_pet="PMR", is_adult=True, biopsy_proven=False
    )
    told = indications.lbcl(LbclFacts(**{**vars(facts), "active_cns": True}), rows)
    assert (told.value.status, told.value.products) == ("NEEDS_JUDGEMENT", ("axi-cel", "liso-cel", "tisa-cel"))
    assert indications.lbcl(facts, rows).missing == ("active_cns",)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (RELAPSE | {"relapsed_or_refractory": False}, "remission_contradicts_course"),
        (RELAPSE | {"pd_on_last": True}, "progression_contradicts_complete_response"),
        (RELAPSE | {"deauville": 4}, "deauville_contradicts_response"),
        ({"subtype": "DLBCL", "lines": 1, "eot_pet": "PMR", "deauville": 3}, "deauville_contradicts_response"),
        ({"subtype": "DLBCL", "lines": 1, "eot_pet": "PMR"}, "biopsy_advised"),
    ],
)
def test_contradictions_and_advice_stand_in_the_grounds(given, code):
    assert code in [ground["code"] for ground in answer("eligibility_lbcl", given)["grounds"]]


def test_a_relapse_before_the_remission_is_refused_unless_a_reading_allows_it():
    told = cases.answer(cases.KINDS["eligibility_lbcl"], {"id": 1, "input": RELAPSE | {"relapse_date": "2025-03-09"}})
    assert told["field"] == "relapse_date"
    assert result("eligibility_lbcl", RELAPSE | {"relapse_date": "2025-03"})["status"] == "ELIGIBLE_BY_INDICATION"


def test_the_days_of_a_year_that_lie_before_the_remission_are_not_in_question():
    given = RELAPSE | {"first_cr_date": "2024-05-12", "last_1l_dose_date": "2023-03-02", "relapse_date": "2024"}
    told = result("eligibility_lbcl", given)
    assert (told["status"], told["clock_cr"], told["clock_label"]) == ("NEEDS_JUDGEMENT", True, False)
    assert result("eligibility_lbcl", given | {"last_1l_dose_date": "2023-05-12"}) == INCOMPLETE


LBCL_CHOICES = {
    "subtype": [*indications.SUBTYPES, None],
    "lines": [0, 1, 1, 1, 2, 3, None],
    "relapsed_or_refractory": [True, True, False, None],
    "eot_pet": [*indications.EOT_PET, "CMR", "CMR", None],
    "deauville": [None, 1, 3, 4, 5],
    "biopsy_proven": [True, False, None],
    "pd_on_last": [True, False, None],
    "age": [17, 18, 70, 70, None],
    "first_cr_date": ["2024-02-29", "2025-03-10", None],
    "last_1l_dose_date": ["2024-02-28", "2024-02-29", "2025-02-20", None],
    "relapse_date": ["2025-02-28", "2025-03-01", "2025-03-10", "2026-02-20", "2026-02-21", "2026-03-11", None],
}


def drawn(chance: random.Random, choices: dict) -> dict:
    """Random facts, some of them absent."""
    return {name: chance.choice(values) for name, values in choices.items() if chance.random() < 0.85}


LABELS = Indications.valid(reference_data.indications(), "EU", date(2026, 11, 22))


def test_asked_early_a_large_b_cell_lymphoma_says_what_subtype_and_cns_would_lead_to():
    told = indications.lbcl(LbclFacts(lines=1, pd_on_last=True, is_adult=True), LABELS)
    said = {
        (one.fact, one.value): (one.answers[-1].status, one.answers[-1].products, len(one.answers))
        for one in told.alternatives
    }
    two, one, none = ("axi-cel", "liso-cel"), ("liso-cel",), ()
    eligible, judged, out = indications.ELIGIBLE, indications.JUDGEMENT, indications.NOT_IN_INDICATION
    assert said == {
        ("subtype", "DLBCL"): (eligible, two, 2),
        ("subtype", "HGBL"): (eligible, two, 2),
        ("subtype", "PMBCL"): (eligible, one, 2),
        ("subtype", "FL3B"): (eligible, one, 2),
        ("subtype", "tFL"): (eligible, two, 2),
        ("subtype", "THRLBCL"): (eligible, two, 2),
        ("subtype", "PCNSL"): (out, none, 1),
        ("active_cns", False): (eligible, one, 3),
        ("active_cns", True): (judged, one, 3),
    }


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        (indications.lbcl, LbclFacts(lines=1, pd_on_last=True)),
        (indications.lbcl, LbclFacts(lines=2, is_adult=True)),
        (indications.lbcl, LbclFacts(subtype="PMBCL", lines=1, eot_pet="PMR", active_cns=False, is_adult=True)),
        (indications.mcl, MclFacts(relapsed_or_refractory=True)),
        (indications.mcl, MclFacts(lines=2, is_adult=True)),
        (indications.fl, FlFacts(is_adult=True)),
        (indications.ball, BallFacts(relapsed_or_refractory=True)),
        (indications.ball, BallFacts(age=20)),
        (indications.mm, MmFacts(lines=2, pd_on_last=True, is_adult=True)),
        (indications.mm, MmFacts(lines=2, is_adult=True)),
    ],
)
def test_an_alternative_is_what_the_rule_says_once_the_fact_is_known(rule, facts):
    told = rule(facts, LABELS)
    assert told.alternatives
    for one in told.alternatives:
        known = rule(replace(facts, **{one.fact: one.value}), LABELS)
        assert set(one.answers) == set(indications.possible(known)), one
        assert [value.status for value in one.answers] == sorted(
            (value.status for value in one.answers), key=indications.STATUSES.index
        )


def test_an_answer_that_waits_for_relapse_ranges_to_what_it_would_be_with_it():
    out, judged, eligible = indications.STATUSES
    for told, highest in (
        (indications.lbcl(LbclFacts(subtype="DLBCL", lines=2, is_adult=True, active_cns=False), LABELS), eligible),
        (indications.lbcl(LbclFacts(subtype="DLBCL", lines=2, is_adult=True, active_cns=True), LABELS), judged),
        (indications.lbcl(LbclFacts(lines=2), LABELS), eligible),
        (indications.mcl(MclFacts(lines=1, is_adult=True), LABELS), out),
        (indications.mm(MmFacts(lines=0, is_adult=True), LABELS), out),
        (indications.ball(BallFacts(age=40), LABELS), eligible),
    ):
        assert (told.status, told.range) == ("incomplete", (out, highest))


def test_a_row_that_begins_or_ends_elsewhere_opens_its_own_class():
    def rows(**of):
        return Indications((indications.Indication("x", **of),), "EU", date(2026, 11, 22))

    late = indications.fl(FlFacts(True, None, True), rows(disease="FL", jurisdiction="EU", lines_min=5))
    assert ((late.status, late.missing), [one.value for one in late.alternatives]) == (
        ("incomplete", ("lines",)),
        [0, 1, 2, 3, 4, 5],
    )
    early = indications.mcl(
        MclFacts(True, None, False, True), rows(disease="MCL", jurisdiction="EU", lines_min=0, lines_max=4)
    )
    assert [one.answers[0].products for one in early.alternatives] == [("x",)] * 5 + [()]
    young = rows(disease="B-ALL", jurisdiction="EU", lines_min=0, age_min=3, age_max=30)
    told = indications.ball(BallFacts(relapsed_or_refractory=True, refractory=True), young)
    assert [(one.value, one.answers[0].products) for one in told.alternatives] == [(0, ()), (3, ("x",)), (31, ())]
    assert young.lines_told_apart("FL", at_least=2) == (0, 1, 2)
    assert young.ages_told_apart("FL") == (0,)


def test_what_is_known_leaves_no_alternatives():
    told = indications.fl(FlFacts(True, 3, True), LABELS)
    assert (told.alternatives, indications.possible(told)) == ((), (told.value,))


def test_lbcl_equals_the_second_oracle_on_random_cases():
    chance, refused = random.Random(21), 0
    for _ in range(2500):
        given = drawn(chance, LBCL_CHOICES)
        told = cases.answer(cases.KINDS["eligibility_lbcl"], {"id": 1, "input": given})
        if (given.get("relapse_date") or "9") < (given.get("first_cr_date") or "0"):
            assert told["field"] == "relapse_date"
            refused += 1
        else:
            assert told["result"] == oracle.lbcl(given), given
    assert refused > 50


# --- The other diseases ---------------------------------------------------------------------------------------------

OTHER_CHOICES = {
    "mcl": {
        "relapsed_or_refractory": [True, True, False, None],
        "lines": [0, 1, 2, 3, None],
        "btki_exposed": [True, False, None],
        "age": [17, 18, None],
    },
    "fl": {
        "relapsed_or_refractory": [True, True, False, None],
        "lines": [0, 1, 2, 3, 4, None],
        "age": [17, 18, None],
    },
    "ball": {
        "dob": ["2000-02-29", "2000-05-01", "2000-05-02", "1999-05-01", "2010-01-01", None],
        "date": ["2025-02-28", "2025-03-01", "2026-02-28", "2026-03-01", "2026-05-01", None],
        "relapsed_or_refractory": [True, False, None, None],
        "refractory": [True, False, None],
        "post_sct_relapse": [True, False, None],
        "relapse_number": [0, 1, 2, 3, None],
    },
    "mm": {
        "lines": [0, 1, 2, 3, None],
        "relapsed_or_refractory": [True, None, None, False],
        "pd_on_last": [True, True, True, False, None],
        "classes": [[], ["IMiD"], ["PI"], ["IMiD", "PI"], ["IMiD", "PI", "anti-CD38"], ["PI", "anti-SLAMF7"], None],
        "drugs": [
            [],
            ["lenalidomide", "bortezomib"],
            ["isatuximab"],
            ["elotuzumab", "pomalidomide"],
            ["iberdomide"],
            ["mezigdomide", "carfilzomib", "daratumumab"],
            None,
        ],
        "lenalidomide_refractory": [True, False, None],
        "age": [17, 18, 70, None],
    },
}


@pytest.mark.parametrize("disease", OTHER_CHOICES)
def test_the_other_diseases_equal_the_second_oracle_on_random_cases(disease):
    chance = random.Random(disease)
    for _ in range(1500):
        given = drawn(chance, OTHER_CHOICES[disease])
        assert result(f"eligibility_{disease}", given) == getattr(oracle, disease)(given), given


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"lines": 1, "btki_exposed": True}, NOT),
        ({"lines": 2, "btki_exposed": False}, NOT),
        ({"lines": 2}, NOT),
        ({"lines": 2, "btki_exposed": True}, eligible("brexu-cel", "liso-cel")),
        ({"lines": 2, "btki_exposed": None}, INCOMPLETE),
        ({"lines": 1, "btki_exposed": None}, NOT),
    ],
)
def test_mantle_cell_lymphoma(given, expected):
    assert result("eligibility_mcl", given | {"relapsed_or_refractory": True}) == expected
    assert result("eligibility_mcl", given | {"relapsed_or_refractory": False}) == NOT
    assert result("eligibility_mcl", given) == INCOMPLETE


@pytest.mark.parametrize(
    ("lines", "expected"),
    [(1, NOT), (2, eligible("liso-cel", "tisa-cel")), (3, eligible("axi-cel", "liso-cel", "tisa-cel"))],
)
def test_follicular_lymphoma(lines, expected):
    assert result("eligibility_fl", {"lines": lines, "relapsed_or_refractory": True}) == expected


@pytest.mark.parametrize(
    ("dob", "on", "age", "products"),
    [
        ("2000-05-02", "2026-05-01", 25, ["tisa-cel"]),
        ("2000-05-01", "2026-05-01", 26, ["brexu-cel", "obe-cel"]),
        ("2000-02-29", "2026-02-28", 25, ["tisa-cel"]),
        ("2000-02-29", "2026-03-01", 26, ["brexu-cel", "obe-cel"]),
        ("2015-01-01", "2026-05-01", 11, ["tisa-cel"]),
    ],
)
def test_leukaemia_at_25_and_26(dob, on, age, products):
    told = result("eligibility_ball", {"dob": dob, "date": on, "refractory": True})
    assert told == {"age": age, "status": "ELIGIBLE_BY_INDICATION", "products_eu": products}


def test_leukaemia_up_to_25_in_first_relapse_is_not_in_the_indication():
    given = {"dob": "2005-01-01", "date": "2026-05-01", "relapse_number": 1}
    assert result("eligibility_ball", given) == {"age": 21, **NOT}
    assert result("eligibility_ball", given | {"relapse_number": 2})["products_eu"] == ["tisa-cel"]
    assert result("eligibility_ball", given | {"post_sct_relapse": True})["products_eu"] == ["tisa-cel"]
    assert result("eligibility_ball", given | {"relapse_number": 0}) == INCOMPLETE


def test_an_unknown_age_is_named_by_its_dates():
    told = answer("eligibility_ball", {"dob": None, "refractory": True})
    assert (told["result"], told["missing"]) == (INCOMPLETE, ["dob", "date"])
    only_date = answer("eligibility_ball", {"dob": "2000-01-01", "date": None, "refractory": True})
    assert only_date["missing"] == ["date"]
    born_later = {"id": 1, "input": {"dob": "2026-05-02", "date": "2026-05-01"}}
    assert cases.answer(cases.KINDS["eligibility_ball"], born_later)["field"] == "date"


MYELOMA = {"lines": 3, "pd_on_last": True, "drugs": ["lenalidomide", "bortezomib"]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"drugs": ["lenalidomide", "bortezomib", "isatuximab"]}, eligible("ide-cel")),
        ({"drugs": ["Lenalidomide", "BORTEZOMIB", "Isatuximab"]}, eligible("ide-cel")),
        ({"drugs": ["lenalidomide", "bortezomib", "elotuzumab"]}, NOT),
        ({"classes": ["anti-CD38"]}, eligible("ide-cel")),
        ({"classes": ["anti-SLAMF7"]}, NOT),
        ({"lenalidomide_refractory": True}, eligible("cilta-cel")),
        ({"lenalidomide_refractory": True, "lines": 1}, eligible("cilta-cel")),
        ({"lenalidomide_refractory": True, "classes": ["anti-CD38"]}, eligible("cilta-cel", "ide-cel")),
        ({"lenalidomide_refractory": True, "classes": ["anti-CD38"], "lines": 1}, eligible("cilta-cel")),
        ({"lenalidomide_refractory": True, "lines": 0}, NOT),
        ({"classes": ["anti-CD38"], "lines": 1}, NOT),
        ({"classes": ["anti-CD38"], "pd_on_last": False}, NOT),
        ({"classes": ["anti-CD38"], "pd_on_last": None}, INCOMPLETE),
        ({"classes": ["anti-CD38"], "drugs": None}, INCOMPLETE),
        (
            {"drugs": ["iberdomide", "carfilzomib", "daratumumab"]},
            {"status": "NEEDS_JUDGEMENT", "products_eu": ["ide-cel"]},
        ),
        ({"drugs": ["iberdomide", "carfilzomib"]}, NOT),
        ({"drugs": ["iberdomide", "thalidomide", "carfilzomib", "daratumumab"]}, eligible("ide-cel")),
    ],
)
def test_myeloma(change, expected):
    assert result("eligibility_mm", MYELOMA | change) == expected


def test_refractory_to_a_drug_never_given_is_told():
    told = answer(
        "eligibility_mm", {"lines": 2, "pd_on_last": True, "classes": ["PI"], "lenalidomide_refractory": True}
    )
    assert told["result"] == NOT
    assert "lenalidomide_refractory_without_exposure" in [ground["code"] for ground in told["grounds"]]


@pytest.mark.parametrize(
    ("given", "exposed", "told"),
    [
        ({"classes": ["IMiDs", "Anti CD38", "PI"], "drugs": []}, True, []),
        ({"classes": [], "drugs": ["mezigdomide (CC-92480)", "Bortezomib", "DARATUMUMAB "]}, None, []),
        ({"classes": ["CD38"], "drugs": ["Revlimid", "lenalidomide"]}, False, ["CD38", "Revlimid"]),
    ],
)
def test_a_class_or_drug_is_read_by_its_letters_and_what_is_not_recognised_is_told(given, exposed, told):
    said = answer("eligibility_mm", {"lines": 3, "pd_on_last": True, **given})
    status = {True: "ELIGIBLE_BY_INDICATION", None: "NEEDS_JUDGEMENT", False: "NOT_IN_INDICATION"}[exposed]
    words = [one["values"]["words"] for one in said["grounds"] if one["code"] == "stands_for_no_class"]
    assert (said["result"]["status"], words) == (status, [told] if told else [])


def test_an_unknown_that_changes_nothing_leaves_the_reason():
    said = answer("eligibility_mcl", {"relapsed_or_refractory": True, "lines": 1, "btki_exposed": None})
    assert said["result"] == NOT
    assert "mcl_refer_early_if_btki_failing" in [one["code"] for one in said["grounds"]]


def test_unknown_lists_are_missing_by_their_own_names():
    said = answer("eligibility_mm", {"lines": 3, "pd_on_last": True, "classes": None, "age": None})
    assert (said["result"], said["missing"]) == (INCOMPLETE, ["classes", "age"])
    said = answer("eligibility_mm", {"lines": 3, "pd_on_last": True, "classes": None, "drugs": None})
    assert said["missing"] == ["classes", "drugs"]


@pytest.mark.parametrize("kind", ["mcl", "fl"])
@pytest.mark.parametrize("course", [{"relapse_date": "2025-01"}, {"eot_pet": "PMR"}, {"pd_on_last": True}])
def test_a_course_says_that_a_lymphoma_has_relapsed(kind, course):
    given = {"lines": 3, "btki_exposed": True}
    assert result(f"eligibility_{kind}", given) == INCOMPLETE
    assert result(f"eligibility_{kind}", given | {"relapsed_or_refractory": False} | course)["products_eu"] == []
    assert result(f"eligibility_{kind}", given | course)["status"] == "ELIGIBLE_BY_INDICATION"


# --- Indications as data --------------------------------------------------------------------------------------------


def test_a_row_holds_in_its_jurisdiction_from_its_first_to_its_last_day():
    row = indications.Indication(
        "liso-cel", "MCL", "EU", 2, valid_from=PartialDate.parse("2025-11"), valid_to=PartialDate.parse("2026")
    )
    valid = [
        row.is_valid("EU", date.fromisoformat(day)) for day in ("2025-10-31", "2025-11-01", "2026-12-31", "2027-01-01")
    ]
    assert valid == [False, True, True, False]
    assert not row.is_valid("IT", date(2026, 1, 1))


def test_an_older_set_of_rules_answers_with_the_labels_of_its_day():
    before = Indications.valid(reference_data.indications(), "EU", date(2025, 10, 31))
    facts = indications.MclFacts(relapsed_or_refractory=True, lines=2, btki_exposed=True, is_adult=True)
    assert indications.mcl(facts, before).value.products == ("brexu-cel",)
    assert indications.mcl(facts, cases.indications_of_the_reference()).value.products == ("brexu-cel", "liso-cel")


WINDOW = "product: a, anchor: ld_end, earliest: 1, latest_ok: 3, latest: 3, source: '4', tag: V"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "windows.yaml:1: (file): must be a list of rows"),
        ("[5]", "windows.yaml:1: (row): must be a mapping"),
        ("[{product: a, colour: red}]", "windows.yaml:1: colour: is no field of this file"),
        ("[{product: a}]", "windows.yaml:1: anchor: is missing"),
        (f"- {{{WINDOW}}}\n- {{{WINDOW}, tag: V}}", "windows.yaml:2: tag: stands twice"),
        (f"- {{{WINDOW}}}\n- {{{WINDOW}}}", "windows.yaml:2: product: 'a' stands twice"),
        (
            f"[{{{WINDOW.replace('1,', chr(34) + '1' + chr(34) + ',')}}}]",
            "windows.yaml:1: earliest: '1' has the wrong type",
        ),
        (f"[{{{WINDOW.replace('V', 'X')}}}]", "windows.yaml:1: tag: 'X' is not one of C, K, S, V"),
        (f"[{{{WINDOW.replace('1,', '4,')}}}]", "windows.yaml:1: earliest: no window"),
        (f"[{{{WINDOW.replace('ld_end', 'day')}}}]", "windows.yaml:1: earliest: no window"),
        ("- {product: a\n- b", "windows.yaml:2: (file): "),
    ],
)
def test_a_faulty_window_names_file_line_and_field(tmp_path, text, said):
    file = tmp_path / "windows.yaml"
    file.write_text(text)
    with pytest.raises(reference_data.SeedError) as refused:
        reference_data.read_infusion_windows(file)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("requires: [btk]", "requires: 'btk' is not one of"),
        ('valid_from: "2025-13"', "valid_from: "),
        ("jurisdiction: US", "jurisdiction: 'US' is not one of EU, IT"),
        ("status: perhaps", "status: 'perhaps' is not one of"),
        ("window_months: 18", "window_months: the rule knows a window of 12 months only"),
        ("lines_max: true", "lines_max: True has the wrong type"),
    ],
)
def test_a_faulty_indication_names_file_line_and_field(tmp_path, change, said):
    file = tmp_path / "indications.yaml"
    row = {"code": "a", "product": "a", "disease": "MCL", "jurisdiction": "EU", "lines_min": "1", "source": "'4'"}
    name, _, value = change.partition(": ")
    fields = ", ".join(f"{key}: {one}" for key, one in (row | {"tag": "V", name: value}).items())
    file.write_text(f"# one row\n- {{{fields}}}")
    with pytest.raises(reference_data.SeedError) as refused:
        reference_data.read_indications(file)
    assert str(refused.value).startswith(f"indications.yaml:2: {said}")


# --- Lymphodepletion window -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("product_key", oracle.WINDOWS)
def test_every_day_of_every_window_equals_the_second_oracle(product_key):
    for length, wait in product((0, 2, 5), range(31)):
        start = date(2024, 2, 25)
        end = start + timedelta(days=length)
        given = {
            "product": product_key,
            "ld_start": start.isoformat(),
            "ld_end": end.isoformat(),
            "infusion": (end + timedelta(days=wait)).isoformat(),
        }
        assert result("ld_window", given) == oracle.ld_window(given)


def test_an_unsigned_window_warns():
    given = {"ld_start": "2026-05-01", "ld_end": "2026-05-03", "infusion": "2026-05-06"}
    codes = {
        key: [g["code"] for g in answer("ld_window", given | {"product": key})["grounds"]]
        for key in ("obe-cel/ALL", "liso-cel/any")
    }
    assert ("window_unsigned" in codes["obe-cel/ALL"], "window_unsigned" in codes["liso-cel/any"]) == (True, False)


@pytest.mark.parametrize(
    ("given", "missing", "expected"),
    [
        ({"ld_start": "2026-05-01", "infusion": "2026-05-09"}, ["ld_end"], ["too_early", "too_late"]),
        ({"ld_start": "2026-05-01", "infusion": "2026-05-08"}, ["ld_end"], ["too_early", "ok"]),
        ({"ld_start": "2026-05-01", "infusion": "2026-05-02"}, ["ld_end"], ["too_early", "too_early"]),
        ({"infusion": "2026-05-09"}, ["ld_end"], ["too_early", "too_late"]),
        ({"ld_start": "2026-05-01", "ld_end": "2026-05-03"}, ["infusion"], ["too_early", "too_late"]),
        ({}, ["ld_end", "infusion"], ["too_early", "too_late"]),
    ],
)
def test_a_missing_date_leaves_the_parts_of_the_window_it_allows(given, missing, expected):
    told = answer("ld_window", {"product": "liso-cel/any"} | given)
    assert (told["result"], told["missing"], told["range"]) == (None, missing, expected)


def test_a_window_from_the_start_does_not_need_the_end():
    given = {"product": "cilta-cel/MM", "ld_start": "2026-05-01", "ld_end": None, "infusion": "2026-05-06"}
    assert result("ld_window", given) == {"anchor": "ld_start", "days": 5, "result": "ok"}
    no_start = answer("ld_window", {"product": "cilta-cel/MM", "ld_end": "2026-05-03", "infusion": "2026-05-09"})
    assert (no_start["missing"], no_start["range"]) == (["ld_start"], ["ok", "too_late"])
    no_infusion = answer("ld_window", {"product": "cilta-cel/MM", "ld_start": "2026-05-01", "ld_end": "2026-05-07"})
    assert no_infusion["range"] == ["ok", "too_late"]


def test_an_unknown_product_is_the_range_over_all():
    given = {"ld_start": "2026-05-01", "ld_end": "2026-05-03", "infusion": "2026-05-05"}
    told = answer("ld_window", given)
    assert (told["result"], told["missing"], told["range"]) == (None, ["product"], ["too_early", "ok"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"product": "axi-cel"}, "product"),
        ({"ld_end": "2026-04-30"}, "ld_end"),
        ({"infusion": "2026-05-02"}, "infusion"),
        ({"infusion": "2026-02-30"}, "infusion"),
        ({"ld_end": None, "infusion": "2026-04-30"}, "infusion"),
    ],
)
def test_dates_out_of_order_are_refused(change, field):
    given = {"product": "axi-cel/LBCL", "ld_start": "2026-05-01", "ld_end": "2026-05-03", "infusion": "2026-05-06"}
    assert cases.answer(cases.KINDS["ld_window"], {"id": 1, "input": given | change})["field"] == field


def test_a_window_is_judged_without_any_seed():
    window = InfusionWindow("ld_end", 3, 3, 14, "4/axi-cel", "V")
    assert [window.judge(days) for days in (2, 3, 4, 14, 15)] == [
        "too_early",
        "ok",
        "late_physician_decides",
        "late_physician_decides",
        "too_late",
    ]
    facts = LdFacts(ld_end=date(2026, 5, 3), infusion=date(2026, 5, 6))
    assert lymphodepletion.ld_window(facts, window).value.days == 3
    with pytest.raises(WrongFact):
        LdFacts(ld_start=date(2026, 5, 3), infusion=date(2026, 5, 2))

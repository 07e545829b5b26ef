"""CTCAE counts, CAR-HEMATOTOX, EASIX, IPI, MIPI (reference 1.4, 3): every threshold, one unit either side."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from math import log10

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patients.clinical import ctcae, easix, hematotox, ipi, mipi, units
from patients.clinical.ctcae import CountFacts, FebrileNeutropeniaFacts
from patients.clinical.easix import EasixFacts
from patients.clinical.hematotox import HematotoxFacts
from patients.clinical.ipi import IpiFacts
from patients.clinical.mipi import MipiFacts
from patients.clinical.result import INCOMPLETE, KNOWN, WrongFact
from tests.clinical import oracle_scores as oracle

# --- CTCAE ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("analyte", "lln", "graded"),
    [
        (
            "anc",
            2.0,
            {2.0: 0, 1.99: 1, 1.5: 1, 1.49: 2, 1.0: 2, 0.99: 3, 0.5: 3, 0.49: 4, 0: 4, 8: 0},
        ),
        ("plt", 150, {150: 0, 149: 1, 75: 1, 74: 2, 50: 2, 49: 3, 25: 3, 24: 4, 0: 4}),
        ("hb", 12.0, {12.0: 0, 11.9: 1, 10.0: 1, 9.9: 2, 8.0: 2, 7.9: 3, 4.0: 3}),
        ("wbc", 4.0, {4.0: 0, 3.9: 1, 3.0: 1, 2.9: 2, 2.0: 2, 1.9: 3, 1.0: 3, 0.9: 4}),
        ("alc", 1.0, {1.0: 0, 0.99: 1, 0.8: 1, 0.79: 2, 0.5: 2, 0.49: 3, 0.2: 3, 0.19: 4}),
    ],
)
def test_each_ctcae_bound_belongs_to_the_milder_grade(analyte, lln, graded):
    name = ctcae.SCALES[analyte].name
    assert {value: ctcae.count_grade(CountFacts(analyte, value, lln)).value for value in graded} == graded
    assert {value: oracle.ctcae(name, value, lln) for value in graded} == graded


@settings(max_examples=300)
@given(st.sampled_from(sorted(ctcae.SCALES)), st.decimals(0, 25, places=2), st.data())
def test_ctcae_equals_the_second_oracle(analyte, value, data):
    low, high = ctcae.SCALES[analyte].lln
    lln = data.draw(st.decimals(Decimal(low), Decimal(high), places=1))
    grade = ctcae.count_grade(CountFacts(analyte, value, lln)).value
    assert grade == oracle.ctcae(ctcae.SCALES[analyte].name, float(value), float(lln))


def test_an_unknown_limit_of_normal_matters_only_between_0_and_1():
    below = ctcae.count_grade(CountFacts("hb", 9))
    between = ctcae.count_grade(CountFacts("hb", 12.5), lln_among=tuple(ctcae.DEFAULT_LLN_HB_G_DL.values()))
    above = ctcae.count_grade(CountFacts("hb", 13), lln_among=tuple(ctcae.DEFAULT_LLN_HB_G_DL.values()))
    assert (below.value, above.value) == (2, 0)
    assert (between.status, between.range, between.missing) == (INCOMPLETE, (0, 1), ("lln.hb",))


def test_a_missing_count_can_be_any_grade():
    for analyte, worst in (("anc", 4), ("plt", 4), ("hb", 3)):
        result = ctcae.count_grade(CountFacts(analyte, None, Decimal(ctcae.SCALES[analyte].lln[1])))
        assert (result.value, result.range, result.missing) == (None, (0, worst), (analyte,))


def test_counts_together_are_known_only_when_each_is():
    both = ctcae.counts((CountFacts("anc", 0.8, 2), CountFacts("plt", None, 150)))
    assert (both.status, both.missing) == (INCOMPLETE, ("plt",))
    assert both.range == ({"neutrophils": 3, "platelets": 0}, {"neutrophils": 3, "platelets": 4})


def test_anaemia_has_a_clinical_part():
    count = ctcae.count_grade(CountFacts("hb", 9, 12))
    grades = {
        (transfusion, threat): ctcae.anaemia_grade(
            count, transfusion_indicated=transfusion, life_threatening=threat
        ).value
        for transfusion, threat in product((False, True), repeat=2)
    }
    assert grades == {(False, False): 2, (True, False): 3, (False, True): 4, (True, True): 4}
    unknown = ctcae.anaemia_grade(count, transfusion_indicated=None, life_threatening=False)
    assert (unknown.range, unknown.missing) == ((2, 3), ("transfusion_indicated",))
    not_measured = ctcae.anaemia_grade(
        ctcae.count_grade(CountFacts("hb", None, 12)), transfusion_indicated=True, life_threatening=False
    )
    assert not_measured.value == 3
    threat_unknown = ctcae.anaemia_grade(
        ctcae.count_grade(CountFacts("hb", None, 12)), transfusion_indicated=True, life_threatening=None
    )
    assert (threat_unknown.range, threat_unknown.missing) == ((3, 4), ("life_threatening",))


@pytest.mark.parametrize(
    ("analyte", "value", "lln", "field"),
    [
        ("anc", -0.1, 2, "anc"),
        ("anc", 800, 2, "anc"),
        ("hb", 92, 12, "hb"),
        ("plt", 60000, 150, "plt"),
        ("plt", 60, 150000, "lln.plt"),
        ("anc", 1, 0, "lln.anc"),
    ],
)
def test_a_count_in_another_unit_is_implausible_and_refused(analyte, value, lln, field):
    with pytest.raises(WrongFact) as refused:
        CountFacts(analyte, value, lln)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("anc", "temp_c", "sustained", "threat", "grade"),
    [
        (0.99, 38.4, False, False, 3),
        (1.0, 38.4, False, False, 0),
        (0.99, 38.3, False, False, 0),
        (0.99, 38.3, True, False, 3),
        (0.99, 38.0, True, True, 4),
        (0.99, 37.9, True, False, 0),
    ],
)
def test_febrile_neutropenia(anc, temp_c, sustained, threat, grade):
    assert ctcae.febrile_neutropenia(FebrileNeutropeniaFacts(anc, temp_c, sustained, threat)).value == grade


def test_febrile_neutropenia_with_missing_facts():
    unknown = ctcae.febrile_neutropenia(FebrileNeutropeniaFacts(0.5, 38.1, None, False))
    assert (unknown.range, unknown.missing) == ((0, 3), ("sustained_over_1_h",))
    assert ctcae.febrile_neutropenia(FebrileNeutropeniaFacts(1.2, None, None, None)).value == 0


# --- CAR-HEMATOTOX --------------------------------------------------------------------------------------------------

HEMATOTOX_CELLS = {
    "plt": {Decimal("175.1"): 0, 175: 1, 75: 1, Decimal("74.9"): 2},
    "anc_ul": {1201: 0, 1200: 0, 1199: 1},
    "hb": {Decimal("9.1"): 0, Decimal("9.0"): 0, Decimal("8.9"): 1},
    "crp_mg_dl": {Decimal("2.9"): 0, Decimal("3.0"): 1, Decimal("3.1"): 1},
    "ferritin": {649: 0, 650: 1, 2000: 1, 2001: 2},
}


def test_every_cell_of_car_hematotox_with_both_sides_of_each_threshold():
    cells = 0
    for values in product(*HEMATOTOX_CELLS.values()):
        cells += 1
        facts = HematotoxFacts(**dict(zip(HEMATOTOX_CELLS, values, strict=True)))
        expected = sum(cell[value] for cell, value in zip(HEMATOTOX_CELLS.values(), values, strict=True))
        result = hematotox.car_hematotox(facts).value
        assert (result.score, result.risk) == (expected, "high" if expected >= 2 else "low")
        assert oracle.hematotox(*(float(value) for value in values)) == expected
    assert cells == 4 * 3 * 3 * 3 * 4


@pytest.mark.parametrize("unknown", [(name,) for name in HEMATOTOX_CELLS] + [("plt", "ferritin"), ("hb", "crp_mg_dl")])
def test_hematotox_with_missing_variables_ranges_over_all_their_points(unknown):
    for values in product(*HEMATOTOX_CELLS.values()):
        facts = dict(zip(HEMATOTOX_CELLS, values, strict=True))
        known = sum(HEMATOTOX_CELLS[n][v] for n, v in facts.items() if n not in unknown)
        most = sum(max(HEMATOTOX_CELLS[n].values()) for n in unknown)
        result = hematotox.car_hematotox(HematotoxFacts(**facts | dict.fromkeys(unknown)))
        assert (result.status, result.range) == (INCOMPLETE, (known, known + most))
        assert set(result.missing) == set(unknown)
        certain = [g.values["risk"] for g in result.grounds if g.code == "risk_whatever_is_missing"]
        assert certain == (["high"] if known >= 2 else ["low"] if known + most < 2 else [])


def test_the_conventions_at_equality_are_marked():
    facts = HematotoxFacts(plt=200, anc_ul=1200, hb=9, crp_mg_dl=3, ferritin=100)
    tags = {g.code: g.tag for g in hematotox.car_hematotox(facts).grounds}
    assert tags == {
        "hematotox_plt": "V",
        "hematotox_anc_ul": "C",
        "hematotox_hb": "C",
        "hematotox_crp_mg_dl": "C",
        "hematotox_ferritin": "V",
    }


def test_hematotox_labs_count_from_7_days_before_lymphodepletion_to_its_start():
    start = date(2026, 5, 10)
    in_time = [hematotox.is_in_time(start - timedelta(days=n), lymphodepletion_starts=start) for n in (8, 7, 5, 0, -1)]
    assert in_time == [False, True, True, True, False]


@given(st.integers(0, 500), st.integers(0, 3000), st.integers(0, 500), st.integers(0, 5000))
def test_the_unit_of_entry_never_changes_hematotox(plt, anc_ul, crp_mg_l, ferritin):
    as_entered = HematotoxFacts(plt, anc_ul, 10, Decimal(crp_mg_l) / 10, ferritin)
    converted = HematotoxFacts(
        plt=units.convert(plt * 1000, quantity="platelets", unit="/uL"),
        anc_ul=units.convert(Decimal(anc_ul) / 1000, quantity="anc", unit="10^9/L", to="/uL"),
        hb=units.convert(100, quantity="haemoglobin", unit="g/L"),
        crp_mg_dl=units.convert(crp_mg_l, quantity="crp", unit="mg/L"),
        ferritin=units.convert(ferritin, quantity="ferritin", unit="ug/L"),
    )
    assert hematotox.car_hematotox(converted).value == hematotox.car_hematotox(as_entered).value


# --- EASIX ----------------------------------------------------------------------------------------------------------


def test_easix_figures_are_rounded_to_two_decimals_half_up():
    result = easix.easix(EasixFacts(ldh=315, creatinine_mg_dl=1, plt=200, crp_mg_dl=2))
    assert result.value == {"easix": Decimal("1.58"), "s_easix": Decimal("1.58"), "m_easix": Decimal("3.15")}
    raw = {g.code: (g.values["raw"], g.values["log2"]) for g in result.grounds}
    assert raw == {"easix": (1.575, 0.66), "s_easix": (1.575, 0.66), "m_easix": (3.15, 1.66)}


def test_without_crp_only_m_easix_is_open():
    result = easix.easix(EasixFacts(ldh=300, creatinine_mg_dl=1, plt=100))
    assert (result.status, result.missing) == (INCOMPLETE, ("crp_mg_dl",))
    low, high = result.range
    assert (low["easix"], high["easix"], low["s_easix"], low["m_easix"], high["m_easix"]) == (3, 3, 3, 0, 300)


def test_a_crp_of_zero_has_no_logarithm():
    result = easix.easix(EasixFacts(ldh=300, creatinine_mg_dl=1, plt=100, crp_mg_dl=0))
    assert result.value["m_easix"] == 0
    assert [g.values["log2"] for g in result.grounds if g.code == "m_easix"] == [None]


@pytest.mark.parametrize("wrong", [{"plt": 0}, {"ldh": 0}, {"creatinine_mg_dl": 88.4}, {"crp_mg_dl": 101}])
def test_an_easix_fact_that_cannot_be_is_refused(wrong):
    with pytest.raises(WrongFact) as refused:
        EasixFacts(**wrong)
    assert refused.value.field == next(iter(wrong))


# --- IPI ------------------------------------------------------------------------------------------------------------

GOOD = IpiFacts(age=40, stage=2, ldh=250, ldh_uln=250, ecog=1, extranodal_sites=1, nccn_site=False)


@pytest.mark.parametrize(
    ("change", "plain", "adjusted", "nccn"),
    [
        ({}, 0, 0, 0),
        ({"age": 41}, 0, 0, 1),
        ({"age": 60}, 0, 0, 1),
        ({"age": 61}, 1, 0, 2),
        ({"age": 75}, 1, 0, 2),
        ({"age": 76}, 1, 0, 3),
        ({"stage": 3}, 1, 1, 1),
        ({"stage": 4}, 1, 1, 1),
        ({"ldh": 250.1}, 1, 1, 1),
        ({"ldh": 750}, 1, 1, 1),
        ({"ldh": 750.1}, 1, 1, 2),
        ({"ecog": 2}, 1, 1, 1),
        ({"extranodal_sites": 2}, 1, 0, 0),
        ({"nccn_site": True}, 0, 0, 1),
        (
            {"age": 80, "stage": 4, "ldh": 1000, "ecog": 3, "extranodal_sites": 3, "nccn_site": True},
            5,
            3,
            8,
        ),
    ],
)
def test_each_point_of_the_prognostic_indices(change, plain, adjusted, nccn):
    facts = replace(GOOD, **change)
    assert ipi.ipi(facts).value.score == plain
    assert ipi.r_ipi(facts).value.score == plain
    assert ipi.aaipi(facts).value.score == adjusted
    assert ipi.nccn_ipi(facts).value.score == nccn


def test_the_risk_groups_of_the_prognostic_indices():
    changes = [{"age": 61}, {"stage": 3}, {"ldh": 300}, {"ecog": 2}, {"extranodal_sites": 2}]
    risks, revised = [], []
    for count in range(6):
        facts = replace(GOOD, **{k: v for change in changes[:count] for k, v in change.items()})
        risks.append(ipi.ipi(facts).value.risk)
        revised.append(ipi.r_ipi(facts).value.risk)
    assert risks == ["low", "low", "low_intermediate", "high_intermediate", "high", "high"]
    assert revised == ["very_good", "good", "good", "poor", "poor", "poor"]
    worst = replace(GOOD, age=76, stage=3, ldh=1000, ecog=2, nccn_site=True)
    assert [
        ipi.nccn_ipi(facts).value.risk
        for facts in (
            GOOD,
            replace(GOOD, age=41),
            replace(GOOD, age=61),
            replace(GOOD, age=76),
            replace(GOOD, age=76, stage=3),
            replace(GOOD, age=76, stage=3, ecog=2),
            replace(GOOD, age=76, stage=3, ecog=2, ldh=300),
            worst,
        )
    ] == [
        "low",
        "low",
        "low_intermediate",
        "low_intermediate",
        "high_intermediate",
        "high_intermediate",
        "high",
        "high",
    ]
    assert [
        ipi.aaipi(replace(GOOD, stage=s, ldh=d, ecog=e)).value.risk
        for s, d, e in ((2, 250, 1), (3, 250, 1), (3, 300, 1), (3, 300, 2))
    ] == [
        "low",
        "low_intermediate",
        "high_intermediate",
        "high",
    ]


@pytest.mark.parametrize(
    ("unknown", "plain", "nccn"),
    [
        ("age", (0, 1), (0, 3)),
        ("stage", (0, 1), (0, 1)),
        ("ldh", (0, 1), (0, 2)),
        ("ldh_uln", (0, 1), (0, 2)),
        ("ecog", (0, 1), (0, 1)),
    ],
)
def test_an_index_with_a_missing_variable_is_a_range(unknown, plain, nccn):
    facts = replace(GOOD, **{unknown: None})
    for rule, expected in ((ipi.ipi, plain), (ipi.nccn_ipi, nccn)):
        result = rule(facts)
        assert (result.status, result.range, result.missing) == (INCOMPLETE, expected, (unknown,))


def test_ldh_and_its_limit_both_unknown():
    result = ipi.aaipi(replace(GOOD, ldh=None, ldh_uln=None))
    assert (result.range, set(result.missing)) == ((0, 1), {"ldh", "ldh_uln"})
    assert ipi.nccn_ipi(replace(GOOD, ldh=None, ldh_uln=None)).range == (0, 2)


# --- MIPI -----------------------------------------------------------------------------------------------------------

CALM = MipiFacts(age=49, ecog=1, ldh=160, ldh_uln=250, wbc=6.6)


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({}, 0),
        ({"age": 50}, 1),
        ({"age": 59}, 1),
        ({"age": 60}, 2),
        ({"age": 69}, 2),
        ({"age": 70}, 3),
        ({"ecog": 2}, 2),
        ({"ecog": 4}, 2),
        ({"ldh": 167.4}, 0),
        ({"ldh": 167.5}, 1),
        ({"ldh": 249.9}, 1),
        ({"ldh": 250}, 2),
        ({"ldh": 374.9}, 2),
        ({"ldh": 375}, 3),
        ({"wbc": 6.7}, 1),
        ({"wbc": 9.99}, 1),
        ({"wbc": 10}, 2),
        ({"wbc": 14.99}, 2),
        ({"wbc": 15}, 3),
    ],
)
def test_each_point_of_smipi(change, score):
    facts = replace(CALM, **change)
    assert mipi.smipi(facts).value.score == score
    assert oracle.smipi(facts.age, facts.ecog, float(facts.ldh / facts.ldh_uln), float(facts.wbc)) == score


def test_every_combination_of_smipi_cells_and_its_risk():
    for age, ecog, ldh, wbc in product((49, 50, 60, 70), range(5), (100, 200, 300, 400), (5, 8, 12, 20)):
        value = mipi.smipi(MipiFacts(age, ecog, ldh, 250, wbc)).value
        expected = oracle.smipi(age, ecog, ldh / 250, wbc)
        assert (value.score, value.risk) == (expected, oracle.smipi_risk(expected))
    risks = [oracle.smipi_risk(score) for score in range(12)]
    assert risks == ["low"] * 4 + ["intermediate"] * 2 + ["high"] * 6


@pytest.mark.parametrize(
    ("unknown", "expected"),
    [
        (("age",), (0, 3)),
        (("ecog",), (0, 2)),
        (("ldh",), (0, 3)),
        (("ldh_uln",), (0, 3)),
        (("wbc",), (0, 3)),
        (("ldh", "ldh_uln"), (0, 3)),
        (("age", "ecog", "ldh", "ldh_uln", "wbc"), (0, 11)),
    ],
)
def test_smipi_with_missing_variables_is_a_range(unknown, expected):
    result = mipi.smipi(replace(CALM, **dict.fromkeys(unknown)))
    assert (result.status, result.range, set(result.missing)) == (INCOMPLETE, expected, set(unknown))


def test_continuous_mipi_reads_white_cells_per_microlitre():
    facts = MipiFacts(age=65, ecog=2, ldh=300, ldh_uln=250, wbc=8, ki67_percent=40)
    expected = 0.03535 * 65 + 0.6978 + 1.367 * log10(1.2) + 0.9393 * log10(8000)
    value = mipi.mipi(facts).value
    assert (round(value.index, 9), value.risk) == (round(expected, 9), "high")
    with_ki67 = mipi.mipi_b(facts).value
    assert (round(with_ki67.index, 9), with_ki67.risk) == (round(expected + 0.02142 * 40, 9), None)


@pytest.mark.parametrize(("age", "risk"), [(60, "low"), (61, "intermediate"), (74, "intermediate"), (75, "high")])
def test_the_risk_groups_of_continuous_mipi(age, risk):
    facts = MipiFacts(age=age, ecog=1, ldh=250, ldh_uln=250, wbc=6.3)
    index = mipi.mipi(facts).value.index
    assert mipi.mipi(facts).value.risk == risk
    assert (index < 5.7, index >= 6.2) == (risk == "low", risk == "high")


def test_continuous_mipi_with_a_missing_variable_is_a_range_over_what_is_plausible():
    result = mipi.mipi(replace(CALM, wbc=None))
    assert (result.status, result.value, result.missing) == (INCOMPLETE, None, ("wbc",))
    calm = 0.03535 * 49 + 1.367 * log10(160 / 250)
    assert result.range == pytest.approx((calm, calm + 0.9393 * 6))  # one cell per uL, a million of them
    assert mipi.mipi(CALM).status == KNOWN
    with_ki67 = mipi.mipi_b(CALM)
    known = mipi.mipi(CALM).value.index
    assert (with_ki67.missing, with_ki67.range) == (("ki67_percent",), pytest.approx((known, known + 2.142)))
    assert set(mipi.mipi(replace(CALM, ldh=None, ldh_uln=None)).missing) == {"ldh", "ldh_uln"}


def test_a_limit_that_no_laboratory_has_opens_no_point():
    assert ipi.aaipi(replace(GOOD, ldh=40, ldh_uln=None)).value.score == 0
    assert ipi.aaipi(replace(GOOD, ldh=2001, ldh_uln=None)).value.score == 1
    assert ipi.aaipi(replace(GOOD, ldh=2000, ldh_uln=None)).missing == ("ldh_uln",)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"age": 65.5}, "age"),
        ({"age": 121}, "age"),
        ({"ecog": 5}, "ecog"),
        ({"wbc": 0}, "wbc"),
        ({"wbc": 8000}, "wbc"),
        ({"ldh_uln": 0}, "ldh_uln"),
        ({"ki67_percent": 101}, "ki67_percent"),
    ],
)
def test_a_mipi_fact_that_cannot_be_is_refused(wrong, field):
    with pytest.raises(WrongFact) as refused:
        MipiFacts(**wrong)
    assert refused.value.field == field


def test_the_limit_of_normal_is_said_only_where_it_decides():
    said = [ctcae.count_grade(CountFacts("anc", value, 2)).grounds[0].values for value in (1.2, 1.6, 3)]
    assert ["lln" in one for one in said] == [False, True, True]


def test_febrile_neutropenia_that_may_threaten_life_is_3_or_4():
    result = ctcae.febrile_neutropenia(FebrileNeutropeniaFacts(0.5, 38.5, False, None))
    assert (result.range, result.missing) == ((3, 4), ("life_threatening",))


def test_mipi_says_how_many_white_cells_it_read_and_from_where_ki67_is_a_flag():
    (ground,) = mipi.mipi(replace(CALM, wbc=Decimal("6.6"))).grounds
    assert (ground.values["wbc_per_ul"], mipi.KI67_FLAG_FROM) == (6600, 30)

"""What holds for every grade and score: a worse fact never lowers it, the unit of entry never changes it, and what is
learned of an open fact never leaves the range that was told before (CRS and ICANS: test_astct)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patients.clinical import ctcae, dosing, easix, hematotox, icaht, ipi, mipi, units
from patients.clinical.ctcae import CountFacts, FebrileNeutropeniaFacts
from patients.clinical.icaht import EarlyFacts, LateFacts, ThrombocytopeniaFacts

FEW = settings(max_examples=25, deadline=None)
MORE, LESS = 1, -1


@dataclass(frozen=True)
class Scale:
    """A rule of facts, its number (`span`), and the values of each fact; `worse`: upwards or downwards."""

    facts: Callable
    rule: Callable
    worse: dict[str, int]
    values: dict[str, tuple]
    number: Callable = lambda value: value


def score(value) -> Any:
    return getattr(value, "score", value)


LDH = {"ldh": (100, 167, 168, 249, 250, 251, 375, 750, 751), "ldh_uln": (250,)}
SCALES = {
    "hematotox": Scale(
        hematotox.HematotoxFacts,
        hematotox.car_hematotox,
        {"plt": LESS, "anc_ul": LESS, "hb": LESS, "crp_mg_dl": MORE, "ferritin": MORE},
        {
            "plt": (10, 74, 75, 175, 176),
            "anc_ul": (0, 1199, 1200, 1201),
            "hb": (8, 9, 10),
            "crp_mg_dl": (0, 2, 3, 4),
            "ferritin": (0, 649, 650, 2000, 2001),
        },
        score,
    ),
    "smipi": Scale(
        mipi.MipiFacts,
        mipi.smipi,
        {"age": MORE, "ecog": MORE, "ldh": MORE, "wbc": MORE},
        {"age": (40, 49, 50, 60, 69, 70), "ecog": (0, 1, 2, 4), "wbc": (1, 6, 7, 10, 14, 15), **LDH},
        score,
    ),
    "mipi": Scale(
        mipi.MipiFacts,
        mipi.mipi,
        {"age": MORE, "ecog": MORE, "ldh": MORE, "wbc": MORE},
        {"age": (40, 60, 80), "ecog": (0, 1, 2), "wbc": (1, 6, 15), **LDH},
        lambda value: getattr(value, "index", value),
    ),
    "mipi_b": Scale(
        mipi.MipiFacts,
        mipi.mipi_b,
        {"age": MORE, "ecog": MORE, "ldh": MORE, "wbc": MORE, "ki67_percent": MORE},
        {"age": (40, 80), "ecog": (0, 2), "wbc": ("0.001", "15"), "ki67_percent": (0, 30, 100), **LDH},
        lambda value: getattr(value, "index", value),
    ),
    "easix": Scale(
        easix.EasixFacts,
        easix.easix,
        {"ldh": MORE, "creatinine_mg_dl": MORE, "plt": LESS, "crp_mg_dl": MORE},
        {"ldh": (100, 315), "creatinine_mg_dl": ("0.5", "1.4"), "plt": (8, 150), "crp_mg_dl": ("0", "0.7", "20")},
        lambda value: tuple(value.values()),
    ),
    "febrile neutropenia": Scale(
        FebrileNeutropeniaFacts,
        ctcae.febrile_neutropenia,
        {"anc": LESS, "temp_c": MORE, "sustained_over_1_h": MORE, "life_threatening": MORE},
        {
            "anc": ("0.9", "0.99", "1.0", "1.1"),
            "temp_c": ("37.9", "38.0", "38.3", "38.4"),
            "sustained_over_1_h": (False, True),
            "life_threatening": (False, True),
        },
    ),
}
IPI = {
    "age": (40, 41, 60, 61, 75, 76),
    "stage": (2, 3),
    "ecog": (1, 2),
    "extranodal_sites": (1, 2),
    "nccn_site": (False, True),
    **LDH,
}
for name in ("ipi", "aaipi", "r_ipi", "nccn_ipi"):
    SCALES[name] = Scale(
        ipi.IpiFacts, getattr(ipi, name), dict.fromkeys((*IPI.keys() - {"ldh_uln"},), MORE), IPI, score
    )


def exact(value: Any) -> Any:
    return value if isinstance(value, bool) else int(value) if isinstance(value, int) else Decimal(value)


def span(scale: Scale, facts: Any) -> tuple[tuple, tuple]:
    """Lowest and highest numbers."""
    result = scale.rule(facts)
    ends = result.range or (result.value, result.value)
    low, high = (scale.number(end) for end in ends)
    return (low, high) if isinstance(low, tuple) else ((low,), (high,))


def at_most(lower: tuple, higher: tuple) -> bool:
    return all(one <= other for one, other in zip(lower, higher, strict=True))


def draw_facts(data, scale: Scale, *, opened: bool) -> Any:
    told = {
        name: None if opened and data.draw(st.integers(0, 5)) == 0 else exact(data.draw(st.sampled_from(values)))
        for name, values in scale.values.items()
    }
    return scale.facts(**told)


@pytest.mark.parametrize("name", SCALES)
@FEW
@given(st.data())
def test_a_worse_fact_never_lowers_a_number(name, data):
    scale = SCALES[name]
    facts = draw_facts(data, scale, opened=True)
    field = data.draw(st.sampled_from(sorted(scale.worse)))
    better, worse = sorted(
        (exact(data.draw(st.sampled_from(scale.values[field]))) for _ in range(2)),
        key=lambda value: value * scale.worse[field],
    )
    before, after = (span(scale, replace(facts, **{field: value})) for value in (better, worse))
    assert all(at_most(was, now) for was, now in zip(before, after, strict=True))


@pytest.mark.parametrize("name", SCALES)
@FEW
@given(st.data())
def test_what_is_learned_stays_within_the_range_told_before(name, data):
    scale = SCALES[name]
    facts = draw_facts(data, scale, opened=True)
    low, high = span(scale, facts)
    for field in scale.values:
        if getattr(facts, field) is None:
            facts = replace(facts, **{field: exact(data.draw(st.sampled_from(scale.values[field])))})
    first, last = span(scale, facts)
    assert at_most(low, first)
    assert at_most(first, last)
    assert at_most(last, high)


@FEW
@given(st.sampled_from(sorted(ctcae.SCALES)), st.data())
def test_a_lower_count_never_lowers_ctcae_and_its_unit_never_changes_it(analyte, data):
    quantity = {"plt": "platelets", "hb": "haemoglobin"}.get(analyte, analyte)
    lln = Decimal(ctcae.SCALES[analyte].lln[1])
    lower, higher = sorted(data.draw(st.tuples(*[st.decimals(0, 25, places=2)] * 2)))
    grade = ctcae.count_grade(CountFacts(analyte, lower, lln)).value
    assert grade >= ctcae.count_grade(CountFacts(analyte, higher, lln)).value
    unit = data.draw(st.sampled_from(units.units_of(quantity)))
    entered = units.convert(lower, quantity=quantity, unit=units.canonical_unit(quantity), to=unit)
    again = units.convert(entered, quantity=quantity, unit=unit)
    assert ctcae.count_grade(CountFacts(analyte, again, lln)).value == grade


@FEW
@given(st.decimals(1, 500, places=1), st.decimals("0.3", 5, places=1), st.integers(1, 400), st.integers(0, 500))
def test_the_unit_of_entry_never_changes_easix(ldh, creatinine, platelets, crp_mg_l):
    crp = Decimal(crp_mg_l)
    as_kept = easix.EasixFacts(ldh, creatinine, platelets, units.convert(crp, quantity="crp", unit="mg/L"))
    umol = units.convert(creatinine, quantity="creatinine", unit="mg/dL", to="umol/L")
    entered = easix.EasixFacts(
        ldh=ldh,
        creatinine_mg_dl=units.convert(umol, quantity="creatinine", unit="umol/L"),
        plt=units.convert(platelets * 1000, quantity="platelets", unit="/uL"),
        crp_mg_dl=crp / 10,
    )
    assert easix.easix(entered).value == easix.easix(as_kept).value


@FEW
@given(st.integers(1, 60000), st.sampled_from((49, 60, 75)))
def test_the_unit_of_entry_never_changes_mipi(wbc_per_ul, age):
    facts = mipi.MipiFacts(age=age, ecog=1, ldh=300, ldh_uln=250, wbc=Decimal(wbc_per_ul) / 1000)
    entered = replace(facts, wbc=units.convert(wbc_per_ul, quantity="wbc", unit="/uL"))
    assert mipi.smipi(entered).value == mipi.smipi(facts).value
    assert mipi.mipi(entered).value == mipi.mipi(facts).value


@FEW
@given(st.integers(2000, 400000))
def test_the_unit_of_entry_never_changes_the_dose_of_tocilizumab(grams):
    in_kg = dosing.TocilizumabFacts(Decimal(grams) / 1000)
    in_g = dosing.TocilizumabFacts(units.convert(grams, quantity="weight", unit="g"))
    assert dosing.tocilizumab_dose_mg(in_kg).value == dosing.tocilizumab_dose_mg(in_g).value


COUNTS = st.lists(st.sampled_from((0, 100, 101, 500, 501, 900, 1500, 1501)), min_size=31, max_size=60)


@FEW
@given(COUNTS, st.data())
def test_a_lower_count_never_lowers_icaht_and_its_unit_never_changes_it(values, data):
    day = data.draw(st.integers(0, len(values) - 1))
    lower = dict(enumerate(values)) | {day: min(values[day], data.draw(st.sampled_from((0, 100, 500))))}
    before = dict(enumerate(values))
    in_litres = {
        day: units.convert(Decimal(v) / 1000, quantity="anc", unit="10^9/L", to="/uL") for day, v in lower.items()
    }
    for rule, facts in ((icaht.icaht_early, EarlyFacts), (icaht.icaht_late, LateFacts)):
        worse, better = rule(facts(lower)), rule(facts(before))
        assert rule(facts(in_litres)).value == worse.value
        if worse.is_known and better.is_known:
            assert worse.value >= better.value


@FEW
@given(st.lists(st.sampled_from((5, 19, 20, 49, 50, 99, 100, 200)), min_size=31, max_size=60), st.data())
def test_a_lower_platelet_count_never_lowers_t_icaht(values, data):
    day = data.draw(st.integers(0, len(values) - 1))
    lower = dict(enumerate(values)) | {day: min(values[day], data.draw(st.sampled_from((5, 20, 50))))}
    for rule in (icaht.t_icaht_early, icaht.t_icaht_late):
        worse, better = (rule(ThrombocytopeniaFacts(one, 100)) for one in (lower, dict(enumerate(values))))
        if worse.is_known and better.is_known:
            assert worse.value >= better.value


@FEW
@given(st.lists(st.sampled_from((0, 1, 4, 8, 9, 16, 24, 30)), max_size=5), st.sampled_from((0, 1, 7, 8, 16, 24)))
def test_waiting_longer_never_forbids_a_dose_that_was_allowed(ages, longer):
    def allowed(more: int) -> bool:
        hours = [-age for age in ages]
        return dosing.tocilizumab_next(dosing.TocilizumabNextFacts(hours, more)).value.allowed

    assert allowed(longer) >= allowed(0)

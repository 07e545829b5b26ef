"""The calculators: the reference's vectors on the page, ranges for what is missing, errors beside their field."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import translation

from patients.clinical import cases
from patients.clinical.result import Ground
from patients.rulebook import calculators
from tests import network
from tests.test_seeds import stands_somewhere

VECTORS = json.loads((Path(__file__).parents[1] / "clinical" / "vectors.json").read_text(encoding="utf-8"))

OURS = dict.fromkeys(("fever_other_cause", "hypotension_other_cause", "hypoxia_other_cause"), "no")
NO_SIGN = {"hypotension": "no", "vasopressors": ["none"], "oxygen_device": "none", **OURS}
WELL = {"consciousness": "alert", "sedated": "no", "seizure": "none", "neuro_signs": ["none"]}
ICE = ("ice_orientation", "ice_objects", "ice_command", "ice_sentence", "ice_counting")


def ice(total: int) -> dict[str, str]:
    """The items of ICE that give a total."""
    typed = {}
    for name, most in zip(ICE, (4, 3, 1, 1, 1), strict=True):
        typed[name] = str(min(most, total))
        total -= min(most, total)
    return typed


def hematotox(told: dict) -> dict:
    return {
        "platelets": told["plt"],
        "anc": Decimal(told["anc_ul"]) / 1000,
        "haemoglobin": told["hb"],
        "crp": told["crp_mg_dl"],
        "ferritin": told["ferritin"],
    }


def counts(told: dict) -> dict:
    return {"counts": "\n".join(f"{first}-{last} {value}" for first, last, value in told["anc_ul_runs"])}


def ctcae(told: dict) -> dict:
    return {name: told[name] for name in ("anc", "plt", "hb")} | {f"lln_{n}": v for n, v in told["lln"].items()}


# One vector of each kind (reference 10): what is typed for it, and what the page then says.
TYPED = {
    "W01": ("crs", "crs", lambda told: {"temp_c": told["temp_c"], **NO_SIGN}),
    "W02": (
        "crs",
        "crs",
        lambda told: {
            "temp_c": told["temp_c"],
            "hypotension": "yes",
            "vasopressors": told["vasopressors"],
            "oxygen_device": told["oxygen"]["device"],
            "oxygen_flow_l_min": told["oxygen"]["flow_l_min"],
            "oxygen_for_hypoxia": "yes",
            **OURS,
        },
    ),
    "W08": ("icans", "icans", lambda told: ice(told["ice"]) | WELL | {"consciousness": told["consciousness"]}),
    "W11": ("ctcae", "ctcae", ctcae),
    "W13": ("car-hematotox", "car_hematotox", hematotox),
    "W15": ("icaht", "icaht_early", counts),
    "W33": ("icaht", "icaht_early", counts),
    "W17": ("mipi", "smipi", dict),
    "W18": (
        "easix",
        "easix",
        lambda told: {
            "ldh": told["ldh"],
            "creatinine": told["creatinine_mg_dl"],
            "platelets": told["plt"],
            "crp": Decimal(told["crp_mg_l"]) / 10,
        },
    ),
    "W25": ("tocilizumab", "tocilizumab_dose_mg", lambda told: {"weight": told["weight_kg"]}),
}


def filled(kind: str, typed: dict):
    """The form of a kind as a browser sends it."""
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return calculators.KINDS[kind].form(data)


def said(kind: str, typed: dict):
    form = filled(kind, typed)
    return calculators.answers(kind, form), form


@pytest.mark.parametrize("vector", TYPED)
def test_a_vector_of_the_reference_gives_its_result(vector):
    kind, group, typed = TYPED[vector]
    case = next(one for one in VECTORS[group] if one["id"] == vector)
    with translation.override("en"):
        found, form = said(kind, typed(case["input"]))
    assert not form.errors
    expected = case["expected"]
    if kind == "ctcae":
        grades = {one.name: one.grade for one in found}
        assert grades == dict(zip(("Neutrophils", "Platelets", "Haemoglobin"), expected.values(), strict=True))
    elif kind == "easix":
        assert [Decimal(one.value) for one in found] == [Decimal(str(one)) for one in expected.values()]
    elif isinstance(expected, dict):
        assert (found[0].value, found[0].beside) == (str(expected["score"]), expected["risk"])
    elif kind == "tocilizumab":
        assert (found[0].value, found[0].beside) == (str(expected), "mg")
    else:
        assert found[0].grade == expected


def test_ipi_counts_what_is_above_its_thresholds():
    with translation.override("en"):
        found, _form = said(
            "ipi",
            {"age": 61, "stage": 3, "ldh": 251, "ldh_uln": 250, "ecog": 2, "extranodal_sites": 2, "nccn_site": "no"},
        )
    assert [(one.name, one.value, one.beside) for one in found] == [
        ("IPI", "5", "high"),
        ("Age-adjusted IPI", "3", "high"),
        ("R-IPI", "5", "poor"),
        ("NCCN-IPI", "5", "high-intermediate"),
    ]


MISSING = {
    "crs": ({"temp_c": "38.2", "hypotension": "no", "vasopressors": ["none"], **OURS}, "between 1 and 4", "oxygen"),
    "icans": (ice(8) | {"sedated": "no"}, "between 1 and 4", "consciousness"),
    "icaht": ({"counts": "0-5 1800"}, "between 0 and 4", "neutrophils of the days without a count"),
    "ctcae": ({"anc": "1.6"}, "between 0 and 1", "Neutrophils: lower limit of normal"),
    "car-hematotox": ({"platelets": "220", "anc": "3.4", "haemoglobin": "12"}, "between 0 and 3", "CRP, Ferritin"),
    "easix": ({"ldh": "300", "platelets": "100"}, "between 0.03 and 150.00", "Creatinine"),
    "mipi": ({"age": "65", "ecog": "1", "ldh": "300", "ldh_uln": "250"}, "between 4 and 7", "White cells"),
    "ipi": ({"age": "61", "stage": "3", "ldh": "251", "ldh_uln": "250"}, "between 3 and 5", "ECOG, Extranodal sites"),
    "tocilizumab": ({}, "between 24 and 800", "Weight"),
}


@pytest.mark.parametrize("kind", MISSING)
def test_what_is_missing_gives_the_range_and_never_a_number(kind):
    typed, span, missing = MISSING[kind]
    with translation.override("en"):
        found, _form = said(kind, typed)
    first = found[0]
    assert (first.grade, first.value, first.status, first.beside) == (None, "", "Incomplete", span)
    assert missing in first.missing


IMPLAUSIBLE = {
    "crs": "temp_c",
    "icans": "seizure_minutes",
    "icaht": "counts",
    "ctcae": "lln_plt",
    "car-hematotox": "ferritin",
    "easix": "creatinine",
    "mipi": "ki67_percent",
    "ipi": "age",
    "tocilizumab": "weight",
}


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("kind", IMPLAUSIBLE)
def test_an_implausible_value_is_an_error_beside_its_field(kind, language):
    name = IMPLAUSIBLE[kind]
    with translation.override(language):
        found, form = said(kind, {name: "9999999"})
    assert (found, list(form.errors)) == ([], [name])


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("kind", sorted({kind for kind, _group, _typed in TYPED.values()}))
def test_every_result_has_its_grounds_its_source_and_its_version(kind, language):
    full = next(
        typed(next(one for one in VECTORS[group] if one["id"] == vector)["input"])
        for vector, (of, group, typed) in TYPED.items()
        if of == kind
    )
    with translation.override(language):
        for typed in (full, {}):
            for one in said(kind, typed)[0]:
                assert stands_somewhere(one.source), one
                assert one.version
                assert one.grounds or one.status, one
                assert all("%(" not in line.words for line in one.grounds + one.warnings)


def test_an_edge_that_print_leaves_open_carries_the_mark_of_our_convention():
    with translation.override("en"):
        found, _form = said("car-hematotox", {"platelets": "220", "anc": "1.2", "haemoglobin": "12", "crp": "1"})
        (line,) = [one for one in found[0].grounds if one.words.startswith("Neutrophils")]
    assert (line.words, line.source, line.marks) == ("Neutrophils 1200: 0 points", "reference 3", ("C",))


def test_a_cpap_helmet_says_that_its_grade_is_our_convention():
    helmet = {"temp_c": "38.5", **NO_SIGN, "oxygen_device": "helmet_cpap", "oxygen_for_hypoxia": "yes"}
    found, _form = said("crs", helmet)
    assert (found[0].grade, [one.marks for one in found[0].grounds][:3]) == (4, [(), (), ("C",)])


def test_without_fever_and_untreated_a_person_must_judge():
    typed = NO_SIGN | {"temp_c": "37", "hypotension": "yes", "fever_earlier": "yes", "fever_drug_given": "no"}
    with translation.override("en"):
        (found,), _form = said("crs", typed)
    assert (found.grade, found.status, found.beside, found.urgent) == (
        None,
        "A person must judge",
        "with fever it would be 2",
        True,
    )


NEXT_DOSES = {
    "8 h after the first": ({"doses": "1", "since_1": "8"}, "", "the published limits leave room"),
    "less than 8 h": ({"doses": "1", "since_1": "7,9"}, "", "Less than 8 hours"),
    "three in 24 h": (
        {"doses": "3", "since_1": "8", "since_2": "16", "since_3": "23.9"},
        "",
        "Three doses in the last",
    ),
    "four": ({"doses": "4"}, "", "Four doses were given"),
    "its time not said": ({"doses": "1"}, "Incomplete", "not known"),
    "nothing said": ({}, "Incomplete", "not known"),
}


@pytest.mark.parametrize("case", NEXT_DOSES)
def test_another_dose_of_tocilizumab_is_weighed_by_number_and_time(case):
    typed, status, words = NEXT_DOSES[case]
    with translation.override("en"):
        _dose, following = said("tocilizumab", typed)[0]
    assert (following.status, words in following.beside) == (status, True), following.beside


def test_times_of_doses_that_do_not_fit_are_refused_beside_them():
    with translation.override("en"):
        _found, more = said("tocilizumab", {"doses": "1", "since_1": "9", "since_2": "20"})
        _found, order = said("tocilizumab", {"doses": "2", "since_1": "9", "since_2": "8"})
    assert more.errors == {"since_2": ["Say above how many doses were given."]}
    assert order.errors == {"since_2": ["An earlier dose lies longer back."]}


@pytest.mark.parametrize(("kind", "name"), [("easix", "platelets"), ("mipi", "wbc")])
def test_what_only_the_rule_refuses_stands_beside_its_field_too(kind, name):
    with translation.override("en"):
        _found, form = said(kind, {name: "0"})
    assert form.errors == {name: ["This value cannot be: check it."]}


def test_late_icaht_is_graded_on_the_two_lowest_counts_after_day_30():
    with translation.override("en"):
        early, late = said("icaht", {"counts": "0-30 1800\n40 400\n60 900"})[0]
    assert (early.grade, late.grade) == (0, 3)
    assert [one.words for one in late.grounds] == ["Lowest count 400 per µL, second lowest 900."]


def test_whether_a_sign_has_another_cause_is_unknown_until_somebody_says_it():
    with translation.override("en"):
        (fever,) = said("crs", {**NO_SIGN, "temp_c": "38.2", "fever_other_cause": ""})[0]
        asleep = said("icans", ice(10) | WELL | {"sedated": ""})[0][0]
    assert (fever.beside, fever.missing) == ("between 0 and 1", "another cause of the fever")
    assert (asleep.beside, asleep.missing) == ("between 0 and 4", "sedation")


def test_ice_is_said_as_it_was_asked():
    with translation.override("en"):
        _grade, score = said("icans", ice(8) | WELL)[0]
    assert (score.value, score.beside, score.source) == ("8", "of 10", "1.2")
    assert [one.words for one in score.grounds][:2] == ["Year, month, city, hospital: 4", "Follows a command: 1"]


def test_only_the_counts_that_were_told_are_graded():
    with translation.override("en"):
        assert [one.name for one in said("ctcae", {"hb": "7.9"})[0]] == ["Haemoglobin"]
        assert len(said("ctcae", {})[0]) == 5


def test_days_are_written_as_spans():
    assert calculators.day_spans([3, 4, 5, 9, 11, 12]) == "3–5, 9, 11–12"


@pytest.mark.parametrize("written", ["6-11 0,3", "6-11", "11-6 300", "0 300000"])
def test_a_line_of_counts_that_cannot_be_is_named(written):
    with translation.override("en"):
        _found, form = said("icaht", {"counts": f"0-5 1800\n{written}"})
    assert form.errors["counts"][0].startswith("Line 2")


@pytest.mark.parametrize("language", ["en", "it"])
def test_whatever_a_rule_answers_can_be_said_in_words(language):
    with translation.override(language):
        for group in ("crs", "icans", "car_hematotox", "icaht_early", "smipi", "easix", "tocilizumab_dose_mg", "ctcae"):
            kind = cases.KINDS[group]
            for case in VECTORS[group]:
                result = kind.rule(kind.read(cases.Fields(case["input"])))
                for ground in (*result.grounds, *result.warnings):
                    assert isinstance(ground, Ground)
                    assert calculators.ground_words(ground), ground
                assert all(calculators.fact_words(name) for name in result.missing)


@pytest.mark.django_db
def test_the_page_answers_while_one_types_by_its_button_and_in_both_languages():
    nurse = network.person("nurse@hub.example", ("nurse", network.centre("hub")))
    client = Client()
    client.force_login(nurse)
    client.cookies["django_language"] = "en"
    window = reverse("rulebook:calculate", args=["ld-window"])
    days = {"ld_start": "01/05/2026", "ld_end": "03/05/2026", "infusion": "04/05/2026"}
    whole = client.post(window, {"regimen": "liso-cel", **days})
    assert (whole.status_code, "<h1>" in whole.content.decode()) == (200, True)
    assert [one.value for one in whole.context["answers"]] == ["Too early: the window has not opened."]  # W24
    late = client.post(window, {"regimen": "axi-cel", **days, "infusion": "09/05/2026"}).context["answers"][0]
    assert late.value == "Late in the window: a physician decides."  # W32
    (unknown,) = client.post(window, days).context["answers"]
    assert (unknown.status, unknown.value, unknown.missing) == ("Incomplete", "", "Product and disease")
    before = client.post(window, {**days, "infusion": "02/05/2026"})
    assert (before.status_code, before.context["form"].errors) == (
        422,
        {"infusion": ["This lies before the day above it."]},
    )
    crs = reverse("rulebook:calculate", args=["crs"])
    client.cookies["django_language"] = "it"
    part = client.post(crs, {"temp_c": "60", **NO_SIGN}, headers={"hx-request": "true"})
    text = part.content.decode()
    assert (part.status_code, "<h1>" in text, 'id="wrong_temp_c"' in text) == (200, False, True)
    assert "°C è troppo" in text
    assert client.get(reverse("rulebook:calculate", args=["nothing"])).status_code == 404

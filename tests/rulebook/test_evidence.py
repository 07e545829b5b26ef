"""The evidence: every row of section 8 read a second time, and what the page and the file make of it. No database."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from patients.audit import seeding
from patients.products import seeds
from patients.products.evidence import CUTS, ENDPOINTS, Figure, Trial
from patients.rulebook import evidence, picture, reference, words

FOLDER = Path(__file__).resolve().parents[2] / "seeds"
ROWS = {row["code"]: row for row in seeding.read(FOLDER / "evidence.yaml", seeds.TRIAL_SCHEMA, unique="code")}


def said(code: str, endpoint: str, arm: str, cut: str = "", measure: str = "", n: int | None = None) -> list[str]:
    """The values of one endpoint as the file has them: 83, 57-58, 8.3, HR low-high."""
    found = []
    for one in ROWS[code]["figures"]:
        fits = (one["endpoint"], one["arm"], one.get("cut", "")) == (endpoint, arm, cut)
        if fits and (not measure or one["measure"] == measure) and (n is None or one.get("n") == n):
            text = str(one.get("value", "NR" if not one.get("reached", True) else ""))
            text += f"-{one['value_to']}" if "value_to" in one else ""
            text += f" ({one['low']}-{one['high']})" if "low" in one else ""
            found.append(f"{one.get('bound', '')}{text}".strip())
    return found


# Section 8, read again line by line: trial: (n per arm, ORR, CR, CRS any/severe, neuro any/severe) of its first arm.
READ_AGAIN = {
    "SCHOLAR-1": ([636], "26", "7", None, None),
    "ZUMA-1": ([101], "83", "58", ("93", "11"), ("65", "31-32")),
    "JULIET": ([115], "53.0 (43.5-62.4)", "39", ("57-58", "22-23"), ("21", "11-12")),
    "TRANSCEND NHL 001": ([270], "73", "53", ("42", "2"), ("30", "10")),
    "ZUMA-7": ([180, 179], "83", "65", ("92", "6"), ("60", "21")),
    "BELINDA": ([162, 160], "46", "28", ("61", "5"), ("10", "2")),
    "TRANSFORM": ([92, 92], "87", "74", ("49", "1"), ("11-12", "4")),
    "ZUMA-2": ([68], "91 (81.8-96.7)", "68", ("91", "15"), ("63", "31")),
    "TRANSCEND MCL": ([88], "87", "74", ("61", "1"), ("31", "9")),
    "TRIANGLE": ([None, None, None], None, None, None, None),
    "ECHO": ([None, None], None, None, None, None),
    "ICARIA-MM": ([154, 153], "60.4", None, None, None),
    "IKEMA": ([179, 123], None, "39.7", None, None),
    "GRIFFIN": ([104, 103], None, None, None, None),
    "GMMG-HD7": ([331, 329], None, None, None, None),
    "ELOQUENT-2": ([None, None], "79", None, None, None),
    "ELOQUENT-3": ([60, 57], None, None, None, None),
}


def test_every_row_of_the_reference_is_there_and_no_other():
    assert list(ROWS) == list(READ_AGAIN)


@pytest.mark.parametrize("code", READ_AGAIN)
def test_arms_response_and_toxicity_are_those_of_the_reference(code):
    arms, orr, cr, crs, neuro = READ_AGAIN[code]
    row, first = ROWS[code], ROWS[code]["arms"][0]["name"]
    cut = "primary" if code in ("TRANSFORM", "TRANSCEND MCL") else ""
    assert [arm.get("n") for arm in row["arms"]] == arms
    assert said(code, "orr", first, cut)[:1] == ([orr] if orr else [])
    assert said(code, "cr", first, cut)[:1] == ([cr] if cr else [])
    for told, name in ((crs, "crs"), (neuro, "neuro")):
        expected = tuple([one] for one in told) if told else ([], [])
        assert (said(code, f"{name}_any", first)[:1], said(code, f"{name}_severe", first)[:1]) == expected


# (trial, endpoint, arm or contrast, cut, measure): as the reference or the paper has it
FIGURES = {
    ("SCHOLAR-1", "os", "cohort", "", "median_months"): ["6.3"],
    ("SCHOLAR-1", "os", "cohort", "", "rate"): ["20"],
    ("ZUMA-1", "dor_cr", "axi-cel", "", ""): [">60", "62.2"],
    ("ZUMA-1", "pfs", "axi-cel", "", ""): ["5.9"],
    ("ZUMA-1", "os", "axi-cel", "", ""): ["25.8", "42.6"],
    ("JULIET", "os", "tisa-cel", "", ""): ["11.1", "31.7"],
    ("JULIET", "pfs", "tisa-cel", "", ""): ["2.9", "28"],
    ("TRANSCEND NHL 001", "dor", "liso-cel", "", ""): ["23.1"],
    ("TRANSCEND NHL 001", "pfs", "liso-cel", "", ""): ["6.8"],
    ("TRANSCEND NHL 001", "os", "liso-cel", "", ""): ["27.3-27.5"],
    ("ZUMA-7", "efs", "axi-cel v standard", "", ""): ["0.398 (0.31-0.51)"],
    ("ZUMA-7", "efs", "axi-cel", "", ""): ["8.3"],
    ("ZUMA-7", "efs", "standard", "", ""): ["2.0"],
    ("ZUMA-7", "pfs", "axi-cel v standard", "", ""): ["0.51 (0.38-0.67)"],
    ("ZUMA-7", "os", "axi-cel v standard", "", ""): ["0.73 (0.54-0.98)"],
    ("ZUMA-7", "os", "axi-cel", "", ""): ["NR", "54.6"],
    ("ZUMA-7", "os", "standard", "", ""): ["31.1", "46.0"],
    ("BELINDA", "efs", "tisa-cel v standard", "", ""): ["1.07 (0.82-1.40)"],
    ("BELINDA", "apheresis_to_infusion", "tisa-cel", "", ""): ["52"],
    ("TRANSFORM", "efs", "liso-cel v standard", "primary", ""): ["0.356 (0.243-0.522)"],
    ("TRANSFORM", "pfs", "liso-cel v standard", "primary", ""): ["0.400 (0.261-0.615)"],
    ("TRANSFORM", "os", "liso-cel v standard", "primary", ""): ["0.724"],
    ("TRANSFORM", "efs", "liso-cel", "three_years", ""): ["29.5"],
    ("TRANSFORM", "efs", "liso-cel v standard", "three_years", ""): ["0.375"],
    ("TRANSFORM", "pfs", "liso-cel v standard", "three_years", ""): ["0.422"],
    ("TRANSFORM", "os", "liso-cel v standard", "three_years", ""): ["0.757"],
    ("ZUMA-2", "dor", "brexu-cel", "three_years", ""): ["28.2"],
    ("ZUMA-2", "pfs", "brexu-cel", "three_years", ""): ["25.8"],
    ("ZUMA-2", "os", "brexu-cel", "three_years", ""): ["46.6"],
    ("ZUMA-2", "dor_cr", "brexu-cel", "three_years", ""): ["46.7"],
    ("ZUMA-2", "pfs_cr", "brexu-cel", "three_years", ""): ["48.0"],
    ("ZUMA-2", "dor", "brexu-cel", "five_years", ""): ["36.5"],
    ("ZUMA-2", "pfs", "brexu-cel", "five_years", ""): ["25.3 (12.7-46.6)"],
    ("ZUMA-2", "os", "brexu-cel", "five_years", ""): ["46.5 (24.9-60.2)"],
    ("ZUMA-2", "alive", "brexu-cel", "five_years", ""): ["39"],
    ("TRANSCEND MCL", "orr", "liso-cel", "eu_label", ""): ["82.7"],
    ("TRANSCEND MCL", "cr", "liso-cel", "", ""): ["72.3"],
    ("TRANSCEND MCL", "pfs", "liso-cel", "", ""): ["15.3"],
    ("TRANSCEND MCL", "os_cr", "liso-cel", "", ""): ["36.3"],
    ("TRIANGLE", "ffs", "A+I", "", ""): ["88"],
    ("TRIANGLE", "ffs", "A+I v A", "", ""): ["0.52"],
    ("ECHO", "pfs", "acalabrutinib + BR", "", ""): ["66.4"],
    ("ECHO", "pfs", "acalabrutinib + BR v BR", "", ""): ["0.73 (0.57-0.94)"],
    ("ECHO", "os", "acalabrutinib + BR v BR", "", ""): ["0.86 (0.65-1.13)"],
    ("ICARIA-MM", "pfs", "Isa-Pd", "", ""): ["11.53"],
    ("ICARIA-MM", "pfs", "Pd", "", ""): ["6.47"],
    ("ICARIA-MM", "pfs", "Isa-Pd v Pd", "", ""): ["0.596 (0.436-0.814)"],
    ("ICARIA-MM", "os", "Isa-Pd v Pd", "final", ""): ["0.78 (0.59-1.02)"],
    ("ICARIA-MM", "age_over_75", "Isa-Pd v Pd", "", ""): ["0.48"],
    ("ICARIA-MM", "renal_impairment", "Isa-Pd v Pd", "", ""): ["0.50"],
    ("ICARIA-MM", "high_risk_cytogenetics", "Isa-Pd v Pd", "", ""): ["0.66"],
    ("ICARIA-MM", "lenalidomide_refractory", "Isa-Pd v Pd", "", ""): ["0.59"],
    ("ICARIA-MM", "lenalidomide_refractory", "all", "", ""): ["92-94"],
    ("IKEMA", "pfs", "Kd", "", ""): ["19.15"],
    ("IKEMA", "pfs", "Isa-Kd v Kd", "", ""): ["0.531 (0.318-0.889)"],
    ("IKEMA", "pfs", "Isa-Kd", "final", ""): ["35.7"],
    ("IKEMA", "pfs", "Isa-Kd v Kd", "final", ""): ["0.58 (0.42-0.79)"],
    ("IKEMA", "vgpr_or_better", "Isa-Kd", "", ""): ["72.6"],
    ("IKEMA", "mrd_negative", "Isa-Kd", "", ""): ["29.6"],
    ("IKEMA", "mrd_negative", "Kd", "final", ""): ["15.4"],
    ("IKEMA", "high_risk_cytogenetics", "Isa-Kd v Kd", "", ""): ["0.72"],
    ("IKEMA", "age_65_or_more", "Isa-Kd v Kd", "", ""): ["0.429"],
    ("IKEMA", "renal_impairment", "Isa-Kd v Kd", "", ""): ["0.27"],
    ("IKEMA", "serious_adverse_event", "Isa-Kd", "", ""): ["59.3"],
    ("IKEMA", "adverse_event_grade_3", "Kd", "", ""): ["67.2"],
    ("IKEMA", "any_adverse_event", "Kd", "", ""): ["95.9"],
    ("IKEMA", "stopped_for_adverse_event", "Isa-Kd", "", ""): ["8.4"],
    ("GRIFFIN", "pfs", "D-RVd", "", ""): ["88.9"],
    ("GRIFFIN", "pfs", "D-RVd v RVd", "final", ""): ["0.45 (0.21-0.95)"],
    ("GRIFFIN", "scr", "RVd", "", ""): ["47-48"],
    ("GMMG-HD7", "mrd_negative", "Isa-RVd v RVd", "after_induction", ""): ["1.82 (1.33-2.48)"],
    ("GMMG-HD7", "mrd_negative", "Isa-RVd", "after_transplant", ""): ["66"],
    ("ELOQUENT-2", "pfs", "ERd v Rd", "primary", ""): ["0.70 (0.57-0.85)"],
    ("ELOQUENT-2", "pfs", "ERd v Rd", "four_years", ""): ["0.71"],
    ("ELOQUENT-3", "pfs", "EPd v Pd", "", ""): ["0.54 (0.34-0.86)"],
    ("ELOQUENT-3", "os", "EPd v Pd", "", ""): ["0.59 (0.37-0.93)"],
}


def test_survival_subgroups_and_safety_are_those_of_the_reference_and_the_papers():
    assert {key: said(*key) for key in FIGURES} == FIGURES


def test_the_scale_stands_where_the_reference_knows_it_and_nowhere_else():
    scales = {code: row.get("scales") for code, row in ROWS.items() if row.get("scales")}
    assert scales == {
        "ZUMA-1": {"crs": "Lee 2014"},
        "JULIET": {"crs": "Penn"},
        "TRANSCEND NHL 001": {"crs": "Lee 2014"},
        "ZUMA-2": {"crs": "Lee 2014"},
        "TRANSCEND MCL": {"crs": "Lee 2014"},
    }
    assays = {(code, one["assay"]) for code, row in ROWS.items() for one in row["figures"] if "assay" in one}
    assert assays == {("IKEMA", "NGS 10⁻⁵"), ("GMMG-HD7", "NGF")}


def test_every_correction_of_8_1_stands_at_its_figure_or_its_trial():
    at = {}
    for code, row in ROWS.items():
        for number in {*row.get("corrections", []), *(one.get("correction") for one in row["figures"])} - {None}:
            at.setdefault(number, set()).add(code)
    assert at == {
        1: {"ELOQUENT-3"},
        2: {"IKEMA"},
        3: {"GMMG-HD7"},
        4: {"IKEMA"},
        6: {"ZUMA-7", "BELINDA", "TRANSFORM"},
        7: {"TRANSCEND MCL", "TRIANGLE", "ECHO"},
        8: {"ZUMA-2"},
        9: {"TRANSCEND MCL"},
        11: {"BELINDA"},
        12: {"SCHOLAR-1"},
    }
    listed = seeding.read(FOLDER / "corrections.yaml", seeds.CORRECTION_SCHEMA, unique="number")
    assert [row["number"] for row in listed] == list(range(1, 13))


def test_every_endpoint_and_cut_has_its_words():
    assert (set(words.ENDPOINTS), set(words.CUTS)) == (set(ENDPOINTS), set(CUTS))


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def trial(*arms: tuple[str, int | None], **fields) -> Trial:
    told = {
        "code": "T",
        "design": "randomised",
        "disease": "LBCL",
        "line": "second",
        "setting_en": "",
        "setting_it": "",
    }
    return Trial(arms=[{"name": name, "n": n} for name, n in arms], **(told | fields))


def figures(of: Trial, *rows: dict) -> list[Figure]:
    plain = {"group": "survival", "endpoint": "pfs", "measure": "median_months", "tag": "V"}
    return [Figure(trial=of, order=place, **(plain | row)) for place, row in enumerate(rows, start=1)]


def test_arms_and_their_contrast_stand_in_one_line_and_a_second_figure_in_its_own():
    two = trial(("A", 10), ("B", 9))
    told = figures(
        two,
        {"arm": "A", "value": "14.7"},
        {"arm": "B", "value": "3.7"},
        {"arm": "A v B", "measure": "hazard_ratio", "value": "0.51", "low": "0.38", "high": "0.67"},
        {"arm": "A", "value": "15", "tag": "K"},
        {"arm": "A", "measure": "rate", "at_months": 48, "value": "40"},
    )
    with translation.override("it"):
        found = [(line.text, line.detail, line.verified) for line in evidence.lines(told)]
    assert found == [
        ("14,7 v 3,7 mesi; HR 0,51 (0,38–0,67)", "", True),
        ("A: 15 mesi", "", False),
        ("A: 40 %", "a 48 mesi", True),
    ]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"value": "57", "value_to": "58", "measure": "percent"}, "57–58 %"),
        ({"value": "60", "bound": ">"}, "> 60 months"),
        ({"value": "", "reached": False}, "not reached"),
        ({"value": "53.0", "low": "43.5", "high": "62.4", "measure": "percent"}, "53.0 % (43.5–62.4)"),
        ({"value": "0.5", "low": "0.3", "high": "0.9", "level_percent": "99", "measure": "hazard_ratio"}, None),
    ],
)
def test_a_figure_in_words(row, text):
    alone = trial(("A", 10))
    with translation.override("en"):
        (line,) = evidence.lines(figures(alone, {"arm": "A", **row}))
    assert line.text == (text or "A: HR 0.5 (99 % CI 0.3–0.9)")


def test_the_picture_draws_what_is_reported_and_leaves_the_rest_empty():
    alone = trial(("A", None), crs_scale="Penn")
    alone._prefetched_objects_cache = {
        "figures": figures(
            alone,
            {"arm": "A", "group": "response", "endpoint": "orr", "measure": "percent", "value": "50"},
            {"arm": "A", "group": "crs", "endpoint": "crs_severe", "measure": "percent", "value": "20", "tag": "K"},
        )
    }
    (arm,) = evidence.arms([alone])
    assert (arm.points["orr"].at, arm.points["orr"].verified, arm.points["cr"]) == (Decimal(50), True, None)
    assert arm.points["crs_severe"].verified is False
    with translation.override("en"):
        drawn = picture.draw([arm])
    assert (drawn.count("ev-orr"), drawn.count("ev-crs ev-k"), drawn.count("ev-neuro")) == (1, 1, 0)
    assert 'cx="508.0"' in drawn  # half of the way from 316 to 700
    assert drawn.count("not reported") == 3  # n, CR and neurotoxicity, in the table
    assert "Penn" in drawn


# ── the reference beside a rule ──────────────────────────────────────────────────────────────────────────────────────


def test_a_source_key_opens_its_sections_of_the_reference():
    (products,) = reference.named("4/axi-cel")
    tables = [part for part in products.parts if part.rows]
    assert (products.key, products.title, len(tables)) == ("4", "Products", 2)
    assert tables[0].head[1] == "axi-cel Yescarta"
    assert {len(row) for table in tables for row in table.rows} == {4, 5}
    assert {row[0]: row[1] for row in tables[0].rows}["Shelf life frozen [K]"] == "12 m"
    assert [section.key for section in reference.named("1.1, 1.2; N1, N2; convention")] == ["1.1", "1.2"]
    assert reference.named("convention") == []

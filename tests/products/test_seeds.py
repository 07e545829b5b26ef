"""What the seeds of products and indications say, beside a second reading of sections 4 and 5.1 of the reference."""

import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from patients.audit import clock, seeding
from patients.audit.actions import act
from patients.clinical import reference_data
from patients.disease.models import Disease
from patients.management.commands.load_seeds import LOADERS
from patients.products import indications, seeds
from patients.products.evidence import Correction, Figure, Trial
from patients.products.indications import Indication, Reimbursement
from patients.products.models import LabelTerm, Product
from patients.products.regimens import Regimen

FOLDER = Path(__file__).resolve().parents[2] / "seeds"


def rows_of(name: str, schema) -> dict:
    return {row["code"]: row for row in seeding.read(FOLDER / name, schema)}


@pytest.fixture(scope="module")
def products() -> dict:
    return rows_of("products.yaml", seeds.PRODUCT_SCHEMA)


# Section 4, read line by line from its two tables, product by product.
SAID = {
    "axi-cel": ("Yescarta", "CD19", "CD28", "gamma_retrovirus", "V"),
    "brexu-cel": ("Tecartus", "CD19", "CD28", "gamma_retrovirus", "S"),
    "tisa-cel": ("Kymriah", "CD19", "4-1BB", "lentivirus", "S"),
    "liso-cel": ("Breyanzi", "CD19", "4-1BB", "lentivirus", "V"),
    "ide-cel": ("Abecma", "BCMA", "4-1BB", "lentivirus", "V"),
    "cilta-cel": ("Carvykti", "BCMA", "4-1BB", "lentivirus", "V"),
    "obe-cel": ("Aucatzyl", "CD19", "4-1BB", "lentivirus", "V"),
}
THAW = {
    "axi-cel": ("complete_thaw", 30, "K"),
    "brexu-cel": ("complete_thaw", 30, "V"),
    "tisa-cel": ("room_temperature", 30, "V"),
    "liso-cel": ("removal_from_storage", 120, "V"),
    "ide-cel": ("start_of_thaw", 60, "V"),
    "cilta-cel": (None, 150, "K"),
    "obe-cel": (None, 60, "K"),
}
MONITORING = {
    "axi-cel": (7, None, None, "V"),
    "brexu-cel": (7, None, None, "V"),
    "tisa-cel": (10, None, None, "K"),
    "liso-cel": (None, 2, 3, "K"),
    "ide-cel": (10, None, None, "K"),
    "cilta-cel": (14, None, None, "V"),
    "obe-cel": (14, None, None, "K"),
}
# disease: (per, target, least, most, cap, tag, range_tag), cells in 10^6
DOSES = {
    "axi-cel": {"lbcl": ("kg", 2, 1, 2, 200, "V", None), "fl": ("kg", 2, 1, 2, 200, "V", None)},
    "brexu-cel": {"mcl": ("kg", 2, 1, 2, 200, "V", None), "all": ("kg", 1, None, None, 100, "K", None)},
    "tisa-cel": {
        "lbcl": ("dose", None, 60, 600, None, "V", None),
        "fl": ("dose", None, 60, 600, None, "V", None),
        "all <= 50": ("kg", None, 0.2, 5, None, "V", None),
        "all > 50": ("dose", None, 10, 250, None, "V", None),
    },
    "liso-cel": dict.fromkeys(("lbcl", "fl", "mcl"), ("dose", 100, 44, 120, None, "V", "K")),
    "ide-cel": {"mm": ("dose", 420, 260, 500, None, None, "V")},
    "cilta-cel": {"mm": ("kg", 0.75, 0.5, 1.0, 100, "V", None)},
    "obe-cel": {"all": ("dose", 410, None, None, None, "V", None)},
}
WEEKS = {"axi-cel": [4, 6], "brexu-cel": [4, 5], "tisa-cel": [6, 8], "liso-cel": [5, 6]}
SHELF_LIFE = {"axi-cel": 12, "brexu-cel": 12, "tisa-cel": 9, "liso-cel": 13}
DISEASES = {
    "axi-cel": {"lbcl", "fl"},
    "brexu-cel": {"mcl", "all"},
    "tisa-cel": {"all", "lbcl", "fl"},
    "liso-cel": {"lbcl", "fl", "mcl"},
    "ide-cel": {"mm"},
    "cilta-cel": {"mm"},
    "obe-cel": {"all"},
}


def test_what_the_seven_products_are(products):
    said = {
        code: (row["brand"], row["target"], row["costimulation"], row["construct"]["vector"], row["construct"]["tag"])
        for code, row in products.items()
    }
    assert said == SAID
    features = {code: row["construct"].get("features") for code, row in products.items()}
    assert {code: one for code, one in features.items() if one} == {
        "brexu-cel": ["cd19_tumour_cells_removed"],
        "liso-cel": ["cd8_cd4_one_to_one"],
        "cilta-cel": ["two_vhh"],
        "obe-cel": ["fast_off_rate"],
    }
    assert {code: set(row["diseases"]) for code, row in products.items()} == DISEASES
    assert set.union(*DISEASES.values()) <= set(Disease.values)


def test_thaw_clock_monitoring_weeks_and_shelf_life(products):
    def parts(fact: str, *names: str) -> dict:
        return {code: tuple(row[fact].get(name) for name in names) for code, row in products.items() if row.get(fact)}

    assert parts("thaw", "starts", "minutes", "tag") == THAW
    assert parts("monitoring", "daily_days", "week_1_least", "week_1_most", "tag") == MONITORING
    assert products["cilta-cel"]["monitoring"] | {"source": "4/cilta-cel"} == products["cilta-cel"]["monitoring"]
    assert parts("monitoring", "then", "then_weeks")["cilta-cel"] == ("periodic", 2)
    assert parts("vein_to_vein", "weeks", "tag") == {code: (weeks, None) for code, weeks in WEEKS.items()}
    assert parts("shelf_life", "months", "tag") == {code: (months, "K") for code, months in SHELF_LIFE.items()}
    assert products["tisa-cel"]["shelf_life"]["collected_months"] == 30
    observed = {code: [(one["days"], one["tag"]) for one in row.get("observed", [])] for code, row in products.items()}
    assert {code: one for code, one in observed.items() if one} == {
        "axi-cel": [(28, "V")],
        "tisa-cel": [(52, "S")],
        "liso-cel": [(39, "S")],
    }


def test_near_the_centre_driving_and_tocilizumab_on_site(products):
    assert {
        code: (row["near"]["hours"], row["near"]["weeks"], row["near"]["tag"]) for code, row in products.items()
    } == {code: (2, 4, "V" if code == "tisa-cel" else "K") for code in SAID}
    assert {code: (row["driving"]["weeks"], row["driving"]["tag"]) for code, row in products.items()} == dict.fromkeys(
        SAID, (8, "K")
    )
    on_site = [row["tocilizumab"] for row in products.values()]
    assert on_site == [{"doses": 1, "again_within_hours": 8, "source": "2", "tag": "V"}] * 7


def test_doses(products):
    said = {}
    for code, row in products.items():
        for dose in row["doses"]:
            weight = f" <= {dose['up_to_kg']}" if "up_to_kg" in dose else ""
            weight += f" > {dose['over_kg']}" if "over_kg" in dose else ""
            told = tuple(dose.get(name) for name in ("per", "target", "least", "most", "cap", "tag", "range_tag"))
            said.setdefault(code, {}).update({f"{disease}{weight}": told for disease in dose["diseases"]})
    assert said == DOSES
    assert products["obe-cel"]["infusions"] | {} == {
        "days": [1, 10],
        "tolerance": 2,
        "latest": 21,
        "source": "4/obe-cel",
        "tag": "V",
    }
    splits = {one["blasts"]: one["doses_10e6"] for one in products["obe-cel"]["split"]["doses"]}
    assert splits == {"more_than_20_percent": [10, 400], "up_to_20_percent": [100, 310]}
    assert {sum(split) for split in splits.values()} == {410}


# Italy, from the AIFA rows of section 4: (product, disease, lines): status, since
ITALY = {
    ("axi-cel", "LBCL", 2): ("in_force", "2019-11"),
    ("axi-cel", "LBCL", 1): ("in_force", "2023-11"),
    ("axi-cel", "FL", 3): ("in_force", "2023-11"),
    ("brexu-cel", "MCL", 2): ("in_force", None),
    ("brexu-cel", "B-ALL", 0): ("not_verified", None),
    ("tisa-cel", "LBCL", 2): ("in_force", "2019-08"),
    ("tisa-cel", "B-ALL", 0): ("in_force", "2019-08"),
    ("tisa-cel", "FL", 2): ("not_verified", None),
    ("liso-cel", "LBCL", 2): ("in_force", "2024"),
    ("liso-cel", "LBCL", 1): ("in_force", "2026-01"),
    ("liso-cel", "FL", 2): ("not_verified", None),
    ("liso-cel", "MCL", 2): ("not_verified", None),
    ("ide-cel", "MM", 3): ("in_force", "2024"),
    ("cilta-cel", "MM", 1): ("not_reimbursed", "2024-11-11"),
    ("obe-cel", "B-ALL", 0): ("not_verified", None),
}


def test_what_italy_reimburses_and_since_when():
    rows = [row for row in reference_data.indications() if row.jurisdiction == "IT"]
    assert {
        (row.product, row.disease, row.lines_min): (row.status, str(row.valid_from) if row.valid_from else None)
        for row in rows
    } == ITALY
    assert {(row.product, row.disease) for row in rows if row.tag == "K"} == {
        (product, disease) for (product, disease, _), (status, _) in ITALY.items() if status == "not_verified"
    }


def test_what_is_not_reimbursed_or_not_known_covers_nobody():
    on = date(2026, 11, 22)
    covering = {row.product for row in reference_data.indications() if row.is_valid("IT", on) and row.disease == "MM"}
    assert covering == {"ide-cel"}


def test_relapse_within_twelve_months_is_what_second_line_asks_for():
    rows = [row for row in reference_data.indications() if row.window_months is not None]
    assert {(row.product, row.jurisdiction, row.lines_max, row.window_months) for row in rows} == {
        (product, country, 1, 12) for product in ("axi-cel", "liso-cel") for country in ("EU", "IT")
    }


def test_the_papers_other_regimens_say_since_when():
    rows = rows_of("reimbursements.yaml", seeds.REIMBURSEMENT_SCHEMA)
    assert {code: (row.get("valid_from"), row["status"], row["tag"]) for code, row in rows.items()} == {
        "it-isa-pd": ("2021-09-21", "reimbursed", "S"),
        "it-isa-kd": ("2022-04-04", "reimbursed", "S"),
        "it-ibrutinib-mcl": (None, "approved", "S"),
        "eu-acalabrutinib-mcl-1l": ("2025-05", "approved", "V"),
        "eu-acalabrutinib-mcl-rr": ("2025-02", "positive_opinion", "V"),
    }


def test_prophylaxis_starts_from_the_reference():
    rows = rows_of("prophylaxis.yaml", seeds.PROPHYLAXIS_SCHEMA)
    assert {code: (row.get("months"), row.get("cd4_over"), row["tag"]) for code, row in rows.items()} == {
        "herpes": (12, "0.2", "V"),
        "pneumocystis": (6, "0.2", "V"),
        "bacteria": (None, None, "V"),
        "fungi": (None, None, "V"),
        "g-csf": (None, None, "V"),
        "immunoglobulins": (None, None, "V"),
        "hepatitis-b": (12, None, "V"),
        "cmv": (None, None, "V"),
        "vaccines": (None, None, "V"),
        "stop-rule": (12, "0.2", "C"),
    }


# ── one case per error of the schemas: file, line, field ─────────────────────────────────────────────────────────────

REGIMEN = {
    "code": "a",
    "product": "axi-cel",
    "disease": "''",
    "doses": "[{drug: d, mg_per_m2: 1, days: [1]}]",
    "anchor": "ld_end",
    "least": "1",
    "best": "2",
    "most": "3",
    "source": "'4'",
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "colour: is no field of this file"),
        ({"anchor": None}, "anchor: is missing"),
        ({"least": "one"}, "least: 'one' has the wrong type"),
        ({"least": "true"}, "least: True has the wrong type"),
        ({"anchor": "moon"}, "anchor: 'moon' is not one of ld_end, ld_start"),
        ({"doses": "[{drug: d, mg_per_m2: 1}]"}, "doses.days: is missing"),
        ({"doses": "[{drug: d, mg_per_m2: 1, days: [1], colour: red}]"}, "doses.colour: is no field of this file"),
        ({"doses": "[d]"}, "doses: 'd' must be a mapping"),
        ({"window_tag": "X"}, "window_tag: 'X' is not one of C, K, S, V"),
    ],
)
def test_a_faulty_row_names_file_line_and_field(tmp_path, change, said):
    fields = {name: value for name, value in (REGIMEN | change).items() if value is not None}
    (tmp_path / "regimens.yaml").write_text(
        "# the second line\n- {" + ", ".join(f"{name}: {value}" for name, value in fields.items()) + "}"
    )
    with pytest.raises(seeding.SeedError) as refused:
        seeding.read(tmp_path / "regimens.yaml", seeds.REGIMEN_SCHEMA)
    assert str(refused.value) == f"regimens.yaml:2: {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "f.yaml:1: (file): must be a list of rows"),
        ("- 5", "f.yaml:1: (row): must be a mapping"),
        ("- {number: 1, number: 2}", "f.yaml:1: number: stands twice"),
        ("- number: 1\n  paper: [", "f.yaml:2: (file): "),
    ],
)
def test_a_file_that_is_no_list_of_rows_is_refused(tmp_path, text, said):
    (tmp_path / "f.yaml").write_text(text)
    with pytest.raises(seeding.SeedError) as refused:
        seeding.read(tmp_path / "f.yaml", seeds.CORRECTION_SCHEMA, unique="number")
    assert str(refused.value).startswith(said)


FIGURE = {"group": "response", "endpoint": "orr", "measure": "percent", "arm": "A", "value": 10, "tag": "V"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "many"}, "figures[1].value: 'many' is no number"),
        ({"value": 101}, "figures[1].value: more than 100 %"),
        ({"value_to": 10}, "figures[1].value_to: does not lie above value"),
        ({"low": 12, "high": 14}, "figures[1].low: the interval does not hold the value"),
        ({"low": 14, "high": 12}, "figures[1].high: does not lie above low"),
        ({"arm": "B"}, "figures[1].arm: ['B'] is no arm"),
        ({"correction": 99}, "figures[1].correction: 99 is no correction"),
    ],
)
def test_a_figure_that_cannot_be_names_its_place(change, said):
    row = seeding.SeedRow(Path("evidence.yaml"), 7, {"arms": [{"name": "A"}]})
    with pytest.raises(seeding.SeedError) as refused:
        seeds._figure(row, 1, FIGURE | change, {1, 2})
    assert str(refused.value) == f"evidence.yaml:7: {said}"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"vein_to_vein": {"weeks": [6, 4]}, "doses": []}, "vein_to_vein: [6, 4] is no least and most"),
        ({"doses": [{"least": 2, "most": 1}]}, "doses: [2, 1] is no least and most"),
    ],
)
def test_a_span_the_wrong_way_round_is_refused(values, said):
    with pytest.raises(seeding.SeedError) as refused:
        seeds._spans(seeding.SeedRow(Path("products.yaml"), 3, values))
    assert str(refused.value) == f"products.yaml:3: {said}"


def test_a_row_that_ends_before_it_begins_is_refused():
    row = seeding.SeedRow(Path("t.yaml"), 3, {"valid_from": "2025-02", "valid_to": "2024"})
    with pytest.raises(seeding.SeedError, match=r"t.yaml:3: valid_to: lies before valid_from"):
        seeds._dates(row)


# ── in the database ──────────────────────────────────────────────────────────────────────────────────────────────────

TABLES = (Product, LabelTerm, Regimen, Indication, Reimbursement, Correction, Trial, Figure)


@pytest.mark.django_db
def test_a_second_load_changes_nothing_and_the_rules_are_those_of_the_files():
    def all_rows():
        return [list(table.objects.order_by("pk").values()) for table in TABLES]

    before = all_rows()
    counts = [len(rows) for rows in before]
    events = Figure.pgh_event_model.objects.count()
    with act(by="system:test", why="again"):
        for load in LOADERS:
            load(FOLDER)
    assert all_rows() == before
    assert Figure.pgh_event_model.objects.count() == events
    assert counts[0] == 7
    assert counts[6] == 17
    assert indications.rules_now() == reference_data.indications()


@pytest.mark.django_db
def test_an_old_day_re_opens_with_the_rules_of_its_day():
    before = clock.now()
    with act(by="system:test", why="a new label"):
        Indication.objects.filter(pk="eu-axi-cel-fl").update(lines_min=2)
        Indication.objects.filter(pk="eu-liso-cel-fl").delete()
    assert indications.rules_as_of(before) == reference_data.indications()
    assert indications.rules_as_of(clock.now()) == indications.rules_now()
    changed = set(reference_data.indications()) ^ set(indications.rules_now())
    assert sorted((row.code, row.lines_min) for row in changed) == [
        ("eu-axi-cel-fl", 2),
        ("eu-axi-cel-fl", 3),
        ("eu-liso-cel-fl", 2),
    ]


@pytest.mark.django_db
def test_unverified_is_what_the_reference_marks_k_or_does_not_mark():
    said = {product.code: product for product in Product.objects.all()}
    assert {code: (one.thaw_starts, one.thaw_minutes, one.is_verified("thaw")) for code, one in said.items()} == {
        code: (starts, minutes, tag == "V") for code, (starts, minutes, tag) in THAW.items()
    }
    assert {code for code, one in said.items() if one.is_verified("monitoring")} == {
        "axi-cel",
        "brexu-cel",
        "cilta-cel",
    }
    assert not any(one.is_verified("vein_to_vein") for one in said.values())
    assert said["ide-cel"].vein_to_vein_weeks is None
    assert (said["tisa-cel"].near_hours, said["tisa-cel"].near_weeks, said["tisa-cel"].no_driving_weeks) == (2, 4, 8)


@pytest.mark.django_db
def test_a_fault_in_one_file_changes_nothing_of_any(tmp_path, settings):
    shutil.copytree(FOLDER, tmp_path / "seeds")
    for name, before, after in (
        ("products.yaml", "brand: Yescarta", "brand: Another"),
        ("reimbursements.yaml", "trial: IKEMA", "trial: IKEBANA"),
    ):
        file = tmp_path / "seeds" / name
        file.write_text(file.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match=r"^reimbursements.yaml:5: trial: 'IKEBANA' is no trial$"):
        call_command("load_seeds", stderr=io.StringIO())
    assert Product.objects.get(pk="axi-cel").brand == "Yescarta"

"""The lists from which a disease history is chosen."""

import pytest

from patients.clinical.indications import DRUG_CLASSES, SUBTYPES
from patients.clinical.seed_rows import SeedError
from patients.disease import picklists
from patients.disease.models import Disease, DrugClass

# Section 9 of the reference, read again by hand: the drugs that decide an indication.
CLASSES = {
    "daratumumab": ["anti_cd38"],
    "isatuximab": ["anti_cd38"],
    "elotuzumab": ["anti_slamf7"],
    "iberdomide": ["celmod"],
    "mezigdomide": ["celmod"],
    "lenalidomide": ["imid", "lenalidomide"],
    "pomalidomide": ["imid"],
    "carfilzomib": ["pi"],
    "ibrutinib": ["btki"],
    "pirtobrutinib": ["btki_non_covalent"],
    "blinatumomab": ["anti_cd19", "bispecific"],
    "tafasitamab": ["anti_cd19"],
    "teclistamab": ["anti_bcma", "bispecific"],
    "axi-cel": ["anti_cd19"],
    "cilta-cel": ["anti_bcma"],
    "glofitamab": ["bispecific"],
    "venetoclax": [],
}


@pytest.mark.parametrize("name", CLASSES)
def test_a_drug_says_its_classes(name):
    assert picklists.classes_of([name]) == CLASSES[name]


def test_the_list_and_the_rule_agree_on_every_drug_that_both_know():
    known = picklists.drugs()
    both = {name: code for name, code in DRUG_CLASSES.items() if name in known}
    assert len(both) == 11
    assert [name for name, code in both.items() if code not in known[name].classes] == []


def test_every_class_and_every_subtype_of_the_lists_is_one_of_the_rooms():
    assert {code for drug in picklists.drugs().values() for code in drug.classes} <= set(DrugClass.values)
    assert {one.disease for one in picklists.diagnoses().values()} == set(Disease.values)
    large = [one for one in picklists.diagnoses().values() if one.disease == "lbcl"]
    assert [one.subtype for one in picklists.diagnoses().values() if one.disease != "lbcl" and one.subtype] == []
    assert {one.subtype for one in large} == set(SUBTYPES)


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        ("dlbcl_nos", ("C83.3", "9680/3", "544")),
        ("mcl", ("C83.1", "9673/3", "52416")),
        ("mm", ("C90.0", "9732/3", "29073")),
        ("tfl", ("C83.3", "9680/3", "")),  # the reference gives no ORPHA code
        ("fl3b", ("C82.4", "9698/3", "545")),
    ],
)
def test_codes_are_those_of_the_reference_and_missing_where_it_has_none(code, codes):
    one = picklists.diagnoses()[code]
    assert (one.icd10, one.icdo3, one.orpha) == codes


def test_codes_that_the_reference_doubts_are_marked():
    doubtful = {code for code, one in picklists.diagnoses().items() if one.doubtful}
    assert doubtful == {"hgbl", "pmbcl", "b_all"}


@pytest.mark.parametrize(
    ("written", "classes"),
    [
        ("R-CHOP", ["anti_cd20"]),
        ("isa-pd", ["anti_cd38", "imid"]),
        (" EPd ", ["anti_slamf7", "imid"]),
        ("ibrutinib +  R-CHOP/R-DHAP", ["anti_cd20", "btki"]),
        ("Isa-RVd", ["anti_cd38", "imid", "lenalidomide", "pi"]),
        ("Pola-BR", ["anti_cd20", "bendamustine"]),
    ],
)
def test_a_regimen_of_the_list_says_what_it_holds(written, classes):
    assert picklists.classes_of(list(picklists.regimen(written).drugs)) == classes


def test_a_free_regimen_is_written_as_it_is_said():
    assert picklists.regimen("something else") is None
    assert picklists.read_drugs(" Rituximab; x ,,rituximab") == ["rituximab", "x"]
    assert picklists.classes_of(["x"]) == []


def test_regimens_are_offered_by_disease_and_all_where_none_is_known():
    assert "Isa-Kd" in {one.name for one in picklists.regimens_of("mm")}
    assert "R-CHOP" not in {one.name for one in picklists.regimens_of("mm")}
    assert len(picklists.regimens_of("all")) == len(picklists.regimens()) == len(picklists.regimens_of(None))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Imbruvica", ["ibrutinib"]),
        ("ibrutinib 560 mg/die", ["ibrutinib"]),
        ("bortezomib, talidomide, desametasone", ["bortezomib", "thalidomide", "dexamethasone"]),
        ("Bortezomib-Talidomide-Desametasone", ["bortezomib", "thalidomide", "dexamethasone"]),
        ("lenalidomide (Revlimid®) 25 mg e desametasone 40 mg/sett", ["lenalidomide", "dexamethasone"]),
        ("bortezomib 1,3 mg/m2/lenalidomide 25 mg and VELCADE", ["bortezomib", "lenalidomide"]),
        (
            "Polatuzumab\nRituximab 375 mg/m² + ossaliplatino;Ara-C",
            ["polatuzumab vedotin", "rituximab", "oxaliplatin", "cytarabine"],
        ),
        ("VTd", ["bortezomib", "thalidomide", "dexamethasone"]),  # a regimen of the list is what it holds
        ("VXd, axi-cel", ["VXd", "axi-cel"]),
        ("niente ibrutinib", ["niente ibrutinib"]),  # what is not understood is no drug of the list
        ("rituximab 375 mg/m2 x 6", ["rituximab"]),
    ],
)
def test_drugs_are_read_as_people_type_them(typed, read):
    assert picklists.read_drugs(typed) == read
    assert picklists.held([typed]) == read  # and what was recorded before they were


def test_every_name_of_every_drug_is_read_as_that_drug():
    for drug in picklists.drugs().values():
        for name in (drug.name, drug.name_it, *drug.also):
            assert not name or picklists.read_drugs(f"{name.upper()} 10 mg") == [drug.name], name


def test_a_name_that_two_drugs_have_is_refused_with_file_line_and_field(tmp_path, monkeypatch):
    rows = ("name: one, also: [Two mab]", "name: three, also: [TWO  Mab]")
    written = "".join(f'- {{{row}, classes: [], source: "9"}}\n' for row in rows)
    (tmp_path / "drugs.yaml").write_text(written, encoding="utf-8")
    monkeypatch.setattr(picklists, "SEEDS", tmp_path)
    with pytest.raises(SeedError, match=r"^drugs\.yaml:2: also: 'TWO  Mab' is one too$"):
        picklists.drug_names.__wrapped__()

"""What a rule can be looked up in: the documents that the reference names in its marks and in its list of sources."""

import pytest

from patients.rulebook import reference

EMA = "rxreasoner EMA monographs (Yescarta, Tecartus 2024; Kymriah FL; Carvykti 2022; Breyanzi 2022)"


@pytest.mark.parametrize(
    ("kind", "key", "source", "names", "documents"),
    [
        ("clinical", "crs", "1.1", (), ["PMC9327779 t2, PMC8021214 t1, cancercalc.com/CRS_grade (ASTCT)"]),
        ("clinical", "easix", "3", (), ["PMC8525234 (m-EASIX)"]),
        ("clinical", "iec-hs", "1.6", (), []),  # [K] alone: it names none
        ("product", "axi-cel:thaw", "4/axi-cel", ("axi-cel", "Yescarta"), [EMA, "emc SmPCs"]),
        ("product", "brexu-cel:thaw", "4/brexu-cel", ("brexu-cel", "Tecartus"), ["Swiss text", EMA, "emc SmPCs"]),
        ("product", "obe-cel:thaw", "4/obe-cel", ("obe-cel", "Aucatzyl"), ["emc SmPCs", "drugs.com Aucatzyl"]),
        ("prophylaxis", "herpes", "6.2", (), ["ash 11837558, 12050824, 12523856"]),
        ("fitness", "ecog", "5.2", (), ["PMC10867419"]),
        ("fitness", "lvef", "5.2", (), []),
        ("advice", "crs-1-ebmt", "2", (), ["PMC10573998 t1 (management)"]),
        ("advice", "antiepileptic-cns", "2", (), ["PMC10867419 for CNS"]),
    ],
)
def test_a_rule_names_the_documents_of_its_own_row_and_no_others(kind, key, source, names, documents):
    assert reference.to_look_up(kind, key, source, names) == documents


def test_a_published_rule_cites_its_paper_beside_what_was_read():
    said = {key: reference.papers("clinical", key, source) for key, source in (("crs", "1.1"), ("iec-hs", "1.6"))}
    assert said == {
        "crs": ["Lee DW et al., Biol Blood Marrow Transplant 2019;25:625-38"],
        "iec-hs": ["ASTCT, Hines et al. 2023"],
    }
    assert reference.papers("clinical", "car-hematotox", "3") == ["Rejeski 2021, Blood 138:2499"]
    assert reference.papers("clinical", "easix", "3") == []

"""Every row of every seed, and every rule, says where it comes from, and that place exists."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
SEEDS = sorted((ROOT / "seeds").glob("*.yaml"))
REFERENCE = (ROOT / "docs" / "clinical-reference.md").read_text(encoding="utf-8")
MEDICINE = (ROOT / "docs" / "medicine.md").read_text(encoding="utf-8")
SECTIONS = set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?)[. ]", REFERENCE, flags=re.MULTILINE))
# No medicine: roles of people, and cases that name their own publication.
NO_MEDICINE = {"roles.yaml", "published_cases.yaml"}


def stands_somewhere(source: str) -> bool:
    """Every part of a source: a section of the reference (`4/axi-cel` with a column), or explained in medicine.md."""
    for part in filter(None, re.split(r"[,;]\s*", source)):
        section, _slash, column = part.partition("/")
        in_reference = section in SECTIONS and column in REFERENCE
        if not in_reference and f"| {part} |" not in MEDICINE:
            return False
    return bool(source)


def sources_in(value, found: list) -> list:
    """Every `source` of a row, however deep."""
    if isinstance(value, dict):
        found += [value["source"]] if "source" in value else []
        for inner in value.values():
            sources_in(inner, found)
    elif isinstance(value, list):
        for inner in value:
            sources_in(inner, found)
    return found


@pytest.mark.parametrize("path", [path for path in SEEDS if path.name not in NO_MEDICINE], ids=lambda path: path.stem)
def test_every_row_says_where_it_comes_from(path):
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert rows
    assert [row for row in rows if "source" not in row] == []
    assert [one for one in sources_in(rows, []) if not stands_somewhere(one)] == []


@pytest.mark.parametrize("source", ["", "12.3", "4/aspirin", "1.9", "hearsay", "4, hearsay"])
def test_a_source_that_stands_nowhere_is_seen(source):
    assert not stands_somewhere(source)


def test_every_fact_of_a_product_has_its_own_source():
    rows = yaml.safe_load((ROOT / "seeds" / "products.yaml").read_text(encoding="utf-8"))
    facts = [(row["code"], name, fact) for row in rows for name, fact in row.items() if isinstance(fact, dict)]
    facts += [(row["code"], "doses", dose) for row in rows for dose in row["doses"]]
    assert len(facts) == 62
    assert [(code, name) for code, name, fact in facts if not stands_somewhere(fact.get("source", ""))] == []


def test_every_clinical_rule_names_its_section():
    """A module of clinical/ whose rules have a VERSION names sections of the reference."""
    found = {}
    for path in sorted((ROOT / "patients" / "clinical").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if re.search(r"^\w*VERSION\b.*=", text, flags=re.MULTILINE):
            found[path.stem] = re.findall(r"[Rr]eference (\d+(?:\.\d+)?)", text)
    assert len(found) >= 12
    assert {stem: told for stem, told in found.items() if not told or not set(told) <= SECTIONS} == {}

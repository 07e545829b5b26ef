"""Every source key that a result or a seed row carries exists in docs/clinical-reference.md."""

import re
from pathlib import Path

import pytest

from patients.clinical import cases, reference_data
from tests.clinical.test_vectors import VECTORS

REFERENCE = (Path(__file__).resolve().parents[2] / "docs" / "clinical-reference.md").read_text(encoding="utf-8")
SECTIONS = set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?)[. ]", REFERENCE, flags=re.MULTILINE))


def is_in_the_reference(source: str) -> bool:
    """A section, or a section and one of the columns (products) of its tables: "1.1", "4/axi-cel"."""
    section, _slash, column = source.partition("/")
    return section in SECTIONS and column in REFERENCE


def test_the_reference_has_the_sections_that_rules_are_made_of():
    assert {"0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2", "3", "4", "5.1", "6.1", "10"} <= SECTIONS


@pytest.mark.parametrize("kind", VECTORS)
def test_every_ground_of_every_vector_names_a_section_of_the_reference(kind):
    for vector in VECTORS[kind]:
        told = cases.answer(cases.KINDS[kind], vector)
        assert [ground for ground in told["grounds"] if not is_in_the_reference(ground["source"])] == []
    assert is_in_the_reference(cases.KINDS[kind].source)


def test_every_kind_of_the_vectors_can_be_calculated_and_no_other():
    assert set(cases.KINDS) == set(VECTORS)


def test_every_seed_row_names_a_section_of_the_reference():
    rows = [*reference_data.infusion_windows().values(), *reference_data.indications()]
    rows += reference_data.washouts().values()
    assert [row for row in rows if not is_in_the_reference(row.source)] == []


@pytest.mark.parametrize("source", ["", "12.3", "4/aspirin", "1.9"])
def test_a_source_key_that_is_not_there_is_seen(source):
    assert not is_in_the_reference(source)

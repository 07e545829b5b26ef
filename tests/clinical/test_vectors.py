"""The vectors of reference 10, as they stand in tests/clinical/vectors.json, through the reader of cases."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from patients.clinical import cases

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"), parse_float=Decimal)


def answers_as_expected(told: dict, expected) -> bool:
    if isinstance(expected, dict) and expected.get("incomplete"):
        return (told["result"], told["status"], told["range"]) == (None, "incomplete", expected["range"])
    return told["result"] == expected


@pytest.mark.parametrize(
    ("kind", "vector"),
    [pytest.param(kind, vector, id=vector["id"]) for kind in cases.KINDS for vector in VECTORS[kind]],
)
def test_vector_is_answered_as_the_reference_says(kind, vector):
    told = cases.answer(cases.KINDS[kind], vector)
    assert answers_as_expected(told, vector["expected"]), told
    assert told["grounds"]

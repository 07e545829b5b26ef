"""Seed files: a row and its parts are held to their schema, and an error names file, line and field."""

import pytest

from patients.clinical.seed_rows import Field, SeedError, read

SCHEMA = {
    "code": Field(str),
    "doses": Field((list, dict), required=False, parts={"mg": Field(int), "tag": Field(str, required=False)}),
}


def rows(tmp_path, text: str | bytes):
    file = tmp_path / "doses.yaml"
    file.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return read(file, SCHEMA, unique="code")


def test_a_part_is_a_mapping_or_a_list_of_them(tmp_path):
    one, several = rows(tmp_path, "- {code: a, doses: {mg: 5}}\n- {code: b, doses: [{mg: 5, tag: K}, {mg: 7}]}\n")
    assert (one["doses"], several["doses"]) == ({"mg": 5}, [{"mg": 5, "tag": "K"}, {"mg": 7}])
    assert (one.line, several.line) == (1, 2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- code: a\n  doses: [5]\n", "doses.yaml:1: doses: 5 must be a mapping"),
        ("- code: a\n- code: b\n  doses: [{mg: x}]\n", "doses.yaml:3: doses.mg: 'x' has the wrong type"),
        ("- code: a\n  doses: {mg: 5, ml: 1}\n", "doses.yaml:2: doses.ml: is no field of this file"),
        ("- code: a\n- code: a\n", "doses.yaml:2: code: 'a' stands twice"),
        ("- code: a\n  code: b\n", "doses.yaml:2: code: stands twice"),
        ("- code: a\n  doses: [\n", "doses.yaml:2: (file): "),
        ("- code: a\n- code: [}\n- code: c\n", "doses.yaml:2: (file): "),
        ("\n\n[\n\n", "doses.yaml:3: (file): did not find expected node content"),
        ("- code: è\n- code: a\x07\n- code: b\n", "doses.yaml:2: (file): control characters are not allowed"),
        (b"- code: a\n- code: \xff\n- code: b\n", "doses.yaml:2: (file): is not UTF-8"),
        ("{code: a}\n", "doses.yaml:1: (file): must be a list of rows"),
    ],
)
def test_a_fault_names_file_line_and_field(tmp_path, text, told):
    with pytest.raises(SeedError) as refused:
        rows(tmp_path, text)
    assert str(refused.value).startswith(told)

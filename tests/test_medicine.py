"""docs/medicine.md says of every rule where it lives, its source and its tests, and all of that is there."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.clinical.test_sources import is_in_the_reference
from tests.test_marks import SHOWN_IN

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "medicine.md").read_text(encoding="utf-8")
SHOWING = {"shown.py", "views.py", "forms.py"}  # they hand on what a rule said


@dataclass(frozen=True)
class Row:
    """One rule of the table: the modules, data and functions of its code, its source keys, its test files."""

    rule: str
    code: str
    keys: str
    tests: str

    @property
    def places(self) -> list[tuple[Path, str]]:
        """Every module or file that the row names, with the function, if it names one."""
        found, folder, module = [], ROOT / "patients" / "clinical", None
        for named in re.findall(r"`([^`]+)`", self.code):
            path, function = _place(named, folder, module)
            found.append((path, function))
            folder, module = path.parent, path
        return found

    @property
    def files_of_tests(self) -> list[Path]:
        found, folder = [], ROOT / "tests" / "clinical"
        for named in re.split(r",\s*", self.tests):
            path = (ROOT if "/" in named else folder) / f"{named}.py"
            found.append(path)
            folder = path.parent
        return found


def _place(named: str, folder: Path, module: Path | None) -> tuple[Path, str]:
    """A name of the column: a file or folder of the project, a module, or a function of the module before it."""
    stem, _dot, function = named.partition(".")
    clinical, patients = ROOT / "patients" / "clinical", ROOT / "patients"
    if named.endswith((".yaml", ".py")):
        roots = (ROOT, patients, folder)
        return next((root / named for root in roots if (root / named).exists()), ROOT / named), ""
    for root in (clinical, patients, folder):
        for path in (root / f"{stem}.py", root / stem):
            if path.exists():
                return path, function
    return (module, named) if module is not None else (ROOT / named, "")


def table() -> list[Row]:
    part = TEXT.split("## Where each rule lives")[1].split("\n## ")[0]
    rows = [line.strip("| \n").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return [Row(*cells) for cells in rows[1:]]


ROWS = table()


def test_the_table_is_read_whole():
    assert len(ROWS) == TEXT.split("## Where each rule lives")[1].split("\n## ")[0].count("\n| ") - 1
    assert {len(row.places) > 0 for row in ROWS} == {True}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.rule[:40])
def test_a_rule_lives_where_it_is_said_with_its_source_and_its_tests(row):
    assert [path.name for path, _function in row.places if not path.exists()] == []
    assert [one for one in row.places if one[1] and one[1] not in functions_of(one[0])] == []
    keys = [key for key in re.split(r",\s*", row.keys) if key != "-"]  # a list of rules has no section of its own
    assert [key for key in keys if not is_in_the_reference(key)] == []
    assert [path.name for path in row.files_of_tests if not path.exists()] == []
    tested = "\n".join(path.read_text(encoding="utf-8") for path in row.files_of_tests)
    modules = [path for path, _function in row.places if path.suffix == ".py" and "management" not in path.parts]
    assert [path.name for path in modules if not re.search(rf"\b{path.stem}\b", tested)] == []


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_no_rule_is_left_out():
    """Modules with a version, and those of the rooms that apply a published rule."""
    named = {path for row in ROWS for path, _function in row.places}
    versioned = {
        path
        for path in (ROOT / "patients").rglob("*.py")
        if re.search(r"^\w*VERSION = ", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    applying = {ROOT / "patients" / room for room in SHOWN_IN if room.split("/")[1] not in SHOWING}
    assert sorted(path.relative_to(ROOT).as_posix() for path in (versioned | applying) - named) == []

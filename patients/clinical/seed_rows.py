"""Reading seeds/*.yaml: rows with the line they stand on, and errors that name file, line and field."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class SeedError(ValueError):
    """A seed row that cannot be taken: says file, line, field and what is wrong."""

    def __init__(self, path: Path, line: int, field: str, problem: str):
        super().__init__(f"{path.name}:{line}: {field}: {problem}")


@dataclass(frozen=True)
class Field:
    """What a field of a seed row must be: its type(s), whether it may be absent, and its allowed values.

    `parts`: the fields of the mapping, or of each mapping of the list, that the field holds. `choices` of a list are
    those of its members.
    """

    kind: type | tuple[type, ...]
    required: bool = True
    choices: frozenset | None = None
    parts: Mapping[str, "Field"] | None = None


@dataclass(frozen=True)
class SeedRow:
    """One row of a seed file and where it stands."""

    path: Path
    line: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def refuse(self, field: str, problem: str) -> SeedError:
        """The error to raise for a field that the schema cannot judge (a reference that leads nowhere, say)."""
        return SeedError(self.path, self.line, field, problem)


class _LineLoader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):
    """A safe loader whose mappings know their line; a doubled key is an error, not a silent overwrite."""


LINE = "__line__"


def _mapping(loader: _LineLoader, node: yaml.MappingNode) -> dict:
    values = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in values:
            raise SeedError(Path(loader.name), key_node.start_mark.line + 1, str(key), "stands twice")
        values[key] = loader.construct_object(value_node, deep=True)
    values[LINE] = node.start_mark.line + 1
    return values


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _without_lines(value):
    if isinstance(value, dict):
        return {key: _without_lines(inner) for key, inner in value.items() if key != LINE}
    if isinstance(value, list):
        return [_without_lines(inner) for inner in value]
    return value


def _written(path: Path) -> Any:
    """What stands in the file; what is no YAML is refused at the line where it stops being it."""
    raw = path.read_bytes()
    try:
        loader = _LineLoader(raw.decode("utf-8"))
        loader.name = str(path)
        return loader.get_single_data()
    except UnicodeDecodeError as error:
        at, problem = raw.count(b"\n", 0, error.start), "is not UTF-8"
    except yaml.reader.ReaderError as error:
        at, problem = raw.decode("utf-8").count("\n", 0, error.position), error.reason
    except yaml.MarkedYAMLError as error:
        at, problem = min(error.problem_mark.line, raw.rstrip().count(b"\n")), error.problem
    raise SeedError(path, at + 1, "(file)", problem)


def read(path: Path, schema: Mapping[str, Field], *, unique: str | None = None) -> list[SeedRow]:
    """The rows of a seed file, each checked against the schema. Raises SeedError at the first fault.

    `unique`: the field by which no two rows may be the same.
    """
    rows = _written(path)
    if not isinstance(rows, list):
        raise SeedError(path, 1, "(file)", "must be a list of rows")
    checked = [_checked(path, row, schema) for row in rows]
    seen = set()
    for row in checked if unique else ():
        if row[unique] in seen:
            raise row.refuse(unique, f"{row[unique]!r} stands twice")
        seen.add(row[unique])
    return checked


def _checked(path: Path, row: Any, schema: Mapping[str, Field]) -> SeedRow:
    if not isinstance(row, dict):
        raise SeedError(path, 1, "(row)", "must be a mapping")
    _check(path, row, schema, "")
    return SeedRow(path, row[LINE], _without_lines(row))


def _check(path: Path, row: dict, schema: Mapping[str, Field], within: str) -> None:
    """Each field of a mapping; fields inside of it are named `dose.tag`."""
    line = row[LINE]
    for name in row:
        if name != LINE and name not in schema:
            raise SeedError(path, line, f"{within}{name}", "is no field of this file")
    for name, field in schema.items():
        told = f"{within}{name}"
        value = row.get(name)
        if value is None:
            if field.required:
                raise SeedError(path, line, told, "is missing")
            continue
        if not isinstance(value, field.kind) or (isinstance(value, bool) and field.kind is not bool):
            raise SeedError(path, line, told, f"{_without_lines(value)!r} has the wrong type")
        for one in (value if isinstance(value, list) else [value]) if field.choices is not None else ():
            if one not in field.choices:
                allowed = ", ".join(sorted(map(str, field.choices)))
                raise SeedError(path, line, told, f"{one!r} is not one of {allowed}")
        if field.parts is not None:
            for part in value if isinstance(value, list) else [value]:
                if not isinstance(part, dict):
                    raise SeedError(path, line, told, f"{part!r} must be a mapping")
                _check(path, part, field.parts, f"{told}.")

"""Reading seeds/*.yaml: rows with the line they stand on, and errors that name file, line and field."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class SeedError(Exception):
    """A seed row that cannot be taken: says file, line, field and what is wrong."""

    def __init__(self, path: Path, line: int, field: str, problem: str):
        super().__init__(f"{path.name}:{line}: {field}: {problem}")


@dataclass(frozen=True)
class Field:
    """What a field of a seed row must be: its type(s), whether it may be absent, and its allowed values."""

    kind: type | tuple[type, ...]
    required: bool = True
    choices: frozenset | None = None


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


class _LineLoader(yaml.SafeLoader):
    """A safe loader whose mappings know their line; a doubled key is an error, not a silent overwrite."""


def _mapping(loader: _LineLoader, node: yaml.MappingNode) -> dict:
    values = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in values:
            raise SeedError(Path(loader.name), key_node.start_mark.line + 1, str(key), "stands twice")
        values[key] = loader.construct_object(value_node, deep=True)
    values["__line__"] = node.start_mark.line + 1
    return values


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _without_lines(value):
    if isinstance(value, dict):
        return {key: _without_lines(inner) for key, inner in value.items() if key != "__line__"}
    if isinstance(value, list):
        return [_without_lines(inner) for inner in value]
    return value


def read(path: Path, schema: dict[str, Field]) -> list[SeedRow]:
    """The rows of a seed file, each checked against the schema. Raises SeedError at the first fault."""
    with path.open(encoding="utf-8") as stream:
        loader = _LineLoader(stream)
        loader.name = str(path)
        try:
            rows = loader.get_single_data()
        finally:
            loader.dispose()
    if not isinstance(rows, list):
        raise SeedError(path, 1, "(file)", "must be a list of rows")
    return [_checked(path, row, schema) for row in rows]


def _checked(path: Path, row: Any, schema: dict[str, Field]) -> SeedRow:
    if not isinstance(row, dict):
        raise SeedError(path, 1, "(row)", "must be a mapping")
    line = row["__line__"]
    values = _without_lines(row)
    for name in values:
        if name not in schema:
            raise SeedError(path, line, str(name), "is no field of this file")
    for name, field in schema.items():
        if name not in values or values[name] is None:
            if field.required:
                raise SeedError(path, line, name, "is missing")
            continue
        if not isinstance(values[name], field.kind) or (isinstance(values[name], bool) and field.kind is not bool):
            raise SeedError(path, line, name, f"{values[name]!r} has the wrong type")
        if field.choices is not None and values[name] not in field.choices:
            raise SeedError(
                path, line, name, f"{values[name]!r} is not one of {', '.join(sorted(map(str, field.choices)))}"
            )
    return SeedRow(path, line, values)

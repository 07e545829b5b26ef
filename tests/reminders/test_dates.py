"""No far-off date lives in the broker: a task is sent for now, or for at most a minute from now."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 60


def python_files() -> list[Path]:
    return [path for folder in ("carpath", "patients") for path in (ROOT / folder).rglob("*.py")]


def far_off(source: str) -> list[int]:
    """Lines that hand Celery an eta, or a countdown that is not a number of at most sixty seconds."""
    found = []
    for node in ast.walk(ast.parse(source)):
        named = node.keywords if isinstance(node, ast.Call) else []
        keys = [(one.arg, one.value) for one in named]
        if isinstance(node, ast.Dict):
            keys += [
                (key.value, value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        for name, value in keys:
            soon = isinstance(value, ast.Constant) and isinstance(value.value, int) and value.value <= LONGEST_SECONDS
            if name == "eta" or (name == "countdown" and not soon):
                found.append(node.lineno)
    return found


def test_no_task_is_sent_for_later_than_a_minute_from_now():
    assert [path.name for path in python_files() if far_off(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("task.apply_async(eta=when)", [1]),
        ("task.apply_async(countdown=61)", [1]),
        ("task.apply_async(countdown=60)", []),
        ("task.apply_async(countdown=wait)", [1]),
        ("app.send_task('x', **{'countdown': 3600})", [1]),
        ("task.delay()", []),
    ],
)
def test_the_search_finds_what_is_forbidden(source, lines):
    assert far_off(source) == lines

"""Tests that watch the whole: a new file, model or template is covered on the day it appears."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ROOT / "patients"
SOURCES = [path for path in ROOMS.rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# Tables that are no facts of their own: logs, leases, plans that can be made again, and what a page keeps for a moment.
UNTRACKED = {
    "AccessEntry",
    "TakenForm",
    "Heartbeat",
    "KeptDraft",
    "CacheRow",
    "Change",
    "Replan",
    "Notice",
    "Delivery",
    "Planning",
    "ReminderTelling",
}


def models_of_the_app() -> list[type[models.Model]]:
    return [model for model in apps.get_app_config("patients").get_models() if not hasattr(model, "pgh_tracked_model")]


def test_a_room_looks_back_along_the_pathway_never_forward():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted(ROOMS.glob("*/rules.py")), ids=lambda path: path.parent.name)
def test_rules_know_no_django_and_no_clock(path):
    text = path.read_text(encoding="utf-8")
    imported = re.findall(r"^\s*(?:from|import) ([\w.]+)", text, re.MULTILINE)
    outside = [name for name in imported if name.split(".")[0] in {"django", "celery"} or "audit.clock" in name]
    assert outside == []
    assert not re.search(r"\b(date\.today|datetime\.now|timezone\.now)\(", text)


def test_every_table_of_facts_keeps_history():
    without = {model.__name__ for model in models_of_the_app() if not hasattr(model, "pgh_event_models")}
    assert without == UNTRACKED & {model.__name__ for model in models_of_the_app()}


def test_clinical_facts_are_never_deleted_with_something_else():
    may = {("KeptDraft", "user")}
    cascading = {
        (model.__name__, field.name)
        for model in models_of_the_app()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT
    }
    assert cascading <= may


def test_only_the_clock_tells_the_time():
    """Log-in sessions are told by the machine's own clock: a demonstration that runs ahead must not log people out."""
    may = {"patients/audit/clock.py", "patients/centres/middleware.py"}
    pattern = re.compile(r"timezone\.now\(|date\.today\(|datetime\.now\(|datetime\.utcnow\(|\btime\.time\(")
    using = {str(path.relative_to(ROOT)) for path in SOURCES if pattern.search(path.read_text(encoding="utf-8"))}
    assert using <= may


def test_views_begin_at_the_door():
    """A view never reaches for patients or pathways past identity.access."""
    pattern = re.compile(r"\b(Patient|Pathway)\.objects\.(?!visible_to\b|none\b)")
    found = [
        str(path.relative_to(ROOT)) for path in SOURCES if path.name == "views.py" and pattern.search(path.read_text())
    ]
    assert found == []


def test_no_far_date_is_given_to_the_broker():
    found = [
        f"{path.relative_to(ROOT)}: {seconds}"
        for path in [*SOURCES, *(ROOT / "carpath").rglob("*.py")]
        for kind, seconds in re.findall(r"\b(eta|countdown)\s*=\s*([^,)\s]+)", path.read_text(encoding="utf-8"))
        if kind == "eta" or not seconds.isdigit() or int(seconds) > 60
    ]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_keep_the_content_security_policy(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle=|\son\w+=[\"']|<style|javascript:", text) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []
    assert re.findall(r"\|\s*safe\b|autoescape off", text) == []
    assert re.findall(r"(?:src|href)=[\"']https?://", text) == []


def test_nothing_is_marked_safe_by_hand():
    found = [str(path.relative_to(ROOT)) for path in SOURCES if "mark_safe" in path.read_text(encoding="utf-8")]
    assert found == []


def test_nothing_names_this_machine():
    words = re.compile(r"/work/|/root/|/home/\w+/|pypi\.org|files\.pythonhosted|registry\.npmjs")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    found = []
    for name in listed:
        path = ROOT / name
        if name == "tests/test_architecture.py" or not path.is_file() or path.suffix in {".png", ".xlsx", ".ico"}:
            continue
        if words.search(path.read_text(encoding="utf-8", errors="ignore")):
            found.append(name)
    assert found == []

"""That nothing computed can be shown without its mark: the tag, the templates, the modules, docs/medicine.md.

The pages themselves are walked in test_pages.py; here stand the parts that a page asks for while one types.
"""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from patients.eligibility import washouts
from patients.rulebook import calculators
from patients.templatetags.computed import RULES
from tests import marks
from tests.clinical.test_sources import is_in_the_reference
from tests.clinical.test_vectors import VECTORS
from tests.eligibility.test_risk import medicine
from tests.rulebook.test_calculators import TYPED, filled

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = {path.relative_to(ROOT / "templates").as_posix(): path for path in (ROOT / "templates").rglob("*.html")}
CLINICAL = ROOT / "patients" / "clinical"
# Modules of published rules; `cases` only reads cases for `calculate`.
PUBLISHED_RULES = {
    path.stem for path in CLINICAL.glob("*.py") if re.search(r"^\w*VERSION\b.*=", path.read_text("utf-8"), re.MULTILINE)
} - {"cases"}

# Templates that draw a grade which no rule computed for a patient.
PUBLISHED = {
    "_components/legend.html": "the scale",
    "advice/hub.html": "the grade that a published text is for",
    "components.html": "how a grade looks",
    "toxicity/crs_table.html": "the rows of the published table",
    "toxicity/icans_table.html": "the rows of the published table",
    "toxicity/picture.html": "drawn into toxicity/sheet.html, which marks it",
}
# Modules of the rooms that apply a published rule, and the template in which its value is marked.
SHOWN_IN = {
    "advice/rules.py": "advice/_dose_body.html",
    "disease/course.py": "disease/_indication.html",
    "disease/indication.py": "disease/_indication.html",
    "disease/picture.py": "disease/clocks.html",
    "eligibility/indication.py": "eligibility/_items.html",
    "eligibility/risk.py": "eligibility/_risk.html",
    "eligibility/washouts.py": "eligibility/_washouts.html",
    "followup/rules.py": "followup/course.html",
    "followup/shown.py": "followup/course.html",
    "followup/views.py": "followup/_lugano.html",
    "rulebook/calculators.py": "rulebook/_answers.html",
    "rulebook/forms.py": "rulebook/_answers.html",
    "surveillance/rules.py": "surveillance/_call.html",
    "surveillance/shown.py": "surveillance/watch.html",
    "toxicity/rules.py": "toxicity/grade.html",
}


def text_of(name: str) -> str:
    return TEMPLATES[name].read_text(encoding="utf-8")


# ── the tag and the templates ────────────────────────────────────────────────────────────────────────────────────────


def test_every_rule_that_pages_name_has_its_sections_and_stands_in_a_template():
    named = {rule for name in TEMPLATES for rule in re.findall(r'{% computed "(\w+)"', text_of(name))}
    by_scale = {"crs", "icans"} if "{% computed one.scale" in text_of("toxicity/grade.html") else set()
    assert named | by_scale == set(RULES)
    assert [key for rule in RULES.values() for key in rule.sources.split() if not is_in_the_reference(key)] == []


def test_a_rule_that_nobody_knows_is_an_error_and_a_mark_says_all_of_it():
    with pytest.raises(KeyError):
        Template('{% load computed %}<p{% computed "guess" %}>').render(Context())
    drawn = Template('{% load computed %}<p{% computed "risk" version="IPI" why="#a" %}>').render(Context())
    assert drawn == '<p data-computed="3" data-rule="risk" data-version="IPI" data-why-at="#a">'


def test_a_grade_is_drawn_in_no_template_without_a_mark():
    drawing = {name for name in TEMPLATES if re.search(r"{% grade\b", text_of(name))}
    assert {name for name in drawing if "{% computed" not in text_of(name)} == set(PUBLISHED)


def rules_applied_in(path: Path) -> set[str]:
    """The functions of modules with published rules that a module calls or hands on."""
    tree, applied = ast.parse(path.read_text(encoding="utf-8")), set()
    modules, functions = {}, set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for name in node.names:
            known = name.asname or name.name
            if node.module == "patients.clinical" and name.name in PUBLISHED_RULES:
                modules[known] = name.name
            if (node.module or "").removeprefix("patients.clinical.") in PUBLISHED_RULES and name.name.islower():
                functions.add(known)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            applied |= {node.attr} if node.attr.islower() else set()
        elif isinstance(node, ast.Name) and node.id in functions:
            applied.add(node.id)
    return applied


def test_every_module_that_applies_a_published_rule_says_where_its_value_is_marked():
    rooms = {path.relative_to(ROOT / "patients").as_posix(): path for path in (ROOT / "patients").rglob("*.py")}
    outside = {"clinical", "management", "templatetags", "migrations"}
    found = {room for room, path in rooms.items() if room.split("/")[0] not in outside and rules_applied_in(path)}
    assert sorted(found) == sorted(SHOWN_IN)
    assert [name for name in SHOWN_IN.values() if "{% computed" not in text_of(name)] == []


# ── what is asked for while one types ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", sorted({kind for kind, _group, _typed in TYPED.values()}))
def test_a_calculator_s_answer_carries_its_marks(kind):
    whole = next(
        typed(next(one for one in VECTORS[group] if one["id"] == vector)["input"])
        for vector, (of, group, typed) in TYPED.items()
        if of == kind
    )
    for typed in (whole, {}):
        form = filled(kind, typed)
        answers = calculators.answers(kind, form)
        with translation.override("it"):
            html = render_to_string("rulebook/_answers.html", {"answers": answers, "form": form, "kind": kind})
            html += render_to_string("rulebook/_answers_short.html", {"answers": answers})
        assert answers
        assert (marks.faults(html, around=("answers",)), marks.rules_on(html)) == ([], {"calculator"})


def test_a_wash_out_carries_its_mark():
    in_hand = washouts.in_hand(
        [medicine("Prednisone", "systemic_steroid_over_5_mg_prednisone", "2026-11-29")], [], date(2026, 11, 30)
    )
    rows = [washouts.shown(one, date(2026, 12, 1)) for one in in_hand]
    html = render_to_string("eligibility/_washouts.html", {"rows": rows})
    assert (marks.faults(html), marks.rules_on(html)) == ([], {"washout"})


# ── the measure itself ───────────────────────────────────────────────────────────────────────────────────────────────

GRADE = '<b class="cp-g g2">2</b>'


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (GRADE, "a grade that no rule stands behind: 2"),
        ('<p data-computed="1.1" data-version="v">x</p>', "None “x”: no grounds"),
        ('<p data-computed="1.1" data-version="v">x<i data-why> </i></p>', "None “x”: no grounds"),
        ('<p data-computed="1.1" data-version="">x<i data-why>y</i></p>', "None “x y”: no version"),
        ('<p data-computed="" data-version="v">x<i data-why>y</i></p>', "None “x y”: no source"),
        (
            '<p data-computed="9.9" data-version="v">x<i data-why>y</i></p>',
            "None “x y”: the reference has no section 9.9",
        ),
        ('<p data-computed="1.1" data-version="v" data-why-at="#z">x</p>', "None “x”: grounds out of reach: #z"),
        ('<p data-computed="1.1" data-version="v" data-why-at="/z/">x</p>', "None “x”: grounds out of reach: /z/"),
    ],
)
def test_a_value_without_its_mark_is_found(html, fault):
    assert marks.faults(f"<main>{html}<br></main>") == [fault]


@pytest.mark.parametrize(
    "html",
    [
        f'<p data-computed="1.1 1.3" data-version="v">{GRADE}<i data-why>fever</i></p>',
        f'<p data-computed="1.1" data-version="v" data-why-at="#z">{GRADE}</p><div id="z">fever</div>',
        f'<p data-computed="1.1" data-version="v" data-why-at="/z/">{GRADE}</p><a href="/z/">z</a>',
        f'<a href="/y/"><span data-computed="1.1" data-version="v" data-why-at="/z/">{GRADE}</span></a>',
        f'<span class="cp-legend">{GRADE}</span><table class="cp-crs"><tr><td>{GRADE}</table>',
        f"<span data-reported>{GRADE}</span>",
    ],
)
def test_a_value_with_its_mark_is_not(html):
    assert marks.faults(f"<main>{html}</main>") == []

"""What every template and style keeps: strict CSP, icons that exist, vendored files as written down."""

import re
from hashlib import sha256

import pytest
from django.template import Context, Template
from django.utils import translation

from carpath.settings import BASE_DIR
from patients.audit.shown import Ball, Chip, StageBox

TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))
SPRITE = set(re.findall(r'id="i-([a-z0-9]+)"', (BASE_DIR / "static/icons.svg").read_text(encoding="utf-8")))
FORBIDDEN = re.compile(r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<script(?![^>]*\bsrc=)|<style|javascript:""", re.I)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(BASE_DIR / "templates")))
def test_a_template_keeps_the_strict_policy(path):
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


def test_the_policy_scan_finds_what_it_forbids():
    for bad in ('<p style="color:red">', '<a onclick="x()">', "<script>x</script>", '<a href="javascript:x">'):
        assert len(FORBIDDEN.findall(bad)) == 1
    assert FORBIDDEN.findall('<script src="x.js" defer></script> <p class="style">') == []


def test_every_icon_that_is_named_is_in_the_sprite():
    named = set()
    for path in TEMPLATES:
        named |= set(re.findall(r"""\{%\s*icon\s+["']([a-z0-9]+)["']""", path.read_text(encoding="utf-8")))
    for path in (BASE_DIR / "patients").rglob("*.py"):
        named |= set(re.findall(r"""icon=["']([a-z0-9]+)["']""", path.read_text(encoding="utf-8")))
    assert named - SPRITE == set()
    assert len(named) > 20


def test_vendored_files_are_as_written_down():
    vendor = BASE_DIR / "static/vendor"
    listed = dict(re.findall(r"^\| (\S+\.\w+) \|.*\| ([0-9a-f]{64}) \|$", (vendor / "VENDOR.md").read_text(), re.M))
    kept = {str(path.relative_to(vendor)) for path in vendor.rglob("*") if path.suffix in {".css", ".js"}}
    assert set(listed) == kept
    for name, digest in listed.items():
        content = (vendor / name).read_bytes()
        assert sha256(content).hexdigest() == digest
        assert b"sourceMappingURL" not in content


# ── components ───────────────────────────────────────────────────────────────────────────────────────────────────


def drawn(source: str, **context) -> str:
    with translation.override("en"):
        return " ".join(Template("{% load components %}" + source).render(Context(context)).split())


def seen(html: str) -> str:
    """The words of a drawing, with those for a screen reader in brackets."""
    html = re.sub(r'<span class="cp-vh">(.*?)</span>', r"[\1]", html)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% grade 0 %}", "0 [None]"),
        ("{% grade 2 word=True %}", "2 Moderate"),
        ('{% grade 4 name="CRS" %}', "CRS 4 [Life-threatening]"),
        ("{% grade None word=True %}", "– Not assessed"),
        ('{% grade "" %}', "– [Not assessed]"),
        ('{% grade 2 state="computed" %}', "2 [Moderate] [computed, to be confirmed]"),
        ('{% grade 2 state="confirmed" by="M. Villa 08:14" %}', "2 [Moderate] confirmed, M. Villa 08:14"),
        ('{% grade 1 state="reported" by="Pieve" %}', "1 [Mild] reported, Pieve"),
        ("{% grade 3 stale=True %}", "3 [Severe] [(overdue)]"),
    ],
)
def test_a_grade_says_its_number_and_its_word(source, words):
    assert seen(drawn(source)) == words


def test_not_assessed_looks_different_from_nought():
    assert "gx" in drawn("{% grade None %}")
    assert "gx" not in drawn("{% grade 0 %}")


def test_there_is_no_grade_six():
    with pytest.raises(ValueError, match="no grade 6"):
        drawn("{% grade 6 %}")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% day 4 %}", "day +4"),
        ("{% day 0 %}", "day 0"),
        ("{% day -20 planned=True %}", "day −20 planned"),
        ("{% day None %}", "day to be set"),
    ],
)
def test_a_day_is_never_without_its_sign(source, words):
    assert seen(drawn(source)) == words


def test_only_a_real_day_nought_is_solid():
    assert "cp-day--plan" not in drawn("{% day 4 %}")
    assert "cp-day--plan" in drawn("{% day 4 planned=True %}")
    assert "cp-day--plan" in drawn("{% day None %}")


def test_the_ball_says_who_where_what_and_by_when():
    late = Ball("dr. Sarti", "HBV DNA", "Valdarsa", due="by 24/11", late="2 days late")
    assert seen(drawn("{% ball one %}", one=late)) == "[Ball with ]dr. Sarti Valdarsa · HBV DNA · 2 days late"
    mine = Ball("coordinator", "confirm the slot", due="by 24/11", mine=True)
    assert seen(drawn("{% ball one %}", one=mine)) == "[Ball with ]You confirm the slot · by 24/11"


def test_the_stage_bar_on_the_phone_names_what_runs_beside():
    boxes = [StageBox(number, f"stage {number}", "done" if number < 4 else "ahead") for number in range(1, 10)]
    boxes[3] = StageBox(4, "Manufacturing", "here", "20 d")
    boxes[4] = StageBox(5, "Bridging", "also")
    html = drawn("{% stage_bar boxes %}", boxes=boxes)
    assert seen(html).startswith("4 of 9 · Manufacturing + Bridging ")
    assert html.count('aria-current="step"') == 1


def test_what_people_typed_is_never_markup():
    html = drawn("{% chip one %}{% note words words %}", one=Chip("<b>x</b>"), words="<script>")
    assert "<b>x</b>" not in html
    assert "<script>" not in html

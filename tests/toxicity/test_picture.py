"""The toxicity sheet as a picture: one column a day, gaps hatched, the future dotted, the table with the same days."""

import re

import pytest
from django.utils import translation

from patients.toxicity.picture import Cell, Curve, DrugRow, GradeRow, NumberRow, Sheet, Span, draw


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def crs(**cells) -> GradeRow:
    return GradeRow("CRS", {int(day[1:]): cell for day, cell in cells.items()})


def rows_of(drawn: str) -> list[str]:
    table = drawn.partition("<tbody>")[2]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr.*?</tr>", table, re.S)]


def test_a_past_day_without_a_cell_is_hatched_and_a_coming_one_dotted():
    drawn = draw(Sheet(-2, 6, 3, (crs(d0=Cell(0), d2=Cell(2)),)))
    assert drawn.count('class="gx"') == 2  # days 1 and 3
    assert drawn.count("url(#toxicity-gap)") == 2
    assert drawn.count('class="cell--future"') == 3  # days 4, 5, 6; nothing before day 0


def test_not_assessed_is_never_nought():
    drawn = draw(Sheet(0, 1, 1, (crs(d0=Cell(0), d1=Cell(None)),)))
    assert re.findall(r'<text class="cell-n"[^>]*>(.)<', drawn) == ["0", "–"]


def test_a_computed_grade_is_dashed_and_the_maximum_stands_beside_the_name():
    drawn = draw(Sheet(0, 2, 2, (crs(d0=Cell(1, "confirmed"), d1=Cell(3, "computed"), d2=Cell(None)),)))
    assert drawn.count("cell--computed") == 1
    assert "max 3" in drawn
    assert "max" not in draw(Sheet(0, 0, 0, (crs(d0=Cell(None)),)))


def test_a_closed_course_has_no_today_and_no_future():
    drawn = draw(Sheet(0, 3, None, (crs(d0=Cell(0), d1=Cell(1), d2=Cell(0), d3=Cell(0)),)))
    assert "cell--future" not in drawn
    assert 'class="today"' not in drawn


def test_the_table_has_the_latest_day_first_with_grade_words_and_drugs():
    sheet = Sheet(
        first=-1,
        last=2,
        today=1,
        grades=(crs(d0=Cell(0), d1=Cell(2, "computed")),),
        numbers=(NumberRow("ICE", {1: 8}, low=10),),
        curves=(Curve("Temperature", "°C", ((1.25, 38.4, True), (1.5, 38.0, True)), (36, 40), 36, 40),),
        drugs=(DrugRow("Tocilizumab", doses=(1,), words="8 mg/kg"), DrugRow("Flu-Cy", (Span(-1, -1, "day 3"),))),
    )
    assert rows_of(draw(sheet)) == [
        "+1 today 2 Moderate computed, to be confirmed 8 38.4, 38 Tocilizumab 8 mg/kg",
        "0 0 None not done",
        "−1 Flu-Cy day 3",
    ]


def test_a_curve_stays_within_its_panel_also_on_a_logarithmic_scale():
    curve = Curve(
        "Ferritin",
        "ng/mL",
        ((0, 500, False), (1, 9100, False), (2, 50000, False)),
        (500,),
        100,
        10000,
        logarithmic=True,
    )
    drawn = draw(Sheet(0, 2, 2, (), curves=(curve,)))
    heights = [float(y) for y in re.findall(r'<circle[^>]*cy="([\d.]+)"', drawn)]
    foot = float(re.search(r'class="axis" d="M\d+ ([\d.]+)H', drawn)[1])
    assert heights == sorted(heights, reverse=True)
    assert all(foot - 72 - 0.1 <= y <= foot for y in heights)
    assert "50,000" in drawn or "50000" in drawn


def test_a_value_of_the_evening_before_belongs_to_the_day_before():
    curve = Curve("Temperature", "°C", ((-0.5, 36.5, False),), ticks=(36,), low=36, high=40)
    assert rows_of(draw(Sheet(-1, 0, None, (), curves=(curve,)))) == ["−1 36.5"]


def test_numbers_in_the_drawing_keep_their_point_in_italian():
    with translation.override("it"):
        drawn = draw(Sheet(-5, 30, 21, (crs(d0=Cell(0)),)))
    assert re.findall(r'(?:x|y|width|height|d|viewBox)="[^"]*\d,\d', drawn) == []

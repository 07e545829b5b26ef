"""The timeline picture: days fall in order on three scales, labels never lie over each other, a table says the same."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import translation

from patients.timeline.picture import LEFT, RIGHT, Bar, Lane, Mark, Scale, draw

DAY_0 = date(2026, 12, 7)
TODAY = date(2026, 11, 17)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def on(day: int) -> date:
    return DAY_0 + timedelta(days=day)


def test_later_days_stand_further_right_over_all_three_scales():
    scale = Scale(on(-63), on(400), DAY_0)
    places = [scale.x(on(day)) for day in range(-63, 401)]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    assert (places[0], places[-1]) == (LEFT, RIGHT)


def test_the_scales_meet_at_day_nought_and_day_thirty():
    before, month, after = Scale(on(-63), on(365), DAY_0).pieces
    assert (before.last, month.first, month.last, after.first) == (0, 0, 30, 30)
    assert (before.last_x, month.last_x) == (month.first_x, after.first_x)


def test_without_a_day_nought_there_is_one_scale_of_dates():
    drawn = draw([Lane("Referral", bars=(Bar(1, TODAY - timedelta(days=3)),))], today=TODAY, day_0=None)
    assert len(Scale(TODAY, TODAY, None).pieces) == 1
    assert "By week" in drawn
    assert "Days 0" not in drawn


def test_weeks_are_drawn_and_labelled_with_true_signs():
    days = [day for day, _x in Scale(on(-63), on(365), DAY_0).ticks()]
    assert days == [*range(-63, 1, 7), 0, 7, 14, 21, 30, 100, 180, 365]
    drawn = draw([Lane("x", marks=(Mark(9, on(365), False), Mark(1, on(-63), True)))], today=TODAY, day_0=DAY_0)
    words = re.findall(r'text-anchor="(?:middle|end)">([−+]?\d+)<', drawn)
    assert words == [
        *("−63", "−56", "−49", "−42", "−35", "−28", "−21", "−14", "−7", "0"),
        *("+7", "+14", "+21", "+30", "+100", "+180", "+365"),
    ]


def test_a_bar_is_full_up_to_today_and_pale_after():
    lane = Lane(
        "Manufacturing", bars=(Bar(4, on(-40), on(-11), late_from=on(-17), first_start=on(-40), first_end=on(-17)),)
    )
    drawn = draw([lane], today=on(-20), day_0=DAY_0)
    assert [drawn.count(f'class="{css}"') for css in ("fact", "ahead")] == [1, 1]
    assert drawn.count("url(#timeline-late)") == 1
    ended = draw([Lane("Apheresis", bars=(Bar(3, on(-40), on(-39)),))], today=on(-20), day_0=DAY_0)
    assert [ended.count(f'class="{css}"') for css in ("fact", "ahead")] == [1, 0]
    coming = draw([Lane("LD", bars=(Bar(6, on(-5), on(-3)),))], today=on(-20), day_0=DAY_0)
    assert [coming.count(f'class="{css}"') for css in ("fact", "ahead")] == [0, 1]


def test_labels_that_have_no_room_stand_in_the_table_alone():
    marks = tuple(Mark(9, on(day), False, f"PET of the day +{day}") for day in (90, 95, 100))
    drawn = draw([Lane("Follow-up", marks=marks)], today=TODAY, day_0=DAY_0)
    picture, _, table = drawn.partition("<table")
    spans = [
        (float(x) - (0 if anchor == "start" else 7.0 * len(words)), 7.0 * len(words))
        for x, anchor, words in re.findall(r'class="halo" x="([\d.]+)"[^>]*text-anchor="(\w+)">(PET[^<]+)<', picture)
    ]
    assert len(spans) < 3
    ordered = sorted(spans)
    assert all(left + width <= right for (left, width), (right, _w) in pairwise(ordered))
    assert table.count("PET of the day") == 3


def test_the_table_says_state_and_first_plan():
    lanes = [
        Lane("Apheresis", marks=(Mark(3, on(-41), True, "27/10", on(-42)),)),
        Lane("Bridging", bars=(Bar(5, on(-30)),)),
        Lane("LD", bars=(Bar(6, on(-5), on(-3)),)),
    ]
    table = draw(lanes, today=TODAY, day_0=DAY_0).partition("<tbody>")[2]
    cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?</td>", table)]
    assert cells == [
        *("Apheresis", "27/10", "27/10/2026", "done", "26/10/2026"),
        *("Bridging", "–", "07/11/2026 – open", "under way", "–"),
        *("LD", "–", "02/12/2026 – 04/12/2026", "planned", "–"),
    ]


def test_numbers_in_the_drawing_keep_their_point_in_italian():
    with translation.override("it"):
        drawn = draw([Lane("Aferesi", marks=(Mark(3, on(-41), True),))], today=TODAY, day_0=DAY_0)
    assert re.findall(r'(?:x|y|width|d)="[^"]*\d,\d', drawn) == []


def test_a_label_is_never_markup():
    drawn = draw([Lane("<i>x", marks=(Mark(3, TODAY, True, "<i>"),))], today=TODAY, day_0=None)
    assert "<i>" not in drawn
    assert drawn.count("&lt;i&gt;") == 4

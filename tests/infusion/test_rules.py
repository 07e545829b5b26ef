"""Day 0 is the hub's local date; the ward's time ends with day +30; a go needs tocilizumab or an alternative."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from patients.infusion import rules
from patients.infusion.rules import Answer, day_0, ward_ends

ROME = "Europe/Rome"


@pytest.mark.parametrize(
    ("started_at", "zone", "day"),
    [
        (datetime(2026, 6, 10, 21, 30, tzinfo=UTC), ROME, date(2026, 6, 10)),  # 23:30 in summer
        (datetime(2026, 6, 10, 22, 30, tzinfo=UTC), ROME, date(2026, 6, 11)),  # 00:30
        (datetime(2026, 6, 11, 0, 30, tzinfo=UTC), ROME, date(2026, 6, 11)),  # 02:30
        (datetime(2026, 1, 10, 22, 30, tzinfo=UTC), ROME, date(2026, 1, 10)),  # 23:30 in winter
        (datetime(2026, 1, 10, 23, 30, tzinfo=UTC), ROME, date(2026, 1, 11)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), ROME, date(2026, 3, 29)),  # 00:30, the night the clocks go forward
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), ROME, date(2026, 3, 29)),  # 03:30
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), ROME, date(2026, 10, 25)),  # 02:30 the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), ROME, date(2026, 10, 25)),  # 02:30 the second time
        (datetime(2026, 10, 24, 21, 30, tzinfo=UTC), ROME, date(2026, 10, 24)),
        (datetime(2026, 6, 10, 22, 30, tzinfo=UTC), "Europe/Lisbon", date(2026, 6, 10)),
        (datetime(2028, 2, 28, 23, 30, tzinfo=UTC), ROME, date(2028, 2, 29)),
    ],
)
def test_day_0_is_the_hubs_local_date(started_at, zone, day):
    assert day_0(started_at, zone) == day


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 6, 10), datetime(2026, 7, 10, 22, 0, tzinfo=UTC)),
        (date(2026, 3, 1), datetime(2026, 3, 31, 22, 0, tzinfo=UTC)),  # over the night in March
        (date(2026, 10, 1), datetime(2026, 10, 31, 23, 0, tzinfo=UTC)),  # over the night in October
        (date(2028, 1, 30), datetime(2028, 2, 29, 23, 0, tzinfo=UTC)),  # day +30 is 29 February
    ],
)
def test_the_wards_time_ends_with_day_30(day, end):
    assert ward_ends(day, ROME).astimezone(UTC) == end


NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


def good(number: int = 1) -> dict[str, Answer]:
    said = {item: Answer(holds=True, at=NOW) for item in rules.items(number)}
    said |= {"tocilizumab": Answer(amount=Decimal(1), at=NOW), "weight": Answer(amount=Decimal("64.5"), at=NOW)}
    if number > 1:
        said["crs_since_first"] = Answer(amount=Decimal(0), at=NOW)
    return said


def test_everything_answered_well_is_a_go():
    assert rules.faults(1, good(), NOW) == {}
    assert rules.faults(2, good(2), NOW) == {}


def test_nothing_asked_is_no_go_item_by_item():
    assert rules.faults(1, {}, NOW) == dict.fromkeys(rules.items(1), "not_answered")


@pytest.mark.parametrize("item", ["no_infection", "organs", "icu_told", "baseline_ice", "premedication"])
@pytest.mark.parametrize("holds", [False, None])
def test_what_does_not_hold_or_is_not_known_stops(item, holds):
    assert rules.faults(1, good() | {item: Answer(holds=holds, at=NOW)}, NOW) == {item: "item_does_not_hold"}
    assert rules.may_override(item)


@pytest.mark.parametrize(
    ("item", "answer", "code"),
    [
        ("tocilizumab", Answer(amount=Decimal(0)), "no_tocilizumab"),
        ("tocilizumab", Answer(amount=None, note=" "), "no_tocilizumab"),
        ("tocilizumab", Answer(amount=Decimal(0), note="siltuximab in pharmacy"), None),
        ("weight", Answer(holds=True), "no_weight"),
        ("consent", Answer(holds=False), "not_informed"),
        ("consent", Answer(holds=None), "not_informed"),
    ],
)
def test_tocilizumab_weight_and_consent_are_never_overridden(item, answer, code):
    found = rules.faults(1, good() | {item: answer}, NOW)
    assert found == ({item: code} if code else {})
    assert not rules.may_override(item)


@pytest.mark.parametrize(
    ("grade", "code"), [(0, None), (1, None), (2, None), (3, "crs_stops"), (4, "crs_stops"), (None, "not_answered")]
)
def test_crs_after_the_first_infusion_stops_the_second_from_grade_3_on(grade, code):
    answer = Answer(amount=None if grade is None else Decimal(grade), at=NOW)
    assert rules.faults(2, good(2) | {"crs_since_first": answer}, NOW) == ({"crs_since_first": code} if code else {})


@pytest.mark.parametrize(("hours", "minutes", "holds"), [(23, 59, True), (24, 0, False)])
def test_an_answer_holds_for_a_day(hours, minutes, holds):
    later = NOW + timedelta(hours=hours, minutes=minutes)
    found = rules.faults(1, good(), later)
    assert found == ({} if holds else dict.fromkeys(rules.items(1), "answer_old"))


@pytest.mark.parametrize(
    ("minutes", "after", "left", "out"),
    [
        (30, timedelta(0), 30, False),
        (30, timedelta(minutes=30), 0, False),
        (30, timedelta(minutes=30, seconds=1), -1, True),
        (120, timedelta(minutes=119, seconds=59), 0, False),
        (None, timedelta(hours=9), None, False),
    ],
)
def test_the_thaw_clock_runs_out_to_the_second(minutes, after, left, out):
    thaw = rules.ThawClock(NOW, minutes, True)
    assert (rules.minutes_left(thaw, NOW + after), rules.ran_out(thaw, NOW + after)) == (left, out)


OBE_CEL = rules.Repeats((1, 10), 2, 21)
FIRST = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (7, "too_early"),
        (8, "ok"),
        (10, "ok"),
        (12, "ok"),
        (13, "late_physician_decides"),
        (21, "late_physician_decides"),
        (22, "too_late"),
    ],
)
def test_obe_cels_second_infusion_is_on_day_10_two_days_either_side_and_at_the_latest_on_day_21(day, said):
    assert rules.due(OBE_CEL, 2, FIRST) == date(2026, 6, 10)
    assert rules.placed(OBE_CEL, 2, FIRST, FIRST + timedelta(days=day - 1)) == said


@pytest.mark.parametrize(
    ("to_end", "infusion_minutes", "ended_after", "late"),
    [
        (None, None, 300, False),  # the reference does not say
        (True, None, 30, False),  # tisa-cel: 30 minutes, interruptions included
        (True, None, 31, True),
        (None, 30, 50, False),  # axi-cel, brexu-cel: begun 20 minutes after the thaw, 30 minutes long
        (None, 30, 51, True),
        (True, 60, 31, True),
        (True, None, None, False),
    ],
)
def test_the_clock_is_judged_at_the_end_where_the_reference_says_so(to_end, infusion_minutes, ended_after, late):
    began = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
    clock = rules.ThawClock(began, 30, True, to_end, infusion_minutes)
    ended = None if ended_after is None else began + timedelta(minutes=ended_after)
    assert rules.ended_late(clock, began + timedelta(minutes=20), ended) is late

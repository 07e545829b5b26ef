"""Day and month arithmetic (reference 0): clamping, inclusive windows, ages, working days, dates known in part."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.clinical import days
from patients.clinical.days import Answer, PartialDate

DATES = st.dates(date(1920, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2025-12-01", 1, "2026-01-01"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", 0, "2026-01-15"),
        ("2026-01-15", -25, "2023-12-15"),
    ],
)
def test_months_keep_the_day_clamped_to_the_end_of_the_month(day, months, expected):
    assert days.add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@given(DATES, st.integers(-300, 300))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day, n):
    later = days.add_months(day, n)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == n
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(DATES, DATES, st.integers(-60, 60))
def test_adding_months_never_changes_the_order_of_dates(one, other, n):
    first, second = sorted((one, other))
    assert days.add_months(first, n) <= days.add_months(second, n)


def test_a_window_includes_its_last_day_and_not_the_next():
    anchor = date(2025, 2, 20)
    assert [days.is_within_months(date(2026, 2, d), anchor, 12) for d in (19, 20, 21)] == [True, True, False]
    assert [days.is_within_days(date(2025, 3, d), anchor, 30) for d in (21, 22, 23)] == [True, True, False]


def test_weeks_are_seven_days():
    assert days.add_weeks(date(2026, 3, 10), 8) == date(2026, 5, 5)


@pytest.mark.parametrize(("n", "expected"), [(-5, "2026-03-05"), (0, "2026-03-10"), (30, "2026-04-09")])
def test_day_numbers_count_from_day_0(n, expected):
    day_0 = date(2026, 3, 10)
    assert days.on_day(n, day_0=day_0) == date.fromisoformat(expected)
    assert days.day_number(date.fromisoformat(expected), day_0=day_0) == n


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("1990-05-02", "2026-05-01", 35),
        ("1990-05-02", "2026-05-02", 36),
        ("1990-05-02", "2026-05-03", 36),
        ("2000-02-29", "2025-02-28", 24),
        ("2000-02-29", "2025-03-01", 25),
        ("2000-02-29", "2024-02-28", 23),
        ("2000-02-29", "2024-02-29", 24),
        ("2000-02-29", "2000-02-29", 0),
    ],
)
def test_age_is_completed_years(born, on, age):
    assert days.age_years(date.fromisoformat(born), date.fromisoformat(on)) == age


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="before birth"):
        days.age_years(date(2000, 1, 2), date(2000, 1, 1))


EASTER = {date(2026, 4, 6)}


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2026-04-03", 1, "2026-04-07"),  # Friday, over the week-end and Easter Monday
        ("2026-04-04", 1, "2026-04-07"),
        ("2026-04-07", 1, "2026-04-08"),
        ("2026-04-07", -1, "2026-04-03"),
        ("2026-04-02", 5, "2026-04-10"),
        ("2026-04-05", 0, "2026-04-05"),
    ],
)
def test_working_days_skip_week_ends_and_closed_days(day, n, expected):
    assert days.add_working_days(date.fromisoformat(day), n, EASTER) == date.fromisoformat(expected)


def test_first_working_day_is_the_day_itself_where_it_is_worked():
    assert days.first_working_day_from(date(2026, 4, 3), EASTER) == date(2026, 4, 3)
    assert days.first_working_day_from(date(2026, 4, 4), EASTER) == date(2026, 4, 7)
    assert days.next_working_day(date(2026, 4, 3), EASTER) == date(2026, 4, 7)


def test_working_days_between_counts_the_end_and_not_the_start():
    assert days.working_days_between(date(2026, 4, 3), date(2026, 4, 8), EASTER) == 2
    assert days.working_days_between(date(2026, 4, 8), date(2026, 4, 3), EASTER) == -2
    assert days.working_days_between(date(2026, 4, 3), date(2026, 4, 3), EASTER) == 0


@pytest.mark.parametrize(
    ("written", "earliest", "latest", "precision"),
    [
        ("2025-03-10", "2025-03-10", "2025-03-10", "day"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2025", "2025-01-01", "2025-12-31", "year"),
    ],
)
def test_a_date_known_in_part_is_a_span(written, earliest, latest, precision):
    partial = PartialDate.parse(written)
    assert (partial.earliest.isoformat(), partial.latest.isoformat()) == (earliest, latest)
    assert partial.precision.value == precision
    assert str(partial) == written


@pytest.mark.parametrize(
    "written", ["", "2025-13", "2025-02-29", "25-02-01", "2025-3-1", "2025-03-10T10:00", "20250310"]
)
def test_what_is_no_date_is_refused(written):
    with pytest.raises(ValueError):
        PartialDate.parse(written)


def test_a_span_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="before the earliest"):
        PartialDate(date(2025, 1, 2), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("event", "anchor", "answer", "deciding"),
    [
        ("2026-02", "2025-03-10", "yes", ()),
        ("2026-03", "2025-03-10", "cannot_tell", ("event",)),
        ("2026-04", "2025-03-10", "no", ()),
        ("2026-03-10", "2025-03", "cannot_tell", ("anchor",)),
        ("2026-03-01", "2025-03", "yes", ()),
        ("2026-03-31", "2025-03", "cannot_tell", ("anchor",)),
        ("2026-04-01", "2025-03", "no", ()),
        ("2026", "2025-03", "cannot_tell", ("event", "anchor")),
        ("2025", "2025-03", "yes", ()),
        ("2026-03-10", "2025-03-10", "yes", ()),
        ("2026-03-11", "2025-03-10", "no", ()),
    ],
)
def test_a_window_answers_for_every_day_the_dates_can_be(event, anchor, answer, deciding):
    told = days.within_months(PartialDate.parse(event), PartialDate.parse(anchor), 12)
    assert (told.answer.value, told.deciding) == (answer, deciding)


@given(DATES, st.integers(0, 400), DATES, st.integers(0, 400), st.integers(0, 24), st.data())
def test_a_window_of_spans_never_contradicts_any_of_their_days(event, event_more, anchor, anchor_more, n, data):
    event_span = PartialDate(event, event + timedelta(days=event_more))
    anchor_span = PartialDate(anchor, anchor + timedelta(days=anchor_more))
    told = days.within_months(event_span, anchor_span, n)
    exact = days.is_within_months(
        event + timedelta(days=data.draw(st.integers(0, event_more))),
        anchor + timedelta(days=data.draw(st.integers(0, anchor_more))),
        n,
    )
    assert told.answer in (Answer.CANNOT_TELL, Answer.YES if exact else Answer.NO)
    if told.answer is Answer.CANNOT_TELL:
        assert told.deciding


def test_only_an_order_that_no_reading_allows_is_impossible():
    month, day = PartialDate.parse("2025-03"), date(2025, 3, 10)
    assert not days.is_impossible_order(month, day)
    assert not days.is_impossible_order(day, month)
    assert not days.is_impossible_order(day, day)
    assert days.is_impossible_order(date(2025, 4, 1), month)
    assert not days.is_impossible_order(date(2025, 3, 31), month)


def test_days_within_days_of_spans():
    assert days.within_days(date(2025, 3, 31), PartialDate.parse("2025-03"), 30).answer is Answer.YES
    assert days.within_days(date(2025, 4, 1), PartialDate.parse("2025-03"), 30).deciding == ("anchor",)
    assert days.within_days(date(2025, 5, 1), PartialDate.parse("2025-03"), 30).answer is Answer.NO


def test_an_answer_is_a_fact_that_may_be_unknown():
    assert [answer.as_fact for answer in Answer] == [True, False, None]


def test_months_are_added_in_the_first_and_the_last_year_of_the_calendar():
    assert days.add_months(date(1, 1, 31), 1) == date(1, 2, 28)
    assert days.add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
    for day, months in ((date(1, 1, 1), -1), (date(9999, 12, 1), 1)):
        with pytest.raises(ValueError, match="year"):
            days.add_months(day, months)


def test_working_days_are_counted_one_by_one_in_both_directions():
    assert days.add_working_days(date(2026, 5, 14), -3) == date(2026, 5, 11)  # Thursday back to Monday
    assert days.add_working_days(date(2026, 5, 11), 3) == date(2026, 5, 14)
    assert days.add_working_days(date(2026, 5, 16), 0) == date(2026, 5, 16)  # a Saturday stays
    assert days.working_days_between(date(2026, 5, 11), date(2026, 5, 12)) == 1
    assert days.working_days_between(date(2026, 5, 11), date(2026, 5, 14)) == 3


def test_the_same_day_is_not_before_itself():
    assert days.not_before(date(2026, 5, 11), date(2026, 5, 11)).answer is days.Answer.YES
    assert days.not_before(date(2026, 5, 10), date(2026, 5, 11)).answer is days.Answer.NO


def test_a_partial_date_lists_every_day_that_it_can_be():
    month = PartialDate.parse("2028-02").days
    assert (month[0], month[-1], len(month)) == (date(2028, 2, 1), date(2028, 2, 29), 29)
    assert PartialDate.parse("2026-03-10").days == (date(2026, 3, 10),)

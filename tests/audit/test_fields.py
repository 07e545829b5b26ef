"""Fields read what people write, refuse what could be read two ways, and say what to do."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from crispy_forms.utils import render_crispy_form
from django.core.exceptions import ValidationError
from django.utils import translation

from patients.audit import fields
from patients.clinical.days import PartialDate

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def said(field, typed) -> str:
    """The one error that a field gives for an input."""
    with pytest.raises(ValidationError) as caught:
        field.clean(typed)
    (message,) = caught.value.messages
    return message


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────

TEMPERATURE = {"unit": "°C", "places": 1, "least": 25, "most": 45}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("38,4", "38.4"),
        ("38.4", "38.4"),
        (" 38 ", "38"),
        ("+38,0", "38.0"),
        ("25", "25"),
        ("45", "45"),
        ("025", "25"),
    ],
)
def test_a_number_is_read_with_comma_or_point(typed, read):
    assert fields.MeasuredField(**TEMPERATURE).clean(typed) == Decimal(read)


@pytest.mark.parametrize("typed", ["NaN", "inf", "1e2", "38,", ",4", "38,4,1x", "trentotto", "３８", "38°C", "0x26"])
def test_what_is_no_number_is_refused_with_an_example(typed):
    assert said(fields.MeasuredField(**TEMPERATURE), typed) == "Write a number, such as 38.4."


@pytest.mark.parametrize(
    ("limits", "example"),
    [
        ({"least": 0, "most": 9}, "4"),
        ({"least": 60, "most": 240}, "150"),
        ({"least": 0, "most": 3, "places": 1}, "1.5"),
        ({"least": 0, "most": 100}, "38"),
        ({}, "38"),
    ],
)
def test_the_example_of_a_number_is_one_that_the_field_takes(limits, example):
    field = fields.MeasuredField(**limits)
    assert said(field, "x") == f"Write a number, such as {example}."
    assert field.clean(example) == Decimal(example)


@pytest.mark.parametrize("typed", ["1.234", "1,234", "1.234,5", "1,234.5", "12'000", "1.234.567", "999.000"])
def test_what_can_be_read_two_ways_is_refused(typed):
    plain = "".join(filter(str.isdigit, typed))
    words = f"{typed} can be read two ways: write it without thousands separators, such as {plain}."
    assert said(fields.MeasuredField(places=3), typed) == words


@pytest.mark.parametrize(
    ("typed", "read"), [("0,123", "0.123"), ("0.450", "0.450"), ("1234", "1234"), ("1 234", "1234")]
)
def test_three_decimals_after_a_nought_are_plain(typed, read):
    assert fields.MeasuredField(places=3).clean(typed) == Decimal(read)


def test_a_number_is_never_rounded():
    assert said(fields.MeasuredField(**TEMPERATURE), "38,45") == "At most 1 decimals."
    assert said(fields.CountField(unit="mmHg"), "92,5") == "Write a whole number."


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("645", "645 kg is too much: perhaps 64.5?"),
        ("301", "301 kg is too much: perhaps 30.1?"),
        ("4000", "4000 kg is too much: between 20 and 300."),
        ("6,4", "6.4 kg is too little: perhaps 64?"),
        ("19,9", "19.9 kg is too little: perhaps 199?"),
        ("0", "0 kg is too little: between 20 and 300."),
    ],
)
def test_out_of_range_says_what_was_perhaps_meant(typed, words):
    assert said(fields.MeasuredField(unit="kg", places=1, least=20, most=300), typed) == words


@pytest.mark.parametrize("typed", ["20", "300"])
def test_the_limits_themselves_are_within(typed):
    assert fields.MeasuredField(unit="kg", least=20, most=300).clean(typed) == Decimal(typed)


def test_a_negative_number_with_a_true_minus():
    assert fields.MeasuredField(places=1, least=-10).clean("−2,5") == Decimal("-2.5")


def test_nothing_typed_is_unknown_and_never_nought():
    assert fields.MeasuredField(required=False).clean("") is None
    assert fields.CountField(required=False).clean(" ") is None


def test_a_count_is_an_int():
    assert type(fields.CountField().clean("92")) is int


def test_a_known_number_is_shown_in_the_readers_language():
    with translation.override("it"):
        assert fields.MeasuredField(places=1).prepare_value(Decimal("38.4")) == "38,4"
    assert fields.MeasuredField(places=1).prepare_value("trentotto") == "trentotto"


# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["24/11/2026", "24.11.2026", "24-11-2026", "2026-11-24", " 24 / 11 / 2026 "])
def test_a_day_as_people_write_it(typed):
    assert fields.DateField().clean(typed) == date(2026, 11, 24)


def test_one_figure_for_day_and_month_is_enough():
    assert fields.DateField().clean("4/1/2026") == date(2026, 1, 4)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("11/24/2026", "There is no month 24: write day/month/year."),
        ("29/02/2027", "There is no 29/02/2027."),
        ("31/04/2026", "There is no 31/04/2026."),
        ("00/01/2026", "There is no 00/01/2026."),
        ("24 novembre", "Write the day as day/month/year, such as 24/11/2025."),
        ("24/11", "Write the day as day/month/year, such as 24/11/2025."),
        ("24/11/026", "Write the day as day/month/year, such as 24/11/2025."),
        ("24/11/26", "Write the year with four figures."),
    ],
)
def test_a_day_that_cannot_be_read(typed, words):
    assert said(fields.DateField(), typed) == words


def test_the_twenty_ninth_of_february_in_a_leap_year():
    assert fields.DateField().clean("29/02/2028") == date(2028, 2, 29)


def test_two_figures_for_the_year_where_one_century_alone_fits():
    bounds = {"earliest": date(2015, 1, 1), "latest": lambda: date(2026, 11, 24)}
    assert fields.DateField(**bounds).clean("24/11/26") == date(2026, 11, 24)
    assert said(fields.DateField(**bounds), "25/11/26") == "Write the year with four figures."


def test_the_bounds_are_said():
    field = fields.DateField(earliest=date(2026, 1, 1), latest=date(2026, 11, 24))
    assert field.clean("24/11/2026") == date(2026, 11, 24)
    assert said(field, "25/11/2026") == "Not after 24/11/2026."
    assert said(field, "31/12/2025") == "Not before 01/01/2026."


@pytest.mark.parametrize(
    ("typed", "read", "shown"),
    [
        ("24/11/2026", PartialDate.on(date(2026, 11, 24)), "24/11/2026"),
        ("2/2024", PartialDate.in_month(2024, 2), "02/2024"),
        ("2024-02", PartialDate.in_month(2024, 2), "02/2024"),
        ("2024", PartialDate.in_year(2024), "2024"),
    ],
)
def test_a_date_known_in_part(typed, read, shown):
    field = fields.PartialDateField()
    assert field.clean(typed) == read
    assert field.prepare_value(read) == shown


def test_a_date_known_in_part_is_refused_only_when_impossible_under_every_reading():
    field = fields.PartialDateField(latest=date(2026, 11, 24))
    assert field.clean("11/2026") == PartialDate.in_month(2026, 11)
    assert said(field, "12/2026") == "Not after 24/11/2026."
    assert said(field, "13/2026") == "There is no month 13: write day/month/year."
    assert fields.PartialDateField(required=False).clean("") is None


# ── times ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["8:12", "08:12", "08.12", "0812", "812", "8h12", " 08:12 "])
def test_a_time_as_people_write_it(typed):
    assert fields.TimeField().clean(typed) == time(8, 12)


@pytest.mark.parametrize("typed", ["24:00", "08:60", "8", "otto", "8:1", "-1:00"])
def test_a_time_that_cannot_be_read(typed):
    assert said(fields.TimeField(), typed) == "Write the time as hours:minutes, such as 08:12."


def test_a_moment_is_an_instant_at_the_centre():
    assert fields.MomentField(zone=ROME).clean(["24/11/2026", "8:12"]) == datetime(2026, 11, 24, 7, 12, tzinfo=UTC)
    assert fields.MomentField(zone=ROME).clean(["24/07/2026", "8:12"]) == datetime(2026, 7, 24, 6, 12, tzinfo=UTC)


def test_the_hour_that_does_not_exist_in_spring_is_refused():
    words = "That night the clocks went forward: this hour did not exist."
    assert said(fields.MomentField(zone=ROME), ["28/03/2027", "02:30"]) == words
    assert fields.MomentField(zone=ROME).clean(["28/03/2027", "03:00"]) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_the_hour_that_comes_twice_in_autumn_must_say_which():
    field = fields.MomentField(zone=ROME)
    words = "That night this hour came twice: write 02:30A for the first, 02:30B for the second."
    assert said(field, ["25/10/2026", "02:30"]) == words
    assert field.clean(["25/10/2026", "02:30A"]) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert field.clean(["25/10/2026", "02:30b"]) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert field.clean(["25/10/2026", "03:00"]) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


def test_a_moment_needs_both_its_parts():
    assert said(fields.MomentField(zone=ROME), ["24/11/2026", ""]) == "This field is required."
    assert fields.MomentField(zone=ROME, required=False).clean(["", ""]) is None
    assert said(fields.MomentField(zone=ROME, required=False), ["24/11/2026", ""]) == "Write day and time, or neither."
    assert said(fields.MomentField(zone=ROME, required=False), ["", "08:12"]) == "Write day and time, or neither."


# ── choices ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("typed", "read"), [("yes", True), ("no", False), ("unknown", None)])
def test_unknown_is_an_answer(typed, read):
    assert fields.YesNoUnknown().clean(typed) is read


def test_unknown_is_not_the_same_as_unanswered():
    assert said(fields.YesNoUnknown(), "") == "Choose one."


def test_a_blank_choice_is_no_tile():
    field = fields.TileChoice(choices=[("", "---------"), ("home", "At home")])
    assert list(field.choices) == [("home", "At home")]


# ── how a form is drawn ──────────────────────────────────────────────────────────────────────────────────────────


class WeighForm(fields.Form):
    weight = fields.MeasuredField(label="Weight", unit="kg", places=1, least=20, most=300)
    hypotension = fields.YesNoUnknown(label="Hypotension")
    given_at = fields.MomentField(label="Given at", zone=ROME)


def test_no_tile_is_chosen_and_no_value_filled_in_beforehand():
    form = WeighForm()
    fields.show_last(form, {"weight": "64.5"})
    drawn = render_crispy_form(form)
    assert drawn.count("checked") == 0
    assert drawn.count("value=") == 3  # the three tiles' own
    assert drawn.count("64.5") == 1


def test_what_was_typed_stays_and_the_error_stands_beside_it():
    drawn = render_crispy_form(WeighForm({"weight": "645", "given_at_day": "24/13/2026", "given_at_time": "8:12"}))
    assert 'value="645"' in drawn
    assert 'value="24/13/2026"' in drawn
    assert 'id="id_weight_error"' in drawn
    assert "645 kg is too much: perhaps 64.5?" in drawn
    assert 'aria-describedby="id_weight_error"' in drawn
    assert "There is no month 13" in drawn


def test_flagged_fields_say_so_by_edge_and_sign():
    form = WeighForm()
    fields.flag(form, "weight")
    assert render_crispy_form(form).count("cp-in--flag") == 1
    assert render_crispy_form(WeighForm()).count("cp-in--flag") == 0

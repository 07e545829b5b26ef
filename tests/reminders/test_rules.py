"""The pure plan: facts, schedule and today in, the wanted reminders out."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.clinical import days
from patients.reminders import rules
from patients.reminders.rules import Facts, Level, OpenStep, Template, plan

ROME = "Europe/Rome"
DAY_0 = date(2026, 3, 1)
PET = Template(
    "pet_30",
    "pet",
    "hub_haematologist",
    (Level(0), Level(3, "hub_coordinator"), Level(6, "hub_haematologist", urgent=True)),
    days=30,
    window=(25, 35),
    milestone="pet_30",
)
VISIT = Template("visit_100", "visit", "referral_haematologist", (Level(0),), days=100, owner_at="referring")
YEARLY = Template("visit_12m", "visit", "hub_haematologist", (Level(0),), months=12)
DAILY = Template("assess_daily", "assessment", "nurse", (Level(0),), days=0, until_day=7, at_time=time(14, 0))
STEP = Template("step", "step", "hub_coordinator", (Level(0), Level(1, "hub_coordinator")))


def planned(*templates, today=DAY_0, **facts):
    given = {"zone": ROME, "day_0": DAY_0, **facts}
    return plan(Facts(**given), {one.rule: one for one in templates}, today)


def test_a_pet_is_due_on_its_day_and_told_on_day_30_33_and_36():
    (one,) = planned(PET).values()
    assert (one.due_on, one.window) == (date(2026, 3, 31), (date(2026, 3, 26), date(2026, 4, 5)))
    told = [(telling.at.isoformat(), telling.role, telling.urgent) for telling in one.tellings]
    assert told == [
        ("2026-03-31T06:00:00+02:00", None, False),
        ("2026-04-03T06:00:00+02:00", "hub_coordinator", False),
        ("2026-04-06T06:00:00+02:00", "hub_haematologist", True),
    ]


def test_without_an_infusion_nothing_counts_from_it():
    assert planned(PET, VISIT, DAILY, day_0=None) == {}


def test_a_closed_pathway_wants_nothing():
    assert planned(PET, STEP, closed=True) == {}


def test_a_recorded_milestone_is_done_on_its_own_day():
    (one,) = planned(PET, happened={"pet_30": date(2026, 3, 29)}).values()
    assert one.done_on == date(2026, 3, 29)


@pytest.mark.parametrize(("day", "done"), [(79, False), (80, True), (110, True), (111, False)])
def test_a_visit_counts_within_its_window(day, done):
    row = replace(VISIT, window=(80, 110))
    (one,) = planned(row, visited=frozenset({DAY_0 + timedelta(days=day)})).values()
    assert one.done is done


@pytest.mark.parametrize(
    ("visited", "done"),
    [
        (date(2027, 1, 29), False),
        (date(2027, 1, 30), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_a_visit_without_a_window_counts_within_thirty_days(visited, done):
    (one,) = planned(YEARLY, visited=frozenset({visited})).values()
    assert (one.due_on, one.done) == (date(2027, 3, 1), done)


def test_a_day_of_assessment_is_done_by_an_assessment_of_that_day():
    wanted = planned(DAILY, assessed=frozenset({DAY_0}))
    assert [one.done for one in wanted.values()] == [True] + [False] * 7
    assert wanted["assess_daily", "day 0"].due_at.isoformat() == "2026-03-01T14:00:00+01:00"


def test_assessments_of_past_days_are_not_wanted():
    assert [key[1] for key in planned(DAILY, today=DAY_0 + timedelta(days=6))] == ["day 6", "day 7"]
    assert planned(DAILY, today=DAY_0 + timedelta(days=8)) == {}


def test_without_a_referring_centre_its_tasks_are_the_hubs():
    (one,) = planned(VISIT, has_referrer=False).values()
    assert (one.owner_role, one.owner_at) == ("hub_haematologist", "hub")
    (one,) = planned(VISIT).values()
    assert (one.owner_role, one.owner_at) == ("referral_haematologist", "referring")


def step(code="answer_referral", until="taken_on", **fields) -> OpenStep:
    due_at = datetime(2026, 3, 9, 15, 0, tzinfo=ZoneInfo(ROME))
    return OpenStep("the key", code, due_at, "hub_coordinator", "hub", until, **fields)


def test_an_open_step_is_told_when_its_time_has_passed():
    wanted = planned(STEP, day_0=None, steps=(step(),))
    (one,) = wanted.values()
    assert list(wanted) == [("step", "the key")]
    assert [telling.at.isoformat() for telling in one.tellings] == [
        "2026-03-09T15:00:00+01:00",
        "2026-03-10T15:00:00+01:00",
    ]


def test_a_steps_own_row_comes_before_that_of_all_steps():
    own = replace(STEP, rule="step:answer_referral", levels=(Level(2),))
    assert list(planned(STEP, own, steps=(step(),))) == [("step:answer_referral", "the key")]


def test_a_step_that_waits_for_what_the_schedule_tells_of_is_not_told_twice():
    assert list(planned(PET, STEP, steps=(step("restage_day_30", "pet_30"),))) == [("pet_30", "")]


def test_a_late_steps_telling_keeps_the_wall_clock_over_the_change_of_clocks():
    late = replace(step(), due_at=datetime(2026, 3, 28, 18, 0, tzinfo=ZoneInfo(ROME)))
    (one,) = planned(STEP, steps=(late,)).values()
    assert [telling.at.isoformat() for telling in one.tellings] == [
        "2026-03-28T18:00:00+01:00",
        "2026-03-29T18:00:00+02:00",
    ]


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([{}], None),
        ([{}, {"hub": "A"}], ("A", None)),
        ([{}, {"hub": "B"}], (None, None)),
        ([{}, {"product": "axi-cel"}], (None, "axi-cel")),
        ([{"product": "axi-cel"}, {"hub": "A"}], ("A", None)),
        ([{"hub": "A"}, {"hub": "A", "product": "axi-cel"}], ("A", "axi-cel")),
        ([{}, {"product": "tisa-cel"}], (None, None)),
        ([{"valid_to": date(2026, 2, 28)}], "none"),
        ([{"valid_from": date(2026, 3, 2)}], "none"),
        ([{"valid_from": date(2026, 3, 1), "valid_to": date(2026, 3, 1)}], (None, None)),
    ],
)
def test_which_row_of_the_schedule_counts(rows, chosen):
    templates = [replace(PET, **row) for row in rows]
    found = rules.in_force(templates, hub="A", product="axi-cel", today=DAY_0)
    if chosen == "none":
        assert found == {}
    else:
        one = found["pet_30"]
        assert (one.hub, one.product) == (chosen or (None, None))


@pytest.mark.parametrize(
    ("infused", "months", "due"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
    ],
)
def test_months_are_clamped_to_the_last_day(infused, months, due):
    (one,) = planned(replace(YEARLY, months=months), day_0=infused).values()
    assert one.due_on == due


ZONES = st.sampled_from(["Europe/Rome", "Europe/London", "Europe/Lisbon", "Europe/Bucharest"])
DATES = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@given(day_0=DATES, zone=ZONES, offset=st.integers(0, 400))
def test_every_due_day_keeps_its_local_date_and_wall_clock(day_0, zone, offset):
    row = replace(PET, days=offset, window=None)
    (one,) = plan(Facts(zone=zone, day_0=day_0), {"pet_30": row}, day_0).values()
    assert (one.due_on - day_0).days == offset
    for telling, after in zip(one.tellings, (0, 3, 6), strict=True):
        here = telling.at.astimezone(UTC).astimezone(ZoneInfo(zone))
        assert (here.date(), here.time()) == (one.due_on + timedelta(days=after), time(6, 0))


def test_late_means_that_its_day_is_over_at_the_hub():
    at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # 00:30 on 1 April in Rome, 23:30 on 31 March in London
    assert rules.is_late(at, date(2026, 4, 1), "Europe/Rome") is False
    assert rules.is_late(at, date(2026, 4, 2), "Europe/Rome") is True
    assert rules.is_late(at, date(2026, 4, 1), "Europe/London") is True


def test_follow_up_is_due_with_the_next_visit_or_restaging_for_fifteen_years():
    visits = [replace(PET, rule=f"visit_{months}", kind="visit", days=None, months=months) for months in (18, 24)]
    wanted = planned(PET, *visits).values()
    assert rules.next_follow_up(wanted, days.on_day(0, day_0=DAY_0)) == days.on_day(30, day_0=DAY_0)
    assert rules.next_follow_up(wanted, days.on_day(31, day_0=DAY_0)) == days.add_months(DAY_0, 18)
    assert rules.next_follow_up(wanted, days.add_months(DAY_0, 25)) is None


@pytest.mark.parametrize(
    ("changed", "by"),
    [
        ({}, []),
        ({"days": 6}, ["days"]),
        ({"days": 1}, ["days"]),
        ({"until_day": 6}, ["until_day"]),
        ({"until_day": None}, ["until_day"]),
        ({"until_day": 8}, []),
        ({"days": 1, "until_day": 10}, ["days"]),
        ({"levels": (Level(1),)}, ["levels"]),
        ({"levels": (Level(0), Level(1, "nurse"))}, []),
    ],
)
def test_a_daily_assessment_that_begins_later_ends_earlier_or_is_told_later_is_looser(changed, by):
    assert rules.looser(replace(DAILY, **changed), DAILY) == by


def test_a_hubs_row_for_every_product_is_measured_by_each_products_start():
    label = replace(DAILY, product="cilta-cel", until_day=14)
    rows = [DAILY, label]
    own = replace(DAILY, hub="hub", until_day=10)
    assert rules.loosened(own, rows, today=DAY_0) == (True, True)  # it would end cilta-cel's days four days early
    assert rules.loosened(replace(own, until_day=14), rows, today=DAY_0) == (False, False)
    assert rules.loosened(replace(own, product="cilta-cel", until_day=12), rows, today=DAY_0) == (True, True)
    agreed = replace(own, product="cilta-cel", until_day=11)
    assert rules.loosened(replace(agreed, until_day=12), [*rows, agreed], today=DAY_0) == (True, False)

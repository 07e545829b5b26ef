"""Where a patient under way may stand: which doors are passed, which days are needed, what a stay's end can be."""

from datetime import date

import pytest

from patients.clinical.days import PartialDate
from patients.exchange.positions import ASKED, ORDER, POSITIONS, begun_on, ended_by, faults, passed
from patients.exchange.words import POSITIONS as WORDS
from patients.pathway import milestones, steps
from patients.pathway.stages import Stage

TODAY = date(2026, 11, 22)


def on(*day) -> PartialDate:
    return PartialDate.on(date(*day))


@pytest.mark.parametrize("position", ORDER)
def test_at_every_position_some_step_of_the_map_is_open(position):
    behind = passed(position, {}, TODAY)
    known = {code: steps.Planned(before=True) for code in behind}
    assert steps.open_steps(known) != []


@pytest.mark.parametrize(
    ("position", "first"),
    [
        ("referral", "answer_referral"),
        ("eligibility", "decide_eligibility"),
        ("ordering", "place_order"),
        ("apheresis", "book_apheresis"),
        ("manufacturing", "confirm_release"),
        ("lymphodepletion", "confirm_release"),
        ("infusion", "confirm_release"),
        ("toxicity", "watch_toxicity"),
        ("followup", "learn_infusion_day"),
    ],
)
def test_the_first_open_step_follows_from_the_position(position, first):
    exact = POSITIONS[position].exact
    known = {
        code: steps.Planned(actual_on=TODAY if code in exact else None, before=True)
        for code in passed(position, {}, TODAY)
    }
    assert steps.open_steps(known)[0].rule.code == first


def test_every_position_has_its_words():
    assert tuple(WORDS) == ORDER


def test_every_day_that_is_asked_for_is_a_milestone():
    assert [code for code in ASKED if code not in milestones.BY_CODE] == []


@pytest.mark.parametrize("position", ORDER)
def test_a_stage_never_runs_and_is_over_at_once(position):
    assert set(POSITIONS[position].over) & set(POSITIONS[position].running) == set()


def test_a_pet_whose_day_is_over_was_passed_and_one_to_come_was_not():
    assert passed("followup", {"infusion": on(2026, 8, 1)}, TODAY)[-2:] == ["pet_30", "pet_90"]
    assert "pet_30" not in passed("toxicity", {"infusion": on(2026, 11, 10)}, TODAY)


def test_of_an_infusion_known_by_its_year_alone_no_pet_is_taken_as_passed_that_may_lie_ahead():
    behind = passed("followup", {"infusion": PartialDate.in_year(2026)}, TODAY)
    assert [code for code in behind if code.startswith("pet")] == []


def test_a_day_behind_the_position_and_a_missing_exact_day_are_faults():
    known = {"infusion": PartialDate.in_month(2026, 11), "toxicity_closed": on(2026, 11, 20)}
    assert faults("toxicity", known, TODAY) == [
        ("toxicity_closed", "after_position"),
        ("infusion", "exact_day_needed"),
    ]
    assert faults("followup", {"infusion": PartialDate.in_year(2024)}, TODAY) == []


def test_the_end_of_a_stay_that_nobody_knows_is_bounded_by_what_came_next():
    known = {"apheresis": PartialDate.in_month(2026, 9), "infusion": on(2026, 11, 10)}
    assert ended_by(Stage.ELIGIBILITY, known, TODAY) == date(2026, 9, 30)
    assert ended_by(Stage.LYMPHODEPLETION, known, TODAY) == date(2026, 11, 10)
    assert ended_by(Stage.TOXICITY, known, TODAY) == TODAY


def test_a_stay_begins_on_a_known_day_or_on_none():
    assert begun_on(Stage.APHERESIS, {"apheresis": PartialDate.in_month(2026, 9)}) is None
    assert begun_on(Stage.TOXICITY, {"infusion": on(2026, 11, 10)}) == date(2026, 11, 10)
    assert set(milestones.STAY_EDGES) == set(Stage) - {Stage.BRIDGING}

"""The map: doors, where the patient is, and walks that never leave it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.pathway import stages, steps
from patients.pathway.chain import STEP
from patients.pathway.milestones import BY_CODE, KINDS, order_faults
from patients.pathway.models import Step
from patients.pathway.planning import candidate
from patients.pathway.stages import Entry, Stage

DAY = date(2026, 3, 1)


def passed(*names: Stage) -> list[Entry]:
    return [Entry(stage, DAY, DAY) for stage in names]


def test_the_stages_are_nine_in_life_s_order():
    assert [(stage.number, stage.value) for stage in stages.ORDER] == [
        (1, "referral"),
        (2, "eligibility"),
        (3, "apheresis"),
        (4, "manufacturing"),
        (5, "bridging"),
        (6, "lymphodepletion"),
        (7, "infusion"),
        (8, "toxicity"),
        (9, "followup"),
    ]


@pytest.mark.parametrize("stage", [stage for stage in stages.ORDER if stages.DOORS[stage].after])
def test_a_door_opens_only_after_the_stage_before_it_has_ended(stage):
    before = stages.DOORS[stage].after
    assert stages.may_enter(stage, []) == "door_closed"
    assert stages.may_enter(stage, [Entry(before, DAY)]) == "door_closed"
    assert stages.may_enter(stage, [Entry(before, DAY, DAY)]) is None
    assert stages.may_enter(stage, [Entry(before, DAY, DAY, superseded=True)]) == "door_closed"
    assert stages.may_enter(stage, [Entry(before, None, before_carpath=True)]) is None


def test_an_open_stage_is_not_entered_twice():
    assert stages.may_enter(Stage.REFERRAL, [Entry(Stage.REFERRAL, DAY)]) == "stage_open"


def test_bridging_runs_beside_and_never_is_where_the_patient_is():
    entries = [*passed(Stage.REFERRAL, Stage.ELIGIBILITY, Stage.APHERESIS), Entry(Stage.MANUFACTURING, DAY)]
    entries.append(Entry(Stage.BRIDGING, DAY))
    assert stages.where(entries) == Stage.MANUFACTURING
    assert stages.beside(entries) == {Stage.BRIDGING}
    assert [stages.state(stage, entries) for stage in stages.ORDER] == [
        "done",
        "done",
        "done",
        "here",
        "also",
        "ahead",
        "ahead",
        "ahead",
        "ahead",
    ]


def test_follow_up_counts_once_toxicity_has_closed():
    line = passed(*stages.MAIN_LINE[:6])
    both = [*line, Entry(Stage.TOXICITY, DAY), Entry(Stage.FOLLOWUP, DAY)]
    assert (stages.where(both), stages.beside(both)) == (Stage.TOXICITY, {Stage.FOLLOWUP})
    after = [*line, Entry(Stage.TOXICITY, DAY, DAY), Entry(Stage.FOLLOWUP, DAY)]
    assert (stages.where(after), stages.beside(after)) == (Stage.FOLLOWUP, frozenset())


def test_a_failed_product_puts_the_patient_back():
    entries = [*passed(Stage.REFERRAL, Stage.ELIGIBILITY)]
    entries += [
        Entry(Stage.APHERESIS, DAY, DAY, superseded=True),
        Entry(Stage.MANUFACTURING, DAY, DAY, superseded=True),
    ]
    assert stages.where(entries) == Stage.ELIGIBILITY
    assert stages.may_enter(Stage.APHERESIS, entries) is None
    assert stages.may_enter(Stage.MANUFACTURING, entries) == "door_closed"


def test_nothing_begun_is_nowhere():
    assert stages.where([]) is None


def test_milestones_name_only_milestones():
    assert {before for kind in KINDS for before in kind.not_before} <= set(BY_CODE)
    named = {code for rule in steps.STEP_RULES for code in (*rule.needs, rule.until, *rule.unless)}
    assert named <= set(BY_CODE)


def test_an_infusion_before_its_apheresis_is_impossible_and_the_same_day_is_not():
    assert order_faults({"infusion": DAY, "apheresis": DAY + timedelta(1)}) == [("infusion", "apheresis")]
    assert order_faults({"infusion": DAY, "apheresis": DAY}) == []
    assert order_faults({"infusion": DAY}) == []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no fault
@given(st.sets(st.sampled_from([kind.code for kind in KINDS])))
def test_whatever_has_happened_an_unfinished_pathway_has_an_open_step(codes):
    """The map of steps has no hole: from the draft on, until follow-up has ended, somebody must do something.

    Paper does not count: it never has the ball.
    """
    milestones = {code: steps.Planned(actual_on=DAY) for code in codes | {"drafted"}}
    if "followup_ended" in codes or not _is_reachable(codes):
        return
    assert [found for found in steps.open_steps(milestones) if found.rule.code not in steps.PAPERWORK] != []


BESIDE_THE_LINE = {"answer_hub_questions", "settle_out_of_specification"}


def _is_reachable(codes: set[str]) -> bool:
    """Milestones are only reached through those of the main line that come before."""
    line = [rule.until for rule in steps.STEP_RULES if rule.code not in BESIDE_THE_LINE][:14]
    reached = [code in codes for code in line]
    return reached == sorted(reached, reverse=True) and (
        reached[-1] or not codes & {"toxicity_closed", "pet_30", "followup_ended"}
    )


def test_more_asked_gives_the_ball_to_the_referrer():
    known = {code: steps.Planned(actual_on=DAY) for code in ("drafted", "referral_sent", "more_asked")}
    assert [found.rule.code for found in steps.open_steps(known)] == ["answer_hub_questions"]


def test_the_ball_blocks_the_nearest_milestone_then_is_due_first_then_comes_first_on_the_map():
    soon, late = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)
    near, far = DAY, DAY + timedelta(9)
    one = steps.BallCandidate("blocks near", Stage.APHERESIS, late, near)
    two = steps.BallCandidate("blocks far", Stage.REFERRAL, soon, far)
    three = steps.BallCandidate("blocks nothing", Stage.REFERRAL, soon)
    four = steps.BallCandidate("also far, later stage", Stage.BRIDGING, soon, far)
    assert steps.ball([four, three, two, one]) == "blocks near"
    assert steps.ball([four, three, two]) == "blocks far"
    assert steps.ball([three]) == "blocks nothing"
    assert steps.ball([]) is None


def test_the_ward_has_the_ball_until_the_toxicity_watch_is_closed():
    at = datetime(2026, 3, 1, tzinfo=UTC)
    pet = steps.BallCandidate("pet", Stage.FOLLOWUP, at, DAY)
    watch = steps.BallCandidate("watch", Stage.TOXICITY, at + timedelta(9))
    doctor = steps.BallCandidate("tell the doctor", Stage.TOXICITY, at)
    assert steps.ball([pet, watch]) == "watch"
    assert steps.ball([pet, watch, doctor]) == "tell the doctor"
    assert steps.ball([pet]) == "pet"


def test_follow_up_is_due_when_the_next_visit_or_restaging_is():
    known = {code: steps.Planned(actual_on=DAY) for code in ("infusion", "toxicity_closed", "pet_30")}
    planned = known | {"next_follow_up": steps.Planned(planned_on=DAY + timedelta(60))}

    def due(milestones):
        return {one.rule.code: one.planned_on for one in steps.open_steps(milestones)}["follow_up"]

    assert (due(known), due(planned)) == (None, DAY + timedelta(60))


# ── days that nobody knows ───────────────────────────────────────────────────────────────────────────────────────


def open_codes(**milestones: steps.Planned) -> dict[str, date | None]:
    """The open steps that are no paper, each with the day planned for its end."""
    found = steps.open_steps(milestones)
    return {one.rule.code: one.planned_on for one in found if one.rule.code not in steps.PAPERWORK}


BEFORE = steps.Planned(before=True)


def test_of_an_infusion_that_nobody_can_date_nothing_is_asked_but_its_day():
    assert open_codes(infusion=BEFORE, toxicity_closed=BEFORE) == {"learn_infusion_day": None}


def test_of_an_infusion_known_by_its_month_the_pet_counts_from_the_last_day_of_it():
    month = steps.Planned(before=True, latest=date(2026, 2, 28))
    told = {"infusion": month, "toxicity_closed": BEFORE}
    assert open_codes(**told) == {"learn_infusion_day": None, "restage_day_30": date(2026, 3, 30)}
    planned = steps.Planned(planned_on=date(2026, 3, 24))
    assert open_codes(**told, pet_30=planned)["restage_day_30"] == date(2026, 3, 24)


def test_once_the_day_is_known_nobody_asks_for_it():
    told = {"infusion": steps.Planned(actual_on=DAY, before=True), "toxicity_closed": BEFORE}
    assert open_codes(**told) == {"restage_day_30": DAY + timedelta(30)}


def test_a_step_counts_from_the_last_reading_of_what_happened_last():
    month = steps.Planned(before=True, latest=date(2026, 2, 28))
    known = {"infusion": month, "toxicity_closed": BEFORE, "pet_30": steps.Planned(actual_on=date(2026, 2, 20))}

    def since(came_on):
        return {one.rule.code: one.since for one in steps.open_steps(known, came_on)}["follow_up"]

    assert since(None) == "infusion"
    assert (since(date(2026, 2, 27)), since(date(2026, 5, 2))) == ("infusion", "toxicity_closed")


def test_the_day_that_the_others_count_from_is_asked_for_first():
    at = datetime(2026, 3, 1, tzinfo=UTC)
    day = steps.BallCandidate("day", Stage.INFUSION, at + timedelta(30), first=True)
    assert steps.ball([steps.BallCandidate("watch", Stage.TOXICITY, at, DAY), day]) == "day"


def test_an_identity_incident_has_the_ball_however_late_the_infusion_is():
    late = datetime(2026, 3, 1, 17, tzinfo=UTC)
    infuse = Step(code="infuse", stage=Stage.INFUSION, due_at=late, blocks_on=DAY)
    incident = Step(code=STEP, stage=Stage.INFUSION, due_at=late + timedelta(hours=2), blocks_on=DAY)
    assert steps.ball(map(candidate, [infuse, incident])) == incident.pk

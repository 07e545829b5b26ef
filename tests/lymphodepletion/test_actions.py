"""Lymphodepletion: only with the product at the hub; the plan from the product's data; days as they were given."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.clinical.reference_data import infusion_windows
from patients.lymphodepletion import actions
from patients.lymphodepletion.models import LymphodepletionDay, LymphodepletionPlan
from patients.lymphodepletion.re_entry import DAYS
from patients.pathway import re_entry
from patients.products.regimens import Regimen, regimens_for
from tests import world
from tests.course import Course, decided, depleted, infused, nobody, received

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=decided)]


@pytest.fixture
def course(prepared) -> Course:
    return prepared


def plan(course, *, code="axi-cel", start=5, infusion=0, reason=""):
    return actions.plan(
        pathway=course.pathway,
        regimen=Regimen.objects.get(pk=code),
        starts_on=course.ago(start),
        infusion_on=None if infusion is None else course.ago(infusion),
        window_reason=reason,
        by=course.haematologist,
    )


def codes(refused) -> list[tuple]:
    return [(reason.code, reason.field) for reason in refused.value.reasons]


def record(course, *days):
    return actions.record(pathway=course.pathway, given={course.ago(day): True for day in days}, by=course.nurse)


# ── plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.prepared(by=received)
def test_a_plan_has_the_regimens_days_and_plans_the_infusion(course):
    course.received()
    made = plan(course, infusion=None)
    assert [(row.day, [dose["drug"] for dose in row.doses]) for row in made.days.all()] == [
        (course.ago(5), ["cyclophosphamide", "fludarabine"]),
        (course.ago(4), ["cyclophosphamide", "fludarabine"]),
        (course.ago(3), ["cyclophosphamide", "fludarabine"]),
    ]
    assert made.infusion_on == course.ago(0)  # the third day after the last dose
    planned = dict(course.pathway.milestones.filter(planned_on__isnull=False).values_list("what", "planned_on"))
    assert planned == {
        "criteria_confirmed": course.ago(5),
        "lymphodepletion_started": course.ago(5),
        "lymphodepletion_ended": course.ago(3),
        "infusion": course.ago(0),
    }


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("collected", "product_not_released"),
        ("shipped", "product_not_released"),
        ("released", "product_not_received"),
    ],
)
def test_without_the_product_at_the_hub_there_is_no_plan(course, state, expected):
    getattr(course, state)()
    with pytest.raises(Refused) as refused:
        plan(course)
    assert codes(refused) == [(expected, None)]


def test_a_product_out_of_specification_holds_lymphodepletion_until_it_is_accepted(course):
    course.released(out_of="viability 65 %")
    with pytest.raises(Refused) as refused:
        plan(course)
    assert codes(refused) == [("product_not_accepted", None), ("product_not_received", None)]


def test_a_product_that_expires_before_the_planned_infusion_holds_it(course):
    course.received(expires_on=course.ago(-3))
    assert plan(course, start=2, infusion=-3).infusion_on == course.ago(-3)
    with pytest.raises(Refused) as refused:
        plan(course, start=1, infusion=-4)
    assert codes(refused) == [("product_expired", "infusion_on")]


@pytest.mark.prepared(by=received)
def test_another_products_regimen_is_refused(course):
    course.received()
    with pytest.raises(Refused) as refused:
        plan(course, code="liso-cel")
    assert codes(refused) == [("another_products_regimen", "regimen")]


@pytest.mark.prepared(by=received)
@pytest.mark.parametrize(
    ("infusion", "reason", "expected"),
    [
        (1, "", ("window_needs_reason", "window_reason")),
        (1, "bed taken", None),
        (0, "", None),
        (-1, "", ("window_needs_reason", "window_reason")),
        (-12, "", ("window_needs_reason", "window_reason")),
        (3, "", ("infusion_before_the_end", "infusion_on")),
    ],
)
def test_outside_the_labels_window_a_physician_gives_a_reason(course, infusion, reason, expected):
    course.received()
    if expected is None:
        assert plan(course, infusion=infusion, reason=reason).window_reason == reason
        return
    with pytest.raises(Refused) as refused:
        plan(course, infusion=infusion, reason=reason)
    assert codes(refused) == [expected]


@pytest.mark.prepared(by=nobody)
def test_a_window_that_was_not_read_in_the_label_only_warns():
    course = Course(product="ide-cel").received()
    made = plan(course, code="ide-cel", infusion=-8)
    assert actions.placed(made, made.infusion_on).result == "too_late"


@pytest.mark.prepared(by=received)
def test_a_new_plan_takes_the_old_ones_place_until_a_dose_was_given(course):
    course.received()
    plan(course)
    plan(course, start=4, infusion=-1)
    assert LymphodepletionPlan.objects.filter(superseded=False).count() == 1
    assert course.pathway.milestones.get(what="infusion").planned_on == course.ago(-1)
    course.stated()
    record(course, 4)
    with pytest.raises(Refused) as refused:
        plan(course)
    assert codes(refused) == [("already_begun", None)]


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.prepared(by=received)
def test_the_first_dose_opens_the_stage_and_the_last_ends_it(course):
    course.planned()
    record(course, 5)
    stay = course.pathway.entries.get(stage="lymphodepletion")
    assert (stay.started_on, stay.ended_on) == (course.ago(5), None)
    record(course, 4, 3)
    stay.refresh_from_db()
    assert stay.ended_on == course.ago(3)
    actual = dict(course.pathway.milestones.filter(actual_on__isnull=False).values_list("what", "actual_on"))
    assert (actual["lymphodepletion_started"], actual["lymphodepletion_ended"]) == (course.ago(5), course.ago(3))


@pytest.mark.prepared(by=received)
def test_a_day_not_given_is_no_end(course):
    course.planned()
    actions.record(
        pathway=course.pathway,
        given={course.ago(5): True, course.ago(4): True, course.ago(3): False},
        notes={course.ago(3): "neutropenic fever"},
        by=course.nurse,
    )
    assert course.pathway.milestones.get(what="lymphodepletion_ended").actual_on == course.ago(4)
    assert LymphodepletionDay.objects.get(given=False).note == "neutropenic fever"


@pytest.mark.prepared(by=received)
def test_nothing_given_on_any_day_is_refused(course):
    course.planned()
    with pytest.raises(Refused) as refused:
        actions.record(
            pathway=course.pathway,
            given={course.ago(5): False, course.ago(4): False, course.ago(3): False},
            by=course.nurse,
        )
    assert codes(refused) == [("nothing_given", None)]
    assert not course.pathway.entries.filter(stage="lymphodepletion").exists()


@pytest.mark.prepared(by=received)
@pytest.mark.parametrize(("day", "code"), [(4, "earlier_day_open"), (6, "day_not_planned")])
def test_days_are_recorded_in_order_and_as_planned(course, day, code):
    course.planned()
    with pytest.raises(Refused) as refused:
        record(course, day)
    assert codes(refused) == [(code, f"given_{course.ago(day):%Y%m%d}")]


@pytest.mark.prepared(by=received)
def test_a_day_ahead_and_a_day_twice_are_refused(course):
    course.received()
    plan(course, start=0, infusion=-5)
    course.stated()
    record(course, 0)
    for day, code in ((0, "already_recorded"), (-1, "in_the_future")):
        with pytest.raises(Refused) as refused:
            record(course, day)
        assert codes(refused) == [(code, f"given_{course.ago(day):%Y%m%d}")]


@pytest.mark.prepared(by=received)
def test_without_a_plan_nothing_is_recorded(course):
    course.received()
    with pytest.raises(Refused) as refused:
        record(course, 5)
    assert codes(refused) == [("nothing_planned", None)]


def test_the_database_gives_no_dose_before_the_product_is_at_the_hub(course):
    course.shipped()
    with act(by=world.BY):
        made = LymphodepletionPlan.objects.create(
            pathway=course.pathway,
            regimen=Regimen.objects.get(pk="axi-cel"),
            starts_on=course.ago(5),
            infusion_on=course.ago(0),
        )
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        LymphodepletionDay.objects.create(plan=made, day=course.ago(5), doses=[], given=True)


@pytest.mark.parametrize(
    ("product", "disease", "expected"),
    [
        ("axi-cel", "lbcl", ["axi-cel"]),
        ("axi-cel", None, ["axi-cel"]),
        ("tisa-cel", "fl", ["tisa-cel-fl", "tisa-cel-fl-bendamustine"]),
        ("tisa-cel", "all", ["tisa-cel-all"]),
        ("brexu-cel", "mcl", ["brexu-cel-mcl"]),
        ("brexu-cel", None, ["brexu-cel-mcl", "brexu-cel-all"]),
    ],
)
def test_the_regimens_of_a_product_in_a_disease(product, disease, expected):
    assert [row.code for row in regimens_for(product, disease)] == expected


# ── changed doses ────────────────────────────────────────────────────────────────────────────────────────────────


def change(course, reason="renal", note="", **mg_per_m2):
    doses = {drug: Decimal(dose) for drug, dose in mg_per_m2.items()}
    return actions.change_doses(
        pathway=course.pathway, mg_per_m2=doses, reason=reason, note=note, by=course.haematologist
    )


@pytest.mark.prepared(by=received)
def test_a_changed_dose_holds_for_the_days_to_come_and_keeps_its_reason(course):
    course.planned().given(5)
    made = change(course, note="clearance 48 mL/min", fludarabine="22.5")
    doses = [
        ({dose["drug"]: dose["mg_per_m2"] for dose in row.doses}["fludarabine"], row.dose_reason, row.dose_note)
        for row in made.days.all()
    ]
    changed = (22.5, "renal", "clearance 48 mL/min")
    assert doses == [(30, None, ""), changed, changed]


@pytest.mark.prepared(by=received)
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"fludarabine": "30.5"}, ("dose_above_regimen", "dose_fludarabine")),
        ({"bendamustine": "90"}, ("drug_not_in_regimen", "dose_bendamustine")),
        ({"fludarabine": "20", "reason": "other"}, ("reason_missing", "note")),
    ],
)
def test_a_dose_above_the_regimen_or_of_another_drug_or_without_words_is_refused(course, said, expected):
    course.planned()
    with pytest.raises(Refused) as refused:
        change(course, **said)
    assert codes(refused) == [expected]


@pytest.mark.prepared(by=received)
def test_no_dose_changes_once_every_day_is_recorded(course):
    course.depleted()
    with pytest.raises(Refused) as refused:
        change(course, fludarabine="20")
    assert codes(refused) == [("no_day_left", None)]


# ── given again ──────────────────────────────────────────────────────────────────────────────────────────────────


def again(course, reason="the window passed: fever", start=0):
    return actions.plan(
        pathway=course.pathway,
        regimen=Regimen.objects.get(pk="axi-cel"),
        starts_on=course.ago(start),
        setting="inpatient",
        repeat_reason=reason,
        by=course.haematologist,
    )


@pytest.mark.prepared(by=received)
def test_lymphodepletion_is_repeated_with_a_reason_and_what_was_given_counts_no_more(course):
    course.depleted()
    with pytest.raises(Refused) as refused:
        again(course, reason=" ")
    assert codes(refused) == [("repeat_needs_reason", "repeat_reason")]
    with pytest.raises(Refused) as refused:
        again(course, start=3)
    assert codes(refused) == [("repeat_before_the_end", "starts_on")]
    made = again(course)
    assert (made.repeat_reason, made.setting) == ("the window passed: fever", "inpatient")
    assert not course.pathway.milestones.happened().filter(what__startswith="lymphodepletion_e").exists()
    assert not course.pathway.entries.filter(stage="lymphodepletion", superseded=False).exists()
    with pytest.raises(Refused) as refused:
        course.given(0)
    assert codes(refused) == [("criteria_not_stated", None)] or codes(refused) == [("criteria_ask_again", None)]
    course.stated().given(0)
    stays = course.pathway.entries.filter(stage="lymphodepletion").values_list("started_on", "superseded")
    assert set(stays) == {(course.ago(5), True), (course.ago(0), False)}


@pytest.mark.prepared(by=infused)
def test_after_the_infusion_nothing_is_planned_again(course):
    course.infused()
    with pytest.raises(Refused) as refused:
        again(course)
    assert codes(refused) == [("already_infused", None)]


# ── left out ─────────────────────────────────────────────────────────────────────────────────────────────────────


def omit(course, reason="low_white_cells", wbc="0.8", note="", day=0):
    return actions.omit(
        pathway=course.pathway,
        decided_on=course.ago(day),
        reason=reason,
        wbc_10e9_per_l=None if wbc is None else Decimal(wbc),
        note=note,
        by=course.haematologist,
    )


@pytest.mark.prepared(by=received)
def test_lymphodepletion_is_left_out_by_a_physician_and_the_infusion_comes_without_it(course):
    course.received().stated()
    omit(course)
    open_now = set(
        course.pathway.steps.filter(done_at=None, dropped_at=None, origin="map").values_list("code", flat=True)
    )
    assert {code for code in open_now if not code.startswith("registry")} == {"infuse"}
    assert not course.pathway.milestones.happened().filter(what="lymphodepletion_ended").exists()
    course.go()
    for by in (course.nurse, course.haematologist):
        course.check(by, "thaw")
    course.thaw()
    for by in (course.nurse, course.haematologist):
        course.check(by)
    assert course.infuse().number == 1


@pytest.mark.prepared(by=received)
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"wbc": "1.1"}, ("white_cells_not_low", "wbc_10e9_per_l")),
        ({"wbc": None}, ("white_cells_not_low", "wbc_10e9_per_l")),
        ({"reason": "other"}, ("reason_missing", "note")),
        ({"day": -1}, ("in_the_future", "decided_on")),
        ({"day": 13}, ("impossible_order", "decided_on")),
    ],
)
def test_leaving_it_out_needs_low_white_cells_or_a_reason_in_words(course, said, expected):
    course.received().stated()
    with pytest.raises(Refused) as refused:
        omit(course, **said)
    assert codes(refused) == [expected]


@pytest.mark.prepared(by=received)
def test_it_is_not_left_out_without_the_word_on_the_criteria_nor_once_begun(course):
    course.received().planned_to()
    with pytest.raises(Refused) as refused:
        omit(course)
    assert codes(refused) == [("criteria_not_stated", None)]
    course.stated().given(5)
    with pytest.raises(Refused) as refused:
        omit(course)
    assert codes(refused) == [("already_begun", None)]


@pytest.mark.prepared(by=received)
def test_what_was_left_out_is_planned_after_all_with_a_reason(course):
    course.received().stated()
    omit(course)
    made = again(course, reason="white cells came back")
    assert actions.omission(course.pathway) is None
    assert made.repeat_reason == "white cells came back"


def test_both_files_of_windows_say_the_same():
    """seeds/regimens.yaml carries the windows for the app, seeds/infusion_windows.yaml for the calculator."""
    disease = {"LBCL": "", "DLBCL": "lbcl", "MCL": "mcl", "ALL": "all", "FL": "fl", "MM": "", "any": ""}
    for key, window in infusion_windows().items():
        product, of = key.split("/")
        rows = Regimen.objects.filter(product_id=product, disease__in=[disease[of], disease[of] or ""])
        rows = rows or Regimen.objects.filter(product_id=product)
        said = {(row.anchor, row.least_days, row.best_days, row.most_days, row.window_verified) for row in rows}
        assert said == {(window.anchor, window.earliest, window.latest_ok, window.latest, window.tag == "V")}, key


# ── entered in error ─────────────────────────────────────────────────────────────────────────────────────────────


def day_of(course, ago: int) -> LymphodepletionDay:
    return actions.standing_plan(course.pathway).days.standing().get(day=course.ago(ago))


def strike(course, ago: int, why: str = "another bed") -> None:
    row = day_of(course, ago)
    actions.strike(day=row, version=row.version, why=why, by=course.nurse)


def dated(course) -> dict:
    codes = ("lymphodepletion_started", "lymphodepletion_ended")
    return dict(course.pathway.milestones.filter(what__in=codes, superseded=False).values_list("what", "actual_on"))


@pytest.mark.prepared(by=depleted)
def test_a_day_entered_in_error_counts_nowhere_and_waits_to_be_recorded_again(course):
    with pytest.raises(Refused) as refused:
        strike(course, 5, why=" ")
    assert codes(refused) == [("reason_missing", "why")]
    strike(course, 5)
    assert dated(course) == {"lymphodepletion_started": course.ago(4), "lymphodepletion_ended": None}
    assert actions.placed(actions.standing_plan(course.pathway), course.ago(0)).days == 3
    stay = course.pathway.entries.get(stage="lymphodepletion", superseded=False)
    assert (stay.started_on, stay.ended_on) == (course.ago(4), None)
    with pytest.raises(Refused) as refused:
        course.go()
    assert codes(refused) == [("door_closed", None)]
    for ago in (4, 3):
        strike(course, ago)
    assert dated(course) == {"lymphodepletion_started": None, "lymphodepletion_ended": None}
    assert not actions.begun(course.pathway)
    course.given(5, 4, 3)
    assert dated(course) == {"lymphodepletion_started": course.ago(5), "lymphodepletion_ended": course.ago(3)}
    assert LymphodepletionDay.objects.exclude(struck_at=None).count() == 3


@pytest.mark.prepared(by=received)
def test_a_struck_day_goes_to_the_right_patients_plan_in_one_step(course):
    course.planned_to().stated().given(5)
    right = Course(course.world, number="CP-0009").planned()
    row = day_of(course, 5)
    said = {"fact": row, "wrong": course.pathway, "to": right.pathway, "why": "another bed", "by": course.nurse}
    copy = re_entry.re_enter(**said, version=row.version, ways=DAYS)
    assert (copy.given, copy.day, copy.came_from_id) == (True, course.ago(5), row.pk)
    assert not actions.begun(course.pathway)
    assert dated(right)["lymphodepletion_started"] == course.ago(5)


@pytest.mark.prepared(by=infused)
def test_after_the_infusion_a_day_is_struck_as_long_as_another_one_was_given(course):
    strike(course, 3)
    assert dated(course) == {"lymphodepletion_started": course.ago(5), "lymphodepletion_ended": course.ago(4)}
    strike(course, 5)
    with pytest.raises(Refused) as refused:
        strike(course, 4)
    assert codes(refused) == [("infusion_stands_on_it", None)]
    assert dated(course) == {"lymphodepletion_started": course.ago(4), "lymphodepletion_ended": course.ago(4)}

"""Lymphodepletion: only with the product at the hub; the plan from the product's data; days as they were given."""

import pytest
from django.db import IntegrityError, transaction

from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.lymphodepletion import actions
from patients.lymphodepletion.models import LymphodepletionDay, LymphodepletionPlan
from patients.products.regimens import Regimen, regimens_for
from tests import world
from tests.course import Course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return Course()


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


def test_another_products_regimen_is_refused(course):
    course.received()
    with pytest.raises(Refused) as refused:
        plan(course, code="liso-cel")
    assert codes(refused) == [("another_products_regimen", "regimen")]


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


def test_a_window_that_was_not_read_in_the_label_only_warns():
    course = Course(product="ide-cel").received()
    made = plan(course, code="ide-cel", infusion=-8)
    assert actions.placed(made, made.infusion_on).result == "too_late"


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


@pytest.mark.parametrize(("day", "code"), [(4, "earlier_day_open"), (6, "day_not_planned")])
def test_days_are_recorded_in_order_and_as_planned(course, day, code):
    course.planned()
    with pytest.raises(Refused) as refused:
        record(course, day)
    assert codes(refused) == [(code, f"given_{course.ago(day):%Y%m%d}")]


def test_a_day_ahead_and_a_day_twice_are_refused(course):
    course.received()
    plan(course, start=0, infusion=-5)
    course.stated()
    record(course, 0)
    for day, code in ((0, "already_recorded"), (-1, "in_the_future")):
        with pytest.raises(Refused) as refused:
            record(course, day)
        assert codes(refused) == [(code, f"given_{course.ago(day):%Y%m%d}")]


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

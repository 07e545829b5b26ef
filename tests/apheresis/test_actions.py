"""A chair is booked after the decision, cells are collected, and the ward and the laboratory see the patient."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from patients.apheresis import actions, rules
from patients.apheresis.models import Collection
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.capacity.actions import add_resource, next_free
from patients.capacity.models import Booking
from patients.identity.access import access_to
from patients.identity.chain import Identifier
from patients.pathway.steps import PAPERWORK
from tests import world
from tests.course import Course, decided

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=decided)]


@pytest.fixture
def course(prepared) -> Course:
    return prepared


@pytest.fixture
def chair(course):
    return add_resource(centre=course.hub, kind="apheresis_chair", name="Chair 1", by=course.coordinator)


def slot(chair, number=0):
    start = next_free(chair, clock.now(), timedelta(hours=5))[number]
    return {"chair": chair, "start": start, "end": start + timedelta(hours=5)}


def codes(refused) -> list[tuple]:
    return [(reason.code, reason.field) for reason in refused.value.reasons]


def facets(course, user):
    return access_to(type(user).objects.get(pk=user.pk), course.patient).facets


def open_steps(course) -> set[str]:
    """The open steps, without the registry's paper."""
    found = course.pathway.steps.filter(done_at=None, dropped_at=None).exclude(code__in=PAPERWORK)
    return set(found.values_list("code", flat=True))


def test_a_booking_plans_the_apheresis_and_opens_the_units_door(course, chair):
    assert facets(course, course.unit) == frozenset()
    when = slot(chair)
    actions.book(pathway=course.pathway, by=course.coordinator, **when)
    day = clock.local(when["start"], "Europe/Rome").date()
    assert course.pathway.milestones.get(what="apheresis").planned_on == day
    assert open_steps(course) == {"collect_cells"}
    assert facets(course, course.unit) == {"apheresis"}


def test_a_second_booking_is_a_move(course, chair):
    actions.book(pathway=course.pathway, by=course.coordinator, **slot(chair))
    with pytest.raises(Refused) as refused:
        actions.book(pathway=course.pathway, by=course.coordinator, **slot(chair, 1))
    assert codes(refused) == [("already_booked", None)]
    later = slot(chair, 1)
    actions.move(pathway=course.pathway, why="fever", by=course.coordinator, **later)
    row = course.pathway.milestones.get(what="apheresis")
    first = clock.local(slot(chair)["start"], "Europe/Rome").date()
    assert (row.first_planned_on, row.planned_on) == (first, clock.local(later["start"], "Europe/Rome").date())
    assert Booking.objects.filter(cancelled_at=None).count() == 1


def test_given_back_the_next_step_is_to_book_again(course, chair):
    actions.book(pathway=course.pathway, by=course.coordinator, **slot(chair))
    actions.give_back(pathway=course.pathway, why="fever", by=course.coordinator)
    assert open_steps(course) == {"book_apheresis"}
    assert course.pathway.milestones.get(what="apheresis").planned_on is None


def test_no_chair_before_the_decision(chair, course):
    early = world.sent(course.world, world.make_patient("CP-0005"))
    with pytest.raises(Refused) as refused:
        actions.book(pathway=early, by=course.coordinator, **slot(chair))
    assert codes(refused) == [("door_closed", None)]


def test_a_collection_opens_the_wards_and_the_laboratorys_door(course):
    for user in (course.nurse, course.laboratory, course.pharmacist):
        assert facets(course, user) == frozenset()
    course.collected()
    assert facets(course, course.nurse) == {"status", "apheresis", "treatment", "toxicity"}
    assert facets(course, course.laboratory) == {"manufacturing"}
    assert facets(course, course.pharmacist) == {"manufacturing"}
    stay = course.pathway.entries.get(stage="apheresis")
    assert (stay.started_on, stay.ended_on) == (course.ago(50), course.ago(50))
    assert {row.kind: row.normalised for row in Identifier.objects.all()} == {
        "collection": "AF0001",
        "din": "A999926000001",
    }
    assert open_steps(course) == {"ship_cells"}


@pytest.mark.parametrize(("days_ago", "code"), [(61, "impossible_order"), (60, None), (0, None), (-1, "in_the_future")])
def test_cells_are_collected_between_the_decision_and_today(course, days_ago, code):
    given = {"pathway": course.pathway, "collected_on": course.ago(days_ago), "collection_id": "X1", "by": course.unit}
    if code is None:
        assert actions.record(**given).collected_on == course.ago(days_ago)
        return
    with pytest.raises(Refused) as refused:
        actions.record(**given)
    assert codes(refused) == [(code, "collected_on")]
    assert Collection.objects.count() == 0


def test_a_collection_number_belongs_to_one_course(course):
    course.collected()
    other = Course(course.world, number="CP-0002")
    with pytest.raises(Refused) as refused:
        actions.record(
            pathway=other.pathway, collected_on=other.ago(50), collection_id=" af 0001", by=course.haematologist
        )
    assert codes(refused) == [("identifier_taken", "collection_id")]


def test_two_hubs_may_have_the_same_number_of_their_own(course):
    course.collected()
    with act(by=world.BY):
        row = Identifier.objects.get(kind="collection")
        other = world.sent(course.world, world.make_patient("CP-0008"), hub="hub2", spoke="spoke2")
        made = Identifier.objects.create(
            patient=other.patient,
            pathway_id=other.pk,
            kind="collection",
            issuer="hub2",
            value=row.value,
            normalised=row.normalised,
            recorded_at=clock.now(),
        )
    assert made.normalised == row.normalised
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Identifier.objects.create(
            patient=other.patient,
            pathway_id=other.pk,
            kind="collection",
            issuer="hub",
            value="AF 0001",
            normalised=row.normalised,
            recorded_at=clock.now(),
        )


def test_it_is_collected_once(course):
    course.collected()
    with pytest.raises(Refused) as refused:
        course.again().collected()
    assert codes(refused) == [("already_recorded", "collected_on")]


def test_what_is_not_known_stays_unknown(course):
    made = actions.record(
        pathway=course.pathway, collected_on=course.ago(50), collection_id="X1", by=course.haematologist
    )
    assert (made.cd3_total_10e9, made.complications, made.complications_note) == (None, None, "")


def test_a_complication_is_described_only_when_there_was_one(course):
    given = {"pathway": course.pathway, "collected_on": course.ago(50), "collection_id": "X1", "by": course.unit}
    with pytest.raises(Refused) as refused:
        actions.record(**given, complications=None, complications_note="hypocalcaemia")
    assert codes(refused) == [("note_without_complication", "complications")]
    made = actions.record(
        **given, complications=True, complications_note="hypocalcaemia", cd3_total_10e9=Decimal("0.8")
    )
    assert (made.complications, made.cd3_total_10e9) == (True, Decimal("0.8"))


def test_collected_without_a_booking_nobody_is_asked_to_book(course):
    course.collected()
    assert "book_apheresis" not in open_steps(course)


def test_a_booking_that_lies_after_the_collection_is_given_back(course, chair):
    actions.book(pathway=course.pathway, by=course.coordinator, **slot(chair))
    actions.record(
        pathway=course.pathway,
        collected_on=clock.today("Europe/Rome") - timedelta(days=1),
        collection_id="X1",
        by=course.unit,
    )
    assert Booking.objects.get().cancelled_at is not None


# ── before, and again ────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_not_known_or_too_old_warns_and_stops_nothing(course):
    assert actions.warnings(course.pathway, course.ago(0)) == [
        "serology_not_known",
        "count_not_known",
        "washouts_not_looked_at",
    ]
    actions.prepare(
        pathway=course.pathway,
        counted_on=course.ago(2),
        counted={"alc": Decimal("0.19"), "anc": Decimal("2"), "platelets": Decimal(90), "haemoglobin": Decimal(10)},
        serology_on=course.ago(2),
        serology=dict.fromkeys(rules.SEROLOGY, False),
        washouts_looked_at=True,
        note="steroid stopped",
        by=course.unit,
    )
    assert actions.warnings(course.pathway, course.ago(0)) == ["count_below"]
    assert actions.warnings(course.pathway, course.ago(-29)) == ["serology_too_old", "count_below"]
    assert actions.washouts_looked_at(course.pathway).by == course.unit
    assert course.collected().pathway.collections.count() == 1


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({}, ("say_something", None)),
        ({"counted": {"alc": Decimal(1)}}, ("say_when", "counted_on")),
        ({"serology": {"hiv": None}, "serology_on": -1}, ("in_the_future", "serology_on")),
    ],
)
def test_nothing_is_looked_at_on_an_impossible_day(course, said, fault):
    if "serology_on" in said:
        said = said | {"serology_on": course.ago(said["serology_on"])}
    with pytest.raises(Refused) as refused:
        actions.prepare(pathway=course.pathway, by=course.unit, **said)
    assert codes(refused) == [fault]


def test_too_few_cells_are_collected_again_and_the_old_ones_match_no_more(course):
    course.collected()
    with pytest.raises(Refused) as refused:
        actions.repeat(pathway=course.pathway, why=" ", by=course.unit)
    assert codes(refused) == [("reason_missing", "why")]
    actions.repeat(pathway=course.pathway, why="CD3 too few", by=course.unit)
    assert open_steps(course) == {"book_apheresis"}
    assert not Identifier.objects.filter(pathway_id=course.pathway.pk, superseded=False).exists()
    again = {"pathway": course.pathway, "collection_id": "AF-9", "by": course.unit}
    with pytest.raises(Refused) as refused:
        actions.record(**again, collected_on=course.ago(51))
    assert codes(refused) == [("before_earlier_collection", "collected_on")]
    actions.record(**again, collected_on=course.ago(45), bags=2, tnc_10e9=Decimal("9.5"), cd3_total_10e9=Decimal(3))
    assert [(one.superseded, one.bags) for one in Collection.objects.order_by("collected_on")] == [
        (True, None),
        (False, 2),
    ]


def test_once_they_are_shipped_it_is_the_product_that_fails(course):
    course.shipped()
    with pytest.raises(Refused) as refused:
        actions.repeat(pathway=course.pathway, why="CD3 too few", by=course.unit)
    assert codes(refused) == [("already_shipped", None)]


def test_more_cd3_cells_than_cells_are_refused_by_action_and_database(course):
    given = {"pathway": course.pathway, "collected_on": course.ago(50), "collection_id": "X1", "by": course.unit}
    with pytest.raises(Refused) as refused:
        actions.record(**given, tnc_10e9=Decimal(1), cd3_total_10e9=Decimal(2))
    assert codes(refused) == [("more_than_all_cells", "cd3_total_10e9")]
    made = actions.record(**given, tnc_10e9=Decimal(2), cd3_total_10e9=Decimal(2))
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Collection.objects.filter(pk=made.pk).update(tnc_10e9=1)

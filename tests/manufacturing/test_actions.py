"""From shipment to receipt: order of days, identity by two people, out of specification, failure."""

from datetime import date, timedelta
from itertools import product as combinations

import pytest
from django.db import IntegrityError, transaction

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.identity import checks
from patients.identity.access import access_to
from patients.identity.chain import Identifier, IdentityCheck, IdentityIncident
from patients.manufacturing import actions
from patients.manufacturing.models import Lot
from patients.manufacturing.rules import OOS_DAYS
from patients.pathway.models import Pathway
from tests import world
from tests.course import NEVER, Course, collected, decided, received, released

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=decided)]


def codes(refused) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


@pytest.fixture
def course(prepared) -> Course:
    return prepared


@pytest.mark.prepared(by=collected)
def test_a_shipment_opens_manufacturing_and_plans_the_release(course):
    course.collected()
    actions.ship(
        pathway=course.pathway,
        shipped_on=course.ago(49),
        coi="coi-1",
        expected_release_on=course.ago(20),
        by=course.laboratory,
    )
    assert course.pathway.entries.get(stage="manufacturing").started_on == course.ago(49)
    assert course.pathway.milestones.get(what="shipped").actual_on == course.ago(49)
    assert course.pathway.milestones.get(what="released").planned_on == course.ago(20)
    assert Identifier.objects.get(kind="coi").normalised == "COI1"


@pytest.mark.prepared(by=collected)
@pytest.mark.parametrize(
    ("days_ago", "code"), [(51, "impossible_order"), (-1, "in_the_future")], ids=["before apheresis", "tomorrow"]
)
def test_a_shipment_on_an_impossible_day_is_refused(course, days_ago, code):
    course.collected()
    with pytest.raises(Refused) as refused:
        actions.ship(pathway=course.pathway, shipped_on=course.ago(days_ago), by=course.laboratory)
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [(code, "shipped_on")]


def test_nothing_is_shipped_before_it_is_collected(course):
    with pytest.raises(Refused) as refused:
        actions.ship(pathway=course.pathway, shipped_on=course.ago(1), by=course.laboratory)
    assert codes(refused) == ["nothing_collected"]


@pytest.mark.prepared(by=released)
def test_a_lot_number_of_another_course_is_refused(course):
    course.released()
    other = Course(course.world, number="CP-0002").shipped()
    with pytest.raises(Refused) as refused:
        actions.release(
            pathway=other.pathway,
            released_on=other.ago(14),
            lot_number="lot 0001",
            expires_on=NEVER,
            by=course.coordinator,
        )
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [("identifier_taken", "lot_number")]
    assert other.lot.status == "in_production"


def test_an_expiry_before_the_release_is_refused(course):
    with pytest.raises(Refused) as refused:
        course.released(expires_on=course.ago(15))
    assert codes(refused) == ["expires_before_release"]


# ── receipt ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.prepared(by=released)
def test_two_different_people_make_the_product_available(course):
    course.released()
    course.receive(course.laboratory)
    assert course.lot.received_on is None
    course.receive(course.pharmacist, arrived_at=None)
    lot = course.lot
    assert (lot.received_on, lot.receipt.by, lot.receipt.first.by) == (
        course.ago(12),
        course.pharmacist,
        course.laboratory,
    )
    assert course.pathway.milestones.get(what="received").actual_on == course.ago(12)
    assert course.pathway.entries.get(stage="manufacturing").ended_on == course.ago(12)


@pytest.mark.prepared(by=released)
def test_the_same_person_cannot_receive_twice(course):
    course.released()
    course.receive(course.laboratory)
    with pytest.raises(Refused) as refused:
        course.receive(course.laboratory)
    assert codes(refused) == ["same_person"]
    assert course.lot.received_on is None


@pytest.mark.prepared(by=released)
@pytest.mark.parametrize("matches", list(combinations([True, False], repeat=4)))
def test_every_combination_of_mismatches_stops_the_receipt(course, matches):
    course.released()
    wrong = {"patient": "CP-9999", "product": "LOT-9999", "collection": "AF-9999", "expiry": date(2098, 1, 1)}
    missed = [name for name, good in zip(wrong, matches, strict=True) if not good]
    course.receive(course.laboratory)
    row = course.receive(course.pharmacist, **{name: wrong[name] for name in missed})
    assert row.mismatched == missed
    assert (course.lot.received_on is None) == bool(missed)
    assert IdentityIncident.objects.count() == (1 if missed else 0)
    if missed:
        with pytest.raises(Refused) as refused:
            course.receive(course.haematologist)
        assert codes(refused) == ["incident_open"]


@pytest.mark.prepared(by=released)
def test_the_first_person_says_when_it_arrived(course):
    course.released()
    with pytest.raises(Refused) as refused:
        course.receive(course.laboratory, arrived_at=None)
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [("arrival_missing", "arrived_at")]
    assert IdentityCheck.objects.count() == 0


@pytest.mark.prepared(by=released)
@pytest.mark.parametrize(
    ("arrived", "code"), [(timedelta(minutes=6), "in_the_future"), (timedelta(days=-15), "arrival_before_release")]
)
def test_an_arrival_at_an_impossible_time_is_refused(course, arrived, code):
    course.released()
    with pytest.raises(Refused) as refused:
        course.receive(course.laboratory, arrived_at=clock.now() + arrived)
    assert codes(refused) == [code]


@pytest.mark.parametrize("state", ["collected", "shipped"])
def test_a_product_that_is_not_released_is_not_received(course, state):
    getattr(course, state)()
    with pytest.raises(Refused) as refused:
        actions.receive(
            pathway=course.pathway,
            typed=course.right,
            expiry=NEVER,
            arrived_at=course.noon(12),
            by=course.laboratory,
        )
    assert codes(refused) == [{"collected": "nothing_shipped", "shipped": "product_not_released"}[state]]


def test_an_expired_product_is_not_received(course):
    course.released(expires_on=course.ago(1))
    with pytest.raises(Refused) as refused:
        course.receive(course.laboratory)
    assert codes(refused) == ["product_expired"]


@pytest.mark.prepared(by=released)
def test_the_database_wants_two_people_for_a_receipt(course):
    course.released()
    one = course.receive(course.laboratory)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Lot.objects.filter(pk=course.lot.pk).update(received_on=course.ago(12), receipt=one)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Lot.objects.filter(pk=course.lot.pk).update(received_on=course.ago(12))


def test_laboratory_and_pharmacist_see_the_product_from_apheresis_to_the_day_of_receipt(course):
    def reads(user):
        return access_to(type(user).objects.get(pk=user.pk), course.patient).facets

    assert [reads(course.laboratory), reads(course.pharmacist)] == [frozenset(), frozenset()]
    course.received()
    assert [reads(course.laboratory), reads(course.pharmacist)] == [
        frozenset({"manufacturing"}),
        frozenset({"manufacturing"}),
    ]
    ends = set(course.patient.links.filter(kind="step").values_list("ends_at", flat=True))
    assert [clock.local(end, "Europe/Rome").date() for end in ends] == [course.ago(-1)]


# ── between shipment and receipt ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.prepared(by=collected)
def test_the_product_is_followed_to_the_maker_and_back(course):
    course.shipped()
    actions.follow(
        pathway=course.pathway,
        maker_received_on=course.ago(47),
        expected_release_on=course.ago(16),
        by=course.coordinator,
    )
    with pytest.raises(Refused) as refused:
        actions.follow(pathway=course.pathway, expected_release_on=course.ago(14), by=course.coordinator)
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [("say_why_it_moves", "why")]
    actions.follow(pathway=course.pathway, expected_release_on=course.ago(14), why="slow growth", by=course.coordinator)
    planned = course.pathway.milestones.get(what="released")
    assert (planned.first_planned_on, planned.planned_on) == (course.ago(16), course.ago(14))
    actions.release(
        pathway=course.pathway,
        released_on=course.ago(14),
        lot_number="LOT-0001",
        expires_on=NEVER,
        by=course.coordinator,
    )
    actions.follow(pathway=course.pathway, shipped_back_on=course.ago(13), by=course.coordinator)
    happened = dict(course.pathway.milestones.happened().values_list("what", "actual_on"))
    assert (happened["maker_received"], happened["shipped_back"]) == (course.ago(47), course.ago(13))


@pytest.mark.prepared(by=released)
@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"maker_received_on": 50}, ("release_before_shipment", "maker_received_on")),
        ({"maker_received_on": -1}, ("in_the_future", "maker_received_on")),
        ({"maker_received_on": 13}, ("after_the_statement", "maker_received_on")),
        ({"shipped_back_on": 15}, ("arrival_before_release", "shipped_back_on")),
        ({"shipped_back_on": -1}, ("in_the_future", "shipped_back_on")),
        ({"expected_release_on": 10}, ("already_stated", "expected_release_on")),
    ],
)
def test_the_way_has_no_impossible_day(course, said, fault):
    course.released()
    with pytest.raises(Refused) as refused:
        actions.follow(
            pathway=course.pathway, by=course.coordinator, **{name: course.ago(ago) for name, ago in said.items()}
        )
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [fault]


@pytest.mark.prepared(by=received)
def test_the_database_refuses_a_way_in_impossible_order(course):
    course.received()
    for wrong in ({"maker_received_on": course.ago(50)}, {"shipped_back_on": course.ago(15)}):
        with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
            Lot.objects.filter(pk=course.lot.pk).update(**wrong)


def test_only_what_may_be_given_is_shipped_back(course):
    course.released(out_of="viability 65 %")
    with pytest.raises(Refused) as refused:
        actions.follow(pathway=course.pathway, shipped_back_on=course.ago(13), by=course.coordinator)
    assert codes(refused) == ["not_fit_to_ship"]


@pytest.mark.prepared(by=released)
def test_a_temperature_outside_the_limits_is_described_and_the_product_has_its_place(course):
    course.released()
    given = {"typed": course.right, "expiry": NEVER, "arrived_at": course.noon(12), "by": course.laboratory}
    with pytest.raises(Refused) as refused:
        actions.receive(pathway=course.pathway, temperature_kept=False, **given)
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [
        ("say_what_happened_to_it", "temperature_note")
    ]
    actions.receive(
        pathway=course.pathway,
        temperature_kept=False,
        temperature_note="2 h at -110; the maker says usable",
        storage_position="Tank 2, rack 4",
        **given,
    )
    course.receive(course.pharmacist)
    lot = course.lot
    assert (lot.temperature_kept, lot.storage_position, lot.received_on) == (False, "Tank 2, rack 4", course.ago(12))


# ── out of specification, failure ────────────────────────────────────────────────────────────────────────────────


def test_out_of_specification_is_no_release_and_asks_the_haematologist(course):
    course.released(out_of="viability 65 %")
    milestone = course.pathway.milestones.filter(what="released").first()
    assert milestone is None or milestone.actual_on is None
    step = course.pathway.steps.get(code="settle_out_of_specification", done_at=None, dropped_at=None)
    assert (step.owner_role_id, step.has_ball) == ("hub_haematologist", True)
    with pytest.raises(Refused) as refused:
        course.receive(course.laboratory)
    assert codes(refused) == ["product_not_accepted"]


def test_an_accepted_product_out_of_specification_is_received(course):
    course.released(out_of="viability 65 %").accepted()
    assert not course.pathway.steps.filter(code="settle_out_of_specification", done_at=None, dropped_at=None).exists()
    course.receive(course.laboratory, arrived_at=clock.now())
    course.receive(course.pharmacist)
    assert course.lot.received_on == clock.today("Europe/Rome")


@pytest.mark.parametrize("missing", [*OOS_DAYS, "patient_agrees", "reason"])
def test_acceptance_needs_every_part(course, missing):
    course.released(out_of="viability 65 %")
    gone = {} if missing == "reason" else {missing: None}
    if missing == "patient_told_on":
        gone |= {"patient_told_by": "", "patient_agrees": None}
    actions.keep_oos_file(pathway=course.pathway, said=course.whole_file(**gone), by=course.haematologist)
    with pytest.raises(Refused) as refused:
        actions.accept_out_of_specification(
            pathway=course.pathway, reason="" if missing == "reason" else "benefit", by=course.haematologist
        )
    assert missing in [reason.field for reason in refused.value.reasons]
    assert course.lot.accepted_at is None


def test_the_database_wants_the_whole_file_for_an_acceptance(course):
    course.released(out_of="viability 65 %")
    signed = {"accepted_at": clock.now(), "accepted_by": course.haematologist, "acceptance_reason": "x"}
    half = course.whole_file(authority_on=None)
    actions.keep_oos_file(pathway=course.pathway, said=half, by=course.haematologist)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Lot.objects.filter(pk=course.lot.pk).update(**signed)
    actions.keep_oos_file(pathway=course.pathway, said=course.whole_file(), by=course.haematologist)
    with act(by=world.BY):
        assert Lot.objects.filter(pk=course.lot.pk).update(**signed) == 1


def test_the_database_wants_who_and_why_for_an_acceptance(course):
    course.released(out_of="viability 65 %")
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Lot.objects.filter(pk=course.lot.pk).update(accepted_at=clock.now())


def fail(course, *, again: bool):
    return actions.fail(
        pathway=course.pathway, on=course.ago(14), fault="no expansion", try_again=again, by=course.coordinator
    )


@pytest.mark.prepared(by=collected)
def test_a_failed_product_goes_back_to_the_order_and_a_new_collection(course):
    course.shipped()
    fail(course, again=True)
    pathway = course.fresh()
    assert pathway.status == Pathway.Status.OPEN
    open_codes = set(pathway.steps.filter(done_at=None, dropped_at=None).values_list("code", flat=True))
    assert open_codes == {"place_order", "registry_eligibility"}
    assert not Identifier.objects.filter(pathway_id=pathway.pk, superseded=False).exists()
    assert set(pathway.milestones.filter(superseded=False, actual_on__isnull=False).values_list("what", flat=True)) == {
        "drafted",
        "referral_sent",
        "taken_on",
        "decided",
    }
    course.again("0001B").released()
    assert Lot.objects.filter(pathway=pathway).count() == 2
    course.receive(course.laboratory, arrived_at=course.noon(12))
    course.receive(course.pharmacist)
    assert actions.standing_lot(pathway).received_on == course.ago(12)


@pytest.mark.prepared(by=collected)
def test_the_failed_attempts_numbers_match_no_more(course):
    course.shipped()
    fail(course, again=True)
    old = course.right
    course.again("0001B").released()
    row = actions.receive(
        pathway=course.pathway, typed=old, expiry=NEVER, arrived_at=course.noon(12), by=course.laboratory
    )
    assert row.mismatched == ["product", "collection"]


@pytest.mark.prepared(by=collected)
def test_a_failed_product_may_close_the_pathway(course):
    course.shipped()
    fail(course, again=False)
    pathway = course.fresh()
    assert (pathway.status, pathway.exit_reason) == ("closed", "manufacturing_failure")
    assert not pathway.steps.filter(done_at=None, dropped_at=None).exists()


@pytest.mark.prepared(by=received)
def test_a_received_product_has_not_failed(course):
    course.received()
    with pytest.raises(Refused) as refused:
        fail(course, again=True)
    assert codes(refused) == ["already_received"]


@pytest.mark.prepared(by=released)
def test_identifiers_of_another_patients_course_are_no_match_even_with_the_same_name_and_birth_date(course):
    twin = Course(course.world, number="CP-0002").released()
    course.released()
    assert course.receive(course.laboratory, **twin.right).mismatched == ["patient", "product", "collection"]
    assert checks.open_incident(twin.pathway.pk) is None

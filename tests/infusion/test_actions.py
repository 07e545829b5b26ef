"""Day 0: nothing proceeds without product, go and two people; what the form refuses the database refuses too."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product as combinations
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Refused
from patients.identity import checks
from patients.identity.access import access_to
from patients.identity.chain import IdentityCheck, IdentityIncident, IdentityResolution
from patients.identity.models import CareLink
from patients.infusion import actions
from patients.infusion.models import Infusion, Readiness, Thaw
from patients.infusion.rules import Answer
from patients.manufacturing.models import Lot
from patients.observations import actions as observations
from patients.observations.models import Observation, latest
from patients.pathway import actions as pathways
from patients.pathway import chain, stages
from patients.pathway.models import StageEntry
from patients.pathway.stages import Stage
from patients.toxicity import actions as toxicity
from tests import world
from tests.course import Course, decided, depleted, infused, nobody, thawed

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=depleted)]
ROME = ZoneInfo("Europe/Rome")
A_SUMMER_DAY = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
NAMES = ("patient", "product", "collection")
WRONG = {"patient": "CP-9999", "product": "LOT-9999", "collection": "AF-9999"}


def codes(refused) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def wrong(names) -> dict[str, str]:
    return {name: WRONG[name] for name in names}


@pytest.fixture
def course(prepared) -> Course:
    return prepared


# ── two people ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.prepared(by=thawed)
@pytest.mark.parametrize("first", [True, False], ids=["the first person", "the second person"])
@pytest.mark.parametrize("matches", list(combinations([True, False], repeat=3)))
def test_every_combination_of_mismatches_is_a_hard_stop(course, first, matches):
    course.thawed()
    missed = [name for name, good in zip(NAMES, matches, strict=True) if not good]
    if not first:
        course.check(course.nurse)
    row = course.check(course.haematologist, **wrong(missed))
    assert row.mismatched == missed
    assert IdentityIncident.objects.count() == (1 if missed else 0)
    if missed:
        with pytest.raises(Refused) as refused:
            course.infuse()
        assert codes(refused) == ["incident_open"]
        with pytest.raises(Refused) as refused:
            course.check(course.nurse)
        assert codes(refused) == ["incident_open"]
    elif first:
        with pytest.raises(Refused) as refused:
            course.infuse()
        assert codes(refused) == ["second_check_missing_infusion"]
    else:
        assert course.infuse().pathway_id == course.pathway.pk


@pytest.mark.prepared(by=thawed)
def test_either_product_number_and_either_collection_number_match(course):
    course.thawed()
    course.check(course.nurse, product="coi 0001", collection="A9999-26-000001")
    assert course.check(course.haematologist, product="LOT0001", collection="af0001").matched


@pytest.mark.prepared(by=thawed)
def test_the_same_person_is_never_the_second(course):
    course.thawed()
    course.check(course.nurse)
    with pytest.raises(Refused) as refused:
        course.check(course.nurse)
    assert codes(refused) == ["same_person"]
    assert IdentityCheck.objects.filter(point="infusion").count() == 1


@pytest.mark.prepared(by=thawed)
def test_a_mismatch_by_the_same_person_is_an_incident_all_the_same(course):
    course.thawed()
    course.check(course.nurse)
    assert course.check(course.nurse, product="LOT-9999").mismatched == ["product"]
    assert IdentityIncident.objects.count() == 1


@pytest.mark.prepared(by=thawed)
def test_a_third_check_is_refused(course):
    course.checked()
    with pytest.raises(Refused) as refused:
        course.check(course.pharmacist)
    assert codes(refused) == ["already_checked"]


@pytest.mark.prepared(by=thawed)
def test_the_identifiers_of_another_patient_do_not_match(course):
    course.thawed()
    other = Course(course.world, number="CP-0002", family_name="D'Àngelo", given_name="Anna").ready()
    row = course.check(course.nurse, **other.right)
    assert row.mismatched == ["patient", "product", "collection"]
    assert checks.open_incident(other.pathway.pk) is None


@pytest.mark.prepared(by=thawed)
def test_no_check_means_no_infusion(course):
    course.thawed()
    with pytest.raises(Refused) as refused:
        course.infuse()
    assert codes(refused) == ["identity_not_checked_infusion"]


@pytest.mark.prepared(by=thawed)
def test_checks_of_the_receipt_and_of_the_thaw_do_not_count_for_the_infusion(course):
    course.thawed()
    assert IdentityCheck.objects.filter(point="receipt").count() == 2
    assert IdentityCheck.objects.filter(point="thaw").count() == 2
    with pytest.raises(Refused) as refused:
        course.infuse()
    assert codes(refused) == ["identity_not_checked_infusion"]


@pytest.mark.parametrize(("minutes", "holds"), [(60, True), (61, False)])
def test_checks_hold_for_an_hour_until_the_infusion_begins(course, minutes, holds):
    began = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
    with time_machine.travel(began, tick=False) as now:
        course = Course(course.world, number="CP-0007").thawed()
        course.check(course.nurse)
        now.shift(timedelta(minutes=10))
        course.check(course.haematologist)
        now.shift(timedelta(minutes=120))
        started_at = began + timedelta(minutes=minutes)
        if holds:
            assert course.infuse(started_at).started_at == started_at
        else:
            with pytest.raises(Refused) as refused:
                course.infuse(started_at)
            assert codes(refused) == ["checks_expired"]


def test_the_second_person_comes_within_the_hour_or_is_the_first_again(course):
    with time_machine.travel(datetime(2026, 6, 10, 9, 0, tzinfo=UTC), tick=False) as now:
        course = Course(course.world, number="CP-0007").thawed()
        course.check(course.nurse)
        now.shift(timedelta(minutes=61))
        assert course.check(course.haematologist).first is None


@pytest.mark.prepared(by=thawed)
def test_the_infusion_cannot_begin_before_the_checks(course):
    course.checked()
    with pytest.raises(Refused) as refused:
        course.infuse(clock.now() - timedelta(minutes=2))
    assert codes(refused) == ["started_before_the_checks"]


# ── incidents ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def stopped(course) -> Course:
    course.thawed()
    course.check(course.nurse)
    course.check(course.haematologist, collection="AF-9999")
    return course


def test_an_incident_asks_coordinator_and_haematologist_and_takes_the_ball(stopped):
    steps = stopped.pathway.steps.filter(code="resolve_identity_incident", done_at=None, dropped_at=None)
    assert sorted(steps.values_list("owner_role", flat=True)) == ["hub_coordinator", "hub_haematologist"]
    assert stopped.pathway.steps.get(has_ball=True).code == "resolve_identity_incident"


def resolve(course, by, reason="the bag's label was read from the neighbour's bag"):
    return chain.resolve_incident(pathway=course.pathway, reason=reason, by=by)


def test_two_people_resolve_and_then_two_people_check_anew(stopped):
    assert resolve(stopped, stopped.coordinator).resolved_at is None
    with pytest.raises(Refused) as refused:
        stopped.check(stopped.nurse)
    assert codes(refused) == ["incident_open"]
    assert resolve(stopped, stopped.haematologist).resolved_at is not None
    with pytest.raises(Refused) as refused:
        stopped.infuse()
    assert codes(refused) == ["identity_not_checked_infusion"]
    stopped.check(stopped.nurse)
    stopped.check(stopped.haematologist)
    assert stopped.infuse().pathway_id == stopped.pathway.pk
    assert not stopped.pathway.steps.filter(code="resolve_identity_incident", done_at=None, dropped_at=None).exists()


def test_one_person_cannot_resolve_twice(stopped):
    resolve(stopped, stopped.coordinator)
    with pytest.raises(Refused) as refused:
        resolve(stopped, stopped.coordinator)
    assert codes(refused) == ["same_person_resolves"]
    assert checks.open_incident(stopped.pathway.pk) is not None


def test_a_resolution_needs_its_reason(stopped):
    with pytest.raises(Refused) as refused:
        resolve(stopped, stopped.coordinator, reason="  ")
    assert codes(refused) == ["reason_missing"]


def test_the_database_wants_two_people_too(stopped):
    incident = checks.open_incident(stopped.pathway.pk)
    resolve(stopped, stopped.coordinator)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=stopped.coordinator):
        IdentityIncident.objects.filter(pk=incident.pk).update(resolved_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=stopped.coordinator):
        IdentityResolution.objects.create(incident=incident, by=stopped.coordinator, at=clock.now(), reason="once more")


# ── the product ──────────────────────────────────────────────────────────────────────────────────────────────────


def spoil(course: Course, **changes) -> None:
    """The product as it must not be, past what the actions allow."""
    with act(by=world.BY):
        Lot.objects.filter(pathway=course.pathway).update(**changes)


@pytest.mark.prepared(by=thawed)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expires_on": date(2000, 1, 1)}, "product_expired"),
        ({"received_on": None, "receipt": None}, "product_not_received"),
        ({"status": "failed", "fault": "no growth", "received_on": None, "receipt": None}, "product_failed"),
        (
            {"status": "out_of_specification", "fault": "viability", "received_on": None, "receipt": None},
            "product_not_accepted",
        ),
    ],
)
def test_a_product_that_may_not_be_given_is_refused_by_the_action_and_by_the_database(course, changes, code):
    course.checked()
    pair = checks.last_pair(course.pathway.pk, course.lot.pk, actions.POINT)
    ready = actions.readiness(course.pathway)
    if "expires_on" in changes:  # the receipt compared the expiry: only a product not received may carry another one
        spoil(course, received_on=None, receipt=None)
    spoil(course, **changes)
    with pytest.raises(Refused) as refused:
        course.infuse()
    assert code in codes(refused)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.create(
            pathway=course.pathway, lot=course.lot, identity=pair, readiness=ready, started_at=clock.now()
        )


@pytest.mark.prepared(by=thawed)
def test_the_database_refuses_an_infusion_on_one_persons_check(course):
    course.thawed()
    one = course.check(course.nurse)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.create(
            pathway=course.pathway,
            lot=course.lot,
            identity=one,
            readiness=actions.readiness(course.pathway),
            started_at=clock.now(),
        )


@pytest.mark.prepared(by=thawed)
def test_the_database_refuses_an_infusion_on_another_patients_checks(course):
    course.checked()
    other = Course(course.world, number="CP-0002").checked()
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.create(
            pathway=course.pathway,
            lot=course.lot,
            identity=checks.last_pair(other.pathway.pk, other.lot.pk, actions.POINT),
            readiness=actions.readiness(course.pathway),
            started_at=clock.now(),
        )


@pytest.mark.prepared(by=thawed)
def test_the_database_refuses_an_infusion_after_its_checks_have_expired(course):
    course.checked()
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.create(
            pathway=course.pathway,
            lot=course.lot,
            identity=checks.last_pair(course.pathway.pk, course.lot.pk, actions.POINT),
            readiness=actions.readiness(course.pathway),
            started_at=clock.now() + timedelta(minutes=61),
        )


@pytest.mark.prepared(by=thawed)
def test_the_database_refuses_a_check_by_the_same_person_and_one_that_only_says_it_matches(course):
    course.thawed()
    one = course.check(course.nurse)
    copied = {
        "patient": course.patient,
        "pathway_id": course.pathway.pk,
        "subject": course.lot.pk,
        "point": "infusion",
        "own_log_in": True,
        "at": clock.now(),
        "holds_until": clock.now() + timedelta(hours=1),
    }
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        IdentityCheck.objects.create(first=one, by=course.nurse, typed=one.typed, **copied)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        IdentityCheck.objects.create(
            first=one, by=course.haematologist, typed=one.typed | {"product": "LOT9999"}, **copied
        )


def test_the_database_knows_no_go_without_tocilizumab_consent_and_weight(course):
    course.ready()
    go = actions.readiness(course.pathway)
    good = {"tocilizumab_doses_on_site": 1, "weight_kg": Decimal("64.5"), "patient_informed": True}
    for spoilt in (
        {"tocilizumab_doses_on_site": 0},
        {"weight_kg": None},
        {"patient_informed": None},
        {"overridden": ["organs"]},
        {"decision": "no_go"},
        {"decision": "left_out", "reason": "grade 3"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
            Readiness.objects.create(
                **{"pathway": course.pathway, "number": 1, "decision": "go", "at": go.at, "by": go.by} | good | spoilt
            )


@pytest.mark.prepared(by=thawed)
def test_an_infusion_rests_on_a_go_and_on_a_thaw_in_the_database_too(course):
    course.checked()
    pair = checks.last_pair(course.pathway.pk, course.lot.pk, actions.POINT)
    course.go("no_go", reason="fever")
    given = {"pathway": course.pathway, "lot": course.lot, "identity": pair, "started_at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.create(**given, readiness=actions.readiness(course.pathway))
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.create(**given)
    go = Readiness.objects.filter(pathway=course.pathway, decision="go").latest("at")
    with act(by=world.BY):
        Thaw.objects.filter(pathway=course.pathway).update(superseded=True)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.create(**given, readiness=go)


# ── the go ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"tocilizumab": Answer(amount=Decimal(0))}, [("no_tocilizumab", "tocilizumab_doses_on_site")]),
        ({"tocilizumab": Answer(amount=Decimal(0), note="siltuximab")}, None),
        ({"consent": Answer(holds=None)}, [("not_informed", "patient_informed")]),
        ({"consent": Answer(holds=False)}, [("not_informed", "patient_informed")]),
        ({"weight": None}, [("not_answered", "weight_kg")]),
        ({"organs": Answer(holds=False)}, [("item_does_not_hold", "organs")]),
        ({"baseline_pressure": None}, [("not_answered", "systolic")]),
        (
            {"baseline_pressure": Answer(holds=True, amount=Decimal(80), second=Decimal(80))},
            [("diastolic_above_systolic", "diastolic")],
        ),
    ],
)
def test_each_item_that_does_not_hold_stops_the_go_beside_its_field(course, said, expected):
    course.depleted()
    if expected is None:
        assert course.go(**said).tocilizumab_alternative == "siltuximab"
        return
    with pytest.raises(Refused) as refused:
        course.go(**said)
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == expected
    assert actions.readiness(course.pathway) is None


def test_answers_come_from_two_people_at_their_own_time(course):
    with time_machine.travel(clock.now(), tick=False) as now:
        course = Course(course.world, number="CP-0004").depleted()
        nurses = {"weight": Answer(holds=True, amount=Decimal("64.5")), "premedication": Answer(holds=True)}
        assert actions.make_ready(pathway=course.pathway, answers=nurses, by=course.nurse) is None
        now.shift(timedelta(minutes=30))
        assert course.go(weight=None, premedication=None).go
    rows = actions.answers(course.pathway, 1)
    assert (rows["weight"].by, rows["organs"].by) == (course.nurse, course.haematologist)
    assert rows["organs"].at - rows["weight"].at == timedelta(minutes=30)


def test_a_physicians_reason_lets_pass_what_may_be_overridden_and_is_kept_with_it(course):
    course.depleted()
    row = course.go(organs=Answer(holds=False), reason="creatinine 1.6, stable for a week")
    assert (row.go, row.overridden, row.reason) == (True, ["organs"], "creatinine 1.6, stable for a week")
    with pytest.raises(Refused) as refused:
        course.go(consent=Answer(holds=False), reason="no time to ask")
    assert codes(refused) == ["not_informed"]


def test_a_no_go_has_its_reason_moves_the_plan_and_takes_the_go_back(course):
    course.ready()
    with pytest.raises(Refused) as refused:
        course.go("no_go")
    assert codes(refused) == ["reason_missing"]
    course.go("no_go", reason="fever since the night", planned_on=course.ago(-2))
    assert course.pathway.milestones.get(what="infusion").planned_on == course.ago(-2)
    course.check(course.nurse, actions.THAW)
    course.check(course.haematologist, actions.THAW)
    with pytest.raises(Refused) as refused:
        course.thaw()
    assert codes(refused) == ["no_go_recorded"]


def test_outside_the_labels_window_a_go_asks_a_physicians_reason(course):
    course = Course(course.world, number="CP-0003").received()
    course.planned_to(starts=6, infusion=1).stated().given(6, 5, 4)
    with pytest.raises(Refused) as refused:
        course.go()
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [("outside_window", "window_reason")]
    assert course.go(window_reason="bed free only today").window_reason == "bed free only today"


def test_weight_and_baseline_are_measured_for_everybody(course):
    course.ready()
    weight = latest(course.patient, Observation.What.WEIGHT)
    assert (weight.value, weight.unit, weight.recorded_by) == (Decimal("64.5"), "kg", course.haematologist)
    assert latest(course.patient, Observation.What.BASELINE_SYSTOLIC).value == 124
    assert latest(course.patient, Observation.What.BASELINE_DIASTOLIC).value == 76


def test_without_a_go_nothing_is_thawed_and_nothing_infused(course):
    course.depleted()
    course.check(course.nurse, actions.THAW)
    course.check(course.haematologist, actions.THAW)
    with pytest.raises(Refused) as refused:
        course.thaw()
    assert codes(refused) == ["no_go_recorded"]
    with pytest.raises(Refused) as refused:
        course.check(course.nurse)
    assert codes(refused) == ["nothing_thawed"]


@pytest.mark.prepared(by=decided)
def test_before_lymphodepletion_has_ended_nothing_of_day_0_is_possible(course):
    course.planned()
    for attempt in (course.go, lambda: course.check(course.nurse, actions.THAW), course.thaw, course.infuse):
        with pytest.raises(Refused) as refused:
            attempt()
        assert codes(refused) == ["door_closed"]


# ── the thaw ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_check_before_a_bag_is_thawed_and_each_check_says_where(course):
    course.ready()
    with pytest.raises(Refused) as refused:
        course.thaw()
    assert codes(refused) == ["identity_not_checked_thaw"]
    course.check(course.nurse, actions.THAW)
    with pytest.raises(Refused) as refused:
        course.thaw()
    assert codes(refused) == ["second_check_missing_thaw"]
    course.check(course.haematologist, actions.THAW)
    row = course.thaw()
    assert (row.starts, row.minutes, row.verified) == ("complete_thaw", 30, False)
    assert (row.identity.point, row.identity.first.by, row.identity.by) == (
        "thaw",
        course.nurse,
        course.haematologist,
    )


def test_a_mismatch_at_the_thaw_is_a_hard_stop(course):
    course.ready()
    course.check(course.nurse, actions.THAW)
    assert course.check(course.haematologist, actions.THAW, product="LOT-9999").mismatched == ["product"]
    with pytest.raises(Refused) as refused:
        course.thaw()
    assert codes(refused) == ["incident_open"]


@pytest.mark.prepared(by=thawed)
def test_the_database_thaws_nothing_without_two_peoples_checks_at_the_thaw(course):
    course.checked()
    bedside = checks.last_pair(course.pathway.pk, course.lot.pk, actions.POINT)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Thaw.objects.create(
            pathway=course.pathway,
            number=1,
            lot=course.lot,
            bag=2,
            identity=bedside,
            at=clock.now(),
            verified=False,
            by=course.nurse,
        )


@pytest.mark.prepared(by=thawed)
def test_a_bags_clock_is_corrected_with_a_reason_only(course):
    course.thawed()
    with pytest.raises(Refused) as refused:
        course.thaw()
    assert codes(refused) == ["bag_is_thawed"]
    course.thaw(why="the second bag was started")
    assert course.thaw(bag=2).bag == 2
    assert Thaw.objects.filter(pathway=course.pathway, superseded=False).count() == 2


def a_bag_thawed_of(product: str, regimen: str) -> Course:
    """A bag whose clock starts in the frozen summer of 2026."""
    with time_machine.travel(A_SUMMER_DAY, tick=False):
        course = Course(product=product).depleted(regimen=regimen)
        course.go(window_reason="as planned")
        for point in (actions.THAW, actions.POINT):
            course.check(course.nurse, point)
            course.check(course.haematologist, point)
            if point == actions.THAW:
                course.thaw()
        return course


def a_bag_of_brexu_cel() -> Course:
    return a_bag_thawed_of("brexu-cel", "brexu-cel-mcl")


def a_bag_of_axi_cel() -> Course:
    return a_bag_thawed_of("axi-cel", "axi-cel")


def a_bag_of_liso_cel() -> Course:
    return a_bag_thawed_of("liso-cel", "liso-cel")


def of(maker, *values):
    return pytest.param(*values, marks=pytest.mark.prepared(by=maker))


@pytest.mark.parametrize(
    ("minutes", "lasts", "reason", "expected"),
    [
        of(a_bag_of_brexu_cel, 30, 0, "", None),
        of(a_bag_of_brexu_cel, 31, 0, "", "thaw_ran_out"),
        of(a_bag_of_brexu_cel, 31, 31, "", "thaw_ended_late"),  # begun in time, and 31 minutes long
        of(a_bag_of_brexu_cel, 31, 0, "one minute, the bag was cold", None),
        of(a_bag_of_axi_cel, 31, 31, "", None),  # the figures were not read in the label: they only warn
        of(a_bag_of_liso_cel, 50, 50, "", None),  # of its end the reference says nothing
    ],
)
def test_a_bag_whose_clock_has_run_out_is_given_on_a_physicians_reason_only(course, minutes, lasts, reason, expected):
    with time_machine.travel(A_SUMMER_DAY, tick=False) as now:
        now.shift(timedelta(minutes=minutes))
        when = {"started_at": clock.now() - timedelta(minutes=lasts), "ended_at": clock.now()}
        if expected is None:
            row = course.infuse(thaw_reason=reason, **when)
            assert row.thaw_reason == reason
            return
        with pytest.raises(Refused) as refused:
            course.infuse(thaw_reason=reason, **when)
        assert codes(refused) == [expected]


# ── recorded afterwards ──────────────────────────────────────────────────────────────────────────────────────────


def on_paper(course, **changes) -> Infusion:
    given = {
        "started_at": clock.now() - timedelta(hours=5),
        "paper_checked_by": "A. Neri, B. Bianchi",
        "reason": "server down from 9 to 14",
        "reaction": False,
        "by": course.haematologist,
    }
    return actions.record_afterwards(pathway=course.pathway, **given | changes)


def compared(course) -> None:
    course.check(course.nurse, actions.AFTERWARDS)
    course.check(course.haematologist, actions.AFTERWARDS)


def test_an_infusion_given_while_the_app_was_down_is_recorded_and_marked_so(course):
    course.depleted()
    compared(course)
    row = on_paper(course)
    assert (row.readiness, row.identity.point) == (None, "afterwards")
    assert (row.afterwards_reason, row.paper_checked_by) == ("server down from 9 to 14", "A. Neri, B. Bianchi")
    assert course.fresh().day_0 == clock.local(row.started_at, "Europe/Rome").date()
    assert course.pathway.entries.filter(stage="toxicity", ended_on=None).exists()


@pytest.mark.parametrize("missing", ["reason", "paper_checked_by"])
def test_it_needs_its_reason_and_the_names_of_the_two(course, missing):
    course.depleted()
    compared(course)
    with pytest.raises(Refused) as refused:
        on_paper(course, **{missing: " "})
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [("reason_missing", missing)]


def test_the_papers_are_compared_by_two_people_and_a_mismatch_stops(course):
    course.depleted()
    with pytest.raises(Refused) as refused:
        on_paper(course)
    assert codes(refused) == ["identity_not_checked_afterwards"]
    course.check(course.nurse, actions.AFTERWARDS)
    with pytest.raises(Refused) as refused:
        course.check(course.nurse, actions.AFTERWARDS)
    assert codes(refused) == ["same_person"]
    course.check(course.haematologist, actions.AFTERWARDS, patient="CP-9999")
    with pytest.raises(Refused) as refused:
        on_paper(course)
    assert codes(refused) == ["incident_open"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expires_on": date(2000, 1, 1)}, "product_expired"),
        ({}, "product_not_received"),
        ({"status": "failed", "fault": "no growth"}, "product_failed"),
        ({"status": "out_of_specification", "fault": "viability"}, "product_not_accepted"),
    ],
)
def test_a_product_that_may_not_be_given_is_not_recorded_afterwards_either(course, changes, code):
    course.depleted()
    compared(course)
    pair = checks.last_pair(course.pathway.pk, course.lot.pk, actions.AFTERWARDS)
    spoil(course, received_on=None, receipt=None, **changes)
    with pytest.raises(Refused) as refused:
        on_paper(course)
    assert code in codes(refused)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.create(
            pathway=course.pathway,
            lot=course.lot,
            identity=pair,
            started_at=clock.now(),
            afterwards_reason="down",
            paper_checked_by="A, B",
        )


def test_tisa_cels_go_asks_for_lymphodepletion_again_after_four_weeks(course):
    made = Course(course.world, number="CP-0013", product="tisa-cel").depleted(regimen="tisa-cel-lbcl")
    with time_machine.travel(clock.now() + timedelta(days=26), tick=False) as now:  # given to its end 29 days ago
        for wbc, refused in ((None, "white_cells_not_known"), ("2.4", "lymphodepletion_again")):
            if wbc is not None:
                observations.record(
                    patient=made.patient, what="wbc", value=Decimal(wbc), unit="10^9/L", at=clock.now(), by=made.nurse
                )
            with pytest.raises(Refused) as no:
                made.go()
            assert codes(no) == [refused]
        assert made.go(window_reason="white cells rise slowly").go
        now.shift(timedelta(hours=1))
        observations.record(
            patient=made.patient, what="wbc", value=Decimal("0.9"), unit="10^9/L", at=clock.now(), by=made.nurse
        )
        assert made.go().go


# ── entered in error ─────────────────────────────────────────────────────────────────────────────────────────────


def strike(course, why="recorded on the wrong patient", number=1) -> Infusion:
    made = actions.infusion(course.pathway, number)
    return actions.strike(pathway=course.pathway, number=number, version=made.version, why=why, by=course.haematologist)


@pytest.mark.prepared(by=infused)
def test_a_struck_infusion_takes_day_0_with_it_and_keeps_its_lot_and_checks(course):
    planned = course.pathway.milestones.get(what="infusion").planned_on
    assert course.fresh().milestones.filter(what="pet_30", superseded=False).exists()
    seen = toxicity.assess(pathway=course.pathway, at=clock.now(), facts={"temp_c": Decimal("36.8")}, by=course.nurse)
    with pytest.raises(Refused) as refused:
        strike(course)
    assert codes(refused) == ["toxicity_hangs_on_it"]
    toxicity.strike(assessment=seen, why="wrong bed", by=course.nurse, version=seen.version)
    with pytest.raises(Refused) as refused:
        strike(course, why=" ")
    assert codes(refused) == ["reason_missing"]
    made = strike(course)
    pathway = course.fresh()
    assert (pathway.day_0, actions.infusion(pathway), actions.awaited(pathway)) == (None, None, 1)
    assert stages.where([entry.as_entry() for entry in pathway.entries.all()]) == Stage.LYMPHODEPLETION
    standing = pathway.milestones.filter(superseded=False)
    assert standing.get(what="infusion").planned_on == planned
    assert not standing.filter(what__in=["pet_30", "next_follow_up"]).exists()
    assert {step.code for step in pathway.steps.filter(done_at=None, dropped_at=None)} & {
        "infuse",
        "watch_toxicity",
        "restage_day_30",
    } == {"infuse"}
    ward = CareLink.objects.filter(patient=course.patient, kind="ward").latest("starts_at")
    assert ward.ends_at is None
    made.refresh_from_db()
    assert (made.lot, made.identity.by, made.readiness.go) == (course.lot, course.haematologist, True)
    assert actions.thaws(pathway, 1).count() == 1


@pytest.mark.prepared(by=infused)
def test_a_struck_infusion_is_recorded_anew_on_go_and_checks_that_still_hold(course):
    struck = strike(course)
    again = course.infuse()
    assert (again.identity_id, again.readiness_id) == (struck.identity_id, struck.readiness_id)
    assert (again.number, course.fresh().day_0) == (1, clock.today(course.hub.timezone))
    strike(course)
    with time_machine.travel(clock.now() + timedelta(minutes=90), tick=False), pytest.raises(Refused) as refused:
        course.infuse()
    assert codes(refused) == ["checks_expired"]


@pytest.mark.prepared(by=infused)
def test_an_end_that_is_corrected_beyond_the_thaw_clock_says_so(course):
    started_at = actions.infusion(course.pathway).started_at
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        row = correct(course, started_at, ended_at=started_at + timedelta(minutes=31), why="the pump was read again")
    assert row.thaw_reason == "the pump was read again"


def test_an_answer_of_the_go_whose_value_was_struck_is_asked_again(course):
    course.ready()
    weight = latest(course.patient, "weight")
    observations.strike(observation=weight, why="other patient", by=course.nurse)
    lower = latest(course.patient, "baseline_diastolic")
    observations.correct(observation=lower, value=Decimal(70), at=None, why="read again", by=course.nurse)
    assert actions.faults(course.pathway, 1) == {"weight": "not_answered", "baseline_pressure": "not_answered"}
    assert actions.readiness(course.pathway) is None


# ── two infusions ────────────────────────────────────────────────────────────────────────────────────────────────


def infused_once_of_two() -> Course:
    """A course of obe-cel on the day of its first infusion, in the frozen summer of 2026."""
    with time_machine.travel(A_SUMMER_DAY, tick=False):
        made = Course(product="obe-cel").depleted(regimen="obe-cel")
        whole(made)
        return made


@pytest.fixture
def split(prepared):
    with time_machine.travel(A_SUMMER_DAY, tick=False) as now:
        yield prepared, now


def whole(course) -> Infusion:
    """Go, thaw, checks and infusion of the number that comes next."""
    course.go()
    for point in (actions.THAW, actions.POINT):
        course.check(course.nurse, point)
        course.check(course.haematologist, point)
        if point == actions.THAW:
            course.thaw()
    return course.infuse()


@pytest.mark.prepared(by=infused_once_of_two)
def test_the_first_of_two_infusions_sets_day_0_and_plans_the_second_on_day_10(split):
    course, _now = split
    pathway = course.fresh()
    assert pathway.day_0 == date(2026, 6, 10)
    assert pathway.milestones.get(what="infusion_2").planned_on == date(2026, 6, 19)
    assert pathway.steps.filter(code="infuse_again", done_at=None, dropped_at=None).count() == 1


@pytest.mark.prepared(by=infused_once_of_two)
def test_the_second_infusion_has_its_own_go_and_checks_and_leaves_day_0(split):
    course, now = split
    now.shift(timedelta(days=9))
    with pytest.raises(Refused) as refused:
        course.infuse()
    assert codes(refused) == ["identity_not_checked_infusion"]
    with pytest.raises(Refused) as refused:
        course.go(crs_since_first=None)
    assert codes(refused) == ["not_answered"]
    second = whole(course)
    first = actions.infusion(course.pathway)
    assert (second.number, second.readiness.number) == (2, 2)
    assert {first.identity_id, first.readiness_id} & {second.identity_id, second.readiness_id} == set()
    pathway = course.fresh()
    assert pathway.day_0 == date(2026, 6, 10)
    assert pathway.milestones.get(what="infusion_2").actual_on == date(2026, 6, 19)
    assert not pathway.steps.filter(code="infuse_again", done_at=None, dropped_at=None).exists()
    with pytest.raises(Refused) as refused:
        course.go()
    assert codes(refused) == ["already_infused"]
    with pytest.raises(Refused) as refused:
        strike(course)
    assert codes(refused) == ["later_infusion_stands"]
    strike(course, number=2)
    assert (actions.awaited(course.fresh()), course.fresh().day_0) == (2, date(2026, 6, 10))
    assert course.pathway.steps.filter(code="infuse_again", done_at=None, dropped_at=None).exists()


@pytest.mark.prepared(by=infused_once_of_two)
def test_checks_of_the_first_infusion_do_not_count_for_the_second(split):
    course, _now = split
    course.go(window_reason="the same day, to try")
    with pytest.raises(Refused) as refused:
        course.thaw()
    assert codes(refused) == ["identity_not_checked_thaw"]


@pytest.mark.prepared(by=infused_once_of_two)
def test_the_second_infusion_is_left_out_with_a_reason_and_nobody_is_asked_for_it_any_more(split):
    course, now = split
    assert actions.crs_since_first(course.fresh()) is None
    now.shift(timedelta(days=2))
    facts = {"temp_c": Decimal("38.4"), "hypotension": False, "vasopressors": [], "oxygen_device": "none"}
    toxicity.assess(pathway=course.pathway, at=clock.now(), facts=facts, by=course.nurse)
    worst = actions.crs_since_first(course.fresh())
    assert (worst.grade, worst.at, worst.confirmed) == (1, clock.now(), False)
    course.go("left_out", reason="CRS of grade 3 on day +4")
    assert actions.awaited(course.fresh()) is None
    assert course.pathway.milestones.get(what="infusion_2").planned_on is None
    assert not course.pathway.steps.filter(code="infuse_again", done_at=None, dropped_at=None).exists()


@pytest.mark.prepared(by=infused_once_of_two)
def test_correcting_the_first_infusion_moves_the_plan_of_the_second(split):
    course, now = split
    now.shift(timedelta(hours=20))
    correct(course, datetime(2026, 6, 9, 21, 30, tzinfo=UTC), checks_reason="given the evening before, app down")
    assert course.pathway.milestones.get(what="infusion_2").planned_on == date(2026, 6, 18)


# ── day 0 ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.prepared(by=infused)
def test_the_infusion_sets_day_0_opens_toxicity_and_follow_up_and_ends_the_wards_time_after_day_30(course):
    course.infused()
    pathway = course.fresh()
    today = clock.today("Europe/Rome")
    assert pathway.day_0 == today
    assert {entry.stage: (entry.started_on, entry.ended_on) for entry in pathway.entries.all()}.items() >= {
        "infusion": (today, today),
        "toxicity": (today, None),
        "followup": (today, None),
    }.items()
    milestone = pathway.milestones.get(what="infusion")
    assert (milestone.actual_on, milestone.actual_at is not None) == (today, True)
    after = today + timedelta(days=31)
    ward = CareLink.objects.get(patient=pathway.patient, kind="ward")
    assert ward.ends_at == datetime(after.year, after.month, after.day, tzinfo=ROME)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 6, 10, 23, 30, tzinfo=ROME), date(2026, 6, 10)),
        (datetime(2026, 6, 11, 2, 30, tzinfo=ROME), date(2026, 6, 11)),
        (datetime(2026, 3, 29, 3, 30, tzinfo=ROME), date(2026, 3, 29)),  # an hour after the clocks went forward
        (datetime(2026, 10, 25, 2, 30, tzinfo=ROME), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ROME), date(2026, 10, 25)),
        (datetime(2028, 2, 29, 0, 10, tzinfo=ROME), date(2028, 2, 29)),
    ],
)
def test_an_infusion_at_night_counts_for_the_hubs_local_day(course, instant, day):
    with time_machine.travel(instant, tick=False):
        night = Course(course.world, number="CP-0009").checked()
        night.infuse(instant)
        assert night.fresh().day_0 == day
        assert night.pathway.milestones.get(what="infusion").actual_on == day


@pytest.mark.prepared(by=nobody)
def test_the_nurse_sees_the_patient_to_the_end_of_day_30():
    with time_machine.travel(datetime(2026, 6, 10, 10, 0, tzinfo=ROME), tick=False) as now:
        ward = Course().infused()

        def nurse_reads():
            nurse = type(ward.nurse).objects.get(pk=ward.nurse.pk)
            return access_to(nurse, ward.patient).reads("toxicity")

        assert nurse_reads()
        now.move_to(datetime(2026, 7, 10, 23, 59, tzinfo=ROME))
        assert nurse_reads()
        now.move_to(datetime(2026, 7, 11, 0, 0, 1, tzinfo=ROME))
        assert not nurse_reads()


@pytest.mark.prepared(by=infused)
def test_an_infusion_is_recorded_once(course):
    course.infused()
    with pytest.raises(Refused) as refused:
        course.infuse()
    assert codes(refused) == ["already_infused"]
    assert Infusion.objects.count() == 1


@pytest.mark.prepared(by=thawed)
@pytest.mark.parametrize(("ahead", "fine"), [(4, True), (6, False)])
def test_a_start_more_than_five_minutes_ahead_is_refused(course, ahead, fine):
    course.checked()
    started_at = clock.now() + timedelta(minutes=ahead)
    if fine and clock.local(started_at, "Europe/Rome").date() == clock.today("Europe/Rome"):
        assert course.infuse(started_at).started_at == started_at
    elif not fine:
        with pytest.raises(Refused) as refused:
            course.infuse(started_at)
        assert codes(refused) == ["in_the_future"]


@pytest.mark.prepared(by=thawed)
def test_an_end_before_the_start_is_refused(course):
    course.checked()
    with pytest.raises(Refused) as refused:
        course.infuse(ended_at=clock.now() - timedelta(minutes=1))
    assert codes(refused) == ["ends_before_start"]


@pytest.mark.prepared(by=thawed)
def test_a_pathway_on_hold_is_not_infused(course):
    course.checked()
    pathways.hold(pathway=course.pathway, reason="fever", by=course.haematologist)
    with pytest.raises(Refused) as refused:
        course.infuse()
    assert codes(refused) == ["not_open"]


# ── correction ───────────────────────────────────────────────────────────────────────────────────────────────────


def correct(course: Course, started_at: datetime, why="typed the wrong day", version=None, ended_at=None, **more):
    row = actions.infusion(course.pathway)
    return actions.correct(
        pathway=course.pathway,
        version=row.version if version is None else version,
        started_at=started_at,
        ended_at=ended_at,
        why=why,
        by=course.haematologist,
        **more,
    )


OUTSIDE = {"checks_reason": "compared on paper on the day itself"}


def test_a_corrected_hour_must_lie_within_the_hour_of_the_checks_or_have_a_physicians_reason(course):
    with time_machine.travel(datetime(2026, 6, 10, 9, 0, tzinfo=UTC), tick=False) as now:
        course = Course(course.world, number="CP-0008").checked()
        course.infuse()
        now.shift(timedelta(hours=3))
        began = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
        assert correct(course, began + timedelta(minutes=60)).afterwards_reason == ""
        for moved, code in ((61, "checks_expired"), (-2, "started_before_the_checks")):
            with pytest.raises(Refused) as refused:
                correct(course, began + timedelta(minutes=moved))
            assert [(reason.code, reason.field) for reason in refused.value.reasons] == [(code, "started_at")]
        assert correct(course, began + timedelta(minutes=61), **OUTSIDE).afterwards_reason == OUTSIDE["checks_reason"]


@pytest.mark.prepared(by=infused)
def test_the_database_moves_no_infusion_out_of_the_hour_of_its_checks_unmarked(course):
    course.infused()
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.filter(pathway=course.pathway).update(started_at=clock.now() + timedelta(minutes=61))


@pytest.mark.prepared(by=infused)
def test_a_corrected_date_moves_day_0_the_stays_and_the_wards_time(course):
    course.infused()
    yesterday = clock.now() - timedelta(days=1)
    correct(course, yesterday, **OUTSIDE)
    pathway = course.fresh()
    day = clock.local(yesterday, "Europe/Rome").date()
    assert pathway.day_0 == day
    assert pathway.milestones.get(what="infusion").actual_on == day
    stays = pathway.entries.filter(stage__in=["infusion", "toxicity", "followup"], superseded=False)
    assert {stay.started_on for stay in stays} == {day}
    after = day + timedelta(days=31)
    assert list(CareLink.objects.filter(patient=pathway.patient, kind="ward").values_list("ends_at", flat=True)) == [
        datetime(after.year, after.month, after.day, tzinfo=ROME)
    ]


@pytest.mark.prepared(by=nobody)
def test_a_correction_past_the_wards_end_opens_its_door_again():
    with time_machine.travel(datetime(2026, 6, 10, 10, 0, tzinfo=ROME), tick=False) as now:
        ward = Course().infused()
        now.move_to(datetime(2026, 7, 12, 10, 0, tzinfo=ROME))  # day +32
        nurse = type(ward.nurse).objects.get(pk=ward.nurse.pk)
        assert not access_to(nurse, ward.patient).reads("toxicity")
        correct(ward, datetime(2026, 6, 13, 10, 0, tzinfo=ROME), **OUTSIDE)
        nurse = type(ward.nurse).objects.get(pk=ward.nurse.pk)
        assert access_to(nurse, ward.patient).reads("toxicity")


@pytest.mark.prepared(by=infused)
@pytest.mark.parametrize(
    ("days", "expected"),
    [(4, ["impossible_order"]), (20, ["product_not_received"]), (-1, ["in_the_future"])],
)
def test_a_correction_into_an_impossible_order_is_refused(course, days, expected):
    course.infused()
    if days == 20:
        with pytest.raises((Refused, IntegrityError)):
            correct(course, clock.now() - timedelta(days=days))
        return
    with pytest.raises(Refused) as refused:
        correct(course, clock.now() - timedelta(days=days))
    assert codes(refused) == expected


@pytest.mark.prepared(by=infused)
def test_a_correction_beyond_what_followed_is_refused(course):
    course.infused()
    correct(course, clock.now() - timedelta(days=2), **OUTSIDE)
    yesterday = clock.today("Europe/Rome") - timedelta(days=1)
    with act(by=world.BY):
        pathway = pathways.for_writing(course.pathway.pk)
        pathways.record_milestone(pathway=pathway, what="toxicity_closed", on=yesterday, by=world.BY)
        pathways.leave_stage(pathway=pathway, stage=Stage.TOXICITY, on=yesterday, by=world.BY)
    with pytest.raises(Refused) as refused:
        correct(course, clock.now())
    assert codes(refused) == ["impossible_order"]
    assert StageEntry.objects.get(pathway=course.pathway, stage="toxicity").ended_on == yesterday


@pytest.mark.prepared(by=infused)
def test_a_correction_needs_its_reason_and_the_version_it_saw(course):
    course.infused()
    with pytest.raises(Refused) as refused:
        correct(course, clock.now(), why=" ")
    assert codes(refused) == ["reason_missing"]
    with pytest.raises(Conflict):
        correct(course, clock.now(), version=7)


@pytest.mark.prepared(by=infused)
def test_the_infused_product_and_its_checks_stay_as_they_are(course):
    course.infused()
    other = Course(course.world, number="CP-0002").checked()
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=world.BY):
        Infusion.objects.filter(pathway=course.pathway).update(lot=other.lot)

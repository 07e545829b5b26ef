"""Measured values: appended with their unit, corrected by a new row, struck when entered in error."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Refused
from patients.observations import actions, rules
from patients.observations.models import Observation, latest
from tests import network

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse():
    return network.person("nurse@hub.example", ("nurse", network.centre("hub")))


@pytest.fixture
def patient():
    return network.patient(1)


def weigh(patient, by, kg="78.0", days_ago=0, **more) -> Observation:
    return actions.record(
        patient=patient,
        what="weight",
        value=Decimal(kg),
        unit=more.pop("unit", "kg"),
        at=clock.now() - timedelta(days=days_ago),
        by=by,
        **more,
    )


def test_the_last_standing_value_counts(patient, nurse):
    weigh(patient, nurse, "80", days_ago=3)
    last = weigh(patient, nurse, "78", days_ago=1)
    assert latest(patient, "weight").value == Decimal(78)
    actions.strike(observation=last, why="other patient", by=nurse)
    assert latest(patient, "weight").value == Decimal(80)


def test_what_was_never_measured_is_not_known(patient):
    assert latest(patient, "weight") is None


def test_a_correction_is_a_new_row_with_its_reason(patient, nurse):
    old = weigh(patient, nurse, "87")
    weigh(patient, nurse, "78", corrects=old, reason="digits swapped")
    assert [(row.value, row.correction_reason) for row in Observation.objects.standing()] == [
        (Decimal(78), "digits swapped")
    ]
    with pytest.raises(Conflict):
        weigh(patient, nurse, "77", corrects=old, reason="again")


def test_a_value_struck_twice_conflicts(patient, nurse):
    row = weigh(patient, nurse)
    actions.strike(observation=row, why="other patient", by=nurse)
    with pytest.raises(Conflict):
        actions.strike(observation=row, why="other patient", by=nurse)


@pytest.mark.parametrize(
    ("kg", "more", "code"),
    [("19.9", {}, "implausible"), ("300.1", {}, "implausible"), ("172", {"unit": "lb"}, "wrong_unit")],
)
def test_another_unit_or_an_impossible_value_is_refused(patient, nurse, kg, more, code):
    with pytest.raises(Refused) as no:
        weigh(patient, nurse, kg, **more)
    assert [reason.code for reason in no.value.reasons] == [code]


def test_what_lies_ahead_is_refused(patient, nurse):
    with pytest.raises(Refused) as no:
        weigh(patient, nurse, days_ago=-1)
    assert [reason.code for reason in no.value.reasons] == ["ahead_of_clock"]


@pytest.mark.parametrize(("value", "unit"), [("78", "lb"), ("500", "kg"), ("78", "")])
def test_the_database_refuses_the_same(patient, nurse, value, unit):
    with pytest.raises(IntegrityError), act(by=nurse, why="test"), transaction.atomic():
        Observation.objects.create(
            patient=patient,
            what="weight",
            value=Decimal(value),
            unit=unit,
            at=clock.now(),
            recorded_at=clock.now(),
            recorded_by=nurse,
        )


@pytest.mark.parametrize(("days", "old"), [(6.99, False), (7, False), (7.01, True), (None, True)])
def test_a_weight_holds_for_seven_days(days, old):
    now = clock.now()
    measured = None if days is None else now - timedelta(days=days)
    assert rules.weight_is_old(measured, now) is old

"""The hook: planners run once per patient, inside the transaction, and their failure undoes nothing."""

import pytest

from patients.audit.actions import act
from patients.identity import changes
from patients.identity.models import Change, Patient, Replan
from tests import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner():
    """A planner that keeps what it was asked, taken away after the test."""
    calls = []
    changes.register("test", calls.append)
    yield calls
    changes._planners.pop("test")


def test_many_changes_of_one_action_are_planned_once(planner):
    patient = worlds.make_patient()
    with act(by="system:test"):
        for number in range(500):
            changes.changed(patient=patient, fact=f"lab {number}", by="system:test")
        assert planner == []
    assert planner == [[patient.pk]]
    assert Change.objects.filter(patient=patient).count() == 500


def test_patients_are_planned_in_key_order(planner):
    patients = [worlds.make_patient(f"CP-{number:04}") for number in range(3)]
    with act(by="system:test"):
        for patient in patients:
            changes.changed(patient=patient, fact="weight", by="system:test")
    assert [keys[0] for keys in planner] == sorted(patient.pk for patient in patients)


def test_a_planner_s_bug_keeps_the_fact_and_asks_to_plan_again():
    def broken(patient_ids):
        Patient.objects.filter(pk__in=patient_ids).update(family_name="half done")
        raise ValueError("a bug")

    changes.register("broken", broken)
    try:
        patient = worlds.make_patient()
        with act(by="system:test"):
            changes.changed(patient=patient, fact="weight", by="system:test")
        patient.refresh_from_db()
        replan = Replan.objects.get()
        assert (patient.family_name, Change.objects.count()) == ("D'Àngelo", 1)
        assert (replan.planner, replan.patient_id, replan.error) == ("broken", patient.pk, "ValueError")
        changes.register("broken", lambda patient_ids: None)
        assert changes.replan_failed() == 1
        assert not Replan.objects.exists()
    finally:
        changes._planners.pop("broken")


def test_planners_that_never_settle_are_an_error_and_keep_nothing():
    patient = worlds.make_patient()

    def restless(patient_ids):
        changes.changed(patient=patient, fact="again", by="system:test")

    changes.register("restless", restless)
    try:
        with pytest.raises(RuntimeError, match="do not settle"), act(by="system:test"):
            changes.changed(patient=patient, fact="weight", by="system:test")
    finally:
        changes._planners.pop("restless")
    assert not Change.objects.exists()


def test_nothing_of_a_failed_action_is_planned_later(planner):
    patient = worlds.make_patient()
    with pytest.raises(ZeroDivisionError), act(by="system:test"):
        changes.changed(patient=patient, fact="weight", by="system:test")
        raise ZeroDivisionError
    other = worlds.make_patient("CP-0002")
    with act(by="system:test"):
        changes.changed(patient=other, fact="weight", by="system:test")
    assert planner == [[other.pk]]

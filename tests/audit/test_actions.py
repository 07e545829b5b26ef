"""One transaction, one author: what act() promises, tried on the real database as the application role."""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, connections, transaction

from patients.audit import clock
from patients.audit.actions import act, claim_form, running
from patients.audit.models import AccessEntry
from patients.centres.models import Centre, User
from patients.identity.changes import changed
from patients.identity.models import Patient
from tests import world as worlds

pytestmark = pytest.mark.django_db


def centre_events():
    return Centre.pgh_event_model.objects.order_by("pgh_id")


def make_centre(code="a"):
    return Centre.objects.create(code=code, name=code, kind="hub")


def test_history_says_who_and_why():
    with act(by="system:test", why="a new hub"):
        centre = make_centre()
    event = centre_events().get(pgh_obj_id=centre.pk)
    assert (event.pgh_label, event.pgh_context["user"], event.pgh_context["why"]) == (
        "insert",
        "system:test",
        "a new hub",
    )


def test_history_names_the_person():
    user = worlds.make_user("nurse", make_centre_by_test())
    with act(by=user, why="renamed"):
        Centre.objects.filter(code="a").update(name="b")
    event = centre_events().last()
    assert (event.pgh_label, event.name, event.pgh_context["user"], event.pgh_context["name"]) == (
        "update",
        "b",
        str(user.pk),
        user.get_full_name(),
    )


def make_centre_by_test():
    with act(by="system:test"):
        return make_centre()


def test_a_write_outside_of_an_action_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_centre()
    assert not Centre.objects.exists()


def test_a_write_after_an_action_in_the_same_request_borrows_no_author():
    make_centre_by_test()
    with pytest.raises(IntegrityError), transaction.atomic():
        Centre.objects.update(name="nobody's")


def test_bulk_and_raw_writes_leave_history_too():
    with act(by="system:test"):
        Centre.objects.bulk_create([Centre(code=code, name=code, kind="hub") for code in "ab"])
        Centre.objects.update(town="Pieve")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE patients_centre SET phone = '1'")
            cursor.execute("DELETE FROM patients_centre WHERE code = 'a'")
    assert sorted(centre_events().values_list("pgh_label", flat=True)) == ["delete", *["insert"] * 2, *["update"] * 4]


def test_nested_actions_keep_the_outermost_author_and_reason():
    with act(by="system:outer", why="outer"), act(by="system:inner", why="inner"):
        make_centre()
    context = centre_events().get().pgh_context
    assert (context["user"], context["why"]) == ("system:outer", "outer")


def test_an_action_that_fails_keeps_nothing_and_runs_no_longer():
    with pytest.raises(ZeroDivisionError), act(by="system:test"):
        make_centre()
        raise ZeroDivisionError
    assert (Centre.objects.count(), running()) == (0, None)


@pytest.mark.parametrize("nobody", ["", "somebody"])
def test_an_action_needs_a_user_or_a_system_name(nobody):
    with pytest.raises(ValueError), act(by=nobody):
        pass


def test_a_fact_outside_of_an_action_is_refused():
    patient = worlds.make_patient()
    with pytest.raises(RuntimeError):
        changed(patient=patient, fact="weight", by="system:test")


FORBIDDEN = [
    "UPDATE patients_centreevent SET name = 'x'",
    "DELETE FROM patients_centreevent",
    "TRUNCATE patients_centreevent",
    "INSERT INTO patients_centreevent (pgh_label) VALUES ('insert')",
    "UPDATE patients_accessentry SET what = 'x'",
    "DELETE FROM patients_accessentry",
    "TRUNCATE patients_accessentry",
    "TRUNCATE patients_centre CASCADE",
    "ALTER TABLE patients_centre DISABLE TRIGGER ALL",
    "ALTER TABLE patients_centre DROP COLUMN name",
    "SET session_replication_role = replica",
    "SET ROLE carpath_owner",
    "CREATE TABLE mine (a int)",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_role_may_not_rewrite_history(statement):
    make_centre_by_test()
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert centre_events().get().name == "a"


def test_history_cannot_be_switched_off_for_a_session():
    with act(by="system:test"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pgtrigger.ignore', '{patients_centre:insert_insert}', true)")
        make_centre()
    assert centre_events().count() == 1


def test_users_and_patients_are_never_deleted():
    patient = worlds.make_patient()
    with act(by="system:test"):
        user = User.objects.create_user("somebody@hub.example", "a password for tests")
    for table, key in (("patients_user", user.pk), ("patients_patient", patient.pk)):
        with pytest.raises(InternalError), act(by="system:test"), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [key])
    assert (User.objects.count(), Patient.objects.count()) == (1, 1)


def test_a_form_is_taken_once():
    user = worlds.make_user("nurse", make_centre_by_test())
    key = uuid4()
    assert [claim_form(key, by=user), claim_form(key, by=user), claim_form(uuid4(), by=user)] == [True, False, True]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_take_a_form_once():
    user = worlds.make_user("nurse", make_centre_by_test())
    key, taken = uuid4(), []

    def click():
        try:
            with transaction.atomic():
                taken.append(claim_form(key, by=user))
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(taken) == [False, False, False, True]


def test_the_access_log_takes_rows_and_gives_them_their_time():
    AccessEntry.objects.create(by_id=uuid4(), what="timeline:pathway", patient_ids=[uuid4()])
    assert AccessEntry.objects.get().at is not None


def test_the_clock_runs_ahead_by_the_offset_that_the_demonstration_sets(settings):
    before = clock.now()
    settings.CLOCK_OFFSET_SECONDS = 30 * 86400
    assert (clock.now() - before).days == 30

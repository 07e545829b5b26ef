"""The two roles: what migrating settles each time, and what the start refuses."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from patients.audit.actions import act
from patients.centres.models import ClosedDay, User
from patients.management import rights

pytestmark = pytest.mark.database


def _user(**changes) -> User:
    return User.objects.create_user("anna@example.org", "a long passphrase", first_name="Anna", **changes)


@pytest.mark.django_db
def test_a_tracked_write_without_a_user_is_refused():
    with pytest.raises(DatabaseError, match="written_by_someone"), transaction.atomic():
        _user()


@pytest.mark.django_db
@pytest.mark.parametrize("table", rights.event_tables())
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET pgh_label = ''", "DELETE FROM {}", "TRUNCATE {}", "INSERT INTO {} DEFAULT VALUES"]
)
def test_nobody_rewrites_history(table, verb):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


@pytest.mark.django_db
@pytest.mark.parametrize("table", rights.append_only_tables())
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {}"])
def test_append_only_tables_keep_what_they_hold(table, verb):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


@pytest.mark.django_db
def test_triggers_cannot_be_switched_off():
    with act(by="system:test"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pgtrigger.ignore', array_agg(tgrelid::regclass || ':' || tgname)::text, false)"
                " FROM pg_trigger"
            )
        user = _user()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM patients_userevent WHERE pgh_obj_id = %s", [user.pk])
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patients_user SET phone = '1'",
        "WITH changed AS (UPDATE patients_user SET phone = '2' RETURNING 1) SELECT count(*) FROM changed",
    ],
)
def test_raw_statements_leave_history_too(statement):
    with act(by="system:test", why="raw"):
        user = _user()
        with connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.execute(
                "SELECT pgh_label, pgh_context->>'why' FROM patients_userevent WHERE pgh_obj_id = %s ORDER BY pgh_id",
                [user.pk],
            )
            assert cursor.fetchall() == [("insert", "raw"), ("update", "raw")]


@pytest.mark.django_db(transaction=True)
def test_migrating_again_changes_no_right():
    assert rights.faults() == []
    call_command("migrate", verbosity=0)
    assert rights.faults() == []
    assert rights.current_role() == "carpath_app"


@pytest.mark.django_db(transaction=True)
def test_an_application_role_that_may_rewrite_history_is_a_fault(as_owner):
    as_owner.execute("GRANT UPDATE ON patients_userevent TO carpath_app")
    assert rights.faults() == ["the role carpath_app of DATABASE_URL may rewrite history in patients_userevent"]


@pytest.mark.django_db(transaction=True)
def test_an_application_role_that_owns_tables_is_a_fault():
    with rights.as_owner():
        assert rights.faults() == [
            "the role carpath_owner of DATABASE_URL owns tables, so history could be rewritten with it"
        ]


@pytest.mark.django_db(transaction=True)
def test_without_an_owner_nothing_is_migrated(as_owner, monkeypatch):
    monkeypatch.setattr(settings, "DATABASE_OWNER", settings.DATABASES["default"])
    monkeypatch.setattr(settings, "DATABASE_OWNER_GIVEN", False)
    call_command("migrate", verbosity=0)  # nothing is due
    as_owner.execute("DELETE FROM django_migrations WHERE app = 'patients'")
    with pytest.raises(CommandError, match="The database must be migrated, and DATABASE_OWNER_URL is not set"):
        call_command("migrate", verbosity=0)


def test_every_tracked_model_is_found():
    assert "patients_userevent" in rights.event_tables()
    assert ClosedDay._meta.db_table not in rights.event_tables()
    assert "patients_accessentry" in rights.append_only_tables()


@pytest.mark.django_db
def test_every_constraint_index_and_trigger_of_the_models_is_in_the_database():
    wanted = set()
    for model in apps.get_app_config("patients").get_models():
        if model._meta.managed and not model._meta.proxy:
            wanted |= {constraint.name for constraint in model._meta.constraints}
            wanted |= {index.name for index in model._meta.indexes}
            wanted |= {trigger.get_pgid(model) for trigger in getattr(model._meta, "triggers", [])}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class UNION SELECT tgname FROM pg_trigger"
        )
        there = {name for (name,) in cursor.fetchall()}
    assert wanted - there == set()
    assert len(wanted) > 100

"""The tests' own ground: the application role, clones that do not see each other, a cache of one's own."""

import threading

import psycopg2
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from patients.management import rights

pytestmark = pytest.mark.database


def _names() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        return cursor.fetchone()


@pytest.mark.django_db
def test_tests_run_as_the_application_role():
    role, database = _names()
    assert role == "carpath_app"
    assert database.startswith("t_")
    assert rights.faults() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()",
        "CREATE TEMPORARY TABLE mine ()",
        "TRUNCATE django_session",
        "ALTER TABLE django_session ADD mine int",
        "SET session_replication_role = replica",
        "SET ROLE carpath_owner",
        "DELETE FROM django_migrations",
    ],
)
def test_the_application_role_may_not(statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_transactional_test_starts_from_a_fresh_clone(turn):
    assert not ContentType.objects.filter(app_label="harness").exists()
    ContentType.objects.create(app_label="harness", model="left behind")
    assert _names()[1].endswith("_x")


@pytest.mark.django_db
def test_a_plain_test_sees_nothing_of_transactional_ones():
    assert not ContentType.objects.filter(app_label="harness").exists()
    assert not _names()[1].endswith("_x")


@pytest.mark.django_db(transaction=True)
def test_other_threads_meet_the_same_clone():
    ContentType.objects.create(app_label="harness", model="seen by all")
    seen = []

    def look() -> None:
        seen.append(ContentType.objects.filter(app_label="harness").count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [1]


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_the_cache_is_empty_at_the_start(turn):
    assert cache.get("harness") is None
    cache.set("harness", "left behind")


@pytest.mark.django_db
def test_the_owner_can_be_asked(as_owner):
    as_owner.execute("SELECT current_user")
    assert as_owner.fetchone() == ("carpath_owner",)
    with pytest.raises(psycopg2.Error):
        as_owner.execute("SELECT no_such_function()")

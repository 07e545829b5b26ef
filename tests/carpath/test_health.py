"""The health page says which part is down, and says it also when the database or the broker is."""

import pytest
from django.conf import settings as django_settings
from django.db import connection

from carpath import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticked():
    def tick(seconds_ago: float) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO patients_heartbeat VALUES ('beat', clock_timestamp() - %s * interval '1 second')",
                [seconds_ago],
            )

    return tick


@pytest.mark.parametrize(("ticks_ago", "state"), [(2.9, "up"), (3.1, "down")])
def test_beat_is_down_after_three_missed_ticks(ticked, ticks_ago, state):
    ticked(ticks_ago * django_settings.TICK_SECONDS)
    assert health.report()["beat"] == state


def test_a_beat_that_never_ticked_is_down():
    state = health.report()
    assert (state["beat"], state["beat_last_tick_seconds"]) == ("down", None)


def test_without_a_worker_the_answer_is_503(client):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    state = answer.json()
    assert (state["database"], state["broker"], state["worker"], state["ok"]) == ("up", "up", "down", False)


def test_without_a_broker_the_answer_comes_all_the_same(client, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["broker"], answer.json()["worker"]) == ("up", "down", "down")


def test_it_changes_nothing(client):
    assert client.post("/healthz").status_code == 405

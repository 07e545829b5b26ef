"""GET /healthz: does each part answer, when did beat last tick, how long has the oldest notice waited."""

import logging

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from carpath.celery import BEAT, app
from patients.audit import installation
from patients.notices.outbox import oldest_unsent_seconds

log = logging.getLogger(__name__)
TICKS_MISSED = 3  # beat counts as down when its last tick is older than this many


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        log.warning("health: database: %s", error)
        return "down"
    return "up"


def _broker() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)
    try:
        client.ping()
    except redis.RedisError as error:
        log.warning("health: broker: %s", error)
        return "down"
    finally:
        client.close()
    return "up"


def _worker() -> str:
    """Up when a worker answers through the broker within two seconds.

    Asked on a connection of its own: one from the pool that outlived a restart of the broker may wait for ever.
    """
    try:
        with app.connection_for_write() as connection:
            answered = app.control.inspect(timeout=2, limit=1, connection=connection).ping()
    except (OperationalError, redis.RedisError, OSError) as error:
        log.warning("health: worker: %s", error)
        return "down"
    return "up" if answered else "down"


def beat_age() -> float | None:
    """Seconds since beat's last tick; None when it never ticked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - at) FROM patients_heartbeat WHERE name = %s", [BEAT]
        )
        row = cursor.fetchone()
    return None if row is None else round(float(row[0]), 1)


def report() -> dict:
    """The state of every part; `ok` only when all are up."""
    state = {"database": _database(), "broker": _broker()}
    state["worker"] = _worker() if state["broker"] == "up" else "down"
    reachable = state["database"] == "up"
    age = beat_age() if reachable else None
    state["beat"] = "up" if age is not None and age <= TICKS_MISSED * settings.TICK_SECONDS else "down"
    state["ok"] = all(value == "up" for value in state.values())
    return state | {
        "beat_last_tick_seconds": age,
        "oldest_undelivered_notice_seconds": oldest_unsent_seconds() if reachable else None,
        "muted": installation.is_muted() if reachable else None,
    }


@non_atomic_requests  # it says that the database is down, so it cannot begin with a transaction
@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every part is up, else 503; the same JSON either way."""
    state = report()
    return JsonResponse(state, status=200 if state["ok"] else 503)

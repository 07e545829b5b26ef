"""Celery: beat ticks, workers claim rows. No date lives in the broker (docs/decisions.md)."""

import logging
import os

from celery import Celery
from celery.signals import beat_init, before_task_publish

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carpath.settings")

TICK = "patients.tick"
BEAT = "beat"  # the name of its Heartbeat row

app = Celery("carpath")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["patients"])


@beat_init.connect
def _begin(**_how) -> None:
    """In beat's process alone: mark each tick, and send the first at once, as what fell due meanwhile does not wait."""
    before_task_publish.connect(_remember_tick)
    app.send_task(TICK, expires=app.conf.beat_schedule["tick"]["options"]["expires"])


def _remember_tick(headers=None, **_how) -> None:
    """Beat leaves its mark before it sends a tick, so that it shows as alive while the broker is down."""
    if not headers or headers.get("task") != TICK:
        return
    from django.db import Error, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO patients_heartbeat (name, at) VALUES (%s, clock_timestamp())"
                " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
                [BEAT],
            )
    except Error as error:
        logging.getLogger(__name__).warning("beat's tick could not be marked: %s", error)
    finally:
        connection.close()

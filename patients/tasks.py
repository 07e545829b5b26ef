"""Contents page: what Celery runs. Dates live in rows; a task is only a hint to look at them."""

import logging

from celery import shared_task

from patients.audit import clock
from patients.audit.models import Heartbeat
from patients.identity import changes
from patients.notices import escalation, outbox, sending
from patients.reminders import planning, sweep
from patients.surveillance import planning as watching

log = logging.getLogger(__name__)


@shared_task(name="patients.tick")
def tick() -> None:
    """Beat's tick: show that a worker lives, tell what is due, plan again what failed or changed.

    Every part runs although another fails; the failure is logged and the task fails, so that both are seen.
    """
    faults = []
    for part in (
        _alive,
        watching.end_what_is_over,
        sweep.tell_due,
        escalation.escalate_unanswered,
        changes.replan_failed,
        planning.replan_changed,
    ):
        try:
            part()
        except Exception as fault:
            log.exception("%s failed in the tick", part.__name__)
            faults.append(fault)
    if faults:
        raise faults[0]


@shared_task(name=outbox.SEND_TASK)
def send() -> None:
    """Send what is due from the outbox; asks for another turn while more waits."""
    _alive()
    _, more = sending.send_due()
    if more:
        outbox.publish()


def _alive() -> None:
    """Leave a mark that a worker takes up what it is handed; beat leaves its own."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.now()})

"""The hook: every write about a patient says so here, and the planners follow in the same transaction."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import DatabaseError, transaction

from patients.audit import clock
from patients.audit.actions import act, at_end, running
from patients.identity.models import Change, Patient, Replan

log = logging.getLogger(__name__)

Planner = Callable[[list[UUID]], None]
MOST_ROUNDS = 3

_planners: dict[str, Planner] = {}
# The patients who changed while planning is put off, or None while every action plans at its own end.
_put_off: ContextVar[dict[UUID, None] | None] = ContextVar("put_off", default=None)

# An import writes many facts in one act, so that the planners run once per patient at its end.
batch = act


def register(name: str, planner: Planner) -> None:
    """Add a planner; it gets the keys of changed patients. Registered by name, so that doing it twice is harmless."""
    _planners[name] = planner


def lock(*patient_ids: UUID) -> None:
    """Lock patients in key order, before the first write of an action; two actions then wait and never deadlock."""
    list(
        Patient.objects.select_for_update(no_key=True)
        .filter(pk__in=patient_ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def changed(*, patient: Patient, fact: str, by, why: str = "", pathway=None) -> None:
    """Say that a fact about a patient was written. The planners run once per patient at the end of the action."""
    if running() is None:
        raise RuntimeError("a patient's facts change only inside an action: use act(by=, why=)")
    Change.objects.create(
        at=clock.now(),
        patient=patient,
        pathway_id=pathway.pk if pathway is not None else None,
        fact=fact,
        by=by if isinstance(by, str) else str(by.pk),
        why=why[:240],  # the whole reason stands in history
    )
    _queue()[patient.pk] = None
    at_end("planners", _run_planners)


def _queue() -> dict[UUID, None]:
    """The patients that changed in the running action; it lives and dies with that action."""
    return running().memory.setdefault("changed_patients", {})


@contextmanager
def planned_later() -> Iterator[dict[UUID, None]]:
    """Many actions, each with its own author, without the planners: for telling a long past. Yields who changed.

    The caller plans them once afterwards, in the same transaction, with `plan`. What the planners would have opened
    and closed on the way is not kept.
    """
    waiting: dict[UUID, None] = {}
    token = _put_off.set(waiting)
    try:
        yield waiting
    finally:
        _put_off.reset(token)


def put_off() -> bool:
    """Whether planning is being put off."""
    return _put_off.get() is not None


def plan(patient_ids: Iterable[UUID], *, by: str) -> None:
    """Run every planner over patients whose planning was put off."""
    with act(by=by, why="planned together"):
        lock(*patient_ids)
        _queue().update(dict.fromkeys(patient_ids))
        at_end("planners", _run_planners)


def _run_planners() -> None:
    waiting = _put_off.get()
    if waiting is not None:
        waiting.update(_queue())
        _queue().clear()
        return
    for _ in range(MOST_ROUNDS):
        patient_ids = sorted(_queue())
        if not patient_ids:
            return
        _queue().clear()
        for patient_id in patient_ids:
            run(list(_planners), patient_id)
    if _queue():
        raise RuntimeError("the planners do not settle: each round changes what the last one planned")


def run(names: Iterable[str], patient_id: UUID) -> None:
    """Run planners over a patient, each in a savepoint: its failure is kept as a Replan, never undoes the write."""
    done = [name for name in names if _planned(name, patient_id)]
    Replan.objects.filter(patient_id=patient_id, planner__in=done).delete()


def _planned(name: str, patient_id: UUID) -> bool:
    try:
        with transaction.atomic():
            _planners[name]([patient_id])
    except Exception as error:
        log.exception(
            "planner %s failed for patient %s", name, patient_id, exc_info=not isinstance(error, DatabaseError)
        )
        _keep_for_later(name, patient_id, error)
        return False
    return True


def _keep_for_later(name: str, patient_id: UUID, error: Exception) -> None:
    now = clock.now()
    Replan.objects.update_or_create(
        patient_id=patient_id,
        planner=name,
        defaults={"error": type(error).__name__, "last_tried_at": now},
        create_defaults={"error": type(error).__name__, "first_failed_at": now, "last_tried_at": now},
    )


def replan_failed() -> int:
    """Try again what failed; returns how many patients were planned. Beat calls it at every tick."""
    waiting = list(Replan.objects.values_list("planner", "patient_id"))
    for name, patient_id in waiting:
        if name in _planners:
            with act(by="system:replan", why="planner failed before"):
                lock(patient_id)
                run([name], patient_id)
    return len(waiting)


def replan(patient_id: UUID) -> None:
    """Run every planner over one patient, inside an action that has locked them."""
    run(list(_planners), patient_id)

"""The wrapper of every write: one transaction, one author, one reason."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import connection, transaction

from patients.audit import clock

SYSTEM_PREFIX = "system:"


@dataclass
class Act:
    """The action that runs now: who, why, what is to be done once at its end, and what rooms remember until then."""

    user: str
    name: str
    why: str
    finishers: dict[str, Callable[[], None]] = field(default_factory=dict)
    memory: dict[str, dict] = field(default_factory=dict)


_running: ContextVar[Act | None] = ContextVar("running_act", default=None)


def running() -> Act | None:
    """The action that runs now, or None."""
    return _running.get()


def _write_context(metadata: dict | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [str(uuid4()) if metadata else "", json.dumps(metadata) if metadata else ""],
        )


@contextmanager
def act(*, by, why: str = "") -> Iterator[Act]:
    """Run writes in one transaction whose history says who (`by`: a User, or "system:…") and why.

    Nested actions join the outermost one, whose author and reason stand. What was queued with `at_end` runs once,
    inside the transaction, before it commits. The database refuses a tracked write outside of this wrapper.
    """
    current = _running.get()
    if current is not None:
        yield current
        return
    user, name = (by, by) if isinstance(by, str) else (str(by.pk), by.get_full_name())
    if not user or (isinstance(by, str) and not by.startswith(SYSTEM_PREFIX)):
        raise ValueError("an action needs a user, or a system name that starts with 'system:'")
    started = Act(user=user, name=name, why=why)
    with transaction.atomic():
        _write_context({"user": user, "name": name, "why": why, "at": clock.now().isoformat()})
        token = _running.set(started)
        try:
            yield started
            while started.finishers:
                _, finish = started.finishers.popitem()
                finish()
        finally:
            _running.reset(token)
        # Within a request the transaction goes on: a later write must not borrow this author.
        _write_context(None)


def at_end(name: str, finish: Callable[[], None]) -> None:
    """Run `finish` once at the end of the running action, however often it is asked for under this name."""
    current = _running.get()
    if current is None:
        raise RuntimeError("nothing is written outside of an action: use act(by=, why=)")
    current.finishers[name] = finish


def claim_form(key: UUID, *, by) -> bool:
    """True the first time that a form's key is seen, False when the same form was already taken (double click).

    A second request with the key waits until the first has committed or failed. Call inside the form's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO patients_takenform (key, by_id, at) VALUES (%s, %s, clock_timestamp()) ON CONFLICT DO NOTHING",
            [key, by.pk],
        )
        return cursor.rowcount == 1


def form_taken(key: UUID, *, by) -> bool:
    """Whether this user's form with this key was taken already."""
    from patients.audit.models import TakenForm

    return TakenForm.objects.filter(key=key, by_id=by.pk).exists()


def saw(*, by, what: str, patient_ids: list[UUID], pathway_id: UUID | None = None) -> None:
    """Write one row of the access log: a page, print, document or export that showed patients to a user."""
    from patients.audit.models import AccessEntry

    AccessEntry.objects.create(by_id=by.pk, what=what, patient_ids=patient_ids, pathway_id=pathway_id)

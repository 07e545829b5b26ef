"""Which tables keep history: all that are declared `@tracked`."""

from datetime import datetime

import pghistory
from django.conf import settings
from django.db.models import Count, DateTimeField, F, Max
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from patients.audit import triggers

triggers.keep_an_index()  # before the first model declares its own


def tracked(*, exclude: tuple[str, ...] = ()):
    """Class decorator: every INSERT, UPDATE and DELETE of the model is kept, with who and why.

    `exclude` names columns whose change is no fact of its own (a password hash, the time of the last log-in).
    """
    return pghistory.track(exclude=list(exclude) or None)


def recorded_at():
    """When an event was recorded, as an expression on an event table: the database's clock.

    In a demonstration, whose clock may be moved, the instant that the app's clock showed when the action ran.
    """
    if not settings.DEMO:
        return F("pgh_created_at")
    return Coalesce(Cast(KT("pgh_context__at"), DateTimeField()), F("pgh_created_at"))


def version_of(row) -> tuple[int, datetime]:
    """How often a tracked row was written, and when last."""
    events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).annotate(recorded=recorded_at())
    counted = events.aggregate(version=Count("pgh_id"), since=Max("recorded"))
    return counted["version"], counted["since"]

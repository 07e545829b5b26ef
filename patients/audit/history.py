"""Which tables keep history: all that are declared `@tracked`."""

import pghistory
from django.conf import settings
from django.db.models import DateTimeField, F
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

"""Rows as they stood at an instant, read from history: what a centre whose care has ended may still see."""

from datetime import datetime

from django.db import models

from patients.audit.history import recorded_at


def as_of(rows: models.QuerySet, instant: datetime) -> list:
    """The rows of a tracked model, each as it stood at an instant; rows made later, or deleted by then, are absent."""
    model = rows.model
    events = (
        model.pgh_event_model.objects.filter(pgh_obj_id__in=rows.values("pk"))
        .annotate(stood_at=recorded_at())
        .filter(stood_at__lte=instant)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    names = [field.attname for field in model._meta.concrete_fields]
    return [
        model(**{name: getattr(event, name) for name in names if hasattr(event, name)})
        for event in events
        if event.pgh_label != "delete"
    ]

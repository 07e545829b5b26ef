"""Celery: beat ticks, workers claim rows. No date lives in the broker (docs/decisions.md)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carpath.settings")

app = Celery("carpath")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["patients"])

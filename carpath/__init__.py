"""Settings, URLs, Celery and the supervisor: what runs the app. No room imports it."""

from carpath.celery import app as celery_app

__all__ = ["celery_app"]

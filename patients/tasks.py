"""Contents page: what Celery runs. Dates live in rows; a task is only a hint to look at them."""

from celery import shared_task


@shared_task(name="patients.tick")
def tick() -> None:
    """Beat's tick: look at the rows for what is due."""

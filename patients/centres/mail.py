"""Mail about accounts. This room sits below the outbox, so the outbox is handed down at start (patients/apps.py)."""

from collections.abc import Callable

from patients.centres.models import Centre

_post: Callable | None = None


def use(post: Callable) -> None:
    """Name the function that takes a mail, with post()'s arguments, as rows in the caller's transaction."""
    global _post
    _post = post


def post(*, to: str, subject: str, body: str, key: str, by, centre: Centre | None = None) -> None:
    """Give a mail to the outbox; it is sent, retried and logged there, and a failure is told to the centre."""
    if _post is None:
        raise RuntimeError("no outbox: patients/apps.py names one at start")
    _post(to=to, subject=subject, body=body, key=key, by=by, centre=centre)

"""What somebody typed when their session had expired: kept for an hour, shown again after log-in, to them alone."""

from datetime import timedelta

from django.http import HttpRequest, QueryDict

from patients.audit import clock, tokens
from patients.audit.models import KeptDraft

KEPT_FOR = timedelta(hours=1)
NEVER_KEPT = ("password", "csrfmiddlewaretoken", "token", "code")


def keep(request: HttpRequest) -> bool:
    """Keep a form that came without a session. Only one that we signed for a user is kept, and only for that user."""
    token = tokens.read(request.POST.get("token", ""))
    if token is None:
        return False
    typed = {name: values for name, values in request.POST.lists() if not any(secret in name for secret in NEVER_KEPT)}
    KeptDraft.objects.update_or_create(
        user_id=token.user, path=request.path[:300], defaults={"typed": typed, "at": clock.now()}
    )
    return True


def find(user, path: str) -> QueryDict | None:
    """What the user had typed at this address, if it is still kept."""
    row = KeptDraft.objects.filter(user_id=user.pk, path=path[:300], at__gt=clock.now() - KEPT_FOR).first()
    if row is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in row.typed.items():
        typed.setlist(name, values)
    return typed


def forget(user, path: str) -> None:
    """The form was taken: nothing of it is kept any more."""
    KeptDraft.objects.filter(user_id=user.pk, path=path[:300]).delete()


def forget_old() -> int:
    """Drop what nobody came back for; beat calls it."""
    return KeptDraft.objects.filter(at__lte=clock.now() - KEPT_FOR).delete()[0]

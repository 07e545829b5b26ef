"""What this installation is, fixed at its first start, and whether it is muted."""

from django.conf import settings

from patients.audit.actions import act
from patients.audit.models import Installation


class OtherKind(Exception):
    """The database was fixed as the other kind; says as which."""


def fix_as_running() -> Installation:
    """Fix for ever whether this database is a demonstration, as the settings run it; harmless when it is that already.

    Raises OtherKind.
    """
    kind = Installation.Kind.DEMONSTRATION if settings.DEMO else Installation.Kind.REAL
    with act(by="system:installation", why="first start"):
        installation, _made = Installation.objects.get_or_create(defaults={"kind": kind})
    if installation.kind != kind:
        raise OtherKind(installation.kind)
    return installation


def is_muted() -> bool:
    """Whether nothing may be sent: a restored copy, until a named person releases it."""
    return Installation.objects.filter(muted=True).exists()


def mute(*, by, why: str) -> None:
    """Send nothing from now on."""
    with act(by=by, why=why):
        Installation.objects.update(muted=True)


def release(*, by, why: str) -> bool:
    """Let what waits be sent; False when nothing was held back."""
    with act(by=by, why=why):
        return Installation.objects.filter(muted=True).update(muted=False) == 1

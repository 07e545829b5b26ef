"""From a user and an address to a watch. Whoever does not belong to the centre that watches is told 404."""

from uuid import UUID

from django.http import Http404

from patients.audit.actions import saw
from patients.centres.models import Centre, User
from patients.identity.access import may_at, memberships
from patients.identity.models import CareLink
from patients.surveillance.models import Watch

WRITE = "referral.submit"  # who may ask a hub also watches


def watching_centres(user: User, permission: str | None = None) -> list[Centre]:
    """The referral centres whose watches a user reads (with `permission`: at which they may do that)."""
    found = {
        held.centre_id: held.centre
        for held in memberships(user)
        if held.centre.kind == Centre.Kind.REFERRAL
        and "dossier" in held.role.reads.get(CareLink.Kind.REFERRING, ())
        and (permission is None or permission in held.role.permissions)
    }
    return list(found.values())


def open_watch(user: User, watch_id: UUID, *, what: str, permission: str | None = None) -> Watch:
    """Open a watch of the own centre and write the look into the access log.

    Raises Http404 for everybody else, and where a colleague may read it but not do that.
    """
    watch = (
        Watch.objects.visible_to(user)
        .filter(pk=watch_id)
        .select_related("patient", "centre", "doctor", "pathway")
        .prefetch_related("findings__recorded_by")
        .first()
    )
    if watch is None or (permission is not None and not may_at(user, permission, watch.centre)):
        raise Http404
    saw(by=user, what=what, patient_ids=[watch.patient_id])
    return watch

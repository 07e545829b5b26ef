"""From a user and an address to a pathway: 404 when there is no link, 403 when the role may not do it."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from patients.audit.actions import saw
from patients.centres.models import User
from patients.identity import access
from patients.identity.access import Access
from patients.pathway.models import Pathway


@dataclass(frozen=True)
class Opened:
    """A pathway that a user has opened, with what they may read and do."""

    pathway: Pathway
    access: Access


def open_pathway(
    user: User, pathway_id: UUID, *, facet: str | None, what: str, permission: str | None = None
) -> Opened:
    """Open a pathway for a user and write the look into the access log. `facet` None: whatever the user may read.

    Raises Http404 without a link (as for one that does not exist), PermissionDenied when the user may read this but
    not do that.
    """
    pathway = (
        Pathway.objects.visible_to(user)
        .filter(pk=pathway_id)
        .select_related("patient", "hub", "referring_centre", "referrer", "product")
        .first()
    )
    if pathway is None:
        raise Http404
    granted = access.access_to(user, pathway.patient)
    if facet is not None and not granted.reads(facet):
        raise PermissionDenied
    if permission is not None and not granted.may(permission):
        raise PermissionDenied
    saw(by=user, what=what, patient_ids=[pathway.patient_id], pathway_id=pathway.pk)
    return Opened(pathway, granted)

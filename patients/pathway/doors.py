"""From a user and an address to a pathway: 404 when there is no link, 403 when the role may not do it."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from patients.audit.actions import saw
from patients.centres.models import User
from patients.identity import access
from patients.identity.access import Access
from patients.identity.models import CareLink
from patients.pathway.models import Pathway

WHAT_OPENS = ("patient", "status", "hub", "referring_centre", "created_at", "closed_on")  # read by _opening


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
    # Lean at first: most of what is refused needs no more, and who is let in waits for one short statement longer.
    found = Pathway.objects.only(*WHAT_OPENS).filter(pk=pathway_id).first()
    links = _opening(user, found) if found else []
    if not links:
        raise Http404
    granted = access.granted(user, links)
    if facet is not None and not granted.reads(facet):
        raise PermissionDenied
    if permission is not None and not granted.may(permission):
        raise PermissionDenied
    saw(by=user, what=what, patient_ids=[found.patient_id], pathway_id=found.pk)
    return Opened(_whole(found.pk), granted)


def _whole(pathway_id: UUID) -> Pathway:
    around = ("patient", "hub", "referring_centre", "referrer", "product")
    return Pathway.objects.select_related(*around).get(pk=pathway_id)


def _opening(user: User, pathway: Pathway) -> list[CareLink]:
    """The links that open this course to a user: what `visible_to` asks of a list, decided for one row."""
    if pathway.status == Pathway.Status.DRAFT and not any(
        held.centre_id == pathway.referring_centre_id and CareLink.Kind.REFERRING in held.role.reads
        for held in access.memberships(user)
    ):
        return []
    return [
        link for link in access.opening_links(user, [pathway.patient_id])[pathway.patient_id] if _reaches(link, pathway)
    ]


def _reaches(link: CareLink, pathway: Pathway) -> bool:
    """Whether a link's time covers some of a course: begun before it ended, and at another hub before it closed."""
    if link.ends_at is not None and link.ends_at <= pathway.created_at:
        return False
    if link.kind == CareLink.Kind.REFERRING or link.centre_id == pathway.hub_id or pathway.closed_on is None:
        return True
    return timezone.localdate(link.starts_at) <= pathway.closed_on

"""THE ONLY DOOR to patient data: who may see whom, what of them, and since when.

Decided by two tables alone: Membership (a role at a centre) and CareLink (why that centre may see the patient).
Views start here, never from Model.objects. No link, no patient: the answer is 404, as for one who does not exist.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from patients.audit import clock
from patients.centres.models import Centre, Membership, User
from patients.centres.permissions import READING
from patients.identity.models import CareLink, Patient


@dataclass(frozen=True)
class Access:
    """What one user may read and do of one patient.

    `until`: set when every link has ended and only what was recorded before may still be read.
    """

    facets: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    centre_ids: frozenset[UUID] = field(default_factory=frozenset)
    until: datetime | None = None

    def reads(self, facet: str) -> bool:
        return facet in self.facets

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def memberships(user: User) -> list[Membership]:
    """The roles that a user holds now, with centre and role; one query per request (kept on the user)."""
    if not user.is_authenticated or not user.is_active:
        return []
    if not hasattr(user, "_memberships"):
        now = clock.now()
        user._memberships = list(
            Membership.objects.filter(user=user, starts_at__lte=now)
            .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
            .select_related("centre", "role")
            .order_by("role__order", "centre__name")
        )
    return user._memberships


def may_at(user: User, permission: str, centre: Centre) -> bool:
    """Whether a user holds a permission at a centre, whichever patient it concerns."""
    return any(m.centre_id == centre.pk and permission in m.role.permissions for m in memberships(user))


def may_somewhere(user: User, permission: str) -> list[Centre]:
    """The centres at which a user holds a permission."""
    return [m.centre for m in memberships(user) if permission in m.role.permissions]


def _links_of(user: User, facet: str | None) -> Q:
    """The condition on CareLink under which a link opens the door to the user (for a facet)."""
    now = clock.now()
    door = Q(pk__in=[])
    for membership in memberships(user):
        for kind, facets in membership.role.reads.items():
            shared = Q(shared_facets__contains=[facet]) if facet and facet not in facets else Q()
            door |= (
                Q(centre=membership.centre_id, kind=kind)
                & (Q(role__isnull=True) | Q(role=membership.role_id))
                & (Q(person__isnull=True) | Q(person=user))
                & shared
            )
    return door & Q(starts_at__lte=now) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now) | Q(reads_past=True))


def visible_patients(user: User, facet: str | None = None, *, in_care: bool = False) -> QuerySet[Patient]:
    """The patients whom a user may see (with `facet`: of whom they may read that facet).

    `in_care`: only those whose care by a centre of the user goes on, without those of whom they read the past.
    """
    if not memberships(user):
        return Patient.objects.none()
    return Patient.objects.filter(Exists(links(user, facet, in_care=in_care).filter(patient=OuterRef("pk"))))


def links(user: User, facet: str | None = None, *, in_care: bool = False) -> QuerySet[CareLink]:
    """The links that open the door to a user (for a facet; `in_care`: those that have not ended)."""
    found = CareLink.objects.filter(_links_of(user, facet))
    return found.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=clock.now())) if in_care else found


def may_see(user: User, patient_id: UUID) -> bool:
    """Whether a user may see a patient at all, asked afresh: a notice is about to be sent."""
    fresh = User.objects.filter(pk=user.pk, is_active=True).first()
    return fresh is not None and visible_patients(fresh).filter(pk=patient_id).exists()


def access_to(user: User, patient: Patient) -> Access:
    """All that a user may read and do of one patient; an empty Access when there is no door."""
    return access_to_all(user, [patient.pk])[patient.pk]


def access_to_all(user: User, patient_ids: Iterable[UUID]) -> dict[UUID, Access]:
    """What a user may read and do of each of several patients, in one query."""
    return {patient_id: granted(user, own) for patient_id, own in opening_links(user, patient_ids).items()}


def opening_links(user: User, patient_ids: Iterable[UUID]) -> dict[UUID, list[CareLink]]:
    """The links that open the door to a user, by patient: what `links` finds, decided row by row in one plain query."""
    found: dict[UUID, list[CareLink]] = {patient_id: [] for patient_id in patient_ids}
    centres = {membership.centre_id for membership in memberships(user)}
    if centres and found:
        now = clock.now()
        for link in CareLink.objects.filter(patient__in=found, centre__in=centres, starts_at__lte=now):
            if (not _ended(link, now) or link.reads_past) and _opened_by(user, link):
                found[link.patient_id].append(link)
    return found


def _ended(link: CareLink, now: datetime) -> bool:
    return link.ends_at is not None and link.ends_at <= now


def _opened_by(user: User, link: CareLink) -> list[Membership]:
    """The memberships of a user that a link is for."""
    if link.person_id not in (None, user.pk):
        return []
    return [
        held
        for held in memberships(user)
        if held.centre_id == link.centre_id and link.kind in held.role.reads and link.role_id in (None, held.role_id)
    ]


def granted(user: User, links: Iterable[CareLink]) -> Access:
    """What links that open the door to a user let them read and do, together."""
    now = clock.now()
    facets, permissions, centres, ends = set(), set(), set(), []
    for link in links:
        ended = _ended(link, now)
        ends.append(link.ends_at if ended else None)
        for membership in _opened_by(user, link):
            facets |= {*membership.role.reads[link.kind], *link.shared_facets}
            centres.add(link.centre_id)
            allowed = set(membership.role.permissions)
            permissions |= allowed & READING if ended else allowed
    until = None if None in ends or not ends else max(ends)
    return Access(frozenset(facets), frozenset(permissions), frozenset(centres), until)


def patient_or_404(user: User, patient_id: UUID, *, facet: str) -> tuple[Patient, Access]:
    """A patient and the user's access, or 404 when the user may not read that facet of them."""
    try:
        patient = Patient.objects.get(pk=patient_id)
    except Patient.DoesNotExist:
        raise Http404 from None
    access = access_to(user, patient)
    if not access.reads(facet):
        raise Http404
    return patient, access

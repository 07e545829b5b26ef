"""Opening and closing care links: the only writes that change who may see a patient."""

from datetime import datetime

from django.db.models import Q

from patients.audit import clock
from patients.audit.actions import running
from patients.centres.models import Centre, Role, User
from patients.identity.models import CareLink, Patient


def open_link(
    *,
    patient: Patient,
    centre: Centre,
    kind: str,
    role: Role | None = None,
    person: User | None = None,
    ends_at: datetime | None = None,
) -> CareLink:
    """Let a centre (a role, a person) see a patient from now on; an open link of the same kind is kept as it is."""
    _inside_an_action()
    link, _ = CareLink.objects.get_or_create(
        patient=patient,
        centre=centre,
        kind=kind,
        role=role,
        person=person,
        ends_at=None,
        defaults={"starts_at": clock.now()},
    )
    if ends_at is not None:
        end_links(patient=patient, kind=kind, centre=centre, role=role, at=ends_at)
    return link


def end_links(
    *,
    patient: Patient,
    kind: str,
    centre: Centre | None = None,
    role: Role | None = None,
    at: datetime | None = None,
    reads_past: bool = False,
) -> int:
    """End a kind of links (of one role, where told), now or at an instant; a planned end moves. Returns the count.

    `reads_past`: what there was until then is still read.
    """
    _inside_an_action()
    now = clock.now()
    links = CareLink.objects.filter(patient=patient, kind=kind).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    if centre is not None:
        links = links.filter(centre=centre)
    if role is not None:
        links = links.filter(role=role)
    return links.update(ends_at=at or now, reads_past=reads_past)


def lift_end(*, patient: Patient, kind: str, centre: Centre) -> None:
    """What a planned end counted from did not happen: the link stays open; one that has ended is opened anew."""
    _inside_an_action()
    links = CareLink.objects.filter(patient=patient, kind=kind, centre=centre, ends_at__gt=clock.now())
    if not links.update(ends_at=None, reads_past=False):
        open_link(patient=patient, centre=centre, kind=kind)


def share(*, patient: Patient, centre: Centre, facet: str, shared: bool) -> int:
    """Let a referring centre read a facet beyond its own, or no longer; returns how many links that changed."""
    _inside_an_action()
    changed_links = 0
    for link in CareLink.objects.filter(
        patient=patient, centre=centre, kind=CareLink.Kind.REFERRING, ends_at__isnull=True
    ):
        facets = sorted({*link.shared_facets, facet} if shared else {*link.shared_facets} - {facet})
        if facets != link.shared_facets:
            link.shared_facets = facets
            link.save(update_fields=["shared_facets"])
            changed_links += 1
    return changed_links


def is_shared(*, patient: Patient, centre: Centre | None, facet: str) -> bool:
    """Whether a referring centre reads a facet beyond its own."""
    return CareLink.objects.filter(
        patient=patient,
        centre=centre,
        kind=CareLink.Kind.REFERRING,
        ends_at__isnull=True,
        shared_facets__contains=[facet],
    ).exists()


def _inside_an_action() -> None:
    if running() is None:
        raise RuntimeError("care links change only inside an action: use act(by=, why=)")

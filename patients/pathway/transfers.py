"""A transfer: the course goes on at another hub. The old one reads what it had, and the referring centre stays."""

from django.db.models import QuerySet

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.identity import links
from patients.identity.changes import changed
from patients.identity.models import CareLink
from patients.notices.actions import tell
from patients.pathway.actions import for_writing
from patients.pathway.models import Pathway

# Whom a hub lets in beside its own people; at the new hub the same roles come in, for as long.
OF_THE_WARD = (CareLink.Kind.WARD, CareLink.Kind.STEP)


def hubs_for(pathway: Pathway) -> QuerySet[Centre]:
    """The hubs to which a pathway may go."""
    return Centre.objects.filter(kind=Centre.Kind.HUB).exclude(pk=pathway.hub_id).order_by("name")


def transfer(*, pathway: Pathway, to: Centre, why: str, by: User) -> Pathway:
    """Hand a course over to another hub: it sees the patient from now on, its people have the ball.

    Raises Refused for a draft or a closed course, for the hub that has it, for what is no hub, and without a reason.
    """
    with act(by=by, why=why):
        pathway = for_writing(pathway.pk)
        if pathway.status not in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD):
            raise Refused(Reason("not_open"))
        if not hubs_for(pathway).filter(pk=to.pk).exists():
            raise Refused(Reason("no_other_hub", "hub"))
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        _hand_over_links(pathway, to)
        steps = pathway.steps.filter(centre=pathway.hub_id, done_at__isnull=True, dropped_at__isnull=True)
        steps.update(centre=to, owner=None)
        pathway.hub, pathway.version = to, pathway.version + 1
        pathway.save(update_fields=["hub", "version"])
        changed(patient=pathway.patient, pathway=pathway, fact="transferred", by=by, why=why)
        _say_so(pathway)
        return pathway


def _hand_over_links(pathway: Pathway, to: Centre) -> None:
    patient, old, now = pathway.patient, pathway.hub, clock.now()
    inside = [
        link
        for link in CareLink.objects.filter(patient=patient, centre=old, kind__in=OF_THE_WARD).select_related("role")
        if link.ends_at is None or link.ends_at > now
    ]
    for link in inside:
        links.open_link(patient=patient, centre=to, kind=link.kind, role=link.role, person=None, ends_at=link.ends_at)
        links.end_links(patient=patient, centre=old, kind=link.kind, role=link.role)
    links.end_links(patient=patient, centre=old, kind=CareLink.Kind.HUB, reads_past=True)
    links.open_link(patient=patient, centre=to, kind=CareLink.Kind.HUB)


def _say_so(pathway: Pathway) -> None:
    told = {"hub_coordinator": pathway.hub, "referral_haematologist": pathway.referring_centre}
    for role, centre in told.items():
        if centre is not None:
            tell(
                kind="transferred",
                key=f"transferred:{pathway.pk}:{pathway.version}",
                role=role,
                centre=centre,
                params={"hub": pathway.hub.name},
                patient_id=pathway.patient_id,
                pathway_id=pathway.pk,
            )

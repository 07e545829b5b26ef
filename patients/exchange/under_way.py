"""Bringing in a patient who is already under way: the doors before are passed, unknown stays unknown, nothing is sent.

Where cells are under way, collection and shipment are recorded by their own rooms; what a hub still has to do with the
product (release, receipt by two people) it does in CARPath.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from django.db.models import Max

from patients.apheresis import actions as apheresis
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.clinical.days import PartialDate
from patients.disease import actions as disease_actions
from patients.exchange import positions
from patients.identity import access, links
from patients.identity import actions as identity
from patients.identity.changes import changed, lock
from patients.identity.models import CareLink, Patient
from patients.infusion import actions as infusion
from patients.infusion.rules import ward_ends
from patients.manufacturing import actions as manufacturing
from patients.pathway.actions import enter_stage, mark_before_carpath, set_day_0
from patients.pathway.models import Milestone, Pathway, StageEntry
from patients.pathway.stages import Stage
from patients.products.models import Product
from patients.referral.models import Referral
from patients.surveillance.persons import MOST_KNOWN_ELSEWHERE, Person, answers_today

# Recorded by their own rooms when cells are under way.
OF_THE_CELLS = ("apheresis", "shipped")


@dataclass(frozen=True)
class UnderWay:
    """What is told of a patient who is brought in. `days`: milestone -> its day as far as it is known."""

    person: Person
    position: str
    disease: str | None = None
    referring_centre: Centre | None = None
    product: str | None = None
    collection_id: str = ""
    days: Mapping[str, PartialDate] = field(default_factory=dict)


def bring_in(*, hub: Centre, told: UnderWay, by: User) -> Pathway:
    """Bring one patient in at the position where they stand; returns the course.

    Raises Refused, each reason beside its field: a person whom the user may not see (`known_elsewhere`) or whose course
    is open, a day that lies ahead, in an impossible order or behind the position, a product or an exact day missing.
    """
    with act(by=by, why="brought in while under way"):
        today = clock.today(hub.timezone)
        _must_be_told(told, today)
        cells = _cells_to_come(told)
        patient = _patient(told.person, hub, by)
        pathway = _course(patient, hub, told, by)
        _open_doors(pathway, told)
        _pass_doors(pathway, told, cells, by)
        if cells:
            _record_cells(pathway, told, by)
        for stage in positions.POSITIONS[told.position].running:
            if not (stage == Stage.MANUFACTURING and cells):
                _begin(pathway, stage, told, by)
        _set_day_0(pathway, told, by)
        if cells and pathway.day_0 is not None:
            infusion.plan_next(pathway, by)
        if told.disease:
            disease_actions.tell(patient=patient, disease=told.disease, status=None, lines=None, on=today, by=by)
        changed(patient=patient, pathway=pathway, fact="brought_in", by=by)
        return Pathway.objects.select_related("patient", "hub").get(pk=pathway.pk)


def _must_be_told(told: UnderWay, today) -> None:
    cells = _cells_to_come(told)
    reasons = [Reason(code, name) for name, code in positions.faults(told.position, told.days, today, cells=cells)]
    if told.position in positions.WITH_PRODUCT and told.product is None:
        reasons.append(Reason("product_needed", "product"))
    if cells and not told.collection_id.strip():
        reasons.append(Reason("collection_needed", "collection_id"))
    if reasons:
        raise Refused(*reasons)


def _cells_to_come(told: UnderWay) -> bool:
    product = Product.objects.filter(pk=told.product).first() if told.product else None
    return positions.cells_to_come(told.position, told.days, product is not None and product.infusions > 1)


def _patient(person: Person, hub: Centre, by: User) -> Patient:
    """The person, new or one whom the user sees; of anybody else it is only said that the person is known."""
    codes = {"fiscal_code": person.fiscal_code, "stranger_code": person.stranger_code}
    for name, code in codes.items():
        if not code:
            continue
        known = Patient.objects.filter(**{name: code}).first()
        seen = known is not None and access.may_see(by, known.pk)
        if not seen and answers_today(by, hub) >= MOST_KNOWN_ELSEWHERE:
            raise Refused(Reason("ask_by_telephone", name))
        if known is None:
            continue
        if not seen:
            raise Refused(Reason("known_elsewhere", name, {"patient_id": known.pk}))
        lock(known.pk)
        if Pathway.objects.live().filter(patient=known).exclude(status=Pathway.Status.CLOSED).exists():
            raise Refused(Reason("course_already_open", name))
        if known.died_on is not None:
            raise Refused(Reason("has_died", name))
        return known
    return identity.register(by=by, **person.facts())


def _course(patient: Patient, hub: Centre, told: UnderWay, by: User) -> Pathway:
    last = Pathway.objects.filter(patient=patient).aggregate(last=Max("course"))["last"] or 0
    pathway = Pathway.objects.create(
        patient=patient,
        course=last + 1,
        disease=told.disease,
        hub=hub,
        referring_centre=told.referring_centre,
        product=Product.objects.get(pk=told.product) if told.product else None,
        status=Pathway.Status.OPEN,
        brought_in_on=clock.today(hub.timezone),
        created_at=clock.now(),
    )
    Referral.objects.create(pathway=pathway, form_key=uuid4())
    changed(patient=patient, pathway=pathway, fact="course_brought_in", by=by)
    return pathway


def _open_doors(pathway: Pathway, told: UnderWay) -> None:
    """The referring centre, the hub and, within thirty days of the infusion, the ward see the patient from now on."""
    patient, hub = pathway.patient, pathway.hub
    links.open_link(patient=patient, centre=hub, kind=CareLink.Kind.HUB)
    if told.referring_centre is not None:
        links.open_link(patient=patient, centre=told.referring_centre, kind=CareLink.Kind.REFERRING)
    given = told.days.get("infusion")
    if given is not None and given.is_exact and ward_ends(given.earliest, hub.timezone) > clock.now():
        ends_at = ward_ends(given.earliest, hub.timezone)
        links.open_link(patient=patient, centre=hub, kind=CareLink.Kind.WARD, ends_at=ends_at)


def _pass_doors(pathway: Pathway, told: UnderWay, cells: bool, by: User) -> None:
    today = clock.today(pathway.hub.timezone)
    own_rooms = OF_THE_CELLS if cells else ()
    for what in positions.passed(told.position, told.days, today, cells=cells):
        if what not in own_rooms:
            mark_before_carpath(pathway=pathway, what=what, day=told.days.get(what), by=by)
    for stage in positions.over(told.position, cells):
        entry = _begin(pathway, stage, told, by)
        entry.ended_on = positions.ended_by(stage, told.days, today)
        entry.save(update_fields=["ended_on"])


def _begin(pathway: Pathway, stage: Stage, told: UnderWay, by: User) -> StageEntry:
    begun_on = positions.begun_on(stage, told.days)
    return enter_stage(pathway=pathway, stage=stage, on=begun_on, by=by, before_carpath=True)


def _record_cells(pathway: Pathway, told: UnderWay, by: User) -> None:
    collected_on, shipped_on = (told.days[what].earliest for what in OF_THE_CELLS)
    try:
        apheresis.record(pathway=pathway, collected_on=collected_on, collection_id=told.collection_id, by=by)
        manufacturing.ship(pathway=pathway, shipped_on=shipped_on, by=by)
    except Refused as refused:
        names = {"collected_on": "apheresis", "shipped_on": "shipped"}
        reasons = [Reason(one.code, names.get(one.field, one.field), one.values) for one in refused.reasons]
        raise Refused(*reasons) from refused
    Milestone.objects.filter(pathway=pathway, what__in=OF_THE_CELLS).update(before_carpath=True)
    StageEntry.objects.filter(pathway=pathway, stage__in=[Stage.APHERESIS, Stage.MANUFACTURING]).update(
        before_carpath=True
    )


def _set_day_0(pathway: Pathway, told: UnderWay, by: User) -> None:
    """Day 0 is a day: of an infusion that is known by its month alone nothing is counted."""
    given = told.days.get("infusion")
    if given is not None and given.is_exact:
        set_day_0(pathway=pathway, day=given.earliest, by=by)

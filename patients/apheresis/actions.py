"""Apheresis: a chair is booked, cells are collected; from then on the ward and the laboratory see the patient."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from patients.apheresis.models import Collection
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.capacity import actions as capacity
from patients.capacity.models import Booking, Resource
from patients.centres.models import Centre, Role
from patients.identity import links
from patients.identity.chain import Identifier
from patients.identity.changes import changed
from patients.identity.checks import record_identifier
from patients.identity.models import CareLink
from patients.pathway import stages
from patients.pathway.actions import (
    enter_stage,
    for_writing,
    leave_stage,
    must_be_open,
    plan_milestone,
    record_milestone,
    undo_milestone,
)
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage

# Who sees the fields of their own step, until the product has been received.
LABORATORY = ("cell_laboratory", "pharmacist")


def chairs(pathway: Pathway):
    """The apheresis chairs in use at the pathway's hub."""
    return Resource.objects.filter(centre=pathway.hub_id, kind=Resource.Kind.APHERESIS_CHAIR, in_use=True)


def booking(pathway: Pathway) -> Booking | None:
    """The chair that the pathway has booked, from today on."""
    return (
        capacity.live_bookings(pathway, Resource.Kind.APHERESIS_CHAIR).filter(during__endswith__gt=clock.now()).first()
    )


def collection(pathway: Pathway) -> Collection | None:
    """The collection that stands, or None."""
    return Collection.objects.filter(pathway=pathway, superseded=False).first()


def book(*, pathway: Pathway, chair: Resource, start: datetime, end: datetime, by) -> Booking:
    """Book a chair. Raises Refused before the decision, after the collection, or when the chair cannot be had."""
    with act(by=by, why="apheresis booked"):
        pathway = for_writing(pathway.pk)
        _must_await_collection(pathway)
        if booking(pathway) is not None:
            raise Refused(Reason("already_booked"))
        made = capacity.book(resource=chair, pathway=pathway, start=start, end=end, by=by)
        links.open_link(
            patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.STEP, role=_role("apheresis_unit")
        )
        _plan(pathway, start, by)
        record_milestone(pathway=pathway, what="apheresis_booked", at=clock.now(), by=by)
        return made


def move(*, pathway: Pathway, chair: Resource, start: datetime, end: datetime, why: str, by) -> Booking:
    """Move the booking to another time or chair, with a reason."""
    with act(by=by, why=why):
        pathway = for_writing(pathway.pk)
        _must_await_collection(pathway)
        held = _held(pathway)
        made = capacity.move(booking=held, resource=chair, start=start, end=end, why=why, by=by)
        _plan(pathway, start, by, why)
        return made


def give_back(*, pathway: Pathway, why: str, by) -> None:
    """Give the chair back: the apheresis has no day any more and the next step is to book one."""
    with act(by=by, why=why):
        pathway = for_writing(pathway.pk)
        capacity.give_back(booking=_held(pathway), why=why, by=by)
        plan_milestone(pathway=pathway, what="apheresis", on=None, by=by, why=why)
        undo_milestone(pathway=pathway, what="apheresis_booked", by=by, why=why)
        end_role_link(pathway, "apheresis_unit")


def record(
    *,
    pathway: Pathway,
    collected_on: date,
    collection_id: str,
    by,
    din: str = "",
    sec: str = "",
    cd3_total_10e9: Decimal | None = None,
    complications: bool | None = None,
    complications_note: str = "",
) -> Collection:
    """Record the collection; the ward's nurses, the laboratory and the pharmacist see the patient from now on.

    Raises Refused before the decision, in the future, twice, or when an identifier belongs to another course.
    """
    with act(by=by, why="apheresis recorded"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        if collection(pathway) is not None:
            raise Refused(Reason("already_recorded", "collected_on"))
        if complications_note and complications is not True:
            raise Refused(Reason("note_without_complication", "complications"))
        if collected_on > clock.today(pathway.hub.timezone):
            raise Refused(Reason("in_the_future", "collected_on"))
        enter_stage(pathway=pathway, stage=Stage.APHERESIS, on=collected_on, by=by)
        record_milestone(pathway=pathway, what="apheresis", on=collected_on, by=by, field="collected_on")
        leave_stage(pathway=pathway, stage=Stage.APHERESIS, on=collected_on, by=by)
        made = Collection.objects.create(
            pathway=pathway,
            booking=_booking_of(pathway, collected_on, by),
            collected_on=collected_on,
            cd3_total_10e9=cd3_total_10e9,
            complications=complications,
            complications_note=complications_note.strip(),
        )
        _name_it(pathway, collection_id=collection_id, din=din, sec=sec)
        _open_doors(pathway)
        changed(patient=pathway.patient, pathway=pathway, fact="collection", by=by)
        return made


def _name_it(pathway: Pathway, *, collection_id: str, din: str, sec: str) -> None:
    given = (
        (Identifier.Kind.COLLECTION, collection_id, "collection_id"),
        (Identifier.Kind.DIN, din, "din"),
        (Identifier.Kind.SEC, sec, "sec"),
    )
    for kind, value, field in given:
        if value or kind == Identifier.Kind.COLLECTION:
            record_identifier(
                patient=pathway.patient,
                pathway_id=pathway.pk,
                kind=kind,
                value=value,
                # A unit's own numbers are unique within the unit; DIN and SEC are unique in the world.
                issuer=pathway.hub.code if kind == Identifier.Kind.COLLECTION else "",
                field=field,
            )


def _open_doors(pathway: Pathway) -> None:
    links.open_link(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.WARD)
    for code in LABORATORY:
        links.open_link(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.STEP, role=_role(code))
    end_role_link(pathway, "apheresis_unit")


def end_role_link(pathway: Pathway, role: str) -> None:
    """A role that had a step of its own stops seeing the patient when the present day is over."""
    links.end_links(
        patient=pathway.patient,
        centre=pathway.hub,
        kind=CareLink.Kind.STEP,
        role=_role(role),
        at=day_ends(clock.today(pathway.hub.timezone), pathway.hub),
    )


def day_ends(day: date, centre: Centre) -> datetime:
    """The instant at which a local day is over."""
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=ZoneInfo(centre.timezone))


def _booking_of(pathway: Pathway, collected_on: date, by) -> Booking | None:
    """The booking of the day of the collection; one that lies later is not needed any more."""
    found = None
    for row in capacity.live_bookings(pathway, Resource.Kind.APHERESIS_CHAIR):
        day = clock.local(row.during.lower, pathway.hub.timezone).date()
        if day == collected_on:
            found = row
        elif day > collected_on:
            capacity.give_back(booking=row, why="cells collected earlier", by=by)
    return found


def _plan(pathway: Pathway, start: datetime, by, why: str = "") -> None:
    day = clock.local(start, pathway.hub.timezone).date()
    plan_milestone(pathway=pathway, what="apheresis", on=day, by=by, why=why)


def _held(pathway: Pathway) -> Booking:
    held = booking(pathway)
    if held is None:
        raise Refused(Reason("nothing_booked"))
    return held


def _must_await_collection(pathway: Pathway) -> None:
    must_be_open(pathway)
    reason = stages.may_enter(Stage.APHERESIS, [entry.as_entry() for entry in pathway.entries.all()])
    if reason is not None:
        raise Refused(Reason(reason, values={"stage": str(Stage.APHERESIS)}))
    if collection(pathway) is not None:
        raise Refused(Reason("already_collected"))


def _role(code: str) -> Role:
    return Role.objects.get(code=code)

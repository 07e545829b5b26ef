"""Apheresis: a chair is booked, cells are collected; from then on the ward and the laboratory see the patient."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from patients.apheresis import rules
from patients.apheresis.models import Collection, WashoutReview
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.capacity import actions as capacity
from patients.capacity.models import Booking, Resource
from patients.centres.models import Centre, Role
from patients.identity import links
from patients.identity.chain import COLLECTION_KINDS, Identifier
from patients.identity.changes import changed
from patients.identity.checks import record_identifier, supersede_identifiers
from patients.identity.models import CareLink
from patients.observations import actions as observations
from patients.observations.actions import SerologyTold
from patients.observations.models import Observation, Serology, latest
from patients.observations.rules import BANDS
from patients.pathway import stages
from patients.pathway.actions import (
    enter_stage,
    for_writing,
    leave_stage,
    must_be_open,
    plan_milestone,
    record_milestone,
    supersede_from,
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


def day_of(pathway: Pathway) -> date | None:
    """The day of the apheresis: of the collection that stands, else as planned."""
    made = collection(pathway)
    if made is not None:
        return made.collected_on
    return pathway.milestones.filter(what="apheresis", superseded=False).values_list("planned_on", flat=True).first()


def serologies(pathway: Pathway) -> dict[str, Serology | None]:
    """The newest test of each kind that the hub may read, with its result."""
    found: dict[str, Serology | None] = dict.fromkeys(rules.SEROLOGY)
    tests = Serology.objects.standing().shown().filter(patient=pathway.patient, taken_on__isnull=False)
    for row in tests.order_by("taken_on", "recorded_at"):
        found[row.what] = row
    return found


def counts(pathway: Pathway) -> dict[str, Observation | None]:
    """The newest standing count of each kind that is looked at before an apheresis."""
    return {what: latest(pathway.patient, what) for what in rules.WISHED}


def washouts_looked_at(pathway: Pathway) -> WashoutReview | None:
    """Who last looked at the wash-outs for the apheresis that is to come; one for an earlier attempt does not count."""
    before = Collection.objects.filter(pathway=pathway, superseded=True).order_by("-collected_on").first()
    reviews = WashoutReview.objects.filter(pathway=pathway).select_related("by").order_by("-at")
    last = reviews.first()
    if last is None or before is None:
        return last
    return last if clock.local(last.at, pathway.hub.timezone).date() > before.collected_on else None


def warnings(pathway: Pathway, on: date | None) -> list[str]:
    """Codes of what is not as wished before an apheresis on a day (reference 4 [K]): it warns and stops nothing."""
    states = {rules.serology_state(row.taken_on if row else None, on) for row in serologies(pathway).values()}
    found = [
        code
        for code, state in (("serology_too_old", rules.TOO_OLD), ("serology_not_known", rules.NOT_KNOWN))
        if state in states
    ]
    values = {rules.count_state(what, row and row.value) for what, row in counts(pathway).items()}
    found += [
        code for code, state in (("count_below", rules.BELOW), ("count_not_known", rules.NOT_KNOWN)) if state in values
    ]
    if washouts_looked_at(pathway) is None:
        found.append("washouts_not_looked_at")
    return found


def prepare(
    *,
    pathway: Pathway,
    by,
    counted_on: date | None = None,
    counted: Mapping[str, Decimal] | None = None,
    serology_on: date | None = None,
    serology: Mapping[str, bool | None] | None = None,
    washouts_looked_at: bool = False,
    note: str = "",
) -> None:
    """Write down what is looked at before the apheresis: counts, serology with the day of the blood, wash-outs.

    Raises Refused when nothing is said, for a day in the future, and for counts or results without their day.
    """
    with act(by=by, why="apheresis prepared"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        counted, serology = counted or {}, serology or {}
        _must_be_said(pathway, counted_on, counted, serology_on, serology, washouts_looked_at)
        for what, value in counted.items():
            observations.record(
                patient=pathway.patient,
                what=what,
                value=value,
                unit=BANDS[what].unit,
                at=_noon(counted_on, pathway.hub),
                day_only=True,
                by=by,
            )
        for what, positive in serology.items():
            observations.tell_serology(
                patient=pathway.patient,
                told=SerologyTold(what, positive, serology_on),
                hidden=False,
                centre=pathway.hub,
                today=clock.today(pathway.hub.timezone),
                by=by,
            )
        if washouts_looked_at:
            WashoutReview.objects.create(
                pathway=pathway, apheresis_on=day_of(pathway), note=note.strip(), at=clock.now(), by=by
            )
        changed(patient=pathway.patient, pathway=pathway, fact="apheresis_prepared", by=by)


def _must_be_said(pathway: Pathway, counted_on, counted, serology_on, serology, looked_at: bool) -> None:
    today = clock.today(pathway.hub.timezone)
    found = []
    for field, day, said in (("counted_on", counted_on, counted), ("serology_on", serology_on, serology)):
        if said and day is None:
            found.append(Reason("say_when", field))
        elif day is not None and day > today:
            found.append(Reason("in_the_future", field))
    if not (counted or serology or looked_at):
        found.append(Reason("say_something"))
    if found:
        raise Refused(*found)


def _noon(day: date, centre: Centre) -> datetime:
    """An instant of a day of which only the day is known; never ahead of the clock."""
    return min(datetime.combine(day, time(12), tzinfo=ZoneInfo(centre.timezone)), clock.now())


def record(
    *,
    pathway: Pathway,
    collected_on: date,
    collection_id: str,
    by,
    din: str = "",
    sec: str = "",
    bags: int | None = None,
    tnc_10e9: Decimal | None = None,
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
        if collected_on > clock.today(pathway.hub.timezone):
            raise Refused(Reason("in_the_future", "collected_on"))
        _must_be_possible(bags, tnc_10e9, cd3_total_10e9, complications, complications_note)
        _must_follow_the_last(pathway, collected_on)
        enter_stage(pathway=pathway, stage=Stage.APHERESIS, on=collected_on, by=by)
        record_milestone(pathway=pathway, what="apheresis", on=collected_on, by=by, field="collected_on")
        leave_stage(pathway=pathway, stage=Stage.APHERESIS, on=collected_on, by=by)
        made = Collection.objects.create(
            pathway=pathway,
            booking=_booking_of(pathway, collected_on, by),
            collected_on=collected_on,
            bags=bags,
            tnc_10e9=tnc_10e9,
            cd3_total_10e9=cd3_total_10e9,
            complications=complications,
            complications_note=complications_note.strip(),
        )
        _name_it(pathway, collection_id=collection_id, din=din, sec=sec)
        _open_doors(pathway)
        changed(patient=pathway.patient, pathway=pathway, fact="collection", by=by)
        return made


def complete(
    *,
    pathway: Pathway,
    by,
    bags: int | None,
    tnc_10e9: Decimal | None,
    cd3_total_10e9: Decimal | None,
    complications: bool | None,
    complications_note: str = "",
) -> Collection:
    """Write down what was counted after the collection, or correct it; its day and its numbers stay as they are.

    Raises Refused without a collection that stands, and for what cannot be.
    """
    with act(by=by, why="collection completed"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        made = collection(pathway)
        if made is None:
            raise Refused(Reason("nothing_collected"))
        _must_be_possible(bags, tnc_10e9, cd3_total_10e9, complications, complications_note)
        made.bags, made.tnc_10e9, made.cd3_total_10e9 = bags, tnc_10e9, cd3_total_10e9
        made.complications, made.complications_note = complications, complications_note.strip()
        made.version += 1
        made.save()
        changed(patient=pathway.patient, pathway=pathway, fact="collection", by=by)
        return made


def _must_be_possible(bags, tnc_10e9, cd3_total_10e9, complications, complications_note: str) -> None:
    if complications_note.strip() and complications is not True:
        raise Refused(Reason("note_without_complication", "complications"))
    cannot = rules.collection_faults(bags=bags, tnc_10e9=tnc_10e9, cd3_10e9=cd3_total_10e9)
    if cannot:
        raise Refused(*(Reason(code, field) for field, code in cannot))


def repeat(*, pathway: Pathway, why: str, by) -> Collection:
    """What was collected is not enough: it counts no more, and a chair is booked for another collection.

    Raises Refused without a reason, without a collection, and once the cells were shipped: then it is the product
    that fails.
    """
    with act(by=by, why=why):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        made = collection(pathway)
        if made is None:
            raise Refused(Reason("nothing_collected"))
        if pathway.milestones.happened().filter(what="shipped").exists():
            raise Refused(Reason("already_shipped"))
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        made.superseded, made.repeat_reason, made.version = True, why.strip(), made.version + 1
        made.save()
        supersede_identifiers(pathway_id=pathway.pk, kinds=COLLECTION_KINDS)
        supersede_from(pathway=pathway, stage=Stage.APHERESIS, by=by, why=why)
        changed(patient=pathway.patient, pathway=pathway, fact="collection_repeated", by=by, why=why.strip()[:240])
        return made


def earlier(pathway: Pathway) -> list[Collection]:
    """The collections that count no more, in order of time."""
    return list(Collection.objects.filter(pathway=pathway, superseded=True).order_by("collected_on"))


def _must_follow_the_last(pathway: Pathway, collected_on: date) -> None:
    """Another collection comes after the one that it repeats."""
    before = earlier(pathway)
    if before and collected_on < before[-1].collected_on:
        raise Refused(Reason("before_earlier_collection", "collected_on", {"day": before[-1].collected_on}))


def follow_correction(pathway: Pathway, day: date) -> None:
    """The standing collection moves with its milestone."""
    row = collection(pathway)
    if row is not None:
        row.collected_on, row.version = day, row.version + 1
        row.save(update_fields=["collected_on", "version"])


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

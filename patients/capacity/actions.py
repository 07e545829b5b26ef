"""Booking chairs and beds: book, move, give back. The resource is locked: the last slot has one winner."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.capacity import rules
from patients.capacity.models import Booking, Resource
from patients.centres import working_days
from patients.centres.models import Centre
from patients.identity.changes import changed
from patients.pathway.actions import for_writing, must_be_open
from patients.pathway.models import Pathway


def add_resource(
    *, centre: Centre, kind: str, name: str, by, opens_at: time = time(8, 0), closes_at: time = time(18, 0)
) -> Resource:
    """Give a centre a chair or a bed. Refused when the name is taken there or it would close before it opens."""
    with act(by=by, why="resource added"):
        if Resource.objects.filter(centre=centre, name=name).exists():
            raise Refused(Reason("name_taken", "name"))
        if closes_at <= opens_at:
            raise Refused(Reason("closes_before_it_opens", "closes_at"))
        if centre.kind != Centre.Kind.HUB:
            raise Refused(Reason("only_hubs_have_resources"))
        return Resource.objects.create(centre=centre, kind=kind, name=name, opens_at=opens_at, closes_at=closes_at)


def set_in_use(*, resource: Resource, in_use: bool, by) -> Resource:
    """Take a resource out of use, or back into it; what is booked stays booked."""
    with act(by=by, why="resource in use" if in_use else "resource out of use"):
        resource.in_use = in_use
        resource.version += 1
        resource.save(update_fields=["in_use", "version"])
        return resource


def book(*, resource: Resource, pathway: Pathway, start: datetime, end: datetime, by, field: str = "start") -> Booking:
    """Keep a resource for a pathway from `start` to `end`. `field`: the form field that its refusals belong to.

    Raises Refused when it is taken (with the next free times), closed at that time, past, or of another centre.
    """
    with act(by=by, why="booked"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        start, end = start.astimezone(UTC), end.astimezone(UTC)  # sums of wall clocks go wrong on two nights a year
        resource = _locked(resource)
        _must_be_bookable(resource, pathway, start, end, field)
        _must_be_free(resource, start, end, field)
        booking = Booking.objects.create(resource=resource, pathway=pathway, during=(start, end), booked_at=clock.now())
        changed(patient=pathway.patient, pathway=pathway, fact="booked", by=by)
        return booking


def move(
    *, booking: Booking, resource: Resource, start: datetime, end: datetime, by, why: str, field: str = "start"
) -> Booking:
    """Move a booking to another time or resource: the old one is given back and a new one made, or neither."""
    with act(by=by, why=why):
        pathway = for_writing(booking.pathway_id)
        must_be_open(pathway)
        booking = _standing(booking)
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        # Both resources are locked in key order, so that two moves in opposite directions never wait for each other.
        list(
            Resource.objects.select_for_update(no_key=True)
            .filter(pk__in={booking.resource_id, resource.pk})
            .order_by("pk")
        )
        resource = _locked(resource)
        _must_be_bookable(resource, pathway, start, end, field)
        _cancel(booking, by)
        _must_be_free(resource, start, end, field)
        moved = Booking.objects.create(resource=resource, pathway=pathway, during=(start, end), booked_at=clock.now())
        changed(patient=pathway.patient, pathway=pathway, fact="booking_moved", by=by, why=why)
        return moved


def give_back(*, booking: Booking, by, why: str) -> None:
    """Give a booking back, so that somebody else may have the time."""
    with act(by=by, why=why):
        pathway = for_writing(booking.pathway_id)
        _cancel(_standing(booking), by)
        changed(patient=pathway.patient, pathway=pathway, fact="booking_given_back", by=by, why=why)


def live_bookings(pathway: Pathway, kind: str) -> QuerySet[Booking]:
    """The bookings of a pathway that stand, of one kind of resource, in order of time."""
    return (
        Booking.objects.filter(pathway=pathway, resource__kind=kind, cancelled_at__isnull=True)
        .select_related("resource")
        .order_by("during")
    )


def next_free(resource: Resource, after: datetime, length: timedelta, count: int = 3) -> list[datetime]:
    """The next starts at which a resource is free for so long, on its centre's working days."""
    horizon = after + rules.LONGEST_LOOK
    taken = resource.bookings.filter(cancelled_at__isnull=True, during__overlap=(after, horizon))
    return rules.next_free(
        after=max(after, clock.now()),
        length=length,
        taken=[(row.during.lower, row.during.upper) for row in taken],
        opens_at=resource.opens_at,
        closes_at=resource.closes_at,
        zone=ZoneInfo(resource.centre.timezone),
        works=lambda day: working_days.is_working(day, resource.centre),
        count=count,
    )


def _locked(resource: Resource) -> Resource:
    Resource.objects.select_for_update(no_key=True).get(pk=resource.pk)
    return Resource.objects.select_related("centre").get(pk=resource.pk)


def _standing(booking: Booking) -> Booking:
    booking = Booking.objects.get(pk=booking.pk)
    if booking.cancelled_at is not None:
        raise Refused(Reason("already_given_back"))
    return booking


def _cancel(booking: Booking, by) -> None:
    booking.cancelled_at, booking.cancelled_by = clock.now(), by if isinstance(by, str) else str(by.pk)
    booking.version += 1
    booking.save(update_fields=["cancelled_at", "cancelled_by", "version"])


def _must_be_bookable(resource: Resource, pathway: Pathway, start: datetime, end: datetime, field: str) -> None:
    zone = resource.centre.timezone
    opens, closes = clock.local(start, zone), clock.local(end, zone)
    if resource.centre_id != pathway.hub_id or not resource.in_use:
        raise Refused(Reason("not_this_centres", "resource"))
    if end <= start:
        raise Refused(Reason("ends_before_start", field))
    if start < clock.now():
        raise Refused(Reason("in_the_past", field))
    if resource.kind == Resource.Kind.BED:
        return
    if not working_days.is_working(opens.date(), resource.centre):
        raise Refused(Reason("closed_day", field, {"day": opens.date()}))
    inside = opens.date() == closes.date() and opens.time() >= resource.opens_at and closes.time() <= resource.closes_at
    if not inside:
        hours = {"opens": f"{resource.opens_at:%H:%M}", "closes": f"{resource.closes_at:%H:%M}"}
        raise Refused(Reason("outside_hours", field, hours))


def _must_be_free(resource: Resource, start: datetime, end: datetime, field: str) -> None:
    if resource.bookings.filter(cancelled_at__isnull=True, during__overlap=(start, end)).exists():
        free = next_free(resource, start, end - start)
        zone = resource.centre.timezone
        words = ", ".join(f"{clock.local(at, zone):%d/%m/%Y %H:%M}" for at in free)
        code = "taken" if free else "taken_for_long"
        raise Refused(Reason(code, field, {"resource": resource.name, "free": words}))

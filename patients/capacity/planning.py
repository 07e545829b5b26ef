"""The bookings planner: a closed pathway keeps no chair and no bed that somebody else could have.

Nor does one that went to another hub. Where a closing is undone, what is still free comes back.
"""

from uuid import UUID

from django.db.models import F, Q

from patients.audit import clock
from patients.audit.actions import running
from patients.capacity.models import Booking, Resource
from patients.pathway.actions import plan_milestone, undo_milestone
from patients.pathway.models import Pathway

BY = "system:bookings"


def plan_bookings(patient_ids: list[UUID]) -> None:
    """Bring the bookings of the patients into line with how their pathways stand."""
    ahead = Q(cancelled_at__isnull=True, during__endswith__gt=clock.now())
    if not Booking.objects.filter(ahead | Q(given_back_until__isnull=False), pathway__patient__in=patient_ids).exists():
        return
    _give_back(patient_ids)
    _take_again(patient_ids)


def _give_back(patient_ids: list[UUID]) -> None:
    """Give back what closed and moved pathways had booked: what lies ahead wholly, what runs now from now on."""
    now = clock.now()
    closed = Q(pathway__status=Pathway.Status.CLOSED)
    left = Booking.objects.filter(
        closed | ~Q(resource__centre=F("pathway__hub")),
        pathway__patient__in=patient_ids,
        cancelled_at__isnull=True,
        during__endswith__gt=now,
    )
    author = running().user if running() else BY
    for booking in left.select_related("pathway__hub", "pathway__patient", "resource").select_for_update(of=("self",)):
        is_closed = booking.pathway.status == Pathway.Status.CLOSED
        booking.given_back_until = booking.during.upper if is_closed else None
        if booking.during.lower >= now:
            booking.cancelled_at, booking.cancelled_by = now, author
        else:
            booking.during = (booking.during.lower, now)
        booking.version += 1
        booking.save(update_fields=["cancelled_at", "cancelled_by", "during", "given_back_until", "version"])
        if not is_closed:
            _book_anew(booking)


def _take_again(patient_ids: list[UUID]) -> None:
    """A pathway that is open again has again what it had booked, where nobody else has it by now."""
    now = clock.now()
    lost = Booking.objects.filter(pathway__patient__in=patient_ids, given_back_until__isnull=False)
    lost = lost.exclude(pathway__status=Pathway.Status.CLOSED)
    for booking in lost.select_related("pathway__hub", "pathway__patient", "resource").select_for_update(of=("self",)):
        during = (booking.during.lower, booking.given_back_until)
        Resource.objects.select_for_update(no_key=True).get(pk=booking.resource_id)
        others = booking.resource.bookings.filter(cancelled_at__isnull=True, during__overlap=during)
        free = booking.resource.in_use and during[1] > now and not others.exclude(pk=booking.pk).exists()
        booking.given_back_until = None
        if free:
            booking.cancelled_at, booking.cancelled_by, booking.during = None, "", during
        booking.version += 1
        booking.save(update_fields=["cancelled_at", "cancelled_by", "during", "given_back_until", "version"])
        if not free:
            _book_anew(booking)


def _book_anew(booking: Booking) -> None:
    """A chair that was lost before the cells were collected: the next step is to book one."""
    pathway = booking.pathway
    if booking.resource.kind != Resource.Kind.APHERESIS_CHAIR:
        return
    if pathway.milestones.happened().filter(what="apheresis").exists():
        return
    undo_milestone(pathway=pathway, what="apheresis_booked", by=BY)
    plan_milestone(pathway=pathway, what="apheresis", on=None, by=BY)

"""The bookings planner: a closed pathway keeps no chair and no bed that somebody else could have."""

from uuid import UUID

from patients.audit import clock
from patients.audit.actions import running
from patients.capacity.models import Booking
from patients.pathway.models import Pathway


def plan_bookings(patient_ids: list[UUID]) -> None:
    """Give back what closed pathways had booked: what lies ahead wholly, what runs now from now on."""
    now = clock.now()
    left = Booking.objects.filter(
        pathway__patient__in=patient_ids,
        pathway__status=Pathway.Status.CLOSED,
        cancelled_at__isnull=True,
        during__endswith__gt=now,
    )
    author = running().user if running() else "system:bookings"
    for booking in left.select_for_update(of=("self",)):
        if booking.during.lower >= now:
            booking.cancelled_at, booking.cancelled_by = now, author
        else:
            booking.during = (booking.during.lower, now)
        booking.version += 1
        booking.save(update_fields=["cancelled_at", "cancelled_by", "during", "version"])

"""Pages of apheresis: book, move or give back a chair; record the collection."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from patients.apheresis import actions, words
from patients.apheresis.forms import USUAL_HOURS, BookForm, GiveBackForm, RecordForm
from patients.audit import clock
from patients.capacity import actions as capacity
from patients.capacity.models import Booking
from patients.pathway.models import Pathway
from patients.pathway.views import PathwayFormView


def times(booking: Booking, zone: str) -> str:
    """When a booking runs, on the hub's wall clock: 24/11/2026 08:00-13:00."""
    start, end = (clock.local(at, zone) for at in (booking.during.lower, booking.during.upper))
    return f"{start:%d/%m/%Y %H:%M}–{end:%H:%M}"


class Book(PathwayFormView):
    """Book a chair, or move the booking."""

    form_class = BookForm
    facet, permission = "apheresis", "apheresis.book"
    title = _("Apheresis chair")
    template_name = "apheresis/book.html"
    words = words.REFUSALS

    def form_kwargs(self, pathway: Pathway) -> dict:
        moves = actions.booking(pathway) is not None
        return {"pathway": pathway, "chairs": list(actions.chairs(pathway)), "moves": moves}

    def version(self, pathway: Pathway) -> int:
        """Counts what was booked and given back: somebody else's move makes another version."""
        rows = Booking.objects.filter(pathway=pathway)
        return rows.count() + rows.filter(cancelled_at__isnull=False).count()

    def context(self, pathway: Pathway) -> dict:
        held = actions.booking(pathway)
        zone = pathway.hub.timezone
        after, length = clock.now(), timedelta(hours=USUAL_HOURS)
        return {
            "held": held and {"chair": held.resource.name, "times": times(held, zone)},
            "free": [
                (
                    chair.name,
                    [f"{clock.local(at, zone):%d/%m %H:%M}" for at in capacity.next_free(chair, after, length)],
                )
                for chair in actions.chairs(pathway).select_related("centre")
            ],
            "hours": USUAL_HOURS,
        }

    def write(self, pathway: Pathway, form: BookForm, by) -> None:
        if "why" in form.fields:
            actions.move(pathway=pathway, why=form.cleaned_data["why"], by=by, **form.booked())
        else:
            actions.book(pathway=pathway, by=by, **form.booked())


class GiveBack(PathwayFormView):
    """Give the booked chair back, with a reason."""

    form_class = GiveBackForm
    facet, permission = "apheresis", "apheresis.book"
    title = _("Give the chair back")
    template_name = "apheresis/give_back.html"
    words = words.REFUSALS

    def context(self, pathway: Pathway) -> dict:
        held = actions.booking(pathway)
        return {"held": held and {"chair": held.resource.name, "times": times(held, pathway.hub.timezone)}}

    def write(self, pathway: Pathway, form: GiveBackForm, by) -> None:
        actions.give_back(pathway=pathway, why=form.cleaned_data["why"], by=by)

    def success_url(self, pathway: Pathway) -> str:
        return reverse("apheresis:book", args=[pathway.pk])


class Record(PathwayFormView):
    """Record the collection."""

    form_class = RecordForm
    facet, permission = "apheresis", "apheresis.record"
    title = _("Apheresis")
    template_name = "apheresis/record.html"
    words = words.REFUSALS

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def context(self, pathway: Pathway) -> dict:
        held = actions.booking(pathway)
        return {
            "recorded": actions.collection(pathway),
            "held": held and {"chair": held.resource.name, "times": times(held, pathway.hub.timezone)},
        }

    def write(self, pathway: Pathway, form: RecordForm, by) -> None:
        actions.record(pathway=pathway, by=by, **form.cleaned_data)

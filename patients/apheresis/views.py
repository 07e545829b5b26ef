"""Pages of apheresis: book, move or give back a chair; look at what must be ready; record or repeat the collection."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.apheresis import actions, rules, words
from patients.apheresis.forms import USUAL_HOURS, BookForm, GiveBackForm, PrepareForm, RecordForm, RepeatForm
from patients.apheresis.models import WashoutReview
from patients.audit import clock
from patients.audit.shown import Block, Chip, Link, source_words
from patients.capacity import actions as capacity
from patients.capacity.models import Booking
from patients.eligibility import indication, washouts
from patients.observations.words import MEASURED, SEROLOGY, unit_words
from patients.pathway.models import Pathway
from patients.pathway.views import PathwayFormView
from patients.products.washouts import lengths
from patients.referral.dossier import Dossier
from patients.referral.words import WASHOUTS


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


TONES = {
    rules.IN_TIME: ("ok", "check"),
    rules.AS_WISHED: ("ok", "check"),
    rules.TOO_OLD: ("warn", "alert"),
    rules.BELOW: ("warn", "alert"),
    rules.NO_DAY_YET: ("unknown", "ask"),
    rules.NOT_KNOWN: ("unknown", "ask"),
}


def _chip(state: str, states: dict) -> Chip:
    tone, icon = TONES[state]
    return Chip(str(states[state]), icon, tone)


def serology_rows(pathway: Pathway, on: date | None) -> list[tuple]:
    """Each test: its name, the day of the blood and the result, and whether it counts for the apheresis."""
    rows = []
    for what, row in actions.serologies(pathway).items():
        said = ""
        if row is not None:
            result = {True: gettext("positive"), False: gettext("negative"), None: gettext("result not known")}
            said = f"{row.taken_on:%d/%m/%Y}, {result[row.positive]}"
        state = rules.serology_state(row.taken_on if row else None, on)
        rows.append((SEROLOGY[what], said, _chip(state, words.SEROLOGY_STATES)))
    return rows


def count_rows(pathway: Pathway) -> list[tuple]:
    """Each count: its name, value and day, and whether it is as wished."""
    rows = []
    for what, row in actions.counts(pathway).items():
        said = ""
        if row is not None:
            day = clock.local(row.at, pathway.hub.timezone)
            unit = unit_words(row.unit)
            said = f"{number_format(row.value.normalize())} {unit}, {day:%d/%m/%Y}"
        rows.append((MEASURED[what], said, _chip(rules.count_state(what, row and row.value), words.COUNT_STATES)))
    return rows


def washout_rows(pathway: Pathway) -> list[tuple]:
    """What counts at the hub for each treatment: how long before the apheresis its last dose lies, if unverified."""
    return [(WASHOUTS[code], washouts.length(row), row.tag == "K") for code, row in lengths(pathway.hub_id).items()]


def ready_blocks(pathway: Pathway, on: date | None, *, reads_dossier: bool) -> list[Block]:
    """What is not as wished before the apheresis, in words, and of the indication; it warns and stops nothing."""
    act = Link(gettext("Look at it"), reverse("apheresis:prepare", args=[pathway.pk]))
    text = f"{gettext('warns, does not stop')} · {source_words('4')}"
    return [
        Block(str(words.WARNINGS[code]), text, "unknown", act, "preparation") for code in actions.warnings(pathway, on)
    ] + indication.recheck_blocks(pathway, reads_dossier=reads_dossier)


class Prepare(PathwayFormView):
    """What is looked at before the apheresis: counts, serology in its window, wash-outs."""

    form_class = PrepareForm
    facet, permission = "apheresis", "apheresis.record"
    title = _("Before the apheresis")
    template_name = "apheresis/prepare.html"
    words = words.REFUSALS

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def version(self, pathway: Pathway) -> int:
        return WashoutReview.objects.filter(pathway=pathway).count()

    def context(self, pathway: Pathway) -> dict:
        on = actions.day_of(pathway)
        looked = actions.washouts_looked_at(pathway)
        return {
            "on": on,
            "indication": indication.recheck_blocks(pathway, reads_dossier=self.opened.access.reads("dossier")),
            "serology": serology_rows(pathway, on),
            "counts": count_rows(pathway),
            "medicines": washouts.rows(Dossier(pathway, pathway.hub), on, clock.today(pathway.hub.timezone))
            if self.opened.access.reads("dossier")
            else None,
            "reference": washout_rows(pathway),
            "looked": looked,
            "moved": looked is not None and looked.apheresis_on != on,
        }

    def write(self, pathway: Pathway, form: PrepareForm, by) -> None:
        actions.prepare(pathway=pathway, by=by, **form.prepared())

    def success_url(self, pathway: Pathway) -> str:
        return reverse("apheresis:prepare", args=[pathway.pk])


class Repeat(PathwayFormView):
    """Too few cells, or not usable: collect again."""

    form_class = RepeatForm
    facet, permission = "apheresis", "apheresis.record"
    title = _("Collect again")
    template_name = "apheresis/repeat.html"
    words = words.REFUSALS

    def context(self, pathway: Pathway) -> dict:
        return {"recorded": actions.collection(pathway)}

    def write(self, pathway: Pathway, form: RepeatForm, by) -> None:
        actions.repeat(pathway=pathway, why=form.cleaned_data["why"], by=by)


class Record(PathwayFormView):
    """Record the collection."""

    form_class = RecordForm
    facet, permission = "apheresis", "apheresis.record"
    title = _("Apheresis")
    template_name = "apheresis/record.html"
    words = words.REFUSALS

    def _completes(self, pathway: Pathway) -> bool:
        """Whether a collection stands already; a form that names another one meets it, and says so."""
        return actions.collection(pathway) is not None and "collection_id" not in self.request.POST

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway, "completes": self._completes(pathway)}

    def initial(self, pathway: Pathway) -> dict:
        made = actions.collection(pathway)
        names = (*RecordForm.COUNTED, "complications", "complications_note")
        return {} if made is None else {name: getattr(made, name) for name in names}

    def version(self, pathway: Pathway) -> int:
        made = actions.collection(pathway)
        return 0 if made is None else made.version

    def context(self, pathway: Pathway) -> dict:
        held = actions.booking(pathway)
        return {
            "recorded": actions.collection(pathway),
            "earlier": actions.earlier(pathway),
            "shipped": pathway.milestones.happened().filter(what="shipped").exists(),
            "ready": ready_blocks(
                pathway, clock.today(pathway.hub.timezone), reads_dossier=self.opened.access.reads("dossier")
            ),
            "held": held and {"chair": held.resource.name, "times": times(held, pathway.hub.timezone)},
        }

    def write(self, pathway: Pathway, form: RecordForm, by) -> None:
        write = actions.complete if self._completes(pathway) else actions.record
        write(pathway=pathway, by=by, **form.cleaned_data)

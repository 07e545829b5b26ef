"""Pages of follow-up: what was done and is planned, a restaging, a visit."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from patients.audit import clock
from patients.clinical.days import day_number
from patients.clinical.response import LuganoFacts, lugano, may_be_pseudo_progression
from patients.followup import actions, rules, words
from patients.followup.forms import BETWEEN, ReadingForm, RestagingForm, VisitForm, asked_of, computed_words, offered
from patients.followup.models import Restaging, Visit
from patients.identity.access import may_somewhere
from patients.pathway.doors import open_pathway
from patients.pathway.models import Pathway
from patients.pathway.views import PathwayFormView

RECORD = "followup.record"


class FollowupPage(PathwayFormView):
    """What the forms of this room share."""

    facet = "followup"
    permission = RECORD
    words = words.REFUSALS

    def success_url(self, subject: Pathway) -> str:
        return reverse("followup:course", args=[subject.pk])


class Restage(FollowupPage):
    """Record a restaging."""

    form_class = RestagingForm
    template_name = "followup/restage.html"
    title = gettext_lazy("Record a restaging")

    def version(self, subject: Pathway) -> int:
        return Restaging.objects.filter(pathway=subject).count()

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"pathway": subject, "offered": offered(list(actions.open_plans(subject)))}

    def initial(self, subject: Pathway) -> dict:
        if subject.day_0 is None:
            return {}
        today = clock.today(subject.hub.timezone)
        nearest = rules.nearest(actions.open_plans(subject), done_on=today, day_0=subject.day_0)
        return {"milestone": nearest} if nearest else {}

    def context(self, subject: Pathway) -> dict:
        return {"section": "followup", "not_infused": subject.day_0 is None, "scores": words.DEAUVILLE_WORDS}

    def write(self, subject: Pathway, form: RestagingForm, by) -> None:
        row = actions.restage(pathway=subject, read=form.read(), milestone=form.chosen_milestone(), by=by)
        self.say_pseudo_progression(subject, row)

    def say_pseudo_progression(self, subject: Pathway, row: Restaging) -> None:
        day = day_number(row.done_on, day_0=subject.day_0)
        if may_be_pseudo_progression(row.response, day=day, symptoms=row.symptoms):
            messages.warning(
                self.request,
                _("Pseudoprogression is possible around day +30: biopsy or repeat PET before failure is declared."),
            )


class CorrectRestaging(Restage):
    """Correct a restaging, with the reason."""

    title = gettext_lazy("Correct a restaging")

    def open(self, request: HttpRequest, pathway_id, restaging_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id)
        if not Restaging.objects.filter(pk=restaging_id, pathway=pathway).exists():
            raise Http404
        self.row_id: UUID = restaging_id
        return pathway

    def row(self) -> Restaging:
        return Restaging.objects.get(pk=self.row_id)

    def version(self, subject: Pathway) -> int:
        return self.row().version

    def form_kwargs(self, subject: Pathway) -> dict:
        return {
            "pathway": subject,
            "offered": offered(list(actions.open_plans(subject)), self.row().milestone),
            "correcting": True,
        }

    def initial(self, subject: Pathway) -> dict:
        return asked_of(self.row())

    def write(self, subject: Pathway, form: RestagingForm, by) -> None:
        row = actions.restage(
            pathway=subject,
            read=form.read(),
            milestone=form.chosen_milestone(),
            restaging_id=self.row_id,
            why=form.cleaned_data["why"],
            by=by,
        )
        self.say_pseudo_progression(subject, row)


class RecordVisit(FollowupPage):
    """Record a visit."""

    form_class = VisitForm
    title = gettext_lazy("Record a visit")

    def version(self, subject: Pathway) -> int:
        return Visit.objects.filter(pathway=subject).count()

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"pathway": subject}

    def context(self, subject: Pathway) -> dict:
        return {"section": "followup"}

    def write(self, subject: Pathway, form: VisitForm, by) -> None:
        actions.visit(pathway=subject, by=by, **form.told())


class CorrectVisit(RecordVisit):
    """Correct a visit, with the reason."""

    title = gettext_lazy("Correct a visit")

    def open(self, request: HttpRequest, pathway_id, visit_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id)
        if not Visit.objects.filter(pk=visit_id, pathway=pathway).exists():
            raise Http404
        self.row_id: UUID = visit_id
        return pathway

    def version(self, subject: Pathway) -> int:
        return Visit.objects.values_list("version", flat=True).get(pk=self.row_id)

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"pathway": subject, "correcting": True}

    def initial(self, subject: Pathway) -> dict:
        row = Visit.objects.get(pk=self.row_id)
        ecog = "unknown" if row.ecog is None else str(row.ecog)
        return {"done_on": row.done_on, "where": row.where, "ecog": ecog, "note": row.note}

    def write(self, subject: Pathway, form: VisitForm, by) -> None:
        actions.visit(pathway=subject, visit_id=self.row_id, by=by, **form.told())


class Course(View):
    """What was found since the infusion, and what is planned."""

    def get(self, request: HttpRequest, pathway_id) -> HttpResponse:
        opened = open_pathway(request.user, pathway_id, facet="followup", what="followup:course")
        pathway = opened.pathway
        page = {
            "title": _("Follow-up"),
            "section": "followup",
            "pathway": pathway,
            "patient": pathway.patient,
            "access": opened.access,
            "restagings": [restaging_row(row, pathway) for row in restagings(pathway, opened.access.until)],
            "visits": [visit_row(row, pathway) for row in visits(pathway, opened.access.until)],
            "plans": plan_rows(pathway),
            "may_record": opened.access.may(RECORD) and pathway.status == Pathway.Status.OPEN and pathway.day_0,
        }
        return render(request, "followup/course.html", page)


def restagings(pathway: Pathway, until):
    """The restagings that a reader may see; after the reader's care has ended, those confirmed until then."""
    rows = pathway.restagings.select_related("confirmed_by").order_by("-done_on")
    return rows if until is None else rows.filter(confirmed_at__lte=until)


def visits(pathway: Pathway, until):
    rows = pathway.visits.select_related("written_by").order_by("-done_on")
    return rows if until is None else rows.filter(written_at__lte=until)


def restaging_row(row: Restaging, pathway: Pathway) -> dict:
    return {
        "row": row,
        "day": day_number(row.done_on, day_0=pathway.day_0),
        "which": words.MILESTONES[row.milestone or BETWEEN],
        "response": words.SHORT_RESPONSES[Restaging.Response(row.response)],
    }


def visit_row(row: Visit, pathway: Pathway) -> dict:
    return {"row": row, "day": day_number(row.done_on, day_0=pathway.day_0), "where": words.WHERE[row.where]}


def plan_rows(pathway: Pathway) -> list[dict]:
    """The restagings that are still to come, each with its planned day once one is set."""
    if pathway.day_0 is None:
        return []
    return [{"which": words.MILESTONES[code], "on": day} for code, day in actions.open_plans(pathway).items()]


@require_POST
def lugano_preview(request: HttpRequest) -> HttpResponse:
    """What Lugano 2014 makes of what was ticked so far; nothing of it is kept, no patient is named."""
    if not may_somewhere(request.user, RECORD):
        raise PermissionDenied
    form = ReadingForm({name: request.POST.get(name, "") for name in ReadingForm.base_fields})
    for field in form.fields.values():
        field.required = False
    shown = {"computed": computed_words(lugano(LuganoFacts(**form.facts())))} if form.is_valid() else {}
    return render(request, "followup/_lugano.html", shown)

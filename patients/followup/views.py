"""Pages of follow-up: what was done and is planned, restaging, visits, other facts, and who follows."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from patients.audit import clock
from patients.audit.refusals import Conflict
from patients.clinical.days import day_number
from patients.clinical.response import LuganoFacts, lugano, may_be_pseudo_progression
from patients.disease.models import Disease
from patients.followup import actions, forms, re_entry, rules, shown, words
from patients.followup.forms import ReadingForm, RestagingForm, VisitForm, asked_of, computed_words, offered
from patients.followup.models import FollowUpFact, HandOver, MyelomaResponse, Restaging, Visit
from patients.identity.access import may_at, may_somewhere
from patients.pathway.doors import open_pathway
from patients.pathway.models import Pathway
from patients.pathway.views import OffersRightPatient, PathwayFormView
from patients.toxicity.actions import record_other
from patients.toxicity.models import OtherToxicity

RECORD = "followup.record"


class FollowupPage(PathwayFormView):
    """What the forms of this room share."""

    facet = "followup"
    permission = RECORD
    words = words.REFUSALS

    def success_url(self, subject: Pathway) -> str:
        return reverse("followup:course", args=[subject.pk])


class Restage(FollowupPage):
    """Record a restaging: by Lugano, of myeloma by IMWG."""

    form_class = RestagingForm
    template_name = "followup/restage.html"
    title = gettext_lazy("Record a restaging")
    model: type = Restaging

    def open(self, request: HttpRequest, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id, **address)
        if pathway.disease == Disease.MM:
            self.form_class, self.model = forms.MyelomaForm, MyelomaResponse
        return pathway

    def version(self, subject: Pathway) -> int:
        return self.model.objects.filter(pathway=subject).count()

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"pathway": subject, "plans": offered(list(actions.open_plans(subject)))}

    def initial(self, subject: Pathway) -> dict:
        if subject.day_0 is None:
            return {}
        today = clock.today(subject.hub.timezone)
        nearest = rules.nearest(actions.open_plans(subject), done_on=today, day_0=subject.day_0)
        return {"milestone": nearest} if nearest else {}

    def context(self, subject: Pathway) -> dict:
        return {
            "section": "followup",
            "not_infused": subject.infused_from() is None,
            "scores": words.DEAUVILLE_WORDS if self.model is Restaging else {},
        }

    def write(self, subject: Pathway, form, by) -> None:
        self.record(subject, form, by)

    def record(self, subject: Pathway, form, by, *, row_id: UUID | None = None, why: str = "") -> None:
        told = {"pathway": subject, "read": form.read(), "milestone": form.chosen_milestone(), "by": by, "why": why}
        if self.model is MyelomaResponse:
            actions.restage_myeloma(response_id=row_id, **told)
        else:
            self.say_pseudo_progression(subject, actions.restage(restaging_id=row_id, **told))

    def say_pseudo_progression(self, subject: Pathway, row: Restaging) -> None:
        if subject.day_0 is None:
            return
        day = day_number(row.done_on, day_0=subject.day_0)
        if may_be_pseudo_progression(row.response, day=day, symptoms=row.symptoms):
            messages.warning(
                self.request,
                _("Pseudoprogression is possible around day +30: biopsy or repeat PET before failure is declared."),
            )


class Correcting(OffersRightPatient):
    """A page that corrects a row of follow-up, strikes it through, or records it on whose it is."""

    ways = re_entry.FOLLOWUP

    def subject_id(self, subject: Pathway) -> UUID:
        return self.row.pk

    def version(self, subject: Pathway) -> int:
        row = type(self.row).objects.get(pk=self.row.pk)
        return row.version if row.stands else 0

    def form_kwargs(self, subject: Pathway) -> dict:
        return super().form_kwargs(subject) | {"offered": self.offered(subject)}

    def strikes(self, subject: Pathway, form, by) -> bool:
        """Strike the row through, if that was asked; refuse one that is struck already."""
        if not self.row.stands:
            raise Conflict(self.row)
        if form.strikes and not self.re_enters(subject, form, self.row, by):
            actions.strike(row=self.row, why=form.cleaned_data["why"], by=by, version=self.row.version)
        return form.strikes


class CorrectRestaging(Correcting, Restage):
    """Correct a restaging, with the reason."""

    title = gettext_lazy("Correct a restaging")

    def open(self, request: HttpRequest, pathway_id, restaging_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id)
        self.row = get_object_or_404(self.model, pk=restaging_id, pathway=pathway)
        myeloma = self.model is MyelomaResponse
        self.form_class = forms.MyelomaCorrectionForm if myeloma else forms.RestagingCorrectionForm
        return pathway

    def form_kwargs(self, subject: Pathway) -> dict:
        plans = offered(list(actions.open_plans(subject)), self.row.milestone)
        return super().form_kwargs(subject) | {"plans": plans}

    def initial(self, subject: Pathway) -> dict:
        row = self.model.objects.get(pk=self.row.pk)
        return asked_of(row) if self.model is Restaging else forms.myeloma_typed(row)

    def write(self, subject: Pathway, form, by) -> None:
        if not self.strikes(subject, form, by):
            self.record(subject, form, by, row_id=self.row.pk, why=form.cleaned_data["why"])


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


class CorrectVisit(Correcting, RecordVisit):
    """Correct a visit, with the reason."""

    form_class = forms.VisitCorrectionForm
    title = gettext_lazy("Correct a visit")

    def open(self, request: HttpRequest, pathway_id, visit_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id)
        self.row = get_object_or_404(Visit, pk=visit_id, pathway=pathway)
        return pathway

    def initial(self, subject: Pathway) -> dict:
        row = Visit.objects.get(pk=self.row.pk)
        ecog = "unknown" if row.ecog is None else str(row.ecog)
        setting = row.setting or "unknown"
        return {"done_on": row.done_on, "where": row.where, "setting": setting, "ecog": ecog, "note": row.note}

    def write(self, subject: Pathway, form: VisitForm, by) -> None:
        if not self.strikes(subject, form, by):
            why = form.cleaned_data["why"]
            actions.visit(pathway=subject, visit_id=self.row.pk, why=why, by=by, **form.told())


# ── the other facts ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Kind:
    """Something that follow-up records by one form: its form, that of its correction, its model and titles."""

    form: type
    title: object
    write: Callable
    amend: type | None = None
    model: type | None = None
    amend_title: object = ""


def _fact(form: type, title, amend_title) -> Kind:
    return Kind(form, title, actions.record_fact, forms.correction_of(form), FollowUpFact, amend_title)


KINDS = {
    "counts": Kind(forms.CountsForm, gettext_lazy("Blood values"), actions.record_counts),
    "infection": Kind(
        forms.InfectionForm,
        gettext_lazy("Infection"),
        record_other,
        forms.InfectionCorrectionForm,
        OtherToxicity,
        gettext_lazy("Correct the infection"),
    ),
    "malignancy": Kind(
        forms.MalignancyForm,
        gettext_lazy("Second malignancy"),
        record_other,
        forms.MalignancyCorrectionForm,
        OtherToxicity,
        gettext_lazy("Correct the second malignancy"),
    ),
    "prophylaxis": _fact(forms.ProphylaxisForm, words.KINDS["prophylaxis"], gettext_lazy("Correct the prophylaxis")),
    "immunoglobulin": _fact(
        forms.ImmunoglobulinForm, words.KINDS["immunoglobulin"], gettext_lazy("Correct the immunoglobulin")
    ),
    "vaccine": _fact(forms.VaccineForm, words.KINDS["vaccine"], gettext_lazy("Correct the vaccine")),
    "relapse": _fact(forms.RelapseForm, words.KINDS["relapse"], gettext_lazy("Correct the relapse")),
    "treatment": _fact(forms.NextTreatmentForm, words.KINDS["treatment"], gettext_lazy("Correct the treatment")),
}


class Add(FollowupPage):
    """A fact of follow-up: one address with its kind."""

    def open(self, request: HttpRequest, pathway_id, kind, **address) -> Pathway:
        self.kind = KINDS.get(kind)
        if self.kind is None:
            raise Http404
        self.form_class, self.title = self.kind.form, self.kind.title
        return super().open(request, pathway_id, **address)

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"pathway": subject}

    def context(self, subject: Pathway) -> dict:
        return {"section": "followup"}

    def write(self, subject: Pathway, form, by) -> None:
        told = form.told()
        self.kind.write(pathway=subject, by=by, **told)
        if told.get("kind") == rules.VACCINE:
            first = rules.vaccine_too_early(told["what"], told["started_on"], day_0=subject.infused_from())
            if first is not None:
                said = _("Recorded. The published earliest day for this vaccine is %(day)s.")
                messages.warning(self.request, said % {"day": f"{first:%d/%m/%Y}"})


class Amend(Correcting, Add):
    """Correct a fact, write its end, strike it through, or record it on whose it is."""

    def open(self, request: HttpRequest, pathway_id, kind, row_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id, kind, **address)
        if self.kind.model is None:
            raise Http404
        self.form_class, self.title = self.kind.amend, self.kind.amend_title
        own = {"kind": self.kind.form.kind} if self.kind.model is FollowUpFact else {"what": self.kind.form.what_is}
        self.row = get_object_or_404(self.kind.model, pk=row_id, pathway=pathway, **own)
        return pathway

    def initial(self, subject: Pathway) -> dict:
        return self.form_class.typed(self.row)

    def write(self, subject: Pathway, form, by) -> None:
        if not self.strikes(subject, form, by):
            why, version = form.cleaned_data["why"], self.row.version
            self.kind.write(pathway=subject, corrects=self.row, version=version, why=why, by=by, **form.told())


class HandOverPage(FollowupPage):
    """Follow-up is offered to the other centre; the other centre answers; an offer is taken back."""

    form_class = forms.OfferForm

    def open(self, request: HttpRequest, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id, **address)
        self.offer = pathway.hand_overs.filter(state=HandOver.State.OFFERED).first()
        if self.offer is None:
            self.title = gettext_lazy("Hand follow-up over")
        elif may_at(request.user, RECORD, pathway.hub if self.offer.to == rules.HUB else pathway.referring_centre):
            self.form_class, self.title = forms.AnswerForm, gettext_lazy("Take follow-up over")
        else:
            self.form_class, self.title = forms.TakeBackForm, gettext_lazy("Take the offer back")
        return pathway

    def version(self, subject: Pathway) -> int:
        return sum(subject.hand_overs.values_list("version", flat=True))

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"pathway": subject}

    def initial(self, subject: Pathway) -> dict:
        return {} if self.offer else {"from_on": clock.today(subject.hub.timezone)}

    def context(self, subject: Pathway) -> dict:
        return {"section": "followup", "offer": shown.offer_lines(self.offer, subject)}

    template_name = "followup/hand_over.html"

    def write(self, subject: Pathway, form, by) -> None:
        said = form.cleaned_data
        if self.offer is None:
            actions.hand_over(pathway=subject, from_on=said["from_on"], note=said["note"], by=by)
        else:
            actions.answer_hand_over(pathway=subject, takes=said.get("takes") == "yes", note=said["note"], by=by)


class Course(View):
    """What was found since the infusion, what is planned, and who follows."""

    def may_hand_over(self, request: HttpRequest, pathway: Pathway) -> bool:
        """Whether the reader's centre follows, or an offer waits: either side may answer it."""
        if pathway.referring_centre is None:
            return False
        offered = pathway.hand_overs.filter(state=HandOver.State.OFFERED).exists()
        return offered or self.follows(request, pathway)

    def follows(self, request: HttpRequest, pathway: Pathway) -> bool:
        """Whether the reader's centre follows: then a waiting offer is its own."""
        here = pathway.hub if actions.follower(pathway) == rules.HUB else pathway.referring_centre
        return may_at(request.user, RECORD, here)

    def get(self, request: HttpRequest, pathway_id) -> HttpResponse:
        opened = open_pathway(request.user, pathway_id, facet="followup", what="followup:course")
        pathway = opened.pathway
        infused = pathway.infused_from() is not None
        page = {
            "title": _("Follow-up"),
            "day_not_known": infused and pathway.day_0 is None,
            "section": "followup",
            "pathway": pathway,
            "patient": pathway.patient,
            "access": opened.access,
            "may_record": opened.access.may(RECORD) and pathway.status == Pathway.Status.OPEN and infused,
            "course": shown.course(pathway, opened.access.until),
            "may_hand_over": self.may_hand_over(request, pathway),
            "offer_is_ours": self.follows(request, pathway),
        }
        return render(request, "followup/course.html", page)


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

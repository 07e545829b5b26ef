"""Pages of the bedside: the card, its grades, the sheet, what was given, and the ward's list."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from patients.audit import clock
from patients.audit.actions import saw
from patients.audit.fields import show_last
from patients.audit.pages import FormPage
from patients.audit.refusals import Conflict, Reason
from patients.centres.models import Centre
from patients.identity import access
from patients.observations import actions as observations
from patients.observations import rules as observation_rules
from patients.observations.models import Observation, latest
from patients.pathway.doors import open_pathway
from patients.pathway.forms import StrikeForm
from patients.pathway.models import Pathway
from patients.pathway.re_entry import moved
from patients.pathway.views import OffersRightPatient, PathwayFormView
from patients.toxicity import actions, episodes, forms, reading, rules, shown, ward, words
from patients.toxicity.models import Assessment, Grade, IntensiveCare, OtherToxicity, Treatment, WatchProtocol
from patients.toxicity.re_entry import BEDSIDE


class Bedside(PathwayFormView):
    """What the room's form pages share."""

    facet = "toxicity"
    permission = "toxicity.record"
    words = words.REFUSALS

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"pathway": subject}

    def frame(self, subject: Pathway) -> dict:
        return super().frame(subject) | {"section": "toxicity", "purpose": words.INTENDED_PURPOSE}

    def success_url(self, subject: Pathway) -> str:
        return reverse("toxicity:sheet", args=[subject.pk])

    def may_record_death(self, subject: Pathway) -> bool:
        needed = ("toxicity.confirm", "death.record")
        return all(access.may_at(self.request.user, permission, subject.hub) for permission in needed)


def standing_set(pathway: Pathway, assessment_id: UUID) -> Assessment:
    """A set of this pathway, whether it still stands or not; one of another pathway is not found."""
    return get_object_or_404(
        Assessment.objects.select_related("recorded_by", "told_by", "struck_by", "pathway"),
        pk=assessment_id,
        pathway=pathway,
    )


# ── the bedside card ─────────────────────────────────────────────────────────────────────────────────────────────


class Assess(Bedside):
    """One set of bedside facts: phone first, one scroll, nothing filled in."""

    form_class = forms.AssessmentForm
    template_name = "toxicity/assess.html"
    title = gettext_lazy("Bedside set")
    made: Assessment | None = None

    def initial(self, subject: Pathway) -> dict:
        last = subject.assessments.standing().order_by("-at").first()
        return {"at": clock.now(), "setting": last.setting if last else None}

    def form_kwargs(self, subject: Pathway) -> dict:
        return super().form_kwargs(subject) | {"may_record_death": self.may_record_death(subject)}

    def context(self, subject: Pathway) -> dict:
        return {"bedside": self.bedside}

    def _page(self, request, subject, form, **kwargs) -> HttpResponse:
        self.bedside = shown.bedside(subject)
        last = shown.last_values(subject, self.bedside)
        show_last(form, {name: told for name, told in last.items() if name in form.fields})
        return super()._page(request, subject, form, **kwargs)

    def write(self, subject: Pathway, form, by) -> None:
        self.made = actions.assess(pathway=subject, at=form.cleaned_data["at"], facts=form.facts(), by=by)

    def success_url(self, subject: Pathway) -> str:
        made = self.made or subject.assessments.standing().order_by("-recorded_at").first()
        return reverse("toxicity:confirm", args=[subject.pk, made.pk]) if made else super().success_url(subject)


class Correct(Assess):
    """A set again as it was recorded, to be corrected with a reason; the old version stays."""

    form_class = forms.CorrectionForm
    title = gettext_lazy("Correct the set")

    def open(self, request: HttpRequest, pathway_id, assessment_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id, **address)
        self.assessment = standing_set(pathway, assessment_id)
        return pathway

    def subject_id(self, subject: Pathway) -> UUID:
        return self.assessment.pk

    def initial(self, subject: Pathway) -> dict:
        return forms.as_typed(self.assessment)

    def version(self, subject: Pathway) -> int:
        row = Assessment.objects.get(pk=self.assessment.pk)
        return row.version if row.stands else 0

    def write(self, subject: Pathway, form, by) -> None:
        if not self.assessment.stands:
            raise Conflict(self.assessment)
        self.made = actions.correct(
            assessment=self.assessment,
            at=form.cleaned_data["at"],
            facts=form.facts(),
            reason=form.cleaned_data["why"],
            by=by,
            version=self.assessment.version,
        )


@require_POST
def preview(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """What the rules would say of the card as it stands now: stores nothing."""
    opened = open_pathway(
        request.user, pathway_id, facet="toxicity", permission="toxicity.record", what="toxicity:preview"
    )
    form = forms.AssessmentForm(data=request.POST, pathway=opened.pathway, may_record_death=True)
    form.is_valid()  # a field with an error counts as not assessed; its error stands beside it after sending
    return render(request, "toxicity/preview.html", {"said": shown.preview(opened.pathway, form)})


class Confirm(Bedside):
    """A set with its grades: the published row lit, its grounds in words, and a person who confirms."""

    form_class = forms.ConfirmForm
    permission = None  # reading needs the facet alone; writing asks for the permission below
    template_name = "toxicity/confirm.html"
    title = gettext_lazy("Grades of the set")

    def open(self, request: HttpRequest, pathway_id, assessment_id, **address) -> Pathway:
        if request.method == "POST":
            self.permission = "toxicity.confirm"
        pathway = super().open(request, pathway_id, **address)
        self.assessment = standing_set(pathway, assessment_id)
        return pathway

    def subject_id(self, subject: Pathway) -> UUID:
        return self.assessment.pk

    def grades(self) -> list[Grade]:
        rows = self.assessment.grades.select_related("assessment", "confirmed_by")
        return sorted(rows, key=lambda grade: rules.SCALES.index(grade.scale))

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"grades": self.grades(), "may_record_death": self.may_record_death(subject)}

    def version(self, subject: Pathway) -> int:
        # Each grade's version only grows, so their sum changes whenever one of them does.
        row = Assessment.objects.get(pk=self.assessment.pk)
        return sum(grade.version for grade in row.grades.all()) if row.stands else 0

    def context(self, subject: Pathway) -> dict:
        may_confirm = self.opened.access.may("toxicity.confirm")
        said = shown.one_set(subject, self.assessment, self.grades())
        return {"said": said, "may_confirm": may_confirm, "moved": moved(self.request.user, self.assessment)}

    def write(self, subject: Pathway, form, by) -> None:
        for scale, (value, reason) in form.chosen(form.cleaned_data).items():
            grade = self.assessment.grades.get(scale=scale)
            actions.confirm(grade=grade, value=value, by=by, version=grade.version, reason=reason)


class OneSet(Bedside):
    """A small form about one set: entered in error, doctor told."""

    template_name = "toxicity/form.html"

    def open(self, request: HttpRequest, pathway_id, assessment_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id, **address)
        self.assessment = standing_set(pathway, assessment_id)
        return pathway

    def subject_id(self, subject: Pathway) -> UUID:
        return self.assessment.pk

    def version(self, subject: Pathway) -> int:
        row = Assessment.objects.get(pk=self.assessment.pk)
        return row.version if row.stands else 0

    def context(self, subject: Pathway) -> dict:
        return {"about": shown.set_line(subject, self.assessment)}


class Strike(OffersRightPatient, OneSet):
    """A set that was entered in error: struck through with its reason, and recorded anew on whose it is."""

    ways = BEDSIDE
    form_class = StrikeForm
    title = gettext_lazy("Entered in error")

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"offered": self.offered(subject)}

    def write(self, subject: Pathway, form, by) -> None:
        if self.re_enters(subject, form, self.assessment, by):
            return
        why = form.cleaned_data["why"]
        actions.strike(assessment=self.assessment, why=why, by=by, version=self.assessment.version)


class Told(OneSet):
    """The doctor was told of a set's alerts."""

    form_class = forms.ToldForm
    title = gettext_lazy("Doctor told")

    def initial(self, subject: Pathway) -> dict:
        return {"told_at": clock.now()}

    def write(self, subject: Pathway, form, by) -> None:
        given = form.cleaned_data
        actions.told(assessment=self.assessment, whom=given["told_whom"], at=given["told_at"], by=by)


# ── treatments and measures ──────────────────────────────────────────────────────────────────────────────────────


class Treat(Bedside):
    """A drug that was given; beside it the count and the hours since the last dose of tocilizumab."""

    form_class = forms.TreatmentForm
    template_name = "toxicity/treat.html"
    title = gettext_lazy("Drug given")

    def initial(self, subject: Pathway) -> dict:
        return {"at": clock.now()}

    def context(self, subject: Pathway) -> dict:
        return {"tocilizumab": shown.tocilizumab(subject)}

    def write(self, subject: Pathway, form, by) -> None:
        given = form.cleaned_data
        if given["weight_kg"] is not None:
            observations.record(
                patient=subject.patient,
                what=Observation.What.WEIGHT,
                value=given["weight_kg"],
                unit="kg",
                at=given["at"],
                by=by,
            )
        weight = latest(subject.patient, Observation.What.WEIGHT)
        actions.treat(
            pathway=subject,
            drug=given["drug"],
            dose_mg=given["dose_mg"],
            route=given["route"],
            at=given["at"],
            weight_kg=weight.value if weight else None,
            note=given["note"],
            by=by,
        )


@dataclass(frozen=True)
class Kind:
    """Something that is recorded and amended by one form: its form, the one of its correction, model and titles."""

    model: type
    form: type | None
    amend: type
    title: object
    amend_title: object
    write: Callable | None


KINDS = {
    "treatment": Kind(Treatment, None, forms.TreatmentCorrectionForm, "", gettext_lazy("Correct the drug given"), None),
    "other": Kind(
        OtherToxicity,
        forms.OtherToxicityForm,
        forms.OtherToxicityCorrectionForm,
        gettext_lazy("Another toxicity"),
        gettext_lazy("Correct the toxicity"),
        actions.record_other,
    ),
    "intensive-care": Kind(
        IntensiveCare,
        forms.IntensiveCareForm,
        forms.IntensiveCareCorrectionForm,
        gettext_lazy("Intensive care"),
        gettext_lazy("Correct the stay in intensive care"),
        actions.record_intensive_care,
    ),
}


class Add(Bedside):
    """Another toxicity or a stay in intensive care: one address with its kind."""

    template_name = "toxicity/form.html"

    def open(self, request: HttpRequest, pathway_id, kind, **address) -> Pathway:
        self.kind = KINDS.get(kind)
        if self.kind is None or self.kind.form is None:
            raise Http404
        self.form_class, self.title = self.kind.form, self.kind.title
        return super().open(request, pathway_id, **address)

    def write(self, subject: Pathway, form, by) -> None:
        self.kind.write(pathway=subject, by=by, **form.told())


class Amend(OffersRightPatient, Bedside):
    """Correct what was recorded, or strike it through with a reason, and record it anew on whose it is."""

    ways = BEDSIDE
    template_name = "toxicity/form.html"

    def open(self, request: HttpRequest, pathway_id, kind, row_id, **address) -> Pathway:
        self.kind = KINDS.get(kind)
        if self.kind is None:
            raise Http404
        self.form_class, self.title = self.kind.amend, self.kind.amend_title
        pathway = super().open(request, pathway_id, **address)
        self.row = get_object_or_404(self.kind.model, pk=row_id, pathway=pathway)
        if getattr(self.row, "source", ""):  # what a study reported is not ours to correct
            raise Http404
        return pathway

    def subject_id(self, subject: Pathway) -> UUID:
        return self.row.pk

    def version(self, subject: Pathway) -> int:
        row = self.kind.model.objects.get(pk=self.row.pk)
        return row.version if row.stands else 0

    def initial(self, subject: Pathway) -> dict:
        if isinstance(self.row, Treatment):
            return {name: getattr(self.row, name) for name in TREATMENT_FIELDS}
        return self.form_class.typed(self.row)

    def context(self, subject: Pathway) -> dict:
        is_drug = isinstance(self.row, Treatment)
        about = shown.treatment_line(subject, self.row) if is_drug else ""
        return {"about": about, "moved": moved(self.request.user, self.row)}

    def form_kwargs(self, subject: Pathway) -> dict:
        return super().form_kwargs(subject) | {"offered": self.offered(subject)}

    def write(self, subject: Pathway, form, by) -> None:
        why = form.cleaned_data["why"]
        if not self.row.stands:
            raise Conflict(self.row)
        if form.strikes:
            if not self.re_enters(subject, form, self.row, by):
                self._strike(why, by)
        elif isinstance(self.row, Treatment):
            told = {name: form.cleaned_data[name] for name in TREATMENT_FIELDS}
            actions.treat(pathway=subject, corrects=self.row, version=self.row.version, reason=why, by=by, **told)
        else:
            self.kind.write(pathway=subject, corrects=self.row, version=self.row.version, why=why, by=by, **form.told())

    def _strike(self, why: str, by) -> None:
        if isinstance(self.row, Treatment):
            actions.strike_treatment(treatment=self.row, why=why, by=by, version=self.row.version)
        else:
            actions.strike_recorded(row=self.row, why=why, by=by, version=self.row.version)


TREATMENT_FIELDS = ("drug", "dose_mg", "route", "at", "note")


class Measure(Bedside):
    """Weight and the patient's own baseline pressure."""

    form_class = forms.MeasureForm
    template_name = "toxicity/form.html"
    title = gettext_lazy("Weight and baseline pressure")

    def initial(self, subject: Pathway) -> dict:
        return {"at": clock.now()}

    def context(self, subject: Pathway) -> dict:
        return {"measured_url": reverse("pathway:measured", args=[subject.pk])}

    def _page(self, request, subject, form, **kwargs) -> HttpResponse:
        show_last(form, shown.last_measures(subject))
        return super()._page(request, subject, form, **kwargs)

    def write(self, subject: Pathway, form, by) -> None:
        given = form.cleaned_data
        for what in reading.MEASURES:
            if given[what] is not None:
                unit = observation_rules.BANDS[what].unit
                observations.record(
                    patient=subject.patient, what=what, value=given[what], unit=unit, at=given["at"], by=by
                )


# ── the end of the watch ─────────────────────────────────────────────────────────────────────────────────────────


class CloseWatch(Bedside):
    """The toxicity watch ends."""

    form_class = forms.CloseForm
    permission = "toxicity.confirm"
    template_name = "toxicity/form.html"
    title = gettext_lazy("Close the toxicity watch")

    def initial(self, subject: Pathway) -> dict:
        return {"on": clock.today(subject.hub.timezone)}

    def write(self, subject: Pathway, form, by) -> None:
        given = form.cleaned_data
        actions.close_watch(pathway=subject, on=given["on"], reason=given["why"], by=by)


class Discharge(Bedside):
    """The patient went home."""

    form_class = forms.DischargeForm
    permission = "toxicity.confirm"
    template_name = "toxicity/form.html"
    title = gettext_lazy("Discharge")

    def initial(self, subject: Pathway) -> dict:
        return {"on": clock.today(subject.hub.timezone)}

    def write(self, subject: Pathway, form, by) -> None:
        actions.discharge(pathway=subject, on=form.cleaned_data["on"], by=by)


class Protocol(FormPage):
    """A hub's thresholds and rhythm."""

    form_class = forms.ProtocolForm
    template_name = "toxicity/protocol.html"
    title = gettext_lazy("Bedside protocol")

    def open(self, request: HttpRequest, centre_id) -> Centre:
        at = {held.centre_id: held.centre for held in access.memberships(request.user)}
        if centre_id not in at or at[centre_id].kind != Centre.Kind.HUB:
            raise Http404
        if not access.may_at(request.user, "schedule.change", at[centre_id]):
            raise PermissionDenied
        return at[centre_id]

    def initial(self, subject: Centre) -> dict:
        row = reading.protocol_row(subject)
        return {name: getattr(row, name) for name in reading.PROTOCOL_VALUES}

    def version(self, subject: Centre) -> int:
        row = WatchProtocol.objects.filter(centre=subject).first()
        return row.version if row is not None else 0

    def context(self, subject: Centre) -> dict:
        row = reading.protocol_row(subject)
        return {
            "centre": subject,
            "row": row,
            "source": row.source.replace("convention", _("our convention")),
            "purpose": words.INTENDED_PURPOSE,
        }

    def form_kwargs(self, subject: Centre) -> dict:
        return {"request": self.request}

    def write(self, subject: Centre, form, by) -> None:
        values = {name: form.cleaned_data[name] for name in reading.PROTOCOL_VALUES}
        actions.set_protocol(centre=subject, by=by, second=form.second, version=self.version(subject), **values)

    def success_url(self, subject: Centre) -> str:
        return reverse("toxicity:protocol", args=[subject.pk])

    def words_for(self, reason: Reason) -> str:
        return str(words.REFUSALS[reason.code])


# ── the sheet and the ward ───────────────────────────────────────────────────────────────────────────────────────


@require_GET
def sheet(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """The strip of days with grades and drugs, its table, and every set and treatment with what can be done."""
    opened = open_pathway(request.user, pathway_id, facet="toxicity", what="toxicity:sheet")
    return render(
        request,
        "toxicity/sheet.html",
        {
            "pathway": opened.pathway,
            "patient": opened.pathway.patient,
            "access": opened.access,
            "section": "toxicity",
            "title": _("Toxicity sheet"),
            "sheet": shown.sheet(opened.pathway, until=opened.access.until),
            "beside": episodes.beside(opened.pathway, until=opened.access.until),
            "may_record": opened.access.may("toxicity.record"),
            "may_confirm": opened.access.may("toxicity.confirm"),
            "purpose": words.INTENDED_PURPOSE,
        },
    )


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The patients under toxicity watch whom this person sees, the next check due first."""
    if not access.may_somewhere(request.user, "toxicity.record"):
        raise PermissionDenied
    cards = ward.cards_of(request.user)
    hubs = [hub for hub in access.may_somewhere(request.user, "schedule.change") if hub.kind == Centre.Kind.HUB]
    saw(by=request.user, what="toxicity:mine", patient_ids=[card.patient_id for card in cards])
    return render(request, "toxicity/mine.html", {"cards": cards, "title": _("My patients"), "hubs": hubs})

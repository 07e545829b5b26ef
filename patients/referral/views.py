"""Pages of a referral: ask early, its draft, what was asked and answered, and the hub's answer."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST

from patients.audit import clock, tokens
from patients.audit.pages import FormPage
from patients.audit.refusals import Reason
from patients.centres.models import Centre, User
from patients.clinical import days
from patients.disease import indication, picklists
from patients.disease.course import Told
from patients.disease.words import drugs_words
from patients.identity.access import access_to, may_somewhere
from patients.identity.models import Patient
from patients.pathway.doors import open_pathway
from patients.pathway.models import Pathway
from patients.pathway.shown import moment_words
from patients.pathway.views import PathwayFormView
from patients.pathway.words import refusal_words
from patients.referral import actions, rules, words
from patients.referral.dossier import Dossier as ReadDossier
from patients.referral.dossier import acting_centre
from patients.referral.dossier_forms import FORMS
from patients.referral.forms import AnswerForm, AskForm, ReplyForm
from patients.referral.models import HubAnswer, Referral, SectionSaid
from patients.surveillance import actions as watched
from patients.surveillance import persons
from patients.surveillance.doors import open_watch
from patients.surveillance.models import Watch
from patients.surveillance.person_form import PersonPage, read_code
from patients.surveillance.shown import call

ASK = "referral.submit"
IN_FIRST_COLUMN = 4  # sections of the dossier: person, disease, lines, illnesses


def hubs(usual: UUID | None) -> list[Centre]:
    """Every hub that a referral can go to, the centre's usual one first."""
    return sorted(Centre.objects.filter(kind=Centre.Kind.HUB).order_by("name"), key=lambda hub: hub.pk != usual)


class AskPage(PersonPage):
    """What a new referral and a draft share: one form, saved as a draft or sent."""

    form_class = AskForm
    template_name = "referral/ask.html"
    title = gettext_lazy("Refer a patient")

    @abstractmethod
    def zone(self, subject) -> str:
        """The time zone of the centre that asks."""

    @abstractmethod
    def usual_hub(self, subject) -> UUID | None:
        """The hub that stands first in the list."""

    def form_kwargs(self, subject) -> dict:
        usual = self.usual_hub(subject)
        return {"zone": self.zone(subject), "hubs": hubs(usual), "sending": self.request.POST.get("do") == "send"}

    def words_for(self, reason: Reason) -> str:
        return refusal_words(reason, words.REFUSALS)

    def sends(self) -> bool:
        return self.request.POST.get("do") == "send"

    def say_so(self, pathway: Pathway) -> None:
        if self.sends():
            messages.success(
                self.request, _("Sent as %(number)s.") % {"number": pathway.patient.number}, extra_tags="live"
            )
        else:
            messages.success(self.request, _("Draft saved. Only your centre sees it."))

    @abstractmethod
    def asking_centre(self) -> Centre:
        """The centre that refers."""

    def who_asks(self, form) -> tuple[Centre, Centre, str]:
        return self.asking_centre(), form.chosen_hub(), form.cleaned_data.get("referrer_phone", "")

    def answer_address(self, pathway: Pathway) -> str:
        return reverse("referral:dossier" if self.sends() else "referral:draft", args=[pathway.pk])


@dataclass(frozen=True)
class Asking:
    """Somebody who begins a referral: at which centre, and for a patient of theirs when it is asked again."""

    user: User
    centre: Centre
    patient: Patient | None = None


class Ask(AskPage, FormPage):
    """A new referral."""

    def open(self, request: HttpRequest, **address) -> Asking:
        centres = [centre for centre in may_somewhere(request.user, ASK) if centre.kind == Centre.Kind.REFERRAL]
        if not centres:
            raise PermissionDenied
        chosen = request.POST.get("centre") or request.GET.get("centre")
        centre = next((centre for centre in centres if str(centre.pk) == chosen), centres[0])
        self.centres = centres
        self.asking = Asking(request.user, centre)
        return self.asking

    def asking_centre(self) -> Centre:
        return self.asking.centre

    def zone(self, subject: Asking) -> str:
        return subject.centre.timezone

    def usual_hub(self, subject: Asking) -> UUID | None:
        return subject.centre.usual_hub_id

    def subject_id(self, subject: Asking) -> UUID:
        return subject.patient.pk if subject.patient else subject.user.pk

    def initial(self, subject: Asking) -> dict:
        usual = {"referrer_phone": subject.user.phone, "hub": str(subject.centre.usual_hub_id or "")}
        return usual | (identity_of(subject.patient) if subject.patient else {})

    def context(self, subject: Asking) -> dict:
        return {"centre": subject.centre, "centres": self.centres, "known_here": self.known_here}

    def draft(self, subject: Asking, form: AskForm, by: User) -> Pathway:
        return actions.draft(
            by=by,
            centre=subject.centre,
            hub=form.chosen_hub(),
            person=form.person(),
            answers=form.answers(),
            form_key=self.form_key(),
            patient=subject.patient,
            treating=form.cleaned_data["treating"],
            another_person=form.cleaned_data["another_person"],
        )

    def write(self, subject: Asking, form: AskForm, by: User) -> None:
        pathway = self.draft(subject, form, by)
        if form.sending:
            actions.send(pathway=pathway, by=by)
        self.say_so(pathway)

    def form_key(self) -> UUID:
        return tokens.read(self.request.POST["token"]).key

    def success_url(self, subject: Asking) -> str:
        written = Referral.objects.select_related("pathway").get(form_key=self.form_key())
        return self.answer_address(written.pathway)


class AskAgain(Ask):
    """A new course for a patient of the centre whose last one was closed: the person is filled in, the rest asked."""

    def open(self, request: HttpRequest, pathway_id, **address) -> Asking:
        opened = open_pathway(request.user, pathway_id, facet="dossier", permission=ASK, what="referral:again")
        last = opened.pathway
        if last.referring_centre_id not in opened.access.centre_ids:
            raise PermissionDenied
        self.centres = [last.referring_centre]
        self.asking = Asking(request.user, last.referring_centre, last.patient)
        self.last = last
        return self.asking

    def context(self, subject: Asking) -> dict:
        return super().context(subject) | {"known_from": self.last.pk}


class FromWatch(Ask):
    """A referral to which a watch calls: whatever the watch knows is filled in, and the watch remembers it."""

    def open(self, request: HttpRequest, watch_id, **address) -> Asking:
        watch = open_watch(request.user, watch_id, what="referral:from_watch", permission=ASK)
        self.watch = watch
        self.centres = [watch.centre]
        self.asking = Asking(request.user, watch.centre, watch.patient)
        return self.asking

    def get(self, request: HttpRequest, watch_id, **address) -> HttpResponse:
        self.open(request, watch_id)
        if self.watch.pathway is not None and self.watch.pathway.status == Pathway.Status.DRAFT:
            return redirect("referral:draft", self.watch.pathway_id)
        if not self.watch.is_open:
            return redirect("surveillance:watch", watch_id)
        return super().get(request, watch_id=watch_id)

    def initial(self, subject: Asking) -> dict:
        return super().initial(subject) | words.answers_of_watch(self.watch.kind, watched.asking(self.watch))

    def context(self, subject: Asking) -> dict:
        return super().context(subject) | {"watch": self.watch, "call": call(self.watch)}

    def write(self, subject: Asking, form: AskForm, by: User) -> None:
        """Remembered before it is sent, so that the hub reads the line of therapy that was watched."""
        pathway = self.draft(subject, form, by)
        watched.turn_into_referral(watch=self.watch, pathway=pathway, by=by)
        if form.sending:
            actions.send(pathway=pathway, by=by)
        self.say_so(pathway)


class Draft(AskPage, PathwayFormView):
    """A draft of the own centre, to be finished and sent."""

    facet = "dossier"
    permission = ASK
    words = words.REFUSALS

    def get(self, request: HttpRequest, pathway_id, **address) -> HttpResponse:
        pathway = self.open(request, pathway_id)
        if pathway.status != Pathway.Status.DRAFT:
            return redirect("referral:dossier", pathway.pk)
        return super().get(request, pathway_id=pathway_id)

    def open(self, request: HttpRequest, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id)
        if not Referral.objects.filter(pathway=pathway).exists():
            raise Http404
        return pathway

    def zone(self, subject: Pathway) -> str:
        return subject.referring_centre.timezone

    def usual_hub(self, subject: Pathway) -> UUID | None:
        return subject.referring_centre.usual_hub_id

    def asking_centre(self) -> Centre:
        return self.opened.pathway.referring_centre

    def version(self, subject: Pathway) -> int:
        return Referral.objects.values_list("version", flat=True).get(pathway=subject)

    def initial(self, subject: Pathway) -> dict:
        fresh = Pathway.objects.visible_to(self.request.user).select_related("patient", "referral").get(pk=subject.pk)
        return identity_of(fresh.patient) | words.answers_of(fresh.referral) | {"hub": str(fresh.hub_id)}

    def context(self, subject: Pathway) -> dict:
        page = {"centre": subject.referring_centre, "draft": True, "known_here": self.known_here}
        return page | {"known_from": subject.pk}

    def write(self, subject: Pathway, form: AskForm, by: User) -> None:
        pathway = actions.revise(
            pathway=subject,
            hub=form.chosen_hub(),
            person=form.person(),
            answers=form.answers(),
            treating=form.cleaned_data["treating"],
            by=by,
        )
        if form.sending:
            actions.send(pathway=pathway, by=by)
        self.say_so(pathway)

    def success_url(self, subject: Pathway) -> str:
        return self.answer_address(subject)


def identity_of(patient: Patient) -> dict:
    """A person as the form asks for them."""
    stranger = (patient.stranger_code or "")[:3].lower()
    return {
        "fiscal_code": patient.fiscal_code or "",
        "no_code": "" if patient.fiscal_code else stranger or "none",
        "stranger_code": patient.stranger_code or "",
        "treating": bool(patient.fiscal_code or patient.stranger_code),
        "birth_date": patient.birth_date,
        "sex": patient.sex or "",
        "family_name": patient.family_name,
        "given_name": patient.given_name,
    }


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """What a fiscal code says while one types: birth date, sex, and whether the own centre knows the person."""
    centres = may_somewhere(request.user, ASK)
    if not centres:
        raise PermissionDenied
    typed = request.POST.get("fiscal_code", "")
    said = {}
    if typed.strip():
        today = clock.today(centres[0].timezone)
        try:
            person = read_code(typed, today)
        except ValidationError as wrong:
            said = {"wrong": wrong.messages[0]}
        else:
            known = [persons.find_known(centre=centre, fiscal_code=person.code) for centre in centres]
            here = next((one for one in known if one is not None and one.here and one.pathway is not None), None)
            age = days.age_years(person.birth_date, today)
            said = {
                "person": person,
                "age": age,
                "under_18": rules.is_under_18(age),
                "known_here": here and reverse("referral:dossier", args=[here.pathway.pk]),
                "watched_here": Watch.objects.visible_to(request.user)
                .under_way()
                .filter(patient__in=[one.patient for one in known if one is not None and one.here])
                .first(),
            }
    return render(request, "referral/_code.html", said)


def known_before(request: HttpRequest, today: date) -> Told | None:
    """What the watch, the draft or the last course behind the page knows of the disease; None where there is none."""
    for name in ("watch", "known_from"):
        written = request.POST.get(name)
        if not written:
            continue
        try:
            key = UUID(written)
        except ValueError as wrong:
            raise Http404 from wrong
        if name == "watch":
            watch = open_watch(request.user, key, what="referral:preview", permission=ASK)
            return watched.disease_known(watch)
        opened = open_pathway(request.user, key, facet="dossier", permission=ASK, what="referral:preview")
        return ReadDossier(opened.pathway, acting_centre(opened.pathway, opened.access)).told(today)
    return None


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the indications say of the answers typed so far; nothing is kept, and nothing is refused by it."""
    centres = may_somewhere(request.user, ASK)
    if not centres:
        raise PermissionDenied
    zone = centres[0].timezone
    form = AskForm(request.POST, zone=zone, hubs=[])
    today = clock.today(zone)
    told = form.told(today, known_before(request, today))
    said = indication.shown(indication.answer(told, today)) if told.disease else None
    return render(request, "referral/_preview.html", {"indication": said})


class Dossier(View):
    """What was asked, what the hub answered, what happens next, and the dossier section by section."""

    def get(self, request: HttpRequest, pathway_id) -> HttpResponse:
        opened = open_pathway(request.user, pathway_id, facet="dossier", what="referral:dossier")
        pathway = opened.pathway
        referral = (
            Referral.objects.filter(pathway=pathway)
            .select_related("sent_by", "pathway__patient")
            .prefetch_related("questions__asked_by", "questions__answered_by", "hub_answers__by")
            .first()
        )
        may = opened.access.may
        ours = pathway.referring_centre_id in opened.access.centre_ids
        closed = pathway.status == Pathway.Status.CLOSED
        read = ReadDossier(pathway, acting_centre(pathway, opened.access), until=opened.access.until)
        sections, today = read.sections(), clock.today(pathway.hub.timezone)
        page = {
            "title": _("Dossier"),
            "section": "dossier",
            "pathway": pathway,
            "patient": pathway.patient,
            "access": opened.access,
            "referral": referral,
            "pathway_id": pathway.pk,
            "indication": indication.shown(indication.answer(read.told(today), today), clocks=False),
            "under_18": rules.is_under_18(pathway.patient.age_on(today)),
            "sections": sections,
            "halves": (sections[:IN_FIRST_COLUMN], sections[IN_FIRST_COLUMN:]),
            "complete": sum(not one.missing for one in sections),
            "may_write": (may(ASK) or may("referral.answer")) and not closed,
            "to_ring": pathway.steps.filter(code="ring_referrer", done_at__isnull=True, dropped_at__isnull=True),
            "may_ring": may("referral.answer") or (ours and may(ASK)),
        }
        if referral is not None:
            page |= self._asked(pathway, referral, may, ours)
        return render(request, "referral/dossier.html", page)

    def _asked(self, pathway: Pathway, referral: Referral, may, ours: bool) -> dict:
        """What was asked, the hub's answers, its questions, and what its reader may do next."""
        questions = list(referral.questions.all())
        answers = list(referral.hub_answers.all())
        taken_on = any(answer.kind == HubAnswer.Kind.TAKEN_ON for answer in answers)
        closed = pathway.status == Pathway.Status.CLOSED
        waiting = pathway.steps.filter(code="answer_referral", done_at__isnull=True, dropped_at__isnull=True).first()
        return {
            "facts": words.told_facts(referral),
            "questions": questions,
            "answers": [(words.HUB_ANSWERS[answer.kind], answer, grounds(answer)) for answer in answers],
            "asked": [
                (words.ITEMS[question.item], question, rules.SECTION_OF_QUESTION.get(question.item))
                for question in questions
            ],
            "answer_due": moment_words(clock.local(waiting.due_at, pathway.hub.timezone)) if waiting else "",
            "taken_on": taken_on,
            "ours": ours,
            "may_continue": ours and may(ASK) and pathway.status == Pathway.Status.DRAFT,
            "may_reply": may(ASK) and not closed and any(one.answered_at is None for one in questions),
            "may_answer": may("referral.answer") and pathway.status == Pathway.Status.OPEN and not taken_on,
            "may_ask_again": ours and may(ASK) and closed and pathway.patient.died_on is None,
        }


def grounds(answer: HubAnswer) -> str:
    return ", ".join(str(words.GROUNDS[ground]) for ground in answer.grounds)


class Answer(PathwayFormView):
    """The hub's answer to a referral."""

    form_class = AnswerForm
    template_name = "referral/answer.html"
    facet = "dossier"
    permission = "referral.answer"
    title = gettext_lazy("Answer the referral")
    words = words.REFUSALS

    def version(self, subject: Pathway) -> int:
        return HubAnswer.objects.filter(referral__pathway=subject).count()

    def context(self, subject: Pathway) -> dict:
        read = ReadDossier(subject, acting_centre(subject, self.opened.access))
        parts = [part for part in read.sections() if part.missing]
        return {"section": "dossier", "facts": words.told_facts(subject.referral), "parts": parts}

    def open(self, request: HttpRequest, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id)
        if not Referral.objects.filter(pathway=pathway).exists():
            raise Http404
        return pathway

    def write(self, subject: Pathway, form: AnswerForm, by: User) -> None:
        said = form.cleaned_data
        if said["kind"] == form.TAKE_ON:
            actions.take_on(pathway=subject, by=by)
        elif said["kind"] == form.ASK:
            actions.ask_for_more(pathway=subject, items=form.asked_items(), by=by)
        else:
            actions.advise_against(
                pathway=subject, by=by, **{name: said[name] for name in ("grounds", "reason", "instead", "ask_again")}
            )

    def success_url(self, subject: Pathway) -> str:
        return reverse("referral:dossier", args=[subject.pk])


class Reply(PathwayFormView):
    """The referrer's answers to the hub's questions."""

    form_class = ReplyForm
    facet = "dossier"
    permission = ASK
    title = gettext_lazy("Answer the hub's questions")
    words = words.REFUSALS

    def version(self, subject: Pathway) -> int:
        return HubAnswer.objects.filter(referral__pathway=subject).count()

    def form_kwargs(self, subject: Pathway) -> dict:
        referral = Referral.objects.filter(pathway=subject).first()
        return {"questions": list(referral.questions.filter(answered_at__isnull=True)) if referral else []}

    def context(self, subject: Pathway) -> dict:
        return {"section": "dossier"}

    def write(self, subject: Pathway, form: ReplyForm, by: User) -> None:
        actions.reply(pathway=subject, answers={UUID(key): text for key, text in form.said().items()}, by=by)

    def success_url(self, subject: Pathway) -> str:
        return reverse("referral:dossier", args=[subject.pk])


@require_POST
def rang(request: HttpRequest, pathway_id, step_id) -> HttpResponse:
    """The second referrer of a person was rung."""
    opened = open_pathway(request.user, pathway_id, facet="dossier", what="referral:rang")
    ours = opened.pathway.referring_centre_id in opened.access.centre_ids
    if not (opened.access.may("referral.answer") or (ours and opened.access.may(ASK))):
        raise PermissionDenied
    actions.rang(pathway=opened.pathway, step_id=step_id, by=request.user)
    return redirect("referral:dossier", pathway_id)


class Section(PathwayFormView):
    """One section of the dossier, written by the referring centre and by the hub, saved as far as it is known."""

    template_name = "referral/section.html"
    facet = "dossier"
    words = words.REFUSALS
    WRITE = (ASK, "referral.answer")

    def open(self, request: HttpRequest, pathway_id, kind: str, **address) -> Pathway:
        if kind not in FORMS:
            raise Http404
        pathway = super().open(request, pathway_id)
        if not any(self.opened.access.may(permission) for permission in self.WRITE):
            raise PermissionDenied
        self.kind, self.form_class, self.title = kind, FORMS[kind], words.SECTIONS[kind]
        return pathway

    def centre(self, subject: Pathway) -> Centre:
        return acting_centre(subject, self.opened.access)

    def dossier(self, subject: Pathway) -> ReadDossier:
        fresh = Pathway.objects.visible_to(self.request.user).select_related("patient", "hub", "referral")
        return ReadDossier(fresh.get(pk=subject.pk), self.centre(subject))

    def version(self, subject: Pathway) -> int:
        saved = SectionSaid.objects.filter(pathway=subject, kind=self.kind)
        return saved.values_list("version", flat=True).first() or 0

    def form_kwargs(self, subject: Pathway) -> dict:
        ours = subject.referring_centre_id in self.opened.access.centre_ids
        return {"dossier": self.dossier(subject), "may_hide": ours}

    def initial(self, subject: Pathway) -> dict:
        return self.form_class.initial_of(self.dossier(subject))

    def context(self, subject: Pathway) -> dict:
        read = self.dossier(subject)
        return {
            "section": "dossier",
            "kind": self.kind,
            "sections": [(kind, words.SECTIONS[kind], len(read.missing(kind))) for kind in rules.SECTIONS],
            "regimens": [
                (
                    one.name,
                    drugs_words(one.drugs),
                    " ".join(picklists.classes_of(one.drugs)),
                    one.transplant or "",
                )
                for one in picklists.regimens_of(subject.disease)
            ],
        }

    def write(self, subject: Pathway, form, by: User) -> None:
        form.save(pathway=subject, centre=self.centre(subject), by=by)

    def success_url(self, subject: Pathway) -> str:
        if not access_to(self.request.user, subject.patient).reads("dossier"):  # a withdrawal has just ended the link
            return reverse("worklist:today")
        kinds = list(rules.SECTIONS)
        place = kinds.index(self.kind)
        if self.request.POST.get("do") == "more":
            return self.request.path
        if self.request.POST.get("do") == "next" and place + 1 < len(kinds):
            return reverse("referral:section", args=[subject.pk, kinds[place + 1]])
        return reverse("referral:dossier", args=[subject.pk]) + f"#{self.kind}"

"""Pages of bridging: none or courses, news for the hub, and the word on the criteria before lymphodepletion."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit.shown import Chip
from patients.bridging import actions, words
from patients.bridging.forms import AnswerForm, BridgingForm, CourseForm, CriteriaForm, TellForm, course_initial
from patients.bridging.models import BridgingCourse, InterimEvent
from patients.bridging.re_entry import BRIDGING
from patients.pathway.forms import StrikeForm
from patients.pathway.identity_page import local_time
from patients.pathway.models import Pathway
from patients.pathway.views import OffersRightPatient, PathwayFormView


def course_words(course: BridgingCourse) -> str:
    """A course in one line: modality, regimen, days, aims, centre, setting, response; what is not known says so."""
    end = f"{course.ended_on:%d/%m/%Y}" if course.ended_on else _("end not known")
    parts = [str(words.MODALITIES[course.modality])]
    if course.regimen:
        parts.append(course.regimen)
    parts.append(f"{course.started_on:%d/%m/%Y} – {end}")
    parts += [str(words.AIMS[aim]) for aim in course.aims]
    if course.centre is not None:
        parts.append(course.centre.name)
    if course.setting:
        parts.append(str(words.SETTINGS[course.setting]))
    if course.response:
        parts.append(_("response: %(response)s") % {"response": words.RESPONSES[course.response]})
    else:
        parts.append(_("response not known"))
    return ", ".join(parts)


def event_words(row: InterimEvent, pathway: Pathway) -> str:
    """What was told, since when, and in which words."""
    parts = [str(words.EVENTS[row.kind])]
    if row.happened_on:
        parts.append(_("since %(day)s") % {"day": f"{row.happened_on:%d/%m/%Y}"})
    if row.note:
        parts.append(row.note)
    return f"{', '.join(parts)} ({row.told_by.get_full_name()}, {local_time(row.told_at, pathway)})"


def criteria_shown(pathway: Pathway) -> dict:
    """The last word on the criteria, and whether it still stands."""
    last, fault = actions.statement(pathway), actions.criteria_fault(pathway)
    chip = Chip(_("They hold"), "check", "ok") if fault is None else Chip(_("To be stated"), "ask", "unknown")
    if fault == "criteria_do_not_hold":
        chip = Chip(_("They hold no more"), "no", "danger")
    return {
        "chip": chip,
        "words": str(words.REFUSALS[fault]) if fault in ("criteria_ask_again",) else "",
        "by": last.by.get_full_name() if last else "",
        "at": local_time(last.at, pathway) if last else "",
        "note": last.note if last else "",
    }


class BridgingPage(PathwayFormView):
    """Read by everybody who reads the dossier, so that the referral centre, which often gives it, records it."""

    facet, permission = "dossier", "bridging.record"
    words = words.REFUSALS
    template_name = "bridging/record.html"
    act = gettext_lazy("Record bridging")

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def context(self, pathway: Pathway) -> dict:
        rows = list(actions.courses(pathway))
        may = self.opened.access.may
        return {
            "act": self.act,
            "none": any(not row.given for row in rows),
            "none_url": next(
                (
                    reverse("bridging:course", args=[pathway.pk, row.pk])
                    for row in rows
                    if not row.given and may("bridging.record")
                ),
                "",
            ),
            "courses": [
                (
                    course_words(row),
                    reverse("bridging:course", args=[pathway.pk, row.pk]) if may("bridging.record") else "",
                )
                for row in rows
                if row.given
            ],
            "events": [(event_words(row, pathway), row.answer, row.answered_by) for row in actions.events(pathway)],
            "criteria": criteria_shown(pathway),
            "may": {
                "tell": may("bridging.record"),
                "look": may("referral.answer") and actions.events(pathway).filter(answered_at__isnull=True).exists(),
                "state": may("eligibility.decide"),
            },
        }

    def success_url(self, pathway: Pathway) -> str:
        return reverse("bridging:record", args=[pathway.pk])


class Record(BridgingPage):
    """Say that none is given, or record a course."""

    form_class = BridgingForm
    title = gettext_lazy("Bridging")

    def version(self, pathway: Pathway) -> int:
        return sum(row.version for row in actions.courses(pathway))

    def write(self, pathway: Pathway, form: BridgingForm, by) -> None:
        if form.cleaned_data["given"] == "no":
            actions.record_none(pathway=pathway, by=by)
        else:
            actions.record(pathway=pathway, by=by, **form.course())


class Course(OffersRightPatient, BridgingPage):
    """A recorded course: its end and response, a correction, or struck through."""

    form_class = CourseForm
    title = gettext_lazy("Bridging course")
    act = gettext_lazy("Save the course")
    ways = BRIDGING

    def course(self, pathway: Pathway) -> BridgingCourse:
        row = actions.courses(pathway).filter(pk=self.kwargs["course_id"]).first()
        if row is None:
            raise Http404
        return row

    def open(self, request, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id)
        if not self.course(pathway).given:  # that none was given is said, or entered in error
            self.form_class, self.act = StrikeForm, gettext_lazy("Strike it through")
        return pathway

    def form_kwargs(self, pathway: Pathway) -> dict:
        about = super().form_kwargs(pathway) if self.course(pathway).given else {}
        return about | {"offered": self.offered(pathway)}

    def initial(self, pathway: Pathway) -> dict:
        course = self.course(pathway)
        return course_initial(course) if course.given else {}

    def version(self, pathway: Pathway) -> int:
        return self.course(pathway).version

    def write(self, pathway: Pathway, form: CourseForm, by) -> None:
        course, why = self.course(pathway), form.cleaned_data["why"]
        if not course.given or form.strikes:
            if not self.re_enters(pathway, form, course, by):
                actions.strike(course=course, version=course.version, why=why, by=by)
        else:
            actions.amend(course=course, version=course.version, told=form.told(), why=why, by=by)


class Tell(BridgingPage):
    """Tell the hub of an infection, a progression, a new drug."""

    form_class = TellForm
    title = gettext_lazy("Tell the hub")
    act = gettext_lazy("Tell the hub")

    def write(self, pathway: Pathway, form: TellForm, by) -> None:
        actions.tell(pathway=pathway, by=by, **form.cleaned_data)


class Look(BridgingPage):
    """The hub answers what it was told."""

    form_class = AnswerForm
    permission = "referral.answer"
    title = gettext_lazy("What was told the hub")
    act = gettext_lazy("Answer it")

    def form_kwargs(self, pathway: Pathway) -> dict:
        rows = actions.events(pathway).filter(answered_at__isnull=True)
        return {"events": [(row, event_words(row, pathway)) for row in rows]}

    def write(self, pathway: Pathway, form: AnswerForm, by) -> None:
        actions.answer(event=form.chosen(), answer=form.cleaned_data["answer"], by=by)


class Criteria(BridgingPage):
    """Whether the criteria still hold, before lymphodepletion."""

    form_class = CriteriaForm
    permission = "eligibility.decide"
    title = gettext_lazy("Criteria before lymphodepletion")
    act = gettext_lazy("State it")

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {}

    def version(self, pathway: Pathway) -> int:
        return pathway.criteria_statements.count() + actions.events(pathway).count()

    def write(self, pathway: Pathway, form: CriteriaForm, by) -> None:
        said = form.cleaned_data
        actions.state_criteria(pathway=pathway, holds=said["holds"] == "yes", note=said["note"], by=by)

"""Pages of bridging: none or a course, and the end of a running one."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.bridging import actions, words
from patients.bridging.forms import BridgingForm, EndForm
from patients.bridging.models import BridgingCourse
from patients.pathway.models import Pathway
from patients.pathway.views import PathwayFormView


def course_words(course: BridgingCourse) -> str:
    """A course in one line: modality, days, centre, setting; what is not known says so."""
    end = f"{course.ended_on:%d/%m/%Y}" if course.ended_on else _("end not known")
    parts = [str(words.MODALITIES[course.modality]), f"{course.started_on:%d/%m/%Y} – {end}"]
    if course.centre is not None:
        parts.append(course.centre.name)
    if course.setting:
        parts.append(str(words.SETTINGS[course.setting]))
    return ", ".join(parts)


class BridgingPage(PathwayFormView):
    """Read by everybody who reads the dossier, so that the referral centre, which often gives it, records it."""

    facet, permission = "dossier", "bridging.record"
    words = words.REFUSALS

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def context(self, pathway: Pathway) -> dict:
        rows = list(actions.courses(pathway))
        given = [row for row in rows if row.given]
        return {
            "none": any(not row.given for row in rows),
            "courses": [
                (course_words(row), "" if row.ended_on else reverse("bridging:end", args=[pathway.pk, row.pk]))
                for row in given
            ],
        }

    def success_url(self, pathway: Pathway) -> str:
        return reverse("bridging:record", args=[pathway.pk])


class Record(BridgingPage):
    """Say that none is given, or record a course."""

    form_class = BridgingForm
    title = gettext_lazy("Bridging")
    template_name = "bridging/record.html"

    def version(self, pathway: Pathway) -> int:
        return sum(row.version for row in actions.courses(pathway))

    def write(self, pathway: Pathway, form: BridgingForm, by) -> None:
        if form.cleaned_data["given"] == "no":
            actions.record_none(pathway=pathway, by=by)
        else:
            actions.record(pathway=pathway, by=by, **form.course())


class End(BridgingPage):
    """Say when a running course ended."""

    form_class = EndForm
    title = gettext_lazy("End of bridging")
    template_name = "bridging/record.html"

    def course(self, pathway: Pathway) -> BridgingCourse:
        row = actions.courses(pathway).filter(pk=self.kwargs["course_id"], given=True).first()
        if row is None:
            raise Http404
        return row

    def open(self, request, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id)
        self.course(pathway)
        return pathway

    def version(self, pathway: Pathway) -> int:
        return self.course(pathway).version

    def write(self, pathway: Pathway, form: EndForm, by) -> None:
        course = self.course(pathway)
        actions.end(course=course, version=course.version, ended_on=form.cleaned_data["ended_on"], by=by)

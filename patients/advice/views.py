"""The advice of a pathway on one page; a hub's switch and its own words on another."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from patients.advice import actions, reading, shown, words
from patients.advice.forms import OFF, ON, EditForm, HoursForm, SwitchForm
from patients.advice.models import AdviceEdit, AdviceSwitch, Guideline
from patients.audit.pages import FormPage
from patients.audit.purpose import INTENDED_PURPOSE
from patients.audit.refusals import Reason
from patients.centres.models import Centre, User
from patients.identity.access import may_at, memberships
from patients.pathway.agreement import WORDS
from patients.pathway.doors import Opened, open_pathway

LOG = 20
FACETS = ("toxicity", "followup")  # what applies now hangs on the first, dates and prophylaxis on either


@require_safe
def pathway(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """What applies now, the dates that the infusion sets, and prophylaxis; nothing of it where the hub shows none."""
    opened = open_pathway(request.user, pathway_id, facet=None, what="advice:pathway")
    if not any(opened.access.reads(facet) for facet in FACETS):
        raise PermissionDenied
    switch = reading.switch_of(opened.pathway.hub_id)
    silent = _silent(opened, switch)
    page = {
        "pathway": opened.pathway,
        "patient": opened.pathway.patient,
        "access": opened.access,
        "section": "toxicity" if opened.access.reads("toxicity") else "followup",
        "reads_toxicity": opened.access.reads("toxicity"),
        "may_measure": opened.access.may("toxicity.record"),
        "title": _("To consider, to check"),
        "silent": silent,
        "said": None if silent else shown.now(opened.pathway, opened.access, switch),
        "later": None if silent else shown.later(opened.pathway, opened.access),
        "may_change": may_at(request.user, actions.CHANGES, opened.pathway.hub),
        "purpose": INTENDED_PURPOSE,
    }
    return render(request, "advice/pathway.html", page)


def _silent(opened: Opened, switch: reading.SwitchNow) -> tuple[str, str] | None:
    """Why nothing is shown: the module is off, the grades are reported ones, the reader's care has ended."""
    if not switch.on:
        return _("This hub shows no advice."), words.SWITCHED_BY
    if opened.pathway.imported:
        return _("Reported grades feed no advice."), _("They stand on the toxicity sheet as the study gave them.")
    if opened.access.until is not None:
        return _("Your care of this patient has ended."), _("Advice is for whoever treats them now.")
    return None


@dataclass(frozen=True)
class Subject:
    """A hub, and the text that is being edited (None: the switch)."""

    hub: Centre
    line: reading.Line | None

    @property
    def pk(self) -> UUID:
        """A key for the form's token: of the text at this hub."""
        return uuid5(NAMESPACE_URL, f"advice/{self.hub.pk}/{self.line.row.code}") if self.line else self.hub.pk


@dataclass(frozen=True)
class Logged:
    """One change of the switch or of a text."""

    at: object
    by: str
    what: str
    text: list[str]
    why: str


class HubAdvice(FormPage):
    """A hub's advice: on or off and of whom, every text with its source, and the hub's own words for one of them."""

    template_name = "advice/hub.html"
    title = gettext_lazy("Advice")

    def open(self, request: HttpRequest, centre_id) -> Subject:
        at = {held.centre_id: held.centre for held in memberships(request.user)}
        if centre_id not in at or at[centre_id].kind != Centre.Kind.HUB:
            raise Http404
        if not may_at(request.user, actions.CHANGES, at[centre_id]):
            raise PermissionDenied
        self.lines = reading.lines_of(centre_id)
        asked = request.GET.get("line", "")
        if asked and asked not in self.lines:
            raise Http404
        line = self.lines.get(asked)
        self.form_class = SwitchForm if line is None else HoursForm if line.hours else EditForm
        return Subject(at[centre_id], line)

    def lock(self, subject: Subject) -> None:
        Centre.objects.select_for_update().get(pk=subject.hub.pk)

    def version(self, subject: Subject) -> int:
        if subject.line is None:
            return reading.switch_of(subject.hub.pk).version
        return reading.lines_of(subject.hub.pk)[subject.line.row.code].version

    def initial(self, subject: Subject) -> dict:
        if subject.line is not None:
            line = reading.lines_of(subject.hub.pk)[subject.line.row.code]
            return {"text": "\n".join(line.items), "hours": line.hours, "revert": False}
        switch = reading.switch_of(subject.hub.pk)
        return {"on": ON if switch.on else OFF, "guidelines": list(switch.guidelines)} if switch.row else {}

    def form_kwargs(self, subject: Subject) -> dict:
        return {"request": self.request} if self.form_class is HoursForm else {}

    def context(self, subject: Subject) -> dict:
        return {
            "hub": subject.hub,
            "line": shown.line_shown(subject.line) if subject.line else None,
            "line_title": shown.title_of(subject.line) if subject.line else "",
            "switch": reading.switch_of(subject.hub.pk),
            "guidelines": [Guideline(one).label for one in reading.switch_of(subject.hub.pk).guidelines],
            "sections": shown.sections(self.lines.values()),
            "log": _log(subject.hub, self.lines),
            "purpose": INTENDED_PURPOSE,
        }

    def write(self, subject: Subject, form, by: User) -> None:
        given = form.cleaned_data
        of = {"hub": subject.hub, "why": given["why"], "by": by}
        if subject.line is None:
            actions.switch(on=given["on"] == ON, guidelines=given["guidelines"], **of)
        elif given["revert"]:
            actions.revert(line=subject.line.row, **of)
        else:
            of |= {"hours": given["hours"], "second": form.second} if subject.line.hours else {}
            actions.edit(line=subject.line.row, text=given["text"], **of)

    def success_url(self, subject: Subject) -> str:
        address = reverse("advice:hub", args=[subject.hub.pk])
        return f"{address}#{subject.line.row.code}" if subject.line else address

    def words_for(self, reason: Reason) -> str:
        return str((words.REFUSALS | WORDS)[reason.code]) % reason.values


def _log(hub: Centre, lines: dict[str, reading.Line]) -> list[Logged]:
    """The latest changes of the switch and of texts, the newest first."""
    switches = AdviceSwitch.objects.filter(hub=hub).select_related("by")[:LOG]
    edits = AdviceEdit.objects.filter(hub=hub).select_related("by", "second_by").order_by("-at")[:LOG]
    found = [
        Logged(
            row.at,
            str(row.by),
            _("switched on: %(sources)s") % {"sources": ", ".join(Guideline(one).label for one in row.guidelines)}
            if row.on
            else _("switched off"),
            [],
            row.why,
        )
        for row in switches
    ]
    for row in edits:
        name = shown.title_of(lines[row.line_id])
        said = _("%(line)s: own words, version %(n)s") if row.text else _("%(line)s: the reference's words again")
        text = row.text.splitlines() + ([f"{row.hours} h"] if row.hours else [])
        who = f"{row.by}, {row.second_by}" if row.second_by else str(row.by)
        found.append(Logged(row.at, who, said % {"line": name, "n": row.version}, text, row.why))
    return sorted(found, key=lambda one: one.at, reverse=True)[:LOG]

"""The forms of bridging."""

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.audit import clock, fields
from patients.bridging.actions import Said
from patients.bridging.models import BridgingCourse, InterimEvent
from patients.bridging.words import AIMS, EVENTS, MODALITIES, RESPONSES, SETTINGS
from patients.pathway.forms import Amending
from patients.pathway.models import Pathway

ELSEWHERE = "unknown"


class CourseFields(fields.Form):
    """One course: what for, what, when, where, and what came of it. Never a line of therapy."""

    aims = forms.MultipleChoiceField(
        label=_("What for"), choices=list(AIMS.items()), widget=fields.TileCheckboxes(), required=False
    )
    modality = fields.TileChoice(label=_("What"), choices=list(MODALITIES.items()), shape="grid", required=False)
    regimen = forms.CharField(
        label=_("Regimen"), max_length=120, required=False, help_text=_("As R-GemOx, Pola-BR, 20 Gy in 5 fractions.")
    )
    started_on = fields.DateField(label=_("From"), required=False)
    ended_on = fields.DateField(
        label=_("To"), required=False, help_text=_("Leave empty while it runs, or when its end is not known.")
    )
    centre = fields.TileChoice(label=_("Where"), shape="list", required=False)
    setting = fields.TileChoice(label=_("Setting"), choices=list(SETTINGS.items()), shape="grid", required=False)
    response = fields.TileChoice(
        label=_("Response"), choices=[*RESPONSES.items(), ("", "")], shape="grid", required=False
    )
    COURSE = ("aims", "modality", "regimen", "started_on", "ended_on", "centre", "setting", "response")

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.centres = {str(centre.pk): centre for centre in (pathway.hub, pathway.referring_centre) if centre}
        choices = [(key, centre.name) for key, centre in self.centres.items()]
        self.fields["centre"].choices = [*choices, (ELSEWHERE, _("Elsewhere or not known"))]
        for name in ("started_on", "ended_on"):
            self.fields[name].latest = lambda: clock.today(pathway.hub.timezone)

    def course_layout(self) -> list:
        return [
            "aims",
            "modality",
            "regimen",
            fields.side_by_side("started_on", "ended_on"),
            "centre",
            "setting",
            "response",
        ]

    def needs_a_course(self, said: dict) -> None:
        for name in ("modality", "started_on"):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("A course needs this."))

    def course(self) -> dict:
        """The course as the action takes it."""
        said = self.cleaned_data
        return {
            "aims": tuple(said["aims"]),
            "modality": said["modality"],
            "regimen": said["regimen"],
            "started_on": said["started_on"],
            "ended_on": said["ended_on"],
            "centre": self.centres.get(said["centre"]),
            "setting": said["setting"] or None,
            "response": said["response"] or None,
        }


class BridgingForm(CourseFields):
    """None, or one course."""

    given = fields.TileChoice(label=_("Bridging"), choices=[("no", _("None")), ("yes", _("A course"))])

    def layout(self) -> Layout:
        return Layout("given", Div(*self.course_layout(), css_class="cp-when-bridged"))

    def clean(self) -> dict:
        said = super().clean()
        if said.get("given") == "yes":
            self.needs_a_course(said)
        return said


class CourseForm(Amending, CourseFields):
    """A recorded course: completed, corrected with a reason, struck through, or recorded on whose it is."""

    why = forms.CharField(
        label=_("Why it is corrected"), max_length=240, required=False, help_text=_("Not when something is only added.")
    )

    def layout(self) -> Layout:
        return Layout(*self.course_layout(), "struck", "right_patient", "why")

    def clean(self) -> dict:
        said = super().clean()
        if not self.strikes:
            self.needs_a_course(said)
        elif not said.get("why"):
            self.add_error("why", _("Write the reason."))
        return said

    def told(self) -> Said:
        return Said(**self.course())


def course_initial(row: BridgingCourse) -> dict:
    """A recorded course as its form shows it."""
    return {
        "aims": list(row.aims),
        "modality": row.modality,
        "regimen": row.regimen,
        "started_on": row.started_on,
        "ended_on": row.ended_on,
        "centre": str(row.centre_id) if row.centre_id else "",
        "setting": row.setting or "",
        "response": row.response or "",
    }


class TellForm(fields.Form):
    """Two taps and a few words."""

    kind = fields.TileChoice(label=_("What happened"), choices=list(EVENTS.items()))
    happened_on = fields.DateField(label=_("Since"), required=False)
    note = fields.short_text(
        _("In a few words"),
        rows=2,
        required=False,
        longest=400,
        help_text=_("Which infection, where it grew, which drug."),
    )

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].latest = lambda: clock.today(pathway.hub.timezone)


class AnswerForm(fields.Form):
    """Which news, and what the hub does about it."""

    event = fields.TileChoice(label=_("What was told"), shape="list")
    answer = fields.short_text(_("What the hub does about it"), rows=2, longest=400)

    def __init__(self, *args, events: list[tuple[InterimEvent, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.events = {str(row.pk): row for row, _words in events}
        self.fields["event"].choices = [(str(row.pk), words) for row, words in events]

    def chosen(self) -> InterimEvent:
        return self.events[self.cleaned_data["event"]]


class CriteriaForm(fields.Form):
    """Whether the criteria still hold."""

    holds = fields.TileChoice(
        label=_("Do the criteria of the decision still hold?"),
        choices=[("yes", _("They hold")), ("no", _("They hold no more"))],
    )
    note = fields.short_text(_("What was looked at, or what holds no more"), rows=2, required=False, longest=400)

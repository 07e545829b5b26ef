"""The forms of bridging."""

from crispy_forms.layout import Div, Layout
from django.utils.translation import gettext_lazy as _

from patients.audit import clock, fields
from patients.bridging.words import MODALITIES, SETTINGS
from patients.centres.models import Centre
from patients.pathway.models import Pathway

ELSEWHERE = "unknown"


class BridgingForm(fields.Form):
    """None, or one course with modality, days, centre and setting. Never a line of therapy."""

    given = fields.TileChoice(label=_("Bridging"), choices=[("no", _("None")), ("yes", _("A course"))])
    modality = fields.TileChoice(label=_("What"), choices=list(MODALITIES.items()), shape="grid", required=False)
    started_on = fields.DateField(label=_("From"), required=False)
    ended_on = fields.DateField(
        label=_("To"), required=False, help_text=_("Leave empty while it runs, or when its end is not known.")
    )
    centre = fields.TileChoice(label=_("Where"), shape="list", required=False)
    setting = fields.TileChoice(label=_("Setting"), choices=list(SETTINGS.items()), shape="grid", required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.centres = {str(centre.pk): centre for centre in (pathway.hub, pathway.referring_centre) if centre}
        choices = [(key, centre.name) for key, centre in self.centres.items()]
        self.fields["centre"].choices = [*choices, (ELSEWHERE, _("Elsewhere or not known"))]
        for name in ("started_on", "ended_on"):
            self.fields[name].latest = lambda: clock.today(pathway.hub.timezone)

    def layout(self) -> Layout:
        return Layout(
            "given",
            Div(
                "modality",
                fields.side_by_side("started_on", "ended_on"),
                "centre",
                "setting",
                css_class="cp-when-bridged",
            ),
        )

    def clean(self) -> dict:
        given = super().clean()
        if given.get("given") == "yes":
            for name in ("modality", "started_on"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("A course needs this."))
        return given

    def course(self) -> dict:
        """The course as the action takes it."""
        said = self.cleaned_data
        return {
            "modality": said["modality"],
            "started_on": said["started_on"],
            "ended_on": said["ended_on"],
            "centre": self.place(),
            "setting": said["setting"] or None,
        }

    def place(self) -> Centre | None:
        return self.centres.get(self.cleaned_data["centre"])


class EndForm(fields.Form):
    """When a running course ended."""

    ended_on = fields.DateField(label=_("Ended on"))

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].latest = lambda: clock.today(pathway.hub.timezone)

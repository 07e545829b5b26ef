"""The forms of apheresis: a chair, and what was collected."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.audit import clock, fields
from patients.capacity.models import Resource
from patients.pathway.models import Pathway

IDENTIFIER = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
USUAL_HOURS = 5  # convention: how long a chair is kept unless somebody says otherwise


class BookForm(fields.Form):
    """Chair, day, time and how long; when a booking is moved, why."""

    chair = fields.TileChoice(label=_("Chair"), shape="grid")
    start = fields.MomentField(label=_("Start"))
    hours = fields.CountField(label=_("For how long"), unit="h", least=1, most=12, initial=USUAL_HOURS)
    why = forms.CharField(label=_("Why it moves"), max_length=240)

    def __init__(self, *args, pathway: Pathway, chairs: list[Resource], moves: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.chairs = {str(chair.pk): chair for chair in chairs}
        self.fields["chair"].choices = [(key, chair.name) for key, chair in self.chairs.items()]
        self.fields["start"].zone = ZoneInfo(pathway.hub.timezone)
        if not moves:
            del self.fields["why"]

    def layout(self) -> Layout:
        names = ["chair", "start", "hours"]
        return Layout(*names, *(["why"] if "why" in self.fields else []))

    def booked(self) -> dict:
        """Chair and instants, as the action takes them."""
        start = self.cleaned_data["start"]
        return {
            "chair": self.chairs[self.cleaned_data["chair"]],
            "start": start,
            "end": start + timedelta(hours=self.cleaned_data["hours"]),
        }


class GiveBackForm(fields.Form):
    """Why a chair is given back."""

    why = forms.CharField(label=_("Why the chair is given back"), max_length=240)


class RecordForm(fields.Form):
    """What was collected, and what it is called from now on."""

    collected_on = fields.DateField(label=_("Collected on"))
    collection_id = forms.CharField(
        label=_("Collection number"),
        max_length=60,
        widget=forms.TextInput(IDENTIFIER),
        help_text=_("As it stands on the label of the collection bag."),
    )
    din = forms.CharField(
        label=_("Donation number (DIN)"), max_length=60, required=False, widget=forms.TextInput(IDENTIFIER)
    )
    sec = forms.CharField(
        label=_("Single European Code (SEC)"), max_length=60, required=False, widget=forms.TextInput(IDENTIFIER)
    )
    cd3_total_10e9 = fields.MeasuredField(
        label=_("CD3+ cells collected"),
        unit="×10⁹",
        places=2,
        least=0,
        most=500,
        required=False,
        help_text=_("Leave empty when it is not known yet."),
    )
    complications = fields.YesNoUnknown(label=_("Complications"))
    complications_note = forms.CharField(
        label=_("Which complications"), max_length=400, required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collected_on"].latest = lambda: clock.today(pathway.hub.timezone)

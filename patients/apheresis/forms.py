"""The forms of apheresis: a chair, what is looked at before, and what was collected."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from crispy_forms.layout import HTML, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.apheresis import rules
from patients.audit import clock, fields
from patients.capacity.models import Resource
from patients.observations.rules import BANDS
from patients.observations.words import MEASURED, SEROLOGY, unit_words
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


class PrepareForm(fields.Form):
    """Counts, serology and wash-outs, each as far as it is there: nothing has to be said at once."""

    PLACES = {"alc": 2, "anc": 2, "platelets": 0, "haemoglobin": 1}
    COUNTS_WORDS, SEROLOGY_WORDS, WASHOUT_WORDS = _("Counts"), _("Serology"), _("Wash-outs")

    counted_on = fields.DateField(label=_("Blood taken on"), required=False)
    serology_on = fields.DateField(label=_("Blood taken on"), required=False)
    washouts = forms.MultipleChoiceField(
        label=_("Last doses against the wash-outs"),
        choices=[("looked_at", _("I have looked at them"))],
        required=False,
        widget=fields.TileCheckboxes(),
    )
    note = fields.short_text(_("Note"), rows=2, required=False, longest=400)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        today = clock.today(pathway.hub.timezone)
        for name in ("counted_on", "serology_on"):
            self.fields[name].latest = today
        for what in rules.WISHED:
            band = BANDS[what]
            self.fields[what] = fields.MeasuredField(
                label=MEASURED[what],
                unit=unit_words(band.unit),
                places=self.PLACES[what],
                least=band.least,
                most=band.most,
                required=False,
            )
        for what in rules.SEROLOGY:
            self.fields[what] = fields.TileChoice(
                label=SEROLOGY[what],
                choices=[("no", _("Negative")), ("yes", _("Positive")), ("unknown", _("Not known"))],
                required=False,
            )

    def layout(self) -> Layout:
        return Layout(
            HTML('<h3 class="cp-form-part">{{ form.COUNTS_WORDS }}</h3>'),
            fields.side_by_side("counted_on", *rules.WISHED),
            HTML('<h3 class="cp-form-part">{{ form.SEROLOGY_WORDS }}</h3>'),
            "serology_on",
            *rules.SEROLOGY,
            HTML('<h3 class="cp-form-part">{{ form.WASHOUT_WORDS }}</h3>'),
            "washouts",
            "note",
        )

    def prepared(self) -> dict:
        """What was said, as the action takes it."""
        said = self.cleaned_data
        read = {"yes": True, "no": False, "unknown": None}
        return {
            "counted_on": said["counted_on"],
            "counted": {what: said[what] for what in rules.WISHED if said[what] is not None},
            "serology_on": said["serology_on"],
            "serology": {what: read[said[what]] for what in rules.SEROLOGY if said[what]},
            "washouts_looked_at": bool(said["washouts"]),
            "note": said["note"],
        }


class RepeatForm(fields.Form):
    """Why the cells must be collected again."""

    why = fields.short_text(_("Why the cells must be collected again"), rows=2, longest=400)


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
    bags = fields.CountField(label=_("Bags"), least=1, most=20, required=False)
    tnc_10e9 = fields.MeasuredField(
        label=_("Total nucleated cells"),
        unit="×10⁹",
        places=2,
        least=0,
        most=2000,
        required=False,
        help_text=_("Leave empty when it is not known yet."),
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

    # What is said once, on the day; the rest may be completed when it has been counted.
    ONCE = ("collected_on", "collection_id", "din", "sec")
    COUNTED = ("bags", "tnc_10e9", "cd3_total_10e9")

    def __init__(self, *args, pathway: Pathway, completes: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collected_on"].latest = lambda: clock.today(pathway.hub.timezone)
        if completes:
            for name in self.ONCE:
                del self.fields[name]

    def layout(self) -> Layout:
        return Layout(
            fields.side_by_side(*(name for name in (*self.ONCE, *self.COUNTED) if name in self.fields)),
            "complications",
            "complications_note",
        )

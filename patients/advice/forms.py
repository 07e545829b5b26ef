"""The forms of a hub's advice: the switch with its sources, and the hub's own words for one text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.advice.models import Guideline
from patients.audit import fields
from patients.pathway.agreement import AgreedForm

ON, OFF = "on", "off"


class SwitchForm(fields.Form):
    """Shown or not, and of whom."""

    on = fields.TileChoice(label=_("Advice at this hub"), choices=[(ON, _("Shown")), (OFF, _("Off"))])
    guidelines = forms.MultipleChoiceField(
        label=_("Whose rows for CRS and ICANS"),
        choices=Guideline.choices,
        required=False,
        widget=fields.TileCheckboxes(),
        help_text=_("Each source keeps its own row; none is merged with another."),
    )
    why = forms.CharField(label=_("Why"), max_length=240, help_text=_("It stays in the log with your name."))


class EditForm(fields.Form):
    """The hub's words for one text, or the reference's again."""

    text = forms.CharField(
        label=_("This hub's words"),
        widget=forms.Textarea({"rows": 6}),
        max_length=2000,
        required=False,
        help_text=_("One item a line, each begun by “Consider” or “Check” (“Valutare”, “Verificare”)."),
    )
    revert = forms.BooleanField(
        label=_("Back to the reference's words"),
        required=False,
        help_text=_("What is written above is then not read; this hub's words stay in the log."),
    )
    why = forms.CharField(label=_("Why"), max_length=240)


class HoursForm(AgreedForm):
    """The same, with the hours from which grade 1 persists; later ones a second haematologist agrees to."""

    text = EditForm.base_fields["text"]
    hours = fields.CountField(label=_("Grade 1 persists from"), unit="h", least=1, most=240)
    revert = EditForm.base_fields["revert"]
    why = EditForm.base_fields["why"]

    field_order = ("text", "hours", "revert", "why", "second_email", "second_password")

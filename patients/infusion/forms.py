"""The forms of day 0."""

from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from patients.audit import fields
from patients.pathway.models import Pathway


class ReadyForm(fields.Form):
    """The least that must be ready: tocilizumab at the ward, the weight, a patient who was told."""

    tocilizumab_doses_on_site = fields.CountField(label=_("Tocilizumab at the ward"), unit=_("doses"), least=0, most=99)
    tocilizumab_alternative = forms.CharField(label=_("Alternative in a shortage"), max_length=160, required=False)
    weight_kg = fields.MeasuredField(label=_("Weight"), unit="kg", places=1, least=20, most=300)
    patient_informed = fields.YesNoUnknown(label=_("The patient is informed and agrees"))


class Given(fields.Form):
    """The times of an infusion."""

    started_at = fields.MomentField(label=_("Start"))
    ended_at = fields.MomentField(label=pgettext_lazy("of an infusion", "End"), required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("started_at", "ended_at"):
            self.fields[name].zone = ZoneInfo(pathway.hub.timezone)


class RecordForm(Given):
    """The infusion as it was."""

    bags = fields.CountField(label=_("Bags"), unit="", least=1, most=20, required=False)
    dose_10e6 = fields.MeasuredField(
        label=_("Viable CAR+ T cells"), unit="×10⁶", places=2, least="0.01", most=1000, required=False
    )
    reaction = fields.YesNoUnknown(label=_("Reaction during or right after it"))
    reaction_note = forms.CharField(
        label=_("Which reaction"), max_length=400, required=False, widget=forms.Textarea({"rows": 2})
    )


class CorrectForm(Given):
    """When it really was, and why it stood otherwise."""

    why = forms.CharField(label=_("Why it is corrected"), max_length=240)


class ResolveForm(fields.Form):
    """What one of the two people found out."""

    reason = forms.CharField(
        label=_("What was found, and why the pathway may go on"),
        max_length=240,
        widget=forms.Textarea({"rows": 3}),
    )

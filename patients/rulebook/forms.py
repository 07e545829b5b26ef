"""The forms of rules: signing, withdrawing, a hub's own wash-out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.audit import fields
from patients.pathway.agreement import AgreedForm

LONGEST_DAYS, LONGEST_MONTHS = 365, 24


class SignForm(fields.Form):
    """Where the figure was read: label and section, paper and page."""

    where = forms.CharField(
        label=_("Where you have read it"),
        max_length=240,
        help_text=_("Label with section and date, or paper with page: your colleagues will look it up."),
    )


class WithdrawForm(fields.Form):
    why = forms.CharField(label=_("Why it is withdrawn"), max_length=240)


class WashoutForm(AgreedForm):
    """How long before apheresis the last dose lies at this hub: days or months; both 0 = none."""

    days = fields.CountField(label=_("Days"), unit=_("days"), least=0, most=LONGEST_DAYS)
    months = fields.CountField(label=_("or months"), unit=_("months"), least=0, most=LONGEST_MONTHS)
    why = forms.CharField(label=_("Why"), max_length=240)

    field_order = ("days", "months", "why", "second_email", "second_password")


class ProphylaxisForm(AgreedForm):
    """A hub's own prophylaxis in words, and until when at least. Empty: nothing is said of it."""

    text = forms.CharField(label=_("What is given, and when"), widget=forms.Textarea({"rows": 4}), max_length=600)
    months = fields.CountField(
        label=_("At least, from the start"), unit=_("months"), least=0, most=LONGEST_MONTHS, required=False
    )
    cd4_over = fields.MeasuredField(label=_("and CD4 above"), unit="×10⁹/L", places=2, least=0, most=2, required=False)
    why = forms.CharField(label=_("Why"), max_length=240)

    field_order = ("text", "months", "cd4_over", "why", "second_email", "second_password")


REFUSALS = {
    "nothing_to_sign": _("This figure needs no signature."),
    "signed_already": _("A colleague has signed for this very figure."),
    "say_where": _("Say where you have read it."),
    "nothing_signed": _("No signature stands."),
    "say_why": _("Say why: your colleagues will read it."),
    "days_or_months": _("Days or months: one of them stays 0."),
}

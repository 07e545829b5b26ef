"""The forms of manufacturing: shipment, what the maker says, acceptance, and receipt by two people."""

from datetime import date
from zoneinfo import ZoneInfo

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.audit import clock, fields
from patients.manufacturing.models import Lot
from patients.manufacturing.words import REFUSALS
from patients.pathway.identity_page import READ_FROM_LABELS, IdentityForm
from patients.pathway.models import Pathway

LONG_TEXT = {"rows": 2}


class ShipForm(fields.Form):
    """When the cells left, and the maker's number for the chain of identity."""

    shipped_on = fields.DateField(label=_("Shipped on"))
    coi = forms.CharField(
        label=_("Chain of identity number (COI)"),
        max_length=60,
        required=False,
        widget=forms.TextInput(READ_FROM_LABELS),
        help_text=_("The maker's number for this patient, if it gives one."),
    )
    carrier = forms.CharField(label=_("Carrier"), max_length=80, required=False)
    expected_release_on = fields.DateField(label=_("Release expected on"), required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shipped_on"].latest = lambda: clock.today(pathway.hub.timezone)


class ReleaseForm(fields.Form):
    """What the maker says of the product: released, out of specification, or failed."""

    outcome = fields.TileChoice(
        label=_("The maker says"),
        choices=[
            ("released", _("Released")),
            ("out_of_specification", _("Out of specification")),
            ("failed", _("Failed")),
        ],
    )
    released_on = fields.DateField(label=_("On"))
    lot_number = forms.CharField(
        label=_("Lot number"), max_length=60, required=False, widget=forms.TextInput(READ_FROM_LABELS)
    )
    expires_on = fields.DateField(label=_("Expiry date"), required=False)
    coi = forms.CharField(
        label=_("Chain of identity number (COI)"),
        max_length=60,
        required=False,
        widget=forms.TextInput(READ_FROM_LABELS),
    )
    fault = forms.CharField(
        label=_("What is wrong with it"), max_length=400, required=False, widget=forms.Textarea(LONG_TEXT)
    )
    after_failure = fields.TileChoice(
        label=_("What happens next"),
        choices=[("again", _("New order and collection")), ("close", _("The pathway closes"))],
        required=False,
    )

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["released_on"].latest = lambda: clock.today(pathway.hub.timezone)

    def layout(self) -> Layout:
        return Layout(
            "outcome",
            "released_on",
            Div("lot_number", "expires_on", "coi", css_class="cp-when-made"),
            Div("fault", css_class="cp-when-fault"),
            Div("after_failure", css_class="cp-when-failed"),
        )

    def clean(self) -> dict:
        given = super().clean()
        outcome = given.get("outcome")
        made = outcome in (Lot.Status.RELEASED, Lot.Status.OUT_OF_SPECIFICATION)
        for name, code, asked in (
            ("lot_number", "lot_is_missing", made),
            ("expires_on", "expiry_is_missing", made),
            ("fault", "out_of_is_missing", outcome == Lot.Status.OUT_OF_SPECIFICATION),
            ("fault", "fault_is_missing", outcome == Lot.Status.FAILED),
            ("after_failure", "next_is_missing", outcome == Lot.Status.FAILED),
        ):
            if asked and not given.get(name) and name not in self.errors:
                self.add_error(name, REFUSALS[code])
        return given


class AcceptForm(fields.Form):
    """What an out-of-specification product needs before it may be given (reference 4)."""

    YES_NO = (("yes", _("Yes")), ("no", _("No")))

    maker_assessed = fields.TileChoice(label=_("The maker's medical assessment is in hand"), choices=YES_NO)
    patient_agrees = fields.TileChoice(label=_("The patient was told and agrees in writing"), choices=YES_NO)
    authority_informed = fields.TileChoice(
        label=_("The authority's or ethics committee's route is done"), choices=YES_NO
    )
    reason = forms.CharField(
        label=_("Benefit and risk, in the physician's words"), max_length=400, widget=forms.Textarea({"rows": 3})
    )

    def accepted(self) -> dict:
        said = self.cleaned_data
        yes = {name: said[name] == "yes" for name in ("maker_assessed", "patient_agrees", "authority_informed")}
        return {**yes, "reason": said["reason"]}


class ReceiveForm(IdentityForm):
    """A check of identity with the expiry as the label has it; the first person also says when the product arrived."""

    arrived_at = fields.MomentField(label=_("Arrived at the hub"))
    expiry = fields.DateField(
        label=_("Expiry date"), latest=date(2199, 12, 31), help_text=_("From the label, dd/mm/yyyy.")
    )

    field_order = ("arrived_at", "patient", "product", "collection", "expiry", "who", "email", "password")

    def __init__(self, *args, pathway: Pathway, first, **kwargs):
        super().__init__(*args, pathway=pathway, first=first, **kwargs)
        self.fields["arrived_at"].zone = ZoneInfo(pathway.hub.timezone)
        if first is not None:
            del self.fields["arrived_at"]

    def received(self) -> dict:
        said = self.cleaned_data
        return {"typed": self.typed(), "expiry": said["expiry"], "arrived_at": said.get("arrived_at")}

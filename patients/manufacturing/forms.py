"""The forms of manufacturing: shipment, what the maker says, acceptance, and receipt by two people."""

from datetime import date
from zoneinfo import ZoneInfo

from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from patients.audit import clock, fields
from patients.audit.refusals import Refused
from patients.manufacturing.models import Lot
from patients.manufacturing.rules import OOS_DAYS, OosFile
from patients.manufacturing.words import REFUSALS
from patients.pathway.identity_page import READ_FROM_LABELS, IdentityForm
from patients.pathway.models import Pathway
from patients.pathway.second_person import prove_signer
from patients.pathway.words import refusal_words

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
    waybill = forms.CharField(label=_("Waybill"), max_length=60, required=False)
    expected_release_on = fields.DateField(label=_("Release expected on"), required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shipped_on"].latest = lambda: clock.today(pathway.hub.timezone)


class FollowForm(fields.Form):
    """How the product is getting on: at the maker, expected, on its way back."""

    maker_received_on = fields.DateField(label=_("At the maker on"), required=False)
    expected_release_on = fields.DateField(label=_("Release expected on"), required=False)
    why = forms.CharField(label=_("Why the expected release moves"), max_length=240, required=False)
    shipped_back_on = fields.DateField(label=_("Shipped back on"), required=False)
    return_waybill = forms.CharField(label=_("Waybill of the way back"), max_length=60, required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("maker_received_on", "shipped_back_on"):
            self.fields[name].latest = lambda: clock.today(pathway.hub.timezone)

    def layout(self) -> Layout:
        return Layout(
            "maker_received_on",
            fields.side_by_side("expected_release_on", "why"),
            fields.side_by_side("shipped_back_on", "return_waybill"),
        )


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


class CorrectForm(fields.Form):
    """What is recorded of the product, to be corrected. Numbers and expiry are not shown: two people read them."""

    PART_WORDS = {
        "shipment": _("Shipment"),
        "maker": _("What the maker says"),
        "numbers": _("What two people compare"),
        "receipt": _("Receipt"),
    }
    STANDS = _("Leave empty what stands as it is.")

    shipped_on = fields.DateField(label=_("Shipped on"))
    carrier = forms.CharField(label=_("Carrier"), max_length=80, required=False)
    waybill = forms.CharField(label=_("Waybill"), max_length=60, required=False)
    maker_received_on = fields.DateField(label=_("At the maker on"), required=False)
    status = fields.TileChoice(
        label=_("The maker says"),
        choices=[
            ("in_production", _("Nothing yet")),
            ("released", _("Released")),
            ("out_of_specification", _("Out of specification")),
        ],
        shape="list",
    )
    released_on = fields.DateField(label=_("On"), required=False)
    fault = forms.CharField(
        label=_("What is wrong with it"), max_length=400, required=False, widget=forms.Textarea(LONG_TEXT)
    )
    lot_number = forms.CharField(
        label=_("Lot number"), max_length=60, required=False, widget=forms.TextInput(READ_FROM_LABELS), help_text=STANDS
    )
    coi = forms.CharField(
        label=_("Chain of identity number (COI)"),
        max_length=60,
        required=False,
        widget=forms.TextInput(READ_FROM_LABELS),
        help_text=STANDS,
    )
    expires_on = fields.DateField(label=_("Expiry date"), latest=date(2199, 12, 31), required=False, help_text=STANDS)
    shipped_back_on = fields.DateField(label=_("Shipped back on"), required=False)
    return_waybill = forms.CharField(label=_("Waybill of the way back"), max_length=60, required=False)
    arrived_at = fields.MomentField(label=_("Arrived at the hub"), required=False)
    temperature_kept = fields.YesNoUnknown(label=_("Temperature trace within the limits"), required=False)
    temperature_note = forms.CharField(label=_("Temperature: file, or what happened"), max_length=240, required=False)
    storage_position = forms.CharField(label=_("Storage position"), max_length=80, required=False)
    why = forms.CharField(label=_("Why it is corrected"), max_length=240)

    OF_THE_RECEIPT = ("arrived_at", "temperature_kept", "temperature_note", "storage_position")
    KEPT_WHEN_EMPTY = ("lot_number", "coi", "expires_on")

    def __init__(self, *args, pathway: Pathway, received: bool, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("shipped_on", "maker_received_on", "released_on", "shipped_back_on"):
            self.fields[name].latest = lambda: clock.today(pathway.hub.timezone)
        self.fields["arrived_at"].zone = ZoneInfo(pathway.hub.timezone)
        if not received:
            for name in self.OF_THE_RECEIPT:
                del self.fields[name]

    def layout(self) -> Layout:
        receipt = [self._part("receipt"), "arrived_at", "temperature_kept", "temperature_note", "storage_position"]
        return Layout(
            self._part("shipment"),
            fields.side_by_side("shipped_on", "maker_received_on", "carrier", "waybill"),
            self._part("maker"),
            "status",
            "released_on",
            "fault",
            fields.side_by_side("shipped_back_on", "return_waybill"),
            self._part("numbers"),
            fields.side_by_side("lot_number", "coi"),
            "expires_on",
            *(receipt if "arrived_at" in self.fields else []),
            "why",
        )

    def _part(self, name: str) -> HTML:
        return HTML(f'<h3 class="cp-form-part">{{{{ form.PART_WORDS.{name} }}}}</h3>')

    def told(self) -> dict:
        """The corrected product as the action takes it."""
        said = dict(self.cleaned_data)
        receipt = {name: said.pop(name) for name in ("arrived_at", "storage_position") if name in said}
        why = said.pop("why")
        for name in self.KEPT_WHEN_EMPTY:
            if not said[name]:
                del said[name]
        return {"said": {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}} | {
            "why": why,
            **receipt,
        }


class AcceptForm(fields.Form):
    """What an out-of-specification product needs before it may be given (reference 4); it may be kept half full."""

    PART_WORDS = {
        "request": _("The treating physician's request"),
        "maker": _("The maker's evaluation of the risk"),
        "patient": _("The patient"),
        "authority": _("Authority or ethics committee"),
        "acceptance": _("Acceptance"),
    }

    requested_on = fields.DateField(label=_("Requested on"), required=False)
    maker_evaluated_on = fields.DateField(label=_("In hand since"), required=False)
    maker_reference = forms.CharField(label=_("Its number"), max_length=120, required=False)
    patient_told_on = fields.DateField(label=_("Told on"), required=False)
    patient_told_by = forms.CharField(label=_("Told by"), max_length=120, required=False)
    patient_agrees = fields.YesNoUnknown(label=_("Agrees in writing"), required=False)
    authority_on = fields.DateField(label=_("Done on"), required=False)
    authority_reference = forms.CharField(label=_("Its number"), max_length=120, required=False)
    reason = forms.CharField(
        label=_("Benefit and risk, in the physician's words"),
        max_length=400,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    password = forms.CharField(
        label=_("Your password, to sign the acceptance"),
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )

    def __init__(self, *args, pathway: Pathway, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request
        for name in OOS_DAYS:
            self.fields[name].latest = lambda: clock.today(pathway.hub.timezone)

    def layout(self) -> Layout:
        return Layout(
            self._part("request"),
            "requested_on",
            self._part("maker"),
            fields.side_by_side("maker_evaluated_on", "maker_reference"),
            self._part("patient"),
            fields.side_by_side("patient_told_on", "patient_told_by", fields.whole("patient_agrees")),
            self._part("authority"),
            fields.side_by_side("authority_on", "authority_reference"),
            self._part("acceptance"),
            "reason",
            "password",
        )

    @property
    def signs(self) -> bool:
        """Whether the product is accepted now, and not only what came in is kept."""
        return self.data.get("do") != "keep"

    def clean(self) -> dict:
        """The signature is proved before anything is written, so that a wrong password is counted whatever follows."""
        said = super().clean()
        if self.signs and not said.get("password"):
            self.add_error("password", _("Sign with your own password."))
        elif self.signs and not self.errors:
            try:
                prove_signer(request=self.request, password=said["password"])
            except Refused as refused:
                for reason in refused.reasons:
                    self.add_error(reason.field, refusal_words(reason, REFUSALS))
        return said

    def _part(self, name: str) -> HTML:
        return HTML(f'<h3 class="cp-form-part">{{{{ form.PART_WORDS.{name} }}}}</h3>')

    def file(self) -> OosFile:
        """What is there, as the action takes it."""
        return OosFile(**{name: self.cleaned_data[name] for name in OosFile.__dataclass_fields__})


class ReceiveForm(IdentityForm):
    """A check of identity with the expiry as the label has it; the first person also says when the product arrived."""

    arrived_at = fields.MomentField(label=_("Arrived at the hub"))
    expiry = fields.DateField(
        label=_("Expiry date"), latest=date(2199, 12, 31), help_text=_("From the label, dd/mm/yyyy.")
    )

    temperature_kept = fields.YesNoUnknown(label=_("Temperature trace within the limits"), required=False)
    temperature_note = forms.CharField(label=_("Temperature: file, or what happened"), max_length=240, required=False)
    storage_position = forms.CharField(label=_("Storage position"), max_length=80, required=False)

    # What the first person says beside the check; the second only compares.
    OF_THE_FIRST = ("arrived_at", "temperature_kept", "temperature_note", "storage_position")
    field_order = (
        "arrived_at",
        "patient",
        "product",
        "collection",
        "expiry",
        "temperature_kept",
        "temperature_note",
        "storage_position",
        "who",
        "email",
        "password",
    )

    def __init__(self, *args, pathway: Pathway, first, **kwargs):
        super().__init__(*args, pathway=pathway, first=first, **kwargs)
        self.fields["arrived_at"].zone = ZoneInfo(pathway.hub.timezone)
        if first is not None:
            for name in self.OF_THE_FIRST:
                del self.fields[name]

    def received(self) -> dict:
        said = self.cleaned_data
        beside = {name: said[name] for name in self.OF_THE_FIRST if name in said}
        return {"typed": self.typed(), "expiry": said["expiry"], **beside}

"""The forms of the maker's order with its slot, and of the national registry."""

from uuid import UUID

from crispy_forms.layout import HTML, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields
from patients.ordering.models import RegistryForm
from patients.ordering.rules import Slot
from patients.ordering.words import REGISTRY_FORMS


class OrderForm(fields.Form):
    """The order first; the slot as one when the maker has confirmed it."""

    order_number = forms.CharField(label=gettext_lazy("Maker's order number"), max_length=60)
    portal_number = forms.CharField(label=gettext_lazy("Portal number"), max_length=60, required=False)
    ordered_on = fields.DateField(label=gettext_lazy("Ordered on"))
    slot_confirmed_on = fields.DateField(label=gettext_lazy("Slot confirmed on"), required=False)
    apheresis_on = fields.DateField(label=gettext_lazy("Apheresis planned"), required=False)
    shipment_on = fields.DateField(label=gettext_lazy("Shipment planned"), required=False)
    release_on = fields.DateField(label=gettext_lazy("Release expected"), required=False)
    infusion_on = fields.DateField(label=gettext_lazy("Infusion planned"), required=False)

    pharmacy_informed_on = fields.DateField(label=gettext_lazy("Pharmacy informed on"), required=False)
    pharmacy_informed = forms.CharField(label=gettext_lazy("Whom there"), max_length=120, required=False)

    SLOT_WORDS = gettext_lazy("The maker has confirmed a slot")
    SLOT = ("slot_confirmed_on", "apheresis_on", "shipment_on", "release_on")

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        today = clock.today(zone)
        for name in ("ordered_on", "slot_confirmed_on", "pharmacy_informed_on"):
            self.fields[name].latest = today

    def layout(self) -> Layout:
        return Layout(
            fields.side_by_side("order_number", "portal_number", "ordered_on"),
            fields.side_by_side("pharmacy_informed_on", "pharmacy_informed"),
            HTML('<h3 class="cp-form-part">{{ form.SLOT_WORDS }}</h3>'),
            fields.side_by_side(*self.SLOT, "infusion_on"),
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        said = [name for name in (*self.SLOT, "infusion_on") if cleaned.get(name)]
        if said:
            for name in self.SLOT:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A confirmed slot needs this day."))
        return cleaned

    def slot(self) -> Slot | None:
        """The slot, None while the maker has not confirmed one."""
        said = self.cleaned_data
        if not said["slot_confirmed_on"]:
            return None
        return Slot(
            said["slot_confirmed_on"],
            said["apheresis_on"],
            said["shipment_on"],
            said["release_on"],
            said["infusion_on"],
        )


class FileRegistryForm(fields.Form):
    """Which form of the registry, its number there, and the day on which it was filled in."""

    kind = fields.TileChoice(label=gettext_lazy("Form"), shape="list")
    number = forms.CharField(label=gettext_lazy("Number in the registry"), max_length=60)
    filed_on = fields.DateField(label=gettext_lazy("Filled in on"))

    def __init__(self, *args, zone: str, filed: dict[str, list[RegistryForm]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["filed_on"].latest = clock.today(zone)
        outcomes = filed.get(RegistryForm.Kind.OUTCOME, [])
        words = dict(REGISTRY_FORMS)
        if outcomes:
            words[RegistryForm.Kind.OUTCOME] = _("Another outcome form")
        corrections = [(str(row.pk), _("Correct outcome form %(number)s") % {"number": row.number}) for row in outcomes]
        self.fields["kind"].choices = [*words.items(), *corrections]

    def layout(self) -> Layout:
        return Layout("kind", fields.side_by_side("number", "filed_on"))

    def told(self) -> dict:
        """The form as the action takes it."""
        said = dict(self.cleaned_data)
        if said["kind"] not in RegistryForm.Kind.values:
            said |= {"corrects": UUID(said["kind"]), "kind": RegistryForm.Kind.OUTCOME}
        return said

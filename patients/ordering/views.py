"""The pages of the order with its slot, and of the national registry's forms."""

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.ordering import actions, rules, words
from patients.ordering.forms import FileRegistryForm, OrderForm
from patients.ordering.models import Order
from patients.ordering.rules import VeinToVein
from patients.pathway.models import Pathway
from patients.pathway.planning import promise
from patients.pathway.views import PathwayFormView

COLUMNS = (
    "order_number",
    "portal_number",
    "ordered_on",
    "slot_confirmed_on",
    "apheresis_on",
    "shipment_on",
    "release_on",
    "infusion_on",
    "pharmacy_informed_on",
    "pharmacy_informed",
)


class PlaceOrder(PathwayFormView):
    """The coordinator writes down the order, then the slot."""

    form_class = OrderForm
    template_name = "ordering/order.html"
    facet = "dossier"
    permission = "ordering.record"
    title = gettext_lazy("Order and slot")
    words = words.REFUSALS

    def version(self, subject: Pathway) -> int:
        return Order.objects.filter(pathway=subject, superseded=False).values_list("version", flat=True).first() or 0

    def initial(self, subject: Pathway) -> dict:
        order = actions.standing(subject)
        return {name: getattr(order, name) for name in COLUMNS} if order else {}

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"zone": subject.hub.timezone}

    def context(self, subject: Pathway) -> dict:
        product, hub = subject.product, subject.hub
        return {
            "product": product,
            "target": promise(hub, "vein_to_vein_target"),
            "limit": promise(hub, "vein_to_vein_limit"),
            "conditions": actions.conditions(subject),
            "earlier": subject.orders.filter(superseded=True).order_by("ordered_on"),
        }

    def write(self, subject: Pathway, form: OrderForm, by) -> None:
        said, slot = form.cleaned_data, form.slot()
        actions.record(
            pathway=subject,
            order_number=said["order_number"],
            portal_number=said["portal_number"],
            ordered_on=said["ordered_on"],
            slot=slot,
            pharmacy_informed_on=said["pharmacy_informed_on"],
            pharmacy_informed=said["pharmacy_informed"],
            by=by,
        )
        expected = slot and actions.vein_to_vein(
            subject.hub,
            apheresis_on=slot.apheresis_on,
            release_on=slot.release_on,
            infusion_on=slot.infusion_on,
        )
        if expected:
            level = {rules.GREEN: messages.success, rules.AMBER: messages.warning, rules.LATE: messages.warning}
            level[expected.band](self.request, length_words(expected))


class FileForm(PathwayFormView):
    """The forms of the AIFA registry: what is filled in, and what is to be."""

    form_class = FileRegistryForm
    template_name = "ordering/registry.html"
    facet = "treatment"
    permission = "registry.write"
    title = gettext_lazy("AIFA registry")
    words = words.REFUSALS

    def version(self, subject: Pathway) -> int:
        return sum(row.version for rows in actions.registry_forms(subject).values() for row in rows)

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"zone": subject.hub.timezone, "filed": actions.registry_forms(subject)}

    def context(self, subject: Pathway) -> dict:
        filed = actions.registry_forms(subject)
        return {"filed": [(words.REGISTRY_FORMS[kind], filed.get(kind, [])) for kind in words.REGISTRY_FORMS]}

    def write(self, subject: Pathway, form: FileRegistryForm, by) -> None:
        actions.file_registry_form(pathway=subject, by=by, **form.told())

    def success_url(self, subject: Pathway) -> str:
        return reverse("ordering:registry", args=[subject.pk])


def length_words(expected: VeinToVein) -> str:
    """Vein-to-vein by plan against the hub's own target, in words."""
    if expected.at_least:
        length = ngettext(
            "Vein-to-vein will be at least %(days)d day", "Vein-to-vein will be at least %(days)d days", expected.days
        )
    else:
        length = ngettext("Vein-to-vein: %(days)d day", "Vein-to-vein: %(days)d days", expected.days)
    band = {
        rules.GREEN: _("within the target"),
        rules.AMBER: _("over the target, within the limit"),
        rules.LATE: _("over the limit"),
    }[expected.band]
    return f"{length % {'days': expected.days}}, {band}."

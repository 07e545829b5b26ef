"""The words of the registry's forms, and why an order or a form is not taken."""

from django.utils.translation import gettext_lazy as _

from patients.ordering.models import RegistryForm

REGISTRY_FORMS = {
    RegistryForm.Kind.ELIGIBILITY: _("Eligibility form"),
    RegistryForm.Kind.REQUEST: _("Request form"),
    RegistryForm.Kind.INFUSION: _("Infusion form"),
    RegistryForm.Kind.OUTCOME: _("Outcome form"),
}

REFUSALS = {
    "not_decided": _("Nobody has found this patient eligible for a product yet."),
    "before_decision": _("This lies before the decision."),
    "before_order": _("This lies before the order."),
    "before_apheresis": _("This lies before the apheresis."),
    "before_shipment": _("This lies before the shipment."),
    "before_release": _("This lies before the release."),
    "slot_stands": _("The slot was confirmed: move its days, it cannot be emptied."),
    "say_when": _("Write the day."),
    "say_whom": _("Write whom you told."),
    "filed_already": _("A form with this number is recorded already."),
    "say_number": _("Write the number."),
    "needed_first": _("First comes “%(earlier)s”."),
    "happened_already": _("This has happened already: its plan is not moved any more."),
}

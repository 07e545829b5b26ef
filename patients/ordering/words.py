"""Why an order is not taken."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "not_decided": _("Nobody has found this patient eligible for a product yet."),
    "before_decision": _("This lies before the decision."),
    "before_order": _("This lies before the order."),
    "before_apheresis": _("This lies before the apheresis."),
    "before_shipment": _("This lies before the shipment."),
    "before_release": _("This lies before the release."),
    "slot_stands": _("The slot was confirmed: move its days, it cannot be emptied."),
    "happened_already": _("This has happened already: its plan is not moved any more."),
}

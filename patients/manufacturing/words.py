"""The words of the manufacturing room: what a product is, and why something is refused."""

from django.utils.translation import gettext_lazy as _

STATUS = {
    "in_production": _("In production"),
    "released": _("Released"),
    "out_of_specification": _("Out of specification"),
    "failed": _("Failed"),
}

REFUSALS = {
    "nothing_collected": _("No collection is recorded yet."),
    "nothing_shipped": _("No shipment is recorded yet."),
    "already_received": _("The product has already been received."),
    "release_before_shipment": _("This lies before the shipment."),
    "expires_before_release": _("The expiry lies before the release: read the label again."),
    "nothing_to_accept": _("No product out of specification waits to be accepted."),
    "needed_to_accept": _("Without this the product cannot be accepted."),
    "arrival_missing": _("Say when the product arrived."),
    "arrival_before_release": _("The product cannot have arrived before its release on %(day)s."),
    "product_not_released": _("The product has not been released."),
    "product_failed": _("The product failed: it must not be given."),
    "product_not_accepted": _("The product is out of specification and has not been accepted by a physician."),
    "product_not_received": _("The product has not been received at the hub by two people."),
    "product_expiry_unknown": _("The product's expiry is not known."),
    "product_expired": _("The product expired on %(day)s: it must not be given."),
    "out_of_is_missing": _("Say what is out of specification."),
    "lot_is_missing": _("Write the lot number as it stands on the certificate."),
    "expiry_is_missing": _("Write the expiry date as it stands on the certificate."),
    "fault_is_missing": _("Say why it failed."),
    "next_is_missing": _("Say what happens next."),
}

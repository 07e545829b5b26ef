"""The words of the manufacturing room: what a product is, and why something is refused."""

from django.utils.translation import gettext_lazy as _

STATUS = {
    "in_production": _("In production"),
    "released": _("Released"),
    "out_of_specification": _("Out of specification"),
    "failed": _("Failed"),
}

REFUSALS = {
    "compared_and_in_use": _(
        "Two people compared this with the labels and the patient is made ready for it: it stands. If the label says "
        "otherwise, compare identity again: that stops the infusion."
    ),
    "wrong_password": _("This is not your password."),
    "too_many_passwords": _("Too many wrong passwords: wait a quarter of an hour."),
    "nothing_collected": _("No collection is recorded yet."),
    "nothing_shipped": _("No shipment is recorded yet."),
    "already_received": _("The product has already been received."),
    "release_before_shipment": _("This lies before the shipment."),
    "expires_before_release": _("The expiry lies before the release: read the label again."),
    "nothing_to_accept": _("No product out of specification waits to be accepted."),
    "before_the_statement": _("This lies before the maker's statement of %(day)s."),
    "after_the_statement": _("This lies after the maker's statement of %(day)s."),
    "already_stated": _("The maker has stated already what became of it."),
    "say_why_it_moves": _("Write why the expected release moves."),
    "say_who_told": _("Write who told the patient."),
    "say_when": _("Write the day."),
    "not_fit_to_ship": _("Only a product that is released, or accepted out of specification, is shipped back."),
    "arrival_before_return": _("The product left the maker on %(day)s: it cannot have arrived before."),
    "before_maker_had_it": _("The maker had the cells only from %(day)s."),
    "say_what_happened_to_it": _("Write what happened to the temperature, and what the maker says of it."),
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

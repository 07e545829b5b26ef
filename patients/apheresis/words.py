"""The words of the apheresis room's refusals."""

from django.utils.translation import gettext_lazy as _

from patients.capacity import words as capacity

REFUSALS = {
    **capacity.REFUSALS,
    "already_booked": _("A chair is already booked: move it instead."),
    "already_collected": _("The cells have already been collected."),
    "nothing_booked": _("No chair is booked."),
    "note_without_complication": _("You describe a complication: say yes."),
}

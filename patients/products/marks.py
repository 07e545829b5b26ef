"""What the reference's marks mean, in words."""

from django.utils.translation import gettext_lazy as _

MARKS = {
    "V": _("checked against a public source"),
    "S": _("stated by one of the two papers"),
    "C": _("convention of this app"),
    "K": _("from knowledge, not verified"),
    "": _("no mark in the reference, not verified"),
}

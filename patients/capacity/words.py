"""The words of chairs, beds and their bookings."""

from django.utils.translation import gettext_lazy as _

KINDS = {"apheresis_chair": _("Apheresis chair"), "bed": _("Bed")}

REFUSALS = {
    "name_taken": _("The centre has one with this name already."),
    "only_hubs_have_resources": _("Chairs and beds belong to hubs."),
    "closes_before_it_opens": _("It closes before it opens."),
    "not_this_centres": _("This one is not in use at the patient's hub."),
    "ends_before_start": _("The end comes before the start."),
    "in_the_past": _("This time has passed: choose one that lies ahead."),
    "closed_day": _("The centre does not work on %(day)s."),
    "outside_hours": _("It is open from %(opens)s to %(closes)s."),
    "taken": _("%(resource)s is taken at that time. Next free: %(free)s."),
    "taken_for_long": _("%(resource)s is taken at that time, and for the sixty days after it."),
    "already_given_back": _("This booking has already been given back."),
}

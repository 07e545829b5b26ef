"""The words of lymphodepletion."""

from django.utils.translation import gettext_lazy as _

from patients.bridging.words import REFUSALS as BRIDGING

DRUGS = {
    "cyclophosphamide": _("cyclophosphamide"),
    "fludarabine": _("fludarabine"),
    "bendamustine": _("bendamustine"),
}

PLACED = {
    "too_early": _("Too early: the window has not opened."),
    "ok": _("Within the window."),
    "late_physician_decides": _("Late in the window: a physician decides."),
    "too_late": _("Too late: lymphodepletion is repeated."),
}

REFUSALS = {
    **BRIDGING,
    "another_products_regimen": _("This regimen belongs to another product."),
    "starts_before_receipt": _("The first day lies before the product's receipt on %(day)s."),
    "already_begun": _("Lymphodepletion has begun: its plan stands."),
    "infusion_before_the_end": _("The infusion comes after the last day of lymphodepletion, %(day)s."),
    "window_needs_reason": _("Outside the window (%(first)s to %(last)s): write the physician's reason."),
    "nothing_planned": _("No lymphodepletion is planned."),
    "day_not_planned": _("This day is not in the plan."),
    "earlier_day_open": _("Record the day before it first."),
    "nothing_given": _("No dose was given on any day: plan lymphodepletion anew."),
}

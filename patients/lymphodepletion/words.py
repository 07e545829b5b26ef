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

SETTINGS = {
    "inpatient": _("Inpatient"),
    "day_hospital": _("Day hospital"),
    "outpatient": _("Outpatient"),
}

DOSE_REASONS = {
    "renal": _("Renal function"),
    "hepatic": _("Liver function"),
    "cytopenia": _("Cytopenia"),
    "age": _("Age or frailty"),
    "other": _("Another reason"),
}

OMISSIONS = {
    "low_white_cells": _("White cells 1.0 ×10⁹/L or less within a week"),
    "other": _("Another reason"),
}

REFUSALS = {
    **BRIDGING,
    "another_products_regimen": _("This regimen belongs to another product."),
    "starts_before_receipt": _("The first day lies before the product's receipt on %(day)s."),
    "nothing_to_strike": _("This day is not recorded yet."),
    "infusion_stands_on_it": _(
        "It is the only day given, and the cells were infused after it: strike the infusion first."
    ),
    "already_begun": _("Lymphodepletion has begun: its plan stands."),
    "already_infused": _("The cells are already infused."),
    "repeat_needs_reason": _("Lymphodepletion was given to its end: say why it is given again."),
    "repeat_before_the_end": _("The last dose was given on %(day)s: it is repeated after that day."),
    "no_day_left": _("No day is left whose doses could change."),
    "drug_not_in_regimen": _("This drug is not in the regimen."),
    "dose_above_regimen": _("At most the regimen's dose, %(most)s mg/m²."),
    "white_cells_not_low": _("Write the white cells: 1.0 ×10⁹/L or less."),
    "left_out": _("Lymphodepletion is left out: plan it anew to give it."),
    "infusion_before_the_end": _("The infusion comes after the last day of lymphodepletion, %(day)s."),
    "window_needs_reason": _("Outside the window (%(first)s to %(last)s): write the physician's reason."),
    "nothing_planned": _("No lymphodepletion is planned."),
    "day_not_planned": _("This day is not in the plan."),
    "earlier_day_open": _("Record the day before it first."),
    "nothing_given": _("No dose was given on any day: plan lymphodepletion anew."),
}

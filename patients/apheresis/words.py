"""The words of the apheresis room: what is looked at before it, and why something is refused."""

from django.utils.translation import gettext_lazy as _

from patients.apheresis import rules
from patients.capacity import words as capacity

SEROLOGY_STATES = {
    rules.IN_TIME: _("within 30 days"),
    rules.TOO_OLD: _("older than 30 days"),
    rules.NO_DAY_YET: _("no day planned yet"),
    rules.NOT_KNOWN: _("Not known"),
}
COUNT_STATES = {
    rules.AS_WISHED: _("as wished"),
    rules.BELOW: _("lower than wished"),
    rules.NOT_KNOWN: _("Not known"),
}
WARNINGS = {
    "serology_too_old": _("Serology older than 30 days before the apheresis"),
    "serology_not_known": _("Serology not complete"),
    "count_below": _("Counts lower than wished"),
    "count_not_known": _("Counts not complete"),
    "washouts_not_looked_at": _("Nobody has looked at the wash-outs"),
}

# The treatments of seeds/washouts.yaml.
WASHOUTS = {
    "systemic_steroid_over_5_mg_prednisone": _("Steroid above 5 mg of prednisone"),
    "cytotoxic_chemotherapy": _("Chemotherapy"),
    "short_acting_oral_chemotherapy": _("Short-acting oral chemotherapy"),
    "high_dose_chemotherapy": _("High-dose chemotherapy"),
    "intrathecal_chemotherapy": _("Intrathecal chemotherapy"),
    "radiotherapy": _("Radiotherapy"),
    "anti_cd20": "Anti-CD20",
    "checkpoint_inhibitor": _("Checkpoint inhibitor"),
    "imid": "IMiD",
    "btki": _("BTK inhibitor"),
    "g_csf_short": _("G-CSF, short-acting"),
    "g_csf_long": _("G-CSF, long-acting"),
    "peg_asparaginase": _("Peg-asparaginase"),
    "donor_lymphocytes": _("Donor lymphocytes"),
    "allogeneic_transplant": _("Allogeneic transplant"),
    "immunosuppression_after_transplant": _("Immunosuppression after transplant"),
    "alemtuzumab": "Alemtuzumab",
    "atg": _("Antithymocyte globulin"),
    "fludarabine_cladribine": _("Fludarabine or cladribine"),
    "bendamustine": _("Bendamustine"),
    "anti_cd38": "Anti-CD38",
    "proteasome_inhibitor": _("Proteasome inhibitor"),
    "mmf_calcineurin_jak_inhibitor": _("Mycophenolate, calcineurin or JAK inhibitor"),
}

REFUSALS = {
    **capacity.REFUSALS,
    "already_booked": _("A chair is already booked: move it instead."),
    "already_collected": _("The cells have already been collected."),
    "nothing_booked": _("No chair is booked."),
    "already_shipped": _("The cells have left: record on the product's page that it failed."),
    "before_earlier_collection": _("The earlier collection was on %(day)s: this one comes after it."),
    "more_than_all_cells": _("These are more than all nucleated cells together."),
    "no_bag": _("At least one bag."),
    "nothing_collected": _("No collection is recorded yet."),
    "result_needs_its_day": _("Write the day on which the blood was taken."),
    "say_something": _("Write at least one thing."),
    "say_when": _("Write the day."),
    "note_without_complication": _("You describe a complication: say yes."),
}

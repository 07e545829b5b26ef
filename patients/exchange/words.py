"""The words of bringing patients in: positions, refusals, and what is wrong with a file."""

from django.utils.translation import gettext_lazy as _

from patients.referral import words as referral

POSITIONS = {
    "referral": _("Referred: the hub has still to answer"),
    "eligibility": _("Taken on: eligibility is still to be decided"),
    "ordering": _("Eligible: the order is still to be placed"),
    "apheresis": _("Ordered, slot confirmed: cells are still to be collected"),
    "manufacturing": _("Cells collected and shipped: the product is with the maker or has come back"),
    "lymphodepletion": _("Lymphodepletion is under way"),
    "infusion": _("Lymphodepletion has ended: the infusion is still to come"),
    "toxicity": _("Infused, toxicity is watched"),
    "followup": _("Infused, in follow-up"),
}

REFUSALS = {
    "known_elsewhere": _("A request for this person exists: their hub will ring you. Nothing was recorded."),
    "ask_by_telephone": referral.REFUSALS["ask_by_telephone"],
    "has_died": _("This person's death is recorded: nothing was brought in."),
    "received_here": _(
        "A dose is still to be given: release and receipt are recorded in CARPath, compared by two people."
    ),
    "after_position": _("This lies after where the patient stands: leave it empty, or choose a later standing."),
    "exact_day_needed": _("Here the exact day is needed: day/month/year."),
    "product_needed": _("Choose the product."),
    "collection_needed": _("Write the collection identifier: the product is compared with it before it is given."),
}

FILE_FAULTS = {
    "empty": _("The file is empty."),
    "too_large": _("The file is too large: at most %(most)s MB. Send a table of one sheet, without pictures."),
    "no_table": _("This is a picture, a PDF or an old workbook: save the table as XLSX or as CSV UTF-8."),
    "no_text": _("The text of this file cannot be read: save it as CSV UTF-8 or as XLSX."),
    "unreadable": _("This file cannot be read as a table: save it anew as XLSX or as CSV UTF-8."),
    "columns": _("These columns are missing or stand twice: %(columns)s. Start from the template."),
    "no_rows": _("The table has no rows below its heading."),
    "too_many": _("More than %(most)s rows: send them in several files."),
}

FORMULA = _("Holds a formula: write the value.")
TWICE = _("The same person stands on line %(line)s already.")

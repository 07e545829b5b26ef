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

"""The words of day 0."""

from django.utils.translation import gettext_lazy as _

from patients.manufacturing import words as manufacturing

ITEMS = {
    "no_infection": _("No active infection"),
    "organs": _("Organ function allows it"),
    "consent": _("The patient is informed and agrees"),
    "icu_told": _("Intensive care is told"),
    "tocilizumab": _("Tocilizumab at the ward"),
    "baseline_ice": _("Baseline ICE"),
    "baseline_pressure": _("Baseline pressure"),
    "weight": _("Weight"),
    "premedication": _("Premedication given"),
    "crs_since_first": _("Worst CRS since the first infusion"),
}

THAW_STARTS = {
    "complete_thaw": _("The clock starts when the bag is completely thawed."),
    "room_temperature": _("The clock starts at room temperature; interruptions count."),
    "removal_from_storage": _("The clock starts when the bag leaves the frozen storage."),
    "start_of_thaw": _("The clock starts when thawing begins."),
    "": _("The label was not read: start the clock when the bag leaves the frozen storage."),
}

BLASTS = {
    "more_than_20_percent": _("Marrow blasts over 20 %%: %(first)s, then %(second)s ×10⁶ cells."),
    "up_to_20_percent": _("Marrow blasts up to 20 %%: %(first)s, then %(second)s ×10⁶ cells."),
}

POINTS = {
    "thaw": _("Identity before the thaw"),
    "infusion": _("Identity at the bedside"),
    "afterwards": _("Identity from the papers"),
}

REFUSALS = {
    "lymphodepletion_again": _(
        "More than 4 weeks since lymphodepletion and white cells above 1.0 ×10⁹/L: by the label it is given again, or "
        "a physician writes why not."
    ),
    "white_cells_not_known": _(
        "More than 4 weeks since lymphodepletion and no white cells of the last week: measure them, or a physician "
        "writes why it is given all the same."
    ),
    "thaw_ended_late": _("It had to end by %(time)s by the label: a physician writes why it was given longer."),
    "later_infusion_stands": _("The second infusion is recorded: strike that one first."),
    "toxicity_hangs_on_it": _(
        "Bedside sets, drugs or toxicities are recorded after it: strike them first, or correct the infusion's time."
    ),
    "followup_hangs_on_it": _(
        "Restaging, visits or other follow-up are recorded after it: strike them first, or correct the infusion's time."
    ),
    **manufacturing.REFUSALS,
    "not_answered": _("Nobody has answered this."),
    "answer_old": _("This was answered more than 24 hours ago: ask again."),
    "item_does_not_hold": _("This does not hold, or is not known: a physician's reason lets it pass."),
    "crs_stops": _("CRS of grade 3 or more: the label stops the second infusion. A physician's reason lets it pass."),
    "no_tocilizumab": _("No dose of tocilizumab on site: name the alternative, or the infusion does not go on."),
    "no_weight": _("Weigh the patient."),
    "not_informed": _("The patient must be informed before the infusion."),
    "diastolic_above_systolic": _("The diastolic pressure lies below the systolic one."),
    "outside_window": _("Outside the label's window today: a physician writes the reason."),
    "planned_in_the_past": _("This day has passed."),
    "first_is_not_left_out": _("Without the first infusion the course ends: close the pathway instead."),
    "already_infused": _("The infusion is already recorded."),
    "nothing_infused": _("No infusion is recorded yet."),
    "no_go_recorded": _("No go was recorded in the 24 hours before."),
    "nothing_thawed": _("No bag has been thawed: start its clock first."),
    "bag_is_thawed": _("The clock of this bag runs already: say why it is corrected."),
    "started_before_thaw": _("The bag was thawed at %(time)s: the infusion cannot begin before."),
    "thaw_ran_out": _("The thaw clock ran out at %(time)s: only a physician's reason lets the bag be given."),
    "before_the_first": _("This lies before the first infusion."),
    "identity_not_checked_thaw": _("Two people must check identity before the thaw."),
    "identity_not_checked_infusion": _("Two people must check identity at the bedside."),
    "identity_not_checked_afterwards": _("Two people must compare the papers with what is recorded."),
    "second_check_missing_thaw": _("The second person's identity check before the thaw is missing."),
    "second_check_missing_infusion": _("The second person's identity check at the bedside is missing."),
    "second_check_missing_afterwards": _("The second person's comparison of the papers is missing."),
    "started_before_the_checks": _("The identity checks were complete at %(time)s: it cannot begin before."),
    "checks_expired": _("The identity checks held until %(time)s: two people check again."),
    "ends_before_start": _("The end comes before the start."),
    "note_without_reaction": _("You describe a reaction: say yes."),
    "stage_ended_before": _("“%(stage)s” ended on %(day)s, before this day."),
    "before_last_fact_of_course": _("The course ended on %(day)s, before this day."),
}

"""The words of day 0."""

from django.utils.translation import gettext_lazy as _

from patients.manufacturing import words as manufacturing

REFUSALS = {
    **manufacturing.REFUSALS,
    "no_tocilizumab": _("No dose of tocilizumab on site: name the alternative, or the infusion does not go on."),
    "no_weight": _("Weigh the patient."),
    "not_informed": _("The patient must be informed before the infusion."),
    "already_infused": _("The infusion is already recorded."),
    "nothing_infused": _("No infusion is recorded yet."),
    "no_go_recorded": _("No go was recorded in the 24 hours before the infusion began."),
    "identity_not_checked": _("Two people must check identity before the infusion."),
    "second_check_missing": _("The second person's identity check is missing."),
    "started_before_the_checks": _("The identity checks were complete at %(time)s: the infusion cannot begin before."),
    "checks_expired": _("The identity checks held until %(time)s: two people check again."),
    "ends_before_start": _("The end comes before the start."),
    "note_without_reaction": _("You describe a reaction: say yes."),
    "stage_ended_before": _("“%(stage)s” ended on %(day)s, before this day."),
    "before_last_fact_of_course": _("The course ended on %(day)s, before this day."),
}

"""The words of watching: who a person is, what is watched, what falls due, what was found, why an act was refused."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from patients.clinical.days import EOT_PET_DAYS
from patients.clinical.result import Ground
from patients.notices.words import KINDS as NOTICES
from patients.notices.words import Words
from patients.surveillance import rules
from patients.surveillance.models import Drug, WatchRule

SEX_CHOICES = [("F", pgettext_lazy("sex", "Female")), ("M", pgettext_lazy("sex", "Male"))]
NO_CODE_CHOICES = [("stp", "STP"), ("eni", "ENI"), ("none", _("No code at all"))]

PERSON_REFUSALS = {
    "known_elsewhere": _("A request for this person exists: the hub will ring you."),
    "say_that_you_treat": _("Tick that you are treating this patient: without it no code is looked up."),
    "ask_by_telephone": _("No more codes are looked up for you today. Ring the hub."),
    "same_name_and_birth": _(
        "%(number)s at your centre has this name and birth date. Open it, or confirm that it is another person."
    ),
    "open_here": _("Your centre has already referred this person."),
    "person_known": _("Somebody else has this code already. Check it."),
}

CODE_FAULTS = {
    "syntax": _("A fiscal code has 16 letters and figures, such as RSSMRA64C14F205X."),
    "check_letter": _("The last letter does not fit: one of the 16 characters is wrong."),
    "date": _("There is no such birth date: check characters 7 to 11."),
}

KINDS = {
    rules.FIRST_LINE: _("First line of large B-cell lymphoma"),
    rules.BTKI: _("Mantle cell lymphoma on a BTK inhibitor"),
}
KINDS_SHORT = {rules.FIRST_LINE: _("LBCL, first line"), rules.BTKI: _("Mantle cell, BTK inhibitor")}

DRUGS = {
    Drug.IBRUTINIB: "Ibrutinib",
    Drug.ACALABRUTINIB: "Acalabrutinib",
    Drug.ZANUBRUTINIB: "Zanubrutinib",
}

TASKS = {
    rules.INTERIM_PET: _("Interim PET"),
    rules.LAST_DOSE: _("Write down the last dose"),
    rules.EOT_PET: _("End-of-treatment PET"),
    rules.VISIT: _("Visit of the watch"),
    rules.CHECK: _("Response check"),
    rules.REFER: _("Refer: ask early"),
}

OUTCOMES = {
    rules.CMR: _("Complete metabolic response"),
    rules.PMR: _("Partial metabolic response"),
    rules.NMR: _("No metabolic response"),
    rules.PMD: _("Progressive metabolic disease"),
    rules.WELL: _("No sign of relapse or progression"),
    rules.RELAPSE: _("Relapse or progression"),
    rules.CR: _("Complete response"),
    rules.PR: _("Partial response"),
    rules.SD: _("Stable disease"),
    rules.PD: _("Response lost, progression"),
}

END_REASONS = {
    rules.WINDOW_OVER: _("Complete response for 12 months"),
    rules.LATE_RELAPSE: _("Relapse after the 12 months"),
    rules.DEATH: _("Death"),
    rules.TREATED: _("CAR-T given"),
    "moved": _("Followed at another centre"),
    "declined": _("The patient does not want it"),
    "lost": _("Lost to follow-up"),
    "other_therapy": _("Another therapy goes on"),
    "other": _("Another reason"),
    "entered_in_error": _("Entered in error"),
}

# The grounds of a due day or a call, in words; each carries its source key.
GROUNDS = {
    "interim_by_first_half": _("after cycle %(cycle)s and before cycle %(next)s"),
    "last_cycle_planned": _("cycle %(cycle)s, the last one, is planned for this day"),
    "eot_pet_within_days": _("no later than %(days)s days after the last dose"),
    "visit_every_months": _("every %(months)s months: history, blood values, reliable imaging"),
    "check_every_months": _("every %(months)s months"),
    "refer_within_days": _("within %(days)s days of writing it down"),
    "short_of_complete": _("A response short of complete metabolic: a hub should hear of it now."),
    "interim_is_not_end_of_treatment": _(
        "The label counts the end-of-treatment PET or progression: ask the hub, and go on unless it says otherwise."
    ),
    "progression_in_first_line": _("Progression during the first line or without a complete response."),
    "relapse_in_window": _("Relapse within %(months)s months of the first complete response."),
    "relapse_perhaps_in_window": _(
        "Relapse, perhaps within %(months)s months of the first complete response: the days are not known exactly."
    ),
    "response_lost": _("The response to the BTK inhibitor is lost: refer at once."),
    "stable_is_unsatisfactory": _("Stable disease is no satisfactory response to a BTK inhibitor."),
    "said_to_be_unsatisfactory": _("The response is said to be unsatisfactory: refer at its first signs."),
}

REFUSALS = {
    **PERSON_REFUSALS,
    "has_died": _("This patient has died."),
    "watched_already": _("Your centre watches this person already."),
    "watch_has_ended": _("This watch has ended."),
    "in_the_future": _("This lies in the future: record it when it has happened."),
    "before_birth": _("This lies before the patient's birth."),
    "before_the_start": _("This lies before the start of treatment."),
    "before_the_last_cycle": _("This lies before the last cycle that was given."),
    "before_the_last_dose": _("This lies before the last dose of the first line."),
    "after_a_finding": _("Something was found before this day: correct one of the two."),
    "after_the_eot_pet": _("The end-of-treatment PET lies before this day: correct one of the two."),
    "after_death": _("This lies after the patient's death."),
    "cycles_and_their_day": _("Write both: how many cycles, and the first day of the last of them."),
    "more_than_planned": _("More cycles than are planned: correct one of the two."),
    "deauville_contradicts": _("Deauville 1 to 3 is a complete metabolic response, 4 and 5 are none."),
    "say_why": _("Say why: your colleagues will read it."),
    "nothing_calls": _("Nothing calls for a referral any more."),
    "say_the_reason": _("Choose one."),
}

NOTICES["watch_over"] = Words(
    _("A watch has ended by itself"),
    _("The 12 months since the complete response are over. A later relapse leads to transplant first: ask the hub."),
    "check",
)
NOTICES["watch_goes_on"] = Words(
    _("A watch goes on"),
    _("The referral that it led to was closed before CAR-T. Look at what is due next."),
    "hour",
)


def asked_words(row: WatchRule) -> str:
    """What a row of the data asks for, in the reader's language."""
    fixed = {
        rules.INTERIM_PET: gettext("in the first half: after cycle N/2, before the next one"),
        rules.LAST_DOSE: gettext("when the last cycle is planned"),
        rules.EOT_PET: GROUNDS["eot_pet_within_days"] % {"days": EOT_PET_DAYS},
    }
    if row.code in fixed:
        return str(fixed[row.code])
    if row.within_days is not None:
        return str(GROUNDS["refer_within_days"]) % {"days": row.within_days}
    every = GROUNDS["visit_every_months" if row.code == rules.VISIT else "check_every_months"]
    return str(every) % {"months": row.every_months}


def ground_words(ground: Ground) -> str:
    """A ground in the reader's language."""
    return str(GROUNDS[ground.code]) % ground.values

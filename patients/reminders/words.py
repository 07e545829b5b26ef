"""The words of reminders: what falls due, per rule, and why an act was refused."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.notices.words import KINDS, Words
from patients.pathway.words import STEPS
from patients.reminders import rules
from patients.surveillance.words import TASKS
from patients.toxicity.episodes import signed

RULES = {
    "assess_daily": gettext_lazy("Daily bedside assessment"),
    "pet_30": gettext_lazy("Restaging PET, day +30"),
    "pet_90": gettext_lazy("Restaging PET, day +90"),
    "pet_180": gettext_lazy("Restaging PET, day +180"),
    "pet_365": gettext_lazy("Restaging PET, day +365"),
    "visit_30": gettext_lazy("Visit, day +30"),
    "visit_100": gettext_lazy("Visit, day +100"),
    "registry_100": gettext_lazy("EBMT report, day 100"),
    "step": gettext_lazy("An open step is late"),
}
_BY_MONTH = re.compile(r"(visit|registry)_(\d+)m")

OF_A_WATCH = "watch_"  # what a watch asks for, by its own code
RULES |= {OF_A_WATCH + what: words for what, words in TASKS.items()}

REFUSALS = {
    "reason_missing": gettext_lazy("Say why: your colleagues will read it."),
    "not_later": gettext_lazy("Choose a day after today."),
    "too_late": gettext_lazy("Put it aside for at most %(days)s days."),
    "not_open": gettext_lazy("This reminder is no longer open."),
    "recorded_elsewhere": gettext_lazy("This is done by recording it on its own page."),
    "in_the_future": gettext_lazy("This lies in the future: record it when it has happened."),
    "before_infusion": gettext_lazy("This lies before the infusion."),
    "may_not_see": gettext_lazy("%(name)s may not see this patient."),
    "assessment_is_a_haematologists": gettext_lazy(
        "The label asks for this assessment: a haematologist of the hub changes it."
    ),
    "nothing_held": gettext_lazy("Nothing of this reminder waits for release."),
}


def rule_words(rule: str, step_code: str = "") -> str:
    """What falls due, in the reader's language. Raises KeyError for a rule without words."""
    if step_code:
        return str(STEPS[step_code])
    if rule in RULES:
        return str(RULES[rule])
    if rule.startswith("step:"):
        return str(STEPS[rule.removeprefix("step:")])
    kind, months = _BY_MONTH.fullmatch(rule).groups() if _BY_MONTH.fullmatch(rule) else (None, None)
    if kind is None:
        raise KeyError(rule)
    years, rest = divmod(int(months), 12)
    if kind == "visit":
        return _("Visit, year %(years)s") % {"years": years} if not rest else _("Visit, month %(n)s") % {"n": months}
    return (
        _("EBMT report, year %(years)s") % {"years": years}
        if not rest
        else _("EBMT report, month %(n)s") % {"n": months}
    )


def when_words(row) -> str:
    """When a row of the schedule falls due: of the table, or as the plan reads it."""
    if row.kind == rules.STEP:
        return _("when its time has passed")
    if row.until_day is not None:
        return _("every day from %(first)s to %(last)s") % {"first": signed(row.days), "last": signed(row.until_day)}
    if row.months is not None:
        return ngettext("%(count)d month", "%(count)d months", row.months) % {"count": row.months}
    day = _("day %(day)s") % {"day": signed(row.days)}
    if not row.window:
        return day
    return _("%(day)s, in time from %(first)s to %(last)s") % {
        "day": day,
        "first": signed(row.window[0]),
        "last": signed(row.window[1]),
    }


def _title(params: dict) -> str:
    return rule_words(params["rule"])


KIND = "reminder"
KINDS[KIND] = Words(
    _title, gettext_lazy("It is not recorded yet. Record it, or acknowledge that you take care of it."), "clock"
)
HANDED_ON = "reminder_handed_on"
KINDS[HANDED_ON] = Words(_title, gettext_lazy("%(by)s asks you to take care of it: %(reason)s"), "users")

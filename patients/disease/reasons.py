"""The words of an indication's answer: its status, why, what is missing, and where each is asked."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.clinical.days import PartialDate, Precision
from patients.clinical.indications import VERSION
from patients.clinical.result import Ground
from patients.disease.course import MOST_TOLD, Told
from patients.disease.words import CLASSES, DISEASES, SUBTYPES, not_recognised_words
from patients.disease.words import STATUSES as COURSES

STATUSES = {
    "ELIGIBLE_BY_INDICATION": gettext_lazy("In the indication"),
    "NOT_IN_INDICATION": gettext_lazy("Not in the indication"),
    "NEEDS_JUDGEMENT": gettext_lazy("For the board to judge"),
    "INCOMPLETE": gettext_lazy("Cannot be told yet"),
}
LEADS = {
    "ELIGIBLE_BY_INDICATION": gettext_lazy("By what is recorded, the label covers this case."),
    "NOT_IN_INDICATION": gettext_lazy("By what is recorded, no label covers this case today. It is no refusal."),
    "NEEDS_JUDGEMENT": gettext_lazy("The rule does not decide this case: the board does."),
    "INCOMPLETE": gettext_lazy("What is not known does not count as “no”."),
}
# Every answer to what is missing leads to the same status.
SETTLED = {
    "ELIGIBLE_BY_INDICATION": gettext_lazy("In the indication"),
    "NOT_IN_INDICATION": gettext_lazy("Not in the indication either way"),
    "NEEDS_JUDGEMENT": gettext_lazy("For the board to judge either way"),
}
SETTLED_LEADS = {
    "ELIGIBLE_BY_INDICATION": gettext_lazy("A label covers this case whatever is not known yet."),
    "NOT_IN_INDICATION": gettext_lazy("No label covers this case, whatever is not known yet. It is no refusal."),
    "NEEDS_JUDGEMENT": gettext_lazy("The board decides this case, whatever is not known yet."),
}
TONES = {
    "ELIGIBLE_BY_INDICATION": ("ok", "check"),
    "NOT_IN_INDICATION": ("info", "info"),
    "NEEDS_JUDGEMENT": ("warn", "users"),
    "INCOMPLETE": ("", "ask"),
}

VERSIONS = {VERSION: gettext_lazy("reference 5.1, indications of 11/2026")}

RESPONSES_AT_END = {
    "CMR": gettext_lazy("complete"),
    "PMR": gettext_lazy("partial"),
    "NMR": gettext_lazy("none"),
    "PMD": gettext_lazy("progression"),
}

# The facts that a rule asks for, and the section of the dossier that asks for each.
FACTS = {
    "disease": (gettext_lazy("the disease"), "disease"),
    "subtype": (gettext_lazy("the subtype of lymphoma"), "disease"),
    "active_cns": (gettext_lazy("whether disease in the CNS is active"), "disease"),
    "lines": (gettext_lazy("the lines of therapy"), "lines"),
    "relapsed_or_refractory": (gettext_lazy("whether the disease relapsed or is refractory"), "lines"),
    "eot_pet": (gettext_lazy("the response at the end of first line"), "lines"),
    "deauville": (gettext_lazy("the Deauville score"), "lines"),
    "biopsy_proven": (gettext_lazy("whether a biopsy proved it"), "lines"),
    "pd_on_last": (gettext_lazy("whether it progressed on the last line"), "lines"),
    "relapse_date": (gettext_lazy("the day of the relapse"), "lines"),
    "first_cr_date": (gettext_lazy("the day of the first complete response"), "lines"),
    "last_1l_dose_date": (gettext_lazy("the day of the last dose of first line"), "lines"),
    "is_adult": (gettext_lazy("the birth date"), "person"),
    "age": (gettext_lazy("the birth date"), "person"),
    "btki_exposed": (gettext_lazy("whether a line held a BTK inhibitor"), "lines"),
    "refractory": (gettext_lazy("whether it was refractory to the last line"), "lines"),
    "post_sct_relapse": (gettext_lazy("whether it relapsed after a transplant"), "lines"),
    "relapse_number": (gettext_lazy("how many relapses there were"), "lines"),
    "imid": (gettext_lazy("whether a line held an IMiD"), "lines"),
    "pi": (gettext_lazy("whether a line held a proteasome inhibitor"), "lines"),
    "anti_cd38": (gettext_lazy("whether a line held an anti-CD38"), "lines"),
    "celmod": (gettext_lazy("whether a line held a CELMoD"), "lines"),
    "lenalidomide_refractory": (gettext_lazy("whether it is refractory to lenalidomide"), "lines"),
}
DATES = ("relapse_date", "first_cr_date", "last_1l_dose_date")
STATES = {"lenalidomide_refractory": gettext_lazy("refractory to lenalidomide")}


def version_words(version: str) -> str:
    """The version of a rule as people read it."""
    return str(VERSIONS.get(version, version))


def fact_words(name: str) -> str:
    return str(FACTS[name][0])


def missing_words(name: str, known: Any) -> str:
    """A missing fact in words; of a date known in part, the day or the month that would decide."""
    if name in DATES and isinstance(known, PartialDate):
        if known.precision is Precision.MONTH:
            return _("%(what)s in %(month)s") % {"what": fact_words(name), "month": f"{known.earliest:%m/%Y}"}
        return _("%(what)s in %(year)s") % {"what": fact_words(name), "year": f"{known.earliest:%Y}"}
    return fact_words(name)


def value_words(name: str, value: Any) -> str:
    """A fact's value as it is kept, in words."""
    if value is None:
        return _("not known")
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if name == "subtype":
        return str(SUBTYPES[value])
    if name == "eot_pet":
        return str(RESPONSES_AT_END[value])
    return _written(value) if name in DATES else str(value)


def _written(value: str | PartialDate) -> str:
    """A date as people write it: 10/03/2025, 03/2025, 2025."""
    return "/".join(reversed(str(value).split("-")))


# The clocks of 5.1 as they are asked for, and what an answer to them says.
CLOCKS = {
    "clock_label": gettext_lazy("how long after the last dose of first line it relapsed"),
    "clock_cr": gettext_lazy("how long after the first complete response it relapsed"),
}


def asked_words(name: str) -> str:
    """A missing fact as a rule tells its values apart."""
    return str(CLOCKS[name]) if name in CLOCKS else fact_words(name)


def alternative_words(name: str, value: Any, above: Any) -> str:
    """One value of a missing fact, or one of the classes of value that the rule tells apart.

    `above`: the value at which the next class begins; None of the last one, which stands for all that is more.
    """
    if name in CLOCKS:
        return _("within 12 months") if value else _("later than 12 months")
    if name == "lines":
        counted = ngettext("%(count)d line", "%(count)d lines", value) % {"count": value}
        return counted if above is not None else _("%(lines)s or more") % {"lines": counted}
    if name == "is_adult":
        return _("18 years or more") if value else _("under 18")
    if name == "age":
        return _age_words(value, above)
    if name == "relapse_number":
        return str(value) if above is not None else _("%(count)d or more") % {"count": value}
    return value_words(name, value)


def _age_words(first: int, above: int | None) -> str:
    if above is None:
        return _("%(age)d years or more") % {"age": first}
    if first == 0:
        return _("under %(age)d years") % {"age": above}
    return _("%(first)d to %(last)d years") % {"first": first, "last": above - 1}


def known_words(told: Told) -> str:
    """What is told of a disease, in one line: disease, subtype, how it stands, lines, age."""
    parts = [str(DISEASES[told.disease])] if told.disease else []
    parts += [str(SUBTYPES[told.subtype])] if told.subtype else []
    parts += [str(COURSES[told.status]).lower()] if told.status else []
    if told.line_count is not None:
        counted = ngettext("%(count)d line", "%(count)d lines", told.line_count) % {"count": told.line_count}
        most = told.line_count == MOST_TOLD and len(told.lines) < MOST_TOLD
        parts.append(_("%(lines)s or more") % {"lines": counted} if most else counted)
    if told.age is not None:
        parts.append(ngettext("%(count)d year", "%(count)d years", told.age) % {"count": told.age})
    return ", ".join(parts)


def ground_words(ground: Ground) -> str:
    """One reason of a result, as one sentence."""
    return str(GROUNDS[ground.code](ground.values))


def _clock(label: str):
    def words(values: Mapping[str, Any]) -> str:
        within = _("within 12 months") if values["within"] else _("later than 12 months")
        return label % {"within": within}

    return words


def _covers(values: Mapping[str, Any]) -> str:
    if values["judgement"]:
        return _("The label of %(product)s: whether its wording covers this subtype is for a person.") % values
    return _("The label of %(product)s covers this disease and these lines.") % values


def _no_label(values: Mapping[str, Any]) -> str:
    lines = ngettext("%(count)d line", "%(count)d lines", values["lines"]) % {"count": values["lines"]}
    return _("No label covers %(subtype)s after %(lines)s.") % {
        "subtype": SUBTYPES.get(values["subtype"], values["subtype"]),
        "lines": lines,
    }


def _refractory(values: Mapping[str, Any]) -> str:
    if values["progressed"]:
        return _("Refractory to first line: progression on it.")
    return _("Refractory to first line: response at its end %(response)s.") % {
        "response": RESPONSES_AT_END[values["eot_pet"]]
    }


def _exposed(values: Mapping[str, Any]) -> str:
    held = ", ".join(str(STATES.get(code) or CLASSES[code]) for code in values["classes"])
    return _("Given so far: %(classes)s.") % {"classes": held or _("none of the classes that labels ask for")}


def _too_few(values: Mapping[str, Any]) -> str:
    return ngettext(
        "Labels in follicular lymphoma ask for two lines or more; %(lines)d is recorded.",
        "Labels in follicular lymphoma ask for two lines or more; %(lines)d are recorded.",
        values["lines"],
    ) % {"lines": values["lines"]}


def _not_asked(values: Mapping[str, Any]) -> str:
    named = ", ".join(fact_words(name) for name in values["facts"] if name in FACTS)
    if not named:
        return _("What is not known changes nothing here.")
    return _("Not known, and without influence here: %(facts)s.") % {"facts": named}


def _counted_as_relapse(values: Mapping[str, Any]) -> str:
    if values["number"] is None:
        return _("Counted as a relapse, not as refractory.")
    said = _("Counted as relapse number %(number)d, not as refractory: after a complete response it is one.")
    return said % values


def _plain(words):
    return lambda values: words


GROUNDS = {
    "relapsed_or_refractory_not_known": _plain(
        gettext_lazy("Every label asks for relapsed or refractory disease, and that is not known.")
    ),
    "in_remission": _plain(
        gettext_lazy("The disease is in remission: every label asks for relapse or refractoriness.")
    ),
    "label_covers": _covers,
    "under_18": _plain(gettext_lazy("Under 18: the adult labels do not cover it.")),
    "primary_cns_lymphoma": _plain(gettext_lazy("Primary CNS lymphoma is in no label of the EU.")),
    "no_completed_line": _plain(gettext_lazy("No line of therapy is completed.")),
    "active_secondary_cns": _plain(
        gettext_lazy("Active disease in the CNS: the board judges, with anticonvulsant prophylaxis.")
    ),
    "no_label": _no_label,
    "pmbcl_repeat_pet_or_biopsy": _plain(
        gettext_lazy(
            "Primary mediastinal lymphoma with residual uptake: repeat the PET after 6 to 8 weeks, or a biopsy, before."
        )
    ),
    "refractory_to_first_line": _refractory,
    "biopsy_advised": _plain(gettext_lazy("A partial response: a biopsy of the residual disease is advised.")),
    "clock_label": _clock(gettext_lazy("Clock B, of the label: relapse %(within)s of the end of first line.")),
    "clock_cr": _clock(gettext_lazy("Clock A, of the papers: relapse %(within)s of the first complete response.")),
    "off_label": _plain(
        gettext_lazy("The papers' clock is met, the label's is not: it would be off label, and no product is named.")
    ),
    "late_relapse_salvage_and_transplant": _plain(
        gettext_lazy("A late relapse: salvage and transplant if fit; CAR-T from the third line.")
    ),
    "late_by_first_cr": _plain(
        gettext_lazy("The label's clock is met, the papers' is not: relapse later than 12 months after the first CR.")
    ),
    "remission_contradicts_course": _plain(gettext_lazy("Said to be in remission, but the course says otherwise.")),
    "progression_contradicts_complete_response": _plain(
        gettext_lazy("Refractory to first line, but its response is complete: look at both.")
    ),
    "deauville_contradicts_response": _plain(
        gettext_lazy("The Deauville score does not fit the response: look at both.")
    ),
    "mcl_refer_early_if_btki_failing": _plain(
        gettext_lazy(
            "Labels ask for two lines with a BTK inhibitor in one of them. Refer at the first signs that it fails."
        )
    ),
    "too_few_lines": _too_few,
    "first_relapse_up_to_25": _plain(
        gettext_lazy("Up to 25 years labels ask for refractory disease, relapse after transplant, or a second relapse.")
    ),
    "exposures": _exposed,
    "celmod_counted_as_imid": _plain(
        gettext_lazy("Only a CELMoD, no IMiD: whether it counts as one is for the board.")
    ),
    "no_progression_on_last_line": _plain(gettext_lazy("No progression on the last line.")),
    "myeloma_label_not_met": _plain(
        gettext_lazy(
            "Labels ask for IMiD, proteasome inhibitor and anti-CD38 after two lines, or for refractoriness to "
            "lenalidomide."
        )
    ),
    "lenalidomide_refractory_without_exposure": _plain(
        gettext_lazy("Refractory to lenalidomide, but no IMiD is recorded: look at the lines.")
    ),
    "unknown_without_influence": _not_asked,
    "biopsy_not_recorded": _plain(
        gettext_lazy("Whether a biopsy proved residual disease is not known: a proof would change this answer.")
    ),
    "counted_as_refractory": _plain(gettext_lazy("Counted as refractory to the last line.")),
    "counted_as_relapse": _counted_as_relapse,
    "drugs_not_recognised": lambda values: not_recognised_words(values["drugs"]),
    "dates_contradict": _plain(gettext_lazy("The dates contradict each other: look at the relapse and the response.")),
}

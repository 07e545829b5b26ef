"""The words of items, flags and decisions, and why one is not taken."""

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from patients.audit.shown import source_words
from patients.eligibility import items, rules
from patients.eligibility.items import FROM, Item
from patients.eligibility.models import Decision
from patients.eligibility.rules import Answered
from patients.observations.words import plain
from patients.referral.words import REFUSALS as REFERRAL_REFUSALS

KINDS = {
    Decision.Kind.ELIGIBLE: _("Eligible: goes on to ordering and apheresis"),
    Decision.Kind.DEFERRED: _("Not now: with a day to look again"),
    Decision.Kind.NOT_ELIGIBLE: _("Not indicated: with advice for the referrer"),
}

SHORT = {
    Decision.Kind.ELIGIBLE: _("Eligible"),
    Decision.Kind.DEFERRED: _("Not now"),
    Decision.Kind.NOT_ELIGIBLE: _("Not indicated"),
}

GROUPS = {
    items.INDICATION: _("Indication"),
    items.FITNESS: _("Fitness"),
    items.ILLNESS: _("Illnesses"),
    items.BEFORE: _("Before therapy"),
}

# Each is worded so that yes is "no reservation".
ITEMS = {
    "diagnosis": _("Diagnosis in the indication"),
    "relapsed_or_refractory": _("Relapsed or refractory"),
    "lines": _("Prior lines as the indication asks"),
    "relapse_within_12_months": _("Relapse within 12 months, if after one line"),
    "not_primary_cns": _("Not primary CNS lymphoma"),
    "btki_given": _("BTK inhibitor given in a line"),
    "all_course": _("Refractory, relapsed after transplant, or second relapse (to 25 years)"),
    "imid_given": _("IMiD given"),
    "pi_given": _("Proteasome inhibitor given"),
    "anti_cd38_given": _("Anti-CD38 given"),
    "progression_on_last_line": _("Progression on the last line"),
    "lenalidomide_refractory": _("Refractory to lenalidomide"),
    "target_expressed": _("No earlier therapy against the target, or the target found again"),
    "ecog": _("ECOG 0 or 1"),
    "life_expectancy": _("Life expectancy long enough"),
    "lvef": _("Ejection fraction (LVEF)"),
    "spo2": _("SpO₂ in room air"),
    "creatinine_clearance": _("Creatinine clearance"),
    "transaminases": _("AST and ALT"),
    "bilirubin": _("Bilirubin"),
    "lymphocytes": _("Lymphocytes (ALC)"),
    "neutrophils": _("Neutrophils (ANC)"),
    "platelets": _("Platelets"),
    "haemoglobin": _("Haemoglobin"),
    "infection_controlled": _("No active infection, or controlled"),
    "no_viraemia": _("No active HBV, HCV or HIV viraemia"),
    "no_gvhd": _("No active GvHD, no systemic immunosuppression"),
    "no_recent_dli": _("No donor lymphocytes in the last 6 weeks"),
    "no_active_cns": _("No active disease in the CNS"),
    "no_autoimmune": _("No autoimmune disease"),
    "no_seizure_or_stroke": _("No seizures, no stroke"),
    "no_dementia": _("No dementia"),
    "no_other_cancer": _("No other cancer"),
    "caregiver": _("A caregiver at home"),
    "within_two_hours": _("Stays within two hours of the centre"),
    "pregnancy_test_negative": _("Pregnancy test negative"),
    "fertility_offered": _("Fertility preservation offered"),
}

SYSTEMS = {
    "general": _("General"),
    "heart": _("Heart"),
    "lungs": _("Lungs"),
    "kidneys": _("Kidneys"),
    "liver": _("Liver"),
    "marrow": _("Blood counts"),
    "infections": _("Infections"),
    "immune": _("Immune system"),
    "nervous": _("Nervous system"),
    "other": _("What else is weighed"),
}

FLAGS = {
    rules.NO_RESERVATION: _("No reservation"),
    rules.WEIGH: _("To be weighed"),
    rules.RESOLVE_FIRST: _("To be settled first"),
    rules.NOT_KNOWN: _("Not known"),
}

REFUSALS = REFERRAL_REFUSALS | {
    "no_value_here": _("No value belongs to this item."),
    "implausible": _("This value cannot be: check it and its unit."),
    "say_conditions": _("Something is to be settled first: write under which conditions the patient is eligible."),
    "say_why_off_label": _("The label of this product does not cover this case: write why it is chosen."),
    "not_taken_on": _("The hub has not taken this patient on yet."),
    "already_ordered": _("The order is placed: this decision stands. Close or hold the pathway instead."),
    "already_eligible": _("The patient was found eligible already: put the pathway on hold instead."),
    "before_taken_on": _("This lies before the hub took the patient on."),
    "say_why": _("Write the reason: the decision is justified case by case."),
    "say_who": _("Write who decided."),
    "choose_product": _("Choose the product."),
    "say_when": _("Write the day on which to look again."),
    "in_the_past": _("This day has passed."),
}


UNITS = {"weeks": _("weeks")}


def unit_words(unit: str) -> str:
    """A unit as it is written; one that is a word in the reader's language."""
    return str(UNITS.get(unit, unit))


def fact_words(item: Item, said: Answered) -> str:
    """What is known of an item besides its answer: value, day, where it comes from; "" when nothing is."""
    parts = []
    if said.value is not None:
        value = said.value.quantize(1) if item.measure.places == 0 else said.value
        parts.append(f"{plain(value)} {unit_words(item.measure.unit)}".strip())
    if said.on is not None:
        parts.append(f"{said.on:%d/%m/%Y}")
    if said.source:
        parts.append(said.source)
    return ", ".join(parts)


def cut_words(item: Item) -> str:
    """The same with its source."""
    sentence = cut_sentence(item)
    return sentence and f"{sentence} · {source_words(item.source, item.tag)}"


def cut_sentence(item: Item) -> str:
    """From which value on an item is weighed or settled first; "" where it has no such value."""
    measure = item.measure
    if measure is None or measure.amber is None:
        return ""
    sentence = {
        (True, False): gettext("weighed from %(amber)s %(unit)s"),
        (True, True): gettext("weighed from %(amber)s %(unit)s, settled first from %(red)s"),
        (False, False): gettext("weighed below %(amber)s %(unit)s"),
        (False, True): gettext("weighed below %(amber)s %(unit)s, settled first below %(red)s"),
    }[measure.side == FROM, measure.red is not None]
    numbers = {
        "amber": number_format(measure.amber),
        "red": "" if measure.red is None else number_format(measure.red),
        "unit": unit_words(measure.unit),
    }
    return (sentence % numbers).replace("  ", " ").replace(" ,", ",").strip()


def count_words(flag: str, number: int) -> str:
    """How many items have a flag: "3 not known"."""
    return {
        rules.NO_RESERVATION: ngettext("%(number)d yes", "%(number)d yes", number),
        rules.WEIGH: ngettext("%(number)d to be weighed", "%(number)d to be weighed", number),
        rules.RESOLVE_FIRST: ngettext("%(number)d to be settled first", "%(number)d to be settled first", number),
        rules.NOT_KNOWN: ngettext("%(number)d not known", "%(number)d not known", number),
    }[flag] % {"number": number}


def listed(flags: dict[str, str], wanted: str) -> str:
    """The items that have a flag, in words."""
    return ", ".join(str(ITEMS[code]) for code, flag in flags.items() if flag == wanted)

"""How a page marks what a rule computed: `<p{% computed "crs" %}>`.

The element says which rule it was, the source keys (sections of docs/clinical-reference.md) and the version. Its
grounds stand inside of it, in elements with `data-why`, or where `data-why-at` leads: "#id" on the same page, or
another page that this one links to. tests/marks.py holds every page to it; a grade outside of such an element is a
fault.
"""

from dataclasses import dataclass

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from patients.apheresis import rules as apheresis
from patients.clinical import astct, dosing, indications, lymphodepletion, washout
from patients.disease import reasons
from patients.eligibility import rules as eligibility
from patients.followup import rules as followup
from patients.infusion import rules as infusion
from patients.ordering import rules as ordering
from patients.reminders import rules as reminders
from patients.surveillance import rules as surveillance

register = template.Library()

# What versions say in words; a version that is a name stands as it is.
VERSIONS = reasons.VERSIONS | {
    apheresis.VERSION: gettext_lazy("reference 4, before apheresis"),
    dosing.STEROID_VERSION: gettext_lazy("reference 2, steroid equivalents"),
    dosing.TOCILIZUMAB_VERSION: gettext_lazy("RoActemra EU; NCCN v2.2026 for the 24 h limit"),
    eligibility.VERSION: gettext_lazy("reference 5.2, flags of 11/2026"),
    followup.VERSION: gettext_lazy("reference 6.2, after the infusion"),
    infusion.VERSION: gettext_lazy("product labels, reference 4"),
    ordering.VERSION: gettext_lazy("reference 7, vein-to-vein"),
    surveillance.VERSION: gettext_lazy("reference 6.1, watch of 11/2026"),
    washout.VERSION: gettext_lazy("reference 4, wash-outs"),
}


@dataclass(frozen=True)
class Rule:
    """A rule as pages name it. `sources`: its keys in the reference; "": each result says its own."""

    sources: str
    version: str


RULES = {
    "calculator": Rule("", ""),
    "clocks": Rule("5.1", indications.VERSION),
    "crs": Rule("1.1", astct.VERSION),
    "dates": Rule("", ""),
    "fitness": Rule("4 5.0 5.1 5.2", eligibility.VERSION),
    "grades": Rule("1.1 1.3", astct.VERSION),
    "icans": Rule("1.3", astct.VERSION),
    "igg": Rule("6.2", followup.VERSION),
    "indication": Rule("5.1", indications.VERSION),
    "preparation": Rule("4", apheresis.VERSION),
    "prophylaxis": Rule("6.2", followup.VERSION),
    "reminder": Rule("", reminders.VERSION),
    "response": Rule("3", ""),
    "risk": Rule("3", ""),
    "steroid": Rule("2", dosing.STEROID_VERSION),
    "thaw": Rule("4", infusion.VERSION),
    "tocilizumab": Rule("2", dosing.TOCILIZUMAB_VERSION),
    "vein_to_vein": Rule("7", ordering.VERSION),
    "washout": Rule("4", washout.VERSION),
    "watch": Rule("5.1 6.1", surveillance.VERSION),
    "window": Rule("4", lymphodepletion.VERSION),
}


@register.filter
def version_words(version: str) -> str:
    """A rule's version as people read it."""
    return str(VERSIONS.get(version, version))


@register.simple_tag
def computed(rule: str, *, source: str = "", version: str = "", why: str = "") -> SafeString:
    """The attributes of an element that shows what a rule computed; it begins with a blank.

    `source`, `version`: what the result itself says, before what is known of the rule. `why`: where the grounds stand
    if they do not stand inside. Raises KeyError for a rule that is not in RULES. A value without source or version is
    shown all the same: the tests find it, and a reader needs the page.
    """
    known = RULES[rule]
    sources, said = source or known.sources, version or known.version
    at = format_html(' data-why-at="{}"', why) if why else ""
    return format_html(' data-computed="{}" data-rule="{}" data-version="{}"{}', sources, rule, said, at)

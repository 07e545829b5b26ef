"""Advice on pages of earlier rooms: nothing at all where the hub has not switched it on."""

from django import template

from patients.advice import actions, reading, shown
from patients.audit.purpose import INTENDED_PURPOSE
from patients.identity.access import Access, may_at, may_somewhere
from patients.pathway.models import Pathway

register = template.Library()


@register.inclusion_tag("advice/_now.html", takes_context=True)
def advice_now(context, pathway: Pathway, access: Access) -> dict:
    """`{% advice_now pathway access %}`: what may be considered now, for the confirmed grades."""
    said = shown.now(pathway, access)
    if said is None:
        return {}
    may_measure = access.may("toxicity.record")
    return {"said": said, "pathway": pathway, "links": True, "may_measure": may_measure, "purpose": INTENDED_PURPOSE}


@register.inclusion_tag("advice/_dose.html", takes_context=True)
def advice_dose(context, pathway: Pathway, access: Access) -> dict:
    """`{% advice_dose pathway access %}`: the published dose and spacing of tocilizumab, while one is recorded."""
    said = shown.dose_panel(pathway, access)
    may_change = may_at(context["request"].user, actions.CHANGES, pathway.hub)
    return {"said": said, "pathway": pathway, "may_change": may_change, "purpose": INTENDED_PURPOSE}


@register.simple_tag
def advice_is_on(pathway: Pathway) -> bool:
    """`{% advice_is_on pathway as advised %}`: whether the pathway's hub shows advice."""
    return reading.switch_of(pathway.hub_id).on


@register.simple_tag(takes_context=True)
def advice_hubs(context) -> list:
    """`{% advice_hubs as hubs %}`: the hubs whose advice this person switches and edits."""
    return may_somewhere(context["request"].user, actions.CHANGES)

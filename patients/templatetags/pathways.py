"""From a pathway's rows to what its pages show: banner, sections, stage bar and ball, each in one tag.

They stand at contents level because they gather words from several rooms; pages of every room use them. What is
shown to whom is decided in patients/pathway/shown.py.
"""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit.shown import Ball, Link, Tab
from patients.identity.access import Access, access_to
from patients.pathway import addresses, shown
from patients.pathway.models import Pathway, Step
from patients.pathway.shown import Standing

register = template.Library()

# (code, words, page, icon, facet, permission): a section is shown when its page exists and the reader may open it
SECTIONS = (
    ("summary", gettext_lazy("Summary"), "timeline:pathway", "home", None, None),
    ("dossier", gettext_lazy("Disease and documents"), "referral:dossier", "list", "dossier", None),
    ("eligibility", gettext_lazy("Eligibility"), "eligibility:indication", "clip", "dossier", None),
    ("toxicity", gettext_lazy("Toxicity"), "toxicity:sheet", "thermo", "toxicity", None),
    ("followup", gettext_lazy("Follow-up"), "followup:course", "cal", "followup", None),
    ("history", gettext_lazy("History"), "timeline:history", "clock", "history", "history.read"),
)


def standing(context, pathway: Pathway, access: Access | None = None) -> Standing:
    """How a pathway stands for the reader of a page; made once per page."""
    made = context.get("standing") or context.render_context.get(("standing", pathway.pk))
    if made is None:
        user = context["request"].user
        made = Standing(pathway, access or context.get("access") or access_to(user, pathway.patient), user)
        context.render_context["standing", pathway.pk] = made
    return made


def tabs_of(pathway: Pathway, access: Access, current: str) -> list[Tab]:
    """The sections of a pathway that exist and that this person may read."""
    tabs = []
    for code, words, url_name, icon, facet, permission in SECTIONS:
        url = addresses.page(url_name, pathway.pk)
        allowed = (facet is None or access.reads(facet)) and (permission is None or access.may(permission))
        if url and allowed:
            tabs.append(Tab(str(words), url, icon, current=code == current))
    return tabs


@register.inclusion_tag("_components/banner.html", takes_context=True)
def pathway_banner(context, pathway: Pathway, access: Access | None = None) -> dict:
    """`{% pathway_banner pathway access %}`: who this pathway is about."""
    return {"banner": standing(context, pathway, access).banner()}


@register.inclusion_tag("_components/tabs.html", takes_context=True)
def pathway_tabs(context, pathway: Pathway, access: Access | None = None, current: str = "") -> dict:
    """`{% pathway_tabs pathway access "toxicity" %}`: its sections."""
    return {"tabs": tabs_of(pathway, standing(context, pathway, access).access, current), "label": _("Sections")}


@register.inclusion_tag("pathway/where.html", takes_context=True)
def pathway_where(context, pathway: Pathway, access: Access | None = None) -> dict:
    """`{% pathway_where pathway %}`: "Stage 4 of 9", the ball, and the stage bar."""
    here = standing(context, pathway, access)
    return {
        "boxes": here.stage_boxes(),
        "ball": here.ball(),
        "number": here.where.number if here.where and here.access.reads("status") else None,
    }


@register.simple_tag(takes_context=True)
def step_ball(context, step: Step) -> Ball:
    """`{% step_ball step as one %}{% ball one compact=True %}`: a step as a ball, for rows."""
    return shown.ball_of(step, context["request"].user, zone=step.centre.timezone)


@register.simple_tag
def back_to_pathway(pathway: Pathway) -> Link:
    """The way back to a pathway's page."""
    return Link(_("Back to the pathway"), addresses.page("timeline:pathway", pathway.pk), "left")

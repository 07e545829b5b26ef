"""From a pathway's rows to what its pages show: banner, sections, stage bar and ball, each in one tag.

They stand at contents level because they gather words from several rooms; pages of every room use them.
"""

from datetime import date, timedelta

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.audit.shown import Ball, Banner, Chip, Link, StageBox, Tab
from patients.identity.access import memberships
from patients.pathway.milestones import BY_CODE
from patients.pathway.models import Pathway, Step
from patients.pathway.rules import needs_irradiated_blood
from patients.pathway.stages import ORDER, Stage, state, where
from patients.pathway.words import STAGES, STEPS

register = template.Library()

SECTIONS = (
    ("summary", gettext_lazy("Summary"), "timeline:pathway", "home", "status"),
    ("dossier", gettext_lazy("Disease and documents"), "referral:dossier", "list", "dossier"),
    ("toxicity", gettext_lazy("Toxicity"), "toxicity:sheet", "thermo", "toxicity"),
    ("history", gettext_lazy("History"), "timeline:history", "clock", "history"),
)
DISEASES = {
    "lbcl": gettext_lazy("Large B-cell lymphoma"),
    "fl": gettext_lazy("Follicular lymphoma"),
    "mcl": gettext_lazy("Mantle cell lymphoma"),
    "all": gettext_lazy("B-cell acute lymphoblastic leukaemia"),
    "mm": gettext_lazy("Multiple myeloma"),
    "other": gettext_lazy("Other disease"),
}
SEXES = {"F": gettext_lazy("F"), "M": gettext_lazy("M")}


def standing(pathway: Pathway) -> dict:
    """The standing milestones of a pathway by code; read once per page (kept on the row)."""
    if not hasattr(pathway, "_standing"):
        pathway._standing = {row.what: row for row in pathway.milestones.all() if not row.superseded}
    return pathway._standing


def entries(pathway: Pathway) -> list:
    """The stays of a pathway in its stages; read once per page."""
    if not hasattr(pathway, "_stays"):
        pathway._stays = [row.as_entry() for row in pathway.entries.all()]
    return pathway._stays


def today_at_hub(pathway: Pathway) -> date:
    """The hub's local day, by which therapy days are counted."""
    return clock.today(pathway.hub.timezone)


def therapy_day(pathway: Pathway) -> tuple[int | None, bool]:
    """Today as a therapy day, and whether it is counted from a planned infusion; None while none is planned."""
    if pathway.day_0 is not None:
        return (today_at_hub(pathway) - pathway.day_0).days, False
    planned = standing(pathway).get("infusion")
    if planned is None or planned.planned_on is None:
        return None, True
    return (today_at_hub(pathway) - planned.planned_on).days, True


def day_words(day: date, today: date) -> str:
    """A day as rows show it: today, tomorrow, else 24/11 (with the year when it is another one)."""
    if day == today:
        return _("today")
    if day == today + timedelta(days=1):
        return _("tomorrow")
    return f"{day:%d/%m}" if day.year == today.year else f"{day:%d/%m/%Y}"


def owner_words(step: Step) -> str:
    """Who owns a step: the person where one is named, else the role."""
    if step.owner is not None:
        return str(step.owner)
    return step.owner_role.name_it if get_language() == "it" else step.owner_role.name_en


def step_words(step: Step) -> str:
    """What is to be done, in the reader's language."""
    sentence = str(STEPS[step.code])
    return sentence % step.details if step.details else sentence


def late_words(step: Step) -> str:
    """By how much a step is late, in hours within the first day and then in days; "" when it is not."""
    over = clock.now() - step.due_at
    if over <= timedelta(0):
        return ""
    hours = int(over.total_seconds() // 3600)
    if hours < 24:
        return ngettext("%(n)s hour late", "%(n)s hours late", hours) % {"n": hours} if hours else _("late")
    return ngettext("%(n)s day late", "%(n)s days late", hours // 24) % {"n": hours // 24}


def due_words(step: Step) -> str:
    """By when, on the clock of the centre that owns the step."""
    due = clock.local(step.due_at, step.centre.timezone)
    today = clock.today(step.centre.timezone)
    if due.date() == today:
        return _("by today %(time)s") % {"time": f"{due:%H:%M}"}
    return _("by %(day)s") % {"day": day_words(due.date(), today)}


def is_mine(step: Step, user) -> bool:
    """Whether a step is this person's: their name, or their role at its centre while no name stands."""
    if step.owner_id is not None:
        return step.owner_id == user.pk
    return any(held.centre_id == step.centre_id and held.role_id == step.owner_role_id for held in memberships(user))


def as_ball(step: Step, user) -> Ball:
    """The ball as its chip shows it to this person."""
    return Ball(
        who=owner_words(step),
        what=step_words(step),
        centre=step.centre.name,
        due=due_words(step),
        late=late_words(step),
        mine=is_mine(step, user),
    )


def holder(pathway: Pathway) -> Step | None:
    """The step that has the ball, with what its words need."""
    return pathway.steps.filter(has_ball=True).select_related("centre", "owner", "owner_role").first()


def stage_boxes(pathway: Pathway) -> list[StageBox]:
    """The nine boxes of the stage bar: days spent, day reached, or day planned."""
    today = today_at_hub(pathway)
    return [
        StageBox(stage.number, str(STAGES[stage]), state(stage, entries(pathway)), _detail(pathway, stage, today))
        for stage in ORDER
    ]


def _detail(pathway: Pathway, stage: Stage, today: date) -> str:
    drawn = state(stage, entries(pathway))
    stays = [stay for stay in entries(pathway) if stay.stage == stage and not stay.superseded]
    if drawn == "ahead":
        planned = [row.planned_on for row in standing(pathway).values() if _plans(row, stage)]
        return _("planned %(day)s") % {"day": day_words(min(planned), today)} if planned else ""
    stay = stays[-1]
    if stay.started_on is None:
        return _("before CARPath")
    if drawn in ("here", "also") and stay.ended_on is None:
        days = (today - stay.started_on).days
        return ngettext("%(n)s day so far", "%(n)s days so far", days) % {"n": days}
    ended = stay.ended_on or stay.started_on
    if ended == stay.started_on:
        return day_words(ended, today)
    days = (ended - stay.started_on).days
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def _plans(row, stage: Stage) -> bool:
    return BY_CODE[row.what].stage == stage and row.planned_on is not None and row.actual_on is None


def as_banner(pathway: Pathway) -> Banner:
    """The banner of a pathway's pages."""
    patient = pathway.patient
    today = today_at_hub(pathway)
    day, planned = therapy_day(pathway)
    known = {"listed": (patient.allergies,), "none_known": (), "not_asked": None}
    return Banner(
        name=patient.display_name,
        code=patient.number,
        sex=str(SEXES.get(patient.sex, "")),
        birth_date=patient.birth_date,
        age=patient.age_on(patient.died_on or today),
        diagnosis=str(DISEASES.get(pathway.disease, "")),
        product=pathway.product_id or "",
        day=day,
        day_planned=planned,
        day_shown=not pathway.imported and pathway.status != Pathway.Status.CLOSED,
        hub=pathway.hub.name,
        referring=pathway.referring_centre.name if pathway.referring_centre else "",
        referrer=str(pathway.referrer) if pathway.referrer else "",
        allergies=known[patient.allergy_status],
        alerts=tuple(_alerts(pathway, today)),
    )


def _alerts(pathway: Pathway, today: date):
    patient, marks = pathway.patient, standing(pathway)
    if patient.died_on:
        yield Chip(_("Died %(day)s") % {"day": f"{patient.died_on:%d/%m/%Y}"}, "x")
    elif pathway.status == Pathway.Status.CLOSED:
        yield Chip(_("Closed"), "lock")
    elif pathway.status == Pathway.Status.ON_HOLD:
        yield Chip(_("On hold since %(day)s") % {"day": day_words(pathway.held_since, today)}, "pause", "warn")
    collected = marks.get("apheresis")
    infused = marks.get("infusion")
    if (
        not patient.died_on
        and not pathway.imported
        and needs_irradiated_blood(
            today,
            apheresis_on=collected and (collected.actual_on or collected.planned_on),
            infusion_on=pathway.day_0 or (infused and infused.planned_on),
        )
    ):
        yield Chip(_("Irradiated blood only"), "drop", "warn")


def tabs_of(pathway: Pathway, access, current: str) -> list[Tab]:
    """The sections of a pathway that exist and that this person may read."""
    shown = []
    for code, words, url_name, icon, facet in SECTIONS:
        if access and not access.reads(facet):
            continue
        try:
            url = reverse(url_name, args=[pathway.pk])
        except NoReverseMatch:
            continue
        shown.append(Tab(str(words), url, icon, current=code == current))
    return shown


@register.inclusion_tag("_components/banner.html")
def pathway_banner(pathway: Pathway, access=None) -> dict:
    """`{% pathway_banner pathway %}`: who this pathway is about."""
    return {"banner": as_banner(pathway)}


@register.inclusion_tag("_components/tabs.html")
def pathway_tabs(pathway: Pathway, access=None, current: str = "") -> dict:
    """`{% pathway_tabs pathway access "toxicity" %}`: its sections."""
    return {"tabs": tabs_of(pathway, access, current), "label": _("Sections")}


@register.inclusion_tag("pathway/where.html", takes_context=True)
def pathway_where(context, pathway: Pathway) -> dict:
    """`{% pathway_where pathway %}`: "Stage 4 of 9", the ball, and the stage bar."""
    step = holder(pathway)
    here = where(entries(pathway))
    return {
        "boxes": stage_boxes(pathway),
        "ball": as_ball(step, context["request"].user) if step else None,
        "number": here.number if here else None,
    }


@register.simple_tag(takes_context=True)
def step_ball(context, step: Step) -> Ball:
    """`{% step_ball step as one %}{% ball one compact=True %}`: a step as a ball, for rows."""
    return as_ball(step, context["request"].user)


@register.simple_tag
def back_to_pathway(pathway: Pathway) -> Link:
    """The way back to a pathway's page."""
    return Link(_("Back to the pathway"), reverse("timeline:pathway", args=[pathway.pk]), "left")

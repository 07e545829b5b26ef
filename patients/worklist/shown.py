"""Rows of the lists in words."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.audit import clock
from patients.audit.shown import Ball, Chip, Item
from patients.centres.models import Centre, User
from patients.disease.words import SHORT
from patients.identity.access import Access
from patients.pathway import addresses, stages
from patients.pathway.models import Pathway, Step
from patients.pathway.planning import END_OF_WORK
from patients.pathway.shown import (
    ball_of,
    day_on,
    is_mine,
    lateness,
    short_day,
    since_words,
    step_due,
    step_owner,
    step_words,
)
from patients.pathway.stages import Stage
from patients.pathway.words import MILESTONES, STAGES
from patients.worklist.rows import LATE, NEW, TODAY, WAITING

MINUS = "−"


def place(stays: list[dict]) -> Stage | None:
    """Where the patient is, by the stays that a list has read."""
    return stages.where(
        stages.Entry(Stage(stay["stage"]), None, stay["ended_on"] and date.fromisoformat(stay["ended_on"]))
        for stay in stays
    )


def signed_day(day: int) -> str:
    """A therapy day with its sign: +4, 0, −3."""
    return f"+{day}" if day > 0 else str(day).replace("-", MINUS)


def day_or_stage(pathway: Pathway, planned_infusion: date | None, stays: list[dict]) -> str:
    """Where a pathway is, in one word: the therapy day once it is counted, else the stage."""
    if pathway.status == Pathway.Status.CLOSED:
        return _("Closed")
    today = clock.today(pathway.hub.timezone)
    day, planned = day_on(pathway, planned_infusion, today)
    if day is not None and not planned:
        return _("d %(day)s") % {"day": signed_day(day)}
    here = place(stays)
    return str(STAGES[here]) if here else ""


def item(step: Step, user: User, centre: Centre) -> Item:
    """A step as a row of Today."""
    pathway = step.pathway
    patient = pathway.patient
    zone = centre.timezone
    aside = [pathway.product_id or "", day_or_stage(pathway, step.planned_infusion, step.stays)]
    if step.column == NEW:
        age = patient.age_on(clock.today(zone))
        aside = [
            ngettext("%(count)d y", "%(count)d y", age) % {"count": age} if age is not None else "",
            str(SHORT[pathway.disease]) if pathway.disease else "",
        ]
    due = clock.local(step.due_at, zone)
    at_an_hour = step.column == TODAY and due.time() != END_OF_WORK
    return Item(
        title=patient.display_name,
        url=addresses.page("timeline:pathway", pathway.pk),
        text=step_words(step),
        aside=" · ".join(part for part in aside if part),
        time=f"{due:%H:%M}" if at_an_hour else "",
        chip=_chip(step, zone),
        who=_who(step, user, centre),
    )


def _chip(step: Step, zone: str) -> Chip:
    if step.column == LATE:
        return Chip(lateness(step.due_at, zone), "alert", "danger")
    if step.column == WAITING:
        return Chip(since_words(step.opened_at, zone), "clock")
    return Chip(step_due(step, zone), "clock", "info" if step.column in (NEW, TODAY) else "")


def _who(step: Step, user: User, centre: Centre) -> str:
    if is_mine(step, user):
        return _("You")
    if step.centre_id != centre.pk:
        return step.centre.name
    return step_owner(step)


@dataclass(frozen=True)
class Row:
    """A pathway as a row of a list, with no more in it than its reader may see."""

    name: str
    number: str
    url: str
    stage: int | None
    where: str
    product: str
    centre: str
    ball: Ball | None
    state: Chip | None
    day: int | None = None  # therapy day, once it is counted
    ahead: str = ""  # the next planned date, in words
    told: bool = True  # whether its reader is told how it stands


def row(pathway: Pathway, access: Access, user: User) -> Row:
    """A pathway as a row of the list of patients."""
    patient = pathway.patient
    here = place(pathway.stays)
    told = access.until is None and access.reads("status") and not pathway.imported
    ball = next(iter(pathway.balls), None) if told else None
    return Row(
        name=patient.display_name,
        number=patient.number,
        url=addresses.page("timeline:pathway", pathway.pk),
        stage=here.number if told and here else None,
        where=_where(pathway, here) if told else "",
        product=(pathway.product_id or "") if access.until is None else "",
        centre=pathway.referring_centre.name if told and pathway.referring_centre_id else pathway.hub.name,
        ball=ball_of(ball, user, zone=pathway.hub.timezone, permissions=access.permissions) if ball else None,
        state=_state(pathway, access),
        day=_day(pathway) if told else None,
        ahead=_ahead(pathway) if told else "",
        told=told,
    )


def _day(pathway: Pathway) -> int | None:
    day, planned = day_on(pathway, None, clock.today(pathway.hub.timezone))
    return None if planned or pathway.status == Pathway.Status.CLOSED else day


def _ahead(pathway: Pathway) -> str:
    """What is planned next and when; only lists that have asked for it know."""
    what, on = getattr(pathway, "next_what", None), getattr(pathway, "next_on", None)
    if not what or not on:
        return ""
    today = clock.today(pathway.hub.timezone)
    return _("%(what)s planned for %(day)s") % {"what": MILESTONES[what], "day": short_day(on, today)}


def _where(pathway: Pathway, here: Stage | None) -> str:
    day, planned = day_on(pathway, pathway.planned_infusion, clock.today(pathway.hub.timezone))
    words = str(STAGES[here]) if here else ""
    if day is None or planned or pathway.status == Pathway.Status.CLOSED:
        return words
    return _("%(stage)s, d %(day)s") % {"stage": words, "day": signed_day(day)}


def _state(pathway: Pathway, access: Access) -> Chip | None:
    today = clock.today(pathway.hub.timezone)
    if pathway.imported:
        return Chip(_("Imported"), "down2", "line")
    if access.until is not None:
        return Chip(_("Until %(day)s") % {"day": f"{access.until:%d/%m/%Y}"}, "lock", "line")
    if pathway.status == Pathway.Status.CLOSED:
        return Chip(_("Closed on %(day)s") % {"day": short_day(pathway.closed_on, today)}, "lock")
    if pathway.status == Pathway.Status.ON_HOLD:
        return Chip(_("On hold since %(day)s") % {"day": short_day(pathway.held_since, today)}, "pause", "warn")
    if pathway.status == Pathway.Status.DRAFT:
        return Chip(_("Draft, not sent"), "file", "line")
    return None

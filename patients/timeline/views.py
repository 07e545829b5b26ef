"""The pathway page and the history page: where the patient is, what stops them, and who changed what and why."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from patients.audit import clock
from patients.audit.shown import Chip, source_words
from patients.ordering.actions import vein_to_vein
from patients.ordering.rules import GREEN
from patients.pathway.doors import open_pathway
from patients.pathway.models import Pathway
from patients.pathway.shown import Standing
from patients.pathway.words import EXIT_REASONS, STAGES
from patients.timeline import blocks, brief, doings, history, lanes, picture
from patients.timeline import summary as summaries


@require_GET
def pathway(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """One course of CAR-T on one page: stage, ball, picture, what stops the next stage, next steps, what to do now."""
    opened = open_pathway(request.user, pathway_id, facet=None, what="timeline:pathway")
    standing = Standing(opened.pathway, opened.access, request.user)
    next_stage = blocks.next_stage(standing)
    drawn = lanes.lanes_of(standing)
    page = {
        "pathway": opened.pathway,
        "access": opened.access,
        "standing": standing,
        "section": "summary",
        "title": _("Pathway"),
        "primary": doings.primary(standing),
        "doings": doings.open_now(standing),
        "course": doings.course(standing),
        "vein_to_vein": _vein_to_vein(standing),
        "stops": STAGES[next_stage] if next_stage and _goes_on(standing) else "",
        "blocks": blocks.what_stops(standing),
        "steps": standing.open_steps,
        "exit_words": _exit(standing),
        "verdict": brief.verdict(standing),
        "prints": standing.access.reads("status"),
        "worst": brief.worst_grades(standing),
        "grounds_at": reverse("toxicity:sheet", args=[pathway_id]) if standing.access.reads("toxicity") else "",
        "ball": standing.ball(),
        "boxes": standing.stage_boxes(),
        "here": standing.where if standing.access.reads("status") else None,
        "picture": picture.draw(drawn, today=standing.today, day_0=lanes.day_0_of(standing)) if drawn else "",
    }
    return render(request, "timeline/pathway.html", page)


def _goes_on(standing: Standing) -> bool:
    """Whether something can still stop the course, as far as the reader is told."""
    return standing.access.until is None and standing.pathway.status != Pathway.Status.CLOSED


def _vein_to_vein(standing: Standing) -> dict[str, Any] | None:
    """Vein-to-vein, apheresis to infusion, against the hub's target: its chip, and the days it was counted from."""
    apheresis_on, infused = (standing.actual(what) or standing.planned(what) for what in ("apheresis", "infusion"))
    released = standing.actual("released") or standing.planned("released")
    if not apheresis_on or not standing.access.reads("status") or standing.pathway.imported:
        return None
    if standing.pathway.status == Pathway.Status.CLOSED and not standing.actual("infusion"):
        return None  # what was expected comes no more
    hub = standing.now_pathway.hub
    found = vein_to_vein(hub, apheresis_on=apheresis_on, release_on=released, infusion_on=infused)
    if found is None:
        return None
    over = found.band != GREEN
    words = _("Vein-to-vein expected %(days)s d, target %(target)s")
    if found.at_least:
        words = _("Vein-to-vein at least %(days)s d, target %(target)s")
    elif standing.actual("apheresis") and standing.actual("infusion"):
        words = _("Vein-to-vein %(days)s d, target %(target)s")
    values = {"days": found.days, "target": found.target_days}
    return {
        "chip": Chip(words % values, "hour" if over else "check", "warn" if over else "ok"),
        "why": f"{apheresis_on:%d/%m/%Y} – {infused or released:%d/%m/%Y} · {source_words('7')}",
    }


def _exit(standing: Standing) -> str:
    """Why a closed pathway ended; a death is told only to those who may read survival."""
    pathway = standing.pathway
    if pathway.status != Pathway.Status.CLOSED or not pathway.exit_reason:
        return ""
    if "death" in pathway.exit_reason and not standing.access.reads("survival"):
        return ""
    return str(EXIT_REASONS[pathway.exit_reason])


@require_GET
def summary(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """The pathway on one A4 page, to print and take along; no more on it than its reader may see."""
    opened = open_pathway(request.user, pathway_id, facet="status", what="timeline:summary")
    standing = Standing(opened.pathway, opened.access, request.user)
    page = {
        "pathway": opened.pathway,
        "access": opened.access,
        "standing": standing,
        "title": _("Summary to print"),
        "person": standing.banner(),
        "here": standing.where,
        "here_words": STAGES[standing.where] if standing.where else "",
        "steps": standing.open_steps,
        "exit_words": _exit(standing),
        "verdict": brief.verdict(standing),
        "worst": brief.worst_grades(standing),
        "summary": summaries.summary(standing),
        "made_at": clock.local(clock.now(), standing.zone),
        "hub": opened.pathway.hub,
    }
    return render(request, "timeline/summary.html", page)


@require_GET
def changes(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """Who changed what, when, from what to what, and why; newest first."""
    opened = open_pathway(request.user, pathway_id, facet="history", permission="history.read", what="timeline:history")
    found = history.read(opened.pathway, opened.access, before=history.cursor(request.GET.get("before", "")))
    page = {
        "pathway": opened.pathway,
        "access": opened.access,
        "section": "history",
        "title": _("History"),
        "acts": found.acts,
        "older": found.older,
        "newest": "before" not in request.GET,
    }
    return render(request, "timeline/history.html", page)

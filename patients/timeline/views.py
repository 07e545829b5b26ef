"""The pathway page: where the patient is, who has the ball, what stops the next stage."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from patients.pathway.doors import open_pathway
from patients.pathway.shown import Standing


@require_GET
def pathway(request: HttpRequest, pathway_id: UUID) -> HttpResponse:
    """One course of CAR-T on one page."""
    opened = open_pathway(request.user, pathway_id, facet=None, what="timeline:pathway")
    standing = Standing(opened.pathway, opened.access, request.user)
    page = {"pathway": opened.pathway, "access": opened.access, "standing": standing, "section": "summary"}
    return render(request, "timeline/pathway.html", page)

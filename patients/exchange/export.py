"""The own centre's courses as one table, for who fills registries: a row each, by number and without names.

Only patients whose care by that centre goes on, and of each what the role reads: a centre that handed a patient over
reads no grade. What nobody recorded is an empty cell; of a day known in part stands as much as is known.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from patients.audit import clock
from patients.centres.models import User
from patients.clinical import days
from patients.clinical.days import PartialDate
from patients.identity import access
from patients.identity.access import Access
from patients.pathway.milestones import KINDS
from patients.pathway.models import Pathway
from patients.toxicity.ward import grades_now

PERMISSION = "export.make"
WHO = ("patient", "course", "sex", "age_years_at_day_0")
WHERE = ("referring_centre", "hub", "disease", "product", "status", "exit_reason", "closed_on", "day_0")
WORST = ("crs", "icans")
COLUMNS = (*WHO, *WHERE, *(kind.code for kind in KINDS), *(f"worst_{scale}" for scale in WORST), "died_on")


def table(user: User) -> tuple[str, list[UUID]]:
    """The table as CSV with a heading, and the patients in it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    patient_ids = set()
    for pathway, granted, worst in _courses(user):
        writer.writerow({name: _safe(value) for name, value in _row(pathway, granted, worst).items()})
        patient_ids.add(pathway.patient_id)
    return out.getvalue(), sorted(patient_ids)


def _courses(user: User) -> Iterator[tuple[Pathway, Access, dict]]:
    centres = {centre.pk for centre in access.may_somewhere(user, PERMISSION)}
    seen = Pathway.objects.live().visible_to(user, "status", in_care=True).exclude(status=Pathway.Status.DRAFT)
    found = list(
        seen.select_related("patient", "hub", "referring_centre")
        .prefetch_related("milestones")
        .order_by("patient__number", "course")
    )
    links = access.opening_links(user, {pathway.patient_id for pathway in found})
    worst = grades_now((pathway.pk for pathway in found), clock.now())
    for pathway in found:
        granted = access.granted(user, [link for link in links[pathway.patient_id] if link.centre_id in centres])
        if granted.may(PERMISSION):
            yield pathway, granted, worst.get(pathway.pk, {})


def _row(pathway: Pathway, granted: Access, worst: dict) -> dict:
    patient = pathway.patient
    row = {"patient": patient.number, "course": pathway.course, "sex": patient.sex}
    if pathway.day_0 and patient.birth_date:
        row["age_years_at_day_0"] = days.age_years(patient.birth_date, pathway.day_0)
    row["referring_centre"] = pathway.referring_centre.name if pathway.referring_centre else None
    row["hub"] = pathway.hub.name
    row |= {name: getattr(pathway, name) for name in ("disease", "status", "exit_reason", "closed_on", "day_0")}
    row["product"] = pathway.product_id
    happened = (one for one in pathway.milestones.all() if one.happened and not one.superseded)
    row |= {one.what: _day(one.day) for one in happened}
    if granted.reads("toxicity"):
        row |= {f"worst_{scale}": worst[scale].worst for scale in WORST if scale in worst}
    if granted.reads("survival"):
        row["died_on"] = patient.died_on
    return row


def _day(day: date | PartialDate | None) -> str:
    """As much of a day as is known: 2026, 2026-03, 2026-03-14; `before` where it is known alone that it is over."""
    if day is None:
        return "before"
    if isinstance(day, date):
        return day.isoformat()
    first, last = day.earliest.isoformat(), day.latest.isoformat()
    return first[:7] if first[:7] == last[:7] else first[:4] if first[:4] == last[:4] else f"{first}/{last}"


def _safe(value) -> str:
    """A cell that no spreadsheet takes for a formula."""
    words = "" if value is None else str(value)
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words

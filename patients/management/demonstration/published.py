"""Published cases among the invented patients, as a hub brings in whom it knows from a letter alone (seeds/).

They have no name, no birth date and no day: none was published, so none stands here.
"""

from functools import partial
from pathlib import Path

from django.conf import settings

from patients.audit import seeding
from patients.disease.actions import Described, LineTold
from patients.management.demonstration.course import Course, Who
from patients.referral.actions import Person

SCHEMA = {
    "id": seeding.Field(str),
    "authors": seeding.Field(str),
    "source": seeding.Field(str),
    "hub": seeding.Field(str),
    "sex": seeding.Field(str, required=False),
    "disease": seeding.Field(str),
    "stage": seeding.Field(str, required=False),
    "histology": seeding.Field(str),
    "product": seeding.Field(str, required=False),
    "line_regimen": seeding.Field(str, required=False),
    "line_response": seeding.Field(str, required=False),
    "line_refractory": seeding.Field(bool, required=False),
}


def cases(folder: Path | None = None) -> list[tuple]:
    """Who, referring centre (none), hub and story of each case."""
    rows = seeding.read((folder or settings.BASE_DIR / "seeds") / "published_cases.yaml", SCHEMA)
    return [(Who(row["id"], "", row.get("sex")), "", row["hub"], partial(published, row=row)) for row in rows]


def published(course: Course, row: seeding.SeedRow) -> Course:
    """In follow-up, since nobody knows when; the lines and the report as far as they were published."""
    person = Person(family_name=row["id"], sex=row.get("sex"))
    course.bring_in(0, "followup", {}, person=person, product=row.get("product"), disease=row["disease"])
    said = Described(histology=row["histology"], stage=row.get("stage"))
    return course.tell_disease(0, said, *_lines(row))


def _lines(row: seeding.SeedRow) -> list[LineTold]:
    """The first line of therapy, where one was published."""
    if row.get("line_regimen") is None:
        return []
    known = {"best_response": row.get("line_response"), "refractory": row.get("line_refractory")}
    return [LineTold(key="1", number=1, regimen=row["line_regimen"], **known)]

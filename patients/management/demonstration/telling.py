"""Tells the story of everybody in the demonstration, one after the other: the order gives each their number."""

from datetime import date

from patients.management.demonstration.course import Course
from patients.management.demonstration.network import Network
from patients.management.demonstration.others import OTHERS
from patients.management.demonstration.published import cases
from patients.management.demonstration.stories import CAST, STORIES


def everybody() -> list[tuple]:
    """Who, referring centre, hub and story of each patient."""
    first = [(*one, story) for one, story in zip(CAST, STORIES, strict=True)]
    return [*first, *OTHERS, *cases()]


def tell(network: Network, today: date) -> list[Course]:
    """Tell every story."""
    told = []
    for number, (who, spoke, hub, story) in enumerate(everybody(), start=1):
        course = Course(network, today, who, spoke, hub, number)
        with course.told_together():
            story(course)
        told.append(course)
    return told

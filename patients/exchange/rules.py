"""What a study's daily grades say, per patient and together. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

# What an ID starts with, and the product it seems to name (the authors do not say it).
PRODUCT_OF_PREFIX = {"Yes": "axi-cel", "Kym": "tisa-cel", "Bre": "liso-cel", "Tec": "brexu-cel"}
_PREFIX = re.compile(rf"({'|'.join(PRODUCT_OF_PREFIX)})(?![a-z])")

DRUG_KEYS = {"toci": "tocilizumab", "siltux": "siltuximab", "steroids": "steroid", "anakinra": "anakinra"}
SCALES = ("crs", "icans")


def product_of(patient: str) -> str | None:
    """The product that an ID seems to name; None = not known."""
    found = _PREFIX.match(patient)
    return PRODUCT_OF_PREFIX[found[1]] if found else None


@dataclass
class Course:
    """One patient's reported days: grades by day per scale (None = not assessed), and days of each drug."""

    grades: dict[str, dict[int, int | None]] = field(default_factory=lambda: {scale: {} for scale in SCALES})
    drugs: dict[str, set[int]] = field(default_factory=dict)


def of_scale(by_day: Mapping[int, int | None]) -> dict[str, Any]:
    """The course of one scale. An empty grade is *not assessed* and never 0."""
    known = {day: grade for day, grade in by_day.items() if grade is not None}
    present = sorted(day for day, grade in known.items() if grade >= 1)
    highest = max(known.values(), default=None)
    return {
        "max_grade": highest,
        "first_day": present[0] if present else None,
        "last_day": present[-1] if present else None,
        "days_with_grade_ge1": len(present),
        "days_not_assessed": len(by_day) - len(known),
        "first_day_of_max": min(day for day, grade in known.items() if grade == highest) if highest else None,
    }


def reappears(by_day: Mapping[int, int | None]) -> bool:
    """Whether a day graded 0 lies between two days graded 1 or more: it stopped and came back."""
    present = [day for day, grade in by_day.items() if grade is not None and grade >= 1]
    return any(grade == 0 and min(present) < day < max(present) for day, grade in by_day.items() if present)


def summarise(courses: Mapping[str, Course]) -> dict[str, Any]:
    """Per patient and for the cohort; the counts of maxima hold those who were assessed at all."""
    patients = {
        name: {scale: of_scale(course.grades[scale]) for scale in SCALES}
        | {f"{key}_days": sorted(course.drugs.get(drug, ())) for key, drug in DRUG_KEYS.items()}
        for name, course in courses.items()
    }
    return {"summary": _cohort(courses, patients), "patients": patients}


def _cohort(courses: Mapping[str, Course], patients: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "n": len(patients),
        "crs_max": _counts(told["crs"]["max_grade"] for told in patients.values()),
        "icans_max": _counts(told["icans"]["max_grade"] for told in patients.values()),
        "any_toci": sum(bool(told["toci_days"]) for told in patients.values()),
        "any_steroids": sum(bool(told["steroids_days"]) for told in patients.values()),
        "median_first_crs_day": _median(told["crs"]["first_day"] for told in patients.values()),
        "median_first_icans_day": _median(told["icans"]["first_day"] for told in patients.values()),
        "reappearing_crs": sorted(name for name, course in courses.items() if reappears(course.grades["crs"])),
    }


def _counts(maxima: Iterable[int | None]) -> dict[str, int]:
    """How many patients reached each grade at most: 0 to 4 always, 5 only where it occurs."""
    counts = dict.fromkeys("01234", 0)
    for grade in maxima:
        if grade is not None:
            counts[str(grade)] = counts.get(str(grade), 0) + 1
    return counts


def _median(days: Iterable[int | None]) -> float | None:
    known = [day for day in days if day is not None]
    return float(median(known)) if known else None

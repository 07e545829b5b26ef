"""Counting lines, what they held, and the order of their dates."""

from dataclasses import dataclass, field

import pytest

from patients.clinical.days import PartialDate
from patients.disease import rules


@dataclass
class Line:
    radiotherapy_alone: bool = False
    classes: list[str] = field(default_factory=list)


def test_radiotherapy_alone_is_no_line():
    assert rules.completed_lines([Line(), Line(radiotherapy_alone=True), Line()]) == 2


@pytest.mark.parametrize(
    ("lines", "exposed"),
    [
        ([], None),
        ([Line()], None),
        ([Line(classes=["anti_cd20"])], False),
        ([Line(classes=["anti_cd20"]), Line()], None),
        ([Line(), Line(classes=["btki"])], True),
    ],
)
def test_exposure_is_known_only_where_lines_say_what_they_held(lines, exposed):
    assert rules.exposed_to(lines, "btki") is exposed


@pytest.mark.parametrize(
    ("known", "impossible"),
    [
        ({"started": PartialDate.in_month(2025, 3), "ended": PartialDate.in_month(2025, 3)}, []),
        ({"started": PartialDate.in_month(2025, 3), "ended": PartialDate.in_year(2025)}, []),
        ({"started": PartialDate.in_month(2025, 3), "ended": PartialDate.in_month(2025, 2)}, ["ended"]),
        ({"started": PartialDate.in_year(2025), "responded": PartialDate.in_year(2024)}, ["responded"]),
        ({"started": PartialDate.in_year(2025), "progressed": PartialDate.in_year(2024)}, ["progressed"]),
        ({"ended": PartialDate.in_year(2024)}, []),
    ],
)
def test_only_what_is_impossible_under_every_reading_is_refused(known, impossible):
    assert rules.impossible_dates(known) == impossible

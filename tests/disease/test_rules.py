"""The order of the dates of a therapy."""

import pytest

from patients.clinical.days import PartialDate
from patients.disease import rules


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

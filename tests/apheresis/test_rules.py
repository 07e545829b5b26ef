"""Serology and counts before an apheresis, one day and one unit each side; what was collected."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from patients.apheresis.rules import (
    AS_WISHED,
    BELOW,
    IN_TIME,
    NO_DAY_YET,
    NOT_KNOWN,
    TOO_OLD,
    collection_faults,
    count_state,
    serology_state,
)

DAY = date(2026, 11, 19)


@pytest.mark.parametrize(
    ("days_before", "state"), [(0, IN_TIME), (29, IN_TIME), (30, IN_TIME), (31, TOO_OLD), (-1, NOT_KNOWN)]
)
def test_serology_holds_for_thirty_days(days_before, state):
    assert serology_state(DAY - timedelta(days=days_before), DAY) == state


def test_serology_that_nobody_took_is_not_known_and_without_a_day_it_is_only_shown():
    assert (serology_state(None, DAY), serology_state(DAY, None)) == (NOT_KNOWN, NO_DAY_YET)


@pytest.mark.parametrize(
    ("what", "value", "state"),
    [
        ("alc", "0.2", AS_WISHED),
        ("alc", "0.19", BELOW),
        ("anc", "1.01", AS_WISHED),
        ("anc", "1.0", BELOW),
        ("platelets", "31", AS_WISHED),
        ("platelets", "30", BELOW),
        ("haemoglobin", "8.1", AS_WISHED),
        ("haemoglobin", "8", BELOW),
    ],
)
def test_a_count_is_as_wished_or_below(what, value, state):
    assert count_state(what, Decimal(value)) == state
    assert count_state(what, None) == NOT_KNOWN


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"bags": 1, "tnc_10e9": Decimal(9), "cd3_10e9": Decimal(9)}, []),
        ({"bags": 0, "tnc_10e9": None, "cd3_10e9": Decimal(9)}, [("bags", "no_bag")]),
        (
            {"bags": None, "tnc_10e9": Decimal("8.99"), "cd3_10e9": Decimal(9)},
            [("cd3_total_10e9", "more_than_all_cells")],
        ),
    ],
)
def test_what_was_collected_cannot_be_more_than_all_of_it(given, expected):
    assert collection_faults(**given) == expected

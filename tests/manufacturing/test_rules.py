"""Whether a product may be given: status, acceptance, receipt, expiry; the day of expiry is the last good one."""

from datetime import date

import pytest

from patients.manufacturing.rules import ProductFacts, not_available

DAY = date(2026, 5, 10)
GOOD = {"status": "released", "received_on": date(2026, 5, 1), "expires_on": date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"status": None}, ["product_not_released"]),
        ({"status": "in_production"}, ["product_not_released"]),
        ({"status": "failed"}, ["product_failed"]),
        ({"status": "out_of_specification"}, ["product_not_accepted"]),
        ({"status": "out_of_specification", "accepted": True}, []),
        ({"received_on": None}, ["product_not_received"]),
        ({"expires_on": date(2026, 5, 9)}, ["product_expired"]),
        ({"expires_on": date(2026, 5, 10)}, []),
        ({"expires_on": date(2026, 5, 11)}, []),
        ({"expires_on": None}, ["product_expiry_unknown"]),
        (
            {"status": "out_of_specification", "received_on": None, "expires_on": date(2026, 5, 9)},
            ["product_not_accepted", "product_not_received", "product_expired"],
        ),
    ],
)
def test_a_product_is_available_when_released_received_and_in_date(changes, reasons):
    assert not_available(ProductFacts(**GOOD | changes), DAY) == reasons

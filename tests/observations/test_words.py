"""Units and numbers as a ward reads them."""

from decimal import Decimal

import pytest
from django.utils import translation

from patients.observations.words import plain, unit_words


@pytest.mark.parametrize(
    ("value", "italian"),
    [("11.200", "11,2"), ("148.0", "148"), ("0.00", "0"), ("0.05", "0,05"), ("1200", "1200"), ("1E+3", "1000")],
)
def test_a_number_has_no_zeros_that_nobody_wrote(value, italian):
    with translation.override("it"):
        assert plain(Decimal(value)) == italian


def test_a_power_of_ten_stands_above():
    assert (unit_words("10^9/L"), unit_words("g/dL")) == ("10⁹/L", "g/dL")

"""Irradiated blood products: from 7 days before apheresis to 90 days after the infusion (reference 4)."""

from datetime import date, timedelta

import pytest

from patients.pathway.rules import needs_irradiated_blood

APHERESIS = date(2026, 10, 27)
INFUSION = date(2026, 12, 7)


@pytest.mark.parametrize(
    ("today", "needed"),
    [
        (APHERESIS - timedelta(days=8), False),
        (APHERESIS - timedelta(days=7), True),
        (APHERESIS, True),
        (INFUSION, True),
        (INFUSION + timedelta(days=90), True),
        (INFUSION + timedelta(days=91), False),
    ],
)
def test_irradiated_blood_from_a_week_before_apheresis_to_ninety_days_after_infusion(today, needed):
    assert needs_irradiated_blood(today, apheresis_on=APHERESIS, infusion_on=INFUSION) is needed


def test_without_an_infusion_it_goes_on():
    assert needs_irradiated_blood(APHERESIS + timedelta(days=400), apheresis_on=APHERESIS, infusion_on=None) is True


def test_with_no_date_known_nothing_is_said():
    assert needs_irradiated_blood(APHERESIS, apheresis_on=None, infusion_on=None) is False


def test_where_only_the_infusion_is_known_it_counts_from_that_day():
    assert needs_irradiated_blood(INFUSION - timedelta(days=1), apheresis_on=None, infusion_on=INFUSION) is False
    assert needs_irradiated_blood(INFUSION, apheresis_on=None, infusion_on=INFUSION) is True

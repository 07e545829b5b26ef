"""The screen for IEC-HS (reference 1.6): it prompts, each threshold either side, and says when it cannot."""

from dataclasses import replace
from itertools import product

import pytest

from patients.clinical import iec_hs
from patients.clinical.iec_hs import IecHsFacts
from patients.clinical.result import INCOMPLETE, WrongFact

PROMPTS = IecHsFacts(
    ferritin=1001,
    ferritin_uln=500,
    ferritin_baseline=5000,
    ferritin_rapidly_rising=False,
    new_or_refractory_cytopenia=False,
    transaminases_times=1,
    fibrinogen_mg_dl=149,
    fibrinogen_lln=200,
    haemophagocytosis=False,
    crs_falling_or_over=True,
)


@pytest.mark.parametrize(
    ("change", "prompt"),
    [
        ({}, True),
        ({"ferritin": 1000}, False),
        ({"ferritin": 1000, "ferritin_baseline": 499}, True),
        ({"ferritin": 1000, "ferritin_baseline": 500}, False),
        ({"ferritin": 100, "ferritin_rapidly_rising": True}, True),
        ({"fibrinogen_mg_dl": 199}, True),
        ({"fibrinogen_mg_dl": 200}, False),
        ({"fibrinogen_mg_dl": 150, "fibrinogen_lln": 150}, False),
        ({"fibrinogen_mg_dl": 300, "transaminases_times": 5.1}, True),
        ({"fibrinogen_mg_dl": 300, "transaminases_times": 5}, False),
        ({"fibrinogen_mg_dl": 300, "new_or_refractory_cytopenia": True}, True),
        ({"fibrinogen_mg_dl": 300, "haemophagocytosis": True}, True),
        ({"crs_falling_or_over": False}, False),
    ],
)
def test_the_screen_prompts(change, prompt):
    assert iec_hs.screen(replace(PROMPTS, **change)).value is prompt


@pytest.mark.parametrize(
    ("change", "value", "missing"),
    [
        ({"ferritin": None}, None, ("ferritin_over_uln", "ferritin_over_baseline")),
        ({"ferritin_uln": None}, None, ("ferritin_over_uln",)),
        ({"ferritin_baseline": None}, True, ()),
        ({"fibrinogen_lln": None}, True, ()),
        ({"fibrinogen_mg_dl": 180, "fibrinogen_lln": None}, None, ("fibrinogen_low",)),
        ({"fibrinogen_mg_dl": None}, None, ("fibrinogen_low",)),
        ({"crs_falling_or_over": None}, None, ("crs_falling_or_over",)),
        ({"crs_falling_or_over": False, "ferritin": None, "haemophagocytosis": None}, False, ()),
    ],
)
def test_what_is_missing_makes_it_incomplete_only_where_it_matters(change, value, missing):
    result = iec_hs.screen(replace(PROMPTS, **change))
    assert (result.value, result.missing) == (value, missing)
    assert (result.status == INCOMPLETE) == (value is None)
    assert result.range == ((False, True) if value is None else None)


def test_a_further_criterion_never_takes_a_prompt_away():
    yes_no = ("ferritin_rapidly_rising", "new_or_refractory_cytopenia", "haemophagocytosis", "crs_falling_or_over")
    for values in product((False, True), repeat=4):
        facts = replace(PROMPTS, ferritin=100, fibrinogen_mg_dl=300, **dict(zip(yes_no, values, strict=True)))
        for name in yes_no:
            assert iec_hs.screen(replace(facts, **{name: True})).value >= iec_hs.screen(facts).value


@pytest.mark.parametrize("wrong", [{"ferritin": -1}, {"fibrinogen_mg_dl": "1.5"}, {"haemophagocytosis": "no"}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(WrongFact) as refused:
        IecHsFacts(**wrong)
    assert refused.value.field == next(iter(wrong))

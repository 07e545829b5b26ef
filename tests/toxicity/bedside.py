"""Bedside sets for tests: calm, feverish, and the answers of a form."""

from datetime import datetime, timedelta
from decimal import Decimal

from patients.audit import clock
from patients.pathway.models import Pathway
from patients.toxicity import actions
from patients.toxicity.models import Assessment

CALM = {
    "temp_c": Decimal("36.8"),
    "systolic": 120,
    "diastolic": 70,
    "heart_rate": 80,
    "resp_rate": 16,
    "spo2": 97,
    "hypotension": False,
    "vasopressors": [],
    "oxygen_device": "none",
}
ICE_10 = {"ice_orientation": 4, "ice_objects": 3, "ice_command": 1, "ice_sentence": 1, "ice_counting": 1}
AWAKE = {
    **ICE_10,
    "consciousness": "alert",
    "seizure": "none",
    "motor": "none",
    "oedema": "none",
    "pressure_signs": [],
    "haemorrhage": False,
}
CALM_AND_AWAKE = CALM | AWAKE
FEVER = CALM | {"temp_c": Decimal("38.4")}
HYPOTENSIVE = FEVER | {"hypotension": True, "systolic": 88, "diastolic": 50}
AFEBRILE_HYPOTENSIVE = HYPOTENSIVE | {"temp_c": Decimal("36.6")}


def hours_ago(hours: float) -> datetime:
    return clock.now() - timedelta(hours=hours)


def assess(pathway: Pathway, by, facts: dict, *, hours: float = 0.0) -> Assessment:
    """A set recorded by somebody, some hours ago."""
    return actions.assess(pathway=pathway, at=hours_ago(hours), facts=facts, by=by)


def grade(assessment: Assessment, scale: str = "crs"):
    return assessment.grades.get(scale=scale)


def typed(pathway: Pathway, **answers) -> dict:
    """What a browser sends for the card: the time of now, and the answers given."""
    now = clock.local(clock.now(), pathway.hub.timezone)
    return {"at_day": f"{now:%d/%m/%Y}", "at_time": f"{now:%H:%M}", **answers}


CALM_TYPED = {
    "temp_c": "36,8",
    "systolic": "120",
    "diastolic": "70",
    "heart_rate": "80",
    "resp_rate": "16",
    "spo2": "97",
    "hypotension": "no",
    "vasopressors": ["none"],
    "oxygen_device": "none",
}
AWAKE_TYPED = {
    "ice_orientation": "4",
    "ice_objects": "3",
    "ice_command": "1",
    "ice_sentence": "1",
    "ice_counting": "1",
    "consciousness": "alert",
    "seizure": "none",
    "neuro_signs": ["none"],
}


def token_of(response) -> str:
    """The signed token of the form on a page."""
    return response.context["token"]

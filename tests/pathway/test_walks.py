"""Random walks over the map: whatever is tried, in whatever order, the course stays sound."""

import os
from datetime import time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patients.capacity.actions import add_resource
from tests.network import Network, centre
from tests.pathway.walks import Walker

pytestmark = pytest.mark.django_db

WALKS = int(os.environ.get("CARPATH_WALKS", "10"))
STEPS = 14


class _Over(Exception):
    """A walk is over: all that it wrote is rolled back."""


@pytest.fixture
def place():
    net = Network()
    other = centre("hub2", name="Altro Hub")
    chair = add_resource(
        centre=net.hub,
        kind="apheresis_chair",
        name="Poltrona 1",
        opens_at=time(0, 0),
        closes_at=time(23, 59),
        by=net.administrator,
    )
    return net, other, chair


@settings(
    max_examples=WALKS,
    deadline=timedelta(minutes=2),
    derandomize=WALKS <= 100,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_whatever_is_tried_the_course_stays_sound(place, data):
    try:
        with transaction.atomic():
            walker = Walker(*place, data)
            walker.look("start")
            for _ in range(STEPS):
                walker.step()
            raise _Over
    except _Over:
        pass

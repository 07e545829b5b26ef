"""Telling works in sets: as many statements for many tellings as for few."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.audit.actions import act
from patients.reminders import sweep
from patients.reminders.models import ReminderTelling
from tests import world as worlds
from tests.reminders import course
from tests.reminders.course import BY, infuse


@pytest.mark.prepared(by=course.people)
def test_one_telling_and_a_hundred_take_as_many_statements(world, at):
    for number in range(3):
        infuse(
            worlds.sent(world, worlds.make_patient(f"CP-1{number:03}", family_name=f"Bassi{number}")), date(2026, 3, 1)
        )
    with act(by=BY):
        coming = ReminderTelling.objects.filter(waiting=True, role=None, reminder__owner=None).exclude(
            reminder__owner_role="nurse"
        )
        hub = coming.filter(centre=world.centres["hub"], reminder__owner_role="hub_haematologist")
        keys = list(hub.values_list("pk", flat=True))
        ReminderTelling.objects.exclude(pk__in=keys).update(waiting=False)
    at("2042-01-01 12:00")
    counts = []
    for size in (1, len(keys) - 1):
        with act(by=BY), CaptureQueriesContext(connection) as queries:
            assert sweep.tell_batch(size) == size
        counts.append(len(queries))
    assert len(keys) > 12
    assert counts[0] == counts[1]

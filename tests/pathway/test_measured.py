"""A measured value entered in error: corrected, struck through, or recorded on whose it is, wherever it was written."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from patients.audit import clock
from patients.observations import actions as observations
from patients.observations.models import Observation, latest
from tests.forms import send
from tests.network import Network

pytestmark = pytest.mark.django_db


@pytest.fixture
def net() -> Network:
    return Network()


@pytest.fixture
def wrong(net):
    return net.infused(1, "Rossi", "Anna", days_ago=5)


def weigh(pathway, by, kg="87.0", what="weight", unit="kg") -> Observation:
    at = clock.now() - timedelta(hours=2)
    return observations.record(patient=pathway.patient, what=what, value=Decimal(kg), unit=unit, at=at, by=by)


def test_a_value_is_corrected_struck_or_moved_to_the_right_patient_in_one_step(client, net, wrong):
    right = net.infused(2, "Bianchi", "Ugo", days_ago=4)
    first = weigh(wrong, net.nurse)
    url = reverse("pathway:measured", args=[wrong.pk])
    client.force_login(net.nurse)
    client.cookies["django_language"] = "en"
    for said, field in [
        ({}, "value"),
        ({"value": "78"}, "why"),
        ({"value": "7,8", "why": "digits"}, "value"),
        ({"struck": "on"}, "why"),
        ({"value": "87", "why": "the same"}, "value"),
    ]:
        refused = send(client, url, which=str(first.pk), **said)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field]), said
    assert send(client, url, which=str(first.pk), value="78", why="digits swapped").status_code == 302
    second = latest(wrong.patient, "weight")
    assert (second.value, second.corrects_id, second.at) == (Decimal(78), first.pk, first.at)
    moving = {"which": str(second.pk), "right_patient": str(right.pk), "why": "another bed"}
    assert send(client, url, **moving).status_code == 302
    copy = latest(right.patient, "weight")
    assert (copy.value, copy.at, copy.came_from_id) == (Decimal(78), first.at, second.pk)
    assert latest(wrong.patient, "weight") is None
    assert send(client, url, which=str(second.pk), struck="on", why="again").status_code == 422
    shown = client.get(url).content.decode()
    assert "entered in error: another bed" in shown and "Recorded anew on CP-0002" in shown


def test_the_ward_corrects_what_it_measures_and_no_laboratory_value(client, net, wrong):
    blood = weigh(wrong, net.haematologist, "12000", "ldh", "U/L")
    url = reverse("pathway:measured", args=[wrong.pk])
    client.force_login(net.nurse)
    assert send(client, url, which=str(blood.pk), struck="on", why="not hers").status_code == 422
    client.force_login(net.haematologist)
    assert send(client, url, which=str(blood.pk), struck="on", why="another sample").status_code == 302
    assert latest(wrong.patient, "ldh") is None

"""The administrator keeps the hub's chairs and beds; no patient is shown there."""

import pytest
from django.test import Client
from django.urls import reverse

from patients.capacity.models import Resource
from tests import world
from tests.forms import send

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=world.make)]


@pytest.fixture
def made(prepared):
    return prepared


def address(made, centre="hub") -> str:
    return reverse("capacity:resources", args=[made.centres[centre].pk])


CHAIR = {"kind": "apheresis_chair", "name": "Chair 1", "opens_at": "08:00", "closes_at": "18:00"}


def test_the_administrator_adds_a_chair_and_takes_it_out_of_use(made):
    client = made.client("centre_administrator", "hub")
    assert send(client, address(made), **CHAIR).status_code == 302
    chair = Resource.objects.get()
    use = reverse("capacity:use", args=[chair.centre_id, chair.pk])
    assert send(client, use).status_code == 302
    chair.refresh_from_db()
    assert chair.in_use is False
    assert send(client, use).status_code == 302
    chair.refresh_from_db()
    assert chair.in_use is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"closes_at": "07:00"}, "closes_at"),
        ({"opens_at": "25:00"}, "opens_at"),
        ({"kind": ""}, "kind"),
    ],
)
def test_bad_input_gets_its_error_beside_the_field(made, changes, field):
    answer = send(made.client("centre_administrator", "hub"), address(made), **CHAIR | changes)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Resource.objects.exists()


def test_a_name_is_given_once(made):
    client = made.client("centre_administrator", "hub")
    send(client, address(made), **CHAIR)
    answer = send(client, address(made), **CHAIR)
    assert answer.status_code == 422
    assert Resource.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "centre", "status"),
    [
        ("centre_administrator", "hub", 200),
        ("hub_coordinator", "hub", 403),
        ("centre_administrator", "hub2", 404),
        ("centre_administrator", "spoke", 404),
    ],
)
def test_who_may_keep_them(made, role, centre, status):
    assert made.client(role, centre).get(address(made)).status_code == status


def test_nobody_is_nobody(made):
    assert Client().get(address(made)).status_code == 302

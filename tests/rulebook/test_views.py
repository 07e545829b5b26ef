"""Rules, products and evidence as people read them; who signs, and what a signature does."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import network

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital():
    found = network.Network()
    found.second = network.person("second@hub.example", ("hub_haematologist", found.hub))
    return found


def page(person, name, *args, **query):
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer


def test_every_page_can_be_read_in_both_languages(hospital):
    for name, args in (
        ("rulebook:evidence", []),
        ("rulebook:rules", []),
        *(("rulebook:product", [code]) for code in ("axi-cel", "obe-cel")),
        *(("rulebook:rule", key.split("/", 1)) for key in ("washout/imid", "clinical/crs", "schedule/pet_30")),
    ):
        for person in (hospital.haematologist, hospital.referrer):
            page(person, name, *args)

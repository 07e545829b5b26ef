"""The pathway page, by reader."""

import pytest
from django.urls import reverse

from tests.network import Network

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return Network()


def page(client, user, pathway, name="timeline:pathway"):
    client.force_login(user)
    return client.get(reverse(name, args=[pathway.pk]))


def test_each_reader_opens_the_course_that_their_links_show(client, network):
    pathway = network.infused()
    answers = {
        user.email: page(client, user, pathway).status_code
        for user in (network.referrer, network.coordinator, network.nurse, network.administrator)
    }
    assert answers == {
        "referrer@spoke.example": 200,
        "coordinator@hub.example": 200,
        "nurse@hub.example": 200,
        "admin@hub.example": 404,
    }


def test_a_draft_is_nothing_to_the_hub(client, network):
    pathway = network.draft()
    assert page(client, network.coordinator, pathway).status_code == 404
    assert page(client, network.referrer, pathway).status_code == 200


def test_the_page_asks_the_database_at_most_25_times(client, network, django_assert_max_num_queries):
    pathway = network.infused()
    client.force_login(network.coordinator)
    with django_assert_max_num_queries(25):
        assert page_again(client, pathway).status_code == 200


def page_again(client, pathway):
    return client.get(reverse("timeline:pathway", args=[pathway.pk]))

"""A second course of the same patient: who of the first one sees it."""

import pytest
from django.urls import reverse

from patients.eligibility import actions as eligibility
from patients.eligibility.rules import Said
from patients.identity.models import CareLink
from patients.pathway.models import Pathway
from patients.referral import actions
from tests.network import Network, centre, person
from tests.referral.asking import taken_on_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def net() -> Network:
    return Network()


@pytest.fixture
def courses(net) -> tuple[Pathway, Pathway]:
    """The first hub decided against; the patient is referred to a second one."""
    first = taken_on_course(net)
    board = first.milestones.get(what="taken_on").actual_on
    said = Said("not_eligible", "r", "d", board, grounds=("not_in_indication",), instead="x")
    eligibility.decide(pathway=first, said=said, by=net.haematologist)
    net.second_hub = centre("hub2")
    net.second = person("c@hub2.example", ("hub_coordinator", net.second_hub))
    second = actions.draft(
        by=net.referrer,
        centre=net.spoke,
        hub=net.second_hub,
        person=actions.Person("Orsini", "Mauro"),
        answers=actions.Answers("lbcl", None, 2, "1", 14, "347", actions.rules.QUESTIONS),
        patient=first.patient,
    )
    return first, second


def seen(client, user, pathway) -> int:
    client.force_login(user)
    return client.get(reverse("referral:dossier", args=[pathway.pk])).status_code


def test_the_first_hub_reads_its_own_course_and_nothing_of_the_second(client, net, courses):
    first, second = courses
    assert (seen(client, net.coordinator, first), seen(client, net.coordinator, second)) == (200, 404)
    actions.send(pathway=second, by=net.referrer)
    assert (seen(client, net.coordinator, first), seen(client, net.coordinator, second)) == (200, 404)


def test_the_second_hub_sees_its_own_course_once_it_is_sent(client, net, courses):
    first, second = courses
    assert (seen(client, net.second, first), seen(client, net.second, second)) == (404, 404)
    actions.send(pathway=second, by=net.referrer)
    assert seen(client, net.second, second) == 200


def test_the_referrer_sees_both(client, net, courses):
    assert [seen(client, net.referrer, course) for course in courses] == [200, 200]
    assert CareLink.objects.filter(kind="referring").count() == 1

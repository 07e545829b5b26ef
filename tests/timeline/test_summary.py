"""The summary to print: what stands on it, for whom, and that each look is logged."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.models import AccessEntry
from patients.disease.models import TherapyLine
from patients.identity import links
from tests.network import SYSTEM, Network, centre, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return Network()


def summary(client, user, pathway):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.get(reverse("timeline:summary", args=[pathway.pk]))


def test_it_holds_dates_next_steps_and_numbers_to_ring_and_is_logged(client, network):
    pathway = network.infused(1, "Donati", "Paolo", days_ago=4)
    page = summary(client, network.coordinator, pathway)
    dates = {row.what: (row.planned, row.actual) for row in page.context["summary"].dates}
    day_0 = clock.today("Europe/Rome") - timedelta(days=4)
    assert dates["Infusion"] == ("", f"{day_0:%d/%m/%Y}")
    assert page.context["steps"][0].code == "watch_toxicity"
    entry = AccessEntry.objects.get(what="timeline:summary")
    assert (entry.by_id, entry.patient_ids) == (network.coordinator.pk, [pathway.patient_id])


def test_lines_stand_on_it_for_readers_of_the_dossier_alone_and_what_is_unknown_says_so(client, network):
    pathway = network.infused(1, "Donati", "Paolo", days_ago=4)
    with act(by=SYSTEM, why="test"):
        TherapyLine.objects.create(patient=pathway.patient, disease="lbcl", number=1, regimen="R-CHOP")
    lines = [
        [(line.number, line.regimen, line.when, line.response) for line in page.context["summary"].lines]
        for page in (summary(client, user, pathway) for user in (network.coordinator, network.nurse))
    ]
    assert lines == [[(1, "R-CHOP", "dates not known", "response not known")], []]


def test_whose_care_ended_prints_it_as_it_stood_and_strangers_find_nothing(client, network):
    pathway = network.sent(1, "Orsini", "Mauro", days_ago=6)
    with act(by=network.coordinator, why="advised against"):
        links.end_links(patient=pathway.patient, kind="hub", reads_past=True)
    former = summary(client, network.coordinator, pathway)
    assert (former.status_code, former.context["steps"], former.context["summary"].lines) == (200, [], [])
    assert "care ended" in former.content.decode()
    stranger = person("coordinator@hub2.example", ("hub_coordinator", centre("hub2")))
    assert summary(client, stranger, pathway).status_code == 404

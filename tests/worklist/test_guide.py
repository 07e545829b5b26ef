"""Help: a page per reader, opened at one's own, whose links lead where that reader may go."""

import pytest
from django.urls import reverse

from patients.worklist.guide import GUIDES, NAMES
from tests.network import Network, person


@pytest.fixture
def network(db, prepared):
    return prepared


def test_every_reader_has_a_guide_with_tasks_and_answers():
    assert list(GUIDES) == list(NAMES) == ["coordinator", "referrer", "nurse", "administrator"]
    for guide in GUIDES.values():
        assert len(guide.tasks) >= 7
        assert all(task.steps for task in guide.tasks)
        questions = [str(task.question) for task in guide.tasks]
        assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("reader", GUIDES)
@pytest.mark.prepared(by=Network)
def test_the_frame_leads_to_ones_own_help_and_its_links_open(client, network, reader):
    user = {
        "coordinator": network.coordinator,
        "referrer": network.referrer,
        "nurse": network.nurse,
        "administrator": network.administrator,
    }[reader]
    client.force_login(user)
    address = reverse("worklist:help", args=[reader])
    page = client.get(address)
    assert f'href="{address}"' in page.content.decode()
    assert page.context["own"] is True
    for task in GUIDES[reader].tasks:
        if task.url_name:
            assert f'href="{reverse(task.url_name)}"' in page.content.decode()
            assert client.get(reverse(task.url_name), follow=True).status_code == 200, task.url_name


@pytest.mark.prepared(by=Network)
def test_anothers_help_may_be_read_without_its_links(client, network):
    client.force_login(network.nurse)
    page = client.get(reverse("worklist:help", args=["referrer"]))
    assert (page.status_code, page.context["own"]) == (200, False)
    assert "btn btn-quiet" not in page.content.decode().split("cp-guide")[1]
    assert client.get(reverse("worklist:help", args=["nobody"])).status_code == 404


def test_a_person_without_a_role_finds_help_too(client, db):
    client.force_login(person("new@hub.example"))
    assert client.get(reverse("worklist:help", args=["coordinator"])).status_code == 200

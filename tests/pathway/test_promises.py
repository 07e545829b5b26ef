"""A hub's own promises stand before everybody's; open steps follow, done ones stay."""

import pytest
from django.urls import reverse

from patients.pathway import promises
from patients.pathway.models import Promise, Step
from patients.pathway.promises import Length
from tests.network import Network, centre

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def network(prepared):
    return prepared


def test_a_changed_promise_moves_the_open_steps_of_this_hub_alone(network):
    network.sent(1)
    step = Step.objects.get(code="answer_referral")
    before = step.due_at
    sent = Step.objects.get(code="send_referral")
    other = centre("hub2")
    given = promises.lengths(network.hub) | {"referral_answer": Length(5, True)}
    assert promises.change(hub=network.hub, given=given, by=network.coordinator, why="Ferie") == 1
    step.refresh_from_db()
    assert step.due_at > before
    assert Step.objects.get(pk=sent.pk).due_at == sent.due_at  # done: it stays
    assert promises.lengths(network.hub)["referral_answer"] == Length(5, True)
    assert promises.lengths(other)["referral_answer"] == Length(1, True)


def test_what_equals_everybodys_needs_no_row_of_the_hub(network):
    usual = promises.lengths(network.hub)
    for given, rows in ((usual | {"board": Length(10, False)}, ["board"]), (usual, [])):
        promises.change(hub=network.hub, given=given, by=network.coordinator, why="prova")
        assert [row.code for row in Promise.objects.filter(centre=network.hub)] == rows


def typed(page, **changes):
    form = page.context["form"]
    return {name: form.initial.get(name, "") for name in form.fields} | {
        "token": page.context["token"],
        "why": "Due persone in meno",
        **changes,
    }


def test_the_page_saves_and_refuses_beside_the_field(client, network):
    client.force_login(network.administrator)
    client.cookies["django_language"] = "en"
    address = reverse("reminders:promises", args=[network.hub.pk])
    page = client.get(address)
    assert "usual: 7 days" in page.content.decode()
    wrong = client.post(address, typed(page, days_board="500"))
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["days_board"])
    assert client.post(address, typed(page, days_board="10")).status_code == 302
    assert promises.lengths(network.hub)["board"] == Length(10, False)


def test_two_tabs_show_both_figures_and_lose_none(client, network):
    client.force_login(network.coordinator)
    address = reverse("reminders:promises", args=[network.hub.pk])
    first, second = client.get(address), client.get(address)
    client.post(address, typed(first, days_board="10"))
    answer = client.post(address, typed(second, days_board="12"))
    assert answer.status_code == 409
    assert [(one.stands, one.typed) for one in answer.context["conflict"]] == [(10, 12)]
    assert promises.lengths(network.hub)["board"] == Length(10, False)

"""Hold, resume, close and death on their pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.audit import clock
from patients.audit.refusals import Refused
from patients.exchange import positions
from patients.exchange.under_way import bring_in
from patients.followup import actions as followup
from patients.pathway import actions
from patients.pathway.forms import reasons_for
from patients.pathway.models import Death, Pathway
from tests.exchange.telling import ago, course
from tests.network import Network
from tests.referral.asking import post, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def net(prepared):
    return prepared


@pytest.fixture
def pathway(net) -> Pathway:
    return net.sent()


@pytest.fixture
def coordinator(client, net):
    client.force_login(net.coordinator)
    return client


def url(name, pathway) -> str:
    return reverse(f"pathway:{name}", args=[pathway.pk])


def day(net, days: int = 0) -> str:
    return f"{clock.today(net.hub.timezone) + timedelta(days=days):%d/%m/%Y}"


def fresh(pathway) -> Pathway:
    return Pathway.objects.select_related("patient").get(pk=pathway.pk)


def test_hold_needs_a_reason_and_resume_takes_up_again(coordinator, net, pathway):
    page = post(coordinator, url("hold", pathway), reason="  ")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason"])
    assert post(coordinator, url("hold", pathway), reason="polmonite").status_code == 302
    held = fresh(pathway)
    assert (held.status, held.hold_reason, held.held_since) == (
        "on_hold",
        "polmonite",
        clock.today(net.hub.timezone),
    )
    assert "polmonite" in coordinator.get(url("resume", pathway)).content.decode()
    assert post(coordinator, url("resume", pathway)).status_code == 302
    assert (fresh(pathway).status, fresh(pathway).held_since) == ("open", None)


def test_what_is_not_on_hold_is_not_taken_up_again(coordinator, pathway):
    page = post(coordinator, url("resume", pathway))
    assert (page.status_code, len(page.context["form"].non_field_errors())) == (422, 1)


def test_close_takes_a_coded_reason_and_a_day_not_after_today(coordinator, net, pathway):
    page = post(coordinator, url("close", pathway), exit_reason="", closed_on=day(net, 1), note="resta scritto")
    assert (page.status_code, sorted(page.context["form"].errors)) == (422, ["closed_on", "exit_reason"])
    assert "resta scritto" in page.content.decode()
    post(coordinator, url("close", pathway), exit_reason="patient_refusal", note="ha deciso di no")
    closed = fresh(pathway)
    assert (closed.status, closed.exit_reason, closed.closed_on, closed.exit_note) == (
        "closed",
        "patient_refusal",
        clock.today(net.hub.timezone),
        "ha deciso di no",
    )
    assert not closed.steps.filter(done_at__isnull=True, dropped_at__isnull=True).exists()


def test_the_longest_note_is_kept_and_one_more_letter_refused(coordinator, net, pathway):
    page = post(coordinator, url("close", pathway), exit_reason="lost", note="n" * 401)
    assert list(page.context["form"].errors) == ["note"]
    post(coordinator, url("close", pathway), exit_reason="lost", note="n" * 400)
    assert fresh(pathway).exit_note == "n" * 400


@pytest.mark.parametrize("reason", ["completed", "death_before_infusion", "imported"])
def test_reasons_that_are_nobodys_choice_now_are_not_offered(coordinator, pathway, reason):
    page = post(coordinator, url("close", pathway), exit_reason=reason)
    assert list(page.context["form"].errors) == ["exit_reason"]


def test_a_death_closes_what_is_open(coordinator, net, pathway):
    page = post(coordinator, url("death", pathway), died_on=day(net, 1))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["died_on"])
    told = {"cause": "progression", "note": "progressione"}
    assert post(coordinator, url("death", pathway), died_on=day(net), **told).status_code == 302
    assert Death.objects.values_list("cause", flat=True).get() == "progression"
    closed = fresh(pathway)
    assert (closed.status, closed.exit_reason) == ("closed", "death_before_infusion")
    assert closed.patient.died_on == clock.today(net.hub.timezone)
    page = post(coordinator, url("death", pathway), died_on=day(net))
    assert list(page.context["form"].errors) == ["died_on"]


@pytest.mark.parametrize("died_on", ["03/02/1950", "31/02/2026", "", "ieri"])
def test_a_death_on_an_impossible_day_is_refused_beside_its_field(coordinator, pathway, died_on):
    page = post(coordinator, url("death", pathway), died_on=died_on)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["died_on"])
    assert fresh(pathway).patient.died_on is None


def test_a_death_before_the_last_fact_is_refused(coordinator, net):
    pathway = net.infused(days_ago=4)
    page = post(coordinator, url("death", pathway), died_on=day(net, -5))
    assert list(page.context["form"].errors) == ["died_on"]
    post(coordinator, url("death", pathway), died_on=day(net, -4))
    assert fresh(pathway).exit_reason == "death_after_infusion"


def test_a_death_is_learned_of_after_the_office_went_on(coordinator, net, pathway):
    assert post(coordinator, url("death", pathway), died_on=day(net, -3)).status_code == 302


def test_the_death_of_a_draft_closes_it(client, net):
    draft = net.draft(2)
    client.force_login(net.referrer)
    assert post(client, url("death", draft), died_on=day(net)).status_code == 302
    assert (fresh(draft).status, fresh(draft).exit_reason) == ("closed", "death_before_infusion")


def test_a_double_click_and_a_stale_page(coordinator, pathway):
    key, stale = token(coordinator, url("hold", pathway)), token(coordinator, url("close", pathway))
    said = {"reason": "febbre", "token": key}
    assert [coordinator.post(url("hold", pathway), said).status_code for _ in range(2)] == [302, 302]
    page = coordinator.post(url("close", pathway), {"exit_reason": "lost", "token": stale})
    assert page.status_code == 409
    assert fresh(pathway).status == "on_hold"


def test_a_session_that_expired_keeps_the_text_for_its_writer_alone(client, net, pathway):
    client.force_login(net.coordinator)
    said = {"reason": "polmonite a destra", "token": token(client, url("hold", pathway))}
    client.logout()
    assert client.post(url("hold", pathway), said).status_code == 302
    assert fresh(pathway).status == "open"
    client.force_login(net.haematologist)
    assert "polmonite a destra" not in client.get(url("hold", pathway)).content.decode()
    client.force_login(net.coordinator)
    page = client.get(url("hold", pathway))
    assert (page.context["came_back"], "polmonite a destra" in page.content.decode()) == (True, True)


def test_a_form_opened_on_another_patient_is_refused(coordinator, net, pathway):
    other = net.sent(2)
    key = token(coordinator, url("death", pathway))
    assert coordinator.post(url("death", other), {"died_on": day(net), "token": key}).status_code == 400
    assert fresh(other).patient.died_on is None


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        ("referrer", "hold", 403),
        ("referrer", "resume", 403),
        ("referrer", "close", 200),
        ("referrer", "death", 200),
        ("haematologist", "hold", 200),
        ("haematologist", "close", 200),
        ("nurse", "hold", 404),
        ("nurse", "death", 404),
        ("administrator", "close", 404),
    ],
)
def test_who_may(client, net, pathway, who, name, status):
    client.force_login(getattr(net, who))
    assert client.get(url(name, pathway)).status_code == status


@pytest.mark.parametrize("name", ["hold", "resume", "close", "death"])
def test_a_ward_nurse_neither_holds_nor_closes_nor_records_a_death(client, net, name):
    pathway = net.infused(3)
    client.force_login(net.nurse)
    assert client.get(url(name, pathway)).status_code == 403
    assert client.post(url(name, pathway), {"died_on": day(net)}).status_code == 403


# docs/clinical-reference.md 9, in its order; deaths and imports close by themselves.
EXITS = {
    "not_in_indication",
    "decision_against",
    "patient_refusal",
    "progression_before_apheresis",
    "apheresis_failure",
    "manufacturing_failure",
    "worsening_in_waiting",
    "infection",
    "organ_toxicity",
    "response_after_bridging",
    "other_therapy",
    "second_cancer",
    "lost",
    "transfer",
    "completed",
}


@pytest.mark.parametrize("position", positions.ORDER)
def test_at_every_stage_a_pathway_ends_by_a_coded_reason_and_leaves_nothing_open(net, position):
    made = bring_in(hub=net.hub, told=course(net, position), by=net.coordinator)
    offered = set(reasons_for(made))
    too_early = set() if position in ("toxicity", "followup") else {"completed"}
    collected = positions.ORDER.index(position) >= positions.ORDER.index("manufacturing")
    too_late = {"progression_before_apheresis"} if collected else set()
    assert offered == EXITS - too_late - too_early
    actions.close(pathway=made, exit_reason=sorted(offered)[0], by=net.coordinator, note="")
    closed = fresh(made)
    assert (closed.status, closed.exit_reason) == ("closed", sorted(offered)[0])
    assert not closed.steps.filter(done_at__isnull=True, dropped_at__isnull=True).exists()
    assert not closed.entries.filter(ended_on__isnull=True, superseded=False).exists()
    assert not closed.reminders.filter(state__in=["planned", "acknowledged"]).exists()


def test_an_offer_of_follow_up_cannot_be_taken_once_the_pathway_is_closed(net):
    told = course(net, "followup", infusion=100, pet_30=70)
    pathway = bring_in(hub=net.hub, told=told, by=net.coordinator)
    followup.hand_over(pathway=pathway, from_on=ago(net, 0), note="", by=net.haematologist)
    actions.close(pathway=pathway, exit_reason="lost", on=ago(net, 0), by=net.coordinator)
    with pytest.raises(Refused, match="not_open"):
        followup.answer_hand_over(pathway=pathway, takes=True, by=net.referrer)
    assert not pathway.milestones.happened().filter(what="handed_over").exists()

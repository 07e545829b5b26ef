"""A corrected day moves what is open and keeps what was done; an impossible order is refused by form and database."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from patients.apheresis.actions import collection
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.clinical.days import PartialDate
from patients.exchange.under_way import bring_in
from patients.followup import actions as followup
from patients.identity.models import CareLink
from patients.infusion.rules import ward_ends
from patients.manufacturing import actions as manufacturing
from patients.manufacturing.actions import standing_lot
from patients.pathway import corrections, steps
from patients.pathway.models import Milestone, Pathway
from tests.course import Course, released
from tests.exchange.telling import ago, course, on
from tests.forms import send, token
from tests.network import Network


def shipped() -> Course:
    return Course().shipped()


pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def net(prepared) -> Network:
    return prepared


def url(pathway) -> str:
    return reverse("pathway:correct", args=[pathway.pk])


def written(day) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.mark.prepared(by=released)
def test_what_is_open_moves_and_what_was_done_stays(client, prepared):
    made = prepared
    pathway, before = made.pathway, made.pathway.steps.get(has_ball=True)
    assert before.code == "receive_product"
    done = list(pathway.steps.filter(done_at__isnull=False).values_list("pk", "done_at", "done_by"))
    client.force_login(made.coordinator)
    typed = {
        "apheresis": written(made.ago(51)),
        "shipped": written(made.ago(50)),
        "released": written(made.ago(10)),
        "why": "data della sacca letta male",
    }
    assert send(client, url(pathway), **typed).status_code == 302
    assert (collection(pathway).collected_on, standing_lot(pathway).shipped_on) == (made.ago(51), made.ago(50))
    assert standing_lot(pathway).released_on == made.ago(10)
    stays = dict(pathway.entries.filter(superseded=False).values_list("stage", "started_on"))
    assert (stays["apheresis"], stays["manufacturing"]) == (made.ago(51), made.ago(50))
    after = pathway.steps.get(has_ball=True)
    assert (after.pk, after.due_at - before.due_at > timedelta(0)) == (before.pk, True)
    assert list(pathway.steps.filter(done_at__isnull=False).values_list("pk", "done_at", "done_by")) == done


@pytest.mark.prepared(by=released)
def test_an_impossible_order_a_day_ahead_and_no_reason_are_refused_beside_their_fields(client, prepared):
    made = prepared
    client.force_login(made.coordinator)
    days = {"apheresis": made.ago(50), "shipped": made.ago(49), "released": made.ago(14)}
    for changes, wrong in (
        ({"shipped": written(made.ago(51))}, ["shipped"]),
        ({"apheresis": written(made.ago(61))}, ["apheresis"]),  # before the decision
        ({"released": written(made.ago(-1))}, ["released"]),
        ({"released": "06/2026"}, ["released"]),  # recorded here: the day is known
        ({"released": written(made.ago(12)), "why": " "}, ["why"]),
        ({}, []),  # nothing differs
    ):
        typed = {name: written(day) for name, day in days.items()} | {"why": "errore"} | changes
        page = send(client, url(made.pathway), **typed)
        assert page.status_code == 422, changes
        assert [name for name in page.context["form"].errors if name != "__all__"] == wrong, changes
    stand = dict(made.pathway.milestones.values_list("what", "actual_on"))
    assert {name: stand[name] for name in days} == days


def test_days_around_one_that_nobody_knows_keep_their_order(client, net):
    told = course(net, "followup", infusion=PartialDate.in_year(ago(net, 800).year))
    pathway = bring_in(hub=net.hub, told=told, by=net.coordinator)
    client.force_login(net.coordinator)
    typed = {"referral_sent": written(ago(net, 30)), "infusion": str(ago(net, 800).year), "why": "lettera trovata"}
    page = send(client, url(pathway), **typed)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["referral_sent"])
    assert send(client, url(pathway), **typed | {"referral_sent": written(ago(net, 1300))}).status_code == 302


def test_a_day_before_carpath_does_not_lie_after_the_patient_was_brought_in(net):
    pathway = bring_in(hub=net.hub, told=course(net, "ordering"), by=net.coordinator)
    with act(by=net.coordinator, why="test"):
        Pathway.objects.filter(pk=pathway.pk).update(brought_in_on=ago(net, 3))
    with pytest.raises(Refused) as refused:
        corrections.correct_days(pathway=pathway, days={"decided": on(net, 2)}, why="errore", by=net.coordinator)
    assert [(one.field, one.code) for one in refused.value.reasons] == [("decided", "after_bringing_in")]


@pytest.mark.database
@pytest.mark.prepared(by=shipped)
@pytest.mark.parametrize(
    "changes",
    [
        {"actual_on": 51},
        {"actual_on": None, "before_carpath": True, "known_from": 90, "known_to": 80},
    ],
)
def test_the_database_refuses_an_impossible_order_of_exact_and_of_partial_days(prepared, changes):
    made = prepared
    days = {name: made.ago(day) if isinstance(day, int) and day > 1 else day for name, day in changes.items()}
    with pytest.raises(IntegrityError, match="impossible order"), act(by=made.coordinator), transaction.atomic():
        Milestone.objects.filter(pathway=made.pathway, what="shipped").update(**days)


def test_a_month_that_becomes_a_day_sets_day_0_and_all_that_counts_from_it(client, net):
    told = course(net, "followup", infusion=PartialDate(ago(net, 50), ago(net, 20)))
    pathway = bring_in(hub=net.hub, told=told, by=net.coordinator)
    assert (pathway.day_0, pathway.reminders.filter(kind="pet").exists()) == (None, False)
    client.force_login(net.coordinator)
    assert send(client, url(pathway), infusion=written(ago(net, 25)), why="cartella trovata").status_code == 302
    assert Pathway.objects.get(pk=pathway.pk).day_0 == ago(net, 25)
    assert pathway.reminders.get(rule="pet_30").due_on == ago(net, -5)
    assert pathway.entries.get(stage="toxicity").started_on == ago(net, 25)


def test_a_corrected_day_0_of_one_brought_in_moves_the_wards_time(client, net):
    pathway = bring_in(hub=net.hub, told=course(net, "toxicity", infusion=12), by=net.coordinator)
    client.force_login(net.coordinator)
    assert send(client, url(pathway), infusion=written(ago(net, 10)), why="fuso orario").status_code == 302
    ward = CareLink.objects.get(patient=pathway.patient, kind="ward")
    assert ward.ends_at == ward_ends(ago(net, 10), net.hub.timezone)
    assert pathway.milestones.get(what="infusion").day == on(net, 10).earliest


def test_two_tabs_show_both_versions_and_lose_none(client, net):
    pathway = bring_in(hub=net.hub, told=course(net, "toxicity", infusion=12), by=net.coordinator)
    client.force_login(net.coordinator)
    stale = token(client, url(pathway))
    assert send(client, url(pathway), infusion=written(ago(net, 10)), why="prima scheda").status_code == 302
    page = client.post(url(pathway), {"token": stale, "infusion": written(ago(net, 11)), "why": "seconda"})
    assert page.status_code == 409
    both = [(one.stands, one.typed) for one in page.context["conflict"]]
    assert both == [(written(ago(net, 10)), written(ago(net, 11)))]
    assert clock.today(net.hub.timezone) - timedelta(days=10) == Pathway.objects.get(pk=pathway.pk).day_0


def test_of_an_unknown_infusion_its_day_alone_is_asked_for_and_plans_follow_once_it_is_known(client, net):
    """Nothing is late or due by a day that nobody knows; restagings that were over by then are passed, none is late."""
    pathway = bring_in(hub=net.hub, told=course(net, "followup"), by=net.coordinator)

    def standing():
        now = clock.now()
        found = pathway.steps.filter(done_at__isnull=True, dropped_at__isnull=True).exclude(code__in=steps.PAPERWORK)
        return {row.code: (row.has_ball, row.due_at < now) for row in found}, sorted(
            pathway.milestones.happened().filter(what__startswith="pet_").values_list("what", flat=True)
        )

    def learn(day: str) -> None:
        assert send(client, url(pathway), infusion=day, why="lettera di dimissione").status_code == 302

    ask = {"learn_infusion_day": (True, False)}
    assert standing() == (ask, [])
    assert not pathway.reminders.exclude(kind="step").exists()
    client.force_login(net.coordinator)
    assert url(pathway) in client.get(reverse("timeline:pathway", args=[pathway.pk])).content.decode()

    learn(str(ago(net, 800).year))
    assert standing() == (ask | {"follow_up": (False, False)}, ["pet_180", "pet_30", "pet_365", "pet_90"])
    learn(written(ago(net, 95)))
    assert standing() == ({"follow_up": (True, False)}, ["pet_30", "pet_90"])
    assert pathway.milestones.get(what="next_follow_up").planned_on == ago(net, -5)
    assert not pathway.steps.filter(code="learn_infusion_day", done_at__isnull=True).exists()


def test_follow_up_is_recorded_though_only_the_year_of_the_infusion_is_known(client, net):
    told = course(net, "followup", infusion=PartialDate.in_year(ago(net, 800).year))
    pathway = bring_in(hub=net.hub, told=told, by=net.coordinator)
    early = date(ago(net, 800).year - 1, 12, 31)
    with pytest.raises(Refused, match="before_infusion"):
        followup.visit(pathway=pathway, done_on=early, where="hub", note="", by=net.haematologist)
    followup.visit(pathway=pathway, done_on=ago(net, 3), where="hub", note="Sta bene.", by=net.haematologist)
    client.force_login(net.haematologist)
    page = client.get(reverse("followup:course", args=[pathway.pk]))
    assert [one["day"] for one in page.context["course"].visits] == [None]
    assert page.context["day_not_known"] is True


def test_a_start_after_the_bound_of_an_unknown_end_moves_the_bound(net):
    """Brought in with cells that failed: what bounded the referral's end counts no more."""
    pathway = bring_in(hub=net.hub, told=course(net, "manufacturing"), by=net.coordinator)
    today = ago(net, 0)
    manufacturing.fail(pathway=pathway, on=today, fault="contaminata", try_again=True, by=net.haematologist)
    corrections.correct_days(pathway=pathway, days={"referral_sent": today}, why="lettera", by=net.coordinator)
    stay = pathway.entries.get(stage="referral", superseded=False)
    assert (stay.started_on, stay.ended_on) == (today, today)

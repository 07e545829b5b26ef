"""Deciding on the page: who may, what is refused, what follows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.audit import clock
from patients.eligibility import actions
from patients.eligibility.models import Decision, ItemAnswer
from patients.pathway.models import Pathway
from tests.network import Network
from tests.referral import asking
from tests.referral.asking import post, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=asking.taken_on)]


@pytest.fixture
def net(prepared) -> Network:
    return prepared[0]


@pytest.fixture
def taken_on(prepared) -> Pathway:
    return prepared[1]


def today(net) -> str:
    return f"{clock.today(net.hub.timezone):%d/%m/%Y}"


def decide(client, net, pathway, **typed):
    said = {"reason": "Beneficio oltre il rischio", "deciders": "Neri, Bassi", "board_on": today(net)} | typed
    return post(client, reverse("eligibility:decide", args=[pathway.pk]), **said)


@pytest.fixture
def haematologist(client, net):
    client.force_login(net.haematologist)
    return client


def test_eligible_sets_the_product_ends_the_stage_and_moves_the_ball(haematologist, net, taken_on):
    assert decide(haematologist, net, taken_on, kind="eligible", product="axi-cel").status_code == 302
    taken_on.refresh_from_db()
    assert taken_on.product_id == "axi-cel"
    assert taken_on.entries.get(stage="eligibility").ended_on == clock.today(net.hub.timezone)
    assert taken_on.steps.get(has_ball=True).code == "place_order"
    assert Decision.objects.get().by == net.haematologist


@pytest.mark.parametrize("grounds", [["age"], ["comorbidity"], ["age", "comorbidity"]])
def test_a_refusal_by_age_or_comorbidity_alone_is_refused_and_the_text_stays(haematologist, net, taken_on, grounds):
    page = decide(haematologist, net, taken_on, kind="not_eligible", grounds=grounds, instead="R-GemOx", reason="82 a")
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["grounds"]
    assert "82 a" in page.content.decode()
    assert Decision.objects.count() == 0


def test_not_eligible_closes_with_a_coded_reason_and_the_hub_keeps_reading(haematologist, net, taken_on):
    decide(haematologist, net, taken_on, kind="not_eligible", grounds=["active_infection", "age"], instead="cura")
    taken_on.refresh_from_db()
    assert (taken_on.status, taken_on.exit_reason) == ("closed", "infection")
    assert haematologist.get(reverse("referral:dossier", args=[taken_on.pk])).status_code == 200
    assert haematologist.get(reverse("eligibility:decide", args=[taken_on.pk])).status_code == 403


def test_deferred_keeps_the_step_open_until_its_day_and_a_later_decision_follows(haematologist, net, taken_on):
    day = clock.today(net.hub.timezone) + timedelta(days=9)
    decide(haematologist, net, taken_on, kind="deferred", reassess_on=f"{day:%d/%m/%Y}")
    step = taken_on.steps.get(has_ball=True)
    assert (step.code, clock.local(step.due_at, net.hub.timezone).date()) == ("decide_eligibility", day)
    decide(haematologist, net, taken_on, kind="eligible", product="liso-cel")
    assert [one.kind for one in Decision.objects.order_by("at")] == ["deferred", "eligible"]
    assert taken_on.steps.get(has_ball=True).code == "place_order"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "eligible"}, "product"),
        ({"kind": "eligible", "product": "axi-cel", "reason": " "}, "reason"),
        ({"kind": "eligible", "product": "axi-cel", "deciders": ""}, "deciders"),
        ({"kind": "eligible", "product": "axi-cel", "board_on": "31/02/2026"}, "board_on"),
        ({"kind": "eligible", "product": "axi-cel", "board_on": "01/01/2999"}, "board_on"),
        ({"kind": "eligible", "product": "axi-cel", "board_on": "01/01/2020"}, "board_on"),
        ({"kind": "deferred"}, "reassess_on"),
        ({"kind": "not_eligible", "grounds": ["other"]}, "instead"),
    ],
)
def test_bad_input_is_refused_beside_its_field(haematologist, net, taken_on, typed, field):
    page = decide(haematologist, net, taken_on, **typed)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]


def test_a_decision_taken_meanwhile_is_a_conflict(haematologist, net, taken_on):
    url = reverse("eligibility:decide", args=[taken_on.pk])
    key = token(haematologist, url)
    decide(haematologist, net, taken_on, kind="eligible", product="axi-cel")
    said = {"kind": "eligible", "product": "liso-cel", "reason": "x", "deciders": "y", "board_on": today(net)}
    page = haematologist.post(url, said | {"token": key})
    assert page.status_code == 409
    assert Decision.objects.count() == 1


def test_a_double_click_decides_once(haematologist, net, taken_on):
    url = reverse("eligibility:decide", args=[taken_on.pk])
    said = {"kind": "eligible", "product": "axi-cel", "reason": "x", "deciders": "y", "board_on": today(net)}
    said["token"] = token(haematologist, url)
    assert [haematologist.post(url, said).status_code for _ in range(2)] == [302, 302]
    assert Decision.objects.count() == 1


# ── items ────────────────────────────────────────────────────────────────────────────────────────────────────────


def items(net, pathway, group: str = "fitness") -> str:
    return reverse("eligibility:items", args=[pathway.pk, group])


def test_items_are_recorded_with_value_day_and_source_and_only_what_changed_is_written_again(client, net, taken_on):
    client.force_login(net.coordinator)
    typed = {"lvef": "yes", "lvef_value": "58", "lvef_on": today(net), "lvef_source": "eco", "spo2": "unknown"}
    assert post(client, items(net, taken_on), **typed).status_code == 302
    assert {row.item: (row.answer, row.value, row.source) for row in ItemAnswer.objects.all()} == {
        "lvef": (True, 58, "eco"),
        "spo2": (None, None, ""),
    }
    post(client, items(net, taken_on), **typed | {"lvef_value": "38"})
    assert ItemAnswer.objects.count() == 3
    assert {code: flag for code, flag in actions.flags(taken_on).items() if flag != "not_known"} == {
        "ecog": "no_reservation",  # these two were told when asking early
        "relapsed_or_refractory": "no_reservation",
        "lvef": "resolve_first",
    }
    assert actions.answers(taken_on)["lvef"].value == 38


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"lvef": "yes", "lvef_value": "580"}, "lvef_value"),
        ({"lvef": "yes", "lvef_on": "01/01/2999"}, "lvef_on"),
        ({"lvef_value": "58"}, "lvef"),
        ({"lvef": "perhaps"}, "lvef"),
    ],
)
def test_a_wrong_item_is_refused_beside_its_field_and_the_rest_stays(client, net, taken_on, typed, field):
    client.force_login(net.coordinator)
    page = post(client, items(net, taken_on), spo2="no", spo2_source="pulsossimetro", **typed)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert "pulsossimetro" in page.content.decode()
    assert ItemAnswer.objects.count() == 0


def test_an_absolute_no_asks_for_conditions_and_unknown_excludes_nothing(haematologist, net, taken_on):
    post(haematologist, items(net, taken_on, "illness"), no_gvhd="no", infection_controlled="unknown")
    page = decide(haematologist, net, taken_on, kind="eligible", product="axi-cel")
    assert list(page.context["form"].errors) == ["conditions"]
    done = decide(
        haematologist, net, taken_on, kind="eligible", product="axi-cel", conditions="GvHD spenta", decider="Neri"
    )
    assert done.status_code == 302
    made = Decision.objects.get()
    assert (made.conditions, made.decider, made.deciders) == ("GvHD spenta", "Neri", "Neri, Bassi")


def test_who_decides_is_who_writes_it_down_where_nobody_else_is_named(haematologist, net, taken_on):
    decide(haematologist, net, taken_on, kind="eligible", product="axi-cel")
    assert Decision.objects.get().decider == net.haematologist.get_full_name()


@pytest.mark.parametrize(("who", "status"), [("coordinator", 403), ("referrer", 403), ("nurse", 404)])
def test_only_the_hub_haematologist_decides(client, net, taken_on, who, status):
    client.force_login(getattr(net, who))
    url = reverse("eligibility:decide", args=[taken_on.pk])
    assert client.get(url).status_code == status
    assert client.post(url, {"kind": "eligible"}).status_code == status
    assert Decision.objects.count() == 0

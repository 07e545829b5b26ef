"""The order and its slot on the page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.audit import clock
from patients.identity.models import CareLink
from patients.ordering.models import Order, RegistryForm
from patients.pathway.models import Pathway
from tests.network import Network
from tests.referral import asking
from tests.referral.asking import eligible_course, post, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=asking.taken_on)]


@pytest.fixture
def net(prepared) -> Network:
    return prepared[0]


@pytest.fixture
def taken_on(prepared) -> Pathway:
    return prepared[1]


@pytest.fixture
def eligible(net, taken_on) -> Pathway:
    return eligible_course(net, taken_on)


@pytest.fixture
def coordinator(client, net):
    client.force_login(net.coordinator)
    return client


def day(net, days: int) -> str:
    return f"{clock.today(net.hub.timezone) + timedelta(days=days):%d/%m/%Y}"


def order(client, net, pathway, **typed):
    said = {"order_number": "KITE-77", "ordered_on": day(net, 0)} | typed
    return post(client, reverse("ordering:order", args=[pathway.pk]), **said)


def slot(net, **days) -> dict:
    given = {"slot_confirmed_on": 0, "apheresis_on": 7, "shipment_on": 8, "release_on": 31, "infusion_on": 40} | days
    return {name: day(net, number) for name, number in given.items() if number is not None}


def test_order_then_slot_plan_the_days_and_move_the_ball(coordinator, net, eligible):
    assert order(coordinator, net, eligible).status_code == 302
    assert eligible.steps.get(has_ball=True).code == "confirm_slot"
    assert order(coordinator, net, eligible, **slot(net)).status_code == 302
    today = clock.today(net.hub.timezone)
    planned = dict(eligible.milestones.filter(planned_on__isnull=False).values_list("what", "planned_on"))
    assert planned == {
        "apheresis": today + timedelta(days=7),
        "shipped": today + timedelta(days=8),
        "released": today + timedelta(days=31),
        "infusion": today + timedelta(days=40),
    }
    assert eligible.steps.filter(done_at__isnull=True).get(code="book_apheresis").has_ball
    assert CareLink.objects.get(kind="step").role_id == "apheresis_unit"
    assert Order.objects.get().version == 2


def test_the_planned_length_is_said_against_the_target(coordinator, net, eligible):
    url = reverse("ordering:order", args=[eligible.pk])
    said = {"order_number": "K", "ordered_on": day(net, 0)} | slot(net, infusion_on=40)
    coordinator.cookies["django_language"] = "en"
    answer = coordinator.post(url, said | {"token": token(coordinator, url)}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "Vein-to-vein: 33 days, over the target, within the limit."
    ]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"order_number": ""}, "order_number"),
        ({"ordered_on": "x"}, "ordered_on"),
        ({"ordered_on": "01/01/2999"}, "ordered_on"),
        ({"ordered_on": "01/01/2020"}, "ordered_on"),
        ({"apheresis_on": "01/12/2999"}, "slot_confirmed_on"),
    ],
)
def test_bad_input_is_refused_beside_its_field(coordinator, net, eligible, typed, field):
    page = order(coordinator, net, eligible, **typed)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert Order.objects.count() == 0


def test_a_shipment_before_the_apheresis_is_refused(coordinator, net, eligible):
    page = order(coordinator, net, eligible, **slot(net, shipment_on=6))
    assert list(page.context["form"].errors) == ["shipment_on"]


def test_no_order_before_the_decision(coordinator, net, taken_on):
    page = order(coordinator, net, taken_on)
    assert page.status_code == 422
    assert page.context["form"].non_field_errors()
    assert Order.objects.count() == 0


def test_a_slot_moved_by_two_people_shows_both_versions(coordinator, net, eligible):
    order(coordinator, net, eligible, **slot(net))
    url = reverse("ordering:order", args=[eligible.pk])
    key = token(coordinator, url)
    order(coordinator, net, eligible, **slot(net, release_on=33))
    said = {"order_number": "KITE-77", "ordered_on": day(net, 0)} | slot(net, release_on=35)
    page = coordinator.post(url, said | {"token": key})
    assert page.status_code == 409
    stands = clock.today(net.hub.timezone)
    assert [(one.stands, one.typed) for one in page.context["conflict"]] == [
        tuple(f"{stands + timedelta(days=days):%d/%m/%Y}" for days in (33, 35))
    ]


def test_the_pharmacy_is_told_with_day_and_person(coordinator, net, eligible):
    page = order(coordinator, net, eligible, pharmacy_informed="Elisa Monti")
    assert list(page.context["form"].errors) == ["pharmacy_informed_on"]
    told = {"pharmacy_informed": "Elisa Monti", "pharmacy_informed_on": day(net, 0)}
    assert order(coordinator, net, eligible, **told).status_code == 302
    made = Order.objects.get()
    assert (made.pharmacy_informed, made.pharmacy_informed_on) == ("Elisa Monti", clock.today(net.hub.timezone))


# ── the AIFA registry ────────────────────────────────────────────────────────────────────────────────────────────


def file(client, net, pathway, kind: str, **typed):
    said = {"kind": kind, "number": "AIFA-1", "filed_on": day(net, 0)} | typed
    return post(client, reverse("ordering:registry", args=[pathway.pk]), **said)


def open_steps(pathway) -> set[str]:
    return set(pathway.steps.filter(done_at=None, dropped_at=None).values_list("code", flat=True))


def test_the_registrys_forms_are_steps_that_never_have_the_ball(coordinator, net, eligible):
    assert open_steps(eligible) == {"place_order", "registry_eligibility"}
    assert eligible.steps.get(has_ball=True).code == "place_order"
    assert file(coordinator, net, eligible, "eligibility").status_code == 302
    assert open_steps(eligible) == {"place_order"}
    order(coordinator, net, eligible)
    assert open_steps(eligible) == {"confirm_slot", "registry_request"}
    assert eligible.steps.get(has_ball=True).code == "confirm_slot"
    file(coordinator, net, eligible, "eligibility", number="AIFA-2")
    assert {row.kind: row.number for row in RegistryForm.objects.all()} == {"eligibility": "AIFA-2"}


def test_the_outcome_is_filed_more_than_once_and_each_form_is_corrected_by_itself(coordinator, net):
    infused = net.infused(7, "Verdi", "Ines", days_ago=30)
    assert file(coordinator, net, infused, "outcome", number="E-1", filed_on=day(net, -4)).status_code == 302
    twice = file(coordinator, net, infused, "outcome", number=" E-1 ")
    assert (twice.status_code, list(twice.context["form"].errors)) == (422, ["number"])
    assert file(coordinator, net, infused, "outcome", number="E-2").status_code == 302
    second = RegistryForm.objects.get(number="E-2")
    assert file(coordinator, net, infused, str(second.pk), number="E-22", filed_on=day(net, -1)).status_code == 302
    today = clock.today(net.hub.timezone)
    assert [(row.number, row.filed_on) for row in RegistryForm.objects.all()] == [
        ("E-1", today - timedelta(days=4)),
        ("E-22", today - timedelta(days=1)),
    ]
    milestone = infused.milestones.get(what="registry_outcome", superseded=False)
    assert milestone.actual_on == today - timedelta(days=4)


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        ("request", {}, "kind"),
        ("infusion", {}, "kind"),
        ("eligibility", {"number": " "}, "number"),
        ("eligibility", {"filed_on": "01/01/2999"}, "filed_on"),
        ("eligibility", {"filed_on": "01/01/2020"}, "filed_on"),
        ("", {}, "kind"),
    ],
)
def test_a_form_that_cannot_be_is_refused_beside_its_field(coordinator, net, eligible, kind, typed, field):
    page = file(coordinator, net, eligible, kind, **typed)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert RegistryForm.objects.count() == 0


@pytest.mark.parametrize(("who", "status"), [("referrer", 403), ("nurse", 404), ("administrator", 404)])
def test_who_may_not_order(client, net, eligible, who, status):
    client.force_login(getattr(net, who))
    url = reverse("ordering:order", args=[eligible.pk])
    assert client.get(url).status_code == status
    assert client.post(url, {}).status_code == status

"""A course goes on at another hub: the old one reads what it had, the new one has the ball, the referrer stays."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.apheresis import actions as apheresis
from patients.audit import clock
from patients.audit.refusals import Refused
from patients.capacity import actions as capacity
from patients.capacity.models import Booking, Resource
from patients.identity import access
from patients.notices.models import Notice
from patients.pathway import actions, transfers
from patients.pathway.models import Pathway
from patients.reminders.models import Reminder
from patients.toxicity import actions as toxicity
from tests.course import Course, nobody
from tests.forms import send
from tests.network import Network, centre, person

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def net(prepared):
    return prepared


@pytest.fixture
def other(net):
    hub = centre("hub2", name="Altro Hub")
    return {
        "hub": hub,
        "coordinator": person("coordinator@hub2.example", ("hub_coordinator", hub)),
        "nurse": person("nurse@hub2.example", ("nurse", hub)),
    }


def test_the_old_hub_reads_what_it_had_and_writes_nothing_and_the_new_one_has_the_ball(client, net, other):
    pathway = net.infused(days_ago=4)
    toxicity.assess(pathway=pathway, at=clock.now(), facts={"temp_c": 37}, by=net.nurse)
    client.force_login(net.coordinator)
    there = reverse("pathway:transfer", args=[pathway.pk])
    page = send(client, there, hub="", why=" ")
    assert (page.status_code, sorted(page.context["form"].errors)) == (422, ["hub", "why"])
    assert send(client, there, hub=str(other["hub"].pk), why="Si trasferisce dalla figlia.").status_code == 302
    moved = Pathway.objects.get(pk=pathway.pk)
    assert (moved.hub, moved.status, moved.referring_centre, moved.referrer) == (
        other["hub"],
        "open",
        net.spoke,
        net.referrer,
    )
    open_steps = moved.steps.filter(done_at__isnull=True, dropped_at__isnull=True)
    assert set(open_steps.values_list("centre__code", flat=True)) == {"hub2"}
    assert open_steps.filter(has_ball=True).count() == 1
    of_hubs = Reminder.objects.filter(pathway=moved, state="planned").exclude(centre=net.spoke)
    assert set(of_hubs.values_list("centre__code", flat=True)) == {"hub2"}
    # the old hub reads, and writes nothing
    assert client.get(reverse("timeline:pathway", args=[pathway.pk])).status_code == 200
    for name in ("hold", "close", "transfer", "death"):
        assert client.get(reverse(f"pathway:{name}", args=[pathway.pk])).status_code == 403
    client.force_login(net.nurse)
    assert client.get(reverse("toxicity:assess", args=[pathway.pk])).status_code == 404
    # what the new hub writes the old one does not read
    toxicity.assess(pathway=moved, at=clock.now(), facts={"temp_c": 39}, by=other["nurse"])
    client.force_login(net.haematologist)
    sheet = client.get(reverse("toxicity:sheet", args=[pathway.pk])).content.decode()
    assert ("37,0" in sheet, "39,0" in sheet) == (True, False)
    # the new hub sees, its ward too; the referrer as before
    for who, status in ((other["coordinator"], 200), (other["nurse"], 200), (net.referrer, 200)):
        client.force_login(who)
        assert client.get(reverse("timeline:pathway", args=[pathway.pk])).status_code == status
    told = Notice.objects.filter(kind="transferred").values_list("user__email", flat=True)
    assert set(told) == {"coordinator@hub2.example", "referrer@spoke.example"}


def test_the_new_hub_sees_nothing_before_its_link(client, net, other):
    pathway = net.infused(days_ago=4)
    assert not access.may_see(other["coordinator"], pathway.patient_id)
    client.force_login(other["coordinator"])
    assert client.get(reverse("timeline:pathway", args=[pathway.pk])).status_code == 404


def test_a_draft_a_closed_course_and_the_same_hub_are_refused(net, other):
    draft, closed, sent = net.draft(1), net.sent(2), net.sent(3)
    actions.close(pathway=closed, exit_reason="lost", by=net.coordinator)
    for pathway, to, code in (
        (draft, other["hub"], "not_open"),
        (closed, other["hub"], "not_open"),
        (sent, net.hub, "no_other_hub"),
        (sent, net.spoke, "no_other_hub"),
    ):
        with pytest.raises(Refused) as refused:
            transfers.transfer(pathway=pathway, to=to, why="trasloco", by=net.coordinator)
        assert refused.value.reasons[0].code == code


@pytest.mark.prepared(by=nobody)
def test_a_chair_at_the_old_hub_is_given_back_and_the_next_step_is_to_book_one():
    course = Course()
    chair = capacity.add_resource(
        centre=course.hub, kind=Resource.Kind.APHERESIS_CHAIR, name="Poltrona 1", by=course.coordinator
    )
    length = timedelta(hours=4)
    start = capacity.next_free(chair, clock.now() + timedelta(days=3), length)[0]
    apheresis.book(pathway=course.pathway, chair=chair, start=start, end=start + length, by=course.coordinator)
    transfers.transfer(pathway=course.pathway, to=course.world.centres["hub2"], why="trasloco", by=course.coordinator)
    assert not Booking.objects.filter(pathway=course.pathway, cancelled_at__isnull=True).exists()
    holder = course.pathway.steps.get(has_ball=True)
    assert (holder.code, holder.centre.code) == ("book_apheresis", "hub2")

"""Telling what is due: each once, to whom it concerns now, one level after the other until somebody takes care."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from patients.audit.actions import act
from patients.identity import links
from patients.identity.models import CareLink
from patients.notices import sending, words
from patients.notices.models import Delivery, Notice
from patients.reminders.models import ReminderTelling
from tests import world as worlds
from tests.notices import people
from tests.reminders import course
from tests.reminders.course import BY, ROME, infuse, reminder, tick, told

pytestmark = pytest.mark.prepared(by=course.infused)

DAY_0 = date(2026, 3, 1)


@pytest.fixture
def infused(pathway):
    return pathway


def test_a_day_30_pet_that_is_not_recorded_climbs_on_day_30_33_and_36(infused, at):
    steps = [
        ("2026-03-31 05:59", []),
        ("2026-03-31 06:00", [("hub_haematologist", False)]),
        ("2026-04-03 05:59", [("hub_haematologist", False)]),
        ("2026-04-03 06:00", [("hub_haematologist", False), ("hub_coordinator", True)]),
        ("2026-04-06 06:00", [("hub_haematologist", False), ("hub_coordinator", True), ("hub_haematologist", True)]),
        ("2026-05-06 06:00", [("hub_haematologist", False), ("hub_coordinator", True), ("hub_haematologist", True)]),
    ]
    for wall, expected in steps:
        at(wall)
        tick()
        assert told("pet_30") == expected, wall


def test_a_second_sweep_tells_nothing_twice(infused, at):
    at("2026-03-31 06:00")
    tick()
    count = Notice.objects.count()
    assert tick() == 0
    assert Notice.objects.count() == count


def test_a_row_that_is_taken_up_again_is_still_told_once(infused, at):
    at("2026-03-31 06:00")
    tick()
    ReminderTelling.objects.filter(reminder__rule="pet_30", level=0).update(waiting=True, told_at=None)
    tick()
    assert told("pet_30") == [("hub_haematologist", False)]
    assert Delivery.objects.filter(kind="urgent").count() == 0


def test_routine_reminders_go_with_the_mail_of_half_past_seven(infused, at, mailbox):
    at("2026-03-31 06:00")
    tick()
    sending.send_due()
    to_haematologist = "hub_haematologist@hub.example"
    assert [one["Subject"] for one in mailbox.messages if one["To"] == to_haematologist] == []
    at("2026-03-31 07:30")
    sending.send_due()
    assert [one["Subject"] for one in mailbox.messages if one["To"] == to_haematologist] == ["CARPath: i tuoi avvisi"]


def test_the_last_level_is_urgent_and_shows_the_number_to_ring(world, infused, at):
    with act(by=BY):
        hub = world.centres["hub"]
        hub.on_call_phone = "0550001"
        hub.save()
    at("2026-04-06 06:00")
    tick()
    notice = Notice.objects.get(urgent=True, kind="reminder")
    assert (notice.role_id, notice.phone, notice.delivery.kind) == ("hub_haematologist", "0550001", "urgent")
    assert notice.delivery.due_at == datetime(2026, 4, 6, 6, 0, tzinfo=ROME)


def test_an_urgent_telling_makes_no_morning_mail(world, infused, at):
    ReminderTelling.objects.exclude(reminder__rule="pet_30", level=2).update(waiting=False)
    at("2026-04-06 06:00")
    assert tick() == 1
    assert [mail.kind for mail in Delivery.objects.all()] == ["urgent"]


def test_the_notice_says_what_is_missing_and_holds_no_name(infused, at):
    at("2026-03-31 06:00")
    tick()
    notice = Notice.objects.get(params__rule="pet_30")
    assert notice.params == {"rule": "pet_30", "due_on": "2026-03-31"}
    with translation.override("en"):
        assert words.title(notice) == "Restaging PET, day +30"


def test_who_became_responsible_meanwhile_is_told_and_who_left_is_not(world, infused, at):
    old = world.user("hub_haematologist", "hub")
    at("2026-03-20 12:00")
    with act(by=BY):
        old.memberships.update(ends_at=datetime(2026, 3, 20, 12, 0, tzinfo=ROME))
    new = worlds.make_user("hub_haematologist", world.centres["hub"], email="new@hub.example")
    at("2026-03-31 06:00")
    tick()
    assert [notice.user for notice in Notice.objects.filter(params__rule="pet_30")] == [new]


def test_a_deputy_is_told_while_somebody_is_away(world, infused, at):
    owner, deputy = world.user("hub_haematologist", "hub"), world.user("hub_coordinator", "hub")
    people.away(owner, date(2026, 3, 31), date(2026, 3, 31), deputy)
    at("2026-03-31 06:00")
    tick()
    assert [notice.user for notice in Notice.objects.filter(params__rule="pet_30")] == [deputy]


def test_a_deputy_who_may_not_see_the_patient_is_not_told_and_the_next_level_hears_of_it(world, infused, at):
    owner, stranger = world.user("hub_haematologist", "hub"), world.user("hub_coordinator", "hub2")
    people.away(owner, date(2026, 3, 31), date(2026, 3, 31), stranger)
    at("2026-03-31 06:00")
    tick()
    assert told("pet_30") == []
    tick()
    assert told("pet_30") == [("hub_coordinator", True)]


def test_when_nobody_is_left_the_administrator_hears_of_it(world, infused, at):
    at("2026-03-20 12:00")
    with act(by=BY):
        for role in ("hub_haematologist", "hub_coordinator"):
            world.user(role, "hub").memberships.update(ends_at=datetime(2026, 3, 20, 12, 0, tzinfo=ROME))
    at("2026-03-31 06:00")
    for _ in range(3):
        tick()
    assert told("pet_30") == []
    nobody = Notice.objects.get(kind="nobody_to_tell", params__role="hub_haematologist")
    assert (nobody.user, nobody.patient_id) == (world.user("centre_administrator", "hub"), None)


@pytest.mark.prepared(by=course.people)
def test_the_nurses_of_the_ward_are_asked_for_todays_assessment(world, at):
    pathway = worlds.on_the_ward(world)
    infuse(pathway, DAY_0)
    at("2026-03-01 14:00")
    tick()
    assert told("assess_daily") == [("nurse", False)]


def test_a_nurse_without_the_ward_link_is_not_told(infused, at):
    at("2026-03-01 14:00")
    tick()
    assert told("assess_daily") == []


def test_what_belongs_to_the_referrer_is_told_to_the_doctor_who_referred(world, infused, at):
    worlds.make_user("referral_haematologist", world.centres["spoke"], email="colleague@spoke.example")
    at("2026-06-09 06:00")
    tick()
    (notice,) = Notice.objects.filter(params__rule="visit_100")
    assert notice.user == world.user("referral_haematologist", "spoke")


def test_a_muted_installation_tells_nobody(infused, at):
    people.mute()
    at("2026-03-31 06:00")
    assert tick() == 0
    assert told("pet_30") == []


def test_after_a_restore_what_is_more_than_a_day_late_is_held_for_release(world, infused, at):
    people.mute()
    at("2026-04-02 12:00")
    tick()
    people.release()
    tick()
    assert told("pet_30") == []
    assert reminder(infused, "pet_30").tellings.get(level=0).held is True
    assert Notice.objects.get(kind="reminders_held").user == world.user("hub_coordinator", "hub")
    at("2026-04-03 06:00")
    tick()
    assert told("pet_30") == [("hub_coordinator", True)]


@pytest.mark.parametrize(
    ("infused_on", "due"),
    [
        (date(2026, 2, 27), "2026-03-29T04:00:00+00:00"),  # the night in which summer time begins
        (date(2026, 2, 26), "2026-03-28T05:00:00+00:00"),
        (date(2026, 9, 25), "2026-10-25T05:00:00+00:00"),  # the night in which it ends
        (date(2026, 9, 24), "2026-10-24T04:00:00+00:00"),
    ],
)
@pytest.mark.prepared(by=course.people)
def test_a_night_in_which_the_clocks_change_moves_no_reminder(world, at, infused_on, due):
    at(f"{infused_on} 09:00")
    pathway = worlds.sent(world)
    infuse(pathway, infused_on)
    row = reminder(pathway, "pet_30")
    assert row.due_on == infused_on + timedelta(days=30)
    assert row.due_at.isoformat() == due
    moment = datetime.fromisoformat(due)
    at((moment - timedelta(seconds=1)).astimezone(ROME).replace(tzinfo=None).isoformat())
    tick()
    assert told("pet_30") == []
    at(moment.astimezone(ROME).replace(tzinfo=None).isoformat())
    tick()
    assert told("pet_30") == [("hub_haematologist", False)]


def test_two_patients_of_one_person_share_one_morning_mail(world, infused, at):
    second = worlds.sent(world, worlds.make_patient("CP-0002", family_name="Bassi"))
    infuse(second, DAY_0)
    at("2026-03-31 06:00")
    tick()
    haematologist = world.user("hub_haematologist", "hub")
    mails = {notice.delivery_id for notice in Notice.objects.filter(user=haematologist, params__rule="pet_30")}
    assert len(mails) == 1
    assert Notice.objects.filter(user=haematologist, params__rule="pet_30").count() == 2


def test_a_link_that_ended_ends_the_telling(world, infused, at):
    with act(by=BY):
        links.end_links(patient=infused.patient, kind=CareLink.Kind.HUB)
    at("2026-03-31 06:00")
    tick()
    assert told("pet_30") == []

"""Pages of reminders: what waits, what one may do with it, what was mailed, the hub's schedule."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.audit import tokens
from patients.audit.actions import act
from patients.audit.models import AccessEntry
from patients.centres.models import User
from patients.notices import actions as notices
from patients.notices import outbox
from patients.notices.models import Delivery, Notice
from patients.reminders.models import Reminder, ScheduleTemplate
from tests import marks
from tests import world as worlds
from tests.reminders import course
from tests.reminders.course import BY, infuse, reminder, tick

pytestmark = pytest.mark.prepared(by=course.infused)

DAY_0 = date(2026, 3, 1)
LIST = reverse("reminders:list")


@pytest.fixture
def world(world):
    """Everybody reads English."""
    with act(by=BY):
        User.objects.update(language="en")
    return world


@pytest.fixture
def due(world, pathway, at) -> Reminder:
    at("2026-03-31 06:00")
    tick()
    return reminder(pathway, "pet_30")


def titles(answer) -> list[str]:
    return [row.title for row in answer.context["rows"]]


def post(client, name, subject, user, **typed):
    token = tokens.make(subject=subject.pk, user=user.pk, version=0).signed()
    key = "notice_id" if isinstance(subject, Notice) else "reminder_id"
    return client.post(reverse(f"reminders:{name}", kwargs={key: subject.pk}), {"token": token, **typed})


def test_the_list_shows_what_i_was_told_and_marks_it_seen(world, due, at):
    client = world.client("hub_haematologist", "hub")
    answer = client.get(LIST)
    assert "Restaging PET, day +30" in titles(answer)
    assert "D&#x27;Àngelo Anna" in answer.text
    assert Notice.objects.get(about=due.pk).read_at is not None
    assert AccessEntry.objects.filter(what="reminders:list", patient_ids=[due.patient_id]).count() == 1


def test_a_row_says_by_which_rule_it_falls_due_from_which_day_and_its_source(world, due, at):
    client = world.client("hub_haematologist", "hub")
    usual = client.get(LIST).text
    assert ("day +30, in time from +25 to +35<" in usual, "day 0 on 01/03/2026 · reference 6.2<" in usual) == (
        True,
    ) * 2
    row = pet_30()
    with act(by=BY):
        row.pk, row.hub, row.days = uuid4(), world.centres["hub"], 28
        row.save(force_insert=True)
    own = client.get(LIST).text
    assert "day +28, in time from +25 to +35<" in own
    assert "day 0 on 01/03/2026 · this hub’s own, in place of reference 6.2<" in own
    for page in (usual, own):
        assert (marks.faults(page), marks.rules_on(page)) == ([], {"reminder"})


def test_a_notice_of_a_patient_whom_i_no_longer_see_names_nobody(world, due, at):
    from patients.identity import links

    with act(by=BY):
        links.end_links(patient=due.patient, kind="hub")
    answer = world.client("hub_haematologist", "hub").get(LIST)
    assert "Restaging PET, day +30" in titles(answer)
    assert "ngelo" not in answer.text
    assert "You may no longer see this patient." in answer.text


@pytest.mark.prepared(by=course.begun)
def test_my_centres_list_shows_what_is_late_and_due_by_what_my_role_reads(world, pathway, at):
    pathway = worlds.on_the_ward(world, worlds.make_patient("CP-0002", family_name="Bassi"))
    infuse(pathway, DAY_0)
    at("2026-03-31 12:00")
    seen = {
        role: titles(world.client(role, "hub").get(LIST, {"list": "centre"}))
        for role in ("hub_coordinator", "nurse", "pharmacist")
    }
    assert "Restaging PET, day +30" in seen["hub_coordinator"]
    assert "Restaging PET, day +30" not in seen["nurse"]
    assert seen["pharmacist"] == []


@pytest.mark.parametrize("list_name", ["mine", "centre", "held"])
@pytest.mark.prepared(by=course.begun)
def test_the_list_costs_the_same_queries_however_many_rows(world, pathway, at, list_name):
    day_0 = date(2025, 12, 1) if list_name == "held" else DAY_0
    counts, rows = [], []
    for number in range(5):
        at(f"{min(day_0, DAY_0):%Y-%m-%d} 05:30")
        sent = worlds.sent(world, worlds.make_patient(f"CP-1{number:03}", family_name=f"Bassi{number}"))
        at("2026-03-01 09:30")
        infuse(sent, day_0)
        if number in (0, 4):
            at(f"2026-03-31 06:0{number}")
            tick()
            client = world.client("hub_haematologist", "hub")
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(LIST, {"list": list_name})
            counts.append(len(queries))
            rows.append(len(answer.context["rows"]))
    assert rows[0] < rows[1]
    assert counts[0] == counts[1]
    assert counts[1] <= 17  # session, savepoints and access log among them


@pytest.mark.prepared(by=course.begun)
def test_paging_shows_every_row_once(world, pathway, at, monkeypatch):
    from patients.reminders import shown

    monkeypatch.setattr(shown.page_of, "__defaults__", (7,))
    infuse(pathway, DAY_0)
    at("2026-03-31 12:00")
    client, seen, after = world.client("hub_coordinator", "hub"), [], ""
    while True:
        answer = client.get(LIST, {"list": "centre", "after": after})
        seen += [row.reminder.pk for row in answer.context["rows"]]
        after = answer.context["more"]
        if after is None:
            break
    everything = shown.due_reminders(world.user("hub_coordinator", "hub"))
    assert seen == [row.pk for row in everything]
    assert len(seen) == len(set(seen)) > 7


def test_i_take_care_with_one_press(world, due, at):
    user = world.user("hub_haematologist", "hub")
    client = world.client("hub_haematologist", "hub")
    assert post(client, "acknowledge", due, user).status_code == 302
    due.refresh_from_db()
    assert (due.state, due.acknowledged_by) == ("acknowledged", user)
    assert "Restaging PET, day +30" not in titles(client.get(LIST))


def test_the_same_press_twice_does_its_work_once(world, due, at):
    user = world.user("hub_haematologist", "hub")
    client = world.client("hub_haematologist", "hub")
    token = tokens.make(subject=due.pk, user=user.pk, version=0).signed()
    address = reverse("reminders:acknowledge", args=[due.pk])
    assert [client.post(address, {"token": token}).status_code for _ in range(2)] == [302, 302]
    due.refresh_from_db()
    assert due.version == 2


def test_a_token_of_another_reminder_is_refused(world, due, at):
    user = world.user("hub_haematologist", "hub")
    other = reminder(due.pathway, "visit_30")
    token = tokens.make(subject=other.pk, user=user.pk, version=0).signed()
    answer = world.client("hub_haematologist", "hub").post(
        reverse("reminders:acknowledge", args=[due.pk]), {"token": token}
    )
    assert answer.status_code == 400
    due.refresh_from_db()
    assert due.state == "planned"


def test_putting_aside_without_a_reason_says_so_beside_the_field_and_keeps_what_was_typed(world, due, at):
    user = world.user("hub_haematologist", "hub")
    answer = post(world.client("hub_haematologist", "hub"), "snooze", due, user, until="03/04/2026", reason="")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["reason"]
    assert "03/04/2026" in answer.text


def test_what_was_put_aside_leaves_my_list_until_its_day(world, due, at):
    user = world.user("hub_haematologist", "hub")
    client = world.client("hub_haematologist", "hub")
    assert post(client, "snooze", due, user, until="02/04/2026", reason="PET is booked").status_code == 302
    assert "Restaging PET, day +30" not in titles(client.get(LIST))
    at("2026-04-02 06:00")
    tick()
    assert "Restaging PET, day +30" in titles(world.client("hub_haematologist", "hub").get(LIST))


def test_handing_on_offers_only_colleagues_who_may_see_the_patient(world, due, at):
    answer = world.client("hub_haematologist", "hub").get(reverse("reminders:hand_on", args=[due.pk]))
    offered = set(answer.context["form"].colleagues.values())
    assert offered == {
        world.user("hub_coordinator", "hub"),
        world.user("data_manager", "hub"),
        world.user("referral_haematologist", "spoke"),
        world.user("data_manager", "spoke"),
    }


def test_handing_on_to_a_stranger_is_refused_by_the_form(world, due, at):
    user, stranger = world.user("hub_haematologist", "hub"), world.user("hub_coordinator", "hub2")
    client = world.client("hub_haematologist", "hub")
    answer = post(client, "hand_on", due, user, to=str(stranger.pk), reason="help")
    assert answer.status_code == 422
    assert Notice.objects.filter(user=stranger).count() == 0


def test_a_colleague_takes_over_and_finds_it_in_the_list(world, due, at):
    user, to = world.user("hub_haematologist", "hub"), world.user("hub_coordinator", "hub")
    post(world.client("hub_haematologist", "hub"), "hand_on", due, user, to=str(to.pk), reason="on leave")
    rows = world.client("hub_coordinator", "hub").get(LIST).context["rows"]
    (row,) = [row for row in rows if row.reminder and row.reminder.pk == due.pk]
    assert row.sentence == f"{user.get_full_name()} asks you to take care of it: on leave"


def test_a_report_is_marked_done(world, due, at):
    report = reminder(due.pathway, "visit_30")
    user = world.user("hub_coordinator", "hub")
    assert post(world.client("hub_coordinator", "hub"), "done", report, user, on="30/03/2026").status_code == 302
    report.refresh_from_db()
    assert (report.state, report.done_on) == ("done", date(2026, 3, 30))


@pytest.mark.prepared(by=course.begun)
def test_held_reminders_are_told_or_dropped_by_a_person_of_the_hub(world, pathway, at):
    at("2026-05-15 12:00")
    infuse(pathway, DAY_0)
    user = world.user("hub_coordinator", "hub")
    client = world.client("hub_coordinator", "hub")
    assert "Restaging PET, day +30" in titles(client.get(LIST, {"list": "held"}))
    pet, visit = reminder(pathway, "pet_30"), reminder(pathway, "visit_30")
    post(client, "release", pet, user)
    post(client, "drop", visit, user, reason="seen at the referring centre")
    left = titles(client.get(LIST, {"list": "held"}))
    assert "Restaging PET, day +30" not in left
    assert "Visit, day +30" not in left
    tick()
    assert Notice.objects.filter(about=pet.pk, kind="reminder").count() == 3
    visit.refresh_from_db()
    assert (visit.state, visit.drop_reason) == ("dropped", "seen at the referring centre")


@pytest.mark.parametrize("name", ["release", "drop"])
@pytest.mark.prepared(by=course.people)
def test_who_may_not_change_the_schedule_releases_nothing(world, at, name):
    pathway = worlds.on_the_ward(world)
    row = Reminder.objects.filter(pathway=pathway, kind="step").first()
    answer = world.client("nurse", "hub").get(reverse(f"reminders:{name}", args=[row.pk]))
    assert answer.status_code == 403


@pytest.mark.prepared(by=course.begun)
def test_the_administrator_sees_refused_mail_and_no_patient(world, pathway, at):
    hub = world.centres["hub"]
    outbox.post_mail(to="a@b.example", subject="s", body="b", key="1", by="system:account", centre=hub)
    Delivery.objects.filter(key="mail:1").update(failed_at="2026-03-01T09:00:00Z", last_error="smtp_550")
    answer = world.client("centre_administrator", "hub").get(reverse("reminders:log"), {"list": "failed"})
    assert [row.to for row in answer.context["rows"]] == ["a@b.example"]
    assert "Refused" in answer.text
    assert "smtp_550" in answer.text
    elsewhere = world.client("centre_administrator", "hub2").get(reverse("reminders:log"))
    assert elsewhere.context["rows"] == []


@pytest.mark.prepared(by=course.people)
def test_the_sender_sees_their_own_mail_and_nobody_elses(world, at):
    sender = world.user("hub_coordinator", "hub")
    outbox.post_mail(to="a@b.example", subject="s", body="b", key="1", by=sender)
    log = reverse("reminders:log")
    assert [row.to for row in world.client("hub_coordinator", "hub").get(log).context["rows"]] == ["a@b.example"]
    assert world.client("nurse", "hub").get(log).context["rows"] == []


@pytest.mark.prepared(by=course.people)
def test_the_bell_counts_what_i_have_not_seen(world, at):
    user = world.user("nurse", "hub")
    with act(by=BY):
        for key in ("one", "two"):
            notices.tell(kind="delivery_failed", key=key, recipients=[user], params={"to": "x", "error": "y"})
    client = world.client("nurse", "hub")
    assert '<span class="cp-dot">2</span>' in client.get(reverse("reminders:log")).text
    client.get(LIST)
    assert "cp-dot" not in client.get(reverse("reminders:log")).text


@pytest.mark.prepared(by=course.begun)
def test_an_urgent_notice_shows_the_number_to_ring(world, pathway, at):
    user = world.user("hub_haematologist", "hub")
    with act(by=BY):
        hub = world.centres["hub"]
        hub.on_call_phone = "055 0001"
        hub.save()
        notices.tell(
            kind="delivery_failed",
            key="1",
            recipients=[user],
            centre=hub,
            urgent=True,
            params={"to": "x", "error": "y"},
        )
    text = world.client("hub_haematologist", "hub").get(LIST).text
    assert 'href="tel:055 0001"' in text
    assert "Ring 055 0001" in text


@pytest.mark.prepared(by=course.people)
def test_my_own_notices_are_acknowledged_and_put_aside(world, at):
    user = world.user("nurse", "hub")
    with act(by=BY):
        first, second = [
            notices.tell(kind="delivery_failed", key=key, recipients=[user], params={"to": "x", "error": "y"})[0]
            for key in ("one", "two")
        ]
    client = world.client("nurse", "hub")
    assert post(client, "notice_acknowledge", first, user).status_code == 302
    assert post(client, "notice_snooze", second, user, until="03/03/2026", reason="later").status_code == 302
    assert client.get(LIST).context["rows"] == []
    other = world.client("hub_coordinator", "hub").get(reverse("reminders:notice_acknowledge", args=[first.pk]))
    assert other.status_code == 404


# ── the schedule ─────────────────────────────────────────────────────────────────────────────────────────────────────


def change(world, row, **typed):
    hub, user = world.centres["hub"], world.user("hub_coordinator", "hub")
    token = tokens.make(subject=row.pk, user=user.pk, version=row.version).signed()
    sent = {
        "token": token,
        "days": "28",
        "window_from": "25",
        "window_to": "35",
        "after_0": "0",
        "who_0": "owner",
        "after_1": "3",
        "who_1": "hub_coordinator",
        "after_2": "6",
        "who_2": "hub_haematologist",
        "urgent_2": "on",
        "why": "our PET slots",
        **typed,
    }
    client = world.client("hub_coordinator", "hub")
    return client.post(reverse("reminders:change_schedule", args=[hub.pk, row.pk]), sent)


def pet_30() -> ScheduleTemplate:
    return ScheduleTemplate.objects.get(hub=None, rule="pet_30")


@pytest.mark.prepared(by=course.begun)
def test_a_change_of_the_schedule_first_shows_what_would_move_and_changes_nothing(world, pathway, at):
    infuse(pathway, DAY_0)
    answer = change(world, pet_30())
    assert answer.status_code == 200
    assert answer.context["moving_count"] == 1
    (moving,) = answer.context["moving"]
    assert (moving.reminder.due_on, moving.to) == (date(2026, 3, 31), date(2026, 3, 29))
    assert ScheduleTemplate.objects.filter(hub__isnull=False).count() == 0
    assert reminder(pathway, "pet_30").due_on == date(2026, 3, 31)


@pytest.mark.prepared(by=course.begun)
def test_open_reminders_follow_once_it_is_confirmed(world, pathway, at):
    infuse(pathway, DAY_0)
    confirm = change(world, pet_30()).context["confirm"]
    assert change(world, pet_30(), confirm=confirm).status_code == 302
    assert reminder(pathway, "pet_30").due_on == date(2026, 3, 29)
    own = ScheduleTemplate.objects.get(hub=world.centres["hub"])
    assert own.levels == pet_30().levels


@pytest.mark.prepared(by=course.begun)
def test_a_confirmation_of_another_change_is_shown_again(world, pathway, at):
    infuse(pathway, DAY_0)
    confirm = change(world, pet_30()).context["confirm"]
    answer = change(world, pet_30(), confirm=confirm, days="27")
    assert answer.status_code == 200
    assert answer.context["moving"][0].to == date(2026, 3, 28)
    assert reminder(pathway, "pet_30").due_on == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"days": ""}, "days"),
        ({"days": "5501"}, "days"),
        ({"window_from": ""}, "window_from"),
        ({"days": "40"}, "window_from"),
        ({"after_1": "8", "after_2": "6"}, "after_2"),
        ({"who_1": ""}, "who_1"),
        ({"after_1": ""}, "after_1"),
        ({"who_0": "nobody known"}, "who_0"),
        ({"why": " "}, "why"),
    ],
)
@pytest.mark.prepared(by=course.begun)
def test_a_faulty_change_is_refused_beside_its_field(world, pathway, at, typed, field):
    answer = change(world, pet_30(), **typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


@pytest.mark.prepared(by=course.begun)
def test_a_hubs_own_row_is_given_up_on_its_page(world, pathway, at):
    infuse(pathway, DAY_0)
    change(world, pet_30(), confirm=change(world, pet_30()).context["confirm"])
    own = ScheduleTemplate.objects.get(hub=world.centres["hub"])
    hub, user = world.centres["hub"], world.user("hub_coordinator", "hub")
    client = world.client("hub_coordinator", "hub")
    address = reverse("reminders:restore_schedule", args=[hub.pk, own.pk])
    assert client.get(address).status_code == 200
    token = tokens.make(subject=own.pk, user=user.pk, version=own.version).signed()
    assert client.post(address, {"token": token}).status_code == 302
    assert reminder(pathway, "pet_30").due_on == date(2026, 3, 31)


@pytest.mark.prepared(by=course.people)
def test_the_schedule_page_shows_each_row_in_words(world, at):
    hub = world.centres["hub"]
    client = world.client("hub_coordinator", "hub")
    assert client.get(reverse("reminders:schedule")).status_code == 302
    text = client.get(reverse("reminders:hub_schedule", args=[hub.pk])).text
    assert "day +30, in time from +25 to +35" in text
    assert "+3 days: Hub coordinator" in text
    assert "+6 days: Hub haematologist (urgent)" in text
    elsewhere = world.client("hub_coordinator", "hub2").get(reverse("reminders:hub_schedule", args=[hub.pk]))
    assert elsewhere.status_code == 404
    assert world.client("nurse", "hub").get(reverse("reminders:schedule")).status_code == 403

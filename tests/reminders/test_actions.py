"""What people do with reminders, and what becomes of the telling."""

from datetime import date, timedelta

import pytest

from patients.audit.refusals import Conflict, Refused
from patients.notices.models import Notice
from patients.reminders import actions
from patients.reminders.models import Reminder, ScheduleTemplate
from tests import world as worlds
from tests.reminders import course
from tests.reminders.course import correct, infuse, record_pet, reminder, tick, told

pytestmark = pytest.mark.prepared(by=course.infused)

DAY_0 = date(2026, 3, 1)


@pytest.fixture
def told_on_day_30(world, pathway, at) -> Reminder:
    at("2026-03-31 06:00")
    tick()
    return reminder(pathway, "pet_30")


def codes(refused) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.field) for reason in refused.value.reasons]


def test_who_acknowledges_ends_the_climb_and_it_stays_in_the_list(world, told_on_day_30, at):
    haematologist = world.user("hub_haematologist", "hub")
    actions.acknowledge(reminder_id=told_on_day_30.pk, by=haematologist)
    row = Reminder.objects.get(pk=told_on_day_30.pk)
    assert (row.state, row.acknowledged_by, row.is_open) == ("acknowledged", haematologist, True)
    assert Notice.objects.get(about=row.pk).acknowledged_by == haematologist
    at("2026-05-01 12:00")
    tick()
    assert told("pet_30") == [("hub_haematologist", False)]


@pytest.mark.parametrize(
    ("acknowledged", "expected"),
    [
        ("2026-04-02 12:00", [("hub_haematologist", False)]),
        ("2026-04-04 12:00", [("hub_haematologist", False), ("hub_coordinator", True)]),
    ],
)
def test_each_level_is_told_until_somebody_acknowledges(world, told_on_day_30, at, acknowledged, expected):
    coordinator = world.user("hub_coordinator", "hub")
    for day in range(1, 10):
        at(f"2026-04-{day:02} 06:00")
        tick()
        if acknowledged.startswith(f"2026-04-{day:02}"):
            at(acknowledged)
            actions.acknowledge(reminder_id=told_on_day_30.pk, by=coordinator)
    assert told("pet_30") == expected
    open_ones = Notice.objects.filter(about=told_on_day_30.pk, acknowledged_at=None, settled_at=None)
    assert open_ones.count() == 0


def test_an_acknowledged_pet_is_done_when_it_is_recorded(world, told_on_day_30, at):
    actions.acknowledge(reminder_id=told_on_day_30.pk, by=world.user("hub_haematologist", "hub"))
    record_pet(told_on_day_30.pathway, date(2026, 3, 31))
    assert Reminder.objects.get(pk=told_on_day_30.pk).state == "done"


def test_an_acknowledged_reminder_that_moves_into_the_future_is_told_again(world, told_on_day_30, at):
    actions.acknowledge(reminder_id=told_on_day_30.pk, by=world.user("hub_haematologist", "hub"))
    correct(told_on_day_30.pathway, date(2026, 3, 5))
    row = Reminder.objects.get(pk=told_on_day_30.pk)
    assert (row.state, row.due_on) == ("planned", date(2026, 4, 4))
    at("2026-04-04 06:00")
    tick()
    assert told("pet_30") == [("hub_haematologist", False), ("hub_haematologist", False)]


def test_what_is_put_aside_comes_back_to_who_did_it_and_climbs_no_sooner(world, told_on_day_30, at):
    coordinator = world.user("hub_coordinator", "hub")
    actions.snooze(
        reminder_id=told_on_day_30.pk, until=date(2026, 4, 5), reason="PET booked for 5 April", by=coordinator
    )
    at("2026-04-04 12:00")
    tick()
    assert told("pet_30") == [("hub_haematologist", False)]
    at("2026-04-05 06:00")
    tick()
    again = Notice.objects.filter(params__rule="pet_30", user=coordinator)
    assert again.count() == 2  # once because it came back to them, once as the level of day +33
    at("2026-04-06 06:00")
    tick()
    assert told("pet_30")[-1] == ("hub_haematologist", True)


@pytest.mark.parametrize(
    ("days", "reason", "expected"),
    [
        (3, " ", [("reason_missing", "reason")]),
        (0, "busy", [("not_later", "until")]),
        (-1, "busy", [("not_later", "until")]),
        (15, "busy", [("too_late", "until")]),
    ],
)
def test_putting_aside_needs_a_reason_and_a_day_soon(world, told_on_day_30, at, days, reason, expected):
    with pytest.raises(Refused) as refused:
        actions.snooze(
            reminder_id=told_on_day_30.pk,
            until=date(2026, 3, 31) + timedelta(days=days),
            reason=reason,
            by=world.user("hub_coordinator", "hub"),
        )
    assert codes(refused) == expected


def test_a_colleague_takes_over_and_planning_leaves_it_to_them(world, told_on_day_30, at):
    by, to = world.user("hub_haematologist", "hub"), world.user("hub_coordinator", "hub")
    actions.hand_on(reminder_id=told_on_day_30.pk, to=to, reason="on leave", by=by)
    notice = Notice.objects.get(kind="reminder_handed_on")
    assert (notice.user, notice.params["by"]) == (to, by.get_full_name())
    assert Notice.objects.get(kind="reminder", params__rule="pet_30").settled_at is not None
    correct(told_on_day_30.pathway, date(2026, 3, 5))
    row = Reminder.objects.get(pk=told_on_day_30.pk)
    assert (row.owner, row.due_on) == (to, date(2026, 4, 4))
    at("2026-04-04 06:00")
    tick()
    owner_told = Notice.objects.filter(kind="reminder", params__rule="pet_30", created_at__gte=row.due_at)
    assert [one.user for one in owner_told] == [to]


def test_nothing_is_handed_to_who_may_not_see_the_patient(world, told_on_day_30, at):
    stranger = world.user("hub_coordinator", "hub2")
    with pytest.raises(Refused) as refused:
        actions.hand_on(
            reminder_id=told_on_day_30.pk, to=stranger, reason="help", by=world.user("hub_haematologist", "hub")
        )
    assert codes(refused) == [("may_not_see", "to")]
    assert Notice.objects.filter(user=stranger).count() == 0


def test_a_visit_is_marked_done_on_its_day(world, told_on_day_30, at):
    row = reminder(told_on_day_30.pathway, "visit_30")
    by = world.user("hub_haematologist", "hub")
    actions.mark_done(reminder_id=row.pk, on=date(2026, 3, 30), by=by)
    row.refresh_from_db()
    assert (row.state, row.done_on, row.done_by) == ("done", date(2026, 3, 30), str(by.pk))
    with pytest.raises(Refused) as refused:
        actions.mark_done(reminder_id=row.pk, on=date(2026, 3, 30), by=by)
    assert codes(refused) == [("not_open", None)]


@pytest.mark.parametrize(
    ("rule", "on", "expected"),
    [
        ("pet_30", date(2026, 3, 31), [("recorded_elsewhere", None)]),
        ("visit_30", date(2026, 4, 1), [("in_the_future", "on")]),
        ("visit_30", date(2026, 2, 28), [("before_infusion", "on")]),
    ],
)
def test_what_cannot_be_marked_done(world, told_on_day_30, at, rule, on, expected):
    row = reminder(told_on_day_30.pathway, rule)
    with pytest.raises(Refused) as refused:
        actions.mark_done(reminder_id=row.pk, on=on, by=world.user("hub_haematologist", "hub"))
    assert codes(refused) == expected


@pytest.mark.prepared(by=course.begun)
def test_what_was_held_is_told_when_it_is_released(world, pathway, at):
    at("2026-05-15 12:00")
    infuse(pathway, DAY_0)
    row = reminder(pathway, "pet_30")
    actions.release(reminder_id=row.pk, by=world.user("hub_coordinator", "hub"))
    tick()
    assert sorted(told("pet_30")) == [
        ("hub_coordinator", True),
        ("hub_haematologist", False),
        ("hub_haematologist", True),
    ]
    assert told("visit_30") == []
    with pytest.raises(Refused) as refused:
        actions.release(reminder_id=row.pk, by=world.user("hub_coordinator", "hub"))
    assert codes(refused) == [("nothing_held", None)]


@pytest.mark.prepared(by=course.begun)
def test_what_was_held_and_is_not_needed_stays_dropped(world, pathway, at):
    at("2026-05-15 12:00")
    infuse(pathway, DAY_0)
    row = reminder(pathway, "pet_30")
    coordinator = world.user("hub_coordinator", "hub")
    actions.drop(reminder_id=row.pk, reason="done at the referring centre", by=coordinator)
    correct(pathway, date(2026, 3, 2))
    row.refresh_from_db()
    assert (row.state, row.dropped_by) == ("dropped", str(coordinator.pk))
    tick()
    assert told("pet_30") == []


# ── the schedule of a hub ────────────────────────────────────────────────────────────────────────────────────────────


def pet_30() -> ScheduleTemplate:
    return ScheduleTemplate.objects.get(hub=None, rule="pet_30", product=None)


@pytest.mark.prepared(by=course.begun)
def test_a_hubs_changed_schedule_moves_its_open_reminders_and_nobody_elses(world, pathway, at):
    infuse(pathway, DAY_0)
    elsewhere = worlds.sent(world, worlds.make_patient("CP-0002", family_name="Bassi"), spoke="spoke2", hub="hub2")
    infuse(elsewhere, DAY_0)
    by = world.user("hub_coordinator", "hub")
    template = pet_30()
    actions.change_schedule(hub=world.centres["hub"], template=template, version=template.version, by=by, days=28)
    assert reminder(pathway, "pet_30").due_on == date(2026, 3, 29)
    assert reminder(elsewhere, "pet_30").due_on == date(2026, 3, 31)
    assert pet_30().days == 30
    own = ScheduleTemplate.objects.get(hub=world.centres["hub"])
    assert (own.days, own.source, own.levels) == (28, "6.2", template.levels)


@pytest.mark.prepared(by=course.begun)
def test_a_changed_schedule_leaves_what_is_done(world, pathway, at):
    infuse(pathway, DAY_0)
    at("2026-03-30 12:00")
    record_pet(pathway, date(2026, 3, 30))
    template = pet_30()
    by = world.user("hub_coordinator", "hub")
    actions.change_schedule(hub=pathway.hub, template=template, version=template.version, by=by, days=28)
    row = reminder(pathway, "pet_30")
    assert (row.state, row.due_on) == ("done", date(2026, 3, 31))


@pytest.mark.prepared(by=course.begun)
def test_changed_levels_climb_as_the_hub_says(world, pathway, at):
    infuse(pathway, DAY_0)
    template = pet_30()
    levels = [{"after_days": 0}, {"after_days": 1, "role": "hub_haematologist"}]
    actions.change_schedule(
        hub=pathway.hub,
        template=template,
        version=template.version,
        by=world.user("hub_coordinator", "hub"),
        levels=levels,
    )
    for day in ("2026-03-31", "2026-04-01", "2026-04-03", "2026-04-06"):
        at(f"{day} 06:00")
        tick()
    assert told("pet_30") == [("hub_haematologist", False), ("hub_haematologist", True)]


@pytest.mark.prepared(by=course.begun)
def test_a_schedule_that_changed_meanwhile_is_a_conflict(world, pathway, at):
    template = pet_30()
    by = world.user("hub_coordinator", "hub")
    own = actions.change_schedule(hub=pathway.hub, template=template, version=template.version, by=by, days=28)
    actions.change_schedule(hub=pathway.hub, template=own, version=own.version, by=by, days=29)
    with pytest.raises(Conflict):
        actions.change_schedule(hub=pathway.hub, template=own, version=own.version, by=by, days=27)


@pytest.mark.prepared(by=course.begun)
def test_a_hub_that_gives_up_its_own_row_gets_everybodys_again(world, pathway, at):
    infuse(pathway, DAY_0)
    template = pet_30()
    by = world.user("hub_coordinator", "hub")
    own = actions.change_schedule(hub=pathway.hub, template=template, version=template.version, by=by, days=28)
    actions.restore_schedule(hub=pathway.hub, template=own, by=by)
    assert reminder(pathway, "pet_30").due_on == date(2026, 3, 31)

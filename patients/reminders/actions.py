"""What people do with reminders: take care, put aside for a reason, hand on, mark as done, release what was held."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import Centre, User
from patients.identity import access
from patients.identity.access import Access
from patients.identity.changes import changed, lock
from patients.notices import actions as notices
from patients.notices.models import Notice
from patients.pathway.agreement import SIGNS, seconded
from patients.reminders import rules
from patients.reminders.models import Reminder, ReminderTelling, ScheduleTemplate
from patients.reminders.planning import replan_hub
from patients.reminders.words import HANDED_ON, KIND

LONGEST_SNOOZE_DAYS = 14
BY_HAND = (rules.VISIT, rules.REGISTRY)  # what no other page records


def acknowledge(*, reminder_id: UUID, by: User) -> Reminder:
    """Somebody takes care: nobody else is told of it; it stays in the lists until it is done."""
    with act(by=by, why="reminder acknowledged"):
        reminder = _open_one(reminder_id)
        if reminder.state == Reminder.State.PLANNED:
            reminder.state, reminder.acknowledged_at, reminder.acknowledged_by = "acknowledged", clock.now(), by
            _save(reminder, by, "reminder_acknowledged")
            _quiet(reminder)
        for notice in Notice.objects.filter(about=reminder.pk, user=by, acknowledged_at__isnull=True):
            notices.acknowledge(notice_id=notice.pk, by=by)
        notices.settle(about=[reminder.pk])
        return reminder


def snooze(*, reminder_id: UUID, until: date, reason: str, by: User) -> Reminder:
    """Put a reminder aside until the morning of a later day: then it is told again, to who put it aside first.

    Refused without a reason, for a day that is not later than today, or for more than LONGEST_SNOOZE_DAYS.
    """
    with act(by=by, why=reason):
        reminder = _open_one(reminder_id)
        zone = reminder.keeper.timezone
        today = clock.today(zone)
        if not reason.strip():
            raise Refused(Reason("reason_missing", "reason"))
        if until <= today:
            raise Refused(Reason("not_later", "until"))
        if until > today + timedelta(days=LONGEST_SNOOZE_DAYS):
            raise Refused(Reason("too_late", "until", {"days": LONGEST_SNOOZE_DAYS}))
        reminder.snoozed_until = rules.wall_clock(until, reminder_time(reminder), zone)
        reminder.snooze_reason = reason.strip()
        reminder.state = Reminder.State.PLANNED
        reminder.acknowledged_at = reminder.acknowledged_by = None
        _save(reminder, by, "reminder_snoozed", reason)
        _tell_again(reminder, by)
        notices.settle(about=[reminder.pk])
        return reminder


def reminder_time(reminder: Reminder):
    """The wall-clock time at which a reminder is told on its day."""
    return clock.local(reminder.due_at, reminder.keeper.timezone).time()


def _tell_again(reminder: Reminder, person: User) -> None:
    """Plan to tell a person again when the reminder comes back; later levels come no sooner."""
    rows = list(reminder.tellings.all())
    told = [row for row in rows if row.told_at is not None]
    level = max((row.level for row in told), default=0)
    again = 1 + max((row.again for row in rows if row.level == level), default=0)
    reminder.tellings.filter(again__gt=0, waiting=True).update(waiting=False)
    reminder.tellings.filter(waiting=True, at__lt=reminder.snoozed_until).update(at=reminder.snoozed_until)
    ReminderTelling.objects.create(
        reminder=reminder, level=level, again=again, at=reminder.snoozed_until, centre=reminder.centre, person=person
    )


def hand_on(*, reminder_id: UUID, to: User, reason: str, by: User) -> Reminder:
    """Ask a colleague to take care: it is theirs from now on, and they are told at once in the app.

    Refused without a reason, and when the colleague may not see the patient.
    """
    with act(by=by, why=reason):
        reminder = _open_one(reminder_id)
        if not reason.strip():
            raise Refused(Reason("reason_missing", "reason"))
        if not access.may_see(to, reminder.patient_id):
            raise Refused(Reason("may_not_see", "to", {"name": to.get_full_name()}))
        reminder.owner, reminder.handed_on = to, True
        reminder.state, reminder.acknowledged_at, reminder.acknowledged_by = "planned", None, None
        _save(reminder, by, "reminder_handed_on", reason)
        notices.settle(about=[reminder.pk])
        notices.tell(
            kind=HANDED_ON,
            key=f"handed:{reminder.pk}:{reminder.version}",
            recipients=[to],
            centre=reminder.centre,
            params={"rule": reminder.rule, "by": by.get_full_name(), "reason": reason.strip()},
            patient_id=reminder.patient_id,
            pathway_id=reminder.pathway_id,
            about=reminder.pk,
        )
        return reminder


def mark_done(*, reminder_id: UUID, on: date, by: User) -> Reminder:
    """A visit took place, a report was sent. Refused for what its own page records, in the future, before day 0."""
    with act(by=by, why="done"):
        reminder = _open_one(reminder_id)
        if reminder.kind not in BY_HAND:
            raise Refused(Reason("recorded_elsewhere"))
        if on > clock.today(reminder.keeper.timezone):
            raise Refused(Reason("in_the_future", "on"))
        if on < reminder.pathway.day_0:
            raise Refused(Reason("before_infusion", "on"))
        reminder.state, reminder.done_on, reminder.done_by = "done", on, str(by.pk)
        _save(reminder, by, "reminder_done")
        _quiet(reminder)
        notices.settle(about=[reminder.pk])
        return reminder


def release(*, reminder_id: UUID, by: User) -> Reminder:
    """Let go what was held because it was planned too late: it is told at the next tick."""
    with act(by=by, why="released"):
        reminder = _open_one(reminder_id)
        held = reminder.tellings.filter(held=True)
        if not held.exists():
            raise Refused(Reason("nothing_held"))
        reminder.released_at = clock.now()
        _save(reminder, by, "reminder_released")
        held.update(held=False, waiting=True, at=reminder.released_at)
        return reminder


def drop(*, reminder_id: UUID, reason: str, by: User) -> Reminder:
    """What was held is not needed (done elsewhere): planning does not bring it back. Refused without a reason."""
    with act(by=by, why=reason):
        reminder = _open_one(reminder_id)
        if not reason.strip():
            raise Refused(Reason("reason_missing", "reason"))
        if not reminder.tellings.filter(held=True).exists():
            raise Refused(Reason("nothing_held"))
        reminder.state, reminder.dropped_by, reminder.drop_reason = "dropped", str(by.pk), reason.strip()
        _save(reminder, by, "reminder_dropped", reason)
        _quiet(reminder)
        notices.settle(about=[reminder.pk])
        return reminder


# ── the schedule ─────────────────────────────────────────────────────────────────────────────────────────────────────


def may_change(user: User, hub: Centre, template: ScheduleTemplate) -> bool:
    """Whether a user who may change a hub's schedule may change this row: a bedside assessment is a haematologist's."""
    return template.kind != rules.ASSESSMENT or access.may_at(user, SIGNS, hub)


def change_schedule(
    *, hub: Centre, template: ScheduleTemplate, version: int, by: User, second: User | None = None, **columns
) -> ScheduleTemplate:
    """Give a hub its own row of the schedule, or change it; the open reminders of its pathways follow at once.

    `template`: the row that counts now (everybody's, or the hub's own), `version` as it was shown. Raises Conflict.
    Refused: a bedside assessment to anybody but a haematologist of the hub; one looser than everybody's start, and than
    what stands, without a second one.
    """
    with act(by=by, why=columns.pop("why", "") or "schedule changed"):
        standing = ScheduleTemplate.objects.select_for_update(no_key=True, of=("self",)).get(pk=template.pk)
        if standing.version != version:
            raise Conflict(standing)
        if not may_change(by, hub, standing):
            raise Refused(Reason("assessment_is_a_haematologists"))
        row = standing if standing.hub_id == hub.pk else _own_copy(standing, hub)
        for name, value in columns.items():
            setattr(row, name, value)
        if row.kind == rules.ASSESSMENT:
            row.second_by = _seconded(row, hub, by, second)
        row.by, row.at = by, clock.now()
        row.version += 1
        row.save()
        replan_hub(hub)
        return row


def restore_schedule(*, hub: Centre, template: ScheduleTemplate, by: User) -> None:
    """Give up a hub's own row: everybody's counts again from today, and open reminders follow. Refused as a change."""
    with act(by=by, why="schedule restored"):
        row = ScheduleTemplate.objects.select_for_update(no_key=True, of=("self",)).get(pk=template.pk, hub=hub)
        if not may_change(by, hub, row):
            raise Refused(Reason("assessment_is_a_haematologists"))
        row.valid_to = clock.today(hub.timezone) - timedelta(days=1)
        row.valid_from = min(row.valid_from, row.valid_to)
        row.version += 1
        row.save()
        replan_hub(hub)


def _own_copy(standing: ScheduleTemplate, hub: Centre) -> ScheduleTemplate:
    own = ("id", "hub", "version", "by", "second_by", "at")
    names = [field.name for field in ScheduleTemplate._meta.concrete_fields if field.name not in own]
    values = {name: getattr(standing, name) for name in names}
    return ScheduleTemplate(hub=hub, version=0, **values)


def _seconded(row: ScheduleTemplate, hub: Centre, by: User, second: User | None) -> User | None:
    """The second haematologist of a changed row that is not yet saved. Raises Refused."""
    of_rule = ScheduleTemplate.objects.filter(Q(hub=hub) | Q(hub__isnull=True), rule=row.rule)
    stood = {one.pk: one for one in of_rule.select_related("by", "second_by")}
    given, today = row.as_rule(), clock.today(hub.timezone)
    than_start, than_standing = rules.loosened(given, [one.as_rule() for one in stood.values()], today=today)
    return seconded(
        hub=hub, by=by, second=second, than_start=than_start, than_standing=than_standing, row=stood.get(row.pk)
    )


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _open_one(reminder_id: UUID) -> Reminder:
    """A reminder for writing: its patient is locked first. Raises Refused when it is no longer open."""
    lock(Reminder.objects.values_list("patient_id", flat=True).get(pk=reminder_id))
    reminder = Reminder.objects.select_related("patient", "pathway__hub", "watch__centre", "centre").get(pk=reminder_id)
    if not reminder.is_open:
        raise Refused(Reason("not_open"))
    return reminder


def _save(reminder: Reminder, by: User, fact: str, why: str = "") -> None:
    reminder.version += 1
    reminder.save()
    changed(patient=reminder.patient, pathway=reminder.pathway, fact=fact, by=by, why=why)


def _quiet(reminder: Reminder) -> None:
    """Nobody is told of it any more."""
    ReminderTelling.objects.filter(reminder=reminder, waiting=True).update(waiting=False)
    ReminderTelling.objects.filter(reminder=reminder, held=True).update(held=False)


def may_act(user: User, reminder: Reminder, granted: Access) -> bool:
    """Whether a user may act on a reminder: their role at a centre of the patient lets them, or it was told to them.

    Nobody does after their centre's care has ended.
    """
    if granted.until is not None:
        return False
    return granted.may("reminders.acknowledge") or told_to(user, reminder)


def told_to(user: User, reminder: Reminder) -> bool:
    """Whether a user was told of a reminder, or it was handed on to them."""
    return Notice.objects.filter(about=reminder.pk, user=user, kind__in=(KIND, HANDED_ON)).exists()

"""What happens on a pathway, told in one line each, with a clock that tests move."""

from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import time_machine

from patients.audit.actions import act
from patients.pathway import actions
from patients.pathway.models import Pathway
from patients.reminders import sweep
from patients.reminders.models import Reminder

ROME = ZoneInfo("Europe/Rome")
BY = "system:test"
START = datetime(2026, 3, 1, 9, 0, tzinfo=ROME)


@contextmanager
def travelling():
    with time_machine.travel(START, tick=False) as clock:
        yield lambda wall: clock.move_to(datetime.fromisoformat(wall).replace(tzinfo=ROME))


def infuse(pathway: Pathway, day: date) -> None:
    """The infusion's dated facts, as the infusion room writes them."""
    with act(by=BY, why="infusion recorded"):
        pathway = actions.for_writing(pathway.pk)
        actions.record_milestone(pathway=pathway, what="infusion", on=day, by=BY)
        actions.set_day_0(pathway=pathway, day=day, by=BY)


def correct(pathway: Pathway, day: date) -> None:
    """The infusion's date corrected."""
    infuse(pathway, day)


def record_pet(pathway: Pathway, day: date, what: str = "pet_30") -> None:
    with act(by=BY, why="PET recorded"):
        pathway = actions.for_writing(pathway.pk)
        actions.record_milestone(pathway=pathway, what=what, on=day, by=BY)


def reminder(pathway: Pathway, rule: str, subject: str = "") -> Reminder:
    return Reminder.objects.get(pathway=pathway, rule=rule, subject=subject)


def tick() -> int:
    """Beat's tick."""
    return sweep.tell_due()


def told(rule: str) -> list[tuple[str, bool]]:
    """Who was told of a rule, in order: (role, escalated)."""
    from patients.notices.models import Notice

    notices = Notice.objects.filter(kind="reminder", params__rule=rule).order_by("created_at", "user__email")
    return [(notice.role_id, notice.escalated) for notice in notices]

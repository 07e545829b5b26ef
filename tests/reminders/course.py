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
from tests import world as worlds

ROME = ZoneInfo("Europe/Rome")
BY = "system:test"
START = datetime(2026, 3, 1, 9, 0, tzinfo=ROME)
DAY_0 = START.date()


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


# ── what tests start from (the mark `prepared`), made on the first day ───────────────────────────────────────────


def people() -> tuple[worlds.World, None]:
    """People and centres."""
    with travelling():
        return worlds.make(), None


def begun() -> tuple[worlds.World, Pathway]:
    """A pathway that is sent to its hub and not yet infused."""
    with travelling():
        world = worlds.make()
        return world, worlds.sent(world)


def infused() -> tuple[worlds.World, Pathway]:
    """The same pathway, infused on the first day."""
    world, pathway = begun()
    with travelling():
        infuse(pathway, DAY_0)
    return world, pathway

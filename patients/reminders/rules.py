"""What falls due, when, and who is told of it. Pure: facts, schedule and today in, the wanted reminders out.

Days are the hub's local calendar dates; the wall-clock time of telling is fixed per rule, so that a night in which the
clocks change moves nothing. Intervals after the infusion: reference 6.2.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from patients.clinical import days

VERSION = "CARPath schedule 1"

PET, VISIT, ASSESSMENT, REGISTRY, STEP = "pet", "visit", "assessment", "registry", "step"
KINDS = (PET, VISIT, ASSESSMENT, REGISTRY, STEP)
WATCH = "watch"  # asked for by a watch of the referring centre, not by a schedule
HUB, REFERRING = "hub", "referring"
ANY_STEP = "step"  # the schedule of every open step that has no row of its own ("step:answer_referral")
VISIT_LEEWAY_DAYS = 30
WITHOUT_REFERRER = "hub_haematologist"  # who does at the hub what nobody at a referring centre can

Key = tuple[str, str]  # rule and subject


@dataclass(frozen=True)
class Level:
    """One telling: so many days after the due day, to the owner (role None) or to a role, at hub or referrer."""

    after_days: int
    role: str | None = None
    at: Literal["hub", "referring"] = HUB
    urgent: bool = False


@dataclass(frozen=True)
class Template:
    """One row of a schedule.

    `days` or `months` after day 0; a series repeats daily until `until_day`. `window`: first and last day on which the
    thing counts as done in time. `milestone`: the milestone that records it. `hub`, `product`: None = everybody's.
    `source`: its key in docs/clinical-reference.md, "convention" of a working rule.
    """

    rule: str
    kind: str
    owner_role: str
    levels: tuple[Level, ...]
    days: int | None = None
    months: int | None = None
    until_day: int | None = None
    window: tuple[int, int] | None = None
    owner_at: Literal["hub", "referring"] = HUB
    milestone: str = ""
    at_time: time = time(6, 0)
    hub: object = None
    product: str | None = None
    valid_from: date = date.min
    valid_to: date | None = None
    source: str = ""

    def holds(self, today: date) -> bool:
        return self.valid_from <= today and (self.valid_to is None or today <= self.valid_to)


@dataclass(frozen=True)
class OpenStep:
    """An open step of the pathway: its key, code, due instant, whose it is, and the milestone it waits for."""

    key: str
    code: str
    due_at: datetime
    owner_role: str
    at: Literal["hub", "referring"]
    until: str = ""


@dataclass(frozen=True)
class Facts:
    """What the plan of one pathway depends on: milestones that happened, days of bedside assessments and of visits.

    `followed_at`: which centre took follow-up over; None while nobody has, then each row of the schedule says whose.
    """

    zone: str
    day_0: date | None
    closed: bool = False
    has_referrer: bool = True
    happened: Mapping[str, date] = field(default_factory=dict)
    assessed: frozenset[date] = frozenset()
    visited: frozenset[date] = frozenset()
    steps: tuple[OpenStep, ...] = ()
    followed_at: Literal["hub", "referring"] | None = None


@dataclass(frozen=True)
class Telling:
    """One planned telling of a reminder. `role` None: its owner."""

    level: int
    at: datetime
    role: str | None
    where: Literal["hub", "referring"]
    urgent: bool


@dataclass(frozen=True)
class Wanted:
    """A reminder as it must stand: what, for when, whose, and whom to tell when."""

    rule: str
    subject: str
    kind: str
    due_on: date
    due_at: datetime
    owner_role: str
    owner_at: Literal["hub", "referring"]
    tellings: tuple[Telling, ...]
    window: tuple[date, date] | None = None
    milestone: str = ""
    done_on: date | None = None

    @property
    def done(self) -> bool:
        return self.done_on is not None


def in_force(templates: Iterable[Template], *, hub: object, product: str | None, today: date) -> dict[str, Template]:
    """Per rule the row that counts today: the hub's own before everybody's, a product's before all products'."""
    chosen: dict[str, Template] = {}
    for template in templates:
        if template.hub not in (None, hub) or template.product not in (None, product) or not template.holds(today):
            continue
        if template.rule not in chosen or _rank(template) > _rank(chosen[template.rule]):
            chosen[template.rule] = template
    return chosen


def _rank(template: Template) -> tuple:
    return (template.hub is not None, template.product is not None, template.valid_from)


def looser(given: Template, than: Template) -> list[str]:
    """By what a series looks at the patient less than another: it begins later, ends earlier, is told of later."""
    first, than_first = given.days or 0, than.days or 0
    found = ["days"] if first > than_first else []
    if (first if given.until_day is None else given.until_day) < (
        than_first if than.until_day is None else than.until_day
    ):
        found.append("until_day")
    if given.levels[0].after_days > than.levels[0].after_days:
        found.append("levels")
    return found


def loosened(given: Template, templates: Sequence[Template], *, today: date) -> tuple[bool, bool]:
    """Whether a hub's row is looser than everybody's start, and also than what stands there, for some product.

    `templates`: all rows of its rule as they stand. A row that names no product holds, of a hub, for every product.
    """
    products = [given.product] if given.product else {one.product for one in templates}
    than_start, than_standing = False, False
    for product in products:
        start = in_force(templates, hub=None, product=product, today=today)[given.rule]
        standing = in_force(templates, hub=given.hub, product=product, today=today)[given.rule]
        by = looser(given, start)
        than_start |= bool(by)
        than_standing |= bool(set(by) & set(looser(given, standing)))
    return than_start, than_standing


def plan(facts: Facts, templates: Mapping[str, Template], today: date) -> dict[Key, Wanted]:
    """Every reminder that should stand for a pathway, by rule and subject; those that are done say so.

    A closed pathway wants none. Bedside assessments of past days are not wanted either: nobody can make up for them.
    """
    if facts.closed:
        return {}
    wanted = [one for template in templates.values() for one in _by_day_0(facts, template)]
    wanted = [one for one in wanted if one.kind != ASSESSMENT or one.due_on >= today]
    awaited = {one.milestone for one in wanted if one.milestone}
    wanted += [
        _by_step(facts, step, template)
        for step in facts.steps
        if step.until not in awaited
        for template in [templates.get(f"{ANY_STEP}:{step.code}") or templates.get(ANY_STEP)]
        if template is not None
    ]
    return {(one.rule, one.subject): one for one in wanted}


def _by_day_0(facts: Facts, template: Template) -> list[Wanted]:
    if facts.day_0 is None or template.kind == STEP:
        return []
    first = (
        days.add_months(facts.day_0, template.months)
        if template.months is not None
        else days.on_day(template.days, day_0=facts.day_0)
    )
    if template.until_day is None:
        return [_dated(facts, template, "", first)]
    last = days.on_day(template.until_day, day_0=facts.day_0)
    series = [days.add_days(first, n) for n in range(days.days_between(first, last) + 1)]
    return [_dated(facts, template, f"day {days.day_number(day, day_0=facts.day_0)}", day) for day in series]


def _dated(facts: Facts, template: Template, subject: str, due_on: date) -> Wanted:
    due_at = wall_clock(due_on, template.at_time, facts.zone)
    window = template.window and tuple(days.on_day(n, day_0=facts.day_0) for n in template.window)
    return Wanted(
        template.rule,
        subject,
        template.kind,
        due_on,
        due_at,
        *_dated_owner(facts, template),
        _tellings(facts, template, due_at),
        window,
        template.milestone,
        _done_on(facts, template, due_on, window),
    )


def _done_on(facts: Facts, template: Template, due_on: date, window: tuple[date, date] | None) -> date | None:
    """The day on which what is asked for happened, None while it has not.

    A visit counts within its window; where the reference gives none, within VISIT_LEEWAY_DAYS of its day [C].
    """
    if template.kind == ASSESSMENT:
        return due_on if due_on in facts.assessed else None
    if template.kind == VISIT:
        first, last = window or (days.add_days(due_on, -VISIT_LEEWAY_DAYS), days.add_days(due_on, VISIT_LEEWAY_DAYS))
        return min((day for day in facts.visited if first <= day <= last), default=None)
    return facts.happened.get(template.milestone)


def _by_step(facts: Facts, step: OpenStep, template: Template) -> Wanted:
    due_on = step.due_at.astimezone(ZoneInfo(facts.zone)).date()
    owner = _owner(facts, step.owner_role, step.at)
    tellings = _tellings(facts, template, step.due_at)
    return Wanted(template.rule, step.key, STEP, due_on, step.due_at, *owner, tellings)


def next_follow_up(wanted: Iterable[Wanted], today: date) -> date | None:
    """The day of the next restaging or visit that is still to come; one that was missed keeps its own reminder."""
    ahead = (one.due_on for one in wanted if one.kind in (PET, VISIT) and not one.done and one.due_on >= today)
    return min(ahead, default=None)


FOLLOWS = {HUB: "hub_haematologist", REFERRING: "referral_haematologist"}


def _dated_owner(facts: Facts, template: Template) -> tuple[str, str]:
    """Restaging and visits are theirs who took follow-up over; all else, and before that, as the schedule says."""
    if facts.followed_at is not None and template.kind in (PET, VISIT):
        return _owner(facts, FOLLOWS[facts.followed_at], facts.followed_at)
    return _owner(facts, template.owner_role, template.owner_at)


def _owner(facts: Facts, role: str, at: str) -> tuple[str, str]:
    """Whose it is; without a referring centre what would be its task is the hub's."""
    return (role, at) if at == HUB or facts.has_referrer else (WITHOUT_REFERRER, HUB)


def _tellings(facts: Facts, template: Template, due_at: datetime) -> tuple[Telling, ...]:
    here = due_at.astimezone(ZoneInfo(facts.zone))
    found = []
    for number, level in enumerate(template.levels):
        at = wall_clock(days.add_days(here.date(), level.after_days), here.time(), facts.zone)
        role, where = level.role, level.at
        if where == REFERRING and not facts.has_referrer:
            role, where = (WITHOUT_REFERRER, HUB) if role else (None, HUB)
        found.append(Telling(number, at, role, where, level.urgent))
    return tuple(found)


def wall_clock(day: date, at: time, zone: str) -> datetime:
    """The instant at which a place's wall clock shows a time on a day.

    In the hour that comes twice the first is meant; of the hour that is skipped, as long after its start as asked.
    """
    return datetime.combine(day, at.replace(fold=0, tzinfo=None), tzinfo=ZoneInfo(zone))


def is_late(telling_at: datetime, today: date, zone: str) -> bool:
    """Whether a telling lies on a day that is over: it was planned too late and is held for a person to release."""
    return telling_at.astimezone(ZoneInfo(zone)).date() < today


def moved(template: Template, *, days_after: int) -> Template:
    """The same row with another day, its window kept at the same distance."""
    shift = days_after - (template.days or 0)
    window = template.window and (template.window[0] + shift, template.window[1] + shift)
    return replace(template, days=days_after, months=None, window=window)

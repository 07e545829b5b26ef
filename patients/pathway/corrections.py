"""Corrected days: what is open moves with them, what was done stays done, an impossible order is refused.

A room whose own rows hold the same day registers how they follow (patients/apps.py). Days that belong to more than a
date (an infusion with its checks, an order with its slot, a regimen) are corrected on their own pages.
"""

from collections.abc import Callable, Mapping
from datetime import date

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.clinical.days import PartialDate
from patients.identity.changes import changed
from patients.pathway import milestones
from patients.pathway.actions import for_writing, set_day_0
from patients.pathway.models import Milestone, Pathway
from patients.pathway.stages import Stage

Day = date | PartialDate
Follower = Callable[[Pathway, Day], None]  # `date` alone, unless it was registered for vague days too

# What is nothing but its day, wherever the course began.
ANYWHERE = ("apheresis", "shipped", "released", "toxicity_closed", "discharged")
_followers: dict[str, list[tuple[Follower, bool]]] = {}


def register(what: str, follower: Follower, *, vague: bool = False) -> None:
    """Let a room's own rows follow when a milestone's day is corrected; called within the action.

    `vague`: also when month or year alone are known.
    """
    _followers.setdefault(what, []).append((follower, vague))


def correctable(pathway: Pathway) -> list[Milestone]:
    """The milestones whose day may be corrected here, in the order of the way.

    Of a patient who was brought in, every day before CARPath; else those that are nothing but a day.
    """
    standing = {row.what: row for row in pathway.milestones.happened()}
    own = [code for code, row in standing.items() if row.before_carpath or code in ANYWHERE]
    own = [code for code in own if code not in ("drafted", "apheresis_booked", "lymphodepletion_planned")]
    return [standing[code] for code in milestones.BY_CODE if code in own]


def correct_days(*, pathway: Pathway, days: Mapping[str, Day], why: str, by: User) -> None:
    """Correct the days of milestones together, with one reason.

    Raises Refused, each beside its milestone: without a reason, when nothing differs, in the future, after the course
    or the life ended, a partial day of what was recorded here, an order that no reading allows.
    """
    with act(by=by, why=why):
        pathway = for_writing(pathway.pk)
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        rows = {row.what: row for row in correctable(pathway)}
        new = {what: _plain(day) for what, day in days.items() if _plain(day) != rows[what].day}
        if not new:
            raise Refused(Reason("nothing_corrected"))
        _must_be_possible(pathway, rows, new)
        for what in in_safe_order(rows, new):
            _write(rows[what], new[what], by)
        for what, day in new.items():
            changed(patient=pathway.patient, pathway=pathway, fact=what, by=by, why=why)
            for follow, vague in _followers.get(what, ()):
                if vague or isinstance(day, date):
                    follow(pathway, day)
        _move_stays(pathway, new)
        if "infusion" in new:
            set_day_0(pathway=pathway, day=new["infusion"] if isinstance(new["infusion"], date) else None, by=by)


def _plain(day: Day) -> Day:
    return day.earliest if isinstance(day, PartialDate) and day.is_exact else day


def _first_and_last(day: Day | None) -> tuple[date, date]:
    if day is None:
        return date.min, date.max
    return (day.earliest, day.latest) if isinstance(day, PartialDate) else (day, day)


def _must_be_possible(pathway: Pathway, rows: Mapping[str, Milestone], new: Mapping[str, Day]) -> None:
    today = clock.today(pathway.hub.timezone)
    ends = [end for end in (pathway.closed_on, pathway.patient.died_on) if end is not None]
    reasons = []
    for what, day in new.items():
        first, last = _first_and_last(day)
        if first > today:
            reasons.append(Reason("in_the_future", what))
        elif ends and first > min(ends):
            reasons.append(Reason("after_the_end", what, {"day": min(ends)}))
        elif rows[what].before_carpath and first > pathway.brought_in_on:
            reasons.append(Reason("after_bringing_in", what, {"day": pathway.brought_in_on}))
        elif first != last and not rows[what].before_carpath:
            reasons.append(Reason("exact_day_needed_here", what))
    known = {row.what: row.day for row in pathway.milestones.filter(superseded=False)} | dict(new)
    for later, earlier in milestones.order_faults(known):
        field = later if later in new else earlier
        if field in new:
            reasons.append(Reason("impossible_order", field, {"later": later, "earlier": earlier}))
    if reasons:
        raise Refused(*reasons)


def in_safe_order(rows: Mapping[str, Milestone], new: Mapping[str, Day]) -> list[str]:
    """An order in which no single step stands in an impossible order: what moves later last first, then the others."""
    way = [code for code in milestones.BY_CODE if code in new]
    later = [code for code in way if _first_and_last(new[code])[0] > _first_and_last(rows[code].day)[0]]
    return [*reversed(later), *(code for code in way if code not in later)]


def _write(row: Milestone, day: Day, by: User) -> None:
    exact = isinstance(day, date)
    if row.actual_on != day:  # the hour belonged to the other day
        row.actual_at = None
    row.actual_on = day if exact else None
    row.known_from, row.known_to = (None, None) if exact else (day.earliest, day.latest)
    row.by, row.version = str(by.pk), row.version + 1
    row.save()


def _move_stays(pathway: Pathway, new: Mapping[str, Day]) -> None:
    for entry in pathway.entries.filter(superseded=False).exclude(stage=Stage.BRIDGING):
        first, last = milestones.STAY_EDGES[Stage(entry.stage)]
        if first in new:
            entry.started_on = new[first] if isinstance(new[first], date) else None
        if last in new and entry.ended_on is not None:
            entry.ended_on = _first_and_last(new[last])[1]
        if entry.started_on and entry.ended_on and entry.ended_on < entry.started_on:
            entry.ended_on = entry.started_on  # its end was a bound by later days, which count no more
        if {first, last} & set(new):
            entry.save()

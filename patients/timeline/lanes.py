"""From a pathway's dates to the lanes of its picture: what was planned first, what is planned now, what happened."""

from datetime import date

from django.utils.translation import gettext as _

from patients.pathway.models import Pathway
from patients.pathway.shown import Standing, short_day
from patients.pathway.stages import Entry, Stage
from patients.pathway.words import MILESTONES, STAGES
from patients.timeline.picture import Bar, Lane, Mark

# The milestones whose plans give a stage that has not begun, or not ended, its planned edges.
# The end is the first of its milestones that has a plan: a product is expected at its release until its arrival is.
PLANNED_EDGES = {
    Stage.MANUFACTURING: ("shipped", ("received", "released")),
    Stage.LYMPHODEPLETION: ("lymphodepletion_started", ("lymphodepletion_ended",)),
}
FOLLOW_UP_MARKS = ("pet_30", "pet_90", "pet_180", "pet_365")


def lanes_of(standing: Standing) -> list[Lane]:
    """The lanes that have something to draw, in the order of the stages."""
    lanes = [
        Lane(
            _("Referral, eligibility"),
            (*_stays(standing, Stage.REFERRAL), *_stays(standing, Stage.ELIGIBILITY, label=_decision(standing))),
        ),
        Lane(str(STAGES[Stage.APHERESIS]), marks=_marks(standing, "apheresis", stage=Stage.APHERESIS)),
        Lane(str(STAGES[Stage.MANUFACTURING]), _interval(standing, Stage.MANUFACTURING)),
        Lane(str(STAGES[Stage.BRIDGING]), _stays(standing, Stage.BRIDGING)),
        Lane(
            _("Lymphodepletion, infusion"),
            _interval(standing, Stage.LYMPHODEPLETION),
            _marks(standing, "infusion", "infusion_2", stage=Stage.INFUSION),
        ),
        Lane(str(STAGES[Stage.TOXICITY]), _stays(standing, Stage.TOXICITY)),
        Lane(str(STAGES[Stage.FOLLOWUP]), marks=_marks(standing, *FOLLOW_UP_MARKS, stage=Stage.FOLLOWUP)),
    ]
    return [lane for lane in lanes if lane.bars or lane.marks]


def _entries(standing: Standing, stage: Stage) -> list[Entry]:
    return [entry for entry in standing.entries if entry.stage == stage and entry.started_on is not None]


def _stays(standing: Standing, stage: Stage, label: str = "") -> tuple[Bar, ...]:
    """What was really stayed; an open stay is drawn up to today."""
    found = _entries(standing, stage)
    return tuple(
        Bar(stage.number, entry.started_on, entry.ended_on, label=label if entry is found[-1] else "")
        for entry in found
    )


def _decision(standing: Standing) -> str:
    decided = standing.actual("decided")
    return _("decided %(day)s") % {"day": short_day(decided, standing.today)} if decided else ""


def _interval(standing: Standing, stage: Stage) -> tuple[Bar, ...]:
    """A stage with planned edges: its stay where it began, its plan where it did not, its delay against the first."""
    first, ends = PLANNED_EDGES[stage]
    last = next((code for code in ends if standing.planned(code) is not None), ends[0])
    planned_start, planned_end = standing.planned(first), standing.planned(last)
    original_start, original_end = _first_plan(standing, first), _first_plan(standing, last)
    entries = _entries(standing, stage)
    if not entries:
        if _is_over(standing) or (planned_start is None and planned_end is None):
            return ()
        start, end = planned_start or planned_end, planned_end or planned_start
    else:
        start, end = entries[-1].started_on, entries[-1].ended_on
        if end is None and planned_end is not None and planned_end > standing.today:
            end = planned_end
    late_from = original_end if original_end and end and end > original_end else None
    label = _("expected %(day)s") % {"day": short_day(end, standing.today)} if end and end > standing.today else ""
    return (
        Bar(
            stage.number,
            start,
            end,
            label=label,
            late_from=late_from,
            first_start=original_start if original_start and original_end else None,
            first_end=original_end if original_start and original_end else None,
            strong=late_from is not None,
        ),
    )


def _first_plan(standing: Standing, code: str) -> date | None:
    row = standing.milestones.get(code)
    return row.first_planned_on if row else None


def _marks(standing: Standing, *codes: str, stage: Stage) -> tuple[Mark, ...]:
    return tuple(mark for code in codes if (mark := _mark(standing, code, stage)) is not None)


def _mark(standing: Standing, code: str, stage: Stage) -> Mark | None:
    row = standing.milestones.get(code)
    if row is None or (row.actual_on is None and (row.planned_on is None or _is_over(standing))):
        return None
    day, done = row.actual_on or row.planned_on, row.actual_on is not None
    first = row.first_planned_on if row.first_planned_on not in (None, day) else None
    words = str(MILESTONES[code])
    if stage == Stage.FOLLOWUP:
        label = words
    else:
        label = (
            short_day(day, standing.today) if done else _("planned %(day)s") % {"day": short_day(day, standing.today)}
        )
        if first is not None:
            label = _("%(now)s (was %(first)s)") % {"now": label, "first": short_day(first, standing.today)}
    return Mark(stage.number, day, done, label=label, first_day=first)


def day_0_of(standing: Standing) -> date | None:
    """Day 0, real or, while the course runs, planned."""
    return standing.pathway.day_0 or (None if _is_over(standing) else standing.planned("infusion"))


def _is_over(standing: Standing) -> bool:
    """Whether the course is closed: what was planned comes no more."""
    return standing.pathway.status == Pathway.Status.CLOSED


def has_picture(standing: Standing) -> bool:
    """Whether there is a day to draw."""
    return any(entry.started_on for entry in standing.entries)

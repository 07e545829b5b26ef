"""Recording bridging beside ordering, apheresis and manufacturing: none, or courses."""

from datetime import date

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.bridging.models import BridgingCourse
from patients.centres.models import Centre
from patients.identity.changes import changed
from patients.pathway.actions import enter_stage, for_writing, leave_stage, must_be_open
from patients.pathway.models import Pathway, StageEntry
from patients.pathway.stages import Stage


def courses(pathway: Pathway):
    """The courses of a pathway in order of their start; one row with `given` False says that none was given."""
    return BridgingCourse.objects.filter(pathway=pathway).select_related("centre").order_by("started_on", "id")


def record_none(*, pathway: Pathway, by) -> BridgingCourse:
    """Say that no bridging is given. Refused once a course is recorded."""
    with act(by=by, why="no bridging"):
        pathway = for_writing(pathway.pk)
        _must_be_before_lymphodepletion(pathway)
        if courses(pathway).filter(given=True).exists():
            raise Refused(Reason("course_recorded", "given"))
        row, _made = BridgingCourse.objects.get_or_create(pathway=pathway, given=False)
        changed(patient=pathway.patient, pathway=pathway, fact="bridging_none", by=by)
        return row


def record(
    *,
    pathway: Pathway,
    modality: str,
    started_on: date,
    by,
    ended_on: date | None = None,
    centre: Centre | None = None,
    setting: str | None = None,
) -> BridgingCourse:
    """Record a course. What was said before, that none is given, becomes this course.

    Raises Refused before the decision, after lymphodepletion has begun, in the future or in impossible order.
    """
    with act(by=by, why="bridging recorded"):
        pathway = for_writing(pathway.pk)
        _must_be_before_lymphodepletion(pathway)
        _must_be_possible(pathway, started_on, ended_on)
        row = courses(pathway).filter(given=False).first() or BridgingCourse(pathway=pathway)
        row.given, row.modality, row.started_on, row.ended_on = True, modality, started_on, ended_on
        row.centre, row.setting = centre, setting
        row.version = row.version + 1 if not row._state.adding else 1
        row.save()
        _follow_with_the_stage(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact="bridging", by=by)
        return row


def end(*, course: BridgingCourse, version: int, ended_on: date, by) -> BridgingCourse:
    """Say when a running course ended."""
    with act(by=by, why="bridging ended"):
        pathway = for_writing(course.pathway_id)
        must_be_open(pathway)
        course = BridgingCourse.objects.get(pk=course.pk)
        if course.version != version:
            raise Conflict(course)
        if course.ended_on is not None or not course.given:
            raise Refused(Reason("already_recorded", "ended_on"))
        _must_be_possible(pathway, course.started_on, ended_on)
        course.ended_on = ended_on
        course.version += 1
        course.save()
        _follow_with_the_stage(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact="bridging_ended", by=by)
        return course


def _follow_with_the_stage(pathway: Pathway, by) -> None:
    """The stay in the stage runs from the first start to the last end, and is open while a course runs."""
    given = [row for row in courses(pathway) if row.given]
    first = min(row.started_on for row in given)
    running = any(row.ended_on is None for row in given)
    stay = StageEntry.objects.filter(pathway=pathway, stage=Stage.BRIDGING, superseded=False).order_by("-started_on")
    row = stay.first()
    if row is None:
        enter_stage(pathway=pathway, stage=Stage.BRIDGING, on=first, by=by)
    elif (row.started_on, row.ended_on is None) != (first, running):
        row.started_on = min(first, row.started_on or first)
        row.ended_on = None if running else row.ended_on
        row.save()
    if not running:
        last = max(row.ended_on for row in given)
        leave_stage(pathway=pathway, stage=Stage.BRIDGING, on=last, by=by)
        StageEntry.objects.filter(pathway=pathway, stage=Stage.BRIDGING, superseded=False).update(ended_on=last)


def _must_be_before_lymphodepletion(pathway: Pathway) -> None:
    must_be_open(pathway)
    if pathway.milestones.happened().filter(what="lymphodepletion_started").exists():
        raise Refused(Reason("bridging_is_over"))


def _must_be_possible(pathway: Pathway, started_on: date, ended_on: date | None) -> None:
    today = clock.today(pathway.hub.timezone)
    if started_on > today:
        raise Refused(Reason("in_the_future", "started_on"))
    if ended_on is not None and ended_on > today:
        raise Refused(Reason("in_the_future", "ended_on"))
    if ended_on is not None and ended_on < started_on:
        raise Refused(Reason("ends_before_start", "ended_on"))
    decided = pathway.milestones.filter(what="decided", superseded=False).values_list("actual_on", flat=True).first()
    if decided is not None and started_on < decided:
        raise Refused(Reason("before_decision", "started_on", {"day": decided}))

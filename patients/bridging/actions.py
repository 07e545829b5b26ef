"""Bridging beside ordering, apheresis and manufacturing: none or courses, news for the hub, and the criteria's word."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.bridging.models import BridgingCourse, CriteriaStatement, InterimEvent
from patients.centres.models import Centre, User
from patients.identity.changes import changed
from patients.pathway.actions import (
    enter_stage,
    finish_steps,
    for_writing,
    must_be_open,
    open_step,
    record_milestone,
    undo_milestone,
)
from patients.pathway.models import Pathway, StageEntry
from patients.pathway.stages import Stage

CRITERIA = "criteria_confirmed"
END_OF_WORK = time(18, 0)


@dataclass(frozen=True)
class Said:
    """A course as somebody tells it. `aims` empty, and the others None or empty, are not known."""

    modality: str
    started_on: date
    ended_on: date | None = None
    aims: tuple[str, ...] = ()
    regimen: str = ""
    centre: Centre | None = None
    setting: str | None = None
    response: str | None = None


def courses(pathway: Pathway):
    """The courses of a pathway in order of their start; one row with `given` False says that none was given."""
    rows = BridgingCourse.objects.standing().filter(pathway=pathway)
    return rows.select_related("centre").order_by("started_on", "id")


# ── none, or courses ─────────────────────────────────────────────────────────────────────────────────────────────


def record_none(*, pathway: Pathway, by) -> BridgingCourse:
    """Say that no bridging is given. Refused once a course is recorded."""
    with act(by=by, why="no bridging"):
        pathway = for_writing(pathway.pk)
        _must_be_before_lymphodepletion(pathway)
        if courses(pathway).filter(given=True).exists():
            raise Refused(Reason("course_recorded", "given"))
        row, _made = BridgingCourse.objects.get_or_create(pathway=pathway, given=False, struck_at=None)
        changed(patient=pathway.patient, pathway=pathway, fact="bridging_none", by=by)
        return row


def record(*, pathway: Pathway, by, **said) -> BridgingCourse:
    """Record a course (`said`: the fields of Said). What was said before, that none is given, becomes this course.

    The criteria must be stated again. Raises Refused before the decision, after lymphodepletion has begun, in the
    future or in impossible order.
    """
    told = Said(**said)
    with act(by=by, why="bridging recorded"):
        pathway = for_writing(pathway.pk)
        _must_be_before_lymphodepletion(pathway)
        _must_be_possible(pathway, told.started_on, told.ended_on)
        row = courses(pathway).filter(given=False).first() or BridgingCourse(pathway=pathway)
        row.given = True
        row.version = row.version + 1 if not row._state.adding else 1
        _write(row, told)
        follow_with_the_stage(pathway, by)
        _ask_for_the_criteria_again(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact="bridging", by=by)
        return row


def _write(row: BridgingCourse, told: Said) -> None:
    row.modality, row.started_on, row.ended_on = told.modality, told.started_on, told.ended_on
    row.aims, row.regimen = sorted(told.aims), told.regimen.strip()
    row.centre, row.setting, row.response = told.centre, told.setting, told.response
    row.save()


def end(*, course: BridgingCourse, version: int, ended_on: date, by, response: str | None = None) -> BridgingCourse:
    """Say when a running course ended, and what came of it where that is known."""
    if course.ended_on is not None or not course.given:
        raise Refused(Reason("already_recorded", "ended_on"))
    told = Said(
        modality=course.modality,
        started_on=course.started_on,
        ended_on=ended_on,
        aims=tuple(course.aims),
        regimen=course.regimen,
        centre=course.centre,
        setting=course.setting,
        response=response or course.response,
    )
    return amend(course=course, version=version, told=told, by=by)


def amend(*, course: BridgingCourse, version: int, told: Said, by, why: str = "") -> BridgingCourse:
    """Complete a course, or correct it: what was said and is said otherwise now needs `why`.

    Raises Refused in impossible order, and Conflict when somebody changed it meanwhile.
    """
    with act(by=by, why=why or "bridging completed"):
        pathway = for_writing(course.pathway_id)
        must_be_open(pathway)
        row = _still(course, version)
        if _contradicts(row, told) and not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        _must_be_possible(pathway, told.started_on, told.ended_on)
        row.version += 1
        _write(row, told)
        follow_with_the_stage(pathway, by)
        _ask_for_the_criteria_again(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact="bridging_changed", by=by, why=why)
        return row


def _contradicts(row: BridgingCourse, told: Said) -> bool:
    """Whether something that was known is told otherwise; filling in what was not known contradicts nothing."""
    known = {name: getattr(row, name) for name in Said.__dataclass_fields__}
    known["aims"] = tuple(sorted(known["aims"]))
    now = {name: getattr(told, name) for name in known} | {"aims": tuple(sorted(told.aims))}
    return any(known[name] not in (None, "", ()) and known[name] != now[name] for name in known)


def strike(*, course: BridgingCourse, version: int, why: str, by: User) -> BridgingCourse:
    """A course entered in error: it stays on record and counts nowhere; the stay in the stage follows."""
    with act(by=by, why=why):
        pathway = for_writing(course.pathway_id)
        must_be_open(pathway)
        row = _still(course, version)
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        row.struck_at, row.struck_by, row.struck_why = clock.now(), by, why.strip()[:240]
        row.version += 1
        row.save()
        follow_with_the_stage(pathway, by)
        _ask_for_the_criteria_again(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact="bridging_struck", by=by, why=why)
        return row


def _still(course: BridgingCourse, version: int) -> BridgingCourse:
    row = BridgingCourse.objects.select_related("centre").get(pk=course.pk)
    if row.version != version or row.struck_at is not None:
        raise Conflict(row)
    return row


# ── news for the hub ─────────────────────────────────────────────────────────────────────────────────────────────


def events(pathway: Pathway):
    """What was told the hub, in order."""
    rows = InterimEvent.objects.filter(pathway=pathway).select_related("told_by", "answered_by")
    return rows.order_by("told_at")


def tell(*, pathway: Pathway, kind: str, by: User, happened_on: date | None = None, note: str = "") -> InterimEvent:
    """Tell the hub of an infection, a progression or a new drug: a step for the hub today; criteria are asked again.

    Raises Refused before the decision, after the infusion, and for a day in the future.
    """
    with act(by=by, why="hub told"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        known = {row.what for row in pathway.milestones.happened()}
        if "decided" not in known:
            raise Refused(Reason("not_decided_yet"))
        if "infusion" in known:
            raise Refused(Reason("already_infused"))
        if happened_on is not None and happened_on > clock.today(pathway.hub.timezone):
            raise Refused(Reason("in_the_future", "happened_on"))
        row = InterimEvent.objects.create(
            pathway=pathway, kind=kind, happened_on=happened_on, note=note.strip(), told_at=clock.now(), told_by=by
        )
        _ask_the_hub(pathway, row, by)
        _ask_for_the_criteria_again(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact=f"told_{kind}", by=by)
        return row


def _ask_the_hub(pathway: Pathway, row: InterimEvent, by: User) -> None:
    today = clock.today(pathway.hub.timezone)
    evening = datetime.combine(today, END_OF_WORK, tzinfo=ZoneInfo(pathway.hub.timezone))
    open_step(
        pathway=pathway,
        code=f"look_at_{row.kind}",
        subject=str(row.pk),
        stage=Stage.BRIDGING,
        origin="bridging",
        owner_role="hub_coordinator",
        next_owner_role="hub_haematologist",
        due_at=max(evening, clock.now()),
        blocks_on=today,
        by=by,
    )


def answer(*, event: InterimEvent, answer: str, by: User) -> InterimEvent:
    """The hub says what it did about what it was told: the step is done."""
    with act(by=by, why="hub answered"):
        pathway = for_writing(event.pathway_id)
        must_be_open(pathway)
        row = InterimEvent.objects.get(pk=event.pk)
        if row.answered_at is not None:
            raise Refused(Reason("already_recorded", "answer"))
        if not answer.strip():
            raise Refused(Reason("reason_missing", "answer"))
        row.answered_at, row.answered_by, row.answer = clock.now(), by, answer.strip()
        row.version += 1
        row.save()
        finish_steps(pathway=pathway, code=f"look_at_{row.kind}", subject=str(row.pk), by=by)
        changed(patient=pathway.patient, pathway=pathway, fact="told_answered", by=by)
        return row


# ── the criteria's word ──────────────────────────────────────────────────────────────────────────────────────────


def statement(pathway: Pathway) -> CriteriaStatement | None:
    """The last word on the criteria, whether or not something has happened since."""
    return CriteriaStatement.objects.filter(pathway=pathway).select_related("by").order_by("at").last()


def criteria_fault(pathway: Pathway) -> str | None:
    """Why lymphodepletion may not begin for want of a word on the criteria; None when it stands."""
    if pathway.milestones.happened().filter(what=CRITERIA).exists():
        return None
    last = statement(pathway)
    if last is None:
        return "criteria_not_stated"
    return "criteria_ask_again" if last.holds else "criteria_do_not_hold"


def state_criteria(*, pathway: Pathway, holds: bool, by: User, note: str = "") -> CriteriaStatement:
    """Say, before lymphodepletion, that the criteria still hold, or what holds no more: then it does not begin.

    Raises Refused before the decision, once lymphodepletion has begun, while news for the hub waits for its answer,
    and for a no without its reason.
    """
    with act(by=by, why="criteria stated"):
        pathway = for_writing(pathway.pk)
        _must_be_before_lymphodepletion(pathway)
        if not pathway.milestones.happened().filter(what="decided").exists():
            raise Refused(Reason("not_decided_yet"))
        if holds and events(pathway).filter(answered_at__isnull=True).exists():
            raise Refused(Reason("news_unanswered"))
        if not holds and not note.strip():
            raise Refused(Reason("reason_missing", "note"))
        row = CriteriaStatement.objects.create(pathway=pathway, holds=holds, note=note.strip(), at=clock.now(), by=by)
        if holds:
            record_milestone(pathway=pathway, what=CRITERIA, at=row.at, by=by)
        else:
            undo_milestone(pathway=pathway, what=CRITERIA, by=by, why=note)
        changed(patient=pathway.patient, pathway=pathway, fact="criteria", by=by)
        return row


def _ask_for_the_criteria_again(pathway: Pathway, by) -> None:
    """What was said before this no longer stands: somebody looks again before lymphodepletion."""
    known = {row.what for row in pathway.milestones.happened()}
    if CRITERIA in known and "lymphodepletion_started" not in known:
        undo_milestone(pathway=pathway, what=CRITERIA, by=by, why="something changed since")


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def reopen(pathway: Pathway, by) -> None:
    """Lymphodepletion has not begun after all: a course that was running runs again."""
    if courses(pathway).filter(given=True).exists():
        follow_with_the_stage(pathway, by)


def follow_with_the_stage(pathway: Pathway, by) -> None:
    """The stay in the stage runs from the first start to the last end, and is open while a course runs."""
    given = [row for row in courses(pathway) if row.given]
    if not given:
        _supersede_the_stay(pathway)
        return
    first = min(row.started_on for row in given)
    ends = [row.ended_on for row in given]
    begun = pathway.milestones.happened().filter(what="lymphodepletion_started").exists()
    running = None in ends and not begun
    row = StageEntry.objects.filter(pathway=pathway, stage=Stage.BRIDGING, superseded=False).last()
    if row is None:
        row = enter_stage(pathway=pathway, stage=Stage.BRIDGING, on=first, by=by)
    row.started_on = min(first, row.started_on or first) if row.before_carpath else first
    if running:
        row.ended_on = None
    elif None not in ends:
        row.ended_on = max(ends)  # else lymphodepletion has ended the stay, and nobody knows when the course ended
    row.save()


def _supersede_the_stay(pathway: Pathway) -> None:
    """No course is left: the stay did not hold."""
    for row in StageEntry.objects.filter(pathway=pathway, stage=Stage.BRIDGING, superseded=False):
        row.superseded = True
        row.ended_on = row.ended_on or max(clock.today(pathway.hub.timezone), row.started_on)
        row.save()


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

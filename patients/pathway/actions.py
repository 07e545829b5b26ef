"""Every write to a pathway's dated facts. Later rooms call these; each runs inside its own action."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from patients.audit import clock
from patients.audit.actions import act, running
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.clinical.days import PartialDate
from patients.identity import links
from patients.identity.changes import changed, lock
from patients.identity.models import CareLink, Patient
from patients.pathway import milestones, stages
from patients.pathway.models import Milestone, Pathway, StageEntry, Step
from patients.pathway.stages import Stage


def open_course(
    *,
    patient: Patient,
    hub: Centre,
    by: User,
    referring_centre: Centre | None = None,
    referrer: User | None = None,
    disease: str | None = None,
) -> Pathway:
    """Begin a course of CAR-T as a draft that only the referring centre sees. Refused while another course is open."""
    with act(by=by, why="referral begun"):
        lock(patient.pk)
        patient.refresh_from_db()
        if patient.died_on is not None:
            raise Refused(Reason("has_died"))
        if Pathway.objects.live().filter(patient=patient).exclude(status=Pathway.Status.CLOSED).exists():
            raise Refused(Reason("course_already_open"))
        last = Pathway.objects.filter(patient=patient).aggregate(last=Max("course"))["last"] or 0
        pathway = Pathway.objects.create(
            patient=patient,
            course=last + 1,
            hub=hub,
            referring_centre=referring_centre,
            referrer=referrer,
            disease=disease,
            created_at=clock.now(),
        )
        if referring_centre is not None:
            links.open_link(patient=patient, centre=referring_centre, kind=CareLink.Kind.REFERRING)
        enter_stage(pathway=pathway, stage=Stage.REFERRAL, on=clock.today(hub.timezone), by=by)
        record_milestone(pathway=pathway, what="drafted", at=clock.now(), by=by)
        return pathway


def record_milestone(
    *,
    pathway: Pathway,
    what: str,
    by,
    on: date | None = None,
    at: datetime | None = None,
    why: str = "",
    field: str | None = None,
) -> Milestone:
    """Write down that a milestone happened, on a local day or at an instant (whose local day at the hub counts).

    `field`: the form field that a refusal belongs to (default: one of the milestone's name).
    Raises Refused when it lies in the future, or stands in an impossible order with another.
    """
    _inside_an_action()
    on = on or clock.local(at, pathway.hub.timezone).date()
    if on > clock.today(pathway.hub.timezone):
        raise Refused(Reason("in_the_future", field or what))
    known = {row.what: row.day for row in pathway.milestones.filter(superseded=False)}
    faults = milestones.order_faults(known | {what: on})
    mine = [fault for fault in faults if what in fault]
    if mine:
        later, earlier = mine[0]
        raise Refused(Reason("impossible_order", field or what, {"later": later, "earlier": earlier}))
    row, made = Milestone.objects.get_or_create(
        pathway=pathway, what=what, superseded=False, defaults={"actual_on": on, "actual_at": at, "by": _name(by)}
    )
    if not made:
        row.actual_on, row.actual_at, row.by, row.version = on, at, _name(by), row.version + 1
        row.known_from = row.known_to = None
        row.save()
    changed(patient=pathway.patient, pathway=pathway, fact=what, by=by, why=why)
    return row


def mark_before_carpath(*, pathway: Pathway, what: str, by, day: date | PartialDate | None = None) -> Milestone:
    """Write down that a milestone happened before the patient was brought in, with as much of its day as is known.

    Raises Refused (field: the milestone's name) when it lies in the future, or in an order that no reading allows.
    """
    _inside_an_action()
    first, last = (day.earliest, day.latest) if isinstance(day, PartialDate) else (day, day)
    if first is not None and first > clock.today(pathway.hub.timezone):
        raise Refused(Reason("in_the_future", what))
    known = {row.what: row.day for row in pathway.milestones.filter(superseded=False)}
    mine = [fault for fault in milestones.order_faults(known | {what: day}) if what in fault]
    if mine:
        later, earlier = mine[0]
        raise Refused(Reason("impossible_order", what, {"later": later, "earlier": earlier}))
    exact = first == last
    row = Milestone.objects.filter(pathway=pathway, what=what, superseded=False).first()
    row = row or Milestone(pathway=pathway, what=what, version=0)  # where it was planned, the plan stays beside it
    row.actual_on, row.before_carpath = first if exact else None, True
    row.known_from, row.known_to = (None, None) if exact else (first, last)
    row.by, row.version = _name(by), row.version + 1
    row.save()
    changed(patient=pathway.patient, pathway=pathway, fact=what, by=by)
    return row


def plan_milestone(*, pathway: Pathway, what: str, on: date | None, by, why: str = "") -> Milestone:
    """Set or move a milestone's plan; its first plan is kept, so that delay can be seen."""
    _inside_an_action()
    row, made = Milestone.objects.get_or_create(
        pathway=pathway,
        what=what,
        superseded=False,
        defaults={"planned_on": on, "first_planned_on": on, "by": _name(by)},
    )
    if not made and row.planned_on != on:
        row.planned_on, row.by, row.version = on, _name(by), row.version + 1
        row.first_planned_on = row.first_planned_on or on
        row.save()
    changed(patient=pathway.patient, pathway=pathway, fact=what, by=by, why=why)
    return row


def undo_milestone(*, pathway: Pathway, what: str, by, why: str = "") -> None:
    """A milestone has not happened after all, or must happen again: its plan stays, its fact goes."""
    _inside_an_action()
    row = Milestone.objects.filter(pathway=pathway, what=what, superseded=False).first()
    if row is None:
        return
    row.actual_on, row.actual_at, row.by, row.version = None, None, _name(by), row.version + 1
    row.before_carpath, row.known_from, row.known_to = False, None, None
    row.save()
    changed(patient=pathway.patient, pathway=pathway, fact=what, by=by, why=why)


def supersede_from(*, pathway: Pathway, stage: Stage, by, why: str) -> None:
    """A failed or repeated attempt: the stays and milestones from a stage onward count no more; history keeps them."""
    _inside_an_action()
    later = stages.ORDER[stages.ORDER.index(stage) :]
    later = [one for one in later if one is not Stage.BRIDGING]
    today = clock.today(pathway.hub.timezone)
    for entry in StageEntry.objects.filter(pathway=pathway, stage__in=later, superseded=False):
        entry.superseded = True
        entry.ended_on = entry.ended_on or max(today, entry.started_on or today)
        entry.save()
    codes = [kind.code for kind in milestones.KINDS if kind.stage in later]
    for row in Milestone.objects.filter(pathway=pathway, what__in=codes, superseded=False):
        row.superseded = True
        row.save()
    changed(patient=pathway.patient, pathway=pathway, fact="attempt_superseded", by=by, why=why)


def enter_stage(*, pathway: Pathway, stage: Stage, on: date | None, by, before_carpath: bool = False) -> StageEntry:
    """Open a stay in a stage. Raises Refused when its door is closed or a stay is open already.

    `before_carpath`: begun before the patient was brought in, perhaps on a day that nobody knows.
    """
    _inside_an_action()
    entries = [entry.as_entry() for entry in pathway.entries.all()]
    reason = None if before_carpath else stages.may_enter(stage, entries)
    if reason is not None:
        raise Refused(Reason(reason, values={"stage": str(stage)}))
    entry = StageEntry.objects.create(pathway=pathway, stage=stage, started_on=on, before_carpath=before_carpath)
    changed(patient=pathway.patient, pathway=pathway, fact=f"{stage}_entered", by=by)
    return entry


def leave_stage(*, pathway: Pathway, stage: Stage, on: date, by) -> None:
    """End the open stay in a stage; nothing happens when there is none."""
    _inside_an_action()
    entry = pathway.entries.filter(stage=stage, ended_on__isnull=True, superseded=False).first()
    if entry is None:
        return
    entry.ended_on = on
    entry.save()
    changed(patient=pathway.patient, pathway=pathway, fact=f"{stage}_left", by=by)


def set_day_0(*, pathway: Pathway, day: date | None, by, why: str = "") -> None:
    """Set or correct day 0, the hub's local date of the first infusion; what is open and counts from it moves."""
    _inside_an_action()
    Pathway.objects.filter(pk=pathway.pk).update(day_0=day)
    pathway.day_0 = day
    changed(patient=pathway.patient, pathway=pathway, fact="day_0", by=by, why=why)


def set_status(*, pathway: Pathway, status: str, by, why: str = "", **fields) -> None:
    """Change a pathway's status with the fields that belong to it."""
    _inside_an_action()
    for name, value in {"status": status, **fields}.items():
        setattr(pathway, name, value)
    pathway.version += 1
    pathway.save(update_fields=["status", "version", *fields])
    changed(patient=pathway.patient, pathway=pathway, fact=f"status_{status}", by=by, why=why)


def hold(*, pathway: Pathway, reason: str, by: User) -> None:
    """Put an open pathway on hold, from today, with a reason."""
    with act(by=by, why=reason):
        lock(pathway.patient_id)
        pathway.refresh_from_db()
        if pathway.status != Pathway.Status.OPEN:
            raise Refused(Reason("not_open"))
        set_status(
            pathway=pathway,
            status=Pathway.Status.ON_HOLD,
            by=by,
            why=reason,
            held_since=clock.today(pathway.hub.timezone),
            hold_reason=reason,
        )


def resume(*, pathway: Pathway, by: User) -> None:
    """Take a pathway up again."""
    with act(by=by, why="resumed"):
        lock(pathway.patient_id)
        pathway.refresh_from_db()
        if pathway.status != Pathway.Status.ON_HOLD:
            raise Refused(Reason("not_on_hold"))
        set_status(pathway=pathway, status=Pathway.Status.OPEN, by=by, held_since=None, hold_reason="")


def close(*, pathway: Pathway, exit_reason: str, by, on: date | None = None, note: str = "") -> None:
    """Close a pathway with a coded reason: its open stays end, its steps and bookings are given back."""
    with act(by=by, why=note or exit_reason):
        lock(pathway.patient_id)
        pathway.refresh_from_db()
        if pathway.status == Pathway.Status.CLOSED:
            raise Refused(Reason("already_closed"))
        on = on or clock.today(pathway.hub.timezone)
        if on > clock.today(pathway.hub.timezone):
            raise Refused(Reason("in_the_future", "closed_on"))
        for entry in pathway.entries.filter(ended_on__isnull=True, superseded=False):
            entry.ended_on = max(on, entry.started_on or on)
            entry.save()
        set_status(
            pathway=pathway,
            status=Pathway.Status.CLOSED,
            by=by,
            why=note,
            closed_on=on,
            exit_reason=exit_reason,
            exit_note=note,
            held_since=None,
        )


def share_daily_grid(*, pathway: Pathway, shared: bool, by: User) -> None:
    """Let the referring centre read the daily grid of toxicity, or no longer. Refused when nobody referred."""
    with act(by=by, why="daily grid shared" if shared else "daily grid no longer shared"):
        lock(pathway.patient_id)
        if pathway.referring_centre is None:
            raise Refused(Reason("no_referring_centre"))
        links.share(patient=pathway.patient, centre=pathway.referring_centre, facet="toxicity", shared=shared)
        changed(patient=pathway.patient, pathway=pathway, fact="daily_grid_shared", by=by)


def open_step(
    *,
    pathway: Pathway,
    code: str,
    stage: Stage,
    origin: str,
    owner_role: str,
    due_at: datetime,
    by,
    subject: str = "",
    details: dict | None = None,
    centre: Centre | None = None,
    owner: User | None = None,
    next_owner_role: str | None = None,
    blocks_on: date | None = None,
) -> Step:
    """Open a step that a room asks for, beside those of the map; an open one of the same subject is kept.

    `blocks_on`: the day of the milestone that waits for it, which may give it the ball.
    """
    _inside_an_action()
    step, _ = Step.objects.get_or_create(
        pathway=pathway,
        code=code,
        subject=subject,
        done_at=None,
        dropped_at=None,
        defaults={
            "stage": stage,
            "origin": origin,
            "details": details or {},
            "centre": centre or pathway.hub,
            "owner_role_id": owner_role,
            "owner": owner,
            "next_owner_role_id": next_owner_role,
            "opened_at": clock.now(),
            "due_at": due_at,
            "blocks_on": blocks_on,
        },
    )
    changed(patient=pathway.patient, pathway=pathway, fact=f"step_{code}", by=by)
    return step


def finish_steps(*, pathway: Pathway, code: str, by, subject: str | None = None) -> int:
    """Mark a room's open steps of a code as done; returns how many."""
    _inside_an_action()
    found = pathway.steps.filter(code=code, done_at__isnull=True, dropped_at__isnull=True)
    if subject is not None:
        found = found.filter(subject=subject)
    count = found.update(done_at=clock.now(), done_by=_name(by), has_ball=False)
    if count:
        changed(patient=pathway.patient, pathway=pathway, fact=f"step_{code}_done", by=by)
    return count


def version_now(pathway: Pathway) -> int:
    """The version of a pathway's row as it stands in the database now."""
    return Pathway.objects.values_list("version", flat=True).get(pk=pathway.pk)


def for_writing(pathway_id: UUID) -> Pathway:
    """A pathway for an action: its patient is locked first, then its row is read as it stands."""
    _inside_an_action()
    patient_id = Pathway.objects.values_list("patient_id", flat=True).get(pk=pathway_id)
    lock(patient_id)
    return Pathway.objects.select_related("patient", "hub", "referring_centre", "product").get(pk=pathway_id)


def must_be_open(pathway: Pathway) -> None:
    """Refuse work on a draft, on a pathway on hold and on a closed one."""
    if pathway.status != Pathway.Status.OPEN:
        raise Refused(Reason("not_open"))


def _name(by) -> str:
    return by if isinstance(by, str) else str(by.pk)


def _inside_an_action() -> None:
    if running() is None:
        raise RuntimeError("a pathway changes only inside an action: use act(by=, why=)")

"""Infusions: go or no-go, two people compare identity at thaw and bedside, the cells are given; dates are corrected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import User
from patients.identity import checks, links
from patients.identity.chain import IdentityCheck
from patients.identity.changes import changed
from patients.identity.models import CareLink
from patients.infusion import rules
from patients.infusion.models import GoItem, Infusion, Readiness, Thaw
from patients.infusion.rules import Answer, Repeats
from patients.lymphodepletion.actions import window_of
from patients.lymphodepletion.rules import OK
from patients.manufacturing.actions import must_be_available, standing_lot
from patients.observations import actions as observations
from patients.observations.models import Observation
from patients.pathway import chain, stages
from patients.pathway.actions import (
    enter_stage,
    for_writing,
    leave_stage,
    must_be_open,
    plan_milestone,
    record_milestone,
    set_day_0,
    supersede_from,
    undo_milestone,
)
from patients.pathway.models import Pathway, StageEntry
from patients.pathway.stages import Stage
from patients.products.signatures import fact_holds

POINT = IdentityCheck.Point.INFUSION
THAW = IdentityCheck.Point.THAW
AFTERWARDS = IdentityCheck.Point.AFTERWARDS
CLOCKS_DIFFER = timedelta(minutes=5)  # a time a little ahead of ours is another clock, not the future
WRITTEN_TO_THE_MINUTE = timedelta(minutes=1)  # 10:05 on a form is any second of that minute
FIELDS = {
    "tocilizumab": "tocilizumab_doses_on_site",
    "weight": "weight_kg",
    "consent": "patient_informed",
    "baseline_pressure": "systolic",
}
MILESTONES = {1: "infusion", 2: "infusion_2"}

WorstCrs = Callable[[Pathway], "WorstGrade | None"]
_worst_crs: list[WorstCrs] = []


@dataclass(frozen=True)
class WorstGrade:
    """The highest grade since the first infusion as the toxicity room has it, and the instant of its set."""

    grade: int
    at: datetime
    confirmed: bool


def register_crs(known: WorstCrs) -> None:
    """Let the toxicity room, which lies further along the way, say what the go of a second infusion asks."""
    _worst_crs[:] = [known]


Hangs = Callable[[Pathway], bool]
_hanging: dict[str, Hangs] = {}


def register_hanging(code: str, hangs: Hangs) -> None:
    """Let a room further along the way say whether its facts hang on the first infusion; `code`: the refusal's."""
    _hanging[code] = hangs


def crs_since_first(pathway: Pathway) -> WorstGrade | None:
    """The highest grade of CRS since the first infusion; None where no set knows one."""
    return _worst_crs[0](pathway) if _worst_crs else None


# ── what stands ──────────────────────────────────────────────────────────────────────────────────────────────────


def infusion(pathway: Pathway, number: int = 1) -> Infusion | None:
    """A recorded infusion by its number, or None. The first sets day 0."""
    return infusions(pathway).filter(number=number).first()


def infusions(pathway: Pathway):
    """The recorded infusions in their order."""
    rows = Infusion.objects.standing().filter(pathway=pathway).order_by("number")
    return rows.select_related("lot", "identity__by", "identity__first__by", "readiness")


def repeats(pathway: Pathway) -> Repeats:
    """The days of the product's infusions: most have one, obe-cel two (reference 4)."""
    product = pathway.product
    if product is None or not product.infusion_days:
        return Repeats((1,))
    return Repeats(tuple(product.infusion_days), product.infusion_tolerance_days or 0, product.infusion_latest_day)


def awaited(pathway: Pathway) -> int | None:
    """The number of the infusion that comes next, None when none does. One from before CARPath has no row here."""
    number = infusions(pathway).count() + 1
    happened = set(pathway.milestones.happened().values_list("what", flat=True))
    if number == 1 and MILESTONES[1] in happened:
        number = 2
    if number > len(repeats(pathway).days) or (number > 1 and pathway.day_0 is None):
        return None
    if MILESTONES.get(number) in happened:
        return None
    left_out = Readiness.objects.filter(pathway=pathway, number=number, decision=Readiness.Decision.LEFT_OUT)
    return None if left_out.exists() else number


def answers(pathway: Pathway, number: int) -> dict[str, GoItem]:
    """The latest answer to each item of an infusion's go."""
    rows = (
        GoItem.objects.filter(pathway=pathway, number=number).exclude(_UNMEASURED).select_related("by").order_by("at")
    )
    return {row.item: row for row in rows}


# An answer whose value was struck through, or corrected, since.
_UNMEASURED = (
    Q(measured__struck_at__isnull=False)
    | Q(measured__corrected_by__isnull=False)
    | Q(measured_second__struck_at__isnull=False)
    | Q(measured_second__corrected_by__isnull=False)
)


def faults(pathway: Pathway, number: int) -> dict[str, str]:
    """The items that stop an infusion now, each with its reason code."""
    said = {item: row.as_answer() for item, row in answers(pathway, number).items()}
    return rules.faults(number, said, clock.now())


def readiness(pathway: Pathway, number: int = 1) -> Readiness | None:
    """The latest go or no-go of an infusion that still holds, or None."""
    rows = _readiness(pathway, number).filter(at__gt=clock.now() - rules.GO_HOLDS)
    return rows.order_by("-at").first()


def _readiness(pathway: Pathway, number: int):
    """What was decided on values that still stand."""
    rows = Readiness.objects.filter(pathway=pathway, number=number)
    undone = GoItem.objects.filter(pathway=pathway, number=number).filter(
        Q(measured__struck_at__gt=OuterRef("at"))
        | Q(measured__corrected_by__recorded_at__gt=OuterRef("at"))
        | Q(measured_second__struck_at__gt=OuterRef("at"))
        | Q(measured_second__corrected_by__recorded_at__gt=OuterRef("at"))
    )
    return rows.exclude(Exists(undone))


def thaws(pathway: Pathway, number: int):
    """The clocks of the bags of an infusion."""
    rows = Thaw.objects.filter(pathway=pathway, number=number, superseded=False)
    return rows.select_related("by", "identity").order_by("bag")


def placed(pathway: Pathway, number: int, on: date) -> str | None:
    """What the window says of an infusion on a day: from lymphodepletion for the first, from the first for a later."""
    if number == 1:
        window = window_of(pathway, on)
        return window and window.result
    return rules.placed(repeats(pathway), number, pathway.day_0, on)


@dataclass(frozen=True)
class Redo:
    """Why lymphodepletion is given again before an infusion: the refusal's code, and whether the label was read."""

    code: str
    verified: bool


def redo_of(pathway: Pathway, number: int, on: date) -> Redo | None:
    """Whether too long a time lies between lymphodepletion and the first infusion by the regimen's own rule."""
    window = window_of(pathway, on) if number == 1 else None
    if window is None or window.redo is False:
        return None
    return Redo("lymphodepletion_again" if window.redo else "white_cells_not_known", window.redo_verified)


def must_be_possible_now(pathway: Pathway) -> None:
    """Refuse what an infusion today could not come of: course, stage, product, an open incident."""
    must_be_possible_at(pathway, POINT)


def must_be_possible_at(pathway: Pathway, point: str) -> None:
    """The same for the checks at a point: from the papers the product's expiry is judged on the day it was given."""
    _must_await_infusion(pathway)
    checks.must_have_no_incident(pathway.pk)
    lot = standing_lot(pathway)
    must_be_available(lot, _day_of_availability(pathway, lot, point))


# ── go or no-go ──────────────────────────────────────────────────────────────────────────────────────────────────


def make_ready(
    *,
    pathway: Pathway,
    answers: Mapping[str, Answer],
    by: User,
    decision: str = "",
    reason: str = "",
    window_reason: str = "",
    planned_on: date | None = None,
) -> Readiness | None:
    """Record answers to items of the go and, with a decision, the go or no-go; None without one.

    `reason`: why it is no go, or why a physician lets pass what does not hold. `planned_on`: the new day after a no-go.
    Raises Refused when it is said to be a go and is none, outside the label's window without its reason, and without a
    reason for a no-go.
    """
    with act(by=by, why="go for infusion"):
        pathway = for_writing(pathway.pk)
        number = _must_await_infusion(pathway)
        if decision != Readiness.Decision.LEFT_OUT:
            must_be_available(standing_lot(pathway), clock.today(pathway.hub.timezone))
        _answer(pathway, number, answers, by)
        row = _decide(pathway, number, decision, reason, window_reason, planned_on, by) if decision else None
        changed(patient=pathway.patient, pathway=pathway, fact="infusion_go", by=by)
        return row


def _answer(pathway: Pathway, number: int, said: Mapping[str, Answer], by: User) -> None:
    for item, answer in said.items():
        if answer.second is not None and answer.amount is not None and answer.second >= answer.amount:
            raise Refused(Reason("diastolic_above_systolic", "diastolic"))
        measured, second = _measure(pathway, number, item, answer, by)
        GoItem.objects.create(
            pathway=pathway,
            number=number,
            item=item,
            holds=answer.holds,
            amount=answer.amount,
            second=answer.second,
            note=answer.note.strip(),
            measured=measured,
            measured_second=second,
            at=clock.now(),
            by=by,
        )


def _measure(pathway: Pathway, number: int, item: str, answer: Answer, by: User) -> list[Observation | None]:
    """Weight and baseline are measured once and read by all; the baseline is the one before the first infusion."""
    measured = []
    if item == "weight" and answer.amount is not None:
        measured = [(Observation.What.WEIGHT, answer.amount, "kg")]
    elif item == "baseline_pressure" and number == 1 and answer.amount is not None and answer.second is not None:
        measured = [
            (Observation.What.BASELINE_SYSTOLIC, answer.amount, "mmHg"),
            (Observation.What.BASELINE_DIASTOLIC, answer.second, "mmHg"),
        ]
    rows = [
        observations.record(patient=pathway.patient, what=what, value=value, unit=unit, by=by)
        for what, value, unit in measured
    ]
    return [*rows, None, None][:2]


def _decide(pathway, number, decision, reason, window_reason, planned_on, by) -> Readiness:
    found = faults(pathway, number)
    if decision == Readiness.Decision.GO:
        _must_be_a_go(found, reason)
        _must_fit_the_window(pathway, number, window_reason)
    elif not reason.strip():
        raise Refused(Reason("reason_missing", "reason"))
    if decision == Readiness.Decision.LEFT_OUT and number == 1:
        raise Refused(Reason("first_is_not_left_out", "decision"))
    said = answers(pathway, number)
    doses, weight, consent = said.get("tocilizumab"), said.get("weight"), said.get("consent")
    go = decision == Readiness.Decision.GO
    row = Readiness.objects.create(
        pathway=pathway,
        number=number,
        decision=decision,
        at=clock.now(),
        by=str(by.pk),
        reason=reason.strip() if found or not go else "",
        overridden=sorted(found) if go else [],
        window_reason=window_reason.strip() if go else "",
        tocilizumab_doses_on_site=doses and doses.amount,
        tocilizumab_alternative=doses.note[:160] if doses else "",
        weight_kg=weight and weight.amount,
        patient_informed=consent and consent.holds,
    )
    if not go:
        _plan_after_no_go(pathway, number, decision, planned_on, reason, by)
    return row


def _must_be_a_go(found: dict[str, str], reason: str) -> None:
    never = {item: code for item, code in found.items() if not rules.may_override(item)}
    stops = never or ({} if reason.strip() else found)
    if stops:
        raise Refused(*(Reason(code, FIELDS.get(item, item)) for item, code in stops.items()))


def _must_fit_the_window(pathway: Pathway, number: int, reason: str) -> None:
    """Outside of a window that was read in the label a physician's reason is asked; an unread one only warns."""
    today = clock.today(pathway.hub.timezone)
    if reason.strip() or placed(pathway, number, today) in (None, OK):
        return
    redo = redo_of(pathway, number, today)
    if redo is not None and redo.verified:
        raise Refused(Reason(redo.code, "window_reason"))
    if number > 1:
        verified, planned_so = fact_holds(pathway.product, "infusions", pathway.hub_id), False
    else:
        window = window_of(pathway, today)
        verified, planned_so = window.verified, window.reason_given
    if verified and not planned_so:
        raise Refused(Reason("outside_window", "window_reason"))


def _plan_after_no_go(pathway, number, decision, planned_on, reason, by) -> None:
    if decision == Readiness.Decision.LEFT_OUT:
        plan_milestone(pathway=pathway, what=MILESTONES[number], on=None, by=by, why=reason)
    elif planned_on is not None:
        if planned_on < clock.today(pathway.hub.timezone):
            raise Refused(Reason("planned_in_the_past", "planned_on"))
        plan_milestone(pathway=pathway, what=MILESTONES[number], on=planned_on, by=by, why=reason)


# ── two people, and the thaw ─────────────────────────────────────────────────────────────────────────────────────


def check_identity(
    *, pathway: Pathway, typed: Mapping[str, str], by: User, own_log_in: bool = True, point: str = POINT
) -> IdentityCheck:
    """One of the two people compares patient, product and collection: at the thaw, at the bedside, or from the papers.

    A mismatch does not raise: the check that comes back says so, its incident is kept, and the caller stops. Raises
    Refused when the infusion may not come now, and as `checks.check`.
    """
    with act(by=by, why="identity checked"):
        pathway = for_writing(pathway.pk)
        number = _must_await_infusion(pathway)
        lot = standing_lot(pathway)
        must_be_available(lot, _day_of_availability(pathway, lot, point))
        if point == POINT and not thaws(pathway, number).exists():
            raise Refused(Reason("nothing_thawed"))
        return chain.check_identity(
            pathway=pathway, subject=lot.pk, point=point, typed=typed, by=by, own_log_in=own_log_in
        )


def _day_of_availability(pathway: Pathway, lot, point: str) -> date:
    """What was given while the app was down may have expired since: its own day is looked at when it is recorded."""
    today = clock.today(pathway.hub.timezone)
    if point == AFTERWARDS and lot is not None and lot.expires_on is not None:
        return min(today, lot.expires_on)
    return today


def start_thaw(*, pathway: Pathway, bag: int, at: datetime, by: User, why: str = "") -> Thaw:
    """Start the clock of a bag, at the moment that the product's label counts from (reference 4).

    Raises Refused without a go, without two matching checks at the thaw that hold, with a product that is not
    available, in the future, or for a bag whose clock runs unless `why` says why it is corrected.
    """
    with act(by=by, why=why or "thaw started"):
        pathway = for_writing(pathway.pk)
        number = _must_await_infusion(pathway)
        checks.must_have_no_incident(pathway.pk)
        at = at.astimezone(UTC)
        if at > clock.now() + CLOCKS_DIFFER:
            raise Refused(Reason("in_the_future", "at"))
        lot = standing_lot(pathway)
        must_be_available(lot, clock.local(at, pathway.hub.timezone).date(), "at")
        _go(pathway, number, at)
        pair = _pair(pathway, lot, at, THAW, "at")
        known = thaws(pathway, number).filter(bag=bag).first()
        if known is not None:
            if not why.strip():
                raise Refused(Reason("bag_is_thawed", "bag"))
            known.superseded, known.version = True, known.version + 1
            known.save()
        product = pathway.product
        row = Thaw.objects.create(
            pathway=pathway,
            number=number,
            lot=lot,
            bag=bag,
            identity=pair,
            at=at,
            starts=product.thaw_starts or "",
            minutes=product.thaw_minutes,
            to_end=product.thaw_to_end,
            infusion_minutes=product.infusion_minutes,
            verified=fact_holds(product, "thaw", pathway.hub_id),
            by=by,
        )
        changed(patient=pathway.patient, pathway=pathway, fact="thaw", by=by)
        return row


# ── the infusion ─────────────────────────────────────────────────────────────────────────────────────────────────


def record(
    *,
    pathway: Pathway,
    started_at: datetime,
    by,
    ended_at: datetime | None = None,
    bags: int | None = None,
    dose_10e6: Decimal | None = None,
    whole_volume: bool | None = None,
    reaction: bool | None = None,
    reaction_note: str = "",
    thaw_reason: str = "",
) -> Infusion:
    """Record the infusion that comes next. Of the first, the local day at the hub becomes day 0.

    Raises Refused without a go, without a thawed bag whose clock runs (`thaw_reason`: a physician's, where it has run
    out), without two matching checks at the bedside that hold at its start, with an open incident, with a product that
    is not available that day, before lymphodepletion has ended, in the future, or once too often.
    """
    with act(by=by, why="infusion recorded"):
        pathway = for_writing(pathway.pk)
        number = _must_await_infusion(pathway)
        checks.must_have_no_incident(pathway.pk)
        started_at, ended_at = _in_utc(started_at), _in_utc(ended_at)
        _must_be_possible_times(started_at, ended_at)
        lot = standing_lot(pathway)
        must_be_available(lot, rules.day_0(started_at, pathway.hub.timezone), "started_at")
        pair = _pair(pathway, lot, started_at, POINT, "started_at")
        ready = _go(pathway, number, started_at)
        ran_out = _must_be_thawed(pathway, number, started_at, ended_at, thaw_reason)
        return _write(
            pathway,
            number,
            by,
            lot=lot,
            identity=pair,
            readiness=ready,
            started_at=started_at,
            ended_at=ended_at,
            bags=bags,
            dose_10e6=dose_10e6,
            whole_volume=whole_volume,
            reaction=reaction,
            reaction_note=reaction_note,
            thaw_reason=thaw_reason.strip() if ran_out else "",
        )


def record_afterwards(
    *,
    pathway: Pathway,
    started_at: datetime,
    paper_checked_by: str,
    reason: str,
    by: User,
    ended_at: datetime | None = None,
    bags: int | None = None,
    dose_10e6: Decimal | None = None,
    whole_volume: bool | None = None,
    reaction: bool | None = None,
    reaction_note: str = "",
) -> Infusion:
    """Record an infusion that was given while the app could not be used: go, thaw and hour of the checks are on paper.

    It is marked so, with the reason and the names of the two who compared at the bedside. Two people have compared the
    papers with what is recorded (`check_identity` at the point `afterwards`): identity, and a product received, in
    date, released or accepted, are asked as ever.
    """
    with act(by=by, why=reason):
        pathway = for_writing(pathway.pk)
        number = _must_await_infusion(pathway)
        checks.must_have_no_incident(pathway.pk)
        missing = [("reason", reason), ("paper_checked_by", paper_checked_by)]
        if any(not text.strip() for _field, text in missing):
            raise Refused(*(Reason("reason_missing", field) for field, text in missing if not text.strip()))
        started_at, ended_at = _in_utc(started_at), _in_utc(ended_at)
        _must_be_possible_times(started_at, ended_at)
        lot = standing_lot(pathway)
        must_be_available(lot, rules.day_0(started_at, pathway.hub.timezone), "started_at")
        return _write(
            pathway,
            number,
            by,
            lot=lot,
            identity=_complete_pair(pathway, lot, AFTERWARDS),
            started_at=started_at,
            ended_at=ended_at,
            bags=bags,
            dose_10e6=dose_10e6,
            whole_volume=whole_volume,
            reaction=reaction,
            reaction_note=reaction_note,
            afterwards_reason=reason.strip(),
            paper_checked_by=paper_checked_by.strip(),
        )


def _write(pathway: Pathway, number: int, by, **given) -> Infusion:
    if given["reaction_note"] and given["reaction"] is not True:
        raise Refused(Reason("note_without_reaction", "reaction"))
    given["reaction_note"] = given["reaction_note"].strip()
    started_at = given["started_at"]
    day = rules.day_0(started_at, pathway.hub.timezone)
    if number == 1:
        enter_stage(pathway=pathway, stage=Stage.INFUSION, on=day, by=by)
    elif (first := infusion(pathway)) is not None and started_at <= first.started_at:
        raise Refused(Reason("before_the_first", "started_at"))
    record_milestone(pathway=pathway, what=MILESTONES[number], at=started_at, by=by, field="started_at")
    if number == 1:
        leave_stage(pathway=pathway, stage=Stage.INFUSION, on=day, by=by)
    made = Infusion.objects.create(pathway=pathway, number=number, **given)
    if number == 1:
        for stage in (Stage.TOXICITY, Stage.FOLLOWUP):
            enter_stage(pathway=pathway, stage=stage, on=day, by=by)
        _count_from(pathway, day, by)
    changed(patient=pathway.patient, pathway=pathway, fact="infusion_given", by=by)
    return made


def _count_from(pathway: Pathway, day: date, by, why: str = "") -> None:
    """What counts from the first infusion: day 0, the ward's time, and the plan of the next infusion."""
    set_day_0(pathway=pathway, day=day, by=by, why=why)
    _end_the_wards_time(pathway, day)
    plan_next(pathway, by, why)


def plan_next(pathway: Pathway, by, why: str = "") -> None:
    """Plan the second infusion of a product that has one, counted from day 0."""
    if awaited(pathway) is not None:
        due = rules.due(repeats(pathway), 2, pathway.day_0)
        plan_milestone(pathway=pathway, what=MILESTONES[2], on=due, by=by, why=why)


def correct(
    *,
    pathway: Pathway,
    version: int,
    started_at: datetime,
    ended_at: datetime | None,
    why: str,
    by,
    number: int = 1,
    checks_reason: str = "",
) -> Infusion:
    """Correct when an infusion was, with a reason: day 0, the ward's time and open plans move with the first.

    The two people's checks must hold at the new hour too: outside of their hour only with `checks_reason`, a
    physician's, and the infusion is then marked as recorded outside of the checks. Raises Refused without a reason, in
    the future, before lymphodepletion's end or the product's receipt, or when something recorded later would then
    stand before it; Conflict when it was corrected meanwhile.
    """
    with act(by=by, why=why):
        pathway = for_writing(pathway.pk)
        if pathway.status == Pathway.Status.DRAFT:
            raise Refused(Reason("not_open"))
        made = infusion(pathway, number)
        if made is None:
            raise Refused(Reason("nothing_infused"))
        if made.version != version:
            raise Conflict(made)
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        started_at, ended_at = _in_utc(started_at), _in_utc(ended_at)
        _must_be_possible_times(started_at, ended_at)
        day = rules.day_0(started_at, pathway.hub.timezone)
        must_be_available(made.lot, day, "started_at")
        _must_not_follow_the_end(pathway, day)
        what = MILESTONES[number]
        record_milestone(pathway=pathway, what=what, at=started_at, by=by, why=why, field="started_at")
        made.afterwards_reason = made.afterwards_reason or _outside_the_checks(made, started_at, checks_reason)
        made.started_at, made.ended_at = started_at, ended_at
        if _was_too_late(made):
            made.thaw_reason = made.thaw_reason or why.strip()
        made.version += 1
        made.save()
        if number == 1:
            _move_stays(pathway, day)
            _count_from(pathway, day, by, why)
        changed(patient=pathway.patient, pathway=pathway, fact="infusion_corrected", by=by, why=why)
        return made


def strike(*, pathway: Pathway, number: int, version: int, why: str, by: User) -> Infusion:
    """An infusion entered in error counts nowhere. With the first go day 0 and all that was planned or counted from it.

    Its lot, checks, go and thaw stay recorded with it, and serve the one that is recorded instead while they hold.
    Raises Refused without a reason, while a later infusion stands, and while facts of toxicity or follow-up hang on it;
    Conflict when somebody changed it meanwhile.
    """
    with act(by=by, why=why):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        made = infusion(pathway, number)
        if made is None:
            raise Refused(Reason("nothing_infused"))
        if made.version != version:
            raise Conflict(made)
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        if infusions(pathway).filter(number__gt=number).exists():
            raise Refused(Reason("later_infusion_stands"))
        hanging = [code for code, hangs in _hanging.items() if number == 1 and hangs(pathway)]
        if hanging:
            raise Refused(*(Reason(code) for code in hanging))
        made.struck_at, made.struck_by, made.struck_why = clock.now(), by, why.strip()
        made.version += 1
        made.save()
        if number == 1:
            _count_no_more(pathway, by, why)
        else:
            undo_milestone(pathway=pathway, what=MILESTONES[number], by=by, why=why)
        changed(patient=pathway.patient, pathway=pathway, fact="infusion_struck", by=by, why=why)
        return made


def _count_no_more(pathway: Pathway, by: User, why: str) -> None:
    """Day 0 goes with all that counted from it; the infusion is planned again on the day that was planned."""
    planned = pathway.milestones.get(what=MILESTONES[1], superseded=False).planned_on
    supersede_from(pathway=pathway, stage=Stage.INFUSION, by=by, why=why)
    if planned is not None:
        plan_milestone(pathway=pathway, what=MILESTONES[1], on=planned, by=by, why=why)
    set_day_0(pathway=pathway, day=None, by=by, why=why)
    links.lift_end(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.WARD)


def _outside_the_checks(made: Infusion, started_at: datetime, reason: str) -> str:
    """ "" while the checks hold at the corrected hour; outside of it the reason, which must be there."""
    if made.identity.point == AFTERWARDS:
        return ""
    try:
        _must_hold(made.identity, started_at, made.pathway.hub.timezone, "started_at")
    except Refused:
        if not reason.strip():
            raise
        return reason.strip()
    return ""


def _move_stays(pathway: Pathway, day: date) -> None:
    for entry in StageEntry.objects.filter(
        pathway=pathway, stage__in=[Stage.INFUSION, Stage.TOXICITY, Stage.FOLLOWUP], superseded=False
    ):
        entry.started_on = day
        if entry.stage == Stage.INFUSION:
            entry.ended_on = day
        if entry.ended_on is not None and entry.ended_on < day:
            raise Refused(Reason("stage_ended_before", "started_at", {"stage": entry.stage, "day": entry.ended_on}))
        entry.save()


def _must_not_follow_the_end(pathway: Pathway, day: date) -> None:
    ends = [end for end in (pathway.closed_on, pathway.patient.died_on) if end is not None]
    if ends and day > min(ends):
        raise Refused(Reason("before_last_fact_of_course", "started_at", {"day": min(ends)}))


def follow_correction(pathway: Pathway, day: date) -> None:
    """Of a patient who was brought in, the ward's time moves with the day of the infusion."""
    _end_the_wards_time(pathway, day)


def _end_the_wards_time(pathway: Pathway, day: date) -> None:
    """The ward's link ends with day +30; where that has passed, it ends now; a link that had ended too early is new."""
    now = clock.now()
    end = rules.ward_ends(day, pathway.hub.timezone)
    found = links.end_links(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.WARD, at=max(end, now))
    if not found and end > now:
        links.open_link(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.WARD, ends_at=end)


def _must_await_infusion(pathway: Pathway) -> int:
    """The number of the infusion that may come now. Raises Refused when none does."""
    must_be_open(pathway)
    number = awaited(pathway)
    if number is None:
        raise Refused(Reason("already_infused"))
    if number == 1:
        reason = stages.may_enter(Stage.INFUSION, [entry.as_entry() for entry in pathway.entries.all()])
        if reason is not None:
            raise Refused(Reason(reason, values={"stage": str(Stage.INFUSION)}))
    return number


def _in_utc(instant: datetime | None) -> datetime | None:
    """Sums of wall clocks go wrong in the hour that comes twice; sums of UTC do not."""
    return None if instant is None else instant.astimezone(UTC)


def _must_be_possible_times(started_at: datetime, ended_at: datetime | None) -> None:
    for field, instant in (("started_at", started_at), ("ended_at", ended_at)):
        if instant is not None and instant > clock.now() + CLOCKS_DIFFER:
            raise Refused(Reason("in_the_future", field))
    if ended_at is not None and ended_at < started_at:
        raise Refused(Reason("ends_before_start", "ended_at"))


def _go(pathway: Pathway, number: int, at: datetime) -> Readiness:
    """The go that stood at an instant."""
    rows = _readiness(pathway, number).filter(at__lt=at + WRITTEN_TO_THE_MINUTE, at__gt=at - rules.GO_HOLDS)
    ready = rows.order_by("-at").first()
    if ready is None or not ready.go:
        raise Refused(Reason("no_go_recorded"))
    return ready


def _must_be_thawed(
    pathway: Pathway, number: int, started_at: datetime, ended_at: datetime | None, reason: str
) -> bool:
    """Whether the clock of the first bag had run out at the start, or that of the last one at the end. Refused without
    a bag, and, where the figure was read in the label, when it had run out and no physician says why it is given."""
    bags = sorted(thaws(pathway, number), key=lambda bag: bag.at)
    if not bags:
        raise Refused(Reason("nothing_thawed"))
    first, last = bags[0], bags[-1]
    if first.at > started_at + WRITTEN_TO_THE_MINUTE:
        raise Refused(Reason("started_before_thaw", "started_at", {"time": _hour(first.at, pathway)}))
    ran_out = rules.ran_out(first.clock, started_at)
    late = rules.ended_late(last.clock, started_at, ended_at)
    if ran_out and first.verified and not reason.strip():
        when = {"time": _hour(first.clock.runs_out_at, pathway)}
        raise Refused(Reason("thaw_ran_out", "thaw_reason", when))
    if late and last.verified and not reason.strip():
        when = {"time": _hour(rules.must_end_by(last.clock, started_at), pathway)}
        raise Refused(Reason("thaw_ended_late", "thaw_reason", when))
    return ran_out or late


def _was_too_late(made: Infusion) -> bool:
    """Whether a recorded infusion began or ended outside of its thaw clock; one recorded afterwards has none."""
    bags = sorted(thaws(made.pathway, made.number), key=lambda bag: bag.at)
    if not bags or made.readiness_id is None:
        return False
    first, last = bags[0].clock, bags[-1].clock
    return rules.ran_out(first, made.started_at) or rules.ended_late(last, made.started_at, made.ended_at)


def _hour(instant: datetime, pathway: Pathway) -> str:
    return f"{clock.local(instant, pathway.hub.timezone):%H:%M}"


def complete_pair(pathway: Pathway, point: str) -> IdentityCheck | None:
    """The two people's latest checks at a point that no incident has undone and no infusion has used."""
    lot = standing_lot(pathway)
    pair = None if lot is None else checks.last_pair(pathway.pk, lot.pk, point)
    last = infusions(pathway).last()
    used = pair is not None and last is not None and pair.at <= last.identity.at
    return None if used else pair


def _complete_pair(pathway: Pathway, lot, point: str) -> IdentityCheck:
    pair = complete_pair(pathway, point)
    if pair is None:
        one = checks.waiting_first(pathway.pk, lot.pk, point) is not None
        raise Refused(Reason(f"second_check_missing_{point}" if one else f"identity_not_checked_{point}"))
    return pair


def _pair(pathway: Pathway, lot, at: datetime, point: str, field: str) -> IdentityCheck:
    """The two people's checks at a point that held at an instant."""
    pair = _complete_pair(pathway, lot, point)
    _must_hold(pair, at, pathway.hub.timezone, field)
    return pair


def _must_hold(pair: IdentityCheck, at: datetime, zone: str, field: str) -> None:
    """Refuse an instant before the second check, or after the hour of the first."""
    if at <= pair.at - WRITTEN_TO_THE_MINUTE:
        raise Refused(Reason("started_before_the_checks", field, {"time": f"{clock.local(pair.at, zone):%H:%M}"}))
    if at > pair.first.holds_until:
        when = {"time": f"{clock.local(pair.first.holds_until, zone):%H:%M}"}
        raise Refused(Reason("checks_expired", field, when))

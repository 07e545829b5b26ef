"""Planning and recording lymphodepletion: only with the product received and available at the hub."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.bridging import actions as bridging
from patients.centres.models import User
from patients.identity import checks
from patients.identity.changes import changed
from patients.lymphodepletion import rules
from patients.lymphodepletion.models import LymphodepletionDay, LymphodepletionOmission, LymphodepletionPlan
from patients.lymphodepletion.rules import Placed
from patients.manufacturing.actions import must_be_available, standing_lot
from patients.observations.models import Observation, latest
from patients.pathway.actions import (
    enter_stage,
    for_writing,
    leave_stage,
    must_be_open,
    plan_milestone,
    record_milestone,
    supersede_from,
    undo_milestone,
)
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.products.regimens import Regimen
from patients.products.signatures import window_holds

OMITTED = "lymphodepletion_omitted"
WBC_HOLDS = timedelta(days=7)
LOW_WBC_10E9_PER_L = Decimal(1)  # reference 4/tisa-cel [V]: at 1.0 or less within a week it is left out


def standing_plan(pathway: Pathway) -> LymphodepletionPlan | None:
    """The plan that counts, or None."""
    return (
        LymphodepletionPlan.objects.filter(pathway=pathway, superseded=False)
        .select_related("regimen", "pathway__hub")
        .first()
    )


def window(regimen: Regimen) -> rules.Window:
    """A regimen's window as the rules read it."""
    return rules.Window(regimen.anchor, regimen.least_days, regimen.best_days, regimen.most_days)


def span(plan: LymphodepletionPlan) -> tuple[date, date]:
    """Its first and last day: of the days given and still to come, else of the planned ones."""
    days = [(row.day, row.given) for row in plan.days.standing()]
    return rules.span(days, clock.today(plan.pathway.hub.timezone))


def placed(plan: LymphodepletionPlan, infusion: date) -> Placed:
    """Where an infusion would fall, counted from the days given and still to come, else from the planned ones."""
    return rules.place(window(plan.regimen), *span(plan), infusion)


@dataclass(frozen=True)
class Bearing:
    """What the standing plan's window says of an infusion on a day.

    `redo`: whether lymphodepletion is given again before it (None: white cells of the last week are not known).
    """

    result: str
    days: int
    verified: bool
    reason_given: bool  # the plan was made outside of the window, for that very day, with its reason
    redo: bool | None = False
    redo_verified: bool = False


def window_of(pathway: Pathway, on: date) -> Bearing | None:
    """The window of the standing plan as it bears on an infusion on a day; None without a plan."""
    plan = standing_plan(pathway)
    if plan is None:
        return None
    found = placed(plan, on)
    said = bool(plan.window_reason) and plan.infusion_on == on
    redo = _redo(plan, pathway, on)
    verified = window_holds(plan.regimen, pathway.hub_id)
    return Bearing(found.result, found.days, verified, said, redo, plan.regimen.redo_verified)


def _redo(plan: LymphodepletionPlan, pathway: Pathway, on: date) -> bool | None:
    """Whether it is given again by the regimen's own rule (reference 4, tisa-cel); white cells hold for a week [C]."""
    rule = plan.regimen.redo
    given = [row.day for row in plan.days.standing() if row.given]
    if rule is None or not given:
        return False
    blood = latest(pathway.patient, Observation.What.WBC)
    fresh = blood is not None and (on - clock.local(blood.at, pathway.hub.timezone).date()) <= WBC_HOLDS
    return rules.must_be_redone(
        (on - max(given)).days,
        after_days=rule["after_days"],
        wbc_over=Decimal(str(rule["wbc_over"])),
        wbc_10e9_per_l=blood.value if fresh else None,
    )


def plan(
    *,
    pathway: Pathway,
    regimen: Regimen,
    starts_on: date,
    by,
    infusion_on: date | None = None,
    window_reason: str = "",
    setting: str | None = None,
    repeat_reason: str = "",
) -> LymphodepletionPlan:
    """Plan the regimen's days and the infusion (none given: the first day of its window).

    Once lymphodepletion has ended it is planned again with `repeat_reason`: what was given before counts no more.
    Raises Refused without the product at the hub, when it would expire before the infusion, while doses are being
    given, after the infusion, and, where the window was read in the label, outside of it without a reason. An
    unverified one only warns.
    """
    with act(by=by, why="lymphodepletion planned"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        checks.must_have_no_incident(pathway.pk)
        lot = standing_lot(pathway)
        must_be_available(lot, clock.today(pathway.hub.timezone))
        if regimen.product_id != pathway.product_id:
            raise Refused(Reason("another_products_regimen", "regimen"))
        if starts_on < lot.received_on:
            raise Refused(Reason("starts_before_receipt", "starts_on", {"day": lot.received_on}))
        last = starts_on + timedelta(days=regimen.last_day - 1)
        infusion_on = infusion_on or rules.earliest(window(regimen), starts_on, last)
        if infusion_on <= last:
            raise Refused(Reason("infusion_before_the_end", "infusion_on", {"day": last}))
        _must_fit_the_window(pathway, regimen, starts_on, last, infusion_on, window_reason)
        must_be_available(lot, infusion_on, "infusion_on")
        repeated = _take_back(pathway, starts_on, repeat_reason, by)
        made = LymphodepletionPlan.objects.create(
            pathway=pathway,
            regimen=regimen,
            starts_on=starts_on,
            infusion_on=infusion_on,
            window_reason=window_reason.strip(),
            setting=setting or None,
            repeat_reason=repeat_reason.strip() if repeated else "",
        )
        _write_days(pathway, made, last, by)
        return made


def ended(pathway: Pathway) -> bool:
    """Whether lymphodepletion, as it stands, was given to its end or left out."""
    over = ("lymphodepletion_ended", OMITTED)
    return pathway.milestones.happened().filter(what__in=over).exists()


def _take_back(pathway: Pathway, starts_on: date, reason: str, by) -> bool:
    """The plan that stood counts no more; where it was given to its end, with a reason, neither do its doses."""
    if pathway.milestones.happened().filter(what="infusion").exists():
        raise Refused(Reason("already_infused"))
    over = ended(pathway)
    if not over and begun(pathway):
        raise Refused(Reason("already_begun"))
    if over and not reason.strip():
        raise Refused(Reason("repeat_needs_reason", "repeat_reason"))
    old = standing_plan(pathway)
    last = max((row.day for row in old.days.standing().filter(given=True)), default=None) if old else None
    if last is not None and starts_on <= last:
        raise Refused(Reason("repeat_before_the_end", "starts_on", {"day": last}))
    for row in (old, omission(pathway)):
        if row is not None:
            row.superseded = True
            row.version += 1
            row.save()
    if over:
        supersede_from(pathway=pathway, stage=Stage.LYMPHODEPLETION, by=by, why=reason)
    return over


def _write_days(pathway: Pathway, made: LymphodepletionPlan, last: date, by) -> None:
    for day, doses in rules.schedule(made.regimen.doses, made.starts_on).items():
        LymphodepletionDay.objects.create(plan=made, day=day, doses=doses)
    record_milestone(pathway=pathway, what="lymphodepletion_planned", at=clock.now(), by=by)
    plan_milestone(pathway=pathway, what=bridging.CRITERIA, on=made.starts_on, by=by)
    plan_milestone(pathway=pathway, what="lymphodepletion_started", on=made.starts_on, by=by)
    plan_milestone(pathway=pathway, what="lymphodepletion_ended", on=last, by=by)
    plan_milestone(pathway=pathway, what="infusion", on=made.infusion_on, by=by)
    changed(patient=pathway.patient, pathway=pathway, fact="lymphodepletion_plan", by=by)


def _must_fit_the_window(
    pathway: Pathway, regimen: Regimen, first: date, last: date, infusion_on: date, reason: str
) -> None:
    found = rules.place(window(regimen), first, last, infusion_on)
    if found.result != rules.OK and not reason.strip() and window_holds(regimen, pathway.hub_id):
        first_day = rules.earliest(window(regimen), first, last)
        last_day = rules.latest(window(regimen), first, last)
        days = {"first": f"{first_day:%d/%m/%Y}", "last": f"{last_day:%d/%m/%Y}"}
        raise Refused(Reason("window_needs_reason", "window_reason", days))


def change_doses(
    *, pathway: Pathway, mg_per_m2: Mapping[str, Decimal], reason: str, by, note: str = ""
) -> LymphodepletionPlan:
    """Change drugs' doses on the days that are not recorded yet, with the reason (renal function …); 0 leaves one out.

    Raises Refused without a plan or a day left, above the regimen's dose, for a drug that is not in it, and for
    another reason without words.
    """
    with act(by=by, why=note or "doses changed"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        made = standing_plan(pathway)
        left = list(made.days.standing().filter(given__isnull=True)) if made else []
        if not left:
            raise Refused(Reason("no_day_left"))
        if reason == LymphodepletionDay.DoseReason.OTHER and not note.strip():
            raise Refused(Reason("reason_missing", "note"))
        _must_lie_below_the_regimen(made.regimen, mg_per_m2)
        for row in left:
            doses = [dose | _changed_dose(dose, mg_per_m2) for dose in row.doses]
            if doses != row.doses:
                row.doses, row.dose_reason, row.dose_note = doses, reason, note.strip()
                row.version += 1
                row.save()
        changed(patient=pathway.patient, pathway=pathway, fact="lymphodepletion_doses", by=by, why=note)
        return made


def _changed_dose(dose: dict, mg_per_m2: Mapping[str, Decimal]) -> dict:
    said = mg_per_m2.get(dose["drug"])
    return {} if said is None else {"mg_per_m2": int(said) if said == int(said) else float(said)}


def _must_lie_below_the_regimen(regimen: Regimen, mg_per_m2: Mapping[str, Decimal]) -> None:
    most = {dose["drug"]: Decimal(str(dose["mg_per_m2"])) for dose in regimen.doses}
    for drug, said in mg_per_m2.items():
        if drug not in most:
            raise Refused(Reason("drug_not_in_regimen", f"dose_{drug}"))
        if not 0 <= said <= most[drug]:
            raise Refused(Reason("dose_above_regimen", f"dose_{drug}", {"most": f"{most[drug]}"}))


# ── left out ─────────────────────────────────────────────────────────────────────────────────────────────────────


def omission(pathway: Pathway) -> LymphodepletionOmission | None:
    """The decision to infuse without lymphodepletion, where it stands."""
    rows = LymphodepletionOmission.objects.filter(pathway=pathway, superseded=False)
    return rows.select_related("by").first()


def omit(
    *,
    pathway: Pathway,
    decided_on: date,
    reason: str,
    by: User,
    wbc_10e9_per_l: Decimal | None = None,
    note: str = "",
) -> LymphodepletionOmission:
    """A physician leaves lymphodepletion out, with a reason: the infusion may come without it.

    Raises Refused without the product at the hub, without the word on the criteria, once a dose was given, in the
    future, for low white cells that are not low (reference 4, tisa-cel: 1.0 or less), and for another reason without
    words.
    """
    with act(by=by, why=note or "lymphodepletion left out"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        checks.must_have_no_incident(pathway.pk)
        lot = standing_lot(pathway)
        must_be_available(lot, decided_on, "decided_on")
        if decided_on > clock.today(pathway.hub.timezone):
            raise Refused(Reason("in_the_future", "decided_on"))
        if begun(pathway):
            raise Refused(Reason("already_begun"))
        fault = bridging.criteria_fault(pathway)
        if fault is not None:
            raise Refused(Reason(fault))
        _must_be_a_reason(reason, wbc_10e9_per_l, note)
        row = LymphodepletionOmission.objects.create(
            pathway=pathway,
            decided_on=decided_on,
            reason=reason,
            wbc_10e9_per_l=wbc_10e9_per_l,
            note=note.strip(),
            by=by,
        )
        leave_stage(pathway=pathway, stage=Stage.BRIDGING, on=decided_on, by=by)
        enter_stage(pathway=pathway, stage=Stage.LYMPHODEPLETION, on=decided_on, by=by)
        record_milestone(pathway=pathway, what=OMITTED, on=decided_on, by=by, field="decided_on")
        leave_stage(pathway=pathway, stage=Stage.LYMPHODEPLETION, on=decided_on, by=by)
        changed(patient=pathway.patient, pathway=pathway, fact="lymphodepletion_omission", by=by, why=note)
        return row


def _must_be_a_reason(reason: str, wbc: Decimal | None, note: str) -> None:
    if reason == LymphodepletionOmission.Reason.OTHER and not note.strip():
        raise Refused(Reason("reason_missing", "note"))
    if reason == LymphodepletionOmission.Reason.LOW_WHITE_CELLS and (wbc is None or wbc > LOW_WBC_10E9_PER_L):
        raise Refused(Reason("white_cells_not_low", "wbc_10e9_per_l"))


# ── given ────────────────────────────────────────────────────────────────────────────────────────────────────────


def record(
    *, pathway: Pathway, given: Mapping[date, bool], by, notes: Mapping[date, str] | None = None
) -> LymphodepletionPlan:
    """Record for planned days whether their doses were given. The first given opens the stage, the last day ends it.

    Raises Refused without a plan, without the product at the hub, for a day ahead, an unplanned or a recorded day, a
    day before one that is not recorded, or when nothing at all was given.
    """
    with act(by=by, why="lymphodepletion recorded"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        checks.must_have_no_incident(pathway.pk)
        made = standing_plan(pathway)
        if made is None:
            raise Refused(Reason("nothing_planned"))
        if omission(pathway) is not None:
            raise Refused(Reason("left_out"))
        lot = standing_lot(pathway)
        rows = {row.day: row for row in made.days.standing()}
        _must_hold_the_criteria(pathway, given)
        for day in sorted(given):
            must_be_available(lot, day, _field(day))
            _must_be_recordable(pathway, rows, day)
            row = rows[day]
            row.given, row.note = given[day], (notes or {}).get(day, "").strip()
            row.version += 1
            row.save()
        _follow_with_the_stage(pathway, list(rows.values()), by)
        changed(patient=pathway.patient, pathway=pathway, fact="lymphodepletion", by=by)
        return made


def strike(*, day: LymphodepletionDay, version: int, why: str, by: User) -> LymphodepletionDay:
    """A day that was recorded in error counts nowhere. Until the infusion it waits to be recorded again.

    Start and end of lymphodepletion follow the days that still stand; without a given one it has not begun. Raises
    Refused without a reason, for a day that is not recorded, and for the only day given once the cells were infused;
    Conflict when somebody changed it meanwhile.
    """
    with act(by=by, why=why):
        pathway = for_writing(day.plan.pathway_id)
        must_be_open(pathway)
        row = LymphodepletionDay.objects.select_related("plan").get(pk=day.pk)
        if row.version != version or not row.stands:
            raise Conflict(row)
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        if row.given is None:
            raise Refused(Reason("nothing_to_strike"))
        infused = pathway.milestones.happened().filter(what="infusion").exists()
        others = row.plan.days.standing().exclude(pk=row.pk)
        if infused and not others.filter(given=True).exists():
            raise Refused(Reason("infusion_stands_on_it"))
        row.struck_at, row.struck_by, row.struck_why = clock.now(), by, why.strip()[:240]
        row.version += 1
        row.save()
        if not infused:
            doses = {"doses": row.doses, "dose_reason": row.dose_reason, "dose_note": row.dose_note}
            LymphodepletionDay.objects.create(plan=row.plan, day=row.day, **doses)
        _follow_back(pathway, list(row.plan.days.standing()), by, why)
        changed(patient=pathway.patient, pathway=pathway, fact="lymphodepletion_struck", by=by, why=why)
        return row


def _follow_back(pathway: Pathway, days: list[LymphodepletionDay], by, why: str) -> None:
    """The stay and its milestones as the days that still stand tell them."""
    given = [row.day for row in days if row.given]
    stay = pathway.entries.filter(stage=Stage.LYMPHODEPLETION, superseded=False).first()
    if stay is None:
        return
    over = bool(given) and all(row.given is not None for row in days)
    if not over:
        undo_milestone(pathway=pathway, what="lymphodepletion_ended", by=by, why=why)
    if not given:
        undo_milestone(pathway=pathway, what="lymphodepletion_started", by=by, why=why)
        stay.superseded, stay.ended_on = True, stay.ended_on or stay.started_on
        stay.save()
        bridging.reopen(pathway, by)
        return
    record_milestone(pathway=pathway, what="lymphodepletion_started", on=min(given), by=by, why=why)
    stay.started_on, stay.ended_on = min(given), None
    if over:
        record_milestone(pathway=pathway, what="lymphodepletion_ended", on=max(given), by=by, why=why)
        stay.ended_on = max(given)
    stay.save()


def _must_hold_the_criteria(pathway: Pathway, given: Mapping[date, bool]) -> None:
    """The door of lymphodepletion: before its first dose somebody has said that the criteria still hold."""
    begins = any(given.values()) and not begun(pathway)
    fault = bridging.criteria_fault(pathway) if begins else None
    if fault is not None:
        raise Refused(Reason(fault))


def _field(day: date) -> str:
    return f"given_{day:%Y%m%d}"


def _must_be_recordable(pathway: Pathway, rows: dict[date, LymphodepletionDay], day: date) -> None:
    if day not in rows:
        raise Refused(Reason("day_not_planned", _field(day)))
    if day > clock.today(pathway.hub.timezone):
        raise Refused(Reason("in_the_future", _field(day)))
    if rows[day].given is not None:
        raise Refused(Reason("already_recorded", _field(day)))
    if any(row.given is None for other, row in rows.items() if other < day):
        raise Refused(Reason("earlier_day_open", _field(day)))


def begun(pathway: Pathway) -> bool:
    """Whether a dose was given, or lymphodepletion left out, and stands."""
    return pathway.entries.filter(stage=Stage.LYMPHODEPLETION, superseded=False).exists()


def _follow_with_the_stage(pathway: Pathway, days: list[LymphodepletionDay], by) -> None:
    given = [row.day for row in days if row.given]
    if given and not begun(pathway):
        leave_stage(pathway=pathway, stage=Stage.BRIDGING, on=min(given), by=by)
        enter_stage(pathway=pathway, stage=Stage.LYMPHODEPLETION, on=min(given), by=by)
        record_milestone(pathway=pathway, what="lymphodepletion_started", on=min(given), by=by)
    if all(row.given is not None for row in days):
        if not given:
            raise Refused(Reason("nothing_given"))
        record_milestone(pathway=pathway, what="lymphodepletion_ended", on=max(given), by=by)
        leave_stage(pathway=pathway, stage=Stage.LYMPHODEPLETION, on=max(given), by=by)

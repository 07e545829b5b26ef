"""Recording what follow-up finds, and who follows; a later correction is a new version, with its reason."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from patients.audit import clock
from patients.audit.actions import act, running
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import Centre, User
from patients.clinical.days import PartialDate
from patients.clinical.result import Result
from patients.followup import rules
from patients.followup.models import FollowUpFact, HandOver, MyelomaResponse, Restaging, Visit
from patients.followup.rules import MyelomaRead, Read
from patients.identity import access
from patients.identity.changes import changed
from patients.notices.actions import tell
from patients.observations import actions as observations
from patients.observations import rules as observation_rules
from patients.pathway import actions as pathway_actions
from patients.pathway import planning
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.toxicity.actions import days_in_order, must_take_facts, row_to_write, strike_recorded, write_down
from patients.toxicity.models import Movable


def restage(
    *, pathway: Pathway, read: Read, milestone: str, by: User, restaging_id: UUID | None = None, why: str = ""
) -> Restaging:
    """Record a restaging that a person has read and confirmed; with `restaging_id`, correct one (`why` is compulsory).

    `milestone`: which planned one it is, "" for one in between: that one is then done. An indeterminate one opens a
    Step for its biopsy or repeat PET, which closes once it is corrected or a later restaging decides it. Raises
    Refused before the infusion, for rules.faults, and when that milestone is another restaging's.
    """
    with act(by=by, why=why or "restaging recorded"):
        pathway = _after_infusion(pathway)
        found = rules.faults(read, first=pathway.infused_from(), today=clock.today(pathway.hub.timezone))
        found += _taken(pathway, milestone, restaging_id)
        found += [("why", "say_why_corrected")] if restaging_id and not why.strip() else []
        result = read.computed()
        if found:
            raise Refused(*(Reason(code, field, _computed_words(result, code)) for field, code in found))
        row = _standing(Restaging, restaging_id, pathway) if restaging_id else Restaging(version=0)
        was = row.milestone
        row.pathway, row.milestone, row.done_on = pathway, milestone, read.done_on
        row.deauville, row.uptake_change = read.deauville, read.uptake_change
        row.new_lesion, row.symptoms = read.new_lesion, read.symptoms
        row.computed, row.rule_version = result.value if result.is_known else None, result.version
        row.response, row.note = read.response, read.note
        row.differs_because = "" if row.computed == read.response else read.differs_because
        undecided = read.response == rules.INDETERMINATE
        row.settle_how, row.settle_by = (read.settle_how, read.settle_by) if undecided else (None, None)
        row.confirmed_at, row.confirmed_by, row.version = clock.now(), by, row.version + 1
        row.save()
        _mark_done(pathway, was, milestone, read.done_on, by, why)
        _ask_to_settle(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact="restaging", by=by, why=why)
        return row


def restage_myeloma(
    *, pathway: Pathway, read: MyelomaRead, milestone: str, by: User, response_id: UUID | None = None, why: str = ""
) -> MyelomaResponse:
    """Record a restaging of myeloma by IMWG, as `restage` does by Lugano; its nadirs follow from what was recorded."""
    with act(by=by, why=why or "restaging recorded"):
        pathway = _after_infusion(pathway)
        earlier = [myeloma_read(row) for row in pathway.myeloma_responses.standing().exclude(pk=response_id)]
        today = clock.today(pathway.hub.timezone)
        found = rules.myeloma_faults(read, earlier, first=pathway.infused_from(), today=today)
        found += _taken(pathway, milestone, response_id)
        found += [("why", "say_why_corrected")] if response_id and not why.strip() else []
        result = rules.myeloma_response(read, earlier)
        if found:
            raise Refused(*(Reason(code, field, _computed_words(result, code)) for field, code in found))
        row = _standing(MyelomaResponse, response_id, pathway) if response_id else MyelomaResponse(version=0)
        row.pathway = pathway
        was = row.milestone
        for name in MYELOMA_FACTS:
            setattr(row, name, getattr(read, name))
        row.milestone, row.done_on, row.response, row.note = milestone, read.done_on, read.response, read.note
        row.computed, row.rule_version = result.value if result.is_known else None, result.version
        row.differs_because = "" if row.computed == read.response else read.differs_because
        row.confirmed_at, row.confirmed_by, row.version = clock.now(), by, row.version + 1
        row.save()
        _mark_done(pathway, was, milestone, read.done_on, by, why)
        changed(patient=pathway.patient, pathway=pathway, fact="restaging", by=by, why=why)
        return row


MYELOMA_FACTS = (
    "serum_baseline",
    "serum",
    "urine_baseline",
    "urine",
    "dflc",
    "immunofixation_negative",
    "plasmacytoma",
    "plasma_cells_percent",
    "new_lesion",
    "mrd_assay",
    "mrd_sensitivity",
    "mrd_detected",
)


def myeloma_read(row: MyelomaResponse) -> MyelomaRead:
    """A recorded restaging of myeloma as the rules read it."""
    facts = {name: getattr(row, name) for name in MYELOMA_FACTS}
    return MyelomaRead(row.done_on, row.response, differs_because=row.differs_because, note=row.note, **facts)


def _taken(pathway: Pathway, milestone: str, own: UUID | None) -> list[tuple[str, str]]:
    """Whether a planned restaging is another one's already."""
    if not milestone:
        return []
    others = [
        model.objects.standing().filter(pathway=pathway, milestone=milestone).exclude(pk=own).exists()
        for model in (Restaging, MyelomaResponse)
    ]
    return [("milestone", "done_already")] if any(others) else []


def _mark_done(pathway: Pathway, was: str, milestone: str, done_on: date, by: User, why: str) -> None:
    if was and was != milestone:
        pathway_actions.undo_milestone(pathway=pathway, what=was, by=by, why=why)
    if milestone:
        pathway_actions.record_milestone(pathway=pathway, what=milestone, on=done_on, by=by, why=why)


def _ask_to_settle(pathway: Pathway, by: User) -> None:
    """One Step while the last restaging is indeterminate; it closes with the restaging that decides."""
    rows = {row.done_on: row for row in pathway.restagings.standing()}
    day = rules.open_question((row.done_on, row.response) for row in rows.values())
    asked = str(rows[day].pk) if day else ""
    for step in pathway.steps.filter(code="settle_indeterminate", done_at=None, dropped_at=None):
        moved = step.subject == asked and step.due_at != _end_of(rows[day].settle_by, pathway.hub)
        if step.subject != asked or moved:
            pathway_actions.finish_steps(pathway=pathway, code=step.code, subject=step.subject, by=by)
    if day:
        where = follower(pathway)
        role, person = _whose(pathway, where)
        pathway_actions.open_step(
            pathway=pathway,
            code="settle_indeterminate",
            stage=Stage.FOLLOWUP,
            origin="followup",
            subject=asked,
            centre=_centre(pathway, where),
            owner_role=role,
            owner=person,
            due_at=_end_of(rows[day].settle_by, pathway.hub),
            by=by,
        )


def strike(*, row: Movable, why: str, by: User, version: int) -> None:
    """Entered in error: a restaging, visit or other fact counts nowhere; the restaging it was is planned again."""
    with act(by=by, why=why):
        pathway = pathway_actions.for_writing(row.pathway_id)
        strike_recorded(row=row, why=why, by=by, version=version)
        if getattr(row, "milestone", ""):
            pathway_actions.undo_milestone(pathway=pathway, what=row.milestone, by=by, why=why)
        if isinstance(row, Restaging):
            _ask_to_settle(pathway, by)


def _standing(model, pk: UUID, pathway: Pathway):
    """The row to correct. Conflict when it was struck through meanwhile."""
    row = model.objects.get(pk=pk, pathway=pathway)
    if not row.stands:
        raise Conflict(row)
    return row


def _end_of(day: date, centre: Centre) -> datetime:
    return datetime.combine(day, planning.END_OF_WORK, tzinfo=ZoneInfo(centre.timezone))


def _computed_words(result: Result, code: str) -> dict:
    return {"computed": result.value} if code == "say_why_it_differs" else {}


def visit(
    *,
    pathway: Pathway,
    done_on: date,
    where: str,
    note: str,
    by: User,
    ecog: int | None = None,
    setting: str | None = None,
    visit_id: UUID | None = None,
    why: str = "",
) -> Visit:
    """Record a follow-up visit; with `visit_id`, correct one. Raises Refused before the infusion and in the future."""
    with act(by=by, why=why or "visit recorded"):
        pathway = _after_infusion(pathway)
        found = []
        if done_on > clock.today(pathway.hub.timezone):
            found.append(("done_on", "in_the_future"))
        if done_on < pathway.infused_from():
            found.append(("done_on", "before_infusion"))
        if pathway.visits.standing().filter(done_on=done_on, where=where).exclude(pk=visit_id).exists():
            found.append(("done_on", "visit_recorded_already"))
        found += [("why", "say_why_corrected")] if visit_id and not why.strip() else []
        if found:
            raise Refused(*(Reason(code, field) for field, code in found))
        row = _standing(Visit, visit_id, pathway) if visit_id else Visit(version=0)
        row.pathway, row.done_on, row.where, row.ecog, row.note = pathway, done_on, where, ecog, note
        row.setting = setting
        row.written_at, row.written_by, row.version = clock.now(), by, row.version + 1
        row.save()
        changed(patient=pathway.patient, pathway=pathway, fact="visit", by=by, why=why)
        return row


def hangs_on_infusion(pathway: Pathway) -> bool:
    """Whether a fact of follow-up stands, or follow-up was handed over: the day of the infusion is needed for it."""
    rows = (pathway.restagings, pathway.myeloma_responses, pathway.visits, pathway.followup_facts)
    return any(row.standing().exists() for row in rows) or pathway.hand_overs.exists()


NOON = time(12)


def record_counts(*, pathway: Pathway, on: date, values: Mapping[str, Decimal], by: User) -> None:
    """Record blood values of one day (names of observations.rules.BANDS, in their units). Refused in the future.

    The hour is not asked: it is taken as noon at the hub, today's as now.
    """
    with act(by=by, why="counts recorded"):
        pathway = _after_infusion(pathway)
        today = clock.today(pathway.hub.timezone)
        if on > today:
            raise Refused(Reason("in_the_future", "on"))
        if on < pathway.infused_from():
            raise Refused(Reason("before_infusion", "on"))
        if not values:
            raise Refused(Reason("nothing_measured"))
        at = clock.now() if on == today else datetime.combine(on, NOON, tzinfo=ZoneInfo(pathway.hub.timezone))
        for what, value in values.items():
            unit = observation_rules.BANDS[what].unit
            observations.record(patient=pathway.patient, what=what, value=value, unit=unit, at=at, by=by)
        changed(patient=pathway.patient, pathway=pathway, fact="counts", by=by)


def record_fact(
    *,
    pathway: Pathway,
    kind: str,
    what: str,
    started_on: date,
    by: User,
    ended_on: date | None = None,
    named: str = "",
    dose: str = "",
    note: str = "",
    corrects: FollowUpFact | None = None,
    version: int | None = None,
    why: str = "",
) -> FollowUpFact:
    """Record a course of prophylaxis or immunoglobulin, a vaccine, a relapse or the next treatment; or correct one.

    Ending what runs needs no reason. Refused: in the future, an end before the start, before the infusion (prophylaxis
    may have begun before it), what needs its name without one.
    """
    with act(by=by, why=why or f"{kind} recorded"):
        pathway = pathway_actions.for_writing(pathway.pk)
        must_take_facts(pathway, corrects)
        first = None if kind == rules.PROPHYLAXIS else pathway.infused_from()
        days_in_order(started_on, ended_on, clock.today(pathway.hub.timezone), first)
        if what in rules.NAMED and not named.strip():
            raise Refused(Reason("name_it", "named"))
        only_ends = corrects is not None and corrects.ended_on is None and corrects.started_on == started_on
        row = row_to_write(FollowUpFact, pathway, corrects, version, why, needs_why=not only_ends)
        row.kind, row.what, row.named, row.dose, row.note = kind, what, named.strip(), dose.strip(), note
        row.started_on, row.ended_on = started_on, ended_on
        write_down(row, by)
        changed(patient=pathway.patient, pathway=pathway, fact=f"followup_{kind}", by=by, why=why)
        return row


# ── who follows ──────────────────────────────────────────────────────────────────────────────────────────────────


def follower(pathway: Pathway) -> str:
    """Who follows now: "hub" or "referring"."""
    taken = pathway.hand_overs.filter(state=HandOver.State.TAKEN).order_by("answered_at").values_list("to", flat=True)
    return rules.follower(taken)


def hand_over(*, pathway: Pathway, from_on: date, note: str, by: User) -> HandOver:
    """Offer follow-up to the other centre, from a day on. A Step asks it to take over; until then nothing changes.

    Refused: nobody referred, the toxicity watch still open, an offer that waits already, by the centre that does not
    follow.
    """
    with act(by=by, why="follow-up handed over"):
        pathway = _after_infusion(pathway)
        if pathway.referring_centre is None:
            raise Refused(Reason("no_referring_centre"))
        now_at = follower(pathway)
        if not access.may_at(by, "followup.record", _centre(pathway, now_at)):
            raise Refused(Reason("not_yours_to_hand_over"))
        if not pathway.milestones.happened().filter(what="toxicity_closed").exists():
            raise Refused(Reason("watch_still_open"))
        if pathway.hand_overs.filter(state=HandOver.State.OFFERED).exists():
            raise Refused(Reason("offered_already"))
        to = rules.REFERRING if now_at == rules.HUB else rules.HUB
        now, there = clock.now(), _centre(pathway, to)
        role, person = _whose(pathway, to)
        row = HandOver.objects.create(pathway=pathway, to=to, from_on=from_on, note=note, offered_at=now, offered_by=by)
        promise = planning.promise(pathway.hub, "follow_up_taken")
        pathway_actions.open_step(
            pathway=pathway,
            code="take_follow_up",
            stage=Stage.FOLLOWUP,
            origin="followup",
            subject=str(row.pk),
            centre=there,
            owner_role=role,
            owner=person,
            due_at=planning.due_by(promise, now, pathway.hub),
            by=by,
        )
        tell(
            kind="follow_up_offered",
            key=f"follow-up-offered:{row.pk}",
            role=role,
            centre=there,
            patient_id=pathway.patient_id,
            pathway_id=pathway.pk,
            about=row.pk,
        )
        changed(patient=pathway.patient, pathway=pathway, fact="follow_up_offered", by=by, why=note)
        return row


def answer_hand_over(*, pathway: Pathway, takes: bool, by: User, note: str = "") -> HandOver:
    """The other centre takes follow-up over, or declines with a reason; the offering one takes its offer back.

    Taken: the follow-up step and the reminders of restaging and visits are that centre's from now on.
    """
    with act(by=by, why=note or ("follow-up taken" if takes else "follow-up not taken")):
        pathway = pathway_actions.for_writing(pathway.pk)
        pathway_actions.must_be_open(pathway)
        row = pathway.hand_overs.filter(state=HandOver.State.OFFERED).first()
        if row is None:
            raise Refused(Reason("nothing_offered"))
        asked = access.may_at(by, "followup.record", _centre(pathway, row.to))
        if takes and not asked:
            raise Refused(Reason("not_yours_to_take"))
        if asked and not takes and not note.strip():
            raise Refused(Reason("say_why_declined", "note"))
        row.state = HandOver.State.TAKEN if takes else HandOver.State.DECLINED if asked else HandOver.State.TAKEN_BACK
        row.answered_at, row.answered_by, row.answer_note = clock.now(), by, note.strip()
        row.version += 1
        row.save()
        pathway_actions.finish_steps(pathway=pathway, code="take_follow_up", subject=str(row.pk), by=by)
        if takes and row.to == rules.REFERRING:
            today = clock.today(pathway.hub.timezone)
            pathway_actions.record_milestone(pathway=pathway, what="handed_over", on=today, by=by)
        elif takes:
            pathway_actions.undo_milestone(pathway=pathway, what="handed_over", by=by)
        changed(patient=pathway.patient, pathway=pathway, fact=f"follow_up_{row.state}", by=by, why=note)
        return row


def _centre(pathway: Pathway, where: str) -> Centre:
    return pathway.hub if where == rules.HUB else pathway.referring_centre


def _whose(pathway: Pathway, where: str) -> tuple[str, User | None]:
    """Role and person who follow at a centre."""
    return ("hub_haematologist", None) if where == rules.HUB else ("referral_haematologist", pathway.referrer)


def open_plans(pathway: Pathway) -> dict[str, date | None]:
    """The restagings that are not done yet, with their planned days."""
    known = {row.what: row for row in pathway.milestones.filter(superseded=False, what__in=list(rules.NOMINAL_DAYS))}
    return {
        code: known[code].planned_on if code in known else None
        for code in rules.NOMINAL_DAYS
        if code not in known or not known[code].happened
    }


def follow_infusion(pathway: Pathway, day: date | PartialDate) -> None:
    """The day of an infusion before CARPath was learnt: restagings that were over when the patient came were passed.

    One that was passed by an earlier reading alone, with no day of its own, is open again; what was told stays.
    """
    infused_by = day.latest if isinstance(day, PartialDate) else day
    over = rules.restagings_over(infused_by, pathway.brought_in_on)
    known = {row.what: row for row in pathway.milestones.filter(superseded=False, what__in=list(rules.NOMINAL_DAYS))}
    by = running().user
    for code in rules.NOMINAL_DAYS:
        row = known.get(code)
        if code in over and not (row and row.happened):
            pathway_actions.mark_before_carpath(pathway=pathway, what=code, by=by)
        elif code not in over and row and row.before_carpath and row.day is None:
            pathway_actions.undo_milestone(pathway=pathway, what=code, by=by)


def _after_infusion(pathway: Pathway) -> Pathway:
    pathway = pathway_actions.for_writing(pathway.pk)
    pathway_actions.must_be_open(pathway)
    if pathway.infused_from() is None:
        raise Refused(Reason("not_infused"))
    return pathway

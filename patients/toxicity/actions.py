"""Every write at the bedside: assess, confirm, correct, strike, treat, tell the doctor, close the watch, discharge.

Facts are appended. Whatever changes them re-reads the whole course in the same transaction: a grade whose facts
changed after somebody confirmed it says so, and a Step asks again. An alert never waits for a grade.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import User
from patients.clinical import ctcae
from patients.clinical.cases import written_ground
from patients.clinical.result import WrongFact
from patients.identity import access
from patients.identity.changes import changed
from patients.notices.actions import tell
from patients.observations import rules as observation_rules
from patients.observations.models import Observation, latest
from patients.pathway.actions import (
    finish_steps,
    for_writing,
    leave_stage,
    open_step,
    record_milestone,
)
from patients.pathway.agreement import seconded
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.toxicity import reading, rules
from patients.toxicity.models import (
    ICE_ITEMS,
    RANGES,
    Assessment,
    Grade,
    IntensiveCare,
    Movable,
    OtherToxicity,
    Recorded,
    Treatment,
    WatchProtocol,
)

AHEAD = timedelta(minutes=5)  # a bedside clock may run a little fast
TO_CONFIRM_WITHIN = timedelta(hours=1)
TO_TELL_WITHIN = timedelta(minutes=15)
STILL_AN_ALARM = timedelta(hours=1)

# What a person records in a set; everything else in the row says who, when and what followed.
FACTS = (
    "setting",
    "temp_c",
    "systolic",
    "diastolic",
    "heart_rate",
    "resp_rate",
    "spo2",
    "hypotension",
    "vasopressors",
    "oxygen_device",
    "oxygen_flow_l_min",
    "oxygen_for_hypoxia",
    "fever_other_cause",
    "hypotension_other_cause",
    "hypoxia_other_cause",
    "other_cause",
    "fever_earlier",
    "fever_drug_given",
    *ICE_ITEMS,
    "ice_not_done_why",
    "ice_adapted_why",
    "consciousness",
    "sedated",
    "seizure",
    "seizure_minutes",
    "motor",
    "oedema",
    "pressure_signs",
    "warning_signs",
    "haemorrhage",
    "death_due_to",
    "note",
)
SAYS_NOTHING_ALONE = frozenset({"setting", "other_cause", "note", "ice_adapted_why"})
NAMED = frozenset({"other", "infection", "second_malignancy"})  # the kind alone says too little
TICKS = frozenset({"fever_other_cause", "hypotension_other_cause", "hypoxia_other_cause", "sedated"})


# ── assessments ──────────────────────────────────────────────────────────────────────────────────────────────────


def assess(*, pathway: Pathway, at: datetime, facts: Mapping[str, Any], by: User) -> Assessment:
    """Record one set of bedside facts (FACTS; an absent one is not assessed), grade it, and call where it must.

    Refused: before the infusion, more than 5 minutes ahead, an empty set, an impossible value, a pathway that is not
    open, a death by anybody but a haematologist.
    """
    with act(by=by, why="bedside assessment"):
        pathway = for_writing(pathway.pk)
        _may_assess(pathway, at, facts, by)
        row = _append(pathway, at, facts, by)
        _after_a_set(row, by)
        return row


def correct(
    *, assessment: Assessment, at: datetime, facts: Mapping[str, Any], reason: str, by: User, version: int
) -> Assessment:
    """Replace a set by a new version that points at it, with a reason. What was confirmed on it stays visible.

    Raises Conflict when somebody corrected or struck it meanwhile.
    """
    with act(by=by, why=reason):
        pathway = for_writing(assessment.pathway_id)
        old = _still_stands(Assessment, assessment.pk, version)
        if not reason.strip():
            raise Refused(Reason("reason_needed", "why"))
        _may_write(pathway, at, facts, by)
        row = _append(pathway, at, facts, by, corrects=old, reason=reason.strip())
        _carry_confirmations(old, row)
        _after_a_set(row, by)
        return row


def strike(*, assessment: Assessment, why: str, by: User, version: int) -> None:
    """Entered in error: the set counts in no grade, rule or figure, and stays on record."""
    with act(by=by, why=why):
        pathway = for_writing(assessment.pathway_id)
        row = _still_stands(Assessment, assessment.pk, version)
        _strike(row, why, by)
        _regrade(pathway, by)
        finish_steps(pathway=pathway, code="tell_doctor", subject=str(row.pk), by=by)
        changed(patient=pathway.patient, pathway=pathway, fact="assessment_struck", by=by, why=why)


def told(*, assessment: Assessment, whom: str, by: User, at: datetime | None = None) -> None:
    """The doctor was told of a set's alerts: whom, when, by whom. Refused without a name or ahead of the clock."""
    with act(by=by, why="doctor told"):
        pathway = for_writing(assessment.pathway_id)
        row = Assessment.objects.get(pk=assessment.pk)
        at = at or clock.now()
        if not whom.strip():
            raise Refused(Reason("name_needed", "told_whom"))
        _not_ahead(at, "told_at")
        if row.told_at is not None:
            return
        row.told_at, row.told_by, row.told_whom = at, by, whom.strip()
        row.save(update_fields=["told_at", "told_by", "told_whom"])
        finish_steps(pathway=pathway, code="tell_doctor", subject=str(row.pk), by=by)
        changed(patient=pathway.patient, pathway=pathway, fact="doctor_told", by=by)


# ── grades ───────────────────────────────────────────────────────────────────────────────────────────────────────


def confirm(*, grade: Grade, value: int, by: User, version: int, reason: str = "") -> Grade:
    """A named person takes a grade as theirs; one that differs from what is computed needs a reason. Both are kept.

    Grade 5 (death due to the toxicity) is a haematologist's alone. Raises Conflict when the grade changed meanwhile.
    """
    with act(by=by, why=reason or "grade confirmed"):
        pathway = for_writing(grade.assessment.pathway_id)
        row = Grade.objects.select_related("assessment").get(pk=grade.pk)
        if row.version != version or not row.assessment.stands:
            raise Conflict(row)
        if not 0 <= value <= 5:
            raise Refused(Reason("no_such_grade", row.scale))
        if row.status in (Grade.Status.NOT_ASSESSED, Grade.Status.NOT_ASSESSABLE) and not reason.strip():
            raise Refused(Reason("not_assessed_needs_reason", f"{row.scale}_reason"))
        if value != row.computed and not reason.strip():
            raise Refused(Reason("differing_grade_needs_reason", f"{row.scale}_reason"))
        if value == 5:
            _haematologist_only(pathway, by, row.scale)
        row.confirmed, row.confirmed_by, row.confirmed_at = value, by, clock.now()
        row.confirmed_reason = "" if value == row.computed else reason.strip()
        row.confirmed_against, row.confirmed_facts = row.computed, row.facts
        row.version += 1
        row.save()
        # A confirmed grade may open or end an episode, and with it change what later sets know.
        _regrade(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact=f"{row.scale}_confirmed", by=by, why=reason)
        return row


# ── treatments ───────────────────────────────────────────────────────────────────────────────────────────────────


def treat(
    *,
    pathway: Pathway,
    drug: str,
    dose_mg: Decimal,
    route: str,
    at: datetime,
    by: User,
    weight_kg: Decimal | None = None,
    note: str = "",
    corrects: Treatment | None = None,
    reason: str = "",
    version: int | None = None,
) -> Treatment:
    """Record a drug that was given. What was given is a fact and never refused for being more than advised.

    Refused: no dose, before the infusion, more than 5 minutes ahead, tocilizumab without a weight of the last 7 days.
    """
    with act(by=by, why=reason or "treatment given"):
        pathway = for_writing(pathway.pk)
        old = None
        if corrects is not None:  # the weight of then is still the weight of then
            weight_kg = corrects.weight_kg if weight_kg is None else weight_kg
            old = _still_stands(Treatment, corrects.pk, version)
            if not reason.strip():
                raise Refused(Reason("reason_needed", "why"))
        elif pathway.status not in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD):
            raise Refused(Reason("not_open"))
        _not_ahead(at, "at")
        _after_infusion(pathway, at)
        if not 0 < dose_mg <= 10000:
            raise Refused(Reason("dose_impossible", "dose_mg"))
        if drug == Treatment.Drug.TOCILIZUMAB and corrects is None:
            _fresh_weight(pathway, at)
        row = Treatment.objects.create(
            pathway=pathway,
            drug=drug,
            dose_mg=dose_mg,
            unit="mg",
            route=route,
            at=at,
            weight_kg=weight_kg,
            note=note.strip(),
            recorded_at=clock.now(),
            recorded_by=by,
            corrects=old,
            correction_reason=reason.strip() if old is not None else "",
        )
        _regrade(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact=f"{drug}_given", by=by, why=reason)
        return row


def strike_treatment(*, treatment: Treatment, why: str, by: User, version: int) -> None:
    """Entered in error: the drug was not given, or to somebody else. It counts no more and stays on record."""
    with act(by=by, why=why):
        pathway = for_writing(treatment.pathway_id)
        row = _still_stands(Treatment, treatment.pk, version)
        _strike(row, why, by)
        _regrade(pathway, by)
        changed(patient=pathway.patient, pathway=pathway, fact="treatment_struck", by=by, why=why)


# ── other toxicities, intensive care ─────────────────────────────────────────────────────────────────────────────────


def record_other(
    *,
    pathway: Pathway,
    what: str,
    started_on: date,
    by: User,
    grade: int | None = None,
    ended_on: date | None = None,
    named: str = "",
    note: str = "",
    corrects: OtherToxicity | None = None,
    version: int | None = None,
    why: str = "",
) -> OtherToxicity:
    """Record a toxicity of reference 1.7 with its CTCAE grade (None = not graded), or correct one with a reason.

    Refused: before the infusion, in the future, an end before its start, an infection, malignancy or *other* without
    its name, grade 5 by anybody but a haematologist.
    """
    with act(by=by, why=why or "toxicity recorded"):
        pathway = for_writing(pathway.pk)
        must_take_facts(pathway, corrects)
        today = clock.today(pathway.hub.timezone)
        days_in_order(started_on, ended_on, today, pathway.infused_from())
        if what in NAMED and not named.strip():
            raise Refused(Reason("name_the_toxicity", "named"))
        if grade == 5:
            _haematologist_only(pathway, by, "grade")
        row = row_to_write(OtherToxicity, pathway, corrects, version, why)
        row.what, row.grade, row.started_on, row.ended_on = what, grade, started_on, ended_on
        row.named, row.note, row.ctcae_version = named.strip(), note.strip(), ctcae.VERSION
        write_down(row, by)
        changed(patient=pathway.patient, pathway=pathway, fact="other_toxicity", by=by, why=why)
        return row


def record_intensive_care(
    *,
    pathway: Pathway,
    in_at: datetime,
    reason: str,
    by: User,
    out_at: datetime | None = None,
    corrects: IntensiveCare | None = None,
    version: int | None = None,
    why: str = "",
) -> IntensiveCare:
    """Record when the patient went into intensive care and, once known, out of it; or correct a stay with a reason.

    Writing the way out of an open stay needs no reason. Refused: before the infusion, ahead of the clock, out before
    in, or over another stay.
    """
    with act(by=by, why=why or "intensive care recorded"):
        pathway = for_writing(pathway.pk)
        must_take_facts(pathway, corrects)
        _after_infusion(pathway, in_at, "in_at")
        _not_ahead(in_at, "in_at")
        if out_at is not None:
            _not_ahead(out_at, "out_at")
            if out_at <= in_at:
                raise Refused(Reason("out_before_in", "out_at"))
        only_leaves = corrects is not None and corrects.out_at is None and corrects.in_at == in_at
        row = row_to_write(IntensiveCare, pathway, corrects, version, why, needs_why=not only_leaves)
        others = pathway.intensive_care.standing().exclude(pk=row.pk)
        if any(_overlap((one.in_at, one.out_at), (in_at, out_at)) for one in others):
            raise Refused(Reason("another_stay", "in_at"))
        row.in_at, row.out_at, row.reason = in_at, out_at, reason.strip()
        write_down(row, by)
        changed(patient=pathway.patient, pathway=pathway, fact="intensive_care", by=by, why=why)
        return row


def strike_recorded(*, row: Movable, why: str, by: User, version: int) -> None:
    """Entered in error: it counts nowhere and stays on record."""
    with act(by=by, why=why):
        pathway = for_writing(row.pathway_id)
        found = _still_stands(type(row), row.pk, version)
        _strike(found, why, by)
        changed(patient=pathway.patient, pathway=pathway, fact="fact_struck", by=by, why=why)


def _overlap(one: tuple, other: tuple) -> bool:
    """Whether two stays share an instant; None = still there."""
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])


def days_in_order(started_on: date, ended_on: date | None, today: date, first: date | None) -> None:
    """Refuse a start in the future or before the infusion (where `first` says that it counts), an end before it."""
    if started_on > today:
        raise Refused(Reason("in_the_future", "started_on"))
    if first is not None and started_on < first:
        raise Refused(Reason("before_infusion", "started_on", {"day": first}))
    if ended_on is not None and ended_on > today:
        raise Refused(Reason("in_the_future", "ended_on"))
    if ended_on is not None and ended_on < started_on:
        raise Refused(Reason("ends_before_start", "ended_on"))


def must_take_facts(pathway: Pathway, corrects) -> None:
    """A new fact needs a course that runs; a correction is possible on every course that was infused."""
    if corrects is None and pathway.status not in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD):
        raise Refused(Reason("not_open"))
    if pathway.infused_from() is None:
        raise Refused(Reason("not_infused"))


def row_to_write(model, pathway: Pathway, corrects, version: int | None, why: str, *, needs_why: bool = True):
    """A new row of a pathway, or the one to correct as it stands. Refused without a reason; Conflict when changed."""
    if corrects is None:
        return model(pathway=pathway, version=0)
    if needs_why and not why.strip():
        raise Refused(Reason("reason_needed", "why"))
    return _still_stands(model, corrects.pk, version)


def write_down(row: Recorded, by: User) -> None:
    """Keep a row with who wrote it now."""
    row.recorded_at, row.recorded_by, row.version = clock.now(), by, row.version + 1
    row.save()


# ── the end of the watch ─────────────────────────────────────────────────────────────────────────────────────────


def close_watch(*, pathway: Pathway, on: date, by: User, reason: str = "") -> None:
    """End the toxicity stage. Needs grades confirmed, the doctor told of every alert, and both scales at a known 0, or
    a haematologist's reason.
    """
    with act(by=by, why=reason or "toxicity watch closed"):
        pathway = for_writing(pathway.pk)
        if pathway.status != Pathway.Status.OPEN:
            raise Refused(Reason("not_open"))
        if not pathway.entries.filter(stage=Stage.TOXICITY, ended_on__isnull=True, superseded=False).exists():
            raise Refused(Reason("watch_not_open"))
        if pathway.intensive_care.standing().filter(out_at__isnull=True).exists():
            raise Refused(Reason("still_in_intensive_care", "on"))
        course = reading.course_of(pathway)
        if any(grade.waits for grade in course.rows.values()):
            raise Refused(Reason("grades_wait"))
        if pathway.steps.filter(code="tell_doctor", done_at__isnull=True, dropped_at__isnull=True).exists():
            raise Refused(Reason("doctor_not_told"))
        open_scales = [scale for scale in rules.SCALES if not course.at_rest(scale)]
        if open_scales:
            if not reason.strip():
                raise Refused(Reason("not_at_rest", "why"))
            _haematologist_only(pathway, by, "why", code="closing_needs_haematologist")
        record_milestone(pathway=pathway, what="toxicity_closed", on=on, by=by, why=reason, field="on")
        leave_stage(pathway=pathway, stage=Stage.TOXICITY, on=on, by=by)


def discharge(*, pathway: Pathway, on: date, by: User) -> None:
    """The patient went home on this day; toxicity may still be watched from there."""
    with act(by=by, why="discharged"):
        pathway = for_writing(pathway.pk)
        if pathway.status not in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD):
            raise Refused(Reason("not_open"))
        if pathway.intensive_care.standing().filter(out_at__isnull=True).exists():
            raise Refused(Reason("still_in_intensive_care", "on"))
        record_milestone(pathway=pathway, what="discharged", on=on, by=by, field="on")


def set_protocol(*, centre, by: User, version: int, second: User | None = None, **values) -> WatchProtocol:
    """Give a hub its own thresholds and rhythm. Raises Conflict on a newer version.

    A threshold looser than everybody's start, and than what stands, needs a second haematologist (Refused).
    """
    with act(by=by, why="watch protocol changed"):
        start = WatchProtocol.objects.get(centre=None)
        row = WatchProtocol.objects.select_for_update().filter(centre=centre).first()
        if (row.version if row else 0) != version:
            raise Conflict(row)
        if row is None:
            row = WatchProtocol(centre=centre, version=0)
            for name in reading.PROTOCOL_VALUES:
                setattr(row, name, getattr(start, name))
        before = row.as_protocol()
        for name, value in values.items():
            setattr(row, name, value)
        loose = rules.looser(row.as_protocol(), start.as_protocol())
        row.second_by = seconded(
            hub=centre,
            by=by,
            second=second,
            than_start=bool(loose),
            than_standing=bool(set(loose) & set(rules.looser(row.as_protocol(), before))),
            row=row,
        )
        row.source, row.version = start.source, row.version + 1
        row.by, row.at = by, clock.now()
        row.save()
        return row


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _may_assess(pathway: Pathway, at: datetime, facts: Mapping[str, Any], by: User) -> None:
    died_here = pathway.patient.died_on is not None and facts.get("death_due_to")
    if pathway.status not in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD) and not died_here:
        raise Refused(Reason("not_open"))
    _may_write(pathway, at, facts, by)


def _may_write(pathway: Pathway, at: datetime, facts: Mapping[str, Any], by: User) -> None:
    _not_ahead(at, "at")
    _after_infusion(pathway, at)
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise ValueError(f"no bedside fact: {', '.join(sorted(unknown))}")
    if not any(_says(name, value) for name, value in facts.items()):
        raise Refused(Reason("nothing_assessed"))
    check_facts(facts)
    if facts.get("death_due_to"):
        _haematologist_only(pathway, by, "death_due_to")


def _says(name: str, value: Any) -> bool:
    """Whether an answer tells anything of the patient. A tick that was not set does not; *no* and *none* do."""
    return name not in SAYS_NOTHING_ALONE and value is not None and value != "" and not (name in TICKS and not value)


def check_facts(facts: Mapping[str, Any]) -> None:
    """Refuse what cannot be, or cannot be together, in one set; the database refuses the same."""
    for name, (least, most) in RANGES.items():
        value = facts.get(name)
        if value is not None and not least <= value <= most:
            raise Refused(Reason("implausible", name, {"least": least, "most": most}))
    systolic, diastolic = facts.get("systolic"), facts.get("diastolic")
    if systolic is not None and diastolic is not None and diastolic >= systolic:
        raise Refused(Reason("diastolic_not_below", "diastolic"))
    attributed = any(facts.get(f"{sign}_other_cause") for sign in ("fever", "hypotension", "hypoxia"))
    if attributed and not (facts.get("other_cause") or "").strip():
        raise Refused(Reason("other_cause_in_words", "other_cause"))
    if facts.get("oxygen_flow_l_min") is not None and facts.get("oxygen_device") in (None, "none"):
        raise Refused(Reason("flow_without_device", "oxygen_flow_l_min"))
    if facts.get("ice_not_done_why") and any(facts.get(name) is not None for name in ICE_ITEMS):
        raise Refused(Reason("ice_done_and_not_done", "ice_not_done_why"))


def _not_ahead(at: datetime, field: str) -> None:
    if at > clock.now() + AHEAD:
        raise Refused(Reason("ahead_of_clock", field))


def _after_infusion(pathway: Pathway, at: datetime, field: str = "at") -> None:
    """Nothing of toxicity lies before the cells were given (the local day, since the hour may not be known)."""
    first = pathway.infused_from()
    if first is None:
        raise Refused(Reason("not_infused"))
    if clock.local(at, pathway.hub.timezone).date() < first:
        raise Refused(Reason("before_infusion", field, {"day": first}))


def _fresh_weight(pathway: Pathway, at: datetime) -> None:
    weight = latest(pathway.patient, Observation.What.WEIGHT)
    if observation_rules.weight_is_old(weight.at if weight else None, at):
        raise Refused(Reason("weight_too_old", "weight_kg"))


def _haematologist_only(pathway: Pathway, by: User, field: str, code: str = "death_needs_haematologist") -> None:
    """Who may confirm grades and record a death at the patient's hub: the hub's haematologists."""
    if not all(access.may_at(by, permission, pathway.hub) for permission in ("toxicity.confirm", "death.record")):
        raise Refused(Reason(code, field))


def _still_stands(model, pk: UUID, version: int | None):
    row = model.objects.get(pk=pk)
    if row.version != version or not row.stands:
        raise Conflict(row)
    return row


def _strike(row, why: str, by: User) -> None:
    if not why.strip():
        raise Refused(Reason("reason_needed", "why"))
    row.struck_at, row.struck_by, row.struck_why = clock.now(), by, why.strip()
    row.version += 1
    row.save(update_fields=["struck_at", "struck_by", "struck_why", "version"])


def _append(
    pathway: Pathway,
    at: datetime,
    facts: Mapping[str, Any],
    by: User,
    corrects: Assessment | None = None,
    reason: str = "",
) -> Assessment:
    row = Assessment(
        pathway=pathway,
        at=at,
        recorded_at=clock.now(),
        recorded_by=by,
        corrects=corrects,
        correction_reason=reason,
        **{name: value for name, value in facts.items() if value is not None},
    )
    try:
        reading.bedside_set(row, pathway)
    except WrongFact as wrong:
        raise Refused(Reason("impossible_value", reading.FORM_FIELDS.get(wrong.field, wrong.field))) from wrong
    row.alerts = [written_ground(ground) for ground in reading.alerts(row, pathway)]
    row.save()
    return row


def _carry_confirmations(old: Assessment, new: Assessment) -> None:
    """What was confirmed on the old version stands beside the new one; where the facts differ it is asked again."""
    for grade in old.grades.filter(confirmed__isnull=False):
        Grade.objects.create(
            assessment=new,
            scale=grade.scale,
            status=grade.status,
            computed=grade.computed,
            low=grade.low,
            high=grade.high,
            would_be=grade.would_be,
            shown=grade.shown,
            grounds=grade.grounds,
            warnings=grade.warnings,
            missing=grade.missing,
            urgent=grade.urgent,
            facts=grade.facts,
            rule_version=grade.rule_version,
            computed_at=clock.now(),
            confirmed=grade.confirmed,
            confirmed_by=grade.confirmed_by,
            confirmed_at=grade.confirmed_at,
            confirmed_reason=grade.confirmed_reason,
            confirmed_against=grade.confirmed_against,
            confirmed_facts=grade.confirmed_facts,
        )


def _after_a_set(row: Assessment, by: User) -> None:
    pathway = row.pathway
    _regrade(pathway, by)
    if row.corrects_id is not None:
        finish_steps(pathway=pathway, code="tell_doctor", subject=str(row.corrects_id), by=by)
    if row.alerts or row.grades.filter(urgent=True).exists():
        open_step(
            pathway=pathway,
            code="tell_doctor",
            stage=Stage.TOXICITY,
            origin="toxicity",
            owner_role="nurse",
            next_owner_role="hub_haematologist",
            due_at=row.at + TO_TELL_WITHIN,
            subject=str(row.pk),
            by=by,
        )
        if _is_news(row):
            tell(
                kind="toxicity_alert",
                key=f"toxicity_alert:{row.pk}",
                role="hub_haematologist",
                centre=pathway.hub,
                urgent=True,
                patient_id=pathway.patient_id,
                pathway_id=pathway.pk,
                about=row.pk,
            )
    changed(patient=pathway.patient, pathway=pathway, fact="assessment", by=by, why=row.correction_reason)


def _is_news(row: Assessment) -> bool:
    """Whether the doctors are told now: something new since the set before, and not an entry of hours ago.

    Nothing repeats unless it is worse (users.md 5.3); what is entered late is on the sheet and in the steps, since it
    is no longer an alarm.
    """
    if row.corrects_id is not None or row.recorded_at - row.at > STILL_AN_ALARM:
        return False
    before = row.pathway.assessments.standing().filter(at__lt=row.at).exclude(pk=row.pk).order_by("-at").first()
    known = {alert["code"] for alert in before.alerts} if before is not None else set()
    was_urgent = before is not None and before.grades.filter(urgent=True).exists()
    is_urgent = row.grades.filter(urgent=True).exists()
    return bool({alert["code"] for alert in row.alerts} - known) or (is_urgent and not was_urgent)


def _regrade(pathway: Pathway, by: User) -> None:
    """Read the course again and keep what the rules say now; only what changed is written."""
    course = reading.read_again(pathway)
    now = clock.now()
    for graded in course.graded:
        for scale in rules.SCALES:
            _keep(course, graded, scale, now)
    _ask_to_confirm(pathway, by)


def _keep(course: reading.Course, graded: rules.Graded, scale: str, now: datetime) -> None:
    said, facts = graded.outcomes[scale], dict(graded.facts[scale])
    row = course.rows.get((graded.key, scale))
    if row is not None and row.facts == facts and row.outcome == said:
        return
    row = row or Grade(assessment_id=graded.key, scale=scale, version=0)
    row.status, row.computed, row.low, row.high = said.status, said.value, said.low, said.high
    row.would_be, row.shown, row.urgent = said.would_be, said.shown, said.urgent
    row.grounds, row.warnings, row.missing = list(said.grounds), list(said.warnings), list(said.missing)
    row.facts, row.rule_version, row.computed_at = facts, said.version, now
    row.version += 1
    row.save()


STEPS_TO_CONFIRM = {"confirm_grade": False, "confirm_grade_again": True}


def _ask_to_confirm(pathway: Pathway, by: User) -> None:
    """One Step for grades that nobody confirmed, one for those whose facts changed; each closes when none is left."""
    waiting = [grade for grade in reading.standing_grades(pathway) if grade.waits]
    for code, again in STEPS_TO_CONFIRM.items():
        mine = [grade for grade in waiting if grade.facts_changed == again]
        if not mine or pathway.status == Pathway.Status.CLOSED:
            finish_steps(pathway=pathway, code=code, by=by)
            continue
        open_step(
            pathway=pathway,
            code=code,
            stage=Stage.TOXICITY,
            origin="toxicity",
            owner_role="hub_haematologist" if again else "nurse",
            due_at=min(grade.assessment.at for grade in mine) + TO_CONFIRM_WITHIN,
            by=by,
        )

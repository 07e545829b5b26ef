"""Day 0: go or no-go, two people compare identity, the infusion is recorded; its date can be corrected."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import User
from patients.identity import checks, links
from patients.identity.chain import IdentityCheck
from patients.identity.changes import changed
from patients.identity.models import CareLink
from patients.infusion import rules
from patients.infusion.models import Infusion, Readiness
from patients.manufacturing.actions import must_be_available, standing_lot
from patients.observations import actions as observations
from patients.observations.models import Observation
from patients.pathway import chain, stages
from patients.pathway.actions import (
    enter_stage,
    for_writing,
    leave_stage,
    must_be_open,
    record_milestone,
    set_day_0,
)
from patients.pathway.models import Pathway, StageEntry
from patients.pathway.stages import Stage

POINT = IdentityCheck.Point.INFUSION
CLOCKS_DIFFER = timedelta(minutes=5)  # a time a little ahead of ours is another clock, not the future
GO_HOLDS = timedelta(hours=24)  # convention: weight and stock are asked again on another day
WRITTEN_TO_THE_MINUTE = timedelta(minutes=1)  # 10:05 on a form is any second of that minute
GO_FIELDS = {
    "no_tocilizumab": "tocilizumab_doses_on_site",
    "no_weight": "weight_kg",
    "not_informed": "patient_informed",
}


def infusion(pathway: Pathway) -> Infusion | None:
    """The recorded infusion, or None."""
    rows = Infusion.objects.filter(pathway=pathway)
    return rows.select_related("lot", "identity__by", "identity__first__by", "readiness").first()


def readiness(pathway: Pathway) -> Readiness | None:
    """The latest go or no-go that still holds, or None."""
    return Readiness.objects.filter(pathway=pathway, at__gt=clock.now() - GO_HOLDS).order_by("-at").first()


def must_be_possible_now(pathway: Pathway) -> None:
    """Refuse what an infusion today could not come of: course, stage, product, an open incident."""
    _must_await_infusion(pathway)
    checks.must_have_no_incident(pathway.pk)
    must_be_available(standing_lot(pathway), clock.today(pathway.hub.timezone))


def make_ready(
    *,
    pathway: Pathway,
    tocilizumab_doses_on_site: int,
    weight_kg: Decimal,
    patient_informed: bool | None,
    by,
    tocilizumab_alternative: str = "",
) -> Readiness:
    """Record the go. Raises Refused when it is no go: no tocilizumab and no alternative, or a patient not informed."""
    with act(by=by, why="go for infusion"):
        pathway = for_writing(pathway.pk)
        _must_await_infusion(pathway)
        must_be_available(standing_lot(pathway), clock.today(pathway.hub.timezone))
        facts = rules.GoFacts(tocilizumab_doses_on_site, tocilizumab_alternative, weight_kg, patient_informed)
        reasons = rules.no_go(facts)
        if reasons:
            raise Refused(*(Reason(code, GO_FIELDS[code]) for code in reasons))
        row = Readiness.objects.create(
            pathway=pathway,
            at=clock.now(),
            by=str(by.pk),
            tocilizumab_doses_on_site=tocilizumab_doses_on_site,
            tocilizumab_alternative=tocilizumab_alternative.strip(),
            weight_kg=weight_kg,
            patient_informed=patient_informed,
        )
        # The weight is measured once and read by all: the banner, and doses by weight.
        observations.record(patient=pathway.patient, what=Observation.What.WEIGHT, value=weight_kg, unit="kg", by=by)
        changed(patient=pathway.patient, pathway=pathway, fact="infusion_go", by=by)
        return row


def check_identity(*, pathway: Pathway, typed: Mapping[str, str], by: User, own_log_in: bool = True) -> IdentityCheck:
    """One of the two people compares patient, product and collection before the infusion.

    A mismatch does not raise: the check that comes back says so, its incident is kept, and the caller stops. Raises
    Refused when the infusion may not come now, and as `checks.check`.
    """
    with act(by=by, why="identity checked"):
        pathway = for_writing(pathway.pk)
        _must_await_infusion(pathway)
        lot = standing_lot(pathway)
        must_be_available(lot, clock.today(pathway.hub.timezone))
        return chain.check_identity(
            pathway=pathway, subject=lot.pk, point=POINT, typed=typed, by=by, own_log_in=own_log_in
        )


def record(
    *,
    pathway: Pathway,
    started_at: datetime,
    by,
    ended_at: datetime | None = None,
    bags: int | None = None,
    dose_10e6: Decimal | None = None,
    reaction: bool | None = None,
    reaction_note: str = "",
) -> Infusion:
    """Record the infusion: its local day at the hub becomes day 0, the ward's time and the follow-up count from it.

    Raises Refused without a go, without two matching checks that hold at its start, with an open incident, with a
    product that is not available that day, before lymphodepletion has ended, in the future, or a second time.
    """
    with act(by=by, why="infusion recorded"):
        pathway = for_writing(pathway.pk)
        _must_await_infusion(pathway)
        checks.must_have_no_incident(pathway.pk)
        started_at, ended_at = _in_utc(started_at), _in_utc(ended_at)
        _must_be_possible_times(started_at, ended_at)
        day = rules.day_0(started_at, pathway.hub.timezone)
        lot = standing_lot(pathway)
        must_be_available(lot, day, "started_at")
        pair = _pair(pathway, lot, started_at)
        ready = _go(pathway, started_at)
        if reaction_note and reaction is not True:
            raise Refused(Reason("note_without_reaction", "reaction"))
        enter_stage(pathway=pathway, stage=Stage.INFUSION, on=day, by=by)
        record_milestone(pathway=pathway, what="infusion", at=started_at, by=by, field="started_at")
        leave_stage(pathway=pathway, stage=Stage.INFUSION, on=day, by=by)
        made = Infusion.objects.create(
            pathway=pathway,
            lot=lot,
            identity=pair,
            readiness=ready,
            started_at=started_at,
            ended_at=ended_at,
            bags=bags,
            dose_10e6=dose_10e6,
            reaction=reaction,
            reaction_note=reaction_note.strip(),
        )
        for stage in (Stage.TOXICITY, Stage.FOLLOWUP):
            enter_stage(pathway=pathway, stage=stage, on=day, by=by)
        set_day_0(pathway=pathway, day=day, by=by)
        _end_the_wards_time(pathway, day)
        changed(patient=pathway.patient, pathway=pathway, fact="infusion_given", by=by)
        return made


def correct(
    *, pathway: Pathway, version: int, started_at: datetime, ended_at: datetime | None, why: str, by
) -> Infusion:
    """Correct when the infusion was, with a reason: day 0, the ward's time and open plans move with it.

    Raises Refused without a reason, in the future, before lymphodepletion's end or the product's receipt, or when
    something recorded later would then stand before it; Conflict when it was corrected meanwhile.
    """
    with act(by=by, why=why):
        pathway = for_writing(pathway.pk)
        if pathway.status == Pathway.Status.DRAFT:
            raise Refused(Reason("not_open"))
        made = infusion(pathway)
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
        record_milestone(pathway=pathway, what="infusion", at=started_at, by=by, why=why, field="started_at")
        made.started_at, made.ended_at = started_at, ended_at
        made.version += 1
        made.save()
        _move_stays(pathway, day)
        set_day_0(pathway=pathway, day=day, by=by, why=why)
        _end_the_wards_time(pathway, day)
        changed(patient=pathway.patient, pathway=pathway, fact="infusion_corrected", by=by, why=why)
        return made


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


def _end_the_wards_time(pathway: Pathway, day: date) -> None:
    """The ward's link ends with day +30; where that has passed, it ends now; a link that had ended too early is new."""
    now = clock.now()
    end = rules.ward_ends(day, pathway.hub.timezone)
    found = links.end_links(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.WARD, at=max(end, now))
    if not found and end > now:
        links.open_link(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.WARD, ends_at=end)


def _must_await_infusion(pathway: Pathway) -> None:
    must_be_open(pathway)
    if Infusion.objects.filter(pathway=pathway).exists():
        raise Refused(Reason("already_infused"))
    reason = stages.may_enter(Stage.INFUSION, [entry.as_entry() for entry in pathway.entries.all()])
    if reason is not None:
        raise Refused(Reason(reason, values={"stage": str(Stage.INFUSION)}))


def _in_utc(instant: datetime | None) -> datetime | None:
    """Sums of wall clocks go wrong in the hour that comes twice; sums of UTC do not."""
    return None if instant is None else instant.astimezone(UTC)


def _must_be_possible_times(started_at: datetime, ended_at: datetime | None) -> None:
    for field, instant in (("started_at", started_at), ("ended_at", ended_at)):
        if instant is not None and instant > clock.now() + CLOCKS_DIFFER:
            raise Refused(Reason("in_the_future", field))
    if ended_at is not None and ended_at < started_at:
        raise Refused(Reason("ends_before_start", "ended_at"))


def _go(pathway: Pathway, started_at: datetime) -> Readiness:
    """The go that stood when the infusion began."""
    rows = Readiness.objects.filter(
        pathway=pathway, at__lt=started_at + WRITTEN_TO_THE_MINUTE, at__gt=started_at - GO_HOLDS
    )
    ready = rows.order_by("-at").first()
    if ready is None:
        raise Refused(Reason("no_go_recorded"))
    if not ready.go:
        raise Refused(Reason("no_go_recorded"))
    return ready


def _pair(pathway: Pathway, lot, started_at: datetime) -> IdentityCheck:
    """The two people's checks that held when the infusion began."""
    pair = checks.last_pair(pathway.pk, lot.pk, POINT)
    if pair is None:
        one = checks.waiting_first(pathway.pk, lot.pk, POINT) is not None
        raise Refused(Reason("second_check_missing" if one else "identity_not_checked"))
    if started_at <= pair.at - WRITTEN_TO_THE_MINUTE:
        when = {"time": f"{clock.local(pair.at, pathway.hub.timezone):%H:%M}"}
        raise Refused(Reason("started_before_the_checks", "started_at", when))
    if started_at > pair.first.holds_until:
        when = {"time": f"{clock.local(pair.first.holds_until, pathway.hub.timezone):%H:%M}"}
        raise Refused(Reason("checks_expired", "started_at", when))
    return pair

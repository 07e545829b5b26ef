"""Recording restaging and visits; a later correction is a new version, with its reason."""

from datetime import date
from uuid import UUID

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.clinical.result import Result
from patients.followup import rules
from patients.followup.models import Restaging, Visit
from patients.followup.rules import Read
from patients.identity.changes import changed
from patients.pathway import actions as pathway_actions
from patients.pathway.models import Pathway


def restage(
    *, pathway: Pathway, read: Read, milestone: str, by: User, restaging_id: UUID | None = None, why: str = ""
) -> Restaging:
    """Record a restaging that a person has read and confirmed; with `restaging_id`, correct one (`why` is compulsory).

    `milestone`: which planned one it is, "" for one in between: that one is then done. Raises Refused before the
    infusion, for rules.faults, and when that milestone is another restaging's.
    """
    with act(by=by, why=why or "restaging recorded"):
        pathway = _after_infusion(pathway)
        found = rules.faults(read, day_0=pathway.day_0, today=clock.today(pathway.hub.timezone))
        others = Restaging.objects.filter(pathway=pathway).exclude(pk=restaging_id)
        if milestone and others.filter(milestone=milestone).exists():
            found.append(("milestone", "done_already"))
        found += [("why", "say_why_corrected")] if restaging_id and not why.strip() else []
        result = read.computed()
        if found:
            raise Refused(*(Reason(code, field, _computed_words(result, code)) for field, code in found))
        row = Restaging.objects.get(pk=restaging_id, pathway=pathway) if restaging_id else Restaging(version=0)
        was = row.milestone
        row.pathway, row.milestone, row.done_on = pathway, milestone, read.done_on
        row.deauville, row.uptake_change = read.deauville, read.uptake_change
        row.new_lesion, row.symptoms = read.new_lesion, read.symptoms
        row.computed, row.rule_version = result.value if result.is_known else None, result.version
        row.response, row.note = read.response, read.note
        row.differs_because = "" if row.computed == read.response else read.differs_because
        row.confirmed_at, row.confirmed_by, row.version = clock.now(), by, row.version + 1
        row.save()
        if was and was != milestone:
            pathway_actions.undo_milestone(pathway=pathway, what=was, by=by, why=why)
        if milestone:
            pathway_actions.record_milestone(pathway=pathway, what=milestone, on=read.done_on, by=by, why=why)
        changed(patient=pathway.patient, pathway=pathway, fact="restaging", by=by, why=why)
        return row


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
    visit_id: UUID | None = None,
    why: str = "",
) -> Visit:
    """Record a follow-up visit; with `visit_id`, correct one. Raises Refused before the infusion and in the future."""
    with act(by=by, why=why or "visit recorded"):
        pathway = _after_infusion(pathway)
        found = []
        if done_on > clock.today(pathway.hub.timezone):
            found.append(("done_on", "in_the_future"))
        if done_on < pathway.day_0:
            found.append(("done_on", "before_infusion"))
        if Visit.objects.filter(pathway=pathway, done_on=done_on, where=where).exclude(pk=visit_id).exists():
            found.append(("done_on", "visit_recorded_already"))
        found += [("why", "say_why_corrected")] if visit_id and not why.strip() else []
        if found:
            raise Refused(*(Reason(code, field) for field, code in found))
        row = Visit.objects.get(pk=visit_id, pathway=pathway) if visit_id else Visit(version=0)
        row.pathway, row.done_on, row.where, row.ecog, row.note = pathway, done_on, where, ecog, note
        row.written_at, row.written_by, row.version = clock.now(), by, row.version + 1
        row.save()
        changed(patient=pathway.patient, pathway=pathway, fact="visit", by=by, why=why)
        return row


def open_plans(pathway: Pathway) -> dict[str, date | None]:
    """The restagings that are not done yet, with their planned days."""
    known = {row.what: row for row in pathway.milestones.filter(superseded=False, what__in=list(rules.NOMINAL_DAYS))}
    return {
        code: known[code].planned_on if code in known else None
        for code in rules.NOMINAL_DAYS
        if code not in known or not known[code].happened
    }


def _after_infusion(pathway: Pathway) -> Pathway:
    pathway = pathway_actions.for_writing(pathway.pk)
    pathway_actions.must_be_open(pathway)
    if pathway.day_0 is None:
        raise Refused(Reason("not_infused"))
    return pathway

"""Taking the decision whether a patient may have CAR-T."""

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.eligibility import rules
from patients.eligibility.models import Decision
from patients.eligibility.rules import Said
from patients.identity import links
from patients.identity.changes import changed
from patients.identity.models import CareLink
from patients.pathway import actions as pathway_actions
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.referral.rules import exit_reason


def decide(*, pathway: Pathway, said: Said, by: User) -> Decision:
    """Take a decision: eligible for a product, not eligible (the pathway closes), or deferred to a day.

    Raises Refused before the hub has taken the patient on, once the order is placed, and for rules.faults.
    """
    with act(by=by, why=said.reason):
        pathway = pathway_actions.for_writing(pathway.pk)
        pathway_actions.must_be_open(pathway)
        happened = set(pathway.milestones.happened().values_list("what", flat=True))
        if "taken_on" not in happened:
            raise Refused(Reason("not_taken_on"))
        if "ordered" in happened:
            raise Refused(Reason("already_ordered"))
        today = clock.today(pathway.hub.timezone)
        found = rules.faults(said, today=today)
        taken_on = pathway.milestones.get(what="taken_on", superseded=False).actual_on
        if not any(field == "board_on" for field, _ in found) and taken_on and said.board_on < taken_on:
            found.append(("board_on", "before_taken_on"))
        if found:
            raise Refused(*(Reason(code, field) for field, code in found))
        decision = Decision.objects.create(
            pathway=pathway,
            kind=said.kind,
            reason=said.reason,
            grounds=list(said.grounds) if said.kind == rules.NOT_ELIGIBLE else [],
            instead=said.instead if said.kind == rules.NOT_ELIGIBLE else "",
            reassess_on=said.reassess_on if said.kind == rules.DEFERRED else None,
            product_id=said.product if said.kind == rules.ELIGIBLE else None,
            board_on=said.board_on,
            deciders=said.deciders,
            at=clock.now(),
            by=by,
        )
        changed(patient=pathway.patient, pathway=pathway, fact=f"decision_{said.kind}", by=by, why=said.reason)
        FOLLOWS[said.kind](pathway, decision, by)
        return decision


def _eligible(pathway: Pathway, decision: Decision, by: User) -> None:
    pathway.product, pathway.version = decision.product, pathway.version + 1
    pathway.save(update_fields=["product", "version"])
    pathway_actions.record_milestone(pathway=pathway, what="decided", on=decision.board_on, by=by)
    pathway_actions.leave_stage(pathway=pathway, stage=Stage.ELIGIBILITY, on=decision.board_on, by=by)


def _not_eligible(pathway: Pathway, decision: Decision, by: User) -> None:
    pathway_actions.record_milestone(pathway=pathway, what="decided", on=decision.board_on, by=by)
    pathway_actions.close(pathway=pathway, exit_reason=exit_reason(decision.grounds), note=decision.reason[:400], by=by)
    links.end_links(patient=pathway.patient, kind=CareLink.Kind.HUB, centre=pathway.hub, reads_past=True)


def _deferred(pathway: Pathway, decision: Decision, by: User) -> None:
    """No milestone: the step to decide stays open, until the day of the deferral."""
    if pathway.milestones.happened().filter(what="decided").exists():
        raise Refused(Reason("already_eligible", "kind"))
    pathway_actions.plan_milestone(pathway=pathway, what="decided", on=decision.reassess_on, by=by)


FOLLOWS = {rules.ELIGIBLE: _eligible, rules.NOT_ELIGIBLE: _not_eligible, rules.DEFERRED: _deferred}

"""Recording what is known of each item, and taking the decision whether a patient may have CAR-T."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.eligibility import indication, rules
from patients.eligibility.items import BY_CODE, MEASURED, Item, items_for
from patients.eligibility.models import Decision, ItemAnswer
from patients.eligibility.rules import Answered, Said
from patients.identity import links
from patients.identity.changes import changed
from patients.identity.models import CareLink
from patients.pathway import actions as pathway_actions
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.referral.dossier import Dossier
from patients.referral.models import Referral
from patients.referral.rules import exit_reason


def items_of(pathway: Pathway) -> tuple[Item, ...]:
    """The items to look at for the patient of a pathway."""
    return items_for(disease=pathway.disease, sex=pathway.patient.sex)


def recorded(pathway: Pathway, until: datetime | None = None) -> dict[str, Answered]:
    """What somebody answered of each item, by its code; what was never answered is missing. `until`: not later."""
    rows = ItemAnswer.objects.filter(pathway=pathway).order_by("item", "-at", "-pk").distinct("item")
    if until is not None:
        rows = rows.filter(at__lte=until)
    return {row.item: Answered(row.answer, row.value, row.on, row.source) for row in rows}


def answers(pathway: Pathway, dossier: Dossier | None = None) -> dict[str, Answered]:
    """What is known of each item, by its code: what somebody answered, else what was measured or told.

    As the hub reads it, or as the reader of `dossier` does.
    """
    read = dossier or Dossier(pathway, pathway.hub)
    told = indication.answered_by_the_record(indication.now(pathway, read))
    return told | _measured(pathway, read) | recorded(pathway, read.until)


def _measured(pathway: Pathway, dossier: Dossier) -> dict[str, Answered]:
    """The last value of each item that is measured, and the ECOG told when asking early; the day is the hub's."""
    zone = pathway.hub.timezone
    values = dossier.latest(MEASURED.values())
    found = {
        code: Answered(None, values[what].value, clock.local(values[what].at, zone).date())
        for code, what in MEASURED.items()
        if what in values
    }
    referral = Referral.objects.filter(pathway=pathway).first()
    if referral is not None and referral.ecog is not None:
        told_on = clock.local(referral.sent_at, zone).date() if referral.sent_at else None
        found["ecog"] = Answered(None, Decimal(referral.ecog[0]), told_on)
    return found


def flags(pathway: Pathway, known: Mapping[str, Answered] | None = None) -> dict[str, str]:
    """The flag of each item of a pathway, by its code; `known`: its answers, where they are read already."""
    known = answers(pathway) if known is None else known
    return {item.code: rules.flag(item, known.get(item.code, Answered())) for item in items_of(pathway)}


def answer(*, pathway: Pathway, said: Mapping[str, Answered], by: User) -> int:
    """Write down what is known of items; what says the same as before is not written again. Returns how many were.

    Raises Refused before the hub has taken the patient on, once the pathway is not open, and for rules.answer_faults:
    the field of a refusal is the item's code, with "_value" or "_on".
    """
    with act(by=by, why="eligibility items recorded"):
        pathway = pathway_actions.for_writing(pathway.pk)
        pathway_actions.must_be_open(pathway)
        _must_be_taken_on(pathway)
        today = clock.today(pathway.hub.timezone)
        found = [
            Reason(reason, f"{code}_{part}")
            for code, one in said.items()
            for part, reason in rules.answer_faults(BY_CODE[code], one, today=today)
        ]
        if found:
            raise Refused(*found)
        stands, now = recorded(pathway), clock.now()
        new = [(code, one) for code, one in said.items() if stands.get(code) != one]
        for code, one in new:
            ItemAnswer.objects.create(
                pathway=pathway,
                item=code,
                answer=one.answer,
                value=one.value,
                on=one.on,
                source=one.source.strip(),
                at=now,
                by=by,
            )
        if new:
            changed(patient=pathway.patient, pathway=pathway, fact="eligibility_items", by=by)
        return len(new)


def _must_be_taken_on(pathway: Pathway) -> None:
    if not pathway.milestones.filter(what="taken_on", superseded=False, actual_on__isnull=False).exists():
        raise Refused(Reason("not_taken_on"))


def decide(*, pathway: Pathway, said: Said, by: User) -> Decision:
    """Take a decision: eligible for a product, not eligible (the pathway closes), or deferred to a day.

    Who answers for it is whoever writes it down, where nobody else is named. Raises Refused before the hub has taken
    the patient on, once the order is placed, and for rules.faults.
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
        resolve_first = [
            code for code, one in recorded(pathway).items() if BY_CODE[code].resolve_first and one.answer is False
        ]
        computed = indication.now(pathway)
        covered = not said.product or indication.covers(computed, said.product)
        found = rules.faults(said, today=today, resolve_first=resolve_first, covered=covered)
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
            decider=said.decider.strip() or by.get_full_name(),
            conditions=said.conditions.strip() if said.kind == rules.ELIGIBLE else "",
            off_label_reason="" if covered or said.kind != rules.ELIGIBLE else said.off_label_reason.strip(),
            indication=indication.kept(computed, flags(pathway)),
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

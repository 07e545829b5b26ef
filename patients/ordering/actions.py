"""Placing the maker's order, writing down its slot, and filling in the forms of the national registry."""

from datetime import date
from uuid import UUID

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, Role, User
from patients.eligibility.models import Decision
from patients.identity import links
from patients.identity.changes import changed
from patients.identity.models import CareLink
from patients.ordering import rules
from patients.ordering.models import Order, RegistryForm
from patients.ordering.rules import Slot, VeinToVein
from patients.pathway import actions as pathway_actions
from patients.pathway import planning
from patients.pathway.models import Pathway

# What a form of the registry tells of, and so comes after.
NEEDED = {
    RegistryForm.Kind.ELIGIBILITY: ("taken_on",),
    RegistryForm.Kind.REQUEST: ("registry_eligibility",),
    RegistryForm.Kind.INFUSION: ("infusion",),
    RegistryForm.Kind.OUTCOME: ("infusion",),
}
# The slot's days, and the milestones that they plan.
PLANS = {"apheresis_on": "apheresis", "shipment_on": "shipped", "release_on": "released", "infusion_on": "infusion"}


def record(
    *,
    pathway: Pathway,
    order_number: str,
    portal_number: str,
    ordered_on: date,
    slot: Slot | None,
    by: User,
    pharmacy_informed_on: date | None = None,
    pharmacy_informed: str = "",
) -> Order:
    """Write down the order, and its slot once the maker has confirmed one; a second time corrects or moves them.

    Raises Refused before the patient was found eligible for a product, for days in impossible order, and for a day
    whose fact has happened already.
    """
    with act(by=by, why="order recorded"):
        pathway = pathway_actions.for_writing(pathway.pk)
        pathway_actions.must_be_open(pathway)
        decided = pathway.milestones.happened().filter(what="decided").first()
        if decided is None or pathway.product_id is None:
            raise Refused(Reason("not_decided"))
        today = clock.today(pathway.hub.timezone)
        found = rules.faults(ordered_on=ordered_on, slot=slot, decided_on=decided.actual_on, today=today)
        order = standing(pathway) or Order(pathway=pathway, version=0)
        if slot is None and order.slot_confirmed_on is not None:
            found.append(("slot_confirmed_on", "slot_stands"))
        found += _moved_facts(pathway, order, slot)
        found += rules.pharmacy_faults(
            pharmacy_informed_on, pharmacy_informed, decided_on=decided.actual_on, today=today
        )
        if found:
            raise Refused(*(Reason(code, field) for field, code in found))
        order.product, order.version = pathway.product, order.version + 1
        order.order_number, order.portal_number, order.ordered_on = order_number, portal_number, ordered_on
        order.pharmacy_informed_on, order.pharmacy_informed = pharmacy_informed_on, pharmacy_informed.strip()
        if slot is not None:
            _take_slot(order, slot)
        order.save()
        pathway_actions.record_milestone(pathway=pathway, what="ordered", on=ordered_on, by=by)
        if slot is not None:
            _plan(pathway, slot, by)
        changed(patient=pathway.patient, pathway=pathway, fact="order", by=by)
        return order


def standing(pathway: Pathway) -> Order | None:
    """The order that counts."""
    return Order.objects.filter(pathway=pathway, superseded=False).first()


def conditions(pathway: Pathway) -> str:
    """Under which conditions the patient was found eligible, "" when there are none."""
    decision = Decision.objects.filter(pathway=pathway).order_by("-at").first()
    return decision.conditions if decision is not None else ""


def begin_again(*, pathway: Pathway, by: User | str, why: str) -> None:
    """The order of a failed attempt counts no more: a new one is placed, and its slot confirmed anew."""
    order = standing(pathway)
    if order is not None:
        order.superseded, order.version = True, order.version + 1
        order.save(update_fields=["superseded", "version"])
    for what in ("slot_confirmed", "ordered"):
        pathway_actions.undo_milestone(pathway=pathway, what=what, by=by, why=why)
        pathway_actions.plan_milestone(pathway=pathway, what=what, on=None, by=by, why=why)


def registry_forms(pathway: Pathway) -> dict[str, list[RegistryForm]]:
    """The registry's forms that were filled in, by kind, each in order of its day."""
    found: dict[str, list[RegistryForm]] = {}
    for row in RegistryForm.objects.filter(pathway=pathway).order_by("filed_on", "number"):
        found.setdefault(row.kind, []).append(row)
    return found


def file_registry_form(
    *, pathway: Pathway, kind: str, number: str, filed_on: date, by: User, corrects: UUID | None = None
) -> RegistryForm:
    """Write down that a form of the registry was filled in; a second time corrects its number or its day.

    Of outcomes there may be several: one is corrected by its key (`corrects`), else it is another one. It is office
    work: a pathway on hold or closed takes it too. Raises Refused for a draft, without a number or with one that is
    filed already, in the future, and in an order that cannot be.
    """
    with act(by=by, why="registry form filled in"):
        pathway = pathway_actions.for_writing(pathway.pk)
        if pathway.status == Pathway.Status.DRAFT:
            raise Refused(Reason("not_open"))
        number = number.strip()
        if not number:
            raise Refused(Reason("say_number", "number"))
        filed = registry_forms(pathway).get(kind, [])
        row = _to_file(pathway, kind, filed, corrects)
        if any(other.pk != row.pk and other.number == number for other in filed):
            raise Refused(Reason("filed_already", "number"))
        missing = [what for what in NEEDED[kind] if not pathway.milestones.happened().filter(what=what).exists()]
        if missing:
            raise Refused(Reason("needed_first", "kind", {"earlier": missing[0]}))
        row.number, row.filed_on, row.version = number, filed_on, row.version + 1
        _must_be_possible(pathway, filed_on)
        first = min([filed_on, *(other.filed_on for other in filed if other.pk != row.pk)])
        pathway_actions.record_milestone(pathway=pathway, what=row.milestone, on=first, by=by, field="filed_on")
        row.save()
        changed(patient=pathway.patient, pathway=pathway, fact=row.milestone, by=by)
        return row


def _to_file(pathway: Pathway, kind: str, filed: list[RegistryForm], corrects: UUID | None) -> RegistryForm:
    if corrects is not None:
        return next(row for row in filed if row.pk == corrects)
    several = kind == RegistryForm.Kind.OUTCOME
    return filed[0] if filed and not several else RegistryForm(pathway=pathway, kind=kind, version=0)


def _must_be_possible(pathway: Pathway, filed_on: date) -> None:
    """The milestone is the first outcome's day: a later one is looked at here."""
    if filed_on > clock.today(pathway.hub.timezone):
        raise Refused(Reason("in_the_future", "filed_on"))


def vein_to_vein(
    hub: Centre, *, apheresis_on: date, release_on: date | None, infusion_on: date | None
) -> VeinToVein | None:
    """How days stand against the hub's own target and limit; None without an end, or where it promises none."""
    promised = planning.promises(hub)
    target, limit = (promised.get(code) for code in ("vein_to_vein_target", "vein_to_vein_limit"))
    if target is None or limit is None:
        return None
    return rules.vein_to_vein(
        apheresis_on=apheresis_on,
        release_on=release_on,
        infusion_on=infusion_on,
        target_days=target.days,
        limit_days=limit.days,
    )


def _moved_facts(pathway: Pathway, order: Order, slot: Slot | None) -> list[tuple[str, str]]:
    """A plan whose fact has happened is not moved any more."""
    if slot is None:
        return []
    happened = set(pathway.milestones.happened().values_list("what", flat=True))
    return [
        (field, "happened_already")
        for field, what in PLANS.items()
        if what in happened and getattr(slot, field) != getattr(order, field)
    ]


def _take_slot(order: Order, slot: Slot) -> None:
    order.slot_confirmed_on = slot.confirmed_on
    for field in PLANS:
        setattr(order, field, getattr(slot, field))


def _plan(pathway: Pathway, slot: Slot, by: User) -> None:
    pathway_actions.record_milestone(pathway=pathway, what="slot_confirmed", on=slot.confirmed_on, by=by)
    planned = dict(pathway.milestones.filter(superseded=False).values_list("what", "planned_on"))
    for field, what in PLANS.items():
        day = getattr(slot, field)
        if planned.get(what) != day:
            pathway_actions.plan_milestone(pathway=pathway, what=what, on=day, by=by)
    links.open_link(
        patient=pathway.patient,
        centre=pathway.hub,
        kind=CareLink.Kind.STEP,
        role=Role.objects.get(code="apheresis_unit"),
    )

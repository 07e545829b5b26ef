"""Placing the maker's order and writing down its slot."""

from datetime import date

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Role, User
from patients.identity import links
from patients.identity.changes import changed
from patients.identity.models import CareLink
from patients.ordering import rules
from patients.ordering.models import Order
from patients.ordering.rules import Slot, VeinToVein
from patients.pathway import actions as pathway_actions
from patients.pathway import planning
from patients.pathway.models import Pathway

# The slot's days, and the milestones that they plan.
PLANS = {"apheresis_on": "apheresis", "shipment_on": "shipped", "release_on": "released", "infusion_on": "infusion"}


def record(
    *, pathway: Pathway, order_number: str, portal_number: str, ordered_on: date, slot: Slot | None, by: User
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
        if found:
            raise Refused(*(Reason(code, field) for field, code in found))
        order.product, order.version = pathway.product, order.version + 1
        order.order_number, order.portal_number, order.ordered_on = order_number, portal_number, ordered_on
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


def expected_vein_to_vein(hub, slot: Slot) -> VeinToVein | None:
    """How the slot stands against the hub's own target and limit; None where it promises none."""
    target, limit = (planning.promise(hub, code) for code in ("vein_to_vein_target", "vein_to_vein_limit"))
    if target is None or limit is None:
        return None
    return rules.vein_to_vein(slot, target_days=target.days, limit_days=limit.days)


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

"""Manufacturing: cells are shipped, the maker says what became of them, two people receive the product at the hub."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from patients.apheresis.actions import LABORATORY, collection, end_role_link
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.identity import checks
from patients.identity.chain import COLLECTION_KINDS, PRODUCT_KINDS, Identifier, IdentityCheck
from patients.identity.changes import changed
from patients.manufacturing import rules
from patients.manufacturing.models import Lot, OutOfSpecificationFile
from patients.manufacturing.rules import OosFile, ProductFacts, not_available
from patients.ordering import actions as ordering
from patients.pathway import chain
from patients.pathway.actions import (
    close,
    enter_stage,
    for_writing,
    leave_stage,
    must_be_open,
    plan_milestone,
    record_milestone,
    supersede_from,
)
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage

RECEIPT = IdentityCheck.Point.RECEIPT
# A person's clock may run ahead of ours by so much.
CLOCKS_DIFFER = timedelta(minutes=5)


def standing_lot(pathway: Pathway) -> Lot | None:
    """The product that counts for a pathway, or None before its cells were shipped."""
    return Lot.objects.filter(pathway=pathway, superseded=False).first()


def _lot_under_way(pathway: Pathway) -> Lot:
    """The lot that was shipped and is not yet at the hub. Raises Refused."""
    lot = standing_lot(pathway)
    if lot is None:
        raise Refused(Reason("nothing_shipped"))
    if lot.received_on is not None:
        raise Refused(Reason("already_received"))
    return lot


def facts(lot: Lot | None) -> ProductFacts:
    """A product as the rules read it."""
    if lot is None:
        return ProductFacts(None)
    return ProductFacts(lot.status, lot.accepted_at is not None, lot.received_on, lot.expires_on)


def must_be_available(lot: Lot | None, on: date, field: str | None = None) -> None:
    """Refuse what needs the product when it is not released, received and in date on that day."""
    reasons = not_available(facts(lot), on)
    if reasons:
        expiry = {"day": lot.expires_on} if lot is not None and lot.expires_on else {}
        raise Refused(*(Reason(code, field, expiry) for code in reasons))


def ship(
    *,
    pathway: Pathway,
    shipped_on: date,
    by,
    coi: str = "",
    carrier: str = "",
    waybill: str = "",
    expected_release_on: date | None = None,
) -> Lot:
    """Record that the collected cells went to the maker."""
    with act(by=by, why="cells shipped"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        collected = collection(pathway)
        if collected is None:
            raise Refused(Reason("nothing_collected"))
        if standing_lot(pathway) is not None:
            raise Refused(Reason("already_recorded", "shipped_on"))
        if expected_release_on is not None and expected_release_on < shipped_on:
            raise Refused(Reason("release_before_shipment", "expected_release_on"))
        record_milestone(pathway=pathway, what="shipped", on=shipped_on, by=by, field="shipped_on")
        enter_stage(pathway=pathway, stage=Stage.MANUFACTURING, on=shipped_on, by=by)
        if expected_release_on is not None:
            plan_milestone(pathway=pathway, what="released", on=expected_release_on, by=by)
        lot = Lot.objects.create(
            pathway=pathway,
            collection=collected,
            shipped_on=shipped_on,
            carrier=carrier.strip(),
            waybill=waybill.strip(),
            expected_release_on=expected_release_on,
        )
        if coi:
            name_product(pathway, Identifier.Kind.COI, coi, "coi")
        changed(patient=pathway.patient, pathway=pathway, fact="shipment", by=by)
        return lot


def follow(
    *,
    pathway: Pathway,
    by,
    maker_received_on: date | None = None,
    expected_release_on: date | None = None,
    shipped_back_on: date | None = None,
    return_waybill: str = "",
    why: str = "",
) -> Lot:
    """Write down how the product is getting on: arrived at the maker, expected on another day, shipped back.

    `why`: why the expected release moved, compulsory when it moves. What is None stays as it is. Raises Refused before
    the shipment, after the receipt, and for days that cannot be.
    """
    with act(by=by, why=why or "product followed"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        lot = _lot_under_way(pathway)
        today = clock.today(pathway.hub.timezone)
        moves = expected_release_on is not None and expected_release_on != lot.expected_release_on
        found = rules.way_faults(
            shipped_on=lot.shipped_on,
            maker_received_on=maker_received_on,
            expected_on=expected_release_on if moves else None,
            stated_on=lot.released_on,
            today=today,
        ) + rules.way_back_faults(shipped_back_on, fit=lot.fit, released_on=lot.released_on, today=today)
        if moves and lot.status != Lot.Status.IN_PRODUCTION:
            found.append(("expected_release_on", "already_stated"))
        elif moves and lot.expected_release_on is not None and not why.strip():
            found.append(("why", "say_why_it_moves"))
        if found:
            raise Refused(*(Reason(code, field, {"day": lot.released_on}) for field, code in found))
        _take_way(pathway, lot, maker_received_on, expected_release_on if moves else None, shipped_back_on, by, why)
        lot.return_waybill = return_waybill.strip() or lot.return_waybill
        lot.version += 1
        lot.save()
        changed(patient=pathway.patient, pathway=pathway, fact="product_followed", by=by, why=why)
        return lot


def _take_way(pathway: Pathway, lot: Lot, at_maker, expected, back, by, why: str) -> None:
    if at_maker is not None and at_maker != lot.maker_received_on:
        lot.maker_received_on = at_maker
        record_milestone(pathway=pathway, what="maker_received", on=at_maker, by=by, field="maker_received_on")
    if expected is not None:
        lot.expected_release_on = expected
        plan_milestone(pathway=pathway, what="released", on=expected, by=by, why=why)
    if back is not None and back != lot.shipped_back_on:
        lot.shipped_back_on = back
        record_milestone(pathway=pathway, what="shipped_back", on=back, by=by, field="shipped_back_on")


def follow_correction(pathway: Pathway, day: date, column: str) -> None:
    """The standing product's shipment or release moves with its milestone."""
    lot = standing_lot(pathway)
    if lot is not None:
        setattr(lot, column, day)
        lot.version += 1
        lot.save(update_fields=[column, "version"])


def release(
    *, pathway: Pathway, released_on: date, lot_number: str, expires_on: date, by, coi: str = "", out_of: str = ""
) -> Lot:
    """Record the maker's release. `out_of`: out of which specification, "" when it is within.

    A product out of specification is not available until a physician has accepted it.
    """
    with act(by=by, why="release recorded"):
        pathway, lot = _awaiting_release(pathway)
        _must_have_happened(pathway, released_on, lot, "released_on")
        if expires_on < released_on:
            raise Refused(Reason("expires_before_release", "expires_on"))
        if lot.maker_received_on is not None and released_on < lot.maker_received_on:
            raise Refused(Reason("before_maker_had_it", "released_on", {"day": lot.maker_received_on}))
        lot.status = Lot.Status.OUT_OF_SPECIFICATION if out_of.strip() else Lot.Status.RELEASED
        lot.released_on, lot.expires_on, lot.fault = released_on, expires_on, out_of.strip()
        lot.version += 1
        lot.save()
        name_product(pathway, Identifier.Kind.LOT, lot_number, "lot_number")
        if coi:
            name_product(pathway, Identifier.Kind.COI, coi, "coi")
        if lot.status == Lot.Status.RELEASED:
            record_milestone(pathway=pathway, what="released", on=released_on, by=by, field="released_on")
        else:
            record_milestone(pathway=pathway, what=lot.status, on=released_on, by=by, field="released_on")
        changed(patient=pathway.patient, pathway=pathway, fact="release", by=by)
        return lot


def oos_file(lot: Lot | None) -> OosFile:
    """What is there for accepting a product out of specification."""
    row = OutOfSpecificationFile.objects.filter(lot=lot).first() if lot is not None else None
    if row is None:
        return OosFile()
    return OosFile(**{name: getattr(row, name) for name in OosFile.__dataclass_fields__})


def keep_oos_file(*, pathway: Pathway, said: OosFile, by: User) -> Lot:
    """Keep what has come in for a product out of specification; it need not be complete.

    Raises Refused when no such product waits, and for rules.oos_faults.
    """
    with act(by=by, why="file of the product out of specification"):
        pathway, lot = _awaiting_acceptance(pathway)
        today = clock.today(pathway.hub.timezone)
        found = rules.oos_faults(said, stated_on=lot.released_on, today=today)
        if found:
            raise Refused(*(Reason(code, field, {"day": lot.released_on}) for field, code in found))
        row = OutOfSpecificationFile.objects.filter(lot=lot).first() or OutOfSpecificationFile(lot=lot, version=0)
        if row.requested_on != said.requested_on:
            row.requested_by = by if said.requested_on is not None else None
        for name in OosFile.__dataclass_fields__:
            setattr(row, name, getattr(said, name))
        row.version += 1
        row.save()
        lot.version += 1
        lot.save(update_fields=["version"])
        changed(patient=pathway.patient, pathway=pathway, fact="oos_file", by=by)
        return lot


def accept_out_of_specification(*, pathway: Pathway, reason: str, by: User) -> Lot:
    """The treating physician accepts a product out of specification, with the benefit and risk in words (reference 4).

    Raises Refused unless its file is complete: the physician's request, the maker's evaluation of the risk, the
    patient told and agreeing in writing, the authority's route.
    """
    with act(by=by, why=reason):
        pathway, lot = _awaiting_acceptance(pathway)
        missing = [Reason("needed_to_accept", name) for name in rules.not_acceptable(oos_file(lot))]
        if not reason.strip():
            missing.append(Reason("reason_missing", "reason"))
        if missing:
            raise Refused(*missing)
        lot.accepted_at, lot.accepted_by, lot.acceptance_reason = clock.now(), by, reason.strip()
        lot.version += 1
        lot.save()
        record_milestone(pathway=pathway, what="released", on=clock.today(pathway.hub.timezone), by=by)
        changed(patient=pathway.patient, pathway=pathway, fact="accepted", by=by, why=reason.strip()[:240])
        return lot


def _awaiting_acceptance(pathway: Pathway) -> tuple[Pathway, Lot]:
    pathway = for_writing(pathway.pk)
    must_be_open(pathway)
    lot = standing_lot(pathway)
    if lot is None or lot.status != Lot.Status.OUT_OF_SPECIFICATION or lot.accepted_at is not None:
        raise Refused(Reason("nothing_to_accept"))
    return pathway, lot


def fail(*, pathway: Pathway, on: date, fault: str, try_again: bool, by) -> Lot:
    """Record that no product came of it. `try_again`: back to the order and a new collection, else the pathway closes.

    What belonged to the attempt counts no more and stays recorded.
    """
    with act(by=by, why=fault):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        lot = _lot_under_way(pathway)
        if not fault.strip():
            raise Refused(Reason("reason_missing", "fault"))
        _must_have_happened(pathway, on, lot, "released_on")
        lot.status, lot.released_on, lot.fault = Lot.Status.FAILED, on, fault.strip()
        lot.accepted_at, lot.accepted_by, lot.acceptance_reason = None, None, ""
        lot.superseded = try_again
        lot.version += 1
        lot.save()
        if try_again:
            _begin_again(pathway, lot, fault, by)
        else:
            close(
                pathway=pathway,
                exit_reason=Pathway.ExitReason.MANUFACTURING_FAILURE,
                by=by,
                on=on,
                note=fault.strip(),
            )
        changed(patient=pathway.patient, pathway=pathway, fact="manufacturing_failed", by=by, why=fault.strip()[:240])
        return lot


def _begin_again(pathway: Pathway, lot: Lot, fault: str, by) -> None:
    lot.collection.superseded = True
    lot.collection.version += 1
    lot.collection.save()
    checks.supersede_identifiers(pathway_id=pathway.pk, kinds=(*COLLECTION_KINDS, *PRODUCT_KINDS))
    supersede_from(pathway=pathway, stage=Stage.APHERESIS, by=by, why=fault)
    ordering.begin_again(pathway=pathway, by=by, why=fault)


def receive(
    *,
    pathway: Pathway,
    typed: Mapping[str, str],
    expiry: date,
    by: User,
    arrived_at: datetime | None = None,
    temperature_kept: bool | None = None,
    temperature_note: str = "",
    storage_position: str = "",
    own_log_in: bool = True,
) -> IdentityCheck:
    """One of the two people who receive the product compares patient, lot, collection and expiry.

    The first also says when it arrived, whether its temperature trace stays within the limits (None: not looked at)
    and where it lies; the second's match makes it available. A mismatch does not raise: the check
    that comes back says so, its incident is kept, and the caller stops. Raises Refused when the product may not be
    received, when the arrival is missing or impossible, and as `checks.check`.
    """
    with act(by=by, why="product received"):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        lot = standing_lot(pathway)
        _must_be_receivable(pathway, lot)
        checks.must_have_no_incident(pathway.pk)
        first = checks.waiting_first(pathway.pk, lot.pk, RECEIPT)
        arrived_at = lot.arrived_at if first is not None else arrived_at
        _must_have_arrived(pathway, lot, arrived_at)
        if temperature_kept is False and not temperature_note.strip():
            raise Refused(Reason("say_what_happened_to_it", "temperature_note"))
        row = chain.check_identity(
            pathway=pathway,
            subject=lot.pk,
            point=RECEIPT,
            typed={**typed, "expiry": expiry.isoformat()},
            expiry=lot.expires_on,
            by=by,
            own_log_in=own_log_in,
        )
        if not row.matched:
            return row
        lot.arrived_at = arrived_at
        lot.version += 1
        if row.first_id is None:
            lot.temperature_kept, lot.temperature_note = temperature_kept, temperature_note.strip()
            lot.storage_position = storage_position.strip()
            lot.save()
            return row
        lot.receipt, lot.received_on = row, clock.local(arrived_at, pathway.hub.timezone).date()
        lot.save()
        record_milestone(pathway=pathway, what="received", at=arrived_at, by=by, field="arrived_at")
        leave_stage(pathway=pathway, stage=Stage.MANUFACTURING, on=lot.received_on, by=by)
        for code in LABORATORY:
            end_role_link(pathway, code)
        changed(patient=pathway.patient, pathway=pathway, fact="receipt", by=by)
        return row


def _must_be_receivable(pathway: Pathway, lot: Lot | None) -> None:
    if lot is None:
        raise Refused(Reason("nothing_shipped"))
    if lot.received_on is not None:
        raise Refused(Reason("already_received"))
    reasons = not_available(facts(lot), clock.today(pathway.hub.timezone))
    stops = [code for code in reasons if code != "product_not_received"]
    if stops:
        raise Refused(*(Reason(code, None, {"day": lot.expires_on} if lot.expires_on else {}) for code in stops))


def _must_have_arrived(pathway: Pathway, lot: Lot, arrived_at: datetime | None) -> None:
    if arrived_at is None:
        raise Refused(Reason("arrival_missing", "arrived_at"))
    if arrived_at > clock.now() + CLOCKS_DIFFER:
        raise Refused(Reason("in_the_future", "arrived_at"))
    arrived_on = clock.local(arrived_at, pathway.hub.timezone).date()
    if arrived_on < lot.released_on:
        raise Refused(Reason("arrival_before_release", "arrived_at", {"day": lot.released_on}))
    if lot.shipped_back_on is not None and arrived_on < lot.shipped_back_on:
        raise Refused(Reason("arrival_before_return", "arrived_at", {"day": lot.shipped_back_on}))


def _awaiting_release(pathway: Pathway) -> tuple[Pathway, Lot]:
    pathway = for_writing(pathway.pk)
    must_be_open(pathway)
    lot = standing_lot(pathway)
    if lot is None:
        raise Refused(Reason("nothing_shipped"))
    if lot.status != Lot.Status.IN_PRODUCTION:
        raise Refused(Reason("already_recorded", "outcome"))
    return pathway, lot


def _must_have_happened(pathway: Pathway, on: date, lot: Lot, field: str) -> None:
    if on > clock.today(pathway.hub.timezone):
        raise Refused(Reason("in_the_future", field))
    if on < lot.shipped_on:
        raise Refused(Reason("release_before_shipment", field))


def name_product(pathway: Pathway, kind: str, value: str, field: str) -> None:
    """Record a number of the product; one that stood before counts no more. Raises Refused as record_identifier."""
    checks.record_identifier(
        patient=pathway.patient,
        pathway_id=pathway.pk,
        kind=kind,
        value=value,
        issuer=pathway.product_id or "",
        field=field,
    )

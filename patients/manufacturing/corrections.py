"""A product as it was recorded, corrected with a reason; what two people compared is compared again, or not corrected.

A corrected number, expiry or word of the maker makes a new row: the old one keeps the checks that compared it, and
nobody has compared the new one yet.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime

from patients.apheresis.actions import LABORATORY
from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import Role, User
from patients.clinical.days import PartialDate
from patients.identity import checks, links
from patients.identity.chain import Identifier, IdentityCheck
from patients.identity.changes import changed
from patients.identity.models import CareLink
from patients.identity.rules import normal
from patients.manufacturing import rules
from patients.manufacturing.actions import CLOCKS_DIFFER, name_product, standing_lot
from patients.manufacturing.models import Lot, OutOfSpecificationFile
from patients.manufacturing.rules import COMPARED, LotFacts
from patients.pathway.actions import for_writing, must_be_open, record_milestone, undo_milestone
from patients.pathway.corrections import in_safe_order
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage

# Once the patient is made ready for this very product, what was compared stands.
IN_USE = ("lymphodepletion_started", "lymphodepletion_omitted", "infusion")
NUMBERS = {"lot_number": Identifier.Kind.LOT, "coi": Identifier.Kind.COI}
COLUMNS = tuple(name for name in LotFacts.__dataclass_fields__ if name not in (*NUMBERS, "arrived_on"))


def recorded(lot: Lot) -> LotFacts:
    """A product as it stands."""
    held = {name: getattr(lot, name) for name in COLUMNS}
    rows = Identifier.objects.filter(pathway_id=lot.pathway_id, superseded=False, kind__in=NUMBERS.values())
    values = {row.kind: row.value for row in rows}
    return LotFacts(
        **held, **{name: values.get(kind, "") for name, kind in NUMBERS.items()}, arrived_on=lot.received_on
    )


def compared(lot: Lot) -> set[str]:
    """Which of what is recorded somebody has compared with the labels, and found to match."""
    facts, found = recorded(lot), set()
    for check in IdentityCheck.objects.filter(subject=lot.pk, mismatched=[]):
        found.add("status")  # nobody compares a product that the maker did not let go
        found |= {name for name in NUMBERS if check.typed.get("product") == normal(getattr(facts, name))}
        found |= {"expires_on"} if "expiry" in check.typed else set()
    return found


def correct(
    *,
    pathway: Pathway,
    version: int,
    said: Mapping,
    why: str,
    by: User,
    arrived_at: datetime | None = None,
    storage_position: str | None = None,
) -> Lot:
    """Correct what is recorded of the standing product. `said`: fields of LotFacts that change; None of them is kept.

    `arrived_at`, `storage_position`: of a received product, None as it stands. Raises Refused without a reason, when
    nothing differs, in the future or in impossible order, and for what two people compared once lymphodepletion has
    begun; before that they compare again. Conflict when somebody changed it meanwhile.
    """
    with act(by=by, why=why):
        pathway = for_writing(pathway.pk)
        must_be_open(pathway)
        checks.must_have_no_incident(pathway.pk)
        lot = standing_lot(pathway)
        if lot is None:
            raise Refused(Reason("nothing_shipped"))
        if lot.version != version:
            raise Conflict(lot)
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        before = recorded(lot)
        arrived_at = lot.arrived_at if arrived_at is None or lot.received_on is None else arrived_at
        position = lot.storage_position if storage_position is None else storage_position.strip()
        after = _with_its_status(replace(before, **said, arrived_on=_day(pathway, lot, arrived_at)))
        differs = {name for name, value in asdict(after).items() if value != getattr(before, name)}
        if not differs and (arrived_at, position) == (lot.arrived_at, lot.storage_position):
            raise Refused(Reason("nothing_corrected"))
        _must_be_possible(pathway, lot, after, arrived_at)
        again = differs & compared(lot) & set(COMPARED)
        if again:
            _must_not_be_in_use(pathway, again)
            lot = _anew(pathway, lot, after, by, why)
        _number(pathway, before, after)
        _write(lot, after, arrived_at, position)
        _follow(pathway, lot, by, why)
        changed(patient=pathway.patient, pathway=pathway, fact="product_corrected", by=by, why=why)
        return lot


def _day(pathway: Pathway, lot: Lot, arrived_at: datetime | None) -> date | None:
    return clock.local(arrived_at, pathway.hub.timezone).date() if lot.received_on is not None else None


def _with_its_status(facts: LotFacts) -> LotFacts:
    """Of what the maker did not say after all nothing is left; a fault belongs to what is out of specification."""
    if facts.status == rules.IN_PRODUCTION:
        nothing = {"released_on": None, "expires_on": None, "shipped_back_on": None}
        return replace(facts, **nothing, lot_number="", return_waybill="", fault="")
    return replace(facts, fault="") if facts.status == rules.RELEASED else facts


def _must_be_possible(pathway: Pathway, lot: Lot, after: LotFacts, arrived_at: datetime | None) -> None:
    accepted = lot.accepted_at is not None and after.status == lot.status
    found = rules.lot_faults(after, accepted=accepted, today=clock.today(pathway.hub.timezone))
    if arrived_at is not None and arrived_at > clock.now() + CLOCKS_DIFFER:
        found.append(("arrived_at", "in_the_future"))
    if found:
        days = {"arrival_before_return": after.shipped_back_on}
        raise Refused(*(Reason(code, field, {"day": days.get(code, after.released_on)}) for field, code in found))


def _must_not_be_in_use(pathway: Pathway, again: set[str]) -> None:
    if pathway.milestones.happened().filter(what__in=IN_USE).exists():
        raise Refused(*(Reason("compared_and_in_use", name) for name in sorted(again)))


def _anew(pathway: Pathway, old: Lot, after: LotFacts, by: User, why: str) -> Lot:
    """A row that nobody has compared yet takes the place of the one that two people did; it is received again."""
    old.superseded, old.version = True, old.version + 1
    old.save(update_fields=["superseded", "version"])
    lot = Lot.objects.create(
        pathway=pathway,
        collection=old.collection,
        expected_release_on=old.expected_release_on,
        version=old.version,
        **{name: getattr(after, name) for name in COLUMNS if not name.startswith("temperature")},
    )
    if after.status == old.status:
        _keep_acceptance(old, lot)
    if old.received_on is not None:
        undo_milestone(pathway=pathway, what="received", by=by, why=why)
        pathway.entries.filter(stage=Stage.MANUFACTURING, superseded=False).update(ended_on=None)
        for role in Role.objects.filter(code__in=LABORATORY):
            links.open_link(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.STEP, role=role)
    return lot


def _keep_acceptance(old: Lot, lot: Lot) -> None:
    """What a physician accepted stays accepted under its corrected number: the file goes over first."""
    file = OutOfSpecificationFile.objects.filter(lot=old).first()
    if file is not None:
        names = [field.attname for field in file._meta.concrete_fields if field.name not in ("id", "lot")]
        OutOfSpecificationFile.objects.create(lot=lot, **{name: getattr(file, name) for name in names})
    lot.accepted_at, lot.accepted_by, lot.acceptance_reason = old.accepted_at, old.accepted_by, old.acceptance_reason
    lot.save()


def _number(pathway: Pathway, before: LotFacts, after: LotFacts) -> None:
    for name, kind in NUMBERS.items():
        value = getattr(after, name)
        if value and value != getattr(before, name):
            name_product(pathway, kind, value, name)
        elif not value and getattr(before, name):
            checks.supersede_identifiers(pathway_id=pathway.pk, kinds=(kind,))


def _write(lot: Lot, after: LotFacts, arrived_at: datetime | None, position: str) -> None:
    if lot.status != after.status:
        lot.accepted_at, lot.accepted_by, lot.acceptance_reason = None, None, ""
    for name in COLUMNS:
        if lot.received_on is not None or not name.startswith("temperature"):
            setattr(lot, name, getattr(after, name))
    if lot.received_on is not None:
        lot.arrived_at, lot.received_on, lot.storage_position = arrived_at, after.arrived_on, position
    lot.version += 1
    lot.save()


def _follow(pathway: Pathway, lot: Lot, by: User, why: str) -> None:
    """The milestones and the stay that this product's days make."""
    out_of = lot.status == Lot.Status.OUT_OF_SPECIFICATION
    wanted: dict[str, date | None] = {
        "shipped": lot.shipped_on,
        "maker_received": lot.maker_received_on,
        "out_of_specification": lot.released_on if out_of else None,
        "shipped_back": lot.shipped_back_on,
        "received": lot.received_on,
    }
    if not (out_of and lot.accepted_at is not None):  # an accepted one is available from the day of its acceptance
        wanted["released"] = None if out_of else lot.released_on
    rows = {row.what: row for row in pathway.milestones.happened().filter(what__in=wanted)}
    for what, row in rows.items():
        if wanted[what] is None and _known(row.day):
            undo_milestone(pathway=pathway, what=what, by=by, why=why)
    moved = {what: day for what, day in wanted.items() if day is not None and what in rows and rows[what].day != day}
    new = [what for what, day in wanted.items() if day is not None and what not in rows]
    for what in (*in_safe_order(rows, moved), *new):
        at = lot.arrived_at if what == "received" else None
        on = None if at is not None else wanted[what]
        record_milestone(pathway=pathway, what=what, on=on, at=at, by=by, why=why, field=FIELDS.get(what, f"{what}_on"))
    stay = pathway.entries.filter(stage=Stage.MANUFACTURING, superseded=False).first()
    if stay is not None and not stay.before_carpath:
        stay.started_on, stay.ended_on = lot.shipped_on, lot.received_on
        stay.save()


FIELDS = {"received": "arrived_at", "out_of_specification": "released_on"}


def _known(day: date | PartialDate | None) -> bool:
    """Whether a milestone's day is known here; what happened before CARPath on an unknown day stays."""
    return isinstance(day, date)

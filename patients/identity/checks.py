"""Writing the chain of identity: identifiers, the checks of two people, and incidents. Each runs inside an action."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from patients.audit import clock
from patients.audit.actions import running
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.identity import rules
from patients.identity.chain import (
    COLLECTION_KINDS,
    PRODUCT_KINDS,
    Identifier,
    IdentityCheck,
    IdentityIncident,
    IdentityResolution,
)
from patients.identity.models import Patient

# Convention, no published figure: after an hour the bag or the patient may have been moved, so both compare anew.
CHECK_HOLDS = timedelta(minutes=60)


def record_identifier(
    *, patient: Patient, pathway_id: UUID, kind: str, value: str, issuer: str, field: str | None = None
) -> Identifier:
    """Record an identifier of the chain; a corrected one replaces the one that stood. `field`: the form's, for errors.

    Raises Refused when it is empty or names another course already.
    """
    _inside_an_action()
    normalised = rules.normal(value)
    if not normalised:
        raise Refused(Reason("identifier_empty", field))
    known = Identifier.objects.filter(kind=kind, issuer=issuer, normalised=normalised).first()
    if known is not None and known.pathway_id != pathway_id:
        raise Refused(Reason("identifier_taken", field))
    for other in Identifier.objects.filter(pathway_id=pathway_id, kind=kind, superseded=False):
        if known is None or other.pk != known.pk:
            other.superseded = True
            other.save(update_fields=["superseded"])
    if known is None:
        try:
            with transaction.atomic():
                return Identifier.objects.create(
                    patient=patient,
                    pathway_id=pathway_id,
                    kind=kind,
                    issuer=issuer,
                    value=value.strip(),
                    normalised=normalised,
                    recorded_at=clock.now(),
                )
        except IntegrityError:  # somebody recorded it on another course in this very moment
            raise Refused(Reason("identifier_taken", field)) from None
    if known.superseded:
        known.superseded = False
        known.save(update_fields=["superseded"])
    return known


def supersede_identifiers(*, pathway_id: UUID, kinds: tuple[str, ...]) -> None:
    """The identifiers of an attempt that did not hold: they stay recorded, no check accepts them any more."""
    _inside_an_action()
    for row in Identifier.objects.filter(pathway_id=pathway_id, kind__in=kinds, superseded=False):
        row.superseded = True
        row.save(update_fields=["superseded"])


def expected(patient: Patient, pathway_id: UUID, expiry: date | None = None) -> dict[str, frozenset[str]]:
    """What a check must find, by name, normalised: patient, product, collection, and the expiry date where asked."""
    standing: dict[str, set[str]] = {}
    for row in Identifier.objects.filter(pathway_id=pathway_id, superseded=False):
        standing.setdefault(row.kind, set()).add(row.normalised)
    found = {
        "patient": frozenset(filter(None, (rules.normal(patient.number), rules.normal(patient.fiscal_code)))),
        "product": frozenset().union(*(standing.get(kind, ()) for kind in PRODUCT_KINDS)),
        "collection": frozenset().union(*(standing.get(kind, ()) for kind in COLLECTION_KINDS)),
    }
    if expiry is not None:
        found["expiry"] = frozenset({rules.normal(expiry.isoformat())})
    return found


def open_incident(pathway_id: UUID) -> IdentityIncident | None:
    """The incident that stops a pathway now, or None."""
    return IdentityIncident.objects.filter(pathway_id=pathway_id, resolved_at__isnull=True).first()


def must_have_no_incident(pathway_id: UUID) -> None:
    """Refuse to go on while an identity incident is open."""
    if open_incident(pathway_id) is not None:
        raise Refused(Reason("incident_open"))


def _standing(pathway_id: UUID, subject: UUID, point: str):
    """Matching checks on a product at a point that still hold and that no later incident has undone."""
    rows = IdentityCheck.objects.filter(
        pathway_id=pathway_id, subject=subject, point=point, mismatched=[], holds_until__gte=clock.now()
    )
    last = IdentityIncident.objects.filter(pathway_id=pathway_id).order_by("-at").first()
    return rows if last is None else rows.filter(at__gt=last.at)


def waiting_first(pathway_id: UUID, subject: UUID, point: str) -> IdentityCheck | None:
    """The first person's check that waits for the second person."""
    rows = _standing(pathway_id, subject, point).filter(first__isnull=True, second__isnull=True)
    return rows.select_related("by").order_by("-at").first()


def pair(pathway_id: UUID, subject: UUID, point: str) -> IdentityCheck | None:
    """The second person's check of a complete pair that holds now."""
    rows = _standing(pathway_id, subject, point).filter(first__isnull=False)
    return rows.select_related("by", "first__by").order_by("-at").first()


def last_pair(pathway_id: UUID, subject: UUID, point: str) -> IdentityCheck | None:
    """The latest complete pair that no later incident has undone, whether or not its hour has passed."""
    rows = IdentityCheck.objects.filter(
        pathway_id=pathway_id, subject=subject, point=point, mismatched=[], first__isnull=False
    )
    last = IdentityIncident.objects.filter(pathway_id=pathway_id).order_by("-at").first()
    rows = rows if last is None else rows.filter(first__at__gt=last.at)
    return rows.select_related("by", "first__by").order_by("-at").first()


def check(
    *,
    patient: Patient,
    pathway_id: UUID,
    subject: UUID,
    point: str,
    typed: Mapping[str, str],
    by: User,
    own_log_in: bool,
    expiry: date | None = None,
) -> IdentityCheck:
    """Compare what one person entered with what is recorded; the row says what did not match and is always kept.

    A mismatch opens an incident: whoever calls this lets its transaction commit. Raises Refused while an incident is
    open, when something to compare with is not recorded, when the same person checks twice, or when two have checked.
    """
    _inside_an_action()
    must_have_no_incident(pathway_id)
    known = expected(patient, pathway_id, expiry)
    unknown = [name for name, values in known.items() if not values]
    if unknown:
        raise Refused(*(Reason("identifier_unknown", name) for name in unknown))
    entered = {name: rules.normal(typed.get(name)) for name in known}
    wrong = rules.mismatches(entered, known)
    first = waiting_first(pathway_id, subject, point)
    if not wrong and first is not None and first.by_id == by.pk:
        raise Refused(Reason("same_person"))
    if not wrong and first is None and pair(pathway_id, subject, point) is not None:
        raise Refused(Reason("already_checked"))
    now = clock.now()
    row = IdentityCheck.objects.create(
        patient=patient,
        pathway_id=pathway_id,
        subject=subject,
        point=point,
        first=first if first is not None and first.by_id != by.pk else None,
        by=by,
        own_log_in=own_log_in,
        at=now,
        holds_until=now + CHECK_HOLDS,
        typed=entered,
        mismatched=wrong,
    )
    if wrong:
        IdentityIncident.objects.create(patient=patient, pathway_id=pathway_id, check_row=row, at=now)
    return row


def resolve(*, incident: IdentityIncident, reason: str, by: User) -> IdentityIncident:
    """One of two people says, with a reason, why an incident is settled; the second one's word lifts the stop."""
    _inside_an_action()
    if incident.resolved_at is not None:
        raise Refused(Reason("incident_resolved"))
    if not reason.strip():
        raise Refused(Reason("reason_missing", "reason"))
    if incident.resolutions.filter(by=by).exists():
        raise Refused(Reason("same_person_resolves"))
    now = clock.now()
    IdentityResolution.objects.create(incident=incident, by=by, at=now, reason=reason.strip())
    if incident.resolutions.count() >= 2:
        incident.resolved_at = now
        incident.version += 1
        incident.save(update_fields=["resolved_at", "version"])
    return incident


def _inside_an_action() -> None:
    if running() is None:
        raise RuntimeError("the chain of identity changes only inside an action: use act(by=, why=)")

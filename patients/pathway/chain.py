"""Identity on a pathway: two people compare; a mismatch stops it and two people are asked to resolve it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from patients.audit import clock
from patients.audit.actions import act
from patients.centres.models import User
from patients.identity import checks
from patients.identity.chain import IdentityCheck, IdentityIncident
from patients.identity.changes import changed
from patients.pathway.actions import finish_steps, for_writing, open_step
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage

STEP = "resolve_identity_incident"
RESOLVERS = ("hub_coordinator", "hub_haematologist")
STAGE_OF = {
    IdentityCheck.Point.RECEIPT: Stage.MANUFACTURING,
    IdentityCheck.Point.THAW: Stage.INFUSION,
    IdentityCheck.Point.INFUSION: Stage.INFUSION,
    IdentityCheck.Point.AFTERWARDS: Stage.INFUSION,
}


def check_identity(
    *,
    pathway: Pathway,
    subject: UUID,
    point: str,
    typed: Mapping[str, str],
    by: User,
    own_log_in: bool = True,
    expiry: date | None = None,
) -> IdentityCheck:
    """Record one person's comparison. Where it does not match, the incident and its steps are kept with it.

    It does not raise on a mismatch: the caller must let it commit, then stop. Raises Refused as identity.checks.check.
    """
    with act(by=by, why="identity checked"):
        pathway = for_writing(pathway.pk)
        row = checks.check(
            patient=pathway.patient,
            pathway_id=pathway.pk,
            subject=subject,
            point=point,
            typed=typed,
            by=by,
            own_log_in=own_log_in,
            expiry=expiry,
        )
        if row.matched:
            changed(patient=pathway.patient, pathway=pathway, fact="identity_checked", by=by)
        else:
            _ask_to_resolve(pathway, row, by)
        return row


def _ask_to_resolve(pathway: Pathway, row: IdentityCheck, by: User) -> None:
    now = clock.now()
    for role in RESOLVERS:
        open_step(
            pathway=pathway,
            code=STEP,
            subject=role,
            stage=STAGE_OF[row.point],
            origin="identity",
            owner_role=role,
            due_at=now,
            blocks_on=clock.today(pathway.hub.timezone),
            details={"incident": str(row.incident.pk)},
            by=by,
        )
    changed(patient=pathway.patient, pathway=pathway, fact="identity_mismatch", by=by)


def resolve_incident(*, pathway: Pathway, reason: str, by: User) -> IdentityIncident | None:
    """One of the two people who settle the open incident gives a reason; None when there is no incident."""
    with act(by=by, why=reason):
        pathway = for_writing(pathway.pk)
        incident = checks.open_incident(pathway.pk)
        if incident is None:
            return None
        checks.resolve(incident=incident, reason=reason, by=by)
        if incident.resolved_at is not None:
            finish_steps(pathway=pathway, code=STEP, by=by)
        changed(patient=pathway.patient, pathway=pathway, fact="identity_incident_settled", by=by, why=reason)
        return incident

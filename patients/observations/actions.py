"""Writes of measured values: recorded, corrected by a new row, struck when entered in error."""

from datetime import datetime, timedelta
from decimal import Decimal

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import User
from patients.identity.changes import changed, lock
from patients.identity.models import Patient
from patients.observations import rules
from patients.observations.models import Observation

AHEAD = timedelta(minutes=5)  # a bedside clock may run a little fast


def record(
    *,
    patient: Patient,
    what: str,
    value: Decimal,
    unit: str,
    by: User,
    at: datetime | None = None,
    corrects: Observation | None = None,
    reason: str = "",
) -> Observation:
    """Write down a measured value. Refused: another unit, outside the plausible band, more than 5 minutes ahead."""
    with act(by=by, why=reason or "measured"):
        lock(patient.pk)
        at = at or clock.now()
        band = rules.BANDS[what]
        if unit != band.unit:
            raise Refused(Reason("wrong_unit", what, {"unit": band.unit}))
        if not band.least <= value <= band.most:
            raise Refused(Reason("implausible", what, {"least": band.least, "most": band.most, "unit": band.unit}))
        if at > clock.now() + AHEAD:
            raise Refused(Reason("ahead_of_clock", "at"))
        if corrects is not None:
            _still_stands(corrects)
        row = Observation.objects.create(
            patient=patient,
            what=what,
            value=value,
            unit=unit,
            at=at,
            recorded_at=clock.now(),
            recorded_by=by,
            corrects=corrects,
            correction_reason=reason if corrects is not None else "",
        )
        changed(patient=patient, fact=what, by=by, why=reason)
        return row


def strike(*, observation: Observation, why: str, by: User) -> None:
    """Entered in error: the value counts no more and stays on record."""
    with act(by=by, why=why):
        lock(observation.patient_id)
        row = _still_stands(observation)
        if not why.strip():
            raise Refused(Reason("reason_needed", "why"))
        row.struck_at, row.struck_by, row.struck_why = clock.now(), by, why.strip()
        row.version += 1
        row.save(update_fields=["struck_at", "struck_by", "struck_why", "version"])
        changed(patient=row.patient, fact=f"{row.what}_struck", by=by, why=why)


def _still_stands(observation: Observation) -> Observation:
    row = Observation.objects.get(pk=observation.pk)
    if row.version != observation.version or row.struck_at is not None or hasattr(row, "corrected_by"):
        raise Conflict(row)
    return row

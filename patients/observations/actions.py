"""Writes of measured values: recorded, corrected by a new row, struck when entered in error."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import Centre, User
from patients.identity.changes import changed, lock
from patients.identity.models import Patient
from patients.observations import rules
from patients.observations.models import Observation, Serology

AHEAD = timedelta(minutes=5)  # a bedside clock may run a little fast


def record(
    *,
    patient: Patient,
    what: str,
    value: Decimal,
    unit: str,
    by: User,
    at: datetime | None = None,
    upper_limit: Decimal | None = None,
    day_only: bool = False,
    corrects: Observation | None = None,
    reason: str = "",
) -> Observation:
    """Write down a measured value. Refused: another unit, outside the plausible band, more than 5 minutes ahead.

    `upper_limit`: of the laboratory's normal range, in the same unit. `day_only`: of `at` only the day is known.
    """
    with act(by=by, why=reason or "measured"):
        lock(patient.pk)
        at = at or clock.now()
        band = rules.BANDS[what]
        if unit != band.unit:
            raise Refused(Reason("wrong_unit", what, {"unit": band.unit}))
        if not band.least <= value <= band.most:
            raise Refused(Reason("implausible", what, {"least": band.least, "most": band.most, "unit": band.unit}))
        limits = rules.UPPER_LIMITS.get(what)
        if upper_limit is not None and not (limits and limits[0] <= upper_limit <= limits[1]):
            raise Refused(Reason("implausible_limit", f"{what}_limit"))
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
            upper_limit=upper_limit,
            day_only=day_only,
            recorded_at=clock.now(),
            recorded_by=by,
            corrects=corrects,
            correction_reason=reason if corrects is not None else "",
        )
        changed(patient=patient, fact=what, by=by, why=reason)
        return row


def correct(*, observation: Observation, value: Decimal | None, at: datetime | None, why: str, by: User) -> Observation:
    """Another value or time for a measured value, as a new row that points at the old; None stays as it was.

    Raises Refused without a reason, when nothing differs, and as `record`; Conflict when somebody changed it meanwhile.
    """
    if not why.strip():
        raise Refused(Reason("reason_missing", "why"))
    new_value, new_at = observation.value if value is None else value, at or observation.at
    if (new_value, new_at) == (observation.value, observation.at):
        raise Refused(Reason("nothing_corrected", observation.what))
    return record(
        patient=observation.patient,
        what=observation.what,
        value=new_value,
        unit=observation.unit,
        at=new_at,
        upper_limit=observation.upper_limit,
        day_only=observation.day_only and at is None,
        corrects=observation,
        reason=why.strip(),
        by=by,
    )


def strike(*, observation: Observation, why: str, by: User) -> None:
    """Entered in error: the value counts no more and stays on record."""
    with act(by=by, why=why):
        lock(observation.patient_id)
        row = _still_stands(observation)
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        row.struck_at, row.struck_by, row.struck_why = clock.now(), by, why.strip()
        row.version += 1
        row.save(update_fields=["struck_at", "struck_by", "struck_why", "version"])
        changed(patient=row.patient, fact=f"{row.what}_struck", by=by, why=why)


@dataclass(frozen=True)
class SerologyTold:
    """One test as told: positive, negative, or not known (None), and the day of the blood."""

    what: str
    positive: bool | None
    taken_on: date | None


def tell_serology(*, patient: Patient, told: SerologyTold, hidden: bool, centre: Centre, today: date, by: User) -> None:
    """Write down a test's result, unless the centre's newest says the same.

    `hidden`: at the patient's wish the centre keeps all its results of this test to itself; False shows them again.
    Raises Refused for a day in the future, or a result without its day.
    """
    with act(by=by, why="serology told"):
        lock(patient.pk)
        if told.taken_on is not None and told.taken_on > today:
            raise Refused(Reason("in_the_future", f"{told.what}_taken_on"))
        if told.positive is not None and told.taken_on is None:
            raise Refused(Reason("result_needs_its_day", f"{told.what}_taken_on"))
        own = Serology.objects.standing().filter(patient=patient, what=told.what, centre=centre)
        for row in own.exclude(hidden=hidden):
            row.hidden, row.version = hidden, row.version + 1
            row.save(update_fields=["hidden", "version"])
        if not own.filter(positive=told.positive, taken_on=told.taken_on).exists():
            Serology.objects.create(
                patient=patient,
                what=told.what,
                positive=told.positive,
                taken_on=told.taken_on,
                hidden=hidden,
                centre=centre,
                recorded_at=clock.now(),
                recorded_by=by,
            )
        changed(patient=patient, fact="serology", by=by)


def _still_stands(observation: Observation) -> Observation:
    row = Observation.objects.get(pk=observation.pk)
    if row.version != observation.version or row.struck_at is not None or hasattr(row, "corrected_by"):
        raise Conflict(row)
    return row

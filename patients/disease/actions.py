"""Writes to what is known of a patient's disease."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.clinical.days import PartialDate
from patients.disease import course, rules
from patients.disease.models import Diagnosis, TherapyLine
from patients.identity.changes import changed, lock
from patients.identity.models import Patient


def tell(*, patient: Patient, disease: str, status: str | None, lines: int | None, on: date, by) -> Diagnosis:
    """Write down what is known of the disease now; what was said before stays in history."""
    with act(by=by, why="disease told"):
        lock(patient.pk)
        row = _diagnosis(patient, disease)
        row.status, row.lines, row.told_on, row.version = status, lines, on, row.version + 1
        row.save()
        changed(patient=patient, fact="diagnosis", by=by)
        return row


@dataclass(frozen=True)
class Described:
    """The disease as its section of the dossier asks for it; None = not known."""

    subtype: str | None = None
    histology: str = ""
    diagnosed: PartialDate | None = None
    stage: str | None = None
    bulky: bool | None = None
    largest_mass_cm: Decimal | None = None
    cns: str | None = None
    code: str | None = None
    extranodal_sites: int | None = None
    ki67_percent: int | None = None
    tp53_mutated: bool | None = None
    blastoid: bool | None = None
    cytogenetic_risk: str | None = None
    iss: str | None = None
    mrd_assay: str | None = None
    mrd_sensitivity: int | None = None
    mrd_detected: bool | None = None
    mrd_on: date | None = None


def describe(*, patient: Patient, disease: str, said: Described, today: date, by) -> Diagnosis:
    """Write down diagnosis, date, stage, bulk, CNS and risk. Refused: a date in the future or before birth."""
    with act(by=by, why="disease described"):
        lock(patient.pk)
        mrd_on = PartialDate.on(said.mrd_on) if said.mrd_on else None
        _refuse_impossible_days(patient, today, {"diagnosed": said.diagnosed, "mrd_on": mrd_on})
        row = _diagnosis(patient, disease)
        for name in Described.__dataclass_fields__:
            setattr(row, name, getattr(said, name))
        row.told_on, row.version = today, row.version + 1
        row.save()
        changed(patient=patient, fact="diagnosis", by=by)
        return row


def _diagnosis(patient: Patient, disease: str) -> Diagnosis:
    found = Diagnosis.objects.filter(patient=patient, disease=disease).first()
    return found or Diagnosis(patient=patient, disease=disease, version=0)


@dataclass(frozen=True)
class LineTold:
    """One line of therapy as told. `key`: of the form's row, for refusals; `line`: of the row that it corrects.

    `entered_in_error`: why the line is struck through; then nothing else of it is read.
    """

    key: str
    number: int
    regimen: str
    line: UUID | None = None
    radiotherapy_alone: bool = False
    counts_as: str = course.LINE
    drugs: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    transplanted: bool | None = None
    transplant: str | None = None
    started: PartialDate | None = None
    ended: PartialDate | None = None
    best_response: str | None = None
    responded: PartialDate | None = None
    refractory: bool | None = None
    progressed: PartialDate | None = None
    deauville: int | None = None
    biopsy_proven: bool | None = None
    entered_in_error: str = ""


OF_A_LINE = tuple(name for name in LineTold.__dataclass_fields__ if name not in ("key", "line", "entered_in_error"))


def tell_lines(*, patient: Patient, disease: str, lines: Iterable[LineTold], today: date, by) -> list[TherapyLine]:
    """Write down lines of therapy: new ones, corrected ones, and those entered in error. Others stay as they are.

    Raises Refused for a number that stands twice, days in the future or before birth, and days in an impossible order;
    Conflict when a line was struck through meanwhile.
    """
    with act(by=by, why="lines of therapy told"):
        lock(patient.pk)
        standing = {row.pk: row for row in TherapyLine.objects.standing().filter(patient=patient, disease=disease)}
        told = []
        for said in lines:
            row = standing.get(said.line) if said.line else TherapyLine(patient=patient, disease=disease, version=0)
            if row is None:
                raise Conflict(said.line)
            told.append((said, row))
        _refuse_impossible_lines(patient, told, standing, today)
        for said, row in told:
            if said.entered_in_error:
                row.struck_at, row.struck_by, row.struck_why = clock.now(), by, said.entered_in_error
            elif not _tell(row, said):
                continue
            row.version += 1
            row.save()
        changed(patient=patient, fact="therapy_lines", by=by)
        return [row for said, row in told if not said.entered_in_error]


def _tell(row: TherapyLine, said: LineTold) -> bool:
    """Write what was said into a line; whether anything of it is new."""
    different = [name for name in OF_A_LINE if getattr(row, name) != getattr(said, name)]
    for name in different:
        setattr(row, name, getattr(said, name))
    return bool(different) or row.version == 0


def _refuse_impossible_lines(patient: Patient, told, standing: dict, today: date) -> None:
    faults, numbers = [], {}
    corrected = {said.line for said, _ in told}
    for row in standing.values():
        if row.pk not in corrected:
            numbers[row.number] = row.number
    for said, _row in told:
        if said.entered_in_error:
            continue
        if said.number in numbers:
            faults.append(Reason("line_number_twice", f"{said.key}_number", {"number": said.number}))
        numbers[said.number] = said.number
        dates = {name: getattr(said, name) for name in rules.DATES}
        faults += [Reason("before_the_line_began", f"{said.key}_{name}") for name in rules.impossible_dates(dates)]
        faults += _impossible_days(patient, today, {f"{said.key}_{name}": known for name, known in dates.items()})
    if faults:
        raise Refused(*faults)


def _refuse_impossible_days(patient: Patient, today: date, known: dict[str, PartialDate | None]) -> None:
    faults = _impossible_days(patient, today, known)
    if faults:
        raise Refused(*faults)


def _impossible_days(patient: Patient, today: date, known: dict[str, PartialDate | None]) -> list[Reason]:
    """Days after today or before birth under every reading, by the form field that they belong to."""
    told = {name: day for name, day in known.items() if day is not None}
    late = [Reason("in_the_future", name) for name, day in told.items() if day.earliest > today]
    born = patient.birth_date
    early = [Reason("before_birth", name) for name, day in told.items() if born is not None and day.latest < born]
    return late + early

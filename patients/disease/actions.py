"""Writes to what is known of a patient's disease."""

from datetime import date

from patients.audit.actions import act
from patients.disease.models import Diagnosis
from patients.identity.changes import changed, lock
from patients.identity.models import Patient


def tell(*, patient: Patient, disease: str, status: str | None, lines: int | None, on: date, by) -> Diagnosis:
    """Write down what is known of the disease now; what was said before stays in history."""
    with act(by=by, why="disease told"):
        lock(patient.pk)
        row = Diagnosis.objects.filter(patient=patient, disease=disease).first()
        if row is None:
            row = Diagnosis(patient=patient, disease=disease, version=0)
        row.status, row.lines, row.told_on, row.version = status, lines, on, row.version + 1
        row.save()
        changed(patient=patient, fact="diagnosis", by=by)
        return row

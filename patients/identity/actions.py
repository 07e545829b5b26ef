"""Writes to who a patient is: registering a person, and setting right what was written of them."""

from datetime import date

from django.db import connection
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr

from patients.audit.actions import act, running
from patients.audit.refusals import Reason, Refused
from patients.identity.changes import changed, lock
from patients.identity.models import Patient

PREFIX = "CP-"
NUMBERS_LOCK = 4_201  # one advisory lock for the giving of numbers; any constant that nothing else uses
IDENTITY = ("family_name", "given_name", "birth_date", "sex", "fiscal_code", "stranger_code")


def next_number() -> str:
    """The number that people will say on the telephone (CP-0241); two at once wait for each other."""
    if running() is None:
        raise RuntimeError("numbers are given inside an action: use act(by=, why=)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS_LOCK])
    last = (
        Patient.objects.filter(number__regex=rf"^{PREFIX}\d+$")
        .annotate(figure=Cast(Substr("number", len(PREFIX) + 1), IntegerField()))
        .aggregate(last=Max("figure"))["last"]
    )
    return f"{PREFIX}{(last or 0) + 1:04}"


def register(
    *,
    by,
    family_name: str,
    given_name: str = "",
    birth_date: date | None = None,
    sex: str | None = None,
    fiscal_code: str | None = None,
    stranger_code: str | None = None,
) -> Patient:
    """Register a person under a new number. Raises Refused when one of their codes is known already."""
    with act(by=by, why="patient registered"):
        number = next_number()
        _refuse_known_codes(fiscal_code, stranger_code)
        patient = Patient.objects.create(
            number=number,
            family_name=family_name,
            given_name=given_name,
            birth_date=birth_date,
            sex=sex,
            fiscal_code=fiscal_code,
            stranger_code=stranger_code,
        )
        changed(patient=patient, fact="registered", by=by)
        return patient


def identify(*, patient: Patient, by, **facts) -> Patient:
    """Set right who the patient is: any of IDENTITY, and nothing else."""
    unknown = set(facts) - set(IDENTITY)
    if unknown:
        raise TypeError(f"not of a person's identity: {', '.join(sorted(unknown))}")
    with act(by=by, why="identity corrected"):
        lock(patient.pk)
        patient.refresh_from_db()
        different = {name: value for name, value in facts.items() if getattr(patient, name) != value}
        if not different:
            return patient
        _refuse_known_codes(different.get("fiscal_code"), different.get("stranger_code"), but=patient)
        for name, value in different.items():
            setattr(patient, name, value)
        patient.version += 1
        patient.save()
        changed(patient=patient, fact="identity", by=by)
        return patient


def note_allergies(*, patient: Patient, status: str, allergies: str, by) -> None:
    """Write down whether a patient has allergies, and which, separated by commas. Refused: listed and none named."""
    with act(by=by, why="allergies asked"):
        lock(patient.pk)
        patient.refresh_from_db()
        listed = status == Patient.Allergies.LISTED
        if listed and not allergies.strip():
            raise Refused(Reason("name_the_allergies", "allergies"))
        named = allergies.strip() if listed else ""
        if (patient.allergy_status, patient.allergies) == (status, named):
            return
        patient.allergy_status, patient.allergies = status, named
        patient.version += 1
        patient.save(update_fields=["allergy_status", "allergies", "version"])
        changed(patient=patient, fact="allergies", by=by)


def note_phone(*, patient: Patient, phone: str, by) -> None:
    """Write down the patient's telephone; "" = not known."""
    with act(by=by, why="telephone told"):
        lock(patient.pk)
        patient.refresh_from_db()
        if patient.phone == phone:
            return
        patient.phone, patient.version = phone, patient.version + 1
        patient.save(update_fields=["phone", "version"])
        changed(patient=patient, fact="phone", by=by)


def _refuse_known_codes(fiscal_code: str | None, stranger_code: str | None, but: Patient | None = None) -> None:
    others = Patient.objects.exclude(pk=but.pk) if but else Patient.objects.all()
    for field, code in (("fiscal_code", fiscal_code), ("stranger_code", stranger_code)):
        if code and others.filter(**{field: code}).exists():
            raise Refused(Reason("person_known", field))

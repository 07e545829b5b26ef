"""Bringing a study's daily grades in, and naming who may see them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from django.db import connection
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils.text import slugify

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, Membership, User
from patients.exchange.daily_grades import DailyRow
from patients.exchange.rules import Course, product_of
from patients.identity import links
from patients.identity.changes import changed, lock
from patients.identity.models import CareLink, Patient
from patients.pathway.models import Pathway
from patients.products.models import Product
from patients.toxicity.models import ReportedGrade, Treatment

SYSTEM_USER = "import@system.invalid"
NUMBERS_LOCK = 4_202  # one advisory lock for the numbers of studies' patients; any constant nothing else uses
PREFIX = "ST-"


@dataclass
class Imported:
    """What an import did: patients that are new, grades and treatments written, IDs whose product is not known."""

    centre: Centre
    patients: int = 0
    grades: int = 0
    versions: int = 0
    treatments: int = 0
    struck: int = 0
    product_not_known: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.patients or self.grades or self.versions or self.treatments or self.struck)


def import_user() -> User:
    """The system user *import*, in whose name studies come in: cannot log in, holds no role."""
    user = User.objects.filter(email=SYSTEM_USER).first()
    if user is None:
        with act(by="system:import", why="first import"):
            user = User(email=SYSTEM_USER, first_name="import", is_active=False)
            user.set_unusable_password()
            user.save()
    return user


def bring_in(
    *,
    study: str,
    rows: Iterable[DailyRow],
    by: User,
    centre: Centre | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Imported:
    """Store a study's daily grades as closed, undated pathways marked *imported*, all or nothing.

    The same rows again change nothing; a changed grade becomes a new version. Refused when the study already belongs
    to another centre than the one named.
    """
    by_patient: dict[str, list[DailyRow]] = {}
    for row in rows:
        by_patient.setdefault(row.patient, []).append(row)
    with act(by=by, why=f"import of study {study}"):
        _one_import_at_a_time()
        known = _known(study)
        lock(*(pathway.patient_id for pathway in known.values()))
        told = Imported(_centre(study, centre, known))
        told.kept = sorted(set(known) - set(by_patient))
        done, numbers = 0, _numbers()
        for name, days in by_patient.items():
            pathway = known.get(name) or _new_pathway(name, next(numbers), told)
            if product_of(name) is None:
                told.product_not_known.append(name)
            if _store(pathway, study, days, told, by):
                changed(patient=pathway.patient, pathway=pathway, fact="imported_course", by=by)
            done += len(days)
            progress(done)
        return told


def name_members_like(*, centre: Centre, hub: Centre, by) -> int:
    """Give everybody who holds a role at a hub the same role at a study's centre; returns how many were given.

    The demonstration uses it, so that the first hub's people see the study that was brought in.
    """
    with act(by=by, why="study opened to the hub's people"):
        now = clock.now()
        given = 0
        for held in Membership.objects.filter(centre=hub, ends_at__isnull=True):
            _, made = Membership.objects.get_or_create(
                user_id=held.user_id, centre=centre, role_id=held.role_id, ends_at=None, defaults={"starts_at": now}
            )
            given += made
        return given


def courses(study: str) -> dict[str, Course]:
    """A study's courses as they stand now, by ID: the newest version of each grade, and the drugs that count."""
    found: dict[str, Course] = {}
    grades = (
        ReportedGrade.objects.filter(source=study)
        .order_by("pathway_id", "day", "scale", "-version")
        .distinct("pathway_id", "day", "scale")
        .values_list("pathway__patient__pseudonym", "scale", "day", "value")
    )
    for name, scale, day, value in grades:
        found.setdefault(name, Course()).grades[scale][day] = value
    given = Treatment.objects.standing().filter(source=study)
    for name, drug, day in given.values_list("pathway__patient__pseudonym", "drug", "day"):
        found.setdefault(name, Course()).drugs.setdefault(drug, set()).add(day)
    return found


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _one_import_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS_LOCK])


def _known(study: str) -> dict[str, Pathway]:
    rows = Pathway.objects.filter(imported=True, reported_grades__source=study).select_related("patient", "hub")
    return {pathway.patient.pseudonym: pathway for pathway in rows.distinct()}


def _centre(study: str, wanted: Centre | None, known: dict[str, Pathway]) -> Centre:
    at = next((pathway.hub for pathway in known.values()), None)
    if at is not None:
        if wanted is not None and wanted.pk != at.pk:
            raise Refused(Reason("study_elsewhere", values={"centre": at.code}))
        return at
    if wanted is not None:
        return wanted
    name = f"Study {study}"
    digest = hashlib.sha256(study.encode()).hexdigest()[:6]
    centre, _ = Centre.objects.get_or_create(
        kind=Centre.Kind.STUDY, name=name, defaults={"code": f"study-{slugify(study)[:24] or 'x'}-{digest}"}
    )
    return centre


def _numbers() -> Iterator[str]:
    """Numbers of a series of their own: those of people on the telephone (CP-…) stay theirs."""
    last = (
        Patient.objects.filter(number__regex=rf"^{PREFIX}\d+$")
        .annotate(figure=Cast(Substr("number", len(PREFIX) + 1), IntegerField()))
        .aggregate(last=Max("figure"))["last"]
    )
    return (f"{PREFIX}{figure:04}" for figure in count((last or 0) + 1))


def _new_pathway(name: str, number: str, told: Imported) -> Pathway:
    """A patient with a pseudonym and nothing else, and one closed course without any calendar date."""
    patient = Patient.objects.create(number=number, imported=True, pseudonym=name)
    pathway = Pathway.objects.create(
        patient=patient,
        hub=told.centre,
        product=Product.objects.filter(pk=product_of(name)).first(),
        status=Pathway.Status.CLOSED,
        exit_reason=Pathway.ExitReason.IMPORTED,
        imported=True,
        created_at=clock.now(),
    )
    links.open_link(patient=patient, centre=told.centre, kind=CareLink.Kind.HUB)
    told.patients += 1
    return pathway


def _store(pathway: Pathway, study: str, days: list[DailyRow], told: Imported, by: User) -> bool:
    grades = _store_grades(pathway, study, days, told)
    drugs = _store_drugs(pathway, study, days, told, by)
    return grades or drugs


def _store_grades(pathway: Pathway, study: str, days: list[DailyRow], told: Imported) -> bool:
    newest = {
        (row.day, row.scale): row
        for row in ReportedGrade.objects.filter(pathway=pathway, source=study)
        .order_by("day", "scale", "-version")
        .distinct("day", "scale")
    }
    now, made = clock.now(), []
    for row in days:
        for scale, value in row.grades.items():
            before = newest.get((row.day, scale))
            if before is not None and before.value == value:
                continue
            version = before.version + 1 if before else 1
            made.append(
                ReportedGrade(
                    pathway=pathway, day=row.day, scale=scale, value=value, source=study, version=version, at=now
                )
            )
            told.versions += before is not None
            told.grades += before is None
    ReportedGrade.objects.bulk_create(made)
    return bool(made)


def _store_drugs(pathway: Pathway, study: str, days: list[DailyRow], told: Imported, by: User) -> bool:
    """A drug that the study no longer reports on a day is struck; the day's rows alone are looked at."""
    standing: dict[tuple[int, str], UUID] = {
        (day, drug): pk
        for pk, day, drug in Treatment.objects.standing()
        .filter(pathway=pathway, source=study)
        .values_list("pk", "day", "drug")
    }
    now, made = clock.now(), []
    wanted = {(row.day, drug) for row in days for drug in row.drugs}
    looked_at = {row.day for row in days}
    for day, drug in sorted(wanted - set(standing)):
        made.append(Treatment(pathway=pathway, drug=drug, day=day, source=study, recorded_at=now, recorded_by=by))
    Treatment.objects.bulk_create(made)
    gone = [pk for (day, drug), pk in standing.items() if day in looked_at and (day, drug) not in wanted]
    struck = Treatment.objects.filter(pk__in=gone).update(
        struck_at=now, struck_by=by, struck_why="the study reports it no longer", version=2
    )
    told.treatments += len(made)
    told.struck += struck
    return bool(made or struck)

"""Writes to the dossier, section by section, in any order, by the referring centre and by the hub."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import Centre, User
from patients.clinical.days import PartialDate
from patients.disease import actions as disease_actions
from patients.disease.actions import Described, LineTold
from patients.identity import actions as identity_actions
from patients.identity import links
from patients.identity.changes import changed
from patients.identity.models import CareLink
from patients.observations import actions as observation_actions
from patients.observations import rules as observation_rules
from patients.observations.actions import SerologyTold
from patients.pathway import actions as pathway_actions
from patients.pathway.models import Pathway
from patients.referral import actions as asking
from patients.referral.actions import Person
from patients.referral.models import Comorbidity, Information, Living, Medicine, SectionSaid

NOON = time(12)


def _section(pathway: Pathway, kind: str, said: Iterable[str], by: User) -> Pathway:
    """The pathway locked, its section noted as written. Raises Refused when the pathway is closed."""
    pathway = pathway_actions.for_writing(pathway.pk)
    if pathway.status == Pathway.Status.CLOSED:
        raise Refused(Reason("not_open"))
    row = SectionSaid.objects.filter(pathway=pathway, kind=kind).first()
    row = row or SectionSaid(pathway=pathway, kind=kind, version=0)
    row.said, row.saved_at, row.saved_by, row.version = sorted(said), clock.now(), by, row.version + 1
    row.save()
    changed(patient=pathway.patient, pathway=pathway, fact=f"dossier_{kind}", by=by)
    return pathway


def _today(pathway: Pathway) -> date:
    return clock.today(pathway.hub.timezone)


def say_person(
    *, pathway: Pathway, person: Person, centre: Centre, treating: bool, unknown: Iterable[str], by: User
) -> None:
    """Set right who the patient is. Raises Refused as surveillance.persons.must_be_new does where a code is new."""
    with act(by=by, why="identity corrected"):
        pathway = _section(pathway, "person", unknown, by)
        asking.identify(patient=pathway.patient, centre=centre, person=person, treating=treating, by=by)


def say_disease(*, pathway: Pathway, disease: str, described: Described, unknown: Iterable[str], by: User) -> None:
    """Write down the disease. Another disease than before is refused once the hub has decided."""
    with act(by=by, why="disease described"):
        pathway = _section(pathway, "disease", unknown, by)
        if disease != pathway.disease:
            if pathway.milestones.filter(what="decided", superseded=False).exclude(actual_on=None).exists():
                raise Refused(Reason("disease_is_decided_on", "disease"))
            pathway.disease, pathway.version = disease, pathway.version + 1
            pathway.save(update_fields=["disease", "version"])
        disease_actions.describe(patient=pathway.patient, disease=disease, said=described, today=_today(pathway), by=by)


def say_lines(*, pathway: Pathway, lines: Iterable[LineTold], said: Iterable[str], by: User) -> None:
    """Write down lines of therapy. Refused while the disease is not known."""
    with act(by=by, why="lines of therapy told"):
        pathway = _section(pathway, "lines", said, by)
        if pathway.disease is None:
            raise Refused(Reason("say_the_disease_first"))
        disease_actions.tell_lines(
            patient=pathway.patient, disease=pathway.disease, lines=lines, today=_today(pathway), by=by
        )


@dataclass(frozen=True)
class Measure:
    """One measured value, in the unit of its kind."""

    what: str
    value: Decimal
    upper_limit: Decimal | None = None


def say_measures(*, pathway: Pathway, measures: Iterable[Measure], on: date, unknown: Iterable[str], by: User) -> None:
    """Append values that were measured on one day: of today now, of another day its noon, only the day being known."""
    with act(by=by, why="measured"):
        pathway = _section(pathway, "measures", unknown, by)
        today = _today(pathway)
        if on > today:
            raise Refused(Reason("in_the_future", "taken_on"))
        noon = datetime.combine(on, NOON, tzinfo=ZoneInfo(pathway.hub.timezone))
        for one in measures:
            observation_actions.record(
                patient=pathway.patient,
                what=one.what,
                value=one.value,
                unit=observation_rules.BANDS[one.what].unit,
                upper_limit=one.upper_limit,
                at=clock.now() if on == today else noon,
                day_only=True,
                by=by,
            )


@dataclass(frozen=True)
class SystemTold:
    """One organ system as told; `hidden`: at the patient's wish it stays at the centre that tells it."""

    system: str
    present: bool | None
    note: str = ""
    hidden: bool = False


def say_comorbidity(*, pathway: Pathway, told: Iterable[SystemTold], centre: Centre, by: User) -> None:
    """Write down illnesses by organ system. What one centre hides, another never sees and never overwrites."""
    with act(by=by, why="illnesses told"):
        pathway = _section(pathway, "comorbidity", (), by)
        for said in told:
            _tell_system(pathway, said, centre, by)


def _tell_system(pathway: Pathway, said: SystemTold, centre: Centre, by: User) -> None:
    standing = Comorbidity.objects.standing().filter(patient=pathway.patient, system=said.system)
    own_secret = standing.filter(hidden=True, centre=centre).first()
    shared = standing.filter(hidden=False).first()
    if said.hidden:
        row = own_secret or (shared if shared is not None and shared.centre_id == centre.pk else None)
    else:
        row = shared or own_secret
        if own_secret is not None and row is not own_secret:
            _strike(own_secret, "shown again", by)
    row = row or Comorbidity(patient=pathway.patient, system=said.system, centre=centre, version=0)
    if row.version and (row.present, row.note, row.hidden) == (said.present, said.note, said.hidden):
        return
    row.present, row.note, row.hidden, row.centre = said.present, said.note, said.hidden, centre
    row.recorded_at, row.recorded_by, row.version = clock.now(), by, row.version + 1
    row.save()


@dataclass(frozen=True)
class MedicineTold:
    """One medicine as told. `key`: of the form's row; `medicine`: of the row that it corrects."""

    key: str
    name: str
    medicine: UUID | None = None
    dose: str = ""
    washout: str = ""
    taken_now: bool | None = None
    last_dose: PartialDate | None = None
    hidden: bool = False
    entered_in_error: str = ""


OF_A_MEDICINE = ("name", "dose", "washout", "taken_now", "last_dose", "hidden")


@dataclass(frozen=True)
class Allergies:
    """What is known of allergies: status of identity.Patient, and their names; status None = not said."""

    status: str | None = None
    names: str = ""


def say_medicines(
    *,
    pathway: Pathway,
    allergies: Allergies,
    medicines: Iterable[MedicineTold],
    said: Iterable[str],
    centre: Centre,
    by: User,
) -> None:
    """Write down allergies and medicines: new ones, corrected ones, and those entered in error."""
    with act(by=by, why="medicines told"):
        pathway = _section(pathway, "medicines", said, by)
        if allergies.status is not None:
            identity_actions.note_allergies(
                patient=pathway.patient, status=allergies.status, allergies=allergies.names, by=by
            )
        readable = {row.pk: row for row in readable_medicines(pathway, centre)}
        today = _today(pathway)
        for told in medicines:
            if told.last_dose is not None and told.last_dose.earliest > today:
                raise Refused(Reason("in_the_future", f"{told.key}_last_dose"))
            _tell_medicine(pathway, told, readable, centre, by)


def readable_medicines(pathway: Pathway, centre: Centre) -> list[Medicine]:
    """The standing medicines that people of a centre may read: all that are shown, and the centre's own."""
    standing = Medicine.objects.standing().filter(patient=pathway.patient)
    return [row for row in standing if not row.hidden or row.centre_id == centre.pk]


def _tell_medicine(pathway: Pathway, told: MedicineTold, readable: Mapping, centre: Centre, by: User) -> None:
    row = readable.get(told.medicine) if told.medicine else Medicine(patient=pathway.patient, centre=centre, version=0)
    if row is None:
        raise Conflict(told.medicine)
    if told.entered_in_error:
        _strike(row, told.entered_in_error, by)
        return
    if row.version and all(getattr(row, name) == getattr(told, name) for name in OF_A_MEDICINE):
        return
    if told.hidden and row.centre_id != centre.pk:
        raise Refused(Reason("not_yours_to_hide", f"{told.key}_hidden"))
    for name in OF_A_MEDICINE:
        setattr(row, name, getattr(told, name))
    row.recorded_at, row.recorded_by, row.version = clock.now(), by, row.version + 1
    row.save()


def say_serology(
    *, pathway: Pathway, told: Iterable[SerologyTold], hidden: Iterable[str], centre: Centre, by: User
) -> None:
    """Write down serological tests; `hidden`: those whose results stay at the centre that tells them."""
    with act(by=by, why="serology told"):
        pathway = _section(pathway, "serology", (), by)
        secret = set(hidden)
        for one in told:
            observation_actions.tell_serology(
                patient=pathway.patient,
                told=one,
                hidden=one.what in secret,
                centre=centre,
                today=_today(pathway),
                by=by,
            )


@dataclass(frozen=True)
class Lives:
    """Where and with whom the patient lives, as told; None and "" = not known."""

    town: str = ""
    within_two_hours: bool | None = None
    phone: str = ""
    caregiver: bool | None = None
    caregiver_name: str = ""
    caregiver_phone: str = ""
    language: str = ""
    interpreter_needed: bool | None = None


def say_living(*, pathway: Pathway, lives: Lives, unknown: Iterable[str], by: User) -> None:
    """Write down town, telephone, caregiver, language."""
    with act(by=by, why="home and people told"):
        pathway = _section(pathway, "living", unknown, by)
        identity_actions.note_phone(patient=pathway.patient, phone=lives.phone, by=by)
        row = Living.objects.filter(patient=pathway.patient).first() or Living(patient=pathway.patient, version=0)
        for name in Lives.__dataclass_fields__:
            if name != "phone":
                setattr(row, name, getattr(lives, name))
        row.version += 1
        row.save()


@dataclass(frozen=True)
class Informed:
    """That the patient was informed, or withdrew: when, how, by which version of the notice."""

    kind: str
    on: date
    how: str
    notice_version: str = ""
    note: str = ""


def say_informed(*, pathway: Pathway, said: Informed, by: User) -> None:
    """Write down that the patient was informed that data go to the hub, or took that back.

    A withdrawal before the infusion closes the pathway and ends the hub's links; what the hub saw while it cared for
    the patient it keeps. After the infusion, care, registry and traceability go on: it is written down, nothing closes.
    """
    with act(by=by, why="information of the patient"):
        pathway = _section(pathway, "information", (), by)
        if said.on > _today(pathway):
            raise Refused(Reason("in_the_future", "said_on"))
        if said.kind == Information.Kind.INFORMED and not said.notice_version:
            raise Refused(Reason("say_the_version", "notice_version"))
        Information.objects.create(
            pathway=pathway,
            kind=said.kind,
            said_on=said.on,
            how=said.how,
            notice_version=said.notice_version,
            note=said.note,
            at=clock.now(),
            by=by,
        )
        if said.kind == Information.Kind.WITHDRAWN and pathway.day_0 is None:
            _close_withdrawn(pathway, by)


def _close_withdrawn(pathway: Pathway, by: User) -> None:
    cared = pathway.milestones.filter(what="taken_on", superseded=False).exclude(actual_on=None).exists()
    if pathway.status != Pathway.Status.DRAFT:
        pathway_actions.close(pathway=pathway, exit_reason=Pathway.ExitReason.PATIENT_REFUSAL, by=by)
    for kind in (CareLink.Kind.HUB, CareLink.Kind.WARD, CareLink.Kind.STEP):
        links.end_links(patient=pathway.patient, kind=kind, centre=pathway.hub, reads_past=cared)


def _strike(row: Comorbidity | Medicine, why: str, by: User) -> None:
    row.struck_at, row.struck_by, row.struck_why = clock.now(), by, why
    row.version += 1
    row.save(update_fields=["struck_at", "struck_by", "struck_why", "version"])

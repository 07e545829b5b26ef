"""Writes of a watch: registered, described anew, what was found, ended; and what it tells the referral that follows."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres.models import Centre, User
from patients.clinical.days import PartialDate, is_impossible_order
from patients.disease import actions as disease_actions
from patients.disease import course, picklists
from patients.disease.actions import Described
from patients.disease.course import Told as DiseaseTold
from patients.disease.models import Diagnosis, TherapyLine, standing_lines
from patients.disease.rules import DATES, impossible_dates
from patients.identity import actions as identity_actions
from patients.identity import links
from patients.identity.changes import changed, lock
from patients.identity.models import CareLink, Patient
from patients.pathway.models import Pathway
from patients.surveillance import rules
from patients.surveillance.models import Watch, WatchFinding, WatchRule
from patients.surveillance.persons import Person, code_field, must_be_new, refuse_namesake


@dataclass(frozen=True)
class Told:
    """A watch as its form asks for it; None = not known, or not asked of its kind."""

    started: PartialDate
    every_months: int
    regimen: str = ""
    subtype: str | None = None
    drug: str | None = None
    line: int | None = None
    planned_cycles: int | None = None
    days_between_cycles: int | None = None
    cycles_given: int | None = None
    last_cycle: date | None = None
    last_dose: PartialDate | None = None


def register(
    *,
    kind: str,
    centre: Centre,
    person: Person,
    told: Told,
    by: User,
    treating: bool = True,
    another_person: bool = False,
) -> Watch:
    """Begin to watch a patient of the own centre, new or known there; nobody else sees it.

    Raises Refused as `persons.must_be_new` does, for a namesake, somebody who is watched or has died, and for days in
    the future, before birth or in an order that is impossible under every reading.
    """
    with act(by=by, why="watch begun"):
        known = must_be_new(centre=centre, person=person, treating=treating, by=by)
        if known is None and not another_person:
            refuse_namesake(centre=centre, person=person)
        patient = known.patient if known is not None else identity_actions.register(by=by, **person.facts())
        lock(patient.pk)
        patient.refresh_from_db()
        if patient.died_on is not None:
            raise Refused(Reason("has_died", code_field(person)))
        if Watch.objects.filter(patient=patient).under_way().exists():
            raise Refused(Reason("watched_already", code_field(person)))
        _refuse_impossible(patient, centre, told)
        links.open_link(patient=patient, centre=centre, kind=CareLink.Kind.REFERRING)
        watch = Watch(patient=patient, centre=centre, kind=kind, doctor=by, registered_at=clock.now(), registered_by=by)
        _tell(watch, told)
        watch.save()
        changed(patient=patient, fact="watch", by=by)
        return watch


def describe(*, watch: Watch, told: Told, doctor: User, by: User) -> Watch:
    """Write what is planned and given anew; days that hang on it follow. Refused once it has ended."""
    with act(by=by, why="watch described"):
        watch = for_writing(watch.pk)
        _must_go_on(watch)
        _refuse_impossible(watch.patient, watch.centre, told)
        _refuse_before_findings(watch, told)
        _tell(watch, told)
        watch.doctor = doctor
        return _save(watch, by, "watch")


def _tell(watch: Watch, told: Told) -> None:
    for name in Told.__dataclass_fields__:
        setattr(watch, name, getattr(told, name))


def _refuse_impossible(patient: Patient, centre: Centre, told: Told) -> None:
    today = clock.today(centre.timezone)
    last_cycle = PartialDate.on(told.last_cycle) if told.last_cycle else None
    days = {"started": told.started, "last_cycle": last_cycle, "last_dose": told.last_dose}
    said = {name: day for name, day in days.items() if day is not None}
    faults = [Reason("in_the_future", name) for name, day in said.items() if day.earliest > today]
    if patient.birth_date is not None and told.started.latest < patient.birth_date:
        faults.append(Reason("before_birth", "started"))
    faults += [
        Reason("before_the_start", name)
        for name in ("last_cycle", "last_dose")
        if name in said and is_impossible_order(told.started, said[name])
    ]
    if last_cycle and told.last_dose and is_impossible_order(last_cycle, told.last_dose):
        faults.append(Reason("before_the_last_cycle", "last_dose"))
    if (told.cycles_given is None) != (told.last_cycle is None):
        faults.append(Reason("cycles_and_their_day", "last_cycle" if told.last_cycle is None else "cycles_given"))
    if told.cycles_given is not None and told.planned_cycles and told.cycles_given > told.planned_cycles:
        faults.append(Reason("more_than_planned", "cycles_given"))
    if faults:
        raise Refused(*faults)


def _refuse_before_findings(watch: Watch, told: Told) -> None:
    """A start after something that was found, or a last dose after the end-of-treatment PET, cannot be."""
    found = found_of(watch)
    faults = []
    if any(is_impossible_order(told.started, one.on) for one in found):
        faults.append(Reason("after_a_finding", "started"))
    pets = [one for one in found if one.what == rules.EOT_PET]
    if told.last_dose and any(is_impossible_order(told.last_dose, one.on) for one in pets):
        faults.append(Reason("after_the_eot_pet", "last_dose"))
    if faults:
        raise Refused(*faults)


# ── what was found ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Seen:
    """What was found, when, and how it reads; `satisfactory` of a check alone, None = not said."""

    what: str
    on: PartialDate
    outcome: str
    deauville: str | None = None
    satisfactory: bool | None = None
    note: str = ""


def record(*, watch: Watch, seen: Seen, by: User) -> WatchFinding:
    """Record a PET, a visit or a response check. What calls for a referral is due at once.

    After the window a relapse may still be told: where it lies within, the watch goes on. Raises Refused for days in
    the future, before the start or after death, an end-of-treatment PET before the last dose, and a Deauville score
    that contradicts the response (reference 3).
    """
    with act(by=by, why="watch: found"):
        watch = for_writing(watch.pk)
        if watch.end_reason != rules.WINDOW_OVER:
            _must_go_on(watch)
        _refuse_impossible_finding(watch, seen)
        finding = WatchFinding.objects.create(
            watch=watch,
            what=seen.what,
            seen_earliest=seen.on.earliest,
            seen_latest=seen.on.latest,
            outcome=seen.outcome,
            deauville=seen.deauville,
            satisfactory=seen.satisfactory,
            note=seen.note,
            recorded_at=clock.now(),
            recorded_by=by,
        )
        changed(patient=watch.patient, fact="watch_finding", by=by)
        return finding


def _refuse_impossible_finding(watch: Watch, seen: Seen) -> None:
    if seen.what not in rules.FOUND[watch.kind] or seen.outcome not in rules.OUTCOMES[seen.what]:
        raise ValueError(f"{seen.what}, {seen.outcome}: not of a watch {watch.kind}")
    faults = []
    died = watch.patient.died_on
    if seen.on.earliest > clock.today(watch.centre.timezone):
        faults.append(Reason("in_the_future", "on"))
    elif is_impossible_order(watch.started, seen.on):
        faults.append(Reason("before_the_start", "on"))
    elif died is not None and seen.on.earliest > died:
        faults.append(Reason("after_death", "on"))
    elif seen.what == rules.EOT_PET and watch.last_dose and is_impossible_order(watch.last_dose, seen.on):
        faults.append(Reason("before_the_last_dose", "on"))
    if rules.contradicts(seen.outcome, seen.deauville):
        faults.append(Reason("deauville_contradicts", "deauville"))
    if faults:
        raise Refused(*faults)


def strike(*, finding: WatchFinding, why: str, by: User) -> None:
    """Strike a finding through as entered in error: it counts nowhere, and what followed from it is looked at again."""
    with act(by=by, why=why):
        watch = for_writing(finding.watch_id)
        finding = _standing(watch, finding)
        if not why.strip():
            raise Refused(Reason("say_why", "why"))
        finding.struck_at, finding.struck_by, finding.struck_why = clock.now(), by, why.strip()
        finding.version += 1
        finding.save()
        changed(patient=watch.patient, fact="watch_finding", by=by, why=why)


def keep(*, watch: Watch, why: str, by: User) -> None:
    """Do not refer now for what was found, for a reason that colleagues read: the watch goes on.

    Raises Refused without a reason, and when nothing calls for a referral.
    """
    with act(by=by, why=why):
        watch = for_writing(watch.pk)
        _must_go_on(watch)
        if not why.strip():
            raise Refused(Reason("say_why", "why"))
        calling = [call.found.key for call in rules.calls(found_of(watch))]
        if not calling:
            raise Refused(Reason("nothing_calls"))
        for finding in watch.findings.filter(pk__in=calling):
            finding.kept_why, finding.kept_at, finding.kept_by = why.strip(), clock.now(), by
            finding.version += 1
            finding.save()
        changed(patient=watch.patient, fact="watch_finding", by=by, why=why)


def _standing(watch: Watch, finding: WatchFinding) -> WatchFinding:
    found = watch.findings.standing().filter(pk=finding.pk).first()
    if found is None:
        raise Conflict(finding)
    return found


# ── end ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def end(*, watch: Watch, reason: str, note: str, by: User) -> Watch:
    """End a watch for a coded reason; "other" and "entered in error" say more. A death is recorded by itself."""
    with act(by=by, why=note or "watch ended"):
        watch = for_writing(watch.pk)
        _must_go_on(watch)
        if reason not in rules.SAID:
            raise Refused(Reason("say_the_reason", "reason"))
        if reason in ("other", "entered_in_error") and not note.strip():
            raise Refused(Reason("say_why", "note"))
        watch.state, watch.end_reason, watch.end_note = Watch.State.ENDED, reason, note.strip()
        watch.ended_on = clock.today(watch.centre.timezone)
        return _save(watch, by, "watch_ended", why=note)


# ── the referral that follows ────────────────────────────────────────────────────────────────────────────────────


def turn_into_referral(*, watch: Watch, pathway: Pathway, by: User) -> None:
    """Remember the referral that a watch filled, and tell the disease history what the watch knows.

    Of a line of therapy that somebody has told already only what is missing is filled in. Sent, the referral takes the
    watch's place.
    """
    with act(by=by, why="watch turned into a referral"):
        watch = for_writing(watch.pk)
        _must_go_on(watch)
        watch.pathway = pathway
        _save(watch, by, "watch_referred")
        tell_disease(watch=watch, pathway=pathway, by=by)


def asking(watch: Watch) -> rules.Asking:
    """What a watch knows of the questions of asking early."""
    return rules.asking(watch.course(asked()), found_of(watch), line=watch.line)


DISEASES = {rules.FIRST_LINE: "lbcl", rules.BTKI: "mcl"}


def tell_disease(*, watch: Watch, pathway: Pathway, by) -> None:
    """Tell the disease history of a referral what its watch knows, inside an action.

    Of a diagnosis and a line that stand only what is missing; nothing of the line where its days would then be
    impossible, and nothing at all where the referral is for another disease.
    """
    disease = DISEASES[watch.kind]
    if pathway.disease != disease:
        return
    today = clock.today(watch.centre.timezone)
    known = Diagnosis.objects.filter(patient=watch.patient, disease=disease).first()
    if watch.subtype and (known is None or known.subtype is None):
        stands = {name: getattr(known, name) for name in Described.__dataclass_fields__} if known is not None else {}
        said = Described(**stands | {"subtype": watch.subtype})
        disease_actions.describe(patient=watch.patient, disease=disease, said=said, today=today, by=by)
    standing, line = _line_known(watch)
    if line is None:
        return
    said = disease_actions.LineTold(key="line", line=standing.pk if standing is not None else None, **line)
    disease_actions.tell_lines(patient=watch.patient, disease=disease, lines=[said], today=today, by=by)


def disease_known(watch: Watch) -> DiseaseTold:
    """What a referral would be told of the disease, before there is one; how it stands now the doctor says."""
    disease = DISEASES[watch.kind]
    diagnosis = Diagnosis.objects.filter(patient=watch.patient, disease=disease).first()
    rows = {row.number: row for row in standing_lines(watch.patient, disease)}
    _standing, line = _line_known(watch)
    if line is not None:
        row = rows.setdefault(line["number"], TherapyLine(patient=watch.patient, disease=disease))
        for name, value in line.items():
            setattr(row, name, value)
    return DiseaseTold(
        disease,
        subtype=(diagnosis.subtype if diagnosis else None) or watch.subtype,
        cns=diagnosis.cns if diagnosis else None,
        lines=tuple(course.counted(rows[number] for number in sorted(rows))),
    )


def _line_known(watch: Watch) -> tuple[TherapyLine | None, dict | None]:
    """The line that stands, and it with what the watch knows of it; None where nothing can be told of it."""
    number = 1 if watch.kind == rules.FIRST_LINE else watch.line
    if number is None:
        return None, None
    known = rules.line_of(found_of(watch))
    listed = picklists.regimen(watch.regimen)
    drugs = [watch.drug] if watch.drug else list(listed.drugs) if listed else []
    line = {
        "number": number,
        "regimen": watch.regimen,
        "drugs": drugs,
        "classes": picklists.classes_of(drugs),
        "started": watch.started,
        "ended": watch.last_dose,
        "best_response": known.best_response,
        "responded": known.responded,
        "progressed": known.progressed,
        "deauville": int(known.deauville) if known.deauville else None,
    }
    rows = standing_lines(watch.patient, DISEASES[watch.kind])
    standing = next((row for row in rows if row.number == number), None)
    if standing is not None:
        told = {name: getattr(standing, name) for name in disease_actions.OF_A_LINE}
        line = told | {name: value for name, value in line.items() if told[name] in (None, "", [])}
    return standing, None if impossible_dates({name: line[name] for name in DATES}) else line


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────


def for_writing(watch_id: UUID) -> Watch:
    """A watch with its patient locked first."""
    lock(Watch.objects.values_list("patient_id", flat=True).get(pk=watch_id))
    return Watch.objects.select_related("patient", "centre", "doctor", "pathway").get(pk=watch_id)


def _must_go_on(watch: Watch) -> None:
    if watch.state == Watch.State.ENDED:
        raise Refused(Reason("watch_has_ended"))


def _save(watch: Watch, by: User, fact: str, why: str = "") -> Watch:
    watch.version += 1
    watch.save()
    changed(patient=watch.patient, fact=fact, by=by, why=why)
    return watch


def asked() -> dict[str, WatchRule]:
    """What a watch asks for, by code."""
    return {row.code: row for row in WatchRule.objects.all()}


def found_of(watch: Watch) -> list[rules.Found]:
    """The findings that count, as the rules read them."""
    return [
        rules.Found(
            key=row.pk,
            what=row.what,
            on=row.seen,
            outcome=row.outcome,
            told_on=clock.local(row.recorded_at, watch.centre.timezone).date(),
            satisfactory=row.satisfactory,
            settled=row.pathway_id is not None or row.kept_why != "",
            deauville=row.deauville,
        )
        for row in watch.findings.all()
        if row.struck_at is None
    ]

"""Asking early, and the hub's answer."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.disease import actions as disease_actions
from patients.identity import actions as identity_actions
from patients.identity import links
from patients.identity.changes import changed
from patients.identity.models import CareLink, Patient
from patients.pathway import actions as pathway_actions
from patients.pathway import planning
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.referral import rules
from patients.referral.models import HubAnswer, Question, Referral, is_withdrawn
from patients.surveillance.persons import Person, code_field, must_be_new, refuse_namesake


@dataclass(frozen=True)
class Answers:
    """The answers about the disease; None = not known where `answered` names it, else not said yet."""

    disease: str | None = None
    status: str | None = None
    lines: int | None = None
    ecog: str | None = None
    needed_within_days: int | None = None
    referrer_phone: str = ""
    answered: tuple[str, ...] = field(default=())


# ── draft and send ───────────────────────────────────────────────────────────────────────────────────────────────


def draft(
    *,
    by: User,
    centre: Centre,
    hub: Centre,
    person: Person,
    answers: Answers,
    form_key: UUID | None = None,
    patient: Patient | None = None,
    treating: bool = True,
    another_person: bool = False,
) -> Pathway:
    """Begin a referral that only the own centre sees; for a `patient` of the centre, a new course.

    `treating`: the referrer said that they treat the person; `another_person`: that who has the same name and birth
    date at their centre is somebody else. Raises Refused as `must_be_new` does, and for such a namesake.
    """
    with act(by=by, why="referral begun"):
        if patient is None:
            known = must_be_new(centre=centre, person=person, treating=treating, by=by)
            if known is None and not another_person:
                refuse_namesake(centre=centre, person=person)
            patient = known.patient if known is not None else identity_actions.register(by=by, **person.facts())
        else:
            identify(patient=patient, centre=centre, person=person, treating=treating, by=by)
        pathway = pathway_actions.open_course(
            patient=patient, hub=hub, by=by, referring_centre=centre, referrer=by, disease=answers.disease
        )
        Referral.objects.create(pathway=pathway, form_key=form_key or uuid4(), **_columns(answers))
        changed(patient=patient, pathway=pathway, fact="referral_answers", by=by)
        return pathway


def identify(*, patient: Patient, centre: Centre, person: Person, treating: bool, by: User) -> None:
    """Set right who a patient is. Raises Refused as `must_be_new` does where a code is new."""
    with act(by=by, why="identity corrected"):
        known = must_be_new(centre=centre, person=person, treating=treating, by=by, but=patient)
        if known is not None and known.patient != patient:
            raise Refused(Reason("person_known", code_field(person)))
        identity_actions.identify(patient=patient, by=by, **person.facts())


def revise(
    *, pathway: Pathway, hub: Centre, person: Person, answers: Answers, by: User, treating: bool = True
) -> Pathway:
    """Write a draft anew. Refused once it was sent, and as `must_be_new` does where a code is new."""
    with act(by=by, why="draft changed"):
        pathway = pathway_actions.for_writing(pathway.pk)
        if pathway.status != Pathway.Status.DRAFT:
            raise Refused(Reason("already_sent"))
        identify(patient=pathway.patient, centre=pathway.referring_centre, person=person, treating=treating, by=by)
        pathway.hub, pathway.disease, pathway.version = hub, answers.disease, pathway.version + 1
        pathway.save(update_fields=["hub", "disease", "version"])
        referral = pathway.referral
        for name, value in _columns(answers).items():
            setattr(referral, name, value)
        referral.version += 1
        referral.save()
        changed(patient=pathway.patient, pathway=pathway, fact="referral_answers", by=by)
        return pathway


def send(*, pathway: Pathway, by: User) -> None:
    """Send a draft to the hub: from now on it sees the patient, and its promised answer time runs.

    Raises Refused for every question without an answer; "not known" is an answer.
    """
    with act(by=by, why="referral sent"):
        pathway = pathway_actions.for_writing(pathway.pk)
        referral = pathway.referral
        if pathway.status != Pathway.Status.DRAFT:
            raise Refused(Reason("already_sent"))
        if is_withdrawn(pathway.patient):
            raise Refused(Reason("patient_withdrew"))
        missing = rules.unanswered(referral.answered)
        if missing:
            raise Refused(*(Reason("answer_this", FIELDS.get(name, name)) for name in missing))
        now = clock.now()
        referral.sent_at, referral.sent_by, referral.version = now, by, referral.version + 1
        referral.save()
        pathway_actions.set_status(pathway=pathway, status=Pathway.Status.OPEN, by=by)
        links.open_link(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.HUB)
        disease_actions.tell(
            patient=pathway.patient,
            disease=pathway.disease,
            status=referral.status,
            lines=referral.lines,
            on=clock.today(pathway.hub.timezone),
            by=by,
        )
        pathway_actions.record_milestone(pathway=pathway, what="referral_sent", at=now, by=by)


FIELDS = {"person": "fiscal_code", "name": "family_name"}  # questions that have several fields: where a word stands


def _columns(answers: Answers) -> dict:
    return {
        "status": answers.status,
        "lines": answers.lines,
        "ecog": answers.ecog,
        "needed_within_days": answers.needed_within_days,
        "referrer_phone": answers.referrer_phone,
        "answered": list(answers.answered),
    }


def promised_by(hub: Centre):
    """By when a hub promises to answer a referral that is sent now; None where it promises nothing."""
    promise = planning.promise(hub, "referral_answer")
    if promise is None:
        return None
    return planning.due_by(promise, clock.now(), hub)


def rang(*, pathway: Pathway, step_id: UUID, by: User) -> None:
    """The second referrer was rung."""
    with act(by=by, why="rang the second referrer"):
        pathway = pathway_actions.for_writing(pathway.pk)
        step = pathway.steps.filter(pk=step_id, code="ring_referrer").first()
        if step is not None:
            pathway_actions.finish_steps(pathway=pathway, code="ring_referrer", subject=step.subject, by=by)


# ── the hub answers ──────────────────────────────────────────────────────────────────────────────────────────────


def take_on(*, pathway: Pathway, by: User) -> None:
    """The hub takes the patient on: eligibility begins."""
    with act(by=by, why="taken on"):
        pathway = _awaiting_answer(pathway)
        now = clock.now()
        today = clock.today(pathway.hub.timezone)
        HubAnswer.objects.create(referral=pathway.referral, kind=HubAnswer.Kind.TAKEN_ON, at=now, by=by)
        pathway_actions.record_milestone(pathway=pathway, what="taken_on", at=now, by=by)
        pathway_actions.leave_stage(pathway=pathway, stage=Stage.REFERRAL, on=today, by=by)
        pathway_actions.enter_stage(pathway=pathway, stage=Stage.ELIGIBILITY, on=today, by=by)


def ask_for_more(*, pathway: Pathway, items: dict[str, str], by: User) -> None:
    """Ask the referrer for items (code -> what exactly, may be empty); the ball goes to the referrer."""
    with act(by=by, why="more asked for"):
        pathway = _awaiting_answer(pathway)
        if not items:
            raise Refused(Reason("ask_for_something", "items"))
        if not items.get("other", "something"):
            raise Refused(Reason("say_what", "text"))
        now = clock.now()
        referral = pathway.referral
        HubAnswer.objects.create(referral=referral, kind=HubAnswer.Kind.MORE_ASKED, at=now, by=by)
        for item, text in items.items():
            Question.objects.update_or_create(
                referral=referral,
                item=item,
                answered_at=None,
                defaults={"text": text, "asked_at": now, "asked_by": by},
            )
        pathway_actions.undo_milestone(pathway=pathway, what="more_answered", by=by)
        pathway_actions.record_milestone(pathway=pathway, what="more_asked", at=now, by=by)


def reply(*, pathway: Pathway, answers: dict[UUID, str], by: User) -> None:
    """The referrer answers questions; with the last of them the ball goes back to the hub."""
    with act(by=by, why="questions answered"):
        pathway = pathway_actions.for_writing(pathway.pk)
        if pathway.status == Pathway.Status.CLOSED:
            raise Refused(Reason("not_open"))
        waiting = {question.pk: question for question in pathway.referral.questions.filter(answered_at__isnull=True)}
        said = {key: text for key, text in answers.items() if text and key in waiting}
        if not said:
            raise Refused(Reason("answer_one"))
        now = clock.now()
        for key, text in said.items():
            question = waiting.pop(key)
            question.answer, question.answered_at, question.answered_by = text, now, by
            question.version += 1
            question.save()
        changed(patient=pathway.patient, pathway=pathway, fact="question_answered", by=by)
        if not waiting:
            pathway_actions.undo_milestone(pathway=pathway, what="more_asked", by=by)
            pathway_actions.record_milestone(pathway=pathway, what="more_answered", at=now, by=by)


def advise_against(
    *, pathway: Pathway, grounds: list[str], reason: str, instead: str, by: User, ask_again: str = ""
) -> None:
    """The hub advises against, with a reason and what to do instead: the pathway closes, what the hub saw it keeps.

    Raises Refused when the grounds are none, or age and comorbidity alone (reference 5.0).
    """
    with act(by=by, why=reason):
        pathway = _awaiting_answer(pathway)
        faults = [Reason(code, "grounds") for code in rules.refusal_faults(grounds)]
        faults += [Reason("say_why", "reason")] if not reason else []
        faults += [Reason("say_instead", "instead")] if not instead else []
        if faults:
            raise Refused(*faults)
        HubAnswer.objects.create(
            referral=pathway.referral,
            kind=HubAnswer.Kind.ADVISED_AGAINST,
            grounds=grounds,
            reason=reason,
            instead=instead,
            ask_again=ask_again,
            at=clock.now(),
            by=by,
        )
        pathway_actions.close(pathway=pathway, exit_reason=rules.exit_reason(grounds), note=reason[:400], by=by)
        links.end_links(patient=pathway.patient, kind=CareLink.Kind.HUB, centre=pathway.hub, reads_past=True)


def _awaiting_answer(pathway: Pathway) -> Pathway:
    pathway = pathway_actions.for_writing(pathway.pk)
    pathway_actions.must_be_open(pathway)
    if pathway.milestones.happened().filter(what="taken_on").exists():
        raise Refused(Reason("already_answered"))
    return pathway

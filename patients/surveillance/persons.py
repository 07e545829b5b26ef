"""Who a person is, and whether CARPath knows them: asked before somebody is watched or referred."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from patients.audit import clock
from patients.audit.actions import act, saw
from patients.audit.refusals import Reason, Refused
from patients.centres import working_days
from patients.centres.models import Centre, User
from patients.identity import actions as identity_actions
from patients.identity.models import CareLink, Patient
from patients.identity.names import sort_name
from patients.notices.actions import tell
from patients.pathway import actions as pathway_actions
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.surveillance.models import KnownElsewhere, Watch

RING_WITHIN_WORKING_DAYS = 1
MOST_KNOWN_ELSEWHERE = 10  # answers "a request for this person exists" to one user on one day


@dataclass(frozen=True)
class Person:
    """Who is referred, as far as the referrer wrote."""

    family_name: str
    given_name: str = ""
    birth_date: date | None = None
    sex: str | None = None
    fiscal_code: str | None = None
    stranger_code: str | None = None

    def facts(self) -> dict:
        return {name: getattr(self, name) for name in identity_actions.IDENTITY}


@dataclass(frozen=True)
class Known:
    """A person whom CARPath knows already. `pathway`: their open course, where the asking centre may open it."""

    patient: Patient
    here: bool
    pathway: Pathway | None = None


def find_known(*, centre: Centre, fiscal_code: str | None = None, stranger_code: str | None = None) -> Known | None:
    """A person by code, and whether the centre refers them. What another centre knows never leaves this function."""
    codes = Q(pk__in=[])
    if fiscal_code:
        codes |= Q(fiscal_code=fiscal_code)
    if stranger_code:
        codes |= Q(stranger_code=stranger_code)
    patient = Patient.objects.filter(codes).first()
    if patient is None:
        return None
    open_course = (
        Pathway.objects.live().filter(patient=patient).exclude(status=Pathway.Status.CLOSED).select_related("hub")
    ).first()
    ours = CareLink.objects.filter(
        patient=patient, centre=centre, kind=CareLink.Kind.REFERRING, ends_at__isnull=True
    ).exists()
    if not ours or (open_course is not None and open_course.referring_centre_id != centre.pk):
        return Known(patient, here=False)
    return Known(patient, here=True, pathway=open_course)


def must_be_new(*, centre: Centre, person: Person, treating: bool, by: User, but: Patient | None = None):
    """The person as the centre knows them already, else None. Whoever is known elsewhere stays unknown here.

    Raises Refused: without the word that one treats the person nothing is looked up at all; after
    MOST_KNOWN_ELSEWHERE answers of a day nothing more is, known or not; then `known_elsewhere`, or `open_here`.
    """
    codes = {"fiscal_code": person.fiscal_code, "stranger_code": person.stranger_code}
    if but is not None:
        codes = {name: code for name, code in codes.items() if code != getattr(but, name)}
    if not any(codes.values()):
        return None
    if not treating:
        raise Refused(Reason("say_that_you_treat", "treating"))
    known = find_known(centre=centre, **codes)
    if known is not None and known.here:
        if known.pathway is not None:
            raise Refused(Reason("open_here", code_field(person), {"pathway_id": known.pathway.pk}))
        return known
    if answers_today(by, centre) >= MOST_KNOWN_ELSEWHERE:
        raise Refused(Reason("ask_by_telephone", code_field(person)))
    if known is not None:
        raise Refused(Reason("known_elsewhere", code_field(person), {"patient_id": known.patient.pk}))
    return None


def refuse_namesake(*, centre: Centre, person: Person) -> None:
    """Refuse who has the name and birth date of a patient of the centre: codes may be missing, persons are not two."""
    if person.birth_date is None:
        return
    same = Patient.objects.filter(
        sort_key=sort_name(person.family_name, person.given_name),
        birth_date=person.birth_date,
        links__centre=centre,
        links__kind=CareLink.Kind.REFERRING,
        links__ends_at__isnull=True,
    ).first()
    if same is not None:
        newest = Pathway.objects.live().filter(patient=same, referring_centre=centre).order_by("-course").first()
        values = {"number": same.number, "pathway_id": newest and newest.pk}
        raise Refused(Reason("same_name_and_birth", "another_person", values))


def answers_today(by: User, centre: Centre) -> int:
    """How often a user was told today that a request for a person exists elsewhere."""
    now = clock.now()
    midnight = clock.local(now, centre.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    return KnownElsewhere.objects.filter(by=by, at__gte=midnight, at__lte=now).count()


def tell_known_elsewhere(*, patient_id: UUID, centre: Centre, hub: Centre | None, phone: str, by: User) -> None:
    """Two centres asked for one person: those who have the request ring the second, both coordinators are told.

    `hub`: to which the second request was to go (None: to none); its coordinators hear of no person. Of a person who is
    only watched the centre that watches them hears, and no hub. The look is logged. Raises Refused when the day's
    answers are used up: two at once wait for each other.
    """
    with act(by=by, why="asked for a person who is known elsewhere"):
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if answers_today(by, centre) >= MOST_KNOWN_ELSEWHERE:
            raise Refused(Reason("ask_by_telephone", "fiscal_code"))
        saw(by=by, what="referral.known_elsewhere", patient_ids=[patient_id])
        answer = KnownElsewhere.objects.create(patient_id=patient_id, centre=centre, at=clock.now(), by=by)
        asker = {"who": by.get_full_name(), "centre": centre.name, "phone": phone or by.phone or centre.phone}
        newest = Pathway.objects.live().filter(patient=patient_id).order_by("-course").first()
        if newest is None:
            _tell_who_watches(patient_id, answer, asker)
            return
        pathway = pathway_actions.for_writing(newest.pk)
        at_hub = pathway.status in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD) or pathway.referring_centre is None
        pathway_actions.open_step(
            pathway=pathway,
            code="ring_referrer",
            stage=Stage.REFERRAL,
            origin="referral",
            subject=str(by.pk),
            details=asker,
            centre=pathway.hub if at_hub else pathway.referring_centre,
            owner_role="hub_coordinator" if at_hub else "referral_haematologist",
            due_at=working_days.due_after(clock.now(), RING_WITHIN_WORKING_DAYS, pathway.hub),
            by=by,
        )
        if at_hub:
            tell(
                kind="asked_twice",
                key=f"asked-twice:{answer.pk}",
                role="hub_coordinator",
                centre=pathway.hub,
                params=asker,
                patient_id=pathway.patient_id,
                pathway_id=pathway.pk,
            )
        if hub is not None and (not at_hub or hub != pathway.hub):
            tell(
                kind="asked_elsewhere",
                key=f"asked-elsewhere:{answer.pk}",
                role="hub_coordinator",
                centre=hub,
                params=asker,
            )


def _tell_who_watches(patient_id: UUID, answer: KnownElsewhere, asker: dict[str, str]) -> None:
    for watch in Watch.objects.filter(patient=patient_id).under_way().select_related("centre"):
        tell(
            kind="asked_twice",
            key=f"asked-twice:{answer.pk}",
            role="referral_haematologist",
            centre=watch.centre,
            params=asker,
            patient_id=patient_id,
            about=watch.pk,
        )


def code_field(person: Person) -> str:
    """The field of a form at which a word about a person's code stands."""
    return "fiscal_code" if person.fiscal_code else "stranger_code"

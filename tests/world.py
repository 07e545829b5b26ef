"""A small world for tests: two hubs, two referral centres, one person per role, made by the app's own actions."""

from dataclasses import dataclass, field
from datetime import date

from django.test import Client

from patients.audit import clock
from patients.audit.actions import act
from patients.centres.models import Centre, Membership, Role, User
from patients.identity import links
from patients.identity.models import CareLink, Patient
from patients.pathway import actions
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.referral import actions as referral
from patients.referral.rules import QUESTIONS

BY = "system:test"
PASSWORD = "a password for tests"
HUB_ROLES = (
    "hub_coordinator",
    "hub_haematologist",
    "nurse",
    "pharmacist",
    "apheresis_unit",
    "cell_laboratory",
    "data_manager",
    "centre_administrator",
)
SPOKE_ROLES = ("referral_haematologist", "data_manager", "centre_administrator")


@dataclass
class World:
    """Centres by code and users by (role, centre code)."""

    centres: dict[str, Centre] = field(default_factory=dict)
    users: dict[tuple[str, str], User] = field(default_factory=dict)

    def user(self, role: str, centre: str) -> User:
        return self.users[role, centre]

    def client(self, role: str, centre: str) -> Client:
        """A browser of that person, logged in."""
        client = Client()
        client.force_login(self.user(role, centre))
        return client


def make_user(role: str, centre: Centre, *, email: str | None = None) -> User:
    """A user who holds a role at a centre."""
    with act(by=BY):
        user = User.objects.create_user(
            email or f"{role}@{centre.code}.example", PASSWORD, first_name=role.title(), last_name=centre.code.title()
        )
        Membership.objects.create(user=user, centre=centre, role=Role.objects.get(code=role), starts_at=clock.now())
    return user


def make() -> World:
    """hub and hub2 with every hub role, spoke and spoke2 with every referral role."""
    world = World()
    with act(by=BY):
        for code in ("hub", "hub2"):
            world.centres[code] = Centre.objects.create(code=code, name=f"Centre {code}", kind="hub", town="Pieve")
        for code in ("spoke", "spoke2"):
            world.centres[code] = Centre.objects.create(
                code=code, name=f"Centre {code}", kind="referral", usual_hub=world.centres["hub"]
            )
        for code, centre in world.centres.items():
            for role in HUB_ROLES if centre.kind == "hub" else SPOKE_ROLES:
                world.users[role, code] = make_user(role, centre)
    return world


def make_patient(number: str = "CP-0001", **fields) -> Patient:
    """A patient whom nobody sees yet."""
    with act(by=BY):
        return Patient.objects.create(
            **{
                "number": number,
                "family_name": "D'Àngelo",
                "given_name": "Anna",
                "birth_date": date(1964, 5, 14),
                "sex": "F",
                **fields,
            }
        )


def draft(world: World, patient: Patient | None = None, *, spoke: str = "spoke", hub: str = "hub") -> Pathway:
    """A pathway that only the referral centre sees."""
    patient = patient or make_patient()
    return referral.draft(
        by=world.user("referral_haematologist", spoke),
        centre=world.centres[spoke],
        hub=world.centres[hub],
        person=referral.Person(patient.family_name, patient.given_name),
        answers=referral.Answers("lbcl", "relapse_within_12_months", 1, "1", 14, "055 1", answered=QUESTIONS),
        patient=patient,
    )


def sent(world: World, patient: Patient | None = None, **where) -> Pathway:
    """A pathway whose hub has received it."""
    pathway = draft(world, patient, **where)
    referral.send(pathway=pathway, by=pathway.referrer)
    return Pathway.objects.select_related("patient", "hub", "referring_centre", "referrer").get(pk=pathway.pk)


def on_the_ward(world: World, patient: Patient | None = None, **where) -> Pathway:
    """A pathway from apheresis on: the ward's nurses, pharmacist, laboratory and apheresis unit have their links."""
    pathway = sent(world, patient, **where)
    today = clock.today(pathway.hub.timezone)
    with act(by=BY):
        actions.record_milestone(pathway=pathway, what="taken_on", on=today, by=BY)
        actions.leave_stage(pathway=pathway, stage=Stage.REFERRAL, on=today, by=BY)
        actions.enter_stage(pathway=pathway, stage=Stage.ELIGIBILITY, on=today, by=BY)
        actions.record_milestone(pathway=pathway, what="decided", on=today, by=BY)
        actions.leave_stage(pathway=pathway, stage=Stage.ELIGIBILITY, on=today, by=BY)
        links.open_link(patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.WARD)
        for role in ("pharmacist", "apheresis_unit", "cell_laboratory"):
            links.open_link(
                patient=pathway.patient, centre=pathway.hub, kind=CareLink.Kind.STEP, role=Role.objects.get(code=role)
            )
    return pathway

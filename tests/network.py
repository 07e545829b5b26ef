"""A small network of centres, people and courses for tests that need one, made through the app's own actions."""

import time
from dataclasses import dataclass, field
from datetime import date, timedelta

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from patients.audit import clock
from patients.audit.actions import act
from patients.centres.models import Centre, Membership, User
from patients.identity import links
from patients.identity.models import CareLink, Patient
from patients.pathway import actions
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage

SYSTEM = "system:test"
PASSWORD = "a long enough password"


def centre(code: str, kind: str = "hub", **fields) -> Centre:
    with act(by=SYSTEM, why="test"):
        return Centre.objects.create(code=code, name=fields.pop("name", code.title()), kind=kind, **fields)


def person(email: str, *hats: tuple[str, Centre], name: str = "") -> User:
    """A user who holds roles: person("a@x.example", ("nurse", hub))."""
    with act(by=SYSTEM, why="test"):
        first, last = (name or email.split("@")[0].title() + " Prova").split(" ", 1)
        user = User.objects.create_user(email, PASSWORD, first_name=first, last_name=last)
        for role, at in hats:
            Membership.objects.create(user=user, centre=at, role_id=role, starts_at=clock.now() - timedelta(days=400))
    return user


def session_key(user: User) -> str:
    """The cookie of somebody who logged in with their password just now."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session.save()
    return session.session_key


def patient(number: int, family_name: str = "Rossi", given_name: str = "Anna", **fields) -> Patient:
    with act(by=SYSTEM, why="test"):
        return Patient.objects.create(
            number=f"CP-{number:04d}",
            family_name=family_name,
            given_name=given_name,
            birth_date=fields.pop("birth_date", date(1960, 2, 3)),
            sex="F",
            **fields,
        )


@dataclass
class Network:
    """A hub and a referral centre with one person each role asks for."""

    hub: Centre = field(default_factory=lambda: centre("hub", name="Policlinico Prova"))
    spoke: Centre = field(init=False)

    def __post_init__(self):
        self.spoke = centre("spoke", "referral", name="Ospedale Prova", usual_hub=self.hub)
        self.referrer = person("referrer@spoke.example", ("referral_haematologist", self.spoke))
        self.coordinator = person("coordinator@hub.example", ("hub_coordinator", self.hub))
        self.haematologist = person("haematologist@hub.example", ("hub_haematologist", self.hub))
        self.nurse = person("nurse@hub.example", ("nurse", self.hub))
        self.administrator = person("admin@hub.example", ("centre_administrator", self.hub))

    def draft(self, number: int = 1, *names: str) -> Pathway:
        """A referral that is begun and not sent."""
        return actions.open_course(
            patient=patient(number, *names),
            hub=self.hub,
            by=self.referrer,
            referring_centre=self.spoke,
            referrer=self.referrer,
            disease="lbcl",
        )

    def sent(self, number: int = 1, *names: str, days_ago: int = 0) -> Pathway:
        """A referral that the hub has on its table, sent some days ago."""
        pathway = self.draft(number, *names)
        with act(by=self.referrer, why="sent"):
            actions.set_status(pathway=pathway, status=Pathway.Status.OPEN, by=self.referrer)
            links.open_link(patient=pathway.patient, centre=self.hub, kind=CareLink.Kind.HUB)
            at = clock.now() - timedelta(days=days_ago)
            actions.record_milestone(pathway=pathway, what="referral_sent", at=at, by=self.referrer)
        return pathway

    def infused(self, number: int = 1, *names: str, days_ago: int = 4, product: str = "axi-cel") -> Pathway:
        """A course after its infusion, every milestone before it recorded, in the ward's hands."""
        pathway = self.sent(number, *names, days_ago=days_ago + 60)
        today = clock.today(self.hub.timezone)

        def ago(more: int) -> date:
            return today - timedelta(days=days_ago + more)

        with act(by=self.haematologist, why="course"):
            pathway.product_id = product
            pathway.save(update_fields=["product"])
            stays = (
                (Stage.REFERRAL, None, 58),
                (Stage.ELIGIBILITY, 58, 50),
                (Stage.APHERESIS, 42, 42),
                (Stage.MANUFACTURING, 41, 12),
                (Stage.LYMPHODEPLETION, 5, 3),
                (Stage.INFUSION, 0, 0),
            )
            facts = {
                "taken_on": 58,
                "decided": 50,
                "ordered": 49,
                "registry_eligibility": 49,
                "registry_request": 48,
                "slot_confirmed": 48,
                "apheresis_booked": 47,
                "apheresis": 42,
                "shipped": 41,
                "released": 14,
                "received": 12,
                "lymphodepletion_planned": 10,
                "lymphodepletion_started": 5,
                "lymphodepletion_ended": 3,
                "infusion": 0,
                "registry_infusion": 0,
            }
            pathway.entries.filter(stage=Stage.REFERRAL).update(started_on=ago(60))
            for stage, begun, ended in stays:
                if begun is not None:
                    actions.enter_stage(pathway=pathway, stage=stage, on=ago(begun), by=self.haematologist)
                actions.leave_stage(pathway=pathway, stage=stage, on=ago(ended), by=self.haematologist)
            for what, more in facts.items():
                actions.record_milestone(pathway=pathway, what=what, on=ago(more), by=self.haematologist)
            actions.set_day_0(pathway=pathway, day=ago(0), by=self.haematologist)
            for stage in (Stage.TOXICITY, Stage.FOLLOWUP):
                actions.enter_stage(pathway=pathway, stage=stage, on=ago(0), by=self.haematologist)
            links.open_link(patient=pathway.patient, centre=self.hub, kind=CareLink.Kind.WARD)
        return pathway


# ── what tests start from (the mark `prepared`) ──────────────────────────────────────────────────────────────────


def day_4() -> tuple[Network, Pathway]:
    """A course on day +4."""
    made = Network()
    return made, made.infused(days_ago=4)


def day_31() -> tuple[Network, Pathway]:
    """A course whose first restaging is due."""
    made = Network()
    return made, made.infused(days_ago=31)

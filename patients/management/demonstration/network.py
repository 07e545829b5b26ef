"""Centres and people of the demonstration. Names are invented, towns are real; e-mail addresses are reserved ones."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

from allauth.account.models import EmailAddress

from carpath.demo import PASSWORD
from patients.advice import actions as advice
from patients.audit import clock
from patients.audit.actions import act
from patients.capacity import actions as capacity
from patients.capacity.models import Resource
from patients.centres.models import Centre, Membership, Role, User

BY = "system:demonstration"

HUBS = (
    ("hub", "Policlinico Santa Giulia", "Bologna", "+39 051 555 0100", "+39 051 555 0199"),
    ("hub2", "Ospedale San Teodoro", "Verona", "+39 045 555 0100", "+39 045 555 0199"),
)
# code, name, town, telephone, usual hub
SPOKES = (
    ("spoke", "Ospedale Colle Sereno", "Imola", "+39 0542 555 010", "hub"),
    ("spoke2", "Ospedale della Rondine", "Rovigo", "+39 0425 555 010", "hub2"),
    ("spoke3", "Ospedale Tre Fontane", "Faenza", "+39 0546 555 010", "hub"),
    ("spoke4", "Ospedale dei Pioppi", "Carpi", "+39 059 555 010", "hub"),
    ("spoke5", "Ospedale dei Tre Mulini", "Mantova", "+39 0376 555 010", "hub2"),
    ("spoke6", "Ospedale Ponte Alto", "Bassano del Grappa", "+39 0424 555 010", "hub2"),
)
# e-mail, first and last name, roles at a centre
PEOPLE = (
    ("coordinator@hub.example", "Giulia", "Bassi", ("hub_coordinator",), "hub"),
    ("haematologist@hub.example", "Marco", "Longo", ("hub_haematologist",), "hub"),
    ("haematologist2@hub.example", "Silvia", "Ricci", ("hub_haematologist",), "hub"),
    ("nurse@hub.example", "Marta", "Villa", ("nurse",), "hub"),
    ("nurse2@hub.example", "Luca", "Ferri", ("nurse", "apheresis_unit", "cell_laboratory"), "hub"),
    ("datamanager@hub.example", "Elisa", "Riva", ("data_manager",), "hub"),
    ("admin@hub.example", "Paola", "Neri", ("centre_administrator",), "hub"),
    ("coordinator@hub2.example", "Davide", "Gallo", ("hub_coordinator",), "hub2"),
    ("haematologist@hub2.example", "Irene", "Costa", ("hub_haematologist",), "hub2"),
    ("nurse@hub2.example", "Sara", "Lodi", ("nurse", "apheresis_unit", "cell_laboratory"), "hub2"),
    ("haematologist@spoke.example", "Anna", "Sarti", ("referral_haematologist",), "spoke"),
    ("haematologist@spoke2.example", "Pietro", "Zanella", ("referral_haematologist",), "spoke2"),
    ("haematologist@spoke3.example", "Laura", "Montanari", ("referral_haematologist",), "spoke3"),
    ("haematologist@spoke4.example", "Fabio", "Golinelli", ("referral_haematologist",), "spoke4"),
    ("haematologist@spoke5.example", "Chiara", "Bonati", ("referral_haematologist",), "spoke5"),
    ("haematologist@spoke6.example", "Enrico", "Marchesin", ("referral_haematologist",), "spoke6"),
)
CHAIRS = ("1", "2")
HOURS = (8, 13)  # when a collection of four hours may begin
BEDS = ("1", "2", "3", "4")
DECIDED_AT = "Riunione del gruppo CAR-T"  # what somebody of the hub wrote
MADE_DAYS_AGO = 400  # before the first story begins


@dataclass
class Network:
    """The centres by code, the people by e-mail address, the chairs by hub."""

    centres: dict[str, Centre] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    chairs: dict[str, list[Resource]] = field(default_factory=dict)
    taken: set[tuple[str, date, int, int]] = field(default_factory=set)

    def free_place(self, hub: str, day: date) -> tuple[int, int]:
        """A chair and an hour of a day that nobody in the demonstration has yet."""
        for chair, hour in product(range(len(CHAIRS)), HOURS):
            if (hub, day, chair, hour) not in self.taken:
                self.taken.add((hub, day, chair, hour))
                return chair, hour
        raise ValueError(f"no chair is left at {hub} on {day}: move a story")

    def at(self, centre: str, who: str) -> User:
        """Somebody of a centre: network.at("hub", "nurse")."""
        return self.people[f"{who}@{centre}.example"]


def make() -> Network:
    """Make centres, people, chairs and beds."""
    network = Network()
    with act(by=BY, why="demonstration"):
        for code, name, town, phone, on_call in HUBS:
            network.centres[code] = Centre.objects.create(
                code=code, name=name, kind=Centre.Kind.HUB, town=town, phone=phone, on_call_phone=on_call
            )
        for code, name, town, phone, hub in SPOKES:
            network.centres[code] = Centre.objects.create(
                code=code,
                name=name,
                kind=Centre.Kind.REFERRAL,
                town=town,
                phone=phone,
                usual_hub=network.centres[hub],
            )
        for email, first, last, roles, centre in PEOPLE:
            network.people[email] = _person(email, first, last, roles, network.centres[centre])
        for code, *_ in HUBS:
            network.chairs[code] = [_resource(network, code, Resource.Kind.APHERESIS_CHAIR, name) for name in CHAIRS]
            for name in BEDS:
                _resource(network, code, Resource.Kind.BED, name)
    # The first hub shows advice, the second one does not: off is how every hub begins.
    advice.switch(
        hub=network.centres["hub"],
        on=True,
        guidelines=["ebmt", "nccn"],
        why=DECIDED_AT,
        by=network.at("hub", "haematologist"),
    )
    return network


def _person(email: str, first: str, last: str, roles: tuple[str, ...], centre: Centre) -> User:
    user = User.objects.create_user(
        email, PASSWORD, first_name=first, last_name=last, phone=centre.phone, is_demonstration=True
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    since = clock.now() - timedelta(days=MADE_DAYS_AGO)
    for role in roles:
        Membership.objects.create(user=user, centre=centre, role=Role.objects.get(code=role), starts_at=since)
    return user


def _resource(network: Network, hub: str, kind: str, name: str) -> Resource:
    return capacity.add_resource(centre=network.centres[hub], kind=kind, name=f"{NAMES[kind]} {name}", by=BY)


NAMES = {Resource.Kind.APHERESIS_CHAIR: "Poltrona", Resource.Kind.BED: "Letto"}

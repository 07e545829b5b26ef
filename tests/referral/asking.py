"""What a referrer types, for the tests of this room."""

import re

from django.urls import reverse

from patients.audit import clock
from patients.eligibility import actions as eligibility_actions
from patients.eligibility.rules import Said
from patients.pathway.models import Pathway
from patients.referral import actions, rules
from patients.referral.actions import Answers, Person
from tests.network import Network

ORSINI = "RSNMRA64C14F205T"

SAID = {
    "fiscal_code": ORSINI,
    "treating": "on",
    "family_name": "Orsini",
    "given_name": "Mauro",
    "disease": "lbcl",
    "status": "relapse_within_12_months",
    "lines": "1",
    "ecog": "2",
    "needed_within_days": "14",
    "referrer_phone": "347 555 0142",
}


def token(client, url: str) -> str:
    """The signed token of a form page, as a browser holds it."""
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    return re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]


def ask(client, hub, *, do: str = "send", url: str | None = None, key: str | None = None, **said):
    """Fill the form of asking early and post it; a value of None leaves the question open."""
    url = url or reverse("referral:ask")
    typed = {"hub": str(hub.pk), "do": do} | SAID | said
    typed = {name: value for name, value in typed.items() if value is not None}
    return client.post(url, typed | {"token": key or token(client, url)})


def post(client, url: str, **typed):
    """Open a form page and post it."""
    return client.post(url, typed | {"token": token(client, url)})


def taken_on_course(net: Network) -> Pathway:
    """Mauro Orsini's course, which the hub has taken on."""
    answers = Answers("lbcl", "refractory", 1, "1", 14, "347 555 0142", rules.QUESTIONS)
    pathway = actions.draft(
        by=net.referrer,
        centre=net.spoke,
        hub=net.hub,
        person=Person("Orsini", "Mauro", None, "M", ORSINI),
        answers=answers,
    )
    actions.send(pathway=pathway, by=net.referrer)
    actions.take_on(pathway=pathway, by=net.coordinator)
    pathway.refresh_from_db()
    return pathway


def eligible_course(net: Network, pathway: Pathway | None = None, *, product: str = "axi-cel") -> Pathway:
    """The same course after today's decision for a product."""
    pathway = pathway or taken_on_course(net)
    said = Said("eligible", "Beneficio oltre il rischio", "Neri", clock.today(net.hub.timezone), product)
    eligibility_actions.decide(pathway=pathway, said=said, by=net.haematologist)
    pathway.refresh_from_db()
    return pathway


# ── what tests start from (the mark `prepared`) ──────────────────────────────────────────────────────────────────


def taken_on() -> tuple[Network, Pathway]:
    """A course that the hub has taken on."""
    net = Network()
    return net, taken_on_course(net)

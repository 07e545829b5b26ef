"""What a referrer types, for the tests of this room."""

import re

from django.urls import reverse

ORSINI = "RSNMRA64C14F205T"

SAID = {
    "fiscal_code": ORSINI,
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

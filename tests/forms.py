"""Posting a pathway's form as a browser does: with the token of the page that was opened."""

import re


def token(client, url: str) -> str:
    """The signed token of the form on a page."""
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    return re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]


def send(client, url: str, **typed):
    """Open the page and send its form."""
    return client.post(url, {"token": token(client, url), **typed})

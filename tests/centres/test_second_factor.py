"""The second factor: set up by its owner, asked at log-in, and its code works once."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from patients.audit.actions import act
from tests import world as worlds

pytestmark = pytest.mark.django_db
PERIOD_SECONDS = 30


def code(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD_SECONDS + steps))


@pytest.fixture
def user(settings):
    settings.SECOND_FACTOR_COMPULSORY = True
    from allauth.account.models import EmailAddress

    user = worlds.make().user("nurse", "hub")
    with act(by=worlds.BY):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def log_in(client: Client, user):
    return client.post("/account/login/", {"login": user.email, "password": worlds.PASSWORD})


def activate(client: Client) -> str:
    client.post("/account/reauthenticate/", {"password": worlds.PASSWORD})  # setting one up asks for the password again
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    answer = client.post("/account/2fa/totp/activate/", {"code": code(secret)})
    assert answer.status_code == 302
    return secret


def test_a_user_without_a_second_factor_sets_it_up_and_is_then_let_in(user):
    client = Client()
    assert log_in(client, user).status_code == 302
    assert client.get("/components/")["Location"] == "/account/2fa/totp/activate/"
    activate(client)
    assert client.get("/components/").status_code == 200


def test_log_in_asks_for_the_code_and_the_password_alone_opens_nothing(user):
    first = Client()
    log_in(first, user)
    secret = activate(first)
    cache.clear()
    second = Client()
    assert log_in(second, user)["Location"] == "/account/2fa/authenticate/"
    assert second.get("/components/").status_code == 302
    assert second.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert second.get("/components/").status_code == 302
    assert second.post("/account/2fa/authenticate/", {"code": code(secret)}).status_code == 302
    assert second.get("/components/").status_code == 200


def test_a_code_works_once(user):
    first = Client()
    log_in(first, user)
    secret = activate(first)
    cache.clear()
    used = code(secret, 1)
    for client, lets_in in ((Client(), True), (Client(), False)):
        log_in(client, user)
        answer = client.post("/account/2fa/authenticate/", {"code": used})
        assert (answer.status_code == 302) is lets_in


def test_a_wrong_password_is_refused_and_a_flood_of_them_is_stopped(user):
    client = Client()
    answers = [
        client.post("/account/login/", {"login": user.email, "password": f"wrong {number}"}).status_code
        for number in range(12)
    ]
    assert answers[0] == 200
    assert "_auth_user_id" not in client.session
    assert log_in(client, user).status_code != 302

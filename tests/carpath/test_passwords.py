"""The demonstration's password and its people open nothing but a demonstration."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import RequestFactory

from carpath.demo import PASSWORD
from patients.audit.actions import act
from patients.centres.models import User

pytestmark = pytest.mark.django_db
OWN = "a password of one's own"


def somebody(password: str, *, demonstration: bool) -> User:
    with act(by="system:test"):
        user = User.objects.create_user("somebody@hub.example", password, is_demonstration=demonstration)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def logs_in(user: User, password: str) -> bool:
    request = RequestFactory().post("/account/login/")
    return authenticate(request, email=user.email, password=password) == user


@pytest.mark.parametrize(
    ("is_demo", "demonstration", "password", "lets_in"),
    [
        (True, True, PASSWORD, True),
        (True, False, PASSWORD, True),
        (False, False, OWN, True),
        (False, False, PASSWORD, False),
        (False, True, PASSWORD, False),
        (False, True, OWN, False),
    ],
)
def test_outside_of_a_demonstration_its_people_and_password_open_nothing(
    settings, is_demo, demonstration, password, lets_in
):
    settings.DEMO = is_demo
    assert logs_in(somebody(password, demonstration=demonstration), password) is lets_in


def test_a_wrong_password_opens_nothing_anywhere(settings):
    settings.DEMO = True
    assert not logs_in(somebody(OWN, demonstration=False), "another one")


def test_nobody_of_a_real_installation_chooses_the_demonstration_s_password(settings):
    settings.DEMO = False
    with pytest.raises(ValidationError) as refused:
        validate_password(PASSWORD)
    assert "demonstration_password" in [error.code for error in refused.value.error_list]
    validate_password("tre gatti sul tetto rosso")

"""What the log-in library offers and this app has not."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    "path",
    ["signup/", "signup", "email/", "confirm-email/", "confirm-email/a-key/", "login/code/confirm/", "password/set/"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up_or_changes_an_address_alone(path, method):
    assert getattr(Client(), method)(f"/account/{path}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["login/", "password/reset/"])
def test_the_way_in_is_open(path):
    assert Client().get(f"/account/{path}").status_code == 200

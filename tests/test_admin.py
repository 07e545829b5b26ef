"""Django's admin: reference data, superusers, and only where it is switched on."""

import importlib

import pytest
from django.test import Client
from django.urls import clear_url_caches

import carpath.urls
from patients import admin
from patients.audit.actions import act
from patients.centres.models import User
from patients.identity.models import Patient
from patients.pathway.models import Promise
from tests import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_on(settings):
    settings.ADMIN_ENABLED = True
    importlib.reload(carpath.urls)
    clear_url_caches()
    yield
    settings.ADMIN_ENABLED = False
    importlib.reload(carpath.urls)
    clear_url_caches()


def superuser() -> User:
    with act(by=worlds.BY):
        return User.objects.create_superuser("root@hub.example", "a password for tests", first_name="R", last_name="R")


def test_there_is_no_admin_unless_it_is_switched_on():
    client = Client()
    client.force_login(superuser())
    assert client.get("/admin/").status_code == 404


def test_no_table_with_patients_is_in_the_admin():
    names = {model.__name__ for model in admin.site._registry}
    assert not names & {"User", "Membership"}
    assert not any(
        field.related_model is Patient
        for model in admin.site._registry
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created
    )


def test_a_superuser_changes_reference_data_and_history_says_so(admin_on):
    client = Client()
    root = superuser()
    client.force_login(root)
    promise = Promise.objects.get(code="referral_answer")
    address = f"/admin/patients/promise/{promise.pk}/change/"
    assert client.get(address).status_code == 200
    typed = {"centre": "", "code": "referral_answer", "days": "2", "working_days": "on", "source": "convention"}
    assert client.post(address, typed).status_code == 302
    event = Promise.pgh_event_model.objects.filter(pgh_obj_id=promise.pk).latest("pgh_id")
    assert (event.days, event.pgh_context["user"]) == (2, str(root.pk))


@pytest.mark.parametrize("role", ["hub_coordinator", "centre_administrator"])
def test_nobody_else_gets_in_not_even_staff(admin_on, role):
    world = worlds.make()
    with act(by=worlds.BY):
        User.objects.filter(pk=world.user(role, "hub").pk).update(is_staff=True)
    assert world.client(role, "hub").get("/admin/patients/promise/").status_code == 302

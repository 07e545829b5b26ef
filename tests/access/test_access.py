"""Every address, every method, every role, every relation to the patient: the status and what the database keeps."""

import contextlib
import functools
import logging
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from carpath import urls
from patients.audit.actions import act
from patients.centres.models import Role
from patients.identity import links
from patients.identity.models import CareLink
from patients.referral import actions as referral
from tests import conftest, course
from tests import world as worlds
from tests.access.objects import Objects

MATRIX = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))
del MATRIX["_"]  # names for lists that several rows share
METHODS = ("GET", "POST")
# Addresses that show nothing of a patient to one who is not logged in, or belong to the log-in itself.
OPEN_TO_ALL = {"set_language", "theme", "healthz", "centres:accept"}
ACCOUNT_PAGES = ("account_", "mfa_", "account_reauthenticate")

PEOPLE = {
    "referrer": ("referral_haematologist", "spoke"),
    "spoke_data_manager": ("data_manager", "spoke"),
    "spoke_administrator": ("centre_administrator", "spoke"),
    "coordinator": ("hub_coordinator", "hub"),
    "haematologist": ("hub_haematologist", "hub"),
    "nurse": ("nurse", "hub"),
    "pharmacist": ("pharmacist", "hub"),
    "apheresis_unit": ("apheresis_unit", "hub"),
    "cell_laboratory": ("cell_laboratory", "hub"),
    "data_manager": ("data_manager", "hub"),
    "administrator": ("centre_administrator", "hub"),
    "other_referrer": ("referral_haematologist", "spoke2"),
    "other_coordinator": ("hub_coordinator", "hub2"),
    "other_haematologist": ("hub_haematologist", "hub2"),
    "other_nurse": ("nurse", "hub2"),
    "other_data_manager": ("data_manager", "hub2"),
    "other_administrator": ("centre_administrator", "hub2"),
}


def addresses() -> dict[str, dict]:
    """Every named address of the app with its converters, but the log-in's own."""
    found = {}

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                walk(pattern.url_patterns, space)
            elif isinstance(pattern, URLPattern) and pattern.name:
                found[f"{prefix}{pattern.name}"] = pattern.pattern.converters

    walk(get_resolver().url_patterns)
    return {
        name: converters
        for name, converters in found.items()
        if not name.startswith((*ACCOUNT_PAGES, "admin:")) and name not in OPEN_TO_ALL
    }


def test_every_address_is_declared_and_nothing_else():
    assert set(MATRIX) == set(addresses())


def test_every_row_is_written_in_the_words_of_the_matrix():
    people = {*PEOPLE, "all"}
    for name, row in MATRIX.items():
        assert set(row) <= {"of", "read", "write", "post", "else", "only", "button"}, name
        assert row["of"] in ("pathway", "centre", "everybody"), name
        assert {person for key in ("read", "write", "post") for person in row.get(key, [])} <= people, name


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The world, its three patients and everybody's browser, in a database of its own: no request may change it."""
    with django_db_blocker.unblock(), conftest.database_of_its_own("access"), refusals_without_a_page(), known_people():
        world = worlds.make()
        browsers = {person: world.client(*key) for person, key in PEOPLE.items()}
        objects = Objects(world, patients_by_state(world))
        yield objects, browsers, {"digest": digest()}


@contextlib.contextmanager
def refusals_without_a_page():
    """Thousands of refusals are counted by their status alone; their words are tried in tests/test_pages.py."""
    log = logging.getLogger("django.request")
    with pytest.MonkeyPatch.context() as patched:
        for name, status in (("handler403", 403), ("handler404", 404)):
            answer = functools.partial(lambda request, exception, status: HttpResponse(status=status), status=status)
            patched.setattr(urls, name, answer, raising=False)
        patched.setattr(log, "disabled", True)
        yield


@contextlib.contextmanager
def known_people():
    """Who somebody is and which roles they hold is read once: nothing of it may change, and `digest` would tell."""
    known = {}
    read = ModelBackend.get_user

    def get_user(self, user_id):
        if user_id not in known:
            known[user_id] = read(self, user_id)
        return known[user_id]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ModelBackend, "get_user", get_user)
        patched.setattr(settings, "SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies")
        yield


@contextlib.contextmanager
def undrawn():
    """A page is drawn for one person of the hub and one of the referral centre; else it matters who gets in.

    How it looks to whom is tried in the rooms and in tests/test_pages.py.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Template, "render", lambda self, context=None, request=None: "")
        yield


def patients_by_state(world) -> dict:
    """The three patients, each brought where she is by the rooms' own actions."""
    treated = course.Course(world, number="CP-0001", family_name="Ward").infused()
    draft = worlds.draft(world, worlds.make_patient("CP-0002", family_name="Draft"))
    refused = worlds.sent(world, worlds.make_patient("CP-0003", family_name="Former"))
    referral.advise_against(
        pathway=refused,
        grounds=["other_therapy_better"],
        reason="a trial is open",
        instead="the trial",
        by=world.user("hub_haematologist", "hub"),
    )
    collecting = course.Course(world, number="CP-0004", family_name="Chair").pathway
    with act(by=worlds.BY):
        links.open_link(
            patient=collecting.patient,
            centre=collecting.hub,
            kind=CareLink.Kind.STEP,
            role=Role.objects.get(code="apheresis_unit"),
        )
    return {"ward": treated.fresh(), "chair": collecting, "draft": draft, "former": refused}


def digest() -> tuple:
    """How many rows each table has, but those that count looks, forms and sessions; one query."""
    left_out = {"AccessEntry", "TakenForm", "Session", "KeptDraft", "CacheRow"}
    tables = [
        model._meta.db_table for model in apps.get_app_config("patients").get_models() if model.__name__ not in left_out
    ]
    counts = ", ".join(f'(SELECT count(*) FROM "{table}") AS "{table}"' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return tuple(zip(tables, cursor.fetchone(), strict=True))


SPOKE = ("referrer", "spoke_data_manager")
HUB_READERS = ("coordinator", "haematologist", "data_manager")
UNITS = ("nurse", "pharmacist", "cell_laboratory")
SEEING = {
    "ward": {*SPOKE, *HUB_READERS, *UNITS},
    "chair": {*SPOKE, *HUB_READERS, "apheresis_unit"},
    "draft": set(SPOKE),
    "former": {*SPOKE, *HUB_READERS},
}
STRANGERS = [person for person in PEOPLE if person.startswith("other_") or person.endswith("administrator")]
COLLEAGUES = {*HUB_READERS, *UNITS, "apheresis_unit", "administrator"}


def expected(row: dict, method: str, state: str | None, person: str) -> int | None:
    """The refusal that a person is to get, or None when they get in."""
    looks = method == "GET"
    named = row.get("write", []) + row.get("read" if looks else "post", [])
    if not any(key in row for key in ("write", "read" if looks else "post")):
        return 405
    if row["of"] == "everybody":
        return None if person in named or "all" in named else row["else"]
    if row["of"] == "centre":
        return None if person in named else 403 if person in COLLEAGUES else 404
    if person not in SEEING[state]:
        return 404
    if person not in named or state not in row.get("only", SEEING):
        return 403
    if person in SPOKE or state in ("ward", "chair"):
        return None
    return None if looks and person in row.get("read", []) else 403


def states_for(row: dict) -> list:
    if row["of"] != "pathway":
        return [None]
    named = {person for key in ("read", "write", "post") for person in row.get(key, [])}
    return [state for state in SEEING if state != "chair" or "apheresis_unit" in named]


def rows_of(name: str) -> set[str]:
    """What an address names beside its patient or centre: a row that only the patient on the ward has."""
    return set(addresses()[name]) - {"pathway_id", "centre_id"}


def asked(name: str, state: str | None) -> list[str]:
    """Who asks: everybody for the patient on the ward; else all who may ever see a patient, and the strangers by turns.

    A row that only the patient on the ward has is asked for by one of each side where it is not.
    """
    if state in ("ward", None):
        return list(PEOPLE)
    turn = (sorted(MATRIX).index(name) + list(SEEING).index(state)) % len(STRANGERS)
    if rows_of(name):
        return ["referrer", "coordinator", STRANGERS[turn]]
    return [person for person in PEOPLE if person not in STRANGERS] + [STRANGERS[turn]]


CASES = [(name, method) for name in MATRIX for method in METHODS]


@pytest.mark.parametrize(("name", "method"), CASES, ids=[f"{name} {method}" for name, method in CASES])
def test_access(site, name, method):
    objects, browsers, kept = site
    row = MATRIX[name]
    faults = []
    made = objects.made()
    where = {state: reverse(name, kwargs=objects.address(name, addresses()[name], state)) for state in states_for(row)}
    if objects.made() != made:  # the row that the address needs
        kept["digest"] = digest()
    for state, address in where.items():
        answer = getattr(Client(), method.lower())(address)
        if answer.status_code != 302 or not answer["Location"].startswith("/account/login/"):
            faults.append(f"{state} anonymous: {answer.status_code}, not the log-in")
        drawn = set()
        for person in asked(name, state):
            browser = browsers[person]
            wanted = expected(row, method, state, person)
            side = person in SPOKE
            draws = state in ("ward", None) and side not in drawn
            with contextlib.nullcontext() if draws else undrawn():
                got = getattr(browser, method.lower())(address).status_code
            drawn |= {side} if wanted is None else set()
            lets_in = got not in (403, 404, 405) and got < 500
            fits = lets_in if wanted is None else got in (wanted, 405)
            if state not in ("ward", None) and rows_of(name):  # the row of the patient on the ward: not there
                fits = got in (403, 404, 405) or (wanted is None and lets_in)
            if not fits:
                faults.append(f"{state} {person}: got {got}, expected {wanted or 'in'}")
            if wanted is None and method == "POST" and got == 302 and "write" in row:
                faults.append(f"{state} {person}: an empty form was taken")
    before, kept["digest"] = kept["digest"], digest()
    if kept["digest"] != before and not row.get("button"):
        faults.append("an empty request changed the database")
    assert faults == []

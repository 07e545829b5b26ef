"""Every address, every method, every role, every relation to the patient: the status and what the database keeps."""

from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from patients.audit.actions import act
from patients.identity import links
from patients.identity.models import CareLink
from tests import world as worlds
from tests.access.objects import Objects

MATRIX = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))
METHODS = ("GET", "POST")
STATES = ("ward", "draft", "former")
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


def test_every_person_of_the_matrix_exists():
    named = {
        person
        for rules in MATRIX.values()
        for method in METHODS
        for cell in _cells(rules.get(method))
        for person in [*cell.get("ok", []), *cell.get("forbidden", [])]
        if person != "all"
    }
    assert named <= set(PEOPLE)


def _cells(rule) -> list[dict]:
    if rule is None:
        return []
    return [rule[state] for state in STATES if state in rule] if set(rule) & set(STATES) else [rule]


@pytest.fixture
def world(db):
    return worlds.make()


def former(world) -> object:
    pathway = worlds.sent(world, worlds.make_patient("CP-0003", family_name="Former"))
    with act(by=worlds.BY, why="advised against"):
        links.end_links(patient=pathway.patient, kind=CareLink.Kind.HUB, reads_past=True)
    return pathway


def digest() -> dict[str, int]:
    """How many rows each table has, but those that count looks, forms and sessions."""
    left_out = {"AccessEntry", "TakenForm", "Session", "KeptDraft", "CacheRow"}
    return {
        model.__name__: model._base_manager.count()
        for model in apps.get_app_config("patients").get_models()
        if model.__name__ not in left_out
    }


def expected(rule, state: str | None, person: str) -> int | None:
    """The refusal that a person is to get, or None when they get in."""
    if rule is None:
        return 405
    cell = rule if state is None else rule.get(state, {})
    if "all" in cell.get("ok", []) or person in cell.get("ok", []):
        return None
    if person in cell.get("forbidden", []):
        return 403
    return cell.get("else", 404)


CASES = [(name, method) for name in MATRIX for method in METHODS]


@pytest.mark.parametrize(("name", "method"), CASES, ids=[f"{name} {method}" for name, method in CASES])
def test_access(world, name, method):
    rules = MATRIX[name]
    rule = rules.get(method)
    kind = rules["of"]
    objects = Objects(world, pathways={})
    if kind == "pathway":
        ward = worlds.on_the_ward(world, worlds.make_patient("CP-0001", family_name="Ward"))
        draft = worlds.draft(world, worlds.make_patient("CP-0002", family_name="Draft"))
        objects = Objects(world, pathways={"ward": ward, "draft": draft, "former": former(world)})
    states = STATES if kind == "pathway" else (None,)
    faults = []
    for state in states:
        address = reverse(name, kwargs=objects.address(name, addresses()[name], state))
        before = digest()
        answer = getattr(Client(), method.lower())(address)
        if answer.status_code != 302 or not answer["Location"].startswith("/account/login/"):
            faults.append(f"{state} anonymous: {answer.status_code}, not the log-in")
        for person, key in PEOPLE.items():
            client = world.client(*key)
            got = getattr(client, method.lower())(address).status_code
            wanted = expected(rule, state, person)
            refused = got in (403, 404, 405)
            if (wanted is None and (refused or got >= 500)) or (wanted is not None and got != wanted and got != 405):
                faults.append(f"{state} {person}: got {got}, expected {wanted or 'in'}")
            if wanted is None and method == "POST" and got == 302:
                faults.append(f"{state} {person}: an empty form was taken")
        if digest() != before:
            faults.append(f"{state}: an empty request changed the database")
    assert faults == []

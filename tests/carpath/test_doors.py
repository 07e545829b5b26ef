"""Which requests come in: a demonstration answers its own machine, the real thing https alone."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from carpath.doors import Doors


def answer(request) -> HttpResponse:
    """What a page behind the doors learns of the request."""
    return HttpResponse(f"{request.scheme} {request.META['REMOTE_ADDR']}")


def knock(path: str = "/", **meta) -> HttpResponse:
    return Doors(answer)(RequestFactory().get(path, **{"HTTP_HOST": "localhost:8000", **meta}))


@pytest.fixture
def demonstration(settings):
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


@pytest.fixture
def real(settings):
    settings.DEMO = False
    settings.ALLOWED_HOSTS = ["carpath.example.org"]
    settings.TRUSTED_PROXIES = ["10.0.0.7", "10.1.0.0/16"]


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_demonstration_answers_by_its_own_names(demonstration, host):
    assert knock(HTTP_HOST=host).status_code == 200


@pytest.mark.parametrize("host", ["carpath.example.org", "localhost.example.org", "10.0.0.1:8000", "", "local host"])
def test_a_demonstration_refuses_a_foreign_host(demonstration, host):
    assert knock(HTTP_HOST=host, SERVER_NAME="").status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Server",
        "X-Real-IP",
        "True-Client-IP",
        "CF-Connecting-IP",
        "X-Original-URL",
    ],
)
@pytest.mark.parametrize("value", ["127.0.0.1", ""])
def test_a_demonstration_refuses_what_was_forwarded(demonstration, header, value):
    assert knock(**{f"HTTP_{header.upper().replace('-', '_')}": value}).status_code == 403


def test_the_refusal_speaks_the_readers_language(demonstration):
    said = knock(HTTP_HOST="elsewhere", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert said == "This is a demonstration with invented patients: it answers on its own machine only.\n"


def test_the_real_thing_refuses_plain_http(real):
    assert knock(HTTP_HOST="carpath.example.org").status_code == 403


def test_a_trusted_proxy_vouches_for_https_and_its_caller(real):
    let_in = knock(REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.4")
    assert (let_in.status_code, let_in.content) == (200, b"https 198.51.100.4")


def test_trusted_proxies_in_a_row_are_skipped(real):
    let_in = knock(
        REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="198.51.100.4, 10.1.2.3"
    )
    assert let_in.content == b"https 198.51.100.4"


def test_a_trusted_proxy_that_was_asked_by_plain_http_is_refused(real):
    assert knock(REMOTE_ADDR="10.0.0.7", HTTP_X_FORWARDED_PROTO="http").status_code == 403
    assert knock(REMOTE_ADDR="10.0.0.7").status_code == 403


def test_a_stranger_vouches_for_nothing(real):
    assert knock(REMOTE_ADDR="10.0.0.8", HTTP_X_FORWARDED_PROTO="https").status_code == 403


def test_a_trusted_proxy_is_known_also_when_dressed_as_ipv6(real):
    assert knock(REMOTE_ADDR="::ffff:10.0.0.7", HTTP_X_FORWARDED_PROTO="https").status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_the_health_page_answers_plain_http_from_this_machine(real, address):
    assert knock("/healthz", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize(
    ("path", "meta"),
    [
        ("/healthz", {"REMOTE_ADDR": "10.0.0.8"}),
        ("/healthz", {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.8"}),
        ("/healthz/", {"REMOTE_ADDR": "127.0.0.1"}),
        ("/", {"REMOTE_ADDR": "127.0.0.1"}),
    ],
)
def test_nothing_else_answers_plain_http(real, path, meta):
    assert knock(path, **meta).status_code == 403

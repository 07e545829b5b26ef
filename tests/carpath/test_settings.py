"""Settings as a fresh process reads them: what differs between the demonstration and the real thing."""

import json
import os
import subprocess
import sys

import pytest

READ = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name, None) for name in %r}, default=str))
"""


def read(*names: str, **environment: str) -> dict:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARPATH_")}
    done = subprocess.run(
        [sys.executable, "-c", READ % (names,)],
        env=kept | {"DJANGO_SETTINGS_MODULE": "carpath.settings"} | environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ValueError(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout)


def test_cookies_of_the_real_thing_travel_by_https_alone():
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME", "SECURE_HSTS_SECONDS")
    assert read(*names, CARPATH_DEMO="0") == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-session",
        "SECURE_HSTS_SECONDS": 31536000,
    }
    assert read(*names[:2], CARPATH_DEMO="1") == {"SESSION_COOKIE_SECURE": False, "CSRF_COOKIE_SECURE": False}


def test_the_second_factor_is_compulsory_but_in_the_demonstration():
    assert read("SECOND_FACTOR_COMPULSORY", CARPATH_DEMO="0") == {"SECOND_FACTOR_COMPULSORY": True}
    assert read("SECOND_FACTOR_COMPULSORY", CARPATH_DEMO="1") == {"SECOND_FACTOR_COMPULSORY": False}


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"CARPATH_CLOCK_OFFSET": "60"}, "CARPATH_CLOCK_OFFSET moves the clock of a demonstration only: unset it."),
        ({"TRUSTED_PROXIES": "proxy"}, "TRUSTED_PROXIES: 'proxy' does not appear to be an IPv4 or IPv6 network"),
    ],
)
def test_what_cannot_be_is_refused_at_the_start(environment, complaint):
    with pytest.raises(ValueError, match=complaint.replace("(", r"\(")):
        read("DEBUG", **environment)


def test_the_web_part_refuses_to_serve_without_a_key():
    env = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    done = subprocess.run([sys.executable, "-c", "import carpath.wsgi"], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr


def test_a_socket_given_as_query_becomes_host_and_user():
    url = "postgres:///carpath?host=/run/postgresql&user=carpath_app"
    found = read("DATABASES", DATABASE_URL=url)["DATABASES"]["default"]
    assert {name: found[name] for name in ("HOST", "USER", "NAME", "OPTIONS")} == {
        "HOST": "/run/postgresql",
        "USER": "carpath_app",
        "NAME": "carpath",
        "OPTIONS": {},
    }

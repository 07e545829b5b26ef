"""The complete environment: what is refused in words, what follows from what."""

import stat

import pytest

from carpath import environment
from carpath.places import Refused


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    for name in (
        *("BIND", "PORT", "SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "CARPATH_DEMO", "CARPATH_CLOCK_OFFSET"),
        *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CARPATH_DATA"),
    ):
        monkeypatch.delenv(name, raising=False)


def test_by_default_it_is_this_machine_alone():
    assert (environment.bind(), environment.port(), environment.site_url()) == (
        "127.0.0.1",
        8000,
        "http://127.0.0.1:8000",
    )
    assert environment.allowed_hosts() == "127.0.0.1,localhost,[::1]"
    assert environment.data_folder() == environment.BASE_DIR / "var"


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "8000x"])
def test_a_port_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(Refused, match="set it to a number from 1 to 65535"):
        environment.port()


@pytest.mark.parametrize("value", ["carpath.example.org", "ftp://carpath.example.org", "https://"])
def test_an_address_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("SITE_URL", value)
    with pytest.raises(Refused, match="SITE_URL is"):
        environment.site_url()


def test_the_sites_name_is_allowed_beside_this_machines(monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://carpath.example.org/")
    assert environment.site_url() == "https://carpath.example.org"
    assert environment.allowed_hosts() == "carpath.example.org,127.0.0.1,localhost,[::1]"


def test_an_ipv6_address_gets_its_brackets(monkeypatch):
    monkeypatch.setenv("BIND", "::1")
    assert environment.site_url() == "http://[::1]:8000"


def test_the_key_is_made_once_and_kept_private(tmp_path):
    key = environment.secret_key(tmp_path)
    assert len(key) >= 64
    assert environment.secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_an_emptied_key_file_is_refused(tmp_path):
    (tmp_path / "secret_key").touch()
    with pytest.raises(Refused, match="holds no key"):
        environment.secret_key(tmp_path)


def test_a_given_key_is_not_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "given")
    assert environment.secret_key(tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


def test_the_clock_of_the_real_thing_is_not_moved(monkeypatch):
    monkeypatch.setenv("CARPATH_CLOCK_OFFSET", "3600")
    assert environment.decide_kind(None, False) is True
    monkeypatch.setenv("CARPATH_DEMO", "0")
    with pytest.raises(Refused, match="CARPATH_CLOCK_OFFSET"):
        environment.decide_kind(None, False)


def test_a_part_gets_everything(tmp_path):
    env = environment.complete(tmp_path, {"REDIS_URL": "unix:///x?db=0"}, demonstration=True)
    assert {
        name: env[name] for name in ("REDIS_URL", "CARPATH_DATA", "CARPATH_DEMO", "PORT", "DJANGO_SETTINGS_MODULE")
    } == {
        "REDIS_URL": "unix:///x?db=0",
        "CARPATH_DATA": str(tmp_path),
        "CARPATH_DEMO": "1",
        "PORT": "8000",
        "DJANGO_SETTINGS_MODULE": "carpath.settings",
    }

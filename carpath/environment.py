"""The complete environment that every part of the app is started with, so that nothing looks for a server itself."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from carpath import demo
from carpath.places import Refused

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def given(name: str) -> str | None:
    """A setting from outside; an empty one counts as not given."""
    return os.environ.get(name, "").strip() or None


def data_folder() -> Path:
    """CARPATH_DATA as an absolute path, `var` in the checkout unless given."""
    return Path(given("CARPATH_DATA") or BASE_DIR / "var").absolute()


def bind() -> str:
    return given("BIND") or "127.0.0.1"


def port() -> int:
    """PORT as a number. Raises Refused."""
    value = given("PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise Refused(f"PORT is {value!r}: set it to a number from 1 to 65535.")
    return int(value)


def authority(host: str, number: int) -> str:
    """host:port, with the brackets that an IPv6 address needs."""
    return f"[{host}]:{number}" if ":" in host and not host.startswith("[") else f"{host}:{number}"


def site_url() -> str:
    """SITE_URL, or the address that this machine reaches itself at. Raises Refused when it is no http(s) address."""
    if url := given("SITE_URL"):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused(f"SITE_URL is {url!r}: set it to the address people use, such as https://carpath.example.org")
        return url.rstrip("/")
    host = bind() if bind() not in ("0.0.0.0", "::", "[::]") else "127.0.0.1"
    return f"http://{authority(host, port())}"


def allowed_hosts() -> str:
    """ALLOWED_HOSTS, or the site's own name and this machine's."""
    if hosts := given("ALLOWED_HOSTS"):
        return hosts
    return ",".join(dict.fromkeys([urlsplit(site_url()).hostname, *LOOPBACK]))


def secret_key(data: Path, *, keep: bool = True) -> str:
    """SECRET_KEY, or the one made on first start and kept in the data folder, readable by its owner alone.

    Not kept for a command that brings its own (restore).
    """
    if key := given("SECRET_KEY"):
        return key
    if not keep:
        return secrets.token_urlsafe(64)
    kept = data / "secret_key"
    try:
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = kept.read_text(encoding="ascii").strip()
        if len(key) < 50:
            raise Refused(f"{kept} holds no key: remove it to have one made (everyone then logs in anew).") from None
        return key
    key = secrets.token_urlsafe(64)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(f"{key}\n")
        stream.flush()
        os.fsync(stream.fileno())
    return key


def asked_for_demonstration() -> bool | None:
    """CARPATH_DEMO: on, off or absent. Raises Refused."""
    try:
        return demo.parse_switch("CARPATH_DEMO", given("CARPATH_DEMO"))
    except demo.KindRefused as error:
        raise Refused(str(error)) from None


def decide_kind(recorded: str | None, people: bool) -> bool:
    """Whether this is a demonstration. Raises Refused, also for a shifted clock outside of one."""
    facts = demo.Facts(
        asked=asked_for_demonstration(),
        bind=bind(),
        given=frozenset(name for name in demo.TELL_OF_A_REAL_PLACE if given(name)),
        recorded=recorded,
        people=people,
    )
    try:
        demonstration = demo.is_demonstration(facts)
    except demo.KindRefused as error:
        raise Refused(str(error)) from None
    if not demonstration and given("CARPATH_CLOCK_OFFSET") not in (None, "0"):
        raise Refused("CARPATH_CLOCK_OFFSET moves the clock of a demonstration only: unset it.")
    return demonstration


def complete(data: Path, servers: dict[str, str], *, demonstration: bool, keep_key: bool = True) -> dict[str, str]:
    """Everything a part needs: what this process was given, the servers' addresses, and what follows from both."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARPATH_TEST_")}
    return kept | {
        **servers,
        "DJANGO_SETTINGS_MODULE": "carpath.settings",
        "CARPATH_DATA": str(data),
        "CARPATH_DEMO": "1" if demonstration else "0",
        "SECRET_KEY": secret_key(data, keep=keep_key),
        "SITE_URL": site_url(),
        "ALLOWED_HOSTS": allowed_hosts(),
        "BIND": bind(),
        "PORT": str(port()),
        "PYTHONUNBUFFERED": "1",
    }

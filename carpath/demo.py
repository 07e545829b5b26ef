"""Whether this installation is a demonstration: a pure rule over what was asked and what the database remembers."""

import ipaddress
from dataclasses import dataclass

DEMONSTRATION, REAL = "demonstration", "real"
PASSWORD = "carpath-demo"  # of every demonstration log-in; refused everywhere else


class KindRefused(Exception):
    """The kind that was asked for does not fit the database; says what to do instead."""


@dataclass(frozen=True)
class Facts:
    """What decides: the wish (CARPATH_DEMO), the address, the settings given, and what the database holds."""

    asked: bool | None
    bind: str
    given: frozenset[str]  # names of the settings that somebody set
    recorded: str | None  # the kind that the first start fixed in the database
    people: bool  # whether a database without a kind holds users already


TELL_OF_A_REAL_PLACE = frozenset({"DATABASE_URL", "SITE_URL", "ALLOWED_HOSTS"})


def is_loopback(bind: str) -> bool:
    """Whether only this machine can reach the address."""
    if bind == "localhost":
        return True
    try:
        return ipaddress.ip_address(bind.strip("[]")).is_loopback
    except ValueError:
        return False


def is_demonstration(facts: Facts) -> bool:
    """True for a demonstration, False for the real thing. Raises KindRefused where wish and database disagree."""
    by_default = is_loopback(facts.bind) and not facts.given & TELL_OF_A_REAL_PLACE
    if facts.recorded == DEMONSTRATION:
        if facts.asked or (facts.asked is None and by_default):
            return True
        raise KindRefused(
            "This database holds a demonstration and never becomes real: name an empty data folder in CARPATH_DATA (or "
            "another database) for the real thing, or set CARPATH_DEMO=1 to go on with the demonstration."
        )
    if facts.recorded == REAL or facts.people:
        if facts.asked:
            raise KindRefused(
                "This database holds a real installation and never becomes a demonstration: unset CARPATH_DEMO, or "
                "name an empty data folder in CARPATH_DATA."
            )
        return False
    return by_default if facts.asked is None else facts.asked


def parse_switch(name: str, value: str | None) -> bool | None:
    """A setting that is on, off or absent. Raises KindRefused for anything else."""
    if value is None or not value.strip():
        return None
    word = value.strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise KindRefused(f"{name} is {value!r}: set it to 1 (on) or 0 (off).")

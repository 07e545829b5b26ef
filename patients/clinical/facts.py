"""Checks of single facts on their way into a rule: kind and plausible band. A wrong fact is refused, never mended.

None always passes: it is *unknown*. Numbers become exact decimals, so that 37.9 and 38.0 are what was written.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .result import WrongFact


def number(field: str, value: Any, *, low: str, high: str, unit: str = "", above_low: bool = False) -> Decimal | None:
    """A finite number within [low, high] (above low where 0 is impossible). True and "38" are not numbers."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise WrongFact(field, "must be a number")
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        raise WrongFact(field, "must be a finite number")
    lowest, highest = Decimal(low), Decimal(high)
    if exact < lowest or exact > highest or (above_low and exact == lowest):
        start = "above" if above_low else "from"
        raise WrongFact(field, f"implausible: expected {start} {low} to {high} {unit}".rstrip())
    return exact


def whole(field: str, value: Any, *, low: int, high: int) -> int | None:
    """A whole number within [low, high]; 7.5 is refused."""
    exact = number(field, value, low=str(low), high=str(high))
    if exact is None:
        return None
    if exact != exact.to_integral_value():
        raise WrongFact(field, "must be a whole number")
    return int(exact)


@dataclass(frozen=True)
class Band:
    """The plausible values of a number, both ends included (not `low` itself where `above_low`)."""

    low: str
    high: str
    unit: str = ""
    above_low: bool = False
    is_whole: bool = False

    def read(self, field: str, value: Any) -> Decimal | int | None:
        if self.is_whole:
            return whole(field, value, low=int(self.low), high=int(self.high))
        return number(field, value, low=self.low, high=self.high, unit=self.unit, above_low=self.above_low)

    @property
    def ends(self) -> tuple[Decimal, Decimal] | tuple[int, int]:
        """Lowest and highest value: what an unknown fact could be, for a rule that only grows or falls with it."""
        kind = int if self.is_whole else Decimal
        return kind(self.low), kind(self.high)


def settle_bands(facts: Any, bands: Mapping[str, Band]) -> None:
    """Read every number of a frozen dataclass in its band (from its __post_init__)."""
    settle(facts, **{name: band.read(name, getattr(facts, name)) for name, band in bands.items()})


def with_limit(could_be: dict[str, tuple], name: str, limit: str) -> dict[str, tuple]:
    """A measurement and its laboratory's limit, both of which could be unknown: each limit is met and passed."""
    return could_be | {name: (*could_be[name], *could_be[limit])}


def ends_of(bands: Mapping[str, Band], *names: str) -> dict[str, tuple]:
    """What each of these facts could be at least and at most, by name; of all of them where none is named."""
    return {name: bands[name].ends for name in names or bands}


def yes_no(field: str, value: Any) -> bool | None:
    """True, False or None (unknown); 1, "yes" and "false" are refused."""
    if value is None or isinstance(value, bool):
        return value
    raise WrongFact(field, "must be true, false or null")


def choice(field: str, value: Any, among: Collection[str]) -> str | None:
    """One of the given words, exactly as written."""
    if value is None:
        return None
    if not isinstance(value, str) or value not in among:
        raise WrongFact(field, f"must be one of: {', '.join(among)}")
    return value


def words(field: str, value: Any, among: Collection[str] | None = None) -> tuple[str, ...] | None:
    """A list of words, optionally from a closed list; repeated words stay repeated."""
    if value is None:
        return None
    if not isinstance(value, list | tuple | set | frozenset):
        raise WrongFact(field, "must be a list")
    items = tuple(value)
    for item in items:
        if not isinstance(item, str) or not item.strip():
            raise WrongFact(field, "must hold words only")
        if among is not None and item not in among:
            raise WrongFact(field, f"{item!r} is none of: {', '.join(among)}")
    return items


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


def day(field: str, value: Any) -> date | None:
    """A calendar date from 1900 to 2100; an instant is refused (its day depends on the time zone)."""
    if value is None:
        return None
    if type(value) is not date:
        raise WrongFact(field, "must be a date")
    if not FIRST_DAY <= value <= LAST_DAY:
        raise WrongFact(field, f"implausible: expected a year from {FIRST_DAY.year} to {LAST_DAY.year}")
    return value


def settle(facts: Any, **checked: Any) -> None:
    """Store checked values in a frozen dataclass (from its __post_init__)."""
    for name, value in checked.items():
        object.__setattr__(facts, name, value)

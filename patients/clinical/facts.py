"""Checks of single facts on their way into a rule: kind and plausible band. A wrong fact is refused, never mended.

None always passes: it is *unknown*. Numbers become exact decimals, so that 37.9 and 38.0 are what was written.
"""

from collections.abc import Collection
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


FIRST_YEAR, LAST_YEAR = 1900, 2100


def day(field: str, value: Any) -> date | None:
    """A calendar date from 1900 to 2100; an instant is refused (its day depends on the time zone)."""
    if value is None:
        return None
    if type(value) is not date:
        raise WrongFact(field, "must be a date")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise WrongFact(field, f"implausible: expected a year from {FIRST_YEAR} to {LAST_YEAR}")
    return value


def settle(facts: Any, **checked: Any) -> None:
    """Store checked values in a frozen dataclass (from its __post_init__)."""
    for name, value in checked.items():
        object.__setattr__(facts, name, value)

"""Comparing identifiers as they stand on a wristband, a bag and an order. Pure: no Django, no clock."""

import unicodedata
from collections.abc import Mapping


def normal(text: str | None) -> str:
    """An identifier without what hands and scanners add: case, spaces, dashes. CP-0241, cp 0241 and CP‑0241 are one."""
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text or "").upper())
    kept = (one for one in wide if not one.isspace() and unicodedata.category(one) not in ("Pd", "Cf", "Cc"))
    return unicodedata.normalize("NFKC", "".join(kept))


def mismatches(typed: Mapping[str, str], expected: Mapping[str, frozenset[str]]) -> list[str]:
    """The names of the identifiers that do not match, in their order. Both sides come normalised.

    An identifier that was not typed, or for which nothing is recorded, does not match.
    """
    return [name for name, values in expected.items() if not typed.get(name) or typed[name] not in values]

"""Units of measurement: one closed table (reference 0). A unit is given with the value and never guessed from its size.

Values are exact decimals; "3,2" and "3.2" are the same number. The canonical unit of each quantity comes first.
"""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from .result import WrongFact

ONE = Fraction(1)

# quantity -> unit -> how many canonical units one of it is. Exact fractions: the way there and back loses nothing.
TABLE: dict[str, dict[str, Fraction]] = {
    "temperature": {"degC": ONE},
    "anc": {"10^9/L": ONE, "10^3/uL": ONE, "/uL": Fraction(1, 1000)},
    "alc": {"10^9/L": ONE, "10^3/uL": ONE, "/uL": Fraction(1, 1000)},
    "wbc": {"10^9/L": ONE, "10^3/uL": ONE, "/uL": Fraction(1, 1000)},
    "platelets": {"10^9/L": ONE, "10^3/uL": ONE, "/uL": Fraction(1, 1000)},
    "haemoglobin": {"g/dL": ONE, "g/L": Fraction(1, 10)},
    "crp": {"mg/dL": ONE, "mg/L": Fraction(1, 10)},
    "ferritin": {"ng/mL": ONE, "ug/L": ONE},
    "ldh": {"U/L": ONE},
    "creatinine": {"mg/dL": ONE, "umol/L": Fraction(10, 884)},
    "bilirubin": {"mg/dL": ONE, "umol/L": Fraction(10, 171)},
    "igg": {"g/L": ONE, "mg/dL": Fraction(1, 100)},
    "fibrinogen": {"mg/dL": ONE, "g/L": Fraction(100)},
    "triglycerides": {"mg/dL": ONE},
    "oxygen_flow": {"L/min": ONE},
    "dose": {"mg": ONE, "g": Fraction(1000)},
    "weight": {"kg": ONE, "g": Fraction(1, 1000)},
}

DIGITS = 12  # significant digits of a converted value


class UnknownUnit(WrongFact):
    """The unit is not in the closed table of the quantity."""


def units_of(quantity: str) -> tuple[str, ...]:
    """The accepted units, the canonical one first."""
    return tuple(TABLE[quantity])


def canonical_unit(quantity: str) -> str:
    return units_of(quantity)[0]


def read_number(written: str, field: str = "value") -> Decimal:
    """A number as people write it: decimal comma or point, no thousands mark (1.234,5 and 1,234.5 are refused)."""
    plain = written.strip().replace(",", ".")
    if plain.count(".") > 1 or not plain.lstrip("+-").replace(".", "", 1).isdecimal():
        raise WrongFact(field, "must be a number")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise WrongFact(field, "must be a number") from error


def _factor(quantity: str, unit: str | None) -> Fraction:
    try:
        return TABLE[quantity][unit]
    except KeyError as error:
        accepted = ", ".join(units_of(quantity)) if quantity in TABLE else "no unit: unknown quantity"
        raise UnknownUnit(quantity, f"unknown unit {unit!r}; accepted: {accepted}") from error


def _as_decimal(exact: Fraction) -> Decimal:
    quotient = Decimal(exact.numerator) / Decimal(exact.denominator)
    rounded = quotient.normalize() if Fraction(quotient) == exact else Decimal(f"{quotient:.{DIGITS}g}").normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def convert(value: Decimal | int | float, *, quantity: str, unit: str | None, to: str | None = None) -> Decimal:
    """The value in another unit of the same quantity, by default the canonical one. No unit, no value: UnknownUnit."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        raise WrongFact(quantity, "must be a number")
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        raise WrongFact(quantity, "must be a finite number")
    start, end = _factor(quantity, unit), _factor(quantity, to or canonical_unit(quantity))
    return exact if start == end else _as_decimal(Fraction(exact) * start / end)

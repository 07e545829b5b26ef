"""The Italian fiscal code, and the codes of those who have none (STP, ENI): read, checked, never guessed. No Django."""

import re
from dataclasses import dataclass
from datetime import date

from codicefiscale import codicefiscale

WOMEN_ADD = 40  # a woman's day of birth is written 40 higher
STRANGER_CODE = re.compile(r"^(STP|ENI)\d{13}$", re.ASCII)


@dataclass(frozen=True)
class Person:
    """What a fiscal code says of its holder. Homocody (letters in place of figures) is read like any other code."""

    code: str
    birth_date: date
    sex: str


class WrongCode(ValueError):
    """A fiscal code that cannot be one: `reason` is syntax, check_letter or date."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def tidy(written: str) -> str:
    """As people write it (lower case, spaces, dots, dashes) to the sixteen capital letters and figures."""
    return re.sub(r"[\s.\-\u00a0\u202f]", "", written or "").upper()


def read(written: str, *, today: date) -> Person:
    """Who the holder is. Raises WrongCode for what no office would have issued, and for a birth after today.

    The place of birth is not judged: lists of places lag behind the codes that were really issued. Of the two
    centuries a code can mean, the later that is not after today counts.
    """
    code = tidy(written)
    if not code.isascii():
        raise WrongCode("syntax")
    try:
        raw = codicefiscale.decode_raw(code)
    except ValueError as wrong:
        raise WrongCode("syntax") from wrong
    if raw["code"] != code:
        raise WrongCode("syntax")
    if codicefiscale.encode_cin(code) != raw["cin"]:
        raise WrongCode("check_letter")
    return Person(code, *_born(raw, today))


def _born(raw: dict[str, str], today: date) -> tuple[date, str]:
    figures = str.maketrans("LMNPQRSTUV", "0123456789")
    year, day = (raw[name].translate(figures) for name in ("birthdate_year", "birthdate_day"))
    if not (year.isdigit() and day.isdigit()):
        raise WrongCode("syntax")
    month = "ABCDEHLMPRST".index(raw["birthdate_month"]) + 1
    sex = "F" if int(day) > WOMEN_ADD else "M"
    for century in (today.year // 100 * 100, today.year // 100 * 100 - 100):
        try:
            born = date(century + int(year), month, int(day) - (WOMEN_ADD if sex == "F" else 0))
        except ValueError:
            continue
        if born <= today:
            return born, sex
    raise WrongCode("date")


def stranger_code(written: str) -> str:
    """An STP or ENI code: three letters and thirteen figures. Raises WrongCode otherwise."""
    code = tidy(written)
    if not STRANGER_CODE.match(code):
        raise WrongCode("syntax")
    return code

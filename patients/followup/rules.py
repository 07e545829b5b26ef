"""Which planned restaging a PET is, and what a confirmed response needs. Pure: no Django, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from patients.clinical.days import day_number, on_day
from patients.clinical.response import LuganoFacts, lugano
from patients.clinical.result import Result

NOMINAL_DAYS: dict[str, int] = {"pet_30": 30, "pet_90": 90, "pet_180": 180, "pet_365": 365}  # reference 6.2
WINDOWS: dict[str, tuple[int, int]] = {"pet_30": (25, 35), "pet_90": (80, 110)}  # 6.2; it gives none for the later ones


def nearest(open_plans: Mapping[str, date | None], *, done_on: date, day_0: date) -> str | None:
    """Which of the open planned restagings one on this day is: the nearest, if the day lies in its window.

    A restaging without a plan stands at its nominal day. None = no open one fits: a person chooses.
    """
    planned = {code: day or on_day(NOMINAL_DAYS[code], day_0=day_0) for code, day in open_plans.items()}
    if not planned:
        return None
    code = min(planned, key=lambda one: (abs((planned[one] - done_on).days), NOMINAL_DAYS[one]))
    if code in WINDOWS:
        first, last = WINDOWS[code]
        if not first <= day_number(done_on, day_0=day_0) <= last:
            return None
    return code


@dataclass(frozen=True)
class Read:
    """A restaging as it was read by a person."""

    done_on: date
    response: str
    deauville: str | None = None
    uptake_change: str | None = None
    new_lesion: bool | None = None
    symptoms: bool | None = None
    differs_because: str = ""
    note: str = ""

    def computed(self) -> Result:
        """What Lugano 2014 makes of it (reference 3)."""
        return lugano(LuganoFacts(self.deauville, self.uptake_change, self.new_lesion))


def faults(read: Read, *, day_0: date, today: date) -> list[tuple[str, str]]:
    """Pairs (field, reason) of what cannot be or is missing."""
    found = []
    if read.done_on > today:
        found.append(("done_on", "in_the_future"))
    if read.done_on < day_0:
        found.append(("done_on", "before_infusion"))
    result = read.computed()
    agrees = result.is_known and result.value == read.response
    if not agrees and not read.differs_because.strip():
        found.append(("differs_because", "say_why_it_differs" if result.is_known else "say_why_it_is_so"))
    return found

"""What a pathway's facts answer of a calculator's questions, each with the day it is from. Pure: facts in, answers out.

Nothing is guessed: what is not recorded, or may not be read by whoever asks, stays open. A value is filled however old
it is, with its day; units are those of the form.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from patients.clinical.days import day_number
from patients.clinical.icaht import LATE_LAST_DAY

PER_UL = 1000  # 10^9/L in cells per µL
TENTH_OF_AN_HOUR = Decimal("0.1")
MOST_DOSES_ASKED, DOSES_WITH_A_TIME = 4, 3
ECOG_ASKED, STAGES_ASKED = range(5), {"I": "1", "II": "2", "III": "3", "IV": "4"}
PLANNED, HAPPENED, BORN, OF_PATHWAY = "planned", "happened", "born", "of_pathway"


@dataclass(frozen=True)
class Fact:
    """One recorded answer, as its form takes it, and the day it is from: `first` to `last` where of several days.

    `how`: of a date, planned or happened; else where it is from, where that is no day. `said`: how it was told, where
    the form has another answer for it.
    """

    value: Any
    first: date
    last: date
    how: str = ""
    said: str = ""

    @classmethod
    def on(cls, value: Any, day: date, **told: str) -> "Fact":
        return cls(value, day, day, **told)


@dataclass(frozen=True)
class Dose:
    """One dose of tocilizumab: its day, and how many hours ago; None where its time is not known."""

    day: date
    hours_ago: Decimal | None


@dataclass(frozen=True)
class Known:
    """What is recorded of a patient and may be read: None, empty = not known, or not for this reader.

    `measured`: kind of value -> (day, value), in time order, each in the unit in which it is kept. `ldh_limit`: of the
    laboratory of the newest LDH. `bedside`, `neurology`: the last set that holds facts of CRS, of ICANS, as its form
    shows it. `doses`: of tocilizumab, all of the pathway, newest first; None: not for this reader. `died_on`: the day.
    """

    today: date
    age: int | None = None
    measured: Mapping[str, tuple[tuple[date, Decimal], ...]] = field(default_factory=dict)
    ldh_limit: Decimal | None = None
    ecog: Fact | None = None
    diagnosis: Mapping[str, Fact] = field(default_factory=dict)
    bedside: Mapping[str, Any] = field(default_factory=dict)
    bedside_on: date | None = None
    neurology: Mapping[str, Any] = field(default_factory=dict)
    neurology_on: date | None = None
    doses: tuple[Dose, ...] | None = None
    regimen: Fact | None = None
    ld_start: Fact | None = None
    ld_end: Fact | None = None
    infusion: Fact | None = None
    day_0: date | None = None
    died_on: date | None = None

    def newest(self, what: str, until: date | None = None) -> Fact | None:
        """The last value of a kind, not later than a day where one is given."""
        found = [one for one in self.measured.get(what, ()) if until is None or one[0] <= until]
        return Fact.on(found[-1][1], found[-1][0]) if found else None


def _some(facts: Mapping[str, Fact | None]) -> dict[str, Fact]:
    return {name: fact for name, fact in facts.items() if fact is not None}


def _set(typed: Mapping[str, Any], on: date | None) -> dict[str, Fact]:
    """The answers of one bedside set; what was not asked in it stays open."""
    if on is None:
        return {}
    return {name: Fact.on(value, on) for name, value in typed.items() if value not in (None, "", [])}


def _crs(known: Known) -> dict[str, Fact]:
    return _set(known.bedside, known.bedside_on)


def _icans(known: Known) -> dict[str, Fact]:
    return _set(known.neurology, known.neurology_on)


def _lines(values: Iterable[tuple[date, Decimal]], day_0: date, times: int) -> Fact | None:
    """The lowest value of each day from the infusion to day 100, one line a day."""
    lowest: dict[int, Decimal] = {}
    days: dict[int, date] = {}
    for on, value in values:
        day = day_number(on, day_0=day_0)
        if 0 <= day <= LATE_LAST_DAY:
            lowest[day] = min(value * times, lowest.get(day, value * times))
            days[day] = on
    if not lowest:
        return None
    text = "\n".join(f"{day} {_plain(value)}" for day, value in sorted(lowest.items()))
    return Fact(text, min(days.values()), max(days.values()))


def _plain(value: Decimal) -> str:
    """A number as its line takes it: a point, no zeros behind it."""
    return f"{value.normalize():f}"


def _icaht(known: Known) -> dict[str, Fact]:
    if known.day_0 is None:
        return {}
    ended = known.died_on
    last = day_number(ended, day_0=known.day_0) if ended is not None else None
    return _some(
        {
            "counts": _lines(known.measured.get("anc", ()), known.day_0, PER_UL),
            "platelets": _lines(known.measured.get("platelets", ()), known.day_0, 1),
            "last_day": Fact.on(last, ended) if last is not None and 0 <= last <= LATE_LAST_DAY else None,
        }
    )


COUNTS = {"anc": "anc", "plt": "platelets", "hb": "haemoglobin", "wbc": "wbc", "alc": "alc"}


def _ctcae(known: Known) -> dict[str, Fact]:
    temperature = known.bedside.get("temp_c")
    hot = Fact.on(temperature, known.bedside_on) if temperature is not None and known.bedside_on else None
    return _some({name: known.newest(what) for name, what in COUNTS.items()} | {"temp_c": hot})


def _hematotox(known: Known) -> dict[str, Fact]:
    """Its values are those before lymphodepletion: once that has begun, later ones are not its (reference 3)."""
    begun = known.ld_start.value if known.ld_start is not None and known.ld_start.how == HAPPENED else None
    names = ("platelets", "anc", "haemoglobin", "crp", "ferritin")
    return _some({name: known.newest(name, until=begun) for name in names})


def _easix(known: Known) -> dict[str, Fact]:
    return _some({name: known.newest(name) for name in ("ldh", "creatinine", "platelets", "crp")})


def _common(known: Known) -> dict[str, Fact | None]:
    ldh = known.newest("ldh")
    return {
        "age": Fact.on(known.age, known.today, how=BORN) if known.age is not None else None,
        "ldh": ldh,
        "ldh_uln": Fact.on(known.ldh_limit, ldh.first) if ldh is not None and known.ldh_limit is not None else None,
        "ecog": known.ecog if known.ecog is not None and int(known.ecog.value) in ECOG_ASKED else None,
    }


def _mipi(known: Known) -> dict[str, Fact]:
    own = {"wbc": known.newest("wbc"), "ki67_percent": known.diagnosis.get("ki67_percent")}
    return _some(_common(known) | own)


def _ipi(known: Known) -> dict[str, Fact]:
    stage = known.diagnosis.get("stage")
    own = {
        "extranodal_sites": known.diagnosis.get("extranodal_sites"),
        "stage": Fact.on(STAGES_ASKED[stage.value], stage.first) if stage is not None else None,
    }
    return _some(_common(known) | own)


def _tocilizumab(known: Known) -> dict[str, Fact]:
    """Every dose of the pathway counts. Hours are cut, never rounded up: 7 h 59 min are not eight hours."""
    weight = {"weight": known.newest("weight")}
    if known.doses is None:
        return _some(weight)
    newest = [one for one in known.doses if one.hours_ago is not None]
    day = max((one.day for one in known.doses), default=known.today)
    given = {"doses": Fact.on(str(min(len(known.doses), MOST_DOSES_ASKED)), day)}
    if len(newest) == len(known.doses):  # a dose without its time could be any of them
        for place, one in enumerate(newest[:DOSES_WITH_A_TIME], start=1):
            hours = one.hours_ago.quantize(TENTH_OF_AN_HOUR, ROUND_FLOOR)
            given[f"since_{place}"] = Fact.on(hours, one.day)
    return _some(weight) | given


def _window(known: Known) -> dict[str, Fact]:
    names = ("regimen", "ld_start", "ld_end", "infusion")
    return _some({name: getattr(known, name) for name in names})


KINDS: dict[str, Callable[[Known], dict[str, Fact]]] = {
    "crs": _crs,
    "icans": _icans,
    "icaht": _icaht,
    "ctcae": _ctcae,
    "car-hematotox": _hematotox,
    "easix": _easix,
    "ipi": _ipi,
    "mipi": _mipi,
    "tocilizumab": _tocilizumab,
    "ld-window": _window,
}


def fill(kind: str, known: Known) -> dict[str, Fact]:
    """The answers that are recorded, by the name of the form's field."""
    return KINDS[kind](known)

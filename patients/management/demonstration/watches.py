"""Who is watched in the demonstration: first lines of large B-cell lymphoma, mantle cell lymphomas on a BTK inhibitor.

Day numbers count from the day of loading; -3 is three days ago.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from codicefiscale import codicefiscale

from patients.audit import clock
from patients.clinical.days import PartialDate
from patients.management.demonstration.network import Network
from patients.surveillance import actions, rules
from patients.surveillance.actions import Seen, Told
from patients.surveillance.models import Watch
from patients.surveillance.persons import Person


@dataclass(frozen=True)
class Finding:
    """What was found on a day, and written down the day after."""

    day: int
    what: str
    outcome: str
    deauville: str | None = None
    satisfactory: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Watched:
    """Somebody who is watched since a day: what is planned, the last cycle and dose, and what was found when.

    `given`: how many cycles, and the day on which the last of them began. With `drug`: on a BTK inhibitor.
    """

    family_name: str
    given_name: str
    sex: str
    born: date
    town: str
    spoke: str
    started: int
    given: tuple[int, int] | None = None
    last_dose: int | None = None
    drug: str | None = None
    line: int | None = None
    found: tuple[Finding, ...] = ()


WATCHED = (
    Watched("Bellini", "Carlo", "M", date(1963, 7, 9), "Imola", "spoke", -75, given=(4, -12),
            found=(Finding(-16, rules.INTERIM_PET, rules.CMR, "2"),)),
    Watched("Guerra", "Ines", "F", date(1957, 11, 2), "Imola", "spoke", -68, given=(3, -26)),
    Watched("Marini", "Tullio", "M", date(1970, 4, 28), "Imola", "spoke", -150, given=(6, -45), last_dose=-45,
            found=(Finding(-90, rules.INTERIM_PET, rules.CMR, "3"),
                   Finding(-20, rules.EOT_PET, rules.CMR, "2"),
                   Finding(-2, rules.VISIT, rules.RELAPSE, note="Linfonodo sovraclaveare, biopsia richiesta"))),
    Watched("Pozzi", "Nadia", "F", date(1949, 2, 17), "Faenza", "spoke3", -390, given=(6, -280), last_dose=-280,
            found=(Finding(-255, rules.EOT_PET, rules.CMR, "1"), Finding(-160, rules.VISIT, rules.WELL))),
    Watched("Rinaldi", "Oscar", "M", date(1952, 8, 21), "Imola", "spoke", -130, drug="ibrutinib", line=2,
            found=(Finding(-70, rules.CHECK, rules.CR, satisfactory=True),)),
    Watched("Valli", "Teresa", "F", date(1946, 12, 6), "Faenza", "spoke3", -110, drug="acalabrutinib", line=2),
)  # fmt: skip


def watch(network: Network, today: date) -> list[Watch]:
    """Tell everybody's watch, each thing on its day."""
    return [_told(network, today, one) for one in WATCHED]


def _told(network: Network, today: date, one: Watched) -> Watch:
    centre, doctor = network.centres[one.spoke], network.at(one.spoke, "haematologist")

    def day(number: int) -> date:
        return today + timedelta(days=number)

    def moment(number: int) -> datetime:
        wanted = datetime.combine(day(number), time(11, 40), tzinfo=ZoneInfo(centre.timezone))
        return min(wanted, clock.now() - timedelta(minutes=2))

    code = codicefiscale.encode(one.family_name, one.given_name, one.sex, f"{one.born:%d/%m/%Y}", one.town)
    with clock.at(moment(one.started)):
        watched = actions.register(
            kind=rules.BTKI if one.drug else rules.FIRST_LINE,
            centre=centre,
            person=Person(one.family_name, one.given_name, one.born, one.sex, code),
            told=_planned(one, day),
            by=doctor,
        )
    if one.given is not None:
        number, on = one.given
        with clock.at(moment(on + 1)):
            last_dose = PartialDate.on(day(one.last_dose)) if one.last_dose is not None else None
            told = _planned(one, day, cycles_given=number, last_cycle=day(on), last_dose=last_dose)
            actions.describe(watch=watched, told=told, doctor=doctor, by=doctor)
    for found in one.found:
        with clock.at(moment(found.day + 1)):
            seen = Seen(
                what=found.what,
                on=PartialDate.on(day(found.day)),
                outcome=found.outcome,
                deauville=found.deauville,
                satisfactory=found.satisfactory,
                note=found.note,
            )
            actions.record(watch=watched, seen=seen, by=doctor)
    return watched


def _planned(one: Watched, day, **given) -> Told:
    started = PartialDate.on(day(one.started))
    if one.drug is not None:
        return Told(started=started, every_months=3, regimen=one.drug.title(), drug=one.drug, line=one.line)
    return Told(
        started=started,
        every_months=3,
        regimen="R-CHOP-21",
        subtype="DLBCL",
        planned_cycles=6,
        days_between_cycles=21,
        **given,
    )

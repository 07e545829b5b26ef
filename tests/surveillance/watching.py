"""Watched patients for tests, made through the room's own actions."""

from dataclasses import replace
from datetime import date, timedelta

from codicefiscale import codicefiscale

from patients.audit import clock
from patients.clinical.days import PartialDate
from patients.surveillance import actions, rules
from patients.surveillance.actions import Seen, Told
from patients.surveillance.models import Watch
from patients.surveillance.persons import Person
from tests.network import Network
from tests.reminders.course import travelling

BORN = "14/03/1964"


def person(family_name: str = "Sala", given_name: str = "Ivana") -> Person:
    code = codicefiscale.encode(family_name, given_name, "F", BORN, "Milano")
    return Person(family_name, given_name, date(1964, 3, 14), "F", code)


def ago(net, days: int) -> date:
    return clock.today(net.spoke.timezone) - timedelta(days=days)


def first_line(net, *names: str, started: int = 60, **told) -> Watch:
    """A first line that began some days ago: six cycles, one in three weeks."""
    given = Told(
        started=PartialDate.on(ago(net, started)),
        every_months=3,
        regimen="R-CHOP-21",
        subtype="DLBCL",
        planned_cycles=6,
        days_between_cycles=21,
    )
    return actions.register(
        kind=rules.FIRST_LINE, centre=net.spoke, person=person(*names), told=replace(given, **told), by=net.referrer
    )


def btki(net, *names: str, started: int = 40, **told) -> Watch:
    """Mantle cell lymphoma on a BTK inhibitor in the second line."""
    given = Told(
        started=PartialDate.on(ago(net, started)), every_months=3, regimen="Ibrutinib", drug="ibrutinib", line=2
    )
    return actions.register(
        kind=rules.BTKI, centre=net.spoke, person=person(*names), told=replace(given, **told), by=net.referrer
    )


def saw(net, watch: Watch, what: str, outcome: str, days_ago: int = 1, **more):
    on = more.pop("on", None) or PartialDate.on(ago(net, days_ago))
    return actions.record(watch=watch, seen=Seen(what, on, outcome, **more), by=net.referrer)


def calling(net, *names: str) -> Watch:
    """A first line whose interim PET is short of complete."""
    watch = first_line(net, *names)
    saw(net, watch, rules.INTERIM_PET, "PMR", deauville="4")
    return Watch.objects.get(pk=watch.pk)


def on(net, state: str = "calling") -> Watch:
    """A watch of the network in a state that its pages look different in, made when it is first asked for."""
    names = {"calling": ("Sala", "Ivana"), "relapsed": ("Della Valle-Montecchiarugolo", "Maria Immacolata")}[state]
    standing = Watch.objects.filter(patient__family_name=names[0]).first()
    if standing is not None or state == "calling":
        return standing or calling(net, *names)
    watch = first_line(net, *names, started=300, last_dose=PartialDate.on(ago(net, 190)))
    saw(net, watch, rules.INTERIM_PET, "CMR", 240, deauville="2")
    saw(net, watch, rules.EOT_PET, "CMR", 170, deauville="1", note="Captazione residua assente")
    month = ago(net, 20)
    saw(net, watch, rules.VISIT, "relapse", on=PartialDate.in_month(month.year, month.month))
    return Watch.objects.get(pk=watch.pk)


# ── what tests start from (the mark `prepared`) ──────────────────────────────────────────────────────────────────


def hospitals() -> Network:
    """A hub, a referral centre and their people, on the day on which the clock stands first."""
    with travelling():
        return Network()

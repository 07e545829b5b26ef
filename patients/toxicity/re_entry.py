"""The bedside entered on the wrong patient: how its facts are struck through and recorded on the right one."""

from patients.centres.models import User
from patients.pathway.models import Pathway
from patients.pathway.re_entry import Ways
from patients.toxicity import actions
from patients.toxicity.models import Assessment, IntensiveCare, OtherToxicity, Treatment

Fact = Assessment | Treatment | OtherToxicity | IntensiveCare


def _strike(fact: Fact, why: str, by: User, version: int) -> None:
    if isinstance(fact, Assessment):
        actions.strike(assessment=fact, why=why, by=by, version=version)
    elif isinstance(fact, Treatment):
        actions.strike_treatment(treatment=fact, why=why, by=by, version=version)
    else:
        actions.strike_recorded(row=fact, why=why, by=by, version=version)


def _copy(fact: Fact, to: Pathway, by: User) -> Fact:
    """The same fact on another course; what was derived from the wrong patient (weight, grades) is not copied."""
    if isinstance(fact, Assessment):
        facts = {name: getattr(fact, name) for name in actions.FACTS}
        return actions.assess(pathway=to, at=fact.at, facts=facts, by=by)
    if isinstance(fact, Treatment):
        names = ("drug", "dose_mg", "route", "at", "note")
        return actions.treat(pathway=to, by=by, **{name: getattr(fact, name) for name in names})
    if isinstance(fact, OtherToxicity):
        names = ("what", "grade", "started_on", "ended_on", "named", "note")
        return actions.record_other(pathway=to, by=by, **{name: getattr(fact, name) for name in names})
    names = ("in_at", "out_at", "reason")
    return actions.record_intensive_care(pathway=to, by=by, **{name: getattr(fact, name) for name in names})


BEDSIDE = Ways(_strike, _copy, (("toxicity", "toxicity.record"),), infused=True)

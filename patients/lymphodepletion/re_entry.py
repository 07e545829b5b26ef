"""A day of lymphodepletion entered on the wrong patient: struck through, and recorded on the right one's plan."""

from patients.centres.models import User
from patients.lymphodepletion import actions
from patients.lymphodepletion.models import LymphodepletionDay
from patients.pathway.models import Pathway
from patients.pathway.re_entry import Ways


def _strike(fact: LymphodepletionDay, why: str, by: User, version: int) -> None:
    actions.strike(day=fact, version=version, why=why, by=by)


def _copy(fact: LymphodepletionDay, to: Pathway, by: User) -> LymphodepletionDay:
    """Whether the day was given goes over; its doses are those of the right patient's own plan."""
    plan = actions.record(pathway=to, given={fact.day: fact.given}, notes={fact.day: fact.note}, by=by)
    return plan.days.standing().get(day=fact.day)


DAYS = Ways(_strike, _copy, (("treatment", "lymphodepletion.record"),))

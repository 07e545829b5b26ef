"""Follow-up entered on the wrong patient: how its facts are struck through and recorded on the right one."""

from patients.centres.models import User
from patients.followup import actions
from patients.followup.models import FollowUpFact, MyelomaResponse, Restaging, Visit
from patients.followup.rules import Read
from patients.pathway.models import Pathway
from patients.pathway.re_entry import Ways
from patients.toxicity.actions import record_other
from patients.toxicity.models import Movable, OtherToxicity

FACT = ("kind", "what", "started_on", "ended_on", "named", "dose", "note")
OTHER = ("what", "grade", "started_on", "ended_on", "named", "note")
VISIT = ("done_on", "where", "setting", "ecog", "note")
READ = (
    "done_on",
    "response",
    "deauville",
    "uptake_change",
    "new_lesion",
    "symptoms",
    "note",
    "settle_how",
    "settle_by",
)


def _values(row, names) -> dict:
    return {name: getattr(row, name) for name in names}


def _strike(fact: Movable, why: str, by: User, version: int) -> None:
    actions.strike(row=fact, why=why, by=by, version=version)


def _copy(fact: Movable, to: Pathway, by: User) -> Movable:
    """The same fact on another course."""
    if isinstance(fact, Visit):
        return actions.visit(pathway=to, by=by, **_values(fact, VISIT))
    if isinstance(fact, FollowUpFact):
        return actions.record_fact(pathway=to, by=by, **_values(fact, FACT))
    if isinstance(fact, OtherToxicity):
        return record_other(pathway=to, by=by, **_values(fact, OTHER))
    if isinstance(fact, Restaging):
        read = Read(differs_because=fact.differs_because, **_values(fact, READ))
        return actions.restage(pathway=to, read=read, milestone=_free(fact, to), by=by)
    read = actions.myeloma_read(fact)
    return actions.restage_myeloma(pathway=to, read=read, milestone=_free(fact, to), by=by)


def _free(fact: Restaging | MyelomaResponse, to: Pathway) -> str:
    """The planned restaging that it was, where the right patient still waits for that one; else one in between."""
    return fact.milestone if fact.milestone in actions.open_plans(to) else ""


FOLLOWUP = Ways(_strike, _copy, (("followup", "followup.record"),), infused=True)

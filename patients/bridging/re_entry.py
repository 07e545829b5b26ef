"""Bridging entered on the wrong patient: how a course is struck through and recorded on the right one."""

from patients.bridging import actions
from patients.bridging.models import BridgingCourse
from patients.centres.models import User
from patients.pathway.models import Pathway
from patients.pathway.re_entry import Ways


def _strike(fact: BridgingCourse, why: str, by: User, version: int) -> None:
    actions.strike(course=fact, version=version, why=why, by=by)


def _copy(fact: BridgingCourse, to: Pathway, by: User) -> BridgingCourse:
    if not fact.given:
        return actions.record_none(pathway=to, by=by)
    said = {name: getattr(fact, name) for name in actions.Said.__dataclass_fields__}
    return actions.record(pathway=to, by=by, **said | {"aims": tuple(fact.aims)})


BRIDGING = Ways(_strike, _copy, (("dossier", "bridging.record"),))

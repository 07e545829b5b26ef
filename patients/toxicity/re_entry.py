"""Entered on the wrong patient: struck through there and recorded on the right one in one step, both or neither.

The two rows know each other; the other patient is named only to those who may see them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.identity import access
from patients.identity.changes import lock
from patients.pathway.models import Pathway
from patients.toxicity import actions
from patients.toxicity.models import Assessment, IntensiveCare, OtherToxicity, Treatment

Fact = Assessment | Treatment | OtherToxicity | IntensiveCare
FIELD = "right_patient"


@dataclass(frozen=True)
class Ways:
    """How a room's facts are struck through and recorded anew, and who may write them."""

    facet: str
    permission: str
    strike: Callable
    copy: Callable


def candidates(user: User, but: Pathway, ways: Ways | None = None) -> list[Pathway]:
    """The courses to which a user may write such facts, in order of name, without the wrong one."""
    ways = ways or BEDSIDE
    seen = (
        Pathway.objects.live()
        .visible_to(user, ways.facet, in_care=True)
        .filter(status__in=[Pathway.Status.OPEN, Pathway.Status.ON_HOLD], day_0__isnull=False)
        .exclude(patient=but.patient_id)
        .select_related("patient")
        .order_by("patient__sort_key", "patient_id")
    )
    granted = access.access_to_all(user, {pathway.patient_id for pathway in seen})
    return [pathway for pathway in seen if granted[pathway.patient_id].may(ways.permission)]


def re_enter(*, fact, to: Pathway, why: str, by: User, version: int, ways: Ways | None = None):
    """Strike a fact and record it on another patient's course.

    Raises Refused (field: right_patient) where that course cannot take it, `right_patient_not_yours` where the user may
    not write there; Conflict when somebody corrected or struck it meanwhile.
    """
    ways = ways or BEDSIDE
    with act(by=by, why=why):
        lock(fact.pathway.patient_id, to.patient_id)
        if to.pk not in {one.pk for one in candidates(by, fact.pathway, ways)}:
            raise Refused(Reason("right_patient_not_yours", FIELD))
        ways.strike(fact, why, by, version)
        try:
            made = ways.copy(fact, to, by)
        except Refused as refused:
            raise Refused(*(Reason(one.code, FIELD, one.values) for one in refused.reasons)) from refused
        made.came_from = fact
        made.save(update_fields=["came_from"])
        return made


def moved(user: User, fact) -> str:
    """Where a fact came from, or went to when it was struck; "" for one that stayed where it is."""
    if fact.came_from_id is not None:
        source = fact.came_from.pathway.patient
        if access.may_see(user, source.pk):
            return _("First recorded on %(number)s, and struck through there.") % {"number": source.number}
        return _("First recorded on another patient, and struck through there.")
    copy = type(fact).objects.filter(came_from=fact.pk).select_related("pathway__patient").first()
    if copy is None:
        return ""
    if access.may_see(user, copy.pathway.patient_id):
        return _("Recorded anew on %(number)s.") % {"number": copy.pathway.patient.number}
    return _("Recorded anew on the right patient.")


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


BEDSIDE = Ways("toxicity", "toxicity.record", _strike, _copy)

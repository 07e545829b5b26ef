"""Entered on the wrong patient: struck through there and recorded on the right one in one step, both or neither.

The two rows know each other (`came_from`); the other patient is named only to those who may see them. A fact that moves
so says whose it is (`patient`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.identity import access
from patients.identity.access import Access
from patients.identity.changes import lock
from patients.pathway.models import Pathway

FIELD = "right_patient"


@dataclass(frozen=True)
class Ways:
    """How a room's facts are struck through and recorded anew, and who may write them.

    `strike(fact, why, by, version)`; `copy(fact, to, by)` returns the new fact. `infused`: only a course with its day 0
    can take them. `rights`: facet and permission pairs, of which one is enough.
    """

    strike: Callable
    copy: Callable
    rights: tuple[tuple[str, str], ...]
    infused: bool = False

    @property
    def facet(self) -> str:
        return self.rights[0][0]


def candidates(user: User, but: Pathway, ways: Ways) -> list[Pathway]:
    """The courses to which a user may write such facts, in order of name, without the wrong patient's."""
    seen = (
        Pathway.objects.live()
        .visible_to(user, in_care=True)
        .filter(status__in=[Pathway.Status.OPEN, Pathway.Status.ON_HOLD])
        .exclude(patient=but.patient_id)
        .select_related("patient")
        .order_by("patient__sort_key", "patient_id")
    )
    if ways.infused:
        seen = seen.filter(day_0__isnull=False)
    granted = access.access_to_all(user, {pathway.patient_id for pathway in seen})
    return [pathway for pathway in seen if may_write(granted[pathway.patient_id], ways.rights)]


def may_write(granted: Access, rights: tuple[tuple[str, str], ...]) -> bool:
    """Whether somebody reads one of the facets and may write there."""
    return any(granted.reads(facet) and granted.may(permission) for facet, permission in rights)


def re_enter(*, fact, wrong: Pathway, to: Pathway, why: str, by: User, version: int, ways: Ways):
    """Strike a fact of the wrong course and record it on another patient's.

    Raises Refused (field: right_patient) where that course cannot take it, `right_patient_not_yours` where the user may
    not write there; Conflict when somebody corrected or struck it meanwhile.
    """
    with act(by=by, why=why):
        lock(wrong.patient_id, to.patient_id)
        if to.pk not in {one.pk for one in candidates(by, wrong, ways)}:
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
        source = fact.came_from.patient
        if access.may_see(user, source.pk):
            return _("First recorded on %(number)s, and struck through there.") % {"number": source.number}
        return _("First recorded on another patient, and struck through there.")
    copy = type(fact).objects.filter(came_from=fact.pk).first()
    if copy is None:
        return ""
    if access.may_see(user, copy.patient.pk):
        return _("Recorded anew on %(number)s.") % {"number": copy.patient.number}
    return _("Recorded anew on the right patient.")

"""The second person on the same screen: the own e-mail address and password prove who checks, and never a name.

A second factor is not asked for here (docs/decisions.md 13): this proves presence beside somebody who is logged
in, and opens no session.
"""

import hashlib

from django.contrib.auth import authenticate
from django.core.cache import cache

from patients.audit.actions import saw
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.identity.access import access_to
from patients.pathway.models import Pathway

MOST_WRONG = 5
FORGOTTEN_AFTER_SECONDS = 15 * 60


def _counters(asked_by: User, email: str) -> list[str]:
    """One counter for who sits at the screen, one for whose password is tried."""
    digest = hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
    return [f"second-person:by:{asked_by.pk}", f"second-person:of:{digest}"]


def prove(*, request, pathway: Pathway, email: str, password: str, facet: str) -> User:
    """The user whose e-mail address and password these are, when they may check identity for this patient.

    Raises Refused with the field it belongs to: wrong, tried too often, or not allowed. Counts only what is wrong.
    """
    counters = _counters(request.user, email)
    if any(cache.get(counter, 0) >= MOST_WRONG for counter in counters):
        raise Refused(Reason("too_many_passwords", "password"))
    person = authenticate(request, email=email.strip(), password=password)
    if person is None:
        for counter in counters:
            cache.add(counter, 0, FORGOTTEN_AFTER_SECONDS)
            cache.incr(counter)
        raise Refused(Reason("wrong_password", "password"))
    access = access_to(person, pathway.patient)
    if not access.may("identity.check") or not access.reads(facet):
        raise Refused(Reason("may_not_check", "email"))
    for counter in counters:
        cache.delete(counter)
    saw(by=person, what="identity:second_person", patient_ids=[pathway.patient_id], pathway_id=pathway.pk)
    return person

"""Whose password it is: of the second person on the same screen, or of who signs. It proves who, and never a name.

A second factor is not asked for here (docs/decisions.md 13): this proves presence beside somebody who is logged
in, and opens no session.
"""

import hashlib
from collections.abc import Callable

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

    def fault(person: User) -> Reason | None:
        access = access_to(person, pathway.patient)
        may = access.may("identity.check") and access.reads(facet)
        return None if may else Reason("may_not_check", "email")

    person = prove_colleague(request=request, email=email, password=password, fault=fault)
    saw(by=person, what="identity:second_person", patient_ids=[pathway.patient_id], pathway_id=pathway.pk)
    return person


def prove_colleague(*, request, email: str, password: str, fault: Callable[[User], Reason | None]) -> User:
    """The user whose e-mail address and password these are; `fault` says why they may not do it.

    Raises Refused with the field it belongs to. Counts only what is wrong.
    """
    person = _whose(request, email, password)
    if (reason := fault(person)) is not None:
        raise Refused(reason)
    _forget_the_wrong_ones(request.user, email)
    return person


def prove_signer(*, request, password: str) -> None:
    """Who is logged in signs with the own password. Raises Refused: wrong, or tried too often, limited as above."""
    email = request.user.email
    if _whose(request, email, password).pk != request.user.pk:
        raise Refused(Reason("wrong_password", "password"))
    _forget_the_wrong_ones(request.user, email)


def _whose(request, email: str, password: str) -> User:
    counters = _counters(request.user, email)
    if any(cache.get(counter, 0) >= MOST_WRONG for counter in counters):
        raise Refused(Reason("too_many_passwords", "password"))
    person = authenticate(request, email=email.strip(), password=password)
    if person is None:
        for counter in counters:
            cache.add(counter, 0, FORGOTTEN_AFTER_SECONDS)
            cache.incr(counter)
        raise Refused(Reason("wrong_password", "password"))
    return person


def _forget_the_wrong_ones(asked_by: User, email: str) -> None:
    for counter in _counters(asked_by, email):
        cache.delete(counter)

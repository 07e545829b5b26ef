"""Which of their roles a person wears: it changes what they see first, never what they may see or do."""

from dataclasses import dataclass

from django.http import HttpRequest

from patients.centres.models import Membership
from patients.identity.access import memberships
from patients.pathway.shown import role_name

SESSION_KEY = "hat"


@dataclass(frozen=True)
class Hat:
    """A role at a centre, and the shape of Today that belongs to it."""

    membership: Membership

    @property
    def code(self) -> str:
        return str(self.membership.pk)

    @property
    def words(self) -> str:
        return f"{role_name(self.membership.role)}, {self.membership.centre.name}"

    @property
    def page(self) -> str:
        """administrator (no patient) | nurse (bedside cards) | referrer | hub | steps (single steps only)."""
        reads = self.membership.role.reads
        if not reads:
            return "administrator"
        if "referring" in reads and self.membership.centre.kind == "referral":
            return "referrer"
        if "hub" in reads:
            return "hub"
        return "nurse" if "ward" in reads else "steps"


def worn(request: HttpRequest) -> Hat | None:
    """The hat that a person wears: the one chosen in this session, else the first of their roles."""
    held = {str(one.pk): one for one in memberships(request.user)}
    if not held:
        return None
    chosen = held.get(request.session.get(SESSION_KEY, ""))
    return Hat(chosen or next(iter(held.values())))


def others(request: HttpRequest, hat: Hat) -> list[Hat]:
    """The other hats that a person may put on."""
    return [Hat(one) for one in memberships(request.user) if one.pk != hat.membership.pk]


def put_on(request: HttpRequest, code: str) -> bool:
    """Put on a hat for this session; False when the person does not hold it."""
    if code not in {str(one.pk) for one in memberships(request.user)}:
        return False
    request.session[SESSION_KEY] = code
    return True

"""Reading: who works at a centre, as its administrator's page shows it."""

from dataclasses import dataclass, field

from django.db.models import Q

from patients.audit import clock
from patients.centres.models import Absence, Centre, Invitation, Membership, User


@dataclass
class Colleague:
    """A person of a centre with the roles held there and the absences to come."""

    user: User
    memberships: list[Membership] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)


def administered_by(user: User) -> list[Centre]:
    """The centres whose people a user manages, by name."""
    now = clock.now()
    return list(
        Centre.objects.filter(
            Q(memberships__ends_at__isnull=True) | Q(memberships__ends_at__gt=now),
            memberships__user=user,
            memberships__starts_at__lte=now,
            memberships__role__permissions__contains=["people.manage"],
        ).distinct()
    )


def belongs_to(user: User, centre: Centre) -> bool:
    """Whether a user holds any role at a centre now."""
    return Membership.objects.filter(user=user, centre=centre, ends_at__isnull=True).exists()


def colleagues(centre: Centre) -> list[Colleague]:
    """The people of a centre by name, each with roles and absences; three queries."""
    found: dict = {}
    rows = Membership.objects.filter(centre=centre, ends_at__isnull=True).select_related("user", "role")
    for membership in rows.order_by("user__last_name", "user__first_name", "role__order"):
        found.setdefault(membership.user_id, Colleague(membership.user)).memberships.append(membership)
    today = clock.today(centre.timezone)
    for absence in Absence.objects.filter(user__in=found, last_day__gte=today).select_related("deputy"):
        found[absence.user_id].absences.append(absence)
    return list(found.values())


def open_invitations(centre: Centre) -> list[Invitation]:
    """Invitations that nobody has taken up yet, the newest first."""
    return list(
        centre.invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
        .select_related("role")
        .order_by("-invited_at")
    )

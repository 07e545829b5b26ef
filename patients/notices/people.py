"""Who is meant: the people who hold a role at a centre now, with deputies for those who are away."""

from datetime import date

from django.db.models import Q

from patients.audit import clock
from patients.centres.models import Absence, Centre, Membership, User

LONGEST_CHAIN = 3  # of deputies who are away themselves


def stand_in(user: User, today: date) -> User | None:
    """Whom to turn to for a user on a local day: themselves, else a deputy who is there, else None."""
    asked = user
    for _ in range(LONGEST_CHAIN):
        away = Absence.objects.filter(user=asked, first_day__lte=today, last_day__gte=today)
        absence = away.select_related("deputy").order_by("deputy_id").first()
        if absence is None:
            return asked if asked.is_active else None
        if absence.deputy is None:
            return None
        asked = absence.deputy
    return None


def holding(role: str, centre: Centre) -> list[User]:
    """The active people who hold a role at a centre now, in the order of their names; nobody stands in."""
    now = clock.now()
    held = Membership.objects.filter(role=role, centre=centre, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("last_name", "first_name"))


def to_tell(role: str, centre: Centre) -> list[User]:
    """Whom to tell at a centre by role: holders who are there and deputies of those who are not.

    When all are away without a deputy all holders are told nevertheless: no notice is lost because of a holiday.
    """
    holders = holding(role, centre)
    today = clock.today(centre.timezone)
    present = {found.pk: found for found in (stand_in(user, today) for user in holders) if found is not None}
    return list(present.values()) or holders


def instead_of(user: User, role: str, centre: Centre) -> list[User]:
    """Whom to tell in place of a named person: themselves or a deputy; when they have left, all who hold the role."""
    found = stand_in(user, clock.today(centre.timezone))
    if found is not None:
        return [found]
    return [user] if user.is_active and not to_tell(role, centre) else to_tell(role, centre)

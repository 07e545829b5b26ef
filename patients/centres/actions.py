"""Who works where: invitations, roles, absences, and a centre's settings."""

import hashlib
import secrets
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Conflict, Reason, Refused
from patients.centres import mail
from patients.centres.models import Absence, Centre, ClosedDay, Invitation, Membership, Role, User

INVITATION_DAYS = 7


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def invite(
    *, email: str, first_name: str, last_name: str, centre: Centre, role: Role, by, language: str = "it"
) -> tuple[Invitation | None, str | None]:
    """Give somebody a role at a centre. One who has an account gets it at once; others get a one-time link by mail.

    Returns the invitation and its address (both None for one who has an account). Refused when the role does not
    belong at such a centre or is held already.
    """
    email = email.lower()
    with act(by=by, why="invitation"):
        if role.centre_kind not in ("", centre.role_kind):
            raise Refused(Reason("role_not_here", "role"))
        user = User.objects.filter(email__iexact=email).first()
        if user is not None:
            give_role(user=user, centre=centre, role=role, by=by)
            return None, None
        key = secrets.token_urlsafe(32)
        now = clock.now()
        Invitation.objects.filter(
            email=email, centre=centre, role=role, accepted_at__isnull=True, withdrawn_at__isnull=True
        ).update(withdrawn_at=now)
        invitation = Invitation.objects.create(
            email=email,
            first_name=first_name,
            last_name=last_name,
            centre=centre,
            role=role,
            key_hash=_hash(key),
            invited_at=now,
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
        address = f"{settings.SITE_URL}{reverse('centres:accept', args=[key])}"
        with translation.override(language):
            mail.post(
                to=email,
                subject=_("Invitation to CARPath"),
                body=_(
                    "%(centre)s invites you to CARPath.\n\n"
                    "Choose your password here, within %(days)s days:\n%(address)s\n"
                )
                % {"centre": centre.name, "days": INVITATION_DAYS, "address": address},
                key=f"invitation:{invitation.pk}",
                by=by,
                centre=centre,
            )
        return invitation, address


def open_invitation(key: str) -> Invitation | None:
    """The invitation that a one-time key opens: neither taken, withdrawn nor expired."""
    return (
        Invitation.objects.filter(
            key_hash=_hash(key), accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=clock.now()
        )
        .select_related("centre", "role")
        .first()
    )


def accept(*, key: str, password: str, language: str) -> User:
    """Take up an invitation: makes the user, with a verified address and the role. Refused when the link is spent."""
    with act(by="system:invitations", why="invitation accepted"):
        invitation = Invitation.objects.select_for_update().filter(key_hash=_hash(key)).first()
        if invitation is None or open_invitation(key) is None:
            raise Refused(Reason("invitation_spent"))
        user = User.objects.filter(email__iexact=invitation.email).first()
        if user is not None:
            raise Refused(Reason("invitation_spent"))
        user = User.objects.create_user(
            invitation.email,
            password,
            first_name=invitation.first_name,
            last_name=invitation.last_name,
            language=language,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        give_role(user=user, centre=invitation.centre, role=invitation.role, by="system:invitations")
        invitation.accepted_at, invitation.accepted_by = clock.now(), user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        return user


def withdraw(*, invitation: Invitation, by) -> None:
    """Take an invitation back; its link is dead from now on."""
    with act(by=by, why="invitation withdrawn"):
        Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True).update(
            withdrawn_at=clock.now()
        )


def give_role(*, user: User, centre: Centre, role: Role, by) -> Membership:
    """Let a user hold a role at a centre from now on. Refused when it is held already, or is not for such a centre."""
    with act(by=by, why="role given"):
        if role.centre_kind not in ("", centre.role_kind):
            raise Refused(Reason("role_not_here", "role"))
        if Membership.objects.filter(user=user, centre=centre, role=role, ends_at__isnull=True).exists():
            raise Refused(Reason("role_held", "role"))
        return Membership.objects.create(user=user, centre=centre, role=role, starts_at=clock.now())


def end_role(*, membership: Membership, by: User) -> None:
    """End a role now. A centre's last administrator cannot go, so that somebody can always let others in."""
    with act(by=by, why="role ended"):
        Centre.objects.select_for_update().get(pk=membership.centre_id)
        fellows = Membership.objects.filter(
            centre=membership.centre_id, role=membership.role_id, ends_at__isnull=True
        ).exclude(pk=membership.pk)
        if "people.manage" in membership.role.permissions and not fellows.exists():
            raise Refused(Reason("last_administrator"))
        Membership.objects.filter(pk=membership.pk, ends_at__isnull=True).update(
            ends_at=max(clock.now(), membership.starts_at)
        )


def record_absence(*, user: User, first_day: date, last_day: date, deputy: User | None, by: User) -> Absence:
    """Somebody is away from one day to another (inclusive); a deputy of the same centre stands in."""
    with act(by=by, why="absence"):
        if last_day < first_day:
            raise Refused(Reason("ends_before_start", "last_day"))
        if deputy is not None and deputy.pk == user.pk:
            raise Refused(Reason("own_deputy", "deputy"))
        return Absence.objects.create(user=user, first_day=first_day, last_day=last_day, deputy=deputy)


def end_absence(*, absence: Absence, by: User) -> None:
    """Take an absence back; history keeps that it was there."""
    with act(by=by, why="absence taken back"):
        absence.delete()


def change_settings(*, centre: Centre, version: int, by: User, **fields) -> Centre:
    """Change a centre's telephone numbers, town and usual hub. Raises Conflict when somebody else was quicker."""
    with act(by=by, why="centre settings"):
        current = Centre.objects.select_for_update().get(pk=centre.pk)
        if current.version != version:
            raise Conflict(current)
        for name, value in fields.items():
            setattr(current, name, value)
        current.version += 1
        current.save()
        return current


def close_day(*, centre: Centre, day: date, name: str, by: User) -> ClosedDay:
    """A day on which the centre is closed beside the national holidays. Refused when it is closed already."""
    with act(by=by, why="closed day"):
        if ClosedDay.objects.filter(centre=centre, day=day).exists():
            raise Refused(Reason("day_closed_already", "day"))
        return ClosedDay.objects.create(centre=centre, day=day, name=name)


def reopen_day(*, closed_day: ClosedDay, by: User) -> None:
    """The centre works on that day after all."""
    with act(by=by, why="closed day taken back"):
        closed_day.delete()

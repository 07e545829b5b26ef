"""Centres, users and the roles that a user holds at them."""

from zoneinfo import available_timezones

import pgtrigger
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import Row, VersionedRow


def _known_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("unknown time zone")


@tracked()
class Centre(VersionedRow):
    """A hospital's unit that refers (a referral centre), treats (a hub centre), or holds an imported study."""

    class Kind(models.TextChoices):
        REFERRAL = "referral"
        HUB = "hub"
        STUDY = "study"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=Kind)
    town = models.CharField(max_length=80, blank=True)
    timezone = models.CharField(max_length=60, default="Europe/Rome", validators=[_known_timezone])
    phone = models.CharField(max_length=40, blank=True)
    on_call_phone = models.CharField(max_length=40, blank=True)
    usual_hub = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="spokes")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(usual_hub__isnull=True) | Q(kind="referral"), name="only_spokes_have_a_hub"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def role_kind(self) -> str:
        """The kind of centre whose roles people hold here: a study's courses are read as a hub's."""
        return self.Kind.HUB if self.kind == self.Kind.STUDY else self.kind


class UserManager(BaseUserManager):
    """Makes users by e-mail address; allauth and createsuperuser call it."""

    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str):
        return self.get(email__iexact=email)


@tracked(exclude=("password", "last_login"))
class User(AbstractUser, Row):
    """A named person who logs in with an e-mail address. Never deleted, only deactivated."""

    username = None
    email = models.EmailField(unique=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, choices=[("it", "Italiano"), ("en", "English")], default="it")
    is_demonstration = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    class Meta(AbstractUser.Meta):
        ordering = ["last_name", "first_name"]
        triggers = [pgtrigger.Protect(name="users_are_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


@tracked()
class Role(models.Model):
    """What a kind of colleague may do and read: data from seeds/roles.yaml.

    `reads`: per kind of care link, the facets of a patient that the role sees through it.
    """

    code = models.CharField(primary_key=True, max_length=40)
    order = models.PositiveSmallIntegerField()
    name_it = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    sentence_it = models.CharField(max_length=240)
    sentence_en = models.CharField(max_length=240)
    centre_kind = models.CharField(max_length=10, choices=Centre.Kind, blank=True)  # empty: at any centre
    permissions = ArrayField(models.CharField(max_length=40))
    reads = models.JSONField(default=dict)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.code


@tracked()
class Membership(Row):
    """A role that a user holds at a centre for a time. With CareLink the only thing that access looks at."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["user", "centre", "role"], condition=Q(ends_at__isnull=True), name="one_open_membership"
            ),
        ]
        indexes = [models.Index(fields=["centre", "role"], name="membership_by_centre")]


@tracked()
class Absence(Row):
    """A time in which somebody is away, and the colleague who stands in."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="deputising")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=~Q(deputy=F("user")), name="nobody_deputises_for_themselves"),
        ]


@tracked()
class ClosedDay(Row):
    """A day on which a centre is closed beside the national holidays (its patron's day, say)."""

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="closed_days")
    day = models.DateField()
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "day"], name="one_closed_day")]


@tracked(exclude=("key_hash",))
class Invitation(Row):
    """An open door for one person: a role at a centre, taken up by a one-time link that only the mail holds."""

    email = models.EmailField()
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="invitations")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accepted_by_somebody",
            ),
        ]

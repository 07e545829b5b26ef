"""People and centres for the tests of notices and reminders; made by the application's own role, inside an action."""

from datetime import UTC, datetime
from itertools import count

from patients.audit import installation
from patients.audit.actions import act
from patients.centres.models import Absence, Centre, Membership, User

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_numbers = count(1)


def hub(code: str = "hub", **fields) -> Centre:
    with act(by="system:test"):
        return Centre.objects.create(
            code=code, name=f"Policlinico {code}", kind="hub", on_call_phone="0550001", phone="0550002", **fields
        )


def spoke(usual_hub: Centre, code: str = "spoke", **fields) -> Centre:
    with act(by="system:test"):
        return Centre.objects.create(code=code, name=f"Ospedale {code}", kind="referral", usual_hub=usual_hub, **fields)


def member(centre: Centre, *roles: str, **fields) -> User:
    """A user who holds roles at a centre since long ago."""
    number = next(_numbers)
    with act(by="system:test"):
        user = User.objects.create_user(
            f"person{number}@{centre.code}.example",
            **{"first_name": "Anna", "last_name": f"Persona {number:03}", **fields},
        )
        for role in roles:
            Membership.objects.create(user=user, centre=centre, role_id=role, starts_at=LONG_AGO)
    return user


def away(user: User, first_day, last_day, deputy: User | None = None) -> Absence:
    with act(by="system:test"):
        return Absence.objects.create(user=user, first_day=first_day, last_day=last_day, deputy=deputy)


def mute() -> None:
    """This is a restored copy."""
    installation.fix_as_running()
    installation.mute(by="system:test", why="restored")


def release() -> None:
    """A named person lets the restored copy speak."""
    installation.release(by="system:test", why="looked at")

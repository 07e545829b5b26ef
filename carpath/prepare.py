"""Makes the database ready: migrated, rights checked, reference data loaded; at the app's start also its kind fixed.

Run as `python -m carpath.prepare [serve]` in a complete environment. With `serve` it prints the log-ins of a
demonstration on standard output, one `address TAB who` per line.
"""

import os
import sys

import django
from django.core.management import CommandError, call_command, get_commands
from django.db import transaction

from carpath.parts import say


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carpath.settings")
    django.setup()
    try:
        _prepare()
        if arguments == ["serve"]:
            _fix_kind()
    except CommandError as error:
        say(str(error))
        return 1
    return 0


def _prepare() -> None:
    from patients.management import rights

    call_command("migrate", verbosity=0, interactive=False)
    faults = rights.faults()
    if faults:
        raise CommandError(
            f"CARPath does not start: {'; '.join(faults)}. Give the application a role of its own (docs/operations.md)."
        )
    with open(os.devnull, "w") as nowhere:  # what was loaded interests nobody at every start
        call_command("load_seeds", verbosity=0, stdout=nowhere, stderr=nowhere)


def _fix_kind() -> None:
    """The first start decides for ever what this database is; a demonstration gets its network in the same step."""
    from django.conf import settings

    from patients.audit import installation
    from patients.models import User

    with transaction.atomic():
        installation.fix_as_running()
        people = User.objects.filter(is_demonstration=True)
        if settings.DEMO and not people.exists() and "load_demonstration" in get_commands():
            say("Loading the demonstration network …")
            call_command("load_demonstration", stdout=sys.stderr)  # ours is for the log-ins
    if settings.DEMO:
        for user in people.filter(is_active=True).order_by("email"):
            sys.stdout.write(f"{user.email}\t{_who(user)}\n")


def _who(user) -> str:
    """What a user is, centre by centre."""
    hats = user.memberships.filter(ends_at=None).select_related("role", "centre").order_by("role__order")
    roles_at: dict[str, list[str]] = {}
    for hat in hats:
        roles_at.setdefault(hat.centre.name, []).append(hat.role.name_en)
    return "; ".join(f"{', '.join(roles)} at {centre}" for centre, roles in roles_at.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

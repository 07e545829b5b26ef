"""Lets the first administrator of a centre in: prints a one-time link."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from patients.audit import installation
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.centres import actions
from patients.centres.models import Centre, Role


class Command(BaseCommand):
    help = "Make a centre if it is new, and invite its first administrator: prints the one-time link."
    requires_system_checks = []  # script/check runs them: reading every page costs a second

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")
        parser.add_argument("--given-name", required=True)
        parser.add_argument("--family-name", required=True)
        parser.add_argument("--centre", required=True, help="the centre's short code, in lower case")
        parser.add_argument("--name", help="the centre's name, when it is new")
        parser.add_argument("--kind", choices=[Centre.Kind.HUB, Centre.Kind.REFERRAL], help="when it is new")

    def handle(self, *args, **options) -> None:
        if settings.DEMO:
            raise CommandError("This is a demonstration, which has its log-ins: set CARPATH_DEMO=0 for the real thing.")
        with act(by="system:installation", why="first administrator"):
            installation.fix_as_running()
            centre = self._centre(options)
            try:
                _, address = actions.invite(
                    email=options["email"],
                    first_name=options["given_name"],
                    last_name=options["family_name"],
                    centre=centre,
                    role=Role.objects.get(code="centre_administrator"),
                    by="system:installation",
                )
            except Refused as refused:
                raise CommandError(f"{options['email']}: {refused}") from refused
        self.stdout.write(address or f"{options['email']} has an account and now administers {centre.name}.")

    def _centre(self, options) -> Centre:
        centre = Centre.objects.filter(code=options["centre"]).first()
        if centre is not None:
            return centre
        if not options["name"] or not options["kind"]:
            raise CommandError(f"there is no centre {options['centre']!r}: give --name and --kind to make it")
        return Centre.objects.create(code=options["centre"], name=options["name"], kind=options["kind"])

"""Brings a study's daily grades in: `import_toxicity FILE --study NAME [--centre CODE] [--skip-bad]`."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from patients.audit.refusals import Refused
from patients.centres.models import Centre, Membership
from patients.exchange import actions, daily_grades
from patients.exchange.daily_grades import FaultyFile

FIRST_HUBS_COORDINATOR = "coordinator@hub.example"  # a demonstration's log-in
EVERY = 500  # rows between two lines of progress, where nobody watches


class Command(BaseCommand):
    help = "Import daily CRS and ICANS grades of a study (CSV or XLSX), as closed pathways marked imported."
    requires_system_checks = []  # script/check runs them: reading every page costs a second

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--study", required=True, help="the study's name")
        parser.add_argument("--centre", help="code of the centre they belong to; without it a centre “Study NAME”")
        parser.add_argument("--skip-bad", action="store_true", help="leave out faulty rows (never a faulty file)")

    def handle(self, *args, **options) -> None:
        study = options["study"].strip()
        if not study or len(study) > 120:
            raise CommandError("--study: a name of 1 to 120 characters is needed")
        centre = self._centre(options["centre"])
        try:
            table = daily_grades.read(options["file"])
        except FaultyFile as faulty:
            self._list(faulty.faults)
            raise CommandError(f"{options['file'].name}: refused, nothing was imported.") from faulty
        self._list(table.faults)
        if table.faults and not options["skip_bad"]:
            raise CommandError(f"{len(table.faults)} faults: nothing was imported.")
        if not table.rows:
            raise CommandError("no row is without fault: nothing was imported.")
        try:
            told = actions.bring_in(
                study=study,
                rows=table.rows,
                by=actions.import_user(),
                centre=centre,
                progress=lambda done: self._progress(done, len(table.rows)),
            )
        except Refused as refused:
            raise CommandError(self._refusal(refused, study)) from refused
        if settings.DEMO and told.centre.kind == Centre.Kind.STUDY:
            self._open_to_the_demonstration(told.centre)
        self._say(study, told, table)

    def _open_to_the_demonstration(self, centre: Centre) -> None:
        """In a demonstration nobody administers a study's centre: the first hub's people become its members."""
        held = Membership.objects.filter(user__email=FIRST_HUBS_COORDINATOR, user__is_demonstration=True)
        hub = Centre.objects.filter(kind=Centre.Kind.HUB, memberships__in=held).first()
        if hub is not None:
            actions.name_members_like(centre=centre, hub=hub, by=actions.import_user())

    def _centre(self, code: str | None) -> Centre | None:
        if code is None:
            return None
        centre = Centre.objects.filter(code=code).first()
        if centre is None:
            raise CommandError(f"--centre: there is no centre {code!r}")
        return centre

    def _list(self, faults) -> None:
        for fault in faults:
            self.stderr.write(str(fault))

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done} of {total} rows", ending="\n" if done == total else "")
        elif done == total or done // EVERY != (done - 1) // EVERY:
            self.stderr.write(f"{done} of {total} rows")

    def _refusal(self, refused: Refused, study: str) -> str:
        held_by = refused.reasons[0].values["centre"]
        return f"the study {study!r} already belongs to the centre {held_by!r}: nothing was imported."

    def _say(self, study: str, told, table) -> None:
        for name in told.product_not_known:
            self.stderr.write(f"warning: {name}: the prefix names no product, it is not known")
        for name in told.kept:
            self.stderr.write(f"warning: {name} is not in this file; what was imported of it stays")
        if not told.changed:
            self.stderr.write(f"{study}: nothing changed.")
            return
        self.stderr.write(
            f"{study}: {told.patients} new patients, {told.grades} grades, {told.versions} new versions, "
            f"{told.treatments} treatment days, {told.struck} struck; {len(table.faults)} faults left out. "
            f"Centre: {told.centre.name} ({told.centre.code})."
        )

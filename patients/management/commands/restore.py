"""Brings a backup back into an empty data folder; the copy sends nothing until somebody releases it."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from carpath import backups
from patients.audit import installation


class Command(BaseCommand):
    help = "Restore a backup into an empty data folder (and an empty database). The copy is muted."
    requires_system_checks = []  # script/check runs them: reading every page costs a second

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options) -> None:
        try:
            manifest = backups.restore(
                options["file"].absolute(), owner=settings.DATABASE_OWNER, data=settings.DATA_DIR
            )
        except backups.BackupRefused as refused:
            raise CommandError(str(refused)) from None
        call_command("migrate", verbosity=0, interactive=False)  # also gives the application its rights
        installation.mute(by="system:restore", why=f"restored from the backup of {manifest['made_at']}")
        self.stderr.write(
            f"Restored as of {manifest['made_at']}; every table holds what was saved. This copy sends nothing until"
            " somebody releases it: script/manage release_muted"
        )

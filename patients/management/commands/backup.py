"""Saves the whole installation in one file."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from carpath import backups


class Command(BaseCommand):
    help = "Save database, secret key and files in one file (mode 0600). The app may run meanwhile."
    requires_system_checks = []  # script/check runs them: reading every page costs a second

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="the file to make; must not exist")

    def handle(self, *args, **options) -> None:
        try:
            manifest = backups.write(
                options["file"].absolute(),
                owner=settings.DATABASE_OWNER,
                data=settings.DATA_DIR,
                secret_key=settings.SECRET_KEY,
                release=settings.RELEASE,
            )
        except backups.BackupRefused as refused:
            raise CommandError(str(refused)) from None
        rows = sum(entry[0] for name, entry in manifest["contents"].items() if not name.startswith("sequence "))
        self.stderr.write(
            f"{options['file']}: {rows} rows saved. It holds the secret key: keep it as safe as the data."
        )

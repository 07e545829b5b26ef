"""`take_bounce`: read a mail server's notice of a returned mail (RFC 3464) on standard input.

The mail server pipes what arrives at the address of EMAIL_FROM here. Exit 65 (EX_DATAERR) for a message that is no such
notice or speaks of no mail of ours, so that the server keeps it for a person.
"""

import sys

from django.core.management.base import BaseCommand, CommandError

from patients.notices import bounces

NOT_OURS = 65


class Command(BaseCommand):
    help = "Note a returned mail (a delivery status notification on standard input) and tell its sender."
    requires_system_checks = []  # script/check runs them: reading every page costs a second
    requires_migrations_checks = False

    def handle(self, *args, **options) -> None:
        try:
            delivery = bounces.take(sys.stdin.buffer.read(bounces.LARGEST_BYTES + 1))
        except bounces.NotABounce as reason:
            raise CommandError(f"Not taken: {reason}.", returncode=NOT_OURS) from reason
        self.stderr.write("Noted." if delivery else "Only late, or arrived: nothing to note.")

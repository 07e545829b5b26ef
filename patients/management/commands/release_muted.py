"""Lists what a restored copy holds back, and lets a named person release it."""

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Min

from patients.audit import clock, installation
from patients.centres.models import User
from patients.notices.models import Delivery
from patients.notices.outbox import UNSENT


class Command(BaseCommand):
    help = "List what a restored copy would send; with --by, release it."
    requires_system_checks = []  # script/check runs them: reading every page costs a second

    def add_arguments(self, parser) -> None:
        parser.add_argument("--by", metavar="EMAIL", help="who releases it: the address of an active user")

    def handle(self, *args, **options) -> None:
        if not installation.is_muted():
            raise CommandError("Nothing is held back: this installation is not muted.")
        self._list()
        if options["by"] is None:
            self.stderr.write("Nothing was released. To release it, give --by and your address.")
            return
        user = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"{options['by']} is no active user.")
        installation.release(by=user, why="released a restored copy")
        self.stderr.write(f"Released by {user}. It is sent from the next tick on.")

    def _list(self) -> None:
        waiting = Delivery.objects.filter(UNSENT, due_at__lte=clock.now())
        for row in waiting.values("kind").annotate(count=Count("pk"), oldest=Min("due_at")).order_by("kind"):
            self.stdout.write(
                f"{row['kind']}: {row['count']} waiting, the oldest since {row['oldest']:%Y-%m-%d %H:%M} UTC"
            )
        if not waiting.exists():
            self.stdout.write("No mail is waiting.")

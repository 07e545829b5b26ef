"""Loads the demonstration: an invented network and invented patients over all stages, through the rooms' actions."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F, Q

from patients.audit import clock
from patients.audit.actions import act
from patients.centres.models import User
from patients.management.demonstration import network, telling, watches
from patients.notices.models import Delivery, Notice
from patients.notices.outbox import UNSENT
from patients.reminders.models import Reminder, ReminderTelling


class Command(BaseCommand):
    help = "Load the demonstration network and its invented patients, once; only into a demonstration."

    def handle(self, *args, **options) -> None:
        if not settings.DEMO:
            raise CommandError("This is no demonstration (CARPATH_DEMO is off): invented patients are not loaded.")
        with transaction.atomic():
            if User.objects.filter(is_demonstration=True).exists():
                self.stderr.write("The demonstration is already loaded.")
                return
            made = network.make()
            told = telling.tell(made, clock.today("Europe/Rome"))
            watched = watches.watch(made, clock.today("Europe/Rome"))
            _let_the_past_rest()
        self.stderr.write(
            f"Loaded {len(made.centres)} centres, {len(made.people)} people, {len(told) + len(watched)} patients."
        )


def _let_the_past_rest() -> None:
    """What fell due before the loading counts as told on its day: none of it is mailed, none waits for release."""
    now = clock.now()
    with act(by=network.BY, why="demonstration"):
        past = ReminderTelling.objects.filter(Q(waiting=True) | Q(held=True), at__lte=now)
        Reminder.objects.filter(tellings__in=past, told_at__isnull=True).update(told_at=F("due_at"))
        past.update(waiting=False, held=False, told_at=F("at"))
        Delivery.objects.filter(UNSENT, due_at__lte=now).update(withdrawn_at=now)
        Notice.objects.filter(urgent=True, acknowledged_at__isnull=True, settled_at__isnull=True).update(settled_at=now)
        Notice.objects.filter(delivery__withdrawn_at=now, read_at__isnull=True, urgent=False).update(
            read_at=F("created_at")
        )
        Notice.objects.filter(kind="reminders_held", settled_at__isnull=True).update(settled_at=now)

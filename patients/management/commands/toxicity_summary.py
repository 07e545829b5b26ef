"""Prints what a study's daily grades say: `toxicity_summary --study NAME [--json]`."""

import json

from django.core.management.base import BaseCommand, CommandError

from patients.exchange import actions, rules


class Command(BaseCommand):
    help = "Summarise an imported study: per patient and for the cohort."
    requires_system_checks = []  # script/check runs them: reading every page costs a second

    def add_arguments(self, parser) -> None:
        parser.add_argument("--study", required=True)
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout, nothing else")

    def handle(self, *args, **options) -> None:
        courses = actions.courses(options["study"].strip())
        if not courses:
            raise CommandError(f"there is no study {options['study']!r}")
        told = rules.summarise(courses)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for name, value in told["summary"].items():
            self.stdout.write(f"{name}: {json.dumps(value, ensure_ascii=False)}")

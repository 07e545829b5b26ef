"""`calculate KIND [FILE|-]`: run a rule of patients/clinical over a list of cases. Needs no database and no server."""

import json
import sys
import traceback
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from patients.clinical import cases

REFUSED = 2


class Command(BaseCommand):
    help = "Answer a JSON list of test cases by a clinical rule. Standard output holds the JSON list of answers alone."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("kind", metavar="KIND", help=", ".join(cases.KINDS))
        parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="JSON list of cases; - or none: stdin")

    def handle(self, *args, kind: str, file: str, **options):
        if kind not in cases.KINDS:
            raise CommandError(f"unknown kind {kind!r}; known: {', '.join(cases.KINDS)}", returncode=REFUSED)
        answers = [self.answer(kind, case) for case in read_cases(file)]
        self.stdout.write(json.dumps(answers, indent=1, allow_nan=False))

    def answer(self, kind: str, case: Any) -> dict[str, Any]:
        """One faulty case, or a fault of ours in one case, never stops the others: it is answered and told."""
        try:
            return json.loads(json.dumps(cases.answer(cases.KINDS[kind], case), allow_nan=False))
        except Exception as fault:
            self.stderr.write(traceback.format_exc())
            return {
                "id": cases.id_of(case),
                "error": f"this case could not be calculated: {fault!r}",
                "field": None,
            }


def read_cases(file: str) -> list[Any]:
    """The list of cases; anything but a JSON list is refused as a whole."""
    try:
        text = (sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()).decode("utf-8-sig")
        read = json.loads(text, parse_float=Decimal, parse_int=read_int, object_pairs_hook=cases.json_object)
    except OSError as error:
        raise CommandError(f"cannot read {file}: {error.strerror}", returncode=REFUSED) from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"not JSON: {error}", returncode=REFUSED) from error
    if not isinstance(read, list):
        raise CommandError('not a JSON list of {"id", "input"}', returncode=REFUSED)
    return read


def read_int(digits: str) -> int | Decimal:
    """Python refuses to read integers of thousands of digits; such a number is implausible, not unreadable."""
    try:
        return int(digits)
    except ValueError:
        return Decimal(digits)

"""What a hub promises: how long it gives each step. Its own figures stand before everybody's (seeds/promises.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from patients.audit.actions import act
from patients.centres.models import Centre, User
from patients.identity import changes
from patients.pathway.models import Pathway, Promise
from patients.pathway.steps import STEP_RULES

LONGEST_DAYS = 365


@dataclass(frozen=True)
class Length:
    """How long a step may take; `working_days`: Saturdays, Sundays and closed days are not counted."""

    days: int
    working_days: bool


def everybodys() -> dict[str, Promise]:
    """The promises that count where a hub has said nothing else, by code in the order of the map of steps."""
    rows = {row.code: row for row in Promise.objects.filter(centre__isnull=True).order_by("code")}
    of_steps = [rule.promise for rule in STEP_RULES if rule.promise in rows]
    return {code: rows[code] for code in [*of_steps, *rows]}


def own(hub: Centre) -> dict[str, Promise]:
    """The promises that a hub has made its own, by code."""
    return {row.code: row for row in Promise.objects.filter(centre__in=[hub.pk])}


def lengths(hub: Centre) -> dict[str, Length]:
    """What counts at a hub, by code."""
    rows = Promise.objects.filter(Q(centre=hub) | Q(centre__isnull=True))
    standing = sorted(rows, key=lambda row: row.centre_id is not None)  # its own come last and win
    return {row.code: Length(row.days, row.working_days) for row in standing}


def change(*, hub: Centre, given: Mapping[str, Length], by: User, why: str) -> int:
    """Let these lengths count at a hub; its open steps follow at once, what is done stays.

    One that equals everybody's needs no row of the hub. Returns how many promises have changed.
    """
    with act(by=by, why=why):
        before, usual, kept = lengths(hub), everybodys(), own(hub)
        changed = {code: length for code, length in given.items() if before[code] != length}
        for code, length in changed.items():
            if length == Length(usual[code].days, usual[code].working_days):
                kept[code].delete()
            else:
                row = kept.get(code) or Promise(centre=hub, code=code)
                row.days, row.working_days, row.source = length.days, length.working_days, f"hub:{hub.code}"[:80]
                row.save()
        if changed:
            _plan_again(hub)
        return len(changed)


def _plan_again(hub: Centre) -> None:
    open_ones = Pathway.objects.live().filter(hub=hub).exclude(status=Pathway.Status.CLOSED)
    patient_ids = sorted(set(open_ones.values_list("patient_id", flat=True)))
    changes.lock(*patient_ids)
    for patient_id in patient_ids:
        changes.replan(patient_id)

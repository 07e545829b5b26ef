"""Loads seeds/schedules.yaml: everybody's schedule of reminders."""

from datetime import date, time
from pathlib import Path

from patients.audit import seeding
from patients.centres.models import Role
from patients.pathway.milestones import BY_CODE
from patients.pathway.steps import STEP_RULES
from patients.products.models import Product
from patients.reminders import rules
from patients.reminders.models import ScheduleTemplate

SCHEMA = {
    "rule": seeding.Field(str),
    "product": seeding.Field(str, required=False),
    "kind": seeding.Field(str, choices=frozenset(rules.KINDS)),
    "days": seeding.Field(int, required=False),
    "months": seeding.Field(int, required=False),
    "until_day": seeding.Field(int, required=False),
    "window": seeding.Field(list, required=False),
    "at_time": seeding.Field(str, required=False),
    "owner_role": seeding.Field(str),
    "owner_at": seeding.Field(str, required=False, choices=frozenset({rules.HUB, rules.REFERRING})),
    "levels": seeding.Field(list),
    "milestone": seeding.Field(str, required=False),
    "source": seeding.Field(str),
    "valid_from": seeding.Field(date, required=False),
}
LEVEL_FIELDS = {"after_days": int, "role": str, "at": str, "urgent": bool}
# Summer time begins and ends in these hours somewhere in Europe; a wall clock there shows no time twice outside them.
NIGHT = (time(0, 0), time(4, 0))


def load(folder: Path) -> int:
    """Load everybody's schedule; idempotent. A hub's own rows are left as they are. Raises SeedError."""
    rows = seeding.read(folder / "schedules.yaml", SCHEMA)
    known = _Known()
    for order, row in enumerate(rows, start=1):
        known.check(row)
        ScheduleTemplate.objects.update_or_create(
            hub=None,
            product_id=row.get("product"),
            rule=row["rule"],
            valid_to=None,
            defaults={
                "order": order,
                "kind": row["kind"],
                "days": row.get("days"),
                "months": row.get("months"),
                "until_day": row.get("until_day"),
                "window": row.get("window"),
                "at_time": time.fromisoformat(row.get("at_time", "06:00")),
                "owner_role_id": row["owner_role"],
                "owner_at": row.get("owner_at", rules.HUB),
                "levels": row["levels"],
                "milestone": row.get("milestone", ""),
                "source": row["source"],
                "valid_from": row.get("valid_from", date(2020, 1, 1)),
            },
        )
    return len(rows)


class _Known:
    """What a row may name."""

    def __init__(self):
        self.roles = set(Role.objects.values_list("pk", flat=True))
        self.products = set(Product.objects.values_list("pk", flat=True))
        self.steps = {f"{rules.ANY_STEP}:{rule.code}" for rule in STEP_RULES} | {rules.ANY_STEP}

    def check(self, row: seeding.SeedRow) -> None:
        """Refuse what the schema cannot judge: names that lead nowhere, a day that is said twice or not at all."""
        if row.get("product") and row["product"] not in self.products:
            raise row.refuse("product", f"{row['product']!r} is no product")
        if row["owner_role"] not in self.roles:
            raise row.refuse("owner_role", f"{row['owner_role']!r} is no role")
        if row.get("milestone") and row["milestone"] not in BY_CODE:
            raise row.refuse("milestone", f"{row['milestone']!r} is no milestone")
        if row["kind"] == rules.STEP and row["rule"] not in self.steps:
            raise row.refuse("rule", f"{row['rule']!r} is no step")
        given = [name for name in ("days", "months") if row.get(name) is not None]
        if len(given) != (0 if row["kind"] == rules.STEP else 1):
            raise row.refuse("days", "give days or months after day 0, one of them (none for a step)")
        at_time = time.fromisoformat(row.get("at_time", "06:00"))
        if NIGHT[0] <= at_time < NIGHT[1]:
            raise row.refuse("at_time", "lies in the hours in which clocks are changed")
        self._levels(row)

    def _levels(self, row: seeding.SeedRow) -> None:
        if not row["levels"]:
            raise row.refuse("levels", "nobody is told")
        for level in row["levels"]:
            if not isinstance(level, dict) or "after_days" not in level:
                raise row.refuse("levels", f"{level!r} does not say after how many days")
            for name, value in level.items():
                if not isinstance(value, LEVEL_FIELDS.get(name, ())):
                    raise row.refuse("levels", f"{name}: {value!r} cannot be read")
            if level.get("role") not in {None, *self.roles}:
                raise row.refuse("levels", f"{level['role']!r} is no role")
            if level.get("at", rules.HUB) not in (rules.HUB, rules.REFERRING):
                raise row.refuse("levels", f"{level['at']!r} is neither hub nor referring")
        after = [level["after_days"] for level in row["levels"]]
        if after != sorted(after):
            raise row.refuse("levels", "the days do not go up")

"""One change in words: what it is about, and each field's value before and after."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.centres.models import Role, User
from patients.eligibility.indication import status_words
from patients.pathway.shown import role_name
from patients.timeline.words import FIELDS, KINDS, MODELS, SYSTEMS, TITLES, VALUES, WHYS, label

NEVER_TOLD = {"id", "version", "sort_key", "pathway_id", "patient_id"}
# Planned by the app in numbers: what people do with them is told, not that they were made.
SILENT_WHEN_MADE = {"Reminder"}
# What a row's own title says, or what only planning needs.
NOT_OF: dict[str, set[str]] = {
    "Closing": {"stays", "steps"},
    "Milestone": {"what"},
    "StageEntry": {"stage"},
    "Step": {"code", "stage", "origin", "subject", "next_owner_role_id", "opened_at"},
    # What one of the two people entered is for neither of them to see before both have.
    "IdentityCheck": {"typed", "mismatched", "pathway_id"},
    "Identifier": {"normalised", "pathway_id"},
    "IdentityIncident": {"pathway_id"},
    "Reminder": {"told_at", "window_from", "window_to"},
    # What the rule read and how it came to its grade stands on the sheet; here: what it computed, who confirmed what.
    "Grade": {
        "scale",
        "facts",
        "confirmed_facts",
        "grounds",
        "missing",
        "warnings",
        "rule_version",
        "low",
        "high",
        "would_be",
        "shown",
        "urgent",
        "computed_at",
        "status",
    },
    "Assessment": {"alerts"},
    "WatchFinding": {"what"},
    "ItemAnswer": {"item", "at"},
    "Treatment": {"drug"},
    "OtherToxicity": {"what"},
    "FollowUpFact": {"what"},
    "ReportedGrade": {"scale"},
    "Patient": {"imported"},
    "Pathway": {"imported", "course", "created_at"},
}
# Columns that hold the key of a user, or the name of a system, as text.
PEOPLE_AS_TEXT = {"by", "done_by"}


@dataclass(frozen=True)
class FieldChange:
    """A field's words, and its value before and after in words; `was` None when nothing stood there before."""

    label: str
    was: str | None
    now: str


@dataclass(frozen=True)
class Said:
    """One change: "Milestone: Apheresis", "changed", and its fields."""

    about: str
    kind: str
    fields: list[FieldChange]


def as_json(value):
    """A JSON column as the driver gives it: text or already read."""
    return json.loads(value) if isinstance(value, str) else value


class Speaker:
    """Turns events into words; the names of people, centres and rows they point to are read once for all."""

    def __init__(self, rows: Iterable[dict], zone: str):
        self.zone = zone
        self.names = self._names(list(rows))

    def who(self, context: dict) -> str:
        """Who acted: the name as it was then, or the system's in words."""
        user = str(context.get("user", ""))
        if user.startswith("system:"):
            return str(SYSTEMS.get(user, user.removeprefix("system:")))
        return context.get("name") or self.names.get((User, user), user)

    def why(self, context: dict) -> str:
        """Why: a reason of the app's own in the reader's language, else as it was written."""
        written = context.get("why") or ""
        return str(WHYS[written]) if written in WHYS else written

    def say(self, row: dict) -> Said | None:
        """A change in words; None when nothing that is told changed."""
        model, now, was = row["model"], row["now"], row["was"] if row["kind"] == "update" else None
        changes = [
            change
            for one in model._meta.concrete_fields
            if one.attname not in NEVER_TOLD | NOT_OF.get(model.__name__, set())
            and not (one.is_relation and self._is_silent(one))
            if (change := self._change(one, now, was)) is not None
        ]
        if (row["kind"] == "update" and not changes) or (
            row["kind"] == "insert" and model.__name__ in SILENT_WHEN_MADE
        ):
            return None
        return Said(self._about(model, now), str(KINDS[row["kind"]]), changes)

    def _is_told(self, model, one: models.Field) -> bool:
        if one.attname in NEVER_TOLD or one.attname in NOT_OF.get(model.__name__, ()):
            return False
        return not (one.is_relation and self._is_silent(one))

    def _about(self, model, now: dict) -> str:
        words = label(MODELS, model.__name__)
        column, vocabulary = TITLES.get(model.__name__, (None, None))
        if column is None or now.get(column) is None:
            return words
        value = now[column]
        return _("%(kind)s: %(name)s") % {"kind": words, "name": vocabulary.get(value, value)}

    def _change(self, one: models.Field, now: dict, was: dict | None) -> FieldChange | None:
        new = now.get(one.attname)
        if was is None:
            says_nothing = new in (None, "", [], {}) or (new is False and not one.null)
            return None if says_nothing else FieldChange(self._label(one), None, self._value(one, new))
        old = was.get(one.attname)
        if old == new:
            return None
        return FieldChange(self._label(one), self._value(one, old), self._value(one, new))

    def _label(self, one: models.Field) -> str:
        return label(FIELDS, one.name)

    def _value(self, one: models.Field, value) -> str:
        if value is None or value == "":
            return _("not known") if one.null else _("empty")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if one.is_relation:
            return self.names.get((one.related_model, str(value)), str(value))
        if one.name in PEOPLE_AS_TEXT:
            return self._person(str(value))
        if isinstance(one, DateTimeRangeField):
            return " – ".join(f"{clock.local(parse_datetime(end), self.zone):%d/%m/%Y %H:%M}" for end in _ends(value))
        if isinstance(one, models.DateTimeField):
            return f"{clock.local(parse_datetime(value), self.zone):%d/%m/%Y %H:%M}"
        if isinstance(one, models.DateField):
            return "/".join(reversed(value.split("-")))
        if isinstance(value, list):
            return ", ".join(self._part(one, part) for part in value) or _("none")
        if one.name == "indication":  # what the rules said, whole on the page of eligibility
            return status_words(value.get("status") or "")
        if isinstance(value, dict):
            return ", ".join(f"{key} {inner}" for key, inner in value.items()) or _("empty")
        return self._choice(one, value)

    def _part(self, one: models.Field, part) -> str:
        """One of several values; a mapping (a dose: drug and amount) as its values in a row."""
        if isinstance(part, dict):
            return " ".join(self._part(one, inner) for inner in part.values())
        if isinstance(part, list):
            return "+".join(self._part(one, inner) for inner in part)
        return str(VALUES.get((one.name, part), VALUES.get(part, part)))

    def _choice(self, one: models.Field, value) -> str:
        if (one.name, value) in VALUES:
            return str(VALUES[one.name, value])
        if one.choices and value in VALUES:
            return str(VALUES[value])
        labels = dict(one.flatchoices) if one.choices else {}
        return str(labels.get(value, value))

    def _person(self, key: str) -> str:
        if key.startswith("system:"):
            return str(SYSTEMS.get(key, key.removeprefix("system:")))
        return self.names.get((User, key), key)

    def _is_silent(self, one: models.Field) -> bool:
        """A key to a row that has no name of its own says nothing to a reader."""
        return one.related_model.__str__ is models.Model.__str__

    def _names(self, rows: list[dict]) -> dict[tuple, str]:
        keys: dict[type, set[str]] = {User: set()}
        for row in rows:
            for one in row["model"]._meta.concrete_fields:
                values = {
                    str(state[one.attname]) for state in (row["now"], row["was"]) if state and state.get(one.attname)
                }
                if one.is_relation and not self._is_silent(one):
                    keys.setdefault(one.related_model, set()).update(values)
                elif one.name in PEOPLE_AS_TEXT:
                    keys[User].update(value for value in values if not value.startswith("system:"))
        names = {}
        for model, wanted in keys.items():
            if model is User or model._meta.pk.get_internal_type() == "UUIDField":
                wanted = {key for key in wanted if _is_uuid(key)}
            for found in model._default_manager.filter(pk__in=wanted) if wanted else ():
                names[model, str(found.pk)] = role_name(found) if model is Role else str(found)
        return names


def _ends(written: str) -> list[str]:
    """The two instants of a range as PostgreSQL writes it in JSON: ["2026-…","2026-…")."""
    return [end.strip('"') for end in written.strip("[()]").split(",") if end.strip('"')]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

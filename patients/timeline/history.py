"""The history of a pathway, read from the event tables of every tracked model and put into words.

Which models: all that lead to a patient through foreign keys, found by looking, so that a new room's facts appear by
themselves. Which of them a reader sees follows from the facet of their room.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils.dateparse import parse_datetime

from patients.identity.access import Access
from patients.identity.models import Patient
from patients.pathway.models import Pathway
from patients.timeline import said

EVENTS_READ_AT_ONCE = 100

# The facet that shows a room's facts; None: whoever may read the history at all.
ROOM_FACETS: dict[str, str | None] = {
    "identity": None,
    "disease": "dossier",
    "observations": "dossier",
    "pathway": "status",
    "documents": "dossier",
    "capacity": "status",
    "messaging": "status",
    "surveillance": "dossier",
    "referral": "dossier",
    "eligibility": "status",
    "ordering": "status",
    "apheresis": "apheresis",
    "manufacturing": "manufacturing",
    "bridging": "status",
    "lymphodepletion": "treatment",
    "infusion": "treatment",
    "toxicity": "toxicity",
    "followup": "followup",
    "reminders": "status",
    "exchange": "toxicity",
}
# Where a table's facet is not its room's.
MODEL_FACETS: dict[str, str] = {
    "Death": "survival",
    "Closing": "survival",
    "Identifier": "treatment",
    "IdentityCheck": "treatment",
    "IdentityIncident": "treatment",
    "IdentityResolution": "treatment",
}


# What no other centre reads, whatever of the patient it sees: a watch is its own centre's.
AT_REFERRER_ALONE = {"Watch", "WatchFinding"}


@dataclass(frozen=True)
class Source:
    """One tracked model: its event table and the condition that leads from it to the pathway or the patient."""

    model: type[models.Model]
    table: str
    condition: str

    @property
    def room(self) -> str:
        return self.model.__module__.split(".")[1]


@dataclass
class Act:
    """What one person did at one moment: all its changes together."""

    at: datetime
    who: str
    why: str
    changes: list["said.Said"] = field(default_factory=list)


@dataclass(frozen=True)
class History:
    """A stretch of history; `older` is the cursor of what came before it, "" at its beginning."""

    acts: list[Act]
    older: str


def cursor(written: str) -> datetime | None:
    """The instant before which to read; None for the newest, or for what is no instant."""
    try:
        return parse_datetime(written)
    except ValueError:
        return None


def read(pathway: Pathway, access: Access, *, before: datetime | None = None) -> History:
    """The newest acts before an instant, of what the reader may see, each with its changes."""
    rows = _events(pathway, access, before)
    acts: dict[tuple, Act] = {}
    speaker = said.Speaker([row for row in rows if row["model"] is not None], pathway.hub.timezone)
    for row in rows:
        context = row["context"] or {}
        key = (context.get("user"), context.get("at") or row["created"])
        if key not in acts:
            acts[key] = Act(_instant(row), speaker.who(context), speaker.why(context))
        told = speaker.say(row)
        if told is not None:
            acts[key].changes.append(told)
    older = rows[-1]["created"].isoformat() if len(rows) == EVENTS_READ_AT_ONCE else ""
    return History([act for act in acts.values() if act.changes], older)


def _instant(row: dict) -> datetime:
    written = (row["context"] or {}).get("at") if settings.DEMO else None
    return parse_datetime(written) if written else row["created"]


def _events(pathway: Pathway, access: Access, before: datetime | None) -> list[dict]:
    """The events of all sources in one statement, each beside the state it changed."""
    hides = pathway.referring_centre_id not in access.centre_ids
    kept = AT_REFERRER_ALONE if hides else set()
    read = [source for source in sources() if _reads(access, source) and source.model.__name__ not in kept]
    recorded = "COALESCE((pgh_context->>'at')::timestamptz, pgh_created_at)" if settings.DEMO else "pgh_created_at"
    parts = [
        f"SELECT '{source.model._meta.label}' AS label, pgh_id, pgh_created_at AS created, pgh_label AS kind,"
        f" pgh_context AS context, to_jsonb(e) AS now,"
        f" lag(to_jsonb(e)) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS was, {recorded} AS recorded"
        f' FROM "{source.table}" e WHERE {source.condition}{_shown(source, hides)}'
        for source in read
    ]
    if not parts:
        return []
    sql = (
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS events"
        " WHERE (%(before)s::timestamptz IS NULL OR created < %(before)s)"
        " AND (%(until)s::timestamptz IS NULL OR recorded <= %(until)s)"
        " ORDER BY created DESC, label, pgh_id DESC LIMIT %(most)s"
    )
    values = {
        "patient": pathway.patient_id,
        "pathway": pathway.pk,
        "before": before,
        "until": access.until,
        "most": EVENTS_READ_AT_ONCE,
    }
    with connection.cursor() as asked:
        asked.execute(sql, values)
        names = [column.name for column in asked.description]
        rows = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
    by_label = {source.model._meta.label: source.model for source in read}
    for row in rows:
        row["model"] = by_label[row["label"]]
        for name in ("now", "was", "context"):
            row[name] = said.as_json(row[name])
    return rows


def _shown(source: Source, hides: bool) -> str:
    """What the patient wants to stay at the referring centre is told there alone, and so is that it was hidden."""
    if not hides or not any(one.name == "hidden" for one in source.model._meta.concrete_fields):
        return ""
    table = source.model._meta.db_table
    return f' AND NOT e.hidden AND pgh_obj_id IN (SELECT id FROM "{table}" WHERE NOT hidden)'


def _reads(access: Access, source: Source) -> bool:
    facet = MODEL_FACETS.get(source.model.__name__, ROOM_FACETS[source.room])
    return facet is None or access.reads(facet)


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Every tracked model that leads to a patient. A room that is new here must say which facet shows it."""
    found = []
    for model in apps.get_app_config("patients").get_models():
        event = getattr(model, "pgh_event_model", None)
        if event is None:
            continue
        condition = _condition(model, event=True)
        if condition is not None:
            found.append(Source(model, event._meta.db_table, condition))
    return tuple(found)


def _condition(model: type[models.Model], *, event: bool, seen: frozenset = frozenset()) -> str | None:
    """SQL that holds for a model's rows (or events) of one pathway, else of one patient; None when there is no way."""
    key = "pgh_obj_id" if event else "id"
    if model is Patient:
        return f"{key} = %(patient)s"
    if model is Pathway:
        return f"{key} = %(pathway)s"
    keys = [
        one
        for one in model._meta.concrete_fields
        if one.is_relation and one.many_to_one and one.related_model not in seen and one.related_model is not model
    ]
    for target in (Pathway, Patient):
        for one in keys:
            if one.related_model is target:
                name = "pathway" if target is Pathway else "patient"
                return f'"{one.column}" = %({name})s'
    for one in keys:
        if not hasattr(one.related_model, "pgh_event_model"):
            continue
        further = _condition(one.related_model, event=False, seen=seen | {model})
        if further is not None:
            table = one.related_model._meta.db_table
            return f'"{one.column}" IN (SELECT id FROM "{table}" WHERE {further})'
    return None

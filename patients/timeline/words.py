"""The words of the history page: tables, fields, values, systems and the app's own reasons."""

from django.utils.translation import gettext_lazy as _

from patients.disease.words import DISEASES
from patients.pathway.words import EXIT_REASONS, MILESTONES, STAGES, STEPS

KINDS = {"insert": _("recorded"), "update": _("changed"), "delete": _("removed")}

SYSTEMS = {
    "system:demonstration": _("Demonstration"),
    "system:import": _("Import"),
    "system:reminders": _("Reminders"),
    "system:replan": _("Planning, tried again"),
    "system:seeds": _("Reference data"),
    "system:test": _("Test"),
}

MODELS = {
    "Patient": _("Patient"),
    "CareLink": _("Who may see the patient"),
    "Pathway": _("Pathway"),
    "StageEntry": _("Stage"),
    "Milestone": _("Milestone"),
    "Step": _("Next step"),
}

# The column of a table whose value names the row, and the words of its values.
TITLES = {
    "StageEntry": ("stage", STAGES),
    "Milestone": ("what", MILESTONES),
    "Step": ("code", STEPS),
}

FIELDS = {
    "number": _("Number"),
    "family_name": _("Family name"),
    "given_name": _("Given name"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "fiscal_code": _("Tax code"),
    "phone": _("Telephone"),
    "allergy_status": _("Allergies asked"),
    "allergies": _("Allergies"),
    "died_on": _("Died on"),
    "imported": _("Imported"),
    "pseudonym": _("Pseudonym"),
    "centre": _("Centre"),
    "kind": _("Kind"),
    "role": _("Role"),
    "person": _("Person"),
    "shared_facets": _("Shared beside it"),
    "starts_at": _("From"),
    "ends_at": _("Until"),
    "reads_past": _("Still reads what there was"),
    "course": _("Course"),
    "disease": _("Disease"),
    "referring_centre": _("Referring centre"),
    "referrer": _("Referrer"),
    "hub": _("Hub"),
    "product": _("Product"),
    "status": _("Status"),
    "day_0": _("Day 0"),
    "held_since": _("On hold since"),
    "hold_reason": _("Reason of the hold"),
    "closed_on": _("Closed on"),
    "exit_reason": _("Reason of the end"),
    "exit_note": _("Note on the end"),
    "created_at": _("Begun"),
    "stage": _("Stage"),
    "started_on": _("Started on"),
    "ended_on": _("Ended on"),
    "superseded": _("Counts no more"),
    "before_carpath": _("Before CARPath"),
    "what": _("What"),
    "first_planned_on": _("First plan"),
    "planned_on": _("Planned for"),
    "actual_on": _("Happened on"),
    "actual_at": _("Happened at"),
    "by": _("Recorded by"),
    "code": _("Step"),
    "origin": _("Comes from"),
    "subject": _("Subject"),
    "details": _("Details"),
    "owner_role": _("Role"),
    "owner": _("Owner"),
    "next_owner_role": _("Next owner"),
    "opened_at": _("Open since"),
    "due_at": _("Due"),
    "blocks_on": _("Holds up the day"),
    "has_ball": _("Has the ball"),
    "done_at": _("Done at"),
    "done_by": _("Done by"),
    "dropped_at": _("Dropped at"),
}

# A value by (field, value), or by value alone where it means the same everywhere.
VALUES = {
    **DISEASES,
    **EXIT_REASONS,
    **STAGES,
    **MILESTONES,
    **STEPS,
    ("sex", "F"): _("Female"),
    ("sex", "M"): _("Male"),
    "not_asked": _("not asked"),
    "none_known": _("none known"),
    "listed": _("listed"),
    "draft": _("Draft"),
    "open": _("Open"),
    "on_hold": _("On hold"),
    "closed": _("Closed"),
    ("kind", "referring"): _("Referring centre"),
    ("kind", "hub"): _("Hub"),
    ("kind", "shared_care"): _("Shared care"),
    ("kind", "ward"): _("Ward"),
    ("kind", "step"): _("One step"),
    ("kind", "assigned"): _("Assigned"),
    ("origin", "map"): _("the map of steps"),
}

# The reasons that the app itself writes (the words in act(why=…)); what people write is shown as they wrote it.
WHYS = {
    "referral begun": _("referral begun"),
    "resumed": _("resumed"),
    "death": _("death"),
    **EXIT_REASONS,
}


def label(table: dict, name: str) -> str:
    """The words of a table or a field; a name without words (a test forbids it) is shown as it is spelt."""
    return str(table[name]) if name in table else name.replace("_", " ")

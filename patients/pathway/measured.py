"""Measured values of a patient, wherever they were written down: corrected, struck through, or moved to whose they are.

Weight and the own baseline pressure belong to the bedside too; what a laboratory measured only to those who read the
dossier.
"""

from patients.centres.models import User
from patients.identity.access import Access
from patients.observations import actions as observations
from patients.observations import rules
from patients.observations.models import Observation
from patients.pathway.models import Pathway
from patients.pathway.re_entry import Ways

AT_THE_BEDSIDE = ("weight", "baseline_systolic", "baseline_diastolic")
RIGHTS = (
    ("toxicity", "toxicity.record"),
    ("followup", "followup.record"),
    ("dossier", "referral.submit"),
    ("dossier", "referral.answer"),
)


def kinds(granted: Access) -> tuple[str, ...]:
    """The kinds of values that somebody may read and correct here."""
    return tuple(rules.BANDS) if granted.reads("dossier") else AT_THE_BEDSIDE


def values(pathway: Pathway, granted: Access):
    """The patient's values that may be corrected here, struck and replaced ones included, the newest first."""
    rows = Observation.objects.filter(patient=pathway.patient_id, what__in=kinds(granted))
    return rows.select_related("recorded_by", "struck_by", "corrected_by").order_by("-at", "-recorded_at")


def _strike(fact: Observation, why: str, by: User, version: int) -> None:
    observations.strike(observation=fact, why=why, by=by)


def _copy(fact: Observation, to: Pathway, by: User) -> Observation:
    names = ("what", "value", "unit", "at", "upper_limit", "day_only")
    return observations.record(patient=to.patient, by=by, **{name: getattr(fact, name) for name in names})


MEASURED = Ways(_strike, _copy, RIGHTS)

"""From rows to the facts that the rules read, and back: one place, so that every page counts the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from patients.audit import clock
from patients.clinical.astct import CrsFacts, IcansFacts, IceItems
from patients.clinical.result import Ground
from patients.infusion.actions import WorstGrade
from patients.observations.models import Observation, latest
from patients.pathway.models import Pathway
from patients.toxicity import rules
from patients.toxicity.models import Assessment, Grade, Treatment, WatchProtocol

# Names of the rules' facts -> names of the form's fields.
FORM_FIELDS = {
    "fever_earlier_in_episode": "fever_earlier",
    "antipyretic_or_anticytokine_or_steroid_given": "fever_drug_given",
    "oxygen_to_correct_hypoxia": "oxygen_for_hypoxia",
    "consciousness_other_cause": "sedated",
    "signs": "neuro_signs",
    "motor": "neuro_signs",
    "oedema": "neuro_signs",
    "intracranial_haemorrhage": "neuro_signs",
    "death_due_to_crs": "death_due_to",
    "death_due_to_icans": "death_due_to",
    "ice": "ice_orientation",
}

# What the bedside measures beside its sets, and compares them with.
MEASURES = ("weight", "baseline_systolic", "baseline_diastolic")

PROTOCOL_VALUES = (
    "temp_over_c",
    "systolic_below_percent",
    "systolic_hint_below_mmhg",
    "heart_rate_over",
    "hours_between_sets",
    "hours_between_sets_when_graded",
    "hours_between_ice",
)


def crs_facts(row: Assessment) -> CrsFacts:
    """What a set says about CRS; what was not asked is unknown."""
    return CrsFacts(
        temp_c=row.temp_c,
        fever_other_cause=row.fever_other_cause,
        fever_earlier_in_episode=row.fever_earlier,
        antipyretic_or_anticytokine_or_steroid_given=row.fever_drug_given,
        hypotension=row.hypotension,
        hypotension_other_cause=row.hypotension_other_cause,
        vasopressors=None if row.vasopressors is None else tuple(row.vasopressors),
        oxygen_device=row.oxygen_device,
        oxygen_flow_l_min=row.oxygen_flow_l_min,
        oxygen_to_correct_hypoxia=row.oxygen_for_hypoxia,
        hypoxia_other_cause=row.hypoxia_other_cause,
        death_due_to_crs=row.death_due_to == rules.CRS,
    )


def icans_facts(row: Assessment) -> IcansFacts:
    """What a set says about ICANS, apart from the items of ICE."""
    asked = row.pressure_signs is not None or row.warning_signs is not None
    signs = None if row.pressure_signs is None else (*row.pressure_signs, *(row.warning_signs or ()))
    return IcansFacts(
        consciousness=row.consciousness,
        consciousness_other_cause=row.sedated,
        seizure=row.seizure,
        seizure_minutes=row.seizure_minutes,
        motor=row.motor,
        oedema=row.oedema,
        signs=signs if asked else None,
        intracranial_haemorrhage=row.haemorrhage,
        death_due_to_icans=row.death_due_to == rules.ICANS,
    )


ORIENTATION = ("year", "month", "city", "hospital")


def ice_items(row: Assessment) -> IceItems:
    """The items of ICE. The bedside card asks for orientation as one figure of four: which of them does not matter."""
    oriented = row.ice_orientation
    known = {name: oriented > place for place, name in enumerate(ORIENTATION)} if oriented is not None else {}
    return IceItems(
        **known,
        objects_named=row.ice_objects,
        follows_command=_yes(row.ice_command),
        writes_sentence=_yes(row.ice_sentence),
        counts_backwards=_yes(row.ice_counting),
    )


def _yes(points: int | None) -> bool | None:
    return None if points is None else bool(points)


def bedside_set(row: Assessment, pathway: Pathway, grades: Iterable[Grade] = ()) -> rules.BedsideSet:
    """One row as the rules read it. Raises WrongFact for a value that cannot be."""
    day = clock.local(row.at, pathway.hub.timezone).date()
    return rules.BedsideSet(
        key=row.pk,
        at=row.at,
        crs=crs_facts(row),
        icans=icans_facts(row),
        ice=ice_items(row),
        age_years=pathway.patient.age_on(day),
        confirmed={
            grade.scale: (grade.confirmed, grade.confirmed_facts) for grade in grades if grade.confirmed is not None
        },
    )


@dataclass
class Course:
    """A pathway's course as its rows tell it: sets in time order, grades by set and scale, episodes."""

    graded: list[rules.Graded] = field(default_factory=list)
    episodes: list[rules.Episode] = field(default_factory=list)
    rows: dict[tuple[Any, str], Grade] = field(default_factory=dict)
    sets: list[Assessment] = field(default_factory=list)
    treatments: list[Treatment] = field(default_factory=list)

    def at_rest(self, scale: str) -> bool:
        """Whether the last set that assessed a scale knows it to be 0; never assessed is not at rest."""
        assessed = [one for one in self.graded if one.outcomes[scale].status != rules.NOT_ASSESSED]
        return bool(assessed) and assessed[-1].grades[scale] == 0

    def standing(self, scale: str, now: datetime) -> rules.Standing:
        return rules.standing(self.graded, scale, now)

    def of(self, assessment: Assessment) -> rules.Graded | None:
        return next((one for one in self.graded if one.key == assessment.pk), None)


def standing_grades(pathway: Pathway) -> list[Grade]:
    """The grades of the sets that count."""
    return list(
        Grade.objects.filter(
            assessment__pathway=pathway, assessment__struck_at__isnull=True, assessment__corrected_by__isnull=True
        ).select_related("assessment", "confirmed_by")
    )


def read_again(pathway: Pathway, with_set: Assessment | None = None) -> Course:
    """Read the course by the rules; an outcome is computed only where its facts differ from those kept with it.

    `with_set`: a set that is not stored (what a form would say), read as if it were.
    """
    sets = list(pathway.assessments.standing().select_related("recorded_by", "told_by"))
    if with_set is not None:
        sets = [row for row in sets if row.pk != with_set.corrects_id] + [with_set]
    rows = {(grade.assessment_id, grade.scale): grade for grade in standing_grades(pathway)}
    by_set: dict[Any, list[Grade]] = {}
    for (key, _scale), grade in rows.items():
        by_set.setdefault(key, []).append(grade)
    treatments = list(pathway.treatments.standing().filter(at__isnull=False).select_related("recorded_by"))

    def kept(key, scale, facts, grade):
        row = rows.get((key, scale))
        return row.outcome if row is not None and row.facts == dict(facts) else grade()

    graded, episodes = rules.course(
        (bedside_set(row, pathway, by_set.get(row.pk, ())) for row in sets),
        (rules.Given(one.drug, one.at) for one in treatments),
        grade=kept,
    )
    return Course(graded, episodes, rows, sorted(sets, key=lambda row: row.at), treatments)


course_of = read_again


def hangs_on_infusion(pathway: Pathway) -> bool:
    """Whether a fact of the bedside stands, which the day of the infusion is needed for."""
    rows = (pathway.assessments, pathway.treatments, pathway.other_toxicities, pathway.intensive_care)
    return any(row.standing().exists() for row in rows)


def worst_crs(pathway: Pathway) -> WorstGrade | None:
    """The highest grade of CRS that counts, with its first set; what was reported or not assessed says nothing."""
    known = [grade for grade in standing_grades(pathway) if grade.scale == rules.CRS and grade.value is not None]
    if not known:
        return None
    worst = min(known, key=lambda grade: (-grade.value, not grade.is_confirmed, grade.assessment.at))
    return WorstGrade(worst.value, worst.assessment.at, worst.is_confirmed)


# ── the hub's protocol ───────────────────────────────────────────────────────────────────────────────────────────


def protocol_row(hub) -> WatchProtocol:
    """The hub's own protocol, else everybody's."""
    return WatchProtocol.objects.filter(centre=hub).first() or WatchProtocol.objects.get(centre__isnull=True)


def protocols(hub_ids: set) -> dict[Any, rules.Protocol]:
    """Per hub its own protocol, else everybody's; one query."""
    rows = {row.centre_id: row for row in WatchProtocol.objects.filter(Q(centre__in=hub_ids) | Q(centre__isnull=True))}
    return {hub_id: rows.get(hub_id, rows.get(None)).as_protocol() for hub_id in hub_ids}


def alerts(row: Assessment, pathway: Pathway, protocol: rules.Protocol | None = None) -> list[Ground]:
    """What in one set calls for a doctor, by the hub's protocol (or another one) and on what is known."""
    baseline = latest(pathway.patient, Observation.What.BASELINE_SYSTOLIC)
    before = (
        pathway.assessments.standing()
        .filter(at__lt=row.at, oxygen_device__isnull=False)
        .exclude(pk=row.corrects_id)
        .order_by("-at")
        .values_list("oxygen_device", flat=True)
        .first()
    )
    return rules.tell_the_doctor(
        crs=crs_facts(row),
        systolic_mmhg=row.systolic,
        heart_rate=row.heart_rate,
        baseline_systolic_mmhg=baseline.value if baseline else None,
        oxygen_before=before,
        protocol=protocol or protocol_row(pathway.hub).as_protocol(),
    )


@dataclass(frozen=True)
class DoseSoFar:
    """Doses of a drug on a pathway: how many, and hours since the last one of known time (None = none, or unknown)."""

    count: int
    last_at: datetime | None
    hours_since: Decimal | None
    hours: tuple[Decimal | None, ...]


def doses_so_far(pathway: Pathway, drug: str, at: datetime) -> DoseSoFar:
    """All standing doses of a drug up to an instant, those of both centres; a dose known by day alone has no hour."""
    rows = [one for one in pathway.treatments.standing().filter(drug=drug) if one.at is None or one.at <= at]
    known = [one.at for one in rows if one.at is not None]
    last = max(known, default=None)
    hours = tuple(None if one.at is None else _hours(one.at, at) for one in rows)
    return DoseSoFar(len(rows), last, None if last is None else -_hours(last, at), hours)


def _hours(of: datetime, against: datetime) -> Decimal:
    """Hours from `against` to `of`, exact to the second (negative: before)."""
    return Decimal(int((of - against).total_seconds())) / 3600

"""What is seen at the bedside, what was given, and the grades: computed, confirmed, reported."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from patients.audit.history import tracked
from patients.audit.models import AppendedRow, CameFrom, MovableRow, RecordedRow, Row, VersionedRow
from patients.centres.models import Centre, User
from patients.clinical import astct
from patients.pathway.models import Pathway
from patients.toxicity import rules


class Scale(models.TextChoices):
    CRS = rules.CRS
    ICANS = rules.ICANS


class Appended(AppendedRow, CameFrom):
    """A bedside fact that is corrected by a new row, struck through, or recorded anew on whose it is."""

    class Meta(AppendedRow.Meta):
        abstract = True

    @property
    def patient(self):
        return self.pathway.patient


class Movable(MovableRow):
    """A fact of a course that may be struck through and recorded anew on whose it is."""

    class Meta(MovableRow.Meta):
        abstract = True

    @property
    def patient(self):
        return self.pathway.patient


class Recorded(Movable, RecordedRow):
    """A fact that is corrected in place with a reason (history keeps each version), or struck through."""

    class Meta(Movable.Meta):
        abstract = True


def _choices(codes) -> list[tuple[str, str]]:
    return [(code, code) for code in codes]


def _between(name: str, least, most) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": least, f"{name}__lte": most})


# What a body or a device can show; the form asks back outside of these, the database refuses.
RANGES = {
    "temp_c": (30, 45),
    "systolic": (30, 300),
    "diastolic": (10, 200),
    "heart_rate": (10, 300),
    "resp_rate": (2, 80),
    "spo2": (30, 100),
    "oxygen_flow_l_min": (0, 100),
    "seizure_minutes": (0, 10080),
    "ice_orientation": (0, 4),
    "ice_objects": (0, 3),
    "ice_command": (0, 1),
    "ice_sentence": (0, 1),
    "ice_counting": (0, 1),
}
ICE_ITEMS = ("ice_orientation", "ice_objects", "ice_command", "ice_sentence", "ice_counting")


@tracked()
class Assessment(Appended):
    """One set of bedside facts at one time. Null is *not assessed*, never 0, no or normal.

    Units: degC, mmHg, per minute, %, L/min, minutes. `vasopressors`: null = not asked, [] = none running.
    `hypotension` is asked, never derived from the pressure (reference 1.1 rule 3a). The three `_other_cause` ticks
    are false until a clinician attributes the sign, in words (rule 7).
    """

    class Setting(models.TextChoices):
        INPATIENT = "inpatient"
        DAY_HOSPITAL = "day_hospital"
        OUTPATIENT = "outpatient"
        HOME = "home"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="assessments")
    at = models.DateTimeField()
    setting = models.CharField(max_length=12, choices=Setting, null=True, blank=True)

    temp_c = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    systolic = models.PositiveSmallIntegerField(null=True, blank=True)
    diastolic = models.PositiveSmallIntegerField(null=True, blank=True)
    heart_rate = models.PositiveSmallIntegerField(null=True, blank=True)
    resp_rate = models.PositiveSmallIntegerField(null=True, blank=True)
    spo2 = models.PositiveSmallIntegerField(null=True, blank=True)

    hypotension = models.BooleanField(null=True, blank=True)
    vasopressors = ArrayField(models.CharField(max_length=40), null=True, blank=True)
    oxygen_device = models.CharField(max_length=24, choices=_choices(astct.DEVICE_GRADES), null=True, blank=True)
    oxygen_flow_l_min = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    oxygen_for_hypoxia = models.BooleanField(null=True, blank=True)
    fever_other_cause = models.BooleanField(default=False)
    hypotension_other_cause = models.BooleanField(default=False)
    hypoxia_other_cause = models.BooleanField(default=False)
    other_cause = models.CharField(max_length=240, blank=True)
    fever_earlier = models.BooleanField(null=True, blank=True)  # null: left to what earlier sets say
    fever_drug_given = models.BooleanField(null=True, blank=True)  # null: left to what treatments say

    ice_orientation = models.PositiveSmallIntegerField(null=True, blank=True)
    ice_objects = models.PositiveSmallIntegerField(null=True, blank=True)
    ice_command = models.PositiveSmallIntegerField(null=True, blank=True)
    ice_sentence = models.PositiveSmallIntegerField(null=True, blank=True)
    ice_counting = models.PositiveSmallIntegerField(null=True, blank=True)
    ice_not_done_why = models.CharField(max_length=240, blank=True)
    ice_adapted_why = models.CharField(max_length=240, blank=True)
    consciousness = models.CharField(max_length=24, choices=_choices(astct.CONSCIOUSNESS_GRADES), null=True, blank=True)
    sedated = models.BooleanField(default=False)
    seizure = models.CharField(max_length=24, choices=_choices(astct.SEIZURE_GRADES), null=True, blank=True)
    seizure_minutes = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    motor = models.CharField(max_length=24, choices=_choices(astct.MOTOR_GRADES), null=True, blank=True)
    oedema = models.CharField(max_length=12, choices=_choices(astct.OEDEMA_GRADES), null=True, blank=True)
    pressure_signs = ArrayField(models.CharField(max_length=24), null=True, blank=True)
    warning_signs = ArrayField(models.CharField(max_length=24), null=True, blank=True)
    haemorrhage = models.BooleanField(null=True, blank=True)
    death_due_to = models.CharField(max_length=6, choices=Scale, null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    alerts = models.JSONField(default=list, blank=True)  # what called for a doctor, by the hub's protocol of then
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    told_whom = models.CharField(max_length=120, blank=True)

    class Meta(Appended.Meta):
        ordering = ["at", "recorded_at"]
        indexes = [models.Index(fields=["pathway", "at"], name="assessment_by_pathway")]
        constraints = [
            *Appended.Meta.constraints,
            *(
                models.CheckConstraint(condition=_between(name, *band), name=f"assessment_{name}_plausible")
                for name, band in RANGES.items()
            ),
            models.CheckConstraint(
                condition=Q(systolic__isnull=True) | Q(diastolic__isnull=True) | Q(diastolic__lt=F("systolic")),
                name="diastolic_below_systolic",
            ),
            models.CheckConstraint(
                condition=Q(fever_other_cause=False, hypotension_other_cause=False, hypoxia_other_cause=False)
                | ~Q(other_cause=""),
                name="other_cause_in_words",
            ),
            models.CheckConstraint(
                condition=Q(oxygen_flow_l_min__isnull=True) | ~Q(oxygen_device="none") & Q(oxygen_device__isnull=False),
                name="flow_has_a_device",
            ),
            models.CheckConstraint(
                condition=Q(ice_not_done_why="") | Q(**{f"{name}__isnull": True for name in ICE_ITEMS}),
                name="ice_done_or_not",
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_by__isnull=True, told_whom="")
                | Q(told_at__isnull=False, told_by__isnull=False) & ~Q(told_whom=""),
                name="told_has_who_and_whom",
            ),
        ]
        triggers = [pgtrigger.Protect(name="assessments_are_kept", operation=pgtrigger.Delete)]

    @property
    def ice_total(self) -> int | None:
        """ICE 0-10 when every item was asked, else None."""
        items = [getattr(self, name) for name in ICE_ITEMS]
        return None if None in items else sum(items)


@tracked()
class Grade(VersionedRow):
    """What the rule computed from one assessment on one scale, and what a person confirmed. Both are kept.

    `facts`: what the rule read; `confirmed_facts`: what it had read when somebody confirmed. Where they differ, the
    facts have changed and somebody must confirm again. `confirmed_against`: the computed grade of then.
    """

    class Status(models.TextChoices):
        KNOWN = rules.KNOWN
        INCOMPLETE = rules.INCOMPLETE
        NEEDS_JUDGEMENT = rules.NEEDS_JUDGEMENT
        NOT_ASSESSED = rules.NOT_ASSESSED
        NOT_ASSESSABLE = rules.NOT_ASSESSABLE

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="grades")
    scale = models.CharField(max_length=6, choices=Scale)
    status = models.CharField(max_length=16, choices=Status)
    computed = models.PositiveSmallIntegerField(null=True, blank=True)
    low = models.PositiveSmallIntegerField(null=True, blank=True)
    high = models.PositiveSmallIntegerField(null=True, blank=True)
    would_be = models.PositiveSmallIntegerField(null=True, blank=True)
    shown = models.PositiveSmallIntegerField(null=True, blank=True)
    grounds = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    missing = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    urgent = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    rule_version = models.CharField(max_length=40)
    computed_at = models.DateTimeField()
    confirmed = models.PositiveSmallIntegerField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_reason = models.CharField(max_length=240, blank=True)
    confirmed_against = models.PositiveSmallIntegerField(null=True, blank=True)
    confirmed_facts = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "scale"], name="one_grade_per_scale"),
            *(
                models.CheckConstraint(condition=_between(name, 0, 5), name=f"grade_{name}_0_to_5")
                for name in ("computed", "low", "high", "would_be", "shown", "confirmed", "confirmed_against")
            ),
            models.CheckConstraint(
                condition=Q(status="known", computed__isnull=False)
                | Q(status="incomplete", computed__isnull=True, low__isnull=False, high__gte=F("low"))
                | Q(status="needs_judgement", computed__isnull=True, would_be__isnull=False)
                | Q(status__in=["not_assessed", "not_assessable"], computed__isnull=True),
                name="grade_says_what_it_knows",
            ),
            models.CheckConstraint(
                condition=Q(
                    confirmed__isnull=True,
                    confirmed_by__isnull=True,
                    confirmed_at__isnull=True,
                    confirmed_facts__isnull=True,
                    confirmed_against__isnull=True,
                    confirmed_reason="",
                )
                | Q(
                    confirmed__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    confirmed_facts__isnull=False,
                ),
                name="confirmation_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(confirmed__isnull=True)
                | Q(confirmed_against__isnull=False, confirmed=F("confirmed_against"))
                | ~Q(confirmed_reason=""),
                name="differing_grade_has_reason",
            ),
        ]
        triggers = [pgtrigger.Protect(name="grades_are_kept", operation=pgtrigger.Delete)]

    @property
    def outcome(self) -> rules.Outcome:
        """What the rule said, as the rules read it."""
        return rules.Outcome(
            status=self.status,
            version=self.rule_version,
            value=self.computed,
            low=self.low,
            high=self.high,
            would_be=self.would_be,
            shown=self.shown,
            grounds=tuple(self.grounds),
            warnings=tuple(self.warnings),
            missing=tuple(self.missing),
            urgent=self.urgent,
        )

    @property
    def facts_changed(self) -> bool:
        """Whether the facts are no longer those on which somebody confirmed."""
        return self.confirmed is not None and self.confirmed_facts != self.facts

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed is not None and not self.facts_changed

    @property
    def value(self) -> int | None:
        """The grade that counts: confirmed on these facts, else computed and known."""
        return self.confirmed if self.is_confirmed else self.computed

    @property
    def waits(self) -> bool:
        """Whether a person is asked to confirm, for the first time or again."""
        return not self.is_confirmed and (self.facts_changed or self.outcome.asks_a_person)


@tracked()
class ReportedGrade(Row):
    """A grade of one day as a study reported it; null = not assessed. Appended: a changed one is a new version.

    It stands beside computed grades, is never overwritten, and feeds no advice or alert.
    """

    append_only = True

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="reported_grades")
    day = models.PositiveSmallIntegerField()
    scale = models.CharField(max_length=6, choices=Scale)
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        ordering = ["day", "scale", "version"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "day", "scale", "version"], name="one_reported_version"),
            models.CheckConstraint(condition=_between("value", 0, 5), name="reported_grade_0_to_5"),
            models.CheckConstraint(condition=~Q(source=""), name="reported_grade_has_source"),
        ]
        triggers = [pgtrigger.Protect(name="reported_grades_are_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


@tracked()
class Treatment(Appended):
    """A drug given for toxicity: with dose, route and instant; or by day alone where a study reported it."""

    class Drug(models.TextChoices):
        TOCILIZUMAB = "tocilizumab"
        SILTUXIMAB = "siltuximab"
        ANAKINRA = "anakinra"
        DEXAMETHASONE = "dexamethasone"
        METHYLPREDNISOLONE = "methylprednisolone"
        PREDNISONE = "prednisone"
        HYDROCORTISONE = "hydrocortisone"
        STEROID = "steroid"  # which one was not reported
        ANTIPYRETIC = "antipyretic"

    class Route(models.TextChoices):
        IV = "iv"
        SC = "sc"
        ORAL = "oral"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="treatments")
    drug = models.CharField(max_length=24, choices=Drug)
    dose_mg = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    unit = models.CharField(max_length=4, blank=True)
    route = models.CharField(max_length=4, choices=Route, null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    day = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)
    weight_kg = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    note = models.CharField(max_length=240, blank=True)

    class Meta(Appended.Meta):
        ordering = ["at", "day"]
        indexes = [models.Index(fields=["pathway", "at"], name="treatment_by_pathway")]
        constraints = [
            *Appended.Meta.constraints,
            models.CheckConstraint(
                condition=Q(at__isnull=False, day__isnull=True, source="", dose_mg__isnull=False, route__isnull=False)
                | Q(at__isnull=True, day__isnull=False) & ~Q(source=""),
                name="given_at_an_instant_or_reported_by_day",
            ),
            models.CheckConstraint(
                condition=Q(dose_mg__isnull=True, unit="") | Q(dose_mg__gt=0, dose_mg__lte=10000, unit="mg"),
                name="dose_has_its_unit",
            ),
            models.UniqueConstraint(
                fields=["pathway", "drug", "day"],
                condition=Q(day__isnull=False, struck_at__isnull=True),
                name="one_reported_treatment_a_day",
            ),
        ]
        triggers = [pgtrigger.Protect(name="treatments_are_kept", operation=pgtrigger.Delete)]


@tracked()
class OtherToxicity(Recorded):
    """A toxicity beside CRS and ICANS (reference 1.7): which, its CTCAE grade, from when to when.

    `grade`: null = not graded. `named`: what it is, for *other* and where the kind alone says too little.
    """

    class What(models.TextChoices):
        PARKINSONISM = "parkinsonism"
        CRANIAL_NERVE_PALSY = "cranial_nerve_palsy"
        GUILLAIN_BARRE = "guillain_barre"
        ENTEROCOLITIS = "enterocolitis"
        PERFORATION = "perforation"
        HAEMOPHAGOCYTOSIS = "haemophagocytosis"
        PML = "pml"
        INFECTION = "infection"
        SECOND_MALIGNANCY = "second_malignancy"
        OTHER = "other"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="other_toxicities")
    what = models.CharField(max_length=24, choices=What)
    named = models.CharField(max_length=120, blank=True)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    ctcae_version = models.CharField(max_length=20)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta(Recorded.Meta):
        ordering = ["-started_on"]
        indexes = [models.Index(fields=["pathway", "started_on"], name="other_toxicity_by_pathway")]
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(condition=_between("grade", 1, 5), name="ctcae_grade_1_to_5"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="toxicity_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(what__in=["other", "infection", "second_malignancy"]) | ~Q(named=""),
                name="toxicity_is_named",
            ),
        ]
        triggers = [pgtrigger.Protect(name="other_toxicities_are_kept", operation=pgtrigger.Delete)]


@tracked()
class IntensiveCare(Recorded):
    """A stay in intensive care; `out_at` null: still there. Stays of one pathway never overlap."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="intensive_care")
    in_at = models.DateTimeField()
    out_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=240)

    class Meta(Recorded.Meta):
        ordering = ["-in_at"]
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(
                condition=Q(out_at__isnull=True) | Q(out_at__gt=F("in_at")), name="intensive_care_ends_after_start"
            ),
            ExclusionConstraint(
                name="no_overlapping_intensive_care",
                expressions=[
                    ("pathway", RangeOperators.EQUAL),
                    (
                        Func("in_at", "out_at", function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(struck_at__isnull=True),
            ),
        ]
        triggers = [pgtrigger.Protect(name="intensive_care_is_kept", operation=pgtrigger.Delete)]


@tracked()
class WatchProtocol(VersionedRow):
    """When a hub wants the doctor told and the next check done; a row without a centre is everybody's start.

    `by`, `at`: who set a hub's own last, and when; `second_by`: the second haematologist, while a threshold is looser
    than everybody's start. `source`: of a hub's own, that of the row it replaces.
    """

    centre = models.OneToOneField(
        Centre, null=True, blank=True, on_delete=models.PROTECT, related_name="watch_protocol"
    )
    temp_over_c = models.DecimalField(max_digits=3, decimal_places=1)
    systolic_below_percent = models.PositiveSmallIntegerField()
    systolic_hint_below_mmhg = models.PositiveSmallIntegerField()
    heart_rate_over = models.PositiveSmallIntegerField()
    hours_between_sets = models.PositiveSmallIntegerField()
    hours_between_sets_when_graded = models.PositiveSmallIntegerField()
    hours_between_ice = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=120)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre"], nulls_distinct=False, name="one_watch_protocol"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("by")), name="protocol_seconded_by_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(hours_between_sets__gte=1, hours_between_sets_when_graded__gte=1, hours_between_ice__gte=1),
                name="protocol_has_a_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(systolic_below_percent__lte=100) & _between("temp_over_c", 36, 40),
                name="protocol_is_plausible",
            ),
        ]

    def as_protocol(self) -> rules.Protocol:
        """The thresholds as the rules read them."""
        return rules.Protocol(
            temp_over_c=self.temp_over_c,
            systolic_below_percent=self.systolic_below_percent,
            systolic_hint_below_mmhg=self.systolic_hint_below_mmhg,
            heart_rate_over=self.heart_rate_over,
            hours_between_sets=self.hours_between_sets,
            hours_between_sets_when_graded=self.hours_between_sets_when_graded,
            hours_between_ice=self.hours_between_ice,
        )

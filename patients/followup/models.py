"""Restaging, visits and what else is followed after the infusion; who follows, handed over and taken."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import ConfirmedRow, VersionedRow
from patients.centres.models import User
from patients.clinical import imwg, response
from patients.followup import rules
from patients.pathway.models import Pathway
from patients.toxicity.models import Assessment, Movable, Recorded


@tracked()
class Restaging(Movable, ConfirmedRow):
    """One restaging by PET. None = not known. `milestone`: which planned one it is, empty for one in between.

    `computed`: what Lugano 2014 makes of the facts, None where they do not suffice; `response`: what a person
    confirmed, with a reason where it differs. Indeterminate: it counts as no progression until decided, by a biopsy or
    a repeat PET (`settle_how`) by a day (`settle_by`).
    """

    class Settle(models.TextChoices):
        BIOPSY = "biopsy"
        PET = "pet"

    class Response(models.TextChoices):
        CMR = "CMR"
        PMR = "PMR"
        NMR = "NMR"
        PMD = "PMD"
        INDETERMINATE = "indeterminate"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="restagings")
    milestone = models.CharField(max_length=10, blank=True, choices=[(code, code) for code in rules.NOMINAL_DAYS])
    done_on = models.DateField()
    deauville = models.CharField(
        max_length=1, null=True, blank=True, choices=[(one, one) for one in response.DEAUVILLE]
    )
    uptake_change = models.CharField(
        max_length=10, null=True, blank=True, choices=[(one, one) for one in response.UPTAKE_CHANGES]
    )
    new_lesion = models.BooleanField(null=True, blank=True)
    symptoms = models.BooleanField(null=True, blank=True)
    computed = models.CharField(max_length=3, null=True, blank=True)
    response = models.CharField(max_length=14, choices=Response)
    settle_how = models.CharField(max_length=8, choices=Settle, null=True, blank=True)
    settle_by = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta(Movable.Meta):
        ordering = ["done_on"]
        constraints = [
            *Movable.Meta.constraints,
            models.UniqueConstraint(
                fields=["pathway", "milestone"],
                condition=~Q(milestone="") & Q(struck_at__isnull=True),
                name="one_restaging_per_milestone",
            ),
            models.CheckConstraint(
                condition=Q(response="indeterminate", settle_how__isnull=False, settle_by__gte=F("done_on"))
                | ~Q(response="indeterminate") & Q(settle_how__isnull=True, settle_by__isnull=True),
                name="indeterminate_is_settled_by_a_day",
            ),
            models.CheckConstraint(
                condition=Q(computed__isnull=False, computed=models.F("response")) | ~Q(differs_because=""),
                name="another_response_has_its_reason",
            ),
        ]


def _what_of_its_kind() -> Q:
    allowed = Q()
    for kind, whats in rules.WHAT.items():
        allowed |= Q(kind=kind, what__in=sorted(whats))
    return allowed


def _from_0(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0})


@tracked()
class MyelomaResponse(Movable, ConfirmedRow):
    """One restaging of myeloma: M-protein, light chains, marrow, MRD with its assay. None = not measured.

    Units: serum g/dL, urine mg per 24 h, difference of free light chains mg/dL, marrow plasma cells per cent;
    `mrd_sensitivity`: n of 10^-n. The baseline is that before lymphodepletion; the nadir follows from what was recorded
    before. `computed`: IMWG 2016; `response`: confirmed by a person, with a reason where it differs.
    """

    class Response(models.TextChoices):
        SCR = "sCR"
        CR = "CR"
        VGPR = "VGPR"
        PR = "PR"
        MR = "MR"
        SD = "SD"
        PD = "PD"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="myeloma_responses")
    milestone = models.CharField(max_length=10, blank=True, choices=[(code, code) for code in rules.NOMINAL_DAYS])
    done_on = models.DateField()
    serum_baseline = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    serum = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    urine_baseline = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    urine = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    dflc = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    immunofixation_negative = models.BooleanField(null=True, blank=True)
    plasmacytoma = models.BooleanField(null=True, blank=True)
    plasma_cells_percent = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    new_lesion = models.BooleanField(null=True, blank=True)
    mrd_assay = models.CharField(max_length=4, choices=[(one, one) for one in imwg.ASSAYS], null=True, blank=True)
    mrd_sensitivity = models.PositiveSmallIntegerField(null=True, blank=True)
    mrd_detected = models.BooleanField(null=True, blank=True)
    computed = models.CharField(max_length=4, null=True, blank=True)
    response = models.CharField(max_length=4, choices=Response)
    note = models.TextField(blank=True)

    class Meta(Movable.Meta):
        ordering = ["done_on"]
        constraints = [
            *Movable.Meta.constraints,
            models.UniqueConstraint(
                fields=["pathway", "milestone"],
                condition=~Q(milestone="") & Q(struck_at__isnull=True),
                name="one_myeloma_response_per_milestone",
            ),
            models.CheckConstraint(
                condition=Q(computed__isnull=False, computed=F("response")) | ~Q(differs_because=""),
                name="another_myeloma_response_has_its_reason",
            ),
            models.CheckConstraint(
                condition=_from_0("serum")
                & _from_0("serum_baseline")
                & _from_0("urine")
                & _from_0("urine_baseline")
                & _from_0("dflc")
                & (Q(plasma_cells_percent__isnull=True) | Q(plasma_cells_percent__range=(0, 100))),
                name="myeloma_values_plausible",
            ),
            models.CheckConstraint(
                condition=Q(mrd_detected__isnull=True, mrd_sensitivity__isnull=True, mrd_assay__isnull=True)
                | Q(mrd_detected__isnull=False, mrd_assay__isnull=False),
                name="mrd_has_its_assay",
            ),
        ]


@tracked()
class Visit(Movable):
    """One follow-up visit: where, by whom, and what was found."""

    class Where(models.TextChoices):
        HUB = "hub"
        REFERRING = "referring"
        ELSEWHERE = "elsewhere"
        TELEPHONE = "telephone"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="visits")
    done_on = models.DateField()
    where = models.CharField(max_length=10, choices=Where)
    setting = models.CharField(max_length=12, choices=Assessment.Setting, null=True, blank=True)
    ecog = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta(Movable.Meta):
        ordering = ["done_on"]
        constraints = [
            *Movable.Meta.constraints,
            models.UniqueConstraint(
                fields=["pathway", "done_on", "where"],
                condition=Q(struck_at__isnull=True),
                name="one_visit_per_day_and_place",
            ),
            models.CheckConstraint(condition=Q(ecog__isnull=True) | Q(ecog__lte=4), name="ecog_of_the_living"),
        ]


@tracked()
class FollowUpFact(Recorded):
    """A dated fact of follow-up: a course of prophylaxis or immunoglobulin, a vaccine, a relapse, the next treatment.

    `what`: which of its kind (rules.WHAT); `named`: in words, where the kind alone says too little; `dose`: as it was
    prescribed. `ended_on`: of what has an end; null = still going on, or has none.
    """

    class Kind(models.TextChoices):
        PROPHYLAXIS = rules.PROPHYLAXIS
        IMMUNOGLOBULIN = rules.IMMUNOGLOBULIN
        VACCINE = rules.VACCINE
        RELAPSE = rules.RELAPSE
        TREATMENT = rules.TREATMENT

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="followup_facts")
    kind = models.CharField(max_length=16, choices=Kind)
    what = models.CharField(max_length=24)
    named = models.CharField(max_length=120, blank=True)
    dose = models.CharField(max_length=80, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta(Recorded.Meta):
        ordering = ["-started_on"]
        indexes = [models.Index(fields=["pathway", "kind", "started_on"], name="followup_fact_by_pathway")]
        constraints = [
            *Recorded.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="followup_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(kind__in=sorted(rules.RUNS)), name="what_runs_has_an_end"
            ),
            models.CheckConstraint(
                condition=_what_of_its_kind(),
                name="followup_what_of_its_kind",
            ),
            models.CheckConstraint(
                condition=~Q(what__in=sorted(rules.NAMED)) | ~Q(named=""), name="followup_fact_is_named"
            ),
        ]
        triggers = [pgtrigger.Protect(name="followup_facts_are_kept", operation=pgtrigger.Delete)]


@tracked()
class HandOver(VersionedRow):
    """Follow-up offered by one centre to the other, until it is taken, declined or taken back.

    Who follows is whom the last taken one names; before the first, the hub.
    """

    class To(models.TextChoices):
        REFERRING = rules.REFERRING
        HUB = rules.HUB

    class State(models.TextChoices):
        OFFERED = "offered"
        TAKEN = "taken"
        DECLINED = "declined"
        TAKEN_BACK = "taken_back"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="hand_overs")
    to = models.CharField(max_length=10, choices=To)
    from_on = models.DateField()
    note = models.TextField()
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer_note = models.TextField(blank=True)

    class Meta:
        ordering = ["-offered_at"]
        constraints = [
            models.UniqueConstraint(fields=["pathway"], condition=Q(state="offered"), name="one_open_hand_over"),
            models.CheckConstraint(
                condition=Q(state="offered", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(state="offered") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="hand_over_answered_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer_note=""), name="declined_hand_over_says_why"
            ),
        ]
        triggers = [pgtrigger.Protect(name="hand_overs_are_kept", operation=pgtrigger.Delete)]

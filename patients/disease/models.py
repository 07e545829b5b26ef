"""The disease for which a patient is treated, as far as it is known."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import StruckRow, VersionedRow
from patients.audit.partial import Partial, both_or_none, in_order
from patients.clinical.indications import SUBTYPES
from patients.disease import course, rules
from patients.identity.models import Patient


class Disease(models.TextChoices):
    """The groups in which CAR-T is given (docs/clinical-reference.md 5.1)."""

    LBCL = "lbcl"
    FL = "fl"
    MCL = "mcl"
    ALL = "all"
    MM = "mm"
    OTHER = "other"


class Status(models.TextChoices):
    """How the disease stands after the last line of therapy. Within 12 months: 5.1's clocks."""

    REFRACTORY = "refractory"
    RELAPSE_WITHIN_12_MONTHS = "relapse_within_12_months"
    RELAPSE_LATER = "relapse_later"


class Stage(models.TextChoices):
    """Ann Arbor (Lugano), in lymphoma; myeloma has its ISS."""

    I = "I"  # noqa: E741  the stage's own name
    II = "II"
    III = "III"
    IV = "IV"


class Cns(models.TextChoices):
    """Disease in the central nervous system. Only CNS: subtype PCNSL of the indications (reference 5.1)."""

    NEVER = "never"
    CLEARED = "cleared"
    ACTIVE = "active"


class CytogeneticRisk(models.TextChoices):
    STANDARD = "standard"
    HIGH = "high"


class MrdAssay(models.TextChoices):
    """How minimal residual disease was looked for (reference 3): flow or sequencing."""

    NGF = "NGF"
    NGS = "NGS"


MOST_LINES_TOLD = 4  # "4 or more" is one answer


@tracked()
class Diagnosis(VersionedRow):
    """What is known of a patient's disease now; None = not known. `lines`: completed prior lines, 4 = four or more.

    `told_on`: the local day on which this was last said. `subtype`: of the indications (reference 5.1), large B-cell
    only; `histology`: the diagnosis as the report has it. `diagnosed`: when, as far as it is known. `bulky`: as the
    referring centre says; no size is a limit here. `largest_mass_cm`: the longest diameter. `code`: of
    seeds/diagnoses.yaml. `extranodal_sites`: their number (IPI). Mantle cell: Ki-67, TP53, blastoid or pleomorphic.
    Myeloma: cytogenetic risk and ISS as the centre says; MRD with assay and sensitivity n of 10^-n.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="diagnoses")
    disease = models.CharField(max_length=10, choices=Disease)
    status = models.CharField(max_length=30, choices=Status, null=True, blank=True)
    lines = models.PositiveSmallIntegerField(null=True, blank=True)
    told_on = models.DateField()
    subtype = models.CharField(max_length=12, choices=[(code, code) for code in SUBTYPES], null=True, blank=True)
    histology = models.CharField(max_length=240, blank=True)
    diagnosed_earliest = models.DateField(null=True, blank=True)
    diagnosed_latest = models.DateField(null=True, blank=True)
    diagnosed = Partial()
    stage = models.CharField(max_length=3, choices=Stage, null=True, blank=True)
    bulky = models.BooleanField(null=True, blank=True)
    largest_mass_cm = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    cns = models.CharField(max_length=8, choices=Cns, null=True, blank=True)
    code = models.CharField(max_length=20, null=True, blank=True)
    extranodal_sites = models.PositiveSmallIntegerField(null=True, blank=True)
    ki67_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    tp53_mutated = models.BooleanField(null=True, blank=True)
    blastoid = models.BooleanField(null=True, blank=True)
    cytogenetic_risk = models.CharField(max_length=8, choices=CytogeneticRisk, null=True, blank=True)
    iss = models.CharField(max_length=3, choices=[(code, code) for code in ("I", "II", "III")], null=True, blank=True)
    mrd_assay = models.CharField(max_length=3, choices=MrdAssay, null=True, blank=True)
    mrd_sensitivity = models.PositiveSmallIntegerField(null=True, blank=True)
    mrd_detected = models.BooleanField(null=True, blank=True)
    mrd_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(extranodal_sites__isnull=True) | Q(extranodal_sites__lte=rules.MOST_EXTRANODAL_SITES),
                name="diagnosis_extranodal_sites_plausible",
            ),
            models.CheckConstraint(
                condition=Q(ki67_percent__isnull=True) | Q(ki67_percent__lte=100), name="diagnosis_ki67_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(mrd_sensitivity__isnull=True)
                | Q(mrd_sensitivity__gte=rules.MRD_SENSITIVITY[0], mrd_sensitivity__lte=rules.MRD_SENSITIVITY[1]),
                name="diagnosis_mrd_sensitivity_plausible",
            ),
            both_or_none("diagnosed", name="diagnosis_date_whole"),
            models.CheckConstraint(
                condition=Q(largest_mass_cm__isnull=True)
                | Q(largest_mass_cm__gt=0, largest_mass_cm__lte=rules.LARGEST_MASS_CM),
                name="diagnosis_mass_plausible",
            ),
            models.CheckConstraint(
                condition=Q(subtype__isnull=True) | Q(disease=Disease.LBCL), name="diagnosis_subtype_of_large_b_cell"
            ),
            models.UniqueConstraint(fields=["patient", "disease"], name="one_diagnosis_per_disease"),
            models.CheckConstraint(
                condition=Q(lines__isnull=True) | Q(lines__gte=0, lines__lte=MOST_LINES_TOLD),
                name="lines_told_in_range",
            ),
        ]


class Response(models.TextChoices):
    """The best response to a line, in the words of its disease: Lugano's, and those that only IMWG has."""

    SCR = "scr"
    CR = "cr"
    VGPR = "vgpr"
    PR = "pr"
    MR = "mr"
    SD = "sd"
    PD = "pd"


class DrugClass(models.TextChoices):
    """The classes that indications and wash-outs ask for (reference 4, 5.1, 9). BTKI: a covalent one."""

    ANTI_CD20 = "anti_cd20"
    BTKI = "btki"
    BTKI_NON_COVALENT = "btki_non_covalent"
    IMID = "imid"
    LENALIDOMIDE = "lenalidomide"
    CELMOD = "celmod"
    PI = "pi"
    ANTI_CD38 = "anti_cd38"
    ANTI_SLAMF7 = "anti_slamf7"
    BENDAMUSTINE = "bendamustine"
    ANTI_CD19 = "anti_cd19"
    ANTI_BCMA = "anti_bcma"
    BISPECIFIC = "bispecific"
    TKI = "tki"


class Transplant(models.TextChoices):
    AUTOLOGOUS = "autologous"
    ALLOGENEIC = "allogeneic"


class CountsAs(models.TextChoices):
    """How a recorded therapy is counted (reference 5.1); radiotherapy alone is no line either."""

    LINE = course.LINE
    SAME_PLAN = course.SAME_PLAN
    TOXICITY = course.TOXICITY
    BRIDGING = course.BRIDGING


@tracked()
class TherapyLine(StruckRow):
    """One therapy as the referring centre knows it; `number`: its place in time. None = not known.

    `counts_as`: a line of its own; what continues the plan of the one before (transplant, maintenance) or was changed
    for toxicity belongs to that line; bridging, and `radiotherapy_alone`, are none (reference 5.1). `regimen`: its name
    as people say it; `drugs`: of seeds/drugs.yaml, `classes`: theirs and what else was said. `transplanted`: within
    this therapy, and which in `transplant`. `responded`: when the best response was first seen; `progressed`: relapse
    or progression after it. `refractory`: to it (myeloma: progression on it or within 60 days of its last dose,
    reference 3). `deauville`: of the PET at its end; `biopsy_proven`: that active disease was left or came back.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="therapy_lines")
    disease = models.CharField(max_length=10, choices=Disease)
    number = models.PositiveSmallIntegerField()
    regimen = models.CharField(max_length=80)
    radiotherapy_alone = models.BooleanField(default=False)
    counts_as = models.CharField(max_length=10, choices=CountsAs, default=CountsAs.LINE)
    drugs = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    classes = ArrayField(models.CharField(max_length=20, choices=DrugClass), default=list, blank=True)
    transplanted = models.BooleanField(null=True, blank=True)
    transplant = models.CharField(max_length=12, choices=Transplant, null=True, blank=True)
    started_earliest = models.DateField(null=True, blank=True)
    started_latest = models.DateField(null=True, blank=True)
    started = Partial()
    ended_earliest = models.DateField(null=True, blank=True)
    ended_latest = models.DateField(null=True, blank=True)
    ended = Partial()
    best_response = models.CharField(max_length=4, choices=Response, null=True, blank=True)
    responded_earliest = models.DateField(null=True, blank=True)
    responded_latest = models.DateField(null=True, blank=True)
    responded = Partial()
    refractory = models.BooleanField(null=True, blank=True)
    deauville = models.PositiveSmallIntegerField(null=True, blank=True)
    biopsy_proven = models.BooleanField(null=True, blank=True)
    progressed_earliest = models.DateField(null=True, blank=True)
    progressed_latest = models.DateField(null=True, blank=True)
    progressed = Partial()

    class Meta:
        ordering = ["number"]
        constraints = [
            *StruckRow.Meta.constraints,
            *(
                both_or_none(date, name=f"line_{date}_whole")
                for date in ("started", "ended", "responded", "progressed")
            ),
            in_order("started", "ended", name="line_ends_after_start"),
            in_order("started", "responded", name="line_responds_after_start"),
            in_order("started", "progressed", name="line_progresses_after_start"),
            ExclusionConstraint(  # looked at when all is written, so that two lines may change places
                expressions=[("patient", "="), ("disease", "="), ("number", "=")],
                condition=Q(struck_at__isnull=True),
                deferrable=models.Deferrable.DEFERRED,
                name="one_line_per_number",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=rules.MOST_LINES), name="line_number_in_range"
            ),
            models.CheckConstraint(condition=~Q(regimen=""), name="line_has_a_regimen"),
            models.CheckConstraint(
                condition=Q(deauville__isnull=True) | Q(deauville__gte=1, deauville__lte=5),
                name="line_deauville_from_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(transplant__isnull=True) | Q(transplanted=True), name="line_transplant_was_done"
            ),
        ]


def standing_lines(patient: Patient, disease: str) -> list[TherapyLine]:
    """The lines of a disease that count, in order."""
    return list(TherapyLine.objects.standing().filter(patient=patient, disease=disease).order_by("number"))

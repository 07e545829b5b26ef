"""The trials behind products and rules: data from seeds/evidence.yaml and seeds/corrections.yaml, read only."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import Row
from patients.products.models import Product

# What may be measured, and which analysis; their words stand with the page.
ENDPOINTS = frozenset(
    {
        *("orr", "cr", "scr", "vgpr_or_better", "mrd_negative", "pfs", "pfs_cr", "os", "os_cr", "efs", "ffs"),
        *("dor", "dor_cr", "alive", "crs_any", "crs_severe", "neuro_any", "neuro_severe"),
        *("randomisation_to_infusion", "apheresis_to_infusion", "ibrutinib_before", "acalabrutinib_before"),
        *("both_btki_before", "btki_refractory", "btki_relapsed", "smipi_intermediate_or_high"),
        *("blastoid_or_pleomorphic", "ki67_30_or_more", "tp53_mutated", "median_age_years", "age_75_or_more"),
        *("age_over_75", "age_65_or_more", "asthma_or_copd", "high_risk_cytogenetics", "lenalidomide_exposed"),
        *("lenalidomide_refractory", "imid_and_pi_refractory", "renal_impairment", "pi_before", "imid_before"),
        *("any_adverse_event", "serious_adverse_event", "adverse_event_grade_3", "stopped_for_adverse_event"),
    }
)
CUTS = frozenset(
    {
        *("first_report", "primary", "three_years", "four_years", "five_years", "final", "eu_label"),
        *("after_induction", "after_transplant"),
    }
)


@tracked()
class Correction(models.Model):
    """What in one of the two papers is wrong or superseded, by its number in section 8.1 of the reference."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    paper = models.CharField(max_length=2)
    text_it = models.TextField()
    text_en = models.TextField()
    source = models.CharField(max_length=40)
    tag = models.CharField(max_length=1, blank=True)

    class Meta:
        ordering = ["number"]


@tracked()
class Trial(models.Model):
    """A trial of section 8 of the reference. Empty or null: the reference does not say.

    `arms`: [{"name", "n", "enrolled", "evaluated"}]; `n` where only the whole is known. `crs_scale`, `neuro_scale`: by
    which toxicity was graded: figures by different scales do not compare.
    """

    class Design(models.TextChoices):
        RANDOMISED = "randomised"
        SINGLE_ARM = "single_arm"
        RETROSPECTIVE = "retrospective"

    class Line(models.TextChoices):
        FIRST = "first"
        SECOND = "second"
        SECOND_OR_LATER = "second_or_later"
        THIRD_OR_LATER = "third_or_later"
        RELAPSED = "relapsed"

    code = models.CharField(primary_key=True, max_length=40)
    order = models.PositiveSmallIntegerField()
    registration = models.CharField(max_length=20, blank=True)
    design = models.CharField(max_length=20, choices=Design)
    phase = models.CharField(max_length=5, blank=True)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="trials")
    disease = models.CharField(max_length=10)
    line = models.CharField(max_length=20, choices=Line)
    setting_it = models.CharField(max_length=240)
    setting_en = models.CharField(max_length=240)
    n = models.PositiveIntegerField(null=True, blank=True)
    arms = models.JSONField()
    crs_scale = models.CharField(max_length=40, blank=True)
    neuro_scale = models.CharField(max_length=40, blank=True)
    follow_up_months = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    citations = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    corrections = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # of the whole trial
    source = models.CharField(max_length=40)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.code

    @property
    def total(self) -> int | None:
        """How many patients in all arms; None where an arm is not reported."""
        if self.n is not None:
            return self.n
        told = [arm.get("n") for arm in self.arms]
        return None if None in told else sum(told)


@tracked()
class Figure(Row):
    """One published figure of a trial. `arm`: as in the trial's arms, or a contrast of two ("A v B").

    `value` to `value_to`: a span; `reached` false: the median was not reached; `bound`: more or less than the value.
    `low`, `high`, `level_percent`: its interval, and its level where it is said. `at_months`: of a rate. `n`: of whom,
    where not of the whole arm. `tag`: the mark of the reference.
    """

    class Group(models.TextChoices):
        POPULATION = "population"
        RESPONSE = "response"
        MRD = "mrd"
        SURVIVAL = "survival"
        SUBGROUP = "subgroup"
        SAFETY = "safety"
        CRS = "crs"
        NEURO = "neuro"
        TIMING = "timing"

    class Measure(models.TextChoices):
        PERCENT = "percent"
        RATE = "rate"
        MEDIAN_MONTHS = "median_months"
        HAZARD_RATIO = "hazard_ratio"
        ODDS_RATIO = "odds_ratio"
        P_VALUE = "p_value"
        DAYS = "days"
        YEARS = "years"

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="figures")
    order = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=12, choices=Group)
    endpoint = models.CharField(max_length=40)
    measure = models.CharField(max_length=16, choices=Measure)
    arm = models.CharField(max_length=60)
    # Numbers in the digits of the reference (53.0 is not 53); empty = none.
    value = models.CharField(max_length=10, blank=True)
    value_to = models.CharField(max_length=10, blank=True)
    reached = models.BooleanField(default=True)
    bound = models.CharField(max_length=1, blank=True)
    low = models.CharField(max_length=10, blank=True)
    high = models.CharField(max_length=10, blank=True)
    level_percent = models.CharField(max_length=5, blank=True)
    p = models.CharField(max_length=10, blank=True)
    at_months = models.PositiveSmallIntegerField(null=True, blank=True)
    cut = models.CharField(max_length=20, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    assay = models.CharField(max_length=20, blank=True)
    tag = models.CharField(max_length=1, blank=True)
    note_it = models.CharField(max_length=240, blank=True)
    note_en = models.CharField(max_length=240, blank=True)
    correction = models.ForeignKey(Correction, null=True, blank=True, on_delete=models.PROTECT, related_name="figures")

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "order"], name="one_figure_per_place"),
            models.CheckConstraint(
                condition=~Q(value="") & Q(reached=True)
                | Q(value="", reached=False, measure="median_months")
                | Q(value="", measure="p_value") & ~Q(p=""),
                name="figure_has_a_value_or_was_not_reached",
            ),
            models.CheckConstraint(
                condition=Q(measure="rate", at_months__isnull=False) | ~Q(measure="rate") & Q(at_months__isnull=True),
                name="rate_says_its_month",
            ),
        ]

    @property
    def number(self) -> Decimal | None:
        """The value as a number; of a span its first end."""
        return Decimal(self.value) if self.value else None

    @property
    def number_to(self) -> Decimal | None:
        """The other end of a span; without one the value itself."""
        return Decimal(self.value_to) if self.value_to else self.number

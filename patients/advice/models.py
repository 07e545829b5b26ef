"""What published sources say to consider, each hub's own wording of it, and whether the hub shows it at all."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from patients.audit.history import tracked
from patients.audit.models import SaidRow
from patients.centres.models import Centre, User


class Guideline(models.TextChoices):
    EBMT = "ebmt", "EBMT/EHA"
    ASCO = "asco", "ASCO"
    NCCN = "nccn", "NCCN"


class Topic(models.TextChoices):
    """What a text is about; the first two have a grade and a guideline."""

    CRS = "crs"
    ICANS = "icans"
    TOCILIZUMAB = "tocilizumab"
    PERSISTENT = "persistent"
    INTENSIVE_CARE = "intensive_care"
    ISOLATED_ICANS = "isolated_icans"
    STEROIDS = "steroids"
    ANTIFUNGAL = "antifungal"
    ANTIEPILEPTIC = "antiepileptic"
    NEAR = "near"
    DRIVING = "driving"


GRADED = [Topic.CRS, Topic.ICANS]


@tracked()
class AdviceLine(models.Model):
    """One published text, from seeds/advice.yaml; a source's words for one grade, or a rule whatever the set.

    `text_*`: one item a line. `place`: EU or US, "" = not bound to one. `hours`: of grade 1, for `products` (empty: for
    those that no other row names). `edition_*`: what was published; `tag`: the reference's mark.
    """

    code = models.CharField(primary_key=True, max_length=40)
    order = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=20, choices=Topic)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    guideline = models.CharField(max_length=4, choices=Guideline, blank=True)
    products = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    place = models.CharField(max_length=2, blank=True)
    text_it = models.TextField()
    text_en = models.TextField()
    source = models.CharField(max_length=40)
    tag = models.CharField(max_length=1, blank=True)
    edition_it = models.CharField(max_length=120, blank=True)
    edition_en = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__in=GRADED, grade__gte=1, grade__lte=4) & ~Q(guideline="")
                | ~Q(topic__in=GRADED) & Q(grade__isnull=True, guideline=""),
                name="graded_advice_has_its_source",
            ),
            models.CheckConstraint(
                condition=Q(topic=Topic.PERSISTENT, hours__gte=1) | ~Q(topic=Topic.PERSISTENT) & Q(hours__isnull=True),
                name="persistent_advice_has_its_hours",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="advice_has_its_source"),
        ]

    def __str__(self) -> str:
        return self.code


@tracked()
class AdviceSwitch(SaidRow):
    """A hub switches the module on or off; the newest one counts, no row: off. `guidelines`: the sets that it shows."""

    hub = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="advice_switches")
    version = models.PositiveIntegerField()
    on = models.BooleanField()
    guidelines = ArrayField(models.CharField(max_length=4, choices=Guideline), default=list, blank=True)
    why = models.CharField(max_length=240)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["hub", "version"], name="one_advice_switch_a_version"),
            models.CheckConstraint(condition=~Q(why=""), name="advice_switch_says_why"),
            models.CheckConstraint(condition=Q(on=False) | ~Q(guidelines=[]), name="advice_on_has_its_sources"),
        ]


@tracked()
class AdviceEdit(SaidRow):
    """A hub's own words for a text, in its own language; the newest counts. `text` empty: the reference's again.

    `hours`: the hub's own, of a grade 1 that persists; later than the reference's two haematologists agree.
    """

    hub = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="advice_edits")
    line = models.ForeignKey(AdviceLine, on_delete=models.PROTECT, related_name="edits")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    why = models.CharField(max_length=240)
    second_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(condition=Q(hours__isnull=True) | Q(hours__gte=1), name="advice_hours_are_some"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("by")), name="advice_seconded_by_somebody_else"
            ),
            models.UniqueConstraint(fields=["hub", "line", "version"], name="one_advice_edit_a_version"),
            models.CheckConstraint(condition=~Q(why=""), name="advice_edit_says_why"),
        ]

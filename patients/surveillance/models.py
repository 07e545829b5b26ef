"""Who is watched and what was found; which centres asked for a person whom another centre knows."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from patients.audit.history import tracked
from patients.audit.models import Row, StruckRow, VersionedRow
from patients.audit.partial import Partial, both_or_none, in_order
from patients.centres.models import Centre, User
from patients.clinical.indications import SUBTYPES
from patients.clinical.response import DEAUVILLE
from patients.disease.models import MOST_LINES_TOLD
from patients.identity import access
from patients.identity.models import CareLink, Patient
from patients.pathway.models import Pathway
from patients.surveillance import rules


@tracked()
class KnownElsewhere(Row):
    """One answer "a request for this person exists" to a user of another centre who said that they treat the person.

    It names no patient's centre; who asked and for whom is here so that it is found and counted.
    """

    append_only = True

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


@tracked()
class WatchRule(VersionedRow):
    """What a watch asks for, as data (seeds/surveillance.yaml): intervals, and who of the centre is told when.

    `source`: its key in docs/clinical-reference.md, "convention" where the reference is silent. `levels`: days after
    the due day, told in turn until somebody takes care; without "everybody" the patient's doctor, with it every
    haematologist of the referral centre. Nobody of a hub is ever told.
    """

    code = models.CharField(max_length=20, unique=True, choices=[(code, code) for code in rules.TASKS])
    order = models.PositiveSmallIntegerField(default=0)
    every_months = models.PositiveSmallIntegerField(null=True, blank=True)
    leeway_days = models.PositiveSmallIntegerField(null=True, blank=True)
    within_days = models.PositiveSmallIntegerField(null=True, blank=True)
    at_time = models.TimeField()
    levels = models.JSONField()
    source = models.CharField(max_length=20)
    tag = models.CharField(max_length=1, blank=True)

    class Meta:
        ordering = ["order"]


class Drug(models.TextChoices):
    """The covalent inhibitors of BTK (reference 9); pirtobrutinib does not bind covalently."""

    IBRUTINIB = "ibrutinib"
    ACALABRUTINIB = "acalabrutinib"
    ZANUBRUTINIB = "zanubrutinib"


class WatchQuerySet(models.QuerySet):
    """Watches, always begun from what a user may see."""

    def visible_to(self, user: User) -> models.QuerySet:
        """The watches of the referral centres at which a user reads its own patients. Of no other centre, ever."""
        own = access.links(user, "dossier").filter(
            kind=CareLink.Kind.REFERRING, patient=OuterRef("patient"), centre=OuterRef("centre")
        )
        return self.filter(Exists(own))

    def under_way(self) -> models.QuerySet:
        return self.exclude(state=rules.ENDED)


def _found_of_its_kind() -> Q:
    allowed = Q()
    for what, outcomes in rules.OUTCOMES.items():
        allowed |= Q(what=what, outcome__in=outcomes)
    return allowed


# What is due next follows from the rest: the planner writes it for lists and counts, and it is no fact.
@tracked(exclude=("due_what", "due_earliest", "due_latest", "window_earliest", "window_latest"))
class Watch(VersionedRow):
    """One patient watched by the referral centre that treats them, seen by that centre alone.

    `first_line`: large B-cell lymphoma from the first cycle on: planned cycles, the days between their first days,
    what was given so far (`cycles_given`, first day of the last of them), the last dose. `btki`: mantle cell lymphoma
    on a covalent BTK inhibitor: which, and in which line (None = not known). `every_months`: between visits or checks.

    `doctor`: whom reminders are told to. `pathway`: the referral that the watch has turned into, or whose draft it
    filled; a referral that ends before CAR-T lets the watch go on.
    """

    class Kind(models.TextChoices):
        FIRST_LINE = rules.FIRST_LINE
        BTKI = rules.BTKI

    class State(models.TextChoices):
        OPEN = rules.OPEN
        REFERRED = rules.REFERRED
        ENDED = rules.ENDED

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="watches")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="watches")
    kind = models.CharField(max_length=12, choices=Kind)
    doctor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subtype = models.CharField(max_length=12, choices=[(code, code) for code in SUBTYPES], null=True, blank=True)
    regimen = models.CharField(max_length=80, blank=True)
    drug = models.CharField(max_length=16, choices=Drug, null=True, blank=True)
    line = models.PositiveSmallIntegerField(null=True, blank=True)
    started_earliest = models.DateField()
    started_latest = models.DateField()
    started = Partial()
    planned_cycles = models.PositiveSmallIntegerField(null=True, blank=True)
    days_between_cycles = models.PositiveSmallIntegerField(null=True, blank=True)
    cycles_given = models.PositiveSmallIntegerField(null=True, blank=True)
    last_cycle = models.DateField(null=True, blank=True)
    last_dose_earliest = models.DateField(null=True, blank=True)
    last_dose_latest = models.DateField(null=True, blank=True)
    last_dose = Partial()
    every_months = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    pathway = models.ForeignKey(Pathway, null=True, blank=True, on_delete=models.PROTECT, related_name="watches")
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(
        max_length=20, choices=[(code, code) for code in rules.END_REASONS], null=True, blank=True
    )
    end_note = models.CharField(max_length=400, blank=True)
    due_what = models.CharField(max_length=20, blank=True)
    due_earliest = models.DateField(null=True, blank=True)
    due_latest = models.DateField(null=True, blank=True)
    due = Partial()
    window_earliest = models.DateField(null=True, blank=True)
    window_latest = models.DateField(null=True, blank=True)
    window = Partial()

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=~Q(state="ended"), name="one_watch_under_way_per_patient"
            ),
            both_or_none("started", name="watch_start_whole"),
            both_or_none("last_dose", name="watch_last_dose_whole"),
            in_order("started", "last_dose", name="watch_last_dose_after_start"),
            models.CheckConstraint(
                condition=Q(
                    kind="first_line",
                    planned_cycles__isnull=False,
                    days_between_cycles__isnull=False,
                    planned_cycles__gte=1,
                    planned_cycles__lte=rules.MOST_CYCLES,
                    days_between_cycles__gte=rules.CYCLE_DAYS[0],
                    days_between_cycles__lte=rules.CYCLE_DAYS[1],
                    drug__isnull=True,
                    line__isnull=True,
                )
                | Q(
                    kind="btki",
                    drug__isnull=False,
                    planned_cycles__isnull=True,
                    days_between_cycles__isnull=True,
                    cycles_given__isnull=True,
                    last_dose_earliest__isnull=True,
                    subtype__isnull=True,
                ),
                name="watch_says_what_its_kind_asks",
            ),
            models.CheckConstraint(
                condition=Q(cycles_given__isnull=True, last_cycle__isnull=True)
                | Q(
                    cycles_given__isnull=False,
                    cycles_given__gte=1,
                    last_cycle__isnull=False,
                    cycles_given__lte=F("planned_cycles"),
                ),
                name="watch_cycles_given_with_their_day",
            ),
            models.CheckConstraint(
                condition=Q(last_cycle__isnull=True) | Q(last_cycle__gte=F("started_earliest")),
                name="watch_cycle_after_start",
            ),
            models.CheckConstraint(
                condition=Q(line__isnull=True) | Q(line__gte=1, line__lte=MOST_LINES_TOLD), name="watch_line_in_range"
            ),
            models.CheckConstraint(
                condition=Q(every_months__gte=1, every_months__lte=rules.WINDOW_MONTHS), name="watch_interval_in_range"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False, end_reason__isnull=False)
                | ~Q(state="ended") & Q(ended_on__isnull=True, end_reason__isnull=True, end_note=""),
                name="watch_ended_when_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="referred") | Q(pathway__isnull=False), name="referred_watch_has_its_pathway"
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "due_latest"], condition=~Q(state="ended"), name="watches_by_due"),
            models.Index(fields=["window_latest"], condition=Q(state="open"), name="watches_by_window"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def course(self, asked: dict[str, WatchRule]) -> rules.Course:
        """What the rules read of the watch; `asked`: the rows of WatchRule by code."""
        return rules.Course(
            kind=self.kind,
            started=self.started,
            every_months=self.every_months,
            planned_cycles=self.planned_cycles,
            days_between_cycles=self.days_between_cycles,
            cycles_given=self.cycles_given,
            last_cycle=self.last_cycle,
            last_dose=self.last_dose,
            leeway_days=asked[rules.VISIT].leeway_days,
            refer_within_days=asked[rules.REFER].within_days,
        )


@tracked()
class WatchFinding(StruckRow):
    """What was found at a PET, a visit or a response check, on a day as far as it is known.

    `satisfactory`: of a check, as the doctor judges it; None = not said. `pathway`: the referral that it led to.
    `kept_why`: why it leads to none for now; the watch goes on.
    """

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="findings")
    what = models.CharField(max_length=12, choices=[(what, what) for what in rules.OUTCOMES])
    seen_earliest = models.DateField()
    seen_latest = models.DateField()
    seen = Partial()
    outcome = models.CharField(max_length=8)
    deauville = models.CharField(max_length=1, null=True, blank=True, choices=[(one, one) for one in DEAUVILLE])
    satisfactory = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    pathway = models.ForeignKey(Pathway, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kept_why = models.CharField(max_length=400, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(StruckRow.Meta):
        ordering = ["seen_latest", "recorded_at"]
        constraints = [
            *StruckRow.Meta.constraints,
            both_or_none("seen", name="finding_day_whole"),
            models.CheckConstraint(condition=_found_of_its_kind(), name="finding_outcome_of_its_kind"),
            models.CheckConstraint(
                condition=Q(deauville__isnull=True) | Q(what__in=rules.PETS), name="finding_deauville_of_a_pet"
            ),
            models.CheckConstraint(
                condition=Q(satisfactory__isnull=True) | Q(what=rules.CHECK), name="finding_satisfactory_of_a_check"
            ),
            models.CheckConstraint(
                condition=Q(kept_why="", kept_at__isnull=True, kept_by__isnull=True)
                | ~Q(kept_why="") & Q(kept_at__isnull=False, kept_by__isnull=False),
                name="finding_kept_by_whom_and_why",
            ),
        ]

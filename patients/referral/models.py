"""Asking early: the eight answers of a referral, what the hub answered, and what it asked in between."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import SaidRow, VersionedRow
from patients.audit.partial import Partial, both_or_none
from patients.centres.models import User
from patients.disease.models import MOST_LINES_TOLD, Status
from patients.identity.models import Patient
from patients.observations.models import HideableRow
from patients.pathway.models import Pathway
from patients.referral import rules


@tracked()
class Referral(VersionedRow):
    """The eight answers, as they stood when asked. Name, codes, disease and hub stand on patient and pathway.

    None = not known once its name stands in `answered`; before that it has not been said. `ecog` "3-4" is one answer.
    """

    class Ecog(models.TextChoices):
        ZERO = "0"
        ONE = "1"
        TWO = "2"
        THREE_OR_FOUR = "3-4"

    pathway = models.OneToOneField(Pathway, on_delete=models.PROTECT, related_name="referral")
    status = models.CharField(max_length=30, choices=Status, null=True, blank=True)
    lines = models.PositiveSmallIntegerField(null=True, blank=True)
    ecog = models.CharField(max_length=3, choices=Ecog, null=True, blank=True)
    needed_within_days = models.PositiveSmallIntegerField(null=True, blank=True)
    referrer_phone = models.CharField(max_length=40, blank=True)
    form_key = models.UUIDField(unique=True)  # of the form that began it: a double click finds its row
    answered = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
                name="referral_sent_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(lines__isnull=True) | Q(lines__gte=1, lines__lte=MOST_LINES_TOLD),
                name="referral_lines_in_range",
            ),
            models.CheckConstraint(
                condition=Q(needed_within_days__isnull=True) | Q(needed_within_days__in=rules.NEEDED_WITHIN_DAYS),
                name="referral_needed_within",
            ),
        ]


@tracked()
class HubAnswer(SaidRow):
    """One answer of the hub to a referral. `grounds`, `reason`, `instead`, `ask_again` belong to advising against."""

    class Kind(models.TextChoices):
        TAKEN_ON = "taken_on"
        MORE_ASKED = "more_asked"
        ADVISED_AGAINST = "advised_against"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="hub_answers")
    kind = models.CharField(max_length=20, choices=Kind)
    grounds = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    reason = models.TextField(blank=True)
    instead = models.TextField(blank=True)
    ask_again = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="advised_against") | (~Q(reason="") & ~Q(instead="") & ~Q(grounds=[])),
                name="advice_against_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind="advised_against") | ~Q(grounds__contained_by=list(rules.NEVER_ALONE)),
                name="advice_not_by_age_alone",
            ),
        ]


@tracked()
class Question(VersionedRow):
    """One thing that the hub asked for, and the referrer's answer. `item`: a code of rules.ITEMS."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="questions")
    item = models.CharField(max_length=30)
    text = models.CharField(max_length=400, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["asked_at", "item"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="question_answered_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["referral", "item"], condition=Q(answered_at__isnull=True), name="one_open_question_per_item"
            ),
        ]


# ── the dossier ──────────────────────────────────────────────────────────────────────────────────────────────────


@tracked()
class SectionSaid(VersionedRow):
    """When a section of the dossier was last written, and what was said there that no other row can hold.

    `said`: items of rules.SECTIONS that are not known, and "medicines_none", "lines_none". The answers themselves stand
    where they belong.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="sections")
    kind = models.CharField(max_length=20)
    said = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pathway", "kind"], name="one_row_per_section"),
            models.CheckConstraint(condition=Q(kind__in=list(rules.SECTIONS)), name="section_of_the_dossier"),
        ]


@tracked()
class Comorbidity(HideableRow):
    """Illness of one organ system: present, absent, or not known (None), and which."""

    class System(models.TextChoices):
        CARDIOVASCULAR = "cardiovascular"
        RESPIRATORY = "respiratory"
        RENAL = "renal"
        HEPATIC = "hepatic"
        INFECTIOUS = "infectious"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="comorbidities")
    system = models.CharField(max_length=16, choices=System)
    present = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta(HideableRow.Meta):
        ordering = ["system"]
        constraints = [
            *HideableRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["patient", "system", "hidden"],
                condition=Q(struck_at__isnull=True),
                name="one_answer_per_organ_system",
            ),
        ]


@tracked()
class Medicine(HideableRow):
    """A medicine that the patient takes or took: its dose as said, and its last dose as far as it is known.

    `taken_now` None = not known. `washout`: the kind of treatment whose wash-out it counts for (seeds/washouts.yaml),
    "" = none of them.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="medicines")
    name = models.CharField(max_length=80)
    dose = models.CharField(max_length=80, blank=True)
    washout = models.CharField(max_length=40, blank=True)
    taken_now = models.BooleanField(null=True, blank=True)
    last_dose_earliest = models.DateField(null=True, blank=True)
    last_dose_latest = models.DateField(null=True, blank=True)
    last_dose = Partial()

    class Meta(HideableRow.Meta):
        ordering = ["recorded_at"]
        constraints = [
            *HideableRow.Meta.constraints,
            both_or_none("last_dose", name="medicine_last_dose_whole"),
            models.CheckConstraint(condition=~Q(name=""), name="medicine_has_a_name"),
        ]


@tracked()
class Living(VersionedRow):
    """Where and with whom a patient lives; None = not known.

    `within_two_hours`: can stay within two hours' travel of the hub for the four weeks after infusion (reference 4).
    """

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="living")
    town = models.CharField(max_length=80, blank=True)
    within_two_hours = models.BooleanField(null=True, blank=True)
    caregiver = models.BooleanField(null=True, blank=True)
    caregiver_name = models.CharField(max_length=120, blank=True)
    caregiver_phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=40, blank=True)
    interpreter_needed = models.BooleanField(null=True, blank=True)


@tracked()
class Information(SaidRow):
    """The patient was told that data go to the hub, or took that back. Appended; the newest stands."""

    class Kind(models.TextChoices):
        INFORMED = "informed"
        WITHDRAWN = "withdrawn"

    class How(models.TextChoices):
        SPOKEN = "spoken"
        WRITTEN = "written"
        BOTH = "both"

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="information")
    kind = models.CharField(max_length=10, choices=Kind)
    said_on = models.DateField()
    how = models.CharField(max_length=8, choices=How)
    notice_version = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="informed") | ~Q(notice_version=""), name="informed_by_a_notice_version"
            ),
        ]


def is_withdrawn(patient: Patient) -> bool:
    """Whether the patient's last word is that data may not go to a hub."""
    last = Information.objects.filter(pathway__patient=patient).order_by("-at").first()
    return last is not None and last.kind == Information.Kind.WITHDRAWN

"""Asking early: the eight answers of a referral, what the hub answered, and what it asked in between."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.audit.history import tracked
from patients.audit.models import Row, VersionedRow
from patients.centres.models import User
from patients.disease.models import MOST_LINES_TOLD, Status
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
class HubAnswer(Row):
    """One answer of the hub to a referral. `grounds`, `reason`, `instead`, `ask_again` belong to advising against."""

    append_only = True

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
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

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

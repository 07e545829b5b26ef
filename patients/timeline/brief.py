"""The pathway in brief: what was decided and why, the worst grades so far, how it ended."""

from dataclasses import dataclass

from django.db.models import Q

from patients.eligibility.models import Decision
from patients.eligibility.words import SHORT
from patients.pathway.shown import Standing
from patients.referral.models import HubAnswer
from patients.referral.words import GROUNDS, HUB_ANSWERS
from patients.toxicity.models import Grade, ReportedGrade
from patients.toxicity.words import SCALES


@dataclass(frozen=True)
class Verdict:
    """A decision, or the hub's advice against, in words."""

    kind: str
    reason: str
    grounds: list[str]
    instead: str
    product: str
    on: object
    who: str
    again: object = ""
    conditions: str = ""
    off_label: str = ""


def verdict(standing: Standing) -> Verdict | None:
    """The decision that stands, else the hub's advice against; for whoever reads the status."""
    if not standing.access.reads("status"):
        return None
    until = Q(at__lte=standing.access.until) if standing.access.until else Q()
    decision = Decision.objects.filter(until, pathway=standing.now_pathway).order_by("-at").first()
    if decision is not None:
        return Verdict(
            str(SHORT[decision.kind]),
            decision.reason,
            [str(GROUNDS[code]) for code in decision.grounds],
            decision.instead,
            decision.product_id or "",
            decision.board_on,
            decision.decider,
            decision.reassess_on,
            decision.conditions,
            decision.off_label_reason,
        )
    against = HubAnswer.objects.filter(
        until, referral__pathway=standing.now_pathway, kind=HubAnswer.Kind.ADVISED_AGAINST
    )
    answer = against.select_related("by").order_by("-at").first()
    if answer is None:
        return None
    return Verdict(
        str(HUB_ANSWERS[answer.kind]),
        answer.reason,
        [str(GROUNDS[code]) for code in answer.grounds],
        answer.instead,
        "",
        answer.at,
        answer.by.get_full_name(),
        answer.ask_again,
    )


def worst_grades(standing: Standing) -> list[tuple[str, int | None, str]]:
    """Per scale the worst grade so far: confirmed where a person confirmed, else computed; reported ones of a study.

    None = never assessed. Nothing before the infusion. For whoever reads the status; the daily grid is another facet.
    """
    if not standing.access.reads("status"):
        return []
    pathway, until = standing.now_pathway, standing.access.until
    if pathway.imported:
        latest = ReportedGrade.objects.filter(pathway=pathway).order_by("scale", "day", "-version")
        worst = {}
        for row in latest.distinct("scale", "day"):
            if row.value is not None:
                worst[row.scale] = max(row.value, worst.get(row.scale, 0))
        return [(words, worst.get(scale), "reported") for scale, words in SCALES.items()]
    if not standing.happened("infusion"):
        return []
    grades = Grade.objects.filter(
        assessment__pathway=pathway, assessment__struck_at__isnull=True, assessment__corrected_by__isnull=True
    )
    if until:
        grades = grades.filter(assessment__recorded_at__lte=until)
    worst: dict[str, tuple[int, str]] = {}
    for grade in grades:
        if grade.value is not None and grade.value > worst.get(grade.scale, (-1, ""))[0]:
            worst[grade.scale] = (grade.value, "confirmed" if grade.is_confirmed else "computed")
    return [(words, *worst.get(scale, (None, ""))) for scale, words in SCALES.items()]

"""The patient's summary on one A4 page: what a doctor who never opened CARPath must know, as its reader may see it."""

from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext as _

from patients.audit import clock
from patients.audit.fields import partial_words
from patients.clinical.days import PartialDate
from patients.disease import course
from patients.disease.models import TherapyLine
from patients.disease.words import RESPONSES
from patients.pathway.models import Milestone, Pathway
from patients.pathway.shown import Standing
from patients.pathway.words import MILESTONES
from patients.toxicity.models import Treatment
from patients.toxicity.words import DRUGS

LINES_SHOWN = 6


@dataclass(frozen=True)
class DateRow:
    """A milestone: when it was planned, when it happened."""

    what: str
    planned: str
    actual: str


@dataclass(frozen=True)
class Line:
    """A therapy in one row; `number`: of its line, None = it is none."""

    number: int | None
    regimen: str
    when: str
    response: str


@dataclass(frozen=True)
class Summary:
    """What the page holds below its head."""

    dates: list[DateRow]
    lines: list[Line] = field(default_factory=list)
    earlier_lines: int = 0
    drugs: list[str] = field(default_factory=list)


def summary(standing: Standing) -> Summary:
    """The dates for who reads them, lines of therapy for readers of the dossier, drugs for readers of toxicity.

    Lines and drugs are those of today: whose care has ended reads none.
    """
    now = standing.access.until is None
    lines = _lines(standing.now_pathway) if now and standing.access.reads("dossier") else []
    return Summary(
        dates=[_date_row(row) for row in standing.milestones.values()],
        lines=lines[-LINES_SHOWN:],
        earlier_lines=max(len(lines) - LINES_SHOWN, 0),
        drugs=_drugs(standing.now_pathway) if now and standing.access.reads("toxicity") else [],
    )


def _date_row(row: Milestone) -> DateRow:
    actual = _day_words(row.day) if row.day else ""
    if row.before_carpath:
        actual = f"{actual} ({_('before CARPath')})" if actual else _("before CARPath, day not known")
    return DateRow(str(MILESTONES[row.what]), f"{row.planned_on:%d/%m/%Y}" if row.planned_on else "", actual)


def _day_words(day) -> str:
    return partial_words(day) if isinstance(day, PartialDate) else f"{day:%d/%m/%Y}"


def _lines(pathway: Pathway) -> list[Line]:
    rows = TherapyLine.objects.standing().filter(patient=pathway.patient_id).order_by("disease", "number")
    numbers = [number for _, group in groupby(rows, lambda row: row.disease) for number in course.numbers(list(group))]
    return [
        Line(
            number,
            row.regimen,
            _span(row.started_earliest, row.started_latest, row.ended_earliest, row.ended_latest),
            str(RESPONSES[row.best_response]) if row.best_response else _("response not known"),
        )
        for number, row in zip(numbers, rows, strict=True)
    ]


def _span(started_earliest, started_latest, ended_earliest, ended_latest) -> str:
    ends = ((started_earliest, started_latest), (ended_earliest, ended_latest))
    known = [partial_words(PartialDate(first, last)) if first else "?" for first, last in ends]
    return "–".join(known) if known != ["?", "?"] else _("dates not known")


def _drugs(pathway: Pathway) -> list[str]:
    """Per drug given for toxicity how often and when last: "Tocilizumab: 2 (last 17/11 21:10)"."""
    given: dict[str, list] = {}
    for drug, at in Treatment.objects.standing().filter(pathway=pathway).order_by("at").values_list("drug", "at"):
        given.setdefault(drug, []).append(at)
    zone = pathway.hub.timezone
    words = []
    for drug, times in given.items():
        known = [at for at in times if at is not None]
        last = f"{clock.local(known[-1], zone):%d/%m/%Y %H:%M}" if known else _("not known")
        words.append(
            _("%(drug)s: %(count)d (last %(last)s)") % {"drug": DRUGS[drug], "count": len(times), "last": last}
        )
    return words

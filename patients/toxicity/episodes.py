"""Episodes of CRS and ICANS with what was given in them; other toxicities; stays in intensive care: in words."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.clinical import days
from patients.pathway.models import Pathway
from patients.toxicity import reading, rules, words
from patients.toxicity.models import Treatment


@dataclass(frozen=True)
class EpisodeShown:
    """One episode: what the chip says, its days, its worst grade, and each drug given from its start to its end."""

    text: str
    name: str
    start: str
    end: str
    worst: int
    confirmed: int | None
    drugs: list[str]
    tocilizumab: int
    steroid: str


def episode_shown(one: rules.Episode, course: reading.Course, pathway: Pathway) -> EpisodeShown:
    """An episode with the treatments of its time: a drug belongs to every episode in which it was given."""
    given = [row for row in course.treatments if one.holds(row.at)]
    return EpisodeShown(
        text=_chip(one, pathway),
        name=words.SCALES[one.scale],
        start=_moment(one.started_at, pathway),
        end=_moment(one.ended_at, pathway) if one.ended_at else "",
        worst=one.worst,
        confirmed=one.confirmed,
        drugs=[_drug(row, pathway) for row in given],
        tocilizumab=sum(row.drug == Treatment.Drug.TOCILIZUMAB for row in given),
        steroid=_steroid(given),
    )


def dose(value: Decimal) -> str:
    """A dose without zeros that nobody wrote: 624, 37,5."""
    return number_format(value.to_integral_value() if value == value.to_integral_value() else value.normalize())


def _drug(row: Treatment, pathway: Pathway) -> str:
    amount = f" {dose(row.dose_mg)} {row.unit}" if row.dose_mg is not None else ""
    return f"{words.DRUGS[row.drug]}{amount}, {_moment(row.at, pathway)}"


def _steroid(given: list[Treatment]) -> str:
    total, whole = rules.dexamethasone_equivalent_mg((row.drug, row.dose_mg) for row in given)
    if total is None:
        return ""
    told = _("%(mg)s mg of dexamethasone equivalent") % {"mg": number_format(round(total, 1))}
    return told if whole else _("%(told)s, without the steroids that have no published equivalent") % {"told": told}


def _chip(one: rules.Episode, pathway: Pathway) -> str:
    worst = one.worst if one.confirmed is None else max(one.confirmed, one.worst)
    told = {"scale": words.SCALES[one.scale], "from": _day(one.started_at, pathway), "worst": worst}
    if one.ended_at is None:
        return _("%(scale)s since day %(from)s, at worst %(worst)s") % told
    told["to"] = _day(one.ended_at, pathway)
    if one.again:
        return _("%(scale)s again from day %(from)s to %(to)s, at worst %(worst)s: look for IEC-HS") % told
    return _("%(scale)s from day %(from)s to %(to)s, at worst %(worst)s") % told


def _moment(at: datetime, pathway: Pathway) -> str:
    """Day +3, 14/11 08:00; the hour alone while the day of the infusion is not known."""
    local = clock.local(at, pathway.hub.timezone)
    if pathway.day_0 is None:
        return f"{local:%d/%m/%Y %H:%M}"
    return _("day %(day)s, %(at)s") % {"day": _day(at, pathway), "at": f"{local:%d/%m %H:%M}"}


def _day(at: datetime, pathway: Pathway) -> str:
    on = clock.local(at, pathway.hub.timezone).date()
    return signed(days.day_number(on, day_0=pathway.day_0)) if pathway.day_0 else f"{on:%d/%m/%Y}"


def signed(day: int) -> str:
    """+3, 0, −2."""
    return f"+{day}" if day > 0 else f"−{-day}" if day < 0 else "0"


# ── beside the grades ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class RecordedShown:
    """Another toxicity or a stay in intensive care, in words."""

    pk: UUID
    kind: str
    what: str
    grade: int | None
    start: str
    end: str
    note: str
    by: str
    stands: bool
    why: str


@dataclass(frozen=True)
class Beside:
    """What stands beside the grades on the sheet."""

    others: list[RecordedShown]
    stays: list[RecordedShown]
    in_intensive_care: bool
    discharged: str


def beside(pathway: Pathway, *, until: datetime | None = None) -> Beside:
    """Other toxicities and stays in intensive care, what was struck included and marked. `until`: as the sheet's."""
    others = list(pathway.other_toxicities.select_related("recorded_by"))
    stays = list(pathway.intensive_care.select_related("recorded_by"))
    gone = pathway.milestones.filter(what="discharged", superseded=False).values_list("actual_on", flat=True).first()
    if until is not None:
        others = [row for row in others if row.recorded_at <= until]
        stays = [row for row in stays if row.recorded_at <= until]
    return Beside(
        others=[other_shown(row, pathway) for row in others],
        stays=[_stay(row, pathway) for row in stays],
        in_intensive_care=any(row.out_at is None and row.stands for row in stays),
        discharged=f"{gone:%d/%m/%Y}" if gone else "",
    )


def other_shown(row, pathway: Pathway) -> RecordedShown:
    """One other toxicity."""

    def day(on) -> str:
        if pathway.day_0 is None:
            return f"{on:%d/%m/%Y}"
        return _("day %(day)s, %(at)s") % {
            "day": signed(days.day_number(on, day_0=pathway.day_0)),
            "at": f"{on:%d/%m/%Y}",
        }

    kind = str(words.OTHER_TOXICITIES[row.what])
    return RecordedShown(
        pk=row.pk,
        kind="other",
        what=f"{kind}: {row.named}" if row.named else kind,
        grade=row.grade,
        start=day(row.started_on),
        end=day(row.ended_on) if row.ended_on else "",
        note=row.note,
        by=str(row.recorded_by),
        stands=row.stands,
        why=row.struck_why,
    )


def _stay(row, pathway: Pathway) -> RecordedShown:
    return RecordedShown(
        pk=row.pk,
        kind="intensive-care",
        what=row.reason,
        grade=None,
        start=_moment(row.in_at, pathway),
        end=_moment(row.out_at, pathway) if row.out_at else "",
        note="",
        by=str(row.recorded_by),
        stands=row.stands,
        why=row.struck_why,
    )

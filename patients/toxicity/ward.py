"""What the ward's list shows: each patient under watch as a card, the next check due first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.centres.models import User
from patients.clinical import days
from patients.identity import access
from patients.pathway.models import Pathway, Step
from patients.pathway.stages import Stage
from patients.toxicity import reading, rules, words
from patients.toxicity.actions import STEPS_TO_CONFIRM
from patients.toxicity.models import Assessment, Grade, IntensiveCare, Treatment
from patients.toxicity.shown import doses_words, number, when


@dataclass(frozen=True)
class Card:
    """One patient under watch, as the ward's list shows them."""

    pathway_id: UUID
    patient_id: UUID
    name: str
    product: str
    day: int | None
    tocilizumab: str
    grades: list["GradeNow"]
    temp: str
    trend: str
    chips: list[tuple[str, str, str]]
    due: str
    overdue: bool
    sort: datetime
    ice_due: bool


@dataclass(frozen=True)
class GradeNow:
    """A grade of now and the worst of the last 24 hours; stale when the next check is overdue."""

    name: str
    now: int | None
    worst_24h: int | None
    stale: bool


def grades_now(pathway_ids: Iterable[UUID], now: datetime) -> dict[UUID, dict[str, rules.Standing]]:
    """Per pathway and scale: now, worst of 24 hours, worst so far. One query however many pathways."""
    rows = (
        Grade.objects.filter(
            assessment__pathway__in=list(pathway_ids),
            assessment__struck_at__isnull=True,
            assessment__corrected_by__isnull=True,
            assessment__at__lte=now + timedelta(minutes=5),
        )
        .exclude(status=Grade.Status.NOT_ASSESSED, confirmed__isnull=True)
        .annotate(fresh=Q(confirmed__isnull=False, confirmed_facts=F("facts")))
        .order_by("assessment__at", "assessment__recorded_at")
        .values_list("assessment__pathway_id", "scale", "assessment__at", "computed", "confirmed", "fresh", "shown")
    )
    found: dict[UUID, dict[str, rules.Standing]] = {}
    for pathway_id, scale, at, computed, confirmed, fresh, shown in rows:
        grade = confirmed if fresh else computed
        before = found.setdefault(pathway_id, {}).get(scale, rules.Standing())
        recent = grade is not None and now - at < rules.WORST_OVER
        worse = grade is not None and (before.worst is None or grade > before.worst)
        found[pathway_id][scale] = rules.Standing(
            now=grade if grade is not None else shown,
            at=at,
            worst_24h=max(grade, before.worst_24h or 0) if recent else before.worst_24h,
            worst=grade if worse else before.worst,
            worst_at=at if worse else before.worst_at,
        )
    return found


_STAYS = IntensiveCare.objects.standing().filter(pathway=OuterRef("pk"), out_at__isnull=True)
_TO_CONFIRM = Step.objects.filter(
    pathway=OuterRef("pk"), code__in=STEPS_TO_CONFIRM, done_at__isnull=True, dropped_at__isnull=True
)


def cards_of(user: User) -> list[Card]:
    """The patients under toxicity watch whom a user may see at the bedside, the next check due first."""
    now = clock.now()
    pathways = list(
        Pathway.objects.visible_to(user, "toxicity")
        .live()
        .filter(
            status__in=[Pathway.Status.OPEN, Pathway.Status.ON_HOLD],
            entries__stage=Stage.TOXICITY,
            entries__ended_on__isnull=True,
            entries__superseded=False,
        )
        .select_related("patient", "hub", "product")
        .annotate(in_intensive_care=Exists(_STAYS), to_confirm=Exists(_TO_CONFIRM))
        .distinct()
    )
    may = {centre.pk for centre in access.may_somewhere(user, "toxicity.record")}
    pathways = [one for one in pathways if one.hub_id in may]
    ids = [one.pk for one in pathways]
    grades = grades_now(ids, now)
    sets = _last_sets(ids, now)
    doses = _tocilizumab_of(ids)
    protocols = reading.protocols({one.hub_id for one in pathways})
    cards = [
        _card(
            one,
            grades.get(one.pk, {}),
            sets.get(one.pk, []),
            doses.get(one.pk, []),
            _marks(one),
            protocols[one.hub_id],
            now,
        )
        for one in pathways
    ]
    return sorted(cards, key=lambda card: (card.sort, card.name))


LOOK_BACK = timedelta(days=3)


def _last_sets(pathway_ids: list[UUID], now: datetime) -> dict[UUID, list[Assessment]]:
    """Per pathway its sets of the last days and, however old, its last one; in time order."""
    rows = Assessment.objects.standing().filter(pathway__in=pathway_ids)
    last = rows.filter(at__lt=now - LOOK_BACK).order_by("pathway_id", "-at").distinct("pathway_id")
    found: dict[UUID, list[Assessment]] = {}
    for row in rows.filter(Q(at__gte=now - LOOK_BACK) | Q(pk__in=last.values("pk"))).order_by("at"):
        found.setdefault(row.pathway_id, []).append(row)
    return found


def _tocilizumab_of(pathway_ids: list[UUID]) -> dict[UUID, list[datetime | None]]:
    rows = Treatment.objects.standing().filter(pathway__in=pathway_ids, drug=Treatment.Drug.TOCILIZUMAB)
    found: dict[UUID, list[datetime | None]] = {}
    for pathway_id, at in rows.values_list("pathway_id", "at"):
        found.setdefault(pathway_id, []).append(at)
    return found


def _marks(pathway: Pathway) -> list[tuple[str, str, str]]:
    """What waits beside the next check: a stay in intensive care, grades that nobody confirmed."""
    found = []
    if pathway.in_intensive_care:
        found.append((_("In intensive care"), "alert", "danger"))
    if pathway.to_confirm:
        found.append((_("Grades to confirm"), "hour", "warn"))
    return found


def _card(
    pathway: Pathway,
    grades: Mapping[str, rules.Standing],
    sets: list[Assessment],
    doses: list[datetime | None],
    marks: list[tuple[str, str, str]],
    protocol: rules.Protocol,
    now: datetime,
) -> Card:
    zone = pathway.hub.timezone
    last = sets[-1] if sets else None
    ice = next((row for row in reversed(sets) if row.ice_total is not None), None)
    check = rules.next_check(
        last_set_at=last.at if last else None,
        last_ice_at=ice.at if ice else None,
        graded_now=any((grades[scale].now or 0) > 0 for scale in grades),
        now=now,
        protocol=protocol,
    )
    temperatures = [row.temp_c for row in sets if row.temp_c is not None]
    known = [at for at in doses if at is not None]
    since = Decimal(int((now - max(known)).total_seconds())) / 3600 if known else None
    return Card(
        pathway_id=pathway.pk,
        patient_id=pathway.patient_id,
        name=pathway.patient.display_name,
        product=pathway.product_id or "",
        day=days.day_number(clock.today(zone), day_0=pathway.day_0) if pathway.day_0 else None,
        tocilizumab=doses_words(reading.DoseSoFar(len(doses), max(known, default=None), since, ())),
        grades=[
            GradeNow(
                words.SCALES[scale],
                grades[scale].now if scale in grades else None,
                grades[scale].worst_24h if scale in grades else None,
                check.overdue,
            )
            for scale in rules.SCALES
        ],
        temp=f"{number(temperatures[-1])} °C" if temperatures else "",
        trend=_trend(temperatures),
        chips=[*marks, *_chips(last, ice, zone)],
        due=when(check.due_at, zone) if check.due_at else "",
        overdue=check.overdue,
        sort=check.due_at or pathway.created_at,
        ice_due=check.ice_due_at is None or (check.due_at is not None and check.ice_due_at <= check.due_at),
    )


def _trend(temperatures: list[Decimal]) -> str:
    """up, down or flat: a tenth of a degree is no trend."""
    if len(temperatures) < 2:
        return ""
    change = temperatures[-1] - temperatures[-2]
    return "up" if change >= Decimal("0.3") else "down" if change <= Decimal("-0.3") else "flat"


def _chips(last: Assessment | None, ice: Assessment | None, zone: str) -> list[tuple[str, str, str]]:
    """(text, icon, tone) of what stands out."""
    chips = []
    if last is not None and last.alerts and last.told_at:
        told = _("%(whom)s told %(at)s") % {"whom": last.told_whom, "at": when(last.told_at, zone)}
        chips.append((told, "phone", "warn"))
    elif last is not None and last.alerts:
        chips.append((_("Doctor to be told"), "phone", "danger"))
    if last is not None and last.oxygen_device not in (None, "none"):
        flow = f" {number(last.oxygen_flow_l_min)} L/min" if last.oxygen_flow_l_min is not None else ""
        chips.append((f"{words.DEVICES[last.oxygen_device]}{flow}", "wind", "line"))
    if ice is None:
        chips.append((_("Baseline ICE to be done"), "brain", "info"))
    elif ice.ice_total < 10:
        chips.append((_("ICE %(total)s of 10") % {"total": ice.ice_total}, "brain", "warn"))
    return chips

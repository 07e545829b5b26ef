"""Whose answer a changed rule changes: the open pathways of a hub, with what the rules said before and say now.

The instant before the last change of a row comes from its history; pathways are computed anew with the rules of then
and of now, on today's facts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from patients.audit import clock
from patients.audit.history import recorded_at
from patients.centres.models import Centre, User
from patients.clinical import indications as clinical
from patients.clinical.cases import written_ground
from patients.clinical.result import Ground
from patients.clinical.washout import Washout
from patients.disease import course, indication
from patients.disease.indication import Answer
from patients.eligibility import washouts
from patients.eligibility.indication import status_words
from patients.lymphodepletion import actions as lymphodepletion
from patients.lymphodepletion import rules as days
from patients.lymphodepletion.models import LymphodepletionPlan
from patients.lymphodepletion.words import PLACED
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.products.indications import Indication, rules_as_of, rules_now
from patients.products.regimens import Regimen
from patients.products.washouts import WashoutLength, lengths
from patients.referral.dossier import Dossier
from patients.toxicity import reading
from patients.toxicity import rules as bedside
from patients.toxicity.models import WatchProtocol
from patients.toxicity.words import ground_words

AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Effect:
    """One open pathway whose answer is another one since the change."""

    pathway: Pathway
    before: str
    now: str


def open_pathways(user: User, hub: Centre) -> list[Pathway]:
    """The open pathways of a hub whose dossier the user may read."""
    found = Pathway.objects.visible_to(user, "dossier", in_care=True).filter(hub=hub)
    found = found.exclude(status__in=(Pathway.Status.CLOSED, Pathway.Status.DRAFT))
    return list(found.select_related("patient", "hub", "product", "referring_centre").order_by("patient__sort_key"))


def changed_at(model, key: str) -> datetime | None:
    """When a row of data was last changed after it was first loaded; None = never."""
    events = model.pgh_event_model.objects.filter(pgh_obj_id=key).order_by("pgh_id").annotate(recorded=recorded_at())
    instants = [event.recorded for event in events]
    return instants[-1] if len(instants) > 1 else None


def recorded_last(row) -> datetime:
    """When a row was written last."""
    events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).annotate(recorded=recorded_at())
    return events.order_by("-pgh_id").values_list("recorded", flat=True).first()


def of_indication(row: Indication, pathways: Iterable[Pathway]) -> list[Effect]:
    """Whose eligibility by indication the last change of a row of the indications changes."""
    at = changed_at(Indication, row.pk)
    if at is None:
        return []
    return between(rules_as_of(at - AN_INSTANT), rules_now(), row.disease, pathways)


def between(
    before: Iterable[clinical.Indication], now: Iterable[clinical.Indication], disease: str, pathways: Iterable[Pathway]
) -> list[Effect]:
    """The pathways of a disease to whom two sets of indications answer differently today."""
    before, now = tuple(before), tuple(now)
    found = []
    for pathway in pathways:
        if disease not in _groups(pathway.disease):
            continue
        today = clock.today(pathway.hub.timezone)
        told = Dossier(pathway, pathway.hub).told(today)
        then, since = indication.answer(told, today, before), indication.answer(told, today, now)
        if _told(then) != _told(since):
            found.append(Effect(pathway, _words(then), _words(since)))
    return found


def _groups(disease: str | None) -> tuple[str, ...]:
    return (course.RULES[disease][2],) if disease in course.RULES else ()


def _told(answer: Answer) -> tuple:
    if answer.eu is None or answer.italy is None:
        return (answer.status,)
    return (answer.eu.status, answer.eu.products, answer.italy.status, answer.italy.products)


def _words(answer: Answer) -> str:
    """Eligible by indication: axi-cel, liso-cel (EU); axi-cel (IT)."""
    status = status_words(answer.status or "")
    if answer.eu is None or answer.italy is None:
        return status
    told = (("EU", answer.eu.products), ("IT", answer.italy.products))
    return f"{status} · " + " · ".join(f"{place}: {', '.join(products) or '–'}" for place, products in told)


def of_washout(hub: Centre, code: str, pathways: Iterable[Pathway]) -> list[Effect]:
    """Whose planned apheresis is short by another number of days since the last change of a wash-out at the hub.

    Before: what its row said before its last change, else everybody's length.
    """
    now = lengths(hub.pk)
    before = dict(now) | {code: _length_before(hub, code)}
    found = []
    for pathway in pathways:
        on = _apheresis_to_come(pathway)
        if on is None:
            continue
        then, since = (
            [one.short.text for one in washouts.rows_by(pathway, on, on, known) if one.code == code]
            for known in (before, now)
        )
        if then != since:
            found.append(Effect(pathway, ", ".join(then), ", ".join(since)))
    return found


def _length_before(hub: Centre, code: str) -> Washout:
    row = WashoutLength.objects.filter(hub=hub, code=code).first()
    start = WashoutLength.objects.get(hub__isnull=True, code=code)
    events = list(WashoutLength.pgh_event_model.objects.filter(pgh_obj_id=(row or start).pk).order_by("-pgh_id")[:2])
    if len(events) == 2 and not events[1].back:
        return Washout(code, events[1].days, events[1].months, start.source, start.tag)
    return start.as_rule()


def _apheresis_to_come(pathway: Pathway) -> date | None:
    """The planned day of the collection, while nothing was collected."""
    known = pathway.milestones.filter(what="apheresis", superseded=False).first()
    return known.planned_on if known is not None and known.actual_on is None else None


def of_protocol(row: WatchProtocol, user: User) -> list[Effect]:
    """Of whose last bedside set the doctor is told otherwise since a hub's protocol was last changed.

    Before: what the row said before its last change, else everybody's start. Only patients under toxicity watch.
    """
    events = list(WatchProtocol.pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id")[:2])
    start = WatchProtocol.objects.get(centre__isnull=True)
    names = reading.PROTOCOL_VALUES
    source = events[1] if len(events) == 2 else start
    before = bedside.Protocol(**{name: getattr(source, name) for name in names})
    found = []
    for pathway in _watched(user, row.centre):
        last = pathway.assessments.standing().order_by("-at").first()
        if last is None:
            continue
        then, since = (reading.alerts(last, pathway, protocol) for protocol in (before, row.as_protocol()))
        if [one.code for one in then] != [one.code for one in since]:
            found.append(Effect(pathway, _alert_words(then), _alert_words(since)))
    return found


def _watched(user: User, hub: Centre) -> list[Pathway]:
    """The hub's pathways under toxicity watch of which the user may read the bedside sets."""
    found = Pathway.objects.visible_to(user, "toxicity", in_care=True).filter(hub=hub)
    entered = {"entries__stage": Stage.TOXICITY, "entries__ended_on__isnull": True, "entries__superseded": False}
    return list(found.filter(**entered).select_related("patient", "hub", "product").distinct())


def _alert_words(grounds: list[Ground]) -> str:
    return " ".join(ground_words(written_ground(one)) for one in grounds) or _("nothing to tell")


def of_regimen(row: Regimen, pathways: Iterable[Pathway]) -> list[Effect]:
    """Whose planned infusion falls into another part of the window since its last change."""
    events = list(Regimen.pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id")[:2])
    if len(events) < 2:
        return []
    windows = [days.Window(one.anchor, one.least_days, one.best_days, one.most_days) for one in events]
    plans = LymphodepletionPlan.objects.filter(regimen=row, superseded=False, pathway__in=list(pathways))
    found = []
    for plan in plans.filter(pathway__day_0__isnull=True).select_related("pathway__patient", "pathway__hub"):
        first, last = lymphodepletion.span(plan)
        now, before = (days.place(window, first, last, plan.infusion_on).result for window in windows)
        if before != now:
            found.append(Effect(plan.pathway, str(PLACED[before]), str(PLACED[now])))
    return found

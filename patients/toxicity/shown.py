"""What the bedside pages show, as plain data in the reader's language: grades, grounds, the sheet, the ward's cards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.audit import clock
from patients.audit.refusals import Refused
from patients.centres.models import User
from patients.clinical import astct, days
from patients.clinical.cases import written_ground
from patients.clinical.result import Result, WrongFact
from patients.observations import rules as observation_rules
from patients.observations.models import Observation, latest
from patients.pathway.models import Pathway
from patients.toxicity import picture, reading, rules, words
from patients.toxicity.actions import FACTS, check_facts
from patients.toxicity.episodes import EpisodeShown, dose, episode_shown
from patients.toxicity.models import ICE_ITEMS, Assessment, Grade, ReportedGrade, Treatment

LATE_ENTRY = timedelta(minutes=30)  # a set written down later than this is marked so
FEVER_C = astct.FEVER_FROM_C


# ── small words ──────────────────────────────────────────────────────────────────────────────────────────────────


def when(at: datetime, zone: str) -> str:
    """08:12 today, else 16/11 08:12."""
    local, today = clock.local(at, zone), clock.today(zone)
    return f"{local:%H:%M}" if local.date() == today else f"{local:%d/%m %H:%M}"


def number(value: Any, places: int = 1) -> str:
    """38,4 as this language writes it."""
    if isinstance(value, Decimal):
        return number_format(value.quantize(Decimal(1).scaleb(-places)))
    return str(value)


def ago(hours: Decimal | None) -> str:
    """How long ago, in hours and minutes: 2 h 30 min ago."""
    if hours is None:
        return ""
    minutes = int(hours * 60)
    return _("%(hours)s h %(minutes)s min ago") % {"hours": minutes // 60, "minutes": f"{minutes % 60:02d}"}


def _name(user: User | None) -> str:
    return str(user) if user is not None else ""


# ── the bedside card ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Bedside:
    """What stands above the card: grades of now, the last set, tocilizumab, hints of the hub's protocol."""

    grades: list[tuple[str, int | None]]
    last_at: str
    tocilizumab: str
    baseline: str
    hint: str
    derived_fever: str
    derived_drug: str
    ice_last: str


def bedside(pathway: Pathway) -> Bedside:
    """What is known before a new set begins."""
    now, zone = clock.now(), pathway.hub.timezone
    empty = Assessment(pathway=pathway, at=now, recorded_at=now)
    course = reading.read_again(pathway, with_set=empty)
    derived = course.of(empty).derived
    sets = [row for row in course.sets if row is not empty]
    last = sets[-1] if sets else None
    tocilizumab = reading.doses_so_far(pathway, Treatment.Drug.TOCILIZUMAB, now)
    baseline = latest(pathway.patient, Observation.What.BASELINE_SYSTOLIC)
    protocol = reading.protocol_row(pathway.hub).as_protocol()
    ice = next((row for row in reversed(sets) if row.ice_total is not None), None)
    return Bedside(
        grades=[(words.SCALES[scale], course.standing(scale, now).now) for scale in rules.SCALES],
        last_at=when(last.at, zone) if last else "",
        tocilizumab=doses_words(tocilizumab),
        baseline=number(baseline.value, 0) if baseline else "",
        hint=_hint(protocol, baseline),
        derived_fever=_fever_words(derived, zone),
        derived_drug=_drug_words(derived, zone),
        ice_last=_("%(at)s: %(total)s of 10") % {"at": when(ice.at, zone), "total": ice.ice_total} if ice else "",
    )


def _fever_words(derived: rules.Derived, zone: str) -> str:
    if derived.fever_at is None:
        return ""
    return _("yes: %(temp)s °C, %(at)s") % {
        "temp": number(derived.fever_temp_c),
        "at": when(derived.fever_at, zone),
    }


def _drug_words(derived: rules.Derived, zone: str) -> str:
    if derived.drug_at is None:
        return ""
    return _("yes: %(drug)s, %(at)s") % {"drug": words.DRUGS[derived.drug], "at": when(derived.drug_at, zone)}


def _hint(protocol: rules.Protocol, baseline: Observation | None) -> str:
    told = {"mmhg": protocol.systolic_hint_below_mmhg, "percent": protocol.systolic_below_percent}
    if baseline is None:
        return _("hint: systolic below %(mmhg)s; own baseline not known") % told
    told["own"] = number(baseline.value * protocol.systolic_below_percent / 100, 0)
    return _("hint: systolic below %(mmhg)s, or below %(own)s (%(percent)s%% of the own baseline)") % told


def doses_words(so_far: reading.DoseSoFar) -> str:
    if so_far.count == 0:
        return ""
    doses = ngettext("%(count)s dose", "%(count)s doses", so_far.count) % {"count": so_far.count}
    return f"{doses}, {ago(so_far.hours_since)}" if so_far.hours_since is not None else doses


def last_values(pathway: Pathway, at_first: Bedside) -> dict[str, str]:
    """Per field of the card, the last value that is known, as it is written in grey; never filled in."""
    told: dict[str, str] = {}
    for row in pathway.assessments.standing().order_by("-at")[:12]:
        for name, value in _in_words(row).items():
            told.setdefault(name, value)
    if at_first.baseline and "systolic" in told:
        told["systolic"] = _("%(last)s · baseline %(own)s") % {"last": told["systolic"], "own": at_first.baseline}
    elif at_first.baseline:
        told["systolic"] = _("baseline %(own)s") % {"own": at_first.baseline}
    told |= {"fever_earlier": at_first.derived_fever, "fever_drug_given": at_first.derived_drug}
    return {name: value for name, value in told.items() if value}


def _in_words(row: Assessment) -> dict[str, str]:
    plain = ("temp_c", "heart_rate", "systolic", "diastolic", "resp_rate", "spo2", "oxygen_flow_l_min", *ICE_ITEMS)
    told = {name: number(getattr(row, name)) for name in plain if getattr(row, name) is not None}
    if row.hypotension is not None:
        told["hypotension"] = _("yes") if row.hypotension else _("no")
    if row.vasopressors is not None:
        told["vasopressors"] = words.value_words("vasopressors", row.vasopressors) if row.vasopressors else _("none")
    for name, table in (
        ("oxygen_device", words.DEVICES),
        ("consciousness", words.CONSCIOUSNESS),
        ("seizure", words.SEIZURES),
    ):
        if getattr(row, name) is not None:
            told[name] = str(table[getattr(row, name)])
    return told


def last_measures(pathway: Pathway) -> dict[str, str]:
    """Weight and baseline pressure with their day."""
    return {what: told for what in reading.MEASURES if (told := _measure(pathway, what))}


def _measure(pathway: Pathway, what: str) -> str:
    row = latest(pathway.patient, what)
    if row is None:
        return ""
    at = clock.local(row.at, pathway.hub.timezone)
    return f"{number(row.value, 1 if row.unit == 'kg' else 0)} {row.unit} ({at:%d/%m})"


def weight_words(pathway: Pathway) -> str:
    """The weight as the banner writes it, "" while not known."""
    return _measure(pathway, Observation.What.WEIGHT)


# ── one grade ────────────────────────────────────────────────────────────────────────────────────────────────────

CRS_ROWS = (1, 2, 3, 4)


SOURCES = {rules.CRS: "1.1", rules.ICANS: "1.3"}  # sections of docs/clinical-reference.md


@dataclass(frozen=True)
class GradeShown:
    """One scale of one set: computed, confirmed, its grounds in words, and the row of the table to light."""

    scale: str
    name: str
    computed: int | None
    status: str
    status_words: str
    range_words: str
    value: int | None
    shown: int | None
    confirmed: int | None
    is_confirmed: bool
    facts_changed: bool
    waits: bool
    by: str
    reason: str
    grounds: list[str]
    warnings: list[str]
    missing: str
    urgent: bool
    lit: int | None
    version: str
    sentence: str
    source: str


def grade_shown(scale: str, said: rules.Outcome, row: Grade | None = None, zone: str = "") -> GradeShown:
    """One outcome, and who confirmed it, in words."""
    grounds = [words.ground_words(ground) for ground in said.grounds]
    by = f"{_name(row.confirmed_by)} {when(row.confirmed_at, zone)}" if row is not None and row.confirmed_at else ""
    return GradeShown(
        scale=scale,
        name=words.SCALES[scale],
        computed=said.value,
        status=said.status,
        status_words=str(words.STATUSES[said.status]),
        range_words=_range_words(said),
        value=row.value if row is not None else said.value,
        shown=said.shown,
        confirmed=row.confirmed if row is not None else None,
        is_confirmed=row is not None and row.is_confirmed,
        facts_changed=row is not None and row.facts_changed,
        waits=row is not None and row.waits,
        by=by,
        reason=row.confirmed_reason if row is not None else "",
        grounds=grounds,
        warnings=[words.ground_words(ground) for ground in said.warnings],
        missing=words.value_words("facts", list(said.missing)) if said.missing else "",
        urgent=said.urgent,
        lit=said.value,
        version=said.version,
        sentence=_sentence(scale, said),
        source=SOURCES[scale],
    )


def _range_words(said: rules.Outcome) -> str:
    if said.status == rules.INCOMPLETE:
        return _("between %(low)s and %(high)s") % {"low": said.low, "high": said.high}
    if said.status == rules.NEEDS_JUDGEMENT:
        return _("with fever it would be %(grade)s") % {"grade": said.would_be}
    return ""


def _sentence(scale: str, said: rules.Outcome) -> str:
    if said.status != rules.KNOWN:
        return ""
    return _("On these facts the table says %(scale)s %(grade)s.") % {
        "scale": words.SCALES[scale],
        "grade": said.value,
    }


# ── one set ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SetShown:
    """A set with its facts and its grades."""

    pk: UUID | None
    at: str
    by: str
    late: str
    facts: list[tuple[str, str]]
    grades: list[GradeShown]
    alerts: list[str]
    told: str
    stands: bool
    struck: str
    corrected: str
    phone: str
    as_computed: str
    derived: list[str] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        return any(grade.waits for grade in self.grades)


FACT_LABELS = (
    ("temp_c", "°C"),
    ("systolic", "mmHg"),
    ("diastolic", "mmHg"),
    ("heart_rate", "/min"),
    ("resp_rate", "/min"),
    ("spo2", "%"),
    ("hypotension", ""),
    ("vasopressors", ""),
    ("oxygen_device", ""),
    ("oxygen_flow_l_min", "L/min"),
    ("consciousness", ""),
    ("seizure", ""),
)


def _labels() -> dict[str, str]:
    return {
        "temp_c": _("Temperature"),
        "systolic": _("Systolic"),
        "diastolic": _("Diastolic"),
        "heart_rate": _("Heart rate"),
        "resp_rate": _("Breaths"),
        "spo2": _("SpO₂"),
        "hypotension": _("Hypotension"),
        "vasopressors": _("Vasopressors"),
        "oxygen_device": _("Oxygen"),
        "oxygen_flow_l_min": _("Flow"),
        "consciousness": _("Consciousness"),
        "seizure": _("Seizures"),
    }


def _facts_shown(row: Assessment) -> list[tuple[str, str]]:
    labels, told = _labels(), _in_words(row)
    found = [(labels[name], f"{told[name]} {unit}".strip()) for name, unit in FACT_LABELS if name in told]
    if row.ice_total is not None:
        found.append(("ICE", _("%(total)s of 10") % {"total": row.ice_total}))
    if row.ice_not_done_why:
        found.append(("ICE", _("not done: %(why)s") % {"why": row.ice_not_done_why}))
    if row.ice_adapted_why:
        found.append((_("ICE adapted"), row.ice_adapted_why))
    if row.sedated:
        found.append((_("Sedated"), _("yes")))
    seen = neuro_words(row)
    if seen:
        found.append((_("Weakness, raised pressure, bleeding"), seen))
    if row.warning_signs is not None:
        signs = [str(words.WARNING_SIGNS[sign]) for sign in row.warning_signs]
        found.append((_("Warning signs"), ", ".join(signs) or _("none seen")))
    if row.other_cause:
        found.append((_("Other cause"), row.other_cause))
    if row.note:
        found.append((_("Note"), row.note))
    return found


def neuro_words(row: Assessment) -> str:
    """What was seen in the group of weakness, pressure and bleeding; "" when it was not asked."""
    if row.motor is None and row.pressure_signs is None:
        return ""
    seen = list(row.pressure_signs or ())
    seen += ["deep_focal_weakness"] if row.motor == "deep_focal_weakness" else []
    seen += [f"oedema_{row.oedema}"] if row.oedema in ("focal", "diffuse") else []
    seen += ["haemorrhage"] if row.haemorrhage else []
    return ", ".join(str(words.NEURO_SIGNS[sign]) for sign in seen) or _("none seen")


def one_set(pathway: Pathway, row: Assessment, grades: Iterable[Grade]) -> SetShown:
    """A recorded set with its grades, for the page where they are confirmed."""
    zone = pathway.hub.timezone
    found = [grade_shown(grade.scale, grade.outcome, grade, zone) for grade in grades]
    ready = [one for one in found if one.computed is not None and not one.is_confirmed]
    crs = next((grade for grade in grades if grade.scale == rules.CRS), None)
    return SetShown(
        pk=row.pk,
        at=when(row.at, zone),
        by=_name(row.recorded_by),
        late=_late(row, zone),
        facts=_facts_shown(row),
        grades=found,
        alerts=[words.ground_words(alert) for alert in row.alerts],
        told=_("%(whom)s told %(at)s by %(by)s")
        % {"whom": row.told_whom, "at": when(row.told_at, zone), "by": _name(row.told_by)}
        if row.told_at
        else "",
        stands=row.stands,
        struck=row.struck_why,
        corrected=row.correction_reason,
        phone=pathway.hub.on_call_phone or pathway.hub.phone,
        as_computed=", ".join(f"{one.name} {one.computed}" for one in ready),
        derived=_taken_from_before(row, crs),
    )


def _taken_from_before(row: Assessment, crs: Grade | None) -> list[str]:
    """The facts that were not answered in this set and were taken from earlier sets and treatments."""
    if crs is None:
        return []
    taken = []
    if row.fever_earlier is None and crs.facts.get("fever_earlier_in_episode"):
        taken.append(_("Fever earlier in this episode: yes, from earlier sets."))
    if row.fever_drug_given is None and crs.facts.get("antipyretic_or_anticytokine_or_steroid_given"):
        taken.append(_("Fever-lowering drug in this episode: yes, from what was given."))
    return taken


def _late(row: Assessment, zone: str) -> str:
    if row.recorded_at - row.at <= LATE_ENTRY:
        return ""
    return _("written down %(at)s") % {"at": when(row.recorded_at, zone)}


def set_line(pathway: Pathway, row: Assessment) -> str:
    """A set in one line, for a page that asks one thing about it."""
    facts = " · ".join(f"{label} {value}" for label, value in _facts_shown(row)[:4])
    return _("Set of %(at)s: %(facts)s") % {"at": when(row.at, pathway.hub.timezone), "facts": facts}


def treatment_line(pathway: Pathway, row: Treatment) -> str:
    """A treatment in one line."""
    return f"{words.DRUGS[row.drug]} {dose(row.dose_mg)} mg, {when(row.at, pathway.hub.timezone)}"


# ── the card's live grades ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Preview:
    """What the rules would say of the card as it is filled in now; nothing of it is kept."""

    grades: list[GradeShown]
    alerts: list[str]
    phone: str
    derived: list[str]


def preview(pathway: Pathway, form) -> Preview:
    """Grade the form's valid answers as if they were recorded now. An answer with an error counts as not assessed."""
    facts = {name: value for name, value in form.facts().items() if value is not None and name in FACTS}
    at = form.cleaned_data.get("at") or clock.now()
    phone = pathway.hub.on_call_phone or pathway.hub.phone
    try:
        check_facts(facts)
        row = Assessment(pathway=pathway, at=at, recorded_at=clock.now(), **facts)
        course = reading.read_again(pathway, with_set=row)
        alerts = reading.alerts(row, pathway)
    except (Refused, WrongFact):
        return Preview([], [], phone, [])
    graded = course.of(row)
    grades = [grade_shown(scale, graded.outcomes[scale]) for scale in rules.SCALES]
    shown = Grade(scale=rules.CRS, facts=dict(graded.facts[rules.CRS]))
    said = [words.ground_words(written_ground(alert)) for alert in alerts]
    return Preview(grades, said, phone, _taken_from_before(row, shown))


# ── tocilizumab ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tocilizumab:
    """Doses so far and the last weight: facts, always shown. What is published for the next dose: the room advice."""

    count: int
    since: str
    weight: str
    weight_is_old: bool


def tocilizumab(pathway: Pathway) -> Tocilizumab:
    """Count, hours since the last dose, weight."""
    now = clock.now()
    so_far = reading.doses_so_far(pathway, Treatment.Drug.TOCILIZUMAB, now)
    weight = latest(pathway.patient, Observation.What.WEIGHT)
    return Tocilizumab(
        count=so_far.count,
        since=ago(so_far.hours_since),
        weight=weight_words(pathway),
        weight_is_old=observation_rules.weight_is_old(weight.at if weight else None, now),
    )


def next_words(following: Result) -> str:
    """Whether another dose may be considered now, or why not."""
    if not following.is_known:
        return str(words.GROUNDS["possible_reasons"])
    if following.value.allowed:
        return _("By number and spacing, the published limits leave room for another dose.")
    return str(words.NEXT_DOSE[following.value.reason])


# ── the sheet ────────────────────────────────────────────────────────────────────────────────────────────────────

FIRST_DAY, LAST_DAY = -5, 30
ORDER_OF_DRUGS = tuple(Treatment.Drug.values)


@dataclass(frozen=True)
class SheetShown:
    """The strip of days, and the sets and treatments behind it."""

    picture: SafeString
    sets: list[SetShown]
    gone: list[SetShown]
    treatments: list["TreatmentShown"]
    episodes: list[EpisodeShown]
    has_data: bool
    source: str
    waiting: int
    open_alerts: list[SetShown]


@dataclass(frozen=True)
class TreatmentShown:
    """One drug given."""

    pk: UUID
    text: str
    at: str
    by: str
    reported: bool
    stands: bool
    why: str
    replaced: bool


def sheet(pathway: Pathway, *, until: datetime | None = None) -> SheetShown:
    """A pathway's toxicity. `until`: only what was recorded by then (the reader's care has ended)."""
    zone = pathway.hub.timezone
    sets = list(
        pathway.assessments.select_related("recorded_by", "told_by", "struck_by", "corrected_by").prefetch_related(
            Prefetch("grades", Grade.objects.select_related("confirmed_by", "assessment"))
        )
    )
    treatments = list(pathway.treatments.select_related("recorded_by", "corrected_by"))
    reported = current_reports(pathway)
    if until is not None:
        sets = [row for row in sets if row.recorded_at <= until]
        treatments = [row for row in treatments if row.recorded_at <= until]
    standing = [row for row in sets if row.stands]
    given = [row for row in treatments if row.stands]
    dated = pathway.day_0 is not None  # without day 0 nothing but a study's days has its place on the strip
    on_strip = (standing if dated else [], [row for row in given if dated or row.day is not None])
    shown_sets = [one_set(pathway, row, sorted(row.grades.all(), key=lambda g: g.scale)) for row in sets]
    by_pk = {one.pk: one for one in shown_sets}
    course = reading.read_again(pathway) if until is None else reading.Course()
    return SheetShown(
        picture=picture.draw(_picture(pathway, *on_strip, reported), name="toxicity"),
        sets=[by_pk[row.pk] for row in reversed(standing)],
        gone=[one for one in shown_sets if not one.stands],
        treatments=[_treatment_shown(row, zone) for row in treatments],
        episodes=[episode_shown(one, course, pathway) for one in course.episodes] if dated else [],
        has_data=bool(on_strip[0] or on_strip[1] or reported),
        source=reported[0].source if reported else "",
        waiting=sum(by_pk[row.pk].waits for row in standing),
        open_alerts=[by_pk[row.pk] for row in reversed(standing) if row.alerts and row.told_at is None][:1],
    )


def current_reports(pathway: Pathway) -> list[ReportedGrade]:
    """The newest version of each reported day and scale."""
    rows = pathway.reported_grades.order_by("day", "scale", "-version").distinct("day", "scale")
    return list(rows)


def _treatment_shown(row: Treatment, zone: str) -> TreatmentShown:
    given = f" {dose(row.dose_mg)} {row.unit}" if row.dose_mg is not None else ""
    route = f", {words.ROUTES[row.route]}" if row.route else ""
    at = when(row.at, zone) if row.at else _("day %(day)s") % {"day": row.day}
    return TreatmentShown(
        pk=row.pk,
        text=f"{words.DRUGS[row.drug]}{given}{route}",
        at=at,
        by=row.source or _name(row.recorded_by),
        reported=bool(row.source),
        stands=row.stands,
        why=row.struck_why,
        replaced=hasattr(row, "corrected_by"),
    )


def _picture(
    pathway: Pathway, sets: list[Assessment], given: list[Treatment], reported: list[ReportedGrade]
) -> picture.Sheet:
    def day_of(at: datetime) -> int:
        return days.day_number(clock.local(at, pathway.hub.timezone).date(), day_0=pathway.day_0)

    known = [day_of(row.at) for row in sets] + [row.day for row in reported]
    known += [row.day if row.day is not None else day_of(row.at) for row in given]
    closed = pathway.imported or pathway.status == Pathway.Status.CLOSED
    today = None
    if not closed and pathway.day_0 is not None:
        today = days.day_number(clock.today(pathway.hub.timezone), day_0=pathway.day_0)
    last = max([LAST_DAY if not pathway.imported else 0, *known])
    temperatures = _highest_by_day(sets, day_of)
    return picture.Sheet(
        first=min([0 if pathway.imported else FIRST_DAY, *known]),
        last=last,
        today=today if today is not None and today <= last else None,
        grades=tuple(_grade_rows(sets, reported, day_of)),
        numbers=tuple(_ice_rows(sets, day_of)),
        curves=(_temperature(temperatures),) if temperatures else (),
        drugs=tuple(_drug_rows(given, day_of)),
    )


def _grade_rows(sets: list[Assessment], reported: list[ReportedGrade], day_of) -> Iterable[picture.GradeRow]:
    for scale in rules.SCALES:
        own = [(day_of(row.at), grade) for row in sets for grade in row.grades.all() if grade.scale == scale]
        if own or not reported:
            yield picture.GradeRow(words.SCALES[scale], _own_cells(own))
        told = [row for row in reported if row.scale == scale]
        if told:
            label = words.SCALES[scale]
            yield picture.GradeRow(
                _("%(scale)s, reported") % {"scale": label} if own else label,
                {row.day: picture.Cell(row.value, "reported" if row.value is not None else "") for row in told},
            )


def _own_cells(own: list[tuple[int, Grade]]) -> dict[int, picture.Cell]:
    """The worst grade of each day; confirmed where one of the worst is."""
    cells: dict[int, picture.Cell] = {}
    for day in sorted({day for day, _grade in own}):
        known = [(g.value, g.is_confirmed) for at, g in own if at == day and g.value is not None]
        if known:
            value, confirmed = max(known)
            cells[day] = picture.Cell(value, "confirmed" if confirmed else "computed")
    return cells


def _ice_rows(sets: list[Assessment], day_of) -> Iterable[picture.NumberRow]:
    lowest: dict[int, int] = {}
    for row in sets:
        if row.ice_total is not None:
            day = day_of(row.at)
            lowest[day] = min(lowest.get(day, 10), row.ice_total)
    if lowest:
        yield picture.NumberRow("ICE", dict(lowest), aside=_("of 10"), low=10)


def _highest_by_day(sets: list[Assessment], day_of) -> dict[int, Decimal]:
    highest: dict[int, Decimal] = {}
    for row in sets:
        if row.temp_c is not None:
            day = day_of(row.at)
            highest[day] = max(highest.get(day, row.temp_c), row.temp_c)
    return highest


def _temperature(highest: Mapping[int, Decimal]) -> picture.Curve:
    points = tuple((day, float(value), value >= FEVER_C) for day, value in sorted(highest.items()))
    return picture.Curve(
        _("Temperature"),
        "°C",
        points,
        ticks=(36, 37, 39, 40),
        low=min(35.5, *(value for _day, value, _flag in points), 35.5),
        high=max(40.5, *(value for _day, value, _flag in points), 40.5),
        line=(float(FEVER_C), _("fever %(temp)s") % {"temp": number(FEVER_C)}),
    )


KINDS_OF_DRUG = {
    "dexamethasone": "b",
    "methylprednisolone": "b",
    "prednisone": "b",
    "hydrocortisone": "b",
    "steroid": "b",
}


def _drug_rows(given: list[Treatment], day_of) -> Iterable[picture.DrugRow]:
    for drug in ORDER_OF_DRUGS:
        rows = [row for row in given if row.drug == drug]
        if not rows:
            continue
        on = sorted({row.day if row.day is not None else day_of(row.at) for row in rows})
        if drug in KINDS_OF_DRUG or drug in ("anakinra", "antipyretic"):
            spans = tuple(picture.Span(first, last) for first, last in _runs(on))
            yield picture.DrugRow(str(words.DRUGS[drug]), spans=spans, kind=KINDS_OF_DRUG.get(drug, ""))
        else:
            doses = ngettext("%(count)s dose", "%(count)s doses", len(rows)) % {"count": len(rows)}
            yield picture.DrugRow(str(words.DRUGS[drug]), doses=tuple(on), words=doses)


def _runs(on: list[int]) -> list[tuple[int, int]]:
    """Days in a row as pairs of first and last."""
    runs: list[tuple[int, int]] = []
    for day in on:
        if runs and day == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs

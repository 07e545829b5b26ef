"""What the pages of advice show, as plain data in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from patients.advice import reading, rules, words
from patients.advice.models import AdviceEdit, Guideline, Topic
from patients.audit import clock
from patients.audit.history import version_of
from patients.clinical import dosing
from patients.clinical.cases import written_ground
from patients.clinical.days import day_number
from patients.followup import rules as followup
from patients.followup.words import STOPS, WHAT
from patients.identity.access import Access
from patients.observations.models import Observation, latest
from patients.observations.rules import weight_is_old
from patients.observations.words import plain
from patients.pathway.models import Pathway
from patients.products import prophylaxis
from patients.products.marks import MARKS
from patients.products.models import is_verified
from patients.toxicity import reading as bedside
from patients.toxicity.episodes import dose, signed
from patients.toxicity.rules import CRS, ICANS, dexamethasone_equivalent_mg, next_check
from patients.toxicity.shown import number, when
from patients.toxicity.words import SCALES, ground_words

# ── one text ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class LineShown:
    """One text: its items, where they come from, and, where a hub wrote its own, the reference's beside it."""

    code: str
    name: str
    items: list[str]
    source: str
    edition: str
    tag: str
    mark: str
    verified: bool
    place: str = ""
    signed: str = ""
    own: str = ""
    own_why: str = ""
    reference: list[str] = field(default_factory=list)
    version: int = 0
    grade: int | None = None


def line_shown(line: reading.Line) -> LineShown:
    """A text in words, with its source, its edition and how far the reference vouches for it."""
    row, edit = line.row, line.edit
    return LineShown(
        code=row.code,
        name=Guideline(row.guideline).label if row.guideline else str(words.TOPICS[Topic(row.topic)]),
        items=line.items,
        source=row.source,
        edition=line.edition,
        tag=row.tag,
        mark=str(MARKS[row.tag]),
        verified=is_verified(row.tag) or line.is_signed,
        place=str(words.PLACES.get(row.place, "")),
        signed=_signed(line),
        own=_own(edit) if line.is_own else "",
        own_why=edit.why if line.is_own else "",
        reference=line.reference_items if line.is_own else [],
        version=line.version,
        grade=row.grade,
    )


def _who(by, at: datetime) -> str:
    return _("%(who)s, %(day)s") % {"who": by, "day": f"{at:%d/%m/%Y}"}


def _own(edit: AdviceEdit) -> str:
    who = f"{edit.by}, {edit.second_by}" if edit.second_by else edit.by
    return _("version %(n)s, %(who)s") % {"n": edit.version, "who": _who(who, edit.at)}


def _signed(line: reading.Line) -> str:
    return _who(line.signature.by, line.signature.at) if line.is_signed else ""


def _of(lines: Iterable[reading.Line], topic: str, **wanted) -> list[LineShown]:
    return [
        line_shown(one)
        for one in lines
        if one.row.topic == topic and all(getattr(one.row, name) == value for name, value in wanted.items())
    ]


# ── what applies now ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ScaleShown:
    """How a scale stands: the grade where it is confirmed, else in words why nothing is shown for it."""

    name: str
    grade: int | None
    state: str
    to_confirm: UUID | None
    at: str


@dataclass(frozen=True)
class DoseShown:
    """One dose of tocilizumab that was given."""

    what: str
    at: str
    by: str


@dataclass(frozen=True)
class TocilizumabShown:
    """The published dose and spacing against every dose of the course."""

    mg: int | None
    grounds: list[str]
    weight: str
    weight_state: str
    doses: list[DoseShown]
    count: int
    most: int
    in_24h: int
    may: bool | None
    next: str
    lines: list[LineShown]
    version: str


@dataclass(frozen=True)
class Group:
    """Texts that apply for one reason."""

    title: str
    because: str
    lines: list[LineShown]
    grade: int | None = None


@dataclass(frozen=True)
class NowShown:
    """What may be considered now, tocilizumab first."""

    scales: list[ScaleShown]
    overdue: str
    tocilizumab: TocilizumabShown | None
    doses: list[DoseShown]  # facts, where no confirmed CRS asks for more
    groups: list[Group]

    @property
    def is_quiet(self) -> bool:
        """Nothing applies, and that for grades which are known."""
        known = any(one.grade is not None for one in self.scales)
        return known and not (self.tocilizumab or self.doses or self.groups or self.to_confirm)

    @property
    def to_confirm(self) -> list[ScaleShown]:
        """What waits for a person: one entry per set, its scales named together."""
        sets: dict[UUID, list[ScaleShown]] = {}
        for one in self.scales:
            if one.to_confirm:
                sets.setdefault(one.to_confirm, []).append(one)
        return [replace(found[0], name=", ".join(one.name for one in found)) for found in sets.values()]


def now(pathway: Pathway, access: Access, switch: reading.SwitchNow | None = None) -> NowShown | None:
    """What applies now; None where the module is off, the watch is over, or the reader's care has ended."""
    switch = switch or reading.switch_of(pathway.hub_id)
    if not switch.on or access.until is not None or not access.reads("toxicity") or not reading.is_watched(pathway):
        return None
    facts, at = reading.facts_of(pathway), clock.now()
    lines = list(reading.lines_of(pathway.hub_id).values())
    has_crs = (facts.now(CRS).grade or 0) >= 1
    return NowShown(
        scales=[_scale(scale, facts, pathway) for scale in (CRS, ICANS)],
        overdue=_overdue(facts, pathway, at),
        tocilizumab=tocilizumab(pathway, facts, lines, at) if has_crs else None,
        doses=[] if has_crs else [_dose(one, pathway) for one in facts.tocilizumab],
        groups=_groups(pathway, facts, lines, switch.guidelines, at),
    )


def _scale(scale: str, facts: reading.Facts, pathway: Pathway) -> ScaleShown:
    said = facts.now(scale)
    return ScaleShown(
        name=SCALES[scale],
        grade=said.grade,
        state=str(words.STATES.get(said.state, "")),
        to_confirm=facts.last_set[scale] if said.state == rules.TO_CONFIRM else None,
        at=when(said.at, pathway.hub.timezone) if said.at else "",
    )


def _overdue(facts: reading.Facts, pathway: Pathway, at: datetime) -> str:
    """Since when the next set has been due by the hub's rhythm; "" while it is not."""
    sets = [said.at for scale in (CRS, ICANS) if (said := facts.now(scale)).at]
    grades = [facts.now(scale).grade or 0 for scale in (CRS, ICANS)]
    protocol = bedside.protocol_row(pathway.hub).as_protocol()
    check = next_check(
        last_set_at=max(sets, default=None), last_ice_at=None, graded_now=any(grades), now=at, protocol=protocol
    )
    return when(check.due_at, pathway.hub.timezone) if check.overdue and check.due_at else ""


def _groups(
    pathway: Pathway, facts: reading.Facts, lines: list[reading.Line], guidelines: tuple[str, ...], at: datetime
) -> list[Group]:
    crs, icans = facts.now(CRS), facts.now(ICANS)
    found = [_persistent(pathway, facts, lines, at)]
    for scale, said in ((CRS, crs), (ICANS, icans)):
        if said.grade:
            mine = [one for one in lines if one.row.guideline in guidelines]
            title = _("%(scale)s grade %(grade)s") % {"scale": SCALES[scale], "grade": said.grade}
            found.append(Group(title, "", _of(mine, scale, grade=said.grade), said.grade))
    if rules.is_isolated_icans(crs, icans):
        found.append(_group(lines, Topic.ISOLATED_ICANS))
    if rules.tells_intensive_care(crs, icans):
        found.append(_group(lines, Topic.INTENSIVE_CARE))
    if facts.steroids:
        found.append(_group(lines, Topic.STEROIDS, _steroid_words(facts)))
    days = reading.steroid_days(facts, pathway)
    because = rules.antifungal_because(days, len(facts.tocilizumab))
    if because:
        told = {"days": len(days), "doses": len(facts.tocilizumab)}
        why = ", ".join(str(words.BECAUSE[code]) % told for code in because)
        found.append(_group(lines, Topic.ANTIFUNGAL, why))
    return [one for one in found if one is not None and one.lines]


def _group(lines: list[reading.Line], topic: Topic, because: str = "") -> Group:
    return Group(str(words.TOPICS[topic]), because, _of(lines, topic))


def _persistent(pathway: Pathway, facts: reading.Facts, lines: list[reading.Line], at: datetime) -> Group | None:
    since = rules.grade_1_since(facts.seen[CRS])
    line = rules.of_product((one for one in lines if one.row.topic == Topic.PERSISTENT), pathway.product_id)
    if not rules.is_persistent(since, at, line.hours):
        return None
    because = _("grade 1 since %(at)s: %(stood)s hours; the limit for %(product)s is %(hours)s") % {
        "at": when(since, pathway.hub.timezone),
        "stood": int((at - since).total_seconds() // 3600),
        "product": pathway.product_id or _("any product"),
        "hours": line.hours,
    }
    return Group(str(words.TOPICS[Topic.PERSISTENT]), because, [line_shown(line)])


def _steroid_words(facts: reading.Facts) -> str:
    total, whole = dexamethasone_equivalent_mg((one.drug, one.dose_mg) for one in facts.steroids)
    told = _("%(mg)s mg of dexamethasone equivalent so far") % {"mg": number(total)}
    return told if whole else _("%(told)s, without the steroids that have no published equivalent") % {"told": told}


# ── tocilizumab ──────────────────────────────────────────────────────────────────────────────────────────────────


def tocilizumab(pathway: Pathway, facts: reading.Facts, lines: list[reading.Line], at: datetime) -> TocilizumabShown:
    """Dose by the last weight, and when another may be considered, of all doses of the pathway."""
    zone = pathway.hub.timezone
    weight = latest(pathway.patient, Observation.What.WEIGHT)
    by_weight = rules.dose_by_weight(
        weight.value if weight else None, is_old=weight_is_old(weight.at if weight else None, at)
    )
    following = rules.next_dose([one.at for one in facts.tocilizumab], at)
    return TocilizumabShown(
        mg=by_weight.mg,
        grounds=[ground_words(written_ground(ground)) for ground in by_weight.result.grounds]
        if by_weight.result
        else [],
        weight=_weight(weight, zone) if weight else "",
        weight_state=by_weight.weight,
        doses=[_dose(one, pathway) for one in facts.tocilizumab],
        count=following.count,
        most=dosing.MAX_DOSES,
        in_24h=following.in_24h,
        may=following.may,
        next=_next(following, pathway),
        lines=_of(lines, Topic.TOCILIZUMAB),
        version=dosing.TOCILIZUMAB_VERSION,
    )


def _weight(row: Observation, zone: str) -> str:
    return _("%(kg)s kg on %(day)s") % {"kg": number(row.value), "day": f"{clock.local(row.at, zone):%d/%m/%Y}"}


def _dose(row, pathway: Pathway) -> DoseShown:
    amount = f"{dose(row.dose_mg)} {row.unit}" if row.dose_mg is not None else _("dose not known")
    if row.at is None:
        return DoseShown(amount, _("day %(day)s, hour not known") % {"day": signed(row.day)}, row.source)
    at = f"{clock.local(row.at, pathway.hub.timezone):%d/%m %H:%M}"
    if pathway.day_0 is not None:
        day = day_number(reading.local_day(row.at, pathway), day_0=pathway.day_0)
        at = _("day %(day)s, %(at)s") % {"day": signed(day), "at": at}
    return DoseShown(amount, at, row.source or str(row.recorded_by))


def _next(following: rules.NextDose, pathway: Pathway) -> str:
    if following.may is None:
        return _("The hour of an earlier dose is not known: it decides. Check it first.")
    if following.may:
        return _("By number and spacing another dose may be considered now.")
    said = str(words.NEXT[following.reason])
    if following.earliest is None:
        return said
    at = when(following.earliest, pathway.hub.timezone)
    return _("%(why)s Another may be considered from %(at)s.") % {"why": said, "at": at}


def dose_panel(pathway: Pathway, access: Access) -> TocilizumabShown | None:
    """The same where a drug is being recorded; None where the module is off."""
    if access.until is not None or not reading.switch_of(pathway.hub_id).on or pathway.imported:
        return None
    lines = list(reading.lines_of(pathway.hub_id).values())
    return tocilizumab(pathway, reading.facts_of(pathway), lines, clock.now())


# ── the whole page: dates and prophylaxis ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class DateShown:
    """One date that the infusion sets, in words ("until …"). `over`: it has passed; `on` None: not known.

    `line`: the text that goes with it; the figure has its own source, that of the product's label. `version`: of the
    label's data, or of what counts the date here.
    """

    name: str
    on: date | None
    when: str
    over: bool
    note: str
    source: str
    tag: str
    verified: bool
    version: str
    line: LineShown | None = None


@dataclass(frozen=True)
class ProphylaxisShown:
    """A text of prophylaxis, everybody's or the hub's own, with until when at least."""

    code: str
    name: str
    text: str
    months: int | None
    cd4_over: str
    source: str
    tag: str
    mark: str
    own: str


@dataclass(frozen=True)
class RunningShown:
    """A course of prophylaxis that goes on, and how the stop rule stands for it."""

    what: str
    since: str
    stop: str
    may_stop: bool


@dataclass(frozen=True)
class LaterShown:
    """What hangs on dates and not on a grade."""

    dates: list[DateShown]
    antiepileptic: list[LineShown]
    risk_known: list[str]
    risk_open: list[str]
    risk_hidden: bool
    prophylaxis: list[ProphylaxisShown]
    running: list[RunningShown]
    igg: str
    igg_low: bool
    two_infusions: bool


def later(pathway: Pathway, access: Access) -> LaterShown:
    """Dates, prophylaxis with its stop rule, immunoglobulins, vaccines. Blood values: for who reads follow-up."""
    today = clock.today(pathway.hub.timezone)
    lines = list(reading.lines_of(pathway.hub_id).values())
    reads = access.reads("followup")
    igg = _measured(pathway, Observation.What.IGG) if reads else []
    texts = prophylaxis.rows(pathway.hub_id)
    risk = reading.seizure_risk(pathway)
    reads_dossier = access.reads("dossier")
    told = {"cd28": risk.cd28} | ({"cns": risk.cns, "seizures": risk.seizures} if reads_dossier else {})
    return LaterShown(
        dates=_label_dates(pathway, lines, today) + _later_dates(pathway, igg, today, reads=reads),
        antiepileptic=_of(lines, Topic.ANTIEPILEPTIC),
        risk_known=[str(words.RISKS[code]) for code, answer in told.items() if answer],
        risk_open=[str(words.RISKS[code]) for code, answer in told.items() if answer is None],
        risk_hidden=not reads_dossier,
        prophylaxis=[_prophylaxis(row) for row in texts.values()],
        running=_running(pathway, today) if reads else [],
        igg=_("%(value)s g/L on %(day)s") % {"value": plain(igg[-1][1]), "day": f"{igg[-1][0]:%d/%m/%Y}"}
        if igg
        else "",
        igg_low=bool(igg) and igg[-1][1] < followup.IGG_LOW,
        two_infusions=pathway.product is not None and pathway.product.infusions > 1,
    )


def _igg(values: list[tuple[date, Decimal]]) -> str:
    if not values:
        return ""
    day, value = values[-1]
    return _("IgG %(value)s g/L on %(day)s") % {"value": plain(value), "day": f"{day:%d/%m/%Y}"}


def _measured(pathway: Pathway, what: str) -> list[tuple[date, Decimal]]:
    """Standing values since the infusion, with their local day, the oldest first."""
    first = pathway.infused_from()
    rows = Observation.objects.standing().filter(patient=pathway.patient_id, what=what).order_by("at", "recorded_at")
    values = [(reading.local_day(row.at, pathway), row.value) for row in rows]
    return [(day, value) for day, value in values if first is not None and day >= first]


def _label_dates(pathway: Pathway, lines: list[reading.Line], today: date) -> list[DateShown]:
    """Near the centre and driving, by the product's label."""
    product = pathway.product
    near, driving = (product.near_weeks, product.no_driving_weeks) if product else (None, None)
    stay = _("at least %(n)s weeks") % {"n": near} if near else ""
    if near and product.near_hours:
        stay = _("%(weeks)s, within %(hours)s hours' travel") % {"weeks": stay, "hours": product.near_hours}
    without = _("%(n)s weeks") % {"n": driving} if driving else ""
    version, since = version_of(product) if product else (0, None)
    read = _("label data, version %(n)s of %(day)s") % {"n": version, "day": f"{since:%d/%m/%Y}"} if product else ""
    found = []
    for fact, topic, weeks, note in (("near", Topic.NEAR, near, stay), ("driving", Topic.DRIVING, driving, without)):
        label = product.label.get(fact, {}) if product else {}
        until = rules.weeks_end(pathway.day_0, weeks)
        said = (words.UNTIL, note, label.get("source", "4"), label.get("tag", ""))
        (line,) = _of(lines, topic)
        found.append(replace(_date(str(words.TOPICS[topic]), until, *said, today), line=line, version=read))
    return found


def _later_dates(pathway: Pathway, igg: list[tuple[date, Decimal]], today: date, *, reads: bool) -> list[DateShown]:
    """Levetiracetam, the next IgG, vaccines: counted from day 0 by the reference."""
    day_0 = pathway.day_0
    name = _("Antiepileptic prophylaxis, where there is one")
    found = [_date(name, rules.levetiracetam_until(day_0), words.UNTIL, _("day +30"), "2", "K", today)]
    if reads:
        check = rules.next_igg_check(day_0, [day for day, _value in igg])
        late = check is not None and check < today
        note = _("overdue") if late else _("day +30, then every 3 months")
        found.append(_date(_("Next check of IgG"), check, "%s", note, "6.2", "V", today))
    for code, months in followup.EARLIEST_MONTHS.items():
        on = rules.months_on(day_0, months)
        said = words.AFTER if code == "live" else words.FROM
        note = _("%(n)s months") % {"n": months}
        found.append(_date(str(words.VACCINES[code]), on, said, note, "6.2", "V", today))
    return found


def _date(name: str, on: date | None, said, note: str, source: str, tag: str, today: date) -> DateShown:
    over = said is words.UNTIL and on is not None and on < today
    when = str(said) % f"{on:%d/%m/%Y}" if on else ""
    return DateShown(name, on, when, over, note, source, tag, is_verified(tag), rules.VERSION)


def _prophylaxis(row: prophylaxis.Prophylaxis) -> ProphylaxisShown:
    here = "it" if get_language() == "it" else "en"
    return ProphylaxisShown(
        code=row.code,
        name=getattr(row, f"name_{here}"),
        text=getattr(row, f"text_{here}"),
        months=row.months,
        cd4_over=plain(row.cd4_over) if row.cd4_over is not None else "",
        source=row.source,
        tag=row.tag,
        mark=str(MARKS[row.tag]),
        own=_who(f"{row.by}, {row.second_by}" if row.second_by else row.by, row.at) if row.hub_id else "",
    )


def _running(pathway: Pathway, today: date) -> list[RunningShown]:
    cd4 = _measured(pathway, Observation.What.CD4)
    rows = pathway.followup_facts.standing().filter(kind=followup.PROPHYLAXIS, ended_on__isnull=True)
    found = []
    for row in rows:
        state = followup.stop_prophylaxis(row.what, started_on=row.started_on, cd4=cd4, today=today)
        what = f"{WHAT[row.what]}: {row.named}" if row.named else str(WHAT[row.what])
        stop = str(STOPS[state]) if state else _("no stop rule in the reference: see the text")
        found.append(RunningShown(what, f"{row.started_on:%d/%m/%Y}", stop, state == "may_stop"))
    return found


# ── the hub's page ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SectionShown:
    """The texts of one grade of CRS or ICANS, one column per source; or those that hold whatever the set."""

    title: str
    grade: int | None
    lines: list[LineShown]


def title_of(line: reading.Line) -> str:
    """CRS 2 · EBMT/EHA; or the topic, with the hours and products that it is for."""
    row = line.row
    name = str(words.TOPICS[Topic(row.topic)])
    if row.grade:
        return f"{name} {row.grade} · {Guideline(row.guideline).label}"
    hours = _("from %(hours)s hours on") % {"hours": line.hours} if line.hours else ""
    return ", ".join(filter(None, [name, hours, *row.products]))


def sections(lines: Iterable[reading.Line]) -> list[SectionShown]:
    """Every text, in the order of the seeds."""
    found: dict[tuple[str, int | None], list[LineShown]] = {}
    for line in lines:
        key = (line.row.topic, line.row.grade) if line.row.grade else ("", None)
        told = line_shown(line)
        found.setdefault(key, []).append(told if line.row.grade else replace(told, name=title_of(line)))
    return [
        SectionShown(str(words.TOPICS[Topic(topic)]) if topic else _("Whatever the source"), grade, rows)
        for (topic, grade), rows in found.items()
    ]

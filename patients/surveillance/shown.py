"""What the pages of a watch show, as plain data in the reader's language; and the numbers that a hub reads."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.audit import clock
from patients.audit.fields import partial_words
from patients.audit.shown import Chip, Link, source_words
from patients.centres.models import Centre
from patients.clinical.days import PartialDate
from patients.clinical.indications import LbclFacts, clocks
from patients.disease import picture
from patients.disease.words import SUBTYPES
from patients.surveillance import rules, words
from patients.surveillance.actions import asked, found_of
from patients.surveillance.models import Watch, WatchFinding


@dataclass(frozen=True)
class Counts:
    """How many watches are under way, late, and call for a referral: all that a hub may know of them."""

    watched: int
    late: int
    calling: int


def counts_for_hub(hub: Centre) -> Counts:
    """Numbers over all referral centres that usually turn to a hub; of no patient and of no single centre."""
    return _counts(Watch.objects.filter(centre__usual_hub=hub), hub)


def counts_of(centre: Centre) -> Counts:
    """A referral centre's own numbers."""
    return _counts(Watch.objects.filter(centre=centre), centre)


def _counts(watches: QuerySet[Watch], centre: Centre) -> Counts:
    today = clock.today(centre.timezone)
    found = watches.filter(state=rules.OPEN).aggregate(
        watched=Count("pk"),
        late=Count("pk", filter=Q(due_latest__lt=today)),
        calling=Count("pk", filter=Q(due_what=rules.REFER)),
    )
    return Counts(**found)


# ── by when ──────────────────────────────────────────────────────────────────────────────────────────────────────


def due_chip(on: PartialDate, today: date, *, planned: bool = False) -> Chip:
    """By when: late by so many days, perhaps late where the day is known in part or hangs on a plan, today, the day."""
    if today > on.latest and not planned:
        late = (today - on.latest).days
        return Chip(ngettext("%(count)d day late", "%(count)d days late", late) % {"count": late}, "alert", "danger")
    if today > on.earliest:
        return Chip(_("perhaps late: by %(day)s") % {"day": partial_words(on)}, "ask", "warn")
    if on == PartialDate.on(today):
        return Chip(_("today"), "clock", "warn")
    return Chip(_("by %(day)s") % {"day": span_words(on)}, "cal", "line" if planned else "")


def span_words(on: PartialDate) -> str:
    """A day that was computed: itself, or from its earliest to its latest reading."""
    if on.is_exact:
        return f"{on.earliest:%d/%m/%Y}"
    return f"{on.earliest:%d/%m/%Y}–{on.latest:%d/%m/%Y}"


# ── list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    """One watched patient in the list."""

    url: str
    name: str
    number: str
    kind: str
    next: str
    due: Chip | None
    state: Chip | None
    calls: bool


def row(watch: Watch, today: date | None = None) -> Row:
    """A watch as a row; it reads columns alone, so that a list asks the database once. `today`: at its centre."""
    today = today or clock.today(watch.centre.timezone)
    return Row(
        url=reverse("surveillance:watch", args=[watch.pk]),
        name=watch.patient.display_name,
        number=watch.patient.number,
        kind=str(words.KINDS_SHORT[watch.kind]),
        next=str(words.TASKS[watch.due_what]) if watch.due_what else "",
        due=due_chip(watch.due, today) if watch.due else None,
        state=state_chip(watch),
        calls=watch.due_what == rules.REFER,
    )


def state_chip(watch: Watch) -> Chip | None:
    """Where a watch stands, but that it goes on."""
    if watch.state == rules.REFERRED:
        return Chip(_("referred"), "send", "info")
    if watch.state == rules.ENDED:
        return Chip(f"{words.END_REASONS[watch.end_reason]} · {watch.ended_on:%d/%m/%Y}", "check", "plain")
    return None


# ── one watch ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Task:
    """One thing that is due: what, by when, why, and the act that does it."""

    what: str
    due: Chip
    why: str
    source: str
    opens: str
    act: Link | None


@dataclass(frozen=True)
class CallShown:
    """Why a patient is to be referred; where they run, both clocks, and which day would decide them."""

    reasons: list[tuple[str, str]]
    clocks: SafeString | str = ""
    deciding: str = ""


@dataclass(frozen=True)
class FindingShown:
    row: WatchFinding
    what: str
    on: str
    outcome: str
    details: str
    state: Chip | None


@dataclass(frozen=True)
class WatchShown:
    """The whole page."""

    tasks: list[Task]
    call: CallShown | None
    window: str
    window_source: str
    facts: list[tuple[str, str, str]]
    findings: list[FindingShown]
    acts: list[Link] = field(default_factory=list)


ACTS = {
    rules.INTERIM_PET: ("interim_pet", "plus"),
    rules.LAST_DOSE: ("plan", "edit"),
    rules.EOT_PET: ("eot_pet", "plus"),
    rules.VISIT: ("visit", "plus"),
    rules.CHECK: ("check", "plus"),
}


def whole(watch: Watch, *, may_write: bool) -> WatchShown:
    """A watch as its page shows it."""
    found = found_of(watch)
    rows = asked()
    course = watch.course(rows)
    today = clock.today(watch.centre.timezone)
    due = rules.due(course, found) if watch.is_open else []
    end = rules.window_end(found)
    tasks = [_task(watch, one, today, may_write) for one in due if one.what != rules.REFER]
    return WatchShown(
        tasks=tasks,
        call=call(watch),
        window=span_words(end) if end else "",
        window_source=source_words("6.1"),
        facts=_facts(watch, rows),
        findings=[_finding(one, found) for one in reversed(list(watch.findings.all()))],
        acts=_acts(watch, due) if may_write else [],
    )


def _task(watch: Watch, one: rules.Due, today: date, may_write: bool) -> Task:
    kind, icon = ACTS[one.what]
    act = Link(_("Write it down"), reverse("surveillance:record", args=[watch.pk, kind]), icon) if may_write else None
    opens = ""
    if one.opens is not None and today < one.opens.earliest:
        opens = _("from %(day)s") % {"day": span_words(one.opens)}
    why = words.ground_words(one.ground)
    if one.planned:
        why += " · " + _("by the plan: the last dose is not known")
    source = source_words(one.ground.source, one.ground.tag)
    return Task(str(words.TASKS[one.what]), due_chip(one.on, today, planned=one.planned), why, source, opens, act)


def _acts(watch: Watch, due: list[rules.Due]) -> list[Link]:
    """What may be found beside what is due: nobody waits for its day to write down a relapse."""
    waiting = {one.what for one in due}
    labels = {
        rules.INTERIM_PET: _("Interim PET"),
        rules.EOT_PET: _("End-of-treatment PET"),
        rules.VISIT: _("Visit, relapse or progression"),
        rules.CHECK: _("Response check"),
    }
    over = watch.state == rules.ENDED
    if over and watch.end_reason != rules.WINDOW_OVER:
        return []
    kinds = [rules.VISIT] if over else [what for what in rules.FOUND[watch.kind] if what not in waiting]
    return [Link(labels[what], reverse("surveillance:record", args=[watch.pk, what]), "plus") for what in kinds]


def call(watch: Watch) -> CallShown | None:
    """The newest finding that calls for a referral, in words; None when nothing calls."""
    found = found_of(watch)
    called = rules.calls(found)
    if not called or watch.state == rules.ENDED:
        return None
    last = called[-1]
    reasons = [(words.ground_words(one), source_words(one.source, one.tag)) for one in last.grounds]
    if not rules.has_clocks(last.found, found):
        return CallShown(reasons)
    facts = rules.clock_facts(watch.course(asked()), found, last.found)
    return CallShown(reasons, picture.draw(facts), _deciding(facts))


def _deciding(facts: LbclFacts) -> str:
    told = clocks(facts)
    named = {("cr", "anchor"): _("first complete response"), ("label", "anchor"): _("last dose")}
    days = [
        named.get((name, day), _("relapse"))
        for name, answer in (("cr", told.cr), ("label", told.label))
        if answer is not None
        for day in answer.deciding
    ]
    return ", ".join(dict.fromkeys(days))


def _facts(watch: Watch, rows: dict) -> list[tuple[str, str, str]]:
    """Label, value, where the value comes from."""
    unknown = _("not known")
    facts = [(_("Started"), partial_words(watch.started), "")]
    if watch.kind == rules.FIRST_LINE:
        facts += [
            (_("Subtype"), str(SUBTYPES[watch.subtype]) if watch.subtype else unknown, ""),
            (_("Regimen"), watch.regimen, ""),
            (
                _("Planned cycles"),
                _("%(cycles)s, every %(days)s days")
                % {"cycles": watch.planned_cycles, "days": watch.days_between_cycles},
                "",
            ),
            (_("Given so far"), _given(watch) or _("not written down"), ""),
            (_("Last dose"), partial_words(watch.last_dose) if watch.last_dose else unknown, ""),
        ]
    else:
        facts += [
            (_("BTK inhibitor"), str(words.DRUGS[watch.drug]), ""),
            (_("In line"), str(watch.line) if watch.line else unknown, ""),
        ]
    usual = rows[rules.VISIT if watch.kind == rules.FIRST_LINE else rules.CHECK]
    interval = _("every %(months)s months") % {"months": watch.every_months}
    own = watch.every_months != usual.every_months
    source = _("set for this patient") if own else source_words(usual.source, usual.tag)
    label = _("Visits") if watch.kind == rules.FIRST_LINE else _("Response checks")
    return [*facts, (label, interval, source), (_("Doctor"), watch.doctor.get_full_name(), "")]


def _given(watch: Watch) -> str:
    if watch.cycles_given is None:
        return ""
    words_of = {"number": watch.cycles_given, "day": f"{watch.last_cycle:%d/%m/%Y}"}
    return _("%(number)s cycles, the last one began on %(day)s") % words_of


def _finding(row: WatchFinding, found: list[rules.Found]) -> FindingShown:
    details = []
    if row.deauville:
        details.append(_("Deauville %(score)s") % {"score": row.deauville})
    if row.what == rules.CHECK:
        said = {True: _("satisfactory"), False: _("unsatisfactory"), None: _("satisfactory or not: not known")}
        details.append(said[row.satisfactory])
    details += [row.note] if row.note else []
    return FindingShown(
        row,
        str(words.TASKS[row.what]),
        partial_words(row.seen),
        str(words.OUTCOMES[row.outcome]),
        " · ".join(details),
        _finding_state(row, found),
    )


def _finding_state(row: WatchFinding, found: list[rules.Found]) -> Chip | None:
    if row.struck_at is not None:
        return Chip(_("entered in error"), "x", "plain")
    if row.pathway_id is not None:
        return Chip(_("referred"), "send", "info")
    if row.kept_why:
        return Chip(_("watched on"), "pause", "line")
    if any(call.found.key == row.pk for call in rules.calls(found)):
        return Chip(_("calls for a referral"), "alert", "danger")
    return None

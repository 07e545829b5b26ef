"""What the follow-up page shows: found, planned, given, and who follows, as plain data in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.clinical import imwg
from patients.clinical.days import day_number
from patients.followup import actions, rules, words
from patients.followup.forms import BETWEEN, COUNTS
from patients.followup.models import FollowUpFact, HandOver, MyelomaResponse, Restaging, Visit
from patients.observations.models import Observation
from patients.observations.rules import BANDS
from patients.observations.words import MEASURED, plain, unit_words
from patients.pathway.models import Pathway
from patients.toxicity.episodes import other_shown, signed
from patients.toxicity.models import OtherToxicity
from patients.toxicity.words import SETTINGS


@dataclass(frozen=True)
class CountRow:
    """The blood values of one day, in the order of COUNTS: name, value ("" where not measured), whether IgG is low."""

    day: int
    on: date
    cells: list[tuple[str, str, bool]]


@dataclass(frozen=True)
class FactRow:
    """A fact of follow-up in words."""

    row: FollowUpFact
    kind: str
    what: str
    day: str
    ended: str
    hint: str


@dataclass(frozen=True)
class CourseShown:
    """The whole page."""

    follower: str
    offer: list[str]
    hand_overs: list[str]
    restagings: list[dict]
    progressed_on: date | None
    undecided: Restaging | None
    settle: str
    visits: list[dict]
    plans: list[dict]
    count_heads: list[tuple[str, str]]
    counts: list[CountRow]
    infections: list[tuple[str, object]]
    running: list[FactRow]
    vaccines: list[FactRow]
    relapses: list[FactRow]


def course(pathway: Pathway, until: datetime | None) -> CourseShown:
    """Everything that the reader may see; after the reader's care has ended, what was written until then."""
    lugano = list(_until(pathway.restagings.select_related("confirmed_by"), "confirmed_at", until))
    myeloma = list(_until(pathway.myeloma_responses.select_related("confirmed_by"), "confirmed_at", until))
    visits = _until(pathway.visits.select_related("written_by").order_by("-done_on"), "written_at", until)
    facts = list(_until(pathway.followup_facts.select_related("recorded_by"), "recorded_at", until))
    values = list(_until(_observed(pathway), "recorded_at", until))
    readings = [(row.done_on, row.response) for row in (*lugano, *myeloma) if row.stands]
    open_on = rules.open_question(readings)
    undecided = next((row for row in lugano if row.done_on == open_on and row.stands), None)
    offers = list(_until(pathway.hand_overs.select_related("offered_by", "answered_by"), "offered_at", until))
    rows = [_restaging(row, pathway) for row in lugano] + [_myeloma(row, pathway) for row in myeloma]
    shown = [_fact(row, pathway, values) for row in facts]
    follower = rules.follower([row.to for row in reversed(offers) if row.state == HandOver.State.TAKEN])
    return CourseShown(
        follower=(pathway.hub if follower == rules.HUB else pathway.referring_centre).name,
        offer=offer_lines(next((row for row in offers if row.state == HandOver.State.OFFERED), None), pathway),
        hand_overs=[_answered(row, pathway) for row in offers if row.state != HandOver.State.OFFERED],
        restagings=sorted(rows, key=lambda one: one["row"].done_on, reverse=True),
        progressed_on=rules.progressed_on(readings),
        undecided=undecided,
        settle=str(words.SETTLE[undecided.settle_how]) if undecided else "",
        visits=[_visit(row, pathway) for row in visits],
        plans=_plans(pathway),
        count_heads=[(str(MEASURED[what]), unit_words(BANDS[what].unit)) for what in COUNTS],
        counts=_counts(values, pathway),
        infections=_infections(pathway, until),
        running=[one for one in shown if one.row.kind in (rules.PROPHYLAXIS, rules.IMMUNOGLOBULIN)],
        vaccines=[one for one in shown if one.row.kind == rules.VACCINE],
        relapses=[one for one in shown if one.row.kind in (rules.RELAPSE, rules.TREATMENT)],
    )


def _until(rows, written: str, until: datetime | None):
    return rows if until is None else rows.filter(**{f"{written}__lte": until})


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _day_of(on: date, pathway: Pathway) -> int | None:
    """The therapy day; None while the day of the infusion is not known."""
    return None if pathway.day_0 is None else day_number(on, day_0=pathway.day_0)


def _on_day(on: date, pathway: Pathway) -> str:
    """Day +90, 14/11/2026; the date alone while the day of the infusion is not known."""
    day = _day_of(on, pathway)
    return f"{on:%d/%m/%Y}" if day is None else _("day %(day)s, %(at)s") % {"day": signed(day), "at": f"{on:%d/%m/%Y}"}


# ── restaging and visits ─────────────────────────────────────────────────────────────────────────────────────────


def _restaging(row: Restaging, pathway: Pathway) -> dict:
    seen = _("Deauville %(score)s") % {"score": row.deauville} if row.deauville else _("Deauville not known")
    if row.uptake_change:
        seen += f" · {words.LUGANO_FACTS['uptake_change']}: {dict(words.UPTAKE_CHOICES)[row.uptake_change]}"
    if row.new_lesion:
        seen += f" · {words.LUGANO_FACTS['new_lesion']}"
    return {
        "row": row,
        "day": _day_of(row.done_on, pathway),
        "which": words.MILESTONES[row.milestone or BETWEEN],
        "seen": seen,
        "place": f"#seen-{row.pk}",
        "response": words.SHORT_RESPONSES[Restaging.Response(row.response)],
        "settle": _("%(how)s by %(day)s") % {"how": words.SETTLE[row.settle_how], "day": f"{row.settle_by:%d/%m/%Y}"}
        if row.settle_by
        else "",
    }


def _myeloma(row: MyelomaResponse, pathway: Pathway) -> dict:
    seen = []
    if row.serum is not None:
        seen.append(_("M-protein %(value)s g/dL") % {"value": plain(row.serum)})
    if row.plasma_cells_percent is not None:
        seen.append(_("plasma cells %(value)s %%") % {"value": plain(row.plasma_cells_percent)})
    if row.mrd_detected is not None:
        seen.append(_mrd(row))
    return {
        "row": row,
        "day": _day_of(row.done_on, pathway),
        "which": words.MILESTONES[row.milestone or BETWEEN],
        "seen": ", ".join(seen) or _("Not known"),
        "place": f"#seen-{row.pk}",
        "response": row.response,
        "settle": "",
    }


def _mrd(row: MyelomaResponse) -> str:
    """MRD with its assay: negative only where nothing was found by an assay that is sensitive enough (reference 3)."""
    told = imwg.mrd_negative(imwg.MrdFacts(row.mrd_assay, row.mrd_sensitivity, row.mrd_detected))
    if row.mrd_detected:
        return _("MRD found (%(assay)s)") % {"assay": row.mrd_assay}
    if told.is_known:
        return _("MRD negative (%(assay)s, 10⁻%(n)s)") % {
            "assay": row.mrd_assay,
            "n": str(row.mrd_sensitivity).translate(RAISED),
        }
    return _("MRD not found (%(assay)s), sensitivity of 10⁻⁵ not shown") % {"assay": row.mrd_assay}


def _visit(row: Visit, pathway: Pathway) -> dict:
    return {
        "row": row,
        "day": _day_of(row.done_on, pathway),
        "where": words.WHERE[row.where],
        "setting": SETTINGS[row.setting] if row.setting else "",
    }


def _plans(pathway: Pathway) -> list[dict]:
    """The restagings that are still to come, each with its planned day once one is set."""
    if pathway.infused_from() is None:
        return []
    return [
        {"code": code, "which": words.MILESTONES[code], "on": day} for code, day in actions.open_plans(pathway).items()
    ]


# ── counts, infections, facts ────────────────────────────────────────────────────────────────────────────────────


def _observed(pathway: Pathway):
    """The standing values of the kinds that follow-up watches, since the infusion."""
    rows = Observation.objects.standing().filter(patient=pathway.patient_id, what__in=list(COUNTS))
    return rows.order_by("-at", "-recorded_at") if pathway.infused_from() else rows.none()


def _counts(rows: Iterable[Observation], pathway: Pathway) -> list[CountRow]:
    by_day: dict[date, dict[str, Decimal]] = {}
    first = pathway.infused_from()
    for row in rows:
        on = clock.local(row.at, pathway.hub.timezone).date()
        if first <= on:
            by_day.setdefault(on, {}).setdefault(row.what, row.value)  # the day's last one comes first
    return [
        CountRow(
            _day_of(on, pathway),
            on,
            [
                (str(MEASURED[what]), _number(found.get(what), places), _is_low(what, found.get(what)))
                for what, places in COUNTS.items()
            ],
        )
        for on, found in sorted(by_day.items(), reverse=True)
    ]


def _number(value: Decimal | None, places: int) -> str:
    return "" if value is None else number_format(round(value, places))


def _is_low(what: str, value: Decimal | None) -> bool:
    return what == "igg" and value is not None and value < rules.IGG_LOW


def _infections(pathway: Pathway, until: datetime | None) -> list[tuple[str, object]]:
    """Infections and second malignancies, with the kind in their address."""
    kinds = {OtherToxicity.What.INFECTION: "infection", OtherToxicity.What.SECOND_MALIGNANCY: "malignancy"}
    rows = _until(pathway.other_toxicities.filter(what__in=list(kinds)), "recorded_at", until)
    return [(kinds[row.what], other_shown(row, pathway)) for row in rows.select_related("recorded_by")]


def _fact(row: FollowUpFact, pathway: Pathway, values: list[Observation]) -> FactRow:
    what = str(words.WHAT[row.what])
    told = f"{what}: {row.named}" if row.named else what
    return FactRow(
        row=row,
        kind=str(words.KINDS[row.kind]),
        what=f"{told}, {row.dose}" if row.dose else told,
        day=_on_day(row.started_on, pathway),
        ended=f"{row.ended_on:%d/%m/%Y}" if row.ended_on else "",
        hint=_hint(row, pathway, values) if row.stands else "",
    )


def _hint(row: FollowUpFact, pathway: Pathway, values: list[Observation]) -> str:
    zone = pathway.hub.timezone
    if row.kind == rules.VACCINE:
        first = rules.vaccine_too_early(row.what, row.started_on, day_0=pathway.infused_from())
        return _("before the published earliest day, %(day)s") % {"day": f"{first:%d/%m/%Y}"} if first else ""
    if row.kind != rules.PROPHYLAXIS or row.ended_on is not None:
        return ""
    cd4 = [(clock.local(one.at, zone).date(), one.value) for one in values if one.what == "cd4"]
    told = rules.stop_prophylaxis(row.what, started_on=row.started_on, cd4=cd4, today=clock.today(zone))
    return str(words.STOPS[told]) if told else ""


# ── who follows ──────────────────────────────────────────────────────────────────────────────────────────────────


def offer_lines(row: HandOver | None, pathway: Pathway) -> list[str]:
    """An offer in words: to whom, from when, by whom, and what it says; nothing when none waits."""
    if row is None:
        return []
    to = pathway.hub if row.to == rules.HUB else pathway.referring_centre
    said = {"centre": to.name, "day": f"{row.from_on:%d/%m/%Y}", "by": str(row.offered_by)}
    return [_("Offered to %(centre)s from %(day)s by %(by)s.") % said, row.note]


def _answered(row: HandOver, pathway: Pathway) -> str:
    to = pathway.hub if row.to == rules.HUB else pathway.referring_centre
    at = clock.local(row.answered_at, pathway.hub.timezone)
    said = {"centre": to.name, "state": words.STATES[row.state], "by": str(row.answered_by), "at": f"{at:%d/%m/%Y}"}
    told = _("To %(centre)s: %(state)s, %(by)s, %(at)s") % said
    return f"{told}. {row.answer_note}" if row.answer_note else told

"""How bedside sets become a course: derived facts, episodes, grades now and at worst, and when to tell the doctor.

Pure. Grading itself is patients/clinical/astct.py (reference 1.1-1.3); this page orders sets in time and gives each
what was known before it. Every fact is yes / no / unknown; None is unknown and is never defaulted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from patients.clinical import astct, dosing
from patients.clinical.astct import CrsFacts, IcansFacts, IceItems
from patients.clinical.cases import written_ground
from patients.clinical.result import INCOMPLETE, KNOWN, NEEDS_JUDGEMENT, Ground, Result

CRS, ICANS = "crs", "icans"
SCALES = (CRS, ICANS)

NOT_ASSESSED = "not_assessed"
NOT_ASSESSABLE = "not_assessable"

# Facts that say something about the scale; a set that answers none of them has not assessed it.
CRS_ASKED = ("temp_c", "hypotension", "vasopressors", "oxygen_device", "death_due_to_crs")
ICANS_ASKED = (
    "ice",
    "consciousness",
    "seizure",
    "motor",
    "oedema",
    "signs",
    "intracranial_haemorrhage",
    "death_due_to_icans",
)

# Whatever lowers fever or blunts it (reference 1.1 rule 2): antipyretic, anticytokine or steroid.
FEVER_DRUGS = frozenset(
    {
        "tocilizumab",
        "siltuximab",
        "anakinra",
        "dexamethasone",
        "methylprednisolone",
        "prednisone",
        "hydrocortisone",
        "steroid",
        "antipyretic",
    }
)


NO_ICE = IceItems()


# ── one set of facts ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class BedsideSet:
    """One standing assessment as the rules read it.

    `crs.fever_earlier_in_episode` and `crs.antipyretic_…_given` hold what a person answered; None lets the course
    derive them. `icans.ice` is None: the total follows from `ice`. `confirmed`: scale -> (grade, facts it was
    confirmed on).
    """

    key: Any
    at: datetime
    crs: CrsFacts
    icans: IcansFacts
    ice: IceItems = NO_ICE
    age_years: int | None = None
    confirmed: Mapping[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """A drug given, at an instant."""

    drug: str
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What a rule said of one set on one scale, as it is kept: grounds and warnings as plain data."""

    status: str
    version: str
    value: int | None = None
    low: int | None = None
    high: int | None = None
    would_be: int | None = None
    shown: int | None = None
    grounds: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[Mapping[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    urgent: bool = False

    @property
    def lowest(self) -> int | None:
        """The lowest grade that is still possible; None when nothing was assessed."""
        if self.status == KNOWN:
            return self.value
        return self.would_be if self.status == NEEDS_JUDGEMENT else self.low

    @property
    def asks_a_person(self) -> bool:
        """Whether somebody should confirm: a grade, a judgement, or an unfinished set that already shows a sign."""
        return self.status in (KNOWN, NEEDS_JUDGEMENT) or (self.status == INCOMPLETE and bool(self.low))


def outcome(result: Result, *, shown: int | None = None) -> Outcome:
    """A rule's result as plain data."""
    low, high = result.range if result.range is not None else (None, None)
    possible = tuple(replace(ground, values={**ground.values, "possible": True}) for ground in result.possible_warnings)
    return Outcome(
        status=result.status,
        version=result.version,
        value=result.value,
        low=low,
        high=high,
        would_be=result.would_be,
        shown=shown,
        grounds=tuple(map(written_ground, result.grounds)),
        warnings=tuple(map(written_ground, (*result.warnings, *possible))),
        missing=result.missing,
        urgent=result.is_urgent,
    )


def written(facts: Any) -> dict[str, Any]:
    """The facts of a rule as plain JSON: kept beside the grade, compared when a fact may have changed."""
    told = {}
    for one in fields(facts):
        value = getattr(facts, one.name)
        if isinstance(value, Decimal):
            value = str(value.normalize() + 0) if value else "0"
        told[one.name] = list(value) if isinstance(value, tuple) else value
    return told


def was_asked(facts: Any, names: Sequence[str]) -> bool:
    """Whether a set says anything about a scale. *No death* alone says nothing, a sedation does."""
    if getattr(facts, "consciousness_other_cause", None):
        return True
    answers = {name: getattr(facts, name) for name in names}
    return any(
        answer is not None and not (name.startswith("death") and answer is False) for name, answer in answers.items()
    )


# ── grading one set ──────────────────────────────────────────────────────────────────────────────────────────────


def grade_crs(facts: CrsFacts) -> Outcome:
    """The CRS outcome of one set whose derived facts are filled in."""
    if not was_asked(facts, CRS_ASKED):
        return Outcome(NOT_ASSESSED, astct.VERSION)
    return outcome(astct.crs(facts))


def ice_known(items: IceItems) -> tuple[int, int] | None:
    """Lowest and highest ICE total that the answered items leave open; None when no item was asked."""
    if all(getattr(items, one.name) is None for one in fields(items)):
        return None
    total = astct.ice_total(items)
    return (total.value, total.value) if total.is_known else total.range


def grade_icans(
    facts: IcansFacts, ice: IceItems, *, age_years: int | None, before_sedation: int | None = None
) -> Outcome:
    """The ICANS outcome of one set. An unfinished ICE narrows the range to the totals that it still allows.

    `before_sedation`: the last grade before sedation, shown while a sedated patient cannot be assessed (1.3 [C]).
    Under 12 years ICE does not apply and ICANS is not assessable here (0, 1.2).
    """
    known = ice_known(ice)
    if known is None and not was_asked(facts, ICANS_ASKED):
        return Outcome(NOT_ASSESSED, astct.VERSION)
    if astct.ice_applies(age_years) is False:
        return Outcome(
            NOT_ASSESSABLE, astct.VERSION, grounds=(written_ground(Ground("under_12", {"age": age_years}, "1.2", "K")),)
        )
    if known is None:
        return _with_shown(astct.icans(facts), facts, before_sedation)
    results = [astct.icans(replace(facts, ice=total)) for total in range(known[0], known[1] + 1)]
    if len(results) == 1 or len({(one.status, one.value, one.range) for one in results}) == 1:
        return _with_shown(results[0], facts, before_sedation)
    return _over_all(results, known)


def _with_shown(result: Result, facts: IcansFacts, before_sedation: int | None) -> Outcome:
    sedated = facts.consciousness_other_cause is True
    return outcome(result, shown=astct.shown_grade(result, before_sedation) if sedated else None)


def _over_all(results: list[Result], known: tuple[int, int]) -> Outcome:
    """One outcome over the ICE totals that are still possible."""
    lows = [one.value if one.is_known else one.range[0] for one in results]
    highs = [one.value if one.is_known else one.range[1] for one in results]
    low, high = min(lows), max(highs)
    first = results[0]
    shared = [ground for ground in first.grounds if all(ground in one.grounds for one in results)]
    unfinished = Ground("ice_unfinished", {"from": known[0], "to": known[1]}, "1.2")
    if low == high:
        return outcome(replace(first, status=KNOWN, value=low, range=None, grounds=(unfinished, *shared)))
    missing = tuple(dict.fromkeys(("ice", *(name for one in results for name in one.missing))))
    return outcome(
        replace(first, status=INCOMPLETE, value=None, range=(low, high), missing=missing, grounds=(unfinished, *shared))
    )


# ── the course ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Derived:
    """What earlier sets and treatments of the same open episode say about this one; None where they say nothing."""

    fever_at: datetime | None = None
    fever_temp_c: Decimal | None = None
    drug: str | None = None
    drug_at: datetime | None = None

    @property
    def fever_earlier(self) -> bool | None:
        return True if self.fever_at is not None else None

    @property
    def drug_given(self) -> bool | None:
        return True if self.drug_at is not None else None


@dataclass(frozen=True)
class Episode:
    """A run of grades >= 1 that only a known grade 0 ends. `again`: it came back after having ended.

    `worst`: of every sign, confirmed or not; `confirmed`: of the grades that a person confirmed on these facts.
    """

    scale: str
    started_at: datetime
    ended_at: datetime | None
    worst: int
    again: bool
    confirmed: int | None = None

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies within it, its first and last set included."""
        return self.started_at <= at and (self.ended_at is None or at <= self.ended_at)


@dataclass(frozen=True)
class Graded:
    """One set with its facts filled in and its outcome per scale."""

    key: Any
    at: datetime
    derived: Derived
    facts: Mapping[str, Mapping[str, Any]]
    outcomes: Mapping[str, Outcome]
    grades: Mapping[str, int | None]  # a fresh confirmation, else the known computed grade


@dataclass
class _Open:
    """An episode while the course is read."""

    started_at: datetime
    worst: int = 0
    confirmed: int | None = None
    fever_at: datetime | None = None
    fever_temp_c: Decimal | None = None


GradeAgain = Callable[[Any, str, Mapping[str, Any], Callable[[], Outcome]], Outcome]


def _grade_afresh(key: Any, scale: str, facts: Mapping[str, Any], grade: Callable[[], Outcome]) -> Outcome:
    return grade()


def course(
    sets: Iterable[BedsideSet], given: Iterable[Given] = (), *, grade: GradeAgain = _grade_afresh
) -> tuple[list[Graded], list[Episode]]:
    """Read all standing sets of a pathway in time order: each with derived facts and outcome, and the episodes.

    `grade(key, scale, facts, rule)` may return a kept outcome of the very same facts instead of calling `rule()`.
    """
    drugs = sorted((one for one in given if one.drug in FEVER_DRUGS), key=lambda one: one.at)
    open_now: dict[str, _Open | None] = dict.fromkeys(SCALES)
    before_sedation: int | None = None
    graded: list[Graded] = []
    ended: list[Episode] = []
    for one in sorted(sets, key=lambda one: one.at):
        derived = _derive(one.at, open_now[CRS], drugs)
        crs = fill(one.crs, derived)
        facts = {CRS: written(crs), ICANS: icans_written(one, before_sedation)}
        outcomes = {
            CRS: grade(one.key, CRS, facts[CRS], lambda crs=crs: grade_crs(crs)),
            ICANS: grade(
                one.key,
                ICANS,
                facts[ICANS],
                lambda one=one, before=before_sedation: grade_icans(
                    one.icans, one.ice, age_years=one.age_years, before_sedation=before
                ),
            ),
        }
        grades = {scale: effective(one, scale, facts[scale], outcomes[scale]) for scale in SCALES}
        for scale in SCALES:
            confirmed = confirmed_on(one, scale, facts[scale])
            open_now[scale] = _step(scale, one, crs, outcomes[scale], grades[scale], confirmed, open_now[scale], ended)
        if not one.icans.consciousness_other_cause and grades[ICANS] is not None:
            before_sedation = grades[ICANS]
        graded.append(Graded(one.key, one.at, derived, facts, outcomes, grades))
    for scale in SCALES:
        if open_now[scale] is not None:
            ended.append(_episode(scale, open_now[scale], None, ended))
    return graded, sorted(ended, key=lambda one: (one.started_at, one.scale))


def fill(facts: CrsFacts, derived: Derived) -> CrsFacts:
    """What a person answered stands; what they left open takes what is known from before."""
    earlier, drug = facts.fever_earlier_in_episode, facts.antipyretic_or_anticytokine_or_steroid_given
    return replace(
        facts,
        fever_earlier_in_episode=derived.fever_earlier if earlier is None else earlier,
        antipyretic_or_anticytokine_or_steroid_given=derived.drug_given if drug is None else drug,
    )


def icans_written(one: BedsideSet, before_sedation: int | None) -> dict[str, Any]:
    """The facts of ICANS with the items of ICE, the age and, while sedated, the last grade before, as plain JSON."""
    sedated = one.icans.consciousness_other_cause is True
    return written(one.icans) | {
        "ice_items": written(one.ice),
        "age_years": one.age_years,
        "before_sedation": before_sedation if sedated else None,
    }


def effective(one: BedsideSet, scale: str, facts: Mapping[str, Any], result: Outcome) -> int | None:
    """The grade that counts: confirmed on these very facts, else what is computed and known."""
    confirmed = confirmed_on(one, scale, facts)
    return result.value if confirmed is None else confirmed


def confirmed_on(one: BedsideSet, scale: str, facts: Mapping[str, Any]) -> int | None:
    """The grade that a person confirmed on these very facts; None when nobody did, or on other ones."""
    value, on = one.confirmed.get(scale, (None, None))
    return value if on is not None and dict(on) == dict(facts) else None


def _derive(at: datetime, episode: _Open | None, drugs: list[Given]) -> Derived:
    if episode is None:
        return Derived()
    drug = next((one for one in drugs if episode.started_at <= one.at <= at), None)
    return Derived(
        fever_at=episode.fever_at,
        fever_temp_c=episode.fever_temp_c,
        drug=drug.drug if drug else None,
        drug_at=drug.at if drug else None,
    )


def _step(
    scale: str,
    one: BedsideSet,
    crs: CrsFacts,
    result: Outcome,
    grade: int | None,
    confirmed: int | None,
    episode: _Open | None,
    ended: list[Episode],
) -> _Open | None:
    """The open episode of a scale after one set: opened by a sign, ended by a known 0 alone, else as it was."""
    if result.status in (NOT_ASSESSED, NOT_ASSESSABLE) and grade is None:
        return episode
    sign = grade if grade is not None else result.lowest or 0
    if grade == 0:
        if episode is not None:
            ended.append(_episode(scale, episode, one.at, ended))
        return None
    if sign == 0 and episode is None:
        return None
    episode = episode or _Open(one.at)
    episode.worst = max(episode.worst, sign)
    if confirmed is not None:
        episode.confirmed = max(confirmed, episode.confirmed or 0)
    if scale == CRS and episode.fever_at is None and has_fever(crs):
        episode.fever_at, episode.fever_temp_c = one.at, crs.temp_c
    return episode


def has_fever(facts: CrsFacts) -> bool:
    """Reference 1.1 rule 1, on what is known: 38.0 degC or more, not from another cause."""
    return facts.temp_c is not None and facts.temp_c >= astct.FEVER_FROM_C and not facts.fever_other_cause


def _episode(scale: str, episode: _Open, ended_at: datetime | None, before: list[Episode]) -> Episode:
    again = any(one.scale == scale for one in before)
    return Episode(scale, episode.started_at, ended_at, episode.worst, again, episode.confirmed)


AS_10_MG_DEXAMETHASONE = dosing.STEROID_MG_EQUAL_TO_DEXAMETHASONE_10_MG
# The reference gives no equivalent for them.
STEROIDS_WITHOUT_EQUIVALENT = frozenset({"hydrocortisone", "steroid"})


def dexamethasone_equivalent_mg(doses: Iterable[tuple[str, Decimal | None]]) -> tuple[Decimal | None, bool]:
    """Cumulative dexamethasone equivalent in mg (reference 2 [K]) of (drug, mg), and whether every steroid is in it.

    None when no steroid was given. A steroid without published equivalent, or without a dose, is left out and told.
    """
    given = [(drug, mg) for drug, mg in doses if drug in AS_10_MG_DEXAMETHASONE or drug in STEROIDS_WITHOUT_EQUIVALENT]
    if not given:
        return None, True
    counted = [(drug, mg) for drug, mg in given if drug in AS_10_MG_DEXAMETHASONE and mg is not None]
    total = sum((mg * 10 / AS_10_MG_DEXAMETHASONE[drug] for drug, mg in counted), Decimal(0))
    return total, len(counted) == len(given)


# ── now and at worst ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Standing:
    """One scale at one time: the last known grade and when, the worst of the last 24 hours, and of the course."""

    now: int | None = None
    at: datetime | None = None
    worst_24h: int | None = None
    worst: int | None = None
    worst_at: datetime | None = None


WORST_OVER = timedelta(hours=24)


def standing(graded: Iterable[Graded], scale: str, now: datetime) -> Standing:
    """`now` is the last set that assessed the scale, even where its grade is not known (then None)."""
    sets = [one for one in graded if one.outcomes[scale].status != NOT_ASSESSED or one.grades[scale] is not None]
    if not sets:
        return Standing()
    last = sets[-1]
    known = [(one.grades[scale], one.at) for one in sets if one.grades[scale] is not None]
    recent = [grade for grade, at in known if now - at < WORST_OVER]
    worst = max(known, key=lambda pair: pair[0], default=(None, None))
    return Standing(
        now=last.grades[scale] if last.grades[scale] is not None else last.outcomes[scale].shown,
        at=last.at,
        worst_24h=max(recent, default=None),
        worst=worst[0],
        worst_at=worst[1],
    )


# ── the hub's protocol ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Protocol:
    """When a hub wants the doctor told and the next check done: hub data, apart from the grades."""

    temp_over_c: Decimal
    systolic_below_percent: int
    systolic_hint_below_mmhg: int
    heart_rate_over: int
    hours_between_sets: int
    hours_between_sets_when_graded: int
    hours_between_ice: int


# Of each threshold: whether a higher number tells the doctor later (+1) or earlier (-1).
LOOSER_WHEN_HIGHER = {
    "temp_over_c": 1,
    "heart_rate_over": 1,
    "systolic_below_percent": -1,
    "systolic_hint_below_mmhg": -1,
    "hours_between_sets": 1,
    "hours_between_sets_when_graded": 1,
    "hours_between_ice": 1,
}


def looser(given: Protocol, than: Protocol) -> list[str]:
    """The thresholds by which the doctor is told, or the patient looked at, later than by another protocol."""
    return [
        name for name, sign in LOOSER_WHEN_HIGHER.items() if (getattr(given, name) - getattr(than, name)) * sign > 0
    ]


def tell_the_doctor(
    *,
    crs: CrsFacts,
    systolic_mmhg: int | None,
    heart_rate: int | None,
    baseline_systolic_mmhg: Decimal | None,
    oxygen_before: str | None,
    protocol: Protocol,
) -> list[Ground]:
    """Signs that call someone at once, below and apart from any grade: an alert never waits for one.

    Thresholds are the hub's (users.md N2 as a start); hypotension answered yes, a vasopressor and oxygen for hypoxia
    alarm by themselves (reference 1.1 rule 5). `oxygen_before`: the device of the last set, None = not known.
    """
    found = []
    if crs.temp_c is not None and crs.temp_c > protocol.temp_over_c:
        found.append(Ground("tell_temperature", {"temp_c": crs.temp_c, "over": protocol.temp_over_c}, "N2"))
    found += _pressure(systolic_mmhg, baseline_systolic_mmhg, protocol)
    if heart_rate is not None and heart_rate > protocol.heart_rate_over:
        found.append(Ground("tell_heart_rate", {"heart_rate": heart_rate, "over": protocol.heart_rate_over}, "N2"))
    alarms = [ground for ground in astct.alarms(crs) if ground.code != "alarm_oxygen"]
    on_oxygen = crs.oxygen_device not in (None, "none")
    if on_oxygen and oxygen_before in (None, "none"):
        found.append(Ground("tell_new_oxygen", {"device": crs.oxygen_device}, "N2"))
    elif any(ground.code == "alarm_oxygen" for ground in astct.alarms(crs)):
        found.append(Ground("alarm_oxygen", {"device": crs.oxygen_device}, "1.1", "C"))
    return found + alarms


def _pressure(systolic: int | None, baseline: Decimal | None, protocol: Protocol) -> list[Ground]:
    if systolic is None:
        return []
    if baseline is not None:
        limit = baseline * protocol.systolic_below_percent / 100
        if systolic < limit:
            values = {
                "systolic": systolic,
                "limit": limit.quantize(Decimal(1)),
                "percent": protocol.systolic_below_percent,
            }
            return [Ground("tell_systolic", values, "N2")]
    if systolic < protocol.systolic_hint_below_mmhg:
        values = {"systolic": systolic, "limit": protocol.systolic_hint_below_mmhg}
        return [Ground("tell_systolic_absolute", values, "1.1", "C")]
    return []


@dataclass(frozen=True)
class NextCheck:
    """When the next set is due, and whether ICE is due with it. `due_at` None: never assessed, due now."""

    due_at: datetime | None
    ice_due_at: datetime | None
    overdue: bool


def next_check(
    *, last_set_at: datetime | None, last_ice_at: datetime | None, graded_now: bool, now: datetime, protocol: Protocol
) -> NextCheck:
    """By the hub's rhythm: closer while a grade stands; ICE at its own interval (1.2: at least every 12 h)."""
    if last_set_at is None:
        return NextCheck(None, None, True)
    hours = protocol.hours_between_sets_when_graded if graded_now else protocol.hours_between_sets
    due = last_set_at + timedelta(hours=hours)
    ice = last_ice_at + timedelta(hours=protocol.hours_between_ice) if last_ice_at else None
    return NextCheck(due, ice, due < now)

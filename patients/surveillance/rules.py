"""When a watched patient is due, what calls for a referral, and when a watch is over. Pure: no Django, no clock.

Reference 6.1 for the first line of large B-cell lymphoma, 5.1 (mantle cell) for a covalent BTK inhibitor. Dates may be
known in part: a day that is late under one reading and in time under another is neither late nor in time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from patients.clinical import days
from patients.clinical.days import Answer, DateAnswer, PartialDate
from patients.clinical.indications import LbclFacts, clocks
from patients.clinical.response import COMPLETE_UP_TO
from patients.clinical.result import Ground

VERSION = "reference 6.1, watch of 11/2026"
FIRST_LINE, BTKI = "first_line", "btki"
KINDS = (FIRST_LINE, BTKI)
# Watched; in the hands of a hub, which a referral has reached; over.
OPEN, REFERRED, ENDED = "open", "referred", "ended"

# What is asked for, in the order in which it comes up. REFER: a finding calls for a referral that is not sent yet.
INTERIM_PET, LAST_DOSE, EOT_PET, VISIT, CHECK, REFER = "interim_pet", "last_dose", "eot_pet", "visit", "check", "refer"
TASKS = (INTERIM_PET, LAST_DOSE, EOT_PET, VISIT, CHECK, REFER)
# What is found, by kind of watch, and the outcomes that each can have.
FOUND = {FIRST_LINE: (INTERIM_PET, EOT_PET, VISIT), BTKI: (CHECK,)}
PETS = (INTERIM_PET, EOT_PET)
CMR, PMR, NMR, PMD = "CMR", "PMR", "NMR", "PMD"
CR, PR, SD, PD = "cr", "pr", "sd", "pd"
WELL, RELAPSE = "well", "relapse"
OUTCOMES = {
    INTERIM_PET: (CMR, PMR, NMR, PMD),
    EOT_PET: (CMR, PMR, NMR, PMD),
    VISIT: (WELL, RELAPSE),
    CHECK: (CR, PR, SD, PD),
}
NOT_COMPLETE = (PMR, NMR, PMD)

WINDOW_MONTHS = 12  # 6.1 c, e: the watch runs until CR + 12 months, that day included
MOST_CYCLES = 12
CYCLE_DAYS = (7, 42)

# Why a watch ends. Of itself: its window is over, the patient died, was given CAR-T. The others a person says.
WINDOW_OVER, LATE_RELAPSE, DEATH, TREATED = "window_over", "late_relapse", "death", "treated"
SAID = ("moved", "declined", "lost", "other_therapy", "other", "entered_in_error")
END_REASONS = (WINDOW_OVER, LATE_RELAPSE, DEATH, TREATED, *SAID)

# How the disease stands, as asking early asks it (disease.models.Status).
REFRACTORY, WITHIN, LATER = "refractory", "relapse_within_12_months", "relapse_later"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Found:
    """One thing that was found: `told_on`, the local day on which it was recorded; `settled`: it calls no more.

    `satisfactory`: of a check under a BTK inhibitor, as the doctor judges it; None = not said.
    """

    key: object
    what: str
    on: PartialDate
    outcome: str
    told_on: date
    satisfactory: bool | None = None
    settled: bool = False
    deauville: str | None = None


@dataclass(frozen=True)
class Course:
    """What is watched. First line: planned cycles and the days between them, what was given so far, the last dose.

    `cycles_given` with `last_cycle`, the first day of the last of them: later cycles are counted from there.
    `every_months`: between visits or checks. `leeway_days`: a visit so much before its day counts for it.
    `refer_within_days`: of the day on which it was recorded, a finding that calls is to be referred.
    """

    kind: str
    started: PartialDate
    every_months: int
    planned_cycles: int | None = None
    days_between_cycles: int | None = None
    cycles_given: int | None = None
    last_cycle: date | None = None
    last_dose: PartialDate | None = None
    leeway_days: int = 0
    refer_within_days: int = 0


@dataclass(frozen=True)
class Due:
    """What is due by when (that day counts). `opens`: from when it counts; `planned`: what it hangs on is."""

    what: str
    on: PartialDate
    ground: Ground
    opens: PartialDate | None = None
    planned: bool = False
    number: int = 0


@dataclass(frozen=True)
class Call:
    """A finding that calls for a referral, why, and whether it lies within the window (None: before any CR)."""

    found: Found
    grounds: tuple[Ground, ...]
    within: DateAnswer | None = None


def shifted(day: PartialDate, n: int) -> PartialDate:
    """So many days later, under both readings."""
    return PartialDate(days.add_days(day.earliest, n), days.add_days(day.latest, n))


def months_after(day: PartialDate, n: int) -> PartialDate:
    """So many months later, under both readings (clamped to the end of a shorter month: reference 0)."""
    return PartialDate(days.add_months(day.earliest, n), days.add_months(day.latest, n))


def is_late(due: Due, today: date) -> Answer:
    """Whether the day that is still in time is over. By a planned day alone nobody is late for certain."""
    if today <= due.on.earliest:
        return Answer.NO
    return Answer.YES if today > due.on.latest and not due.planned else Answer.CANNOT_TELL


# ── first line ───────────────────────────────────────────────────────────────────────────────────────────────────


def first_half(planned_cycles: int) -> int:
    """The cycle after which the interim PET is done: N/2, rounded down for an odd N [C]; 0 = there is no first half."""
    return planned_cycles // 2


def day_of_cycle(course: Course, number: int) -> PartialDate:
    """The planned first day of a cycle, counted from the last one that was given, else from the start."""
    if course.last_cycle is not None and course.cycles_given is not None and number >= course.cycles_given:
        ahead = number - course.cycles_given
        return shifted(PartialDate.on(course.last_cycle), ahead * course.days_between_cycles)
    return shifted(course.started, (number - 1) * course.days_between_cycles)


def interim_pet(course: Course) -> Due | None:
    """After cycle N/2 and before the next one; None where there is no first half or treatment is over."""
    half = first_half(course.planned_cycles)
    if half == 0 or course.last_dose is not None:
        return None
    tag = "S" if half * 2 == course.planned_cycles else "C"
    ground = Ground("interim_by_first_half", {"cycle": half, "next": half + 1}, "6.1", tag)
    opens, ends = shifted(day_of_cycle(course, half), 1), shifted(day_of_cycle(course, half + 1), -1)
    return Due(INTERIM_PET, ends, ground, opens=opens)


def last_dose(course: Course) -> Due | None:
    """The day on which treatment ended, to be said when the last cycle was to begin: later days hang on it."""
    if course.last_dose is not None:
        return None
    on = day_of_cycle(course, course.planned_cycles)
    return Due(LAST_DOSE, on, Ground("last_cycle_planned", {"cycle": course.planned_cycles}, "6.1", "C"))


def eot_pet(course: Course) -> Due:
    """No later than 30 days after the last administration, overdue on day 31; by the plan while that is not known."""
    anchor = course.last_dose or day_of_cycle(course, course.planned_cycles)
    due = PartialDate(days.eot_pet_due(anchor.earliest), days.eot_pet_due(anchor.latest))
    ground = Ground("eot_pet_within_days", {"days": days.EOT_PET_DAYS}, "6.1", "S")
    return Due(EOT_PET, due, ground, planned=course.last_dose is None)


def first_cr(found: Iterable[Found], before: PartialDate | None = None) -> PartialDate | None:
    """The first PET that documents a complete metabolic response (`before`: that can lie before that day)."""
    complete = [
        one.on
        for one in found
        if one.what in PETS and one.outcome == CMR and (before is None or not days.is_impossible_order(one.on, before))
    ]
    return min(complete, key=lambda on: (on.earliest, on.latest), default=None)


def window_end(found: Iterable[Found]) -> PartialDate | None:
    """The last day of the watch: CR + 12 months; None while there is no CR."""
    cr = first_cr(found)
    return months_after(cr, WINDOW_MONTHS) if cr is not None else None


def visit(course: Course, found: Iterable[Found]) -> Due | None:
    """The next visit after the end-of-treatment PET: every so many months from CR until the window ends.

    Seen since shortly before its day, a visit is not asked for any more. Without a CR there is no window: the next one
    is counted from the last time that the patient was seen.
    """
    found = list(found)
    seen = [one.on for one in found if one.what in (EOT_PET, VISIT)]
    if not any(one.what == EOT_PET for one in found):
        return None
    last = max(seen, key=lambda on: on.latest)
    cr = first_cr(found)
    ground = Ground("visit_every_months", {"months": course.every_months}, "6.1", "C")
    if cr is None:
        return Due(VISIT, months_after(last, course.every_months), ground, number=len(seen))
    for number in range(1, WINDOW_MONTHS // course.every_months + 1):
        planned = months_after(cr, number * course.every_months)
        if last.latest < days.add_days(planned.earliest, -course.leeway_days):
            return Due(VISIT, planned, ground, number=number)
    return None


def _first_line(course: Course, found: list[Found]) -> list[Due]:
    done = {one.what for one in found}
    asked = []
    if INTERIM_PET not in done and EOT_PET not in done:
        asked.append(interim_pet(course))
    if EOT_PET not in done:
        asked.append(eot_pet(course))
    asked += [last_dose(course), visit(course, found)]  # the clock of the label hangs on the last dose
    return [one for one in asked if one is not None]


# ── covalent BTK inhibitor ───────────────────────────────────────────────────────────────────────────────────────


def check(course: Course, found: Iterable[Found]) -> Due:
    """The next response check: so many months after the last one or the start. The reference gives no interval."""
    checks = [one.on for one in found if one.what == CHECK]
    last = max(checks, key=lambda on: on.latest, default=course.started)
    ground = Ground("check_every_months", {"months": course.every_months}, "convention", "C")
    return Due(CHECK, months_after(last, course.every_months), ground, number=len(checks) + 1)


# ── both ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def due(course: Course, found: Iterable[Found]) -> list[Due]:
    """Everything that is still to be done, what is due first at the front."""
    found = list(found)
    asked = [_refer(course, call) for call in calls(found)]
    asked += _first_line(course, found) if course.kind == FIRST_LINE else [check(course, found)]
    return sorted(asked, key=lambda one: (one.on.latest, TASKS.index(one.what)))


def _refer(course: Course, call: Call) -> Due:
    by = PartialDate.on(days.add_days(call.found.told_on, course.refer_within_days))
    return Due(REFER, by, Ground("refer_within_days", {"days": course.refer_within_days}, "6.1", "C"))


def calls(found: Iterable[Found]) -> list[Call]:
    """The findings that call for a referral and have none yet, the newest last."""
    found = list(found)
    told = [call_of(one, found) for one in found if not one.settled]
    return sorted((one for one in told if one is not None), key=lambda one: (one.found.on.latest, one.found.told_on))


def call_of(one: Found, found: Iterable[Found]) -> Call | None:
    """Whether a finding calls for a referral: a response short of complete, progression, relapse within the window.

    Under a BTK inhibitor: a response that is lost, stable disease [C], or one that the doctor calls unsatisfactory.
    """
    if one.what in PETS:
        return _call_of_pet(one)
    if one.what == VISIT:
        return _call_of_visit(one, found) if one.outcome == RELAPSE else None
    return _call_of_check(one)


def _call_of_pet(one: Found) -> Call | None:
    if one.outcome not in NOT_COMPLETE:
        return None
    grounds = (Ground("short_of_complete", {"what": one.what, "outcome": one.outcome}, "6.1", "S"),)
    if one.what == INTERIM_PET and one.outcome != PMD:
        grounds += (Ground("interim_is_not_end_of_treatment", {}, "5.1", "S"),)
    return Call(one, grounds)


def _call_of_visit(one: Found, found: Iterable[Found]) -> Call | None:
    cr = first_cr(found, before=one.on)
    if cr is None:
        return Call(one, (Ground("progression_in_first_line", {}, "6.1", "S"),))
    within = days.within_months(one.on, cr, WINDOW_MONTHS)
    if within.answer is Answer.NO:
        return None
    code = "relapse_in_window" if within.answer is Answer.YES else "relapse_perhaps_in_window"
    return Call(one, (Ground(code, {"months": WINDOW_MONTHS}, "6.1", "S"),), within)


def _call_of_check(one: Found) -> Call | None:
    if one.outcome == PD:
        return Call(one, (Ground("response_lost", {}, "5.1", "S"),))
    if one.outcome == SD:
        return Call(one, (Ground("stable_is_unsatisfactory", {}, "5.1", "C"),))
    if one.satisfactory is False:
        return Call(one, (Ground("said_to_be_unsatisfactory", {"outcome": one.outcome}, "5.1", "S"),))
    return None


def is_late_relapse(one: Found, found: Iterable[Found]) -> bool:
    """A relapse after the window under every reading: the watch ends, the way leads to transplant (6.1 e)."""
    cr = first_cr(found, before=one.on) if one.what == VISIT and one.outcome == RELAPSE else None
    return cr is not None and days.within_months(one.on, cr, WINDOW_MONTHS).answer is Answer.NO


def ends_itself(found: Iterable[Found], today: date) -> str | None:
    """Why a watch ends by itself today: its window is over, or the disease relapsed after it; None while it goes on."""
    found = list(found)
    if calls(found):
        return None
    if any(is_late_relapse(one, found) for one in found):
        return LATE_RELAPSE
    end = window_end(found)
    return WINDOW_OVER if end is not None and today > end.latest else None


# ── what asking early is filled with ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Asking:
    """What a watch already knows of the questions of asking early; None = the doctor says it.

    `status` UNKNOWN is an answer: in the middle of a line nobody knows how the disease stands after it.
    """

    status: str | None
    lines: int | None


def clock_facts(course: Course, found: Iterable[Found], relapse: Found) -> LbclFacts:
    """What both 12-month clocks read: first CR and last dose, as far as they are known, and the relapse."""
    return LbclFacts(
        first_cr_date=first_cr(found, before=relapse.on),
        last_1l_dose_date=course.last_dose,
        relapse_date=relapse.on,
    )


def has_clocks(one: Found, found: Iterable[Found]) -> bool:
    """Whether a finding is a relapse after a complete response: only then do the two clocks run."""
    return one.what == VISIT and one.outcome == RELAPSE and first_cr(found, before=one.on) is not None


def asking(course: Course, found: Iterable[Found], *, line: int | None = None) -> Asking:
    """The answers that follow from the newest finding that calls. Where the clocks differ nothing is filled in."""
    found = list(found)
    called = calls(found)
    lines = 1 if course.kind == FIRST_LINE else line
    if not called:
        return Asking(None, lines)
    last = called[-1].found
    if course.kind == BTKI:
        return Asking(_status_on_btki(course, found, last), lines)
    if last.what == INTERIM_PET and last.outcome != PMD:
        return Asking(UNKNOWN, lines)
    if not has_clocks(last, found):
        return Asking(REFRACTORY, lines)
    told = clocks(clock_facts(course, found, last))
    answers = {answer.answer for answer in (told.cr, told.label) if answer is not None}
    if told.label is None or answers not in ({Answer.YES}, {Answer.NO}):
        return Asking(None, lines)
    return Asking(WITHIN if answers == {Answer.YES} else LATER, lines)


def _status_on_btki(course: Course, found: Iterable[Found], last: Found) -> str | None:
    """Progression while the drug is given is refractory (5.1), also where a response was lost; of the rest a doctor."""
    stopped = course.last_dose is not None and course.last_dose.latest < last.on.earliest
    responded = any(one.outcome in (CR, PR) for one in found if one.on.latest < last.on.earliest)
    on_it = last.outcome == PD and not stopped
    return REFRACTORY if on_it or (last.outcome in (SD, PD) and not responded) else None


@dataclass(frozen=True)
class KnownLine:
    """What the findings say of the line that was watched; responses as disease.models.Response names them."""

    best_response: str | None = None
    responded: PartialDate | None = None
    progressed: PartialDate | None = None
    deauville: str | None = None


AS_RESPONSE = {CMR: CR, PMR: PR, NMR: SD, PMD: PD, CR: CR, PR: PR, SD: SD, PD: PD}
FROM_BEST = (CR, PR, SD, PD)


def line_of(found: Iterable[Found]) -> KnownLine:
    """Best response of a line and when it was first seen, its progression or relapse, the score at its end.

    A partial response half way is no response to the line: only complete ones and progression count there.
    """
    found = sorted(found, key=lambda one: (one.on.latest, one.told_on))
    found = [one for one in found if one.what != INTERIM_PET or one.outcome in (CMR, PMD)]
    seen = [(AS_RESPONSE[one.outcome], one.on) for one in found if one.outcome in AS_RESPONSE]
    worse = [one.on for one in found if one.outcome in (PMD, PD, RELAPSE)]
    best = min((response for response, _ in seen), key=FROM_BEST.index, default=None)
    responded = next((on for response, on in seen if response == best), None) if best in (CR, PR) else None
    scores = [one.deauville for one in found if one.what == EOT_PET and one.deauville not in (None, "X")]
    return KnownLine(best, responded, worse[0] if worse else None, scores[-1] if scores else None)


def contradicts(outcome: str, deauville: str | None) -> bool:
    """Whether Deauville score and metabolic response cannot both be so (reference 3); X says nothing here."""
    if deauville is None or deauville == "X" or outcome == PMD:
        return False
    return (outcome == CMR) != (int(deauville) <= COMPLETE_UP_TO)

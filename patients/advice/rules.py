"""What of the published texts applies now, and by when: facts, instants and today in, answers out.

Pure. A grade feeds an answer only where a person confirmed it on its facts (reference 2); what is not known stays so.
Doses and their spacing are patients/clinical/dosing.py; days and months patients/clinical/days.py.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from patients.clinical import dosing
from patients.clinical.days import add_months, add_weeks, on_day
from patients.clinical.result import Result

CRS, ICANS = "crs", "icans"

# ── the grade that feeds advice ──────────────────────────────────────────────────────────────────────────────────

NEVER = "never"  # no set has assessed the scale
NOT_KNOWN = "not_known"  # the last set leaves it open, without a sign that asks for a person
TO_CONFIRM = "to_confirm"  # a person must confirm first, for the first time or again
CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Seen:
    """One standing set that assessed a scale: the grade that a person confirmed on its facts, or None."""

    at: datetime
    confirmed: int | None = None
    waits: bool = False


@dataclass(frozen=True)
class Now:
    """One scale as it stands. `grade` only where it is confirmed; `at`: of the last set that assessed it."""

    state: str = NEVER
    grade: int | None = None
    at: datetime | None = None


def now_of(seen: Sequence[Seen]) -> Now:
    """How a scale stands by its sets in time order. An unconfirmed last set is never passed over for an older grade."""
    if not seen:
        return Now()
    last = seen[-1]
    if last.confirmed is not None:
        return Now(CONFIRMED, last.confirmed, last.at)
    return Now(TO_CONFIRM if last.waits else NOT_KNOWN, None, last.at)


def grade_1_since(seen: Sequence[Seen]) -> datetime | None:
    """Since when confirmed grades have been 1 without another confirmed grade between; None: it is not 1 now."""
    if now_of(seen).grade != 1:
        return None
    since = None
    for one in reversed(seen):
        if one.confirmed == 1:
            since = one.at
        elif one.confirmed is not None:
            break
    return since


def is_persistent(since: datetime | None, now: datetime, hours: int) -> bool:
    """Whether grade 1 has stood for so many hours (reference 2, `persistent_g1_hours`), that hour included."""
    return since is not None and now - since >= timedelta(hours=hours)


class OfProducts(Protocol):
    """A text that holds for some products, or (none named) for those that no other names."""

    products: Sequence[str]
    hours: int


def of_product(rows: Iterable[OfProducts], product: str | None) -> OfProducts:
    """The row of a product, else the one that names none (reference 2: 72 hours; 24 for two products)."""
    rows = list(rows)
    return next((row for row in rows if product in row.products), None) or next(r for r in rows if not r.products)


def tells_intensive_care(crs: Now, icans: Now) -> bool:
    """From CRS of grade 2, or any ICANS (reference 2 [C])."""
    return (crs.grade or 0) >= 2 or (icans.grade or 0) >= 1


def is_isolated_icans(crs: Now, icans: Now) -> bool:
    """ICANS while CRS is confirmed to be absent, where tocilizumab does not help (reference 2)."""
    return (icans.grade or 0) >= 1 and crs.grade == 0


# ── tocilizumab ──────────────────────────────────────────────────────────────────────────────────────────────────

MISSING, OLD, KNOWN = "missing", "old", "known"


@dataclass(frozen=True)
class DoseByWeight:
    """The published dose in mg; None without a weight, or with one that is asked again. `result`: its grounds."""

    weight: str
    mg: int | None = None
    result: Result | None = None


def dose_by_weight(weight_kg: Decimal | None, *, is_old: bool) -> DoseByWeight:
    """No dose from a weight that is missing or too old: it is asked again (reliability H05)."""
    if weight_kg is None:
        return DoseByWeight(MISSING)
    if is_old:
        return DoseByWeight(OLD)
    result = dosing.tocilizumab_dose_mg(dosing.TocilizumabFacts(weight_kg=weight_kg))
    return DoseByWeight(KNOWN, result.value, result)


@dataclass(frozen=True)
class NextDose:
    """`may`: by number and spacing, now; None: a dose without its hour leaves it open. `earliest`: when it may be.

    `in_24h`: those of known hour with now - t < 24 h. `reason`: the first that stands against it, in the order total,
    interval, 24 h (reference 2).
    """

    count: int
    in_24h: int
    may: bool | None
    reason: str | None = None
    earliest: datetime | None = None


def next_dose(doses: Sequence[datetime | None], now: datetime) -> NextDose:
    """Whether and when another dose may be considered, of all doses of a course; None: its hour is not known.

    Instants, so that a night in which the clock changes counts its true hours. A dose written for some minutes ahead
    counts as given now.
    """
    known = sorted(min(at, now) for at in doses if at is not None)
    hours = [_hours(at - now) for at in known] + [None] * (len(doses) - len(known))
    asked = dosing.TocilizumabNextFacts(hours_of_previous_doses=tuple(hours), now_h=Decimal(0))
    result = dosing.tocilizumab_next(asked)
    recent = sum(-one < dosing.WINDOW_H for one in hours if one is not None)
    if not result.is_known:
        return NextDose(len(doses), recent, None)
    said = result.value
    if said.reason == dosing.MAX_4_TOTAL:
        return NextDose(len(doses), recent, False, said.reason)
    # Where the rule is sure in spite of an unknown hour, the known ones decide now, but not the earliest time.
    earliest = _earliest(known, now) if len(known) == len(doses) else None
    return NextDose(len(doses), recent, said.allowed, said.reason, earliest)


def _hours(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1)) / 3_600_000_000


def _earliest(known: list[datetime], now: datetime) -> datetime:
    """The first instant at which neither spacing nor the count of 24 hours stands against another dose."""
    after = [now]
    if known:
        after.append(known[-1] + timedelta(hours=int(dosing.MIN_INTERVAL_H)))
    if len(known) >= dosing.MAX_IN_WINDOW:
        after.append(known[-dosing.MAX_IN_WINDOW] + timedelta(hours=int(dosing.WINDOW_H)))
    return max(after)


# ── steroids, antifungal, antiepileptic ──────────────────────────────────────────────────────────────────────────

STEROID_DAYS_OVER = 3  # 2: steroids > 3 d


def antifungal_because(steroid_days: Iterable[date], tocilizumab_doses: int) -> tuple[str, ...]:
    """Why a mould-active antifungal is to be considered (reference 2): codes; none: it is not."""
    why = []
    if len(set(steroid_days)) > STEROID_DAYS_OVER:
        why.append("steroid_days")
    if tocilizumab_doses >= 2:
        why.append("tocilizumab_again")
    return tuple(why)


@dataclass(frozen=True)
class SeizureRisk:
    """What makes antiepileptic prophylaxis worth considering (reference 2); None = not known."""

    cd28: bool | None
    cns: bool | None
    seizures: bool | None

    @property
    def known_high(self) -> bool:
        return True in (self.cd28, self.cns, self.seizures)

    @property
    def open(self) -> bool:
        """No fact speaks for it, and one is not known."""
        return not self.known_high and None in (self.cd28, self.cns, self.seizures)


# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────

VERSION = "CARPath advice dates 1"  # of what is counted here from day 0
LEVETIRACETAM_TO_DAY = 30  # 2 [K]
IGG_FIRST_DAY, IGG_EVERY_MONTHS = 30, 3  # 6.2 [V]


def weeks_end(day_0: date | None, weeks: int | None) -> date | None:
    """The day on which so many weeks from day 0 are over (reference 0: week = 7 days); None: not known."""
    return None if day_0 is None or weeks is None else add_weeks(day_0, weeks)


def months_on(day_0: date | None, months: int) -> date | None:
    """The day that many months from day 0; None: not known."""
    return None if day_0 is None else add_months(day_0, months)


def levetiracetam_until(day_0: date | None) -> date | None:
    """Day +30."""
    return None if day_0 is None else on_day(LEVETIRACETAM_TO_DAY, day_0=day_0)


def next_igg_check(day_0: date | None, measured: Iterable[date]) -> date | None:
    """The first check (day +30, then every 3 months) that no measurement on or after it has answered."""
    if day_0 is None:
        return None
    last, first, turn = max(measured, default=date.min), on_day(IGG_FIRST_DAY, day_0=day_0), 0
    while (due := add_months(first, turn * IGG_EVERY_MONTHS)) <= last:
        turn += 1
    return due


# ── the words ────────────────────────────────────────────────────────────────────────────────────────────────────


def _one_of(*words: str) -> re.Pattern:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


# Every sentence considers or checks. Words that order are told by their forms, in both languages; each list is matched
# as whole words, whatever their case.
CONSIDERS = re.compile(
    r"\W*(?:then |again |poi |e |si )?(?:consider(?:ing)?|check(?:ing)?|re-?check|"
    r"(?:ri)?valut(?:are|arne|a|ate|iamo|i|ino)|consider(?:are|arne|a|ate|iamo|i|ino)|"
    r"verific(?:are|arne|a|ate)|verifich(?:iamo|i|ino)|(?:ri)?controll(?:are|arne|a|ate|iamo|i|ino))(?!\w)",
    re.IGNORECASE,
)
# In no sentence, however it begins.
NEVER_SAID = _one_of(
    *("give", "gives", "given", "giving", r"administer\w*", r"prescrib\w*", r"somministr\w*", r"prescriv\w*"),
    *("praticare", r"infond\w*", "now", "immediately", "at once", "right away", "straight away", "asap", "stat"),
    *("subito", "immediatamente", "adesso", "all'istante", "il prima possibile"),
    r"(?<!\d )(?<!ogni )(?<!mezza )(?<!per )(?<!\w['’])ora",  # not "1 ora", "un'ora"
    r"(?:va|vanno)\s+\w+(?:at|it|ut|es|us|tt)[oaie]",
)
# Not where a sentence does not consider or check: as verbs, so that "the start" stays a noun.
ORDERS = _one_of(
    r"(?<!the )(?<!a )(?<!from )(?<!at )(?:start|treat|begin|repeat|switch|stop|infuse|inject|initiate|discontinue)",
    *("commence", "withhold", "transfuse", "suspend", "resume", "restart"),
    *(
        r"inizi(?:are|arl[oaie]|amo|ate|a|no)?",
        r"(?<!si )tratt(?:are|arl[oaie]|iamo|ate|a)",
        r"cominci(?:are|amo|ate|a)?",
    ),
    *(
        r"ripet(?:ere|erl[oaie]|iamo|ete|i|a)",
        r"sospend(?:ere|erl[oaie]|iamo|ete|i|a)",
        r"avvi(?:are|arl[oaie]|amo|ate|a|i)",
    ),
    *("dare", r"darl[oaie]", "diamo", "dai", "dia", r"iniett(?:are|iamo|ate|a)", r"interromp(?:ere|iamo|ete|i|a)"),
    *(r"aggiung(?:ere|iamo|ete|i|a)", r"trasfond(?:ere|iamo|ete|i|a)", r"riprend(?:ere|iamo|ete|i|a)", "ridurre"),
)
DUTIES = _one_of(
    *("must", "should", "has to", "have to", "shall", "ought to", "is to", "are to", "to be", r"needs?"),
    *("deve", "devono", "dovrebbe", "dovrebbero", "occorre", "occorrono", "bisogna", r"è (?:necessario|obbligatorio)"),
)
# As the first word of a sentence or of one of its parts.
IMPERATIVES = _one_of(
    *("add", "use", "increase", "reduce", "decrease", "continue", "hold", "taper", "perform", "order", "call", "send"),
    *(
        "transfer",
        "apply",
        "load",
        "take",
        "do",
        "make",
        "proceed",
        "avoid",
        r"date(?! of| and|,|$)",
        "usare",
        "usiamo",
        "passare",
    ),
    *(
        "aumentare",
        "continuare",
        "fare",
        "facciamo",
        "faccia",
        "esegua",
        "eseguire",
        r"si proceda",
        "proceda",
        "chiamare",
        "trasferire",
        "ricoverare",
        "procedere",
    ),
)
INFINITIVE = re.compile(r"\w+(?:are|ere|ire|rre)(?:l[oaie])?(?!\w)", re.IGNORECASE)  # an order, in Italian
NO_INFINITIVES = frozenset({"polmonare", "vascolare", "cardiovascolare", "muscolare", "oculare", "cellulare", "genere"})
SENTENCE_ENDS = re.compile(r"(?<!\d)[.:]|[.:](?!\d)|[;!?\n()—–→•]|\s-\s")
PART_ENDS = re.compile(r",(?!\d)|(?<!\w)(?:and|then|e|ed|poi|quindi)(?!\w)", re.IGNORECASE)
ASKS = re.compile(r"\W*(?:se|che|di|whether|if|that|when|quando)(?!\w)", re.IGNORECASE)
FIRST = re.compile(r"\W*(?:also|always|first|next|please|anche|sempre|prima|infine|dopo)?\W*", re.IGNORECASE)


def items_of(text: str) -> list[str]:
    """A text's items, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def faulty_items(text: str) -> list[str]:
    """The items worded as an order: not begun by *consider* or *check*, or with a sentence or part that orders."""
    return [item for item in items_of(text) if not CONSIDERS.match(item) or _orders(item)]


def _orders(item: str) -> bool:
    if NEVER_SAID.search(item):
        return True
    return any(_sentence_orders(sentence) for sentence in SENTENCE_ENDS.split(item))


def _sentence_orders(sentence: str) -> bool:
    """Whether a sentence orders: what stands under its *consider* or *check* does not, a part beside it may."""
    if CONSIDERS.match(sentence):
        return any(_part_orders(part) for part in PART_ENDS.split(sentence)[1:])
    opening = INFINITIVE.match(sentence, FIRST.match(sentence).end())
    if opening and opening[0].lower() not in NO_INFINITIVES:
        return True
    return any(_part_orders(part) for part in PART_ENDS.split(sentence))


def _part_orders(part: str) -> bool:
    if CONSIDERS.match(part) or ASKS.match(part):
        return False
    begins = IMPERATIVES.match(part, FIRST.match(part).end())
    return bool(ORDERS.search(part) or DUTIES.search(part) or begins)

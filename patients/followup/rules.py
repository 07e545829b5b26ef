"""Which restaging one is, what a response needs, when progression counts, what follow-up watches. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from patients.clinical import imwg
from patients.clinical.days import add_months, day_number, on_day
from patients.clinical.response import LuganoFacts, lugano
from patients.clinical.result import Result

NOMINAL_DAYS: dict[str, int] = {"pet_30": 30, "pet_90": 90, "pet_180": 180, "pet_365": 365}  # reference 6.2
WINDOWS: dict[str, tuple[int, int]] = {"pet_30": (25, 35), "pet_90": (80, 110)}  # 6.2; it gives none for the later ones


def restagings_over(infused_by: date, today: date) -> list[str]:
    """The planned restagings whose nominal day is over, of somebody who was infused on this day at the latest."""
    return [code for code, number in NOMINAL_DAYS.items() if on_day(number, day_0=infused_by) < today]


def nearest(open_plans: Mapping[str, date | None], *, done_on: date, day_0: date) -> str | None:
    """Which of the open planned restagings one on this day is: the nearest, if the day lies in its window.

    A restaging without a plan stands at its nominal day. None = no open one fits: a person chooses.
    """
    planned = {code: day or on_day(NOMINAL_DAYS[code], day_0=day_0) for code, day in open_plans.items()}
    if not planned:
        return None
    code = min(planned, key=lambda one: (abs((planned[one] - done_on).days), NOMINAL_DAYS[one]))
    if code in WINDOWS:
        first, last = WINDOWS[code]
        if not first <= day_number(done_on, day_0=day_0) <= last:
            return None
    return code


@dataclass(frozen=True)
class Read:
    """A restaging as it was read by a person."""

    done_on: date
    response: str
    deauville: str | None = None
    uptake_change: str | None = None
    new_lesion: bool | None = None
    symptoms: bool | None = None
    differs_because: str = ""
    note: str = ""
    settle_how: str | None = None
    settle_by: date | None = None

    def computed(self) -> Result:
        """What Lugano 2014 makes of it (reference 3)."""
        return lugano(LuganoFacts(self.deauville, self.uptake_change, self.new_lesion))


def faults(read: Read, *, first: date, today: date) -> list[tuple[str, str]]:
    """Pairs (field, reason) of what cannot be or is missing."""
    found = []
    if read.done_on > today:
        found.append(("done_on", "in_the_future"))
    if read.done_on < first:
        found.append(("done_on", "before_infusion"))
    result = read.computed()
    agrees = result.is_known and result.value == read.response
    if not agrees and not read.differs_because.strip():
        found.append(("differs_because", "say_why_it_differs" if result.is_known else "say_why_it_is_so"))
    return found + _settling_faults(read)


def _settling_faults(read: Read) -> list[tuple[str, str]]:
    """An indeterminate restaging says how and by which day it is settled; no other one does."""
    if read.response != INDETERMINATE:
        return []
    found = []
    if read.settle_how is None:
        found.append(("settle_how", "say_how_settled"))
    if read.settle_by is None:
        found.append(("settle_by", "say_settled_by"))
    elif read.settle_by < read.done_on:
        found.append(("settle_by", "settled_before_it_was_seen"))
    return found


# ── progression ──────────────────────────────────────────────────────────────────────────────────────────────────

INDETERMINATE = "indeterminate"
PROGRESSIONS = frozenset({"PMD", "PD"})


def open_question(readings: Iterable[tuple[date, str]]) -> date | None:
    """The day of an indeterminate restaging that no later one has decided; None when nothing is open."""
    ordered = sorted(readings)
    return ordered[-1][0] if ordered and ordered[-1][1] == INDETERMINATE else None


def progressed_on(readings: Iterable[tuple[date, str]]) -> date | None:
    """The first restaging that a person confirmed as progression.

    An indeterminate one (possible pseudoprogression, reference 3) counts as none until decided; where a later
    restaging decides it, progression counts from that one [C].
    """
    return min((day for day, response in readings if response in PROGRESSIONS), default=None)


# ── myeloma ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class MyelomaRead:
    """A restaging of myeloma as it was read by a person. Units as in patients/clinical/imwg.py."""

    done_on: date
    response: str
    serum_baseline: Decimal | None = None
    serum: Decimal | None = None
    urine_baseline: Decimal | None = None
    urine: Decimal | None = None
    dflc: Decimal | None = None
    immunofixation_negative: bool | None = None
    plasmacytoma: bool | None = None
    plasma_cells_percent: Decimal | None = None
    new_lesion: bool | None = None
    mrd_assay: str | None = None
    mrd_sensitivity: int | None = None
    mrd_detected: bool | None = None
    differs_because: str = ""
    note: str = ""


def nadir(baseline: Decimal | None, earlier: Iterable[Decimal | None]) -> Decimal | None:
    """The lowest value known so far: of the baseline and of every earlier measurement; None when none is known."""
    return min((value for value in (baseline, *earlier) if value is not None), default=None)


def myeloma_response(read: MyelomaRead, earlier: Iterable[MyelomaRead]) -> Result:
    """IMWG 2016 (reference 3) of a restaging, its nadirs taken from what was measured before it."""
    before = [one for one in earlier if one.done_on < read.done_on]
    return imwg.response(
        imwg.ImwgFacts(
            serum_baseline=read.serum_baseline,
            serum_nadir=nadir(read.serum_baseline, (one.serum for one in before)),
            serum=read.serum,
            urine_baseline=read.urine_baseline,
            urine_nadir=nadir(read.urine_baseline, (one.urine for one in before)),
            urine=read.urine,
            dflc_nadir=nadir(None, (one.dflc for one in before)),
            dflc=read.dflc,
            immunofixation_negative=read.immunofixation_negative,
            plasmacytoma=read.plasmacytoma,
            plasma_cells_percent=read.plasma_cells_percent,
            new_lesion=read.new_lesion,
        )
    )


def myeloma_faults(
    read: MyelomaRead, earlier: Iterable[MyelomaRead], *, first: date, today: date
) -> list[tuple[str, str]]:
    """Pairs (field, reason) of what cannot be or is missing."""
    found = []
    if read.done_on > today:
        found.append(("done_on", "in_the_future"))
    if read.done_on < first:
        found.append(("done_on", "before_infusion"))
    if read.mrd_detected is not None and read.mrd_assay is None:
        found.append(("mrd_assay", "say_the_assay"))
    if read.mrd_detected is None and (read.mrd_assay or read.mrd_sensitivity):
        found.append(("mrd_detected", "say_whether_found"))
    result = myeloma_response(read, earlier)
    if not (result.is_known and result.value == read.response) and not read.differs_because.strip():
        found.append(("differs_because", "say_why_it_differs" if result.is_known else "say_why_it_is_so"))
    return found


# ── prophylaxis, vaccines, relapse ───────────────────────────────────────────────────────────────────────────────

PROPHYLAXIS, IMMUNOGLOBULIN, VACCINE = "prophylaxis", "immunoglobulin", "vaccine"
RELAPSE, TREATMENT = "relapse", "treatment"

ANTIVIRALS_AND_PNEUMOCYSTIS = frozenset(
    {"aciclovir", "valaciclovir", "co_trimoxazole", "atovaquone", "dapsone", "pentamidine"}
)
INACTIVATED_EARLY = frozenset({"influenza", "covid"})
LIVE = frozenset({"live"})
WHAT: dict[str, frozenset[str]] = {
    PROPHYLAXIS: ANTIVIRALS_AND_PNEUMOCYSTIS
    | {"levofloxacin", "fluconazole", "mould_active", "entecavir", "levetiracetam", "g_csf", "other_drug"},
    IMMUNOGLOBULIN: frozenset({"intravenous", "subcutaneous"}),
    VACCINE: INACTIVATED_EARLY
    | LIVE
    | {"pneumococcus", "hepatitis_b", "dtp", "haemophilus", "meningococcus", "zoster", "other_vaccine"},
    RELAPSE: frozenset({"by_biopsy", "by_pet", "by_marrow", "by_laboratory", "by_signs"}),
    TREATMENT: frozenset({"systemic", "radiotherapy", "transplant", "trial", "palliative"}),
}
RUNS = frozenset({PROPHYLAXIS, IMMUNOGLOBULIN, TREATMENT})  # what has an end
NAMED = frozenset({"mould_active", "other_drug", "other_vaccine", "live", "systemic", "trial"})

CD4_ENOUGH = Decimal("0.2")  # 10^9/L, reference 6.2
STOP_AFTER_MONTHS = 12
CD4_TIMES = 2
VERSION = "reference 6.2, after the infusion"
IGG_LOW = Decimal("4")  # g/L, reference 6.2: replacement only with serious or recurrent infections


def stop_prophylaxis(what: str, *, started_on: date, cd4: Iterable[tuple[date, Decimal]], today: date) -> str | None:
    """Whether reference 6.2's stop rule [C] is met: "may_stop", "too_soon", "cd4_low", "cd4_not_known".

    12 months after the start, and CD4 >= 0.2 on the last two measurements since it began. None: no such rule.
    """
    if what not in ANTIVIRALS_AND_PNEUMOCYSTIS:
        return None
    if today < add_months(started_on, STOP_AFTER_MONTHS):
        return "too_soon"
    last = [value for day, value in sorted(cd4) if day >= started_on][-CD4_TIMES:]
    if any(value < CD4_ENOUGH for value in last):
        return "cd4_low"
    return "may_stop" if len(last) == CD4_TIMES else "cd4_not_known"


EARLIEST_MONTHS = {"early": 3, "inactivated": 6, "live": 12}


def vaccine_too_early(what: str, given_on: date, *, day_0: date) -> date | None:
    """The first day that reference 6.2 names for a vaccine, where it was given before it; None when it was not.

    Influenza and COVID from 3 months, inactivated ones from 6, live ones only after 12. It warns, it never stops.
    `day_0`: where only month or year of the infusion is known, its first day: what is too early even so.
    """
    kind = "early" if what in INACTIVATED_EARLY else "live" if what in LIVE else "inactivated"
    first = add_months(day_0, EARLIEST_MONTHS[kind])
    if kind == "live":
        return first if given_on <= first else None
    return first if given_on < first else None


# ── who follows ──────────────────────────────────────────────────────────────────────────────────────────────────

HUB, REFERRING = "hub", "referring"


def follower(taken: Iterable[str]) -> str:
    """Who follows, of the hand-overs that were taken, in order: the last one's centre; the hub before any."""
    return ([HUB, *taken])[-1]

"""A second reading of what `calculate` answers where facts are missing: scores, counts, doses, windows, dates.

From reference 0, 1.4, 1.5, 2, 3 and 4; plain JSON in, ("known", result) or ("incomplete", range) out. Fractions instead
of decimals, and brute force over values instead of chosen ones; no code shared.
"""

import math
from datetime import date, timedelta
from fractions import Fraction as F
from itertools import pairwise, product

from tests.clinical import oracle_icaht
from tests.clinical.oracle_eligibility import WINDOWS


def told(value) -> F:
    return F(str(value))


def between(values) -> tuple:
    """One answer for all values, or the range from the lowest to the highest."""
    low, high = min(values), max(values)
    return ("known", low) if low == high else ("incomplete", [low, high])


# --- CTCAE: every bound belongs to the milder grade ------------------------------------------------------------------

COLUMNS = {  # lower bounds of grades 1, 2 and 3, the grade below them, limits of normal [C], what a limit can be
    "anc": ("neutrophils", ("1.5", "1.0", "0.5"), 4, ["2.0"], ["0.5", "4"], 200),
    "plt": ("platelets", ("75", "50", "25"), 4, ["150"], ["50", "250"], 3000),
    "hb": ("anaemia", ("10.0", "8.0"), 3, ["12.0", "13.0"], ["8", "18"], 25),
}


def ctcae_grade(bounds, worst, value, limit) -> int:
    for grade, bound in enumerate(bounds, start=1):
        if told(value) >= told(bound):
            return int(told(value) < told(limit)) if grade == 1 else grade
    return worst


def ctcae(case: dict) -> tuple:
    low, high, limits = {}, {}, case.get("lln", {})
    for analyte, (name, bounds, worst, usual, possible, most) in COLUMNS.items():
        if limits is None or limits.get(analyte, "") is None:
            normal = possible
        else:
            normal = [limits[analyte]] if analyte in limits else usual
        known = case.get(analyte)
        values = [known] if known is not None else [0, *bounds, "9", "12.5", most]
        grades = [ctcae_grade(bounds, worst, value, limit) for value in values for limit in normal]
        low[name], high[name] = min(grades), max(grades)
    return ("known", low) if low == high else ("incomplete", [low, high])


# --- Scores ----------------------------------------------------------------------------------------------------------


def hematotox_points(name: str, value: F) -> int:
    return {
        "plt": 2 if value < 75 else 1 if value <= 175 else 0,
        "anc_ul": 1 if value < 1200 else 0,
        "hb": 1 if value < 9 else 0,
        "crp_mg_dl": 0 if value < 3 else 1,
        "ferritin": 2 if value > 2000 else 1 if value >= 650 else 0,
    }[name]


def car_hematotox(case: dict) -> tuple:
    low = high = 0
    for name, most in {"plt": 2, "anc_ul": 1, "hb": 1, "crp_mg_dl": 1, "ferritin": 2}.items():
        known = case.get(name)
        low += 0 if known is None else hematotox_points(name, told(known))
        high += most if known is None else hematotox_points(name, told(known))
    if low < high:
        return ("incomplete", [low, high])
    return ("known", {"score": low, "risk": "low" if low in (0, 1) else "high"})


def smipi(case: dict) -> tuple:
    def open_to(name, *values):
        return [told(case[name])] if case.get(name) is not None else [told(value) for value in values]

    ratios = [told(one) for one in ("0.5", "0.7", "1.2", "2")]
    if case.get("ldh") is not None and case.get("ldh_uln") is not None:
        ratios = [told(case["ldh"]) / told(case["ldh_uln"])]
    scores = []
    for age, ecog, ratio, wbc in product(
        open_to("age", 20, 55, 65, 80), open_to("ecog", 0, 3), ratios, open_to("wbc", 5, 8, 12, 20)
    ):
        points = (age >= 50) + (age >= 60) + (age >= 70) + (2 if ecog >= 2 else 0)
        points += (ratio >= F(67, 100)) + (ratio >= 1) + (ratio >= F(3, 2))
        scores.append(points + (wbc >= F(67, 10)) + (wbc >= 10) + (wbc >= 15))
    what, value = between(scores)
    if what == "incomplete":
        return what, value
    return what, {"score": value, "risk": "low" if value <= 3 else "intermediate" if value <= 5 else "high"}


def half_up(value: F) -> float | int:
    cents = math.floor(value * 100 + F(1, 2))
    return cents // 100 if cents % 100 == 0 else cents / 100


def easix(case: dict) -> tuple:
    ldh, creatinine, platelets, crp = (told(case[name]) for name in ("ldh", "creatinine_mg_dl", "plt", "crp_mg_l"))
    indices = {"easix": ldh * creatinine, "s_easix": ldh, "m_easix": ldh * crp / 10}
    return ("known", {name: half_up(value / platelets) for name, value in indices.items()})


# --- ICAHT with days that nobody counted -----------------------------------------------------------------------------


def icaht_early(case: dict) -> tuple:
    counted: dict[int, F] = {}
    spoken: set[int] = set()
    for first, last, value in case["anc_ul_runs"]:
        for day in range(first, last + 1):
            spoken.add(day)
            if value is not None:
                counted[day] = min(told(value), counted.get(day, told(value)))
    line = dict(counted)
    days = sorted(counted)
    for left, right in pairwise(days):
        if right - left <= 8:  # at most seven days between them
            for day in range(left + 1, right):
                share = F(day - left, right - left)
                line[day] = counted[left] * (1 - share) + counted[right] * share
    at_the_last = max((day for day in spoken if day >= 0), default=30)
    if at_the_last < 30 and icaht_ends(line, at_the_last) == [4, 4]:
        return ("known", 4)
    return between(icaht_ends(line, 30))


def icaht_ends(line: dict, last: int) -> list[int]:
    return [oracle_icaht.early([line.get(day, other) for day in range(last + 1)]) for other in (10**7, 0)]


# --- Tocilizumab -----------------------------------------------------------------------------------------------------


def tocilizumab_dose_mg(case: dict) -> tuple:
    weight = told(case["weight_kg"])
    return ("known", min(800, math.floor(weight * (12 if weight < 30 else 8) + F(1, 2))))


def next_dose(ages: list[F]) -> tuple:
    if len(ages) > 3:
        return (False, "max_4_total")
    if any(age < 8 for age in ages):
        return (False, "interval_lt_8h")
    return (False, "max_3_in_24h") if len([age for age in ages if age < 24]) > 2 else (True, None)


def tocilizumab_next(case: dict) -> tuple:
    hours, now = case["hours_of_previous_doses"], case["now_h"]
    known = [told(hour) for hour in hours if hour is not None]
    waits = [told(now)] if now is not None else [max(known, default=F(0)) + F(n, 2) for n in range(120)]
    answers = {
        next_dose([wait - hour for hour in known] + list(ages))
        for wait in waits
        for ages in product([F(n) for n in (0, 7, 8, 23, 24, 90)], repeat=hours.count(None))
    }
    if len(answers) == 1:
        ((allowed, reason),) = answers
        return ("known", {"allowed": allowed, "reason": reason})
    return ("incomplete", [min(allowed for allowed, _ in answers), max(allowed for allowed, _ in answers)])


# --- Days ------------------------------------------------------------------------------------------------------------

PARTS = ["too_early", "ok", "late_physician_decides", "too_late"]


def part(product_key: str, days: int) -> str:
    return PARTS[sum(days > end for end in WINDOWS[product_key][1:])]


def ld_window(case: dict) -> tuple:
    start, end, infusion = (
        date.fromisoformat(case[name]) if case.get(name) else None for name in ("ld_start", "ld_end", "infusion")
    )
    named = case.get("product")
    parts, exact = set(), named is not None
    for key in [named] if named else WINDOWS:
        anchor = WINDOWS[key][0]
        day = {"ld_start": start, "ld_end": end}[anchor]
        if day and infusion:
            parts.add(part(key, (infusion - day).days))
            answer = {"anchor": anchor, "days": (infusion - day).days, "result": part(key, (infusion - day).days)}
            continue
        exact = False
        least, most = 0, 60
        if anchor == "ld_start" and end and (infusion or start):
            least = ((infusion or end) - (end if infusion else start)).days
        if anchor == "ld_end" and start and infusion:
            most = (infusion - start).days
        parts |= {part(key, days) for days in range(least, most + 1)}
    if exact:
        return ("known", answer)
    return ("incomplete", [min(parts, key=PARTS.index), max(parts, key=PARTS.index)])


def years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 2, 28)


def date_tasks(case: dict) -> tuple:
    dates = {}
    if case.get("infusion"):
        day = date.fromisoformat(case["infusion"])
        after = {"d28": 28, "d30": 30, "d100": 100, "d180": 180, "d365": 365, "driving_8w_end": 56}
        dates = {name: str(day + timedelta(n)) for name, n in after.items()}
        dates |= {f"ebmt_annual_{n}": str(years_on(day, n)) for n in (1, 4)}
    if case.get("last_1l_dose"):
        dates["eot_pet_due"] = str(date.fromisoformat(case["last_1l_dose"]) + timedelta(30))
    if dates:
        return ("known", dates)
    ends = [date_tasks({"infusion": day, "last_1l_dose": day})[1] for day in ("1900-01-01", "2100-12-31")]
    return ("incomplete", ends)

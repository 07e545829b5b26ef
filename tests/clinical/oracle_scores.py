"""Second readings of reference 1.4, 1.5 and 3, in another form: cut tables looked up, days written as a string."""

import re
from bisect import bisect_left, bisect_right
from math import inf

# CTCAE: for each count, the values from which each milder grade begins, worst grade first.
CTCAE = {
    "neutrophils": ([0.5, 1.0, 1.5], [4, 3, 2]),
    "platelets": ([25, 50, 75], [4, 3, 2]),
    "anaemia": ([8.0, 10.0], [3, 2]),
    "leukocytes": ([1.0, 2.0, 3.0], [4, 3, 2]),
    "lymphocytes": ([0.2, 0.5, 0.8], [4, 3, 2]),
}


def ctcae(name: str, value: float, lln: float) -> int:
    cuts, grades = CTCAE[name]
    place = bisect_right(cuts, value)
    if place < len(grades):
        return grades[place]
    return 1 if value < lln else 0


def hematotox(plt, anc_ul, hb, crp_mg_dl, ferritin) -> int:
    """Cells of the table of reference 3, each as an interval with its points."""
    table = [
        (plt, [(-inf, 74.999999, 2), (75, 175, 1), (175.000001, inf, 0)]),
        (anc_ul, [(-inf, 1199.999, 1), (1200, inf, 0)]),
        (hb, [(-inf, 8.999999, 1), (9.0, inf, 0)]),
        (crp_mg_dl, [(-inf, 2.999999, 0), (3.0, inf, 1)]),
        (ferritin, [(-inf, 649.999, 0), (650, 2000, 1), (2000.001, inf, 2)]),
    ]
    score = 0
    for value, cells in table:
        (points,) = (p for low, high, p in cells if low <= value <= high)
        score += points
    return score


def smipi(age, ecog, ldh_ratio, wbc) -> int:
    return (
        bisect_right([50, 60, 70], age)
        + {0: 0, 1: 0, 2: 2, 3: 2, 4: 2}[ecog]
        + bisect_right([0.67, 1.0, 1.5], ldh_ratio)
        + bisect_right([6.7, 10, 15], wbc)
    )


def smipi_risk(score: int) -> str:
    return ["low", "intermediate", "high"][bisect_left([4, 6], score + 1) if score < 6 else 2]


def icaht_early(values: list[float]) -> int:
    """Values of day 0, 1, 2 … to the last day followed, none missing; each day is one letter of a string."""
    letters = "".join("p" if value <= 100 else "s" if value <= 500 else "a" for value in values)
    grades = [0]

    def lengths(low: str, string: str):
        # A run starts and ends low and holds no stretch of three days above.
        return [m.span() for m in re.finditer(f"[{low}](?:a{{0,2}}[{low}])*", string)]

    for start, end in lengths("ps", letters):
        grades.append(3 if end - start >= 14 else 2 if end - start >= 7 else 1)
        if start <= 3 and len(letters) - end <= 2:
            grades.append(4)
    for start, end in lengths("p", letters.replace("s", "a")):
        if end - start >= 7:
            grades.append(4 if end - start >= 14 else 3)
    if letters and "a" not in letters:
        grades.append(4)
    return max(grades)


def t_icaht_early(values: list[float]) -> int:
    fifty, twenty = len([v for v in values if v < 50]), len([v for v in values if v < 20])
    return max(bisect_right([1, 7], fifty), [0, 3, 4][bisect_right([1, 14], twenty)])

"""A second reading of the IMWG responses of reference 3, by fractions; an open fact is tried at many values."""

from fractions import Fraction as F
from itertools import product

ORDER = ("CR", "VGPR", "PR", "MR", "SD", "PD")  # from best to worst
GRID = {
    "serum_baseline": (0, "0.1", "0.4", 1, 2, 3, 4, "10.1", 15),
    "serum_nadir": (0, "0.1", 1, 2, 3, 11, 15),
    "serum": (0, "0.1", "0.4", 1, "1.4", 2, "2.5", 3, 4, 15),
    "urine_baseline": (0, 100, 1000, 2000, 3000, 10000, 50000),
    "urine_nadir": (0, 100, 500, 900, 40000, 50000),
    "urine": (0, 50, 150, 200, 500, 1000, 6000, 50000),
    "dflc_nadir": (0, 10, 100, 4000, 5000),
    "dflc": (0, 10, 15, 21, 130, 5000),
    "immunofixation_negative": (False, True),
    "plasmacytoma": (False, True),
    "plasma_cells_percent": (1, 5, 50),
    "new_lesion": (False, True),
}


def has_risen(now: F, nadir: F) -> bool:
    return now >= nadir * F(5, 4)


def known(c: dict) -> str:
    """The response where everything is known."""
    if (
        c["new_lesion"]
        or (has_risen(c["serum"], c["serum_nadir"]) and c["serum"] >= c["serum_nadir"] + F(1, 2))
        or (has_risen(c["urine"], c["urine_nadir"]) and c["urine"] >= c["urine_nadir"] + 200)
        or (has_risen(c["dflc"], c["dflc_nadir"]) and c["dflc"] > c["dflc_nadir"] + 10)
    ):
        return "PD"
    if c["immunofixation_negative"] and not c["plasmacytoma"] and c["plasma_cells_percent"] < 5:
        return "CR"
    left = c["serum"] / c["serum_baseline"] if c["serum_baseline"] else F(bool(c["serum"]))
    if left <= F(1, 10) and c["urine"] < 100:
        return "VGPR"
    if left <= F(1, 2) and (c["urine"] < 200 or c["urine"] <= c["urine_baseline"] / 10):
        return "PR"
    return "MR" if left <= F(3, 4) else "SD"


def response(case: dict) -> tuple[str, str]:
    """The best and the worst that the open facts allow."""
    told = {name: value if isinstance(value, bool) or value is None else F(str(value)) for name, value in case.items()}
    unknown = [name for name, value in told.items() if value is None]
    found = set()
    for chosen in product(*(GRID[name] for name in unknown)):
        values = {name: one if isinstance(one, bool) else F(one) for name, one in zip(unknown, chosen, strict=True)}
        found.add(known(told | values))
    return min(found, key=ORDER.index), max(found, key=ORDER.index)

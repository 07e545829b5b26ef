"""Prognostic indices of large B-cell lymphoma: IPI, age-adjusted IPI, R-IPI and NCCN-IPI (reference 3).

Units: age in completed years, LDH U/L with the laboratory's upper limit (ULN). Thresholds are as printed: age > 60,
LDH > ULN, ECOG >= 2, more than one extranodal site.
"""

from dataclasses import dataclass
from typing import Any

from . import facts as check
from .facts import Band
from .result import Ground, Result, Verdict, decide

VERSION = "IPI; aaIPI; R-IPI; NCCN-IPI"

BANDS = {
    "age": Band("0", "120", is_whole=True),
    "stage": Band("1", "4", is_whole=True),
    "ldh": Band("1", "50000", "U/L"),
    "ldh_uln": Band("50", "2000", "U/L"),
    "ecog": Band("0", "4", is_whole=True),
    "extranodal_sites": Band("0", "30", is_whole=True),
}
COULD_BE = check.with_limit(check.ends_of(BANDS), "ldh", "ldh_uln") | {"nccn_site": (False, True)}


@dataclass(frozen=True)
class IpiFacts:
    """Age in years, Ann Arbor stage 1-4, LDH and its ULN (U/L), ECOG 0-4, number of extranodal sites.

    `nccn_site`: disease in marrow, CNS, liver or gut, or lung.
    """

    age: Any = None
    stage: int | None = None
    ldh: Any = None
    ldh_uln: Any = None
    ecog: int | None = None
    extranodal_sites: int | None = None
    nccn_site: bool | None = None

    def __post_init__(self):
        check.yes_no("nccn_site", self.nccn_site)
        check.settle_bands(self, BANDS)


@dataclass(frozen=True)
class Score:
    """Points and the risk group they fall in."""

    score: int
    risk: str


def _group(score: int, tops: tuple[tuple[int, str], ...]) -> str:
    return next(risk for top, risk in tops if score <= top)


IPI_RISK = ((1, "low"), (2, "low_intermediate"), (3, "high_intermediate"), (5, "high"))
AAIPI_RISK = ((0, "low"), (1, "low_intermediate"), (2, "high_intermediate"), (3, "high"))
R_IPI_RISK = ((0, "very_good"), (2, "good"), (5, "poor"))
NCCN_RISK = ((1, "low"), (3, "low_intermediate"), (5, "high_intermediate"), (8, "high"))


def _points_ipi(f: IpiFacts) -> dict[str, int]:
    return {"age": int(f.age > 60), **_points_aaipi(f), "extranodal_sites": int(f.extranodal_sites > 1)}


def _points_aaipi(f: IpiFacts) -> dict[str, int]:
    return {"stage": int(f.stage >= 3), "ldh": int(f.ldh > f.ldh_uln), "ecog": int(f.ecog >= 2)}


def _points_nccn(f: IpiFacts) -> dict[str, int]:
    return {
        "age": sum(f.age > bound for bound in (40, 60, 75)),
        "ldh": sum(f.ldh > f.ldh_uln * times for times in (1, 3)),
        "stage": int(f.stage >= 3),
        "ecog": int(f.ecog >= 2),
        "nccn_site": int(f.nccn_site),
    }


def _scored(facts: IpiFacts, points, risks, reads: tuple[str, ...]) -> Result:
    # A score only grows, or only falls, with each variable: the ends of their bands give the range.
    could_be = {name: COULD_BE[name] for name in ("stage", "ldh", "ldh_uln", "ecog", *reads)}

    def rule(f: IpiFacts) -> tuple[Verdict, ...]:
        given = points(f)
        grounds = tuple(Ground(f"points_{name}", {"points": value}, "3", "V") for name, value in given.items())
        total = sum(given.values())
        return (Verdict(Score(total, _group(total, risks)), grounds=grounds),)

    return scores_as_range(decide(facts, rule, could_be, version=VERSION, rank=lambda value: value.score))


def scores_as_range(result: Result) -> Result:
    """The range of an incomplete score as two numbers."""
    if result.range is None:
        return result
    low, high = result.range
    return Result(**{**vars(result), "range": (low.score, high.score)})


def ipi(facts: IpiFacts) -> Result:
    """IPI 0-5: 0-1 low, 2 low-intermediate, 3 high-intermediate, 4-5 high. Value: Score."""
    return _scored(facts, _points_ipi, IPI_RISK, ("age", "extranodal_sites"))


def aaipi(facts: IpiFacts) -> Result:
    """Age-adjusted IPI 0-3 (stage, LDH, ECOG). Value: Score."""
    return _scored(facts, _points_aaipi, AAIPI_RISK, ())


def r_ipi(facts: IpiFacts) -> Result:
    """R-IPI: the IPI's points in three groups, 0 / 1-2 / 3-5. Value: Score."""
    return _scored(facts, _points_ipi, R_IPI_RISK, ("age", "extranodal_sites"))


def nccn_ipi(facts: IpiFacts) -> Result:
    """NCCN-IPI 0-8: 0-1, 2-3, 4-5, 6-8. Value: Score."""
    return _scored(facts, _points_nccn, NCCN_RISK, ("age", "nccn_site"))

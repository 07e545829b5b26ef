"""Deauville score and Lugano 2014 metabolic response (reference 3).

The Deauville score is read from the picture by a person: it is a fact here, never computed. Lugano turns it, with what
changed since the comparison scan, into CMR, PMR, NMR or PMD.
"""

from dataclasses import dataclass

from . import facts as check
from .result import Ground, Result, Verdict, decide

VERSION = "Lugano 2014"

DEAUVILLE = {
    "1": "no uptake",
    "2": "uptake up to mediastinum",
    "3": "above mediastinum, up to liver",
    "4": "moderately above liver",
    "5": "markedly above liver, or new lesions",
    "X": "uptake unlikely lymphoma",
}
COMPLETE_UP_TO = 3  # CMR = score 1-3
UPTAKE_CHANGES = ("reduced", "unchanged", "increased")

CMR, PMR, NMR, PMD = "CMR", "PMR", "NMR", "PMD"
RESPONSES = (CMR, PMR, NMR, PMD)  # from best to worst


@dataclass(frozen=True)
class LuganoFacts:
    """Deauville score of the worst lesion ("1" to "5", or "X": not lymphoma); uptake since the last scan."""

    deauville: str | None = None
    uptake_change: str | None = None
    new_lesion: bool | None = None

    def __post_init__(self):
        check.choice("deauville", self.deauville, DEAUVILLE)
        check.choice("uptake_change", self.uptake_change, UPTAKE_CHANGES)
        check.yes_no("new_lesion", self.new_lesion)


LUGANO_COULD_BE = {
    "deauville": tuple(DEAUVILLE),
    "uptake_change": UPTAKE_CHANGES,
    "new_lesion": (False, True),
}


def lugano(facts: LuganoFacts) -> Result:
    """CMR, PMR, NMR or PMD; incomplete with the best and the worst that the missing facts allow.

    A new FDG-avid lymphoma focus is PMD whatever the score. X counts as 1-3 where no new lymphoma focus is seen [C].
    """
    return decide(facts, _lugano_of_complete_facts, LUGANO_COULD_BE, version=VERSION, rank=RESPONSES.index)


def _lugano_of_complete_facts(f: LuganoFacts) -> tuple[Verdict, ...]:
    seen = Ground("deauville", {"score": f.deauville}, "3")
    if f.new_lesion:
        return (Verdict(PMD, grounds=(Ground("new_lesion", {}, "3", "V"),)),)
    if f.deauville == "X":
        return (Verdict(CMR, grounds=(seen, Ground("uptake_unlikely_lymphoma", {}, "3", "C"))),)
    if int(f.deauville) <= COMPLETE_UP_TO:
        return (Verdict(CMR, grounds=(seen,)),)
    value = {"reduced": PMR, "unchanged": NMR, "increased": PMD}[f.uptake_change]
    return (Verdict(value, grounds=(seen, Ground("uptake_change", {"uptake_change": f.uptake_change}, "3", "V"))),)


PSEUDO_PROGRESSION_AROUND_DAY = 35  # 6.2: the day-30 restaging window is day 25-35


def may_be_pseudo_progression(response: str, *, day: int, symptoms: bool | None) -> bool:
    """Around day +30 PMR or PMD without symptoms asks for a biopsy or a repeat PET before failure is declared (3)."""
    return response in (PMR, PMD) and 0 < day <= PSEUDO_PROGRESSION_AROUND_DAY and symptoms is not True

"""In which order the dates of a therapy can be. Pure: no Django, no clock."""

from collections.abc import Mapping

from patients.clinical.days import PartialDate, is_impossible_order

MOST_LINES = 30  # as clinical.indications reads them
MOST_EXTRANODAL_SITES = 30  # as clinical.ipi reads them
MRD_SENSITIVITY = (1, 9)  # n of 10^-n, as clinical.imwg reads it
LARGEST_MASS_CM = 60  # ours: wide enough for every mass, narrow enough for one typed in millimetres


DATES = ("started", "ended", "responded", "progressed")


def impossible_dates(known: Mapping[str, PartialDate | None]) -> list[str]:
    """Which of a line's dates lie before its start under every reading of both."""
    start = known.get("started")
    return [
        name
        for name in DATES[1:]
        if start is not None and known.get(name) is not None and is_impossible_order(start, known[name])
    ]

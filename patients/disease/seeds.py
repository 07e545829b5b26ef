"""The pick-lists stand in no table: they are read from their files. A fault is found here, before anybody asks."""

from pathlib import Path

from patients.disease import picklists


def check(folder: Path) -> int:
    """Read every list of seeds/ once; how many diagnoses, names of drugs and regimens there are.

    Raises SeedError at the first fault.
    """
    return len(picklists.diagnoses()) + len(picklists.drug_names()) + len(picklists.regimens())

"""What a disease history is chosen from: diagnoses with their codes, regimens, drugs. Data of seeds/, reference 9.

What is not in the lists may be written all the same. No Django.
"""

from dataclasses import dataclass
from functools import cache

from patients.clinical.reference_data import SEEDS, washouts
from patients.clinical.seed_rows import Field, read

CODES = frozenset({"icd10", "icdo3", "orpha"})
DISEASES = frozenset({"lbcl", "fl", "mcl", "all", "mm", "other"})

DIAGNOSIS = {
    "code": Field(str),
    "name": Field(str),
    "name_it": Field(str),
    "disease": Field(str, choices=DISEASES),
    "subtype": Field(str, required=False),
    "icd10": Field(str, required=False),
    "icdo3": Field(str, required=False),
    "orpha": Field(str, required=False),
    "verified": Field(list, required=False, choices=CODES),
    "doubtful": Field(list, required=False, choices=CODES),
    "source": Field(str),
}
DRUG = {
    "name": Field(str),
    "classes": Field(list),
    "washout": Field(str, required=False),
    "source": Field(str),
    "tag": Field(str, required=False, choices=frozenset({"K"})),
}
THERAPY = {
    "name": Field(str),
    "diseases": Field(list, choices=DISEASES),
    "drugs": Field(list),
    "transplant": Field(str, required=False, choices=frozenset({"autologous"})),
    "source": Field(str),
    "tag": Field(str),
}


@dataclass(frozen=True)
class DiagnosisName:
    """One diagnosis: its names, the disease and subtype that the rules read, its codes; "" = not known."""

    code: str
    name: str
    name_it: str
    disease: str
    subtype: str | None
    icd10: str
    icdo3: str
    orpha: str
    doubtful: frozenset[str]

    def named(self, language: str) -> str:
        return self.name_it if language.startswith("it") else self.name


@dataclass(frozen=True)
class Drug:
    """One drug: the classes it belongs to, and the code of its wash-out, "" where the reference names none."""

    name: str
    classes: tuple[str, ...]
    washout: str


@dataclass(frozen=True)
class Regimen:
    """One regimen: in which diseases it is offered and what it holds."""

    name: str
    diseases: frozenset[str]
    drugs: tuple[str, ...]
    transplant: str | None


@cache
def diagnoses() -> dict[str, DiagnosisName]:
    """The diagnoses by their code, in the order of the file."""
    return {
        row["code"]: DiagnosisName(
            **{name: row[name] for name in ("code", "name", "name_it", "disease")},
            subtype=row.get("subtype"),
            **{name: row.get(name) or "" for name in ("icd10", "icdo3", "orpha")},
            doubtful=frozenset(row.get("doubtful") or ()),
        )
        for row in read(SEEDS / "diagnoses.yaml", DIAGNOSIS, unique="code")
    }


@cache
def drugs() -> dict[str, Drug]:
    """The drugs by their name."""
    found = {}
    for row in read(SEEDS / "drugs.yaml", DRUG, unique="name"):
        washout = row.get("washout") or ""
        if washout and washout not in washouts():
            raise row.refuse("washout", f"{washout!r} is no wash-out")
        found[row["name"]] = Drug(row["name"], tuple(row["classes"]), washout)
    return found


@cache
def regimens() -> dict[str, Regimen]:
    """The regimens by their name as written small."""
    found = {}
    for row in read(SEEDS / "therapies.yaml", THERAPY, unique="name"):
        if unknown := [name for name in row["drugs"] if name not in drugs()]:
            raise row.refuse("drugs", f"{', '.join(unknown)}: no drug of drugs.yaml")
        found[row["name"].casefold()] = Regimen(
            row["name"], frozenset(row["diseases"]), tuple(row["drugs"]), row.get("transplant")
        )
    return found


def regimen(written: str) -> Regimen | None:
    """The regimen of the list that somebody wrote, None for a free one."""
    return regimens().get(" ".join(written.split()).casefold())


def regimens_of(disease: str | None) -> list[Regimen]:
    """What is offered in a disease; everything while it is not known or has none of its own."""
    fitting = [one for one in regimens().values() if disease in one.diseases]
    return fitting or list(regimens().values())


def read_drugs(written: str) -> list[str]:
    """Drugs separated by commas, those of the list as it spells them; others stay as they were written."""
    known = {name.casefold(): name for name in drugs()}
    typed = [" ".join(part.split()) for part in written.replace(";", ",").split(",")]
    return list(dict.fromkeys(known.get(name.casefold(), name) for name in typed if name))


def classes_of(names: list[str]) -> list[str]:
    """The classes of drugs, in a fixed order; a drug that is not in the list says none."""
    return sorted({code for name in names if name in drugs() for code in drugs()[name].classes})

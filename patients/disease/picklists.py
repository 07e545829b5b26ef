"""What a disease history is chosen from: diagnoses with their codes, regimens, drugs. Data of seeds/, reference 9.

What is not in the lists may be written all the same; a drug that is not recognised is told as such. No Django.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

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
    "it": Field(str, required=False),
    "also": Field(list, required=False),
    "classes": Field(list),
    "washout": Field(str, required=False),
    "by_half_life": Field(bool, required=False),
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
    """One drug: the classes it belongs to, and the code of its wash-out, "" where the reference names none.

    `by_half_life`: the reference says so of its wash-out, and gives no length (4). `also`: what else it is called.
    """

    name: str
    classes: tuple[str, ...]
    washout: str
    by_half_life: bool = False
    name_it: str = ""
    also: tuple[str, ...] = ()

    def named(self, language: str) -> str:
        return self.name_it if self.name_it and language.startswith("it") else self.name


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
        if washout and row.get("by_half_life"):
            raise row.refuse("by_half_life", "has a length too")
        found[row["name"]] = Drug(
            row["name"],
            tuple(row["classes"]),
            washout,
            bool(row.get("by_half_life")),
            row.get("it") or "",
            tuple(map(str, row.get("also") or ())),
        )
    return found


@cache
def drug_names() -> dict[str, str]:
    """Every name by which a drug is read, as `_plain` writes it, with the name of the drug.

    Raises SeedError, with file, line and field, for a name that two drugs have.
    """
    found: dict[str, str] = {}
    for row in read(SEEDS / "drugs.yaml", DRUG, unique="name"):
        called = [("name", row["name"]), ("it", row.get("it")), *(("also", one) for one in row.get("also") or ())]
        for field, one in called:
            if one is None:
                continue
            if found.setdefault(_plain(str(one)), row["name"]) != row["name"]:
                raise row.refuse(field, f"{one!r} is {found[_plain(str(one))]} too")
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


# ── what somebody typed ──────────────────────────────────────────────────────────────────────────────────────────

_UNIT = (
    "mg|g|gr|mcg|ug|μg|ui|iu|mui|ml|m2|mq|kg|auc|die|d|di|dd|day|days|giorno|giorni|gg|h|ore|sett|settimana|settimane|"
    "week|weeks|wk|mese|mesi|month|months|dose|dosi|doses|cp|cpr|cps|compressa|compresse|capsula|capsule|fl|fiala|fiale|"
    "ciclo|cicli|cycle|cycles"
)
_NUMBER = r"\d+(?:[.,]\d+)?"
# A token of a dose: 560, 560mg, 1.3, mg/m2, 10-20, x2, d1, die.
_DOSE = re.compile(
    rf"x|x?{_NUMBER}(?:-{_NUMBER})?x?(?:{_UNIT})?(?:/(?:{_NUMBER})?(?:{_UNIT}))*|(?:{_UNIT})(?:/(?:{_NUMBER})?(?:{_UNIT}))*"
)
# How it is given, and what says nothing of which drug it is.
_BESIDE = frozenset(
    ("a", "al", "ogni", "per", "os", "ev", "e.v.", "iv", "i.v.", "im", "sc", "s.c.", "bid", "tid", "biosimilare")
)
# A comma within a number and a slash before a unit separate nothing.
_SEPARATOR = re.compile(
    rf"(?<!\d),|,(?!\d)|[;+&\n\r()]|/(?!\s*(?:{_NUMBER}\s*)?(?:{_UNIT})\b)|\s(?:e|ed|and|con|with)\s", re.IGNORECASE
)


def _plain(written: str) -> str:
    """A name small, without accents and marks of the trade, and without dose and way of giving."""
    bare = unicodedata.normalize("NFKD", written.translate(dict.fromkeys(map(ord, "®™©"))))
    tokens = "".join(one for one in bare if not unicodedata.combining(one)).casefold().split()
    return " ".join(one for one in tokens if one not in _BESIDE and not _DOSE.fullmatch(one))


@lru_cache(maxsize=4096)
def _read(written: str) -> tuple[str, ...]:
    """What somebody typed, drug by drug: those of the list by its name, the others as they were written."""
    known = regimen(written)
    if known is not None:
        return known.drugs
    parts = [" ".join(part.split()) for part in _SEPARATOR.split(written)]
    return tuple(dict.fromkeys(name for part in parts if not _is_dose(part) for name in _read_part(part)))


def _is_dose(part: str) -> bool:
    """Whether a part names nothing: empty, or a dose alone. A single letter may stand for a drug."""
    return not _plain(part) and not (len(part) == 1 and part.isalpha())


def _read_part(part: str) -> tuple[str, ...]:
    """One part: a drug, a regimen of the list, or several drugs with nothing but spaces and hyphens between them."""
    names = drug_names()
    if _plain(part) in names:
        return (names[_plain(part)],)
    known = regimen(part)
    if known is not None:
        return known.drugs
    pieces = [piece for piece in re.split(r"[\s-]+", part) if _plain(piece)]
    if len(pieces) > 1 and all(_plain(piece) in names for piece in pieces):
        return tuple(names[_plain(piece)] for piece in pieces)
    return (part,)


def read_drugs(written: str) -> list[str]:
    """Drugs as somebody typed them, those of the list as it spells them; others stay as they were written.

    Read by any of their names, whatever stands between them and whatever dose stands behind; a regimen of the list is
    the drugs that it holds.
    """
    return list(_read(written))


def held(names: Iterable[str]) -> list[str]:
    """The drugs that recorded names say, those that are not recognised as they were written."""
    return list(dict.fromkeys(one for name in names for one in _read(name)))


def not_recognised(names: Iterable[str]) -> list[str]:
    """What was written as a drug and is none of the list: nothing can be said of its class."""
    return [name for name in held(names) if name not in drugs()]


def classes_of(names: Iterable[str]) -> list[str]:
    """The classes of drugs, in a fixed order; a drug that is not in the list says none."""
    return sorted({code for name in held(names) if name in drugs() for code in drugs()[name].classes})

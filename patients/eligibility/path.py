"""The papers' way to CAR-T, as a tree of steps from seeds/second_line_path.yaml, with the products of the rule data."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial

from patients.audit.shown import source_words
from patients.clinical.days import EOT_PET_DAYS
from patients.clinical.indications import SUBTYPES, WINDOW_MONTHS, Indication, Indications
from patients.clinical.reference_data import SEEDS
from patients.clinical.seed_rows import Field, SeedRow, read
from patients.disease import indication

KINDS = frozenset({"act", "watch", "board", "car_t", "end"})
VISIT_MONTHS = 3  # reference 6.1: the default between visits of a watch [C]
FIELDS = {
    "code": Field(str),
    "disease": Field(str, choices=frozenset({"LBCL", "MCL"})),
    "parent": Field(str, required=False),
    "when": Field(str, required=False),
    "when_it": Field(str, required=False),
    "kind": Field(str, choices=KINDS),
    "lines": Field(int, required=False),
    **{name: Field(str) for name in ("name", "name_it", "text", "text_it", "source", "tag")},
}


@cache
def rows() -> tuple[SeedRow, ...]:
    """The steps in their order. Raises SeedError for a step that hangs on nothing above it, or has no condition."""
    found = read(SEEDS / "second_line_path.yaml", FIELDS, unique="code")
    seen: set[str] = set()
    for row in found:
        if row.get("parent") is not None and row["parent"] not in seen:
            raise row.refuse("parent", f"{row['parent']!r} is no step above")
        if (row.get("when") is None) != (row.get("when_it") is None):
            raise row.refuse("when", "in both languages or in none")
        if row["kind"] == "car_t" and row.get("lines") is None:
            raise row.refuse("lines", "after how many lines?")
        seen.add(row["code"])
    return tuple(found)


@dataclass
class Step:
    """One step in words, what leads to it, and what follows. `products`: (subtypes, products) of the EU labels;
    `judged`: the same where the wording of the label leaves it to the board.
    """

    code: str
    kind: str
    when: str
    name: str
    text: str
    source: str
    products: list[tuple[str, str]] = field(default_factory=list)
    judged: list[tuple[str, str]] = field(default_factory=list)
    after: list["Step"] = field(default_factory=list)

    @property
    def forks(self) -> bool:
        """Whether more than one step may follow."""
        return len(self.after) > 1

    @property
    def alone(self) -> list["Step"]:
        """The step as the beginning of its tree."""
        return [self]


def trees(language: str, on: date, rules: Iterable[Indication] | None = None) -> list[Step]:
    """The trees in a language, with the products whose label holds on a day; `rules`: others than those of the app."""
    holding = Indications.valid(indication.rows_on(on, rules), indication.EU, on)
    roots: list[Step] = []
    made: dict[str, Step] = {}
    for row in rows():
        step = _step(row, "_it" if language.startswith("it") else "", holding)
        made[step.code] = step
        (made[row["parent"]].after if row.get("parent") else roots).append(step)
    return roots


def _step(row: SeedRow, suffix: str, holding: Indications) -> Step:
    holds = partial(_products, row["disease"], row["lines"], holding) if row.get("lines") else None
    values = {"months": WINDOW_MONTHS, "pet_days": EOT_PET_DAYS, "visit_months": VISIT_MONTHS}
    return Step(
        code=row["code"],
        kind=row["kind"],
        when=row.get(f"when{suffix}") or "",
        name=row[f"name{suffix}"] % values,
        text=row[f"text{suffix}"] % values,
        source=source_words(row["source"], row["tag"]),
        products=holds(judgement=False) if holds else [],
        judged=holds(judgement=True) if holds else [],
    )


def _products(disease: str, lines: int, holding: Indications, *, judgement: bool) -> list[tuple[str, str]]:
    """The products after so many lines; in large B-cell lymphoma by subtype, those that share them together.

    `judgement`: those alone of rows that leave the case to a person.
    """
    states = frozenset({"btki"})
    by_products: dict[str, list[str]] = {}
    for subtype in SUBTYPES if disease == "LBCL" else (None,):
        covering = holding.covering(disease, lines=lines, age=18, subtype=subtype, states=states)
        wanted = sorted({row.product for row in covering if row.judgement == judgement})
        if wanted:
            by_products.setdefault(", ".join(wanted), []).append(subtype or "")
    return [(", ".join(filter(None, subtypes)), products) for products, subtypes in by_products.items()]

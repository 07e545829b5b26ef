"""The section of docs/clinical-reference.md that a source key names, as paragraphs and tables to read beside a rule.

And the documents that the reference names for it: those of its own marks ([V: ...]) and the papers cited in the row,
paragraph or section that a rule comes from, and those of its list of sources (section 11).
"""

import re
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

HEADING = re.compile(r"^#{2,3} (\d+(?:\.\d+)?)[. ]+(.*)$")


@dataclass(frozen=True)
class Part:
    """A paragraph (`text`), or a table: its head and its rows."""

    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    parts: list[Part] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Where the page of a rule shows it."""
        return f"section-{self.key.replace('.', '-')}"


@cache
def _sections() -> dict[str, Section]:
    lines = (settings.BASE_DIR / "docs" / "clinical-reference.md").read_text(encoding="utf-8").splitlines()
    found: dict[str, Section] = {}
    section, table = Section("", ""), []
    for line in [*lines, "# end"]:
        if not line.startswith("|") and table:
            section.parts.append(_table(table))
            table = []
        heading = HEADING.match(line)
        if heading:
            section = found.setdefault(heading[1], Section(heading[1], _plain(heading[2])))
        elif line.startswith("|"):
            table.append(line)
        elif line.strip() and not line.startswith("#"):
            section.parts.append(Part(text=_plain(line.removeprefix("- "))))
    return found


def _plain(text: str) -> str:
    """Without the marks of bold and of code."""
    return text.replace("**", "").replace("`", "").strip()


def _table(lines: list[str]) -> Part:
    rows = [tuple(_plain(cell) for cell in line.strip().strip("|").split(" | ")) for line in lines]
    rows = [row for row in rows if not set("".join(row)) <= set("-:| ")]
    return Part(head=rows[0], rows=tuple(rows[1:]))


def named(source: str) -> list[Section]:
    """The sections that a source names: `4/axi-cel`, or several ("1.1, 1.2; N1"); what is no section is left out."""
    keys = [part.partition("/")[0] for part in re.split(r"[,;]\s*", source)]
    return [_sections()[key] for key in dict.fromkeys(keys) if key in _sections()]


# ── the documents ────────────────────────────────────────────────────────────────────────────────────────────────────

SOURCES = "11"
MARK = re.compile(r"\[[^\[\]]*?\bV(?::\s*|\s+(?=PMC|ash|ZUMA))([^\[\]]+)\]")

# A paper that a title or a paragraph cites: (Lee DW et al., Biol Blood Marrow Transplant 2019;25:625-38).
PAPER = re.compile(r"\(([^()]*(?:\bet al\b|\b[A-Z][a-z]+ (?:19|20)\d\d, [A-Z])[^()]*)\)")

# Where in its section a rule stands, by the first words of a row or a paragraph; and its words in the list of sources.
FACTS = {
    "construct": ("Target",),
    "doses": ("Dose",),
    "infusions": ("Dose",),
    "split": ("Dose",),
    "lymphodepletion": ("LD",),
    "window": ("Infusion",),
    "thaw": ("Thaw clock",),
    "shelf_life": ("Shelf life",),
    "monitoring": ("EU monitoring", "Monitoring EU"),
    "near": ("Same for all",),
    "driving": ("Same for all",),
    "tocilizumab": ("Note EU",),
    "vein_to_vein": ("V2V typical",),
    "observed": ("V2V typical",),
}
FITNESS = {
    "ecog": ("ECOG",),
    "life_expectancy": ("Life expectancy",),
    "lvef": ("LVEF",),
    "spo2": ("SpO2",),
    "creatinine_clearance": ("CrCl",),
    "transaminases": ("AST/ALT",),
    "bilirubin": ("Bilirubin",),
    "infection_controlled": ("Active infection",),
    "no_viraemia": ("HBV/HCV/HIV",),
    "no_gvhd": ("GvHD",),
    "no_recent_dli": ("DLI",),
    "pregnancy_test_negative": ("Pregnancy",),
    "within_two_hours": ("Same for all",),
    **dict.fromkeys(("lymphocytes", "neutrophils", "platelets", "haemoglobin"), ("ALC / ANC",)),
    **dict.fromkeys(
        ("no_autoimmune", "no_seizure_or_stroke", "no_dementia", "no_other_cancer", "caregiver"), ("Autoimmune",)
    ),
}
PUBLISHED = {
    "crs": ("(ASTCT)",),
    "icans": ("(ASTCT)",),
    "icaht": ("grader of ICAHT",),
    "tocilizumab": ("Tocilizumab:",),
    "steroid": ("Event form",),
    "car-hematotox": ("CAR-HEMATOTOX", "Sum 0-7", "Platelets 10^9/L"),
    "easix": ("EASIX", "(m-EASIX)"),
    "ipi": ("IPI 1 each",),
    "mipi": ("sMIPI", "mdapp sMIPI"),
    "lugano": ("ECOG 0-5",),
    "imwg": ("IMWG",),
    "mrd": ("IMWG",),
    "refractory-myeloma": ("Refractory MM",),
    "ld-window": ("Infusion",),
    "washout": ("Wash-out",),
}
LABELS = frozenset({"product", "lymphodepletion", "window"})
PARAGRAPHS = {
    "washout": ("Wash-out",),
    "prophylaxis": ("Prophylaxis defaults",),
    "apheresis": ("Apheresis:",),
    "term": ("Same for all", "US change"),
    "reimbursement": ("(AIFA)",),
    "schedule": ("EU monitoring", "Monitoring EU", "d 0-7"),
}
ADVICE = {
    "tocilizumab": ("Tocilizumab:",),
    "tocilizumab-24h": ("Tocilizumab:",),
    "tocilizumab-on-site": ("Note EU",),
    "antiepileptic": ("Tocilizumab does not treat",),
    "antiepileptic-cns": ("Tocilizumab does not treat",),
}
GUIDELINES = {"ebmt": ("(management)",), "asco": ("(ASCO)",)}


def documents(kind: str, key: str, source: str) -> list[str]:
    """The documents of the reference's own marks in what a rule comes from, in its words; none: it names none.

    `source`: the rule's key in the reference.
    """
    return list(dict.fromkeys(one for text in _texts(source, _where(kind, key)) for one in _named_in(text)))


def papers(kind: str, key: str, source: str) -> list[str]:
    """The papers that the reference cites for a published rule; not all of them were reachable in full (section 11)."""
    if kind != "clinical":
        return []
    return list(dict.fromkeys(one for text in _texts(source, _where(kind, key)) for one in PAPER.findall(text)))


def listed(kind: str, key: str, names: tuple[str, ...] = ()) -> list[str]:
    """The entries of the reference's list of sources that name a rule, or one of these: a product, its brand."""
    wanted = (*filter(None, names), *_where(kind, key), *(("emc SmPCs",) if kind in LABELS else ()))
    return [entry for entry in _entries() if any(one in entry for one in wanted)]


def to_look_up(kind: str, key: str, source: str, names: tuple[str, ...] = ()) -> list[str]:
    """Both, each document once."""
    entries = listed(kind, key, names)
    named = [one for one in documents(kind, key, source) if not any(entry.startswith(one) for entry in entries)]
    return named + entries


def _where(kind: str, key: str) -> tuple[str, ...]:
    if kind in LABELS:
        return FACTS.get(key.partition(":")[2].rstrip("-0123456789") if kind == "product" else kind, ())
    if kind == "indication":
        return ("Italy", "(AIFA)") if key.startswith("it-") else ("EU indication",)
    if kind == "advice":
        return ADVICE.get(key) or GUIDELINES.get(key.rpartition("-")[2], ("One row per source",))
    return {"fitness": FITNESS, "clinical": PUBLISHED}.get(kind, {}).get(key) or PARAGRAPHS.get(kind, ())


def _texts(source: str, where: tuple[str, ...]) -> list[str]:
    """What a rule comes from: the rows (of a product: its cells) and paragraphs; without such words, the section."""
    found = []
    for part in re.split(r"[,;]\s*", source):
        key, _slash, product = part.partition("/")
        if key not in _sections():
            continue
        section = _sections()[key]
        found += [section.title]
        for one in section.parts:
            column = next((at for at, head in enumerate(one.head) if product and head.startswith(product)), None)
            if product and one.rows and column is None:
                continue
            for row in one.rows:
                if not where or row[0].startswith(where):
                    found.append(row[column] if column is not None and column < len(row) else " ".join(row))
            if one.text and (one.text.startswith(where) if where else not product):
                found.append(one.text)
    return found


def _named_in(text: str) -> list[str]:
    return [re.sub(r";[^;]*\bK$", "", said).strip() for said in MARK.findall(text)]


@cache
def _entries() -> tuple[str, ...]:
    """The entries of the list of sources."""
    text = next((one.text for one in _sections()[SOURCES].parts if one.text), "").rstrip(".")
    return tuple(one.strip() for one in re.split(r";\s+(?![^()]*\))", text))

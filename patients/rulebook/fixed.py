"""The rules that nobody signs for: published medicine in the code, and what is only shown; each with its mark.

A figure that the reference marks [K] is not verified: it warns or is shown, and never stops or allows anything.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from patients.apheresis import rules as apheresis
from patients.clinical import (
    astct,
    cases,
    ctcae,
    dosing,
    easix,
    hematotox,
    icaht,
    iec_hs,
    imwg,
    indications,
    ipi,
    lymphodepletion,
    mipi,
    response,
    washout,
)
from patients.clinical.reference_data import SEEDS
from patients.clinical.seed_rows import read
from patients.disease import picklists
from patients.disease.course import REFRACTORY_DAYS
from patients.eligibility import items, path
from patients.eligibility import rules as eligibility
from patients.eligibility import words as eligible
from patients.observations.words import MEASURED

THERAPIES_VERSION = "reference 9, contents of 11/2026"
PATH_VERSION = "reference 5.1 and 6.1, path of 11/2026"


@dataclass(frozen=True)
class Fixed:
    """One rule: its address within its kind, what it says, where it comes from."""

    key: str
    label: str
    text: str
    source: str
    tag: str
    version: str


# The published rules, by the module of patients/clinical/ that holds each: words, section, the mark of the whole
# section ("" where its parts are marked each by itself), version.
PUBLISHED = {
    "crs": (gettext_lazy("CRS grade"), "1.1", "V", astct.VERSION),
    "ice": (gettext_lazy("ICE score"), "1.2", "V", astct.VERSION),
    "icans": (gettext_lazy("ICANS grade"), "1.3", "", astct.VERSION),
    "ctcae": (gettext_lazy("CTCAE, blood counts"), "1.4", "K", ctcae.VERSION),
    "icaht": (gettext_lazy("ICAHT, early and late"), "1.5", "", icaht.VERSION),
    "t-icaht": ("T-ICAHT", "1.5", "V", icaht.T_VERSION),
    "iec-hs": (gettext_lazy("IEC-HS prompt"), "1.6", "K", iec_hs.VERSION),
    "tocilizumab": (gettext_lazy("Tocilizumab: dose, interval, total"), "2", "V", dosing.TOCILIZUMAB_VERSION),
    "steroid": (gettext_lazy("Steroids as dexamethasone"), "2", "K", dosing.STEROID_VERSION),
    "car-hematotox": ("CAR-HEMATOTOX", "3", "V", hematotox.VERSION),
    "easix": ("EASIX", "3", "V", easix.VERSION),
    "ipi": ("IPI", "3", "", ipi.VERSION),
    "mipi": ("MIPI", "3", "V", mipi.VERSION),
    "lugano": (gettext_lazy("Lugano response, Deauville"), "3", "V", response.VERSION),
    "imwg": (gettext_lazy("IMWG response"), "3", "V", imwg.VERSION),
    "mrd": (gettext_lazy("MRD with its assay"), "3", "V", imwg.MRD_VERSION),
    "ld-window": (gettext_lazy("Days from lymphodepletion to infusion"), "4", "", lymphodepletion.VERSION),
    "washout": (gettext_lazy("Days short of a wash-out"), "4", "", washout.VERSION),
    "eligibility": (gettext_lazy("Eligibility by indication"), "5.1", "", indications.VERSION),
    "dates": (gettext_lazy("Days, months, ages"), "0", "C", cases.DATES_VERSION),
}


def published() -> list[Fixed]:
    """What patients/clinical/ holds, and when myeloma counts as refractory."""
    text = _("published medicine, fixed in the code")
    found = [Fixed(key, str(label), text, source, tag, said) for key, (label, source, tag, said) in PUBLISHED.items()]
    refractory = _("progression on it, or within %(days)s days of its last dose") % {"days": REFRACTORY_DAYS}
    label = _("Myeloma refractory to a drug")
    return [*found, Fixed("refractory-myeloma", label, refractory, "3", "K", indications.VERSION)]


def fitness() -> list[Fixed]:
    """What a board weighs, and from which value on."""
    return [
        Fixed(item.code, str(eligible.ITEMS[item.code]), _item_words(item), item.source, item.tag, eligibility.VERSION)
        for item in items.ITEMS
        if item.group != items.INDICATION
    ]


def _item_words(item: items.Item) -> str:
    if cut := eligible.cut_sentence(item):
        return cut
    return _("settled first while it lasts") if item.resolve_first else _("weighed")


def before_apheresis() -> list[Fixed]:
    """The counts that are wished, and how long serology holds."""
    found = []
    for what, wished in apheresis.WISHED.items():
        name, unit = MEASURED[what], "g/dL" if what == "haemoglobin" else "×10⁹/L"
        said = _("from %(least)s %(unit)s") if wished.itself else _("above %(least)s %(unit)s")
        text = said % {"least": number_format(wished.least), "unit": unit}
        found.append(Fixed(what, str(name), text, "4", "K", apheresis.VERSION))
    text = _("taken within %(days)s days before apheresis") % {"days": apheresis.SEROLOGY_HOLDS_DAYS}
    return [*found, Fixed("serology", _("Serology"), text, "4", "K", apheresis.VERSION)]


def therapies() -> list[Fixed]:
    """The regimens to choose from, and the drugs that each fills in."""
    language, found = get_language() or "en", []
    for row in read(SEEDS / "therapies.yaml", picklists.THERAPY, unique="name"):
        parts = [picklists.drugs()[name].named(language) for name in row["drugs"]]
        parts += [_("autologous transplant")] * (row.get("transplant") == "autologous")
        key = slugify(row["name"].replace("/", " "))
        found.append(Fixed(key, row["name"], ", ".join(parts), row["source"], row["tag"], THERAPIES_VERSION))
    return found


def second_line_path(on: date) -> list[Fixed]:
    """The steps of the page Second-line path, with the products whose label holds on a day."""
    rows = {row["code"]: row for row in path.rows()}
    waiting, found = path.trees(get_language() or "en", on), []
    while waiting:
        step = waiting.pop(0)
        waiting = [*step.after, *waiting]
        row = rows[step.code]
        products = "; ".join(": ".join(filter(None, pair)) for pair in step.products)
        text = " ".join(filter(None, [step.when and f"{step.when}:", step.text, products]))
        found.append(Fixed(step.code, step.name, text, row["source"], row["tag"], PATH_VERSION))
    return found

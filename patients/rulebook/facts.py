"""A product's label in words: each fact with its source and mark, as the product page and the list of rules show it."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.clinical.days import PartialDate
from patients.products.models import LabelTerm, Product, is_verified
from patients.products.regimens import Regimen
from patients.rulebook import words
from patients.rulebook.evidence import local

LABELS = {
    "construct": gettext_lazy("Target, costimulation, vector"),
    "doses": gettext_lazy("Dose of cells"),
    "infusions": gettext_lazy("Infusions"),
    "split": gettext_lazy("Split of the dose"),
    "lymphodepletion": gettext_lazy("Lymphodepletion"),
    "window": gettext_lazy("Infusion window"),
    "thaw": gettext_lazy("After thaw"),
    "shelf_life": gettext_lazy("Shelf life, frozen"),
    "monitoring": gettext_lazy("Monitoring (EU)"),
    "near": gettext_lazy("Near the centre (EU)"),
    "driving": gettext_lazy("No driving (EU)"),
    "tocilizumab": gettext_lazy("Tocilizumab on site"),
    "vein_to_vein": gettext_lazy("Usual vein-to-vein (EU)"),
    "observed": gettext_lazy("Collection to infusion, published"),
}
# What every product page says, in this order; what the reference does not say reads as not known.
ALWAYS = ("construct", "doses", "thaw", "shelf_life", "monitoring", "near", "driving", "tocilizumab", "vein_to_vein")
VECTORS = {"gamma_retrovirus": gettext_lazy("gamma-retrovirus"), "lentivirus": gettext_lazy("lentivirus")}
FEATURES = {
    "cd19_tumour_cells_removed": gettext_lazy("CD19+ tumour cells removed"),
    "cd8_cd4_one_to_one": gettext_lazy("CD8 and CD4 in equal parts"),
    "two_vhh": gettext_lazy("two VHH domains"),
    "fast_off_rate": gettext_lazy("fast off-rate"),
}
THAW_STARTS = {
    "complete_thaw": gettext_lazy("from complete thaw"),
    "room_temperature": gettext_lazy("at room temperature"),
    "removal_from_storage": gettext_lazy("from removal from frozen storage"),
    "start_of_thaw": gettext_lazy("from the start of the thaw"),
    None: gettext_lazy("what starts the clock is not known"),
}
BLASTS = {
    "more_than_20_percent": gettext_lazy("marrow blasts above 20 %"),
    "up_to_20_percent": gettext_lazy("marrow blasts up to 20 %"),
}
TOPICS = {
    "precaution": gettext_lazy("Before the infusion"),
    "handling": gettext_lazy("Handling"),
    "follow_up": gettext_lazy("Afterwards"),
    "indication": gettext_lazy("Indication"),
    "monitoring": gettext_lazy("Monitoring"),
    "near": gettext_lazy("Near the centre"),
    "driving": gettext_lazy("No driving"),
    **{name: LABELS[name] for name in ("thaw", "tocilizumab", "lymphodepletion", "infusions", "window")},
}


@dataclass(frozen=True)
class Fact:
    """One fact of a label: `rule` is what a haematologist signs, `said` what it says as data; text "" = not known."""

    rule: str
    label: str
    text: str
    source: str = ""
    tag: str = ""
    said: Any = None

    @property
    def verified(self) -> bool:
        return is_verified(self.tag)


def number(value) -> str:
    """A number of the seeds in the reader's digits: 0.75, 2, 44."""
    places = 0 if float(value).is_integer() else len(str(value).partition(".")[2])
    return number_format(value, places, use_l10n=True)


def disease_words(codes: list[str]) -> str:
    return ", ".join(str(words.DISEASES[words.CODES[code]]) for code in codes)


def dose_words(dose: dict) -> str:
    """2 (1-2) × 10⁶ per kg, at most 200 × 10⁶ from 100 kg."""
    span = f"{number(dose['least'])}–{number(dose['most'])}" if "least" in dose else ""
    target = number(dose["target"]) if "target" in dose else ""
    amount = f"{target} ({span})" if target and span else target or span
    per = _("%(amount)s × 10⁶ CAR+ cells per kg") if dose["per"] == "kg" else _("%(amount)s × 10⁶ CAR+ cells")
    parts = [per % {"amount": amount}]
    if "cap" in dose:
        parts.append(_("at most %(cap)s × 10⁶") % {"cap": number(dose["cap"])})
    if "from_kg" in dose:
        parts[-1] += " " + _("from %(kg)s kg") % {"kg": dose["from_kg"]}
    if "up_to_kg" in dose:
        parts.append(_("up to %(kg)s kg of weight") % {"kg": dose["up_to_kg"]})
    if "over_kg" in dose:
        parts.append(_("above %(kg)s kg of weight") % {"kg": dose["over_kg"]})
    if "range_tag" in dose:
        parts.append(_("range: %(mark)s") % {"mark": words.MARKS[dose["range_tag"]]})
    return ", ".join(parts)


def _construct(product: Product, said: dict) -> str:
    parts = [product.target, product.costimulation, str(VECTORS[said["vector"]])]
    return ", ".join(parts + [str(FEATURES[one]) for one in said.get("features", [])])


def _monitoring(product: Product, said: dict) -> str:
    if "daily_days" in said:
        text = _("daily for %(days)s days") % {"days": said["daily_days"]}
    else:
        text = _("%(least)s to %(most)s times in the first week") % {
            "least": said["week_1_least"],
            "most": said["week_1_most"],
        }
    if said.get("then") == "physician":
        text += ", " + _("then as the physician decides")
    if said.get("then") == "periodic":
        text += ", " + _("then periodically for %(weeks)s more weeks") % {"weeks": said["then_weeks"]}
    return text


def _thaw(product: Product, said: dict) -> str:
    minutes = _("%(minutes)s minutes") % {"minutes": said["minutes"]}
    starts = said.get("starts")
    return f"{minutes}{' ' if starts else ', '}{THAW_STARTS[starts]}"


def _shelf_life(product: Product, said: dict) -> str:
    text = _("%(months)s months") % {"months": said["months"]}
    if "collected_months" in said:
        text += ", " + _("the collection up to %(months)s months") % {"months": said["collected_months"]}
    return text


TEXTS = {
    "construct": _construct,
    "infusions": lambda product, said: (
        _("days %(first)s and %(second)s, ± %(days)s; no later than day %(latest)s")
        % {"first": said["days"][0], "second": said["days"][1], "days": said["tolerance"], "latest": said["latest"]}
    ),
    "split": lambda product, said: "; ".join(
        f"{BLASTS[one['blasts']]}: {one['doses_10e6'][0]} + {one['doses_10e6'][1]} × 10⁶" for one in said["doses"]
    ),
    "thaw": _thaw,
    "shelf_life": _shelf_life,
    "monitoring": _monitoring,
    "near": lambda product, said: _("within %(hours)s hours' travel for at least %(weeks)s weeks") % said,
    "driving": lambda product, said: _("no driving or machines for %(weeks)s weeks") % said,
    "tocilizumab": lambda product, said: (
        _("at least %(doses)s dose per patient before the infusion, another within %(again_within_hours)s h of each")
        % said
    ),
    "vein_to_vein": lambda product, said: (
        _("%(least)s–%(most)s weeks") % {"least": said["weeks"][0], "most": said["weeks"][1]}
    ),
}


def product_facts(product: Product) -> list[Fact]:
    """The label of a product, fact by fact; regimens and windows have their own."""
    found = []
    for name in LABELS:
        said = product.label.get(name)
        if name in ("doses", "observed"):
            found += [_listed(product, name, place, one) for place, one in enumerate(said or [], start=1)]
        elif said is not None:
            found.append(
                Fact(
                    f"product/{product.code}:{name}",
                    str(LABELS[name]),
                    TEXTS[name](product, said),
                    said["source"],
                    said.get("tag", ""),
                    said,
                )
            )
        elif name in ALWAYS:
            found.append(Fact("", str(LABELS[name]), ""))
    return found


def _listed(product: Product, name: str, place: int, said: dict) -> Fact:
    rule = f"product/{product.code}:{name}-{place}"
    if name == "doses":
        label = f"{LABELS[name]}: {disease_words(said['diseases'])}"
        return Fact(rule, label, dose_words(said), said["source"], said.get("tag", ""), said)
    text = _("%(days)s days") % {"days": said["days"]} + f" ({said['where']}"
    text += f", IQR {said['iqr'][0]}–{said['iqr'][1]})" if "iqr" in said else ")"
    return Fact(rule, str(LABELS[name]), text, said["source"], said.get("tag", ""), said)


# ── lymphodepletion ──────────────────────────────────────────────────────────────────────────────────────────────────

DRUGS = {
    "cyclophosphamide": gettext_lazy("cyclophosphamide"),
    "fludarabine": gettext_lazy("fludarabine"),
    "bendamustine": gettext_lazy("bendamustine"),
}


def regimen_facts(regimen: Regimen) -> tuple[Fact, Fact]:
    """A regimen by day and dose, and the days between it and the infusion."""
    for_disease = f": {disease_words([regimen.disease])}" if regimen.disease else ""
    doses = "; ".join(_drug(dose, regimen.first_day) for dose in regimen.doses)
    said = {name: getattr(regimen, name) for name in ("anchor", "least_days", "best_days", "most_days")}
    return (
        Fact(
            f"lymphodepletion/{regimen.code}",
            f"{LABELS['lymphodepletion']}{for_disease}",
            doses,
            regimen.source,
            regimen.doses_tag,
            regimen.doses,
        ),
        Fact(
            f"window/{regimen.code}",
            f"{LABELS['window']}{for_disease}",
            window_words(regimen),
            regimen.source,
            regimen.window_tag,
            said,
        ),
    )


def _drug(dose: dict, first_day: int | None) -> str:
    days = dose["days"]
    if first_day is None:
        told = _("days %(days)s") % {"days": ", ".join(map(str, days))}
    else:
        told = _("days %(days)s") % {"days": ", ".join(f"−{-(first_day + day - 1)}" for day in days)}
    name = DRUGS.get(dose["drug"], dose["drug"])
    return f"{name} {dose['mg_per_m2']} mg/m², {told}"


def window_words(regimen: Regimen) -> str:
    values = {"least": regimen.least_days, "best": regimen.best_days, "most": regimen.most_days}
    if regimen.anchor == Regimen.Anchor.START:
        return _("%(least)s to %(best)s days after the first day of lymphodepletion") % values
    if regimen.least_days == regimen.best_days:
        text = _("%(least)s days after the last day of lymphodepletion") % values
    else:
        text = _("%(least)s to %(best)s days after the last day of lymphodepletion") % values
    if regimen.best_days < regimen.most_days:
        text += ", " + _("a physician decides up to day %(most)s") % values
    return text


# ── terms ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PLACES = {
    "EU": gettext_lazy("European Union"),
    "IT": gettext_lazy("Italy"),
    "GB": gettext_lazy("Great Britain"),
    "US": gettext_lazy("United States"),
}


def date_words(written: str) -> str:
    """26/06/2025, 07/2026, 2023."""
    partial = PartialDate.parse(written)
    formats = {10: "%d/%m/%Y", 7: "%m/%Y", 4: "%Y"}
    return partial.earliest.strftime(formats[len(written)])


def validity(valid_from: str, valid_to: str) -> str:
    """Since and until when, as far as it is known."""
    parts = []
    if valid_from:
        parts.append(_("since %(day)s") % {"day": date_words(valid_from)})
    if valid_to:
        parts.append(_("until %(day)s") % {"day": date_words(valid_to)})
    return ", ".join(parts)


def terms_of(product: Product) -> list[LabelTerm]:
    """What labels say in words of a product, or of all."""
    return [one for one in LabelTerm.objects.all() if not one.products or product.code in one.products]


def term_fact(term: LabelTerm) -> Fact:
    where = ", ".join(filter(None, [str(PLACES[term.jurisdiction]), validity(term.valid_from, term.valid_to)]))
    said = {"it": term.text_it, "en": term.text_en, "from": term.valid_from, "to": term.valid_to}
    label = f"{TOPICS[term.topic]} · {where}"
    return Fact(f"term/{term.code}", label, local(term, "text"), term.source, term.tag, said)

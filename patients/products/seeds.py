"""Loads the seeds of this room: products, their terms and regimens, indications, reimbursements, and the evidence."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import models

from patients.audit import seeding
from patients.audit.seeding import SeedRow
from patients.clinical.reference_data import INDICATION_FIELDS, TAG, indication_of, partial_date_of, read_washouts
from patients.products.evidence import CUTS, ENDPOINTS, Correction, Figure, Trial
from patients.products.indications import Indication, Reimbursement
from patients.products.models import LabelTerm, Product
from patients.products.prophylaxis import Prophylaxis
from patients.products.regimens import Regimen
from patients.products.washouts import WashoutLength

Field = seeding.Field
SOURCE = {"source": Field(str), "tag": Field(str, required=False, choices=TAG.choices)}
NUMBER = (int, float)
JURISDICTIONS = frozenset({"EU", "IT", "GB", "US"})

PRODUCT_SCHEMA = {
    "code": Field(str),
    "brand": Field(str),
    "target": Field(str),
    "costimulation": Field(str),
    "source": Field(str),
    "diseases": Field(list),
    "construct": Field(
        dict,
        parts={
            "vector": Field(str, choices=frozenset({"gamma_retrovirus", "lentivirus"})),
            "features": Field(list, required=False),
            **SOURCE,
        },
    ),
    "doses": Field(
        list,
        parts={
            "diseases": Field(list),
            "per": Field(str, choices=frozenset({"kg", "dose"})),
            **{
                name: Field(NUMBER, required=False)
                for name in ("target", "least", "most", "cap", "from_kg", "up_to_kg", "over_kg")
            },
            "range_tag": Field(str, required=False, choices=TAG.choices),
            **SOURCE,
        },
    ),
    "thaw": Field(
        dict,
        parts={
            "starts": Field(str, required=False, choices=frozenset(Product.ThawStarts.values)),
            "minutes": Field(int),
            "to_end": Field(bool, required=False),
            "infusion_minutes": Field(int, required=False),
            **SOURCE,
        },
    ),
    "monitoring": Field(
        dict,
        parts={
            **{
                name: Field(int, required=False) for name in ("daily_days", "week_1_least", "week_1_most", "then_weeks")
            },
            "then": Field(str, required=False, choices=frozenset({"physician", "periodic"})),
            **SOURCE,
        },
    ),
    "near": Field(dict, parts={"hours": Field(int), "weeks": Field(int), **SOURCE}),
    "driving": Field(dict, parts={"weeks": Field(int), **SOURCE}),
    "tocilizumab": Field(dict, parts={"doses": Field(int), "again_within_hours": Field(int), **SOURCE}),
    "vein_to_vein": Field(dict, required=False, parts={"weeks": Field(list), **SOURCE}),
    "observed": Field(
        list,
        required=False,
        parts={"days": Field(int), "iqr": Field(list, required=False), "where": Field(str), **SOURCE},
    ),
    "shelf_life": Field(
        dict,
        required=False,
        parts={"months": Field(int), "collected_months": Field(int, required=False), **SOURCE},
    ),
    "infusions": Field(
        dict,
        required=False,
        parts={"days": Field(list), "tolerance": Field(int), "latest": Field(int), **SOURCE},
    ),
    "split": Field(
        dict,
        required=False,
        parts={"doses": Field(list, parts={"blasts": Field(str), "doses_10e6": Field(list)}), **SOURCE},
    ),
}
PLAIN = ("brand", "target", "costimulation", "source", "diseases")


def _store(model: type[models.Model], rows: Iterable[tuple[Any, dict]]) -> int:
    """Let these rows, by key, be all that a table holds; idempotent. History keeps what goes."""
    kept = []
    for order, (key, values) in enumerate(rows, start=1):
        model.objects.update_or_create(pk=key, defaults={"order": order} | values)
        kept.append(key)
    model.objects.exclude(pk__in=kept).delete()
    return len(kept)


def _products_of(row: SeedRow, name: str, codes: Iterable[str], known: set[str]) -> None:
    for code in codes:
        if code not in known:
            raise row.refuse(name, f"{code!r} is no product")


def _known_products() -> set[str]:
    return set(Product.objects.values_list("code", flat=True))


def load(folder: Path) -> int:
    """Load the products; idempotent: a second run changes nothing. A product stays once it was known."""
    rows = seeding.read(folder / "products.yaml", PRODUCT_SCHEMA, unique="code")
    for order, row in enumerate(rows, start=1):
        _spans(row)
        values = {name: row[name] for name in PLAIN}
        label = {name: fact for name, fact in row.values.items() if name not in (*PLAIN, "code")}
        Product.objects.update_or_create(code=row["code"], defaults={"order": order, "label": label} | values)
    return len(rows)


def _spans(row: SeedRow) -> None:
    """Least before most, where both are said."""
    spans = [("vein_to_vein", row["vein_to_vein"]["weeks"])] if row.get("vein_to_vein") else []
    spans += [("doses", [dose["least"], dose["most"]]) for dose in row["doses"] if "least" in dose and "most" in dose]
    for name, span in spans:
        if len(span) != 2 or span[0] > span[1]:
            raise row.refuse(name, f"{span!r} is no least and most")


TOPICS = frozenset(
    {
        *("precaution", "handling", "follow_up", "indication", "thaw", "monitoring", "near", "driving"),
        *("tocilizumab", "lymphodepletion", "infusions", "window"),
    }
)
TERM_SCHEMA = {
    "code": Field(str),
    "products": Field(list, required=False),
    "jurisdiction": Field(str, choices=JURISDICTIONS),
    "topic": Field(str, choices=TOPICS),
    "text_it": Field(str),
    "text_en": Field(str),
    "valid_from": Field(str, required=False),
    "valid_to": Field(str, required=False),
    **SOURCE,
}


def load_terms(folder: Path) -> int:
    """Load what labels say in words, elsewhere and before; idempotent."""
    known = _known_products()
    found = []
    for row in seeding.read(folder / "label_terms.yaml", TERM_SCHEMA, unique="code"):
        _products_of(row, "products", row.get("products") or [], known)
        _dates(row)
        values = {name: row.get(name) or "" for name in TERM_SCHEMA if name not in ("code", "products")}
        found.append((row["code"], values | {"products": row.get("products") or []}))
    return _store(LabelTerm, found)


def _dates(row: SeedRow) -> None:
    begins, ends = partial_date_of(row, "valid_from"), partial_date_of(row, "valid_to")
    if begins and ends and ends.latest < begins.earliest:
        raise row.refuse("valid_to", "lies before valid_from")


REGIMEN_SCHEMA = {
    "code": Field(str),
    "product": Field(str),
    "disease": Field(str),
    "first_day": Field(int, required=False),
    "doses": Field(list, parts={"drug": Field(str), "mg_per_m2": Field(int), "days": Field(list)}),
    "doses_tag": Field(str, required=False, choices=TAG.choices),
    "anchor": Field(str, choices=frozenset(Regimen.Anchor.values)),
    "least": Field(int),
    "best": Field(int),
    "most": Field(int),
    "window_tag": Field(str, required=False, choices=TAG.choices),
    "redo": Field(
        dict,
        required=False,
        parts={
            "after_days": Field(int),
            "wbc_over": Field(NUMBER),
            "tag": Field(str, required=False, choices=TAG.choices),
        },
    ),
    "source": Field(str),
}


def load_regimens(folder: Path) -> int:
    """Load the lymphodepletion regimens; idempotent. Raises SeedError for an unknown product or a misshapen dose."""
    rows = seeding.read(folder / "regimens.yaml", REGIMEN_SCHEMA, unique="code")
    products = _known_products()
    for order, row in enumerate(rows, start=1):
        _products_of(row, "product", [row["product"]], products)
        for dose in row["doses"]:
            if not dose["days"] or min(dose["days"]) < 1:
                raise row.refuse("doses", f"{dose!r} needs days counted from 1")
        Regimen.objects.update_or_create(
            code=row["code"],
            defaults={
                "order": order,
                "product_id": row["product"],
                "disease": row["disease"],
                "first_day": row.get("first_day"),
                "doses": row["doses"],
                "doses_tag": row.get("doses_tag") or "",
                "anchor": row["anchor"],
                "least_days": row["least"],
                "best_days": row["best"],
                "most_days": row["most"],
                "window_tag": row.get("window_tag") or "",
                "redo": row.get("redo"),
                "source": row["source"],
            },
        )
    return len(rows)


def load_indications(folder: Path) -> int:
    """Load the indications; idempotent. A row that leaves the file leaves the table: what ends gets a valid_to."""
    known = _known_products()
    found = []
    for row in seeding.read(folder / "indications.yaml", INDICATION_FIELDS, unique="code"):
        _products_of(row, "product", [row["product"]], known)
        indication_of(row)
        _dates(row)
        values = {name: value for name, value in row.values.items() if name not in ("code", "product")}
        unsaid = {
            **dict.fromkeys(("subtypes", "lines_max", "window_months", "age_min", "age_max")),
            **dict.fromkeys(("valid_from", "valid_to", "act"), ""),
            **dict.fromkeys(("judgement", "conditional"), False),
            "requires": [],
            "status": Indication._meta.get_field("status").default,
        }
        found.append((row["code"], unsaid | values | {"product_id": row["product"]}))
    return _store(Indication, found)


CORRECTION_SCHEMA = {
    "number": Field(int),
    "paper": Field(str, choices=frozenset({"S0", "S4"})),
    "text_it": Field(str),
    "text_en": Field(str),
    "source": Field(str),
    "tag": Field(str, choices=TAG.choices | {""}),
}
FIGURE_SCHEMA = {
    "group": Field(str, choices=frozenset(Figure.Group.values)),
    "endpoint": Field(str, choices=ENDPOINTS),
    "measure": Field(str, choices=frozenset(Figure.Measure.values)),
    "arm": Field(str),
    "value": Field((int, float, str), required=False),
    "value_to": Field((int, float, str), required=False),
    "reached": Field(bool, required=False),
    "bound": Field(str, required=False, choices=frozenset("<>")),
    "low": Field((int, float, str), required=False),
    "high": Field((int, float, str), required=False),
    "level": Field(NUMBER, required=False),
    "p": Field(str, required=False),
    "at_months": Field(int, required=False),
    "cut": Field(str, required=False, choices=CUTS),
    "n": Field(int, required=False),
    "assay": Field(str, required=False),
    "tag": TAG,
    "note_it": Field(str, required=False),
    "note_en": Field(str, required=False),
    "correction": Field(int, required=False),
}
TRIAL_SCHEMA = {
    "code": Field(str),
    "registration": Field(str, required=False),
    "design": Field(str, choices=frozenset(Trial.Design.values)),
    "phase": Field(str, required=False),
    "product": Field(str, required=False),
    "disease": Field(str),
    "line": Field(str, choices=frozenset(Trial.Line.values)),
    "setting_it": Field(str),
    "setting_en": Field(str),
    "n": Field(int, required=False),
    "arms": Field(
        list,
        parts={
            "name": Field(str),
            **{name: Field(int, required=False) for name in ("n", "enrolled", "evaluated")},
        },
    ),
    "scales": Field(
        dict, required=False, parts={"crs": Field(str, required=False), "neuro": Field(str, required=False)}
    ),
    "follow_up_months": Field(NUMBER, required=False),
    "citations": Field(list),
    "corrections": Field(list, required=False),
    "source": Field(str),
    "figures": Field(list, parts=FIGURE_SCHEMA),
}
TEXTS = ("bound", "p", "cut", "assay", "tag", "note_it", "note_en")


def load_evidence(folder: Path) -> int:
    """Load the corrections of the papers, and the trials with their figures; idempotent."""
    corrections = seeding.read(folder / "corrections.yaml", CORRECTION_SCHEMA, unique="number")
    for row in corrections:
        values = {name: value for name, value in row.values.items() if name != "number"}
        Correction.objects.update_or_create(number=row["number"], defaults=values)
    numbers, products = {row["number"] for row in corrections}, _known_products()
    rows = seeding.read(folder / "evidence.yaml", TRIAL_SCHEMA, unique="code")
    for order, row in enumerate(rows, start=1):
        _products_of(row, "product", [row["product"]] if row.get("product") else [], products)
        if unknown := set(row.get("corrections") or []) - numbers:
            raise row.refuse("corrections", f"{sorted(unknown)} is no correction")
        figures = [_figure(row, place, figure, numbers) for place, figure in enumerate(row["figures"], start=1)]
        _store_trial(order, row, figures)
    gone = Trial.objects.exclude(pk__in=[row["code"] for row in rows])
    Figure.objects.filter(trial__in=gone).delete()
    gone.delete()
    return len(rows)


def _store_trial(order: int, row: SeedRow, figures: list[dict]) -> None:
    scales = row.get("scales") or {}
    trial, _made = Trial.objects.update_or_create(
        code=row["code"],
        defaults={
            "order": order,
            **{name: row[name] for name in ("design", "disease", "line", "setting_it", "setting_en", "arms")},
            "registration": row.get("registration") or "",
            "phase": row.get("phase") or "",
            "product_id": row.get("product"),
            "n": row.get("n"),
            "crs_scale": scales.get("crs") or "",
            "neuro_scale": scales.get("neuro") or "",
            "follow_up_months": None if row.get("follow_up_months") is None else Decimal(str(row["follow_up_months"])),
            "citations": row["citations"],
            "corrections": row.get("corrections") or [],
            "source": row["source"],
        },
    )
    for figure in figures:
        Figure.objects.update_or_create(trial=trial, order=figure["order"], defaults=figure)
    trial.figures.filter(order__gt=len(figures)).delete()


def _figure(row: SeedRow, order: int, figure: dict, numbers: set[int]) -> dict:
    """A figure as columns. Raises SeedError, naming its place, for what the schema cannot judge."""

    def refuse(name: str, problem: str) -> seeding.SeedError:
        return row.refuse(f"figures[{order}].{name}", problem)

    digits = {}
    for name in ("value", "value_to", "low", "high"):
        digits[name] = "" if figure.get(name) is None else str(figure[name])
        try:
            if digits[name]:
                Decimal(digits[name])
        except InvalidOperation as error:
            raise refuse(name, f"{digits[name]!r} is no number") from error
    for first, second in (("value", "value_to"), ("low", "high")):
        if digits[second] and Decimal(digits[first] or "-1") >= Decimal(digits[second]):
            raise refuse(second, f"does not lie above {first}")
    if digits["low"] and not Decimal(digits["low"]) <= Decimal(digits["value"]) <= Decimal(digits["high"] or "0"):
        raise refuse("low", "the interval does not hold the value")
    if figure["measure"] in (Figure.Measure.PERCENT, Figure.Measure.RATE) and Decimal(digits["value"] or "0") > 100:
        raise refuse("value", "more than 100 %")
    if figure.get("correction") is not None and figure["correction"] not in numbers:
        raise refuse("correction", f"{figure['correction']} is no correction")
    arms = {arm["name"] for arm in row["arms"]} | {"all"}
    if unknown := set(figure["arm"].split(" v ")) - arms:
        raise refuse("arm", f"{sorted(unknown)} is no arm")
    plain = {name: figure[name] for name in ("group", "endpoint", "measure", "arm")}
    return {
        "order": order,
        **plain,
        **digits,
        **{name: figure.get(name) or "" for name in TEXTS},
        "reached": figure.get("reached", True),
        "level_percent": "" if figure.get("level") is None else str(figure["level"]),
        "at_months": figure.get("at_months"),
        "n": figure.get("n"),
        "correction_id": figure.get("correction"),
    }


REIMBURSEMENT_SCHEMA = {
    "code": Field(str),
    "regimen": Field(str),
    "drugs": Field(list),
    "disease": Field(str),
    "jurisdiction": Field(str, choices=JURISDICTIONS),
    "status": Field(str, choices=frozenset(Reimbursement.Status.values)),
    "lines_min": Field(int),
    "lines_max": Field(int, required=False),
    "requires": Field(list, required=False),
    "valid_from": Field(str, required=False),
    "valid_to": Field(str, required=False),
    "act": Field(str, required=False),
    "trial": Field(str, required=False),
    "source": Field(str),
    "tag": TAG,
}


def load_reimbursements(folder: Path) -> int:
    """Load when the papers' other regimens became available; idempotent. After the evidence, which it names."""
    trials = set(Trial.objects.values_list("code", flat=True))
    found = []
    for row in seeding.read(folder / "reimbursements.yaml", REIMBURSEMENT_SCHEMA, unique="code"):
        if row.get("trial") is not None and row["trial"] not in trials:
            raise row.refuse("trial", f"{row['trial']!r} is no trial")
        _dates(row)
        found.append(
            (
                row["code"],
                {name: row[name] for name in ("regimen", "drugs", "disease", "jurisdiction", "status", "lines_min")}
                | {name: row.get(name) or "" for name in ("valid_from", "valid_to", "act")}
                | {
                    "lines_max": row.get("lines_max"),
                    "requires": row.get("requires") or [],
                    "trial_id": row.get("trial"),
                    "source": row["source"],
                    "tag": row["tag"],
                },
            )
        )
    return _store(Reimbursement, found)


def load_washouts(folder: Path) -> int:
    """Load everybody's wash-outs; idempotent. A hub's own are left as they are."""
    found = read_washouts(folder / "washouts.yaml")
    for order, one in enumerate(found.values(), start=1):
        said = {"days": one.days, "months": one.months, "source": one.source, "tag": one.tag, "order": order}
        WashoutLength.objects.update_or_create(hub=None, code=one.code, defaults=said)
    return len(found)


PROPHYLAXIS_SCHEMA = {
    **{name: Field(str) for name in ("code", "name_it", "name_en", "text_it", "text_en")},
    "months": Field(int, required=False),
    "cd4_over": Field(str, required=False),
    "source": Field(str),
    "tag": TAG,
}


def load_prophylaxis(folder: Path) -> int:
    """Load everybody's prophylaxis; idempotent. A hub's own are left as they are."""
    found = seeding.read(folder / "prophylaxis.yaml", PROPHYLAXIS_SCHEMA, unique="code")
    for order, row in enumerate(found, start=1):
        plain = {name: row[name] for name in ("name_it", "name_en", "text_it", "text_en", "source", "tag")}
        try:
            cd4 = Decimal(row["cd4_over"]) if row.get("cd4_over") else None
        except InvalidOperation as error:
            raise row.refuse("cd4_over", f"{row['cd4_over']!r} is no number") from error
        said = plain | {"order": order, "months": row.get("months"), "cd4_over": cd4}
        Prophylaxis.objects.update_or_create(hub=None, code=row["code"], defaults=said)
    return len(found)

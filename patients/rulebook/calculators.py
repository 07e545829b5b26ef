"""The calculators: a published rule for whoever asks, without a patient. Nothing is stored, nothing is defaulted.

Each asks with the fields of the rooms, hands the answers to its rule in patients/clinical/ and says in words what the
rule answers, why, from which place of the reference and in which version.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit.shown import source_words
from patients.clinical import astct, ctcae, dosing, easix, hematotox, icaht, ipi, lymphodepletion, mipi
from patients.clinical.result import INCOMPLETE, NEEDS_JUDGEMENT, Ground, Result, WrongFact
from patients.eligibility import risk
from patients.lymphodepletion.words import PLACED
from patients.observations.words import MEASURED, plain, unit_words
from patients.products.regimens import Regimen
from patients.rulebook import facts, fixed, forms
from patients.toxicity import reading, rules
from patients.toxicity import words as bedside
from patients.toxicity.models import Assessment
from patients.toxicity.shown import next_words


@dataclass(frozen=True)
class Part:
    """One answer of a calculator. `say`: its value in words, and the risk or unit beside it; None: it is a grade.

    `source`: where it is not that of its kind.
    """

    name: str
    result: Result
    say: Callable[[Any], tuple[str, str]] | None = None
    source: str = ""


@dataclass(frozen=True)
class Calculator:
    """What it asks, what it reckons, and where a wrong fact of the rule stands in the form."""

    form: type[forms.fields.Form]
    reckon: Callable[[Any], list[Part]]
    named: Mapping[str, str] = field(default_factory=dict)


# ── what each reckons ────────────────────────────────────────────────────────────────────────────────────────────────


def _crs(form) -> list[Part]:
    return [Part("CRS", astct.crs(reading.crs_facts(Assessment(**form.facts()))))]


def _icans(form) -> list[Part]:
    """With its ICE, whole or unfinished; ICE not done at all is read by the rule itself."""
    row = Assessment(**form.facts())
    told, ice = reading.icans_facts(row), reading.ice_items(row)
    total = Part("ICE", _as_asked(astct.ice_total(ice)), lambda value: (str(value), _("of 10")), "1.2")
    if rules.ice_known(ice) is None:
        return [Part("ICANS", astct.icans(told)), total]
    return [Part("ICANS", _as_result(rules.grade_icans(told, ice, age_years=None))), total]


def _as_asked(total: Result) -> Result:
    """ICE with its orientation as one figure of four, as it is asked."""
    oriented = [one for one in total.grounds if one.values.get("item") in reading.ORIENTATION]
    if not oriented:
        return total
    points = sum(one.values["points"] for one in oriented)
    first = replace(oriented[0], values={**oriented[0].values, "points": points})
    return replace(total, grounds=(first, *(one for one in total.grounds if one not in oriented)))


def _as_result(said: rules.Outcome) -> Result:
    """An outcome of the bedside, kept as plain data, as the result that it came from."""
    return Result(
        said.status,
        said.value,
        said.version,
        grounds=tuple(map(_as_ground, said.grounds)),
        warnings=tuple(map(_as_ground, said.warnings)),
        missing=said.missing,
        range=None if said.low is None else (said.low, said.high),
        would_be=said.would_be,
    )


def _as_ground(written: Mapping[str, Any]) -> Ground:
    values = {name: value for name, value in written["values"].items() if name != "tag"}
    return Ground(written["code"], values, written["source"], written["values"].get("tag", ""))


def _icaht(form) -> list[Part]:
    """Early, and late where a count lies after day 30; platelets by T-ICAHT where any were told."""
    told, last_day = form.cleaned_data, form.cleaned_data["last_day"]
    counts, platelets = told["counts"], told["platelets"]
    late_to = icaht.LATE_LAST_DAY if last_day is None else last_day
    found = [Part(_("Early ICAHT"), icaht.icaht_early(icaht.EarlyFacts(counts, last_day)))]
    if _any_late(counts, late_to):
        found.append(Part(_("Late ICAHT"), icaht.icaht_late(icaht.LateFacts(counts, late_to))))
    if platelets:
        known = icaht.ThrombocytopeniaFacts(platelets, late_to)
        found.append(Part(_("Early T-ICAHT"), icaht.t_icaht_early(known)))
        if _any_late(platelets, late_to):
            found.append(Part(_("Late T-ICAHT"), icaht.t_icaht_late(known)))
    return found


def _any_late(by_day: Mapping[int, Any], last_day: int) -> bool:
    return any(icaht.EARLY_LAST_DAY < day <= last_day for day in by_day)


def _hematotox(form) -> list[Part]:
    told = form.cleaned_data
    anc = told["anc"]
    known = hematotox.HematotoxFacts(
        plt=told["platelets"],
        anc_ul=None if anc is None else anc * risk.PER_UL,
        hb=told["haemoglobin"],
        crp_mg_dl=told["crp"],
        ferritin=told["ferritin"],
    )
    return [Part("CAR-HEMATOTOX", hematotox.car_hematotox(known), _score)]


def _score(value) -> tuple[str, str]:
    number = getattr(value, "score", None)
    shown = str(number) if number is not None else number_format(round(value.index, 2))
    return shown, str(risk.RISKS[value.risk]) if value.risk else _("risk not known")


def _easix(form) -> list[Part]:
    told = form.cleaned_data
    known = easix.EasixFacts(
        ldh=told["ldh"], creatinine_mg_dl=told["creatinine"], plt=told["platelets"], crp_mg_dl=told["crp"]
    )
    result = easix.easix(known)
    names = {"easix": "EASIX", "s_easix": "s-EASIX", "m_easix": "m-EASIX"}
    return [Part(name, _one_of(result, code), lambda value: (number_format(value), "")) for code, name in names.items()]


_EASIX_READS = {
    "easix": ("ldh", "creatinine_mg_dl", "plt"),
    "s_easix": ("ldh", "plt"),
    "m_easix": ("ldh", "plt", "crp_mg_dl"),
}


def _one_of(result: Result, code: str) -> Result:
    """One index of the three that a rule gives together."""
    grounds = tuple(ground for ground in result.grounds if ground.code == code)
    if result.is_known:
        return replace(result, value=result.value[code], grounds=grounds)
    low, high = (end[code] for end in result.range)
    missing = tuple(name for name in result.missing if name in _EASIX_READS[code])
    if not missing:
        return Result("known", low, result.version, grounds=grounds)
    return replace(result, range=(low, high), missing=missing, grounds=grounds)


def _mipi(form) -> list[Part]:
    known = mipi.MipiFacts(**_with_ecog(form))
    return [
        Part("sMIPI", mipi.smipi(known), _score),
        Part("MIPI", mipi.mipi(known), _score),
        Part("MIPI-b", mipi.mipi_b(known), _score),
    ]


def _with_ecog(form) -> dict[str, Any]:
    told = dict(form.cleaned_data)
    return told | {name: int(told[name]) if told[name] else None for name in ("ecog", "stage") if name in told}


def _ipi(form) -> list[Part]:
    known = ipi.IpiFacts(**_with_ecog(form))
    return [
        Part("IPI", ipi.ipi(known), _score),
        Part(_("Age-adjusted IPI"), ipi.aaipi(known), _score),
        Part("R-IPI", ipi.r_ipi(known), _score),
        Part("NCCN-IPI", ipi.nccn_ipi(known), _score),
    ]


def _ctcae(form) -> list[Part]:
    """The counts that were told (all of them where none was); febrile neutropenia where a temperature was."""
    asked = form.cleaned_data
    known = {analyte: ctcae.CountFacts(analyte, asked[analyte], asked[f"lln_{analyte}"]) for analyte in forms.COUNTS}
    told = [analyte for analyte, one in known.items() if (one.value, one.lln) != (None, None)]
    grades = {analyte: ctcae.count_grade(known[analyte]) for analyte in told or known}
    clinical = {"transfusion_indicated": asked["transfusion_indicated"], "life_threatening": asked["anaemia_threatens"]}
    if any(one is not None for one in clinical.values()):
        count = grades.get("hb") or ctcae.count_grade(known["hb"])
        grades["hb"] = ctcae.anaemia_grade(count, **clinical)
    found = [Part(str(MEASURED[forms.COUNTS[analyte]]), grades[analyte]) for analyte in known if analyte in grades]
    fever = (asked["temp_c"], asked["sustained_over_1_h"], asked["fever_threatens"])
    if any(one is not None for one in fever):
        result = ctcae.febrile_neutropenia(ctcae.FebrileNeutropeniaFacts(asked["anc"], *fever))
        found.append(Part(_("Febrile neutropenia"), result))
    return found


def _tocilizumab(form) -> list[Part]:
    result = dosing.tocilizumab_dose_mg(dosing.TocilizumabFacts(form.cleaned_data["weight"]))
    return [
        Part(_("Tocilizumab, one dose"), result, lambda value: (number_format(value), "mg")),
        _next_dose(form),
    ]


def _next_dose(form) -> Part:
    """Whether another dose may be considered; a dose whose time was not said counts, and its time is not known."""
    told = form.cleaned_data
    previous = None
    if told["doses"]:
        ages = [told.get(name) for name in form.SINCE][: int(told["doses"])]
        ages += [None] * (int(told["doses"]) - len(ages))
        previous = tuple(None if age is None else -age for age in ages)
    asked = dosing.TocilizumabNextFacts(hours_of_previous_doses=previous, now_h=Decimal(0))
    result = dosing.tocilizumab_next(asked)
    return Part(_("Another dose now"), result, lambda value: ("", next_words(result)))


def _window(form) -> list[Part]:
    told = form.cleaned_data
    days = lymphodepletion.LdFacts(told["ld_start"], told["ld_end"], told["infusion"])
    windows = {row.code: _as_window(row) for row in Regimen.objects.all()}
    chosen = windows.get(told["regimen"])
    if chosen is None:
        result = lymphodepletion.ld_window_of_unknown_product(days, windows)
    else:
        result = lymphodepletion.ld_window(days, chosen)
    return [Part(_("Day of infusion"), result, _placed)]


def _as_window(row: Regimen) -> lymphodepletion.InfusionWindow:
    return lymphodepletion.InfusionWindow(
        row.anchor, row.least_days, row.best_days, row.most_days, row.source, row.window_tag
    )


def _placed(value) -> tuple[str, str]:
    if not isinstance(value, lymphodepletion.Judged):
        return str(PLACED[value]), ""
    since = _("%(days)s days after the last day of lymphodepletion")
    if value.anchor == Regimen.Anchor.START:
        since = _("%(days)s days after the first day of lymphodepletion")
    return str(PLACED[value.result]), since % {"days": value.days}


def regimens() -> dict[str, str]:
    """Product and disease by the code of a regimen; regimens that differ in their drugs only have one window."""
    named: dict[str, str] = {}
    for row in Regimen.objects.all():
        label = f"{row.product_id} · {facts.disease_words([row.disease])}" if row.disease else row.product_id
        if label not in named.values():
            named[row.code] = label
    return named


MEASURED_AS = {
    "plt": "platelets",
    "anc_ul": "anc",
    "hb": "haemoglobin",
    "crp_mg_dl": "crp",
    "creatinine_mg_dl": "creatinine",
    "weight_kg": "weight",
}
KINDS: dict[str, Calculator] = {
    "crs": Calculator(forms.CrsForm, _crs, reading.FORM_FIELDS),
    "icans": Calculator(forms.IcansForm, _icans, reading.FORM_FIELDS),
    "icaht": Calculator(forms.IcahtForm, _icaht, {"anc_ul": "counts", "plt": "platelets"}),
    "ctcae": Calculator(forms.CtcaeForm, _ctcae),
    "car-hematotox": Calculator(forms.HematotoxForm, _hematotox, MEASURED_AS),
    "easix": Calculator(forms.EasixForm, _easix, MEASURED_AS),
    "ipi": Calculator(forms.IpiForm, _ipi),
    "mipi": Calculator(forms.MipiForm, _mipi),
    "tocilizumab": Calculator(forms.TocilizumabForm, _tocilizumab, MEASURED_AS),
    "ld-window": Calculator(forms.WindowForm, _window),
}


def form_of(kind: str, data: Any = None):
    """The form of a kind, empty or with what was typed."""
    options = {"regimens": regimens()} if kind == "ld-window" else {}
    return KINDS[kind].form(data, **options)


def names() -> list[tuple[str, str]]:
    """Every calculator with its name, short where it has one."""
    return [(kind, str(SHORT.get(kind) or title(kind))) for kind in KINDS]


def title(kind: str) -> str:
    """Its name, the one under which the list of rules has it."""
    return str(fixed.PUBLISHED[kind][0])


# Where a row of ten has no room for the title.
SHORT = {
    "crs": "CRS",
    "icans": "ICANS, ICE",
    "icaht": "ICAHT",
    "ctcae": "CTCAE",
    "tocilizumab": "Tocilizumab",
    "ld-window": gettext_lazy("Lymphodepletion window"),
}


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """One ground or warning in words, its place in the reference, its marks."""

    words: str
    source: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """One answer in words. `grade`: where it is one; `status`: incomplete or for a person to judge, else empty."""

    name: str
    is_grade: bool
    grade: int | None
    value: str
    beside: str
    status: str
    missing: str
    grounds: list[Line]
    warnings: list[Line]
    urgent: bool
    version: str
    source: str


def answers(kind: str, form) -> list[Said]:
    """What the rule says of a form; nothing while a field is wrong. A fact that cannot be becomes its field's error."""
    calculator = KINDS[kind]
    if not form.is_valid():
        return []
    try:
        parts = calculator.reckon(form)
    except WrongFact as wrong:
        name = calculator.named.get(wrong.field, wrong.field)
        form.add_error(name if name in form.fields else None, _wrong_words(wrong))
        return []
    return [_said(part, part.source or fixed.PUBLISHED[kind][1]) for part in parts]


def _wrong_words(wrong: WrongFact) -> str:
    if wrong.field in ("ld_end", "infusion"):
        return _("This lies before the day above it.")
    return str(bedside.REFUSALS["impossible_value"])


def _said(part: Part, source: str) -> Said:
    result = part.result
    possible = [replace(one, values={**one.values, "possible": True}) for one in result.possible_warnings]
    value, beside = "", ""
    if result.is_known and part.say is not None:
        value, beside = part.say(result.value)
    elif not result.is_known:
        beside = _open_words(part)
    return Said(
        name=part.name,
        is_grade=part.say is None,
        grade=result.value if part.say is None else None,
        value=value,
        beside=beside,
        status=str(bedside.STATUSES[result.status]),
        missing=", ".join(dict.fromkeys(map(fact_words, result.missing))),
        grounds=_lines(result.grounds),
        warnings=_lines([*result.warnings, *possible]),
        urgent=result.is_urgent,
        version=result.version,
        source=source,
    )


def _open_words(part: Part) -> str:
    """What an open answer can still be."""
    result = part.result
    if result.status == NEEDS_JUDGEMENT:
        return _("with fever it would be %(grade)s") % {"grade": result.would_be}
    if result.status != INCOMPLETE or isinstance(result.range[0], bool):
        return _("not known")
    low, high = map(_end, result.range)
    return low if low == high else _("between %(low)s and %(high)s") % {"low": low, "high": high}


def _end(end: Any) -> str:
    if isinstance(end, str):
        return f"“{PLACED[end]}”"
    return number_format(round(end, 2))


def _lines(grounds: Iterable[Ground]) -> list[Line]:
    found = [Line(ground_words(one), source_words(one.source, ""), marks(one.tag)) for one in grounds]
    return [line for line in found if line.words]


def marks(tag: str) -> tuple[str, ...]:
    """The marks of the reference that a ground carries; a ground without one carries its rule's."""
    return tuple(one for one in tag.split("/") if one in ("V", "K", "C", "S"))


def fact_words(name: str) -> str:
    """A fact of a rule by its name, as its question is worded."""
    if name.startswith("lln."):
        what = MEASURED[forms.COUNTS[name.removeprefix("lln.")]]
        return _("%(what)s: lower limit of normal") % {"what": what}
    return str((bedside.FACTS | risk.NAMES | FACTS)[name])


FACTS = {
    **{analyte: MEASURED[what] for analyte, what in forms.COUNTS.items()},
    "value": gettext_lazy("the count"),
    "lln": gettext_lazy("lower limit of normal"),
    "anc_ul": gettext_lazy("neutrophils of the days without a count"),
    "weight_kg": MEASURED["weight"],
    "hours_of_previous_doses": gettext_lazy("number and times of the earlier doses"),
    "product": gettext_lazy("Product and disease"),
    "ld_start": gettext_lazy("Lymphodepletion: first day"),
    "ld_end": gettext_lazy("Lymphodepletion: last day"),
    "infusion": gettext_lazy("Infusion"),
    "year": gettext_lazy("Year, month, city, hospital"),
    "month": gettext_lazy("Year, month, city, hospital"),
    "city": gettext_lazy("Year, month, city, hospital"),
    "hospital": gettext_lazy("Year, month, city, hospital"),
    "objects_named": gettext_lazy("Names 3 objects"),
    "follows_command": gettext_lazy("Follows a command"),
    "writes_sentence": gettext_lazy("Writes a sentence"),
    "counts_backwards": gettext_lazy("100, 90…"),
    "transfusion_indicated": gettext_lazy("Transfusion indicated"),
    "life_threatening": gettext_lazy("life at risk"),
    "sustained_over_1_h": gettext_lazy("38.0 °C or more for over one hour"),
}

GROUNDS = {
    "longest_run_500": gettext_lazy("Longest run at or below 500 per µL: %(days)s days."),
    "longest_run_100": gettext_lazy("Longest run at or below 100 per µL: %(days)s days."),
    "never_above_500": gettext_lazy("Never above 500 per µL up to day %(last_day)s."),
    "low_from_start_not_ended": gettext_lazy(
        "At or below 500 per µL from day %(first_day)s, not ended at the last count (extension of the public grader)."
    ),
    "followed_to_last_count": gettext_lazy(
        "Nobody said how far the patient was followed: the last count, day %(last_day)s, is taken for the end."
    ),
    "interpolated_days": gettext_lazy("On a straight line between two counts: days %(days)s."),
    "days_without_count": gettext_lazy("Without a count: days %(days)s."),
    "late_nadir": gettext_lazy("Lowest count %(anc_ul)s per µL, second lowest %(second_anc_ul)s."),
    "days_below": gettext_lazy("Days below 50 ×10⁹/L: %(below_50)s, below 20: %(below_20)s."),
    "late_platelets": gettext_lazy("Lowest count %(nadir)s ×10⁹/L; days below 20: %(below_20)s."),
    "one_count_only": gettext_lazy("Only one count after day 30."),
    "window_unsigned": gettext_lazy(
        "The window of this product is not verified: it only warns, until a haematologist of the hub signs for it."
    ),
    "unknown_without_influence": gettext_lazy("Not known, and without influence on this result: %(facts)s."),
}


def ground_words(ground: Ground) -> str:
    """One ground or warning as a sentence; "" for those that say nothing to a reader."""
    code, values = ground.code, ground.values
    if code in GROUNDS:
        return str(GROUNDS[code]) % {name: _value_words(name, value) for name, value in values.items()}
    if code.startswith("ctcae_"):
        return _count_words(values)
    if code == "anaemia_clinical":
        return _anaemia_words(values)
    if code == "febrile_neutropenia":
        return _fever_words(values)
    if code == "infusion_window":
        kept = {"least_days": values["earliest"], "best_days": values["latest_ok"], "most_days": values["latest"]}
        return facts.window_words(Regimen(anchor=values["anchor"], **kept))
    if code == "ice_item":
        return f"{fact_words(values['item'])}: {values['points']}"
    if code in bedside.GROUNDS:
        return bedside.ground_words({"code": code, "values": values})
    return risk.ground_words(ground)


def _count_words(values: Mapping[str, Any]) -> str:
    shown = {"value": plain(values["value"]), "unit": unit_words(values["unit"]), "grade": values["grade"]}
    if "lln" not in values:
        return _("%(value)s %(unit)s: grade %(grade)s") % shown
    shown["lln"] = plain(values["lln"])
    return _("%(value)s %(unit)s, lower limit of normal %(lln)s: grade %(grade)s") % shown


def _anaemia_words(values: Mapping[str, Any]) -> str:
    if values["life_threatening"]:
        return _("Life at risk: grade 4")
    return _("Transfusion indicated: at least grade 3") if values["transfusion_indicated"] else ""


def _fever_words(values: Mapping[str, Any]) -> str:
    return _("Neutrophils %(anc)s ×10⁹/L and %(temp_c)s °C: grade %(grade)s") % {
        "anc": plain(values["anc"]),
        "temp_c": plain(values["temp_c"]),
        "grade": values["grade"],
    }


def _value_words(name: str, value: Any) -> str:
    if name == "facts":
        return ", ".join(dict.fromkeys(map(fact_words, value)))
    if isinstance(value, list):
        return day_spans(value)
    return plain(Decimal(value)) if isinstance(value, int | Decimal) and not isinstance(value, bool) else str(value)


def day_spans(days: list[int]) -> str:
    """Days as spans: 3-8, 12."""
    starts = [days[0], *(later for earlier, later in pairwise(days) if later != earlier + 1)]
    ends = [*(earlier for earlier, later in pairwise(days) if later != earlier + 1), days[-1]]
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=True))

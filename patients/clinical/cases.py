"""Test cases in, answers out: the plain form in which every rule can be checked from outside (reference 10).

A case is `{"id": …, "input": {…}}`. This module reads the input (kinds and plausible bands), fills the defaults that
reference 10 gives to *absent* keys and lists them in the grounds, calls the rule and writes its answer. `null` is
unknown and takes no default. The rules and the forms never default anything.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from . import (
    astct,
    ctcae,
    days,
    dosing,
    easix,
    hematotox,
    icaht,
    indications,
    lymphodepletion,
    mipi,
    reference_data,
    units,
)
from . import facts as check
from .result import INCOMPLETE, KNOWN, NEEDS_JUDGEMENT, Ground, Result, WrongFact

NO_DEFAULT = object()


class RepeatedKeys(dict):
    """A JSON object in which a key was written twice: nobody can say which value was meant."""

    def __init__(self, pairs: list[tuple[str, Any]], repeated: str):
        super().__init__(pairs)
        self.repeated = repeated


def json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object_pairs_hook for json.loads that keeps notice of repeated keys."""
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    keys = [key for key, _value in pairs]
    return RepeatedKeys(pairs, next(key for key in keys if keys.count(key) > 1))


class Fields:
    """The keys of one JSON object as they are read: which were asked for, which took a default."""

    def __init__(self, raw: Any, path: str = ""):
        if not isinstance(raw, dict):
            raise WrongFact(path.rstrip(".") or "input", "must be an object")
        if isinstance(raw, RepeatedKeys):
            raise WrongFact(path + raw.repeated, "stands twice")
        self.raw, self.path = raw, path
        self.read: set[str] = set()
        self.defaults: dict[str, Any] = {}
        self.inner: list[Fields] = []

    def __contains__(self, name: str) -> bool:
        return name in self.raw

    def take(self, name: str, default: Any = NO_DEFAULT) -> Any:
        """The value of a key; None (unknown) when it is null, or absent without a default."""
        self.read.add(name)
        if name in self.raw:
            return self.raw[name]
        if default is NO_DEFAULT:
            return None
        self.defaults[self.path + name] = default
        return default

    def within(self, name: str, default: Mapping[str, Any]) -> "Fields | None":
        """A nested object; None when it is null, i.e. unknown as a whole."""
        value = self.take(name, default)
        if value is None:
            return None
        inner = Fields(value, f"{self.path}{name}.")
        self.inner.append(inner)
        return inner

    def defaulted(self) -> dict[str, Any]:
        """Every default that was filled, by its path."""
        own = {name: value for name, value in self.defaults.items() if not isinstance(value, dict)}
        if any(isinstance(value, dict) for value in self.defaults.values()):
            own |= {
                f"{name}.{key}": v for name, d in self.defaults.items() if isinstance(d, dict) for key, v in d.items()
            }
        for inner in self.inner:
            own |= inner.defaulted()
        return own

    def ignored(self) -> list[str]:
        """Keys that no rule knows, in the order in which they were written."""
        found = [self.path + str(name) for name in self.raw if name not in self.read]
        for inner in self.inner:
            found += inner.ignored()
        return found


@dataclass(frozen=True)
class Kind:
    """One kind of case: how its input becomes facts, which rule reads them, how its value is written."""

    read: Callable[[Fields], Any]
    rule: Callable[[Any], Result]
    source: str
    show: Callable[[Any], Any] = lambda value: value
    field_names: Mapping[str, str] = field(default_factory=dict)
    missing_names: Callable[[Any, tuple[str, ...]], tuple[str, ...]] = lambda facts, missing: missing
    incomplete_inside: bool = False


def id_of(case: Any) -> str | int | float | None:
    """The name that a case was given, where it is a text or a finite number; None where it has none."""
    name = case.get("id") if isinstance(case, dict) else None
    is_number = isinstance(name, int | Decimal) and not isinstance(name, bool) and Decimal(name).is_finite()
    return plain(name) if isinstance(name, str) or is_number else None


def answer(kind: Kind, case: Any) -> dict[str, Any]:
    """The answer to one case, or its error with the field that is wrong."""
    told = {"id": id_of(case)}
    try:
        if not isinstance(case, dict):
            raise WrongFact("case", "must be an object")
        if "id" not in case:
            raise WrongFact("id", "is missing")
        if case["id"] is not None and told["id"] is None:
            raise WrongFact("id", "must be a text or a number")
        if isinstance(case, RepeatedKeys):
            raise WrongFact(case.repeated, "stands twice")
        if "input" not in case:
            raise WrongFact("input", "is missing")
        fields = Fields(case["input"])
        facts = kind.read(fields)
        result = kind.rule(facts)
    except WrongFact as wrong:
        return told | {"error": wrong.message, "field": kind.field_names.get(wrong.field, wrong.field)}
    told |= _written(kind, facts, result)
    told["grounds"] = [written_ground(g) for g in _all_grounds(kind, fields, result)]
    if ignored := fields.ignored():
        told["ignored"] = ignored
    return told


def _written(kind: Kind, facts: Any, result: Result) -> dict[str, Any]:
    if result.status == KNOWN:
        return {"result": plain(kind.show(result.value))}
    if result.status == NEEDS_JUDGEMENT:
        return {"result": {"status": "NEEDS_JUDGEMENT", "would_be": plain(result.would_be), "urgent": True}}
    named = [kind.field_names.get(name, name) for name in kind.missing_names(facts, result.missing)]
    missing = list(dict.fromkeys(named))
    if kind.incomplete_inside:
        return {"result": {"status": "INCOMPLETE"}, "missing": missing}
    return {
        "result": None,
        "status": INCOMPLETE,
        "missing": missing,
        "range": plain(list(result.range)),
    }


def _all_grounds(kind: Kind, fields: Fields, result: Result) -> list[Ground]:
    grounds = [Ground("rule_version", {"version": result.version}, kind.source)]
    if defaults := fields.defaulted():
        grounds.append(Ground("defaults_filled", defaults, "10"))
    grounds += result.grounds + result.warnings
    grounds += [Ground(g.code, {**g.values, "possible": True}, g.source, g.tag) for g in result.possible_warnings]
    return grounds


def written_ground(ground: Ground) -> dict[str, Any]:
    """A ground as JSON: its mark (K, C …) stands among the values."""
    values = {**ground.values, "tag": ground.tag} if ground.tag else dict(ground.values)
    return {"code": ground.code, "values": plain(values), "source": ground.source}


DIGITS_OF_A_FLOAT = 15


def plain(value: Any) -> Any:
    """Plain JSON: exact decimals as numbers (as text where no float is that number), dates as ISO text."""
    if isinstance(value, Decimal):
        if value.adjusted() < DIGITS_OF_A_FLOAT and value == value.to_integral_value():
            return int(value)
        nearest = float(value)
        return nearest if Decimal(repr(nearest)) == value else str(value)
    if isinstance(value, date | days.PartialDate):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


# --- Single values --------------------------------------------------------------------------------------------------

UNKNOWN = "unknown"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_choice(value: Any) -> Any:
    """The word "unknown" written where one of several words is expected is the answer *unknown*."""
    return None if value == UNKNOWN else value


def read_day(name: str, value: Any) -> date | None:
    """A full ISO date, YYYY-MM-DD."""
    if value is None:
        return None
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise WrongFact(name, "must be a date written YYYY-MM-DD")
    try:
        return check.day(name, date.fromisoformat(value))
    except WrongFact:
        raise
    except ValueError as error:
        raise WrongFact(name, "is no date of the calendar") from error


# --- crs, icans -----------------------------------------------------------------------------------------------------

NO_OXYGEN = {"device": "none"}
OXYGEN_FIELDS = {
    "oxygen_device": "oxygen.device",
    "oxygen_flow_l_min": "oxygen.flow_l_min",
    "oxygen_to_correct_hypoxia": "oxygen.to_correct_hypoxia",
}


def read_crs(fields: Fields) -> astct.CrsFacts:
    oxygen = fields.within("oxygen", NO_OXYGEN)
    given = (
        {
            "oxygen_device": read_choice(oxygen.take("device", "none")),
            "oxygen_flow_l_min": oxygen.take("flow_l_min"),
            "oxygen_to_correct_hypoxia": oxygen.take("to_correct_hypoxia", True),
        }
        if oxygen
        else {}
    )
    return astct.CrsFacts(
        temp_c=fields.take("temp_c"),
        fever_other_cause=fields.take("fever_other_cause", False),
        fever_earlier_in_episode=fields.take("fever_earlier_in_episode", False),
        antipyretic_or_anticytokine_or_steroid_given=fields.take("antipyretic_or_anticytokine_or_steroid_given", False),
        hypotension=fields.take("hypotension", False),
        hypotension_other_cause=fields.take("hypotension_other_cause", False),
        vasopressors=fields.take("vasopressors", ()),
        hypoxia_other_cause=fields.take("hypoxia_other_cause", False),
        death_due_to_crs=fields.take("death_due_to_crs", False),
        **given,
    )


def crs_missing(facts: astct.CrsFacts, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Oxygen unknown as a whole is one missing fact."""
    if any(getattr(facts, name) is not None for name in OXYGEN_FIELDS):
        return missing
    return tuple("oxygen" if name in OXYGEN_FIELDS else name for name in missing)


def read_icans(fields: Fields) -> astct.IcansFacts:
    for sign in astct.RECORDED_SIGNS:
        if sign in fields:
            check.yes_no(sign, fields.take(sign))
    return astct.IcansFacts(
        ice=fields.take("ice"),
        consciousness=read_choice(fields.take("consciousness", "alert")),
        consciousness_other_cause=fields.take("consciousness_other_cause", False),
        seizure=read_choice(fields.take("seizure", "none")),
        seizure_minutes=fields.take("seizure_minutes"),
        motor=read_choice(fields.take("motor", "none")),
        oedema=read_choice(fields.take("oedema", "none")),
        signs=fields.take("signs", ()),
        intracranial_haemorrhage=fields.take("intracranial_haemorrhage", False),
        death_due_to_icans=fields.take("death_due_to_icans", False),
    )


# --- date_tasks -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DateTaskFacts:
    infusion: date | None
    last_1l_dose: date | None


def read_date_tasks(fields: Fields) -> DateTaskFacts:
    return DateTaskFacts(
        infusion=read_day("infusion", fields.take("infusion")),
        last_1l_dose=read_day("last_1l_dose", fields.take("last_1l_dose")),
    )


def date_tasks(facts: DateTaskFacts) -> Result:
    """The dates that hang on the anchors that are known; with neither, the earliest and the latest plausible ones."""
    dates: dict[str, date] = {}
    grounds = []
    if facts.infusion is not None:
        dates |= days.infusion_dates(facts.infusion)
        grounds.append(Ground("counted_from_day_0", {"day_0": facts.infusion}, "0"))
        grounds.append(Ground("months_clamped_to_month_end", {}, "0", "C"))
    if facts.last_1l_dose is not None:
        dates["eot_pet_due"] = days.eot_pet_due(facts.last_1l_dose)
        grounds.append(Ground("counted_from_last_1l_dose", {"last_1l_dose": facts.last_1l_dose}, "6.1"))
    if dates:
        return Result(KNOWN, dates, DATES_VERSION, grounds=tuple(grounds))
    first, last = (
        days.infusion_dates(day) | {"eot_pet_due": days.eot_pet_due(day)} for day in (check.FIRST_DAY, check.LAST_DAY)
    )
    return Result(INCOMPLETE, None, DATES_VERSION, missing=("infusion", "last_1l_dose"), range=(first, last))


DATES_VERSION = "CARPath date rules 1"


# --- tocilizumab ----------------------------------------------------------------------------------------------------


def read_tocilizumab_dose(fields: Fields) -> dosing.TocilizumabFacts:
    return dosing.TocilizumabFacts(weight_kg=fields.take("weight_kg"))


def read_tocilizumab_next(fields: Fields) -> dosing.TocilizumabNextFacts:
    return dosing.TocilizumabNextFacts(
        hours_of_previous_doses=fields.take("hours_of_previous_doses", ()), now_h=fields.take("now_h")
    )


def show_next_dose(value: dosing.NextDose) -> dict[str, Any]:
    return {"allowed": value.allowed, "reason": value.reason}


# --- Scores ---------------------------------------------------------------------------------------------------------

ANALYTES = ("anc", "plt", "hb")


@dataclass(frozen=True)
class CtcaeCase:
    counts: tuple[ctcae.CountFacts, ...]
    hb_lln_among: tuple[Decimal, ...] = ()


def read_ctcae(fields: Fields) -> CtcaeCase:
    """Absent limits of normal take 1.4's defaults [C]; that of haemoglobin depends on the sex, which is not asked."""
    limits = fields.within("lln", {})
    if limits is None:
        return CtcaeCase(tuple(ctcae.CountFacts(name, fields.take(name)) for name in ANALYTES))
    lln = {name: limits.take(name, ctcae.DEFAULT_LLN.get(name, NO_DEFAULT)) for name in ANALYTES}
    counts = tuple(ctcae.CountFacts(name, fields.take(name), lln[name]) for name in ANALYTES)
    return CtcaeCase(counts, () if "hb" in limits else tuple(ctcae.DEFAULT_LLN_HB_G_DL.values()))


def ctcae_counts(case: CtcaeCase) -> Result:
    return ctcae.counts(case.counts, case.hb_lln_among)


def read_hematotox(fields: Fields) -> hematotox.HematotoxFacts:
    return hematotox.HematotoxFacts(
        **{name: fields.take(name) for name in ("plt", "anc_ul", "hb", "crp_mg_dl", "ferritin")}
    )


def read_icaht_early(fields: Fields) -> icaht.EarlyFacts:
    runs = fields.take("anc_ul_runs", [])
    return icaht.EarlyFacts(icaht.counts_from_runs("anc_ul_runs", runs, icaht.ANC_UL), last_day=None)


def read_smipi(fields: Fields) -> mipi.MipiFacts:
    return mipi.MipiFacts(**{name: fields.take(name) for name in ("age", "ecog", "ldh", "ldh_uln", "wbc")})


CRP_MG_L = ("0", "1000")


def read_easix(fields: Fields) -> easix.EasixFacts:
    crp_mg_l = check.number("crp_mg_l", fields.take("crp_mg_l"), low=CRP_MG_L[0], high=CRP_MG_L[1], unit="mg/L")
    return easix.EasixFacts(
        **{name: fields.take(name) for name in ("ldh", "creatinine_mg_dl", "plt")},
        crp_mg_dl=None if crp_mg_l is None else units.convert(crp_mg_l, quantity="crp", unit="mg/L"),
    )


def show_score(value: Any) -> dict[str, Any]:
    return {"score": value.score, "risk": value.risk}


# --- ld_window ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LdCase:
    facts: lymphodepletion.LdFacts
    product: str | None


def read_ld(fields: Fields) -> LdCase:
    product = check.choice("product", fields.take("product"), reference_data.infusion_windows())
    days_of = {name: read_day(name, fields.take(name)) for name in ("ld_start", "ld_end", "infusion")}
    return LdCase(lymphodepletion.LdFacts(**days_of), product)


def ld_window(case: LdCase) -> Result:
    windows = reference_data.infusion_windows()
    if case.product is None:
        return lymphodepletion.ld_window_of_unknown_product(case.facts, windows)
    return lymphodepletion.ld_window(case.facts, windows[case.product])


def show_ld(value: lymphodepletion.Judged) -> dict[str, Any]:
    return {"anchor": value.anchor, "days": value.days, "result": value.result}


# --- eligibility_* --------------------------------------------------------------------------------------------------

RULES_DATE = date(2026, 11, 30)  # reference 10: product lists are EU labels at 11/2026
JURISDICTION = "EU"


def indications_of_the_reference() -> indications.Indications:
    return indications.Indications.valid(reference_data.indications(), JURISDICTION, RULES_DATE)


def read_partial(name: str, value: Any) -> days.PartialDate | None:
    """An ISO date that may be known only to the month or the year."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise WrongFact(name, "must be a date written YYYY-MM-DD, YYYY-MM or YYYY")
    try:
        partial = days.PartialDate.parse(value)
    except ValueError as error:
        raise WrongFact(name, str(error)) from error
    check.day(name, partial.earliest)
    return partial


ADULT = "adult"


def read_adult(fields: Fields) -> bool | None:
    """An absent age is an adult's (reference 0: adults); null is unknown."""
    if "age" not in fields:
        return fields.take("age", ADULT) == ADULT
    age = check.whole("age", fields.take("age"), low=0, high=120)
    return None if age is None else age >= indications.ADULT_FROM_YEARS


def read_relapsed(fields: Fields) -> bool | None:
    """The answer given, else what the course says: a response short of complete, a relapse or a progression."""
    said = fields.take("relapsed_or_refractory")
    eot_pet = check.choice("eot_pet", read_choice(fields.take("eot_pet")), (*indications.EOT_PET, indications.NO_PET))
    relapsed_on = read_partial("relapse_date", fields.take("relapse_date"))
    progressed = check.yes_no("pd_on_last", fields.take("pd_on_last"))
    if said is not None:
        return said
    return True if eot_pet in indications.NOT_COMPLETE or relapsed_on is not None or progressed else None


LBCL_DATES = ("first_cr_date", "last_1l_dose_date", "relapse_date")


def read_lbcl(fields: Fields) -> indications.LbclFacts:
    return indications.LbclFacts(
        subtype=read_choice(fields.take("subtype")),
        lines=fields.take("lines"),
        relapsed_or_refractory=fields.take("relapsed_or_refractory"),
        eot_pet=read_choice(fields.take("eot_pet", indications.NO_PET)),
        deauville=fields.take("deauville"),
        biopsy_proven=fields.take("biopsy_proven", False),
        pd_on_last=fields.take("pd_on_last"),
        **{name: read_partial(name, fields.take(name)) for name in LBCL_DATES},
        is_adult=read_adult(fields),
        active_cns=False,
    )


def _shown(result: Result, **more: Any) -> Result:
    """The result with its eligibility as `expected` of the vectors has it."""
    if not result.is_known:
        return result
    shown = {"status": result.value.status, "products_eu": list(result.value.products), **more}
    if result.value.off_label:
        shown["off_label"] = True
    return replace(result, value=shown)


def eligibility_lbcl(facts: indications.LbclFacts) -> Result:
    result = indications.lbcl(facts, indications_of_the_reference())
    if "clock_label" not in [ground.code for ground in result.grounds]:
        return _shown(result)
    told = indications.clocks(facts)
    return _shown(
        result,
        clock_cr=told.cr.as_fact if told.cr else None,
        clock_label=told.label.as_fact if told.label else None,
    )


def read_mcl(fields: Fields) -> indications.MclFacts:
    return indications.MclFacts(
        relapsed_or_refractory=read_relapsed(fields),
        lines=fields.take("lines"),
        btki_exposed=fields.take("btki_exposed", False),
        is_adult=read_adult(fields),
    )


def eligibility_mcl(facts: indications.MclFacts) -> Result:
    return _shown(indications.mcl(facts, indications_of_the_reference()))


def read_fl(fields: Fields) -> indications.FlFacts:
    return indications.FlFacts(
        relapsed_or_refractory=read_relapsed(fields),
        lines=fields.take("lines"),
        is_adult=read_adult(fields),
    )


def eligibility_fl(facts: indications.FlFacts) -> Result:
    return _shown(indications.fl(facts, indications_of_the_reference()))


@dataclass(frozen=True)
class BallCase:
    facts: indications.BallFacts
    born: date | None
    on: date | None


def read_ball(fields: Fields) -> BallCase:
    born, on = (read_day(name, fields.take(name)) for name in ("dob", "date"))
    if born is not None and on is not None and on < born:
        raise WrongFact("date", "lies before birth")
    facts = indications.BallFacts(
        age=None if born is None or on is None else days.age_years(born, on),
        relapsed_or_refractory=fields.take("relapsed_or_refractory"),
        refractory=fields.take("refractory", False),
        post_sct_relapse=fields.take("post_sct_relapse", False),
        relapse_number=fields.take("relapse_number"),
    )
    return BallCase(facts, born, on)


def eligibility_ball(case: BallCase) -> Result:
    result = _shown(indications.ball(case.facts, indications_of_the_reference()))
    return replace(result, value={"age": case.facts.age, **result.value}) if result.is_known else result


def ball_missing(case: BallCase, missing: tuple[str, ...]) -> tuple[str, ...]:
    """An unknown age is named by the dates it comes from."""
    dates = tuple(name for name, day in (("dob", case.born), ("date", case.on)) if day is None)
    return tuple(part for name in missing for part in (dates if name == "age" else (name,)))


@dataclass(frozen=True)
class MmCase:
    """Facts of myeloma; which of the two lists that exposure comes from are unknown; words that stand for no class."""

    facts: indications.MmFacts
    lists_unknown: tuple[str, ...]
    without_class: tuple[str, ...]


def read_mm(fields: Fields) -> MmCase:
    named = {name: check.words(name, fields.take(name, ())) for name in ("classes", "drugs")}
    facts = indications.MmFacts(
        lines=fields.take("lines"),
        relapsed_or_refractory=fields.take("relapsed_or_refractory"),
        pd_on_last=fields.take("pd_on_last"),
        lenalidomide_refractory=fields.take("lenalidomide_refractory", False),
        is_adult=read_adult(fields),
        **indications.exposures(named["classes"], named["drugs"]),
    )
    lists_unknown = tuple(name for name, words in named.items() if words is None)
    return MmCase(facts, lists_unknown, indications.without_class(named["classes"], named["drugs"]))


def eligibility_mm(case: MmCase) -> Result:
    """A word that stands for no class is no exposure, and is told."""
    result = _shown(indications.mm(case.facts, indications_of_the_reference()))
    if not case.without_class:
        return result
    told = Ground("stands_for_no_class", {"words": list(case.without_class)}, "9", "C")
    return replace(result, warnings=(*result.warnings, told))


def mm_missing(case: MmCase, missing: tuple[str, ...]) -> tuple[str, ...]:
    """An exposure that is not known is named by the lists that could hold it."""
    named = (case.lists_unknown if name in indications.EXPOSURES else (AGE.get(name, name),) for name in missing)
    return tuple(part for parts in named for part in parts)


AGE = {"is_adult": "age"}

KINDS: dict[str, Kind] = {
    "crs": Kind(read_crs, astct.crs, "1.1", field_names=OXYGEN_FIELDS, missing_names=crs_missing),
    "icans": Kind(read_icans, astct.icans, "1.3"),
    "ctcae": Kind(read_ctcae, ctcae_counts, "1.4"),
    "car_hematotox": Kind(read_hematotox, hematotox.car_hematotox, "3", show_score),
    "icaht_early": Kind(read_icaht_early, icaht.icaht_early, "1.5", field_names={"anc_ul": "anc_ul_runs"}),
    "smipi": Kind(read_smipi, mipi.smipi, "3", show_score),
    "easix": Kind(read_easix, easix.easix, "3", field_names={"crp_mg_dl": "crp_mg_l"}),
    "ld_window": Kind(read_ld, ld_window, "4", show_ld),
    "eligibility_lbcl": Kind(read_lbcl, eligibility_lbcl, "5.1", field_names=AGE, incomplete_inside=True),
    "eligibility_mcl": Kind(read_mcl, eligibility_mcl, "5.1", field_names=AGE, incomplete_inside=True),
    "eligibility_fl": Kind(read_fl, eligibility_fl, "5.1", field_names=AGE, incomplete_inside=True),
    "eligibility_ball": Kind(read_ball, eligibility_ball, "5.1", missing_names=ball_missing, incomplete_inside=True),
    "eligibility_mm": Kind(read_mm, eligibility_mm, "5.1", missing_names=mm_missing, incomplete_inside=True),
    "date_tasks": Kind(read_date_tasks, date_tasks, "0"),
    "tocilizumab_dose_mg": Kind(read_tocilizumab_dose, dosing.tocilizumab_dose_mg, "2"),
    "tocilizumab_next": Kind(read_tocilizumab_next, dosing.tocilizumab_next, "2", show_next_dose),
}

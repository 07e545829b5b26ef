"""Clinical risk beside the indication: scores from facts where they exist, saying from which day (reference 3).

A missing value makes a score incomplete, with its range, never a number. No score decides anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from patients.audit import clock
from patients.audit.shown import source_words
from patients.clinical import easix, hematotox, imwg, ipi, mipi
from patients.clinical.result import KNOWN, NEEDS_JUDGEMENT, Result, WrongFact
from patients.disease.indication import Why
from patients.disease.models import Diagnosis
from patients.disease.words import CYTOGENETIC_RISK
from patients.observations.models import Observation
from patients.observations.words import MEASURED

KINDS = ("ldh", "crp", "ferritin", "wbc", "anc", "platelets", "haemoglobin", "creatinine")
STAGES = {"I": 1, "II": 2, "III": 3, "IV": 4}
PER_UL = 1000

RISKS = {
    "very_good": gettext_lazy("very good"),
    "good": gettext_lazy("good"),
    "poor": gettext_lazy("poor"),
    "low": pgettext_lazy("risk", "low"),
    "low_intermediate": gettext_lazy("low-intermediate"),
    "intermediate": pgettext_lazy("risk", "intermediate"),
    "high_intermediate": gettext_lazy("high-intermediate"),
    "high": pgettext_lazy("risk", "high"),
}
NAMES = {
    "age": gettext_lazy("Age"),
    "stage": gettext_lazy("Stage of the disease"),
    "ecog": "ECOG",
    "extranodal_sites": gettext_lazy("Extranodal sites"),
    "nccn_site": gettext_lazy("Disease in marrow, CNS, liver, gut or lung"),
    "ki67_percent": "Ki-67",
    "ldh": MEASURED["ldh"],
    "ldh_uln": gettext_lazy("upper limit of LDH"),
    "wbc": MEASURED["wbc"],
    "plt": MEASURED["platelets"],
    "anc_ul": MEASURED["anc"],
    "hb": MEASURED["haemoglobin"],
    "crp_mg_dl": MEASURED["crp"],
    "ferritin": MEASURED["ferritin"],
    "creatinine_mg_dl": MEASURED["creatinine"],
    "assay": gettext_lazy("MRD assay"),
    "sensitivity": gettext_lazy("MRD sensitivity"),
    "detected": gettext_lazy("MRD found"),
}
READS = {
    "ipi": ("ldh",),
    "aaipi": ("ldh",),
    "smipi": ("ldh", "wbc"),
    "mipi": ("ldh", "wbc"),
    "mipi_b": ("ldh", "wbc"),
    "hematotox": ("platelets", "anc", "haemoglobin", "crp", "ferritin"),
    "easix": ("ldh", "creatinine", "platelets", "crp"),
}


@dataclass(frozen=True)
class Facts:
    """What the scores read. `measured`: the newest standing value of each kind of KINDS."""

    disease: str | None
    diagnosis: Diagnosis | None
    age: int | None
    ecog: int | None
    measured: dict[str, Observation]
    zone: str

    def value(self, what: str) -> Any:
        row = self.measured.get(what)
        return row.value if row else None

    @property
    def ldh_limit(self) -> Any:
        row = self.measured.get("ldh")
        return row.upper_limit if row else None

    def of_diagnosis(self, name: str) -> Any:
        return getattr(self.diagnosis, name) if self.diagnosis else None

    def day(self, what: str) -> date | None:
        row = self.measured.get(what)
        return clock.local(row.at, self.zone).date() if row else None

    def days(self, kinds: Iterable[str]) -> str:
        """From which days the values are."""
        found = sorted({day for day in map(self.day, kinds) if day is not None})
        if not found:
            return ""
        if found[0] == found[-1]:
            return _("values of %(day)s") % {"day": f"{found[0]:%d/%m/%Y}"}
        return _("values of %(first)s to %(last)s") % {"first": f"{found[0]:%d/%m/%Y}", "last": f"{found[-1]:%d/%m/%Y}"}


@dataclass(frozen=True)
class Shown:
    """One score or value in words. `missing`: what it lacks; then `value` is its range, or “not known”."""

    name: str
    value: str
    risk: str = ""
    days: str = ""
    missing: str = ""
    source: str = ""
    version: str = ""
    why: list[Why] = field(default_factory=list)
    alert: bool = False


def scores(facts: Facts) -> list[Shown]:
    """The scores of the disease, and those of every disease."""
    found = []
    if facts.disease == "lbcl":
        found += [
            _score("IPI", lambda: ipi.ipi(_ipi_facts(facts)), facts, "ipi"),
            _score(_("Age-adjusted IPI"), lambda: ipi.aaipi(_ipi_facts(facts)), facts, "aaipi"),
        ]
    if facts.disease == "mcl":
        found += [
            _score("sMIPI", lambda: mipi.smipi(_mipi_facts(facts)), facts, "smipi"),
            _score("MIPI", lambda: mipi.mipi(_mipi_facts(facts)), facts, "mipi"),
            _score("MIPI-b", lambda: mipi.mipi_b(_mipi_facts(facts)), facts, "mipi_b"),
        ]
    if facts.disease in ("lbcl", "mcl", "mm"):
        found.append(
            _score("CAR-HEMATOTOX", lambda: hematotox.car_hematotox(_hematotox_facts(facts)), facts, "hematotox")
        )
    found.append(_score("EASIX, s-EASIX, m-EASIX", lambda: easix.easix(_easix_facts(facts)), facts, "easix"))
    if facts.disease == "mm":
        found.append(_score("MRD", lambda: imwg.mrd_negative(_mrd_facts(facts)), facts, "mrd"))
    return found


def _ipi_facts(facts: Facts) -> ipi.IpiFacts:
    return ipi.IpiFacts(
        age=facts.age,
        stage=STAGES.get(facts.of_diagnosis("stage") or ""),
        ldh=facts.value("ldh"),
        ldh_uln=facts.ldh_limit,
        ecog=facts.ecog,
        extranodal_sites=facts.of_diagnosis("extranodal_sites"),
    )


def _mipi_facts(facts: Facts) -> mipi.MipiFacts:
    return mipi.MipiFacts(
        age=facts.age,
        ecog=facts.ecog,
        ldh=facts.value("ldh"),
        ldh_uln=facts.ldh_limit,
        wbc=facts.value("wbc"),
        ki67_percent=facts.of_diagnosis("ki67_percent"),
    )


def _hematotox_facts(facts: Facts) -> hematotox.HematotoxFacts:
    anc = facts.value("anc")
    return hematotox.HematotoxFacts(
        plt=facts.value("platelets"),
        anc_ul=anc * PER_UL if anc is not None else None,
        hb=facts.value("haemoglobin"),
        crp_mg_dl=facts.value("crp"),
        ferritin=facts.value("ferritin"),
    )


def _easix_facts(facts: Facts) -> easix.EasixFacts:
    return easix.EasixFacts(
        ldh=facts.value("ldh"),
        creatinine_mg_dl=facts.value("creatinine"),
        plt=facts.value("platelets"),
        crp_mg_dl=facts.value("crp"),
    )


def _mrd_facts(facts: Facts) -> imwg.MrdFacts:
    return imwg.MrdFacts(
        assay=facts.of_diagnosis("mrd_assay"),
        sensitivity=facts.of_diagnosis("mrd_sensitivity"),
        detected=facts.of_diagnosis("mrd_detected"),
    )


def _score(name: str, compute, facts: Facts, code: str) -> Shown:
    """One score in words; a value that cannot be is named."""
    try:
        result = compute()
    except WrongFact as wrong:
        what = str(NAMES.get(wrong.field, wrong.field))
        return Shown(
            name, _("cannot be computed"), missing=_("%(what)s cannot be: look at it") % {"what": what}, source="3"
        )
    days = facts.days(READS.get(code, ()))
    if code == "mrd":
        on = facts.of_diagnosis("mrd_on")
        days = f"{on:%d/%m/%Y}" if on else ""
    if result.status not in (KNOWN, NEEDS_JUDGEMENT):
        missing = ", ".join(str(NAMES[part]) for part in result.missing)
        return Shown(
            name, _range(result), days=days, missing=missing, source="3", version=result.version, why=_why(result)
        )
    value, risk = _value(code, result)
    return Shown(name, value, risk, days, source="3", version=result.version, why=_why(result))


def _value(code: str, result: Result) -> tuple[str, str]:
    value = result.value
    if code == "easix":
        return " · ".join(number_format(value[part]) for part in ("easix", "s_easix", "m_easix")), ""
    if code == "mrd":
        if result.status == NEEDS_JUDGEMENT:
            return _("for a person to judge: the assay is not sensitive enough"), ""
        return (_("negative") if value else _("positive")), ""
    number = getattr(value, "score", None)
    shown = str(number) if number is not None else number_format(round(value.index, 2))
    return shown, str(RISKS[value.risk]) if value.risk else _("risk not known")


def _range(result: Result) -> str:
    """What an incomplete score can still be; figures without bounds in practice are not known."""
    if isinstance(result.range[0], dict | bool):
        return _("not known")
    low, high = (number_format(round(end, 2)) for end in result.range)
    return str(low) if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _why(result: Result) -> list[Why]:
    said = ((ground_words(ground), ground) for ground in result.grounds)
    return [Why(words, source_words(ground.source, ground.tag)) for words, ground in said if words]


def _points(number: int) -> str:
    return ngettext("%(count)d point", "%(count)d points", number) % {"count": number}


def ground_words(ground) -> str:
    """One ground in words; "" for those that say nothing to a reader."""
    code, values = ground.code, ground.values
    if code.startswith("points_"):
        return f"{NAMES[code.removeprefix('points_')]}: {_points(values['points'])}"
    if code.startswith("hematotox_"):
        name = NAMES[code.removeprefix("hematotox_")]
        value = number_format(values["value"].normalize() if values["value"] % 1 else values["value"].quantize(1))
        return f"{name} {value}: {_points(values['points'])}"
    if code == "risk_whatever_is_missing":
        return _("Risk %(risk)s, whatever is missing") % {"risk": RISKS[values["risk"]]}
    if code == "mipi_index":
        return _("Index %(index)s, white cells counted per µL") % {"index": number_format(values["index"])}
    if code in ("easix", "s_easix", "m_easix"):
        log = values["log2"]
        shown = number_format(log) if log is not None else _("not known")
        return _("%(index)s: log2 %(log)s") % {
            "index": code.replace("_easix", "-EASIX").replace("easix", "EASIX"),
            "log": shown,
        }
    if code == "mrd":
        return f"{values['assay']}, 10^-{values['sensitivity']}" if values["sensitivity"] else str(values["assay"])
    return ""


def plain_rows(facts: Facts, *, needed_within_days: int | None) -> list[Shown]:
    """What weighs without being a score: bulk, LDH, CRP, ferritin, tempo, and the disease's own marks."""
    found = [_bulk(facts), _ldh(facts)]
    found += [_measured(facts, what) for what in ("crp", "ferritin")]
    tempo = _("therapy needed within %(days)s days") % {"days": needed_within_days} if needed_within_days else ""
    found.append(Shown(_("Tempo"), tempo or _("not known"), source="5.1"))
    if facts.disease == "mcl":
        found += [
            _mark(facts, "tp53_mutated", _("TP53 mutation")),
            _mark(facts, "blastoid", _("Blastoid or pleomorphic")),
        ]
        found.append(_ki67(facts))
    if facts.disease == "mm":
        found += _myeloma(facts)
    return found


def _bulk(facts: Facts) -> Shown:
    bulky, mass = facts.of_diagnosis("bulky"), facts.of_diagnosis("largest_mass_cm")
    words = {True: _("yes"), False: _("no"), None: _("not known")}[bulky]
    size = _("largest mass %(size)s cm") % {"size": number_format(mass)} if mass else ""
    told = facts.of_diagnosis("told_on")
    days = _("told on %(day)s") % {"day": f"{told:%d/%m/%Y}"} if told and bulky is not None else ""
    return Shown(
        _("Bulky"), ", ".join(part for part in (words, size) if part), days=days, source="9", alert=bool(bulky)
    )


def _ldh(facts: Facts) -> Shown:
    value, limit = facts.value("ldh"), facts.ldh_limit
    if value is None:
        return Shown(str(MEASURED["ldh"]), _("not known"), source="3")
    times = _("%(times)s × upper limit") % {"times": number_format(round(value / limit, 1))} if limit else ""
    above = limit is not None and value > limit
    unit = facts.measured["ldh"].unit
    return Shown(
        str(MEASURED["ldh"]),
        f"{number_format(value.quantize(1))} {unit}",
        times or _("upper limit not known"),
        facts.days(["ldh"]),
        source="3",
        alert=above,
    )


def _measured(facts: Facts, what: str) -> Shown:
    row = facts.measured.get(what)
    if row is None:
        return Shown(str(MEASURED[what]), _("not known"), source="3")
    value = number_format(row.value.normalize() if row.value % 1 else row.value.quantize(1))
    return Shown(str(MEASURED[what]), f"{value} {row.unit}", days=facts.days([what]), source="3")


def _mark(facts: Facts, name: str, words: str) -> Shown:
    known = facts.of_diagnosis(name)
    return Shown(words, {True: _("yes"), False: _("no"), None: _("not known")}[known], source="3", alert=bool(known))


def _ki67(facts: Facts) -> Shown:
    value = facts.of_diagnosis("ki67_percent")
    if value is None:
        return Shown("Ki-67", _("not known"), source="3")
    high = value >= mipi.KI67_FLAG_FROM
    said = _("%(cut)s %% or more") % {"cut": mipi.KI67_FLAG_FROM} if high else ""
    return Shown("Ki-67", f"{value} %", said, source="3", alert=high)


def _myeloma(facts: Facts) -> list[Shown]:
    risk = facts.of_diagnosis("cytogenetic_risk")

    return [
        Shown(_("Cytogenetic risk"), str(CYTOGENETIC_RISK.get(risk, _("not known"))), source="3", alert=risk == "high"),
        Shown("ISS", facts.of_diagnosis("iss") or _("not known"), source="3"),
        _measured(facts, "creatinine"),
    ]

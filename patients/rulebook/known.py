"""Reads what is recorded on a pathway for the calculators: each fact only for who reads its facet, as they may read it.

After a reader's care has ended: what was recorded until then. What a patient keeps at the referring centre is not read.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from patients.audit import clock
from patients.centres.models import User
from patients.disease.models import Disease
from patients.eligibility import actions as eligibility
from patients.identity.access import Access
from patients.observations.models import Observation
from patients.pathway.models import Pathway
from patients.pathway.shown import Standing
from patients.products.regimens import regimens_for
from patients.referral.dossier import Dossier, acting_centre
from patients.referral.models import Referral
from patients.rulebook import calculators, filled
from patients.rulebook.filled import Dose, Fact, Known
from patients.toxicity import forms as bedside
from patients.toxicity.models import Assessment, Treatment

BLOOD = ("ldh", "crp", "ferritin", "wbc", "anc", "alc", "platelets", "haemoglobin", "creatinine")
# Which facet shows a fact, as on the pages that record it: any one of them is enough.
READERS = {
    "blood": {"dossier", "followup"},
    "weight": {"dossier", "treatment", "toxicity"},
    "disease": {"dossier"},
    "bedside": {"toxicity"},
    "dates": {"status"},
    "death": {"survival"},
}
CRS_ANSWERS = ("temp_c", "hypotension", "vasopressors", "oxygen_device")
ICANS_ANSWERS = (
    *("ice_orientation", "ice_objects", "ice_command", "ice_sentence", "ice_counting"),
    *("consciousness", "seizure", "neuro_signs"),
)


TWO_WAYS = -3  # 1.234 may be read as a thousand; 1.2340 may not


def form_with(kind: str, facts: Mapping[str, Fact]):
    """The form of a kind with these answers, each with the day it is from; without any, an empty one."""
    if not facts:
        return calculators.form_of(kind)
    data = QueryDict(mutable=True)
    asked = calculators.form_of(kind).fields
    for name, fact in facts.items():
        if isinstance(fact.value, list):
            data.setlist(name, fact.value)
        else:
            data[name] = str(asked[name].prepare_value(_trimmed(fact.value)))
    form = calculators.form_of(kind, data)
    for name, fact in facts.items():
        form.fields[name].widget.came = came_words(fact)
    return form


def _trimmed(value: Any) -> Any:
    """A decimal without the zeros that only its column has, and so that it cannot be read as a thousand."""
    if not isinstance(value, Decimal):
        return value
    short = value.quantize(1) if value == value.to_integral_value() else value.normalize()
    return short.quantize(Decimal("0.0001")) if short.as_tuple().exponent == TWO_WAYS else short


def came_words(fact: Fact) -> str:
    """Where an answer is from, and from which day."""
    if fact.how in HOW:
        return str(HOW[fact.how])
    if fact.first != fact.last:
        words = pgettext("of a fact", "from %(first)s to %(last)s")
        return words % {"first": f"{fact.first:%d/%m/%Y}", "last": f"{fact.last:%d/%m/%Y}"}
    day = pgettext("of a fact", "from %(day)s") % {"day": f"{fact.first:%d/%m/%Y}"}
    return _("told as %(answer)s, %(day)s") % {"answer": fact.said, "day": day} if fact.said else day


HOW = {
    filled.PLANNED: gettext_lazy("as planned"),
    filled.HAPPENED: gettext_lazy("as it happened"),
    filled.BORN: gettext_lazy("today, from the date of birth"),
    filled.OF_PATHWAY: gettext_lazy("product and disease of this pathway"),
}


class Reader:
    """One person who asks of one pathway."""

    def __init__(self, pathway: Pathway, access: Access, user: User):
        self.access, self.standing = access, Standing(pathway, access, user)
        self.dossier = Dossier(pathway, acting_centre(pathway, access), until=access.until)
        self.pathway, self.zone = pathway, pathway.hub.timezone

    def reads(self, what: str) -> bool:
        return bool(READERS[what] & self.access.facets)

    def _day(self, at) -> date:
        return clock.local(at, self.zone).date()

    def known(self) -> Known:
        """Everything that the calculators ask and that is recorded. A study's patient has no calendar days."""
        today = self.standing.today
        if self.pathway.imported:
            return Known(today)
        bedside_set, bedside_typed = self._last_set(CRS_ANSWERS)
        neuro_set, neuro_typed = self._last_set(ICANS_ANSWERS)
        return Known(
            today=today,
            age=self.dossier.patient.age_on(today),
            **self._measured(),
            ecog=self._ecog() if self.reads("disease") else None,
            diagnosis=self._diagnosis() if self.reads("disease") else {},
            bedside=bedside_typed,
            bedside_on=self._day(bedside_set.at) if bedside_set else None,
            neurology=neuro_typed,
            neurology_on=self._day(neuro_set.at) if neuro_set else None,
            doses=self._doses() if self.reads("bedside") else None,
            **(self._dates() if self.reads("dates") else {}),
            died_on=self.dossier.patient.died_on if self.reads("death") else None,
        )

    # ── what was measured ────────────────────────────────────────────────────────────────────────────────────────

    def _measured(self) -> dict[str, Any]:
        kinds = (*(BLOOD if self.reads("blood") else ()), *(("weight",) if self.reads("weight") else ()))
        rows = self.dossier.values(kinds) if kinds else []
        found: dict[str, list[tuple[date, Decimal]]] = {}
        for row in rows:
            found.setdefault(row.what, []).append((self._day(row.at), row.value))
        ldh = [row for row in rows if row.what == Observation.What.LDH]
        return {
            "measured": {what: tuple(values) for what, values in found.items()},
            "ldh_limit": ldh[-1].upper_limit if ldh else None,
        }

    # ── what was told of the disease ─────────────────────────────────────────────────────────────────────────────

    def _ecog(self) -> Fact | None:
        """What the hub recorded, else what was told when asking early ("3-4" is one answer there)."""
        said = eligibility.recorded(self.pathway, self.access.until).get("ecog")
        if said is not None and said.value is not None:
            return Fact.on(str(int(said.value)), said.on) if said.on else None
        referral = Referral.objects.filter(pathway=self.pathway).first()
        if referral is None or not referral.ecog or referral.sent_at is None:
            return None
        told = referral.ecog
        return Fact.on(told[0], self._day(referral.sent_at), said=told if told != told[0] else "")

    def _diagnosis(self) -> Mapping[str, Fact]:
        row = self.dossier.diagnosis
        if row is None:
            return {}
        # In myeloma the stage is another one (R-ISS), which no index here asks for.
        names = ("extranodal_sites", "ki67_percent", *(() if row.disease == Disease.MM else ("stage",)))
        return {name: Fact.on(value, row.told_on) for name in names if (value := getattr(row, name)) not in (None, "")}

    # ── the bedside ──────────────────────────────────────────────────────────────────────────────────────────────

    def _stood(self, rows: Iterable) -> list:
        until = self.access.until
        return [row for row in rows if row.stands and (until is None or row.recorded_at <= until)]

    def _last_set(self, asked: tuple[str, ...]) -> tuple[Assessment | None, Mapping[str, Any]]:
        """The last set that answered one of these questions, and its answers; what the rule took from before too."""
        if not self.reads("bedside"):
            return None, {}
        rows = self.pathway.assessments.select_related("corrected_by").prefetch_related("grades")
        for row in sorted(self._stood(rows), key=lambda one: one.at, reverse=True):
            typed = bedside.as_typed(row)
            if all(typed[name] in (None, "") for name in asked):
                continue
            read = next((grade.facts for grade in row.grades.all() if grade.scale == "crs"), {})
            for name, fact in (
                ("fever_earlier", "fever_earlier_in_episode"),
                ("fever_drug_given", "antipyretic_or_anticytokine_or_steroid_given"),
            ):
                typed[name] = read.get(fact) if typed[name] is None else typed[name]
            kind = "crs" if asked is CRS_ANSWERS else "icans"
            typed["died"] = row.death_due_to == kind or None
            of_form = calculators.KINDS[kind].form.base_fields
            return row, {name: value for name, value in typed.items() if name in of_form}
        return None, {}

    def _doses(self) -> tuple[Dose, ...]:
        """All doses of the pathway, of both centres, the newest first; last those of which only the day is known."""
        now = clock.now()
        rows = self.pathway.treatments.filter(drug=Treatment.Drug.TOCILIZUMAB).select_related("corrected_by")
        found = []
        for row in self._stood(rows):
            if row.at is not None and row.at <= now:
                hours = Decimal(int((now - row.at).total_seconds())) / 3600
                found.append(Dose(self._day(row.at), hours))
            elif row.at is None:
                found.append(Dose(self.standing.today, None))
        return tuple(sorted(found, key=lambda one: (one.hours_ago is None, one.hours_ago or 0)))

    # ── days of the treatment ────────────────────────────────────────────────────────────────────────────────────

    def _dates(self) -> dict[str, Any]:
        codes = {"ld_start": "lymphodepletion_started", "ld_end": "lymphodepletion_ended", "infusion": "infusion"}
        return {
            "day_0": self.standing.pathway.day_0,
            "regimen": self._regimen(),
            **{name: self._date(code) for name, code in codes.items()},
        }

    def _date(self, code: str) -> Fact | None:
        happened, planned = self.standing.actual(code), self.standing.planned(code)
        if happened is not None:
            return Fact.on(happened, happened, how=filled.HAPPENED)
        return Fact.on(planned, planned, how=filled.PLANNED) if planned is not None else None

    def _regimen(self) -> Fact | None:
        """The window of the pathway's product in its disease, where that is one alone."""
        row = self.standing.pathway
        if not row.product_id:
            return None
        asked = calculators.regimens()
        codes = [one.code for one in regimens_for(row.product_id, row.disease)]
        named = [code for code in codes if code in asked]
        return Fact.on(named[0], self.standing.today, how=filled.OF_PATHWAY) if len(named) == 1 else None

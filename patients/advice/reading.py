"""From rows to what the rules of this room read: the switch, the texts with a hub's own words, grades, doses."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language

from patients.advice import rules
from patients.advice.models import AdviceEdit, AdviceLine, AdviceSwitch
from patients.audit import clock
from patients.disease.models import Cns
from patients.eligibility.actions import recorded
from patients.pathway.models import Pathway
from patients.pathway.stages import Stage
from patients.products.signatures import Signature, standing
from patients.toxicity.models import Grade, Treatment
from patients.toxicity.rules import AS_10_MG_DEXAMETHASONE, SCALES, STEROIDS_WITHOUT_EQUIVALENT

STEROIDS = frozenset(AS_10_MG_DEXAMETHASONE) | STEROIDS_WITHOUT_EQUIVALENT


# ── the module at a hub ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SwitchNow:
    """How the module stands at a hub; `row` None: nobody has touched it, it is off."""

    on: bool = False
    guidelines: tuple[str, ...] = ()
    version: int = 0
    row: AdviceSwitch | None = None


def switch_of(hub_id: UUID) -> SwitchNow:
    """The newest word on the module at a hub."""
    row = AdviceSwitch.objects.filter(hub=hub_id).select_related("by").first()
    return SwitchNow(row.on, tuple(row.guidelines), row.version, row) if row else SwitchNow()


@dataclass(frozen=True)
class Line:
    """A text as a hub reads it: its own words (`edit`) before the reference's."""

    row: AdviceLine
    edit: AdviceEdit | None = None
    signature: Signature | None = None

    @property
    def reference_items(self) -> list[str]:
        return rules.items_of(_local(self.row, "text"))

    @property
    def edition(self) -> str:
        return _local(self.row, "edition")

    @property
    def is_own(self) -> bool:
        return self.edit is not None and bool(self.edit.text)

    @property
    def products(self) -> list[str]:
        return self.row.products

    @property
    def hours(self) -> int | None:
        return self.edit.hours if self.is_own and self.edit.hours else self.row.hours

    @property
    def items(self) -> list[str]:
        return rules.items_of(self.edit.text) if self.is_own else self.reference_items

    @property
    def version(self) -> int:
        """Of the hub's words; 0 = nobody has edited it."""
        return self.edit.version if self.edit else 0

    @property
    def is_signed(self) -> bool:
        return self.signature is not None and self.signature.said == said(self.row)


def _local(row: AdviceLine, name: str) -> str:
    """A text of the row in the reader's language."""
    return getattr(row, f"{name}_it" if get_language() == "it" else f"{name}_en")


def said(row: AdviceLine) -> dict:
    """A text as a haematologist signs for it."""
    return {"text_it": row.text_it, "text_en": row.text_en, "hours": row.hours}


def lines_of(hub_id: UUID | None) -> dict[str, Line]:
    """Every text by its code, in order."""
    edits = AdviceEdit.objects.filter(hub=hub_id).select_related("by", "second_by")
    edits = edits.order_by("line_id", "-version").distinct("line_id")
    own = {edit.line_id: edit for edit in edits}
    signed = standing(hub_id) if hub_id else {}
    return {
        row.code: Line(row, own.get(row.code), signed.get(f"advice/{row.code}")) for row in AdviceLine.objects.all()
    }


# ── a course ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Facts:
    """What of a course the advice of now hangs on. Grades that a study reported are not among it."""

    seen: dict[str, list[rules.Seen]]
    last_set: dict[str, UUID]
    tocilizumab: list[Treatment] = field(default_factory=list)
    steroids: list[Treatment] = field(default_factory=list)

    def now(self, scale: str) -> rules.Now:
        return rules.now_of(self.seen[scale])


def is_watched(pathway: Pathway) -> bool:
    """Whether the toxicity watch goes on here, so that there is a *now*."""
    if pathway.imported or pathway.status not in (Pathway.Status.OPEN, Pathway.Status.ON_HOLD):
        return False
    return pathway.entries.filter(stage=Stage.TOXICITY, ended_on__isnull=True, superseded=False).exists()


def facts_of(pathway: Pathway) -> Facts:
    """Grades of the standing sets, in time order, and the standing doses of the pathway, whoever recorded them."""
    seen: dict[str, list[rules.Seen]] = {scale: [] for scale in SCALES}
    last: dict[str, UUID] = {}
    rows = Grade.objects.filter(
        assessment__pathway=pathway, assessment__struck_at__isnull=True, assessment__corrected_by__isnull=True
    ).select_related("assessment")
    for row in rows.order_by("assessment__at", "assessment__recorded_at"):
        if row.status != Grade.Status.NOT_ASSESSED or row.confirmed is not None:
            confirmed = row.confirmed if row.is_confirmed else None
            seen[row.scale].append(rules.Seen(row.assessment.at, confirmed, row.waits))
            last[row.scale] = row.assessment_id
    given = list(pathway.treatments.standing().select_related("recorded_by"))
    return Facts(
        seen,
        last,
        tocilizumab=[one for one in given if one.drug == Treatment.Drug.TOCILIZUMAB],
        steroids=[one for one in given if one.drug in STEROIDS],
    )


def steroid_days(facts: Facts, pathway: Pathway) -> set[date]:
    """The hub's local days on which a steroid was given at a known hour."""
    return {local_day(one.at, pathway) for one in facts.steroids if one.at is not None}


def local_day(at: datetime, pathway: Pathway) -> date:
    return clock.local(at, pathway.hub.timezone).date()


def seizure_risk(pathway: Pathway) -> rules.SeizureRisk:
    """CD28 of the product; CNS disease, now or cleared, of the dossier; seizures or stroke, of the items of fitness."""
    product = pathway.product
    diagnosis = pathway.patient.diagnoses.filter(disease=pathway.disease).first()
    cns = diagnosis.cns if diagnosis else None
    answer = recorded(pathway).get("no_seizure_or_stroke")
    return rules.SeizureRisk(
        cd28=None if product is None else product.costimulation == "CD28",
        cns=None if cns is None else cns != Cns.NEVER,
        seizures=None if answer is None or answer.answer is None else not answer.answer,
    )

"""Every rule of the app in one list: what it says, where it comes from, its version, and who signed for it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.advice import reading as advice
from patients.advice.models import AdviceLine
from patients.advice.shown import title_of
from patients.audit import clock
from patients.audit.history import recorded_at
from patients.centres.models import Centre
from patients.clinical import indications
from patients.pathway.models import Promise
from patients.pathway.promises import everybodys
from patients.pathway.steps import STEP_RULES
from patients.pathway.words import PROMISES, STEPS
from patients.products import prophylaxis, signatures, washouts
from patients.products.evidence import Trial
from patients.products.indications import FIELDS, Indication, Reimbursement
from patients.products.models import LabelTerm, Product, is_verified
from patients.products.prophylaxis import Prophylaxis
from patients.products.regimens import Regimen
from patients.products.signatures import Signature
from patients.products.washouts import WashoutLength
from patients.referral.words import WASHOUTS
from patients.reminders.models import ScheduleTemplate
from patients.reminders.views import schedule_rows
from patients.reminders.words import rule_words
from patients.rulebook import facts, fixed, words
from patients.rulebook.evidence import local
from patients.surveillance.models import WatchRule
from patients.surveillance.words import TASKS as WATCH_TASKS
from patients.surveillance.words import asked_words
from patients.toxicity.models import WatchProtocol
from patients.toxicity.reading import PROTOCOL_VALUES, protocol_row

KINDS = {
    "product": gettext_lazy("Products"),
    "lymphodepletion": gettext_lazy("Lymphodepletion"),
    "window": gettext_lazy("Infusion windows"),
    "term": gettext_lazy("Labels: in words, elsewhere, before"),
    "indication": gettext_lazy("Indications"),
    "reimbursement": gettext_lazy("Other regimens"),
    "washout": gettext_lazy("Wash-outs before apheresis"),
    "prophylaxis": gettext_lazy("Prophylaxis"),
    "advice": gettext_lazy("Advice"),
    "schedule": gettext_lazy("Schedule after the infusion"),
    "watch": gettext_lazy("Watch of the referral centres"),
    "protocol": gettext_lazy("Bedside protocol"),
    "promise": gettext_lazy("Promises"),
    "clinical": gettext_lazy("Published rules"),
    "fitness": gettext_lazy("Fitness: what a board weighs"),
    "apheresis": gettext_lazy("Before apheresis"),
    "path": gettext_lazy("Second-line path"),
    "therapy": gettext_lazy("Regimens and what they hold"),
}
# Fixed in the code or its files: shown with their marks, and signed for by nobody.
FIXED = frozenset({"clinical", "fitness", "apheresis", "path", "therapy"})
VERIFIABLE = frozenset(
    {"product", "lymphodepletion", "window", "term", "indication", "reimbursement", "washout", "advice"}
)


@dataclass(frozen=True)
class Rule:
    """One rule as the list shows it. `key`: its address within its kind. `said`: what a haematologist signs.

    `version`: of the data, counted from 1, or the name of what was published. `own`: the hub's own, made by `by` (and
    `second`), in place of what `source` names, whose mark is not its own. `evidence`: the query of the evidence page;
    "" where section 8 of the reference has no trial for it.
    """

    kind: str
    key: str
    label: str
    text: str
    source: str
    tag: str = ""
    version: str = ""
    since: datetime | None = None
    said: Any = None
    own: bool = False
    by: str = ""
    second: str = ""
    evidence: str = ""
    change: str = ""
    signature: Signature | None = None
    row: ScheduleTemplate | None = None  # a row of the schedule: its words stand in a template tag

    @property
    def rule(self) -> str:
        return f"{self.kind}/{self.key}"

    @property
    def signable(self) -> bool:
        """A figure that nobody verified: a named haematologist may sign for it."""
        return self.kind in VERIFIABLE and not self.own and not is_verified(self.tag)

    @property
    def signed(self) -> bool:
        """Whether a signature of the hub stands for the figure as it is now."""
        return self.signature is not None and self.signature.said == self.said

    @property
    def outdated(self) -> bool:
        """A signature stands, but for another figure."""
        return self.signature is not None and self.signature.said != self.said

    @property
    def unverified(self) -> bool:
        return self.signable and not self.signed

    @property
    def only_shown(self) -> bool:
        """Fixed, and not verified: it is shown or warns, and nobody signs for it."""
        return self.kind in FIXED and self.marked and not is_verified(self.tag)

    @property
    def marked(self) -> bool:
        """Whether the reference's mark is shown: not of a hub's own, nor where a section marks each part by itself."""
        return not self.own and (bool(self.tag) or self.signable or self.kind in FIXED - {"clinical"})


@dataclass(frozen=True)
class Section:
    """The rules of one kind."""

    kind: str
    title: str
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True)
class Kept:
    """How often a row of data was written, and when last."""

    version: int
    since: datetime


def _versions(model, **filters) -> dict[str, Kept]:
    """By the row's key, from its history."""
    events = model.pgh_event_model.objects.filter(**filters).values("pgh_obj_id")
    counted = events.annotate(version=Count("pgh_id"), since=Max(recorded_at()))
    return {str(one["pgh_obj_id"]): Kept(one["version"], one["since"]) for one in counted}


def _authors(model, keys: list) -> dict[str, str]:
    """By the row's key, who wrote it last, by name."""
    events = model.pgh_event_model.objects.filter(pgh_obj_id__in=keys).order_by("pgh_obj_id", "-pgh_id")
    latest = events.distinct("pgh_obj_id").values_list("pgh_obj_id", "pgh_context")
    return {str(key): (context or {}).get("name", "") for key, context in latest}


def _dated(rule: Rule, kept: Kept | None, own_at: datetime | None = None) -> Rule:
    return replace(rule, version=str(kept.version), since=own_at or kept.since) if kept else rule


def of_fact(fact: facts.Fact, evidence: str = "") -> Rule:
    """A fact of a label as a rule."""
    kind, _slash, key = fact.rule.partition("/")
    return Rule(kind, key, fact.label, fact.text, fact.source, fact.tag, said=fact.said, evidence=evidence)


def _trials_of(product: str, disease: str = "", *, known: set[tuple[str, str]]) -> str:
    """The query of the evidence page for a product (in a disease); "" where section 8 has no trial of it."""
    if not any(product == one and disease in ("", of) for one, of in known):
        return ""
    return urlencode({"product": product} | ({"disease": disease} if disease else {}))


def _tried() -> set[tuple[str, str]]:
    """The pairs of product and disease that a trial of the reference is about."""
    return set(Trial.objects.exclude(product=None).values_list("product_id", "disease"))


def products(hub: Centre | None) -> list[Rule]:
    kept, found, known = _versions(Product), [], _tried()
    for product in Product.objects.all():
        evidence = _trials_of(product.code, known=known)
        for fact in facts.product_facts(product):
            if fact.rule:
                named = replace(of_fact(fact, evidence), label=f"{product.code} · {fact.label}")
                found.append(_dated(named, kept.get(product.pk)))
    return found


def _regimens(place: int) -> list[Rule]:
    kept, found, known = _versions(Regimen), [], _tried()
    for regimen in Regimen.objects.all():
        rule = of_fact(facts.regimen_facts(regimen)[place], _trials_of(regimen.product_id, known=known))
        found.append(_dated(replace(rule, label=f"{regimen.code} · {rule.label}"), kept.get(regimen.pk)))
    return found


def terms(hub: Centre | None) -> list[Rule]:
    kept, found = _versions(LabelTerm), []
    for term in LabelTerm.objects.all():
        rule = of_fact(facts.term_fact(term))
        about = ", ".join(term.products) or _("all products")
        found.append(_dated(replace(rule, label=f"{about} · {rule.label}"), kept.get(term.pk)))
    return found


REQUIREMENTS = {
    "btki": gettext_lazy("a BTK inhibitor"),
    "imid": "IMiD",
    "pi": gettext_lazy("proteasome inhibitor"),
    "anti_cd38": "anti-CD38",
    "lenalidomide": "lenalidomide",
    "lenalidomide_refractory": gettext_lazy("refractory to lenalidomide"),
    "all_label": gettext_lazy("refractory, after transplant, or second relapse or later"),
    "progression_on_last": gettext_lazy("progression on the last line"),
}
STATUSES = {
    indications.NOT_REIMBURSED: gettext_lazy("not reimbursed"),
    indications.NOT_VERIFIED: gettext_lazy("reimbursement not verified"),
}


def lines_words(least: int, most: int | None) -> str:
    """At least 2 prior lines; after 1 prior line."""
    if not least:
        return _("any number of prior lines")
    if most == least:
        return ngettext("after %(n)d prior line", "after %(n)d prior lines", least) % {"n": least}
    return ngettext("after at least %(n)d prior line", "after at least %(n)d prior lines", least) % {"n": least}


def ages_words(least: int | None, most: int | None) -> str:
    if least is not None:
        return _("from %(age)s years") % {"age": least}
    return _("up to and including %(age)s years") % {"age": most} if most is not None else ""


def indication_words(row: Indication) -> str:
    """The whole row in words."""
    parts = [str(STATUSES[row.status])] if row.status in STATUSES else []
    parts += [", ".join(row.subtypes)] if row.subtypes else []
    parts.append(lines_words(row.lines_min, row.lines_max))
    if row.window_months:
        parts.append(
            _("refractory, or relapse within %(n)s months of the end of first line") % {"n": row.window_months}
        )
    parts += [_("with %(what)s") % {"what": ", ".join(str(REQUIREMENTS[one]) for one in row.requires)}] * bool(
        row.requires
    )
    parts += [str(REQUIREMENTS["progression_on_last"])] * (row.disease == "MM")  # reference 5.1: asked of every row
    parts += [ages_words(row.age_min, row.age_max)]
    parts += [_("wording of the label: a person judges")] * row.judgement
    parts += [_("conditional approval")] * row.conditional
    parts += [facts.validity(row.valid_from, row.valid_to), row.act]
    return "; ".join(filter(None, parts))


def indication_rows(hub: Centre | None) -> list[Rule]:
    kept, found, known = _versions(Indication), [], _tried()
    for row in Indication.objects.select_related("product"):
        label = f"{row.product_id} · {words.DISEASES[row.disease]} · {facts.PLACES[row.jurisdiction]}"
        said = {name: getattr(row, name) for name in INDICATION_SAID}
        rule = Rule(
            "indication",
            row.code,
            label,
            indication_words(row),
            row.source,
            row.tag,
            said=said,
            evidence=_trials_of(row.product_id, row.disease, known=known),
        )
        found.append(_dated(rule, kept.get(row.pk)))
    return found


ABOUT_THE_ROW = {"code", "disease", "jurisdiction", "source", "tag"}
INDICATION_SAID = tuple(name for name in FIELDS if name not in ABOUT_THE_ROW)
REIMBURSED = {
    Reimbursement.Status.REIMBURSED: gettext_lazy("reimbursed"),
    Reimbursement.Status.APPROVED: gettext_lazy("approved"),
    Reimbursement.Status.POSITIVE_OPINION: gettext_lazy("positive opinion of the CHMP"),
}


def reimbursement_words(row: Reimbursement) -> str:
    """The whole row in words."""
    asked = ", ".join(str(REQUIREMENTS[one]) for one in row.requires)
    parts = [str(REIMBURSED[row.status]), lines_words(row.lines_min, row.lines_max)]
    parts += [_("with %(what)s") % {"what": asked}] if asked else []
    parts += [facts.validity(row.valid_from, row.valid_to), row.act]
    return "; ".join(filter(None, parts))


def reimbursements(hub: Centre | None) -> list[Rule]:
    kept, found = _versions(Reimbursement), []
    for row in Reimbursement.objects.all():
        label = f"{row.regimen} · {words.DISEASES[row.disease]} · {facts.PLACES[row.jurisdiction]}"
        text = reimbursement_words(row)
        said = {"status": row.status, "valid_from": row.valid_from, "valid_to": row.valid_to, "act": row.act}
        evidence = urlencode({"trial": row.trial_id}) if row.trial_id else ""
        rule = Rule("reimbursement", row.code, label, text, row.source, row.tag, said=said, evidence=evidence)
        found.append(_dated(rule, kept.get(row.pk)))
    return found


def washout_words(row: WashoutLength) -> str:
    if row.months:
        return _("%(months)s months") % {"months": row.months}
    return _("%(days)s days") % {"days": row.days}


def washout_rows(hub: Centre | None) -> list[Rule]:
    kept, found = _versions(WashoutLength), []
    for code, row in washouts.rows(hub.pk if hub else None).items():
        rule = Rule(
            "washout",
            code,
            str(WASHOUTS[code]),
            washout_words(row),
            row.source,
            row.tag,
            said={"days": row.days, "months": row.months},
            own=row.hub_id is not None,
            by=str(row.by or ""),
            second=str(row.second_by or ""),
        )
        found.append(_dated(rule, kept.get(str(row.pk)), row.at))
    return found


def prophylaxis_words(row: Prophylaxis) -> str:
    """The text, and until when at least."""
    parts = [local(row, "text")]
    if row.months is not None:
        parts.append(_("At least %(months)s months from the start.") % {"months": row.months})
    if row.cd4_over is not None:
        parts.append(_("CD4 above %(cd4)s ×10⁹/L.") % {"cd4": facts.number(row.cd4_over.normalize())})
    return " ".join(parts)


def prophylaxis_rows(hub: Centre | None) -> list[Rule]:
    kept, found = _versions(Prophylaxis), []
    for code, row in prophylaxis.rows(hub.pk if hub else None).items():
        rule = Rule(
            "prophylaxis",
            code,
            local(row, "name"),
            prophylaxis_words(row),
            row.source,
            row.tag,
            own=row.hub_id is not None,
            by=str(row.by or ""),
            second=str(row.second_by or ""),
        )
        found.append(_dated(rule, kept.get(str(row.pk)), row.at))
    return found


def advice_words(line: advice.Line) -> str:
    """A text in one paragraph, with its hours and products where it has some; the reference's with its edition."""
    hours = [_("from %(hours)s hours on") % {"hours": line.hours}] if line.hours else []
    edition = "" if line.is_own else line.edition
    return "; ".join(filter(None, [*line.items, ", ".join([*hours, *line.products]), edition]))


def advice_lines(hub: Centre | None) -> list[Rule]:
    """The texts of the module, where the hub has switched it on; off, none is shown."""
    if hub is None or not advice.switch_of(hub.pk).on:
        return []
    kept, found = _versions(AdviceLine), []
    for code, line in advice.lines_of(hub.pk).items():
        rule = Rule(
            "advice",
            code,
            title_of(line),
            advice_words(line),
            line.row.source,
            "" if line.is_own else line.row.tag,
            said=advice.said(line.row),
            own=line.is_own,
            by=str(line.edit.by) if line.is_own else "",
            second=str(line.edit.second_by or "") if line.is_own else "",
        )
        own = Kept(line.version, line.edit.at) if line.is_own else None
        found.append(_dated(rule, own or kept.get(code)))
    return found


def schedule(hub: Centre | None) -> list[Rule]:
    if hub is None:
        rows = ScheduleTemplate.objects.filter(hub__isnull=True, valid_to__isnull=True)
    else:
        rows = schedule_rows(hub)
    change = reverse("reminders:hub_schedule", args=[hub.pk]) if hub else ""
    found = []
    for row in rows:
        label = rule_words(row.rule) + (f" · {row.product_id}" if row.product_id else "")
        key = row.rule + (f":{row.product_id}" if row.product_id else "")
        found.append(
            Rule(
                "schedule",
                key,
                label,
                "",
                row.source,
                version=str(row.version),
                own=row.hub_id is not None,
                by=str(row.by or ""),
                second=str(row.second_by or ""),
                since=row.at,
                change=change,
                row=row,
            )
        )
    return found


def watched(hub: Centre | None) -> list[Rule]:
    kept = _versions(WatchRule)
    return [
        _dated(
            Rule("watch", row.code, str(WATCH_TASKS[row.code]), asked_words(row), row.source, row.tag),
            kept.get(str(row.pk)),
        )
        for row in WatchRule.objects.all()
    ]


PROTOCOL = {
    "temp_over_c": (gettext_lazy("Temperature: tell the doctor above"), "°C"),
    "heart_rate_over": (gettext_lazy("Heart rate: tell the doctor above"), "/min"),
    "systolic_below_percent": (gettext_lazy("Systolic: tell the doctor below"), "%"),
    "systolic_hint_below_mmhg": (gettext_lazy("Systolic, where no baseline is known: below"), "mmHg"),
    "hours_between_sets": (gettext_lazy("Next set after"), "h"),
    "hours_between_sets_when_graded": (gettext_lazy("Next set while a grade stands, after"), "h"),
    "hours_between_ice": (gettext_lazy("Next ICE after"), "h"),
}


def threshold_words(row: WatchProtocol, name: str) -> str:
    """One threshold of a protocol with its unit."""
    return f"{words.digits(str(getattr(row, name)))} {PROTOCOL[name][1]}"


def protocol(hub: Centre | None) -> list[Rule]:
    row = protocol_row(hub) if hub else WatchProtocol.objects.get(centre__isnull=True)
    change = reverse("toxicity:protocol", args=[hub.pk]) if hub else ""
    own = row.centre_id is not None
    return [
        Rule(
            "protocol",
            name,
            str(label),
            threshold_words(row, name),
            row.source,
            version=str(row.version),
            own=own,
            by=str(row.by or "") if own else "",
            second=str(row.second_by or "") if own else "",
            since=row.at,
            change=change,
        )
        for name, (label, _unit) in PROTOCOL.items()
        if name in PROTOCOL_VALUES
    ]


def promise_words(row: Promise) -> str:
    text = _("%(n)s working days") if row.working_days else _("%(days)s days")
    return text % {"n": row.days, "days": row.days}


def promises(hub: Centre | None) -> list[Rule]:
    kept = _versions(Promise)
    of_steps = {rule.promise: STEPS[rule.code] for rule in STEP_RULES}
    own = {row.code: row for row in Promise.objects.filter(centre__in=[hub.pk])} if hub else {}
    change = reverse("reminders:promises", args=[hub.pk]) if hub else ""
    authors, found = _authors(Promise, [row.pk for row in own.values()]), []
    for code, usual in everybodys().items():
        row = own.get(code, usual)
        label = str(of_steps.get(code) or PROMISES[code])
        by = authors.get(str(row.pk), "")
        rule = Rule("promise", code, label, promise_words(row), usual.source, own=code in own, by=by, change=change)
        found.append(_dated(rule, kept.get(str(row.pk))))
    return found


def _fixed(kind: str, found: Iterable[fixed.Fixed]) -> list[Rule]:
    return [Rule(kind, one.key, one.label, one.text, one.source, one.tag, one.version) for one in found]


BUILDERS = {
    "product": products,
    "lymphodepletion": lambda hub: _regimens(0),
    "window": lambda hub: _regimens(1),
    "term": terms,
    "indication": indication_rows,
    "reimbursement": reimbursements,
    "washout": washout_rows,
    "prophylaxis": prophylaxis_rows,
    "advice": advice_lines,
    "schedule": schedule,
    "watch": watched,
    "protocol": protocol,
    "promise": promises,
    "clinical": lambda hub: _fixed("clinical", fixed.published()),
    "fitness": lambda hub: _fixed("fitness", fixed.fitness()),
    "apheresis": lambda hub: _fixed("apheresis", fixed.before_apheresis()),
    "path": lambda hub: _fixed("path", fixed.second_line_path(clock.today(hub.timezone if hub else "Europe/Rome"))),
    "therapy": lambda hub: _fixed("therapy", fixed.therapies()),
}


def sections(hub: Centre | None, kinds: Iterable[str] = KINDS) -> list[Section]:
    """The rules of these kinds, with the signatures of the hub."""
    signed = signatures.standing(hub.pk) if hub else {}
    return [
        Section(kind, str(KINDS[kind]), [replace(one, signature=signed.get(one.rule)) for one in BUILDERS[kind](hub)])
        for kind in kinds
    ]


def only_unverified(section: Section) -> Section:
    """What of a section nobody verified and nobody signed for."""
    return replace(section, rules=[one for one in section.rules if one.unverified or one.only_shown])


def find(hub: Centre | None, kind: str, key: str) -> Rule | None:
    """One rule by its address."""
    if kind not in BUILDERS:
        return None
    (section,) = sections(hub, [kind])
    return next((one for one in section.rules if one.key == key), None)

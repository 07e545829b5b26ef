"""The pages of what is known of each item, and of the decision."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_GET

from patients.audit import clock
from patients.audit.purpose import INTENDED_PURPOSE
from patients.audit.shown import Chip, Tab, source_words
from patients.clinical.indications import ELIGIBLE
from patients.disease import course
from patients.disease import indication as rule
from patients.disease.words import CLASSES, CNS, TRANSPLANTS, not_recognised_words
from patients.eligibility import actions, indication, path, risk, rules, washouts, words
from patients.eligibility.forms import DecisionForm, ItemsForm, as_typed
from patients.eligibility.items import BEFORE, BY_CODE, FITNESS, GROUPS, ILLNESS, INDICATION, SYSTEMS, Item
from patients.eligibility.models import Decision, ItemAnswer
from patients.eligibility.rules import Answered
from patients.pathway.doors import open_pathway
from patients.pathway.models import Pathway
from patients.pathway.views import PathwayFormView
from patients.referral.dossier import Dossier, acting_centre, line_words
from patients.referral.models import Referral
from patients.referral.rules import is_under_18
from patients.referral.words import told_facts

TONES = {
    rules.NO_RESERVATION: ("ok", "check"),
    rules.WEIGH: ("warn", "users"),
    rules.RESOLVE_FIRST: ("danger", "alert"),
    rules.NOT_KNOWN: ("unknown", "ask"),
}


@dataclass(frozen=True)
class Shown:
    """An item as the page shows it: its words, what is known, its flag, and the cut-off with its source."""

    words: str
    fact: str
    flag: Chip
    source: str


def shown_items(pathway: Pathway, known: dict[str, Answered]) -> dict[str, list[Shown]]:
    """The items of a pathway by their group; what nobody answered is not known."""
    found: dict[str, list[Shown]] = {group: [] for group in GROUPS}
    for item in actions.items_of(pathway):
        found[item.group].append(_shown(item, known.get(item.code, Answered())))
    return found


def _shown(item: Item, said: Answered) -> Shown:
    flag = rules.flag(item, said)
    tone, icon = TONES[flag]
    return Shown(
        str(words.ITEMS[item.code]),
        words.fact_words(item, said),
        Chip(str(words.FLAGS[flag]), icon, tone),
        words.cut_words(item) or source_words(item.source, item.tag),
    )


def counted(flags: dict[str, str]) -> list[Chip]:
    """How many items have which flag, those that have any."""
    found = []
    for flag, (tone, icon) in TONES.items():
        number = list(flags.values()).count(flag)
        if number:
            found.append(Chip(words.count_words(flag, number), icon, tone))
    return found


def by_system(pathway: Pathway, known: dict[str, Answered]) -> list[tuple[str, list[Shown]]]:
    """Fitness and illness by organ system, as flags."""
    asked = {item.code for item in actions.items_of(pathway)}
    found = []
    for system, codes in SYSTEMS.items():
        rows = [_shown(BY_CODE[code], known.get(code, Answered())) for code in codes if code in asked]
        if rows:
            found.append((str(words.SYSTEMS[system]), rows))
    return found


def exposure_rows(told: course.Told) -> list[tuple[str, Chip, Chip]]:
    """Each class of drugs: was it given and in which lines, and is the disease refractory to it."""
    rows = []
    for one in course.exposures(told):
        lines = ", ".join(map(str, one.lines))
        given = {
            True: Chip(_("line %(lines)s") % {"lines": lines}, "check", "ok"),
            False: Chip(_("not given"), "no"),
            None: Chip(_("not known"), "ask", "unknown"),
        }[one.exposed]
        to_it = {
            True: Chip(_("refractory"), "alert", "warn"),
            False: Chip(_("not refractory"), "check") if one.exposed else Chip("–"),
            None: Chip(_("not known"), "ask", "unknown"),
        }[one.refractory]
        rows.append((str(CLASSES[one.code]), given, to_it))
    return rows


class Indication(View):
    """What the rules say of what is recorded, with its grounds; fitness as flags; the decisions and their rules."""

    def get(self, request: HttpRequest, pathway_id) -> HttpResponse:
        opened = open_pathway(request.user, pathway_id, facet="dossier", what="eligibility:indication")
        pathway, may = opened.pathway, opened.access.may
        today = clock.today(pathway.hub.timezone)
        dossier = Dossier(pathway, acting_centre(pathway, opened.access), until=opened.access.until)
        found, known = indication.now(pathway, dossier), actions.answers(pathway, dossier)
        closed, until = pathway.status == Pathway.Status.CLOSED, opened.access.until
        apheresis_on = apheresis_day(pathway) if until is None else None
        decisions = pathway.decisions.select_related("by").order_by("-at")
        page = {
            "title": _("Eligibility"),
            "section": "eligibility",
            "pathway": pathway,
            "pathway_id": pathway.pk,
            "patient": pathway.patient,
            "access": opened.access,
            "may_write": (may("referral.submit") or may("referral.answer")) and not closed,
            "may_record": may("eligibility.record") and not closed,
            "may_decide": may("eligibility.decide") and not closed,
            "indication": rule.shown(found),
            "told": found.told,
            "lines": [line_shown(line) for line in found.told.lines],
            "exposures": exposure_rows(found.told),
            "beside": beside_lines(found.told),
            "unread": not_recognised_words(found.told.not_recognised),
            "mimics": course.mimics_m_protein(found.told),
            "systems": by_system(pathway, known),
            **risk_shown(pathway, dossier, known, today),
            "apheresis_on": apheresis_on,
            "washouts": washouts.rows(dossier, apheresis_on, today),
            "decisions": [decision_shown(one, found) for one in decisions if until is None or one.at <= until],
            "purpose": INTENDED_PURPOSE,
        }
        return render(request, "eligibility/indication.html", page)


@require_GET
def second_line(request: HttpRequest) -> HttpResponse:
    """The papers' way to CAR-T, drawn from the rule data; about no patient."""
    on = clock.today(timezone.get_current_timezone_name())
    page = {"title": _("Second-line path"), "on": on, "purpose": INTENDED_PURPOSE}
    return render(request, "eligibility/path.html", page | {"trees": path.trees(get_language() or "en", on)})


def risk_shown(pathway: Pathway, dossier: Dossier, known: dict[str, Answered], today: date) -> dict:
    """The scores and the plain values of clinical risk, from what the reader may read."""
    referral = Referral.objects.filter(pathway=pathway).first()
    ecog = known.get("ecog")
    facts = risk.Facts(
        disease=dossier.disease,
        diagnosis=dossier.diagnosis,
        age=dossier.patient.age_on(today),
        ecog=int(ecog.value) if ecog and ecog.value is not None else None,
        measured=dossier.latest(risk.KINDS),
        zone=pathway.hub.timezone,
    )
    needed = referral.needed_within_days if referral else None
    return {"scores": risk.scores(facts), "plain": risk.plain_rows(facts, needed_within_days=needed)}


def apheresis_day(pathway: Pathway) -> date | None:
    """The day of apheresis: as it was, else as planned."""
    row = pathway.milestones.filter(what="apheresis", superseded=False).first()
    return (row.actual_on or row.planned_on) if row else None


def beside_lines(told: course.Told) -> list[tuple[str, Chip]]:
    """Transplants, disease in the CNS, and earlier therapy against the target of the products."""
    transplants = [
        f"{TRANSPLANTS[row.transplant]} ({_('line %(lines)s') % {'lines': number}})"
        for number, line in enumerate(told.lines, start=1)
        for row in line.rows
        if row.transplant
    ]
    none = told.all_listed and all(line.transplanted is False for line in told.lines)
    unknown = Chip(_("not known"), "ask", "unknown")
    transplant = Chip(", ".join(transplants), "check") if transplants else Chip(_("none")) if none else unknown
    active = told.cns == "active"
    cns = Chip(str(CNS[told.cns]), "alert" if active else "check", "warn" if active else "") if told.cns else unknown
    target = "BCMA" if told.disease == "mm" else "CD19"
    given = course.exposed(told, course.TARGETED[target])
    again = Chip(_("yes: look for the target again, by biopsy or flow (5.1)"), "alert", "warn")
    return [
        (_("Transplant"), transplant),
        (_("Disease in the CNS"), cns),
        (
            _("Earlier therapy against %(target)s") % {"target": target},
            {True: again, False: Chip(_("not given"), "no"), None: unknown}[given],
        ),
    ]


@dataclass(frozen=True)
class LineShown:
    """A counted line: its regimens, and of each its days, its response and what it held."""

    words: str
    said: list[str]


def line_shown(line: course.Line) -> LineShown:
    regimens = " + ".join(row.regimen for row in line.rows)
    return LineShown(regimens, [said for said in map(line_words, line.rows) if said])


@dataclass(frozen=True)
class DecisionShown:
    """A decision with the rules of its day: what they said then, and what is different now."""

    kind: str
    row: Decision
    then: rule.Shown | None
    changed: str


def decision_shown(row: Decision, now: rule.Answer) -> DecisionShown:
    again = rule.reopened(row.indication) if row.indication else None
    change = rule.changed_since(row.indication, now) if row.indication else None
    return DecisionShown(
        str(words.SHORT[row.kind]),
        row,
        rule.shown(again, clocks=False) if again else None,
        indication.change_words(change) if change else "",
    )


class Answer(PathwayFormView):
    """What is known of each item of a group, with its value, day and source."""

    form_class = ItemsForm
    template_name = "eligibility/items.html"
    facet = "dossier"
    permission = "eligibility.record"
    title = gettext_lazy("What is known")
    words = words.REFUSALS
    group: str

    def open(self, request: HttpRequest, pathway_id, group: str = INDICATION, **address) -> Pathway:
        if group not in GROUPS:
            raise Http404
        self.group = group
        return super().open(request, pathway_id, **address)

    def _items(self, subject: Pathway) -> list[Item]:
        return [item for item in actions.items_of(subject) if item.group == self.group]

    def version(self, subject: Pathway) -> int:
        return ItemAnswer.objects.filter(pathway=subject).count()

    def initial(self, subject: Pathway) -> dict:
        known = actions.recorded(subject)
        typed = {}
        for item in self._items(subject):
            if item.code in known:
                typed |= as_typed(item.code, known[item.code])
        return typed

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"items": self._items(subject), "zone": subject.hub.timezone}

    def context(self, subject: Pathway) -> dict:
        return {
            "group_words": words.GROUPS[self.group],
            "groups": [
                Tab(
                    str(words.GROUPS[group]),
                    reverse("eligibility:items", args=[subject.pk, group]),
                    current=group == self.group,
                )
                for group in GROUPS
            ],
            "counted": counted(actions.flags(subject)),
            "may_decide": self.opened.access.may("eligibility.decide"),
        }

    def write(self, subject: Pathway, form: ItemsForm, by) -> None:
        actions.answer(pathway=subject, said=form.said(), by=by)

    def success_url(self, subject: Pathway) -> str:
        """On to the next group; from the last one to the decision, for who takes it."""
        place = GROUPS.index(self.group)
        if place + 1 < len(GROUPS):
            return reverse("eligibility:items", args=[subject.pk, GROUPS[place + 1]])
        if self.opened.access.may("eligibility.decide"):
            return reverse("eligibility:decide", args=[subject.pk])
        return super().success_url(subject)


class Decide(PathwayFormView):
    """The hub haematologist writes down what the board decided, and why."""

    form_class = DecisionForm
    template_name = "eligibility/decide.html"
    facet = "dossier"
    permission = "eligibility.decide"
    title = gettext_lazy("Decide eligibility")
    words = words.REFUSALS

    def version(self, subject: Pathway) -> int:
        return Decision.objects.filter(pathway=subject).count()

    def form_kwargs(self, subject: Pathway) -> dict:
        found = indication.now(subject)
        return {
            "disease": subject.disease,
            "zone": subject.hub.timezone,
            "covered": found.eu.products if found.eu and found.eu.status == ELIGIBLE else (),
            "coverable": rule.coverable(found),
        }

    def context(self, subject: Pathway) -> dict:
        referral = Referral.objects.filter(pathway=subject).first()
        known = actions.answers(subject)
        flags, shown = actions.flags(subject, known), shown_items(subject, known)
        return {
            "section": "eligibility",
            "indication": rule.shown(indication.now(subject)),
            "pathway_id": subject.pk,
            "may_write": self.opened.access.may("referral.answer"),
            "facts": told_facts(referral) if referral else [],
            "earlier": [(words.SHORT[one.kind], one) for one in subject.decisions.select_related("product", "by")],
            "under_18": is_under_18(subject.patient.age_on(clock.today(subject.hub.timezone))),
            "tables": [(group, words.GROUPS[group], shown[group]) for group in (INDICATION, ILLNESS, BEFORE)],
            "fitness": (FITNESS, words.GROUPS[FITNESS], shown[FITNESS]),
            "counted": counted(flags),
            "settle_first": words.listed(flags, rules.RESOLVE_FIRST),
            "unknown": list(flags.values()).count(rules.NOT_KNOWN),
        }

    def write(self, subject: Pathway, form: DecisionForm, by) -> None:
        actions.decide(pathway=subject, said=form.said(), by=by)

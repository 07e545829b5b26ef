"""The pages of evidence, products and rules."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from patients.audit.actions import saw
from patients.audit.pages import FormPage
from patients.audit.purpose import INTENDED_PURPOSE
from patients.audit.refusals import Reason
from patients.centres.models import Centre, User
from patients.identity.access import may_at, memberships
from patients.pathway.agreement import SIGNS, WORDS
from patients.pathway.doors import open_pathway
from patients.products import prophylaxis, signatures, washouts
from patients.products.evidence import Trial
from patients.products.indications import Indication
from patients.products.models import Product, is_verified
from patients.products.regimens import Regimen
from patients.products.signatures import Signature
from patients.products.washouts import WashoutLength
from patients.rulebook import (
    actions,
    calculators,
    catalogue,
    effects,
    facts,
    filled,
    history,
    known,
    picture,
    reference,
    words,
)
from patients.rulebook import evidence as trials
from patients.rulebook.catalogue import KINDS, Rule
from patients.rulebook.forms import REFUSALS, ProphylaxisForm, SignForm, WashoutForm, WithdrawForm
from patients.toxicity.models import WatchProtocol

OWN = {"washout": WashoutForm, "prophylaxis": ProphylaxisForm}  # what a hub sets here for itself


def hub_of(user: User) -> Centre | None:
    """The hub whose signatures and own rules somebody reads: theirs, or the one that they refer to; None: neither."""
    centres = [held.centre for held in memberships(user)]
    own = next((one for one in centres if one.kind == Centre.Kind.HUB), None)
    return own or next((one.usual_hub for one in centres if one.usual_hub_id), None)


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sieve(request: HttpRequest) -> tuple[trials.Sieve, list[str]]:
    products = list(Product.objects.values_list("code", flat=True))
    return trials.Sieve.of(request.GET, products), products


@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """The trials side by side, by disease, line and product; the picture of response and severe toxicity."""
    sieve, products = _sieve(request)
    found = sieve.trials()
    arms = trials.arms(found)
    page = {
        "sieve": sieve,
        "diseases": [(code, words.DISEASES[code]) for code in ("LBCL", "MCL", "MM")],
        "lines": [(line.value, words.LINES[line]) for line in Trial.Line],
        "products": products,
        "marks": words.MARKS.items(),
        "trials": [trials.shown(one) for one in found],
        "drawn": picture.draw(arms) if arms else "",
        "corrections": trials.corrections(),
    }
    return render(request, "rulebook/evidence.html", page)


@require_safe
def evidence_csv(request: HttpRequest) -> HttpResponse:
    """The same figures, one a row."""
    sieve, _products = _sieve(request)
    answer = HttpResponse(trials.table(sieve.trials()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="carpath-evidence.csv"'
    return answer


# ── products ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """One product: what its label says, fact by fact, with source, mark and signature; where it may be given."""
    known = get_object_or_404(Product, pk=code)
    hub = hub_of(request.user)
    regimens = [facts.regimen_facts(one) for one in known.regimens.all()]
    terms = [facts.term_fact(one) for one in facts.terms_of(known)]
    signed = signatures.standing(hub.pk) if hub else {}
    label = facts.product_facts(known)
    place = next((at for at, one in enumerate(label) if one.rule.endswith((":thaw", ":infusions"))), len(label))
    shown = [*label[:place], *(one for pair in regimens for one in pair), *label[place:]]
    page = {
        "product": known,
        "products": Product.objects.all(),
        "hub": hub,
        "facts": [_stood(one, signed) for one in shown],
        "terms": [_stood(one, signed) for one in terms],
        "documents": reference.listed("product", known.code, (known.code, known.brand)),
        "indications": [
            one for one in catalogue.sections(hub, ["indication"])[0].rules if one.label.startswith(f"{known.code} ")
        ],
        "trials": Trial.objects.filter(product=known),
        "marks": words.MARKS.items(),
    }
    return render(request, "rulebook/product.html", page)


def _stood(fact: facts.Fact, signed: dict[str, Signature]) -> tuple[facts.Fact, Rule | None, str, list[str]]:
    """A fact of a label and, where the reference says it, its rule with the hub's signature, its section as the page of
    the rule shows it, and what it was read in."""
    if not fact.rule:
        return fact, None, "", []
    rule = catalogue.of_fact(fact)
    read = reference.documents(rule.kind, rule.key, rule.source) if fact.verified else []
    anchor = next((one.anchor for one in reference.named(rule.source)), "says")
    return fact, catalogue.replace(rule, signature=signed.get(rule.rule)), anchor, read


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in one list, or those of one kind, or what nobody has verified."""
    hub = hub_of(request.user)
    asked = request.GET.get("kind", "")
    sections = catalogue.sections(hub)
    open_only = request.GET.get("open") == "1"
    unverified = sum(one.unverified or one.only_shown for section in sections for one in section.rules)
    kinds = [(kind, title, len(section.rules)) for (kind, title), section in zip(KINDS.items(), sections, strict=True)]
    if asked in KINDS:
        sections = [section for section in sections if section.kind == asked]
    if open_only:
        sections = [catalogue.only_unverified(section) for section in sections]
    page = {
        "hub": hub,
        "kind": asked if asked in KINDS else "",
        "kinds": kinds,
        "sections": [section for section in sections if section.rules],
        "open_only": open_only,
        "unverified": unverified,
        "marks": words.MARKS.items(),
        "signs": hub is not None and may_at(request.user, SIGNS, hub),
    }
    return render(request, "rulebook/rules.html", page)


@dataclass(frozen=True)
class Subject:
    """One rule as a hub reads it."""

    rule: Rule
    hub: Centre | None

    @property
    def pk(self) -> UUID:
        """A key for the form's token: of the rule at this hub."""
        return uuid5(NAMESPACE_URL, f"{self.hub.pk if self.hub else ''}/{self.rule.rule}")


class RulePage(FormPage):
    """One rule: what it says, where it comes from, its versions, who signed, whose answer its last change changes.

    Its form signs for it, withdraws the signature, or gives the hub its own wash-out, as the rule and the reader allow.
    """

    template_name = "rulebook/rule.html"
    title = gettext_lazy("Rule")

    def open(self, request: HttpRequest, kind: str, key: str) -> Subject:
        hub = hub_of(request.user)
        rule = catalogue.find(hub, kind, key)
        if rule is None:
            raise Http404
        subject = Subject(rule, hub)
        self.sets_own = rule.kind in OWN and (request.GET.get("own") == "1" or not rule.signable)
        self.form_class = self._form(subject)
        if request.method == "POST" and not self._may(subject):
            raise PermissionDenied
        return subject

    def _form(self, subject: Subject) -> type:
        if self.sets_own:
            return OWN[subject.rule.kind]
        return WithdrawForm if subject.rule.signed else SignForm

    def _may(self, subject: Subject) -> bool:
        """Whether the reader may send the form of this rule."""
        if subject.hub is None:
            return False
        if self.sets_own:
            return may_at(self.request.user, "schedule.change", subject.hub)
        return subject.rule.signable and may_at(self.request.user, SIGNS, subject.hub)

    def version(self, subject: Subject) -> int:
        if subject.hub is None:
            return 0
        if self.sets_own:
            row = actions.OWN[subject.rule.kind].objects.filter(hub=subject.hub, code=subject.rule.key).first()
            return row.version if row else 0
        signed = Signature.objects.filter(hub=subject.hub, rule=subject.rule.rule)
        return signed.count() + signed.filter(struck_at__isnull=False).count()

    def initial(self, subject: Subject) -> dict:
        if not self.sets_own:
            return {}
        row = self._own_row(subject)
        if subject.rule.kind == "washout":
            return {"days": row.days, "months": row.months}
        return {"text": trials.local(row, "text"), "months": row.months, "cd4_over": row.cd4_over}

    def _own_row(self, subject: Subject):
        """What counts at the hub now, its own or everybody's."""
        room = washouts if subject.rule.kind == "washout" else prophylaxis
        return room.rows(subject.hub.pk if subject.hub else None)[subject.rule.key]

    def form_kwargs(self, subject: Subject) -> dict:
        return {"request": self.request, "own": subject.rule.own} if self.sets_own else {}

    def context(self, subject: Subject) -> dict:
        rule, user = subject.rule, self.request.user
        signed = Signature.objects.filter(hub=subject.hub, rule=rule.rule).select_related("by", "struck_by")
        changed, affected = self._effects(subject)
        if affected:
            patients = sorted({one.pathway.patient_id for one in affected})
            saw(by=user, what="rulebook:rule", patient_ids=patients)
        return {
            "rule": rule,
            "hub": subject.hub,
            "kind_words": KINDS[rule.kind],
            "mark": words.MARKS[rule.tag] if rule.marked else "",
            "sections": reference.named(rule.source),
            "papers": reference.papers(rule.kind, rule.key, rule.source),
            "documents": self._documents(rule),
            "read_there": is_verified(rule.tag) or not rule.marked,
            "versions": history.versions(rule, subject.hub),
            "signatures": list(signed) if subject.hub else [],
            "may": self._may(subject),
            "withdraws": self.form_class is WithdrawForm,
            "sets_own": self.sets_own,
            "may_set_own": rule.kind in OWN
            and subject.hub is not None
            and may_at(user, "schedule.change", subject.hub),
            "changed": changed,
            "effects": affected,
            "reads_patients": any(held.role.reads for held in memberships(user)),
        }

    def _documents(self, rule: Rule) -> list[str]:
        """What to look the rule up in; of a product's rule also what the reference lists for the product."""
        if rule.own:
            return []
        of_a_product = rule.kind in reference.LABELS or rule.kind == "indication"
        known = Product.objects.values_list("code", "brand") if of_a_product else ()
        names = next(((code, brand) for code, brand in known if code in f"{rule.source} {rule.key}"), ())
        return reference.to_look_up(rule.kind, rule.key, rule.source, names)

    def _effects(self, subject: Subject) -> tuple[object, list[effects.Effect]]:
        """When the rule was last changed, and the reader's open pathways whose answer that changes."""
        kind, key = subject.rule.kind, subject.rule.key
        if kind == "protocol" and subject.hub is not None:
            row = WatchProtocol.objects.filter(centre=subject.hub).first()
            changed = effects.recorded_last(row) if row is not None else None
            return changed, effects.of_protocol(row, self.request.user) if changed else []
        if kind == "washout" and subject.hub is not None:
            row = WashoutLength.objects.filter(hub=subject.hub, code=key).first()
            changed = effects.recorded_last(row) if row is not None else None
            if changed is None:
                return None, []
            pathways = effects.open_pathways(self.request.user, subject.hub)
            return changed, effects.of_washout(subject.hub, key, pathways)
        model = {"indication": Indication, "window": Regimen}.get(kind)
        if model is None or subject.hub is None:
            return None, []
        changed = effects.changed_at(model, key)
        if changed is None:
            return None, []
        pathways = effects.open_pathways(self.request.user, subject.hub)
        row = model.objects.get(pk=key)
        found = effects.of_indication if kind == "indication" else effects.of_regimen
        return changed, found(row, pathways)

    def write(self, subject: Subject, form, by: User) -> None:
        rule, given = subject.rule, form.cleaned_data
        of = {"hub": subject.hub, "by": by}
        if self.sets_own and given.get("back"):
            actions.back_to_reference(kind=rule.kind, code=rule.key, why=given["why"], **of)
        elif self.sets_own:
            names = ("days", "months", "why") if rule.kind == "washout" else ("text", "months", "cd4_over", "why")
            write = actions.set_washout if rule.kind == "washout" else actions.set_prophylaxis
            write(code=rule.key, second=form.second, **{name: given[name] for name in names}, **of)
        elif isinstance(form, WithdrawForm):
            actions.withdraw(kind=rule.kind, key=rule.key, why=given["why"], **of)
        else:
            actions.sign(kind=rule.kind, key=rule.key, where=given["where"], **of)

    def success_url(self, subject: Subject) -> str:
        return reverse("rulebook:rule", args=[subject.rule.kind, subject.rule.key])

    def words_for(self, reason: Reason) -> str:
        return str((REFUSALS | WORDS)[reason.code]) % reason.values


# ── calculators ──────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def calculate(request: HttpRequest, kind: str) -> HttpResponse:
    """A published rule without a patient: asked while one types (HTMX) or by its button. Nothing is stored."""
    if kind not in calculators.KINDS:
        raise Http404
    asked = request.method == "POST"
    form = calculators.form_of(kind, request.POST if asked else None)
    page = _calculator(kind, form) | {
        "kinds": [(code, name, reverse("rulebook:calculate", args=[code])) for code, name in calculators.names()]
    }
    if request.htmx:
        return render(request, "rulebook/_answers.html", page)
    return render(request, "rulebook/calculator.html", page, status=422 if form.errors else 200)


def _calculator(kind: str, form) -> dict:
    return {
        "kind": kind,
        "title": calculators.title(kind),
        "form": form,
        "answers": calculators.answers(kind, form) if form.is_bound else [],
        "marks": [(tag, said) for tag, said in words.MARKS.items() if tag],
        "purpose": INTENDED_PURPOSE,
    }


@require_safe
def of_pathway(request: HttpRequest, pathway_id: UUID, kind: str) -> HttpResponse:
    """The same form with what is recorded of a patient, as the reader may read it, and from which day. Stores nothing.

    What is changed in it is asked of `calculate`, which knows no patient.
    """
    opened = open_pathway(request.user, pathway_id, facet="status", what="rulebook:of_pathway")
    if kind not in calculators.KINDS:
        raise Http404
    facts = filled.fill(kind, known.Reader(opened.pathway, opened.access, request.user).known())
    page = _calculator(kind, known.form_with(kind, facts)) | {
        "kinds": [
            (code, name, reverse("rulebook:of_pathway", args=[pathway_id, code])) for code, name in calculators.names()
        ],
        "pathway": opened.pathway,
        "access": opened.access,
        "filled": bool(facts),
    }
    return render(request, "rulebook/of_pathway.html", page)

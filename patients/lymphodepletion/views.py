"""Pages of lymphodepletion: the plan by the product's regimen, and the days as they were given."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock
from patients.audit.refusals import Reason
from patients.audit.shown import Block, Link
from patients.bridging import actions as bridging
from patients.eligibility import indication
from patients.lymphodepletion import actions, rules
from patients.lymphodepletion.forms import DosesForm, OmitForm, PlanForm, RecordForm, dose_words
from patients.lymphodepletion.models import LymphodepletionDay, LymphodepletionOmission, LymphodepletionPlan
from patients.lymphodepletion.re_entry import DAYS
from patients.lymphodepletion.words import DOSE_REASONS, OMISSIONS, PLACED, REFUSALS, SETTINGS
from patients.manufacturing import words as manufacturing
from patients.manufacturing.actions import facts, standing_lot
from patients.manufacturing.rules import not_available
from patients.pathway.forms import StrikeForm
from patients.pathway.models import Pathway
from patients.pathway.views import OffersRightPatient, PathwayFormView
from patients.pathway.words import refusal_words
from patients.products.regimens import Regimen, regimens_for
from patients.products.signatures import doses_hold, window_holds


def product_blocks(pathway: Pathway, on: date, may_receive: bool) -> list[Block]:
    """Why the product stops what needs it on a day, with the one act that helps."""
    lot = standing_lot(pathway)
    values = {"day": lot.expires_on} if lot is not None and lot.expires_on else {}
    act = Link(_("Receive the product"), reverse("manufacturing:receive", args=[pathway.pk])) if may_receive else None
    return [
        Block(
            refusal_words(Reason(code, values=values), manufacturing.REFUSALS),
            act=act if code == "product_not_received" else None,
        )
        for code in not_available(facts(lot), on)
    ]


def criteria_block(pathway: Pathway, may_state: bool) -> list[Block]:
    """The word on the criteria, while it is still to be given."""
    fault = bridging.criteria_fault(pathway)
    if fault is None or actions.begun(pathway):
        return []
    act = Link(_("State whether they hold"), reverse("bridging:criteria", args=[pathway.pk])) if may_state else None
    return [Block(refusal_words(Reason(fault), REFUSALS), kind="waiting", act=act)]


def window_words(regimen: Regimen, hub_id) -> str:
    """A regimen's window to the infusion in words, and whether it was read in the label."""
    values = {"least": regimen.least_days, "most": regimen.most_days}
    if regimen.anchor == Regimen.Anchor.END:
        words = _("Infusion %(least)s to %(most)s days after the last day of lymphodepletion.") % values
    else:
        words = _("Infusion %(least)s to %(most)s days after the first day of lymphodepletion.") % values
    if regimen.best_days < regimen.most_days:
        words += " " + _("After day %(best)s a physician decides.") % {"best": regimen.best_days}
    return words if window_holds(regimen, hub_id) else words + " " + _("Not verified in the label: it only warns.")


def plan_shown(plan: LymphodepletionPlan | None, pathway: Pathway) -> dict | None:
    """A plan as its pages show it: each day with its doses, and what the window says of the planned infusion."""
    if plan is None:
        return None
    placed = actions.placed(plan, plan.infusion_on)
    tones = {rules.OK: "ok", rules.PHYSICIAN_DECIDES: "warn", rules.TOO_EARLY: "warn", rules.TOO_LATE: "danger"}
    return {
        "days": [(row, day_words(row)) for row in plan.days.standing()],
        "gone": [(row, day_words(row)) for row in plan.days.all() if not row.stands],
        "setting": SETTINGS[plan.setting] if plan.setting else "",
        "repeat_reason": plan.repeat_reason,
        "infusion_on": plan.infusion_on,
        "placed": PLACED[placed.result],
        "placed_days": placed.days,
        "tone": tones[placed.result],
        "window": window_words(plan.regimen, pathway.hub_id),
        "reason": plan.window_reason,
        "verified": doses_hold(plan.regimen, pathway.hub_id),
        "source": plan.regimen.source,
    }


def day_words(row: LymphodepletionDay) -> str:
    """A day's doses, and why they are not the regimen's."""
    words = dose_words(row.doses)
    if not row.dose_reason:
        return words
    why = ", ".join(filter(None, (str(DOSE_REASONS[row.dose_reason]), row.dose_note)))
    return _("%(doses)s (changed: %(why)s)") % {"doses": words, "why": why}


def omission_shown(row: LymphodepletionOmission | None) -> dict | None:
    """The decision to infuse without lymphodepletion, in words."""
    if row is None:
        return None
    parts = [str(OMISSIONS[row.reason])]
    if row.wbc_10e9_per_l is not None:
        parts.append(f"{number_format(row.wbc_10e9_per_l)} ×10⁹/L")
    if row.note:
        parts.append(row.note)
    return {"words": ", ".join(parts), "by": row.by.get_full_name(), "on": row.decided_on}


class LymphodepletionPage(PathwayFormView):
    """A page about the plan that stands."""

    facet, permission = "treatment", "lymphodepletion.record"
    words = {**manufacturing.REFUSALS, **REFUSALS}

    def version(self, pathway: Pathway) -> int:
        plans = LymphodepletionPlan.objects.filter(pathway=pathway)
        days = sum(version for plan in plans for version in plan.days.values_list("version", flat=True))
        return plans.count() + days + pathway.lymphodepletion_omissions.count()

    def may_strike(self, pathway: Pathway) -> bool:
        return self.opened.access.may("lymphodepletion.record") and pathway.status == Pathway.Status.OPEN

    def context(self, pathway: Pathway) -> dict:
        may_receive = self.opened.access.may("manufacturing.record") and self.opened.access.reads("manufacturing")
        reads_dossier = self.opened.access.reads("dossier")
        return {
            "plan": plan_shown(actions.standing_plan(pathway), pathway),
            "stops": product_blocks(pathway, clock.today(pathway.hub.timezone), may_receive),
            "may_plan": self.opened.access.may("lymphodepletion.plan"),
            "may_strike": self.may_strike(pathway),
            "may_omit": self.opened.access.may("infusion.override"),
            "omission": omission_shown(actions.omission(pathway)),
            "criteria": criteria_block(pathway, self.opened.access.may("eligibility.decide"))
            + ([] if actions.begun(pathway) else indication.recheck_blocks(pathway, reads_dossier=reads_dossier)),
        }


class Plan(LymphodepletionPage):
    """Plan the regimen's days and the infusion."""

    form_class = PlanForm
    permission = "lymphodepletion.plan"
    title = gettext_lazy("Plan lymphodepletion")
    template_name = "lymphodepletion/plan.html"

    def regimens(self, pathway: Pathway) -> list[Regimen]:
        return regimens_for(pathway.product_id, pathway.disease)

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"regimens": self.regimens(pathway), "repeats": actions.ended(pathway)}

    def context(self, pathway: Pathway) -> dict:
        regimens = self.regimens(pathway)
        return super().context(pathway) | {
            "windows": sorted({window_words(regimen, pathway.hub_id) for regimen in regimens}),
            "unverified": any(not doses_hold(regimen, pathway.hub_id) for regimen in regimens),
            "no_regimen": not regimens,
        }

    def write(self, pathway: Pathway, form: PlanForm, by) -> None:
        actions.plan(pathway=pathway, by=by, **form.planned())


class Record(LymphodepletionPage):
    """Record the days that were given."""

    form_class = RecordForm
    title = gettext_lazy("Lymphodepletion")
    template_name = "lymphodepletion/record.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        plan = actions.standing_plan(pathway)
        return {"pathway": pathway, "days": list(plan.days.standing()) if plan else []}

    def write(self, pathway: Pathway, form: RecordForm, by) -> None:
        actions.record(pathway=pathway, given=form.given(), notes=form.notes(), by=by)


class Strike(OffersRightPatient, LymphodepletionPage):
    """A recorded day of the standing plan that was entered in error: the same address, with the day's key."""

    form_class = StrikeForm
    title = gettext_lazy("Entered in error")
    template_name = "lymphodepletion/strike.html"
    ways = DAYS

    def open(self, request: HttpRequest, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id, **address)
        try:
            key = UUID(request.GET["strike"])
        except ValueError:
            raise Http404 from None
        self.row = get_object_or_404(
            LymphodepletionDay.objects.standing().filter(given__isnull=False).select_related("plan__pathway__patient"),
            pk=key,
            plan__pathway=pathway,
            plan__superseded=False,
        )
        return pathway

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"offered": self.offered(pathway)}

    def context(self, pathway: Pathway) -> dict:
        return super().context(pathway) | {"row": self.row, "row_words": day_words(self.row)}

    def write(self, pathway: Pathway, form: StrikeForm, by) -> None:
        if not self.re_enters(pathway, form, self.row, by):
            actions.strike(day=self.row, version=self.row.version, why=form.cleaned_data["why"], by=by)

    def success_url(self, pathway: Pathway) -> str:
        return reverse("lymphodepletion:record", args=[pathway.pk])


def record(request: HttpRequest, **address) -> HttpResponse:
    """The days to record, or the one that is struck through."""
    page = Strike if "strike" in request.GET else Record
    return page.as_view()(request, **address)


class Doses(LymphodepletionPage):
    """Change the doses of the days that are still to come."""

    form_class = DosesForm
    permission = "lymphodepletion.plan"
    title = gettext_lazy("Change doses")
    template_name = "lymphodepletion/doses.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        plan = actions.standing_plan(pathway)
        return {"days": list(plan.days.standing()) if plan else []}

    def write(self, pathway: Pathway, form: DosesForm, by) -> None:
        said = form.cleaned_data
        actions.change_doses(pathway=pathway, mg_per_m2=form.doses(), reason=said["reason"], note=said["note"], by=by)

    def success_url(self, pathway: Pathway) -> str:
        return reverse("lymphodepletion:record", args=[pathway.pk])


class Omit(LymphodepletionPage):
    """Infuse without lymphodepletion, with a reason."""

    form_class = OmitForm
    permission = "infusion.override"
    title = gettext_lazy("Without lymphodepletion")
    template_name = "lymphodepletion/omit.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def write(self, pathway: Pathway, form: OmitForm, by) -> None:
        actions.omit(pathway=pathway, by=by, **form.cleaned_data)

"""Pages of day 0: the go, two people's checks, the infusion, its correction, and incidents of identity."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from patients.audit import clock
from patients.audit.refusals import Reason, Refused
from patients.audit.shown import Block, Link
from patients.identity import checks
from patients.identity.chain import IdentityIncident
from patients.infusion import actions
from patients.infusion.forms import CorrectForm, ReadyForm, RecordForm, ResolveForm
from patients.infusion.models import Infusion
from patients.infusion.words import REFUSALS
from patients.lymphodepletion.actions import placed, standing_plan
from patients.lymphodepletion.rules import OK
from patients.lymphodepletion.words import PLACED
from patients.manufacturing.actions import standing_lot
from patients.pathway import chain
from patients.pathway.identity_page import IdentityForm, IdentityPage, incident_shown, local_time
from patients.pathway.models import Pathway
from patients.pathway.views import PathwayFormView
from patients.pathway.words import refusal_words


def said(refused: Refused) -> list[Block]:
    """Reasons as blocks of a page."""
    return [Block(refusal_words(reason, REFUSALS)) for reason in refused.reasons]


class InfusionPage(PathwayFormView):
    """A page of day 0."""

    facet, permission = "treatment", "infusion.record"
    words = REFUSALS

    def stops(self, pathway: Pathway) -> list[Block]:
        """What stands before the infusion, whoever asks: course, stage, product, an open incident."""
        try:
            actions.must_be_possible_now(pathway)
        except Refused as refused:
            return said(refused)
        return []

    def context(self, pathway: Pathway) -> dict:
        return {"stops": self.stops(pathway), "window": window_of_today(pathway)}


def window_of_today(pathway: Pathway) -> dict | None:
    """What the window from lymphodepletion says of an infusion today."""
    plan = standing_plan(pathway)
    if plan is None:
        return None
    found = placed(plan, clock.today(pathway.hub.timezone))
    return {"words": PLACED[found.result], "tone": "ok" if found.result == OK else "warn"}


class Ready(InfusionPage):
    """Go or no-go."""

    form_class = ReadyForm
    title = gettext_lazy("Go or no-go")
    template_name = "infusion/ready.html"

    def write(self, pathway: Pathway, form: ReadyForm, by) -> None:
        actions.make_ready(pathway=pathway, by=by, **form.cleaned_data)

    def success_url(self, pathway: Pathway) -> str:
        return reverse("infusion:record", args=[pathway.pk])


class Identity(IdentityPage):
    """The two people's checks before the infusion."""

    form_class = IdentityForm
    facet = "treatment"
    title = gettext_lazy("Identity before the infusion")
    template_name = "pathway/identity.html"
    words = REFUSALS
    point = actions.POINT

    def subject(self, pathway: Pathway):
        lot = standing_lot(pathway)
        return None if lot is None else lot.pk

    def context(self, pathway: Pathway) -> dict:
        page = super().context(pathway)
        try:
            actions.must_be_possible_now(pathway)
            stops = []
        except Refused as refused:
            stops = said(refused)
        may_record = self.opened.access.may("infusion.record")
        return page | {
            "stops": stops,
            "may_resolve": self.opened.access.may("identity.resolve"),
            "next_url": reverse("infusion:record", args=[pathway.pk]) if may_record else "",
            "next_words": _("Record the infusion"),
        }

    def write(self, pathway: Pathway, form: IdentityForm, by) -> None:
        actions.check_identity(pathway=pathway, typed=form.typed(), by=form.person, own_log_in=form.own_log_in)

    def success_url(self, pathway: Pathway) -> str:
        return reverse("infusion:identity", args=[pathway.pk])


class Record(InfusionPage):
    """Record the infusion, which sets day 0."""

    form_class = RecordForm
    title = gettext_lazy("Infusion")
    template_name = "infusion/record.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def context(self, pathway: Pathway) -> dict:
        given = actions.infusion(pathway)
        page = super().context(pathway)
        if given is not None:
            return page | {"given": given_shown(given, pathway), "stops": []}
        return page | {"stops": page["stops"] or self.left(pathway)}

    def left(self, pathway: Pathway) -> list[Block]:
        """What is still to be done before it: the go, and two people's checks."""
        blocks = []
        if actions.readiness(pathway) is None:
            act = Link(_("Go or no-go"), reverse("infusion:ready", args=[pathway.pk]))
            blocks.append(Block(_("No go is recorded"), _("It holds for 24 hours."), "waiting", act))
        lot = standing_lot(pathway)
        if checks.last_pair(pathway.pk, lot.pk, actions.POINT) is None:
            first = checks.waiting_first(pathway.pk, lot.pk, actions.POINT)
            words = _("One of two people has checked") if first else _("Nobody has checked identity")
            act = Link(_("Check identity"), reverse("infusion:identity", args=[pathway.pk]))
            blocks.append(Block(words, _("Two different people, before the start."), "waiting", act))
        return blocks

    def write(self, pathway: Pathway, form: RecordForm, by) -> None:
        actions.record(pathway=pathway, by=by, **form.cleaned_data)


def given_shown(row: Infusion, pathway: Pathway) -> list[tuple[str, str]]:
    """The recorded infusion in words."""
    unknown = _("Not known")
    return [
        (_("Start"), local_time(row.started_at, pathway)),
        (pgettext("of an infusion", "End"), local_time(row.ended_at, pathway) if row.ended_at else unknown),
        (_("Identity checked by"), f"{row.identity.first.by.get_full_name()}, {row.identity.by.get_full_name()}"),
        (_("Bags"), str(row.bags) if row.bags else unknown),
    ]


class Correct(InfusionPage):
    """Correct when the infusion was."""

    form_class = CorrectForm
    title = gettext_lazy("Correct the infusion's time")
    template_name = "infusion/correct.html"

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {"pathway": pathway}

    def initial(self, pathway: Pathway) -> dict:
        row = actions.infusion(pathway)
        return {} if row is None else {"started_at": row.started_at, "ended_at": row.ended_at}

    def version(self, pathway: Pathway) -> int:
        row = actions.infusion(pathway)
        return 0 if row is None else row.version

    def context(self, pathway: Pathway) -> dict:
        row = actions.infusion(pathway)
        return {"given": given_shown(row, pathway) if row else None}

    def write(self, pathway: Pathway, form: CorrectForm, by) -> None:
        said = form.cleaned_data
        actions.correct(
            pathway=pathway,
            version=self.version(pathway),
            started_at=said["started_at"],
            ended_at=said["ended_at"],
            why=said["why"],
            by=by,
        )


class Incident(PathwayFormView):
    """An identity incident: what did not match, and the two reasons that lift the stop."""

    form_class = ResolveForm
    facet, permission = "treatment", "identity.resolve"
    title = gettext_lazy("Identity incident")
    template_name = "infusion/incident.html"
    words = REFUSALS

    def context(self, pathway: Pathway) -> dict:
        past = IdentityIncident.objects.filter(pathway_id=pathway.pk, resolved_at__isnull=False)
        return {
            "incident": incident_shown(pathway),
            "past": [
                (local_time(row.at, pathway), local_time(row.resolved_at, pathway)) for row in past.order_by("-at")
            ],
        }

    def write(self, pathway: Pathway, form: ResolveForm, by) -> None:
        if chain.resolve_incident(pathway=pathway, reason=form.cleaned_data["reason"], by=by) is None:
            raise Refused(Reason("no_incident"))

    def success_url(self, pathway: Pathway) -> str:
        return reverse("infusion:incident", args=[pathway.pk])

"""What every stage's form page shares, and the pages of holding, closing and a death."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit.actions import saw
from patients.audit.pages import FormPage
from patients.audit.refusals import Reason
from patients.centres.models import User
from patients.identity import links
from patients.identity.changes import lock
from patients.pathway import actions, corrections, deaths, re_entry, transfers
from patients.pathway.doors import Opened, open_pathway
from patients.pathway.forms import (
    CloseForm,
    CorrectDaysForm,
    DeathForm,
    HoldForm,
    RegistryDeathForm,
    ResumeForm,
    ShareForm,
    TransferForm,
    UndoAskForm,
    UndoConfirmForm,
)
from patients.pathway.models import Milestone, Pathway
from patients.pathway.words import refusal_words


class PathwayFormView(FormPage):
    """A page with one form on one pathway.

    A room says: `form_class`, `facet` and `permission` (who may), `title`, and `write(pathway, form, by)`, which calls
    its action. It may say: `initial(pathway)`, `version(pathway)` (of the row it edits, 0 when it makes one),
    `form_kwargs(pathway)`, `template_name`, `words` (reason code -> sentence with %(value)s), `context(pathway)`,
    `success_url(pathway)`. `self.opened.access` holds what the user may read and do.
    """

    facet = "status"
    permission: str | None = None
    template_name = "pathway/form.html"
    words: dict = {}
    opened: Opened

    def open(self, request: HttpRequest, pathway_id, **address) -> Pathway:
        self.opened = open_pathway(
            request.user,
            pathway_id,
            facet=self.facet,
            permission=self.permission,
            what=request.resolver_match.view_name,
        )
        return self.opened.pathway

    def lock(self, subject: Pathway) -> None:
        lock(subject.patient_id)

    def words_for(self, reason: Reason) -> str:
        return refusal_words(reason, self.words)

    def success_url(self, subject: Pathway) -> str:
        return reverse("timeline:pathway", args=[subject.pk])

    def frame(self, subject: Pathway) -> dict:
        return {"pathway": subject, "patient": subject.patient, "access": self.opened.access}


class OffersRightPatient:
    """A page that strikes a fact through and may record it on the right patient in the same step."""

    ways: re_entry.Ways

    def offered(self, subject: Pathway) -> list[Pathway]:
        if not hasattr(self, "_offered"):
            self._offered = re_entry.candidates(self.request.user, subject, self.ways)
        return self._offered

    def _page(self, request, subject, form, **kwargs) -> HttpResponse:
        patients = [one.patient_id for one in self.offered(subject)]
        if patients:
            saw(by=request.user, what=f"{self.ways.facet}:right_patient", patient_ids=patients)
        return super()._page(request, subject, form, **kwargs)

    def re_enters(self, subject: Pathway, form, fact, by) -> bool:
        """Record the fact on the chosen patient, if one was chosen."""
        chosen = form.cleaned_data.get("right_patient")
        if not chosen:
            return False
        to = next(one for one in self.offered(subject) if str(one.pk) == chosen)
        why = form.cleaned_data["why"]
        re_entry.re_enter(fact=fact, wrong=subject, to=to, why=why, by=by, version=fact.version, ways=self.ways)
        number = {"number": to.patient.number}
        messages.success(self.request, _("Struck through here, recorded on %(number)s.") % number)
        return True


class StandingPage(PathwayFormView):
    """A page that changes how a whole pathway stands: what somebody else did to it meanwhile is a conflict."""

    def version(self, subject: Pathway) -> int:
        return actions.version_now(subject)


class Hold(StandingPage):
    """Put on hold, with a reason."""

    form_class = HoldForm
    permission = "pathway.hold"
    title = gettext_lazy("Put on hold")

    def write(self, subject: Pathway, form: HoldForm, by: User) -> None:
        actions.hold(pathway=subject, reason=form.cleaned_data["reason"], by=by)


class Resume(StandingPage):
    """Take up again."""

    form_class = ResumeForm
    template_name = "pathway/resume.html"
    permission = "pathway.hold"
    title = gettext_lazy("Take up again")

    def write(self, subject: Pathway, form: ResumeForm, by: User) -> None:
        actions.resume(pathway=subject, by=by)


class Share(PathwayFormView):
    """Let the referring centre read the daily grid, or no longer."""

    form_class = ShareForm
    facet = "toxicity"
    permission = "link.share"
    title = gettext_lazy("Share the daily grid")

    def initial(self, subject: Pathway) -> dict:
        shared = links.is_shared(patient=subject.patient, centre=subject.referring_centre, facet="toxicity")
        return {"shared": "yes" if shared else "no"}

    def write(self, subject: Pathway, form: ShareForm, by: User) -> None:
        actions.share_daily_grid(pathway=subject, shared=form.cleaned_data["shared"] == "yes", by=by)


class Close(StandingPage):
    """Close, with a coded reason."""

    form_class = CloseForm
    template_name = "pathway/close.html"
    permission = "pathway.close"
    title = gettext_lazy("Close the pathway")

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"pathway": subject}

    def write(self, subject: Pathway, form: CloseForm, by: User) -> None:
        said = form.cleaned_data
        actions.close(pathway=subject, exit_reason=said["exit_reason"], on=said["closed_on"], note=said["note"], by=by)


class Correct(PathwayFormView):
    """Correct days that were recorded: what is open moves with them, what was done stays done."""

    form_class = CorrectDaysForm
    template_name = "pathway/correct.html"
    permission = "pathway.hold"
    title = gettext_lazy("Correct days")

    def rows(self, subject: Pathway) -> list[Milestone]:
        """In the order of the way, but first what the others count from and nobody knows to the day."""
        return sorted(corrections.correctable(subject), key=lambda row: not self.is_asked(row))

    def is_asked(self, row: Milestone) -> bool:
        return row.what == "infusion" and row.actual_on is None

    def context(self, subject: Pathway) -> dict:
        rows = {row.what: row for row in self.rows(subject)}
        return {"here": "infusion" in rows, "asked": "infusion" in rows and self.is_asked(rows["infusion"])}

    def version(self, subject: Pathway) -> int:
        # Each row's version only grows, so their sum changes whenever one of them does.
        return sum(row.version for row in self.rows(subject))

    def initial(self, subject: Pathway) -> dict:
        return {row.what: row.day for row in self.rows(subject)}

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"rows": self.rows(subject), "zone": subject.hub.timezone}

    def write(self, subject: Pathway, form: CorrectDaysForm, by: User) -> None:
        corrections.correct_days(pathway=subject, days=form.days(), why=form.cleaned_data["why"], by=by)


class Transfer(StandingPage):
    """Hand the course over to another hub."""

    form_class = TransferForm
    template_name = "pathway/transfer.html"
    permission = "pathway.transfer"
    title = gettext_lazy("Transfer to another hub")

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"hubs": transfers.hubs_for(subject)}

    def write(self, subject: Pathway, form: TransferForm, by: User) -> None:
        transfers.transfer(pathway=subject, to=form.chosen(), why=form.cleaned_data["why"], by=by)


class Death(StandingPage):
    """Record a death: what is open closes by itself."""

    form_class = DeathForm
    template_name = "pathway/death.html"
    facet = "survival"
    permission = "death.record"
    title = gettext_lazy("Record a death")

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"zone": subject.hub.timezone}

    def write(self, subject: Pathway, form: DeathForm, by: User) -> None:
        said = form.cleaned_data
        cause = said["cause"] if said["cause"] not in ("", "unknown") else None
        deaths.record_death(patient=subject.patient, on=said["died_on"], cause=cause, note=said["note"], by=by)


class OfTheDead(PathwayFormView):
    """A page about a recorded death; of the living it says that there is none, and its action refuses."""

    facet = "survival"
    permission = "death.record"

    def open(self, request: HttpRequest, pathway_id, **address) -> Pathway:
        pathway = super().open(request, pathway_id, **address)
        self.death = deaths.standing_death(pathway.patient)
        return pathway

    def version(self, subject: Pathway) -> int:
        death = deaths.standing_death(subject.patient)
        return death.version if death is not None else 0

    def context(self, subject: Pathway) -> dict:
        return {"death": self.death}


class RegistryDeath(OfTheDead):
    """The registry's death form was sent."""

    form_class = RegistryDeathForm
    title = gettext_lazy("Registry's death form")

    def form_kwargs(self, subject: Pathway) -> dict:
        return {"zone": subject.hub.timezone}

    def write(self, subject: Pathway, form: RegistryDeathForm, by: User) -> None:
        deaths.registry_form_sent(pathway=subject, on=form.cleaned_data["sent_on"], by=by)


class DeathUndo(OfTheDead):
    """A death entered in error: the first person asks and says why, a second one undoes it or lets it stand."""

    template_name = "pathway/death_undo.html"
    title = gettext_lazy("Death entered in error")

    @property
    def form_class(self):
        return UndoConfirmForm if self.death and self.death.undo_asked_by_id else UndoAskForm

    def context(self, subject: Pathway) -> dict:
        mine = self.death is not None and self.death.undo_asked_by_id == self.request.user.pk
        return super().context(subject) | {"waits_for_another": mine}

    def write(self, subject: Pathway, form, by: User) -> None:
        said = form.cleaned_data
        if "why" in said:
            deaths.ask_to_undo(patient=subject.patient, why=said["why"], by=by)
        elif said["verdict"] == "undo":
            deaths.undo(patient=subject.patient, by=by)
        else:
            deaths.keep(patient=subject.patient, by=by)

"""The page of the decision."""

from django.utils.translation import gettext_lazy

from patients.audit import clock
from patients.eligibility import actions, words
from patients.eligibility.forms import DecisionForm
from patients.eligibility.models import Decision
from patients.pathway.models import Pathway
from patients.pathway.views import PathwayFormView
from patients.referral.models import Referral
from patients.referral.rules import is_under_18
from patients.referral.words import told_facts


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
        return {"disease": subject.disease, "zone": subject.hub.timezone}

    def context(self, subject: Pathway) -> dict:
        referral = Referral.objects.filter(pathway=subject).first()
        return {
            "facts": told_facts(referral) if referral else [],
            "earlier": [(words.SHORT[one.kind], one) for one in subject.decisions.select_related("product", "by")],
            "under_18": is_under_18(subject.patient.age_on(clock.today(subject.hub.timezone))),
        }

    def write(self, subject: Pathway, form: DecisionForm, by) -> None:
        actions.decide(pathway=subject, said=form.said(), by=by)

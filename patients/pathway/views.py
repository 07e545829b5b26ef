"""What every stage's form page shares."""

from django.http import HttpRequest
from django.urls import reverse

from patients.audit.pages import FormPage
from patients.audit.refusals import Reason
from patients.identity.changes import lock
from patients.pathway.doors import Opened, open_pathway
from patients.pathway.models import Pathway
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

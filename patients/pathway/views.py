"""What every stage's form page shares: fetch, form, action, answer; nothing typed is ever lost."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from patients.audit.actions import act, claim_form
from patients.audit.refusals import Conflict, Refused
from patients.pathway import tokens
from patients.pathway.doors import Opened, open_pathway
from patients.pathway.models import Pathway
from patients.pathway.words import refusal_words

DRAFT_SECONDS = 3600


def draft_key(user_id, path: str) -> str:
    """Where the cache keeps what somebody typed when their session had expired."""
    return f"draft:{user_id}:{path}"


class PathwayFormView(View):
    """A page with one form on one pathway.

    A room says: `form_class`, `facet` and `permission` (who may), `title`, and `write(pathway, form, by)`, which calls
    its action. It may say: `initial(pathway)`, `version(pathway)` (of the row it edits, 0 when it makes one),
    `template_name`, `words` (reason code -> sentence with %(value)s), `context(opened)`, `success_url(pathway)`.
    """

    form_class = None
    facet = "status"
    permission: str | None = None
    title = ""
    template_name = "pathway/form.html"
    words: dict = {}

    def initial(self, pathway: Pathway) -> dict:
        return {}

    def version(self, pathway: Pathway) -> int:
        return 0

    def form_kwargs(self, pathway: Pathway) -> dict:
        return {}

    def context(self, opened: Opened) -> dict:
        return {}

    def write(self, pathway: Pathway, form, by) -> None:
        raise NotImplementedError

    def success_url(self, pathway: Pathway) -> str:
        return reverse("timeline:pathway", args=[pathway.pk])

    # ── the two methods ──────────────────────────────────────────────────────────────────────────────────────────

    def get(self, request: HttpRequest, pathway_id, **kwargs) -> HttpResponse:
        opened = self._open(request, pathway_id)
        typed = cache.get(draft_key(request.user.pk, request.path))
        if typed is not None:
            form = self.form_class(data=typed, **self.form_kwargs(opened.pathway))
            return self._page(request, opened, form, came_back=True)
        form = self.form_class(initial=self.initial(opened.pathway), **self.form_kwargs(opened.pathway))
        return self._page(request, opened, form)

    def post(self, request: HttpRequest, pathway_id, **kwargs) -> HttpResponse:
        opened = self._open(request, pathway_id)
        pathway = opened.pathway
        token = tokens.read(request.POST.get("token", ""))
        if token is None or token.subject != pathway.pk or token.user != request.user.pk:
            return HttpResponseBadRequest(_("This form belongs to another patient or another user. Nothing was saved."))
        form = self.form_class(data=request.POST, files=request.FILES, **self.form_kwargs(pathway))
        if not form.is_valid():
            return self._page(request, opened, form, status=422)
        try:
            with act(by=request.user, why=form.cleaned_data.get("why", "") or ""):
                if claim_form(token.key, by=request.user):
                    if self.version(pathway) != token.version:
                        raise Conflict(pathway)
                    self.write(pathway, form, request.user)
        except Refused as refused:
            self._say(form, refused)
            return self._page(request, opened, form, status=422)
        except Conflict:
            return self._page(request, opened, form, status=409, current=self.initial(pathway))
        cache.delete(draft_key(request.user.pk, request.path))
        return redirect(self.success_url(pathway))

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _open(self, request: HttpRequest, pathway_id) -> Opened:
        return open_pathway(
            request.user,
            pathway_id,
            facet=self.facet,
            permission=self.permission,
            what=request.resolver_match.view_name,
        )

    def _say(self, form, refused: Refused) -> None:
        for reason in refused.reasons:
            field = reason.field if reason.field in form.fields else None
            form.add_error(field, refusal_words(reason, self.words))

    def _page(self, request, opened: Opened, form, *, status: int = 200, current=None, came_back=False) -> HttpResponse:
        pathway = opened.pathway
        token = tokens.make(subject=pathway.pk, user=request.user.pk, version=self.version(pathway))
        conflict = None
        if current is not None:
            conflict = [
                (form.fields[name].label, current.get(name), form.data.get(name))
                for name in form.fields
                if name in current and str(current.get(name) or "") != str(form.data.get(name) or "")
            ]
        return render(
            request,
            self.template_name,
            {
                "pathway": pathway,
                "patient": pathway.patient,
                "access": opened.access,
                "form": form,
                "title": self.title,
                "token": token.signed(),
                "conflict": conflict,
                "came_back": came_back,
                **self.context(opened),
            },
            status=status,
        )

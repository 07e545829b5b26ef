"""What every form page shares: open its subject, take the form once, answer; nothing typed is ever lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from patients.audit import drafts, tokens
from patients.audit.actions import act, claim_form, form_taken
from patients.audit.fields import partial_words
from patients.audit.refusals import Conflict, Reason, Refused
from patients.clinical.days import PartialDate


@dataclass(frozen=True)
class Difference:
    """One field that changed since the form was opened: what stands now and what was typed."""

    label: str
    stands: Any
    typed: Any


class FormPage(View):
    """A page with one form on one subject.

    A page says: `form_class`, `title`, `open(request, **address)` (the subject, or 404/403), and
    `write(subject, form, by)`, which calls its action. It may say: `initial`, `version` (read afresh from the row it
    edits, after `lock`; 0 when it makes one), `form_kwargs`, `context`, `success_url`, `template_name`,
    `words_for(reason)`.
    """

    form_class: type | None = None
    title = ""
    template_name = ""

    def open(self, request: HttpRequest, **address):
        raise NotImplementedError

    def subject_id(self, subject) -> UUID:
        return subject.pk

    def initial(self, subject) -> dict:
        return {}

    def version(self, subject) -> int:
        return 0

    def form_kwargs(self, subject) -> dict:
        return {}

    def context(self, subject) -> dict:
        return {}

    def frame(self, subject) -> dict:
        """What every page of this kind shows around its form."""
        return {}

    def write(self, subject, form, by):
        raise NotImplementedError

    def success_url(self, subject) -> str:
        raise NotImplementedError

    def words_for(self, reason: Reason) -> str:
        raise NotImplementedError

    # ── the two methods ──────────────────────────────────────────────────────────────────────────────────────────

    def get(self, request: HttpRequest, **address) -> HttpResponse:
        subject = self.open(request, **address)
        typed = drafts.find(request.user, request.path)
        if typed is not None:
            form = self.form_class(data=typed, **self.form_kwargs(subject))
            return self._page(request, subject, form, came_back=True)
        return self._page(request, subject, self.form_class(initial=self.initial(subject), **self.form_kwargs(subject)))

    def post(self, request: HttpRequest, **address) -> HttpResponse:
        subject = self.open(request, **address)
        token = tokens.read(request.POST.get("token", ""))
        if token is None or token.subject != self.subject_id(subject) or token.user != request.user.pk:
            message = _("This form belongs to another patient or another user. Nothing was saved.")
            return render(request, "400.html", {"message": message}, status=400)
        if form_taken(token.key, by=request.user):  # a double click: what the first one changed may not fit any more
            return redirect(self.success_url(subject))
        form = self.form_class(data=request.POST, files=request.FILES, **self.form_kwargs(subject))
        if not form.is_valid():
            return self._page(request, subject, form, status=422)
        try:
            with act(by=request.user, why=form.cleaned_data.get("why", "") or ""):
                if claim_form(token.key, by=request.user):
                    self._still(subject, token.version)
                    self.write(subject, form, request.user)
        except Refused as refused:
            self._say(form, refused.reasons)
            return self._page(request, subject, form, status=422)
        except Conflict:
            return self._page(request, subject, form, status=409, conflict=self._differences(subject, form))
        drafts.forget(request.user, request.path)
        answer = redirect(self.success_url(subject))
        if not len(messages.get_messages(request)):  # a page that has said more has said that, too
            messages.success(request, _("Saved."))
        return answer

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def lock(self, subject) -> None:
        """Wait for others who write to the subject, so that the version that is compared is the one that is written."""

    def _still(self, subject, version: int) -> None:
        self.lock(subject)
        if self.version(subject) != version:
            raise Conflict(subject)

    def _say(self, form, reasons: Iterable[Reason]) -> None:
        for reason in reasons:
            form.add_error(reason.field if reason.field in form.fields else None, self.words_for(reason))

    def _differences(self, subject, form) -> list[Difference]:
        current = self.initial(subject)
        return [
            Difference(form.fields[name].label, _told(current[name]), _told(form.cleaned_data.get(name)))
            for name in form.fields
            if name in current and current[name] != form.cleaned_data.get(name)
        ]

    def _page(self, request, subject, form, *, status=200, conflict=None, came_back=False) -> HttpResponse:
        token = tokens.make(subject=self.subject_id(subject), user=request.user.pk, version=self.version(subject))
        page = {
            "form": form,
            "title": self.title,
            "token": token.signed(),
            "conflict": conflict,
            "came_back": came_back,
            **self.frame(subject),
            **self.context(subject),
        }
        return render(request, self.template_name, page, status=status)


def _told(value):
    """A value of a form as people write it."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = PartialDate.on(value)
    return partial_words(value) if isinstance(value, PartialDate) else value

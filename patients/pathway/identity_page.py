"""The page on which two people compare identity, one after the other, under their own names."""

from dataclasses import replace
from datetime import datetime

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields, tokens
from patients.audit.models import TakenForm
from patients.audit.refusals import Refused
from patients.centres.models import User
from patients.identity import checks
from patients.identity.chain import IdentityCheck
from patients.pathway import second_person
from patients.pathway.models import Pathway
from patients.pathway.shown import Standing
from patients.pathway.views import PathwayFormView
from patients.pathway.words import IDENTIFIERS, refusal_words

READ_FROM_LABELS = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
ME, COLLEAGUE = "me", "colleague"


def identifier(label, help_text="") -> forms.CharField:
    """A box for what a label says; nothing is ever filled in or proposed."""
    return forms.CharField(
        label=label, max_length=60, strip=True, help_text=help_text, widget=forms.TextInput(READ_FROM_LABELS)
    )


class IdentityForm(fields.Form):
    """Patient, product and collection as one person reads them, and who that person is.

    After a first check the second person is asked: under their own log-in, or with their own password on this screen.
    """

    patient = identifier(
        gettext_lazy("Patient"), gettext_lazy("Number or fiscal code, from the wristband. A name is no check.")
    )
    product = identifier(gettext_lazy("Product"), gettext_lazy("Lot or COI, from the bag."))
    collection = identifier(gettext_lazy("Collection"), gettext_lazy("Collection number, DIN or SEC, from the bag."))
    who = fields.TileChoice(label=gettext_lazy("Who checks"))
    email = forms.EmailField(
        label=gettext_lazy("The colleague's e-mail"),
        required=False,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=gettext_lazy("The colleague's password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )

    def __init__(self, *args, pathway: Pathway, first: IdentityCheck | None, request, facet: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.pathway, self.request, self.facet = pathway, request, facet
        self.person: User = request.user
        if first is None:
            for name in ("who", "email", "password"):
                del self.fields[name]
            return
        me = [(ME, request.user.get_full_name())] if first.by_id != request.user.pk else []
        self.fields["who"].choices = [*me, (COLLEAGUE, _("A colleague, with their own password"))]
        if not me:
            self.fields["who"].initial = COLLEAGUE

    @property
    def own_log_in(self) -> bool:
        return self.person.pk == self.request.user.pk

    def clean(self) -> dict:
        """Prove the colleague before anything is written, so that a wrong password is counted whatever follows."""
        given = super().clean()
        if given.get("who") == COLLEAGUE:
            for name in ("email", "password"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("The colleague writes their own."))
            if not self.errors:
                self._prove(given)
        return given

    def _prove(self, given: dict) -> None:
        try:
            self.person = second_person.prove(
                request=self.request,
                pathway=self.pathway,
                email=given["email"],
                password=given["password"],
                facet=self.facet,
            )
        except Refused as refused:
            for reason in refused.reasons:
                self.add_error(reason.field, refusal_words(reason, {}))

    def typed(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("patient", "product", "collection")}


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class IdentityPage(PathwayFormView):
    """One person's check. Its own transaction commits at once: an incident stays even if the answer page fails.

    A room says `point`, `subject(pathway)` (the product's key, or None) and `write`.
    """

    form_class = IdentityForm
    permission = "identity.check"
    point: str = ""

    def subject(self, pathway: Pathway):
        raise NotImplementedError

    def frame(self, pathway: Pathway) -> dict:
        """Who the patient is, without the number that is to be read from the wristband."""
        banner = Standing(pathway, self.opened.access, self.request.user).banner()
        return super().frame(pathway) | {"banner": replace(banner, code=_("on the wristband"))}

    def first(self, pathway: Pathway) -> IdentityCheck | None:
        """The first person's check that waits for a second one."""
        subject = self.subject(pathway)
        return None if subject is None else checks.waiting_first(pathway.pk, subject, self.point)

    def version(self, pathway: Pathway) -> int:
        """A page opened before the first check must not be taken for the second: it asked no other person's name."""
        return IdentityCheck.objects.filter(pathway_id=pathway.pk).count()

    def post(self, request: HttpRequest, **address) -> HttpResponse:
        """A double click asks a form that has moved on: what was taken once is answered as it was."""
        token = tokens.read(request.POST.get("token", ""))
        if token is not None and TakenForm.objects.filter(key=token.key, by=request.user).exists():
            return redirect(self.success_url(self.open(request, **address)))
        return super().post(request, **address)

    def form_kwargs(self, pathway: Pathway) -> dict:
        first = self.first(pathway)
        return {"pathway": pathway, "first": first, "request": self.request, "facet": self.facet}

    def context(self, pathway: Pathway) -> dict:
        subject = self.subject(pathway)
        pair = None if subject is None else checks.pair(pathway.pk, subject, self.point)
        first = self.first(pathway)
        return {
            "incident": incident_shown(pathway),
            "first_check": first and shown(first, pathway),
            "pair": pair and {"first": shown(pair.first, pathway), "second": shown(pair, pathway)},
            "minutes": int(checks.CHECK_HOLDS.total_seconds() // 60),
        }


def shown(row: IdentityCheck, pathway: Pathway) -> dict:
    """Who checked and until when it holds; never what they typed."""
    return {
        "by": row.by.get_full_name(),
        "at": local_time(row.at, pathway),
        "until": f"{clock.local(row.holds_until, pathway.hub.timezone):%H:%M}",
        "beside": not row.own_log_in,
    }


def incident_shown(pathway: Pathway) -> dict | None:
    """The open incident in words: when, by whom, and which identifiers did not match."""
    incident = checks.open_incident(pathway.pk)
    if incident is None:
        return None
    row = incident.check_row
    return {
        "by": row.by.get_full_name(),
        "at": local_time(row.at, pathway),
        "mismatched": [str(IDENTIFIERS[name]) for name in row.mismatched],
        "reasons": [
            (said.by.get_full_name(), local_time(said.at, pathway), said.reason)
            for said in incident.resolutions.select_related("by")
        ],
    }


def local_time(instant: datetime, pathway: Pathway) -> str:
    """The hub's wall clock, with its day."""
    return f"{clock.local(instant, pathway.hub.timezone):%d/%m/%Y %H:%M}"

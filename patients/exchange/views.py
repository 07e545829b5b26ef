"""Pages by which a hub brings in patients who are already under way: one by one, or from a table.

And the table of a centre's own courses, to take out.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from patients.audit.actions import saw
from patients.audit.pages import FormPage
from patients.audit.refusals import Reason, Refused
from patients.centres.models import Centre, User
from patients.exchange import export, sheets, under_way, words
from patients.exchange.forms import BringInForm, ManyForm
from patients.exchange.tables import FaultyFile
from patients.identity.access import may_somewhere, memberships
from patients.pathway.models import Pathway
from patients.pathway.words import refusal_words
from patients.surveillance.persons import tell_known_elsewhere

PERMISSION = "pathway.bring_in"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def open_hub(user: User, centre_id) -> Centre:
    """The hub at which a user may bring patients in: 404 for a stranger, 403 for a colleague who may not."""
    held = [one for one in memberships(user) if one.centre_id == centre_id and one.centre.kind == Centre.Kind.HUB]
    if not held:
        raise Http404
    if not any(PERMISSION in one.role.permissions for one in held):
        raise PermissionDenied
    return held[0].centre


def say(form, reasons, by: User, hub: Centre) -> None:
    """Put refusals beside their fields; whose person is known elsewhere, those who know them hear of it."""
    for reason in reasons:
        said = _told(reason, by, hub) if reason.code == "known_elsewhere" else reason
        form.add_error(said.field if said.field in form.fields else None, refusal_words(said, words.REFUSALS))


def _told(reason: Reason, by: User, hub: Centre) -> Reason:
    """The one sentence about a person known elsewhere, once its hub was told; no more of them than a day allows."""
    try:
        tell_known_elsewhere(patient_id=reason.values["patient_id"], centre=hub, hub=hub, phone="", by=by)
    except Refused as refused:
        return Reason(refused.reasons[0].code, reason.field)
    return Reason(reason.code, reason.field)


class HubPage(FormPage):
    """What both pages share."""

    def open(self, request: HttpRequest, centre_id) -> Centre:
        return open_hub(request.user, centre_id)

    def form_kwargs(self, subject: Centre) -> dict:
        return {"hub": subject}

    def frame(self, subject: Centre) -> dict:
        return {"hub": subject}

    def words_for(self, reason: Reason) -> str:
        return refusal_words(reason, words.REFUSALS)


class BringIn(HubPage):
    """One patient."""

    form_class = BringInForm
    template_name = "exchange/bring_in.html"
    title = gettext_lazy("Bring in a patient already under way")
    made: Pathway | None = None

    def _say(self, form, reasons) -> None:
        say(form, reasons, self.request.user, form.hub)

    def write(self, subject: Centre, form: BringInForm, by: User) -> None:
        self.made = under_way.bring_in(hub=subject, told=form.told(), by=by)
        messages.success(self.request, _("Brought in as %(number)s.") % {"number": self.made.patient.number})

    def success_url(self, subject: Centre) -> str:
        return reverse("timeline:pathway", args=[self.made.pk]) if self.made else reverse("worklist:patients")


@dataclass(frozen=True)
class Taken:
    """A row that was taken: its line and the course that was made of it."""

    line: int
    pathway: Pathway


class Many(HubPage):
    """Many from a table: what can be taken is, each refused row is listed with its reasons."""

    form_class = ManyForm
    template_name = "exchange/many.html"
    title = gettext_lazy("Bring in many from a table")
    taken: list[Taken] | None = None
    refused: list[sheets.Row]

    def get(self, request: HttpRequest, **address) -> HttpResponse:
        wanted = request.GET.get("template")
        if wanted not in ("xlsx", "csv"):
            return super().get(request, **address)
        hub = self.open(request, **address)
        body, kind = (sheets.template_xlsx(hub), XLSX) if wanted == "xlsx" else (sheets.template_csv(), "text/csv")
        answer = HttpResponse(body, content_type=kind)
        answer["Content-Disposition"] = f'attachment; filename="carpath-{hub.code}.{wanted}"'
        return answer

    def post(self, request: HttpRequest, **address) -> HttpResponse:
        answer = super().post(request, **address)
        if self.taken is None:
            return answer
        page = {"title": self.title, "hub": self.open(request, **address)}
        return render(request, "exchange/taken.html", page | {"taken": self.taken, "refused": self.refused})

    def write(self, subject: Centre, form: ManyForm, by: User) -> None:
        table = form.cleaned_data["table"]
        if table.size > sheets.MOST_BYTES:
            raise Refused(Reason("too_large", "table"))
        try:
            rows = sheets.read(table.read(), hub=subject)
        except FaultyFile as faulty:
            fault = faulty.faults[0]
            raise Refused(Reason(fault.code, "table", {"columns": fault.reason})) from faulty
        self.taken = [Taken(row.line, made) for row in rows if (made := self._take(row, subject, by)) is not None]
        lines = {one.line for one in self.taken}
        self.refused = [row for row in rows if row.line not in lines]

    def _take(self, row: sheets.Row, hub: Centre, by: User) -> Pathway | None:
        if row.wrong or not row.form.is_valid():
            return None
        try:
            with transaction.atomic():
                return under_way.bring_in(hub=hub, told=row.form.told(), by=by)
        except Refused as refused:
            say(row.form, refused.reasons, by, hub)
            return None

    def words_for(self, reason: Reason) -> str:
        most = {"too_large": sheets.MOST_BYTES // 1_000_000, "too_many": sheets.MOST_ROWS}.get(reason.code)
        return str(words.FILE_FAULTS[reason.code]) % {"most": most, "columns": reason.values.get("columns", "")}

    def success_url(self, subject: Centre) -> str:
        return reverse("worklist:patients")


@require_safe
def courses_csv(request: HttpRequest) -> HttpResponse:
    """The own centre's courses as a table, for who exports there; the access log holds whose they were."""
    if not may_somewhere(request.user, export.PERMISSION):
        raise PermissionDenied
    text, patient_ids = export.table(request.user)
    if patient_ids:
        saw(by=request.user, what="exchange:courses_csv", patient_ids=patient_ids)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="carpath-courses.csv"'
    return answer

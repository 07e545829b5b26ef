"""A centre's people and settings, for its administrator; and the page that an invitation opens."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View

from patients.audit import clock
from patients.audit.pages import FormPage
from patients.audit.refusals import Reason, Refused
from patients.centres import actions, people
from patients.centres.forms import (
    REFUSALS,
    AbsenceForm,
    ClosedDayForm,
    ConfirmForm,
    InviteForm,
    PasswordForm,
    SettingsForm,
)
from patients.centres.models import Absence, Centre, ClosedDay, Invitation, Membership, User


def open_centre(user: User, centre_id) -> Centre:
    """A centre that a user administers: 404 for a stranger, 403 for a colleague without that role."""
    centre = get_object_or_404(Centre, pk=centre_id)
    if centre in people.administered_by(user):
        return centre
    if people.belongs_to(user, centre):
        raise PermissionDenied
    raise Http404


class PeopleStart(View):
    """The administrator's start: the only centre's page, or the list of centres."""

    def get(self, request: HttpRequest) -> HttpResponse:
        centres = people.administered_by(request.user)
        if not centres:
            raise PermissionDenied
        if len(centres) == 1:
            return redirect("centres:centre", centres[0].pk)
        return render(request, "centres/list.html", {"centres": centres})


class CentrePage(View):
    """Who works here, who is invited, who is away, when the centre is closed."""

    def get(self, request: HttpRequest, centre_id) -> HttpResponse:
        centre = open_centre(request.user, centre_id)
        today = clock.today(centre.timezone)
        shown = {
            "centre": centre,
            "colleagues": people.colleagues(centre),
            "invitations": people.open_invitations(centre),
            "closed_days": centre.closed_days.filter(day__gte=today).order_by("day"),
            "now": clock.now(),
        }
        return render(request, "centres/centre.html", shown)


class CentreForm(FormPage):
    """A form on a centre."""

    template_name = "centres/form.html"
    submit = _("Save")

    def open(self, request: HttpRequest, centre_id, **address) -> Centre:
        self.address = address
        return open_centre(request.user, centre_id)

    def form_kwargs(self, subject: Centre) -> dict:
        return {"centre": subject}

    def frame(self, subject: Centre) -> dict:
        return {"centre": subject, "submit": self.submit}

    def words_for(self, reason: Reason) -> str:
        return REFUSALS[reason.code]

    def success_url(self, subject: Centre) -> str:
        return reverse("centres:centre", args=[subject.pk])


class Invite(CentreForm):
    form_class = InviteForm
    title = _("Invite somebody")
    submit = _("Send the invitation")

    def write(self, subject, form, by):
        actions.invite(centre=subject, by=by, **form.cleaned_data)


class Settings(CentreForm):
    form_class = SettingsForm
    title = _("Settings of the centre")

    def initial(self, subject) -> dict:
        subject.refresh_from_db()
        return {name: getattr(subject, name) for name in ("phone", "on_call_phone", "town", "usual_hub")}

    def version(self, subject) -> int:
        return Centre.objects.values_list("version", flat=True).get(pk=subject.pk)

    def lock(self, subject) -> None:
        Centre.objects.select_for_update().get(pk=subject.pk)

    def write(self, subject, form, by):
        actions.change_settings(centre=subject, version=self.version(subject), by=by, **form.cleaned_data)


class CloseDay(CentreForm):
    form_class = ClosedDayForm
    title = _("Add a closed day")

    def form_kwargs(self, subject) -> dict:
        return {}

    def write(self, subject, form, by):
        actions.close_day(centre=subject, by=by, **form.cleaned_data)


class RecordAbsence(CentreForm):
    form_class = AbsenceForm
    title = _("Somebody is away")

    def write(self, subject, form, by):
        actions.record_absence(by=by, **form.cleaned_data)


class CentreConfirm(CentreForm):
    """A yes to undoing one row of the centre: a role, an invitation, an absence, a closed day."""

    form_class = ConfirmForm
    model: type
    template_name = "centres/confirm.html"

    def form_kwargs(self, subject) -> dict:
        return {}

    def rows(self, centre: Centre):
        return self.model.objects.filter(centre=centre)

    def row(self, centre: Centre):
        return get_object_or_404(self.rows(centre), pk=self.address["row_id"])

    def context(self, subject) -> dict:
        return {"row": self.row(subject), "kind": self.model.__name__.lower()}


class EndRole(CentreConfirm):
    model = Membership
    title = _("End this role?")
    submit = _("End the role")

    def write(self, subject, form, by):
        actions.end_role(membership=self.row(subject), by=by)


class Withdraw(CentreConfirm):
    model = Invitation
    title = _("Withdraw this invitation?")
    submit = _("Withdraw it")

    def write(self, subject, form, by):
        actions.withdraw(invitation=self.row(subject), by=by)


class EndAbsence(CentreConfirm):
    model = Absence
    title = _("Take this absence back?")
    submit = _("Take it back")

    def rows(self, centre):
        return Absence.objects.filter(
            user__memberships__centre=centre, user__memberships__ends_at__isnull=True
        ).distinct()

    def write(self, subject, form, by):
        actions.end_absence(absence=Absence.objects.get(pk=self.row(subject).pk), by=by)


class ReopenDay(CentreConfirm):
    model = ClosedDay
    title = _("Open on this day after all?")
    submit = _("Open")

    def write(self, subject, form, by):
        actions.reopen_day(closed_day=self.row(subject), by=by)


@method_decorator(login_not_required, name="dispatch")
class Accept(View):
    """An invited person chooses a password and is in."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        invitation = actions.open_invitation(key)
        if invitation is None:
            return render(request, "centres/spent.html", status=410)
        return self._page(request, invitation, PasswordForm(person=self._person(invitation)))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        invitation = actions.open_invitation(key)
        if invitation is None:
            return render(request, "centres/spent.html", status=410)
        form = PasswordForm(data=request.POST, person=self._person(invitation))
        if not form.is_valid():
            return self._page(request, invitation, form, status=422)
        try:
            user = actions.accept(
                key=key, password=form.cleaned_data["password"], language=form.cleaned_data["language"]
            )
        except Refused:
            return render(request, "centres/spent.html", status=410)
        return perform_login(request, Login(user=user, email=user.email))

    def _person(self, invitation: Invitation) -> User:
        return User(email=invitation.email, first_name=invitation.first_name, last_name=invitation.last_name)

    def _page(self, request, invitation: Invitation, form, status: int = 200) -> HttpResponse:
        return render(request, "centres/accept.html", {"invitation": invitation, "form": form}, status=status)

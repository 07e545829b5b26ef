"""Pages of reminders: what waits for me and my centre, what was held back, what was mailed, and the hub's schedule."""

from uuid import UUID
from zlib import crc32

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from patients.audit import clock, installation
from patients.audit.actions import saw
from patients.audit.pages import FormPage
from patients.audit.refusals import Reason
from patients.centres.models import Centre
from patients.identity import access
from patients.notices import actions as notice_actions
from patients.notices.models import Notice
from patients.pathway import promises
from patients.pathway.agreement import WORDS as AGREEMENT
from patients.pathway.doors import Opened, open_pathway
from patients.pathway.models import Pathway
from patients.reminders import actions, facts, planning, rules, shown
from patients.reminders.forms import (
    DoneForm,
    DropForm,
    HandOnForm,
    NoQuestion,
    PromisesForm,
    ScheduleForm,
    SnoozeForm,
    colleagues_of,
)
from patients.reminders.models import Reminder, ScheduleTemplate
from patients.reminders.words import REFUSALS, rule_words
from patients.surveillance.doors import WRITE as ASK
from patients.surveillance.doors import open_watch, watching_centres
from patients.surveillance.models import Watch

LISTS = ("mine", "centre", "held")
PREVIEW_SHOWN = 20


def cursor(request: HttpRequest) -> UUID | None:
    """The row that the page begins after; anything that is no key counts as none."""
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


class ReminderList(View):
    """What I was told, what is due among my centre's patients, and what waits for release."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        releases = bool(shown.releasing_at(user) or watching_centres(user, ASK))
        held = shown.held_reminders(user) if releases else Reminder.objects.none()
        which = request.GET.get("list", "mine")
        which = which if which in LISTS else "mine"
        rows, more = self._rows(which, user, held, cursor(request))
        patients = sorted({row.patient.pk for row in rows if row.patient is not None})
        if patients:
            saw(by=user, what="reminders:list", patient_ids=patients)
        notice_actions.mark_read(by=user, notice_ids=[row.notice.pk for row in rows if row.notice])
        page = {
            "which": which,
            "rows": rows,
            "more": more,
            "held_count": held.count(),
            "releases": releases,
            "sees_patients": any(membership.role.reads for membership in access.memberships(user)),
            "changes_schedule": bool(shown.releasing_at(user)),
            "muted": installation.is_muted(),
        }
        return render(request, "reminders/list.html", page)

    def _rows(self, which: str, user, held, after: UUID | None) -> tuple[list[shown.Row], UUID | None]:
        if which == "mine":
            return shown.my_rows(user), None
        found = held if which == "held" else shown.due_reminders(user)
        page, more = shown.page_of(found, after)
        return shown.reminder_rows(page, user), more


class DeliveryLog(View):
    """The mails that I sent, and those to the people of a centre that I administer, with what failed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        failed_only = request.GET.get("list") == "failed"
        rows, more = shown.delivery_page(request.user, cursor(request), failed_only)
        return render(request, "reminders/log.html", {"rows": rows, "more": more, "failed_only": failed_only})


# ── acts on one reminder ─────────────────────────────────────────────────────────────────────────────────────────────


def open_reminder(request: HttpRequest, reminder_id) -> tuple[Reminder, Opened | None]:
    """A reminder that a user may act on, with its pathway (of a watch: None).

    404 without a link to the patient, of a watch to everybody but its centre's doctors; 403 when they may not.
    """
    user = request.user
    theirs = Q(pathway__in=Pathway.objects.visible_to(user)) | Q(watch__in=Watch.objects.visible_to(user))
    reminder = (
        Reminder.objects.filter(theirs, pk=reminder_id)
        .select_related("patient", "pathway__hub", "watch__centre", "centre", "owner")
        .first()
    )
    if reminder is None:
        raise Http404
    what = request.resolver_match.view_name
    if reminder.watch_id is not None:
        open_watch(request.user, reminder.watch_id, what=what, permission=ASK)
        return reminder, None
    opened = open_pathway(request.user, reminder.pathway_id, facet=shown.FACETS[reminder.kind], what=what)
    if not actions.may_act(request.user, reminder, opened.access):
        raise PermissionDenied
    return reminder, opened


class ReminderAct(FormPage):
    """One act on one reminder. An act says `lead` (what it does) and `submit` (the words of its button)."""

    form_class = NoQuestion
    template_name = "reminders/act.html"
    lead = ""
    submit = ""
    opened: Opened | None  # None: of a watch

    def open(self, request: HttpRequest, reminder_id) -> Reminder:
        reminder, self.opened = open_reminder(request, reminder_id)
        return reminder

    def frame(self, reminder: Reminder) -> dict:
        steps = shown.step_codes([reminder])
        around = {"page": "base.html", "patient": reminder.patient}
        if self.opened is not None:
            around = {"page": "pathway/base.html", "pathway": self.opened.pathway, "access": self.opened.access}
        return {
            **around,
            "reminder": reminder,
            "what": rule_words(reminder.rule, steps.get(reminder.subject, "")),
            "due": shown.due_chip(reminder.due_on, clock.today(reminder.keeper.timezone)),
            "lead": self.lead,
            "submit": self.submit,
            "back": self.success_url(reminder),
        }

    def success_url(self, reminder: Reminder) -> str:
        return reverse("reminders:list")

    def words_for(self, reason: Reason) -> str:
        return str(REFUSALS[reason.code]) % reason.values


class Acknowledge(ReminderAct):
    title = gettext_lazy("I take care")
    lead = gettext_lazy("Nobody else is told of it any more. It stays in the list until it is done.")
    submit = gettext_lazy("I take care")

    def write(self, reminder, form, by):
        actions.acknowledge(reminder_id=reminder.pk, by=by)


class Snooze(ReminderAct):
    title = gettext_lazy("Put aside")
    form_class = SnoozeForm
    lead = gettext_lazy("It comes back to you on that morning; nobody else is told of it sooner.")
    submit = gettext_lazy("Put aside")

    def form_kwargs(self, reminder):
        return {"today": clock.today(reminder.keeper.timezone)}

    def write(self, reminder, form, by):
        given = form.cleaned_data
        actions.snooze(reminder_id=reminder.pk, until=given["until"], reason=given["reason"], by=by)


class HandOn(ReminderAct):
    title = gettext_lazy("Hand on")
    form_class = HandOnForm
    lead = gettext_lazy("It is theirs from now on, and they are told in the app at once.")
    submit = gettext_lazy("Hand on")

    def form_kwargs(self, reminder):
        return {"colleagues": colleagues_of(reminder, but=self.request.user)}

    def write(self, reminder, form, by):
        given = form.cleaned_data
        actions.hand_on(reminder_id=reminder.pk, to=given["to"], reason=given["reason"], by=by)


class MarkDone(ReminderAct):
    title = gettext_lazy("Mark as done")
    form_class = DoneForm
    lead = gettext_lazy("For visits and registry reports. A PET or an assessment is done by recording it.")
    submit = gettext_lazy("Mark as done")

    def form_kwargs(self, reminder):
        day_0 = reminder.pathway.day_0 if reminder.pathway else None
        return {"today": clock.today(reminder.keeper.timezone), "day_0": day_0}

    def write(self, reminder, form, by):
        actions.mark_done(reminder_id=reminder.pk, on=form.cleaned_data["on"], by=by)


class HeldAct(ReminderAct):
    """An act on what was held back: for those of the hub who may change its schedule, of a watch for its doctors."""

    def open(self, request: HttpRequest, reminder_id) -> Reminder:
        reminder = super().open(request, reminder_id)
        if not shown.may_release(request.user, reminder):
            raise PermissionDenied
        return reminder

    def success_url(self, reminder: Reminder) -> str:
        return f"{reverse('reminders:list')}?list=held"


class Release(HeldAct):
    title = gettext_lazy("Tell it now")
    lead = gettext_lazy("It was planned too late and was not told. Everybody who should have heard of it is told now.")
    submit = gettext_lazy("Tell it now")

    def write(self, reminder, form, by):
        actions.release(reminder_id=reminder.pk, by=by)


class Drop(HeldAct):
    title = gettext_lazy("Not needed")
    form_class = DropForm
    lead = gettext_lazy("Nobody is told of it, now or later.")
    submit = gettext_lazy("Not needed")

    def write(self, reminder, form, by):
        actions.drop(reminder_id=reminder.pk, reason=form.cleaned_data["reason"], by=by)


# ── acts on one's own notices ────────────────────────────────────────────────────────────────────────────────────────


class NoticeAct(FormPage):
    """One act on a notice of one's own; somebody else's does not exist."""

    form_class = NoQuestion
    template_name = "reminders/notice_act.html"
    submit = ""

    def open(self, request: HttpRequest, notice_id) -> Notice:
        return get_object_or_404(Notice.objects.select_related("centre", "user"), pk=notice_id, user=request.user)

    def frame(self, notice: Notice) -> dict:
        return {"what": shown.notice_words.title(notice), "submit": self.submit, "back": self.success_url(notice)}

    def success_url(self, notice: Notice) -> str:
        return reverse("reminders:list")

    def words_for(self, reason: Reason) -> str:
        return str(REFUSALS[reason.code]) % reason.values


class NoticeAcknowledge(NoticeAct):
    title = gettext_lazy("I have seen it")
    submit = gettext_lazy("I have seen it")

    def write(self, notice, form, by):
        notice_actions.acknowledge(notice_id=notice.pk, by=by)


class NoticeSnooze(NoticeAct):
    title = gettext_lazy("Put aside")
    form_class = SnoozeForm
    submit = gettext_lazy("Put aside")

    def _zone(self, notice: Notice) -> str:
        return notice.centre.timezone if notice.centre else "Europe/Rome"

    def form_kwargs(self, notice):
        return {"today": clock.today(self._zone(notice))}

    def write(self, notice, form, by):
        given = form.cleaned_data
        until = rules.wall_clock(given["until"], rules.Template.at_time, self._zone(notice))
        notice_actions.snooze(notice_id=notice.pk, until=until, reason=given["reason"], by=by)


# ── the schedule ─────────────────────────────────────────────────────────────────────────────────────────────────────


def open_hub(user, centre_id, permissions: tuple[str, ...] = ("schedule.change",)) -> Centre:
    """A hub whose schedule a user may change: 404 for a stranger, 403 for a colleague without such a permission."""
    centre = get_object_or_404(Centre, pk=centre_id, kind=Centre.Kind.HUB)
    if any(access.may_at(user, permission, centre) for permission in permissions):
        return centre
    if any(membership.centre_id == centre.pk for membership in access.memberships(user)):
        raise PermissionDenied
    raise Http404


class ScheduleStart(View):
    """The schedule of the only hub that I may change, or the list of those hubs."""

    def get(self, request: HttpRequest) -> HttpResponse:
        hubs = shown.releasing_at(request.user)
        if not hubs:
            raise PermissionDenied
        if len(hubs) == 1:
            return redirect("reminders:hub_schedule", hubs[0].pk)
        return render(request, "reminders/hubs.html", {"hubs": hubs})


def schedule_rows(hub: Centre) -> list[ScheduleTemplate]:
    """Per rule and product the row that counts for a hub today: its own before everybody's."""
    today = clock.today(hub.timezone)
    rows = ScheduleTemplate.objects.filter(hub__in=[hub.pk]) | ScheduleTemplate.objects.filter(hub__isnull=True)
    found: dict[tuple, ScheduleTemplate] = {}
    for row in rows.select_related("owner_role", "product", "by", "second_by").order_by("order", "rule"):
        key = (row.rule, row.product_id)
        if row.as_rule().holds(today) and (key not in found or row.hub_id is not None):
            found[key] = row
    return list(found.values())


class HubSchedule(View):
    """What falls due after an infusion at this hub, and who is told."""

    def get(self, request: HttpRequest, centre_id) -> HttpResponse:
        hub = open_hub(request.user, centre_id)
        rows = [(row, actions.may_change(request.user, hub, row)) for row in schedule_rows(hub)]
        return render(request, "reminders/schedule.html", {"hub": hub, "rows": rows})


class ChangeSchedule(FormPage):
    """Change one row of the hub's schedule: first what would move is shown, then it is confirmed."""

    title = gettext_lazy("Change the schedule")
    form_class = ScheduleForm
    template_name = "reminders/change_schedule.html"
    SALT = "carpath.schedule"

    def open(self, request: HttpRequest, centre_id, row_id) -> ScheduleTemplate:
        self.hub = open_hub(request.user, centre_id)
        row = next((row for row in schedule_rows(self.hub) if row.pk == row_id), None)
        if row is None:
            raise Http404
        if not actions.may_change(request.user, self.hub, row):
            raise PermissionDenied
        return row

    def initial(self, row):
        return ScheduleForm.initial_of(row)

    def version(self, row):
        return ScheduleTemplate.objects.values_list("version", flat=True).get(pk=row.pk)

    def form_kwargs(self, row):
        """The second haematologist is asked for once what would move is shown."""
        agreeing = row.kind == rules.ASSESSMENT and "confirm" in self.request.POST
        return {"template": row, "request": self.request, "agreeing": agreeing}

    def frame(self, row):
        return {"hub": self.hub, "row": row, "back": self.success_url(row)}

    def success_url(self, row) -> str:
        return reverse("reminders:hub_schedule", args=[self.hub.pk])

    def words_for(self, reason: Reason) -> str:
        return str((REFUSALS | AGREEMENT)[reason.code]) % reason.values

    def post(self, request: HttpRequest, **address) -> HttpResponse:
        row = self.open(request, **address)
        form = self.form_class(data=request.POST, template=row, request=request)  # without a password: read once below
        if form.is_valid():
            self.shown_before = self._preview(request, row, form)
            if not self._confirmed(request, row, form):
                agreeing = row.kind == rules.ASSESSMENT
                asked = self.form_class(data=request.POST, template=row, request=request, agreeing=agreeing)
                return self._page(request, row, asked)
        return super().post(request, **address)

    def _mark(self, row, form) -> list:
        return [str(row.pk), str(self.hub.pk), repr(sorted(form.columns().items()))]

    def _confirmed(self, request: HttpRequest, row, form) -> bool:
        """Whether exactly this change was shown to its reader before."""
        try:
            return signing.loads(request.POST.get("confirm", ""), salt=self.SALT) == self._mark(row, form)
        except signing.BadSignature:
            return False

    def _preview(self, request: HttpRequest, row, form) -> dict:
        moving = preview(request.user, self.hub, row, form.columns())
        saw(
            by=request.user,
            what="reminders:change_schedule",
            patient_ids=sorted({one.reminder.patient_id for one in moving}),
        )
        return {
            "confirm": signing.dumps(self._mark(row, form), salt=self.SALT),
            "moving": moving[:PREVIEW_SHOWN],
            "moving_count": len(moving),
            "unseen": max(len(moving) - PREVIEW_SHOWN, 0),
        }

    def context(self, row):
        return getattr(self, "shown_before", {})

    def write(self, row, form, by):
        actions.change_schedule(
            hub=self.hub,
            template=row,
            version=row.version,
            by=by,
            second=form.second,
            why=form.cleaned_data["why"],
            **form.columns(),
        )
        messages.success(self.request, _("The schedule is changed; open reminders have followed."))


class Promises(FormPage):
    """How long the hub gives each step: all its promises on one page; its open steps follow."""

    title = gettext_lazy("Promises of the hub")
    form_class = PromisesForm
    template_name = "reminders/promises.html"

    def open(self, request: HttpRequest, centre_id) -> Centre:
        return open_hub(request.user, centre_id, ("schedule.change", "centre.manage"))

    def initial(self, hub):
        return PromisesForm.initial_of(promises.lengths(hub))

    def version(self, hub):
        return crc32(repr(sorted(promises.lengths(hub).items())).encode())

    def lock(self, hub):
        Centre.objects.select_for_update().get(pk=hub.pk)

    def form_kwargs(self, hub):
        return {"usual": promises.everybodys()}

    def frame(self, hub):
        return {"hub": hub}

    def success_url(self, hub) -> str:
        return reverse("reminders:promises", args=[hub.pk])

    def write(self, hub, form, by):
        changed = promises.change(hub=hub, given=form.lengths(), by=by, why=form.cleaned_data["why"])
        if changed:
            messages.success(self.request, _("The promises are changed; open steps have followed."))


def preview(user, hub: Centre, row: ScheduleTemplate, columns: dict) -> list[planning.Moving]:
    """The open reminders of the hub's pathways that a changed row would move; nothing is written. No draft is seen."""
    before = row.as_rule()
    changed = ScheduleTemplate.objects.get(pk=row.pk)
    for name, value in columns.items():
        setattr(changed, name, value)
    changed.hub = hub
    given, today, moving = changed.as_rule(), clock.today(hub.timezone), []
    pathways = Pathway.objects.visible_to(user).filter(hub=hub, imported=False).exclude(status=Pathway.Status.CLOSED)
    for pathway in pathways.select_related("patient", "hub", "referring_centre", "product"):
        templates = facts.schedule(pathway)
        standing = templates.get(row.rule)
        if standing is None:
            continue
        rivals = [given] if standing == before else [standing, given]
        counts = rules.in_force(rivals, hub=hub.pk, product=pathway.product_id, today=today).get(row.rule)
        if counts is given:
            moving += planning.preview(pathway, templates | {row.rule: given})
    return moving


class RestoreSchedule(ChangeSchedule):
    """Give up the hub's own row: everybody's counts again."""

    title = gettext_lazy("Back to everybody's row")
    form_class = NoQuestion
    template_name = "reminders/restore_schedule.html"

    def open(self, request: HttpRequest, centre_id, row_id) -> ScheduleTemplate:
        row = super().open(request, centre_id=centre_id, row_id=row_id)
        if row.hub_id is None:
            raise Http404
        return row

    def initial(self, row):
        return {}

    def form_kwargs(self, row):
        return {}

    def post(self, request: HttpRequest, **address) -> HttpResponse:
        return FormPage.post(self, request, **address)

    def write(self, row, form, by):
        actions.restore_schedule(hub=self.hub, template=row, by=by)
        messages.success(self.request, _("Everybody's row counts again; open reminders have followed."))

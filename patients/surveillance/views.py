"""Pages of the watch: who is watched and who is late, registering, one watch, and what is written down in it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from patients.audit import clock
from patients.audit.actions import saw
from patients.audit.pages import FormPage
from patients.audit.refusals import Reason
from patients.audit.shown import source_words
from patients.centres.models import Centre, User
from patients.disease import picklists
from patients.identity.models import Patient
from patients.notices import people
from patients.pathway import deaths
from patients.pathway.words import refusal_words
from patients.surveillance import actions, rules, shown, words
from patients.surveillance.doors import WRITE, open_watch, watching_centres
from patients.surveillance.forms import EndForm, FoundForm, KeepForm, PlanForm, RegisterForm, StrikeForm, course_of
from patients.surveillance.models import Watch, WatchRule
from patients.surveillance.person_form import PersonPage
from patients.surveillance.planning import DOCTORS

PAGE_SIZE = 50
LISTS = (rules.OPEN, rules.ENDED)


class WatchList(View):
    """The watched patients of my centre: what is due first comes first, and who is late is marked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        centres = watching_centres(request.user)
        if not centres:
            raise PermissionDenied
        which = request.GET.get("list") if request.GET.get("list") in LISTS else rules.OPEN
        found = Watch.objects.visible_to(request.user).select_related("patient")
        today = clock.today(centres[0].timezone)
        page, more = self._page(found, which, request.GET.get("after", ""))
        if page:
            saw(by=request.user, what="surveillance:list", patient_ids=sorted({one.patient_id for one in page}))
        context = {
            "title": _("Under watch"),
            "centres": centres,
            "which": which,
            "rows": [shown.row(one, today) for one in page],
            "more": more,
            "counts": found.aggregate(
                open=Count("pk", filter=~Q(state=rules.ENDED)),
                late=Count("pk", filter=Q(due_latest__lt=today)),
                calling=Count("pk", filter=Q(due_what=rules.REFER)),
                ended=Count("pk", filter=Q(state=rules.ENDED)),
            ),
            "may_write": bool(watching_centres(request.user, WRITE)),
            "kinds": [(kind, words.KINDS[kind]) for kind in rules.KINDS],
        }
        return render(request, "surveillance/list.html", context)

    def _page(self, found, which: str, after: str) -> tuple[list[Watch], UUID | None]:
        """One page of a list: what is due first, or what ended last, at the front; beginning after a row."""
        if which == rules.ENDED:
            rows, order, further = found.filter(state=rules.ENDED).annotate(at=F("ended_on")), "-at", "at__lt"
        else:
            rows = found.under_way().annotate(at=Coalesce("due_latest", Value(date.max)))
            order, further = "at", "at__gt"
        last = self._row(rows, after)
        if last is not None:
            rows = rows.filter(Q(**{further: last.at}) | Q(at=last.at, pk__gt=last.pk))
        page = list(rows.order_by(order, "pk")[: PAGE_SIZE + 1])
        return page[:PAGE_SIZE], page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None

    @staticmethod
    def _row(rows, key: str) -> Watch | None:
        try:
            return rows.filter(pk=UUID(key)).first()
        except ValueError:
            return None


@dataclass(frozen=True)
class Registering:
    """Somebody who begins a watch, at which centre."""

    user: User
    centre: Centre


def usual(kind: str) -> WatchRule:
    """The row of the data that says the usual interval of a kind of watch."""
    return WatchRule.objects.get(code=rules.VISIT if kind == rules.FIRST_LINE else rules.CHECK)


class Register(PersonPage, FormPage):
    """A patient of the own centre whom it begins to watch."""

    form_class = RegisterForm
    template_name = "surveillance/register.html"

    def open(self, request: HttpRequest, kind: str) -> Registering:
        if kind not in rules.KINDS:
            raise Http404
        centres = watching_centres(request.user, WRITE)
        if not centres:
            raise PermissionDenied
        chosen = request.POST.get("centre") or request.GET.get("centre")
        centre = next((one for one in centres if str(one.pk) == chosen), centres[0])
        self.kind, self.centres, self.usual, self.made = kind, centres, usual(kind), None
        self.title = words.KINDS[kind]
        return Registering(request.user, centre)

    def subject_id(self, subject: Registering) -> UUID:
        return subject.user.pk

    def initial(self, subject: Registering) -> dict:
        return {"every_months": self.usual.every_months}

    def form_kwargs(self, subject: Registering) -> dict:
        source = source_words(self.usual.source, self.usual.tag)
        return {"kind": self.kind, "zone": subject.centre.timezone, "source": source}

    def frame(self, subject: Registering) -> dict:
        return {
            "kind": self.kind,
            "centre": subject.centre,
            "centres": self.centres,
            "known_here": self.known_here,
            "regimens": picklists.regimens_of("lbcl"),
        }

    def write(self, subject: Registering, form: RegisterForm, by: User) -> None:
        self.made = actions.register(
            kind=self.kind,
            centre=subject.centre,
            person=form.person(),
            told=form.told(),
            treating=form.cleaned_data["treating"],
            another_person=form.cleaned_data["another_person"],
            by=by,
        )

    def who_asks(self, form) -> tuple[Centre, None, str]:
        return self.open(self.request, self.kind).centre, None, ""

    def words_for(self, reason: Reason) -> str:
        return refusal_words(reason, words.REFUSALS)

    def success_url(self, subject: Registering) -> str:
        made = getattr(self, "made", None)
        return reverse("surveillance:watch", args=[made.pk]) if made else reverse("surveillance:list")


class WatchPage(View):
    """One watch: what is due, what calls for a referral, what was planned, given and found."""

    def get(self, request: HttpRequest, watch_id) -> HttpResponse:
        watch = open_watch(request.user, watch_id, what="surveillance:watch")
        may_write = watch.centre in watching_centres(request.user, WRITE)
        goes_on = watch.state != rules.ENDED
        context = {
            "title": watch.patient.display_name,
            "watch": watch,
            "patient": watch.patient,
            "kind": words.KINDS[watch.kind],
            "state": shown.state_chip(watch),
            "told": shown.whole(watch, may_write=may_write),
            "may_write": may_write,
            "may_change": may_write and goes_on,
            "may_ask": may_write and watch.is_open,
            "draft": watch.pathway if watch.pathway and watch.pathway.status == "draft" else None,
            "age": watch.patient.age_on(clock.today(watch.centre.timezone)),
        }
        return render(request, "surveillance/watch.html", context)


class Record(FormPage):
    """What is written down in a watch: one page, one form for each thing."""

    template_name = "surveillance/form.html"
    FOUND = {
        rules.INTERIM_PET: gettext_lazy("Interim PET"),
        rules.EOT_PET: gettext_lazy("End-of-treatment PET"),
        rules.VISIT: gettext_lazy("Visit, relapse or progression"),
        rules.CHECK: gettext_lazy("Response check"),
    }
    OTHERS = {
        "plan": (PlanForm, gettext_lazy("What is planned and given")),
        "keep": (KeepForm, gettext_lazy("No referral now")),
        "strike": (StrikeForm, gettext_lazy("Entered in error")),
        "end": (EndForm, gettext_lazy("End the watch")),
    }

    def open(self, request: HttpRequest, watch_id, what: str) -> Watch:
        watch = open_watch(request.user, watch_id, what="surveillance:record", permission=WRITE)
        self.what = what
        if what in rules.FOUND[watch.kind]:
            self.form_class, self.title = FoundForm, self.FOUND[what]
        elif what in self.OTHERS:
            self.form_class, self.title = self.OTHERS[what]
        else:
            raise Http404
        return watch

    def version(self, subject: Watch) -> int:
        return Watch.objects.values_list("version", flat=True).get(pk=subject.pk) if self.what == "plan" else 0

    def lock(self, subject: Watch) -> None:
        actions.for_writing(subject.pk)

    def initial(self, subject: Watch) -> dict:
        return course_of(Watch.objects.get(pk=subject.pk)) if self.what == "plan" else {}

    def form_kwargs(self, subject: Watch) -> dict:
        if self.what == "plan":
            row = usual(subject.kind)
            doctors = people.holding(DOCTORS, subject.centre)
            return {"watch": subject, "doctors": doctors, "source": source_words(row.source, row.tag)}
        if self.what == "strike":
            return {"findings": [one for one in subject.findings.all() if one.struck_at is None]}
        if self.what == "keep":
            return {}
        if self.what == "end":
            return {"watch": subject}
        return {"watch": subject, "what": self.what}

    def frame(self, subject: Watch) -> dict:
        return {
            "watch": subject,
            "patient": subject.patient,
            "what": self.what,
            "kind": words.KINDS[subject.kind],
            "regimens": picklists.regimens_of("lbcl"),
            "back": self.success_url(subject),
        }

    def write(self, subject: Watch, form, by: User) -> None:
        said = form.cleaned_data
        if self.what == "plan":
            actions.describe(watch=subject, told=form.told(), doctor=form.chosen_doctor(), by=by)
        elif self.what == "strike":
            actions.strike(finding=form.chosen(), why=said["why"], by=by)
        elif self.what == "keep":
            actions.keep(watch=subject, why=said["why"], by=by)
        elif self.what == "end" and said["reason"] == rules.DEATH:
            self._died(subject.patient, said, by)
        elif self.what == "end":
            actions.end(watch=subject, reason=said["reason"], note=said["note"], by=by)
        else:
            actions.record(watch=subject, seen=form.seen(), by=by)

    def _died(self, patient: Patient, said: dict, by: User) -> None:
        deaths.record_death(patient=patient, on=said["died_on"], note=said["note"], by=by)

    def words_for(self, reason: Reason) -> str:
        return refusal_words(reason, words.REFUSALS)

    def success_url(self, subject: Watch) -> str:
        return reverse("surveillance:watch", args=[subject.pk])

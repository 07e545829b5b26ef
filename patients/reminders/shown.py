"""Reading: what the pages of reminders show to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.audit import clock, tokens
from patients.audit.shown import Chip
from patients.centres.models import Centre, User
from patients.identity import access
from patients.identity.models import Patient
from patients.notices import words as notice_words
from patients.notices.models import Delivery, Notice
from patients.pathway.models import Pathway, Step
from patients.reminders import rules
from patients.reminders.actions import BY_HAND
from patients.reminders.facts import schedules
from patients.reminders.models import Reminder
from patients.reminders.words import HANDED_ON, KIND, rule_words
from patients.surveillance.doors import WRITE as ASK
from patients.surveillance.doors import watching_centres
from patients.surveillance.models import Watch

PAGE_SIZE = 50
AHEAD = timedelta(days=14)  # how far the centre's list looks ahead
TODAY = timedelta(hours=24)
# What one must be allowed to read of a patient to see a kind of reminder.
FACETS = {
    rules.PET: "followup",
    rules.VISIT: "followup",
    rules.REGISTRY: "followup",
    rules.ASSESSMENT: "toxicity",
    rules.STEP: "status",
}
OPEN = ("planned", "acknowledged")


@dataclass(frozen=True)
class Row:
    """One row of a list: what, about whom, by when, and what its reader may do with it.

    `schedule`: the row of the schedule by which it falls due, and the day 0 that it counts from.
    """

    title: str
    sentence: str = ""
    icon: str = "clock"
    patient: Patient | None = None
    url: str = ""
    due: Chip | None = None
    schedule: rules.Template | None = None
    counted_from: date | None = None
    state: Chip | None = None
    owner: str = ""
    reason: str = ""
    phone: str = ""
    urgent: bool = False
    told_at: object = None
    reminder: Reminder | None = None
    notice: Notice | None = None
    token: str = ""
    done_by_hand: bool = False
    acts: bool = False


def visible_reminders(user: User) -> QuerySet[Reminder]:
    """The reminders of live pathways that a user may see, by what their roles read of the patient."""
    seen = Q(pk__in=[])
    for facet in sorted(set(FACETS.values())):
        kinds = [kind for kind, needed in FACETS.items() if needed == facet]
        seen |= Q(kind__in=kinds, pathway__in=Pathway.objects.visible_to(user, facet))
    return Reminder.objects.filter(seen | Q(watch__in=Watch.objects.visible_to(user)))


# ── mine ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def open_notices(user: User) -> QuerySet[Notice]:
    """What a person was told and has not dealt with; what was put aside comes back when its time has come."""
    return Notice.objects.filter(user=user, acknowledged_at__isnull=True, settled_at__isnull=True).exclude(
        snoozed_until__gt=clock.now()
    )


def my_rows(user: User, limit: int = PAGE_SIZE) -> list[Row]:
    """A person's open notices, urgent ones first, with the patient where they may still see them."""
    notices = list(open_notices(user).select_related("centre").order_by("-urgent", "-created_at", "id")[:limit])
    patients = access.visible_patients(user).in_bulk({one.patient_id for one in notices if one.patient_id})
    about = {one.about for one in notices if one.kind in (KIND, HANDED_ON)}
    reminders = _with_people(Reminder.objects.filter(pk__in=about, patient__in=patients)).in_bulk()
    read = _Read(reminders.values())
    rows = []
    for one in notices:
        reminder = reminders.get(one.about)
        if reminder is not None:
            rows.append(_reminder_row(reminder, user, read, acts=True, notice=one))
        else:
            rows.append(_notice_row(one, user, patients.get(one.patient_id)))
    return rows


def _notice_row(notice: Notice, user: User, patient: Patient | None) -> Row:
    about_somebody = notice.patient_id is not None and patient is None
    return Row(
        title=notice_words.title(notice),
        sentence=_("You may no longer see this patient.") if about_somebody else notice_words.sentence(notice),
        icon=notice_words.KINDS[notice.kind].icon,
        patient=patient,
        url=_notice_url(notice, user) if patient else "",
        phone=notice.phone,
        urgent=notice.urgent,
        told_at=notice.created_at,
        notice=notice,
        token=tokens.make(subject=notice.pk, user=user.pk, version=0).signed(),
    )


# ── the centre's ─────────────────────────────────────────────────────────────────────────────────────────────────────


def due_reminders(user: User) -> QuerySet[Reminder]:
    """What is late, due today or within two weeks among the patients whom a user sees; the latest due last."""
    now = clock.now()
    found = visible_reminders(user).filter(state__in=OPEN, due_at__lte=now + AHEAD)
    found = found.exclude(kind=rules.ASSESSMENT, due_at__gt=now + TODAY)  # one a day: the next ones say nothing new
    return _with_people(found).order_by("due_at", "id")


def _with_people(reminders: QuerySet[Reminder]) -> QuerySet[Reminder]:
    return reminders.select_related(
        "patient", "pathway", "pathway__hub", "watch__centre", "centre", "owner", "owner_role", "acknowledged_by"
    )


def page_of(
    reminders: QuerySet[Reminder], after: UUID | None, size: int = PAGE_SIZE
) -> tuple[list[Reminder], UUID | None]:
    """One page of a list in order of due time, beginning after a row; and the key of its last row, if more follow."""
    if after is not None:
        last = Reminder.objects.filter(pk=after).values_list("due_at", flat=True).first()
        if last is not None:
            reminders = reminders.filter(Q(due_at__gt=last) | Q(due_at=last, pk__gt=after))
    found = list(reminders[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def reminder_rows(reminders: list[Reminder], user: User) -> list[Row]:
    """The rows of a list of reminders."""
    acts = bool(access.may_somewhere(user, "reminders.acknowledge"))
    read = _Read(reminders)
    return [_reminder_row(reminder, user, read, acts=acts) for reminder in reminders]


class _Read:
    """What the rows of a list need besides the reminders, read once: codes of late steps, rows of the schedules."""

    def __init__(self, reminders: Iterable[Reminder]):
        self.steps = step_codes(reminders)
        self.schedules = schedules(one.pathway for one in reminders if _counts_from_day_0(one))

    def row_of(self, reminder: Reminder) -> rules.Template | None:
        return self.schedules[reminder.pathway_id].get(reminder.rule) if _counts_from_day_0(reminder) else None


def _counts_from_day_0(reminder: Reminder) -> bool:
    """By a row of the schedule; a step falls due by what the hub promises, a watch says itself what is due."""
    return reminder.kind not in (rules.STEP, rules.WATCH)


def step_codes(reminders) -> dict[str, str]:
    """The codes of the steps that reminders of late steps belong to, by key."""
    keys = [reminder.subject for reminder in reminders if reminder.kind == rules.STEP]
    return {str(pk): code for pk, code in Step.objects.filter(pk__in=keys).values_list("pk", "code")} if keys else {}


def _reminder_row(reminder: Reminder, user: User, read: _Read, *, acts: bool, notice: Notice | None = None) -> Row:
    title = rule_words(reminder.rule, read.steps.get(reminder.subject, ""))
    schedule = read.row_of(reminder)
    return Row(
        title=title,
        sentence=notice_words.sentence(notice) if notice else "",
        icon=notice_words.KINDS[notice.kind].icon if notice else "clock",
        patient=reminder.patient,
        url=reminder_url(reminder),
        due=due_chip(reminder.due_on, clock.today(reminder.keeper.timezone)),
        schedule=schedule,
        counted_from=reminder.pathway.day_0 if schedule else None,
        state=_state_chip(reminder),
        owner=reminder.owner.get_full_name() if reminder.owner else "",
        reason=reminder.snooze_reason if reminder.snoozed_until and reminder.snoozed_until > clock.now() else "",
        phone=notice.phone if notice else "",
        urgent=notice.urgent if notice else False,
        told_at=notice.created_at if notice else reminder.told_at,
        reminder=reminder,
        notice=notice,
        token=tokens.make(subject=reminder.pk, user=user.pk, version=0).signed(),
        done_by_hand=reminder.kind in BY_HAND and reminder.due_on <= clock.today(reminder.keeper.timezone) + AHEAD,
        acts=acts,
    )


def due_chip(due_on: date, today: date) -> Chip:
    """By when: late by so many days, today, or the day."""
    late = (today - due_on).days
    if late > 0:
        return Chip(ngettext("%(count)d day late", "%(count)d days late", late) % {"count": late}, "alert", "danger")
    if late == 0:
        return Chip(_("today"), "clock", "warn")
    return Chip(f"{due_on:%d/%m/%Y}", "cal")


def _state_chip(reminder: Reminder) -> Chip | None:
    if reminder.state == Reminder.State.ACKNOWLEDGED:
        who = reminder.acknowledged_by.get_full_name() or str(reminder.acknowledged_by)
        return Chip(_("%(name)s takes care") % {"name": who}, "check", "ok")
    if reminder.snoozed_until and reminder.snoozed_until > clock.now():
        back = clock.local(reminder.snoozed_until, reminder.keeper.timezone)
        return Chip(_("put aside until %(day)s") % {"day": f"{back:%d/%m}"}, "pause", "line")
    if reminder.told_at is not None:
        return Chip(_("told"), "bell", "info")
    return None


def reminder_url(reminder: Reminder) -> str:
    """The page on which what a reminder asks for is done."""
    if reminder.watch_id is not None:
        return reverse("surveillance:watch", args=[reminder.watch_id])
    return _pathway_url(reminder.pathway_id)


def _notice_url(notice: Notice, user: User) -> str:
    """The page that a notice is about: its pathway's, or its watch's where the reader belongs to that centre."""
    if notice.pathway_id is None and notice.about and Watch.objects.visible_to(user).filter(pk=notice.about).exists():
        return reverse("surveillance:watch", args=[notice.about])
    return _pathway_url(notice.pathway_id)


def _pathway_url(pathway_id) -> str:
    try:
        return reverse("timeline:pathway", args=[pathway_id])
    except NoReverseMatch:
        return ""


# ── held back, and the delivery log ──────────────────────────────────────────────────────────────────────────────────


def releasing_at(user: User) -> list[Centre]:
    """The hubs whose late reminders a user releases, and whose schedule they change."""
    return access.may_somewhere(user, "schedule.change")


def may_release(user: User, reminder: Reminder) -> bool:
    """Whether a user decides what of a reminder is told late: its hub's people, of a watch its centre's doctors."""
    return access.may_at(user, "schedule.change" if reminder.watch_id is None else ASK, reminder.keeper)


def held_reminders(user: User) -> QuerySet[Reminder]:
    """What was planned too late and waits for a person of its hub, of a watch for one of its centre."""
    hubs = [centre.pk for centre in releasing_at(user)]
    watching = [centre.pk for centre in watching_centres(user, ASK)]
    ours = Q(pathway__hub__in=hubs) | Q(watch__centre__in=watching)
    held = visible_reminders(user).filter(ours, state__in=OPEN, tellings__held=True)
    return _with_people(held).distinct().order_by("due_at", "id")


def deliveries(user: User) -> QuerySet[Delivery]:
    """The mails that a user sent, and those to the people of centres that they administer."""
    centres = [centre.pk for centre in access.may_somewhere(user, "people.manage")]
    return (
        Delivery.objects.filter(Q(by=str(user.pk)) | Q(centre__in=centres))
        .select_related("user", "centre")
        .order_by("-created_at", "-id")
    )


def delivery_page(user: User, after: UUID | None, failed_only: bool) -> tuple[list[Delivery], UUID | None]:
    """One page of the delivery log, the newest first; and the key of its last row, if more follow."""
    found = deliveries(user)
    if failed_only:
        found = found.filter(Q(failed_at__isnull=False) | Q(bounced_at__isnull=False))
    if after is not None:
        last = Delivery.objects.filter(pk=after).values_list("created_at", flat=True).first()
        if last is not None:
            found = found.filter(Q(created_at__lt=last) | Q(created_at=last, pk__lt=after))
    rows = list(found[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None


def unread_count(user: User) -> int:
    """How many notices a person has not seen yet: the number at the bell."""
    return open_notices(user).filter(read_at__isnull=True).count()

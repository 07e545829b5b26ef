"""What the pages of reminders ask."""

from datetime import date, timedelta

from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from patients.audit import clock, fields
from patients.centres.forms import role_name
from patients.centres.models import Role, User
from patients.identity import access
from patients.pathway.agreement import AgreedForm
from patients.pathway.models import Promise
from patients.pathway.promises import LONGEST_DAYS as LONGEST_PROMISE
from patients.pathway.promises import Length
from patients.pathway.steps import STEP_RULES
from patients.pathway.words import PROMISES, STEPS
from patients.reminders import rules
from patients.reminders.actions import LONGEST_SNOOZE_DAYS
from patients.reminders.models import Reminder, ScheduleTemplate

LEVELS = 4
LONGEST_DAYS = 5500  # fifteen years
LONGEST_MONTHS = 180
OWNER = "owner"


def reason_text(label, *, help_text="") -> forms.CharField:
    """A reason in a sentence, as long as the row that keeps it."""
    return forms.CharField(label=label, max_length=240, widget=forms.Textarea({"rows": 2}), help_text=help_text)


class NoQuestion(fields.Form):
    """A page that only asks to confirm."""


class SnoozeForm(fields.Form):
    until = fields.DateField(label=_("Until the morning of"))
    reason = reason_text(_("Why"), help_text=_("Your colleagues read it in the list."))

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].earliest = today + timedelta(days=1)
        self.fields["until"].latest = today + timedelta(days=LONGEST_SNOOZE_DAYS)


class HandOnForm(fields.Form):
    to = forms.ChoiceField(label=_("To whom"))
    reason = reason_text(_("Why"), help_text=_("They read it beside the reminder."))

    def __init__(self, *args, colleagues: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.colleagues = {str(user.pk): user for user in colleagues}
        names = [(key, user.get_full_name() or user.email) for key, user in self.colleagues.items()]
        self.fields["to"].choices = [("", _("Choose")), *names]

    def clean_to(self) -> User:
        return self.colleagues[self.cleaned_data["to"]]


class DoneForm(fields.Form):
    on = fields.DateField(label=_("Done on"))

    def __init__(self, *args, today: date, day_0: date | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].latest = today
        if day_0:
            self.fields["on"].earliest = day_0


class DropForm(fields.Form):
    reason = reason_text(_("Why it is not needed"), help_text=_("For example: done before at the other hospital."))


def colleagues_of(reminder: Reminder, but: User) -> list[User]:
    """The people of the pathway's centres, or of the one that watches, who may see the patient, by name."""
    centres = [reminder.centre_id]
    if reminder.pathway is not None:
        centres += [reminder.pathway.hub_id, reminder.pathway.referring_centre_id]
    now = clock.now()
    there = (
        User.objects.filter(
            Q(memberships__ends_at__isnull=True) | Q(memberships__ends_at__gt=now),
            is_active=True,
            memberships__centre__in=[key for key in centres if key],
            memberships__starts_at__lte=now,
        )
        .exclude(pk=but.pk)
        .distinct()
        .order_by("last_name", "first_name")
    )
    return [user for user in there if access.may_see(user, reminder.patient_id)]


class ScheduleForm(AgreedForm):
    """A row of the schedule: when it falls due, and who is told how many days later.

    `agreeing`: a second haematologist agrees here (a bedside assessment that is looser than everybody's start).
    """

    days = fields.CountField(label=_("Days after the infusion"), unit=_("days"), least=0, most=LONGEST_DAYS)
    until_day = fields.CountField(label=_("Last day"), unit=_("days"), least=0, most=LONGEST_DAYS)
    months = fields.CountField(label=_("Months after the infusion"), unit=_("months"), least=1, most=LONGEST_MONTHS)
    window_from = fields.CountField(
        label=_("In time from day"), unit=_("days"), least=0, most=LONGEST_DAYS, required=False
    )
    window_to = fields.CountField(label=_("to day"), unit=_("days"), least=0, most=LONGEST_DAYS, required=False)
    why = reason_text(_("Why"), help_text=_("Kept in the history."))

    def __init__(self, *args, template: ScheduleTemplate, agreeing: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.template = template
        for name in ("days", "months", "until_day"):
            if getattr(template, name) is None:
                del self.fields[name]
        if template.until_day is not None:
            self.fields["days"].label = _("First day, from the infusion")
        if template.kind == rules.STEP or template.months is not None or template.until_day is not None:
            del self.fields["window_from"], self.fields["window_to"]
        if not agreeing:
            del self.fields["second_email"], self.fields["second_password"]
        why = self.fields.pop("why")
        roles = [(role.pk, role_name(role)) for role in Role.objects.all()]
        for number in range(LEVELS):
            self._add_level(number, roles)
        self.fields["why"] = why

    def _add_level(self, number: int, roles: list[tuple[str, str]]) -> None:
        names = {"number": number + 1}
        self.fields[f"after_{number}"] = fields.CountField(
            label=_("Telling %(number)s: days after the due day") % names,
            unit=_("days"),
            least=0,
            most=400,
            required=number == 0,
        )
        self.fields[f"who_{number}"] = forms.ChoiceField(
            label=_("Telling %(number)s: to whom") % names,
            choices=[("", _("nobody")), (OWNER, _("whose task it is")), *roles],
            required=number == 0,
        )
        self.fields[f"urgent_{number}"] = forms.BooleanField(
            label=_("Telling %(number)s is urgent: mailed at once") % names, required=False
        )

    def layout(self) -> Layout:
        """When it falls due, then a line per telling, then the reason."""
        due = [name for name in ("days", "until_day", "months", "window_from", "window_to") if name in self.fields]
        tellings = [
            fields.side_by_side(f"after_{number}", f"who_{number}", f"urgent_{number}") for number in range(LEVELS)
        ]
        second = [name for name in ("second_email", "second_password") if name in self.fields]
        agreed = [fields.side_by_side(*second)] if second else []
        return Layout(*([fields.side_by_side(*due)] if due else []), *tellings, "why", *agreed)

    @classmethod
    def initial_of(cls, template: ScheduleTemplate) -> dict:
        window = template.window or (None, None)
        found = {name: getattr(template, name) for name in ("days", "months", "until_day")}
        found |= {"window_from": window[0], "window_to": window[1]}
        for number, level in enumerate(template.levels):
            found |= {
                f"after_{number}": level["after_days"],
                f"who_{number}": level.get("role") or OWNER,
                f"urgent_{number}": level.get("urgent", False),
            }
        return found

    def clean(self) -> dict:
        given = super().clean()
        self._check_window(given)
        first, last_day = given.get("days"), given.get("until_day")
        if first is not None and last_day is not None and last_day < first:
            self.add_error("until_day", _("Not before the first day."))
        last = -1
        for number in range(LEVELS):
            after, who = given.get(f"after_{number}"), given.get(f"who_{number}")
            if f"after_{number}" in self.errors or f"who_{number}" in self.errors:
                continue
            if (after is None) != (not who):
                name = f"after_{number}" if after is None else f"who_{number}"
                self.add_error(name, _("Say both, after how many days and to whom, or neither."))
            elif after is not None and after < last:
                self.add_error(f"after_{number}", _("Not earlier than the telling before it."))
            last = last if after is None else after
        return given

    def _check_window(self, given: dict) -> None:
        first, last, day = given.get("window_from"), given.get("window_to"), given.get("days")
        if (first is None) != (last is None):
            self.add_error("window_to" if last is None else "window_from", _("Give both days of the window, or none."))
        elif first is not None and day is not None and not first <= day <= last:
            self.add_error("window_from", _("The due day lies outside of its window."))

    def columns(self) -> dict:
        """The columns of the row that the form asks for."""
        given = self.cleaned_data
        found = {name: given[name] for name in ("days", "months", "until_day") if name in self.fields}
        if "window_from" in self.fields:
            both = [given["window_from"], given["window_to"]]
            found["window"] = both if both[0] is not None else None
        found["levels"] = [self._level(number) for number in range(LEVELS) if given[f"after_{number}"] is not None]
        return found

    def _level(self, number: int) -> dict:
        who, before = self.cleaned_data[f"who_{number}"], self.template.levels
        level = {"after_days": self.cleaned_data[f"after_{number}"]}
        if who != OWNER:
            level["role"] = who
            kept = next((old for old in before if old.get("role") == who and "at" in old), None)
            if kept or Role.objects.get(pk=who).centre_kind == "referral":
                level["at"] = rules.REFERRING
        if self.cleaned_data[f"urgent_{number}"]:
            level["urgent"] = True
        return level


class PromisesForm(fields.Form):
    """How long a hub gives each step: days, and whether only working days count."""

    why = reason_text(_("Why"), help_text=_("Kept in the history."))

    def __init__(self, *args, usual: dict[str, Promise], **kwargs):
        super().__init__(*args, **kwargs)
        self.codes = list(usual)
        why = self.fields.pop("why")
        # Of steps that share a promise the first one names it.
        of_steps = {rule.promise: STEPS[rule.code] for rule in reversed(STEP_RULES) if rule.promise}
        for code, row in usual.items():
            label = of_steps.get(code) or PROMISES[code]
            self.fields[f"days_{code}"] = fields.CountField(
                label=label, unit=_("days"), least=0, most=LONGEST_PROMISE, help_text=usual_words(row)
            )
            self.fields[f"counted_{code}"] = fields.TileChoice(
                label=_("Which days count"), choices=[("all", _("every day")), ("working", _("working days"))]
            )
        self.fields["why"] = why

    def layout(self) -> Layout:
        rows = (fields.side_by_side(f"days_{code}", f"counted_{code}") for code in self.codes)
        return Layout(*rows, "why")

    @staticmethod
    def initial_of(lengths: dict[str, Length]) -> dict:
        """What stands now, as the form shows it."""
        shown = {}
        for code, length in lengths.items():
            shown[f"days_{code}"] = length.days
            shown[f"counted_{code}"] = "working" if length.working_days else "all"
        return shown

    def lengths(self) -> dict[str, Length]:
        """What was typed."""
        given = self.cleaned_data
        return {code: Length(given[f"days_{code}"], given[f"counted_{code}"] == "working") for code in self.codes}


def usual_words(row: Promise) -> str:
    """What counts where a hub says nothing: "usual: 7 days"."""
    if row.working_days:
        return ngettext("usual: %(count)d working day", "usual: %(count)d working days", row.days) % {"count": row.days}
    return ngettext("usual: %(count)d day", "usual: %(count)d days", row.days) % {"count": row.days}

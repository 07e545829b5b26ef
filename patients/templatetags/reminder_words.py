"""The words of mails and of the schedule, in the reader's language."""

from datetime import date

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patients.audit.shown import Chip, source_words
from patients.centres.forms import role_name
from patients.centres.models import Role
from patients.notices.models import Delivery
from patients.pathway.models import Pathway
from patients.reminders import rules
from patients.reminders.facts import schedules
from patients.reminders.models import ScheduleTemplate
from patients.reminders.words import rule_words, when_words

register = template.Library()

DELIVERY_KINDS = {
    "mail": gettext_lazy("Log-in, reset or invitation"),
    "urgent": gettext_lazy("Urgent notice"),
    "morning": gettext_lazy("Notices of the morning"),
}
DELIVERY_STATES = {
    "waiting": (gettext_lazy("Waiting"), "hour", ""),
    "retrying": (gettext_lazy("Is tried again"), "swap", "warn"),
    "sent": (gettext_lazy("Sent"), "check", "ok"),
    "failed": (gettext_lazy("Refused"), "alert", "danger"),
    "bounced": (gettext_lazy("Came back"), "alert", "danger"),
    "withdrawn": (gettext_lazy("No longer needed"), "no", "line"),
}


@register.filter
def delivery_kind(delivery: Delivery) -> str:
    """What a mail is."""
    return DELIVERY_KINDS[delivery.kind]


@register.simple_tag
def delivery_chip(delivery: Delivery) -> Chip:
    """How a mail stands."""
    text, icon, tone = DELIVERY_STATES[delivery.status]
    return Chip(str(text), icon, tone)


@register.filter
def delivery_detail(delivery: Delivery) -> str:
    """When it was sent, or why it was not, in the mail server's own code."""
    words = ngettext("%(count)d attempt", "%(count)d attempts", delivery.attempts) % {"count": delivery.attempts}
    return " · ".join(part for part in (words if delivery.attempts > 1 else "", delivery.last_error) if part)


@register.filter
def template_title(row: ScheduleTemplate) -> str:
    """What a row of the schedule is about."""
    words = rule_words(row.rule)
    return _("Late: %(step)s") % {"step": words} if row.rule.startswith("step:") else words


@register.filter
def schedule_lines(row: rules.Template, day_0: date | None) -> list[str]:
    """When a row falls due, and why: the day 0 that its days count from, whose row it is, its source."""
    source = source_words(row.source)
    parts = [_("day 0 on %(day)s") % {"day": f"{day_0:%d/%m/%Y}"}] if day_0 is not None else []
    own = _("this hub’s own, in place of %(source)s") % {"source": source}
    why = " · ".join([*parts, source if row.hub is None else own])
    return [template_when(row), why] if row.window else [f"{template_when(row)} · {why}"]


@register.simple_tag(takes_context=True)
def planned_by(context, pathway: Pathway, milestone: str) -> rules.Template | None:
    """The row of the schedule that plans a milestone; the schedule is read once per page."""
    kept = context.render_context
    if "schedule" not in kept:
        rows = schedules([pathway])[pathway.pk].values()
        kept["schedule"] = {row.milestone: row for row in rows if row.milestone}
    return kept["schedule"].get(milestone)


@register.filter
def template_when(row: ScheduleTemplate | rules.Template) -> str:
    """When a row falls due."""
    return when_words(row)


@register.simple_tag(takes_context=True)
def template_levels(context, row: ScheduleTemplate) -> list[str]:
    """Who is told, and how many days after the due day; roles are read once per page."""
    kept = context.render_context
    if "role_names" not in kept:
        kept["role_names"] = {role.pk: role_name(role) for role in Role.objects.all()}
    names = kept["role_names"]
    return [_level(level, row, names) for level in row.levels]


def _level(level: dict, row: ScheduleTemplate, names: dict[str, str]) -> str:
    role = level.get("role")
    if role:
        who = names[role]
    else:
        who = _("whose task it is") if row.kind == rules.STEP else names[row.owner_role_id]
    after = level["after_days"]
    when = ngettext("+%(count)d day", "+%(count)d days", after) % {"count": after} if after else _("on the day")
    words = {"when": when, "who": who}
    return _("%(when)s: %(who)s (urgent)") % words if level.get("urgent") else f"{when}: {who}"

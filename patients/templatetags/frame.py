"""The frame around every page: top bar, way through the app by role, night view, demonstration band."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from patients.identity.access import memberships
from patients.reminders.shown import unread_count
from patients.worklist.guide import reader_of

register = template.Library()

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Way:
    """One entry of the way through the app: shown when the page exists and the person may follow it."""

    label: str
    url_name: str
    icon: str
    permissions: frozenset[str] = frozenset()  # any of them opens it; empty: everybody
    patients: bool = True  # about patients: not for those who may see none


PHONE_WAYS = 4
# Where the foot of the phone is too narrow: who works at the bedside needs the ward and the reminders there.
LEFT_OUT_FIRST = ("rulebook:rules", "worklist:board")
BEDSIDE = frozenset({"toxicity.record", "toxicity.confirm"})
RUNS_A_CENTRE = frozenset({"people.manage", "centre.manage"})
WAYS = (
    Way(_("Today"), "worklist:today", "home"),
    Way(_("Patients"), "worklist:patients", "users"),
    Way(_("Board"), "worklist:board", "table"),
    Way(_("Under watch"), "surveillance:list", "hour", frozenset({"referral.submit"})),
    Way(_("Ward"), "toxicity:mine", "thermo", BEDSIDE),
    Way(_("Reminders"), "reminders:list", "clock"),
    Way(_("Rules"), "rulebook:rules", "list"),
    Way(_("Centre"), "centres:people", "shield", RUNS_A_CENTRE, patients=False),
)


def address(url_name: str) -> str:
    """The address of a page, or "" while no room has built it."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def initials(user) -> str:
    """Two letters for the round sign of a person: of first and last name, else of the e-mail address."""
    name = str(user.get_full_name()).split() or [str(user)]
    return (name[0][:1] + name[-1][:1] if len(name) > 1 else name[0][:2]).upper()


def hats(user) -> list[str]:
    """The roles that a person holds now, each with its centre, in their language."""
    language = "name_it" if get_language() == "it" else "name_en"
    return [f"{getattr(held.role, language)}, {held.centre.name}" for held in memberships(user)]


def ways(request) -> list[dict]:
    """The entries that this person can follow, the current one marked by the start of the path."""
    held = {permission for membership in memberships(request.user) for permission in membership.role.permissions}
    sees_patients = any(membership.role.reads for membership in memberships(request.user))
    shown = [
        {"way": way, "url": address(way.url_name)}
        for way in WAYS
        if (not way.permissions or held & way.permissions) and (sees_patients or not way.patients)
    ]
    shown = [entry for entry in shown if entry["url"]]
    on_path = [entry for entry in shown if request.path.startswith(entry["url"])]
    nearest = max(on_path, key=lambda entry: len(entry["url"]), default=None)
    for entry in shown:
        entry["current"] = entry is nearest and (entry["url"] != "/" or request.path == "/")
    return shown


@register.simple_tag(takes_context=True)
def theme(context) -> str:
    """The view chosen by cookie, day unless night was chosen; drawn by the server, so nothing flashes."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme") if request else None
    return chosen if chosen in THEMES else "light"


@register.simple_tag
def demonstration() -> bool:
    """Whether this is a demonstration: every page says so."""
    return settings.DEMO


@register.inclusion_tag("_components/topbar.html", takes_context=True)
def topbar(context) -> dict:
    """The bar at the top: way, search, bell, language, night, person."""
    request = context["request"]
    user = request.user
    language = get_language()
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "user": user,
        "hats": hats(user),
        "initials": initials(user) if user.is_authenticated else "",
        "ways": ways(request) if user.is_authenticated else [],
        # Who sees no patient (a centre's administrator) has nobody to search for.
        "search": address("worklist:patients") if any(one.role.reads for one in memberships(user)) else "",
        "inbox": address("reminders:list"),
        "help": reverse("worklist:help", args=[reader_of(user)]) if user.is_authenticated else "",
        "unread": unread_count(user) if user.is_authenticated else 0,
        "theme": theme(context),
        "language": language,
        "other_language": "en" if language == "it" else "it",
    }


@register.inclusion_tag("_components/botnav.html", takes_context=True)
def botnav(context) -> dict:
    """The way at the foot of the phone: at most four entries."""
    request = context["request"]
    if not request.user.is_authenticated:
        return {"ways": []}
    shown = ways(request)
    for dispensable in LEFT_OUT_FIRST:
        if len(shown) > PHONE_WAYS:
            shown = [entry for entry in shown if entry["way"].url_name != dispensable]
    return {"ways": shown[:PHONE_WAYS]}

"""The frame around every page: top bar, way through the app by role, night view, demonstration band."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

register = template.Library()

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Way:
    """One entry of the way through the app: shown when the page exists and the person holds the permission."""

    label: str
    url_name: str
    icon: str
    permission: str = ""
    on_phone: bool = True


WAYS = (
    Way(_("Today"), "worklist:today", "home"),
    Way(_("Patients"), "worklist:patients", "users"),
    Way(_("Ward"), "toxicity:ward", "thermo"),
    Way(_("Reminders"), "reminders:list", "bell"),
    Way(_("Centre"), "centres:people", "shield", on_phone=False),
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


def ways(request) -> list[dict]:
    """The entries that this person can follow, the current one marked by the start of the path."""
    shown = [{"way": way, "url": address(way.url_name)} for way in WAYS]
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
        "initials": initials(user) if user.is_authenticated else "",
        "ways": ways(request) if user.is_authenticated else [],
        "search": address("worklist:patients"),
        "inbox": address("notices:inbox"),
        "unread": context.get("unread_notices", 0),
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
    return {"ways": [entry for entry in ways(request) if entry["way"].on_phone][:4]}

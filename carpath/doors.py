"""Which requests are let in at all, before anything else looks at them.

A demonstration answers this machine alone: its passwords are public. The real thing answers https alone, for which a
trusted proxy in front of it vouches; the health page also answers plain HTTP from this machine.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils import translation
from django.utils.translation import gettext as _

HEALTH_PATH = "/healthz"
FORWARDING = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_X_CLUSTER_CLIENT_IP",
    "HTTP_X_ORIGINAL",
    "HTTP_X_HOST",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_CF_",
)


class Doors:
    """Middleware, first of all: refuses with 403 what may not come in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.DEMO:
            if _was_forwarded(request) or not _host_is_ours(request):
                return _refuse(request, demonstration=True)
        elif not _came_by_https(request) and not _asks_health_from_here(request):
            return _refuse(request, demonstration=False)
        return self.get_response(request)


def _was_forwarded(request: HttpRequest) -> bool:
    return any(name.startswith(FORWARDING) for name in request.META)


def _host_is_ours(request: HttpRequest) -> bool:
    domain, _port = split_domain_port(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", ""))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, IPv4 also where it comes dressed as IPv6; None for anything else."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(text: str) -> bool:
    ip = _address(text)
    return ip is not None and any(ip in ipaddress.ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES)


def _came_by_https(request: HttpRequest) -> bool:
    """True when a trusted proxy says so; the request is then https for everything after, from the proxy's caller."""
    if not _is_trusted(request.META.get("REMOTE_ADDR", "")):
        return request.is_secure()
    if request.META.get("HTTP_X_FORWARDED_PROTO", "").strip().lower() != "https":
        return False
    request.META["wsgi.url_scheme"] = "https"
    request.META["REMOTE_ADDR"] = _caller(request)
    return True


def _caller(request: HttpRequest) -> str:
    """The last address in the chain that is no trusted proxy: what stands before it, the caller could have made up."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    for hop in reversed(hops):
        if not _is_trusted(hop):
            return hop
    return request.META["REMOTE_ADDR"]


def _asks_health_from_here(request: HttpRequest) -> bool:
    ip = _address(request.META.get("REMOTE_ADDR", ""))
    return ip is not None and ip.is_loopback and request.path == HEALTH_PATH and not _was_forwarded(request)


def _refuse(request: HttpRequest, *, demonstration: bool) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        if demonstration:
            sentence = _("This is a demonstration with invented patients: it answers on its own machine only.")
        else:
            sentence = _("This address answers over https only.")
        return HttpResponse(f"{sentence}\n", status=403, content_type="text/plain; charset=utf-8")

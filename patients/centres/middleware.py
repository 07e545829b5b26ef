"""What every request passes: sessions that end, a second factor where it is compulsory, the user's language."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from patients.audit import drafts

LONGEST_SESSION_SECONDS = 12 * 3600
BEGAN = "began_at"
# How often a session in use is written: it may end by so much earlier than its idle time, and most requests write none.
SEEN_EVERY_SECONDS = 60
SEEN = "seen_at"


class SessionAgeMiddleware:
    """Ends a session twelve hours after log-in, however busy it was; idle ones end by their age, which use renews."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault(BEGAN, now)
            if now - began > LONGEST_SESSION_SECONDS:
                logout(request)
            elif now - request.session.get(SEEN, 0) >= SEEN_EVERY_SECONDS:
                request.session[SEEN] = now
        return self.get_response(request)


class KeepTypedMiddleware:
    """A form sent after the session had expired is kept for its writer, who finds it again after log-in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "POST" and not request.user.is_authenticated and drafts.keep(request):
            return redirect(f"{reverse('account_login')}?next={request.path}")
        return self.get_response(request)


class SecondFactorMiddleware:
    """Where a second factor is compulsory, a user without one sees only the pages that set it up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SECOND_FACTOR_COMPULSORY and request.user.is_authenticated and not self._passes(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _passes(self, request) -> bool:
        if request.path.startswith(("/account/", "/static/", "/healthz", "/language/", "/theme/")):
            return True
        return request.user.authenticator_set.filter(type="totp").exists()


class UserLanguageMiddleware:
    """A user who has not chosen otherwise on this device reads in the language of their profile."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)

"""Pages of the log-in library that this app has not: people come by invitation, and an address is changed by one."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import re_path

CLOSED = r"^account/(signup|email|confirm-email|login/code|password/set)(/|$)"


@login_not_required
def closed(request: HttpRequest, *args) -> HttpResponse:
    """As for a page that does not exist."""
    raise Http404


urlpatterns = [re_path(CLOSED, closed)]

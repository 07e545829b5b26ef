"""What belongs to the frame and to no patient: the choice of the night view."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

ONE_YEAR_SECONDS = 365 * 24 * 3600


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Day or night view, kept in a cookie that names nobody; back to the page one was on."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    answer = HttpResponseRedirect(back)
    chosen = "dark" if request.POST.get("theme") == "dark" else "light"
    answer.set_cookie(
        "theme", chosen, max_age=ONE_YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return answer

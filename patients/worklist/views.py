"""Today and the list of patients: what needs me now, and everybody whom I may see."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from patients.audit import clock
from patients.audit.actions import saw
from patients.identity.access import access_to_all, may_somewhere, memberships
from patients.pathway.models import Pathway
from patients.pathway.shown import day_words
from patients.pathway.stages import ORDER
from patients.pathway.words import STAGES
from patients.surveillance.shown import counts_for_hub, counts_of
from patients.surveillance.shown import row as watch_row
from patients.worklist import boards, hats, rows, shown
from patients.worklist import guide as guides

MOST_TEXT = 80


def _address(url_name: str, *args) -> str:
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


# ── Today ────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD"])
def today(request: HttpRequest) -> HttpResponse:
    """What needs me now, in the shape of the hat that I wear."""
    hat = hats.worn(request)
    if hat is None:
        return render(request, "worklist/no_role.html", {"title": _("Today")})
    if hat.page == "nurse" and (ward := _address("toxicity:mine")):
        return redirect(ward)
    page = {"hat": hat, "other_hats": hats.others(request, hat), "centre": hat.membership.centre}
    page["day"] = day_words(clock.today(hat.membership.centre.timezone))
    page["now"] = clock.local(clock.now(), hat.membership.centre.timezone)
    if hat.page == "administrator":
        return render(request, "worklist/administrator.html", page)
    if hat.page == "referrer":
        return render(request, "worklist/referrer.html", page | _referrer(request, hat))
    return render(request, "worklist/today.html", page | _columns(request, hat))


COLUMN_TONES = {rows.LATE: "danger", rows.TODAY: "", rows.WAITING: "", rows.NEW: "info"}


def _columns(request: HttpRequest, hat: hats.Hat) -> dict:
    """The four columns of a hub: late, today, waiting for others, new."""
    user, centre = request.user, hat.membership.centre
    only_mine, product = request.GET.get("mine") == "1", request.GET.get("product", "")
    steps = rows.open_steps(user, centre)
    if hat.page == "steps":
        steps = rows.single_steps(user, centre, hat.membership.role)
    found = rows.today(user, centre, steps, only_mine=only_mine, product=product)
    _saw(user, "worklist:today", {step.pathway.patient_id for column in found.rows.values() for step in column})
    heads = {
        rows.LATE: (_("Late"), _("by harm to the pathway")),
        rows.TODAY: (_("Today"), _("by hour")),
        rows.WAITING: (_("Waiting for others"), _("who, since when")),
        rows.NEW: (_("New"), _("answer promised")),
    }
    return {
        "columns": [
            {
                "name": name,
                "title": heads[name][0],
                "hint": heads[name][1],
                "tone": COLUMN_TONES[name] if found.counts[name] else "",
                "count": found.counts[name],
                "items": [shown.item(step, user, centre) for step in found.rows[name]],
                "more": found.counts[name] - len(found.rows[name]),
            }
            for name in rows.COLUMNS
        ],
        "found": found,
        "watches": counts_for_hub(centre) if "referral.answer" in hat.membership.role.permissions else None,
        "only_mine": only_mine,
        "product": product if product in found.products else "",
    }


def _referrer(request: HttpRequest, hat: hats.Hat) -> dict:
    """My patients and what happens next; what waits for me first."""
    page = rows.of_centre(request.user, hat.membership.centre)
    _saw(request.user, "worklist:today", {pathway.patient_id for pathway in page.rows})
    listed = _listed(request.user, page.rows)
    return {
        "ask": _address("referral:ask") if "referral.submit" in hat.membership.role.permissions else "",
        "to_do": [row for row in listed if row.ball and row.ball.mine],
        "going_on": [row for row in listed if not (row.ball and row.ball.mine)],
        "watches": counts_of(hat.membership.centre),
        "more": page.after is not None,
    }


@require_POST
def hat(request: HttpRequest) -> HttpResponse:
    """Put on another of one's hats; it changes only what is shown first."""
    if not hats.put_on(request, request.POST.get("hat", "")):
        raise Http404
    return redirect("worklist:today")


# ── help ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD"])
def guide(request: HttpRequest, reader: str) -> HttpResponse:
    """Help by task for one kind of reader; the links only to pages that exist for the one who reads."""
    if reader not in guides.GUIDES:
        raise Http404
    own = guides.reader_of(request.user)
    page = {
        "guide": guides.GUIDES[reader],
        "readers": [(code, words, code == reader) for code, words in guides.NAMES.items()],
        "own": reader == own,
    }
    return render(request, "worklist/help.html", page)


# ── board ────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD"])
def board(request: HttpRequest) -> HttpResponse:
    """Everybody under way, a column per stage: who has the ball, by when, what is late."""
    hat = hats.worn(request)
    sieve = boards.Sieve(centre=_uuid(request.GET.get("centre", "")), mine=request.GET.get("mine") == "1")
    drawn = boards.board(request.user, sieve, hat.membership.centre if hat else None)
    _saw(request.user, "worklist:board", drawn.patient_ids)
    return render(request, "worklist/board.html", {"board": drawn, "sieve": sieve})


# ── patients ─────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def patients(request: HttpRequest) -> HttpResponse:
    """Everybody whom I may see, page by page. What is searched for comes by POST and stands in no address."""
    asked = request.POST if request.method == "POST" else request.GET
    wanted = _wanted(asked, text=request.POST.get("q", "").strip()[:MOST_TEXT])
    page = rows.page(request.user, wanted)
    watched = rows.watched(request.user, wanted.text) if wanted.text else []
    _saw(request.user, "worklist:patients", {one.patient_id for one in (*page.rows, *watched)})
    tab_words = {
        rows.UNDER_WAY: _("Under way"),
        rows.CLOSED: _("Closed"),
        rows.PAST: _("Care ended"),
        rows.IMPORTED: _("Imported studies"),
    }
    hubs = may_somewhere(request.user, "pathway.bring_in")
    held = memberships(request.user)
    context = {
        "bring_in": _address("exchange:bring_in", hubs[0].pk) if hubs else "",
        "may_export": bool(may_somewhere(request.user, "export.make")),
        "sees_none": bool(held) and not any(one.role.reads for one in held),
        "wanted": wanted,
        "page": page,
        "listed": _listed(request.user, page.rows),
        "watched": [watch_row(one) for one in watched],
        "tabs": [
            (name, tab_words[name], page.counts[name])
            for name in rows.TABS
            if page.counts[name] or name in (rows.UNDER_WAY, rows.CLOSED)
        ],
        "stages": [(stage.value, stage.number, STAGES[stage]) for stage in ORDER],
        "filtered": wanted.stage or wanted.product or wanted.mine or wanted.late,
    }
    return render(request, "worklist/patients.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _wanted(asked, *, text: str) -> rows.Wanted:
    """What a list was asked for; what is not understood is left out, never an error."""
    stage, tab = asked.get("stage", ""), asked.get("tab", "")
    return rows.Wanted(
        tab=tab if tab in rows.TABS else rows.UNDER_WAY,
        text=text,
        stage=stage if stage in [str(one) for one in ORDER] else "",
        product=asked.get("product", "")[:20],
        mine=asked.get("mine") == "1",
        late=asked.get("late") == "1",
        after=_uuid(asked.get("after", "")),
    )


def _listed(user, pathways: list[Pathway]) -> list[shown.Row]:
    granted = access_to_all(user, {pathway.patient_id for pathway in pathways})
    return [shown.row(pathway, granted[pathway.patient_id], user) for pathway in pathways]


def _saw(user, what: str, patient_ids: set[UUID]) -> None:
    if patient_ids:
        saw(by=user, what=what, patient_ids=sorted(patient_ids))

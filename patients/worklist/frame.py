"""What belongs to the frame and to no patient: the choice of the night view, and the gallery of components."""

import re
from datetime import date
from pathlib import Path

from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from patients.audit import fields
from patients.audit.shown import Ball, Banner, Block, Chip, Item, Link, StageBox, Tab

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


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """The gallery: every component alive, with invented people, as the measure of all pages."""
    return render(request, "components.html", _gallery())


class GalleryForm(fields.Form):
    """One field of each kind; saves nothing."""

    day = fields.DateField(label=gettext_lazy("Day of apheresis"))
    weight = fields.MeasuredField(label=gettext_lazy("Weight"), unit="kg", places=1, least=20, most=300)
    given_at = fields.MomentField(label=gettext_lazy("Given at"))
    since = fields.PartialDateField(label=gettext_lazy("Ill since"))
    temperature = fields.MeasuredField(
        label=gettext_lazy("Temperature"), unit="°C", places=1, least=25, most=45, required=False
    )
    systolic = fields.CountField(label=gettext_lazy("Systolic pressure"), unit="mmHg", required=False)
    hypotension = fields.YesNoUnknown(label=gettext_lazy("Hypotension"))
    setting = fields.TileChoice(
        label=gettext_lazy("Where"),
        shape="grid",
        choices=[
            ("inpatient", gettext_lazy("Inpatient")),
            ("day", gettext_lazy("Day hospital")),
            ("outpatient", gettext_lazy("Outpatient")),
            ("home", gettext_lazy("Home")),
        ],
    )
    reason = forms.CharField(label=gettext_lazy("Reason, compulsory"), widget=forms.Textarea({"rows": 2}))
    told = forms.BooleanField(label=gettext_lazy("The patient was told"))

    def layout(self):
        pairs = fields.side_by_side("day", "weight", "given_at", "since", "temperature", "systolic")
        return Layout(pairs, "hypotension", "setting", "reason", "told")


def _gallery_form() -> GalleryForm:
    form = GalleryForm({"weight": "645", "day": "24/11/2026", "hypotension": "yes", "told": "on"})
    fields.show_last(form, {"temperature": "38,1", "systolic": "98"})
    fields.flag(form, "systolic")
    return form


def _gallery() -> dict:
    return {
        "form": _gallery_form(),
        "banner": Banner(
            name="Marchetti Elena",
            code="CP-0241",
            sex="F",
            birth_date=date(1964, 5, 14),
            age=62,
            diagnosis="DLBCL NOS",
            product="axi-cel",
            day=-20,
            day_planned=True,
            weight="64,5 kg (12/11)",
            hub="Policlinico Santa Giulia",
            referring="Osp. di Valdarsa",
            referrer="dr. Sarti",
            allergies=(_("penicillins"),),
            alerts=(Chip(_("Irradiated blood only"), "drop", "warn"),),
            actions=(Link(_("Print"), "#banner", "print"),),
        ),
        "longest": Banner(
            name="Della Valle-Montecchiarugolo Maria Immacolata Bernardetta",
            code="CP-9999",
            age=101,
            day=None,
            allergies=None,
            hub="Azienda Ospedaliera Universitaria Policlinico Santa Giulia e Ospedali Riuniti",
            referring="Ospedale Civile di San Bartolomeo in Valdarsa",
        ),
        "tabs": [
            Tab(_("Summary"), "#tabs", "home", current=True),
            Tab(_("Disease and lines"), "#tabs", "list"),
            Tab(_("Documents"), "#tabs", "file", "12/13"),
            Tab(_("Messages"), "#tabs", "msg", "1", fresh=True),
            Tab(_("History"), "#tabs", "clock"),
        ],
        "balls": [
            Ball(_("coordinator"), _("confirm the slot"), _("Hub"), due=_("by today 14:00"), mine=True),
            Ball("dr. Sarti", "HBV DNA", "Osp. di Valdarsa", late=_("2 days late")),
            Ball(_("Maker"), _("release of the lot"), due=_("by 26/11")),
        ],
        "stages": [
            StageBox(1, _("Referral"), "done", _("3 days")),
            StageBox(2, _("Eligibility"), "done", _("7 days")),
            StageBox(3, _("Apheresis"), "done", "27/10"),
            StageBox(4, _("Manufacturing"), "here", _("20 d so far, 29 expected")),
            StageBox(5, _("Bridging"), "also", _("beside it")),
            StageBox(6, _("Lymphodepletion"), "ahead", "02/12"),
            StageBox(7, _("Infusion"), "ahead", "07/12"),
            StageBox(8, _("Toxicity"), "ahead"),
            StageBox(9, _("Follow-up"), "ahead"),
        ],
        "items": [
            Item(
                "Marchetti Elena",
                "#rows",
                _("HBV DNA expired: repeat it before lymphodepletion"),
                "axi-cel · −20",
                chip=Chip(_("2 days"), "alert", "danger"),
                who="Valdarsa",
                missing=_("1 missing"),
            ),
            Item(
                "Donati Paolo",
                "#rows",
                _("CRS 2: look again after the first dose of tocilizumab"),
                "axi-cel · +4",
                time="08:10",
                chip=Chip(_("in 25 min"), "clock", "warn"),
                who=_("Ward, bed 7"),
                grades=(("CRS", 2), ("ICANS", None)),
            ),
        ],
        "blocks": [
            Block(_("HBV DNA expired on 15/11"), _("Valid 30 days"), "no", Link(_("Ask again"), "#blocks")),
            Block(_("Product not yet there"), _("Release expected 26/11"), "waiting", Link(_("Update"), "#blocks")),
            Block(_("Ejection fraction: not known"), "", "unknown", Link(_("Enter it"), "#blocks")),
        ],
        "chips": [
            Chip(_("Done"), "check", "ok"),
            Chip(_("Waiting, 4 d"), "hour", "warn"),
            Chip(_("Late, 2 d"), "alert", "danger"),
            Chip(_("New"), "bell", "info"),
            Chip(_("Planned 24/11"), "clock"),
            Chip(_("Not known"), "ask", "unknown"),
            Chip(_("On hold"), "pause"),
        ],
        "colours": COLOURS,
        "views": [
            ("", _("Ordinary sight")),
            ("protanopia", "Protanopia"),
            ("deuteranopia", "Deuteranopia"),
            ("tritanopia", "Tritanopia"),
            ("grey", _("Grey, print")),
        ],
        "grades": (0, 1, 2, 3, 4, None),
        "icons": _icons(),
    }


def _icons() -> list[str]:
    """Every icon of the sprite, by its own list."""
    return re.findall(r'id="i-([a-z0-9]+)"', Path(finders.find("icons.svg")).read_text())


COLOURS = (
    *("bg", "surface", "sunken", "line", "line-strong", "text-3", "text-2", "text", "top", "primary", "primary-soft"),
    *("ok", "ok-soft", "warn", "warn-soft", "danger", "danger-soft", "today"),
)

"""The gallery of components: every one alive, with invented people, as the measure of all pages."""

import re
from datetime import date
from pathlib import Path

from crispy_forms.layout import Layout
from django import forms
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from patients.audit import fields
from patients.audit.shown import Ball, Banner, Block, Chip, Item, Link, StageBox, Tab
from patients.timeline.picture import Bar, Lane, Mark
from patients.timeline.picture import draw as draw_timeline
from patients.toxicity.picture import Cell, Curve, DrugRow, GradeRow, NumberRow, Sheet, Span
from patients.toxicity.picture import draw as draw_sheet


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """The gallery page."""
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
            ("home", gettext_lazy("At home")),
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
        "timeline": _timeline(),
        "sheet": _sheet(),
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


def _timeline():
    """The picture of a pathway between manufacturing and infusion, as on 17 November."""
    lanes = [
        Lane(
            f"{_('Referral')}, {_('Eligibility')}",
            bars=(
                Bar(1, date(2026, 10, 5), date(2026, 10, 8)),
                Bar(2, date(2026, 10, 8), date(2026, 10, 15), _("board 15/10: eligible")),
            ),
        ),
        Lane(_("Apheresis"), marks=(Mark(3, date(2026, 10, 27), True, "27/10", date(2026, 10, 26)),)),
        Lane(
            _("Manufacturing"),
            bars=(
                Bar(
                    4,
                    date(2026, 10, 28),
                    date(2026, 11, 26),
                    _("release 26/11, +6 days"),
                    late_from=date(2026, 11, 20),
                    first_start=date(2026, 10, 28),
                    first_end=date(2026, 11, 20),
                    strong=True,
                ),
            ),
        ),
        Lane(_("Bridging"), bars=(Bar(5, date(2026, 10, 30), date(2026, 11, 24), "Pola-R"),)),
        Lane(
            f"{_('Lymphodepletion')}, {_('Infusion')}",
            bars=(Bar(6, date(2026, 12, 2), date(2026, 12, 4)),),
            marks=(Mark(7, date(2026, 12, 7), False, _("07/12 planned (was 30/11)"), date(2026, 11, 30)),),
        ),
        Lane(
            _("Follow-up"),
            marks=(
                Mark(9, date(2027, 1, 6), False, "PET +30"),
                Mark(9, date(2027, 3, 7), False, "+90"),
                Mark(9, date(2027, 6, 5), False, "+180"),
                Mark(9, date(2027, 12, 7), False, "+365"),
            ),
        ),
    ]
    return draw_timeline(lanes, today=date(2026, 11, 17), day_0=date(2026, 12, 7), name="sample-timeline")


def _sheet():
    """The sheet of a course on day +21."""
    crs = dict(enumerate([0, 0, 1, 2, 2, 1, 1, *[0] * 9, None, *[0] * 5]))
    icans = dict(enumerate([0, 0, 0, 0, 0, 1, 2, 3, 2, 1, 0, 0, 0, None, 0, 0, None, *[0] * 5]))
    temperatures = ((-5, 36.5), (0, 36.5), (1, 36.9), (2, 38.2), (3, 39.4), (4, 38.6), (5, 38.0), (6, 38.1), (7, 37.1))
    return draw_sheet(
        Sheet(
            first=-5,
            last=30,
            today=21,
            grades=(
                GradeRow("CRS", {day: Cell(value, "confirmed") for day, value in crs.items()}),
                GradeRow("ICANS", {day: Cell(value, "computed" if day == 21 else "") for day, value in icans.items()}),
            ),
            numbers=(NumberRow("ICE", {5: 8, 6: 5, 7: 2, 8: 4, 9: 8, 10: 10}, _("of 10"), low=10, since=5),),
            curves=(
                Curve(
                    _("Temperature"),
                    "°C",
                    tuple((day, value, value >= 38) for day, value in temperatures),
                    (36, 37, 39, 40),
                    36,
                    40,
                    line=(38.0, _("fever 38.0")),
                ),
            ),
            drugs=(
                DrugRow("Flu-Cy", (Span(-5, -3, "Flu-Cy"),), kind="neutral"),
                DrugRow("Tocilizumab", doses=(3, 4), words=_("2 doses, 8 mg/kg")),
                DrugRow(_("Dexamethasone"), (Span(5, 10, "10 mg"),)),
            ),
        ),
        name="sample-sheet",
    )

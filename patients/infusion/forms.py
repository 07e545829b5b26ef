"""The forms of day 0."""

from zoneinfo import ZoneInfo

from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from patients.audit import clock, fields
from patients.infusion import rules
from patients.infusion.models import Readiness
from patients.infusion.rules import Answer
from patients.infusion.words import ITEMS
from patients.pathway.forms import Amending
from patients.pathway.models import Pathway

READ = fields.YesNoUnknown.READ
SAID_ONLY = ("no_infection", "organs", "icu_told", "premedication")


def asked(label, help_text="") -> fields.TileChoice:
    """Yes, no or not known; nothing chosen leaves what was said before."""
    return fields.TileChoice(label=label, choices=fields.YesNoUnknown.CHOICES, required=False, help_text=help_text)


class ReadyForm(fields.Form):
    """Go or no-go: each item by whom it belongs to, then the decision. What is left empty stays as it was said."""

    crs_since_first = fields.CountField(
        label=ITEMS["crs_since_first"],
        unit=_("grade"),
        least=0,
        most=4,
        required=False,
        help_text=_("Grade 2: it may be postponed. Grade 3 or more: the label stops the second infusion."),
    )
    no_infection = asked(ITEMS["no_infection"], _("Active uncontrolled infection or inflammation delays it."))
    organs = asked(ITEMS["organs"], _("No unresolved serious event of heart, lungs or pressure; no active GvHD."))
    patient_informed = asked(ITEMS["consent"])
    icu_told = asked(ITEMS["icu_told"])
    tocilizumab_doses_on_site = fields.CountField(
        label=ITEMS["tocilizumab"],
        unit=_("doses"),
        least=0,
        most=99,
        required=False,
        help_text=_("At least one on site; another within 8 hours of each dose."),
    )
    tocilizumab_alternative = forms.CharField(label=_("Alternative in a shortage"), max_length=160, required=False)
    baseline_ice = fields.CountField(label=ITEMS["baseline_ice"], unit=_("of 10"), least=0, most=10, required=False)
    systolic = fields.CountField(label=_("Baseline systolic"), unit="mmHg", least=60, most=240, required=False)
    diastolic = fields.CountField(label=_("Baseline diastolic"), unit="mmHg", least=30, most=150, required=False)
    weight_kg = fields.MeasuredField(label=ITEMS["weight"], unit="kg", places=1, least=20, most=300, required=False)
    premedication = asked(ITEMS["premedication"])
    decision = fields.TileChoice(label=_("Decision"), required=False, help_text=_("Leave it open to add answers only."))
    reason = forms.CharField(label=_("Reason"), max_length=240, required=False)
    window_reason = forms.CharField(label=_("Why outside the window"), max_length=240, required=False)
    planned_on = fields.DateField(label=_("New day, if it is put off"), required=False)

    def __init__(
        self, *args, pathway: Pathway, number: int, may_override: bool, outside_window: bool, crs: str, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.may_override = may_override
        early = pathway.product_id in rules.PREMEDICATED_AN_HOUR_BEFORE
        self.fields["premedication"].help_text = (
            _("Paracetamol and an H1 antihistamine about 1 hour before; no steroid.")
            if early
            else _("Paracetamol and an H1 antihistamine 30 to 60 minutes before; no steroid.")
        )
        choices = [("go", _("Go")), ("no_go", _("No-go"))]
        if number == 1:
            del self.fields["crs_since_first"]
        else:
            choices.append(("left_out", _("It will not be given")))
            stops = self.fields["crs_since_first"].help_text
            self.fields["crs_since_first"].help_text = format_html("<b>{}</b> {}", crs, stops)
        self.fields["decision"].choices = choices
        if not (outside_window and may_override):
            del self.fields["window_reason"]
        self.fields["reason"].help_text = (
            _("For a no-go, or why a physician lets pass what does not hold.")
            if may_override
            else _("For a no-go. What does not hold, only a physician lets pass.")
        )
        self.fields["planned_on"].earliest = lambda: clock.today(pathway.hub.timezone)

    def layout(self) -> Layout:
        def part(title, *names):
            shown = [name for name in names if not isinstance(name, str) or name in self.fields]
            return Div(HTML(format_html("<h3>{}</h3>", title)), *shown, css_class="cp-go-part")

        return Layout(
            part(_("Physician"), "crs_since_first", "no_infection", "organs", "patient_informed", "icu_told"),
            part(
                _("Nurse"),
                fields.side_by_side("tocilizumab_doses_on_site", "tocilizumab_alternative"),
                fields.side_by_side("weight_kg", "baseline_ice"),
                fields.side_by_side("systolic", "diastolic"),
                "premedication",
            ),
            part(_("Go or no-go"), "decision", "reason", "window_reason", "planned_on"),
        )

    def clean(self) -> dict:
        said = super().clean()
        systolic, diastolic = said.get("systolic"), said.get("diastolic")
        if (systolic is None) != (diastolic is None) and not {"systolic", "diastolic"} & set(self.errors):
            self.add_error("diastolic" if diastolic is None else "systolic", _("Both pressures, or neither."))
        elif systolic is not None and diastolic is not None and diastolic >= systolic:
            self.add_error("diastolic", _("The diastolic pressure lies below the systolic one."))
        if said.get("decision") == "go" and said.get("reason") and not self.may_override:
            self.add_error("reason", _("Only a physician lets pass what does not hold."))
        return said

    def answers(self) -> dict[str, Answer]:
        """What was said now, by item; an item left empty is not there."""
        said = self.cleaned_data
        found = {item: Answer(holds=READ[said[item]]) for item in SAID_ONLY if said[item]}
        if said["patient_informed"]:
            found["consent"] = Answer(holds=READ[said["patient_informed"]])
        if said["tocilizumab_doses_on_site"] is not None or said["tocilizumab_alternative"]:
            doses = said["tocilizumab_doses_on_site"]
            found["tocilizumab"] = Answer(amount=doses, note=said["tocilizumab_alternative"])
        if said["baseline_ice"] is not None:
            found["baseline_ice"] = Answer(holds=True, amount=said["baseline_ice"])
        if said["systolic"] is not None:
            found["baseline_pressure"] = Answer(holds=True, amount=said["systolic"], second=said["diastolic"])
        if said["weight_kg"] is not None:
            found["weight"] = Answer(holds=True, amount=said["weight_kg"])
        if said.get("crs_since_first") is not None:
            grade = said["crs_since_first"]
            found["crs_since_first"] = Answer(holds=grade < rules.CRS_STOPS, amount=grade)
        return found

    def decided(self) -> dict:
        """The decision as the action takes it; empty words where there is none."""
        said = self.cleaned_data
        put_off = said["decision"] == Readiness.Decision.NO_GO
        return {
            "decision": said["decision"],
            "reason": said["reason"],
            "window_reason": said.get("window_reason", ""),
            "planned_on": said["planned_on"] if put_off else None,
        }


class ThawForm(fields.Form):
    """The clock of one bag."""

    bag = fields.CountField(label=_("Bag"), unit=_("number"), least=1, most=20)
    at = fields.MomentField(label=_("The clock starts"))
    why = forms.CharField(
        label=_("Why it is corrected"),
        max_length=240,
        required=False,
        help_text=_("Only when the clock of this bag runs already."),
    )

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].zone = ZoneInfo(pathway.hub.timezone)


class Given(fields.Form):
    """The times of an infusion."""

    started_at = fields.MomentField(label=_("Start"))
    ended_at = fields.MomentField(label=pgettext_lazy("of an infusion", "End"), required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("started_at", "ended_at"):
            self.fields[name].zone = ZoneInfo(pathway.hub.timezone)


class Whole(Given):
    """What was given, and how it was borne."""

    bags = fields.CountField(label=_("Bags"), unit="", least=1, most=20, required=False)
    dose_10e6 = fields.MeasuredField(
        label=_("Viable CAR+ T cells"), unit="×10⁶", places=2, least="0.01", most=1000, required=False
    )
    whole_volume = fields.YesNoUnknown(label=_("The whole volume was given"), required=False)
    reaction = fields.YesNoUnknown(label=_("Reaction during or right after it"))
    reaction_note = forms.CharField(
        label=_("Which reaction"), max_length=400, required=False, widget=forms.Textarea({"rows": 2})
    )


class RecordForm(Whole):
    """The infusion as it was."""

    thaw_reason = forms.CharField(
        label=_("Why it is given although the thaw clock has run out"), max_length=240, required=False
    )

    def __init__(self, *args, may_override: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_override:
            del self.fields["thaw_reason"]


class AfterwardsForm(Whole):
    """An infusion given while the app could not be used, from its papers."""

    paper_checked_by = forms.CharField(
        label=_("Who compared at the bedside, on paper"), max_length=160, help_text=_("The names of both people.")
    )
    reason = fields.short_text(_("Why it was not recorded at the time"), rows=2, longest=240)


class CorrectForm(Amending, Given):
    """When it really was, and why it stood otherwise; a physician may strike the whole infusion through."""

    why = forms.CharField(label=_("Why it is corrected"), max_length=240)
    checks_reason = forms.CharField(
        label=_("Why outside of the hour of the checks"),
        max_length=240,
        required=False,
        help_text=_("The infusion is then marked as recorded outside of the checks."),
    )
    field_order = ("started_at", "ended_at", "checks_reason", "struck", "why")

    def __init__(self, *args, may_override: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_override:
            del self.fields["checks_reason"], self.fields["struck"]

    @property
    def strikes(self) -> bool:
        return "struck" in self.fields and super().strikes


class ResolveForm(fields.Form):
    """What one of the two people found out."""

    reason = forms.CharField(
        label=_("What was found, and why the pathway may go on"),
        max_length=240,
        widget=forms.Textarea({"rows": 3}),
    )

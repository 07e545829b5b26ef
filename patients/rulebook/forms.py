"""The forms of rules: signing, withdrawing, a hub's own wash-out; the questions of the calculators."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from patients.advice.words import REFUSALS as ADVICE
from patients.audit import fields
from patients.clinical import ctcae, icaht
from patients.clinical.result import WrongFact
from patients.eligibility import risk
from patients.observations.rules import BANDS, UPPER_LIMITS
from patients.observations.words import MEASURED, unit_words
from patients.pathway.agreement import AgreedForm
from patients.referral.dossier_forms import DiseaseSection
from patients.rulebook.actions import LEAST_WHERE
from patients.toxicity.forms import AssessmentForm, BedsideAnswers, TemperatureField
from patients.toxicity.models import ICE_ITEMS

LONGEST_DAYS, LONGEST_MONTHS = 365, 24


class SignForm(fields.Form):
    """Where the figure was read: label and section, paper and page."""

    where = forms.CharField(
        label=_("Where you have read it"),
        min_length=LEAST_WHERE,
        max_length=240,
        error_messages={"min_length": _("Name the document and the place in it: a letter or two is no reference.")},
        help_text=_("Label with section and date, or paper with page: your colleagues will look it up."),
    )


class WithdrawForm(fields.Form):
    why = forms.CharField(label=_("Why it is withdrawn"), max_length=240)


class OwnForm(AgreedForm):
    """What a hub sets for itself. `own`: a row of its own stands, from which it may go back."""

    back = forms.BooleanField(
        label=_("Back to the reference"),
        required=False,
        help_text=_("What is written above is then not read; this hub's own stays in the versions."),
    )

    def __init__(self, *args, own: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not own:
            del self.fields["back"]


class WashoutForm(OwnForm):
    """How long before apheresis the last dose lies at this hub: days or months; both 0 = none."""

    days = fields.CountField(label=_("Days"), unit=_("days"), least=0, most=LONGEST_DAYS)
    months = fields.CountField(label=_("or months"), unit=_("months"), least=0, most=LONGEST_MONTHS)
    why = forms.CharField(label=_("Why"), max_length=240)

    field_order = ("days", "months", "back", "why", "second_email", "second_password")


class ProphylaxisForm(OwnForm):
    """A hub's own prophylaxis in words, and until when at least. Empty: nothing is said of it."""

    text = forms.CharField(
        label=_("What to consider, and when"),
        widget=forms.Textarea({"rows": 4}),
        max_length=600,
        help_text=_("One item a line, each begun by “Consider” or “Check” (“Valutare”, “Verificare”)."),
    )
    months = fields.CountField(
        label=_("At least, from the start"), unit=_("months"), least=0, most=LONGEST_MONTHS, required=False
    )
    cd4_over = fields.MeasuredField(label=_("and CD4 above"), unit="×10⁹/L", places=2, least=0, most=2, required=False)
    why = forms.CharField(label=_("Why"), max_length=240)

    field_order = ("text", "months", "cd4_over", "back", "why", "second_email", "second_password")


REFUSALS = {
    "advice_gives_no_orders": ADVICE["advice_gives_no_orders"],
    "reference_stands": _("The reference counts here already."),
    "nothing_to_sign": _("This figure needs no signature."),
    "signed_already": _("A colleague has signed for this very figure."),
    "say_where": _("Name the document and the place in it: a letter or two is no reference."),
    "nothing_signed": _("No signature stands."),
    "say_why": _("Say why: your colleagues will read it."),
    "days_or_months": _("Days or months: one of them stays 0."),
}


# ── calculators: the questions of each, taken from the rooms that ask them of a patient ─────────────────────────────


def _asked(form: type[forms.Form], *names: str) -> dict[str, forms.Field]:
    return {name: form.base_fields[name] for name in names}


def _said(*names: str) -> dict[str, fields.YesNoUnknown]:
    """What the bedside card asks by a tick, as a question: nothing here may be answered by leaving it out."""
    labels = {name: AssessmentForm.base_fields[name].label for name in names}
    return {name: fields.YesNoUnknown(label=label, required=False) for name, label in labels.items()}


class GradeForm(BedsideAnswers):
    """The bedside's questions for one scale; death due to it is grade 5, and said by a tick."""

    SCALE = ""

    def clean(self):
        cleaned = super().clean()
        return cleaned | {"death_due_to": self.SCALE if cleaned.get("died") else None}


def _died(label) -> dict[str, forms.Field]:
    return {"died": forms.BooleanField(label=label, required=False)}


CrsForm = type(
    "CrsForm",
    (GradeForm,),
    {"SCALE": "crs"}
    | _asked(AssessmentForm, "temp_c")
    | _said("fever_other_cause")
    | _asked(AssessmentForm, "hypotension", "vasopressors", "vasopressor_other")
    | _said("hypotension_other_cause")
    | _asked(AssessmentForm, "oxygen_device", "oxygen_flow_l_min", "oxygen_for_hypoxia")
    | _said("hypoxia_other_cause")
    | _asked(AssessmentForm, "fever_earlier", "fever_drug_given")
    | _died(_("Died of CRS, no other cause being the principal one")),
)
IcansForm = type(
    "IcansForm",
    (GradeForm,),
    {"SCALE": "icans"}
    | _asked(AssessmentForm, *ICE_ITEMS, "consciousness")
    | _said("sedated")
    | _asked(AssessmentForm, "seizure", "seizure_minutes", "neuro_signs")
    | _died(_("Died of ICANS")),
)


def _measured(what: str, **kwargs) -> fields.MeasuredField:
    """A blood value, or a weight, as it is measured everywhere here: one unit, one plausible band."""
    band = BANDS[what]
    # Four places: a count of 1234 per µL is 1.234, which is read two ways; 1.2340 is not.
    kwargs = {"label": MEASURED[what], "places": 4, "required": False} | kwargs
    return fields.MeasuredField(unit=unit_words(band.unit), least=band.least, most=band.most, **kwargs)


def _digits(label, first: int, last: int) -> fields.TileChoice:
    choices = [(str(n), str(n)) for n in range(first, last + 1)]
    return fields.TileChoice(label=label, choices=choices, required=False)


def _age() -> fields.CountField:
    return fields.CountField(label=_("Age"), unit=pgettext_lazy("unit", "years"), least=0, most=120, required=False)


def _ldh_limit() -> fields.MeasuredField:
    least, most = UPPER_LIMITS["ldh"]
    label = _("LDH: upper limit of the laboratory")
    return fields.MeasuredField(label=label, unit=BANDS["ldh"].unit, places=1, least=least, most=most, required=False)


class ScoreForm(fields.Form):
    """Values of a score, two in a row but for those that need the `whole` width. What is left open is not known."""

    in_pairs = True
    whole: tuple[str, ...] = ()


class HematotoxForm(ScoreForm):
    platelets = _measured("platelets")
    anc = _measured("anc")
    haemoglobin = _measured("haemoglobin")
    crp = _measured("crp")
    ferritin = _measured("ferritin")


class EasixForm(ScoreForm):
    ldh = _measured("ldh")
    creatinine = _measured("creatinine")
    platelets = _measured("platelets")
    crp = _measured("crp")


class MipiForm(ScoreForm):
    age = _age()
    wbc = _measured("wbc")
    ldh = _measured("ldh")
    ldh_uln = _ldh_limit()
    ecog = _digits("ECOG", 0, 4)
    ki67_percent = DiseaseSection.base_fields["ki67_percent"]
    whole = ("ecog",)


class IpiForm(ScoreForm):
    age = _age()
    extranodal_sites = DiseaseSection.base_fields["extranodal_sites"]
    ldh = _measured("ldh")
    ldh_uln = _ldh_limit()
    stage = fields.TileChoice(
        label=risk.NAMES["stage"], choices=[(str(n), roman) for roman, n in risk.STAGES.items()], required=False
    )
    ecog = _digits("ECOG", 0, 4)
    nccn_site = fields.YesNoUnknown(label=risk.NAMES["nccn_site"], required=False)
    whole = ("stage", "ecog", "nccn_site")


COUNTS = {"anc": "anc", "plt": "platelets", "hb": "haemoglobin", "wbc": "wbc", "alc": "alc"}  # of CTCAE, and measured


def _limit(analyte: str) -> fields.MeasuredField:
    low, high = ctcae.SCALES[analyte].lln
    unit = unit_words(BANDS[COUNTS[analyte]].unit)
    label = format_lazy("{}: {}", MEASURED[COUNTS[analyte]], _("lower limit of normal"))
    return fields.MeasuredField(label=label, unit=unit, places=2, least=low, most=high, required=False)


BY_THE_COUNT_ALONE = {"hb": _("by the count; more is asked below")}
CtcaeForm = type(
    "CtcaeForm",
    (ScoreForm,),
    {
        name: field
        for analyte, what in COUNTS.items()
        for name, field in (
            (analyte, _measured(what, help_text=BY_THE_COUNT_ALONE.get(analyte, ""))),
            (f"lln_{analyte}", _limit(analyte)),
        )
    }
    | {
        "transfusion_indicated": fields.YesNoUnknown(label=_("Transfusion indicated"), required=False),
        "anaemia_threatens": fields.YesNoUnknown(label=_("Anaemia: life at risk"), required=False),
        "temp_c": TemperatureField(label=_("Highest temperature, for febrile neutropenia"), required=False),
        "sustained_over_1_h": fields.YesNoUnknown(label=_("38.0 °C or more for over one hour"), required=False),
        "fever_threatens": fields.YesNoUnknown(label=_("Febrile neutropenia: life at risk"), required=False),
        "whole": ("transfusion_indicated", "anaemia_threatens", "temp_c", "sustained_over_1_h", "fever_threatens"),
    },
)


def _since(label) -> fields.MeasuredField:
    return fields.MeasuredField(label=label, unit="h", places=1, least=0, most=50000, required=False)


class TocilizumabForm(ScoreForm):
    weight = _measured("weight", places=3)
    doses = fields.TileChoice(
        label=_("Doses given so far"), choices=[*((str(n), str(n)) for n in range(4)), ("4", "≥ 4")], required=False
    )
    since_1 = _since(_("Hours since the last dose"))
    since_2 = _since(_("since the one before"))
    since_3 = _since(_("since the one before that"))
    SINCE = ("since_1", "since_2", "since_3")
    whole = ("doses",)

    def clean(self):
        cleaned = super().clean()
        doses, latest = cleaned.get("doses"), None
        for number, name in enumerate(self.SINCE, start=1):
            hours = cleaned.get(name)
            if hours is None:
                continue
            if not doses or int(doses) < number:
                self.add_error(name, gettext("Say above how many doses were given."))
            elif latest is not None and hours < latest:
                self.add_error(name, gettext("An earlier dose lies longer back."))
            latest = hours
        return cleaned


class CountsField(forms.CharField):
    """Values of the days from the infusion: one stretch of days a line, such as 6-11 300. `band`: plausible values."""

    LINE = re.compile(
        r"^(?P<first>\d{1,4})(?:\s*[-–]\s*(?P<last>\d{1,4}))?\s*[:;=\s]\s*(?P<value>\d+(?:[.,]\d{1,2})?)$", re.ASCII
    )

    def __init__(self, *, band: tuple[str, str], unit: str, whole: bool = True, **kwargs):
        super().__init__(widget=forms.Textarea({"rows": 6, "inputmode": "text"}), max_length=4000, **kwargs)
        self.band, self.unit, self.whole = band, unit, whole

    def clean(self, value) -> dict[int, Decimal | None]:
        runs = []
        for number, line in enumerate((super().clean(value) or "").splitlines(), start=1):
            if not line.strip():
                continue
            read = self.LINE.match(line.strip())
            if read is None or (self.whole and not read["value"].isdecimal()):
                raise ValidationError(
                    gettext("Line %(number)s: write days and count, such as 6-11 300."), "counts", {"number": number}
                )
            count = Decimal(read["value"].replace(",", "."))
            runs.append((int(read["first"]), int(read["last"] or read["first"]), count))
            try:
                icaht.counts_from_runs("counts", runs[-1:], self.band)
            except WrongFact as wrong:
                message = gettext("Line %(number)s cannot be: days in order, at most %(most)s %(unit)s.")
                told = {"number": number, "most": self.band[1], "unit": self.unit}
                raise ValidationError(message, "counts", told) from wrong
        return icaht.counts_from_runs("counts", runs, self.band)


class IcahtForm(ScoreForm):
    counts = CountsField(
        label=_("Neutrophils per µL by day from the infusion"),
        required=False,
        band=icaht.ANC_UL,
        unit="/µL",
        help_text=_("Days, a blank, the count: 6-11 300"),
    )
    platelets = CountsField(
        label=_("Platelets ×10⁹/L by day from the infusion, for T-ICAHT"),
        required=False,
        band=icaht.PLT,
        unit="×10⁹/L",
        whole=False,
        help_text=_("Days, a blank, the count: 6-11 18"),
    )
    last_day = fields.CountField(
        label=_("Followed only up to day"),
        least=0,
        most=icaht.LATE_LAST_DAY,
        required=False,
        help_text=_("death, progression, new therapy, last visit"),
    )
    whole = ("counts", "platelets", "last_day")


class WindowForm(ScoreForm):
    regimen = fields.TileChoice(label=_("Product and disease"), shape="list", required=False)
    ld_start = fields.DateField(label=_("Lymphodepletion: first day"), required=False)
    ld_end = fields.DateField(label=_("Lymphodepletion: last day"), required=False)
    infusion = fields.DateField(label=_("Infusion"), required=False)
    whole = ("regimen",)

    def __init__(self, *args, regimens: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["regimen"].choices = list(regimens.items())

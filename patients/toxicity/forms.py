"""What the bedside asks, in words and units. Nothing measured is ever filled in; the last value stands in grey."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.audit import clock, fields
from patients.pathway.agreement import AgreedForm
from patients.pathway.forms import Amending
from patients.pathway.models import Pathway
from patients.toxicity import reading, words
from patients.toxicity.models import ICE_ITEMS, Assessment

OTHER_TEXT = 120


class TemperatureField(fields.MeasuredField):
    """Degrees Celsius with one decimal; what reads like degrees Fahrenheit is asked back in a sentence."""

    FAHRENHEIT = (Decimal("86"), Decimal("113"))  # 30 to 45 °C

    def __init__(self, **kwargs):
        super().__init__(unit="°C", places=1, least=30, most=45, **kwargs)

    def validate(self, value) -> None:
        if value is not None and self.FAHRENHEIT[0] <= value <= self.FAHRENHEIT[1]:
            celsius = ((value - 32) / Decimal("1.8")).quantize(Decimal("0.1"))
            raise ValidationError(
                gettext("%(value)s looks like degrees Fahrenheit, that is %(celsius)s °C: write it in °C."),
                "fahrenheit",
                {"value": number_format(value), "celsius": number_format(celsius)},
            )
        super().validate(value)


class Several(forms.MultipleChoiceField):
    """Several of several as tiles, with a tile that says *none*. Nothing chosen = not asked (None); none = [].

    `also`: a text field of further names that belongs to it.
    """

    def __init__(self, *, choices: dict, **kwargs):
        kwargs.setdefault("widget", fields.TileCheckboxes())
        super().__init__(choices=list(choices.items()), required=False, **kwargs)

    def clean(self, value) -> list[str] | None:
        chosen = super().clean(value)
        if not chosen:
            return None
        if "none" in chosen and len(chosen) > 1:
            raise ValidationError(gettext("“None” and something else contradict each other."), "none_and_some")
        return [one for one in chosen if one != "none"]


def _points(most: int, label) -> fields.TileChoice:
    return fields.TileChoice(label=label, choices=[(str(n), str(n)) for n in range(most + 1)], required=False)


def _tiles(label, choices: dict, shape: str = "grid", **kwargs) -> fields.TileChoice:
    return fields.TileChoice(label=label, choices=list(choices.items()), shape=shape, required=False, **kwargs)


class BedsideAnswers(fields.Form):
    """Answers to all or some of the bedside's questions. What is left open is *not assessed*."""

    def clean(self):
        cleaned = super().clean()
        other = (cleaned.get("vasopressor_other") or "").strip()
        if other and cleaned.get("vasopressors") == []:
            self.add_error("vasopressor_other", gettext("“None” and something else contradict each other."))
        return cleaned

    def facts(self) -> dict:
        """The bedside facts as the action takes them; what was left open is None."""
        cleaned = self.cleaned_data
        told = {name: cleaned.get(name) for name in _SAME_NAME if name in cleaned}
        told |= {name: cleaned[name] or None for name in _CHOICES if name in cleaned}
        told |= {name: int(cleaned[name]) if cleaned.get(name) else None for name in ICE_ITEMS}
        told["vasopressors"] = _with_other(cleaned.get("vasopressors"), cleaned.get("vasopressor_other"))
        told["warning_signs"] = cleaned.get("warning_signs")
        return told | _neuro(cleaned.get("neuro_signs"))


class AssessmentForm(BedsideAnswers):
    """One set of bedside facts. No field but the time must be answered: what is left open is *not assessed*."""

    at = fields.MomentField(label=_("Time of the set"))
    temp_c = TemperatureField(label=_("Temperature"), required=False)
    heart_rate = fields.CountField(label=_("Heart rate"), unit="/min", least=10, most=300, required=False)
    systolic = fields.CountField(label=_("Systolic"), unit="mmHg", least=30, most=300, required=False)
    diastolic = fields.CountField(label=_("Diastolic"), unit="mmHg", least=10, most=200, required=False)
    resp_rate = fields.CountField(label=_("Breaths"), unit="/min", least=2, most=80, required=False)
    spo2 = fields.CountField(label=_("SpO₂"), unit="%", least=30, most=100, required=False)
    hypotension = fields.YesNoUnknown(label=_("Hypotension"), required=False)
    vasopressors = Several(
        label=_("Vasopressors"),
        choices={"none": _("None")} | words.VASOPRESSORS,
        widget=fields.TileCheckboxes(first=2, rest=_("Another vasopressor, or several")),
    )
    vasopressor_other = forms.CharField(label=_("Another vasopressor"), max_length=OTHER_TEXT, required=False)
    oxygen_device = _tiles(
        _("Oxygen"), words.DEVICES, widget=fields.TileRadio(shape="grid", first=4, rest=_("Another device"))
    )
    oxygen_flow_l_min = fields.MeasuredField(
        label=_("Flow"),
        unit="L/min",
        places=1,
        least=0,
        most=100,
        required=False,
        help_text=_("low flow: up to 6"),
    )
    oxygen_for_hypoxia = fields.YesNoUnknown(label=_("Given to correct hypoxia"), required=False)
    fever_earlier = fields.YesNoUnknown(label=_("Fever earlier in this episode"), required=False)
    fever_drug_given = fields.YesNoUnknown(
        label=_("Antipyretic, anticytokine or steroid given in this episode"), required=False
    )
    fever_other_cause = forms.BooleanField(label=_("The fever has another cause"), required=False)
    hypotension_other_cause = forms.BooleanField(label=_("The hypotension has another cause"), required=False)
    hypoxia_other_cause = forms.BooleanField(label=_("The hypoxia has another cause"), required=False)
    other_cause = forms.CharField(label=_("Which other cause"), max_length=240, required=False)
    ice_orientation = _points(4, _("Year, month, city, hospital"))
    ice_objects = _points(3, _("Names 3 objects"))
    ice_command = _points(1, _("Follows a command"))
    ice_sentence = _points(1, _("Writes a sentence"))
    ice_counting = _points(1, _("100, 90…"))
    ice_not_done_why = forms.CharField(label=_("ICE not done, because"), max_length=240, required=False)
    ice_adapted_why = forms.CharField(
        label=_("ICE adapted, because"),
        max_length=240,
        required=False,
        help_text=_("sight, hearing, language, reading"),
    )
    consciousness = _tiles(
        _("Consciousness"),
        words.CONSCIOUSNESS,
        widget=fields.TileRadio(shape="grid", first=2, rest=_("Awakens only to a stimulus, or not")),
    )
    sedated = forms.BooleanField(label=_("Sedated, or drowsy for another cause"), required=False)
    seizure = _tiles(
        _("Seizures"), words.SEIZURES, widget=fields.TileRadio(shape="grid", first=1, rest=_("There was a seizure"))
    )
    seizure_minutes = fields.MeasuredField(
        label=_("Minutes of seizure"), unit="min", places=1, least=0, most=10080, required=False
    )
    neuro_signs = Several(
        label=_("Weakness, raised pressure, bleeding"),
        choices=words.NEURO_SIGNS,
        widget=fields.TileCheckboxes(first=2, rest=_("Oedema, posture, nerve palsy, bleeding")),
    )
    warning_signs = Several(
        label=_("Warning signs"), choices=words.WARNING_SIGNS, help_text=_("recorded, never part of the grade")
    )
    death_due_to = _tiles(_("Death due to"), words.SCALES, "seg")
    setting = _tiles(_("Where the patient is"), words.SETTINGS)
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, *args, pathway: Pathway, may_record_death: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].zone = ZoneInfo(pathway.hub.timezone)
        if not may_record_death:
            del self.fields["death_due_to"]


_SAME_NAME = (
    "temp_c",
    "heart_rate",
    "systolic",
    "diastolic",
    "resp_rate",
    "spo2",
    "hypotension",
    "oxygen_flow_l_min",
    "oxygen_for_hypoxia",
    "fever_earlier",
    "fever_drug_given",
    "fever_other_cause",
    "hypotension_other_cause",
    "hypoxia_other_cause",
    "other_cause",
    "ice_not_done_why",
    "ice_adapted_why",
    "sedated",
    "seizure_minutes",
    "note",
)
_CHOICES = ("oxygen_device", "consciousness", "seizure", "death_due_to", "setting")
_PRESSURE_SIGNS = ("decorticate", "decerebrate", "cn_vi_palsy", "papilloedema", "cushing_triad")


def _with_other(chosen: list[str] | None, other: str | None) -> list[str] | None:
    named = [name.strip() for name in (other or "").split(",") if name.strip()]
    return None if chosen is None and not named else [*(chosen or []), *named]


def _neuro(chosen: list[str] | None) -> dict:
    """One group of tiles answers four facts: what was not chosen in a group that was asked was not seen."""
    if chosen is None:
        return {"motor": None, "oedema": None, "pressure_signs": None, "haemorrhage": None}
    oedema = "diffuse" if "oedema_diffuse" in chosen else "focal" if "oedema_focal" in chosen else "none"
    return {
        "motor": "deep_focal_weakness" if "deep_focal_weakness" in chosen else "none",
        "oedema": oedema,
        "pressure_signs": [sign for sign in _PRESSURE_SIGNS if sign in chosen],
        "haemorrhage": "haemorrhage" in chosen,
    }


def as_typed(row: Assessment) -> dict:
    """A recorded set as its form shows it, for a correction."""
    listed = [name for name in row.vasopressors or () if name in words.VASOPRESSORS]
    other = [name for name in row.vasopressors or () if name not in words.VASOPRESSORS]
    typed = {name: getattr(row, name) for name in (*_SAME_NAME, *_CHOICES)}
    typed |= {name: None if getattr(row, name) is None else str(getattr(row, name)) for name in ICE_ITEMS}
    return typed | {
        "at": row.at,
        "vasopressors": None if row.vasopressors is None else listed or ([] if other else ["none"]),
        "vasopressor_other": ", ".join(other),
        "neuro_signs": _neuro_typed(row),
        "warning_signs": None if row.warning_signs is None else row.warning_signs or ["none"],
    }


def _neuro_typed(row: Assessment) -> list[str] | None:
    if row.motor is None and row.oedema is None and row.pressure_signs is None and row.haemorrhage is None:
        return None
    seen = list(row.pressure_signs or ())
    seen += ["deep_focal_weakness"] if row.motor == "deep_focal_weakness" else []
    seen += [f"oedema_{row.oedema}"] if row.oedema in ("focal", "diffuse") else []
    seen += ["haemorrhage"] if row.haemorrhage else []
    return seen or ["none"]


class CorrectionForm(AssessmentForm):
    """A set again, with what was recorded, and why it changes."""

    why = forms.CharField(label=_("Why it is corrected"), max_length=240)


class ConfirmForm(fields.Form):
    """Take the computed grades as they are (the blue button), or choose another one and say why."""

    def __init__(self, *args, grades, may_record_death: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.grades = {grade.scale: grade for grade in grades}
        for scale in self.grades:
            highest = 5 if may_record_death else 4
            self.fields[scale] = fields.TileChoice(
                label=words.SCALES[scale], choices=[(str(n), str(n)) for n in range(highest + 1)], required=False
            )
            self.fields[f"{scale}_reason"] = forms.CharField(
                label=gettext("Why this %(scale)s grade") % {"scale": words.SCALES[scale]},
                max_length=240,
                required=False,
            )

    def clean(self):
        cleaned = super().clean()
        if not self.chosen(cleaned):
            raise ValidationError(gettext("Choose a grade to confirm."), "nothing_chosen")
        return cleaned

    def chosen(self, cleaned: dict) -> dict[str, tuple[int, str]]:
        """Scale -> (grade, reason): the computed ones where the blue button was pressed, else what was chosen."""
        if self.data.get("as_computed"):
            return {
                scale: (grade.computed, "")
                for scale, grade in self.grades.items()
                if grade.computed is not None and not grade.is_confirmed
            }
        return {
            scale: (int(cleaned[scale]), cleaned.get(f"{scale}_reason") or "")
            for scale in self.grades
            if cleaned.get(scale)
        }


class ToldForm(fields.Form):
    """Who was told of a set's alerts, and when."""

    told_whom = forms.CharField(label=_("Doctor told"), max_length=120)
    told_at = fields.MomentField(label=_("When"))

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["told_at"].zone = ZoneInfo(pathway.hub.timezone)


class TreatmentForm(fields.Form):
    """A drug that was given: which, how much, how, when; with the weight where the last one is older than 7 days."""

    drug = fields.TileChoice(
        label=_("Drug"), choices=[one for one in words.DRUGS.items() if one[0] != "steroid"], shape="grid"
    )
    dose_mg = fields.MeasuredField(label=_("Dose given"), unit="mg", places=1, least="0.1", most=10000)
    route = fields.TileChoice(label=_("Route"), choices=list(words.ROUTES.items()))
    at = fields.MomentField(label=_("Given at"))
    weight_kg = fields.MeasuredField(label=_("Weight today"), unit="kg", places=1, least=20, most=300, required=False)
    checked = forms.BooleanField(
        label=_("I have checked the dose: it was given as written"), required=False, widget=forms.HiddenInput
    )
    note = forms.CharField(label=_("Note"), max_length=240, required=False)

    MOST_TOCILIZUMAB_MG = 800  # reference 2: more than one full dose is asked back once

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].zone = ZoneInfo(pathway.hub.timezone)

    def clean(self):
        cleaned = super().clean()
        dose = cleaned.get("dose_mg")
        above = cleaned.get("drug") == "tocilizumab" and dose is not None and dose > self.MOST_TOCILIZUMAB_MG
        if above:
            self.fields["checked"].widget = forms.CheckboxInput()
            if not cleaned.get("checked"):
                self.add_error(
                    "dose_mg",
                    gettext("More than 800 mg of tocilizumab in one dose: correct it, or tick that you have checked."),
                )
        return cleaned


class TreatmentCorrectionForm(Amending, TreatmentForm):
    """A treatment again as it was recorded."""

    field_order = ("drug", "dose_mg", "checked", "route", "at", "note", "struck", "right_patient", "why")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["weight_kg"]


class OtherToxicityForm(fields.Form):
    """A toxicity beside CRS and ICANS, with its CTCAE grade."""

    what = fields.TileChoice(label=_("Which toxicity"), choices=list(words.OTHER_TOXICITIES.items()), shape="grid")
    named = forms.CharField(
        label=_("What it is"), max_length=120, required=False, help_text=_("germ and site, kind of tumour, or other")
    )
    grade = fields.TileChoice(
        label=_("CTCAE grade"), choices=[*((str(n), str(n)) for n in range(1, 6)), ("unknown", _("Not graded"))]
    )
    started_on = fields.DateField(label=_("Started on"))
    ended_on = fields.DateField(label=_("Ended on"), required=False)
    note = forms.CharField(label=_("Note"), max_length=400, required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("started_on", "ended_on"):
            self.fields[name].earliest = pathway.infused_from() or self.fields[name].earliest
            self.fields[name].latest = clock.today(pathway.hub.timezone)

    def told(self) -> dict:
        """The answers as the action takes them."""
        said = {name: self.cleaned_data[name] for name in ("what", "named", "started_on", "ended_on", "note")}
        grade = self.cleaned_data["grade"]
        return said | {"grade": None if grade == "unknown" else int(grade)}

    @staticmethod
    def typed(row) -> dict:
        """A recorded one as its form shows it."""
        said = {name: getattr(row, name) for name in ("what", "named", "started_on", "ended_on", "note")}
        return said | {"grade": "unknown" if row.grade is None else str(row.grade)}


class OtherToxicityCorrectionForm(Amending, OtherToxicityForm):
    """Another toxicity again as it was recorded."""

    field_order = ("what", "named", "grade", "started_on", "ended_on", "note", "struck", "right_patient", "why")


class IntensiveCareForm(fields.Form):
    """A stay in intensive care."""

    in_at = fields.MomentField(label=_("Into intensive care"))
    out_at = fields.MomentField(label=_("Out of intensive care"), required=False)
    reason = forms.CharField(label=_("Because of"), max_length=240)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("in_at", "out_at"):
            self.fields[name].zone = ZoneInfo(pathway.hub.timezone)

    def told(self) -> dict:
        """The answers as the action takes them."""
        return {name: self.cleaned_data[name] for name in ("in_at", "out_at", "reason")}

    @staticmethod
    def typed(row) -> dict:
        """A recorded stay as its form shows it."""
        return {name: getattr(row, name) for name in ("in_at", "out_at", "reason")}


class IntensiveCareCorrectionForm(Amending, IntensiveCareForm):
    """A stay again as it was recorded; writing the way out needs no reason."""

    field_order = ("in_at", "out_at", "reason", "struck", "right_patient", "why")


class MeasureForm(fields.Form):
    """Weight and the patient's own baseline pressure: what later sets are compared with."""

    at = fields.MomentField(label=_("Measured at"))
    weight = fields.MeasuredField(label=_("Weight"), unit="kg", places=1, least=20, most=300, required=False)
    baseline_systolic = fields.CountField(label=_("Baseline systolic"), unit="mmHg", least=60, most=240, required=False)
    baseline_diastolic = fields.CountField(
        label=_("Baseline diastolic"), unit="mmHg", least=30, most=150, required=False
    )

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].zone = ZoneInfo(pathway.hub.timezone)

    def clean(self):
        cleaned = super().clean()
        low, high = cleaned.get("baseline_diastolic"), cleaned.get("baseline_systolic")
        written = any(cleaned.get(name) is not None for name in reading.MEASURES)
        if not written and not self.errors:
            raise ValidationError(gettext("Write at least one value."), "nothing")
        if low is not None and high is not None and low >= high:
            self.add_error("baseline_diastolic", words.REFUSALS["diastolic_not_below"])
        return cleaned


class CloseForm(fields.Form):
    """The day on which the watch ends, and why where a grade is still open."""

    on = fields.DateField(label=_("Watch closed on"))
    why = forms.CharField(label=_("Why, although a grade is still open"), max_length=240, required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].earliest = pathway.infused_from() or self.fields["on"].earliest
        self.fields["on"].latest = clock.today(pathway.hub.timezone)


class DischargeForm(fields.Form):
    """The day on which the patient went home."""

    on = fields.DateField(label=_("Went home on"))

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].earliest = pathway.infused_from() or self.fields["on"].earliest
        self.fields["on"].latest = clock.today(pathway.hub.timezone)


class ProtocolForm(AgreedForm):
    """When this hub wants the doctor told and the next check done."""

    field_order = (
        "temp_over_c",
        "heart_rate_over",
        "systolic_below_percent",
        "systolic_hint_below_mmhg",
        "hours_between_sets",
        "hours_between_sets_when_graded",
        "hours_between_ice",
    )

    temp_over_c = fields.MeasuredField(
        label=_("Temperature: tell the doctor above"), unit="°C", places=1, least=36, most=40
    )
    heart_rate_over = fields.CountField(label=_("Heart rate: tell the doctor above"), unit="/min", least=60, most=220)
    systolic_below_percent = fields.CountField(
        label=_("Systolic: tell the doctor below"),
        unit="%",
        least=50,
        most=100,
        help_text=_("of the own baseline"),
    )
    systolic_hint_below_mmhg = fields.CountField(
        label=_("Systolic, where no baseline is known: below"), unit="mmHg", least=60, most=120
    )
    hours_between_sets = fields.CountField(label=_("Next set after"), unit="h", least=1, most=48)
    hours_between_sets_when_graded = fields.CountField(
        label=_("Next set while a grade stands, after"), unit="h", least=1, most=48
    )
    hours_between_ice = fields.CountField(label=_("Next ICE after"), unit="h", least=1, most=48)

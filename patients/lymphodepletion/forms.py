"""The forms of lymphodepletion: the plan, and what was given day by day."""

from datetime import date

from django import forms
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from patients.audit import clock, fields
from patients.lymphodepletion.models import LymphodepletionDay
from patients.lymphodepletion.words import DOSE_REASONS, DRUGS, OMISSIONS, SETTINGS
from patients.pathway.models import Pathway
from patients.products.regimens import Regimen


def dose_words(doses: list[dict]) -> str:
    """Drugs and doses of a day: fludarabine 30 mg/m², cyclophosphamide 500 mg/m²."""
    return ", ".join(
        f"{DRUGS.get(dose['drug'], dose['drug'])} {number_format(dose['mg_per_m2'])} mg/m²" for dose in doses
    )


def regimen_words(regimen: Regimen) -> str:
    """A regimen in one line, with the days of each drug."""
    parts = []
    for dose in regimen.doses:
        days = _("day %(day)s") % {"day": dose["days"][0]}
        if len(dose["days"]) > 1:
            days = _("days %(first)s to %(last)s") % {"first": min(dose["days"]), "last": max(dose["days"])}
        parts.append(f"{dose_words([dose])} {days}")
    return " + ".join(parts)


class PlanForm(fields.Form):
    """Regimen, first day, and the day of infusion."""

    regimen = fields.TileChoice(label=gettext_lazy("Regimen"), shape="list")
    starts_on = fields.DateField(label=gettext_lazy("First day"))
    infusion_on = fields.DateField(
        label=gettext_lazy("Infusion planned on"),
        required=False,
        help_text=gettext_lazy("Leave empty for the first day of the window."),
    )
    window_reason = forms.CharField(
        label=gettext_lazy("Why outside the window"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Only when the infusion falls outside the label's window."),
    )

    setting = fields.TileChoice(label=gettext_lazy("Setting"), choices=list(SETTINGS.items()), required=False)
    repeat_reason = forms.CharField(label=gettext_lazy("Why it is given again"), max_length=240)

    def __init__(self, *args, regimens: list[Regimen], repeats: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not repeats:
            del self.fields["repeat_reason"]
        self.regimens = {regimen.code: regimen for regimen in regimens}
        self.fields["regimen"].choices = [(code, regimen_words(regimen)) for code, regimen in self.regimens.items()]

    def planned(self) -> dict:
        """The plan as the action takes it."""
        said = self.cleaned_data
        return {**said, "regimen": self.regimens[said["regimen"]], "setting": said["setting"] or None}


class DosesForm(fields.Form):
    """Other doses than the regimen's, on the days that are still to come."""

    reason = fields.TileChoice(label=gettext_lazy("Why"), choices=list(DOSE_REASONS.items()), shape="grid")
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)

    def __init__(self, *args, days: list[LymphodepletionDay], **kwargs):
        super().__init__(*args, **kwargs)
        now = {dose["drug"]: dose["mg_per_m2"] for row in days if row.given is None for dose in row.doses}
        for drug in now:
            self.fields[f"dose_{drug}"] = fields.MeasuredField(
                label=str(DRUGS.get(drug, drug)).capitalize(),
                unit="mg/m²",
                places=1,
                least=0,
                most=2000,
                required=False,
            )
        self.drugs = list(now)
        self.order_fields([*(f"dose_{drug}" for drug in now), "reason", "note"])
        fields.show_last(self, {f"dose_{drug}": number_format(dose) for drug, dose in now.items()})

    def clean(self) -> dict:
        said = super().clean()
        if self.drugs and not self.errors and not self.doses():
            self.add_error(f"dose_{self.drugs[0]}", _("Write the dose that changes."))
        return said

    def doses(self) -> dict:
        said = {drug: self.cleaned_data.get(f"dose_{drug}") for drug in self.drugs}
        return {drug: dose for drug, dose in said.items() if dose is not None}


class OmitForm(fields.Form):
    """Infusing without lymphodepletion."""

    decided_on = fields.DateField(label=gettext_lazy("Decided on"))
    reason = fields.TileChoice(label=gettext_lazy("Why"), choices=list(OMISSIONS.items()), shape="list")
    wbc_10e9_per_l = fields.MeasuredField(
        label=gettext_lazy("White cells"), unit="×10⁹/L", places=2, least=0, most=500, required=False
    )
    note = fields.short_text(gettext_lazy("Note"), rows=2, required=False, longest=400)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decided_on"].latest = lambda: clock.today(pathway.hub.timezone)


class RecordForm(fields.Form):
    """For each planned day that has come and is not recorded: given or not, and why not."""

    GIVEN = (("yes", pgettext_lazy("a dose", "Given")), ("no", pgettext_lazy("a dose", "Not given")))

    def __init__(self, *args, pathway: Pathway, days: list[LymphodepletionDay], **kwargs):
        super().__init__(*args, **kwargs)
        today = clock.today(pathway.hub.timezone)
        self.days = [row.day for row in days if row.given is None and row.day <= today]
        doses = {row.day: dose_words(row.doses) for row in days}
        for number, day in enumerate(self.days):
            name = f"given_{day:%Y%m%d}"
            self.fields[name] = fields.TileChoice(
                label=f"{date_format(day, 'D d/m/Y')}: {doses[day]}", choices=self.GIVEN, required=number == 0
            )
            self.fields[f"note_{day:%Y%m%d}"] = forms.CharField(
                label=_("Note, or why not given"), max_length=240, required=False
            )

    def given(self) -> dict[date, bool]:
        said = {day: self.cleaned_data[f"given_{day:%Y%m%d}"] for day in self.days}
        return {day: answer == "yes" for day, answer in said.items() if answer}

    def notes(self) -> dict[date, str]:
        return {day: self.cleaned_data[f"note_{day:%Y%m%d}"] for day in self.days}

"""The forms of a watch: who is watched and what is planned, what was found, why it ends."""

from collections.abc import Iterable
from datetime import date

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields
from patients.audit.fields import short_text
from patients.centres.models import User
from patients.clinical.indications import SUBTYPES as CODES
from patients.clinical.response import DEAUVILLE
from patients.disease.models import MOST_LINES_TOLD
from patients.disease.words import SUBTYPES
from patients.surveillance import rules, words
from patients.surveillance.actions import Seen, Told
from patients.surveillance.models import Watch, WatchFinding
from patients.surveillance.person_form import PersonForm

NOT_WATCHED = ("PCNSL",)  # primary CNS lymphoma has no CAR-T to be referred for (reference 5.1)
UNKNOWN = ("unknown", gettext_lazy("Not known"))
LONGEST_NOTE = 400


class CourseFields(fields.Form):
    """What is planned and given: of the first line, or of a BTK inhibitor; the other kind's fields are left out."""

    started = fields.PartialDateField(label=gettext_lazy("First day of treatment"))
    subtype = fields.TileChoice(
        label=gettext_lazy("Subtype"),
        choices=[*((code, SUBTYPES[code]) for code in CODES if code not in NOT_WATCHED), UNKNOWN],
        shape="grid",
    )
    regimen = forms.CharField(
        label=gettext_lazy("Regimen"),
        max_length=80,
        widget=forms.TextInput({"list": "regimens", "autocomplete": "off"}),
    )
    planned_cycles = fields.CountField(
        label=gettext_lazy("Planned cycles"), unit=gettext_lazy("cycles"), least=1, most=rules.MOST_CYCLES
    )
    days_between_cycles = fields.CountField(
        label=gettext_lazy("From one cycle to the next"),
        unit=gettext_lazy("days"),
        least=rules.CYCLE_DAYS[0],
        most=rules.CYCLE_DAYS[1],
    )
    drug = fields.TileChoice(label=gettext_lazy("BTK inhibitor"), choices=list(words.DRUGS.items()), shape="grid")
    line = fields.TileChoice(
        label=gettext_lazy("In which line it is given"),
        choices=[
            *((str(n), str(n)) for n in range(1, MOST_LINES_TOLD)),
            (str(MOST_LINES_TOLD), gettext_lazy("4 or more")),
            UNKNOWN,
        ],
    )
    cycles_given = fields.CountField(
        label=gettext_lazy("Cycles given so far"),
        unit=gettext_lazy("cycles"),
        least=1,
        most=rules.MOST_CYCLES,
        required=False,
    )
    last_cycle = fields.DateField(label=gettext_lazy("First day of the last of them"), required=False)
    last_dose = fields.PartialDateField(
        label=gettext_lazy("Last dose of the whole line"),
        required=False,
        help_text=gettext_lazy("Only when treatment is over. dd/mm/yyyy, or only mm/yyyy or yyyy"),
    )
    every_months = fields.CountField(
        label=gettext_lazy("Visits every"), unit=gettext_lazy("months"), least=1, most=rules.WINDOW_MONTHS
    )

    OF_KIND = {
        rules.FIRST_LINE: (
            "started",
            "subtype",
            "regimen",
            "planned_cycles",
            "days_between_cycles",
            "cycles_given",
            "last_cycle",
            "last_dose",
            "every_months",
        ),
        rules.BTKI: ("started", "drug", "line", "every_months"),
    }

    def keep_kind(self, kind: str, today: date, source: str) -> None:
        """Leave the fields of a kind of watch; `source`: where its usual interval comes from."""
        for name in CourseFields.base_fields:
            if name not in self.OF_KIND[kind]:
                del self.fields[name]
        for name in ("started", "last_cycle", "last_dose"):
            if name in self.fields:
                self.fields[name].latest = today
        self.fields["every_months"].help_text = source
        if kind == rules.BTKI:
            self.fields["every_months"].label = _("Response checks every")

    def told(self) -> Told:
        """The answers as the action takes them."""
        said = self.cleaned_data
        known = {name: said[name] for name in Told.__dataclass_fields__ if said.get(name) not in (None, "", "unknown")}
        if "line" in known:
            known["line"] = int(known["line"])
        if "drug" in known:
            known["regimen"] = words.DRUGS[known["drug"]]
        return Told(**known)


def course_of(watch: Watch) -> dict:
    """A watch as its form asks for it."""
    return {
        **{name: getattr(watch, name) for name in Told.__dataclass_fields__},
        "subtype": watch.subtype or "unknown",
        "line": str(watch.line) if watch.line else "unknown",
        "doctor": str(watch.doctor_id),
    }


class RegisterForm(CourseFields, PersonForm):
    """A patient of the own centre whom it begins to watch."""

    another_person = forms.BooleanField(label=gettext_lazy("It is another person"), required=False)

    def __init__(self, *args, kind: str, zone: str, source: str, **kwargs):
        super().__init__(*args, today=clock.today(zone), **kwargs)
        self.keep_kind(kind, clock.today(zone), source)
        self.kind = kind
        self.say_while_typing()

    def clean(self) -> dict:
        cleaned = super().clean()
        if "fiscal_code" in self.errors or cleaned.get("fiscal_code"):
            return cleaned
        if not cleaned.get("no_code"):
            self.add_error("fiscal_code", _("Write the fiscal code, or choose below why there is none."))
        elif cleaned["no_code"] != "none" and not cleaned.get("stranger_code") and "stranger_code" not in self.errors:
            self.add_error("stranger_code", _("Write the code."))
        elif not cleaned.get("birth_date") and "birth_date" not in self.errors:
            self.add_error("birth_date", _("Without a fiscal code this is needed."))
        return cleaned

    UNDER_WAY = ("cycles_given", "last_cycle", "last_dose")

    @property
    def course(self) -> list:
        """The fields of the course, but those of a treatment that is under way already."""
        return [self[name] for name in self.OF_KIND[self.kind] if name not in self.UNDER_WAY]

    @property
    def under_way(self) -> list:
        """The fields of what was given before the watch began."""
        return [self[name] for name in self.UNDER_WAY if name in self.fields]

    @property
    def shows_under_way(self) -> bool:
        """Whether that part is open: something in it was filled in or is wrong."""
        return self.is_bound and any(one.errors or one.value() for one in self.under_way)


class PlanForm(CourseFields):
    """What is planned and given, anew."""

    doctor = forms.ChoiceField(label=gettext_lazy("Who is reminded"))

    def __init__(self, *args, watch: Watch, doctors: Iterable[User], source: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.keep_kind(watch.kind, clock.today(watch.centre.timezone), source)
        self.doctors = {str(user.pk): user for user in [*doctors, watch.doctor]}
        self.fields["doctor"].choices = [(key, user.get_full_name()) for key, user in self.doctors.items()]

    def layout(self) -> Layout:
        names = list(self.fields)
        for pair in (("planned_cycles", "days_between_cycles"), ("cycles_given", "last_cycle")):
            if pair[0] in names:
                names[names.index(pair[0])] = fields.side_by_side(*pair)
                names.remove(pair[1])
        return Layout(*names)

    def chosen_doctor(self) -> User:
        return self.doctors[self.cleaned_data["doctor"]]


class FoundForm(fields.Form):
    """What a PET, a visit or a check showed."""

    on = fields.PartialDateField(label=gettext_lazy("Day"))
    outcome = fields.TileChoice(label=gettext_lazy("Result"), shape="list")
    deauville = fields.TileChoice(
        label=gettext_lazy("Deauville score"), choices=[*((one, one) for one in DEAUVILLE), UNKNOWN]
    )
    satisfactory = fields.YesNoUnknown(label=gettext_lazy("Is this response satisfactory?"))
    note = short_text(gettext_lazy("Note"), rows=2, required=False, longest=LONGEST_NOTE)

    def __init__(self, *args, watch: Watch, what: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.what = what
        self.fields["on"].latest = clock.today(watch.centre.timezone)
        self.fields["outcome"].choices = [(one, words.OUTCOMES[one]) for one in rules.OUTCOMES[what]]
        if what not in rules.PETS:
            del self.fields["deauville"]
        if what != rules.CHECK:
            del self.fields["satisfactory"]

    def seen(self) -> Seen:
        said = self.cleaned_data
        deauville = said.get("deauville")
        return Seen(
            what=self.what,
            on=said["on"],
            outcome=said["outcome"],
            deauville=None if deauville in (None, "unknown") else deauville,
            satisfactory=said.get("satisfactory"),
            note=said["note"],
        )


class KeepForm(fields.Form):
    """Why a finding that calls leads to no referral for now."""

    why = short_text(
        gettext_lazy("Why there is no referral now"),
        longest=LONGEST_NOTE,
        help_text=gettext_lazy("Age and other illnesses alone are no reason: the hub weighs them case by case."),
    )


class StrikeForm(fields.Form):
    """Which finding was entered in error, and why."""

    finding = fields.TileChoice(label=gettext_lazy("What was entered in error"), shape="list")
    why = short_text(gettext_lazy("Why"), rows=2, longest=240)

    def __init__(self, *args, findings: Iterable[WatchFinding], **kwargs):
        super().__init__(*args, **kwargs)
        self.findings = {str(one.pk): one for one in findings}
        self.fields["finding"].choices = [
            (key, f"{words.TASKS[one.what]}, {fields.partial_words(one.seen)}: {words.OUTCOMES[one.outcome]}")
            for key, one in self.findings.items()
        ]

    def chosen(self) -> WatchFinding:
        return self.findings[self.cleaned_data["finding"]]


class EndForm(fields.Form):
    """Why a watch ends, or that the patient died."""

    reason = fields.TileChoice(
        label=gettext_lazy("Why it ends"),
        choices=[(code, words.END_REASONS[code]) for code in (*rules.SAID, rules.DEATH)],
        shape="list",
    )
    died_on = fields.DateField(label=gettext_lazy("Died on"), required=False)
    note = short_text(gettext_lazy("Note"), rows=2, required=False, longest=LONGEST_NOTE)

    def __init__(self, *args, watch: Watch, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["died_on"].latest = clock.today(watch.centre.timezone)

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("reason") == rules.DEATH and not cleaned.get("died_on") and "died_on" not in self.errors:
            self.add_error("died_on", _("Write the day of death."))
        return cleaned

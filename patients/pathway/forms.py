"""The forms by which a pathway is held, taken up again, closed, and a death recorded."""

from zoneinfo import ZoneInfo

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext, gettext_lazy

from patients.audit import clock, fields
from patients.audit.fields import short_text
from patients.centres.models import Centre
from patients.pathway.models import Pathway
from patients.pathway.words import DEATH_CAUSES, EXIT_REASONS, MILESTONES

Exit = Pathway.ExitReason
# Deaths have a page of their own, imports close by themselves, and only after an infusion is a course completed.
NOT_BY_HAND = frozenset({Exit.DEATH_BEFORE_INFUSION, Exit.DEATH_AFTER_INFUSION, Exit.IMPORTED})
AFTER_INFUSION = frozenset({Exit.COMPLETED})
BEFORE_APHERESIS = frozenset({Exit.PROGRESSION_BEFORE_APHERESIS})
LONGEST_HOLD_REASON = 240
LONGEST_NOTE = 400


class HoldForm(fields.Form):
    """Why a pathway waits."""

    reason = short_text(
        gettext_lazy("Reason"),
        rows=2,
        longest=LONGEST_HOLD_REASON,
        help_text=gettext_lazy("What has to happen before it goes on."),
    )


class ResumeForm(fields.Form):
    """Nothing is asked: a pathway is taken up again from today."""


class ShareForm(fields.Form):
    """Whether the referring centre reads the daily grid of toxicity."""

    shared = fields.TileChoice(
        label=gettext_lazy("May the referring centre read the daily grid?"),
        choices=[("yes", gettext_lazy("Yes, share it")), ("no", gettext_lazy("No, worst grades alone"))],
    )


class CloseForm(fields.Form):
    """The coded reason of docs/clinical-reference.md 9, the day, and what to remember."""

    exit_reason = fields.TileChoice(label=gettext_lazy("Reason"), shape="list")
    closed_on = fields.DateField(
        label=gettext_lazy("Closed on"), required=False, help_text=gettext_lazy("dd/mm/yyyy; today when empty")
    )
    note = short_text(gettext_lazy("Note"), rows=2, required=False, longest=LONGEST_NOTE)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["exit_reason"].choices = [(code, EXIT_REASONS[code]) for code in reasons_for(pathway)]
        self.fields["closed_on"].latest = clock.today(pathway.hub.timezone)


class TransferForm(fields.Form):
    """To which hub, and why."""

    hub = fields.TileChoice(label=gettext_lazy("Goes to"), shape="list")
    why = short_text(gettext_lazy("Why"), rows=2, longest=LONGEST_HOLD_REASON)

    def __init__(self, *args, hubs, **kwargs):
        super().__init__(*args, **kwargs)
        self.hubs = {str(hub.pk): hub for hub in hubs}
        self.fields["hub"].choices = [(key, hub.name) for key, hub in self.hubs.items()]

    def chosen(self) -> Centre:
        return self.hubs[self.cleaned_data["hub"]]


class CorrectDaysForm(fields.Form):
    """The recorded days as they stand; one that was not known may stay empty."""

    why = short_text(gettext_lazy("Why they are corrected"), rows=2, longest=LONGEST_HOLD_REASON)

    def __init__(self, *args, rows, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        why = self.fields.pop("why")
        for row in rows:
            kind = fields.PartialDateField if row.before_carpath else fields.DateField
            self.fields[row.what] = kind(
                label=MILESTONES[row.what], required=row.day is not None, latest=clock.today(zone)
            )
        self.fields["why"] = why

    def layout(self) -> Layout:
        days = [name for name in self.fields if name != "why"]
        return Layout(Div(*days, css_class="cp-fields"), "why")

    def days(self) -> dict:
        """The days that stand in the form, by milestone."""
        return {name: day for name, day in self.cleaned_data.items() if name != "why" and day is not None}


class DeathForm(fields.Form):
    """The day of death, and its cause as far as it is known."""

    died_on = fields.DateField(label=gettext_lazy("Died on"))
    cause = fields.TileChoice(
        label=gettext_lazy("Cause"),
        choices=[*DEATH_CAUSES.items(), ("unknown", gettext_lazy("Not known"))],
        shape="grid",
        required=False,
    )
    note = short_text(gettext_lazy("Cause, as far as known"), rows=2, required=False, longest=LONGEST_NOTE)

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["died_on"].latest = clock.today(zone)


class RegistryDeathForm(fields.Form):
    """When the registry's death form was sent."""

    sent_on = fields.DateField(label=gettext_lazy("Sent on"))

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sent_on"].latest = clock.today(zone)


class UndoAskForm(fields.Form):
    """Why a death was entered in error."""

    why = short_text(gettext_lazy("Why was it entered in error?"), rows=2, longest=LONGEST_HOLD_REASON)


class UndoConfirmForm(fields.Form):
    """What the second person says."""

    verdict = fields.TileChoice(
        label=gettext_lazy("What is true?"),
        shape="list",
        choices=[
            ("undo", gettext_lazy("The patient is alive: undo the death")),
            ("keep", gettext_lazy("The death stands")),
        ],
    )


def reasons_for(pathway: Pathway) -> list[str]:
    """The reasons under which somebody may close a pathway as it stands."""
    collected = pathway.milestones.happened().filter(what="apheresis").exists()
    hidden = set(NOT_BY_HAND)
    hidden |= set() if pathway.milestones.happened().filter(what="infusion").exists() else AFTER_INFUSION
    hidden |= BEFORE_APHERESIS if collected else set()
    return [code for code in Exit.values if code not in hidden]


# ── entered in error ─────────────────────────────────────────────────────────────────────────────────────────────


class RightPatient(forms.ChoiceField):
    """On whom a fact that was entered in error is recorded anew; nobody is an answer."""

    def __init__(self, **kwargs):
        kwargs = {
            "label": gettext_lazy("Record it on the right patient"),
            "required": False,
            "help_text": gettext_lazy(
                "Only with “entered in error”: it is struck through here and recorded there in one step."
            ),
        } | kwargs
        super().__init__(**kwargs)

    def offer(self, candidates) -> None:
        """The courses that may be chosen."""
        named = [(str(one.pk), f"{one.patient.display_name} · {one.patient.number}") for one in candidates]
        self.choices = [("", gettext_lazy("Nobody: strike it through alone")), *named]


class StrikeForm(fields.Form):
    """Why a fact was entered in error, and whose it is."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=240)
    right_patient = RightPatient(help_text=gettext_lazy("It is struck through here and recorded there in one step."))

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["right_patient"].offer(offered)


class Amending(fields.Form):
    """What every correction asks beside its fields: why, or that the whole was entered in error."""

    struck = forms.BooleanField(
        label=gettext_lazy("Entered in error: strike it through"),
        required=False,
        help_text=gettext_lazy("It counts nowhere any more; what is written above is then not read."),
    )
    right_patient = RightPatient()
    why = forms.CharField(label=gettext_lazy("Why it is corrected"), max_length=240, required=False)

    must_be_right = frozenset({"why", "struck", "right_patient"})  # also of what is struck through

    def __init__(self, *args, offered=None, **kwargs):
        super().__init__(*args, **kwargs)
        if offered is None:  # a fact that is not recorded anew elsewhere
            del self.fields["right_patient"]
        else:
            self.fields["right_patient"].offer(offered)

    @property
    def strikes(self) -> bool:
        """Whether the whole was entered in error; to choose the right patient says so too."""
        return self.is_bound and bool(self.data.get("struck") or self.data.get("right_patient"))

    def full_clean(self) -> None:
        """What is struck through need not be right."""
        super().full_clean()
        if self.strikes:
            for name in set(self._errors) - self.must_be_right:
                del self._errors[name]


class MeasuredForm(Amending):
    """One measured value: as it should be, or struck through."""

    which = fields.TileChoice(label=gettext_lazy("Which value"), shape="list")
    value = fields.MeasuredField(
        label=gettext_lazy("The right value"),
        places=3,
        least=0,
        required=False,
        help_text=gettext_lazy("In the unit that stands beside it."),
    )
    at = fields.MomentField(
        label=gettext_lazy("Measured at"),
        required=False,
        help_text=gettext_lazy("Only when the time was wrong too."),
    )
    field_order = ("which", "value", "at", "struck", "right_patient", "why")
    must_be_right = Amending.must_be_right | {"which"}

    def __init__(self, *args, rows: dict[str, str], zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["which"].choices = list(rows.items())
        self.fields["at"].zone = ZoneInfo(zone)

    def clean(self) -> dict:
        said = super().clean()
        if not self.strikes and not self.errors and said.get("value") is None and said.get("at") is None:
            self.add_error("value", gettext("Write what it should be, or say that it was entered in error."))
        return said

"""The forms of a restaging and of a visit."""

from datetime import date

from crispy_forms.layout import HTML, Layout
from django.urls import reverse
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields
from patients.audit.fields import short_text
from patients.clinical.result import Result
from patients.followup import words
from patients.followup.models import Restaging
from patients.followup.rules import NOMINAL_DAYS, Read
from patients.pathway.models import Pathway

BETWEEN = "between"


def known(value: str) -> str | None:
    """A tile's value; "not known" and none chosen are None."""
    return None if value in ("", "unknown") else value


class ReadingForm(fields.Form):
    """What was seen on the PET: enough to compute the response."""

    deauville = fields.TileChoice(label=gettext_lazy("Deauville score"), choices=words.DEAUVILLE_CHOICES, shape="grid")
    uptake_change = fields.TileChoice(
        label=gettext_lazy("Uptake since the last PET"), choices=words.UPTAKE_CHOICES, shape="grid", required=False
    )
    new_lesion = fields.YesNoUnknown(label=gettext_lazy("New lymphoma lesion"))

    def facts(self) -> dict:
        said = self.cleaned_data
        return {
            "deauville": known(said["deauville"]),
            "uptake_change": known(said["uptake_change"]),
            "new_lesion": said["new_lesion"],
        }


class RestagingForm(ReadingForm):
    """One restaging, which a person reads and whose response a person confirms."""

    done_on = fields.DateField(label=gettext_lazy("Done on"))
    milestone = fields.TileChoice(label=gettext_lazy("Which one"), shape="grid")
    symptoms = fields.YesNoUnknown(label=gettext_lazy("Symptoms of the disease"))
    response = fields.TileChoice(
        label=gettext_lazy("Response, confirmed by you"), choices=list(words.RESPONSES.items()), shape="list"
    )
    differs_because = short_text(gettext_lazy("Why, where it is not what Lugano 2014 gives"), rows=2, required=False)
    note = short_text(gettext_lazy("Note"), rows=2, required=False)
    why = short_text(gettext_lazy("Why it is corrected"), rows=2, required=False)

    def __init__(self, *args, pathway: Pathway, offered: list[str], correcting: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        today = clock.today(pathway.hub.timezone)
        self.fields["done_on"].latest = today
        self.fields["done_on"].earliest = pathway.day_0 or date.min
        self.fields["milestone"].choices = [(code, words.MILESTONES[code]) for code in (*offered, BETWEEN)]
        if not correcting:
            del self.fields["why"]

    def layout(self) -> Layout:
        preview = (
            f'<div id="lugano" class="cp-form-state" aria-live="polite" hx-post="{reverse("followup:lugano")}" '
            'hx-trigger="load, change from:#form" hx-include="#form"></div>'
        )
        rest = [name for name in ("differs_because", "note", "why") if name in self.fields]
        return Layout(
            "done_on",
            "milestone",
            "deauville",
            "uptake_change",
            "new_lesion",
            "symptoms",
            HTML(preview),
            "response",
            *rest,
        )

    def read(self) -> Read:
        """The restaging as the rules read it."""
        said = self.cleaned_data
        return Read(
            done_on=said["done_on"],
            response=said["response"],
            symptoms=said["symptoms"],
            differs_because=said["differs_because"],
            note=said["note"],
            **self.facts(),
        )

    def chosen_milestone(self) -> str:
        chosen = self.cleaned_data["milestone"]
        return "" if chosen == BETWEEN else chosen


def asked_of(row: Restaging) -> dict:
    """A restaging as its form asks for it."""
    return {
        "done_on": row.done_on,
        "milestone": row.milestone or BETWEEN,
        "deauville": row.deauville or "unknown",
        "uptake_change": row.uptake_change or "unknown",
        "new_lesion": _tile(row.new_lesion),
        "symptoms": _tile(row.symptoms),
        "response": row.response,
        "differs_because": row.differs_because,
        "note": row.note,
    }


def _tile(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[value]


def offered(open_codes: list[str], own: str = "") -> list[str]:
    """The planned restagings that a form offers: those not done, and the one that it corrects."""
    return [code for code in NOMINAL_DAYS if code in open_codes or code == own]


def computed_words(result: Result) -> dict:
    """What the rule makes of the facts, for the page: the response, or the range that is still possible."""
    if result.is_known:
        return {"known": words.RESPONSES[Restaging.Response(result.value)], "version": result.version}
    best, worst = result.range
    return {"best": best, "worst": worst, "version": result.version}


class VisitForm(fields.Form):
    """One follow-up visit."""

    done_on = fields.DateField(label=gettext_lazy("Done on"))
    where = fields.TileChoice(label=gettext_lazy("Where"), choices=list(words.WHERE.items()), shape="grid")
    ecog = fields.TileChoice(
        label=gettext_lazy("ECOG"), choices=[*((str(one), str(one)) for one in range(5)), words.UNKNOWN], shape="grid"
    )
    note = short_text(gettext_lazy("What was found"))
    why = short_text(gettext_lazy("Why it is corrected"), rows=2, required=False)

    def __init__(self, *args, pathway: Pathway, correcting: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["done_on"].latest = clock.today(pathway.hub.timezone)
        self.fields["done_on"].earliest = pathway.day_0 or date.min
        if not correcting:
            del self.fields["why"]

    def told(self) -> dict:
        said = self.cleaned_data
        ecog = known(said["ecog"])
        return {
            "done_on": said["done_on"],
            "where": said["where"],
            "ecog": int(ecog) if ecog else None,
            "note": said["note"],
            "why": said.get("why", ""),
        }

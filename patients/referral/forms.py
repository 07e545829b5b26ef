"""The forms of asking early and of the hub's answer."""

from dataclasses import replace
from datetime import date

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields
from patients.audit.fields import short_text
from patients.centres.models import Centre
from patients.clinical import days
from patients.disease.course import Told
from patients.disease.models import Disease
from patients.disease.words import SHORT
from patients.pathway.shown import moment_words
from patients.referral import rules, words
from patients.referral.actions import Answers, promised_by
from patients.surveillance.person_form import PersonForm


class AskForm(PersonForm):
    """Eight answers. A draft needs a family name and a hub alone; what is sent needs every answer."""

    disease = fields.TileChoice(
        label=gettext_lazy("Disease"),
        choices=[(code, SHORT[code]) for code in Disease.values],
        shape="grid",
        required=False,
    )
    status = fields.TileChoice(label=gettext_lazy("Status"), choices=words.STATUS_CHOICES, shape="grid", required=False)
    lines = fields.TileChoice(
        label=gettext_lazy("Lines of therapy so far"), choices=words.LINES_CHOICES, required=False
    )
    ecog = fields.TileChoice(label=gettext_lazy("ECOG today"), choices=words.ECOG_CHOICES, required=False)
    needed_within_days = fields.TileChoice(
        label=gettext_lazy("Therapy needed within"), choices=words.NEEDED_CHOICES, required=False
    )
    another_person = forms.BooleanField(label=gettext_lazy("It is another person"), required=False)
    referrer_phone = fields.PhoneField(label=gettext_lazy("My phone"), widget=forms.TextInput({"autocomplete": "tel"}))
    hub = fields.TileChoice(label=gettext_lazy("Goes to"), shape="list")

    NUMBERED = (
        "fiscal_code",
        "family_name",
        "disease",
        "status",
        "lines",
        "ecog",
        "needed_within_days",
        "referrer_phone",
    )
    TOLD = ("disease", "status", "lines", "ecog", "needed_within_days", "referrer_phone")

    def __init__(self, *args, zone: str, hubs: list[Centre], sending: bool = False, **kwargs):
        super().__init__(*args, today=clock.today(zone), **kwargs)
        self.hubs = {str(hub.pk): hub for hub in hubs}
        self.sending = sending
        for number, name in enumerate(self.NUMBERED, start=1):
            self.fields[name].label = f"{number}. {self.fields[name].label}"
        self.fields["hub"].choices = [(key, _hub_words(hub)) for key, hub in self.hubs.items()]
        self.say_while_typing()

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.sending:
            self._refuse_gaps(cleaned)
        return cleaned

    def _refuse_gaps(self, cleaned: dict) -> None:
        for name in self.TOLD:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words.REFUSALS["answer_this"])
        if "fiscal_code" in self.errors or cleaned.get("fiscal_code"):
            return
        if not cleaned.get("no_code"):
            self.add_error("fiscal_code", _("Write the fiscal code, or choose below why there is none."))
            return
        if cleaned["no_code"] != "none" and not cleaned.get("stranger_code") and "stranger_code" not in self.errors:
            self.add_error("stranger_code", _("Write the code."))
        for name in ("birth_date", "sex"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Without a fiscal code this is needed."))

    def told(self, on: date, before: Told | None = None) -> Told:
        """What was answered so far, as the indications read it; what is not answered is not known.

        `before`: what is known already of the disease, by a watch or a draft's dossier; it counts where it is the same.
        """
        self.full_clean()
        said = self.cleaned_data
        known = {name: said.get(name) or None for name in ("disease", "status", "lines")}
        known = {name: None if value == "unknown" else value for name, value in known.items()}
        born = said.get("birth_date")
        told = before if before is not None and before.disease == known["disease"] else Told(known["disease"])
        return replace(
            told,
            status=known["status"],
            lines_told=int(known["lines"]) if known["lines"] else None,
            age=days.age_years(born, on) if born else None,
        )

    # ── as the action takes it ───────────────────────────────────────────────────────────────────────────────────

    def chosen_hub(self) -> Centre:
        return self.hubs[self.cleaned_data["hub"]]

    def answers(self) -> Answers:
        said = self.cleaned_data
        person_said = said["fiscal_code"] or said["no_code"] == "none" or said["stranger_code"]
        answered = [name for name in self.TOLD if said[name]] + ["name"] + (["person"] if person_said else [])
        known = {name: None if said[name] in ("unknown", "") else said[name] for name in self.TOLD}
        return Answers(
            disease=known["disease"],
            status=known["status"],
            lines=int(known["lines"]) if known["lines"] else None,
            ecog=known["ecog"],
            needed_within_days=int(known["needed_within_days"]) if known["needed_within_days"] else None,
            referrer_phone=said["referrer_phone"],
            answered=tuple(name for name in rules.QUESTIONS if name in answered),
        )


def _hub_words(hub: Centre) -> str:
    name = f"{hub.name}, {hub.town}" if hub.town else hub.name
    promised = promised_by(hub)
    if promised is None:
        return name
    when = moment_words(clock.local(promised, hub.timezone))
    return _("%(hub)s · answer by %(when)s") % {"hub": name, "when": when}


class AnswerForm(fields.Form):
    """The hub's answer: one of three, and what belongs to it."""

    TAKE_ON, ASK, AGAINST = "taken_on", "more_asked", "advised_against"

    kind = fields.TileChoice(
        label=gettext_lazy("Answer"),
        choices=[
            (TAKE_ON, gettext_lazy("Take on")),
            (ASK, gettext_lazy("Ask for more")),
            (AGAINST, gettext_lazy("Advise against")),
        ],
        shape="list",
    )
    items = forms.MultipleChoiceField(
        label=gettext_lazy("What is missing"),
        choices=list(words.ITEMS.items()),
        required=False,
        widget=fields.TileCheckboxes(),
    )
    text = short_text(gettext_lazy("What exactly"), rows=2, required=False)
    grounds = forms.MultipleChoiceField(
        label=gettext_lazy("It rests on"),
        choices=list(words.GROUNDS.items()),
        required=False,
        widget=fields.TileCheckboxes(),
        help_text=gettext_lazy("Age and comorbidity alone are not enough."),
    )
    reason = short_text(gettext_lazy("Reason"), required=False)
    instead = short_text(gettext_lazy("What to do instead"), rows=2, required=False)
    ask_again = forms.CharField(label=gettext_lazy("Ask again when"), max_length=240, required=False)

    def layout(self) -> Layout:
        """What belongs to one answer is shown when it is chosen."""
        return Layout(
            "kind",
            Div("items", "text", css_class="cp-when cp-when-more_asked"),
            Div("grounds", "reason", "instead", "ask_again", css_class="cp-when cp-when-advised_against"),
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("kind") == self.ASK:
            if len(cleaned.get("text") or "") > 400:
                self.add_error("text", _("At most 400 characters."))
            if "other" in cleaned.get("items", []) and not cleaned.get("text"):
                self.add_error("text", words.REFUSALS["say_what"])
        return cleaned

    def asked_items(self) -> dict[str, str]:
        """Items with their text: it goes with "something else" when ticked, otherwise with each."""
        items, text = self.cleaned_data["items"], self.cleaned_data["text"]
        return {item: text if item == "other" or "other" not in items else "" for item in items}


class ReplyForm(fields.Form):
    """One text for each question that the hub has open."""

    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        for question in questions:
            label = str(words.ITEMS[question.item])
            self.fields[f"question_{question.pk}"] = short_text(
                label, rows=2, required=False, help_text=escape(question.text)
            )

    def said(self) -> dict[str, str]:
        return {name.removeprefix("question_"): text for name, text in self.cleaned_data.items()}

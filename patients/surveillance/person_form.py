"""The part of a form, and of its page, that asks who somebody is: for a watch, a referral, a dossier."""

from abc import ABC, abstractmethod
from datetime import date

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import fields
from patients.audit.refusals import Refused
from patients.centres.models import Centre
from patients.identity import fiscal_code
from patients.identity.fiscal_code import WrongCode
from patients.surveillance import persons, words
from patients.surveillance.persons import Person


def read_code(written: str, today: date) -> fiscal_code.Person:
    """A fiscal code as typed. Raises ValidationError in words."""
    try:
        return fiscal_code.read(written, today=today)
    except WrongCode as wrong:
        raise forms.ValidationError(words.CODE_FAULTS[wrong.reason], wrong.reason) from wrong


def read_name(written: str) -> str:
    """A name as typed, with single spaces. Raises ValidationError where it holds a figure."""
    if any(letter.isdigit() for letter in written):
        raise forms.ValidationError(_("A name has no figures: write it as in the document."), "figures")
    return " ".join(written.split())


class CodesForm(fields.Form):
    """The code that says who somebody is: a fiscal code, checked against `today`, or a stranger's STP or ENI code.

    `read`: what a right fiscal code says of the person.
    """

    fiscal_code = forms.CharField(
        label=gettext_lazy("Fiscal code"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    stranger_code = forms.CharField(label=gettext_lazy("STP or ENI code"), required=False, max_length=40)

    def clean_fiscal_code(self) -> str | None:
        typed = self.cleaned_data["fiscal_code"]
        if not typed.strip():
            return None
        self.read = read_code(typed, self.today)
        return self.read.code

    def clean_stranger_code(self) -> str | None:
        typed = self.cleaned_data["stranger_code"]
        if not typed.strip():
            return None
        try:
            return fiscal_code.stranger_code(typed)
        except WrongCode as wrong:
            message = _("Three letters, STP or ENI, and 13 figures.")
            raise forms.ValidationError(message, "syntax") from wrong


class PersonForm(CodesForm):
    """Who somebody is: a code or why there is none, birth date, sex, names."""

    no_code = fields.TileChoice(
        label=gettext_lazy("Without a fiscal code"), choices=words.NO_CODE_CHOICES, required=False
    )
    birth_date = fields.DateField(label=gettext_lazy("Born on"), required=False)
    sex = fields.TileChoice(label=gettext_lazy("Sex"), choices=words.SEX_CHOICES, required=False)
    keep_typed = forms.BooleanField(label=gettext_lazy("I have checked: what I typed is right"), required=False)
    treating = forms.BooleanField(label=gettext_lazy("I am treating this patient"), required=False)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=80)
    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=80, required=False)

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.mismatch: list[str] = []
        self.fields["birth_date"].latest = today

    def say_while_typing(self) -> None:
        """Let the page say below the fiscal code what it holds, and whether the own centre knows the person."""
        self.fields["fiscal_code"].widget.attrs |= {
            "hx-post": reverse("referral:code"),
            "hx-trigger": "load, change" if self["fiscal_code"].value() else "change",
            "hx-target": "#code-says",
            "hx-swap": "innerHTML",
        }

    def add_error(self, field: str | None, error) -> None:
        """A code that was refused is said so by the form; the page asks again when it is another one."""
        super().add_error(field, error)
        if "fiscal_code" in self.errors and "hx-trigger" in self.fields["fiscal_code"].widget.attrs:
            self.fields["fiscal_code"].widget.attrs["hx-trigger"] = "change"

    def clean_family_name(self) -> str:
        return read_name(self.cleaned_data["family_name"])

    def clean_given_name(self) -> str:
        return read_name(self.cleaned_data["given_name"])

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("fiscal_code"):
            self._compare_with_code(cleaned)
        coded = cleaned.get("fiscal_code") or cleaned.get("stranger_code")
        if coded and not cleaned.get("treating"):
            self.add_error("treating", words.PERSON_REFUSALS["say_that_you_treat"])
        return cleaned

    def _compare_with_code(self, cleaned: dict) -> None:
        """What was typed counts; where the code says otherwise, a person has to look again."""
        for name, said in (("birth_date", self.read.birth_date), ("sex", self.read.sex)):
            typed = cleaned.get(name)
            if not typed and name not in self.errors:
                cleaned[name] = said
            elif typed and typed != said:
                self.mismatch.append(name)
        if not self.mismatch or cleaned.get("keep_typed"):
            return
        said = {
            "birth_date": _("The fiscal code says %(day)s.") % {"day": f"{self.read.birth_date:%d/%m/%Y}"},
            "sex": _("The fiscal code says %(sex)s.") % {"sex": str(dict(words.SEX_CHOICES)[self.read.sex]).lower()},
        }
        for name in self.mismatch:
            self.add_error(name, said[name])
        self.add_error("keep_typed", _("Correct it, or confirm that what you typed is right."))

    @property
    def shows_person(self) -> bool:
        """Whether the part for people without a code is open: something in it was filled in or is wrong."""
        part = ("no_code", "stranger_code", "birth_date", "sex")
        if any(name in self.errors for name in part) if self.is_bound else False:
            return True
        return bool(self["no_code"].value() or self["stranger_code"].value())

    def person(self) -> Person:
        said = self.cleaned_data
        code = None if said["no_code"] == "none" else said["stranger_code"]
        return Person(
            said["family_name"],
            said["given_name"],
            said["birth_date"],
            said["sex"] or None,
            said["fiscal_code"],
            None if said["fiscal_code"] else code,
        )


class PersonPage(ABC):
    """Mixin of the pages with that form: what is said of a person whom another centre, or the own, knows."""

    known_here: str | None = None  # the address of the own centre's dossier of this person

    @abstractmethod
    def who_asks(self, form) -> tuple[Centre, Centre | None, str]:
        """Who asks: the centre, the hub that the request is for, and a telephone number."""

    def _say(self, form, reasons) -> None:
        """Of a person who is known elsewhere one sentence is said, and that it was said is written."""
        elsewhere = next((reason for reason in reasons if reason.code == "known_elsewhere"), None)
        if elsewhere is not None:
            centre, hub, phone = self.who_asks(form)
            try:
                persons.tell_known_elsewhere(
                    patient_id=elsewhere.values["patient_id"], centre=centre, hub=hub, phone=phone, by=self.request.user
                )
            except Refused as refused:
                reasons = refused.reasons
        super()._say(form, reasons)
        for reason in reasons:
            if reason.code in ("open_here", "same_name_and_birth") and reason.values["pathway_id"]:
                self.known_here = reverse("referral:dossier", args=[reason.values["pathway_id"]])

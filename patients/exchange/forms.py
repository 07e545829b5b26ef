"""The forms by which patients who are under way are brought in: one, or a table of many."""

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields
from patients.centres.models import Centre
from patients.disease.models import Disease
from patients.disease.words import SHORT
from patients.exchange import positions, words
from patients.exchange.under_way import UnderWay
from patients.pathway.words import MILESTONES
from patients.products.models import Product
from patients.surveillance.person_form import CodesForm
from patients.surveillance.persons import Person
from patients.surveillance.words import SEX_CHOICES

PERSON = ("fiscal_code", "stranger_code", "family_name", "given_name", "birth_date", "sex")
STANDING = ("disease", "referring_centre", "position", "product", "collection_id")


class BringInForm(CodesForm):
    """One patient: who, where they stand, and the days that are known; an empty day is not known."""

    treating = forms.BooleanField(
        label=gettext_lazy("My centre is treating this patient"),
        error_messages={"required": gettext_lazy("Tick it: without it nobody is looked up or brought in.")},
    )
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=80)
    given_name = forms.CharField(label=gettext_lazy("Given name"), required=False, max_length=80)
    birth_date = fields.DateField(label=gettext_lazy("Born on"), required=False)
    sex = fields.TileChoice(label=gettext_lazy("Sex"), choices=SEX_CHOICES, required=False)
    disease = fields.TileChoice(
        label=gettext_lazy("Disease"), choices=[(code, SHORT[code]) for code in Disease.values], shape="grid"
    )
    referring_centre = forms.ChoiceField(label=gettext_lazy("Referring centre"), required=False)
    position = fields.TileChoice(
        label=gettext_lazy("Where does the patient stand today?"), choices=list(words.POSITIONS.items()), shape="list"
    )
    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)
    collection_id = forms.CharField(
        label=gettext_lazy("Collection identifier"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("As on the bag's label; while cells are under way."),
    )

    def __init__(self, *args, hub: Centre, **kwargs):
        super().__init__(*args, **kwargs)
        self.hub = hub
        self.today = clock.today(hub.timezone)
        self.centres = {one.code: one for one in Centre.objects.filter(kind=Centre.Kind.REFERRAL).order_by("name")}
        nobody = [("", _("None, or not in CARPath"))]
        self.fields["referring_centre"].choices = nobody + [(one.code, one.name) for one in self.centres.values()]
        self.fields["product"].choices = [("", _("Not chosen yet"))] + [
            (one.code, f"{one.code} ({one.brand})") for one in Product.objects.all()
        ]
        self.fields["birth_date"].latest = self.today
        for what in positions.ASKED:
            self.fields[what] = fields.PartialDateField(label=MILESTONES[what], required=False, latest=self.today)

    def layout(self) -> Layout:
        return Layout(
            "treating",
            fields.side_by_side("fiscal_code", "stranger_code", "family_name", "given_name", "birth_date", "sex"),
            *STANDING,
            Div(*positions.ASKED, css_class="cp-fields"),
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("fiscal_code"):
            for name, said in (("birth_date", self.read.birth_date), ("sex", self.read.sex)):
                if name not in self.errors:
                    self._compare(cleaned, name, said)
        elif "fiscal_code" not in self.errors and "birth_date" not in self.errors and not cleaned.get("birth_date"):
            self.add_error("birth_date", _("Without a fiscal code this is needed."))
        return cleaned

    def _compare(self, cleaned: dict, name: str, said) -> None:
        if not cleaned.get(name):
            cleaned[name] = said
        elif cleaned[name] != said:
            self.add_error(name, _("The fiscal code says otherwise: correct one of the two."))

    def told(self) -> UnderWay:
        """What was filled in, as the action takes it."""
        said = self.cleaned_data
        person = Person(
            " ".join(said["family_name"].split()),
            " ".join(said["given_name"].split()),
            said["birth_date"],
            said["sex"] or None,
            said["fiscal_code"],
            None if said["fiscal_code"] else said["stranger_code"],
        )
        return UnderWay(
            person=person,
            position=said["position"],
            disease=said["disease"],
            referring_centre=self.centres.get(said["referring_centre"]),
            product=said["product"] or None,
            collection_id=said["collection_id"].strip(),
            days={what: said[what] for what in positions.ASKED if said[what] is not None},
        )


class ManyForm(fields.Form):
    """A table of patients, made from the template."""

    treating = forms.BooleanField(
        label=gettext_lazy("My centre is treating these patients"),
        error_messages={"required": gettext_lazy("Tick it: without it nobody is looked up or brought in.")},
    )
    table = forms.FileField(
        label=gettext_lazy("Table"),
        allow_empty_file=True,  # refused below in the words of what cannot be read
        help_text=gettext_lazy("XLSX or CSV UTF-8, made from the template; at most 100 patients."),
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args, hub: Centre, **kwargs):
        super().__init__(*args, **kwargs)
        self.hub = hub

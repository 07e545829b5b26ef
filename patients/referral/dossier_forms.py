"""The forms of the dossier, one per section. Nothing is required: a section is saved as far as it is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from crispy_forms.layout import Layout
from django import forms
from django.forms import BoundField
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields
from patients.audit.fields import short_text
from patients.centres.models import Centre, User
from patients.clinical import units
from patients.disease import course, picklists
from patients.disease import rules as disease_rules
from patients.disease import words as disease_words
from patients.disease.actions import Described, LineTold
from patients.disease.models import Disease, TherapyLine
from patients.identity.models import Patient
from patients.observations import rules as observation_rules
from patients.observations.actions import SerologyTold
from patients.observations.words import MEASURED, SEROLOGY, plain, unit_words
from patients.pathway.models import Pathway
from patients.referral import dossier_actions as actions
from patients.referral import rules, words
from patients.referral.dossier import Dossier, line_title
from patients.referral.dossier_actions import Allergies, Informed, Lives, Measure, MedicineTold, SystemTold
from patients.surveillance.person_form import PersonForm

UNKNOWN = "unknown"
LONGEST_DRUG = TherapyLine._meta.get_field("drugs").base_field.max_length
DEAUVILLE = (1, 2, 3, 4, 5)
YES_NO = {"yes": True, "no": False}


def tile(fact: bool | None, *, said: bool = True) -> str:
    """A fact as its tile: what was said to be not known is one, what was not said is none."""
    return {True: "yes", False: "no", None: UNKNOWN if said else ""}[fact]


def yes_no_unknown(label) -> fields.TileChoice:
    """Yes, no or not known as tiles; the form tells "not known" from "not said"."""
    return fields.TileChoice(label=label, choices=fields.YesNoUnknown.CHOICES, required=False)


@dataclass(frozen=True)
class Group:
    """Fields that belong together on the page, under a title; `folded`: opened by a tap."""

    title: str
    parts: list[tuple[str, list[BoundField]]]
    folded: bool = False


class SectionForm(fields.Form):
    """One section of the dossier. `kind`: of rules.SECTIONS; `by_value`: items that can be ticked as not known."""

    kind = ""
    by_value: tuple[str, ...] = ()

    def __init__(self, *args, dossier: Dossier, may_hide: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.dossier, self.may_hide = dossier, may_hide
        self.today = clock.today(dossier.pathway.hub.timezone)
        for one in self.fields.values():
            if isinstance(one, fields.DateField):
                one.latest = self.today
        if self.by_value:
            self.fields["not_known"] = forms.MultipleChoiceField(
                label=_("Not known, or not done"),
                choices=[(item, words.DOSSIER_ITEMS[item]) for item in self.by_value],
                required=False,
                widget=fields.TileCheckboxes(),
            )

    @classmethod
    def initial_of(cls, dossier: Dossier) -> dict:
        """What stands, as the form asks for it. Nothing measured is filled in."""
        return {"not_known": [item for item in cls.by_value if item in dossier.said(cls.kind)]}

    def groups(self) -> list[Group]:
        """The fields in groups; none: one below the other."""
        return []

    def fact(self, name: str) -> bool | None:
        return YES_NO.get(self.cleaned_data.get(name))

    def choice(self, name: str) -> str | None:
        """The chosen tile; None where nothing, or "not known", was chosen."""
        chosen = self.cleaned_data.get(name)
        return None if chosen in (None, "", UNKNOWN) else chosen

    def unknown(self) -> set[str]:
        """The items of which "not known" was said."""
        ticked = set(self.cleaned_data.get("not_known") or ())
        tiles = {item for item in rules.SECTIONS[self.kind] if self.cleaned_data.get(item) == UNKNOWN}
        return ticked | tiles

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        """Hand what was said to the section's action."""
        raise NotImplementedError

    def clean(self) -> dict:
        cleaned = super().clean()
        for item in cleaned.get("not_known") or ():
            if cleaned.get(item) not in (None, "", UNKNOWN):
                self.add_error(item, _("You wrote this, and ticked below that it is not known."))
        return cleaned


class PersonSection(PersonForm):
    """Who the patient is: what was not known when asking early, or was wrong."""

    kind = "person"

    def __init__(self, *args, dossier: Dossier, may_hide: bool, **kwargs):
        super().__init__(*args, today=clock.today(dossier.pathway.hub.timezone), **kwargs)

    @classmethod
    def initial_of(cls, dossier: Dossier) -> dict:
        one = dossier.patient
        stranger = (one.stranger_code or "")[:3].lower()
        none = "none" if "code" in dossier.said("person") else ""
        return {
            "fiscal_code": one.fiscal_code or "",
            "no_code": "" if one.fiscal_code else stranger or none,
            "stranger_code": one.stranger_code or "",
            "birth_date": one.birth_date,
            "sex": one.sex or "",
            "family_name": one.family_name,
            "given_name": one.given_name,
            "treating": bool(one.fiscal_code or one.stranger_code),
        }

    def groups(self) -> list[Group]:
        return []

    def layout(self) -> Layout:
        shown = [name for name in self.fields if name != "keep_typed" or self.mismatch]
        return Layout(*shown)

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        without = {"code"} if self.cleaned_data["no_code"] == "none" else set()
        actions.say_person(
            pathway=pathway,
            person=self.person(),
            centre=centre,
            treating=self.cleaned_data["treating"],
            unknown=without,
            by=by,
        )


class DiseaseSection(SectionForm):
    """Diagnosis, its date, stage, bulk, CNS."""

    kind = "disease"
    by_value = ("diagnosed",)

    code = forms.ChoiceField(label=gettext_lazy("Diagnosis"), required=False)
    disease = fields.TileChoice(
        label=gettext_lazy("Disease"), choices=list(disease_words.DISEASES.items()), shape="grid", required=False
    )
    subtype = fields.TileChoice(
        label=gettext_lazy("Subtype of large B-cell lymphoma"),
        choices=[*disease_words.SUBTYPES.items(), words.UNKNOWN],
        shape="grid",
        required=False,
    )
    histology = forms.CharField(label=gettext_lazy("Diagnosis in the report"), max_length=240, required=False)
    diagnosed = fields.PartialDateField(label=gettext_lazy("Diagnosed"), required=False)
    stage = fields.TileChoice(
        label=gettext_lazy("Stage of the disease"),
        choices=[*disease_words.STAGE_NAMES.items(), words.UNKNOWN],
        required=False,
        help_text="Ann Arbor",
    )
    bulky = yes_no_unknown(gettext_lazy("Bulky"))
    largest_mass_cm = fields.MeasuredField(
        label=gettext_lazy("Largest mass"),
        unit="cm",
        places=1,
        least="0.1",
        most=disease_rules.LARGEST_MASS_CM,
        required=False,
    )
    cns = fields.TileChoice(
        label=gettext_lazy("Disease in the CNS"),
        choices=[*disease_words.CNS.items(), words.UNKNOWN],
        shape="grid",
        required=False,
    )
    extranodal_sites = fields.CountField(
        label=gettext_lazy("Extranodal sites"), least=0, most=disease_rules.MOST_EXTRANODAL_SITES, required=False
    )
    ki67_percent = fields.CountField(label="Ki-67", unit="%", least=0, most=100, required=False)
    tp53_mutated = yes_no_unknown(gettext_lazy("TP53 mutation"))
    blastoid = yes_no_unknown(gettext_lazy("Blastoid or pleomorphic"))
    cytogenetic_risk = fields.TileChoice(
        label=gettext_lazy("Cytogenetic risk"),
        choices=[*disease_words.CYTOGENETIC_RISK.items(), words.UNKNOWN],
        required=False,
    )
    iss = fields.TileChoice(
        label="ISS", choices=[("I", "I"), ("II", "II"), ("III", "III"), words.UNKNOWN], required=False
    )
    mrd_detected = yes_no_unknown(gettext_lazy("Minimal residual disease found"))
    mrd_assay = fields.TileChoice(
        label=gettext_lazy("By"),
        choices=[("NGF", gettext_lazy("NGF, flow")), ("NGS", gettext_lazy("NGS, sequencing")), words.UNKNOWN],
        required=False,
    )
    mrd_sensitivity = fields.TileChoice(
        label=gettext_lazy("Sensitivity"),
        choices=[("4", "10⁻⁴"), ("5", "10⁻⁵"), ("6", "10⁻⁶"), words.UNKNOWN],
        required=False,
        help_text=gettext_lazy("Negative means fewer than 1 in 10⁵ (reference 3)"),
    )
    mrd_on = fields.DateField(label=gettext_lazy("MRD measured on"), required=False)

    # What belongs to some diseases only; the page asks it there alone.
    OF: ClassVar = {
        "subtype": (Disease.LBCL,),
        "stage": (Disease.LBCL, Disease.FL, Disease.MCL, Disease.OTHER),
        "extranodal_sites": (Disease.LBCL, Disease.MCL),
        "ki67_percent": (Disease.MCL,),
        "tp53_mutated": (Disease.MCL,),
        "blastoid": (Disease.MCL,),
        **dict.fromkeys(
            ("cytogenetic_risk", "iss", "mrd_detected", "mrd_assay", "mrd_sensitivity", "mrd_on"), (Disease.MM,)
        ),
    }
    PLAIN = ("extranodal_sites", "ki67_percent", "mrd_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", _("Not in this list, or not known")), *disease_words.diagnosis_choices()]

    def clean(self) -> dict:
        cleaned = super().clean()
        chosen = picklists.diagnoses().get(cleaned.get("code") or "")
        if chosen is not None:
            self._take_from(chosen, cleaned)
        if not cleaned.get("disease") and "disease" not in self.errors:
            self.add_error("disease", _("Choose one."))
        if cleaned.get("subtype") == "PCNSL" and cleaned.get("cns") == "never":
            self.add_error("cns", _("A primary lymphoma of the CNS is disease in the CNS: look at both answers."))
        return cleaned

    def _take_from(self, chosen: picklists.DiagnosisName, cleaned: dict) -> None:
        """The diagnosis says disease and subtype; what was chosen beside it must not contradict it."""
        for name, said in (("disease", chosen.disease), ("subtype", chosen.subtype)):
            typed = cleaned.get(name)
            if typed in (None, "", UNKNOWN):
                cleaned[name] = said or typed
            elif said is not None and typed != said:
                self.add_error(name, _("The diagnosis chosen above says otherwise."))

    def of_disease(self, name: str, value):
        """What was said, where the disease asks for it."""
        return value if self.cleaned_data["disease"] in self.OF[name] else None

    @classmethod
    def initial_of(cls, dossier: Dossier) -> dict:
        known, said = dossier.diagnosis, dossier.said("disease")

        def chosen(name: str):
            value = getattr(known, name) if known else None
            return value if value is not None else (UNKNOWN if name in said else "")

        return super().initial_of(dossier) | {
            "disease": dossier.pathway.disease or "",
            "subtype": chosen("subtype"),
            "histology": known.histology if known else "",
            "diagnosed": known.diagnosed if known else None,
            "stage": chosen("stage"),
            "bulky": tile(known.bulky if known else None, said="bulky" in said),
            "largest_mass_cm": known.largest_mass_cm if known else None,
            "cns": chosen("cns"),
            "code": known.code or "" if known else "",
            **{name: getattr(known, name) if known else None for name in cls.PLAIN},
            **{name: chosen(name) for name in ("cytogenetic_risk", "iss", "mrd_assay", "mrd_sensitivity")},
            **{
                name: tile(getattr(known, name) if known else None, said=name in said)
                for name in ("tp53_mutated", "blastoid", "mrd_detected")
            },
        }

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        said = self.cleaned_data
        told = {name: said[name] for name in self.PLAIN}
        told |= {name: self.choice(name) for name in ("subtype", "cytogenetic_risk", "iss", "mrd_assay")}
        told |= {name: self.fact(name) for name in ("tp53_mutated", "blastoid", "mrd_detected")}
        sensitivity = self.choice("mrd_sensitivity")
        told["mrd_sensitivity"] = int(sensitivity) if sensitivity else None
        described = Described(
            **{name: self.of_disease(name, value) for name, value in told.items()},
            code=said["code"] or None,
            histology=said["histology"],
            diagnosed=said["diagnosed"],
            stage=self.of_disease("stage", self.choice("stage")),
            bulky=self.fact("bulky"),
            largest_mass_cm=said["largest_mass_cm"],
            cns=self.choice("cns"),
        )
        actions.say_disease(
            pathway=pathway, disease=said["disease"], described=described, unknown=self.unknown(), by=by
        )


class RowsSection(SectionForm):
    """A section of several rows: each that stands, and empty ones below for more."""

    NEW = ("new1", "new2")
    named_by = ""  # the field without which a row is empty

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {row.pk.hex: row for row in self.standing(self.dossier)}
        self.open_rows: set[str] = set()  # those that somebody should look at
        for key in (*self.rows, *self.NEW):
            for name, one in self.row_fields(key in self.rows).items():
                self.fields[f"{key}_{name}"] = one
                if isinstance(one, fields.DateField):
                    one.latest = self.today

    @classmethod
    def standing(cls, dossier: Dossier) -> list:
        raise NotImplementedError

    def row_fields(self, stands: bool) -> dict[str, forms.Field]:
        raise NotImplementedError

    @classmethod
    def row_initial(cls, row) -> dict:
        raise NotImplementedError

    def parts(self, key: str) -> list[tuple[str, list[BoundField]]]:
        raise NotImplementedError

    def title(self, key: str) -> str:
        raise NotImplementedError

    @classmethod
    def initial_of(cls, dossier: Dossier) -> dict:
        found = super().initial_of(dossier)
        for row in cls.standing(dossier):
            found |= {f"{row.pk.hex}_{name}": value for name, value in cls.row_initial(row).items()}
        return found

    def of_row(self, key: str, *names: str) -> list[BoundField]:
        """Fields of a row, without those that this reader is not asked."""
        return [self[f"{key}_{name}"] for name in names if f"{key}_{name}" in self.fields]

    def row_groups(self) -> list[Group]:
        wrong = {name.split("_", 1)[0] for name in self.errors} if self.is_bound else set()
        return [
            Group(self.title(key), self.parts(key), folded=key not in wrong | self.open_rows and key != self.NEW[0])
            for key in (*self.rows, *self.NEW)
        ]

    def told(self, key: str, name: str):
        return self.cleaned_data.get(f"{key}_{name}")

    def told_rows(self) -> Iterable[str]:
        """The rows in which something was written."""
        return [key for key in (*self.rows, *self.NEW) if key in self.rows or self.told(key, self.named_by)]

    def clean(self) -> dict:
        cleaned = super().clean()
        for key in (*self.rows, *self.NEW):
            named = f"{key}_{self.named_by}"
            rest = [name for name in self.fields if name.startswith(f"{key}_") and name != named]
            written = any(cleaned.get(name) not in (None, "", [], False) for name in rest if not self.is_preset(name))
            if not cleaned.get(named) and named not in self.errors and (key in self.rows or written):
                self.add_error(named, _("Write this, or clear the row."))
        return cleaned

    def is_preset(self, name: str) -> bool:
        """Whether a field says nothing by itself."""
        return False


class LinesSection(RowsSection):
    """Lines of therapy: regimen, dates, best response, refractoriness."""

    kind = "lines"
    named_by = "regimen"

    none = fields.TileChoice(
        label=gettext_lazy("Without a line to write"),
        choices=[("lines_none", gettext_lazy("No line so far")), (UNKNOWN, gettext_lazy("Not known"))],
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        lines = list(self.rows.values())
        self.numbers = {row.pk: number for row, number in zip(lines, course.numbers(lines), strict=True)}
        for key, row in self.rows.items():
            if unread := picklists.not_recognised(row.drugs):
                self.fields[f"{key}_drugs"].help_text = format_html(
                    '<span class="cp-warn-t">{}</span>', disease_words.not_recognised_words(unread)
                )
                self.open_rows.add(key)

    @classmethod
    def standing(cls, dossier: Dossier) -> list:
        return dossier.lines

    @classmethod
    def initial_of(cls, dossier: Dossier) -> dict:
        said = dossier.said("lines")
        none = "lines_none" if "lines_none" in said else UNKNOWN if "lines" in said else ""
        last = max((line.number for line in dossier.lines), default=0)
        preset = {f"{key}_number": last + place for place, key in enumerate(cls.NEW, start=1)}
        preset |= {f"{key}_counts_as": course.LINE for key in cls.NEW}
        return super().initial_of(dossier) | preset | {"none": none}

    @classmethod
    def row_initial(cls, row) -> dict:
        return {
            "number": row.number,
            "regimen": row.regimen,
            "counts_as": row.counts_as,
            "drugs": disease_words.drugs_words(row.drugs),
            "deauville": str(row.deauville or ""),
            "biopsy_proven": tile(row.biopsy_proven, said=False),
            "classes": row.classes,
            "radiotherapy_alone": row.radiotherapy_alone,
            "started": row.started,
            "ended": row.ended,
            "best_response": row.best_response or "",
            "responded": row.responded,
            "refractory": tile(row.refractory, said=False),
            "transplant": row.transplant or {False: "no"}.get(row.transplanted, ""),
            "progressed": row.progressed,
        }

    def row_fields(self, stands: bool) -> dict[str, forms.Field]:
        myeloma = self.dossier.pathway.disease == Disease.MM
        responses = [
            (code, name)
            for code, name in disease_words.RESPONSES.items()
            if myeloma or code not in disease_words.MYELOMA_ONLY
        ]
        found = {
            "number": fields.CountField(
                label=_("Place in time"),
                least=1,
                most=disease_rules.MOST_LINES,
                required=False,
                widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
            ),
            "regimen": forms.CharField(
                label=_("Regimen"), max_length=80, required=False, widget=forms.TextInput({"list": "regimens"})
            ),
            "drugs": forms.CharField(
                label=_("Drugs"),
                max_length=400,
                required=False,
                help_text=_("Separated by commas; a regimen of the list fills them in."),
            ),
            "counts_as": fields.TileChoice(
                label=_("It counts as"), choices=list(disease_words.COUNTS_AS.items()), shape="list", required=False
            ),
            "started": fields.PartialDateField(label=_("Started"), required=False),
            "ended": fields.PartialDateField(label=_("Last dose"), required=False),
            "best_response": fields.TileChoice(
                label=_("Best response"), choices=[*responses, words.UNKNOWN], shape="grid", required=False
            ),
            "responded": fields.PartialDateField(label=_("First seen on"), required=False),
            "refractory": yes_no_unknown(_("Refractory to this line")),
            "progressed": fields.PartialDateField(label=_("Relapse or progression"), required=False),
            "transplant": fields.TileChoice(
                label=_("Transplant in this line"),
                choices=[
                    (
                        "no",
                        _(
                            "None",
                        ),
                    ),
                    *disease_words.TRANSPLANTS.items(),
                    words.UNKNOWN,
                ],
                shape="grid",
                required=False,
            ),
            "classes": forms.MultipleChoiceField(
                label=_("It held"),
                choices=list(disease_words.CLASSES.items()),
                required=False,
                widget=fields.TileCheckboxes(),
            ),
            "radiotherapy_alone": forms.BooleanField(
                label=_("Radiotherapy alone: not counted as a line"), required=False
            ),
        }
        if self.dossier.pathway.disease == Disease.LBCL:
            found["deauville"] = fields.TileChoice(
                label=_("Deauville at its end"),
                choices=[(str(score), str(score)) for score in DEAUVILLE],
                required=False,
            )
            found["biopsy_proven"] = yes_no_unknown(_("Residual disease or relapse proven by biopsy"))
        if stands:
            found["entered_in_error"] = forms.CharField(
                label=_("Entered in error, because"), max_length=240, required=False
            )
        return found

    def title(self, key: str) -> str:
        if key in self.rows:
            line = self.rows[key]
            return f"{line_title(self.numbers[line.pk])}: {line.regimen}"
        return _("Add a line")

    def parts(self, key: str) -> list[tuple[str, list[BoundField]]]:
        return [
            ("cp-fields", self.of_row(key, "number", "regimen")),
            ("", self.of_row(key, "drugs", "counts_as")),
            ("cp-fields", self.of_row(key, "started", "ended")),
            ("", self.of_row(key, "best_response")),
            ("cp-fields", self.of_row(key, "responded", "progressed")),
            ("", self.of_row(key, "refractory", "deauville", "biopsy_proven", "transplant", "classes")),
            ("", self.of_row(key, "radiotherapy_alone", "entered_in_error")),
        ]

    def groups(self) -> list[Group]:
        return [*self.row_groups(), Group("", [("", [self["none"]])])]

    def is_preset(self, name: str) -> bool:
        return name.endswith(("_number", "_counts_as"))

    def clean(self) -> dict:
        cleaned = super().clean()
        rows = self.told_rows()
        for key in rows:
            if cleaned.get(f"{key}_number") is None and f"{key}_number" not in self.errors:
                self.add_error(f"{key}_number", _("Which line was it? Write 1, 2, 3."))
            for name in picklists.read_drugs(cleaned.get(f"{key}_drugs") or ""):
                if len(name) > LONGEST_DRUG:
                    self.add_error(
                        f"{key}_drugs", _("Put commas between the drugs: “%(text)s” is one.") % {"text": name}
                    )
        if rows and cleaned.get("none"):
            self.add_error("none", _("There are lines above."))
        return cleaned

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        said = {"lines_none": {"lines_none"}, UNKNOWN: {"lines"}}.get(self.cleaned_data["none"], set())
        actions.say_lines(pathway=pathway, lines=[self.line(key) for key in self.told_rows()], said=said, by=by)

    def line(self, key: str) -> LineTold:
        """A row as told; a regimen of the list says its drugs and its transplant, where nobody wrote them."""
        known = picklists.regimen(self.told(key, "regimen"))
        drugs = picklists.read_drugs(self.told(key, "drugs")) or list(known.drugs if known else ())
        if not drugs and not picklists.not_recognised([self.told(key, "regimen")]):
            drugs = picklists.read_drugs(self.told(key, "regimen"))  # a free regimen that is the name of a drug
        transplant = self.choice(f"{key}_transplant")
        if known is not None and known.transplant and not self.told(key, "transplant"):
            transplant = known.transplant
        deauville = self.choice(f"{key}_deauville")
        return LineTold(
            key=key,
            line=self.rows[key].pk if key in self.rows else None,
            number=self.told(key, "number"),
            regimen=self.told(key, "regimen"),
            radiotherapy_alone=self.told(key, "radiotherapy_alone"),
            counts_as=self.told(key, "counts_as") or course.LINE,
            drugs=drugs,
            classes=sorted({*self.told(key, "classes"), *picklists.classes_of(drugs)}),
            deauville=int(deauville) if deauville else None,
            biopsy_proven=self.fact(f"{key}_biopsy_proven"),
            transplanted={None: None, "no": False}.get(transplant, True),
            transplant=None if transplant == "no" else transplant,
            started=self.told(key, "started"),
            ended=self.told(key, "ended"),
            best_response=self.choice(f"{key}_best_response"),
            responded=self.told(key, "responded"),
            refractory=self.fact(f"{key}_refractory"),
            progressed=self.told(key, "progressed"),
            entered_in_error=self.told(key, "entered_in_error") or "",
        )


class MedicinesSection(RowsSection):
    """Allergies, and current medicines with their last dose."""

    kind = "medicines"
    named_by = "name"

    allergy_status = fields.TileChoice(
        label=gettext_lazy("Allergies"),
        choices=[
            (Patient.Allergies.NONE_KNOWN.value, gettext_lazy("None known")),
            (Patient.Allergies.LISTED.value, gettext_lazy("Yes, these")),
            (UNKNOWN, gettext_lazy("Not known")),
        ],
        required=False,
    )
    allergies = forms.CharField(
        label=gettext_lazy("Which"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Separated by commas; they stand in the banner of every page."),
    )
    none = fields.TileChoice(
        label=gettext_lazy("Without a medicine to write"),
        choices=[("medicines_none", gettext_lazy("None now")), (UNKNOWN, gettext_lazy("Not known"))],
        required=False,
    )

    @classmethod
    def standing(cls, dossier: Dossier) -> list:
        return dossier.medicines

    @classmethod
    def initial_of(cls, dossier: Dossier) -> dict:
        said, status = dossier.said("medicines"), dossier.patient.allergy_status
        none = "medicines_none" if "medicines_none" in said else UNKNOWN if "medicines" in said else ""
        asked = status if status != Patient.Allergies.NOT_ASKED else UNKNOWN if "allergies" in said else ""
        return super().initial_of(dossier) | {
            "allergy_status": asked,
            "allergies": dossier.patient.allergies,
            "none": none,
        }

    @classmethod
    def row_initial(cls, row) -> dict:
        return {
            "name": row.name,
            "dose": row.dose,
            "taken_now": tile(row.taken_now, said=False),
            "last_dose": row.last_dose,
            "washout": row.washout,
            "hidden": row.hidden,
        }

    def row_fields(self, stands: bool) -> dict[str, forms.Field]:
        found = {
            "name": forms.CharField(label=_("Medicine"), max_length=80, required=False),
            "dose": forms.CharField(label=_("Dose"), max_length=80, required=False),
            "taken_now": yes_no_unknown(_("Taken now")),
            "last_dose": fields.PartialDateField(label=_("Last dose"), required=False),
            "washout": forms.ChoiceField(
                label=_("For the wash-out it is"),
                choices=[("", _("what its name says")), *words.WASHOUTS.items()],
                required=False,
            ),
        }
        if self.may_hide:
            found["hidden"] = hide_tick()
        if stands:
            found["entered_in_error"] = forms.CharField(
                label=_("Entered in error, because"), max_length=240, required=False
            )
        return found

    def title(self, key: str) -> str:
        return self.rows[key].name if key in self.rows else _("Add a medicine")

    def parts(self, key: str) -> list[tuple[str, list[BoundField]]]:
        return [
            ("cp-fields", self.of_row(key, "name", "dose")),
            ("", self.of_row(key, "taken_now")),
            ("cp-fields", self.of_row(key, "last_dose", "washout")),
            ("", self.of_row(key, "hidden", "entered_in_error")),
        ]

    def groups(self) -> list[Group]:
        first = Group("", [("", [self["allergy_status"], self["allergies"]])])
        return [first, *self.row_groups(), Group("", [("", [self["none"]])])]

    def clean(self) -> dict:
        cleaned = super().clean()
        listed = cleaned.get("allergy_status") == Patient.Allergies.LISTED
        if listed and not cleaned.get("allergies"):
            self.add_error("allergies", words.REFUSALS["name_the_allergies"])
        if cleaned.get("allergies") and cleaned.get("allergy_status") and not listed:
            self.add_error("allergies", _("You wrote this, and chose above that there are none, or none known."))
        if self.told_rows() and cleaned.get("none"):
            self.add_error("none", _("There are medicines above."))
        return cleaned

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        said = {"medicines_none": {"medicines_none"}, UNKNOWN: {"medicines"}}.get(self.cleaned_data["none"], set())
        status = self.choice("allergy_status")
        names = self.cleaned_data["allergies"]
        if status is None and names:
            status = Patient.Allergies.LISTED.value
        if self.cleaned_data["allergy_status"] == UNKNOWN:
            said, status = said | {"allergies"}, Patient.Allergies.NOT_ASKED.value
        actions.say_medicines(
            pathway=pathway,
            allergies=Allergies(status, names),
            medicines=[self.medicine(key) for key in self.told_rows()],
            said=said,
            centre=centre,
            by=by,
        )

    def medicine(self, key: str) -> MedicineTold:
        return MedicineTold(
            key=key,
            medicine=self.rows[key].pk if key in self.rows else None,
            name=self.told(key, "name"),
            dose=self.told(key, "dose"),
            washout=self.told(key, "washout"),
            taken_now=self.fact(f"{key}_taken_now"),
            last_dose=self.told(key, "last_dose"),
            hidden=bool(self.told(key, "hidden")),
            entered_in_error=self.told(key, "entered_in_error") or "",
        )


def hide_tick() -> forms.BooleanField:
    """The patient wishes that this stays at the own centre."""
    return forms.BooleanField(label=_("The patient wishes that this stays at our centre"), required=False)


class ComorbiditySection(SectionForm):
    """Illnesses by organ system, each yes, no or not known."""

    kind = "comorbidity"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for system in rules.COMORBIDITY:
            self.fields[system] = yes_no_unknown(words.SYSTEMS[system])
            self.fields[f"{system}_note"] = forms.CharField(label=_("Which"), max_length=400, required=False)
            if self.may_hide:
                self.fields[f"{system}_hidden"] = hide_tick()

    @classmethod
    def initial_of(cls, dossier: Dossier) -> dict:
        found = {}
        for system in rules.COMORBIDITY:
            row = dossier.comorbidities.get(system)
            found |= {
                system: tile(row.present if row else None, said=row is not None),
                f"{system}_note": row.note if row else "",
                f"{system}_hidden": row.hidden if row else False,
            }
        return found

    def groups(self) -> list[Group]:
        names = ("", "_note", "_hidden")
        return [
            Group("", [("", [self[f"{system}{part}"] for part in names if f"{system}{part}" in self.fields])])
            for system in rules.COMORBIDITY
        ]

    def clean(self) -> dict:
        cleaned = super().clean()
        for system in rules.COMORBIDITY:
            if cleaned.get(f"{system}_note") and not cleaned.get(system):
                self.add_error(system, _("Choose one."))
        return cleaned

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        told = [
            SystemTold(
                system,
                self.fact(system),
                self.cleaned_data[f"{system}_note"],
                bool(self.cleaned_data.get(f"{system}_hidden")),
            )
            for system in rules.COMORBIDITY
            if self.cleaned_data[system]
        ]
        actions.say_comorbidity(pathway=pathway, told=told, centre=centre, by=by)


COUNTS = ("wbc", "anc", "alc", "platelets")
PLACES = Decimal("0.001")


class MeasuresSection(SectionForm):
    """Height, weight and blood values of one day; what was measured before stands in grey and is never filled in."""

    kind = "measures"
    by_value = rules.MEASURES

    taken_on = fields.DateField(label=gettext_lazy("Measured on"), required=False)
    height = fields.MeasuredField(label=MEASURED["height"], unit="cm", places=1, required=False)
    weight = fields.MeasuredField(label=MEASURED["weight"], unit="kg", places=1, required=False)
    ldh = fields.MeasuredField(label=MEASURED["ldh"], unit="U/L", required=False)
    ldh_limit = fields.MeasuredField(label=gettext_lazy("Its upper limit of normal"), unit="U/L", required=False)
    crp = fields.MeasuredField(label=MEASURED["crp"], places=2, required=False)
    crp_unit = fields.TileChoice(
        label=gettext_lazy("Unit of CRP"), choices=[("mg/L", "mg/L"), ("mg/dL", "mg/dL")], required=False
    )
    ferritin = fields.MeasuredField(label=MEASURED["ferritin"], unit="ng/mL", places=1, required=False)
    haemoglobin = fields.MeasuredField(label=MEASURED["haemoglobin"], places=1, required=False)
    haemoglobin_unit = fields.TileChoice(
        label=gettext_lazy("Unit of haemoglobin"), choices=[("g/dL", "g/dL"), ("g/L", "g/L")], required=False
    )
    wbc = fields.MeasuredField(label=MEASURED["wbc"], places=2, required=False)
    anc = fields.MeasuredField(label=MEASURED["anc"], places=2, required=False)
    alc = fields.MeasuredField(label=MEASURED["alc"], places=2, required=False)
    platelets = fields.MeasuredField(label=MEASURED["platelets"], places=2, required=False)
    counts_unit = fields.TileChoice(
        label=gettext_lazy("Unit of the counts"), choices=[("10^9/L", "10⁹/L = 10³/µL"), ("/uL", "/µL")], required=False
    )

    creatinine = fields.MeasuredField(label=MEASURED["creatinine"], places=2, required=False)
    creatinine_unit = fields.TileChoice(
        label=gettext_lazy("Unit of creatinine"),
        choices=[("mg/dL", "mg/dL"), ("umol/L", "µmol/L")],
        required=False,
    )
    bilirubin = fields.MeasuredField(label=MEASURED["bilirubin"], places=2, required=False)
    bilirubin_unit = fields.TileChoice(
        label=gettext_lazy("Unit of bilirubin"),
        choices=[("mg/dL", "mg/dL"), ("umol/L", "µmol/L")],
        required=False,
    )

    UNITS = {
        **{what: f"{what}_unit" for what in ("crp", "haemoglobin", "creatinine", "bilirubin")},
        **dict.fromkeys(COUNTS, "counts_unit"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zone = self.dossier.pathway.hub.timezone
        fields.show_last(
            self,
            {
                what: f"{plain(row.value)} {unit_words(row.unit)} ({clock.local(row.at, zone):%d/%m/%Y})"
                for what, row in self.dossier.measured.items()
            },
        )

    def layout(self) -> Layout:
        return Layout(
            "taken_on",
            fields.side_by_side("height", "weight"),
            fields.side_by_side("ldh", "ldh_limit"),
            fields.side_by_side("crp", "crp_unit"),
            fields.side_by_side("haemoglobin", "haemoglobin_unit"),
            "ferritin",
            fields.side_by_side("wbc", "anc", "alc", "platelets"),
            "counts_unit",
            fields.side_by_side("creatinine", "creatinine_unit"),
            fields.side_by_side("bilirubin", "bilirubin_unit"),
            "not_known",
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        typed = [what for what in rules.MEASURES if cleaned.get(what) is not None]
        if typed and not cleaned.get("taken_on") and "taken_on" not in self.errors:
            self.add_error("taken_on", _("Write the day on which this was measured."))
        for name in {self.UNITS[what] for what in typed if what in self.UNITS}:
            if not cleaned.get(name):
                self.add_error(name, _("In which unit?"))
        limit = cleaned.get("ldh_limit")
        least, most = observation_rules.UPPER_LIMITS["ldh"]
        if limit is not None and not least <= limit <= most:
            self.add_error("ldh_limit", words.REFUSALS["implausible_limit"])
        if limit is not None and cleaned.get("ldh") is None and "ldh" not in self.errors:
            self.add_error("ldh", _("Write the value too."))
        self.measures = [self._measure(what, cleaned) for what in typed if self._has_unit(what, cleaned)]
        return cleaned

    def _has_unit(self, what: str, cleaned: dict) -> bool:
        return what not in self.UNITS or bool(cleaned.get(self.UNITS[what]))

    def _measure(self, what: str, cleaned: dict) -> Measure:
        """The value in the unit of its kind; beyond what a body can show it is refused beside its field."""
        band, value = observation_rules.BANDS[what], cleaned[what]
        if what in self.UNITS:
            value = units.convert(value, quantity=what, unit=cleaned[self.UNITS[what]])
        if not band.least <= value <= band.most:
            sentence = _("%(value)s %(unit)s cannot be: look at the number and its unit.")
            self.add_error(what, sentence % {"value": number_format(value), "unit": unit_words(band.unit)})
        return Measure(
            what,
            value.quantize(PLACES, rounding=ROUND_HALF_UP),
            cleaned.get("ldh_limit") if what == "ldh" else None,
        )

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        actions.say_measures(
            pathway=pathway,
            measures=self.measures,
            on=self.cleaned_data["taken_on"] or self.today,
            unknown=self.unknown(),
            by=by,
        )


class SerologySection(SectionForm):
    """Serological tests: result and the day of the blood."""

    kind = "serology"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        results = [("no", _("Negative")), ("yes", _("Positive")), words.UNKNOWN]
        for what in rules.SEROLOGY:
            self.fields[what] = fields.TileChoice(label=SEROLOGY[what], choices=results, required=False)
            self.fields[f"{what}_taken_on"] = fields.DateField(
                label=_("Blood taken on"), required=False, latest=self.today
            )
            if self.may_hide:
                self.fields[f"{what}_hidden"] = hide_tick()

    @classmethod
    def initial_of(cls, dossier: Dossier) -> dict:
        found = {}
        for what in rules.SEROLOGY:
            row = dossier.serologies.get(what)
            found |= {
                what: tile(row.positive if row else None, said=row is not None),
                f"{what}_taken_on": row.taken_on if row else None,
                f"{what}_hidden": row.hidden if row else False,
            }
        return found

    def groups(self) -> list[Group]:
        names = ("", "_taken_on", "_hidden")
        return [
            Group("", [("", [self[f"{what}{part}"] for part in names if f"{what}{part}" in self.fields])])
            for what in rules.SEROLOGY
        ]

    def clean(self) -> dict:
        cleaned = super().clean()
        for what in rules.SEROLOGY:
            day = f"{what}_taken_on"
            if cleaned.get(what) in YES_NO and not cleaned.get(day) and day not in self.errors:
                self.add_error(day, words.REFUSALS["result_needs_its_day"])
            if cleaned.get(day) and not cleaned.get(what):
                self.add_error(what, _("Choose one."))
        return cleaned

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        said = self.cleaned_data
        actions.say_serology(
            pathway=pathway,
            told=[
                SerologyTold(what, self.fact(what), said[f"{what}_taken_on"]) for what in rules.SEROLOGY if said[what]
            ],
            hidden=[what for what in rules.SEROLOGY if said.get(f"{what}_hidden")],
            centre=centre,
            by=by,
        )


class LivingSection(SectionForm):
    """Town and the two hours, telephone, caregiver, language."""

    kind = "living"
    by_value = ("town", "phone", "language")

    town = forms.CharField(label=gettext_lazy("Town"), max_length=80, required=False)
    within_two_hours = yes_no_unknown(
        gettext_lazy("Can stay within two hours of the hub for the four weeks after infusion")
    )
    phone = forms.CharField(
        label=gettext_lazy("Patient's phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    caregiver = yes_no_unknown(gettext_lazy("Has a caregiver"))
    caregiver_name = forms.CharField(label=gettext_lazy("Caregiver's name"), max_length=120, required=False)
    caregiver_phone = forms.CharField(
        label=gettext_lazy("Caregiver's phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    language = forms.CharField(label=gettext_lazy("Language spoken at home"), max_length=40, required=False)
    interpreter_needed = yes_no_unknown(gettext_lazy("Needs an interpreter"))

    TEXTS = ("town", "caregiver_name", "caregiver_phone", "language")
    FACTS = ("within_two_hours", "caregiver", "interpreter_needed")

    @classmethod
    def initial_of(cls, dossier: Dossier) -> dict:
        one, said = dossier.living, dossier.said("living")
        facts = {name: tile(getattr(one, name) if one else None, said=name in said) for name in cls.FACTS}
        texts = {name: getattr(one, name) if one else "" for name in cls.TEXTS}
        return super().initial_of(dossier) | facts | texts | {"phone": dossier.patient.phone}

    def clean(self) -> dict:
        cleaned = super().clean()
        named = cleaned.get("caregiver_name") or cleaned.get("caregiver_phone")
        if named and cleaned.get("caregiver") != "yes":
            self.add_error("caregiver", _("You name a caregiver: choose “Yes”, or clear the name."))
        return cleaned

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        facts = {name: self.fact(name) for name in self.FACTS}
        texts = {name: self.cleaned_data[name] for name in (*self.TEXTS, "phone")}
        actions.say_living(pathway=pathway, lives=Lives(**facts, **texts), unknown=self.unknown(), by=by)


class InformationSection(SectionForm):
    """That the patient was informed that data go to the hub, or took that back."""

    kind = "information"

    informed = fields.TileChoice(
        label=gettext_lazy("The patient"),
        choices=[
            ("informed", gettext_lazy("was informed that data go to the hub")),
            ("withdrawn", gettext_lazy("takes it back: data may not go to the hub")),
        ],
        shape="list",
    )
    said_on = fields.DateField(label=gettext_lazy("On"))
    how = fields.TileChoice(label=gettext_lazy("How"), choices=list(words.HOW_INFORMED.items()))
    notice_version = forms.CharField(label=gettext_lazy("Version of the notice"), max_length=40, required=False)
    note = short_text(gettext_lazy("Note"), rows=2, required=False, longest=400)
    sure = forms.BooleanField(
        label=gettext_lazy("I know that before the infusion this closes the pathway at the hub"), required=False
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        withdrawn = cleaned.get("informed") == "withdrawn"
        if cleaned.get("informed") == "informed" and not cleaned.get("notice_version"):
            self.add_error("notice_version", words.REFUSALS["say_the_version"])
        if withdrawn and self.dossier.pathway.day_0 is None and not cleaned.get("sure"):
            self.add_error("sure", _("Tick this: the hub will see no more of this patient."))
        return cleaned

    def save(self, *, pathway: Pathway, centre: Centre, by: User) -> None:
        said = self.cleaned_data
        informed = Informed(said["informed"], said["said_on"], said["how"], said["notice_version"], said["note"])
        actions.say_informed(pathway=pathway, said=informed, by=by)


FORMS: dict[str, type[forms.Form]] = {
    form.kind: form
    for form in (
        PersonSection,
        DiseaseSection,
        LinesSection,
        ComorbiditySection,
        MeasuresSection,
        MedicinesSection,
        SerologySection,
        LivingSection,
        InformationSection,
    )
}

"""The forms of restaging, visits, counts and the other facts of follow-up, and of its hand-over."""

from datetime import date

from crispy_forms.layout import HTML, Layout
from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields
from patients.audit.fields import short_text
from patients.clinical import imwg
from patients.clinical.result import Result
from patients.followup import rules, words
from patients.followup.actions import MYELOMA_FACTS
from patients.followup.models import Restaging
from patients.followup.rules import NOMINAL_DAYS, MyelomaRead, Read
from patients.observations.rules import BANDS
from patients.observations.words import MEASURED, unit_words
from patients.pathway.forms import Amending
from patients.pathway.models import Pathway
from patients.toxicity.forms import OtherToxicityForm
from patients.toxicity.words import SETTINGS

BETWEEN = "between"


def known(value: str) -> str | None:
    """A tile's value; "not known" and none chosen are None."""
    return None if value in ("", "unknown") else value


AMENDING = ("struck", "right_patient", "why")  # what a correction asks beside its fields


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
    settle_how = fields.TileChoice(
        label=gettext_lazy("Where indeterminate: settled by"), choices=list(words.SETTLE.items()), required=False
    )
    settle_by = fields.DateField(
        label=gettext_lazy("Settled by the day"),
        required=False,
        help_text=gettext_lazy("dd/mm/yyyy; until then it counts as no progression"),
    )
    note = short_text(gettext_lazy("Note"), rows=2, required=False)

    def __init__(self, *args, pathway: Pathway, plans: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        bind_days(self, pathway, plans)

    def layout(self) -> Layout:
        preview = (
            f'<div id="lugano" class="cp-form-state" aria-live="polite" hx-post="{reverse("followup:lugano")}" '
            'hx-trigger="load, change from:#form" hx-include="#form"></div>'
        )
        rest = [name for name in ("differs_because", "note", *AMENDING) if name in self.fields]
        return Layout(
            "done_on",
            "milestone",
            "deauville",
            "uptake_change",
            "new_lesion",
            "symptoms",
            HTML(preview),
            "response",
            "settle_how",
            "settle_by",
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
            settle_how=said["settle_how"] or None,
            settle_by=said["settle_by"],
            **self.facts(),
        )

    def chosen_milestone(self) -> str:
        return chosen_milestone(self)


def bind_days(form: fields.Form, pathway: Pathway, plans: list[str]) -> None:
    """What both restagings share: their days' bounds, and the planned ones that they may be."""
    form.fields["done_on"].latest = clock.today(pathway.hub.timezone)
    form.fields["done_on"].earliest = pathway.infused_from() or date.min
    form.fields["milestone"].choices = [(code, words.MILESTONES[code]) for code in (*plans, BETWEEN)]


def chosen_milestone(form: fields.Form) -> str:
    """The planned restaging that a form names, "" for one in between."""
    chosen = form.cleaned_data["milestone"]
    return "" if chosen == BETWEEN else chosen


class MyelomaForm(fields.Form):
    """One restaging of myeloma: M-protein, light chains, marrow, MRD. What is left open is not known."""

    done_on = fields.DateField(label=gettext_lazy("Done on"))
    milestone = fields.TileChoice(label=gettext_lazy("Which one"), shape="grid")
    serum_baseline = fields.MeasuredField(
        label=gettext_lazy("Serum M-protein before CAR-T"), unit="g/dL", places=2, least=0, most=15, required=False
    )
    serum = fields.MeasuredField(
        label=gettext_lazy("Serum M-protein now"), unit="g/dL", places=2, least=0, most=15, required=False
    )
    urine_baseline = fields.MeasuredField(
        label=gettext_lazy("Urine M-protein before CAR-T"),
        unit="mg/24 h",
        places=1,
        least=0,
        most=50000,
        required=False,
    )
    urine = fields.MeasuredField(
        label=gettext_lazy("Urine M-protein now"), unit="mg/24 h", places=1, least=0, most=50000, required=False
    )
    dflc = fields.MeasuredField(
        label=gettext_lazy("Difference of free light chains"),
        unit="mg/dL",
        places=2,
        least=0,
        most=5000,
        required=False,
    )
    plasma_cells_percent = fields.MeasuredField(
        label=gettext_lazy("Plasma cells in the marrow"), unit="%", places=1, least=0, most=100, required=False
    )
    immunofixation_negative = fields.YesNoUnknown(
        label=gettext_lazy("Immunofixation of serum and urine negative"), required=False
    )
    plasmacytoma = fields.YesNoUnknown(label=gettext_lazy("Plasmacytoma"), required=False)
    new_lesion = fields.YesNoUnknown(label=gettext_lazy("New bone lesion or plasmacytoma"), required=False)
    mrd_assay = fields.TileChoice(
        label=gettext_lazy("MRD assay"), choices=[(one, one) for one in imwg.ASSAYS], required=False
    )
    mrd_sensitivity = fields.CountField(
        label=gettext_lazy("Sensitivity of the assay: 10 to the minus"), least=2, most=8, required=False
    )
    mrd_detected = fields.YesNoUnknown(label=gettext_lazy("Disease found by MRD"), required=False)
    response = fields.TileChoice(
        label=gettext_lazy("Response, confirmed by you"), choices=list(words.MYELOMA_RESPONSES.items()), shape="list"
    )
    differs_because = short_text(gettext_lazy("Why, where it is not what IMWG 2016 gives"), rows=2, required=False)
    note = short_text(gettext_lazy("Note"), rows=2, required=False)

    def __init__(self, *args, pathway: Pathway, plans: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        bind_days(self, pathway, plans)

    def layout(self) -> Layout:
        sides = ("serum_baseline", "serum", "urine_baseline", "urine", "dflc", "plasma_cells_percent")
        rest = [name for name in self.fields if name not in (*sides, "done_on", "milestone")]
        return Layout("done_on", "milestone", fields.side_by_side(*sides), *rest)

    def read(self) -> MyelomaRead:
        """The restaging as the rules read it."""
        said = self.cleaned_data
        facts = {name: None if said.get(name) == "" else said.get(name) for name in MYELOMA_FACTS}
        told = {name: said[name] for name in ("done_on", "response", "differs_because", "note")}
        return MyelomaRead(**told, **facts)

    def chosen_milestone(self) -> str:
        return chosen_milestone(self)


def myeloma_typed(row) -> dict:
    """A restaging of myeloma as its form asks for it."""
    asked = {name: getattr(row, name) for name in (*MYELOMA_FACTS, "done_on", "response", "differs_because", "note")}
    return asked | {"milestone": row.milestone or BETWEEN}


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
        "settle_how": row.settle_how,
        "settle_by": row.settle_by,
        "note": row.note,
    }


def _tile(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "unknown"}[value]


def offered(open_codes: list[str], own: str = "") -> list[str]:
    """The planned restagings that a form offers: those not done, and the one that it corrects."""
    return [code for code in NOMINAL_DAYS if code in open_codes or code == own]


def computed_words(result: Result) -> dict:
    """What the rule makes of the facts, for the page: the response, or the range that is still possible."""
    said = {"version": result.version, "grounds": [one for one in map(words.lugano_ground, result.grounds) if one]}
    if result.is_known:
        return said | {"known": words.RESPONSES[Restaging.Response(result.value)]}
    best, worst = result.range
    open_facts = ", ".join(str(words.LUGANO_FACTS[name]) for name in result.missing)
    return said | {"best": best, "worst": worst, "missing": open_facts}


class VisitForm(fields.Form):
    """One follow-up visit."""

    done_on = fields.DateField(label=gettext_lazy("Done on"))
    where = fields.TileChoice(label=gettext_lazy("Where"), choices=list(words.WHERE.items()), shape="grid")
    setting = fields.TileChoice(
        label=gettext_lazy("Setting"), choices=[*SETTINGS.items(), words.UNKNOWN], shape="grid", required=False
    )
    ecog = fields.TileChoice(
        label=gettext_lazy("ECOG"), choices=[*((str(one), str(one)) for one in range(5)), words.UNKNOWN], shape="grid"
    )
    note = short_text(gettext_lazy("What was found"))

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["done_on"].latest = clock.today(pathway.hub.timezone)
        self.fields["done_on"].earliest = pathway.infused_from() or date.min

    def told(self) -> dict:
        said = self.cleaned_data
        ecog = known(said["ecog"])
        return {
            "done_on": said["done_on"],
            "where": said["where"],
            "setting": known(said["setting"]),
            "ecog": int(ecog) if ecog else None,
            "note": said["note"],
        }


class RestagingCorrectionForm(Amending, RestagingForm):
    """A restaging again as it was read."""


class MyelomaCorrectionForm(Amending, MyelomaForm):
    """A restaging of myeloma again as it was read."""


class VisitCorrectionForm(Amending, VisitForm):
    """A visit again as it was written."""


# ── counts ───────────────────────────────────────────────────────────────────────────────────────────────────────

COUNTS = {"haemoglobin": 1, "anc": 2, "alc": 2, "platelets": 0, "igg": 1, "cd4": 3, "cd19": 3}  # and their decimals


class CountsForm(fields.Form):
    """Blood values of one day; what is left open was not measured."""

    on = fields.DateField(label=gettext_lazy("Taken on"))

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].latest = clock.today(pathway.hub.timezone)
        self.fields["on"].earliest = pathway.infused_from() or date.min
        for what, places in COUNTS.items():
            band = BANDS[what]
            self.fields[what] = fields.MeasuredField(
                label=MEASURED[what],
                unit=unit_words(band.unit),
                places=places,
                least=band.least,
                most=band.most,
                required=False,
            )

    def layout(self) -> Layout:
        return Layout("on", fields.side_by_side(*COUNTS))

    def told(self) -> dict:
        said = self.cleaned_data
        return {"on": said["on"], "values": {what: said[what] for what in COUNTS if said[what] is not None}}


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────


class InfectionForm(OtherToxicityForm):
    """An infection, or a second malignancy: what it is, how severe, from when to when."""

    what_is = "infection"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["what"]
        self.fields["named"].label = gettext_lazy("Germ and site, as far as known")
        self.fields["named"].help_text = ""

    def told(self) -> dict:
        self.cleaned_data["what"] = self.what_is
        return super().told()


class InfectionCorrectionForm(Amending, InfectionForm):
    """An infection again as it was recorded."""


class MalignancyForm(InfectionForm):
    """A second malignancy; of T cells or not stands in its name."""

    what_is = "second_malignancy"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["named"].label = gettext_lazy("Which malignancy")
        self.fields["named"].help_text = gettext_lazy(
            "say whether it is of T cells, and whether the CAR was looked for"
        )
        self.fields["started_on"].label = gettext_lazy("Diagnosed on")


class MalignancyCorrectionForm(Amending, MalignancyForm):
    """A second malignancy again as it was recorded."""


class FactForm(fields.Form):
    """A dated fact of follow-up. A subclass says of which kind, and asks only what that kind has."""

    kind = ""
    choices: dict = {}
    asks: tuple[str, ...] = ("named", "dose", "ended_on")

    what = fields.TileChoice(label=gettext_lazy("Which"), shape="grid")
    named = forms.CharField(label=gettext_lazy("In words"), max_length=120, required=False)
    dose = forms.CharField(
        label=gettext_lazy("Dose"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("as prescribed, with its unit"),
    )
    started_on = fields.DateField(label=gettext_lazy("Started on"))
    ended_on = fields.DateField(label=gettext_lazy("Ended on"), required=False)
    note = short_text(gettext_lazy("Note"), rows=2, required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = list(self.choices.items())
        for name in ("named", "dose", "ended_on"):
            if name not in self.asks:
                del self.fields[name]
        for name in {"started_on", "ended_on"} & set(self.fields):
            self.fields[name].latest = clock.today(pathway.hub.timezone)

    def told(self) -> dict:
        names = ("what", "named", "dose", "started_on", "ended_on", "note")
        return {"kind": self.kind} | {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    @staticmethod
    def typed(row) -> dict:
        return {name: getattr(row, name) for name in ("what", "named", "dose", "started_on", "ended_on", "note")}


class ProphylaxisForm(FactForm):
    kind, choices = rules.PROPHYLAXIS, words.PROPHYLAXES


class ImmunoglobulinForm(FactForm):
    kind, choices, asks = rules.IMMUNOGLOBULIN, words.IMMUNOGLOBULINS, ("dose", "ended_on")


class VaccineForm(FactForm):
    kind, choices, asks = rules.VACCINE, words.VACCINES, ("named",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["started_on"].label = gettext_lazy("Given on")


class RelapseForm(FactForm):
    kind, choices, asks = rules.RELAPSE, words.RELAPSES, ("named",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].label = gettext_lazy("Shown by")
        self.fields["named"].label = gettext_lazy("Where")
        self.fields["started_on"].label = gettext_lazy("First seen on")


class NextTreatmentForm(FactForm):
    kind, choices, asks = rules.TREATMENT, words.TREATMENTS, ("named", "ended_on")


def correction_of(form: type[FactForm]) -> type:
    """The form that corrects what another one records."""
    return type(f"{form.__name__}Correction", (Amending, form), {})


# ── who follows ──────────────────────────────────────────────────────────────────────────────────────────────────


class OfferForm(fields.Form):
    """Follow-up is handed over: from which day, and what to watch."""

    from_on = fields.DateField(label=gettext_lazy("From the day"))
    note = short_text(gettext_lazy("What to watch, when to call, and whom"))

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_on"].earliest = pathway.infused_from() or date.min


class AnswerForm(fields.Form):
    """Taken over or not, with why not."""

    takes = fields.TileChoice(
        label=gettext_lazy("Does your centre take follow-up over?"),
        choices=[("yes", gettext_lazy("Yes, we take it over")), ("no", gettext_lazy("Not yet, or no"))],
    )
    note = short_text(gettext_lazy("Why not, or what the other centre should know"), rows=2, required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)


class TakeBackForm(fields.Form):
    """An offer that nobody has taken yet is taken back."""

    note = short_text(gettext_lazy("Why the offer is taken back"), rows=2, required=False)

    def __init__(self, *args, pathway: Pathway, **kwargs):
        super().__init__(*args, **kwargs)

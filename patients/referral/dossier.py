"""Reading the dossier: what is known, as one centre's people may read it, in words, and what is still missing.

What a centre keeps to itself at the patient's wish is read by its own people alone; to others it looks as if it had
not been asked yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.db.models import Model, QuerySet
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from patients.audit import clock
from patients.audit.fields import partial_words
from patients.centres.models import Centre
from patients.clinical.days import PartialDate
from patients.disease import course, picklists
from patients.disease import words as disease_words
from patients.disease.course import Told
from patients.disease.models import MOST_LINES_TOLD, Diagnosis, TherapyLine
from patients.identity.access import Access
from patients.identity.models import Patient
from patients.observations.models import Observation, Serology
from patients.observations.words import plain, unit_words
from patients.pathway import past
from patients.pathway.models import Pathway
from patients.referral import rules, words
from patients.referral.models import Comorbidity, Information, Living, Medicine, SectionSaid
from patients.surveillance.words import SEX_CHOICES

SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def acting_centre(pathway: Pathway, access: Access) -> Centre:
    """For which centre somebody reads and writes the dossier: the referring one where they belong to it."""
    ours = pathway.referring_centre_id in access.centre_ids
    return pathway.referring_centre if ours and pathway.referring_centre is not None else pathway.hub


@dataclass(frozen=True)
class Item:
    """One answer in words. `value` "" = not said yet; `secret`: it stays at the reader's centre."""

    label: str
    value: str
    note: str = ""
    secret: bool = False


@dataclass(frozen=True)
class Section:
    """One section as its reader sees it. `missing`: what has no answer yet, in words."""

    kind: str
    title: str
    items: list[Item]
    missing: list[str]
    saved: SectionSaid | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def said(self) -> list[Item]:
        """What has an answer; the rest stands in `missing`."""
        return [item for item in self.items if item.value]


class Dossier:
    """What is known of a patient's disease and circumstances, for the people of one centre.

    `until`: what was recorded later is not read (a centre whose care has ended).
    """

    def __init__(self, pathway: Pathway, reader: Centre, until: datetime | None = None):
        self.pathway, self.reader, self.until = pathway, reader, until
        self.patient: Patient = pathway.patient
        self.disease: str | None = pathway.disease
        if until is not None:
            (self.patient,) = past.as_of(Patient.objects.filter(pk=pathway.patient_id), until)
            (then,) = past.as_of(Pathway.objects.filter(pk=pathway.pk), until)
            self.disease = then.disease

    # ── the facts ────────────────────────────────────────────────────────────────────────────────────────────────

    def _stood(self, rows: QuerySet) -> list:
        return list(rows) if self.until is None else past.as_of(rows, self.until)

    def _rows(self, rows: QuerySet) -> list:
        """The rows that the reader may read: as they stood then, without the struck and the hidden."""
        return [
            row
            for row in self._stood(rows)
            if getattr(row, "struck_at", None) is None
            and (not getattr(row, "hidden", False) or row.centre_id == self.reader.pk)
        ]

    def _of_patient(self, model: type[Model]) -> list:
        return self._rows(model.objects.filter(patient=self.patient))

    @cached_property
    def saved(self) -> dict[str, SectionSaid]:
        rows = SectionSaid.objects.filter(pathway=self.pathway).select_related("saved_by")
        return {row.kind: row for row in self._rows(rows)}

    def said(self, kind: str) -> set[str]:
        """What was said of a section that no other row holds."""
        return set(self.saved[kind].said) if kind in self.saved else set()

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        return next((row for row in self._of_patient(Diagnosis) if row.disease == self.disease), None)

    @cached_property
    def lines(self) -> list[TherapyLine]:
        rows = [row for row in self._of_patient(TherapyLine) if row.disease == self.disease]
        return sorted(rows, key=lambda row: row.number)

    def told(self, on: date) -> Told:
        """What the indications ask of the disease, as it is recorded; the age on a day.

        While a referral is not sent, how the disease stands is what it says: the diagnosis is told with it (`send`).
        """
        known, referral = self.diagnosis, getattr(self.pathway, "referral", None)
        status = known.status if known else None
        if self.pathway.status == Pathway.Status.DRAFT and referral and "status" in referral.answered:
            status = referral.status
        return Told(
            disease=self.disease,
            subtype=known.subtype if known else None,
            cns=known.cns if known else None,
            status=status,
            lines_told=referral.lines if referral else None,
            no_line="lines_none" in self.said("lines"),
            age=self.patient.age_on(on),
            lines=tuple(course.counted(self.lines)),
        )

    @cached_property
    def comorbidities(self) -> dict[str, Comorbidity]:
        """By system; what the own centre keeps to itself counts there."""
        return {row.system: row for row in sorted(self._of_patient(Comorbidity), key=lambda row: row.hidden)}

    @cached_property
    def medicines(self) -> list[Medicine]:
        return sorted(self._of_patient(Medicine), key=lambda row: row.name.casefold())

    @cached_property
    def serologies(self) -> dict[str, Serology]:
        """By test, the newest."""
        rows = sorted(self._of_patient(Serology), key=lambda row: (row.taken_on or date.min, row.recorded_at))
        return {row.what: row for row in rows}

    @cached_property
    def measured(self) -> dict[str, Observation]:
        """By kind, the newest that no correction replaced."""
        return self.latest(rules.MEASURES)

    def latest(self, kinds: Iterable[str]) -> dict[str, Observation]:
        """Of each kind of value the newest that stands."""
        return {row.what: row for row in self.values(kinds)}

    def values(self, kinds: Iterable[str]) -> list[Observation]:
        """Every value of these kinds that stands, the oldest first."""
        found = self._stood(Observation.objects.filter(patient=self.patient, what__in=kinds))
        corrected = {row.corrects_id for row in found}  # a struck correction brings nothing wrong back
        rows = [row for row in found if row.struck_at is None and row.pk not in corrected]
        return sorted(rows, key=lambda row: (row.at, row.recorded_at))

    @cached_property
    def living(self) -> Living | None:
        return next(iter(self._of_patient(Living)), None)

    @cached_property
    def information(self) -> list[Information]:
        rows = self._rows(Information.objects.filter(pathway__patient=self.patient).select_related("by"))
        return sorted(rows, key=lambda row: row.at)

    # ── what is answered ─────────────────────────────────────────────────────────────────────────────────────────

    def answered(self, kind: str) -> set[str]:
        """The items of a section that have an answer, "not known" among them."""
        return getattr(self, f"_answered_{kind}")() | (self.said(kind) & set(rules.SECTIONS[kind]))

    def missing(self, kind: str) -> list[str]:
        return rules.gaps(kind, self.disease, self.answered(kind))

    def _answered_person(self) -> set[str]:
        known = {"birth_date": self.patient.birth_date, "sex": self.patient.sex}
        known["code"] = self.patient.fiscal_code or self.patient.stranger_code
        return {name for name, value in known.items() if value}

    def _answered_disease(self) -> set[str]:
        if self.diagnosis is None:
            return set()
        return {item for item in rules.SECTIONS["disease"] if getattr(self.diagnosis, item) is not None}

    def _answered_lines(self) -> set[str]:
        return {"lines"} if self.lines or "lines_none" in self.said("lines") else set()

    def _answered_comorbidity(self) -> set[str]:
        return set(self.comorbidities)

    def _answered_measures(self) -> set[str]:
        return set(self.measured)

    def _answered_medicines(self) -> set[str]:
        asked = {"allergies"} if self.patient.allergy_status != Patient.Allergies.NOT_ASKED else set()
        return asked | ({"medicines"} if self.medicines or "medicines_none" in self.said("medicines") else set())

    def _answered_serology(self) -> set[str]:
        return set(self.serologies)

    def _answered_living(self) -> set[str]:
        known = {"phone"} if self.patient.phone else set()
        if self.living is None:
            return known
        return known | {
            item
            for item in rules.SECTIONS["living"]
            if item != "phone" and getattr(self.living, item) not in (None, "")
        }

    def _answered_information(self) -> set[str]:
        return {"informed"} if self.information else set()

    # ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────

    def section(self, kind: str) -> Section:
        """A section as its reader sees it."""
        return Section(
            kind=kind,
            title=str(words.SECTIONS[kind]),
            items=getattr(self, f"_items_{kind}")(),
            missing=[str(words.DOSSIER_ITEMS[item]) for item in self.missing(kind)],
            saved=self.saved.get(kind),
            notes=self._notes_on_lines() if kind == "lines" else [],
        )

    def sections(self) -> list[Section]:
        return [self.section(kind) for kind in rules.SECTIONS]

    def _item(self, kind: str, item: str, value: str, note: str = "", *, secret: bool = False) -> Item:
        """An answer; what was said to be not known is one, what was not said stays empty."""
        unknown = not value and item in self.answered(kind)
        return Item(str(words.DOSSIER_ITEMS[item]), value or (_("Not known") if unknown else ""), note, secret)

    def _items_person(self) -> list[Item]:
        one = self.patient
        sex = str(dict(SEX_CHOICES)[one.sex]) if one.sex else ""
        code = one.fiscal_code or one.stranger_code or ""
        if not code and "code" in self.said("person"):
            code = _("No code at all")
        return [
            Item(_("Name"), one.display_name),
            self._item("person", "code", code),
            self._item("person", "birth_date", f"{one.birth_date:%d/%m/%Y}" if one.birth_date else ""),
            self._item("person", "sex", sex),
        ]

    def _items_disease(self) -> list[Item]:
        known = self.diagnosis
        disease = self.disease
        found = [Item(_("Disease"), str(disease_words.DISEASES[disease]) if disease else "")]
        if known is not None and known.code:
            name = dict(disease_words.diagnosis_choices()).get(known.code, known.code)
            found.append(Item(_("Diagnosis"), name, disease_words.codes_words(known.code)))
        if known is not None and known.histology:
            found.append(Item(_("Diagnosis in the report"), known.histology))
        said = {
            "subtype": known and disease_words.SUBTYPES.get(known.subtype, ""),
            "diagnosed": known and partial(known.diagnosed),
            "stage": known and known.stage,
            "bulky": known and yes_no(known.bulky),
            "cns": known and disease_words.CNS.get(known.cns, ""),
        }
        mass = known.largest_mass_cm if known else None
        notes = {"bulky": _("largest mass %(size)s cm") % {"size": number_format(mass)} if mass else ""}
        asked = [
            self._item("disease", item, str(said[item] or ""), notes.get(item, ""))
            for item in rules.items_of("disease", disease)
        ]
        return found + asked + ([Item(*one) for one in risk_words(known)] if known is not None else [])

    def _items_lines(self) -> list[Item]:
        if not self.lines:
            none = _("No line so far") if "lines_none" in self.said("lines") else ""
            return [self._item("lines", "lines", none)]
        return [
            Item(line_title(number), line.regimen, line_words(line))
            for number, line in zip(course.numbers(self.lines), self.lines, strict=True)
        ]

    def _notes_on_lines(self) -> list[str]:
        referral = getattr(self.pathway, "referral", None)
        told = referral.lines if referral else None
        listed = len(course.counted(self.lines))
        said = []
        if rules.lines_disagree(told, listed, MOST_LINES_TOLD):
            said.append(_("Asking early said %(told)s, listed are %(listed)s.") % {"told": told, "listed": listed})
        unread = picklists.not_recognised(name for line in self.lines for name in line.drugs)
        return said + ([disease_words.not_recognised_words(unread)] if unread else [])

    def _items_comorbidity(self) -> list[Item]:
        found = []
        for system in rules.COMORBIDITY:
            row = self.comorbidities.get(system)
            note = row.note if row else ""
            found.append(
                self._item(
                    "comorbidity", system, yes_no(row.present) if row else "", note, secret=bool(row and row.hidden)
                )
            )
        return found

    def _items_measures(self) -> list[Item]:
        found = []
        for what in rules.MEASURES:
            row = self.measured.get(what)
            day = f"{clock.local(row.at, self.pathway.hub.timezone):%d/%m/%Y}" if row else ""
            if row is not None and row.upper_limit is not None:
                day = _("%(day)s, normal up to %(limit)s") % {"day": day, "limit": plain(row.upper_limit)}
            found.append(self._item("measures", what, f"{plain(row.value)} {unit_words(row.unit)}" if row else "", day))
        return found

    def _items_medicines(self) -> list[Item]:
        status = self.patient.allergy_status
        allergies = {
            Patient.Allergies.NOT_ASKED: "",
            Patient.Allergies.NONE_KNOWN: _("None known"),
            Patient.Allergies.LISTED: self.patient.allergies,
        }[status]
        found = [self._item("medicines", "allergies", allergies)]
        if not self.medicines:
            none = _("None now") if "medicines_none" in self.said("medicines") else ""
            return [*found, self._item("medicines", "medicines", none)]
        return found + [
            Item(row.name, row.dose or _("dose not known"), medicine_words(row), row.hidden) for row in self.medicines
        ]

    def _items_serology(self) -> list[Item]:
        found = []
        for what in rules.SEROLOGY:
            row = self.serologies.get(what)
            result = {True: _("Positive"), False: _("Negative"), None: ""}[row.positive] if row else ""
            day = f"{row.taken_on:%d/%m/%Y}" if row and row.taken_on else ""
            found.append(self._item("serology", what, result, day, secret=bool(row and row.hidden)))
        return found

    def _items_living(self) -> list[Item]:
        one = self.living or Living()
        carer = " · ".join(part for part in (one.caregiver_name, one.caregiver_phone) if part)
        return [
            self._item("living", "town", one.town),
            self._item("living", "within_two_hours", yes_no(one.within_two_hours)),
            self._item("living", "phone", self.patient.phone),
            self._item("living", "caregiver", yes_no(one.caregiver), carer),
            self._item("living", "language", one.language),
            self._item("living", "interpreter_needed", yes_no(one.interpreter_needed)),
        ]

    def _items_information(self) -> list[Item]:
        if not self.information:
            return [self._item("information", "informed", "")]
        return [
            Item(
                str(words.INFORMATION[row.kind]),
                f"{row.said_on:%d/%m/%Y}",
                " · ".join(
                    part
                    for part in (
                        str(words.HOW_INFORMED[row.how]),
                        row.notice_version and _("notice %(version)s") % {"version": row.notice_version},
                        row.note,
                        row.by.get_full_name(),
                    )
                    if part
                ),
            )
            for row in self.information
        ]


def yes_no(fact: bool | None) -> str:
    """Yes, no; "" where it is not known or was not said."""
    return {True: _("Yes"), False: _("No"), None: ""}[fact]


def partial(known: PartialDate | None) -> str:
    return partial_words(known) if known is not None else ""


def line_title(number: int | None) -> str:
    """Which line a row belongs to."""
    return _("No line") if number is None else _("Line %(number)s") % {"number": number}


def risk_words(known: Diagnosis) -> list[tuple[str, str]]:
    """What is known of the disease's risk: pairs of label and value; what is not known is left out."""
    mrd = {True: _("MRD found"), False: _("MRD not found"), None: ""}[known.mrd_detected]
    assay = ", ".join(
        part
        for part in (
            known.mrd_assay or "",
            f"10⁻{str(known.mrd_sensitivity).translate(SUPERSCRIPT)}" if known.mrd_sensitivity else "",
            f"{known.mrd_on:%d/%m/%Y}" if known.mrd_on else "",
        )
        if part
    )
    said = [
        (_("Extranodal sites"), "" if known.extranodal_sites is None else str(known.extranodal_sites)),
        ("Ki-67", "" if known.ki67_percent is None else f"{known.ki67_percent} %"),
        (_("TP53 mutation"), yes_no(known.tp53_mutated)),
        (_("Blastoid or pleomorphic"), yes_no(known.blastoid)),
        (_("Cytogenetic risk"), str(disease_words.CYTOGENETIC_RISK.get(known.cytogenetic_risk, ""))),
        ("ISS", known.iss or ""),
        ("MRD", " · ".join(part for part in (mrd, assay) if part)),
    ]
    return [(label, value) for label, value in said if value]


def line_words(line: TherapyLine) -> str:
    """A line's dates, response and refractoriness in one sentence."""
    said = [
        " – ".join(part for part in (partial(line.started), partial(line.ended)) if part),
        str(disease_words.RESPONSES[line.best_response]) if line.best_response else "",
        {True: _("refractory"), False: _("not refractory"), None: ""}[line.refractory],
        str(disease_words.TRANSPLANTS[line.transplant]) if line.transplant else "",
        _("progression %(day)s") % {"day": partial(line.progressed)} if line.progressed else "",
        _("radiotherapy alone") if line.radiotherapy_alone else "",
        str(disease_words.COUNTS_AS[line.counts_as]) if line.counts_as != course.LINE else "",
        _("Deauville %(score)s") % {"score": line.deauville} if line.deauville else "",
        _("proven by biopsy") if line.biopsy_proven else "",
        disease_words.drugs_words(picklists.held(line.drugs)),
    ]
    return " · ".join(part for part in said if part)


def medicine_words(row: Medicine) -> str:
    """Whether a medicine is taken now, and its last dose."""
    taken = {True: _("taken now"), False: _("not taken any more"), None: ""}[row.taken_now]
    last = _("last dose %(day)s") % {"day": partial(row.last_dose)} if row.last_dose else ""
    return " · ".join(part for part in (taken, last) if part)


def saved_words(section: SectionSaid, zone: str) -> str:
    """When and by whom a section was last written."""
    at = date_format(clock.local(section.saved_at, zone), "d/m/Y H:i")
    return f"{at}, {section.saved_by.get_full_name()}"

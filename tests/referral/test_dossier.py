"""The dossier in sections: any order, by referrer and hub; what is hidden looks as if it had not been asked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from patients.audit import clock
from patients.audit.actions import act
from patients.clinical.days import PartialDate
from patients.disease.models import Diagnosis, TherapyLine
from patients.identity.models import CareLink, Patient
from patients.observations.models import Observation, Serology
from patients.pathway.models import Pathway
from patients.referral import actions
from patients.referral.actions import Answers, Person
from patients.referral.models import Comorbidity, Information, Living, Medicine, SectionSaid
from patients.referral.rules import QUESTIONS
from tests.network import Network, day_4
from tests.referral.asking import ORSINI, ask, post, token


class Site:
    """A referral, and the people who write its dossier."""

    def __init__(self, client, net: Network, pathway: Pathway):
        self.client, self.net, self.pathway = client, net, pathway
        self.as_user(net.referrer)

    def as_user(self, user) -> "Site":
        self.client.force_login(user)
        return self

    def address(self, kind: str) -> str:
        return reverse("referral:section", args=[self.pathway.pk, kind])

    def says(self, kind: str, **typed):
        return post(self.client, self.address(kind), **typed)

    def wrong(self, kind: str, **typed) -> dict[str, list[str]]:
        """What a refused section says, by field."""
        page = self.says(kind, **typed)
        assert page.status_code == 422, page.status_code
        return dict(page.context["form"].errors)

    def reads(self, kind: str) -> dict[str, tuple[str, str]]:
        """A section as the reader sees it: value and note by label."""
        part = next(one for one in self.sections() if one.kind == kind)
        return {item.label: (item.value, item.note) for item in part.items}

    def sections(self):
        page = self.client.get(reverse("referral:dossier", args=[self.pathway.pk]))
        assert page.status_code == 200
        return page.context["sections"]

    def missing(self) -> dict[str, int]:
        return {one.kind: len(one.missing) for one in self.sections()}


def drafted() -> tuple[Network, Pathway]:
    """A referral that is begun and not sent."""
    net = Network()
    person = Person("Orsini", "Mauro", date(1964, 3, 14), "M", ORSINI)
    answers = Answers("lbcl", "relapse_within_12_months", 1, "2", 14, "347 555 0142", QUESTIONS)
    return net, actions.draft(by=net.referrer, centre=net.spoke, hub=net.hub, person=person, answers=answers)


def sent() -> tuple[Network, Pathway]:
    """A referral that the hub has on its table."""
    net, pathway = drafted()
    actions.send(pathway=pathway, by=net.referrer)
    return net, pathway


def hidden() -> tuple[Network, Pathway]:
    """The patient wishes that infections, a medicine and a test stay at the referring centre."""
    made = sent()
    site = Site(Client(), *made)
    site.says("comorbidity", infectious="yes", infectious_note="segreto-uno", infectious_hidden="on", renal="no")
    site.says("medicines", **line("new1", name="segreto-due", hidden="on"))
    site.says("serology", hiv="yes", hiv_taken_on="01/02/2026", hiv_hidden="on")
    return made


pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=sent)]


@pytest.fixture
def net(prepared) -> Network:
    return prepared[0]


@pytest.fixture
def site(client, prepared) -> Site:
    return Site(client, *prepared)


def test_a_new_dossier_says_of_each_section_what_is_missing(site):
    assert site.missing() == {
        "person": 0,
        "disease": 5,
        "lines": 1,
        "comorbidity": 5,
        "measures": 12,
        "medicines": 2,
        "serology": 5,
        "living": 6,
        "information": 1,
    }


def test_the_disease_with_a_date_known_to_the_month_and_what_is_not_known(site):
    said = site.says(
        "disease",
        disease="lbcl",
        subtype="DLBCL",
        histology="DLBCL, non-GCB",
        diagnosed="03/2025",
        stage="IV",
        bulky="unknown",
        largest_mass_cm="7,5",
    )
    assert said.url == reverse("referral:dossier", args=[site.pathway.pk]) + "#disease"
    row = Diagnosis.objects.get()
    assert (row.subtype, row.stage, row.bulky, row.cns) == ("DLBCL", "IV", None, None)
    assert (row.diagnosed, row.largest_mass_cm) == (PartialDate.in_month(2025, 3), Decimal("7.5"))
    assert (row.status, row.lines) == ("relapse_within_12_months", 1)
    read = site.reads("disease")
    assert read["Data della diagnosi"] == ("03/2025", "")
    assert read["Malattia bulky"] == ("Non noto", "massa maggiore 7,5 cm")
    assert read["Malattia nel SNC"] == ("", "")
    assert site.missing()["disease"] == 1
    assert site.client.get(site.address("disease")).context["form"].initial["bulky"] == "unknown"


def test_what_is_ticked_as_not_known_counts_as_answered(site):
    site.says("disease", disease="all", not_known=["diagnosed"], cns="unknown")
    assert site.missing()["disease"] == 0
    assert set(site.wrong("disease", disease="all", diagnosed="2024", not_known=["diagnosed"])) == {"diagnosed"}


def test_impossible_dates_of_the_disease_are_refused_beside_their_field(site):
    tomorrow = clock.today(site.net.hub.timezone) + timedelta(days=1)
    assert set(site.wrong("disease", disease="lbcl", diagnosed=f"{tomorrow:%d/%m/%Y}")) == {"diagnosed"}
    assert set(site.wrong("disease", disease="lbcl", diagnosed="1963")) == {"diagnosed"}
    assert Diagnosis.objects.get().diagnosed is None


def test_a_lymphoma_of_the_cns_alone_is_not_said_never_to_have_been_in_the_cns(site):
    assert set(site.wrong("disease", code="pcnsl", cns="never")) == {"cns"}
    site.says("disease", code="pcnsl", cns="unknown")


def test_a_subtype_belongs_to_large_b_cell_lymphoma_alone(site):
    site.says("disease", disease="mcl", subtype="DLBCL")
    assert Diagnosis.objects.get(disease="mcl").subtype is None
    assert Pathway.objects.get().disease == "mcl"


def test_a_diagnosis_of_the_list_says_disease_subtype_and_codes(site):
    site.says("disease", code="pmbcl")
    row = Diagnosis.objects.get()
    assert (row.code, row.disease, row.subtype) == ("pmbcl", "lbcl", "PMBCL")
    assert site.reads("disease")["Diagnosi"] == (
        "Linfoma B primitivo del mediastino",
        "ICD-10 C85.2 · ICD-O-3 9679/3 · ORPHA 98838 (da verificare)",
    )
    assert set(site.wrong("disease", code="pmbcl", disease="mcl", subtype="DLBCL")) == {"disease", "subtype"}
    assert set(site.wrong("disease")) == {"disease"}


def test_the_risk_of_myeloma_is_asked_with_the_assay_of_its_mrd_and_of_no_other_disease(site):
    typed = {"cytogenetic_risk": "high", "iss": "II", "mrd_detected": "no", "mrd_assay": "NGF", "mrd_sensitivity": "5"}
    site.says("disease", code="mm", **typed, mrd_on="01/02/2026", ki67_percent="40", stage="III")
    row = Diagnosis.objects.get(disease="mm")
    assert (row.cytogenetic_risk, row.iss, row.stage, row.ki67_percent) == ("high", "II", None, None)
    assert (row.mrd_detected, row.mrd_assay, row.mrd_sensitivity, row.mrd_on) == (False, "NGF", 5, date(2026, 2, 1))
    assert site.reads("disease")["MRD"] == ("MRD non rilevata · NGF, 10⁻⁵, 01/02/2026", "")
    site.says("disease", disease="mcl", ki67_percent="40", blastoid="yes", **typed)
    row = Diagnosis.objects.get(disease="mcl")
    assert (row.ki67_percent, row.blastoid, row.iss, row.mrd_assay) == (40, True, None, None)


def test_a_regimen_fills_in_what_it_holds_and_one_plan_is_one_line(site):
    site.says(
        "lines",
        **line("new1", number="1", regimen="r-dhap", best_response="cr"),
        **line("new2", number="2", regimen="BEAM + ASCT", counts_as="same_plan"),
    )
    stands = {}
    for row in TherapyLine.objects.all():
        stands |= line(row.pk.hex, number=row.number, regimen=row.regimen, counts_as=row.counts_as)
    site.says(
        "lines",
        **stands,
        **line("new1", number="3", regimen="rito", drugs="Lenalidomide, pippo", deauville="4"),
        **line("new2", number="4", regimen="R-GemOx", counts_as="bridging"),
    )
    rows = list(TherapyLine.objects.order_by("number"))
    assert [row.drugs for row in rows[:1]] == [["rituximab", "dexamethasone", "cytarabine", "cisplatin"]]
    assert [(row.counts_as, row.transplant, row.classes) for row in rows] == [
        ("line", None, ["anti_cd20"]),
        ("same_plan", "autologous", []),
        ("line", None, ["imid", "lenalidomide"]),
        ("bridging", None, ["anti_cd20"]),
    ]
    assert (rows[2].drugs, rows[2].deauville) == (["lenalidomide", "pippo"], 4)
    part = site.sections()[2]
    assert [item.label for item in part.items] == ["Linea 1", "Linea 1", "Linea 2", "Non è una linea"]
    unread = "Non riconosciuto: pippo. Le classi non altrimenti provate restano non note."
    assert part.notes == ["Chiedendo presto ne erano state dette 1, qui ne risultano 2.", unread]
    assert part.items[0].note.endswith("rituximab, desametasone, citarabina, cisplatino")
    fields = site.client.get(site.address("lines")).context["form"].fields
    said = f'<span class="cp-warn-t">{unread}</span>'
    assert [fields[f"{row.pk.hex}_drugs"].help_text == said for row in rows] == [False, False, True, False]
    page = reverse("eligibility:indication", args=[site.pathway.pk])
    assert unread in site.client.get(page).content.decode()
    long = "un farmaco di cui qui si scrive troppo a lungo"
    wrong = site.wrong("lines", **line("new1", number="5", regimen="x", drugs=long))
    assert wrong["new1_drugs"] == [f"Separare i farmaci con virgole: «{long}» risulta uno solo."]


def line(key: str, **told) -> dict:
    return {f"{key}_{name}": value for name, value in told.items()}


RCHOP = line(
    "new1",
    number="1",
    regimen="R-CHOP",
    started="03/2025",
    ended="15/07/2025",
    best_response="cr",
    responded="08/2025",
    refractory="no",
    progressed="2026",
    classes=["anti_cd20"],
    transplant="no",
)


def test_lines_are_told_corrected_exchanged_and_struck_through(site):
    site.says("lines", **RCHOP, **line("new2", number="2", regimen="R-DHAP"))
    first, second = TherapyLine.objects.all()
    assert (first.regimen, first.started, first.ended) == (
        "R-CHOP",
        PartialDate.in_month(2025, 3),
        PartialDate.on(date(2025, 7, 15)),
    )
    assert (first.best_response, first.refractory, first.transplanted, first.classes) == (
        "cr",
        False,
        False,
        ["anti_cd20"],
    )
    assert (second.best_response, second.refractory, second.transplanted) == (None, None, None)
    assert site.sections()[2].notes == ["Chiedendo presto ne erano state dette 1, qui ne risultano 2."]
    stands = site.client.get(site.address("lines")).context["form"].initial
    kept = {
        name: value if not isinstance(value, PartialDate) else {7: "15/07/2025"}.get(value.latest.month, "2025")
        for name, value in stands.items()
        if value not in (None, "") and name.split("_")[0] in (first.pk.hex, second.pk.hex) and value is not False
    }
    site.says("lines", **(kept | {f"{first.pk.hex}_number": 2, f"{second.pk.hex}_number": 1}))
    assert list(TherapyLine.objects.values_list("number", "regimen")) == [(1, "R-DHAP"), (2, "R-CHOP")]
    kept |= {f"{first.pk.hex}_entered_in_error": "altro paziente", f"{second.pk.hex}_number": 1}
    site.says("lines", **kept)
    assert list(TherapyLine.objects.standing().values_list("regimen", flat=True)) == ["R-DHAP"]
    assert TherapyLine.objects.get(regimen="R-CHOP").struck_why == "altro paziente"


def test_a_line_in_an_impossible_order_or_with_a_number_twice_is_refused_and_what_was_typed_stays(site):
    typed = line("new1", number="1", regimen="R-CHOP", started="05/2025", ended="04/2025", progressed="2024")
    assert set(site.wrong("lines", **typed)) == {"new1_ended", "new1_progressed"}
    page = site.says("lines", **typed)
    assert 'value="05/2025"' in page.content.decode()
    twice = line("new1", number="1", regimen="R-CHOP") | line("new2", number="1", regimen="R-DHAP")
    assert set(site.wrong("lines", **twice)) == {"new2_number"}
    assert set(site.wrong("lines", **line("new1", number="1", ended="2025"))) == {"new1_regimen"}
    assert TherapyLine.objects.count() == 0


def test_the_database_refuses_the_same(site):
    known = {"patient": site.pathway.patient, "disease": "lbcl", "regimen": "R-CHOP"}
    for fault in (
        {
            "number": 1,
            "started_earliest": date(2025, 1, 1),
            "started_latest": date(2025, 1, 31),
            "ended_earliest": date(2024, 1, 1),
            "ended_latest": date(2024, 12, 31),
        },
        {"number": 1, "started_earliest": date(2025, 1, 1)},
        {"number": 0},
        {"number": 1, "transplant": "autologous", "transplanted": False},
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), act(by=site.net.referrer, why="test"):
            TherapyLine.objects.create(**known, **fault)
    with pytest.raises(IntegrityError), transaction.atomic(), act(by=site.net.referrer, why="test"):
        for _ in range(2):
            TherapyLine.objects.create(**known, number=1)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError), transaction.atomic(), act(by=site.net.referrer, why="test"):
        Information.objects.create(
            pathway=site.pathway,
            kind="informed",
            said_on=date(2026, 1, 1),
            how="spoken",
            at=clock.now(),
            by=site.net.referrer,
        )


def test_no_line_so_far_and_not_known_are_answers(site):
    site.says("lines", none="lines_none")
    assert site.missing()["lines"] == 0
    site.says("lines", none="unknown")
    assert site.reads("lines") == {"Linee di terapia": ("Non noto", "")}
    assert set(site.wrong("lines", none="lines_none", **RCHOP)) == {"none"}


def test_measured_values_keep_their_unit_and_are_never_filled_in(site):
    today = f"{clock.today(site.net.hub.timezone):%d/%m/%Y}"
    site.says(
        "measures",
        taken_on=today,
        height="178",
        weight="78,5",
        ldh="480",
        ldh_limit="250",
        crp="32",
        crp_unit="mg/L",
        haemoglobin="112",
        haemoglobin_unit="g/L",
        anc="1500",
        counts_unit="/uL",
        creatinine="88,4",
        creatinine_unit="umol/L",
        not_known=["ferritin"],
    )
    assert dict(Observation.objects.values_list("what", "value")) == {
        "height": Decimal("178"),
        "weight": Decimal("78.5"),
        "ldh": Decimal("480"),
        "crp": Decimal("3.2"),
        "haemoglobin": Decimal("11.2"),
        "anc": Decimal("1.5"),
        "creatinine": Decimal("1"),
    }
    assert Observation.objects.get(what="ldh").upper_limit == Decimal("250")
    assert site.missing()["measures"] == 4
    assert site.reads("measures")["PCR"] == ("3,2 mg/dL", today)
    form = site.client.get(site.address("measures")).context["form"]
    assert "crp" not in form.initial
    assert form.fields["crp"].widget.last == f"3,2 mg/dL ({today})"


def test_a_value_without_its_unit_or_its_day_is_asked_back(site):
    assert set(site.wrong("measures", crp="32")) == {"crp_unit", "taken_on"}
    assert set(site.wrong("measures", taken_on="01/02/2026", platelets="150000", counts_unit="10^9/L")) == {"platelets"}
    assert set(site.wrong("measures", taken_on="01/02/2026", ldh="400", ldh_limit="9000")) == {"ldh_limit"}
    tomorrow = clock.today(site.net.hub.timezone) + timedelta(days=1)
    assert set(site.wrong("measures", taken_on=f"{tomorrow:%d/%m/%Y}", weight="70")) == {"taken_on"}
    assert Observation.objects.count() == 0


def test_a_past_day_is_kept_as_a_day(site):
    site.says("measures", taken_on="01/02/2026", weight="70")
    row = Observation.objects.get()
    assert (clock.local(row.at, "Europe/Rome").date(), row.day_only) == (date(2026, 2, 1), True)


def test_each_organ_system_is_yes_no_or_not_known_with_a_note(site):
    site.says("comorbidity", cardiovascular="yes", cardiovascular_note="FA", respiratory="no", renal="unknown")
    assert dict(Comorbidity.objects.values_list("system", "present")) == {
        "cardiovascular": True,
        "respiratory": False,
        "renal": None,
    }
    read = site.reads("comorbidity")
    assert (read["Cuore e vasi"], read["Reni"], read["Fegato"]) == (("Sì", "FA"), ("Non noto", ""), ("", ""))
    assert set(site.wrong("comorbidity", hepatic_note="epatite")) == {"hepatic"}


def test_allergies_and_medicines_with_their_last_dose(site):
    site.says(
        "medicines",
        allergy_status="listed",
        allergies="penicillina, lattice",
        **line("new1", name="Prednisone", dose="25 mg/die", taken_now="yes", last_dose="2026", washout="bendamustine"),
    )
    patient = Patient.objects.get()
    assert (patient.allergy_status, patient.allergies) == ("listed", "penicillina, lattice")
    row = Medicine.objects.get()
    assert (row.name, row.taken_now, row.last_dose, row.washout) == (
        "Prednisone",
        True,
        PartialDate.in_year(2026),
        "bendamustine",
    )
    assert site.missing()["medicines"] == 0
    kept = line(row.pk.hex, name="Prednisone", entered_in_error="altro paziente")
    assert set(site.wrong("medicines", allergy_status="listed", **kept)) == {"allergies"}
    site.says("medicines", allergy_status="none_known", **kept)
    patient.refresh_from_db()
    assert (patient.allergy_status, patient.allergies, Medicine.objects.standing().count()) == ("none_known", "", 0)


def test_serology_needs_the_day_of_the_blood(site):
    assert set(site.wrong("serology", hiv="no")) == {"hiv_taken_on"}
    assert set(site.wrong("serology", hiv_taken_on="01/02/2026")) == {"hiv"}
    site.says("serology", hiv="no", hiv_taken_on="01/02/2026", hcv="unknown")
    site.says("serology", hiv="yes", hiv_taken_on="03/03/2026", hcv="unknown")
    assert site.reads("serology")["HIV"] == ("Positivo", "03/03/2026")
    assert site.reads("serology")["Anti-HCV"] == ("Non noto", "")
    assert Serology.objects.count() == 3


def test_where_and_with_whom_the_patient_lives(site):
    site.says(
        "living",
        town="Imola",
        within_two_hours="yes",
        phone="333 123",
        caregiver="yes",
        caregiver_name="Ada",
        language="arabo",
        interpreter_needed="yes",
    )
    row = Living.objects.get()
    assert (row.town, row.within_two_hours, row.interpreter_needed) == ("Imola", True, True)
    assert Patient.objects.get().phone == "333 123"
    assert site.missing()["living"] == 0
    assert set(site.wrong("living", caregiver="no", caregiver_name="Ada")) == {"caregiver"}


def test_the_hub_reads_all_and_adds(site):
    site.says("living", town="Imola")
    site.as_user(site.net.coordinator)
    assert site.reads("living")["Città"] == ("Imola", "")
    site.says("living", town="Imola", within_two_hours="no")
    assert Living.objects.get().within_two_hours is False
    site.as_user(site.net.nurse)
    assert site.client.get(site.address("living")).status_code in (403, 404)


@pytest.mark.prepared(by=drafted)
def test_a_draft_has_its_dossier_too_and_the_hub_does_not_see_it(client, net, site):
    site.says("comorbidity", renal="yes", renal_note="monorene")
    assert site.reads("comorbidity")["Reni"] == ("Sì", "monorene")
    site.as_user(net.coordinator)
    assert client.get(site.address("comorbidity")).status_code == 404


def test_two_people_on_one_section_lose_nothing(site):
    first = token(site.client, site.address("living"))
    site.says("living", town="Imola")
    page = site.client.post(site.address("living"), {"token": first, "town": "Faenza"})
    assert page.status_code == 409
    assert [(one.stands, one.typed) for one in page.context["conflict"] if one.stands == "Imola"] == [
        ("Imola", "Faenza")
    ]
    assert Living.objects.get().town == "Imola"


def test_a_closed_pathway_is_read_and_not_written(site):
    with act(by=site.net.referrer, why="test"):
        Pathway.objects.filter(pk=site.pathway.pk).update(
            status="closed", closed_on=date(2026, 1, 1), exit_reason="lost"
        )
    assert "non" in str(site.wrong("living", town="Imola")["__all__"])
    assert site.client.get(reverse("referral:dossier", args=[site.pathway.pk])).status_code == 200


def test_the_person_is_set_right_and_another_ones_code_is_asked_like_a_new_one(site):
    names = {"family_name": "D'Orsini", "given_name": "Mauro", "treating": "on"}
    site.says("person", fiscal_code=ORSINI.lower(), birth_date="14/03/1964", sex="M", **names)
    assert Patient.objects.get().family_name == "D'Orsini"
    wrong = site.wrong("person", fiscal_code=ORSINI, birth_date="15/03/1964", sex="F", **names)
    assert set(wrong) == {"birth_date", "sex", "keep_typed"}


def test_a_hub_that_advised_against_reads_the_dossier_as_it_stood_then(site):
    site.says("living", town="Imola")
    site.says("lines", **RCHOP)
    actions.advise_against(
        pathway=site.pathway, grounds=["other"], reason="perché", instead="altro", by=site.net.coordinator
    )
    again = actions.draft(
        by=site.net.referrer,
        centre=site.net.spoke,
        hub=site.net.hub,
        person=Person("Orsini", "Mauro", date(1964, 3, 14), "M", ORSINI),
        answers=Answers("lbcl", "refractory", 2, "1", 7, "347", QUESTIONS),
        patient=site.pathway.patient,
    )
    url = reverse("referral:section", args=[again.pk, "living"])
    assert post(site.client, url, town="Faenza").status_code == 302
    assert site.reads("living")["Città"] == ("Faenza", "")
    site.as_user(site.net.coordinator)
    assert site.reads("living")["Città"] == ("Imola", "")
    assert site.reads("lines")["Linea 1"][0] == "R-CHOP"


# ── hiding, information, withdrawal ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.prepared(by=hidden)
def test_what_is_hidden_looks_to_the_hub_as_if_it_had_not_been_asked(client, net, site):
    assert site.reads("comorbidity")["Infezioni"] == ("Sì", "segreto-uno")
    assert "resta al tuo centro" in client.get(reverse("referral:dossier", args=[site.pathway.pk])).content.decode()
    own = site.missing()
    site.as_user(net.coordinator)
    assert site.reads("comorbidity")["Infezioni"] == site.reads("comorbidity")["Fegato"] == ("", "")
    assert site.reads("serology")["HIV"] == site.reads("serology")["Anti-HCV"]
    assert site.reads("medicines")["Farmaci"] == ("", "")
    hub = site.missing()
    assert (hub["comorbidity"] - own["comorbidity"], hub["serology"] - own["serology"]) == (1, 1)
    pages = [reverse("referral:dossier", args=[site.pathway.pk]), reverse("timeline:history", args=[site.pathway.pk])]
    pages += [site.address(kind) for kind in ("comorbidity", "medicines", "serology")]
    for url in pages:
        page = client.get(url).content.decode()
        for secret in ("segreto", "resta al", "_hidden", "Resta al", "01/02/2026"):
            assert secret not in page, (url, secret)


@pytest.mark.prepared(by=hidden)
def test_what_the_hub_adds_stands_beside_what_is_hidden(client, net, site):
    site.as_user(net.coordinator).says("comorbidity", infectious="no", renal="no")
    assert site.reads("comorbidity")["Infezioni"] == ("No", "")
    site.as_user(net.referrer)
    assert site.reads("comorbidity")["Infezioni"] == ("Sì", "segreto-uno")
    site.says("comorbidity", infectious="yes", infectious_note="ora detto", renal="no")
    site.as_user(net.coordinator)
    assert site.reads("comorbidity")["Infezioni"] == ("Sì", "ora detto")


def test_the_hub_cannot_hide(net, site):
    site.as_user(net.coordinator).says("comorbidity", infectious="yes", infectious_hidden="on")
    assert list(Comorbidity.objects.values_list("hidden", flat=True)) == [False]


@pytest.mark.prepared(by=hidden)
def test_the_referring_centre_reads_in_the_history_what_it_hid(client, net, site):
    page = client.get(reverse("timeline:history", args=[site.pathway.pk])).content.decode()
    assert "segreto-uno" in page


INFORMED = {"informed": "informed", "said_on": "01/02/2026", "how": "both", "notice_version": "3.1"}


def test_that_the_patient_was_informed_has_its_day_its_way_and_its_version(site):
    assert set(site.wrong("information", **(INFORMED | {"notice_version": ""}))) == {"notice_version"}
    assert set(site.wrong("information")) == {"informed", "said_on", "how"}
    site.says("information", **INFORMED)
    assert site.reads("information") == {
        "Informato": ("01/02/2026", "Entrambi i modi · informativa 3.1 · Referrer Prova")
    }
    assert SectionSaid.objects.get().saved_by == site.net.referrer


WITHDRAWN = {"informed": "withdrawn", "said_on": "01/03/2026", "how": "spoken"}


def test_a_withdrawal_before_the_infusion_closes_the_pathway_and_the_hub_sees_no_more(site):
    assert set(site.wrong("information", **WITHDRAWN)) == {"sure"}
    site.says("information", **WITHDRAWN, sure="on")
    site.pathway.refresh_from_db()
    assert (site.pathway.status, site.pathway.exit_reason) == ("closed", "patient_refusal")
    link = CareLink.objects.get(kind="hub")
    assert (link.ends_at is not None, link.reads_past) == (True, False)
    site.as_user(site.net.coordinator)
    assert site.client.get(reverse("referral:dossier", args=[site.pathway.pk])).status_code == 404


@pytest.mark.prepared(by=drafted)
def test_a_draft_of_a_patient_who_withdrew_is_not_sent_before_they_are_informed_again(client, net, site):
    site.says("information", **WITHDRAWN, sure="on")
    url = reverse("referral:draft", args=[site.pathway.pk])
    refused = ask(client, net.hub, url=url)
    assert refused.status_code == 422
    assert "non vuole più" in str(refused.context["form"].errors["__all__"])
    site.says("information", **INFORMED)
    assert ask(client, net.hub, url=url).status_code == 302


def test_a_withdrawal_recorded_by_the_hub_leads_its_writer_out(site):
    site.as_user(site.net.coordinator)
    assert site.says("information", **WITHDRAWN, sure="on").url == reverse("worklist:today")


@pytest.mark.prepared(by=day_4)
def test_after_the_infusion_a_withdrawal_is_written_down_and_nothing_closes(client, net, prepared):
    pathway = prepared[1]
    client.force_login(net.coordinator)
    url = reverse("referral:section", args=[pathway.pk, "information"])
    assert post(client, url, **WITHDRAWN).status_code == 302
    pathway.refresh_from_db()
    assert (pathway.status, Information.objects.get().kind) == ("open", "withdrawn")


def test_the_dossier_asks_the_database_as_often_for_one_line_as_for_twelve(site, django_assert_max_num_queries):
    site.sections()
    counts = []
    for number in range(1, 13):
        with act(by=site.net.referrer, why="test"):
            TherapyLine.objects.create(patient=site.pathway.patient, disease="lbcl", number=number, regimen="R-CHOP")
        if number in (1, 12):
            with django_assert_max_num_queries(28) as asked:
                site.sections()
            counts.append(len(asked))
    assert counts[0] == counts[1]

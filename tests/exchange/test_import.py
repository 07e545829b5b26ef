"""A study's daily grades come in, once, whole, and apart from living patients; their summary is what was expected."""

import io
import json
import warnings
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from patients.audit.actions import act
from patients.centres.models import Centre, Membership, User
from patients.exchange import actions
from patients.identity.models import CareLink, Change, Patient
from patients.pathway.models import Milestone, Pathway, StageEntry, Step
from patients.toxicity.models import ReportedGrade, Treatment
from tests.network import Network

pytestmark = pytest.mark.django_db

HEADER = "ID,therapy_day,crs_grade,toci,siltux,icans_grade,steroids,anakinra"
TWIN = Path(__file__).parent / "data" / "twin_daily_grades.csv"
TWIN_EXPECTED = TWIN.with_name("twin_expected.json")


@pytest.fixture
def file(tmp_path):
    """Writes a file for the command: file("Yes P1,0,1,0,0,0,0,0") under the usual header."""

    def write(*rows: str, header: str = HEADER, name: str = "grades.csv", ends: str = "\n", encoding="utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(ends.join([header, *rows, ""]).encode(encoding))
        return path

    return write


def bring(path: Path, *options: str, study: str = "TEST") -> str:
    """Run the import; returns what it said on stderr. stdout must stay empty."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_toxicity", str(path), "--study", study, *options, stdout=out, stderr=err)
    assert out.getvalue() == ""
    return err.getvalue()


def refused(path: Path, *options: str, study: str = "TEST") -> list[str]:
    """Run an import that must be refused with exit status 1; returns the faults that it listed."""
    err = io.StringIO()
    with pytest.raises(CommandError) as no:
        call_command("import_toxicity", str(path), "--study", study, *options, stdout=io.StringIO(), stderr=err)
    assert no.value.returncode == 1
    return err.getvalue().splitlines()


def summary(study: str = "TEST") -> dict:
    out = io.StringIO()
    call_command("toxicity_summary", "--study", study, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def nothing_stored() -> bool:
    return not (Patient.objects.exists() or Pathway.objects.exists() or ReportedGrade.objects.exists())


# ── the summary ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_twins_summary_is_what_was_worked_out_by_hand():
    bring(TWIN)
    assert summary() == json.loads(TWIN_EXPECTED.read_text(encoding="utf-8"))


def test_twenty_real_patients_give_the_expected_summary(checkout):
    data = checkout.parent / "shared" / "data" / "toxicity_course"
    if not data.is_dir():
        warnings.warn("THE REAL COURSES WERE NOT CHECKED: no folder ../shared beside the checkout", stacklevel=1)
        pytest.skip("THE REAL COURSES WERE NOT CHECKED: no folder ../shared beside the checkout")
    bring(data / "daily_grades.csv")
    assert summary() == json.loads((data / "expected.json").read_text(encoding="utf-8"))


def test_an_unknown_study_has_no_summary():
    with pytest.raises(CommandError):
        call_command("toxicity_summary", "--study", "NOBODY", "--json", stdout=io.StringIO())


# ── what is stored ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_imported_patient_has_a_pseudonym_and_nothing_else():
    bring(TWIN)
    patient = Patient.objects.get(pseudonym="Yes T01")
    assert (
        patient.imported,
        patient.family_name,
        patient.given_name,
        patient.birth_date,
        patient.sex,
        patient.fiscal_code,
        patient.died_on,
    ) == (True, "", "", None, None, None, None)
    pathway = patient.pathways.get()
    assert (pathway.status, pathway.exit_reason, pathway.imported, pathway.day_0, pathway.closed_on) == (
        "closed",
        "imported",
        True,
        None,
        None,
    )


def test_grades_are_reported_and_treatments_stand_by_day():
    bring(TWIN)
    grades = ReportedGrade.objects.filter(pathway__patient__pseudonym="Yes T01", scale="crs").order_by("day")
    assert [(row.day, row.value) for row in grades] == [(0, 0), (1, 1), (2, 2), (3, 0), (4, 1), (5, None)]
    given = Treatment.objects.filter(pathway__patient__pseudonym="Yes T01").order_by("drug", "day")
    assert [(row.drug, row.day, row.at, row.source) for row in given] == [
        ("anakinra", 5, None, "TEST"),
        ("steroid", 3, None, "TEST"),
        ("steroid", 4, None, "TEST"),
        ("tocilizumab", 2, None, "TEST"),
    ]


def test_a_treatment_without_a_grade_is_kept():
    bring(TWIN)
    assert [(row.drug, row.day) for row in Treatment.objects.filter(pathway__patient__pseudonym="Bre T03")] == [
        ("siltuximab", 1)
    ]


def test_an_import_plans_nothing_and_books_nothing():
    from patients.capacity.models import Booking
    from patients.reminders.models import Reminder

    bring(TWIN)
    counts = [model.objects.count() for model in (Step, Milestone, StageEntry, Reminder, Booking)]
    assert counts == [0, 0, 0, 0, 0]


def test_the_system_user_import_wrote_it():
    bring(TWIN)
    user = User.objects.get(email=actions.SYSTEM_USER)
    assert (str(user), user.is_active, user.has_usable_password(), user.memberships.count()) == (
        "import",
        False,
        False,
        0,
    )
    assert set(Change.objects.values_list("by", flat=True)) == {str(user.pk)}
    assert set(Treatment.objects.values_list("recorded_by", flat=True)) == {user.pk}


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("Yes P1", "axi-cel"),
        ("Kym P1", "tisa-cel"),
        ("Bre P1", "liso-cel"),
        ("Tec P1", "brexu-cel"),
        ("Yesterday", None),
    ],
)
def test_the_prefix_names_the_product_or_warns(file, name, product):
    said = bring(file(f"{name},0,0,0,0,0,0,0"))
    assert Pathway.objects.get().product_id == product
    assert ("names no product" in said) is (product is None)


def test_a_reported_grade_cannot_be_overwritten():
    bring(TWIN)
    with pytest.raises(DatabaseError), act(by="system:test"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE patients_reportedgrade SET value = 0")


# ── which centre ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_centre_the_study_gets_one_without_members():
    bring(TWIN, study="NULISA pilot")
    centre = Centre.objects.get(kind="study")
    assert (centre.name, Membership.objects.filter(centre=centre).count()) == ("Study NULISA pilot", 0)
    assert set(CareLink.objects.values_list("centre", "kind")) == {(centre.pk, "hub")}
    assert set(Pathway.objects.values_list("hub", flat=True)) == {centre.pk}


def test_with_a_centre_they_belong_to_it():
    network = Network()
    bring(TWIN, "--centre", network.hub.code)
    assert set(Pathway.objects.values_list("hub", flat=True)) == {network.hub.pk}
    assert not Centre.objects.filter(kind="study").exists()


def test_an_unknown_centre_is_refused():
    refused(TWIN, "--centre", "nowhere")
    assert nothing_stored()


def test_a_study_does_not_move_to_another_centre():
    network = Network()
    bring(TWIN)
    refused(TWIN, "--centre", network.hub.code)
    assert not Pathway.objects.filter(hub=network.hub).exists()


def test_two_studies_with_the_same_ids_stay_apart():
    bring(TWIN, study="A")
    bring(TWIN, study="B")
    assert Patient.objects.filter(pseudonym="Yes T01").count() == 2
    assert summary("A") == summary("B")


def test_the_hubs_people_see_the_study_once_they_are_named(client):
    network = Network()
    bring(TWIN)
    pathway = Pathway.objects.get(patient__pseudonym="Yes T01")
    client.force_login(network.haematologist)
    address = reverse("toxicity:sheet", args=[pathway.pk])
    assert client.get(address).status_code == 404
    actions.name_members_like(centre=pathway.hub, hub=network.hub, by="system:test")
    client.force_login(User.objects.get(pk=network.haematologist.pk))
    client.cookies["django_language"] = "en"
    html = client.get(address).content.decode()
    assert "reported" in html.split('id="toxicity-table"')[1]
    assert "Begin a set" not in html
    assert actions.name_members_like(centre=pathway.hub, hub=network.hub, by="system:test") == 0


def test_in_a_demonstration_the_first_hubs_people_are_named_at_once():
    network = Network()
    with act(by="system:test"):
        User.objects.filter(pk=network.coordinator.pk).update(is_demonstration=True)
    bring(TWIN)
    study = Centre.objects.get(kind="study")
    assert set(study.memberships.values_list("user", "role")) == set(
        network.hub.memberships.values_list("user", "role")
    )


def test_imported_courses_are_in_no_list_of_living_patients(client):
    network = Network()
    bring(TWIN, "--centre", network.hub.code)
    client.force_login(network.haematologist)
    assert client.get(reverse("toxicity:mine")).context["cards"] == []
    assert not Pathway.objects.visible_to(network.haematologist).live().exists()


def test_nothing_is_assessed_on_an_imported_course(client):
    network = Network()
    bring(TWIN, "--centre", network.hub.code)
    pathway = Pathway.objects.first()
    client.force_login(network.haematologist)
    address = reverse("toxicity:assess", args=[pathway.pk])
    token = client.get(address).context["token"]
    answer = client.post(address, {"token": token, "temp_c": "38,5", "at_day": "01/01/2026", "at_time": "08:00"})
    assert answer.status_code == 422


# ── again ────────────────────────────────────────────────────────────────────────────────────────────────────────


def counts() -> list[int]:
    models = (Patient, Pathway, ReportedGrade, Treatment, CareLink, Centre, Change)
    return [model.objects.count() for model in models]


def test_a_second_run_changes_nothing():
    bring(TWIN)
    before = counts()
    assert "nothing changed" in bring(TWIN)
    assert counts() == before


def test_one_changed_grade_is_a_new_version_and_the_old_one_stays(file):
    bring(file("Yes P1,0,1,0,0,0,0,0", "Yes P1,1,2,0,0,0,0,0"))
    bring(file("Yes P1,0,1,0,0,0,0,0", "Yes P1,1,3,0,0,0,0,0"))
    rows = ReportedGrade.objects.filter(scale="crs").order_by("day", "version")
    assert [(row.day, row.version, row.value) for row in rows] == [(0, 1, 1), (1, 1, 2), (1, 2, 3)]
    assert summary()["patients"]["Yes P1"]["crs"]["max_grade"] == 3


def test_a_grade_that_becomes_empty_is_a_new_version_too(file):
    bring(file("Yes P1,0,1,0,0,0,0,0"))
    bring(file("Yes P1,0,,0,0,0,0,0"))
    assert summary()["patients"]["Yes P1"]["crs"] == {
        "max_grade": None,
        "first_day": None,
        "last_day": None,
        "days_with_grade_ge1": 0,
        "days_not_assessed": 1,
        "first_day_of_max": None,
    }


def test_a_dose_reported_no_longer_is_struck_and_can_come_back(file):
    with_dose, without = "Yes P1,0,1,1,0,0,0,0", "Yes P1,0,1,0,0,0,0,0"
    for row, days in ((with_dose, [0]), (without, []), (with_dose, [0])):
        bring(file(row))
        assert summary()["patients"]["Yes P1"]["toci_days"] == days
    assert Treatment.objects.count() == 2


def test_what_a_later_file_leaves_out_stays_and_is_named(file):
    bring(file("Yes P1,0,1,0,0,0,0,0", "Yes P2,0,2,0,0,0,0,0"))
    said = bring(file("Yes P1,0,1,0,0,0,0,0"))
    assert "Yes P2 is not in this file" in said
    assert summary()["summary"]["n"] == 2


# ── how files are written ────────────────────────────────────────────────────────────────────────────────────────


def semicolons(text: str) -> str:
    return text.replace(",", ";").replace(".0", ",0")


@pytest.mark.parametrize(
    ("change", "encoding"),
    [
        (lambda text: text, "utf-8-sig"),
        (lambda text: text.replace("\n", "\r\n"), "utf-8"),
        (semicolons, "utf-8"),
        (lambda text: semicolons(text).replace("\n", "\r\n"), "utf-8-sig"),
        (lambda text: text.replace(",", "\t"), "utf-8"),
        (lambda text: text.replace(".0", ""), "utf-8"),
        (lambda text: text + "\n\n", "utf-8"),
        (lambda text: text, "utf-16"),
    ],
    ids=["bom", "crlf", "semicolons, decimal comma", "all of it", "tabs", "whole numbers", "blank lines", "utf-16"],
)
def test_every_way_of_writing_the_table_gives_the_same(tmp_path, change, encoding):
    path = tmp_path / "grades.csv"
    path.write_bytes(change(TWIN.read_text(encoding="utf-8")).encode(encoding))
    bring(path)
    assert summary() == json.loads(TWIN_EXPECTED.read_text(encoding="utf-8"))


def workbook(path: Path, rows: list[list]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def twin_rows() -> list[list]:
    lines = [line.split(",") for line in TWIN.read_text(encoding="utf-8").splitlines()]
    return [lines[0]] + [[line[0]] + [float(cell) if cell else None for cell in line[1:]] for line in lines[1:]]


def test_a_workbook_gives_the_same(tmp_path):
    bring(workbook(tmp_path / "grades.xlsx", twin_rows()))
    assert summary() == json.loads(TWIN_EXPECTED.read_text(encoding="utf-8"))


def test_formulas_and_dates_in_a_workbook_are_faults_with_their_line(tmp_path):
    import datetime

    rows = twin_rows()
    rows[1][2], rows[2][3], rows[3][2] = "=1+1", True, datetime.date(2026, 1, 1)
    assert refused(workbook(tmp_path / "grades.xlsx", rows)) == [
        "line 2: crs_grade holds a formula: =1+1",
        "line 3: toci is no number: (bool) True",
        "line 4: crs_grade is no number: (datetime) 2026-01-01 00:00:00",
    ]
    assert nothing_stored()


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────

GOOD = "Yes P1,0,1,0,0,0,0,0"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Yes P2,0,1.5,0,0,0,0,0", "crs_grade must be a whole number from 0 to 5: 1.5"),
        ("Yes P2,0,6,0,0,0,0,0", "crs_grade must be a whole number from 0 to 5: 6"),
        ("Yes P2,0,-1,0,0,0,0,0", "crs_grade must be a whole number from 0 to 5: -1"),
        ("Yes P2,0,0,0,0,7,0,0", "icans_grade must be a whole number from 0 to 5: 7"),
        ("Yes P2,0,n/a,0,0,0,0,0", "crs_grade is no number: n/a"),
        ("Yes P2,0,nan,0,0,0,0,0", "crs_grade is no number: nan"),
        ("Yes P2,-1,0,0,0,0,0,0", "therapy_day must be a whole number from 0 to 3650: -1"),
        ("Yes P2,4.5,0,0,0,0,0,0", "therapy_day must be a whole number from 0 to 3650: 4.5"),
        ("Yes P2,,0,0,0,0,0,0", "therapy_day is missing"),
        (",0,0,0,0,0,0,0", "ID is missing"),
        ("Yes P2,0,=1+1,0,0,0,0,0", "crs_grade holds a formula: =1+1"),
        ("=HYPERLINK(A1),0,0,0,0,0,0,0", "ID holds a formula: =HYPERLINK(A1)"),
        ("@SUM(A1),0,0,0,0,0,0,0", "ID holds a formula: @SUM(A1)"),
        ("Yes P2,0,0,2,0,0,0,0", "toci must be a whole number from 0 to 1: 2"),
        ("Yes P2,0,0,0,0,0,0,0,9", "has 9 cells, the header has 8"),
    ],
)
def test_a_fault_is_listed_with_line_and_reason_and_nothing_is_stored(file, row, fault):
    assert refused(file(GOOD, row)) == [f"line 3: {fault}"]
    assert nothing_stored()


@pytest.mark.parametrize("row", ["Yes P2,0,6,0,0,0,0,0", "Yes P2,0,=1+1,0,0,0,0,0", "Yes P2,-1,0,0,0,0,0,0"])
def test_skip_bad_leaves_out_the_faulty_row_and_takes_the_rest(file, row):
    said = bring(file(GOOD, row), "--skip-bad")
    assert said.startswith("line 3: ")
    assert list(summary()["patients"]) == ["Yes P1"]


def test_the_same_id_and_day_twice_is_refused_on_both_lines(file):
    rows = (GOOD, "Yes P2,3,1,0,0,0,0,0", "Yes P2,3,2,0,0,0,0,0")
    assert refused(file(*rows)) == [
        "line 3: Yes P2, day 3 stands on lines 3, 4",
        "line 4: Yes P2, day 3 stands on lines 3, 4",
    ]
    bring(file(*rows, "Yes P2,4,1,0,0,0,0,0"), "--skip-bad")
    assert [row.day for row in ReportedGrade.objects.filter(pathway__patient__pseudonym="Yes P2", scale="crs")] == [4]


def test_of_a_double_neither_row_is_taken_even_when_the_other_is_faulty(file):
    bring(file(GOOD, "Yes P2,3,1,0,0,0,0,0", "Yes P2,3,9,0,0,0,0,0"), "--skip-bad")
    assert list(summary()["patients"]) == ["Yes P1"]


def test_every_fault_of_a_row_is_listed(file):
    assert refused(file("Yes P1,-1,6,0,0,0,0,0")) == [
        "line 2: therapy_day must be a whole number from 0 to 3650: -1",
        "line 2: crs_grade must be a whole number from 0 to 5: 6",
    ]


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (HEADER.replace(",toci", ""), "line 1: column toci is missing"),
        (HEADER + ",toci", "line 1: column toci stands 2 times"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--skip-bad",)], ids=["as a whole", "skip-bad"])
def test_a_missing_or_doubled_column_is_a_faulty_file_whatever_is_skipped(file, header, fault, options):
    assert refused(file("Yes P1,0,1,0,0,0,0,0,0", header=header), *options)[0] == fault
    assert nothing_stored()


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"\n\n", HEADER.encode(), b"PK\x03\x04 no workbook", b"\xff\xfa"]
)
def test_an_empty_or_unreadable_file_is_refused(tmp_path, content):
    path = tmp_path / "grades.csv"
    path.write_bytes(content)
    assert len(refused(path, "--skip-bad")) == 1
    assert nothing_stored()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert refused(tmp_path / "absent.csv") == ["cannot be read: No such file or directory"]


def test_more_than_twenty_megabytes_are_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "grades.csv"
    with path.open("wb") as big:
        big.truncate(20_000_001)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("the file was read"))
    assert refused(path, "--skip-bad") == ["20000001 bytes: more than 20 MB is not read"]


def test_grade_five_is_allowed_and_empty_is_not_zero(file):
    bring(file("Yes P1,0,5,0,0,,0,0"))
    rows = {row.scale: row.value for row in ReportedGrade.objects.all()}
    assert rows == {"crs": 5, "icans": None}


def test_all_or_nothing_also_when_the_database_says_no(file, monkeypatch):
    kept = ReportedGrade.objects.bulk_create

    def fail_on_the_second(rows, *args, **kwargs):
        if any(row.pathway.patient.pseudonym == "Yes P2" for row in rows):
            raise DatabaseError("disk full")
        return kept(rows, *args, **kwargs)

    monkeypatch.setattr(ReportedGrade.objects, "bulk_create", fail_on_the_second)
    with pytest.raises(DatabaseError):
        bring(file(GOOD, "Yes P2,0,0,0,0,0,0,0"))
    assert nothing_stored()


def test_progress_is_told_on_stderr(file):
    assert "2 of 2 rows" in bring(file(GOOD, "Yes P2,0,0,0,0,0,0,0"))

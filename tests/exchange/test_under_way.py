"""Bringing in patients who are already under way: at every stage, one by one and from a table."""

import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.clinical.days import PartialDate
from patients.exchange import positions, sheets
from patients.exchange.under_way import bring_in
from patients.infusion import actions as infusion
from patients.manufacturing import actions as manufacturing
from patients.notices.models import Delivery, Notice
from patients.pathway import stages
from patients.pathway.models import Milestone, Pathway
from patients.reminders.models import Reminder, ReminderTelling
from patients.toxicity import actions as toxicity
from tests.exchange.telling import ago, course, on
from tests.forms import send, token
from tests.network import Network, centre, person

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]

ORSINI = "RSNMRA64C14F205T"


@pytest.fixture
def net(prepared) -> Network:
    return prepared


@pytest.fixture
def coordinator(client, net):
    client.force_login(net.coordinator)
    return client


def url(net, name: str = "bring_in") -> str:
    return reverse(f"exchange:{name}", args=[net.hub.pk])


WHERE = {
    "referral": "referral",
    "eligibility": "eligibility",
    "ordering": "eligibility",
    "apheresis": "eligibility",
    "manufacturing": "manufacturing",
    "lymphodepletion": "lymphodepletion",
    "infusion": "lymphodepletion",
    "toxicity": "toxicity",
    "followup": "followup",
}


def test_at_any_stage_the_patient_stands_there_and_somebody_has_the_ball(net):
    for position in positions.ORDER:
        made = bring_in(hub=net.hub, told=course(net, position, name=f"Orsini{position}"), by=net.coordinator)
        entries = [entry.as_entry() for entry in made.entries.all()]
        assert stages.where(entries) == WHERE[position], position
        assert all(entry.before_carpath for entry in entries), position
        assert made.steps.filter(has_ball=True).count() == 1, position
        assert (made.status, made.brought_in_on) == ("open", clock.today(net.hub.timezone))


def test_what_is_not_known_stays_unknown_and_a_month_stays_a_month(net):
    told = course(net, "followup", infusion=PartialDate.in_year(2024), apheresis=PartialDate.in_month(2024, 3))
    made = bring_in(hub=net.hub, told=told, by=net.coordinator)
    rows = {row.what: row for row in made.milestones.all()}
    assert made.day_0 is None
    assert (rows["infusion"].actual_on, rows["infusion"].day) == (None, PartialDate.in_year(2024))
    assert rows["apheresis"].day == PartialDate.in_month(2024, 3)
    assert (rows["decided"].day, rows["decided"].happened, rows["decided"].before_carpath) == (None, True, True)
    assert made.entries.get(stage="eligibility").started_on is None
    assert made.entries.get(stage="apheresis").ended_on == date(2024, 3, 31)
    assert not Milestone.objects.filter(pathway=made, what="followup_ended").exists()


def test_at_day_12_the_ward_assesses_at_once_and_nothing_late_is_sent(net):
    made = bring_in(hub=net.hub, told=course(net, "toxicity", infusion=12), by=net.coordinator)
    assert made.day_0 == ago(net, 12)
    today = clock.today(net.hub.timezone)
    late = ReminderTelling.objects.filter(reminder__pathway=made, waiting=True)
    assert [row for row in late if clock.local(row.at, net.hub.timezone).date() < today] == []
    assert not Reminder.objects.filter(pathway=made, kind="assessment", due_on__lt=today).exists()
    assert set(Notice.objects.values_list("kind", flat=True)) <= {"reminders_held"}
    assert toxicity.assess(pathway=made, at=clock.now(), facts={"temp_c": 37}, by=net.nurse).stands


def test_after_the_first_of_two_infusions_the_second_waits_with_its_product_to_be_received(net):
    told = replace(course(net, "toxicity", infusion=4), disease="all", product="obe-cel")
    with pytest.raises(Refused) as refused:
        bring_in(hub=net.hub, told=replace(told, days={**told.days, "received": on(net, 6)}), by=net.coordinator)
    assert {(one.field, one.code) for one in refused.value.reasons} == {
        ("received", "received_here"),
        ("apheresis", "exact_day_needed"),
        ("shipped", "exact_day_needed"),
        ("collection_id", "collection_needed"),
    }
    whole = replace(told, days={**told.days, "apheresis": on(net, 40), "shipped": on(net, 39)}, collection_id="AF-77")
    pathway = bring_in(hub=net.hub, told=whole, by=net.coordinator)
    assert pathway.milestones.get(what="infusion_2").planned_on == ago(net, -5)
    waiting = set(pathway.steps.filter(done_at=None, dropped_at=None).values_list("code", flat=True))
    assert {"infuse_again", "confirm_release", "watch_toxicity"} <= waiting
    manufacturing.release(
        pathway=pathway, released_on=ago(net, 10), lot_number="L-7", expires_on=ago(net, -300), by=net.coordinator
    )
    labels = {"patient": pathway.patient.number, "product": "L-7", "collection": "AF-77"}
    for by in (net.nurse, net.haematologist):
        manufacturing.receive(
            pathway=pathway,
            typed=labels,
            expiry=ago(net, -300),
            arrived_at=clock.now() - timedelta(days=6),
            by=by,
        )
    assert pathway.milestones.get(what="received").actual_on == ago(net, 6)
    assert infusion.awaited(pathway) == 2
    infusion.must_be_possible_now(pathway)


def test_a_second_infusion_told_as_given_is_awaited_no_more(net):
    told = replace(course(net, "toxicity", infusion=14, infusion_2=5), disease="all", product="obe-cel")
    pathway = bring_in(hub=net.hub, told=told, by=net.coordinator)
    assert infusion.awaited(pathway) is None
    assert not pathway.steps.filter(code="infuse_again").exists()


def test_of_a_patient_in_follow_up_what_would_be_late_is_held_for_somebody_to_release(net):
    told = course(net, "followup", infusion=200, toxicity_closed=185, pet_30=170)
    made = bring_in(hub=net.hub, told=told, by=net.coordinator)
    held = ReminderTelling.objects.filter(reminder__pathway=made, held=True)
    waiting = ReminderTelling.objects.filter(reminder__pathway=made, waiting=True)
    assert held.exists()
    assert all(clock.local(row.at, net.hub.timezone).date() >= ago(net, 0) for row in waiting)
    assert not Reminder.objects.filter(pathway=made, rule__in=["pet_30", "pet_90"]).exists()
    assert not Delivery.objects.filter(kind="urgent").exists()


@pytest.mark.parametrize(
    ("position", "changes", "reasons"),
    [
        ("toxicity", {"infusion": PartialDate.in_month(2026, 10)}, {("infusion", "exact_day_needed")}),
        ("referral", {"apheresis": 3}, {("apheresis", "after_position")}),
        ("ordering", {"decided": -1}, {("decided", "in_the_future")}),
        ("followup", {"infusion": 30, "apheresis": 20}, {("infusion", "impossible_order")}),
        ("manufacturing", {"apheresis": 20, "shipped": 30}, {("shipped", "impossible_order")}),
        (
            "followup",
            {"infusion": PartialDate.in_year(2023), "apheresis": PartialDate.in_year(2024)},
            {("infusion", "impossible_order")},
        ),
    ],
)
def test_days_that_cannot_be_are_refused_beside_their_field_and_nothing_is_kept(net, position, changes, reasons):
    with pytest.raises(Refused) as refused:
        bring_in(hub=net.hub, told=course(net, position, **changes), by=net.coordinator)
    assert {(one.field, one.code) for one in refused.value.reasons} == reasons
    assert not Pathway.objects.exists()


def test_a_month_that_may_be_right_is_taken(net):
    told = course(net, "followup", infusion=PartialDate.in_year(2024), apheresis=PartialDate.in_year(2024))
    assert bring_in(hub=net.hub, told=told, by=net.coordinator).status == "open"


def test_the_form_takes_one_patient_and_says_before_carpath(coordinator, net):
    typed = {
        "treating": "on",
        "fiscal_code": "rsn mra 64c14 f205t",
        "family_name": "Orsini",
        "given_name": "Mauro",
        "disease": "lbcl",
        "referring_centre": "spoke",
        "position": "toxicity",
        "product": "axi-cel",
        "infusion": f"{ago(net, 12):%d/%m/%Y}",
        "apheresis": f"{ago(net, 60):%m/%Y}",
    }
    page = send(coordinator, url(net), **typed | {"product": "", "infusion": "", "family_name": "", "treating": ""})
    assert (page.status_code, sorted(page.context["form"].errors)) == (422, ["family_name", "treating"])
    page = send(coordinator, url(net), **typed | {"product": "", "infusion": f"{ago(net, -2):%d/%m/%Y}"})
    assert (page.status_code, sorted(page.context["form"].errors)) == (422, ["infusion"])
    page = send(coordinator, url(net), **typed | {"product": "", "infusion": ""})
    assert (page.status_code, sorted(page.context["form"].errors)) == (422, ["infusion", "product"])
    key = token(coordinator, url(net))
    answers = [coordinator.post(url(net), typed | {"token": key}) for _ in range(2)]  # a double click
    assert [answer.status_code for answer in answers] == [302, 302]
    made = Pathway.objects.select_related("patient").get()
    assert (made.patient.fiscal_code, made.patient.birth_date, made.patient.sex) == (ORSINI, date(1964, 3, 14), "M")
    coordinator.cookies["django_language"] = "it"
    said = coordinator.get(reverse("timeline:pathway", args=[made.pk]))
    assert "prima di CARPath" in said.content.decode()
    page = send(coordinator, url(net), **typed)  # known, and her course is open
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["fiscal_code"])


def test_a_person_known_elsewhere_is_not_shown_and_those_who_know_her_hear_of_it(client, net):
    made = bring_in(hub=net.hub, told=course(net, "ordering"), by=net.coordinator)
    other_hub = centre("hub2", name="Altro Hub")
    other = person("c@hub2.example", ("hub_coordinator", other_hub))
    with act(by=net.coordinator, why="test"):
        made.patient.fiscal_code = ORSINI
        made.patient.save()
    client.force_login(other)
    there = reverse("exchange:bring_in", args=[other_hub.pk])
    page = send(client, there, fiscal_code=ORSINI, family_name="O", disease="lbcl", position="referral", treating="on")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["fiscal_code"])
    assert "Prova" not in str(page.context["form"].errors)
    assert made.steps.filter(code="ring_referrer", details__centre="Altro Hub").count() == 1


# ── many ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(*rows: dict, name: str = "pazienti.csv", delimiter: str = ";") -> SimpleUploadedFile:
    lines = [delimiter.join(sheets.COLUMNS)]
    lines += [delimiter.join(str(row.get(column, "")) for column in sheets.COLUMNS) for row in rows]
    return SimpleUploadedFile(name, "\n".join(lines).encode())


def upload(client, net, file) -> object:
    return client.post(url(net, "many"), {"token": token(client, url(net, "many")), "table": file, "treating": "on"})


def line(net, **more) -> dict:
    return {
        "family_name": "Dell'Orto",
        "birth_date": "1970-05-01",
        "disease": "mm",
        "position": "followup",
        "product": "ide-cel",
        "infusion": "2025",
    } | more


def test_rows_without_a_fault_are_taken_and_each_refused_one_is_listed_with_its_reason(coordinator, net):
    page = upload(
        coordinator,
        net,
        table(
            line(net),
            line(net, family_name="", fiscal_code="RSNMRA64C14F205X"),
            line(net, family_name="Bo", infusion="13/2025"),
            line(net, family_name="Rossi", position="toxicity"),
            line(net, family_name="=1+1"),
            line(net, fiscal_code=ORSINI, birth_date="", family_name="Orsini"),
            line(net, fiscal_code=ORSINI.lower(), birth_date="", family_name="Orsini"),
        ),
    )
    assert page.status_code == 200
    assert [one.line for one in page.context["taken"]] == [2, 7]
    listed = {row.line: sorted({column for column, _ in row.faults()}) for row in page.context["refused"]}
    assert listed == {
        3: ["family_name", "fiscal_code"],
        4: ["infusion"],
        5: ["infusion"],
        6: ["family_name"],
        8: ["fiscal_code"],
    }
    assert Pathway.objects.count() == 2
    again = upload(coordinator, net, table(line(net, fiscal_code=ORSINI, birth_date="", family_name="Orsini")))
    assert [column for row in again.context["refused"] for column, _ in row.faults()] == ["fiscal_code"]


def test_the_template_comes_back_as_it_was_offered(coordinator, net):
    made = coordinator.get(url(net, "many") + "?template=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    assert tuple(cell.value for cell in book.worksheets[0][1]) == sheets.COLUMNS
    assert [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)] == list(sheets.COLUMNS)
    filled = line(net, infusion=date(2025, 3, 1), birth_date=date(1970, 5, 1))
    book.worksheets[0].append([filled.get(column) for column in sheets.COLUMNS])
    written = io.BytesIO()
    book.save(written)
    page = upload(coordinator, net, SimpleUploadedFile("pazienti.xlsx", written.getvalue()))
    assert [one.pathway.day_0 for one in page.context["taken"]] == [date(2025, 3, 1)]
    text = coordinator.get(url(net, "many") + "?template=csv").content.decode("utf-8-sig")
    assert tuple(text.strip().split(";")) == sheets.COLUMNS


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 200


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vuoto.csv", b"", "vuoto"),
        ("vuoto.xlsx", b"  \n ", "vuoto"),
        ("grande.csv", b"a" * 50_000_000, "troppo grande"),
        ("foto.heic", HEIC, "immagine"),
        ("foto.xlsx", HEIC, "immagine"),
        ("scansione.pdf", b"%PDF-1.7 ...", "immagine"),
        ("rotto.xlsx", b"PK\x03\x04 no workbook", "non si legge"),
        ("latino.csv", "però;città".encode("latin-1"), "non si legge"),
        ("altro.csv", b"name;day\nRossi;1", "colonne"),
    ],
)
def test_an_empty_a_50_mb_and_a_heic_file_are_refused_in_words(coordinator, net, name, content, words):
    coordinator.cookies["django_language"] = "it"
    page = upload(coordinator, net, SimpleUploadedFile(name, content))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["table"])
    assert words in page.context["form"].errors["table"][0]
    assert not Pathway.objects.exists()


def test_without_a_file_nothing_is_taken(coordinator, net):
    page = send(coordinator, url(net, "many"))
    assert (page.status_code, sorted(page.context["form"].errors)) == (422, ["table", "treating"])

"""In the browser: a wrong patient, a death that was none, a transfer, a patient brought in at day +12."""

from datetime import date, timedelta

import pytest

from patients.clinical.days import PartialDate
from patients.exchange.under_way import UnderWay, bring_in
from patients.identity.models import CareLink
from patients.pathway.models import Pathway
from patients.referral.actions import Person
from patients.toxicity.models import Assessment
from tests.journeys.pages import PHONE, only_pathway
from tests.journeys.test_thin_way import CALM, HYPOTENSIVE

pytestmark = pytest.mark.django_db(transaction=True)

CARD = '.cp-bar button[form="form"]'


def on_the_ward(hospital, calendar, *names: str, day: int) -> Pathway:
    """A patient of the hub under toxicity watch, on that day after the infusion."""
    calendar.move_to(calendar.day(0), "08:00")
    told = UnderWay(
        person=Person(*names, birth_date=date(1964, 5, 14), sex="F"),
        position="toxicity",
        disease="lbcl",
        referring_centre=hospital.centres["spoke"],
        product="axi-cel",
        days={"infusion": PartialDate.on(calendar.day(-day))},
    )
    by = hospital.at("hub", "coordinator")
    return bring_in(hub=hospital.centres["hub"], told=told, by=by)


def test_an_entry_on_the_wrong_patient_is_put_right_in_one_step(hospital, people, calendar):
    # Given two patients on the ward, and a set that belongs to the second one on the first one's sheet
    wrong = on_the_ward(hospital, calendar, "Marchetti", "Elena", day=5)
    right = on_the_ward(hospital, calendar, "Donati", "Paola", day=4)
    at = calendar.move_to(calendar.day(0), "09:00")
    nurse = people("nurse@hub.example", window=PHONE)
    nurse.opens("toxicity:assess", wrong.pk).fills(at=at, **HYPOTENSIVE).sends(CARD)
    row = Assessment.objects.get(pathway=wrong)

    # When the nurse sees it, says so without a reason first, and then with one
    nurse.opens("toxicity:strike", wrong.pk, row.pk)
    assert "Donati Paola" in nurse.page.inner_text('select[name="right_patient"]')
    nurse.fills(right_patient=str(right.pk))
    assert nurse.tries() != []
    assert nurse.page.input_value('[name="right_patient"]') == str(right.pk)
    nurse.fills(why="Letti scambiati.").sends()
    assert f"registrato su {right.patient.number}" in nurse.reads
    assert not nurse.sideways

    # Then the set counts for the right patient alone, and an English reader sees where it came from
    copy = Assessment.objects.get(pathway=right)
    haematologist = people("haematologist@hub.example", language="en")
    haematologist.opens("toxicity:confirm", right.pk, copy.pk)
    assert f"First recorded on {wrong.patient.number}" in haematologist.reads
    haematologist.opens("toxicity:confirm", wrong.pk, row.pk)
    assert "Entered in error: it counts nowhere." in haematologist.reads
    assert "Letti scambiati." in haematologist.reads
    referrer = people("haematologist@spoke.example", language="en")
    referrer.opens("timeline:pathway", wrong.pk)
    assert "CRS 2" not in referrer.reads.replace(" (", "(")
    referrer.opens("timeline:pathway", right.pk)
    assert "CRS 2" in referrer.reads.replace(" (", "(")


def test_a_death_that_was_a_namesakes_is_undone_by_two(hospital, people, calendar):
    # Given a patient on the ward whose death somebody records
    pathway = on_the_ward(hospital, calendar, "Marchetti", "Elena", day=5)
    before = set(pathway.reminders.filter(state="planned").values_list("rule", "subject"))
    coordinator = people("coordinator@hub.example")
    coordinator.opens("pathway:death", pathway.pk).fills(died_on=calendar.day(0)).sends()
    assert only_pathway().status == Pathway.Status.CLOSED
    assert "Compilare la scheda di decesso del registro" in coordinator.reads

    # When the same person says that it was a namesake, and tries to undo it alone
    coordinator.follows("Decesso inserito per errore")
    coordinator.fills(why="È morta un'omonima.").sends()
    coordinator.opens("pathway:death_undo", pathway.pk).fills(verdict="undo")
    assert coordinator.tries() != []
    assert only_pathway().status == Pathway.Status.CLOSED

    # Then a second person, in English, undoes it, and everything is there again
    haematologist = people("haematologist@hub.example", language="en").opens("pathway:death_undo", pathway.pk)
    assert "È morta un'omonima." in haematologist.reads
    haematologist.fills(verdict="undo").sends()
    again = only_pathway()
    assert (again.status, again.patient.died_on) == (Pathway.Status.OPEN, None)
    assert set(again.reminders.filter(state="planned").values_list("rule", "subject")) == before
    assert again.steps.get(has_ball=True).code == "watch_toxicity"
    nurse = people("nurse@hub.example", window=PHONE)
    at = calendar.move_to(calendar.day(0), "11:00")
    nurse.opens("toxicity:assess", pathway.pk).fills(at=at, **CALM).sends(CARD)


def test_a_course_goes_on_at_another_hub(hospital, people, calendar):
    # Given a patient on the ward who moves to her daughter's town
    pathway = on_the_ward(hospital, calendar, "Marchetti", "Elena", day=5)
    other = hospital.centres["hub2"]
    coordinator = people("coordinator@hub.example", language="en")

    # When the coordinator transfers her
    coordinator.opens("timeline:pathway", pathway.pk).follows("Transfer to another hub")
    coordinator.fills(hub=str(other.pk), why="She moves to her daughter.").sends()

    # Then the old hub reads what it had and can write nothing
    assert "Your centre's care ended on" in coordinator.reads
    assert coordinator.page.get_by_role("link", name="Put on hold").count() == 0

    # Then the new hub has her, its ward too, and the referrer as before
    new = people("coordinator@hub2.example").opens("timeline:pathway", pathway.pk)
    assert "Marchetti Elena" in new.reads
    at = calendar.move_to(calendar.day(0), "10:00")
    ward = people("nurse@hub2.example", window=PHONE)
    ward.opens("toxicity:assess", pathway.pk).fills(at=at, **CALM).sends(CARD)
    assert not ward.sideways
    referrer = people("haematologist@spoke.example", window=PHONE).opens("timeline:pathway", pathway.pk)
    assert other.name in referrer.reads
    assert CareLink.objects.get(patient=pathway.patient, centre=other, kind="hub").ends_at is None


def test_a_patient_is_brought_in_at_day_12_and_others_from_a_table(hospital, people, calendar, tmp_path):
    # Given a hub that begins with CARPath while a patient is at day +12
    calendar.move_to(calendar.day(0), "09:00")
    coordinator = people("coordinator@hub.example")
    coordinator.opens("worklist:patients").follows("Inserisci un paziente già in corso")
    coordinator.fills(
        treating=True,
        fiscal_code="mrc lne 64e54 a944v",
        family_name="Marchetti",
        given_name="Elena",
        disease="lbcl",
        referring_centre=hospital.centres["spoke"].code,
        position="toxicity",
        product="axi-cel",
        infusion="03/2026",
    )

    # When the infusion is known by its month alone, then by its day
    assert "Qui serve il giorno esatto" in " ".join(coordinator.tries())
    coordinator.fills(infusion=calendar.day(-12), apheresis=f"{calendar.day(-60):%m/%Y}").sends()
    pathway = only_pathway()

    # Then the page says what was before CARPath, the ward works at once, and nothing late was sent
    assert "prima di CARPath" in coordinator.reads
    assert pathway.day_0 == calendar.day(-12)
    nurse = people("nurse@hub.example", window=PHONE, language="en").opens("worklist:today")
    assert "Marchetti Elena" in nurse.reads and "+12" in nurse.reads
    at = calendar.move_to(calendar.day(0), "10:00")
    nurse.opens("toxicity:assess", pathway.pk).fills(at=at, **CALM).sends(CARD)
    assert not pathway.reminders.filter(told_at__isnull=False).exists()

    # When others come from a table, one of them with a month that no calendar has
    with coordinator.opens("exchange:many", hospital.centres["hub"].pk).page.expect_download() as offered:
        coordinator.page.get_by_role("link", name="Modello CSV").click()
    template = tmp_path / "pazienti.csv"
    offered.value.save_as(template)
    columns = template.read_text(encoding="utf-8-sig").strip().split(";")
    rows = [
        {"family_name": "Dell'Orto", "birth_date": "01/05/1970", "infusion": "2025"},
        {"family_name": "Bo", "birth_date": "02/05/1970", "infusion": "13/2025"},
    ]
    common = {"disease": "mm", "position": "followup", "product": "ide-cel"}
    lines = [";".join((common | row).get(column, "") for column in columns) for row in rows]
    template.write_text("\n".join([";".join(columns), *lines]), encoding="utf-8-sig")
    coordinator.page.set_input_files('main input[name="table"]', template)
    coordinator.fills(treating=True).sends()

    # Then the sound one is there, and the other is listed with its reason
    assert "1 inseriti, 1 rifiutati" in coordinator.reads
    assert "13" in coordinator.page.inner_text('section[aria-labelledby="refused-h"]')
    assert "Dell'Orto" in coordinator.page.inner_text('section[aria-labelledby="taken-h"]')
    assert Pathway.objects.filter(brought_in_on__isnull=False).count() == 2
    assert not coordinator.sideways
    assert calendar.day(0) - timedelta(days=12) == pathway.day_0

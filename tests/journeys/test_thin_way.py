"""One patient's way in the browser, each step by the person whose step it is: from asking early to the day-30 PET.

The app's one clock moves on between the days; the reminder of the PET comes by SMTP from a real worker on day +30.
"""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from patients.identity.models import CareLink
from patients.notices.models import Notice
from patients.pathway.models import Step
from patients.reminders.models import Reminder
from tests.journeys.conftest import real_worker
from tests.journeys.pages import PHONE, only_pathway

pytestmark = pytest.mark.django_db(transaction=True)

FISCAL_CODE = "MRCLNE64E54A944V"
CALM = {
    "temp_c": "36,8",
    "heart_rate": "80",
    "systolic": "124",
    "diastolic": "76",
    "resp_rate": "16",
    "spo2": "97",
    "hypotension": "no",
    "vasopressors": ["none"],
    "oxygen_device": "none",
    "ice_orientation": "4",
    "ice_objects": "3",
    "ice_command": "1",
    "ice_sentence": "1",
    "ice_counting": "1",
    "consciousness": "alert",
    "seizure": "none",
    "neuro_signs": ["none"],
}
HYPOTENSIVE = CALM | {"temp_c": "38,6", "heart_rate": "116", "systolic": "88", "diastolic": "52", "hypotension": "yes"}
LABELS = {"product": "LOT-77", "collection": "AF-77"}
PATIENCE_SECONDS = 150  # real processes on a busy machine


def ball() -> tuple[str, str]:
    """What must happen next, and who must do it."""
    step = Step.objects.get(has_ball=True)
    return step.code, step.owner_role_id


def test_from_asking_early_to_the_day_30_pet(hospital, people, calendar, mail_server):
    hub, spoke = hospital.centres["hub"], hospital.centres["spoke"]

    # Given a referrer with a telephone in the clinic, who asks early in eight answers
    calendar.move_to(calendar.day(0), "09:00")
    referrer = people("haematologist@spoke.example", types=True, window=PHONE)
    referrer.opens("worklist:today").follows("Segnala")
    referrer.fills(
        fiscal_code=FISCAL_CODE,
        treating=True,
        family_name="Marchetti",
        given_name="Elena",
        disease="lbcl",
        status="relapse_within_12_months",
        lines="1",
        ecog="1",
        needed_within_days="28",
        referrer_phone="+39 0542 555 010",
        hub=str(hub.pk),
    )
    assert not referrer.sideways
    referrer.sends('button[name="do"][value="send"]')
    pathway = only_pathway()
    assert (pathway.patient.birth_date.isoformat(), pathway.patient.sex) == ("1964-05-14", "F")
    assert ball() == ("answer_referral", "hub_coordinator")

    # When the hub answers, decides and orders
    calendar.move_to(calendar.day(0), "10:30")
    coordinator = people("coordinator@hub.example", types=True, language="en")
    coordinator.opens("worklist:today")
    assert "Marchetti Elena" in coordinator.reads
    coordinator.opens("referral:answer", pathway.pk).fills(kind="taken_on").sends()
    calendar.move_to(calendar.day(2), "13:00")
    haematologist = people("haematologist@hub.example", types=True)
    haematologist.opens("eligibility:decide", pathway.pk).fills(
        kind="eligible",
        product="axi-cel",
        reason="Recidiva entro 12 mesi dalla prima linea, in indicazione.",
        board_on=calendar.day(2),
        deciders="M. Longo, G. Bassi",
    ).sends()
    collected_on = calendar.working_day(9, hub)
    infused_on = collected_on + timedelta(days=40)
    coordinator.opens("ordering:order", pathway.pk).fills(
        order_number="ORD-77",
        ordered_on=calendar.day(2),
        slot_confirmed_on=calendar.day(2),
        apheresis_on=collected_on,
        shipment_on=collected_on + timedelta(days=1),
        release_on=collected_on + timedelta(days=26),
        infusion_on=infused_on,
    ).sends()

    # Then a chair is booked, the cells are collected, and bridging runs beside it
    start = calendar.move_to(collected_on, "08:30")
    calendar.move_to(calendar.day(2), "15:00")
    chair = hospital.chairs["hub"][0]
    coordinator.opens("apheresis:book", pathway.pk).fills(chair=str(chair.pk), start=start, hours="5").sends()
    assert ball() == ("collect_cells", "apheresis_unit")
    calendar.move_to(collected_on, "14:00")
    unit = people("nurse2@hub.example", types=True)
    unit.opens("apheresis:record", pathway.pk).fills(
        collected_on=collected_on, collection_id="AF-77", cd3_total_10e9="2,1", complications="no"
    ).sends()
    assert CareLink.objects.filter(patient=pathway.patient, kind="ward").exists()
    referrer.opens("bridging:record", pathway.pk).fills(
        given="yes",
        aims=["volume", "symptoms"],
        modality="polatuzumab",
        regimen="Pola-BR",
        started_on=collected_on,
        centre=str(spoke.pk),
        setting="outpatient",
    ).sends()
    referrer.opens("timeline:pathway", pathway.pk)
    assert "+ Bridging" in referrer.reads and not referrer.sideways

    # When the cells leave, are released, and two people take delivery, each under the own log-in
    calendar.move_to(collected_on + timedelta(days=1), "11:00")
    unit.opens("manufacturing:ship", pathway.pk).fills(
        shipped_on=collected_on + timedelta(days=1), expected_release_on=collected_on + timedelta(days=26)
    ).sends()

    # And while the product is made the referrer taps an infection, the hub looks at it, and bridging ends
    told_on = collected_on + timedelta(days=12)
    calendar.move_to(told_on, "11:00")
    referrer.opens("bridging:tell", pathway.pk).fills(kind="infection", note="Polmonite, in antibiotico").sends()
    assert not referrer.sideways
    news = Step.objects.get(code="look_at_infection", done_at=None)
    assert (news.centre, news.due_at.date()) == (hub, told_on)
    columns = coordinator.opens("worklist:board").page.locator(".cp-board-col", has_text="Marchetti Elena")
    assert columns.locator("h2").all_inner_texts() == ["Manufacturing", "Bridging"]
    event = pathway.interim_events.get()
    coordinator.opens("bridging:look", pathway.pk).fills(
        event=str(event.pk), answer="Antibiotic for seven days, then seen again"
    ).sends()
    assert not Step.objects.filter(code="look_at_infection", done_at=None).exists()
    course = pathway.bridging_courses.get()
    calendar.move_to(told_on + timedelta(days=8), "11:00")
    referrer.opens("bridging:course", pathway.pk, course.pk).fills(
        ended_on=told_on + timedelta(days=8), response="partial"
    ).sends()
    referrer.opens("timeline:pathway", pathway.pk)
    assert "+ Bridging" not in referrer.reads
    calendar.move_to(collected_on + timedelta(days=26), "12:00")
    coordinator.opens("manufacturing:release", pathway.pk).fills(
        outcome="released",
        released_on=collected_on + timedelta(days=26),
        lot_number="LOT-77",
        expires_on=collected_on + timedelta(days=300),
    ).sends()
    arrived_at = calendar.move_to(collected_on + timedelta(days=28), "10:00")
    right = LABELS | {"patient": pathway.patient.number, "expiry": collected_on + timedelta(days=300)}
    calendar.move_to(collected_on + timedelta(days=28), "10:20")
    unit.opens("manufacturing:receive", pathway.pk).fills(arrived_at=arrived_at, **right).sends()
    haematologist.opens("manufacturing:receive", pathway.pk).fills(who="me", **right).sends()
    assert only_pathway().milestones.get(what="received").actual_on == collected_on + timedelta(days=28)

    # Then lymphodepletion is planned by the product's regimen and given
    calendar.move_to(infused_on - timedelta(days=9), "12:00")
    haematologist.opens("lymphodepletion:plan", pathway.pk).fills(
        regimen="axi-cel", starts_on=infused_on - timedelta(days=5), infusion_on=infused_on
    ).sends()
    haematologist.opens("bridging:criteria", pathway.pk).fills(holds="yes").sends()
    nurse = people("nurse@hub.example", types=True, window=PHONE)
    for number in (5, 4, 3):
        day = infused_on - timedelta(days=number)
        calendar.move_to(day, "16:00")
        nurse.opens("lymphodepletion:record", pathway.pk).fills(**{f"given_{day:%Y%m%d}": "yes"}).sends()

    # When the infusion comes, two different people check identity, and the infusion sets day 0
    calendar.move_to(infused_on, "09:00")
    nurse.opens("infusion:ready", pathway.pk).fills(
        tocilizumab_doses_on_site="4",
        weight_kg="64,5",
        baseline_ice="10",
        systolic="124",
        diastolic="76",
        premedication="yes",
    ).sends()
    haematologist.opens("infusion:ready", pathway.pk).fills(
        no_infection="yes", organs="yes", patient_informed="yes", icu_told="yes", decision="go"
    ).sends()
    labels = LABELS | {"patient": pathway.patient.number}
    for point in ("identity_thaw", "identity"):
        nurse.opens(f"infusion:{point}", pathway.pk).fills(**labels).sends()
        haematologist.opens(f"infusion:{point}", pathway.pk).fills(who="me", **labels).sends()
        if point == "identity_thaw":
            nurse.opens("infusion:thaw", pathway.pk).fills(at=calendar.move_to(infused_on, "09:10")).sends()
    started_at = calendar.move_to(infused_on, "09:30")
    nurse.opens("infusion:record", pathway.pk).fills(started_at=started_at, bags="1", reaction="no").sends()
    assert only_pathway().day_0 == infused_on
    assert ball() == ("watch_toxicity", "nurse")

    # Then the ward watches for seven days: CRS 2 is computed, a person confirms it, tocilizumab is given
    for number in range(1, 8):
        at = calendar.move_to(infused_on + timedelta(days=number), "08:00")
        if number == 2:
            assert _calm_in_taps(nurse, pathway, at) == 8
        else:
            _assess(nurse, pathway, at, HYPOTENSIVE if number == 3 else CALM)
        if number == 3:
            alarming = pathway.assessments.get(hypotension=True)
            nurse.opens("toxicity:told", pathway.pk, alarming.pk).fills(told_whom="M. Longo", told_at=at).sends()
            nurse.opens("toxicity:measure", pathway.pk).fills(at=at, weight="64,5").sends()
            given = {"drug": "tocilizumab", "dose_mg": "516", "route": "iv", "at": at}
            nurse.opens("toxicity:treat", pathway.pk).fills(**given).sends()
    nurse.opens("toxicity:sheet", pathway.pk)
    assert not nurse.sideways
    assert "CRS dal giorno +3 al +4, al peggio 2" in nurse.reads and "Tocilizumab 516 mg, giorno +3" in nurse.reads
    referrer.opens("timeline:pathway", pathway.pk)
    assert "CRS 2" in referrer.reads.replace(" (", "(")
    sheet = referrer.page.request.get(f"{referrer.address}{reverse('toxicity:sheet', args=[pathway.pk])}")
    assert sheet.status == 403
    home_on = infused_on + timedelta(days=12)
    calendar.move_to(home_on, "11:00")
    haematologist.opens("toxicity:discharge", pathway.pk).fills(on=home_on).sends()
    haematologist.opens("toxicity:close", pathway.pk).fills(on=home_on).sends()
    assert ball() == ("restage_day_30", "hub_haematologist")

    # When day +30 comes, the reminder of the PET arrives by SMTP, without a word of the patient
    due = Reminder.objects.get(pathway=pathway, rule="pet_30")
    assert due.due_on == infused_on + timedelta(days=30)
    sink, server = mail_server
    calendar.move_to(due.due_on, "07:29:45")
    with real_worker(server.port, settings.CLOCK_OFFSET_SECONDS):
        mail = _wait_for(sink, due, haematologist.user)
    assert mail["To"] == "haematologist@hub.example"
    told = mail.get_payload(decode=True).decode(mail.get_content_charset() or "utf-8")
    assert "http://carpath.example" in told
    assert [word for word in ("Marchetti", "Elena", "axi-cel", "linfoma") if word.lower() in told.lower()] == []
    due.refresh_from_db()
    assert due.told_at is not None

    # Then the PET is done and recorded
    calendar.move_to(due.due_on, "15:00")
    haematologist.opens("followup:restage", pathway.pk).fills(
        done_on=due.due_on, milestone="pet_30", deauville="2", new_lesion="no", symptoms="no", response="CMR"
    ).sends()
    due.refresh_from_db()
    assert (due.state, only_pathway().milestones.get(what="pet_30").actual_on) == ("done", due.due_on)
    coordinator.opens("timeline:history", pathway.pk)
    assert "Milestone: PET day +30" in coordinator.reads

    # And follow-up is handed over: the referrer takes it on the telephone, and what falls due is theirs
    taken_on = due.due_on + timedelta(days=1)
    calendar.move_to(taken_on, "10:00")
    coordinator.opens("followup:course", pathway.pk).follows("Hand follow-up over")
    coordinator.fills(from_on=taken_on, note="IgG every 3 months; fever: ring the hub").sends()
    assert ball() == ("take_follow_up", "referral_haematologist")
    assert "Prendere in carico il follow-up" in referrer.opens("worklist:today").reads
    referrer.opens("followup:hand_over", pathway.pk)
    assert "IgG every 3 months" in referrer.reads and not referrer.sideways
    referrer.fills(takes="yes").sends()
    assert ball() == ("follow_up_there", "referral_haematologist")
    referrer.opens("followup:course", pathway.pk)
    assert spoke.name in referrer.reads and not referrer.sideways
    visit = Reminder.objects.get(pathway=pathway, rule="visit_100")
    assert (visit.owner, visit.centre) == (referrer.user, spoke)
    pets = Reminder.objects.filter(pathway=pathway, kind="pet", state="planned")
    assert set(pets.values_list("owner_role", flat=True)) == {"referral_haematologist"}


def _calm_in_taps(nurse, pathway, at) -> int:
    """A calm set as a thumb makes it: figures typed, what was seen said in words that name it. Returns the taps."""
    figures = {name: CALM[name] for name in ("temp_c", "heart_rate", "systolic", "diastolic", "resp_rate", "spo2")}
    items = {name: CALM[name] for name in CALM if name.startswith("ice_")}
    nurse.opens("toxicity:assess", pathway.pk).fills(at=at, **figures)
    nurse.page.get_by_role("button", name="Nessuna ipotensione").click()
    nurse.fills(**items)
    nurse.page.get_by_role("button", name="Vigile, nessuna crisi").click()
    nurse.sends('.cp-bar button[form="form"]')
    assert nurse.page.locator('button[name="as_computed"]').inner_text().count("0") == 2
    nurse.sends('button[name="as_computed"]')
    return len(["the three circulatory answers", *items, "the neurological answers", "record"])


def _assess(nurse, pathway, at, facts: dict) -> None:
    """A set at the bedside, and the computed grades confirmed by the nurse."""
    nurse.opens("toxicity:assess", pathway.pk).fills(at=at, **facts).sends('.cp-bar button[form="form"]')
    assert not nurse.sideways
    nurse.sends('button[name="as_computed"]')


def _wait_for(sink, due: Reminder, user):
    """The mail that carries a reminder's notice to a person; real processes need real seconds."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        notice = Notice.objects.filter(about=due.pk, user=user).select_related("delivery").first()
        if notice is not None and notice.delivery.message_id in sink.ids:
            return sink.messages[sink.ids.index(notice.delivery.message_id)]
        time.sleep(0.5)
    raise AssertionError(f"the reminder was not mailed; there came {[mail['To'] for mail in sink.messages]}")

"""A first line that is watched, until a partial response becomes a referral in one click."""

import pytest

from patients.identity.access import visible_patients
from patients.pathway.models import Pathway
from patients.surveillance.models import Watch
from tests.journeys.pages import PHONE, only_pathway

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_partial_response_in_a_watched_first_line_becomes_a_referral_in_one_click(hospital, people, calendar):
    # Given a referring doctor with a phone, on the first day of a first line
    calendar.move_to(calendar.day(0), "09:00")
    coordinator = people("coordinator@hub.example").user
    doctor = people("haematologist@spoke.example", window=PHONE)

    # When the patient is registered, and the interim PET of day 60 shows a partial response
    doctor.opens("surveillance:register", "first_line").fills(
        fiscal_code="SLAVNI44E54A944N",
        treating=True,
        family_name="Sala",
        given_name="Ivana",
        started=calendar.day(0),
        subtype="DLBCL",
        regimen="R-CHOP-21",
        planned_cycles="6",
        days_between_cycles="21",
    ).sends()
    assert f"entro il {calendar.day(62):%d/%m/%Y}" in doctor.reads
    calendar.move_to(calendar.day(61), "12:00")
    watch = Watch.objects.get()
    doctor.opens("surveillance:record", watch.pk, "interim_pet").fills(
        on=calendar.day(60), outcome="PMR", deauville="4"
    ).sends()

    # Then the watch calls for a referral within the week, and the hub knows of nobody yet
    assert "Questo richiede una segnalazione" in doctor.reads
    assert not doctor.sideways
    assert not visible_patients(coordinator).exists()

    # When the doctor follows the one link and says what only a person can say
    doctor.follows("Segnala, già compilato")
    assert "Compilato dalla sorveglianza." in doctor.reads
    doctor.fills(ecog="1", needed_within_days="14").sends('button[name="do"][value="send"]')

    # Then the hub has the referral with the line that was watched, and the watch remembers it
    pathway = only_pathway()
    assert (pathway.status, pathway.disease) == (Pathway.Status.OPEN, "lbcl")
    watch.refresh_from_db()
    assert (watch.state, watch.pathway) == ("referred", pathway)
    (line,) = pathway.patient.therapy_lines.all()
    assert (line.regimen, line.started.earliest) == ("R-CHOP-21", calendar.day(0))
    read = people("coordinator@hub.example").opens("referral:dossier", pathway.pk).reads
    assert "R-CHOP-21" in read

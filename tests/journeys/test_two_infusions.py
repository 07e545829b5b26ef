"""obe-cel's two infusions in the browser: each with its own go, thaw and checks; the first alone sets day 0."""

from datetime import timedelta

import pytest

from patients.audit.actions import act
from patients.centres.models import User
from patients.identity import links
from patients.identity.models import CareLink
from patients.infusion.models import Infusion
from patients.pathway import actions
from patients.pathway.models import Pathway
from tests import network, world
from tests.course import Course
from tests.journeys.pages import PHONE, only_pathway

pytestmark = pytest.mark.django_db(transaction=True)

NURSES = {
    "tocilizumab_doses_on_site": "2",
    "weight_kg": "64,5",
    "baseline_ice": "10",
    "systolic": "124",
    "diastolic": "76",
    "premedication": "yes",
}
PHYSICIANS = {"no_infection": "yes", "organs": "yes", "patient_informed": "yes", "icu_told": "yes", "decision": "go"}


class Ward(Course):
    """A course of obe-cel whose lymphodepletion has ended, under the journey's own people."""

    def __init__(self, hospital):
        self.tail, self.hub, self.taken = "0077", hospital.centres["hub"], {}
        people = [User.objects.get(email=f"{who}@hub.example") for who in ("haematologist", "coordinator", "nurse")]
        self.haematologist, self.coordinator, self.nurse = people
        self.pharmacist, self.laboratory, self.unit = self.haematologist, self.nurse, self.coordinator
        referrer = User.objects.get(email="haematologist@spoke.example")
        pathway = actions.open_course(
            patient=network.patient(77, "Marchetti", "Elena"),
            hub=self.hub,
            by=referrer,
            referring_centre=hospital.centres["spoke"],
            referrer=referrer,
            disease="all",
        )
        with act(by=world.BY, why="sent"):
            actions.set_status(pathway=pathway, status=Pathway.Status.OPEN, by=world.BY)
            links.open_link(patient=pathway.patient, centre=self.hub, kind=CareLink.Kind.HUB)
        self.pathway = self._decided(pathway, "obe-cel")
        self.depleted(regimen="obe-cel")


def infuse(calendar, day, course, nurse, haematologist, **before) -> None:
    """Go, two checks, thaw, two checks, infusion: the nurse on the phone in Italian, the physician in English."""
    calendar.move_to(day, "09:00")
    nurse.opens("infusion:ready", course.pathway.pk).fills(**NURSES).sends()
    haematologist.opens("infusion:ready", course.pathway.pk).fills(**PHYSICIANS, **before).sends()
    for point, hour in (("identity_thaw", "09:20"), ("identity", "09:40")):
        calendar.move_to(day, hour)
        nurse.opens(f"infusion:{point}", course.pathway.pk).fills(**course.right).sends()
        haematologist.opens(f"infusion:{point}", course.pathway.pk).fills(who="me", **course.right).sends()
        if point == "identity_thaw":
            at = calendar.move_to(day, "09:30")
            nurse.opens("infusion:thaw", course.pathway.pk).fills(at=at).sends()
    started_at = calendar.move_to(day, "09:45")
    nurse.opens("infusion:record", course.pathway.pk)
    assert "44 minuti" in nurse.reads and not nurse.sideways
    nurse.fills(started_at=started_at, bags="1", reaction="no").sends()


def test_the_second_infusion_has_its_own_go_and_leaves_day_0(hospital, people, calendar):
    # Given a patient whose lymphodepletion has ended
    first_on = calendar.day(0)
    calendar.move_to(first_on, "08:00")
    course = Ward(hospital)
    nurse = people("nurse@hub.example", window=PHONE)
    haematologist = people("haematologist@hub.example", language="en")

    # When the first infusion is given, it sets day 0 and plans the second on day 10
    infuse(calendar, first_on, course, nurse, haematologist)
    pathway = only_pathway()
    assert pathway.day_0 == first_on
    assert pathway.milestones.get(what="infusion_2").planned_on == first_on + timedelta(days=9)
    haematologist.opens("timeline:pathway", pathway.pk)
    assert "Give the second infusion, two people check identity" in haematologist.reads

    # Then on day 10 nothing of the first counts: the go asks everything anew, and CRS since the first stops it
    second_on = first_on + timedelta(days=9)
    calendar.move_to(second_on, "08:30")
    nurse.opens("infusion:record", pathway.pk)
    assert "Nessun via libera registrato" in nurse.reads
    nurse.opens("infusion:ready", pathway.pk).fills(**NURSES).sends()
    haematologist.opens("infusion:ready", pathway.pk).fills(**PHYSICIANS, crs_since_first="3")
    assert any("the label stops the second infusion" in words for words in haematologist.tries())

    # When the grade was 2, it is given, and day 0 stays
    infuse(calendar, second_on, course, nurse, haematologist, crs_since_first="2")
    pathway = only_pathway()
    assert pathway.day_0 == first_on
    assert pathway.milestones.get(what="infusion_2").actual_on == second_on
    assert list(Infusion.objects.values_list("number", flat=True)) == [1, 2]
    haematologist.opens("infusion:record", pathway.pk)
    assert "Second infusion" in haematologist.reads

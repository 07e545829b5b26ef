"""Entered on the wrong patient: struck through with a reason, counts nowhere, recorded on the right one in one step."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from patients.audit import clock
from patients.audit.refusals import Conflict, Refused
from patients.observations import actions as observations
from patients.pathway import re_entry
from patients.toxicity import actions, reading
from patients.toxicity.models import Assessment, IntensiveCare, OtherToxicity, Treatment
from patients.toxicity.re_entry import BEDSIDE
from tests.forms import send, token
from tests.network import Network, centre, person
from tests.toxicity.bedside import FEVER, assess

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def net(prepared):
    return prepared


@pytest.fixture
def wrong(net):
    return net.infused(1, "Rossi", "Anna", days_ago=5)


@pytest.fixture
def right(net):
    return net.infused(2, "Bianchi", "Ugo", days_ago=4)


def strike_url(row) -> str:
    return reverse("toxicity:strike", args=[row.pathway_id, row.pk])


def test_a_whole_set_is_struck_and_recorded_on_the_right_patient_in_one_step(client, net, wrong, right):
    row = assess(wrong, net.nurse, FEVER, hours=2)
    client.force_login(net.nurse)
    page = client.get(strike_url(row)).content.decode()
    assert "Bianchi Ugo · CP-0002" in page
    assert f'value="{wrong.pk}"' not in page
    refused = send(client, strike_url(row), why=" ", right_patient=str(right.pk))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["why"])
    key = token(client, strike_url(row))
    said = {"why": "letto scambiato", "right_patient": str(right.pk), "token": key}
    assert [client.post(strike_url(row), said).status_code for _ in range(2)] == [302, 302]  # a double click
    row.refresh_from_db()
    assert (row.stands, row.struck_why) == (False, "letto scambiato")
    copy = Assessment.objects.get(pathway=right)
    assert (copy.came_from_id, copy.at, copy.recorded_by) == (row.pk, row.at, net.nurse)
    assert {name: getattr(copy, name) for name in actions.FACTS} == {name: getattr(row, name) for name in actions.FACTS}
    assert list(reading.standing_grades(wrong)) == []
    assert {grade.scale for grade in reading.standing_grades(right)} == {"crs", "icans"}
    assert not wrong.steps.filter(code="tell_doctor", done_at__isnull=True, dropped_at__isnull=True).exists()
    sheet = client.get(reverse("toxicity:confirm", args=[wrong.pk, row.pk])).content.decode()
    assert "CP-0002" in sheet


def test_the_copy_says_where_it_came_from_and_names_the_wrong_patient_only_to_those_who_may_see_her(net, wrong, right):
    row = assess(wrong, net.nurse, FEVER, hours=2)
    copy = re_entry.re_enter(
        ways=BEDSIDE, fact=row, wrong=wrong, to=right, why="letto scambiato", by=net.nurse, version=row.version
    )
    row.refresh_from_db()
    stranger = person("x@other.example", ("hub_haematologist", centre("other")))
    assert "CP-0001" in re_entry.moved(net.nurse, copy)
    assert "CP-0002" in re_entry.moved(net.nurse, row)
    for fact in (row, copy):
        said = re_entry.moved(stranger, fact)
        assert said != ""
        assert "CP-" not in said
    assert re_entry.moved(net.nurse, assess(right, net.nurse, FEVER, hours=1)) == ""


def test_each_fact_of_the_bedside_goes_to_the_right_patient(client, net, wrong, right):
    now = clock.now()
    observations.record(patient=right.patient, what="weight", value=Decimal(70), unit="kg", by=net.nurse)
    observations.record(patient=wrong.patient, what="weight", value=Decimal(60), unit="kg", by=net.nurse)
    drug = actions.treat(
        pathway=wrong, drug="tocilizumab", dose_mg=Decimal(480), route="iv", at=now, weight_kg=Decimal(60), by=net.nurse
    )
    other = actions.record_other(
        pathway=wrong, what="other", named="eruzione", grade=2, started_on=clock.today("Europe/Rome"), by=net.nurse
    )
    stay = actions.record_intensive_care(pathway=wrong, in_at=now - timedelta(hours=3), reason="CRS", by=net.nurse)
    client.force_login(net.nurse)
    for kind, row in (("treatment", drug), ("other", other), ("intensive-care", stay)):
        there = reverse("toxicity:amend", args=[wrong.pk, kind, row.pk])
        assert send(client, there, why="altro paziente", right_patient=str(right.pk)).status_code == 302, kind
    for model, old in ((Treatment, drug), (OtherToxicity, other), (IntensiveCare, stay)):
        old.refresh_from_db()
        copy = model.objects.get(pathway=right)
        assert (old.stands, copy.came_from_id, copy.stands) == (False, old.pk, True), model
    assert Treatment.objects.get(pathway=right).weight_kg is None  # the wrong patient's weight is not copied


def test_where_the_right_patient_cannot_take_it_nothing_is_struck(net, wrong, right):
    early = assess(wrong, net.nurse, FEVER, hours=24 * 4 + 30)  # before the right patient's infusion
    with pytest.raises(Refused) as refused:
        re_entry.re_enter(
            ways=BEDSIDE, fact=early, wrong=wrong, to=right, why="letto", by=net.nurse, version=early.version
        )
    assert [(one.field, one.code) for one in refused.value.reasons] == [("right_patient", "before_infusion")]
    early.refresh_from_db()
    assert early.stands
    assert not Assessment.objects.filter(pathway=right).exists()


def test_nobody_records_on_a_patient_to_whom_they_may_not_write(client, net, wrong):
    other_hub = centre("hub2", name="Altro")
    elsewhere = net.sent(3, "Verdi", "Ada")
    row = assess(wrong, net.nurse, FEVER, hours=2)
    client.force_login(net.nurse)
    page = send(client, strike_url(row), why="letto", right_patient=str(elsewhere.pk))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["right_patient"])
    assert re_entry.candidates(person("n@hub2.example", ("nurse", other_hub)), wrong, BEDSIDE) == []
    with pytest.raises(Refused) as refused:
        re_entry.re_enter(
            ways=BEDSIDE, fact=row, wrong=wrong, to=elsewhere, why="letto", by=net.nurse, version=row.version
        )
    assert refused.value.reasons[0].code == "right_patient_not_yours"
    row.refresh_from_db()
    assert row.stands


def test_what_somebody_else_struck_meanwhile_is_not_recorded_twice(net, wrong, right):
    row = assess(wrong, net.nurse, FEVER, hours=2)
    re_entry.re_enter(ways=BEDSIDE, fact=row, wrong=wrong, to=right, why="letto", by=net.nurse, version=row.version)
    with pytest.raises(Conflict):
        re_entry.re_enter(
            ways=BEDSIDE, fact=row, wrong=wrong, to=right, why="letto", by=net.haematologist, version=row.version
        )
    assert Assessment.objects.filter(pathway=right).count() == 1

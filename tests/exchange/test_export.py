"""The own centre's courses as a table: whose they are, what of them, and that nothing in it is a formula."""

import csv
import io

import pytest
from django.urls import reverse

from patients.audit.models import AccessEntry
from patients.exchange import export
from tests import network

pytestmark = pytest.mark.django_db


def table(user) -> list[dict]:
    text, _patients = export.table(user)
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.prepared(by=network.day_4)
def test_a_data_manager_takes_out_the_own_centres_courses_and_nobody_elses(prepared, client):
    site, pathway = prepared
    hub, spoke = site.hub, site.spoke
    manager = network.person("data@hub.example", ("data_manager", hub))
    at_spoke = network.person("data@spoke.example", ("data_manager", spoke))
    stranger = network.person("data@other.example", ("data_manager", network.centre("other")))
    nurse_there = network.person("both@hub.example", ("data_manager", network.centre("third")), ("nurse", hub))

    (row,) = table(manager)
    assert {name: row[name] for name in ("patient", "hub", "referring_centre", "status", "day_0", "infusion")} == {
        "patient": pathway.patient.number,
        "hub": hub.name,
        "referring_centre": spoke.name,
        "status": "open",
        "day_0": pathway.day_0.isoformat(),
        "infusion": pathway.day_0.isoformat(),
    }
    assert row["pet_30"] == ""
    told = export.table(manager)[0]
    assert pathway.patient.family_name not in told
    assert pathway.patient.birth_date.isoformat() not in told
    (theirs,) = table(at_spoke)
    assert (theirs["patient"], theirs["worst_crs"]) == (pathway.patient.number, "")
    assert table(stranger) == []
    assert table(nurse_there) == []  # sees the patient as a nurse, exports elsewhere

    client.force_login(manager)
    answer = client.get(reverse("exchange:courses_csv"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    entry = AccessEntry.objects.get(what="exchange:courses_csv")
    assert (entry.by_id, entry.patient_ids) == (manager.pk, [pathway.patient_id])
    client.force_login(site.coordinator)
    assert client.get(reverse("exchange:courses_csv")).status_code == 403


@pytest.mark.parametrize("words", ["=1+1", "+39 02", "-1", "@cmd", "\tx"])
def test_no_cell_is_a_formula(words):
    assert export._safe(words) == f"'{words}"
    assert export._safe(f"a{words}") == f"a{words}"

"""The indication as pages show it: live, kept with the decision, and looked at again at the next doors."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from patients.audit import clock
from patients.audit.actions import act
from patients.clinical.days import PartialDate
from patients.disease.models import Diagnosis, TherapyLine
from patients.eligibility import actions as eligibility_actions
from patients.eligibility import indication, path
from patients.eligibility.models import Decision
from patients.eligibility.rules import Said
from patients.identity.models import Patient
from patients.observations.models import Observation
from patients.pathway.models import Pathway
from patients.products.indications import Indication
from patients.referral.models import Referral
from tests import marks
from tests.network import Network
from tests.referral import asking
from tests.referral.asking import SAID, eligible_course

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=asking.taken_on)]


@pytest.fixture
def net(prepared) -> Network:
    return prepared[0] if isinstance(prepared, tuple) else prepared


@pytest.fixture
def taken_on(prepared) -> Pathway:
    return prepared[1]


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


def record(net, pathway, *, relapse: date | PartialDate = date(2026, 9, 28)) -> TherapyLine:
    """The course of the picture: DLBCL, one line, complete response, relapse inside one clock and outside the other."""
    with act(by=net.referrer, why="test"):
        Patient.objects.filter(pk=pathway.patient_id).update(birth_date=date(1964, 3, 14))
        Diagnosis.objects.filter(patient=pathway.patient).update(subtype="DLBCL", cns="never")
        line = TherapyLine(patient=pathway.patient, disease="lbcl", number=1, regimen="R-CHOP", classes=["anti_cd20"])
        line.best_response, line.transplanted = "cr", False
        line.responded, line.ended = PartialDate.on(date(2025, 10, 10)), PartialDate.on(date(2025, 9, 12))
        line.progressed = relapse if isinstance(relapse, PartialDate) else PartialDate.on(relapse)
        line.save()
    return line


def page(client, net, name: str, pathway) -> str:
    client.force_login(net.haematologist)
    answer = client.get(reverse(name, args=[pathway.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_draws_both_clocks_and_leaves_to_the_board_what_only_the_papers_cover(client, net, taken_on):
    pathway = taken_on
    record(net, pathway)
    html = page(client, net, "eligibility:indication", pathway)
    assert "For the board to judge: one clock inside, one outside" in html
    assert "Clock A, of the papers: relapse within 12 months of the first complete response." in html
    assert html.count("by 12 days") == 3 and html.count("by 16 days") == 3  # in the two pictures and in their table
    client.cookies["django_language"] = "it"
    drawn = page(client, net, "eligibility:indication", pathway).split('id="clocks-title"')[1].split("</svg>")[0]
    assert re.findall(r' (?:x|y|cx|cy|width|height)="[^"]*,[^"]*"', drawn) == []  # a decimal comma draws nothing
    assert "reference 5.1" in html and "indications of 11/2026" in html
    client.cookies["django_language"] = "en"
    assert "For the board to judge" in page(client, net, "eligibility:decide", pathway)
    assert "For the board to judge" in page(client, net, "referral:dossier", pathway)


def test_a_page_of_which_nothing_is_known_yet_says_so(client, net, taken_on):
    html = page(client, net, "eligibility:indication", taken_on)
    assert "Cannot be told yet" in html and "No line is listed yet. Told when asking early: 1." in html
    assert "These would change it:" in html and "the subtype of lymphoma" in html


def test_a_month_alone_names_the_day_that_decides(client, net, taken_on):
    pathway = taken_on
    record(net, pathway, relapse=PartialDate.in_month(2026, 9))
    html = page(client, net, "eligibility:indication", pathway)
    assert "Cannot be told yet" in html
    assert "One fact decides:" in html and "the day of the relapse in 09/2026" in html
    with act(by=net.referrer, why="test"):
        Referral.objects.update(lines=2)
    html = page(client, net, "eligibility:indication", pathway)
    assert "Lines told when asking early: 2; listed: 1." in html


def test_a_decision_keeps_its_rules_and_what_changed_since_is_told_at_the_next_doors(client, net, taken_on):
    pathway = taken_on
    line = record(net, pathway, relapse=date(2026, 8, 1))
    pathway = eligible_course(net, pathway)
    kept = Decision.objects.get().indication
    assert (kept["status"], kept["products"]) == ("ELIGIBLE_BY_INDICATION", ["axi-cel", "liso-cel"])
    assert kept["facts"]["relapse_date"] == "2026-08-01"
    assert kept["flags"]["ecog"] == "no_reservation"
    assert indication.recheck_blocks(pathway, reads_dossier=True) == []
    with act(by=net.referrer, why="test"):
        line.progressed = PartialDate.on(date(2026, 9, 28))
        line.save()
    said = "In the indication, now For the board to judge; the day of the relapse: 01/08/2026, now 28/09/2026"
    (block,) = indication.recheck_blocks(pathway, reads_dossier=True)
    assert (block.title, said in block.text) == ("The label of axi-cel does not cover this case", True)
    (blind,) = indication.recheck_blocks(pathway, reads_dossier=False)
    assert (blind.text, blind.act) == ("warns, does not stop · reference 5.1", None)
    for name in ("apheresis:prepare", "apheresis:record", "lymphodepletion:plan"):
        assert said in page(client, net, name, pathway), name
    html = page(client, net, "eligibility:indication", pathway)
    assert said in html
    today, then = html.split("What the rules said that day")
    assert ("For the board to judge" in today, "The label of axi-cel covers" in today) == (True, False)
    assert ("In the indication" in then, "The label of axi-cel covers" in then) == (True, True)


def test_a_product_that_no_label_gives_this_disease_is_asked_back_and_told_again_at_the_doors(client, net, taken_on):
    pathway = taken_on
    with act(by=net.referrer, why="test"):
        Diagnosis.objects.filter(patient=pathway.patient).update(disease="mm")
        Pathway.objects.filter(pk=pathway.pk).update(disease="mm")
    client.force_login(net.haematologist)
    url, today = reverse("eligibility:decide", args=[pathway.pk]), f"{clock.today(net.hub.timezone):%d/%m/%Y}"
    said = {"kind": "eligible", "product": "axi-cel", "reason": "Fit", "deciders": "Neri", "board_on": today}
    refused = asking.post(client, url, **said)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["off_label_reason"])
    marked = re.findall(r'value="([^"]+)"[^>]* data-off-label', refused.content.decode())
    assert sorted(marked) == ["axi-cel", "brexu-cel", "ide-cel", "liso-cel", "obe-cel", "tisa-cel"]
    assert asking.post(client, url, **said, off_label_reason="Studio ARI-0002").status_code == 302
    assert Decision.objects.get().off_label_reason == "Studio ARI-0002"
    for name in ("eligibility:decide", "eligibility:indication", "timeline:pathway"):
        html = page(client, net, name, pathway)
        assert "Though its label does not cover this case" in html and "Studio ARI-0002" in html, name
    (block,) = indication.recheck_blocks(Pathway.objects.get(), reads_dossier=True)
    assert block.title == "The label of axi-cel does not cover this case"
    assert block.text == "Reason at the decision: Studio ARI-0002 · warns, does not stop · reference 5.1"


@pytest.mark.prepared(by=Network)
def test_asking_early_shows_the_answer_while_one_types_and_keeps_nothing(client, net):
    client.force_login(net.referrer)
    url = reverse("referral:preview")
    assert client.post(url, {"disease": ""}).content.decode().strip() == ""
    html = client.post(url, SAID | {"disease": "fl", "lines": "3", "status": "relapse_later"}).content.decode()
    assert "In the indication" in html and "axi-cel" in html and "tisa-cel" in html
    html = client.post(url, SAID | {"disease": "lbcl", "status": "refractory"}).content.decode()
    assert "Cannot be told yet" in html and "the subtype of lymphoma" in html
    assert (marks.faults(html), marks.rules_on(html)) == ([], {"indication"})
    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Known so far: Large B-cell lymphoma, refractory, 1 line, " in words
    assert "Products in question axi-cel Italy: may be reimbursed EU label, reference 4/axi-cel liso-cel" in words
    assert "Primary mediastinal lymphoma, Follicular grade 3B up to “in the indication” liso-cel" in words
    assert "Primary CNS lymphoma Not in the indication" in words
    assert "whether disease in the CNS is active no up to “in the indication” axi-cel , liso-cel yes up to" in words
    html = client.post(url, SAID | {"disease": "mm", "lines": "2", "status": "unknown"}).content.decode()
    assert ("One fact decides" in html, "These would change it" in html) == (False, True)  # progression is the first
    assert Referral.objects.count() == 0
    html = client.get(reverse("eligibility:second_line")).content.decode()
    assert html.count('class="cp-path-step"') == len(path.rows())
    assert html.count("<b>axi-cel, liso-cel</b>") == 5
    assert "HGBL: <b>axi-cel, liso-cel</b>, for the board to judge" in html


@pytest.mark.prepared(by=Network)
def test_a_row_that_changed_in_the_database_is_what_the_pages_say(client, net):
    client.force_login(net.referrer)
    url, said = reverse("referral:preview"), SAID | {"disease": "fl", "lines": "3", "status": "relapse_later"}
    assert "axi-cel" in client.post(url, said).content.decode()
    with act(by="system:test", why="a new label"):
        Indication.objects.filter(pk="eu-axi-cel-fl").update(lines_min=4)
    html = client.post(url, said).content.decode()
    assert ("axi-cel" in html, "tisa-cel" in html) == (False, True)


def test_who_no_longer_cares_reads_what_stood_until_then(client, net, taken_on):
    pathway = taken_on
    record(net, pathway)
    said = Said("not_eligible", "Progressione", "Neri", clock.today(net.hub.timezone), grounds=("fast_progression",))
    eligibility_actions.decide(pathway=pathway, said=replace(said, instead="R-GemOx"), by=net.haematologist)
    with act(by=net.referrer, why="test"):
        TherapyLine.objects.update(regimen="R-CHOP dopo")
        Observation.objects.create(
            patient=pathway.patient,
            what="platelets",
            unit="10^9/L",
            value=77,
            at=clock.now(),
            recorded_at=clock.now(),
            recorded_by=net.referrer,
        )
    html = page(client, net, "eligibility:indication", pathway)
    assert ("R-CHOP" in html, "R-CHOP dopo" in html, "77 10⁹/L" in html) == (True, False, False)
    client.force_login(net.referrer)
    html = client.get(reverse("eligibility:indication", args=[pathway.pk])).content.decode()
    assert ("R-CHOP dopo" in html, "77 10⁹/L" in html) == (True, True)

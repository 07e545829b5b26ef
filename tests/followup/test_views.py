"""Restaging and visits on their pages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.followup import actions
from patients.followup.models import FollowUpFact, HandOver, MyelomaResponse, Restaging, Visit
from patients.notices.models import Notice
from patients.observations.models import Observation
from patients.pathway import actions as pathways
from patients.pathway.models import Pathway
from tests import marks
from tests.network import centre, day_31, person
from tests.referral.asking import post, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=day_31)]

SEEN = {"deauville": "4", "uptake_change": "reduced", "new_lesion": "no", "symptoms": "no", "response": "PMR"}


@pytest.fixture
def net(prepared):
    return prepared[0]


@pytest.fixture
def pathway(prepared):
    return prepared[1]


@pytest.fixture
def haematologist(client, net):
    client.force_login(net.haematologist)
    return client


def url(name, *keys) -> str:
    return reverse(f"followup:{name}", args=[getattr(key, "pk", key) for key in keys])


def on(pathway, day: int) -> str:
    return f"{pathway.day_0 + timedelta(days=day):%d/%m/%Y}"


def restage(client, pathway, **typed):
    said = SEEN | {"done_on": on(pathway, 30), "milestone": "pet_30"} | typed
    return post(client, url("restage", pathway), **said)


def pet_30(pathway):
    return pathway.milestones.filter(what="pet_30", superseded=False).values_list("actual_on", flat=True).first()


def test_a_restaging_is_confirmed_and_its_milestone_done(haematologist, pathway):
    answer = restage(haematologist, pathway)
    assert answer.url == url("course", pathway)
    row = Restaging.objects.get()
    assert (row.computed, row.response, row.rule_version, row.new_lesion) == ("PMR", "PMR", "Lugano 2014", False)
    assert pet_30(pathway) == pathway.day_0 + timedelta(days=30)
    assert not pathway.steps.filter(code="restage_day_30", done_at__isnull=True, dropped_at__isnull=True).exists()
    page = haematologist.get(answer.url).content.decode()
    assert "PMR" in page


def test_the_form_proposes_the_nearest_planned_one(haematologist, pathway):
    assert haematologist.get(url("restage", pathway)).context["form"].initial == {"milestone": "pet_30"}


def test_partial_response_around_day_30_without_symptoms_warns_of_pseudoprogression(haematologist, pathway):
    said = SEEN | {
        "done_on": on(pathway, 30),
        "milestone": "pet_30",
        "token": token(haematologist, url("restage", pathway)),
    }
    haematologist.cookies["django_language"] = "en"
    answer = haematologist.post(url("restage", pathway), said, follow=True)
    assert [str(message)[:17] for message in answer.context["messages"]] == ["Pseudoprogression"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"response": "CMR"}, "differs_because"),
        ({"response": "indeterminate", "settle_how": "pet", "settle_by": "01/01/2999"}, "differs_because"),
        ({"response": "indeterminate", "differs_because": "x", "settle_by": "01/01/2999"}, "settle_how"),
        ({"uptake_change": "unknown"}, "differs_because"),
        ({"response": ""}, "response"),
        ({"deauville": ""}, "deauville"),
        ({"deauville": "6"}, "deauville"),
        ({"new_lesion": ""}, "new_lesion"),
        ({"milestone": ""}, "milestone"),
        ({"done_on": "01/01/2999"}, "done_on"),
        ({"done_on": "32/01/2026"}, "done_on"),
    ],
)
def test_bad_input_is_refused_beside_its_field_and_stays(haematologist, pathway, typed, field):
    page = restage(haematologist, pathway, note="una parola", **typed)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert "una parola" in page.content.decode()
    assert pet_30(pathway) is None


def test_a_day_before_the_infusion_is_refused(haematologist, pathway):
    assert list(restage(haematologist, pathway, done_on=on(pathway, -1)).context["form"].errors) == ["done_on"]


def left_open(haematologist, pathway) -> Restaging:
    """The PET of day +30, read as possible pseudoprogression, with a biopsy to come."""
    undecided = {"response": "indeterminate", "differs_because": "biopsia fra una settimana", "settle_how": "biopsy"}
    restage(haematologist, pathway, settle_by=on(pathway, 44), **undecided)
    return Restaging.objects.get()


def test_another_response_than_computed_is_kept_with_its_reason(haematologist, pathway):
    row = left_open(haematologist, pathway)
    assert (row.computed, row.response, row.differs_because) == ("PMR", "indeterminate", "biopsia fra una settimana")


def test_an_indeterminate_restaging_opens_a_step_that_the_next_one_closes(haematologist, pathway):
    row = left_open(haematologist, pathway)
    step = pathway.steps.get(code="settle_indeterminate")
    due = clock.local(step.due_at, pathway.hub.timezone)
    assert (step.subject, due.date(), step.owner_role_id) == (str(row.pk), row.settle_by, "hub_haematologist")
    page = haematologist.get(url("course", pathway)).context["course"]
    assert (page.undecided, page.progressed_on) == (row, None)
    seen = {"milestone": "between", "deauville": "5", "uptake_change": "increased", "response": "PMD"}
    restage(haematologist, pathway, done_on=on(pathway, 31), **seen)
    step.refresh_from_db()
    page = haematologist.get(url("course", pathway)).context["course"]
    assert (step.is_open, page.undecided) == (False, None)
    assert page.progressed_on == pathway.day_0 + timedelta(days=31)


def test_a_biopsy_decides_an_indeterminate_restaging_by_its_correction(haematologist, pathway):
    row = left_open(haematologist, pathway)
    said = SEEN | {"done_on": on(pathway, 30), "milestone": "pet_30", "why": "biopsia: nessun linfoma"}
    assert post(haematologist, url("correct", pathway, row), **said).status_code == 302
    row.refresh_from_db()
    assert (row.response, row.settle_by, row.settle_how) == ("PMR", None, None)
    assert not pathway.steps.get(code="settle_indeterminate").is_open


def test_myeloma_is_restaged_by_imwg(haematologist, pathway):
    with act(by="system:test", why="test"):
        Pathway.objects.filter(pk=pathway.pk).update(disease="mm")
    said = {"done_on": on(pathway, 30), "milestone": "pet_30", "serum_baseline": "3,0", "serum": "0,2"}
    said |= {"urine": "0", "urine_baseline": "0", "new_lesion": "no", "response": "VGPR"}
    undecided = post(haematologist, url("restage", pathway), **said)
    assert list(undecided.context["form"].errors) == ["differs_because"]
    said |= {"differs_because": "catene leggere non seguite", "mrd_detected": "no", "mrd_assay": "NGF"}
    assert post(haematologist, url("restage", pathway), mrd_sensitivity="5", **said).status_code == 302
    row = MyelomaResponse.objects.get()
    assert (row.response, row.computed, row.rule_version, row.serum) == ("VGPR", None, "IMWG 2016", Decimal("0.20"))
    assert pet_30(pathway) == pathway.day_0 + timedelta(days=30)
    (shown,) = haematologist.get(url("course", pathway)).context["course"].restagings
    assert (shown["response"], "NGF" in str(shown["seen"])) == ("VGPR", True)
    assert post(haematologist, url("correct", pathway, row), **said, why="riletta").status_code == 302


# ── entered in error ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_restaging_entered_in_error_counts_nowhere_and_is_planned_again(haematologist, pathway):
    row = left_open(haematologist, pathway)
    address = url("correct", pathway, row)
    unexplained = post(haematologist, address, struck="on")
    assert (unexplained.status_code, list(unexplained.context["form"].errors)) == (422, ["why"])
    assert post(haematologist, address, struck="on", why="altro paziente").status_code == 302
    row.refresh_from_db()
    assert (row.stands, row.struck_why, pet_30(pathway)) == (False, "altro paziente", None)
    assert not pathway.steps.get(code="settle_indeterminate").is_open
    assert pathway.steps.filter(code="restage_day_30", done_at=None, dropped_at=None).exists()
    page = haematologist.get(url("course", pathway))
    assert (page.context["course"].undecided, "altro paziente" in page.content.decode()) == (None, True)
    assert restage(haematologist, pathway).status_code == 302
    assert pet_30(pathway) == pathway.day_0 + timedelta(days=30)


def test_follow_up_of_the_wrong_patient_is_put_right_in_one_step(haematologist, net, pathway):
    right = net.infused(2, "Bianchi", "Luca", days_ago=40)
    restage(haematologist, pathway, done_on=on(pathway, 29))
    row = Restaging.objects.get()
    said = {"right_patient": str(right.pk), "why": "letto scambiato"}
    assert post(haematologist, url("correct", pathway, row), **said).status_code == 302
    made = Restaging.objects.standing().get()
    assert (made.pathway, made.came_from_id, made.milestone) == (right, row.pk, "pet_30")
    assert (made.response, pet_30(pathway), pet_30(right)) == ("PMR", None, made.done_on)
    seen = {"done_on": on(pathway, 20), "where": "hub", "ecog": "0", "note": "sta bene"}
    assert post(haematologist, url("visit", pathway), **seen).status_code == 302
    assert post(haematologist, url("correct_visit", pathway, Visit.objects.get()), **said).status_code == 302
    assert [visit.pathway for visit in Visit.objects.standing()] == [right]
    given = {"what": "influenza", "started_on": on(pathway, 25)}
    assert post(haematologist, url("add", pathway, "vaccine"), **given).status_code == 302
    vaccine = FollowUpFact.objects.get()
    assert post(haematologist, url("amend", pathway, "vaccine", vaccine), **said).status_code == 302
    assert FollowUpFact.objects.standing().get().pathway == right


# ── other facts ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_blood_values_of_a_day_are_kept_with_their_units(haematologist, pathway):
    empty = post(haematologist, url("add", pathway, "counts"), on=on(pathway, 30))
    assert (empty.status_code, len(empty.context["form"].non_field_errors())) == (422, 1)
    taken = {"on": on(pathway, 30), "igg": "3,9", "cd4": "0,120", "anc": "1,2"}
    assert post(haematologist, url("add", pathway, "counts"), **taken).status_code == 302
    kept = set(Observation.objects.values_list("what", "value", "unit"))
    assert kept == {
        ("igg", Decimal("3.9"), "g/L"),
        ("cd4", Decimal("0.12"), "10^9/L"),
        ("anc", Decimal("1.2"), "10^9/L"),
    }
    (row,) = haematologist.get(url("course", pathway)).context["course"].counts
    told = {value: low for _name, value, low in row.cells if value}
    assert (row.day, told) == (30, {"1,20": False, "3,9": True, "0,120": False})


def test_facts_of_follow_up_are_recorded_ended_and_struck(client, net, pathway):
    client.force_login(net.referrer)
    client.cookies["django_language"] = "en"
    early = {"what": "influenza", "started_on": on(pathway, 20)}
    answer = client.post(
        url("add", pathway, "vaccine"), early | {"token": token(client, url("add", pathway, "vaccine"))}, follow=True
    )
    assert "earliest day" in "".join(map(str, answer.context["messages"]))
    unnamed = post(client, url("add", pathway, "treatment"), what="systemic", started_on=on(pathway, 30))
    assert list(unnamed.context["form"].errors) == ["named"]
    drug = {"what": "aciclovir", "dose": "800 mg bd", "started_on": on(pathway, -5)}
    assert post(client, url("add", pathway, "prophylaxis"), **drug).status_code == 302
    row = FollowUpFact.objects.get(kind="prophylaxis")
    amend = url("amend", pathway, "prophylaxis", row)
    assert client.get(url("amend", pathway, "vaccine", row)).status_code == 404
    backwards = post(client, amend, **drug, ended_on=on(pathway, -6))
    assert list(backwards.context["form"].errors) == ["ended_on"]
    assert post(client, amend, **drug, ended_on=on(pathway, 30)).status_code == 302
    changed = post(client, amend, **(drug | {"dose": "400 mg bd"}))
    assert list(changed.context["form"].errors) == ["why"]
    assert post(client, amend, struck="on", why="other patient").status_code == 302
    shown = client.get(url("course", pathway)).context["course"].running
    assert [(one.row.stands, one.row.ended_on) for one in shown] == [(False, pathway.day_0 + timedelta(days=30))]


def test_an_infection_recorded_at_the_referring_centre_stands_beside_the_hubs(client, net, pathway):
    client.force_login(net.referrer)
    said = {"named": "CMV", "grade": "unknown", "started_on": on(pathway, 30)}
    assert post(client, url("add", pathway, "infection"), **said).status_code == 302
    tumour = {"named": "linfoma T", "grade": "4", "started_on": on(pathway, 31)}
    assert post(client, url("add", pathway, "malignancy"), **tumour).status_code == 302
    shown = client.get(url("course", pathway)).context["course"].infections
    assert [(kind, one.grade) for kind, one in shown] == [("malignancy", 4), ("infection", None)]


# ── who follows ──────────────────────────────────────────────────────────────────────────────────────────────────


def close_the_watch(net, pathway) -> None:
    with act(by=net.haematologist, why="test"):
        on_day = pathway.day_0 + timedelta(days=30)
        pathways.record_milestone(pathway=pathway, what="toxicity_closed", on=on_day, by=net.haematologist)
        pathways.record_milestone(pathway=pathway, what="pet_30", on=on_day, by=net.haematologist)


def owners(pathway) -> set[tuple[str, str]]:
    rows = pathway.reminders.filter(kind__in=["pet", "visit"], state="planned")
    return set(rows.values_list("owner_role_id", "centre__code"))


def test_follow_up_is_handed_over_and_taken_and_its_reminders_change_hands(client, net, pathway):
    client.force_login(net.haematologist)
    offer = {"from_on": on(pathway, 31), "note": "Febbre: chiamare l'hub"}
    early = post(client, url("hand_over", pathway), **offer)
    assert (early.status_code, HandOver.objects.count()) == (422, 0)
    close_the_watch(net, pathway)
    assert pathway.steps.get(has_ball=True).code == "follow_up"
    assert post(client, url("hand_over", pathway), **offer).status_code == 302
    step = pathway.steps.get(code="take_follow_up")
    assert (step.centre, step.owner) == (net.spoke, net.referrer)
    assert Notice.objects.filter(user=net.referrer, kind="follow_up_offered").count() == 1
    before = owners(pathway)
    assert client.get(url("hand_over", pathway)).context["form"].__class__.__name__ == "TakeBackForm"

    client.force_login(net.referrer)
    declined = post(client, url("hand_over", pathway), takes="no")
    assert (declined.status_code, list(declined.context["form"].errors)) == (422, ["note"])
    assert owners(pathway) == before
    assert post(client, url("hand_over", pathway), takes="yes").status_code == 302
    assert owners(pathway) == {("referral_haematologist", "spoke")}
    ball = pathway.steps.get(has_ball=True)
    assert (ball.code, ball.centre, ball.owner) == ("follow_up_there", net.spoke, net.referrer)
    assert client.get(url("course", pathway)).context["course"].follower == net.spoke.name

    assert post(client, url("hand_over", pathway), from_on=on(pathway, 31), note="ricaduta").status_code == 302
    client.force_login(net.coordinator)
    assert post(client, url("hand_over", pathway), takes="yes").status_code == 302
    assert (actions.follower(pathway), pathway.steps.get(has_ball=True).code) == ("hub", "follow_up")
    assert owners(pathway) == {("hub_haematologist", "hub")}


def test_an_offer_is_taken_back_and_may_be_made_again(haematologist, net, pathway):
    close_the_watch(net, pathway)
    offer = {"from_on": on(pathway, 31), "note": "x"}
    assert post(haematologist, url("hand_over", pathway), **offer).status_code == 302
    assert post(haematologist, url("hand_over", pathway), note="").status_code == 302
    assert [row.state for row in HandOver.objects.all()] == ["taken_back"]
    assert not pathway.steps.filter(code="take_follow_up", done_at=None, dropped_at=None).exists()
    with pytest.raises(Refused) as refused:
        actions.hand_over(pathway=pathway, from_on=pathway.day_0, note="x", by=net.referrer)
    assert [reason.code for reason in refused.value.reasons] == ["not_yours_to_hand_over"]


def test_a_correction_needs_a_reason_moves_the_milestone_and_is_a_new_version(haematologist, pathway):
    restage(haematologist, pathway)
    row = Restaging.objects.get()
    said = SEEN | {"done_on": on(pathway, 28), "milestone": "between", "response": "PMR"}
    page = post(haematologist, url("correct", pathway, row), **said)
    assert list(page.context["form"].errors) == ["why"]
    post(haematologist, url("correct", pathway, row), why="data sbagliata", **said)
    row.refresh_from_db()
    assert (row.version, row.milestone, row.done_on) == (2, "", pathway.day_0 + timedelta(days=28))
    assert pet_30(pathway) is None


def test_a_milestone_is_done_once(haematologist, pathway):
    restage(haematologist, pathway)
    page = restage(haematologist, pathway)
    assert list(page.context["form"].errors) == ["milestone"]
    assert Restaging.objects.count() == 1


def test_two_who_correct_at_once_see_both_versions(haematologist, pathway):
    restage(haematologist, pathway)
    row = Restaging.objects.get()
    address = url("correct", pathway, row)
    stale = token(haematologist, address)
    said = SEEN | {"done_on": on(pathway, 30), "milestone": "pet_30", "why": "riletta"}
    post(haematologist, address, **(said | {"deauville": "5"}))
    page = haematologist.post(address, said | {"deauville": "2", "response": "CMR", "token": stale})
    assert page.status_code == 409
    assert ("5", "2") in [(one.stands, one.typed) for one in page.context["conflict"]]


def test_a_double_click_records_once(haematologist, pathway):
    said = SEEN | {
        "done_on": on(pathway, 30),
        "milestone": "pet_30",
        "token": token(haematologist, url("restage", pathway)),
    }
    assert [haematologist.post(url("restage", pathway), said).status_code for _ in range(2)] == [302, 302]
    assert Restaging.objects.count() == 1


def test_before_the_infusion_nothing_is_restaged(haematologist, net):
    pathway = net.sent(5)
    said = SEEN | {"done_on": f"{clock.today(net.hub.timezone):%d/%m/%Y}", "milestone": "pet_30"}
    page = post(haematologist, url("restage", pathway), **said)
    assert (page.status_code, len(page.context["form"].non_field_errors())) == (422, 1)


def test_a_visit_is_recorded_and_corrected(haematologist, pathway):
    said = {"done_on": on(pathway, 20), "where": "referring", "ecog": "unknown", "note": "sta bene"}
    assert post(haematologist, url("visit", pathway), **said).status_code == 302
    row = Visit.objects.get()
    assert (row.ecog, row.where, row.written_by.email) == (None, "referring", "haematologist@hub.example")
    said |= {"ecog": "1", "why": "ECOG aggiunto"}
    assert post(haematologist, url("correct_visit", pathway, row), **said).status_code == 302
    row.refresh_from_db()
    assert (row.ecog, row.version) == (1, 2)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"note": " "}, "note"), ({"where": ""}, "where"), ({"ecog": ""}, "ecog"), ({"done_on": "01/01/2999"}, "done_on")],
)
def test_a_visit_with_bad_input_is_refused(haematologist, pathway, typed, field):
    said = {"done_on": on(pathway, 20), "where": "hub", "ecog": "0", "note": "bene"} | typed
    page = post(haematologist, url("visit", pathway), **said)
    assert list(page.context["form"].errors) == [field]


def test_the_rule_is_shown_while_one_ticks(haematologist):
    haematologist.cookies["django_language"] = "en"

    def say(**ticked) -> str:
        html = haematologist.post(url("lugano"), ticked).content.decode()
        assert (marks.faults(html), marks.rules_on(html)) == ([], {"response"})
        return html

    assert "PMR, partial metabolic response" in say(deauville="4", uptake_change="reduced", new_lesion="no")
    assert "Between PMR and PMD" in say(deauville="5", uptake_change="reduced", new_lesion="unknown")
    assert "Between CMR and PMD" in say()
    assert "Deauville score 4: moderately above the liver" in say(
        deauville="4", uptake_change="reduced", new_lesion="no"
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("referrer", 200), ("coordinator", 200), ("haematologist", 200), ("nurse", 403), ("administrator", 404)],
)
def test_who_reads_and_records(client, net, pathway, who, status):
    client.force_login(getattr(net, who))
    for name in ("course", "restage", "visit"):
        assert client.get(url(name, pathway)).status_code == status
    if status != 200:
        assert client.post(url("restage", pathway), SEEN).status_code == status
        assert Restaging.objects.count() == 0


def test_another_hub_finds_nothing(client, pathway):
    stranger = person("x@hub2.example", ("hub_haematologist", centre("hub2")))
    client.force_login(stranger)
    for name in ("course", "restage", "visit"):
        assert client.get(url(name, pathway)).status_code == 404

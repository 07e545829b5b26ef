"""Asking early in the browser's terms: what is typed, what is answered, who may."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.models import AccessEntry
from patients.disease.models import Diagnosis
from patients.identity.models import CareLink, Patient
from patients.notices.models import Notice
from patients.pathway.models import Pathway
from patients.referral.models import Question, Referral
from patients.surveillance.models import KnownElsewhere
from tests.network import Network, centre, person
from tests.referral.asking import ORSINI, ask, post, token

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def net(prepared):
    return prepared


@pytest.fixture
def referrer(client, net):
    client.force_login(net.referrer)
    return client


def as_user(client, user):
    client.force_login(user)
    return client


def test_a_sent_referral_has_a_number_a_hub_link_and_a_status_page(referrer, net):
    answer = ask(referrer, net.hub)
    pathway = Pathway.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("referral:dossier", args=[pathway.pk])
    assert pathway.status == Pathway.Status.OPEN
    assert pathway.patient.number == "CP-0001"
    assert list(pathway.patient.links.values_list("kind", "centre__code").order_by("kind")) == [
        ("hub", "hub"),
        ("referring", "spoke"),
    ]
    page = referrer.get(answer.url).content.decode()
    assert "CP-0001" in page
    assert "Policlinico Prova" in page


def test_the_fiscal_code_fills_birth_date_and_sex(referrer, net):
    ask(referrer, net.hub, fiscal_code=" rsn mra 64c14 f205t ")
    patient = Patient.objects.get()
    assert (patient.fiscal_code, str(patient.birth_date), patient.sex) == (ORSINI, "1964-03-14", "M")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("RSNMRA64C14F205X", "ultima lettera non torna"),
        ("RSNMRA64C14F205", "16 lettere e cifre"),
        ("RSNMRA64D31F205X", "ultima lettera non torna"),
    ],
)
def test_an_impossible_code_is_refused_beside_its_field_and_what_was_typed_stays(referrer, net, code, words):
    page = ask(referrer, net.hub, fiscal_code=code, HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 422
    assert words in str(page.context["form"].errors["fiscal_code"])
    assert f'value="{code}"' in page.content.decode()
    assert 'value="Orsini"' in page.content.decode()
    assert Pathway.objects.count() == 0


def test_a_birth_date_that_differs_from_the_code_is_a_warning_that_a_person_confirms(referrer, net):
    page = ask(referrer, net.hub, birth_date="15/03/1964")
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"birth_date", "keep_typed"}
    ask(referrer, net.hub, birth_date="15/03/1964", keep_typed="on")
    assert str(Patient.objects.get().birth_date) == "1964-03-15"


def test_without_a_code_the_reason_birth_date_and_sex_are_asked(referrer, net):
    page = ask(referrer, net.hub, fiscal_code="")
    assert set(page.context["form"].errors) == {"fiscal_code"}
    page = ask(referrer, net.hub, fiscal_code="", no_code="stp")
    assert set(page.context["form"].errors) == {"stranger_code", "birth_date", "sex"}
    sent = ask(
        referrer,
        net.hub,
        fiscal_code="",
        no_code="stp",
        stranger_code="stp 1234567890123",
        birth_date="1/1/1980",
        sex="M",
    )
    assert sent.status_code == 302
    assert Patient.objects.get().stranger_code == "STP1234567890123"


def test_a_person_without_any_code_is_possible(referrer, net):
    assert ask(referrer, net.hub, fiscal_code="", no_code="none", birth_date="1/1/1980", sex="F").status_code == 302
    assert Patient.objects.get().fiscal_code is None


def test_every_question_wants_an_answer_before_sending_and_not_known_is_one(referrer, net):
    page = ask(referrer, net.hub, disease=None, status=None, lines=None, ecog=None, needed_within_days=None)
    assert set(page.context["form"].errors) == {"disease", "status", "lines", "ecog", "needed_within_days"}
    ask(referrer, net.hub, status="unknown", lines="unknown", ecog="unknown")
    referral = Referral.objects.get()
    assert (referral.status, referral.lines, referral.ecog) == (None, None, None)
    assert set(referral.answered) >= {"status", "lines", "ecog"}


@pytest.mark.parametrize("ecog", ["0", "2", "3-4", "unknown"])
def test_no_ecog_excludes(referrer, net, ecog):
    assert ask(referrer, net.hub, ecog=ecog).status_code == 302


def test_a_draft_is_seen_by_the_own_centre_only_and_comes_back_as_typed(referrer, net):
    answer = ask(referrer, net.hub, do="draft", ecog=None, lines="unknown", needed_within_days=None)
    pathway = Pathway.objects.get()
    assert answer.url == reverse("referral:draft", args=[pathway.pk])
    initial = referrer.get(answer.url).context["form"].initial
    assert (initial["lines"], initial["ecog"], initial["needed_within_days"]) == ("unknown", "", "")
    assert initial["fiscal_code"] == ORSINI
    colleague = person("colleague@spoke.example", ("referral_haematologist", net.spoke))
    assert as_user(referrer, colleague).get(answer.url).status_code == 200
    assert as_user(referrer, net.coordinator).get(answer.url).status_code == 404
    assert referrer.get(reverse("referral:dossier", args=[pathway.pk])).status_code == 404


def test_a_draft_is_finished_and_sent(referrer, net):
    url = ask(referrer, net.hub, do="draft", ecog=None).url
    sent = ask(referrer, net.hub, url=url, ecog="1", family_name="Orsini Rossi")
    pathway = Pathway.objects.get()
    assert sent.url == reverse("referral:dossier", args=[pathway.pk])
    assert (pathway.status, pathway.referral.ecog, pathway.patient.family_name) == ("open", "1", "Orsini Rossi")
    assert referrer.get(url).url == sent.url


def test_two_tabs_on_one_draft_lose_nothing(referrer, net):
    url = ask(referrer, net.hub, do="draft", ecog=None).url
    first, second = token(referrer, url), token(referrer, url)
    assert ask(referrer, net.hub, do="draft", url=url, key=first, ecog="1").status_code == 302
    page = ask(referrer, net.hub, do="draft", url=url, key=second, ecog="2", lines="3")
    assert page.status_code == 409
    differences = {one.label: (one.stands, one.typed) for one in page.context["conflict"]}
    assert ("1", "2") in differences.values()
    assert Referral.objects.get().ecog == "1"


def test_a_double_click_makes_one_referral(referrer, net):
    key = token(referrer, reverse("referral:ask"))
    first = ask(referrer, net.hub, key=key)
    second = ask(referrer, net.hub, key=key)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert Pathway.objects.count() == 1


def test_a_form_of_another_user_is_refused(referrer, net):
    key = token(referrer, reverse("referral:ask"))
    colleague = person("colleague@spoke.example", ("referral_haematologist", net.spoke))
    assert ask(as_user(referrer, colleague), net.hub, key=key).status_code == 400
    assert Pathway.objects.count() == 0


def test_a_person_of_the_own_centre_is_opened_not_doubled(referrer, net):
    ask(referrer, net.hub)
    page = ask(referrer, net.hub)
    assert page.status_code == 422
    assert page.context["known_here"] == reverse("referral:dossier", args=[Pathway.objects.get().pk])
    assert Pathway.objects.count() == 1


def stranger(net: Network, hub=None):
    """A referrer of a far centre whose usual hub is another."""
    other = centre("other", "referral", name="Ospedale Lontano", usual_hub=hub or net.hub)
    return person("dr@other.example", ("referral_haematologist", other), name="Vera Bruni")


def test_no_code_is_looked_up_before_one_says_that_one_treats_the_patient(referrer, net):
    known = ask(referrer, net.hub)
    assert known.status_code == 302
    client = as_user(referrer, stranger(net))
    for code in (ORSINI, "SLAVNI44E54A944N"):
        page = ask(client, net.hub, fiscal_code=code, treating=None)
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"treating"}
    assert KnownElsewhere.objects.count() == 0


def test_a_person_known_elsewhere_gives_one_sentence_away_and_both_coordinators_are_told(client, net):
    ask(as_user(client, net.referrer), net.hub)
    pathway = Pathway.objects.get()
    far_hub = centre("far-hub", name="Policlinico Lontano")
    far_coordinator = person("coordinator@far.example", ("hub_coordinator", far_hub))
    asker = stranger(net, far_hub)
    page = ask(as_user(client, asker), far_hub)
    assert page.status_code == 422
    assert page.context["form"].errors == {
        "fiscal_code": ["Per questa persona esiste una richiesta: l'hub le telefonerà."]
    }
    for secret in ("Ospedale Prova", "CP-0001", str(pathway.pk), str(pathway.patient_id)):
        assert secret not in page.content.decode()
    step = pathway.steps.get(code="ring_referrer")
    assert (step.centre, step.owner_role_id, step.has_ball) == (net.hub, "hub_coordinator", False)
    assert step.details == {"who": "Vera Bruni", "centre": "Ospedale Lontano", "phone": "347 555 0142"}
    told = Notice.objects.filter(kind__startswith="asked_").order_by("kind")
    assert [(one.kind, one.user, one.patient_id) for one in told] == [
        ("asked_elsewhere", far_coordinator, None),
        ("asked_twice", net.coordinator, pathway.patient_id),
    ]
    assert AccessEntry.objects.filter(by_id=asker.pk, what="referral.known_elsewhere").count() == 1
    assert [(one.by, one.patient_id) for one in KnownElsewhere.objects.all()] == [(asker, pathway.patient_id)]
    dossier = reverse("referral:dossier", args=[pathway.pk])
    assert "Vera Bruni" in as_user(client, net.coordinator).get(dossier).content.decode()
    client.post(reverse("referral:rang", args=[pathway.pk, step.pk]))
    step.refresh_from_db()
    assert step.done_by == str(net.coordinator.pk)


def test_after_ten_answers_of_a_day_no_code_tells_anything_known_or_not(client, net):
    ask(as_user(client, net.referrer), net.hub)
    asker = stranger(net)
    patient = Patient.objects.get()
    with act(by=asker, why="test"):
        rows = [KnownElsewhere(patient=patient, centre=net.spoke, at=clock.now(), by=asker) for _ in range(9)]
        KnownElsewhere.objects.bulk_create(rows)
    client = as_user(client, asker)
    tenth = ask(client, net.hub)
    assert "esiste una richiesta" in str(tenth.context["form"].errors)
    said = [ask(client, net.hub, fiscal_code=code).context["form"].errors for code in (ORSINI, "SLAVNI44E54A944N")]
    assert said[0] == said[1] == {"fiscal_code": ["Oggi non si cercano altri codici per lei. Telefoni all'hub."]}
    assert (KnownElsewhere.objects.count(), Patient.objects.count()) == (10, 1)
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        client = as_user(client, asker)
        assert "esiste una richiesta" in str(ask(client, net.hub).context["form"].errors)


def test_a_code_written_into_a_draft_is_asked_like_one_of_a_new_request(client, net):
    ask(as_user(client, net.referrer), net.hub)
    client = as_user(client, stranger(net))
    url = ask(client, net.hub, do="draft", fiscal_code="", treating=None).url
    page = ask(client, net.hub, do="draft", url=url)
    assert "esiste una richiesta" in str(page.context["form"].errors["fiscal_code"])
    assert KnownElsewhere.objects.count() == 1


def test_a_draft_elsewhere_is_not_shown_to_the_hub(client, net):
    ask(as_user(client, net.referrer), net.hub, do="draft")
    ask(as_user(client, stranger(net)), net.hub)
    step = Pathway.objects.get().steps.get(code="ring_referrer")
    assert (step.centre, step.owner_role_id) == (net.spoke, "referral_haematologist")
    told = Notice.objects.filter(kind__startswith="asked_")
    assert [(one.kind, one.user, one.patient_id) for one in told] == [("asked_elsewhere", net.coordinator, None)]


@pytest.mark.parametrize(
    ("family_name", "given_name"),
    [("D'Àngelo", "Zoë"), ("dell’Orto", "Maria-Pia"), ("Sukarno", ""), ("De  Luca", "Ugo")],
)
def test_names_with_apostrophes_and_of_one_word_are_kept_as_written(referrer, net, family_name, given_name):
    assert ask(referrer, net.hub, family_name=family_name, given_name=given_name).status_code == 302
    patient = Patient.objects.get()
    assert (patient.family_name, patient.given_name) == (" ".join(family_name.split()), given_name)


@pytest.mark.parametrize("who", ["coordinator", "haematologist", "nurse", "administrator"])
def test_only_referrers_ask(client, net, who):
    as_user(client, getattr(net, who))
    assert client.get(reverse("referral:ask")).status_code == 403
    assert client.post(reverse("referral:ask"), {}).status_code == 403
    assert client.post(reverse("referral:code"), {"fiscal_code": ORSINI}).status_code == 403


def test_while_one_types_the_code_says_who_it_is_but_nothing_of_other_centres(client, net):
    ask(as_user(client, net.referrer), net.hub)
    own = client.post(reverse("referral:code"), {"fiscal_code": ORSINI}).content.decode()
    assert reverse("referral:dossier", args=[Pathway.objects.get().pk]) in own
    other = centre("other", "referral", usual_hub=net.hub)
    stranger = person("dr@other.example", ("referral_haematologist", other))
    foreign = as_user(client, stranger).post(reverse("referral:code"), {"fiscal_code": ORSINI}).content.decode()
    unknown = client.post(reverse("referral:code"), {"fiscal_code": "RSSMRA64C14F205X"}).content.decode()
    assert "14/03/1964" in foreign
    assert reverse("referral:dossier", args=[Pathway.objects.get().pk]) not in foreign
    assert foreign.count("cp-ok-t") == 1
    assert "cp-error" in unknown


# ── the hub answers ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sent(client, net) -> Pathway:
    ask(as_user(client, net.referrer), net.hub)
    return Pathway.objects.get()


def answer(client, pathway, **typed):
    return post(client, reverse("referral:answer", args=[pathway.pk]), **typed)


def test_the_hub_takes_on(client, net, sent):
    as_user(client, net.coordinator)
    assert answer(client, sent, kind="taken_on").url == reverse("referral:dossier", args=[sent.pk])
    assert sent.milestones.get(what="taken_on").actual_on is not None
    assert sent.steps.get(has_ball=True).code == "decide_eligibility"


def test_the_hub_asks_for_more_and_the_referrer_answers(client, net, sent):
    as_user(client, net.coordinator)
    answer(client, sent, kind="more_asked", items=["histology", "pet"], text="with <b>date</b>")
    assert sent.steps.get(has_ball=True).code == "answer_hub_questions"
    as_user(client, net.referrer)
    url = reverse("referral:reply", args=[sent.pk])
    page = client.get(url).content.decode()
    assert "with &lt;b&gt;date&lt;/b&gt;" in page
    names = [f"question_{question.pk}" for question in Question.objects.order_by("item")]
    assert post(client, url, **{names[0]: "DLBCL, 02/10/2026"}).status_code == 302
    assert sent.steps.get(has_ball=True).code == "answer_hub_questions"
    post(client, url, **{names[1]: "10/10/2026, DS 5"})
    assert sent.steps.get(has_ball=True).code == "answer_referral"


@pytest.mark.parametrize("grounds", [["age"], ["comorbidity"], ["age", "comorbidity"]])
def test_advice_against_by_age_or_comorbidity_alone_is_refused_and_the_text_stays(client, net, sent, grounds):
    as_user(client, net.haematologist)
    page = answer(client, sent, kind="advised_against", grounds=grounds, reason="troppo fragile", instead="R-GemOx")
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["grounds"]
    assert "troppo fragile" in page.content.decode()
    sent.refresh_from_db()
    assert sent.status == Pathway.Status.OPEN


def test_after_advice_against_the_hub_reads_and_writes_nothing_and_the_referrer_may_ask_again(client, net, sent):
    as_user(client, net.coordinator)
    answer(
        client,
        sent,
        kind="advised_against",
        grounds=["not_in_indication", "age"],
        reason="prima linea",
        instead="R-CHOP",
        ask_again="alla recidiva",
    )
    sent.refresh_from_db()
    assert (sent.status, sent.exit_reason) == ("closed", "not_in_indication")
    assert client.get(reverse("referral:dossier", args=[sent.pk])).status_code == 200
    assert client.get(reverse("referral:answer", args=[sent.pk])).status_code == 403
    as_user(client, net.referrer)
    page = client.get(reverse("referral:dossier", args=[sent.pk])).content.decode()
    for told in ("prima linea", "R-CHOP", "alla recidiva"):
        assert told in page
    again = reverse("referral:again", args=[sent.pk])
    assert again in page
    assert client.get(again).context["form"].initial["fiscal_code"] == ORSINI
    with act(by=net.referrer, why="test"):
        Diagnosis.objects.update(subtype="DLBCL", cns="never")
    typed = {"disease": "lbcl", "lines": "2", "status": "relapse_later", "known_from": sent.pk, "fiscal_code": ORSINI}
    seen = client.post(reverse("referral:preview"), typed).context["indication"]
    assert (seen.status, [one.words for one in seen.missing]) == ("ELIGIBLE_BY_INDICATION", [])
    ask(client, net.hub, url=again, ecog="0")
    assert list(Pathway.objects.order_by("course").values_list("course", "status")) == [(1, "closed"), (2, "open")]
    assert Patient.objects.count() == 1
    assert CareLink.objects.filter(kind="hub", ends_at__isnull=True).count() == 1


def test_an_answer_is_given_once(client, net, sent):
    as_user(client, net.coordinator)
    url = reverse("referral:answer", args=[sent.pk])
    first, second = token(client, url), token(client, url)
    assert client.post(url, {"token": first, "kind": "taken_on"}).status_code == 302
    assert client.post(url, {"token": first, "kind": "taken_on"}).status_code == 302
    assert client.post(url, {"token": second, "kind": "taken_on"}).status_code == 409
    assert client.post(url, {"token": token(client, url), "kind": "taken_on"}).status_code == 422


def test_the_token_of_one_patient_does_not_fit_another(client, net, sent):
    other = net.sent(7)
    as_user(client, net.coordinator)
    key = token(client, reverse("referral:answer", args=[sent.pk]))
    with act(by=net.referrer, why="test"):
        Referral.objects.create(pathway=other, form_key=uuid4())
    assert (
        client.post(reverse("referral:answer", args=[other.pk]), {"token": key, "kind": "taken_on"}).status_code == 400
    )


@pytest.mark.parametrize(("who", "status"), [("referrer", 403), ("nurse", 404), ("administrator", 404)])
def test_who_may_not_answer(client, net, sent, who, status):
    as_user(client, getattr(net, who))
    assert client.get(reverse("referral:answer", args=[sent.pk])).status_code == status
    assert client.post(reverse("referral:answer", args=[sent.pk]), {"kind": "taken_on"}).status_code == status

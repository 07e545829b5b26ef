"""What the database itself refuses, and the clock of the hub's answer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.centres import working_days
from patients.disease.models import Diagnosis
from patients.eligibility.models import Decision
from patients.identity.actions import next_number, register
from patients.identity.models import Patient
from patients.referral import actions
from patients.referral.actions import Answers, Person
from patients.referral.models import HubAnswer
from tests.network import Network
from tests.referral.asking import ORSINI, taken_on_course

pytestmark = [pytest.mark.django_db, pytest.mark.prepared(by=Network)]


@pytest.fixture
def net(prepared) -> Network:
    return prepared


@pytest.fixture
def sent(net):
    answers = Answers("lbcl", "refractory", None, None, 14, "347", actions.rules.QUESTIONS)
    person = Person("Orsini", "Mauro", None, "M", ORSINI)
    pathway = actions.draft(by=net.referrer, centre=net.spoke, hub=net.hub, person=person, answers=answers)
    actions.send(pathway=pathway, by=net.referrer)
    pathway.refresh_from_db()
    return pathway


def test_sending_writes_what_is_known_of_the_disease(sent):
    assert list(Diagnosis.objects.values_list("disease", "status", "lines")) == [("lbcl", "refractory", None)]


def test_the_answer_is_due_by_the_hubs_promise(net, sent):
    step = sent.steps.get(has_ball=True)
    asked_at = sent.milestones.get(what="referral_sent").actual_at
    assert step.due_at == working_days.due_after(asked_at, 1, net.hub)


def test_after_the_questions_are_answered_the_promise_counts_anew(net, sent):
    with act(by=net.referrer, why="sent three days ago"):
        sent.milestones.filter(what="referral_sent").update(
            actual_at=clock.now() - timedelta(days=3), actual_on=clock.today(net.hub.timezone) - timedelta(days=3)
        )
    actions.ask_for_more(pathway=sent, items={"pet": ""}, by=net.coordinator)
    question = sent.referral.questions.get()
    actions.reply(pathway=sent, answers={question.pk: "DS 5"}, by=net.referrer)
    step = sent.steps.get(has_ball=True)
    answered_at = sent.milestones.get(what="more_answered").actual_at
    assert (step.code, step.due_at) == ("answer_referral", working_days.due_after(answered_at, 1, net.hub))


@pytest.mark.parametrize("missing", actions.rules.QUESTIONS)
def test_nothing_is_sent_with_a_question_open(net, missing):
    answered = tuple(question for question in actions.rules.QUESTIONS if question != missing)
    pathway = actions.draft(
        by=net.referrer,
        centre=net.spoke,
        hub=net.hub,
        person=Person("Rossi"),
        answers=Answers("lbcl", answered=answered),
    )
    with pytest.raises(Refused) as refused:
        actions.send(pathway=pathway, by=net.referrer)
    assert [reason.code for reason in refused.value.reasons] == ["answer_this"]
    pathway.refresh_from_db()
    assert pathway.status == "draft"


def test_the_database_refuses_advice_and_decisions_by_age_alone(net, sent):
    said = {"kind": "advised_against", "reason": "r", "instead": "i", "at": clock.now(), "by": net.coordinator}
    with pytest.raises(IntegrityError, match="advice_not_by_age_alone"), transaction.atomic(), act(by=net.coordinator):
        HubAnswer.objects.create(referral=sent.referral, grounds=["age", "comorbidity"], **said)
    decided = {"kind": "not_eligible", "reason": "r", "deciders": "d", "decider": "e", "by": net.haematologist}
    today = clock.today(net.hub.timezone)
    with (
        pytest.raises(IntegrityError, match="refusal_not_by_age_alone"),
        transaction.atomic(),
        act(by=net.haematologist),
    ):
        Decision.objects.create(pathway=sent, grounds=["age"], board_on=today, at=clock.now(), **decided)


def test_a_referral_taken_on_is_not_answered_again(net):
    pathway = taken_on_course(net)
    with pytest.raises(Refused, match="already_answered"):
        actions.take_on(pathway=pathway, by=net.coordinator)
    with pytest.raises(Refused, match="already_answered"):
        actions.ask_for_more(pathway=pathway, items={"pet": ""}, by=net.coordinator)


def test_a_person_without_any_code_is_registered_under_the_next_number(net):
    with act(by=net.referrer):
        Patient.objects.create(number="CP-0999", family_name="Prima")
        assert next_number() == "CP-1000"
    assert register(by=net.referrer, family_name="Seconda").number == "CP-1000"


def test_one_code_is_one_person(net):
    register(by=net.referrer, family_name="Orsini", fiscal_code=ORSINI)
    with pytest.raises(Refused, match="person_known"):
        register(by=net.referrer, family_name="Altri", fiscal_code=ORSINI)

"""What a watch writes, and what follows from it by itself: reminders, referral, end. Nothing of it reaches a hub."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError

from patients.audit.actions import act
from patients.audit.refusals import Refused
from patients.clinical.days import PartialDate
from patients.disease.models import Diagnosis, TherapyLine
from patients.identity.access import visible_patients
from patients.notices.models import Notice
from patients.pathway import actions as pathways
from patients.pathway import deaths
from patients.pathway.models import Pathway
from patients.referral import actions as referral
from patients.reminders.models import Reminder
from patients.reminders.shown import held_reminders
from patients.reminders.sweep import tell_due
from patients.surveillance import actions, planning, rules
from patients.surveillance.models import Watch
from patients.surveillance.persons import must_be_new, tell_known_elsewhere
from patients.surveillance.shown import Counts, counts_for_hub
from patients.tasks import tick
from tests import network
from tests.surveillance import watching

pytestmark = pytest.mark.prepared(by=watching.hospitals)

QUESTIONS = ("person", "name", "disease", "status", "lines", "ecog", "needed_within_days", "referrer_phone")


def fresh(watch: Watch) -> Watch:
    return Watch.objects.select_related("patient", "pathway").get(pk=watch.pk)


def reminders(watch: Watch) -> list[tuple[str, str, str]]:
    rows = Reminder.objects.filter(watch=watch).order_by("due_at", "rule")
    return [(row.rule, row.due_on.isoformat(), row.state) for row in rows]


def refused(*, match: str, call, **facts) -> None:
    with pytest.raises(Refused) as told:
        call(**facts)
    assert match in [reason.code for reason in told.value.reasons]


def ask(net, watch: Watch, *, send: bool = True) -> Pathway:
    """The referral that a watch fills, as its page writes it."""
    told = actions.asking(watch)
    known = None if told.status == rules.UNKNOWN else told.status
    disease = "lbcl" if watch.kind == rules.FIRST_LINE else "mcl"
    pathway = referral.draft(
        by=net.referrer,
        centre=net.spoke,
        hub=net.hub,
        person=watching.person(watch.patient.family_name, watch.patient.given_name),
        answers=referral.Answers(disease, known, told.lines, "1", 14, "055", QUESTIONS),
        patient=watch.patient,
    )
    actions.turn_into_referral(watch=watch, pathway=pathway, by=net.referrer)
    if send:
        referral.send(pathway=pathway, by=net.referrer)
    return pathway


def test_registered_at_the_start_it_reminds_of_both_pets_and_only_its_own_centre_sees_it(net, at):
    watch = watching.first_line(net, started=0)  # on 1 March 2026
    assert reminders(watch) == [
        ("watch_interim_pet", "2026-05-02", "planned"),
        ("watch_last_dose", "2026-06-14", "planned"),
        ("watch_eot_pet", "2026-07-14", "planned"),
    ]
    assert [fresh(watch).due_what, fresh(watch).due_latest] == ["interim_pet", date(2026, 5, 2)]
    assert list(visible_patients(net.referrer)) == [watch.patient]
    assert not visible_patients(net.coordinator).exists()
    assert list(Watch.objects.visible_to(net.coordinator)) == []
    assert counts_for_hub(net.hub) == Counts(watched=1, late=0, calling=0)
    at("2026-05-03 09:00")
    assert counts_for_hub(net.hub) == Counts(watched=1, late=1, calling=0)


def test_who_is_told_of_an_interim_pet_and_no_hub_is(net, at):
    colleague = network.person("second@spoke.example", ("referral_haematologist", net.spoke))
    watching.first_line(net, started=0)
    told = []
    for wall in ("2026-04-25 06:00", "2026-05-03 05:59", "2026-05-03 06:00", "2026-05-06 06:00"):
        at(wall)
        tell_due()
        told.append(sorted(one.user.email for one in Notice.objects.filter(kind="reminder")))
    first = [net.referrer.email]
    assert told == [first, first, first * 2, sorted(first * 3 + [colleague.email])]


def test_what_was_planned_too_late_is_held_for_the_centres_own_doctor(net, at):
    watch = watching.first_line(net, started=70)  # the interim PET was due a week ago
    held = list(held_reminders(net.referrer))
    assert [row.rule for row in held] == ["watch_interim_pet"]
    assert list(held_reminders(net.coordinator)) == []
    told = Notice.objects.get(kind="reminders_held")
    assert (told.user, told.centre) == (net.referrer, watch.centre)


def test_from_a_partial_response_to_the_referral_and_back_when_the_hub_advises_against(net, at):
    watch = watching.calling(net)
    due = {row.rule: row for row in Reminder.objects.filter(watch=watch)}
    assert due["watch_interim_pet"].state == "done"
    assert due["watch_refer"].due_on == date(2026, 3, 8)  # a week after it was written down
    assert counts_for_hub(net.hub) == Counts(watched=1, late=0, calling=1)

    draft = ask(net, watch, send=False)
    assert (fresh(watch).state, fresh(watch).pathway) == ("open", draft)
    assert not visible_patients(net.coordinator).exists()
    referral.send(pathway=draft, by=net.referrer)
    assert fresh(watch).state == "referred"
    assert watch.findings.get().pathway == draft
    assert {row.state for row in Reminder.objects.filter(watch=watch)} == {"done", "dropped"}
    assert counts_for_hub(net.hub) == Counts(watched=0, late=0, calling=0)
    line = TherapyLine.objects.get(patient=watch.patient)
    assert (line.number, line.regimen, line.best_response) == (1, "R-CHOP-21", None)  # half way is not the end
    assert line.classes == ["anti_cd20"]
    assert Diagnosis.objects.get(patient=watch.patient).subtype == "DLBCL"
    assert list(Watch.objects.visible_to(net.coordinator)) == []

    referral.advise_against(
        pathway=draft, grounds=["disease_not_relapsed"], reason="r", instead="i", by=net.haematologist
    )
    again = fresh(watch)
    assert (again.state, again.due_what) == ("open", "last_dose")
    assert [one.user for one in Notice.objects.filter(kind="watch_goes_on")] == [net.referrer]
    assert Reminder.objects.get(watch=watch, rule="watch_eot_pet").state == "planned"
    assert Reminder.objects.get(watch=watch, rule="watch_refer").state == "done"

    told = replace(_told(again), last_dose=PartialDate.on(watching.ago(net, 0)))
    actions.describe(watch=again, told=told, doctor=net.referrer, by=net.referrer)
    watching.saw(net, again, rules.EOT_PET, "PMR", days_ago=0)
    second = ask(net, fresh(watch))
    line = TherapyLine.objects.get(patient=watch.patient)
    assert (line.ended, line.best_response) == (told.last_dose, "pr")
    assert fresh(watch).pathway == second


def _told(watch: Watch) -> actions.Told:
    return actions.Told(**{name: getattr(watch, name) for name in actions.Told.__dataclass_fields__})


def test_the_window_ends_the_watch_by_itself_and_a_relapse_within_it_told_later_opens_it_again(net, at):
    watch = watching.first_line(net, last_dose=PartialDate.on(watching.ago(net, 20)), started=130)
    watching.saw(net, watch, rules.EOT_PET, "CMR")  # on 28 February 2026
    at("2027-02-28 23:00")
    assert planning.end_what_is_over() == 0
    at("2027-03-01 00:30")
    tick()  # beat's own
    over = fresh(watch)
    assert (over.state, over.end_reason, over.ended_on) == ("ended", "window_over", date(2027, 3, 1))
    assert [one.user for one in Notice.objects.filter(kind="watch_over")] == [net.referrer]
    assert not Reminder.objects.filter(watch=watch, state__in=["planned", "acknowledged"]).exists()
    assert planning.end_what_is_over() == 0

    watching.saw(net, over, rules.VISIT, "relapse", on=PartialDate.on(date(2027, 2, 20)))
    assert [fresh(watch).state, fresh(watch).due_what] == ["open", "refer"]
    actions.strike(finding=watch.findings.get(what="visit"), why="another patient", by=net.referrer)
    assert (fresh(watch).state, fresh(watch).end_reason) == ("ended", "window_over")
    watching.saw(net, over, rules.VISIT, "relapse", on=PartialDate.on(date(2027, 3, 1)))
    assert (fresh(watch).state, fresh(watch).end_reason) == ("ended", "late_relapse")


def test_a_lost_response_to_a_btk_inhibitor_calls_until_somebody_says_why_not(net):
    watch = watching.btki(net)
    assert reminders(watch) == [("watch_check", "2026-04-20", "planned")]
    watching.saw(net, watch, rules.CHECK, "pd")
    assert fresh(watch).due_what == "refer"
    actions.keep(watch=watch, why="biopsia attesa", by=net.referrer)
    assert (fresh(watch).due_what, fresh(watch).due_latest) == ("check", date(2026, 5, 28))
    refused(match="nothing_calls", call=actions.keep, watch=watch, why="biopsia", by=net.referrer)
    watching.saw(net, watch, rules.CHECK, "sd", days_ago=0)
    ask(net, fresh(watch))
    line = TherapyLine.objects.get(patient=watch.patient)
    assert (line.number, line.classes, line.progressed) == (2, ["btki"], PartialDate.on(date(2026, 2, 28)))


def test_a_death_ends_the_watch_and_its_undoing_brings_it_back(net):
    watch = watching.first_line(net)
    deaths.record_death(patient=watch.patient, on=watching.ago(net, 0), by=net.referrer)
    assert (fresh(watch).state, fresh(watch).end_reason) == ("ended", "death")
    deaths.ask_to_undo(patient=watch.patient, why="omonima", by=net.referrer)
    deaths.undo(patient=watch.patient, by=net.haematologist)
    assert fresh(watch).state == "open"
    assert Reminder.objects.get(watch=watch, rule="watch_eot_pet").state == "planned"


def test_a_referral_begun_without_opening_the_watch_takes_its_place_and_car_t_given_ends_it(net):
    watch = watching.calling(net)
    answers = referral.Answers("lbcl", None, 1, "1", 14, "055", QUESTIONS)
    asked = {"by": net.referrer, "centre": net.spoke, "hub": net.hub, "person": watching.person(), "answers": answers}
    pathway = referral.draft(**asked)
    assert (fresh(watch).state, fresh(watch).due_what) == ("open", "refer")
    referral.send(pathway=pathway, by=net.referrer)
    assert (fresh(watch).state, fresh(watch).pathway) == ("referred", pathway)
    assert TherapyLine.objects.get(patient=watch.patient).regimen == "R-CHOP-21"
    with act(by=net.haematologist, why="infused"):
        pathways.set_day_0(pathway=pathway, day=watching.ago(net, 0), by=net.haematologist)
        planning.plan_watches([watch.patient_id])
    assert (fresh(watch).state, fresh(watch).end_reason) == ("ended", "treated")


def test_an_end_that_a_person_says_has_its_reason_and_stays(net):
    watch = watching.first_line(net)
    refused(match="say_why", call=actions.end, watch=watch, reason="other", note=" ", by=net.referrer)
    refused(match="say_the_reason", call=actions.end, watch=watch, reason="death", note="x", by=net.referrer)
    actions.end(watch=watch, reason="entered_in_error", note="another patient", by=net.referrer)
    deaths.record_death(patient=watch.patient, on=watching.ago(net, 0), by=net.referrer)
    assert (fresh(watch).state, fresh(watch).end_reason) == ("ended", "entered_in_error")
    refused(match="watch_has_ended", call=watching.saw, net=net, watch=watch, what="visit", outcome="well")


def test_what_cannot_be_is_refused(net):
    today = watching.ago(net, 0)
    begin = watching.first_line
    refused(match="in_the_future", call=begin, net=net, started=-1)
    refused(match="before_the_start", call=begin, net=net, last_dose=PartialDate.on(watching.ago(net, 61)))
    refused(match="cycles_and_their_day", call=begin, net=net, cycles_given=2)
    refused(match="more_than_planned", call=begin, net=net, cycles_given=7, last_cycle=today)
    before = PartialDate.on(watching.ago(net, 10))
    refused(match="before_the_last_cycle", call=begin, net=net, cycles_given=2, last_cycle=today, last_dose=before)
    watch = begin(net, last_dose=before)
    refused(match="watched_already", call=begin, net=net)
    found = {"net": net, "watch": watch}
    refused(match="in_the_future", call=watching.saw, what="visit", outcome="well", days_ago=-1, **found)
    refused(match="before_the_start", call=watching.saw, what="visit", outcome="well", days_ago=61, **found)
    refused(match="before_the_last_dose", call=watching.saw, what="eot_pet", outcome="CMR", days_ago=11, **found)
    refused(match="deauville_contradicts", call=watching.saw, what="eot_pet", outcome="CMR", deauville="5", **found)
    watching.saw(net, watch, "eot_pet", "CMR", days_ago=5)
    later = replace(_told(watch), last_dose=PartialDate.on(watching.ago(net, 4)))
    refused(
        match="after_the_eot_pet", call=actions.describe, watch=watch, told=later, doctor=net.referrer, by=net.referrer
    )
    assert not visible_patients(net.coordinator).exists()


IMPOSSIBLE = (
    {"planned_cycles": None},
    {"planned_cycles": 0},
    {"drug": "ibrutinib"},
    {"cycles_given": 2},
    {"last_cycle": date(2026, 3, 1)},
    {"cycles_given": 7, "last_cycle": date(2026, 3, 1)},
    {"last_dose_earliest": date(2025, 1, 1), "last_dose_latest": date(2025, 1, 1)},
    {"every_months": 0},
    {"state": "ended"},
    {"state": "referred"},
    {"started_latest": None},
)
IMPOSSIBLE_FINDINGS = (
    {"outcome": "well"},
    {"satisfactory": True},
    {"seen_latest": date(2025, 1, 1)},
    {"kept_why": "x"},
)


def test_the_database_refuses_it_too(net):
    watch = watching.calling(net)
    for rows, impossible in ((Watch.objects, IMPOSSIBLE), (watch.findings, IMPOSSIBLE_FINDINGS)):
        for columns in impossible:
            with pytest.raises(IntegrityError), act(by=net.referrer, why="test"):
                rows.update(**columns)


def test_a_second_centre_hears_that_somebody_will_ring_and_the_watching_doctor_is_asked_to(net):
    watch = watching.first_line(net)
    other = network.centre("far", "referral", name="Ospedale Lontano", usual_hub=net.hub)
    doctor = network.person("doctor@far.example", ("referral_haematologist", other))
    who = watching.person()
    refused(match="known_elsewhere", call=must_be_new, centre=other, person=who, treating=True, by=doctor)
    tell_known_elsewhere(patient_id=watch.patient_id, centre=other, hub=net.hub, phone="06 1", by=doctor)
    told = [(one.user, one.kind, one.about) for one in Notice.objects.exclude(kind="reminders_held")]
    assert told == [(net.referrer, "asked_twice", watch.pk)]

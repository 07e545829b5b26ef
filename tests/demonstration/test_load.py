"""The demonstration: over all stages, the same at every start, silent about the past, and never in the real thing."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from patients.audit import clock
from patients.audit.models import AccessEntry
from patients.centres.models import Centre, User
from patients.clinical.days import PartialDate, Precision
from patients.followup.models import HandOver, MyelomaResponse
from patients.identity.models import Patient, Replan
from patients.management.demonstration.telling import everybody
from patients.management.demonstration.watches import WATCHED
from patients.manufacturing.models import Lot
from patients.notices import escalation
from patients.notices.models import Delivery
from patients.notices.outbox import UNSENT
from patients.pathway import stages
from patients.pathway.models import Death, Milestone, Pathway, Step
from patients.pathway.stages import Stage
from patients.reminders.models import Reminder, ReminderTelling
from patients.surveillance.models import Watch
from patients.toxicity.models import IntensiveCare

pytestmark = pytest.mark.django_db

LOG_INS = (
    "coordinator@hub.example",
    "haematologist@hub.example",
    "nurse@hub.example",
    "nurse2@hub.example",
    "haematologist@spoke.example",
    "datamanager@hub.example",
    "admin@hub.example",
    "coordinator@hub2.example",
    "haematologist@hub2.example",
    "nurse@hub2.example",
    "haematologist@spoke2.example",
)


def rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_app_config("patients").get_models()}


def test_it_is_loaded_once_over_all_stages_and_silent_about_the_past():
    call_command("load_demonstration", verbosity=0)
    first = rows()
    call_command("load_demonstration", verbosity=0)
    assert rows() == first

    assert Centre.objects.filter(kind="hub").count() == 2
    assert Centre.objects.filter(kind="referral").count() == 6
    assert [(authenticate(email=email, password="carpath-demo") or User()).email for email in LOG_INS] == [*LOG_INS]
    assert EmailAddress.objects.filter(email__in=LOG_INS, verified=True, primary=True).count() == len(LOG_INS)
    assert not User.objects.filter(is_demonstration=False, memberships__isnull=False).exists()

    names = [f"{who.family_name} {who.given_name}".strip() for who, *_ in everybody()]
    watched = [f"{one.family_name} {one.given_name}" for one in WATCHED]
    assert [patient.display_name for patient in Patient.objects.order_by("number")] == names + watched
    assert len(names) == len(set(names)) == 60
    due = Watch.objects.order_by("patient__number").values_list("due_what", flat=True)
    assert [*due] == ["last_dose", "interim_pet", "refer", "visit", "check", "check"]
    courses = Pathway.objects.prefetch_related("entries")
    running = [course for course in courses if course.status != Pathway.Status.CLOSED]
    places = {stages.where(entry.as_entry() for entry in course.entries.all()) for course in running}
    # Infusion is a moment: whoever has had it is in toxicity; bridging runs beside.
    assert places == {*Stage} - {Stage.BRIDGING, Stage.INFUSION}
    assert Stage.BRIDGING in {
        stage for course in running for stage in stages.beside(entry.as_entry() for entry in course.entries.all())
    }
    assert {course.status for course in courses} == {*Pathway.Status}

    assert list(Replan.objects.values("planner", "error")) == []
    open_steps = Step.objects.filter(done_at__isnull=True, dropped_at__isnull=True)
    assert {course.pk for course in running} == set(open_steps.filter(has_ball=True).values_list("pathway", flat=True))

    _life_is_in_disorder(open_steps)
    _follow_up_is_told()
    _unknown_stayed_unknown()

    now = clock.now()
    assert escalation.escalate_unanswered() == 0
    assert list(Delivery.objects.filter(UNSENT, due_at__lte=now + timedelta(minutes=1))) == []
    assert not ReminderTelling.objects.filter(waiting=True, at__lte=now).exists()
    assert not ReminderTelling.objects.filter(held=True).exists()
    assert Reminder.objects.filter(due_at__gt=now, rule="pet_30", state="planned").exists()
    assert not AccessEntry.objects.exists()


def _life_is_in_disorder(open_steps) -> None:
    """Late, blocked, failed, out of specification, moved, held, dead and not dead after all."""
    assert open_steps.filter(has_ball=True, due_at__lt=clock.now()).count() >= 5
    assert open_steps.filter(code="settle_out_of_specification").count() == 1
    assert {lot.status for lot in Lot.objects.all()} == {*Lot.Status}
    assert Lot.objects.filter(status=Lot.Status.OUT_OF_SPECIFICATION, accepted_at__isnull=False).count() == 1
    ends = {*Pathway.objects.exclude(exit_reason=None).values_list("exit_reason", flat=True)}
    assert ends == {
        "not_in_indication",
        "infection",
        "death_before_infusion",
        "death_after_infusion",
        "manufacturing_failure",
        "patient_refusal",
        "progression_before_apheresis",
    }
    assert Death.objects.filter(undone_at__isnull=False).count() == 1
    moved = Pathway.objects.get(patient__family_name="Galli")
    assert (moved.hub.code, moved.status) == ("hub2", Pathway.Status.OPEN)


def _follow_up_is_told() -> None:
    """A PET that does not decide, intensive care over and running, follow-up offered and taken, a myeloma by IMWG."""
    settle = Step.objects.get(code="settle_indeterminate", done_at__isnull=True)
    assert settle.pathway.restagings.get(response="indeterminate").settle_how == "biopsy"
    stays = IntensiveCare.objects.standing().select_related("pathway__patient")
    told = sorted((stay.pathway.patient.family_name, stay.out_at is None) for stay in stays)
    assert told == [("De Luca", False), ("Piva", True)]
    assert sorted(HandOver.objects.values_list("state", flat=True)) == ["offered", "taken"]
    myeloma = MyelomaResponse.objects.order_by("done_on").values_list("response", "computed", "mrd_detected")
    assert [*myeloma] == [("VGPR", None, None), ("CR", "CR", False)]


def _unknown_stayed_unknown() -> None:
    """Who was under way before CARPath has the days that somebody knows, and no other; published cases have no name."""
    before = Milestone.objects.filter(superseded=False, before_carpath=True, what="infusion")
    precisions = {row.day.precision if row.day else None for row in before if isinstance(row.day, PartialDate)}
    assert {Precision.MONTH, Precision.YEAR} <= precisions
    published = Patient.objects.filter(family_name__regex="^(RPM|JITC)-")
    for case in published:
        assert (case.given_name, case.birth_date, case.fiscal_code) == ("", None, None)
        infused = before.get(pathway__patient=case)
        assert (infused.actual_on, infused.day) == (None, None)
    assert sorted(published.values_list("family_name", flat=True)) == [
        *(f"JITC-{number}" for number in (1, 2, 4, 5, 7, 8, 9)),
        *("RPM-44128", "RPM-44451", "RPM-46633", "RPM-46636"),
    ]
    asked = Step.objects.filter(code="learn_infusion_day", done_at__isnull=True, has_ball=True)
    assert asked.filter(pathway__patient__in=published, due_at__gt=clock.now()).count() == 11
    unknown = Pathway.objects.filter(milestones__in=before.filter(actual_on=None))
    assert not Step.objects.filter(pathway__in=unknown, done_at__isnull=True, due_at__lt=clock.now()).exists()


def test_the_real_thing_refuses_it(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demonstration", verbosity=0)
    assert rows()["Patient"] == 0


def test_the_clock_is_set_only_in_a_demonstration(settings):
    wanted = clock.now() - timedelta(days=30)
    with clock.at(wanted):
        assert clock.now() == wanted
    assert clock.now() > wanted
    settings.DEMO = False
    with pytest.raises(RuntimeError), clock.at(wanted):
        pass

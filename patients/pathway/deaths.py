"""A death: it closes what is open and asks for the registry's form; entered in error, two people undo it.

What a death closed is written down, so that its undoing brings it back: stays, steps, and through the planners the
reminders and, as far as they are still free, the bookings.
"""

from datetime import date

from patients.audit import clock
from patients.audit.actions import act
from patients.audit.refusals import Reason, Refused
from patients.centres.models import User
from patients.identity.changes import changed, lock
from patients.identity.models import Patient
from patients.pathway import milestones, steps
from patients.pathway.actions import close, finish_steps, open_step, record_milestone, set_status
from patients.pathway.models import Closing, Death, Pathway, StageEntry, Step
from patients.pathway.planning import due_by, promise
from patients.pathway.stages import Stage

REGISTRY = "registry_death_form"
CONFIRM = "confirm_death_undo"
FALLBACK_ZONE = "Europe/Rome"  # of a patient without a course


def standing_death(patient: Patient) -> Death | None:
    """The death that is recorded of a patient, with who recorded it and who asked to undo it; None of the living."""
    rows = Death.objects.filter(patient=patient, undone_at__isnull=True)
    return rows.select_related("recorded_by", "undo_asked_by").first()


def record_death(*, patient: Patient, on: date, by: User, cause: str | None = None, note: str = "") -> Death:
    """Record that a patient died: what is open closes by itself, and the hub is asked for the registry's form.

    `cause`: of Death.Cause, None = not known.

    Raises Refused in the future, before birth, before the last fact that needs life, or twice.
    """
    with act(by=by, why="death"):
        lock(patient.pk)
        patient.refresh_from_db()
        open_pathways = list(
            Pathway.objects.live().filter(patient=patient).exclude(status=Pathway.Status.CLOSED).select_related("hub")
        )
        _must_be_possible(patient, on, open_pathways)
        patient.died_on = on
        patient.version += 1
        patient.save(update_fields=["died_on", "version"])
        death = Death.objects.create(
            patient=patient, died_on=on, cause=cause, note=note, recorded_at=clock.now(), recorded_by=by
        )
        for pathway in open_pathways:
            _close(death, pathway, by)
        changed(patient=patient, fact="death", by=by)
        return death


def _must_be_possible(patient: Patient, on: date, open_pathways: list[Pathway]) -> None:
    if patient.died_on is not None:
        raise Refused(Reason("already_recorded", "died_on"))
    if on > clock.today(open_pathways[0].hub.timezone if open_pathways else FALLBACK_ZONE):
        raise Refused(Reason("in_the_future", "died_on"))
    if patient.birth_date and on < patient.birth_date:
        raise Refused(Reason("before_birth", "died_on"))
    for pathway in open_pathways:
        lived = pathway.milestones.filter(what__in=milestones.NEEDS_LIFE, actual_on__isnull=False, superseded=False)
        last = max(lived.values_list("actual_on", flat=True), default=on)
        if on < last:
            raise Refused(Reason("before_last_fact", "died_on", {"day": last}))


def _close(death: Death, pathway: Pathway, by: User) -> None:
    infused = pathway.milestones.happened().filter(what="infusion").exists()
    open_steps = pathway.steps.filter(done_at__isnull=True, dropped_at__isnull=True).exclude(code__in=steps.ASIDE)
    Closing.objects.create(
        death=death,
        pathway=pathway,
        was_status=pathway.status,
        was_held_since=pathway.held_since,
        stays=list(pathway.entries.filter(ended_on__isnull=True, superseded=False).values_list("pk", flat=True)),
        steps=list(open_steps.values_list("pk", flat=True)),
    )
    was_draft = pathway.status == Pathway.Status.DRAFT
    reason = Pathway.ExitReason.DEATH_AFTER_INFUSION if infused else Pathway.ExitReason.DEATH_BEFORE_INFUSION
    close(pathway=pathway, exit_reason=reason, by=by, on=death.died_on, note=death.note)
    if not was_draft:
        open_step(
            pathway=pathway,
            code=REGISTRY,
            stage=Stage.FOLLOWUP,
            origin="death",
            owner_role="hub_coordinator",
            due_at=due_by(promise(pathway.hub, "registry_death"), clock.now(), pathway.hub),
            by=by,
        )


def registry_form_sent(*, pathway: Pathway, on: date, by: User) -> None:
    """The registry's death form was sent on this day. Raises Refused in the future, before the death, or unasked."""
    with act(by=by, why="registry told of the death"):
        lock(pathway.patient_id)
        death = standing_death(pathway.patient)
        if (
            death is None
            or not pathway.steps.filter(code=REGISTRY, done_at__isnull=True, dropped_at__isnull=True).exists()
        ):
            raise Refused(Reason("nothing_asked"))
        if on < death.died_on:
            raise Refused(Reason("before_death", "sent_on", {"day": death.died_on}))
        record_milestone(pathway=pathway, what="death_reported", on=on, by=by, field="sent_on")
        finish_steps(pathway=pathway, code=REGISTRY, by=by)


# ── entered in error ─────────────────────────────────────────────────────────────────────────────────────────────


def ask_to_undo(*, patient: Patient, why: str, by: User) -> Death:
    """One person says that a death was entered in error; another one is asked to confirm.

    Raises Refused without a death, without a reason, or when somebody has asked already.
    """
    with act(by=by, why=why):
        death = _locked(patient)
        if not why.strip():
            raise Refused(Reason("reason_missing", "why"))
        if death.undo_asked_at is not None:
            raise Refused(Reason("undo_asked_already"))
        death.undo_asked_at, death.undo_asked_by, death.undo_why = clock.now(), by, why.strip()
        death.version += 1
        death.save()
        for closing in death.closings.select_related("pathway__hub"):
            open_step(
                pathway=closing.pathway,
                code=CONFIRM,
                stage=Stage.FOLLOWUP,
                origin="death",
                owner_role="hub_haematologist",
                due_at=clock.now(),
                by=by,
            )
        changed(patient=patient, fact="death_undo_asked", by=by, why=why)
        return death


def keep(*, patient: Patient, by: User) -> None:
    """A second person looked: the death stands, and nobody asks to undo it any more."""
    with act(by=by, why="the death stands"):
        death = _asked(patient, by)
        death.undo_asked_at, death.undo_asked_by, death.undo_why = None, None, ""
        death.version += 1
        death.save()
        for closing in death.closings.select_related("pathway"):
            finish_steps(pathway=closing.pathway, code=CONFIRM, by=by)
        changed(patient=patient, fact="death_kept", by=by)


def undo(*, patient: Patient, by: User) -> None:
    """A second person confirms that the death was entered in error: what it closed comes back.

    Raises Refused for the person who asked, and when nobody has asked.
    """
    with act(by=by, why="death undone"):
        death = _asked(patient, by)
        death.undone_at, death.undone_by = clock.now(), by
        death.version += 1
        death.save()
        patient.died_on = None
        patient.version += 1
        patient.save(update_fields=["died_on", "version"])
        for closing in death.closings.select_related("pathway__hub", "pathway__patient"):
            _reopen(closing, by)
        changed(patient=patient, fact="death_undone", by=by)


def _reopen(closing: Closing, by: User) -> None:
    pathway = closing.pathway
    finish_steps(pathway=pathway, code=CONFIRM, by=by)
    asked = pathway.steps.filter(code=REGISTRY, done_at__isnull=True, dropped_at__isnull=True)
    asked.update(dropped_at=clock.now())
    StageEntry.objects.filter(pk__in=closing.stays, superseded=False).update(ended_on=None)
    Step.objects.filter(pk__in=closing.steps, done_at__isnull=True).update(dropped_at=None)
    set_status(
        pathway=pathway,
        status=closing.was_status,
        by=by,
        held_since=closing.was_held_since,
        closed_on=None,
        exit_reason=None,
        exit_note="",
    )


def _locked(patient: Patient) -> Death:
    lock(patient.pk)
    patient.refresh_from_db()
    death = standing_death(patient)
    if death is None:
        raise Refused(Reason("no_death"))
    return death


def _asked(patient: Patient, by: User) -> Death:
    death = _locked(patient)
    if death.undo_asked_by_id is None:
        raise Refused(Reason("undo_not_asked"))
    if death.undo_asked_by_id == by.pk:
        raise Refused(Reason("same_person_undoes"))
    return death

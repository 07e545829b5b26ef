"""The app's start: planners are registered here, in the order in which they run after a change."""

from functools import partial

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from patients.apheresis import actions as apheresis
        from patients.capacity import planning as capacity_planning
        from patients.centres import mail
        from patients.followup import actions as followup
        from patients.identity import access, changes
        from patients.infusion import actions as infusion
        from patients.manufacturing import actions as manufacturing
        from patients.notices import outbox
        from patients.pathway import corrections, planning
        from patients.reminders.planning import plan_reminders
        from patients.reminders.watches import plan_watch_reminders
        from patients.surveillance.planning import plan_watches
        from patients.toxicity import reading

        corrections.register("apheresis", apheresis.follow_correction)
        corrections.register("shipped", partial(manufacturing.follow_correction, column="shipped_on"))
        corrections.register("released", partial(manufacturing.follow_correction, column="released_on"))
        corrections.register("infusion", infusion.follow_correction)
        corrections.register("infusion", followup.follow_infusion, vague=True)
        infusion.register_crs(reading.worst_crs)
        infusion.register_hanging("toxicity_hangs_on_it", reading.hangs_on_infusion)
        infusion.register_hanging("followup_hangs_on_it", followup.hangs_on_infusion)
        changes.register("steps", planning.plan_steps)
        changes.register("watches", plan_watches)
        changes.register("reminders", plan_reminders)
        changes.register("watch_reminders", plan_watch_reminders)
        changes.register("bookings", capacity_planning.plan_bookings)
        outbox.register_check("care link", access.may_see)
        mail.use(outbox.post_mail)

"""The app's start: planners are registered here, in the order in which they run after a change."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from patients.capacity import planning as capacity_planning
        from patients.centres import mail
        from patients.identity import access, changes
        from patients.notices import outbox
        from patients.pathway import planning
        from patients.reminders.planning import plan_reminders

        changes.register("steps", planning.plan_steps)
        changes.register("reminders", plan_reminders)
        changes.register("bookings", capacity_planning.plan_bookings)
        outbox.register_check("care link", access.may_see)
        mail.use(outbox.post_mail)

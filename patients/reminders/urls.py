"""Addresses of the reminders room."""

from django.urls import path

from patients.reminders import views

app_name = "reminders"
urlpatterns = [
    path("reminders/", views.ReminderList.as_view(), name="list"),
    path("reminders/log/", views.DeliveryLog.as_view(), name="log"),
    path("reminders/schedule/", views.ScheduleStart.as_view(), name="schedule"),
    path("reminders/schedule/<uuid:centre_id>/", views.HubSchedule.as_view(), name="hub_schedule"),
    path("reminders/promises/<uuid:centre_id>/", views.Promises.as_view(), name="promises"),
    path("reminders/schedule/<uuid:centre_id>/<uuid:row_id>/", views.ChangeSchedule.as_view(), name="change_schedule"),
    path(
        "reminders/schedule/<uuid:centre_id>/<uuid:row_id>/restore/",
        views.RestoreSchedule.as_view(),
        name="restore_schedule",
    ),
    path("reminders/<uuid:reminder_id>/acknowledge/", views.Acknowledge.as_view(), name="acknowledge"),
    path("reminders/<uuid:reminder_id>/snooze/", views.Snooze.as_view(), name="snooze"),
    path("reminders/<uuid:reminder_id>/hand-on/", views.HandOn.as_view(), name="hand_on"),
    path("reminders/<uuid:reminder_id>/done/", views.MarkDone.as_view(), name="done"),
    path("reminders/<uuid:reminder_id>/release/", views.Release.as_view(), name="release"),
    path("reminders/<uuid:reminder_id>/drop/", views.Drop.as_view(), name="drop"),
    path("notices/<uuid:notice_id>/acknowledge/", views.NoticeAcknowledge.as_view(), name="notice_acknowledge"),
    path("notices/<uuid:notice_id>/snooze/", views.NoticeSnooze.as_view(), name="notice_snooze"),
]

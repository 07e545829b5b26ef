"""Addresses of the reminders room."""

from django.urls import path

from patients.reminders import views

app_name = "reminders"
urlpatterns = [
    path("reminders/", views.ReminderList.as_view(), name="list"),
]

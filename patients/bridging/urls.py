"""Addresses of bridging."""

from django.urls import path

from patients.bridging import views

app_name = "bridging"
urlpatterns = [
    path("<uuid:pathway_id>/bridging/", views.Record.as_view(), name="record"),
    path("<uuid:pathway_id>/bridging/<uuid:course_id>/end/", views.End.as_view(), name="end"),
]

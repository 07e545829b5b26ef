"""Addresses of day 0."""

from django.urls import path

from patients.infusion import views

app_name = "infusion"
urlpatterns = [
    path("<uuid:pathway_id>/infusion/ready/", views.Ready.as_view(), name="ready"),
    path("<uuid:pathway_id>/infusion/identity/", views.Identity.as_view(), name="identity"),
    path("<uuid:pathway_id>/infusion/", views.Record.as_view(), name="record"),
    path("<uuid:pathway_id>/infusion/correct/", views.Correct.as_view(), name="correct"),
    path("<uuid:pathway_id>/identity-incident/", views.Incident.as_view(), name="incident"),
]

"""Addresses of the pathway page."""

from django.urls import path

from patients.timeline import views

app_name = "timeline"
urlpatterns = [
    path("<uuid:pathway_id>/", views.pathway, name="pathway"),
]

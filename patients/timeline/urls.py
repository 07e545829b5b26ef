"""Addresses of the pathway page and its history."""

from django.urls import path

from patients.timeline import views

app_name = "timeline"
urlpatterns = [
    path("<uuid:pathway_id>/", views.pathway, name="pathway"),
    path("<uuid:pathway_id>/summary/", views.summary, name="summary"),
    path("<uuid:pathway_id>/history/", views.changes, name="history"),
]

"""Addresses of advice: a pathway's page, and the hub's switch and texts."""

from django.urls import path

from patients.advice import views

app_name = "advice"
urlpatterns = [
    path("pathways/<uuid:pathway_id>/advice/", views.pathway, name="pathway"),
    path("medicine/advice/<uuid:centre_id>/", views.HubAdvice.as_view(), name="hub"),
]

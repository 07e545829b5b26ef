"""Addresses of lymphodepletion."""

from django.urls import path

from patients.lymphodepletion import views

app_name = "lymphodepletion"
urlpatterns = [
    path("<uuid:pathway_id>/lymphodepletion/plan/", views.Plan.as_view(), name="plan"),
    path("<uuid:pathway_id>/lymphodepletion/", views.record, name="record"),
    path("<uuid:pathway_id>/lymphodepletion/doses/", views.Doses.as_view(), name="doses"),
    path("<uuid:pathway_id>/lymphodepletion/omit/", views.Omit.as_view(), name="omit"),
]

"""Addresses of the decision."""

from django.urls import path

from patients.eligibility import views

app_name = "eligibility"
urlpatterns = [path("<uuid:pathway_id>/eligibility/", views.Decide.as_view(), name="decide")]
